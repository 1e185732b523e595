"""Offsets: every conversion goes there and back, every edit keeps what it does not touch."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from malmoi.offsets import (
    Edit,
    OffsetMap,
    byte_to_codepoint,
    document_starts,
    nfc_edits,
    utf16_offsets,
    utf16_to_codepoint,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KOREAN = st.text("가각힣나 다.\u1100\u1161\u11a8\u0301e女😀", max_size=40)


@given(TEXT | KOREAN)
def test_utf16_and_bytes_go_there_and_back(text: str) -> None:
    units = utf16_offsets(text)
    assert (units is None) == all(ord(char) <= 0xFFFF for char in text)
    for index in range(len(text) + 1):
        assert not units or units[index] == len(text[:index].encode("utf-16-le")) // 2
        assert utf16_to_codepoint(text, units[index] if units else index) == index
        assert byte_to_codepoint(text, len(text[:index].encode())) == index


def test_offsets_inside_a_character_have_no_code_point() -> None:
    assert utf16_to_codepoint("😀가", 1) is None
    assert utf16_to_codepoint("가", 5) is None
    assert byte_to_codepoint("가", 1) is None
    assert byte_to_codepoint("가", -1) is None


@given(TEXT | KOREAN)
def test_nfc_edits_give_nfc(text: str) -> None:
    assert OffsetMap(nfc_edits(text)).apply(text) == unicodedata.normalize("NFC", text)


@given(KOREAN.map(lambda text: unicodedata.normalize("NFD", text)), st.data())
def test_a_span_moves_with_its_normalized_text(text: str, data: st.DataObject) -> None:
    edits = OffsetMap(nfc_edits(text))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    moved = edits.apply(text)[edits.start(start) : edits.end(end)]
    assert unicodedata.normalize("NFD", text[start:end]) in unicodedata.normalize("NFD", moved)


def test_insertions_stay_outside_a_span_that_touches_them() -> None:
    edits = OffsetMap([Edit(2, 2, "XX"), Edit(4, 5, "")])
    assert edits.apply("abcdef") == "abXXcdf"
    assert (edits.start(2), edits.end(2)) == (4, 2)
    assert edits.apply("abcdef")[edits.start(2) : edits.end(4)] == "cd"
    assert edits.apply("abcdef")[edits.start(3) : edits.end(5)] == "d"


def test_an_edit_inside_a_span_stays_inside() -> None:
    edits = OffsetMap([Edit(1, 3, "가나다")])
    assert edits.apply("abcd")[edits.start(0) : edits.end(4)] == "a가나다d"
    assert edits.apply("abcd")[edits.start(2) : edits.end(2)] == "가나다"


def test_document_starts_count_the_separator() -> None:
    assert document_starts(["가나", "다", "라"]) == [0, 4, 7]
    assert document_starts([]) == []
