"""How near a normalised page is to its labels; `scripts/bench_html.py` scores other extractors the same way."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.contacts import EMAIL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malmoi.model import Article

FOLDER = Path(__file__).parent / "normalize_html"
CASES = sorted(path.parent for path in FOLDER.glob("*/labels.json"))
_HOSTLESS = re.compile(r"[\w.+-]+@(?![\w-]+\.)")
_GRAM = 3
_LONG = 25


class Extracted(NamedTuple):
    """What an extractor made of a page."""

    headline: str | None
    paragraphs: list[str]
    captions: list[str]
    reporters: set[str]
    published_at: str | None


class Score(NamedTuple):
    """One page's agreement with its labels.

    Attributes:
        body: F1 of the body's character trigrams, spaces aside.
        captions: captions that are exactly right.
        found: captions that were given.
        wanted: captions that are labelled.
        leaks: whether a caption stands in the body.
        furniture: pieces of furniture in any block, that are no part of the article's own words.
        headline: whether the headline is exactly right.
        minute: whether the first publication is right to the minute.
        reporters: whether all reporters and no others are named.
    """

    body: float
    captions: int
    found: int
    wanted: int
    leaks: bool
    furniture: list[str]
    headline: bool
    minute: bool
    reporters: bool


def labels_of(case: Path) -> dict[str, Any]:
    """The labels of a page."""
    data: dict[str, Any] = json.loads((case / "labels.json").read_text(encoding="utf-8"))
    return data


def of_article(article: Article) -> Extracted:
    """What the normalizer made of a page."""
    texts = {
        kind: [b.text or "" for b in article.blocks if b.type == kind] for kind in ("headline", "paragraph", "caption")
    }
    return Extracted(
        headline=next(iter(texts["headline"]), None),
        paragraphs=texts["paragraph"],
        captions=texts["caption"],
        reporters={author.name for author in article.byline},
        published_at=article.published_at,
    )


def score(labels: dict[str, Any], got: Extracted, blocks: Iterable[str] = ()) -> Score:
    """Compare what an extractor made of a page with its labels.

    Args:
        labels: what is right.
        got: what was made.
        blocks: every text that was made, bylines and datelines aside; else headline, body and captions.
    """
    wanted, given = Counter(_grams(labels["paragraphs"])), Counter(_grams(got.paragraphs))
    shared = sum((wanted & given).values())
    captions, right = Counter(map(bare, got.captions)), Counter(map(bare, labels["captions"]))
    own = bare(
        " ".join([labels["headline"], *labels["dek"], *labels["subheads"], *labels["captions"], *labels["paragraphs"]])
    )
    shown = bare(" ".join(blocks or [got.headline or "", *got.paragraphs, *got.captions]))
    return Score(
        body=2 * shared / max(1, sum(wanted.values()) + sum(given.values())),
        captions=sum((captions & right).values()),
        found=sum(captions.values()),
        wanted=sum(right.values()),
        leaks=any(len(one) > _LONG and any(one[:_LONG] in bare(text) for text in got.paragraphs) for one in right),
        furniture=[
            text
            for text in labels["not_in_body"]
            if len(bare(text)) > _GRAM and bare(text) in shown and bare(text) not in own
        ],
        headline=bool(got.headline) and " ".join((got.headline or "").split()) == " ".join(labels["headline"].split()),
        minute=(got.published_at or "")[:16] == (labels["published_at"] or ""),
        reporters=got.reporters == set(labels["byline"]),
    )


def bare(text: str) -> str:
    """A text without spaces and e-mail addresses: the normalizer drops both kinds, labels keep what is shown."""
    return "".join(_HOSTLESS.sub("", EMAIL.sub("", text)).split())


def _grams(texts: list[str]) -> list[str]:
    text = bare("".join(texts))
    return [text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)]
