"""Properties of the HTML reader, whatever page it is given."""

from __future__ import annotations

import html
import tracemalloc
import unicodedata
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
from html_labels import CASES, bare
from hypothesis import example, given, settings
from hypothesis import strategies as st

from malmoi import schemas, store
from malmoi.normalize import NormalizeError
from malmoi.normalize.html import fragment_lines, normalize_html

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from malmoi.model import Article

VALIDATOR = jsonschema_rs.validator_for(schemas.article_schema())
SENTENCE = "주민들은 마을 도서관이 다시 문을 여는 날을 손꼽아 기다렸다고 입을 모았다."
BODY = "".join(f"<p>{SENTENCE} {number}번째 단락도 도서관 이야기다.</p>" for number in range(8))
TAGS = st.sampled_from(
    [
        "div",
        "p",
        "span",
        "td",
        "table",
        "tr",
        "ul",
        "li",
        "a",
        "b",
        "img",
        "br",
        "figure",
        "figcaption",
        "h1",
        "h2",
        "script",
        "style",
        "em",
    ]
)
CLASSES = st.sampled_from(
    ["article_body", "caption", "sns", "ad", "byline", "date", "headline", "related", "blind", "photo"]
)
KOREAN = st.text(alphabet="가나다라마바사 ,.“”‘’\"'=/[](){}<>&;0123456789abc\u200b\u00a0\n", max_size=60)


def _page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def _normalize(raw: bytes) -> Article | None:
    try:
        article = normalize_html(raw, name="page")
    except NormalizeError:
        return None
    assert list(VALIDATOR.iter_errors(store.to_dict(article))) == []
    for block in article.blocks:
        assert block.text
        assert block.text == " ".join(block.text.split())
        assert unicodedata.is_normalized("NFC", block.text)
    return article


@given(st.binary(max_size=400))
@example(b"")
@example(b"\x00" * 80)
@example(b"<")
@example(b"\xff\xfe<\x00p\x00>\x00")
def test_any_bytes_give_an_article_or_a_reported_failure(raw: bytes) -> None:
    _normalize(raw)


@st.composite
def _trees(draw: st.DrawFn, depth: int = 4) -> str:
    if depth == 0 or draw(st.booleans()):
        return (
            html.escape(draw(KOREAN))
            if draw(st.booleans())
            else draw(st.sampled_from([SENTENCE, "", "입력 2024.01.02 03:04"]))
        )
    tag = draw(TAGS)
    inner = "".join(draw(st.lists(_trees(depth=depth - 1), max_size=4)))
    return (
        f'<{tag} class="{draw(CLASSES)}" alt="{draw(st.sampled_from(["", "도서관 전경 사진 설명"]))}">{inner}</{tag}>'
    )


@given(_trees())
@settings(max_examples=150)
def test_any_tree_gives_a_valid_article_or_a_reported_failure(tree: str) -> None:
    _normalize(_page(tree + BODY))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_made_is_made_again_of_its_own_page(case: Path) -> None:
    """Normalizing the article, written as a plain page, changes nothing."""
    article = normalize_html((case / "input.html").read_bytes(), name="page")
    again = normalize_html(_written(article), name="again")
    kinds = {"headline", "paragraph", "caption"}
    first = [(block.type, block.text) for block in article.blocks if block.type in kinds]
    second = [(block.type, block.text) for block in again.blocks if block.type in kinds]
    assert second == first


def _written(article: Article) -> bytes:
    headline = next((block.text or "" for block in article.blocks if block.type == "headline"), "")
    tags = {
        "subhead": "h3",
        "dek": 'h2 class="subtitle"',
        "dateline": "p",
        "byline": 'p class="byline"',
        "paragraph": "p",
    }
    parts = []
    for block in article.blocks:
        text = html.escape(block.text or "")
        if block.type == "caption":
            parts.append(f"<figure><img src='a.jpg'><figcaption>{text}</figcaption></figure>")
        elif block.type != "headline":
            parts.append(f"<{tags[block.type]}>{text}</{tags[block.type].split()[0]}>")
    head = f'<meta property="og:title" content="{html.escape(headline)}">'
    return _page(f"<h1>{html.escape(headline)}</h1><div itemprop='articleBody'>{''.join(parts)}</div>", head)


