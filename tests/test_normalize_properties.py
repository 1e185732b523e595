"""Properties of the normalizer, whatever it is given."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from normalize_pages import pages, rendered

from malmoi import schemas, store
from malmoi.normalize import NormalizeError, normalize_page, normalize_record
from malmoi.normalize.captions import parse_caption
from malmoi.rules import texts
from malmoi.rules.doc import Doc

if TYPE_CHECKING:
    from malmoi.model import Article

VALIDATOR = jsonschema_rs.validator_for(schemas.article_schema())


def _check(article: Article) -> None:
    data = store.to_dict(article)
    assert list(VALIDATOR.iter_errors(data)) == []
    assert store.loads(store.dump_line(article)) == article
    blocks = {block.id: block.text or "" for block in article.blocks}
    assert len(blocks) == len(article.blocks)
    for text in blocks.values():
        assert unicodedata.is_normalized("NFC", text)
        assert text == " ".join(text.split())
    for caption in article.captions:
        for _, span in caption.parts():
            assert span.text == blocks[caption.block][span.start : span.end]
            assert span.text
            assert span.text == span.text.strip()


def _normalize(raw: bytes) -> Article | None:
    try:
        return normalize_page(raw, name="page")
    except NormalizeError:
        return None


@given(st.binary(max_size=300))
@example(b"")
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf\xff")
def test_any_bytes_give_an_article_or_an_error(raw: bytes) -> None:
    if article := _normalize(raw):
        _check(article)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_gives_a_valid_article_or_an_error(text: str, encoding: str) -> None:
    if article := _normalize(text.encode(encoding, "ignore")):
        _check(article)


@given(pages())
def test_made_up_pages_give_valid_articles_without_contacts(page: str) -> None:
    if article := _normalize(page.encode()):
        _check(article)
        doc = Doc(store.to_dict(article))
        assert list(texts.email_address_in_text(doc)) == []
        assert list(texts.phone_number_in_text(doc)) == []


@settings(max_examples=200)
@given(pages())
def test_normalizing_again_changes_no_text(page: str) -> None:
    article = _normalize(page.encode())
    if article is None:
        return
    again = normalize_page(rendered(article).encode(), name="again")
    assert [block.text for block in again.blocks] == [block.text for block in article.blocks]


@given(pages())
def test_encodings_and_line_ends_make_no_difference(page: str) -> None:
    article = _normalize(page.encode())
    if article is None:
        return
    for raw in (page.encode("utf-16"), page.encode("cp949"), unicodedata.normalize("NFD", page).encode()):
        assert normalize_page(raw, name="page").blocks == article.blocks


@given(st.text(max_size=60), st.text(max_size=300))
def test_records_lose_only_marks_and_spaces(title: str, body: str) -> None:
    try:
        article = normalize_record(title=title, body=body, reader="test")
    except NormalizeError:
        return
    _check(article)


@pytest.mark.parametrize("half", ["\ud83d", "글\udc00"])
def test_half_a_surrogate_pair_is_an_error(half: str) -> None:
    with pytest.raises(NormalizeError, match="surrogate"):
        normalize_record(title="제목", body=half, reader="test")


@given(st.text(alphabet="가나 .=/[]()<>【】ⓒ▲사진제공뉴시스1연합기자=:*재판매및DB금지2024.03.05", max_size=80))
def test_caption_parts_are_slices_without_edge_space(text: str) -> None:
    caption = parse_caption(text, "c01")
    edges = [(span.start, span.end) for _, span in caption.parts()]
    for _, span in caption.parts():
        assert span.text == text[span.start : span.end]
        assert span.text
        assert span.text == span.text.strip(" ")
    assert all(0 <= start < end <= len(text) for start, end in edges)
