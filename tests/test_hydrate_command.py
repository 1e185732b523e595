"""`malmoi hydrate` and `malmoi withhold` on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from standoff_examples import article, lines, other, withheld
from test_archives import database, extract  # noqa: F401  fixtures

from malmoi import archives, store
from malmoi.commands import main
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "\n\n".join(lines(article()))


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No archive but what a test names, and no network."""
    monkeypatch.delenv(archives.WIKINEWS_VARIABLE, raising=False)

    def refuse(*_: object) -> None:
        raise archives.ArchiveError("no network in tests")

    monkeypatch.setattr(archives, "fetch_wikinews", refuse)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store.dump(article(), tmp_path / "whole.json")
    store.dump(withheld(), tmp_path / "withheld.json")
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies/page.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "copies/other.txt").write_text("\n\n".join(lines(other())), encoding="utf-8")
    return tmp_path


def wikinews_file(folder: Path, source: Path) -> Path:
    with archives.open_wikinews(source) as archive:
        made = archives.article(archive.record("3"))
    assert made.origin is not None
    origin = replace(made.origin, archive=archives.WIKINEWS, key="3")
    store.dump(
        withhold(replace(made, id="wn-3", tier="wikinews", license="CC-BY-2.5", origin=origin)), folder / "wn-3.json"
    )
    return folder / "wn-3.json"


def test_the_copy_is_found_in_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.jsonl"
    assert main(["hydrate", str(folder / "withheld.json"), "--source", str(folder / "copies"), "-o", str(out)]) == 0
    ((_, found),) = store.read_lines(out)
    assert not isinstance(found, store.StoreError)
    assert found.blocks == article().blocks
    assert capsys.readouterr().err == f"open-5a2f91c4: exact, from {folder}/copies/page.txt\n"


def test_what_is_left_out_is_reported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = folder / "copies/page.txt"
    page.write_text(PAGE.replace("11명", "12명"), encoding="cp949")
    assert main(["hydrate", str(folder / "withheld.json"), "--source", str(page)]) == 1
    captured = capsys.readouterr()
    assert "(entities) left out: the copy has other words there" in captured.err
    assert "12명" in captured.out


def test_refused_copy_overwrites_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.jsonl"
    out.write_text("mine")
    assert (
        main(["hydrate", str(folder / "withheld.json"), "--source", str(folder / "copies/other.txt"), "-o", str(out)])
        == 1
    )
    assert out.read_text() == "mine"
    assert "other.txt is no copy of this article" in capsys.readouterr().err


def test_articles_with_text_pass_through(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["hydrate", str(folder / "whole.json")]) == 0
    assert capfdbinary.readouterr().out == store.dump_line(article())


def test_without_a_copy_the_reader_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hydrate", str(folder / "withheld.json")]) == 1
    assert "your own copy" in capsys.readouterr().err


@pytest.mark.parametrize("source", ["database", "extract"])
@pytest.mark.parametrize("how", ["option", "variable"])
def test_wikinews_from_either_form(
    folder: Path, source: str, how: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = request.getfixturevalue(source)
    article_file = wikinews_file(folder, path)
    if how == "variable":
        monkeypatch.setenv(archives.WIKINEWS_VARIABLE, str(path))
    option = ["--source", str(path)] if how == "option" else ["--source", str(folder / "copies/page.txt")]
    assert main(["hydrate", str(article_file), str(folder / "withheld.json"), *option]) == (1 if how == "option" else 0)


def test_archive_that_cannot_be_had_stops_nothing_else(
    folder: Path,
    database: Path,  # noqa: F811  the fixture
    capsys: pytest.CaptureFixture[str],
) -> None:
    article_file = wikinews_file(folder, database)
    arguments = [str(article_file), str(article_file), str(folder / "withheld.json")]
    assert main(["hydrate", *arguments, "--source", str(folder / "copies/page.txt")]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("no network in tests") == 1
    assert captured.out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.json"], "gone.json: no such file"),
        (["copies"], "no article"),
        (["copies/page.txt"], "articles are .json or .jsonl files"),
        (["withheld.json", "--source", "gone.txt"], "gone.txt: No such file"),
        (["withheld.json", "--source", "withheld.jsonl"], "withheld.jsonl"),
    ],
)
def test_what_cannot_be_read_is_usage(
    folder: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    assert main(["hydrate", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_bad_line_does_not_stop_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in.jsonl").write_bytes(b"{}\n" + store.dump_line(article()))
    assert main(["hydrate", str(folder / "in.jsonl")]) == 1
    captured = capsys.readouterr()
    assert "in.jsonl:1:" in captured.err
    assert captured.out.count("\n") == 1


def test_withhold_writes_the_canonical_file_a_folder_or_lines(folder: Path) -> None:
    whole = str(folder / "whole.json")
    for target in ("w.json", "made", "w.jsonl"):
        assert main(["withhold", whole, "-o", str(folder / target)]) == 0
    assert (folder / "w.json").read_bytes() == store.dumps(withheld())
    assert (folder / "made/open-5a2f91c4.json").read_bytes() == store.dumps(withheld())
    assert (folder / "w.jsonl").read_bytes() == store.dump_line(withheld())


def test_withhold_refuses_to_write_two_articles_into_one_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = str(folder / "whole.json")
    assert main(["withhold", whole, whole, "-o", str(folder / "w.json")]) == 2
    assert main(["withhold", whole, whole, "-o", str(folder / "made")]) == 2
    assert "their ids are equal" in capsys.readouterr().err
    assert not (folder / "w.json").exists()
