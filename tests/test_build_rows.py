"""Rows: every span's text is the slice that its offsets name, in every config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_corpus import annotated, bare, wiki

from malmoi import markup, schemas
from malmoi.build.features import code, features, names
from malmoi.build.rows import rows
from malmoi.model import CAPTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = st.text(alphabet="가나다 😀각.“”", min_size=1, max_size=12).map(str.strip).filter(bool)


def spans(row: dict[str, Any], names_: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for name in names_:
        part = row[name]
        yield from part if isinstance(part, list) else [part] if part else []


@pytest.fixture(scope="module")
def built() -> dict[str, list[dict[str, Any]]]:
    return rows(annotated())


def test_document_offsets_of_the_whole_article(built: dict[str, list[dict[str, Any]]]) -> None:
    row = built["default"][0]
    blocks = {block["id"]: block for block in row["blocks"]}
    found = list(row["entities"])
    for quote in row["quotes"]:
        found += spans(quote, ("content", "markers", "cue", "source"))
    for caption in row["captions"]:
        found += spans(caption, CAPTION_FIELDS)
    assert len(found) == 22
    for span in found:
        assert row["text"][span["doc_start"] : span["doc_end"]] == span["text"]
        assert blocks[span["block"]]["text"][span["start"] : span["end"]] == span["text"]
    assert all(row["text"][block["start"] : block["end"]] == block["text"] for block in row["blocks"])


def test_flat_rows_slice_their_own_text_and_lead_back_to_the_article(built: dict[str, list[dict[str, Any]]]) -> None:
    text = built["default"][0]["text"]
    parts = {
        "ner": ("entities",),
        "quotes": ("content", "markers", "cue", "source"),
        "captions": CAPTION_FIELDS,
    }
    for config, fields in parts.items():
        for row in built[config]:
            assert text[row["doc_start"] :].startswith(row["text"])
            for span in spans(row, fields):
                assert row["text"][span["start"] : span["end"]] == span["text"]


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_offsets_hold_for_any_blocks(blocks: list[list[str]]) -> None:
    lines = [" ".join(f"{{PS_NAME {word}}}은" for word in block) for block in blocks]
    source = '+++\nlicense = "CC-BY-4.0"\ntier = "open"\n+++\n' + "\n".join(lines) + "\n"
    built = rows(markup.parse(source))
    row = built["default"][0]
    assert len(row["entities"]) == sum(map(len, blocks))
    for entity in row["entities"]:
        assert row["text"][entity["doc_start"] : entity["doc_end"]] == entity["text"]
    assert [entity["text"] for found in built["ner"] for entity in found["entities"]] == [
        entity["text"] for entity in row["entities"]
    ]


def test_ner_has_a_row_for_every_block(built: dict[str, list[dict[str, Any]]]) -> None:
    assert [row["id"] for row in built["ner"]] == [
        f"open-bridge/{block}" for block in ("h01", "d01", "p01", "p02", "p03", "c01", "c02")
    ]
    assert [len(row["entities"]) for row in built["ner"]] == [1, 0, 2, 3, 0, 1, 0]
    person = built["ner"][3]["entities"][0]
    assert (person["label"], person["class"]) == (code("label", "PS_NAME"), code("class", "PS"))


def test_quotes_name_the_speaker_and_carry_their_context(built: dict[str, list[dict[str, Any]]]) -> None:
    split, alone = built["quotes"]
    assert [span["text"] for span in split["content"]] == ['"비가 와도 건널 수 있다"', '"100여 명이 기다렸다"']
    assert (split["speaker"], split["cue"]["text"], split["source"]["text"]) == ("설은호", "말했다", "설은호 회장")
    assert split["before"] == "냇물걷기모임은 5일 새 징검다리를 열었다."
    assert split["after"] == alone["text"] == '"아이들이 먼저 뛰어갔어요."'
    assert alone["speaker"] is alone["cue"] is alone["source"] is None
    assert alone["source_status"] == code("source_status", "none")


def test_a_quote_over_several_blocks_takes_them_all_as_its_text() -> None:
    source = """+++
license = "CC-BY-4.0"
tier = "open"
+++
{q1.content "강이 넘쳤다.}
{q1.content 다리도 잠겼다."}
{q1.source {PS_NAME 설은호}}는 {q1.cue 말했다}.
+++
[quotes]
q1 = {}
+++
"""
    row = rows(markup.parse(source))["quotes"][0]
    assert row["text"] == '"강이 넘쳤다.\n\n다리도 잠겼다."\n\n설은호는 말했다.'
    assert row["blocks"] == ["p01", "p02", "p03"]
    for span in (*row["content"], row["cue"], row["source"]):
        assert row["text"][span["start"] : span["end"]] == span["text"]


def test_captions_carry_copies_and_the_value_of_the_date(built: dict[str, list[dict[str, Any]]]) -> None:
    first, second = built["captions"]
    assert (first["copies"], first["date_created"]["text"], first["date_created"]["value"]) == (
        2,
        "2024.03.05.",
        "2024-03-05",
    )
    assert [span["text"] for span in first["creator"]] == ["은채령"]
    assert second["source"]["text"] == "뉴스마루"
    assert second["creator"] == []
    assert second["description"] is None


def test_attribution_names_title_authors_source_licence_and_changes() -> None:
    sentence = rows(wiki())["default"][0]["attribution"]
    for part in (
        "산마을 소식 wiki-lake",
        "contributors of Korean Wikinews",
        "https://ko.wikinews.org/wiki/wiki-lake",
        "CC BY 2.5 (https://creativecommons.org/licenses/by/2.5/)",
        "normalized",
        "annotated",
    ):
        assert part in sentence


def test_provenance_is_json_and_absent_fields_are_null() -> None:
    row = rows(bare("open-x", "눈이 왔다."))["default"][0]
    assert orjson.loads(row["provenance"]) == {"text": "written"}
    assert row["url"] is row["event"] is row["origin"] is row["section"] is None
    assert row["entities"] == row["quotes"] == row["captions"] == row["byline"] == []


def test_every_row_has_just_the_columns_of_its_config(built: dict[str, list[dict[str, Any]]]) -> None:
    for config, columns in features().items():
        for row in built[config]:
            assert list(row) == list(columns)


def test_labels_and_classes_are_those_of_the_inventory() -> None:
    assert len(names("label")) == 150
    assert len(names("class")) == 15
    assert names("label") == tuple(schemas.labels())
    with pytest.raises(ValueError, match="not in tuple"):
        code("label", "PS_NOBODY")