@pytest.mark.parametrize(
    ("change", "record"),
    [
        (lambda page: unicodedata.normalize("NFD", page), "nfc"),
        (lambda page: page.replace("도서관", "도\u200b서관"), "invisible"),
        (lambda page: page.replace("\n", "\r\n"), None),
        (lambda page: page.replace("도서관", "&#46020;서관"), None),
        (lambda page: page.replace(" ", "\u00a0"), None),
    ],
    ids=["nfd", "zero-width", "crlf", "entities", "nbsp"],
)
def test_odd_characters_change_no_text(change: Callable[[str], str], record: str | None) -> None:
    page = f"<html><body><h1>다시 문 여는 마을 도서관</h1>\n<div class=article_body>{BODY}</div></body></html>"
    plain = normalize_html(page.encode(), name="plain")
    odd = normalize_html(change(page).encode(), name="odd")
    assert [(b.type, b.text) for b in odd.blocks] == [(b.type, b.text) for b in plain.blocks]
    assert odd.provenance.normalizer is not None
    assert record is None or record in {changed.step for changed in odd.provenance.normalizer.changed}


def test_nul_inside_a_page_is_no_end() -> None:
    article = normalize_html(_page(BODY.replace("도서관", "도서\x00관")), name="page")
    assert sum(block.type == "paragraph" for block in article.blocks) == 8
    with pytest.raises(NormalizeError, match="NUL"):
        normalize_html(b"PK\x03\x04\x00\x00" + b"\x01" * 50, name="zip")


def test_twenty_megabytes_of_nested_elements_end() -> None:
    deep = b"<div>" * 2_000_000 + b"</div>" * 2_000_000
    assert len(deep) > 20_000_000
    with pytest.raises(NormalizeError, match="nested more than"):
        normalize_html(b"<body>" + deep, name="deep")
    with pytest.raises(NormalizeError, match="nested more than"):
        fragment_lines(deep.decode())
    around = normalize_html(_page(BODY) + b"<div>" * 5_000, name="around")
    assert sum(block.type == "paragraph" for block in around.blocks) == 8


def test_ten_thousand_captions() -> None:
    figures = "".join(
        f"<figure><img src='{n}.jpg'><figcaption>{n}번째 사진 속 도서관 서가의 모습. 한결뉴스</figcaption></figure>"
        for n in range(10_000)
    )
    with pytest.raises(NormalizeError, match="9999 caption blocks"):
        normalize_html(_page(BODY + figures), name="gallery")
    few = normalize_html(_page(BODY + figures[: figures.index("<figure><img src='500.jpg'")]), name="gallery")
    assert len(few.captions) == 500


def test_memory_is_flat_over_many_pages() -> None:
    raw = (CASES[0] / "input.html").read_bytes()
    for _ in range(20):
        normalize_html(raw, name="page")
    tracemalloc.start()
    for _ in range(20):
        normalize_html(raw, name="page")
    early = tracemalloc.get_traced_memory()[0]
    for _ in range(100):
        normalize_html(raw, name="page")
    late = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert late - early < 200_000


def test_fragment_is_a_body() -> None:
    lines = fragment_lines(
        f"<h3>서가를 옮긴 사람들</h3><p>{SENTENCE}</p><figure><img src=a><figcaption>옮긴 서가.</figcaption></figure>"
    )
    assert [(line.type, bare(line.text)) for line in lines if line.type == "caption"] == [("caption", "옮긴서가.")]
    assert any(line.text == SENTENCE for line in lines)
