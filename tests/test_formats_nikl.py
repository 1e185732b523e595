"""NIKL's JSON: the small article as a reader of those corpora finds it, their documents as articles, and broken ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from exchanged_articles import GOLDEN, corpus_articles, small_article
from given_back import entities, messages

from malmoi import store
from malmoi.formats import get
from malmoi.formats.assemble import Assembled
from malmoi.formats.exchange import exported, imported
from malmoi.formats.interface import FormatError
from malmoi.validate import check_bytes

if TYPE_CHECKING:
    from pathlib import Path


def _document(**more: Any) -> dict[str, Any]:  # noqa: ANN401  any field of a document
    """An invented document as NIKL has them."""
    return {
        "id": "NWRW1800000090.1",
        "metadata": {
            "title": "한빛전자 새 공장",
            "author": "은채령 기자, 다온팀",
            "publisher": "다온통신",
            "date": "20240305",
            "topic": "경제",
            "original_topic": "산업",
        },
        "sentence": [
            {"id": "1", "form": "한빛전자 새 공장", "word": [], "NE": [_entity("한빛전자", "OGG_ECONOMY", 0)]},
            {"id": "2", "form": "", "word": [], "NE": []},
            {"id": "3", "form": "😀 김가람은 말했다.", "ne": [_entity("김가람", "PS_NAME", 2)]},
            {"id": "4", "form": "그뿐이다.", "NE": None},
        ],
    } | more


def _entity(form: str, label: str, begin: int) -> dict[str, Any]:
    return {"id": 1, "form": form, "label": label, "begin": begin, "end": begin + len(form)}


def _read(path: Path, *documents: object) -> list[Assembled | FormatError]:
    path.write_bytes(orjson.dumps({"id": "NXNE", "metadata": {}, "document": documents}))
    return list(imported(get("nikl"), path))


def test_a_document_of_nikl_is_an_article(tmp_path: Path) -> None:
    (found,) = _read(tmp_path / "a.json", _document())
    assert isinstance(found, Assembled)
    article = found.article
    assert not found.notes
    assert [(block.id, block.type, block.text) for block in article.blocks] == [
        ("h01", "headline", "한빛전자 새 공장"),
        ("p01", "paragraph", "😀 김가람은 말했다."),
        ("p02", "paragraph", "그뿐이다."),
    ]
    assert entities(article) == [("OGG_ECONOMY", "한빛전자"), ("PS_NAME", "김가람")]
    assert (article.id, article.publisher, article.license) == ("nwrw1800000090-1", "다온통신", "LicenseRef-publisher")
    assert (article.published_at, article.published_precision) == ("2024-03-05T00:00:00+09:00", "day")
    assert [(by.name, by.role) for by in article.byline] == [("은채령", "기자"), ("다온팀", None)]
    assert article.section
    assert article.section.raw == "산업"
    assert article.origin
    assert article.origin.key == "NWRW1800000090.1"
    assert not [one for one in check_bytes(store.dumps(article)).findings if one.severity > 1]


@pytest.mark.parametrize("date", ["", "2018", "20181399", "언젠가", None])
def test_a_date_that_is_none_is_left_out(tmp_path: Path, date: str | None) -> None:
    (found,) = _read(tmp_path / "a.json", _document(metadata={"date": date}))
    assert isinstance(found, Assembled)
    assert found.article.published_at is None
    assert [block.type for block in found.article.blocks] == ["paragraph"] * 3


def test_the_form_tells_where_an_entity_is(tmp_path: Path) -> None:
    """Where begin and end are of another unit (UTF-16, words), or out of the sentence."""
    sentence = {"id": "1", "form": "😀 김가람은 말했다.", "NE": [_entity("김가람", "PS_NAME", 3)]}
    beyond = {"id": "2", "form": "짧다.", "NE": [_entity("김가람", "PS_NAME", 3), _entity("짧다", "PER", 0)]}
    (found,) = _read(tmp_path / "a.json", _document(sentence=[sentence, beyond]))
    assert isinstance(found, Assembled)
    assert entities(found.article) == [("PS_NAME", "김가람")]
    assert messages(found) == [
        "dropped: PS_NAME '김가람': 3:6 is no run of its sentence",
        "moved: entity PS_NAME: by -1 to where “김가람” stands",
        "dropped: entity PER: 'PER' is none of the labels",
    ]


def test_a_line_end_inside_a_sentence_moves_nothing(tmp_path: Path) -> None:
    sentence = {"id": "1", "form": "한빛\n전자\u2028김가람", "NE": [_entity("김가람", "PS_NAME", 6)]}
    (found,) = _read(tmp_path / "a.json", _document(sentence=[sentence]))
    assert isinstance(found, Assembled)
    assert [block.text for block in found.article.blocks] == ["한빛 전자 김가람"]
    assert entities(found.article) == [("PS_NAME", "김가람")]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "expected a JSON object, found list"),
        ({"id": "x"}, "the key 'sentence' is missing"),
        (_document(sentence=[]), "no sentence of it has text"),
        (_document(sentence=[{"id": "1", "form": "가", "NE": [{"label": "PS_NAME"}]}]), "the key 'begin' is missing"),
        (_document(sentence=[{"id": "1", "form": None}]), "a value is of another kind than this format has"),
    ],
)
def test_a_document_that_is_none_is_told_and_the_rest_goes_on(tmp_path: Path, document: object, says: str) -> None:
    path = tmp_path / "a.json"
    bad, good = _read(path, document, _document())
    assert str(bad).startswith(f"{path}: document 1: {says}")
    assert isinstance(good, Assembled)


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"document": {}}', b""])
def test_another_file_is_told(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(raw)
    with pytest.raises(FormatError, match=f"{path}: (not JSON|expected an object with a list `document`)"):
        list(imported(get("nikl"), path))


def test_every_entity_of_the_corpus_stands_where_its_sentence_says() -> None:
    articles = corpus_articles()
    with exported(get("nikl"), articles) as (made, _):
        documents = orjson.loads(made.read_bytes())["document"]
    assert [document["id"] for document in documents] == [article.id for article in articles]
    for document, article in zip(documents, articles, strict=True):
        assert len(document["sentence"]) == len(article.blocks)
        for sentence, block in zip(document["sentence"], article.blocks, strict=True):
            assert sentence["form"] == block.text
            for run in (*sentence["word"], *sentence["NE"]):
                assert sentence["form"][run["begin"] : run["end"]] == run["form"]
            assert " ".join(word["form"] for word in sentence["word"]) == " ".join(sentence["form"].split())
            here = [(e.label, e.start, e.end) for e in article.entities if e.block == block.id]
            assert [(e["label"], e["begin"], e["end"]) for e in sentence["NE"]] == here


def test_metadata_are_those_of_the_article() -> None:
    (document,) = orjson.loads((GOLDEN / "nikl/article.json").read_bytes())["document"]
    assert document["metadata"] == {
        "title": small_article().headline(),
        "author": "은채령 기자",
        "publisher": "다온통신",
        "date": "20240305",
        "topic": "경제",
    }


def test_nothing_is_said_to_be_lost_that_is_not() -> None:
    with exported(get("nikl"), [*corpus_articles(), small_article()]) as (_, tally):
        assert {row.kind for row in tally.rows() if row.lost} == get("nikl").lacks
