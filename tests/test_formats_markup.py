"""The mark-up as a format: what an editor gives back, and what it cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from exchanged_articles import corpus_articles, small_article
from given_back import copy_of, edit, entities, messages, read_one, refused
from msgspec.structs import replace

from malmoi import store
from malmoi.commands import main
from malmoi.formats import get
from malmoi.formats.exchange import exported
from malmoi.markup import parse
from malmoi.model import Entity

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.model import Article

_STEM = "open-0a1b2c3d"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder as an editor has it."""
    return copy_of("markup", tmp_path)


def _crossing() -> Article:
    """An article with two entities that cross."""
    article = small_article()
    extra = Entity(id="e-ffff", block="p01", start=2, end=6, label="PS_NAME", text="람 대표")
    at = 2
    return replace(article, entities=(*article.entities[:at], extra, *article.entities[at:]))


def test_the_files_are_what_the_compiler_takes(given: Path) -> None:
    source = given / f"{_STEM}.mark"
    assert parse(source.read_text(encoding="utf-8"), name=str(source)) == small_article()


def test_what_a_person_writes_is_an_annotation(given: Path) -> None:
    edit(
        given / f"{_STEM}.mark",
        ("새 공장 문", "{QT_ORDER 새} 공장 문"),
        ("{CV_POSITION 대표}", "대표"),
        ("{PS_NAME@c2 김가람}", "{PS_CHARACTER@c2 김가람}"),
        ("{q2.cue 했다}", "했다"),
    )
    found = read_one("markup", given)
    assert messages(found) == []
    assert entities(found.article)[:4] == [
        *(("OGG_ECONOMY", "한빛전자"), ("QT_ORDER", "새"), ("PS_CHARACTER", "김가람"), ("DT_DAY", "5일")),
    ]
    assert found.article.quotes[1].cue is None
    assert found.article.quotes[0] == small_article().quotes[0]


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        (("{CV_POSITION 대표}", "{CV_POSITION 대표"), ":14: {q1.source is never closed"),
        (("{CV_POSITION", "{CV_POSTION"), ":14: CV_POSTION is no label of the inventory"),
        (("+++\n# ", "# "), ": expected a header between two `+++` lines"),
        (('license = "CC-BY-4.0"', "license = 5"), ": in the header: Expected `str`, got `int`, in license"),
    ],
)
def test_mark_up_that_does_not_compile_is_named(given: Path, edits: tuple[str, str], says: str) -> None:
    path = given / f"{_STEM}.mark"
    edit(path, edits)
    assert refused("markup", given).startswith(f"{path}{says}")


def test_bytes_that_are_not_utf8_are_told(given: Path) -> None:
    (given / f"{_STEM}.mark").write_bytes("한".encode("cp949"))
    assert "not UTF-8" in refused("markup", given)


def test_text_that_makes_no_page_is_told(given: Path) -> None:
    path = given / f"{_STEM}.mark"
    edit(path, ("새 공장 문", "새\u2028공장 문"))
    assert (
        refused("markup", given) == f"{path}: {_STEM}: block h01 is not one line of text; `malmoi validate` tells more"
    )


def test_spans_that_cross_are_refused_and_counted_and_the_rest_goes_on() -> None:
    good = replace(small_article(), id="open-00000001")
    with exported(get("markup"), [_crossing(), good]) as (made, tally):
        assert [path.name for path in made.iterdir()] == ["open-00000001.mark"]
    assert tally.articles == 1
    assert [str(refusal) for refusal in tally.refused] == [
        f"{_STEM}: p01: PS_NAME at 2 crosses another span; nested tags cannot say that"
    ]
    assert not [row for row in tally.rows() if row.lost]


def test_the_command_tells_what_was_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    articles, out, loss = tmp_path / "in.jsonl", tmp_path / "out", tmp_path / "loss.json"
    articles.write_bytes(store.dump_line(_crossing()) + store.dump_line(replace(small_article(), id="open-00000001")))
    arguments = ["export", "--format", "markup", str(articles), "-o", str(out), "--loss", str(loss)]
    assert main(arguments) == 1
    assert [path.name for path in out.iterdir()] == ["open-00000001.mark"]
    told = capsys.readouterr().err
    assert f"malmoi: {_STEM}: p01: PS_NAME at 2 crosses another span" in told
    assert "1 article as markup" in told
    assert "1 article could not be written" in told
    report = orjson.loads(loss.read_bytes())
    assert (report["articles"], [refusal["article"] for refusal in report["refused"]]) == (1, [_STEM])


def test_the_command_fails_where_every_article_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    articles, out = tmp_path / "in.jsonl", tmp_path / "out"
    articles.write_bytes(store.dump_line(_crossing()))
    assert main(["export", "--format", "markup", str(articles), "-o", str(out)]) == 2
    assert not out.exists()
    assert "no article could be exported" in capsys.readouterr().err


def test_ids_of_entities_are_all_that_is_lost() -> None:
    other = replace(small_article(), entities=(replace(small_article().entities[0], id="e-0001"),))
    with exported(get("markup"), [*corpus_articles(), other]) as (_, tally):
        assert {row.kind for row in tally.rows() if row.lost} == get("markup").lacks
