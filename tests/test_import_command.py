"""`malmoi import` on the command line: several annotators, the record of a pass, and the difference from a corpus."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from msgspec.structs import replace

from malmoi import markup, store
from malmoi.commands import main
from malmoi.formats import get
from malmoi.formats.accept import onto
from malmoi.formats.exchange import exported
from malmoi.formats.interface import FormatError
from malmoi.model import Annotation, Article, Layer
from malmoi.standoff import withhold

MARK = Path(__file__).parent / "formats/label-studio/article.mark"
ALL: tuple[Layer, ...] = ("entities", "clusters", "quotes", "captions")


def _article(**more: Any) -> Article:  # noqa: ANN401  fields of several types
    article = markup.parse(MARK.read_text(encoding="utf-8"))
    past = Annotation(layers=ALL, by="machine", agent="기계", role="draft", guidelines="1.9")
    later = replace(past, role="review", guidelines="1.10")
    return replace(article, provenance=replace(article.provenance, annotations=(past, later)), **more)


def _by(user: int, *, without: str | None = None) -> dict[str, Any]:
    """An annotation of our article by this user, without the entity of this id."""
    found = orjson.loads((MARK.parent / "tasks.json").read_bytes())[0]["annotations"][0]["result"]
    return {
        "completed_by": user,
        "lead_time": 1.5,
        "result": [one for one in found if not without or one.get("id") != without],
    }


def _export(folder: Path, *annotations: dict[str, Any], article: Article | None = None) -> str:
    """An export of Label Studio with one task."""
    with exported(get("label-studio"), [article or _article()]) as (made, _):
        (task,) = orjson.loads((made / "tasks.json").read_bytes())
    path = folder / "export.json"
    path.write_bytes(orjson.dumps([task | {"id": 3, "annotations": list(annotations)}]))
    return str(path)


def _import(*arguments: str) -> int:
    return main(["import", "--format", "label-studio", *arguments])


def _last(path: Path) -> Annotation:
    return store.load(path).provenance.annotations[-1]


def test_what_comes_back_unchanged_is_written_as_lines_a_file_or_a_folder(tmp_path: Path) -> None:
    export = _export(tmp_path, _by(1))
    for target in ("a.jsonl", "a.json", "folder"):
        assert _import(export, "-o", str(tmp_path / target)) == 0
    assert (tmp_path / "a.jsonl").read_bytes() == store.dump_line(_article())
    assert (tmp_path / "a.json").read_bytes() == store.dumps(_article())
    assert (tmp_path / f"folder/{_article().id}.json").read_bytes() == store.dumps(_article())


def test_several_annotators_get_a_folder_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = _export(tmp_path, _by(1), _by(12, without="e-de3c"))
    out = tmp_path / "out"
    assert _import(export, "-o", str(out)) == 0
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.json")) == [
        f"user-1/{_article().id}.json",
        f"user-12/{_article().id}.json",
    ]
    assert _import(export, "-o", str(tmp_path / "a.jsonl")) == 2
    told = capsys.readouterr().err
    assert f"{_article().id} was annotated by Label Studio user 1, Label Studio user 12: choose one of them" in told
    assert not (tmp_path / "a.jsonl").exists()


@pytest.mark.parametrize("who", ["12", "user-12", "Label Studio user 12"])
def test_one_annotator_may_be_chosen(tmp_path: Path, who: str) -> None:
    export = _export(tmp_path, _by(1), _by(12, without="e-de3c"))
    assert _import(export, "--annotator", who, "-o", str(tmp_path / "a.json")) == 0
    assert len(store.load(tmp_path / "a.json").entities) == len(_article().entities) - 1


def test_an_annotator_who_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _import(_export(tmp_path, _by(1)), "--annotator", "2") == 2
    assert "nothing is by '2'; there is work by Label Studio user 1" in capsys.readouterr().err


def test_a_pass_is_recorded_only_where_a_role_is_named(tmp_path: Path) -> None:
    export = _export(tmp_path, _by(3))
    assert _import(export, "--role", "first", "-o", str(tmp_path / "a.json")) == 0
    expected = Annotation(layers=ALL, by="human", agent="Label Studio user 3", role="first", guidelines="1.10")
    assert _last(tmp_path / "a.json") == expected
    more = ("--role", "review", "--agent", "은채령", "--guidelines", "2.0")
    assert _import(export, *more, "-o", str(tmp_path / "b.json")) == 0
    assert _last(tmp_path / "b.json") == replace(expected, agent="은채령", role="review", guidelines="2.0")


def test_a_pass_needs_a_person_and_guidelines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untouched = _by(1) | {"lead_time": None}
    assert _import(_export(tmp_path, untouched), "--role", "first") == 2
    assert "the tool does not tell who annotated it: name the person with --agent" in capsys.readouterr().err
    (tmp_path / "bare").mkdir()
    bare = _article()
    bare = replace(bare, provenance=replace(bare.provenance, annotations=()))
    assert _import(_export(tmp_path / "bare", _by(1), article=bare), "--role", "first") == 2
    assert "give their version with --guidelines" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--agent", "은채령"), "name its --role"),
        (("--guidelines", "1.1"), "name its --role"),
        (("--yes",), "--yes accepts what differs"),
        (("--against", "gone"), "articles are .json or .jsonl files"),
    ],
)
def test_options_that_say_nothing_alone(
    tmp_path: Path, arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _import(_export(tmp_path, _by(1)), *arguments) == 2
    assert message in capsys.readouterr().err


def _corpus(folder: Path, article: Article) -> Path:
    path = folder / "corpus/open/2024" / f"{article.id}.json"
    path.parent.mkdir(parents=True)
    store.dump(article, path)
    double = folder / "corpus/double/first" / f"{article.id}.json"
    double.parent.mkdir(parents=True)
    store.dump(withhold(article), double)
    return path


def test_nothing_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _corpus(tmp_path, _article())
    before = path.stat().st_mtime_ns
    assert _import(_export(tmp_path, _by(1)), "--against", str(tmp_path / "corpus")) == 0
    assert capsys.readouterr().err.endswith("malmoi: 1 as they were, 0 accepted, 0 not\n")
    assert path.stat().st_mtime_ns == before


def test_a_difference_is_shown_and_written_only_when_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Everything but the layers is the corpus's: the publisher has changed there meanwhile.
    path = _corpus(tmp_path, _article(publisher="새 이름"))
    whole = path.read_bytes()
    export, corpus = _export(tmp_path, _by(1, without="e-de3c")), str(tmp_path / "corpus")
    assert _import(export, "--against", corpus) == 1
    captured = capsys.readouterr()
    assert "1 entity removed" in captured.out
    assert "  - entity e-de3c " in captured.out
    assert "publisher" not in captured.out
    assert "0 accepted, 1 not" in captured.err
    assert path.read_bytes() == whole
    assert _import(export, "--against", corpus, "--yes", "--role", "review") == 0
    kept = [entity for entity in _article().entities if entity.id != "e-de3c"]
    after = store.load(path)
    assert replace(after, provenance=_article().provenance) == _article(publisher="새 이름", entities=tuple(kept))
    assert path.read_bytes() == store.dumps(after)
    assert _last(path).agent == "Label Studio user 1"


def test_withheld_text_is_not_written_back(tmp_path: Path) -> None:
    path = _corpus(tmp_path, withhold(_article(tier="private")))
    export = _export(tmp_path, _by(1, without="e-de3c"))
    assert _import(export, "--against", str(path), "--yes") == 0
    after = store.load(path)
    assert after.text_status == "withheld"
    assert "e-de3c" not in {entity.id for entity in after.entities}
    assert after == withhold(
        replace(_article(tier="private"), entities=tuple(e for e in _article().entities if e.id != "e-de3c"))
    )


def test_accepted_lines_replace_their_lines_or_go_elsewhere(tmp_path: Path) -> None:
    lines, out = tmp_path / "all.jsonl", tmp_path / "out"
    other = replace(_article(), id="open-other")
    lines.write_bytes(store.dump_line(other) + store.dump_line(_article()))
    whole = lines.read_bytes()
    export = _export(tmp_path, _by(1, without="e-de3c"))
    assert _import(export, "--against", str(lines), "--yes", "-o", str(out)) == 0
    assert lines.read_bytes() == whole
    after = store.load(out / f"{_article().id}.json")
    assert _import(export, "--against", str(lines), "--yes") == 0
    assert lines.read_bytes() == store.dump_line(other) + store.dump_line(after)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "accepted"), [("y\n", 1), ("n\n", 0), ("what\na\n", 1), ("q\n", 0), ("", 0)])
def test_a_person_is_asked(
    tmp_path: Path, typed: str, accepted: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _corpus(tmp_path, _article())
    export = _export(tmp_path, _by(1, without="e-de3c"))
    asked = _Terminal()
    monkeypatch.setattr(sys, "stdin", _Terminal(typed))
    monkeypatch.setattr(sys, "stderr", asked)
    assert _import(export, "--against", str(path)) == 1 - accepted
    assert asked.getvalue().count("Accept?") == (2 if "what" in typed else 1)
    assert (store.load(path) != _article()) == bool(accepted)
    assert "  - entity e-de3c " in capsys.readouterr().out


def test_what_cannot_be_compared_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "other.json"
    store.dump(replace(_article(), id="open-other"), corpus)
    export = _export(tmp_path, _by(1))
    assert _import(export, "--against", str(corpus)) == 2
    assert "the corpus has no article with this id" in capsys.readouterr().err


def test_versions_of_several_are_not_written_over_one_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _corpus(tmp_path, _article())
    two = _export(tmp_path, _by(1), _by(2, without="e-de3c"))
    assert _import(two, "--against", str(path), "--yes") == 2
    assert "choose one of them with --annotator, or bring them together" in capsys.readouterr().err
    (tmp_path / "twice").mkdir()
    twice = _export(tmp_path / "twice", _by(1), _by(1, without="e-de3c"))
    for target in (("--against", str(path), "--yes"), ("-o", str(tmp_path / "out")), ("-o", str(tmp_path / "a.jsonl"))):
        assert _import(twice, *target) == 2
        assert f"{_article().id} was annotated by Label Studio user 1, Label Studio user 1" in capsys.readouterr().err
    unnamed = _by(1) | {"lead_time": None}
    assert _import(_export(tmp_path / "twice", unnamed, unnamed), "--against", str(path), "--yes") == 1
    assert "or it comes twice; left out" in capsys.readouterr().err
    assert store.load(path) == _article()


def test_another_text_is_refused_with_its_block() -> None:
    article = _article()
    blocks = (article.blocks[0], replace(article.blocks[1], text="다른 글"), *article.blocks[2:])
    for before in (article, withhold(article)):
        with pytest.raises(FormatError, match="block d01 is not the corpus's"):
            onto(before, replace(article, blocks=blocks), get("brat"))
        with pytest.raises(FormatError, match="block c01 is not the corpus's"):
            onto(before, replace(article, blocks=article.blocks[:-1]), get("brat"))


def test_layers_that_a_tool_does_not_carry_stay() -> None:
    article = _article()
    emptied = replace(article, entities=(), clusters=(), quotes=(), captions=())
    after = onto(article, emptied, get("conll"))
    assert after.quotes == article.quotes
    assert after.captions == article.captions
    # A cluster that is nobody's any more goes; the one that spoke is still somebody's.
    assert {cluster.id for cluster in after.clusters} == {quote.speaker for quote in article.quotes if quote.speaker}


def test_what_a_tool_cannot_say_of_an_entity_stays() -> None:
    article = _article()
    told = replace(article.entities[0], id="e-0000", value=None, cluster=None)
    others = tuple(replace(entity, value=None, cluster=None) for entity in article.entities[1:])
    assert onto(article, replace(article, entities=(told, *others)), get("conll")) == article
    assert onto(article, replace(article, entities=(told, *others)), get("brat")) != article
