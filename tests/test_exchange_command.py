"""`malmoi export` and `malmoi import` where something stands in the way: nothing is lost, and nothing changes unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from msgspec.structs import replace
from small_article import SMALL

from malmoi import store
from malmoi.commands import against, main
from malmoi.findings import MalmoiError
from malmoi.formats import get
from malmoi.formats.accept import onto
from malmoi.formats.exchange import exported, imported
from malmoi.formats.interface import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.formats.assemble import Assembled
    from malmoi.model import Article

# Its entities overlap, as entities of the corpus never do; without the one that does, it is sound.
SOUND = replace(
    SMALL,
    entities=tuple(entity for entity in SMALL.entities if entity.id != "e-0003"),
)


def _doccano(article: Article) -> dict[str, Any]:
    with exported(get("doccano"), [article]) as (made, _):
        record: dict[str, Any] = orjson.loads(made.read_bytes())
    return record


def _read(folder: Path, record: dict[str, Any]) -> Assembled:
    path = folder / "a.jsonl"
    path.write_bytes(orjson.dumps(record))
    (found,) = imported(get("doccano"), path)
    assert not isinstance(found, FormatError), found
    return found


def _file(folder: Path, name: str, *articles: Article) -> Path:
    path = folder / name
    path.write_bytes(b"".join(map(store.dump_line, articles)))
    return path


def test_an_export_writes_over_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path, "a.jsonl", SOUND)
    whole = path.read_bytes()
    there = tmp_path / "there.jsonl"
    there.write_text("somebody's work", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for form, options, says in (
        ("doccano", ("-o", str(path)), "is an input and the output"),
        ("doccano", ("-o", str(there)), "is there already, and somebody may have worked on it"),
        ("doccano", ("-o", str(tmp_path / "x"), "--loss", str(path)), "is an input and the output"),
        ("doccano", ("-o", str(tmp_path / "x"), "--loss", str(tmp_path / "x")), "two outputs cannot be one file"),
        ("doccano", ("-o", str(tmp_path / "folder")), "is a folder, and doccano is a file"),
        ("brat", ("-o", str(there)), "is a file, and brat is a folder of files"),
        ("doccano", ("-o", str(tmp_path / "y"), "--loss", str(there / "loss.json")), "there.jsonl/loss.json"),
    ):
        assert main(["export", "--format", form, str(path), *options]) == 2
        assert says in capsys.readouterr().err
    assert path.read_bytes() == whole
    assert there.read_text(encoding="utf-8") == "somebody's work"
    assert not (tmp_path / "x").exists()
    assert not (tmp_path / "y").exists()


def test_an_import_writes_over_no_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(orjson.dumps(_doccano(SOUND)))
    assert main(["import", "--format", "doccano", str(path), "-o", str(path)]) == 2
    assert "is an input and the output" in capsys.readouterr().err


def test_no_command_writes_over_what_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path, "a.jsonl", SOUND)
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text("{}", encoding="utf-8")
    whole = path.read_bytes()
    for arguments in (
        ("withhold", str(path), "-o", str(path)),
        ("evaluate", str(path), str(path), "--errors", str(path)),
        ("align", str(path), "--tokenizer", str(tokenizer), "-o", str(path)),
        ("align", str(path), "--tokenizer", str(tokenizer), "-o", str(tokenizer)),
    ):
        assert main(list(arguments)) == 2
        assert "is an input and the output" in capsys.readouterr().err
    assert path.read_bytes() == whole


def test_an_import_does_not_write_into_the_tools_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, folder = _file(tmp_path, "a.jsonl", SOUND), tmp_path / "tool"
    assert main(["export", "--format", "brat", str(path), "-o", str(folder)]) == 0
    for target in (folder, folder / "articles"):
        assert main(["import", "--format", "brat", str(folder), "-o", str(target)]) == 2
        assert "name another place for the output" in capsys.readouterr().err
    assert main(["import", "--format", "brat", str(folder)]) == 0


def test_a_corpus_in_capitals_keeps_its_other_articles(tmp_path: Path) -> None:
    other = replace(SOUND, id="open-other")
    corpus = _file(tmp_path, "ALL.JSONL", SOUND, other)
    record = _doccano(SOUND)
    record["entities"] = [one for one in record["entities"] if one["label"] != "DT_DAY"]
    export = tmp_path / "a.jsonl"
    export.write_bytes(orjson.dumps(record))
    main(["import", "--format", "doccano", str(export), "--against", str(corpus), "--yes"])
    first, second = (found for _, found in store.read_lines(corpus))
    assert second == other
    assert isinstance(first, type(SOUND))
    assert [entity.label for entity in first.entities] == ["OGG_ECONOMY", "PS_NAME"]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_corpus_that_changed_meanwhile_is_left_as_it_is(name: str, tmp_path: Path) -> None:
    path = _file(tmp_path, name, SOUND)
    pair = against.Compared(path, SOUND, replace(SOUND, entities=()))
    edited = _file(tmp_path, name, replace(SOUND, publisher="고친신문")).read_bytes()
    with pytest.raises(MalmoiError, match="has changed since it was read"):
        against.write_back([pair])
    assert path.read_bytes() == edited


def test_spans_of_one_id_are_told_apart(tmp_path: Path) -> None:
    record = _doccano(SOUND)
    contents = [one for one in record["entities"] if one["label"] == "Quote_content"]
    record |= {"entities": [one | {"id": 7} for one in contents], "relations": []}
    found = _read(tmp_path, record)
    assert len(found.article.quotes) == len(contents) == 2
    assert any("another span has its id, '7'" in note.message for note in found.notes)


def test_annotations_without_an_id_are_quotes_of_their_own(tmp_path: Path) -> None:
    with exported(get("web-annotation"), [SOUND]) as (made, _):
        (path,) = made.iterdir()
        page = orjson.loads(path.read_bytes())
    contents = [one for one in page["items"] if "Quote_content" in str(one["body"])]
    for one in contents:
        del one["id"]
    (tmp_path / "a.jsonld").write_bytes(orjson.dumps(page | {"items": contents}))
    (found,) = imported(get("web-annotation"), tmp_path)
    assert not isinstance(found, FormatError), found
    assert len(found.article.quotes) == len(contents) == 2


@pytest.mark.parametrize("copies", ["9" * 25, "9" * 5000, "0", "-1", "두 번"])
def test_copies_beyond_all_measure_are_one(copies: str, tmp_path: Path) -> None:
    record = _doccano(SOUND)
    for _, _, _, said in record["malmoi"]["attributes"]:
        if "copies" in said:
            said["copies"] = copies
    found = _read(tmp_path, record)
    assert found.article.captions[0].copies == 1
    assert any("copies" in note.message for note in found.notes)


def test_a_cluster_that_is_not_told_of_keeps_its_name_in_the_corpus(tmp_path: Path) -> None:
    record = _doccano(SOUND)
    record["malmoi"]["clusters"] = []
    found = _read(tmp_path, record)
    assert {note.message for note in found.notes} >= {"cluster c-0002: it is not told of; taken to be called “김가람”"}
    renamed = replace(
        SOUND, clusters=(SOUND.clusters[0], replace(SOUND.clusters[1], name="김가람 대표", wikidata="Q42"))
    )
    assert onto(renamed, found.article, get("doccano"), found.guessed) == renamed


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"blocks": [{"id": "h01", "type": "headline"}] * 3}, "names a block twice"),
        ({"blocks": 3}, "names no blocks"),
    ],
)
def test_a_header_that_is_none_is_told(change: dict[str, Any], says: str, tmp_path: Path) -> None:
    record = _doccano(SOUND)
    record["malmoi"]["article"] |= change
    path = tmp_path / "a.jsonl"
    path.write_bytes(orjson.dumps(record))
    (found,) = imported(get("doccano"), path)
    assert isinstance(found, FormatError)
    assert says in str(found)


def test_a_conll_file_without_its_header_has_its_id_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with exported(get("conll"), [SOUND]) as (made, _):
        lines = made.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "a.conll"
    path.write_text("".join(line for line in lines if not line.startswith("# malmoi")), encoding="utf-8")
    assert main(["import", "--format", "conll", str(path), "-o", str(tmp_path / "a.json")]) == 0
    assert "1 article without our header" in capsys.readouterr().err
    assert store.load(tmp_path / "a.json").id == SOUND.id


def test_a_mark_inside_a_text_is_no_byte_order_mark() -> None:
    text = "나\ufeff다"
    article = replace(SOUND, blocks=(replace(SOUND.blocks[0], text=text),), entities=(), quotes=(), captions=())
    with exported(get("conll"), [replace(article, clusters=())]) as (made, _):
        (found,) = imported(get("conll"), made)
    assert not isinstance(found, FormatError), found
    assert found.article.blocks[0].text == text


def test_what_overlaps_in_the_corpus_survives_a_flat_format() -> None:
    with exported(get("conll"), [SMALL]) as (made, tally):
        (found,) = imported(get("conll"), made)
    assert not isinstance(found, FormatError), found
    assert {row.kind: row.lost for row in tally.rows()}["entities"] == 1
    assert onto(SMALL, found.article, get("conll")) == SMALL


def test_a_relabelled_entity_loses_what_was_said_of_the_other() -> None:
    day = SOUND.entities[-1]
    relabelled = replace(SOUND, entities=(*SOUND.entities[:-1], replace(day, label="QT_COUNT", value=None)))
    assert onto(SOUND, relabelled, get("conll")).entities[-1] == replace(day, label="QT_COUNT", value=None)


def test_errors_that_come_with_an_import_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "a.json"
    store.dump(SOUND, corpus)
    record = _doccano(SOUND)
    for one in record["entities"]:
        if one["label"] == "DT_DAY":
            one["label"] = "PS_NAME"
    for kept in record["malmoi"]["attributes"]:
        if kept[0] == "DT_DAY":
            kept[0] = "PS_NAME"
    export = tmp_path / "a.jsonl"
    export.write_bytes(orjson.dumps(record))
    assert main(["import", "--format", "doccano", str(export), "--against", str(corpus), "--yes"]) == 1
    assert f"malmoi: {SOUND.id}: $.entities[2].value: MM320 " in capsys.readouterr().err


def test_a_byte_order_mark_and_an_empty_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + orjson.dumps(_doccano(SOUND)))
    (found,) = imported(get("doccano"), path)
    assert not isinstance(found, FormatError), found
    assert found.article == SOUND
    path.write_bytes(b"")
    assert main(["import", "--format", "doccano", str(path)]) == 2
    assert f"{path}: nothing is in it" in capsys.readouterr().err
