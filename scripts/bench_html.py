"""The HTML reader against its limit and its peers: cost as multiples of selectolax's parse, and what each gets right.

Cost is measured on the saved pages of ../shared/data/html where they are beside the checkout, else on those of the
tests; quality on the tests' pages, whose labels are at hand. They are the pages that the reader was written against:
its figures here are what it was brought to, the peers' are what they make of Korean pages.
"""

from __future__ import annotations

import gzip
import importlib
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from selectolax.lexbor import LexborHTMLParser

from malmoi.normalize import NormalizeError
from malmoi.normalize.decode import decode_html
from malmoi.normalize.html import normalize_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from html_labels import CASES, Extracted, labels_of, of_article, score  # noqa: E402  the tests' own measure

T = TypeVar("T")
ROUNDS, PEER_ROUNDS = 9, 2
_WIDTH = 10


def pages() -> tuple[str, list[bytes]]:
    """The pages whose reading is timed, and what they are."""
    shared = sorted((ROOT.parent / "shared" / "data" / "html").glob("*.html.gz"))
    if shared:
        return f"{len(shared)} saved pages", [gzip.decompress(path.read_bytes()) for path in shared]
    return f"{len(CASES)} pages of the tests", [(case / "input.html").read_bytes() for case in CASES]


def html() -> Iterator[str]:
    """Lines of the report."""
    what, raw = pages()
    texts = [decode_html(page, "page")[0] for page in raw]
    size = statistics.mean(map(len, raw)) / 1000
    yield f"html: {what}, {size:.0f} KB each, times selectolax's parse of the same page, median"
    yield f"  {'malmoi':16} {_ratio(raw, _malmoi, texts, ROUNDS):7.1f}"
    rivals = peers()
    for name, peer in rivals.items():
        yield f"  {name:16} {_ratio(texts, peer, texts, PEER_ROUNDS):7.1f}"
    yield f"quality on the {len(CASES)} labelled pages of the tests, which the reader was written against"
    heads = ["body F1", "captions P", "R", "leaks", "furniture", "headline", "minute", "reporters"]
    yield f"  {'':16} " + " ".join(f"{head:>{_WIDTH}}" for head in heads)
    yield _quality("malmoi", _malmoi)
    for name, peer in rivals.items():
        yield _quality(name, lambda page, peer=peer: peer(decode_html(page, "page")[0]))  # type: ignore[misc]  # a default binds the loop


def _malmoi(raw: bytes) -> Extracted:
    try:
        return of_article(normalize_html(raw, name="page"))
    except NormalizeError:
        return Extracted(None, [], [], set(), None)


def _ratio(pages: list[T], work: Callable[[T], object], texts: list[str], rounds: int) -> float:
    """Median over the pages of the cost of some work, as a multiple of the parse of the same page.

    Parse and work take turns on each page, and a round goes over all of them: what else happens on the machine, or in
    the allocator, happens to both, and no page is read twice in a row.
    """
    parsing, working = [float("inf")] * len(pages), [float("inf")] * len(pages)
    for _ in range(rounds):
        for index, page in enumerate(pages):
            started = time.perf_counter()
            LexborHTMLParser(texts[index])
            parsed = time.perf_counter()
            work(page)
            working[index] = min(working[index], time.perf_counter() - parsed)
            parsing[index] = min(parsing[index], parsed - started)
    return statistics.median(one / other for one, other in zip(working, parsing, strict=True))


def _quality(name: str, extract: Callable[[bytes], Extracted]) -> str:
    scores = [score(labels_of(case), extract((case / "input.html").read_bytes())) for case in CASES]
    right, found, wanted = (sum(getattr(one, field) for one in scores) for field in ("captions", "found", "wanted"))
    cells = [
        f"{statistics.mean(one.body for one in scores):.3f}",
        f"{right / found if found else 0:.2f}",
        f"{right / wanted:.2f}",
        f"{sum(one.leaks for one in scores)}",
        f"{sum(bool(one.furniture) for one in scores)}",
        *(
            f"{sum(getattr(one, field) for one in scores)}/{len(scores)}"
            for field in ("headline", "minute", "reporters")
        ),
    ]
    return f"  {name:16} " + " ".join(f"{cell:>{_WIDTH}}" for cell in cells)


def peers() -> dict[str, Callable[[str], Extracted]]:
    """The extractors that are installed (group `peers` of pyproject.toml), each as its own documentation uses it."""
    found: dict[str, Callable[[str], Extracted]] = {}
    for name, load in {
        "resiliparse": _resiliparse,
        "readability-lxml": _readability,
        "trafilatura": _trafilatura,
        "goose3": _goose,
    }.items():
        try:
            found[name] = load()
        except ImportError:
            print(f"  {name} is not installed and left out: pip install {name}", file=sys.stderr)
    return found


def _load(module: str) -> Any:  # noqa: ANN401  a peer, that need not be installed where types are checked
    return importlib.import_module(module)


def _resiliparse() -> Callable[[str], Extracted]:
    extract_plain_text = _load("resiliparse.extract.html2text").extract_plain_text
    html_tree = _load("resiliparse.parse.html").HTMLTree

    def extract(page: str) -> Extracted:
        tree = html_tree.parse(page)
        return Extracted(tree.title or None, extract_plain_text(tree, main_content=True).splitlines(), [], set(), None)

    return extract


def _readability() -> Callable[[str], Extracted]:
    document_of = _load("readability").Document

    def extract(page: str) -> Extracted:
        document = document_of(page)
        tree = LexborHTMLParser(document.summary())
        captions = [node.text() for node in tree.css("figcaption")]
        return Extracted(
            document.short_title(),
            tree.root.text(separator="\n").splitlines() if tree.root else [],
            captions,
            set(),
            None,
        )

    return extract


def _trafilatura() -> Callable[[str], Extracted]:
    trafilatura = _load("trafilatura")

    def extract(page: str) -> Extracted:
        document = trafilatura.bare_extraction(page, favor_precision=True, with_metadata=True)
        if document is None:
            return Extracted(None, [], [], set(), None)
        authors = {name.strip() for name in (document.author or "").split(";") if name.strip()}
        return Extracted(document.title, (document.text or "").splitlines(), [], authors, document.date)

    return extract


def _goose() -> Callable[[str], Extracted]:
    korean = _load("goose3.text").StopWordsKorean
    goose = _load("goose3").Goose({"stopwords_class": korean, "use_meta_language": False})

    def extract(page: str) -> Extracted:
        document = goose.extract(raw_html=page)
        return Extracted(
            document.title, document.cleaned_text.splitlines(), [], set(document.authors), document.publish_date
        )

    return extract
