"""`malmoi normalize` as a user runs it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import orjson
import pytest
from normalize_inputs import PAGE as PAGE_HTML
from normalize_inputs import response

from malmoi import store
from malmoi.commands import main
from malmoi.normalize import normalize_page

if TYPE_CHECKING:
    from malmoi.model import Article

PAGE = Path(__file__).parent / "normalize" / "one-paragraph" / "input.txt"


def test_page_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["normalize", str(PAGE)]) == 0
    out, err = capfdbinary.readouterr()
    assert store.loads(out).headline() == "[속보] 가온시 앞바다서 규모 2.1 지진"
    assert out.count(b"\n") == 1
    assert err == b""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of pages."""
    for page in PAGE.parents[1].glob("*/input.txt"):
        target = tmp_path / "pages" / page.parent.name / page.name
        target.parent.mkdir(parents=True)
        target.write_bytes(page.read_bytes())
    return tmp_path / "pages"


def test_folder_to_a_file_is_the_same_each_time(pages: Path, tmp_path: Path) -> None:
    page = next(pages.glob("*/input.txt"))
    written = []
    for name in ("one.jsonl", "two.jsonl"):
        assert main(["normalize", str(pages), str(page), "-o", str(tmp_path / name)]) == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b"\n") == len(list(pages.glob("*/input.txt")))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.jsonl", "pages", "two.jsonl"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(PAGE.read_bytes())))
    assert main(["normalize", "-"]) == 0
    assert store.loads(capfdbinary.readouterr().out).headline()


def test_bad_page_is_named_and_the_rest_goes_on(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    bad = tmp_path / "나쁜.txt"
    bad.write_bytes(b"abc\xff")
    assert main(["normalize", str(bad), str(PAGE), str(tmp_path / "없다.txt")]) == 1
    out, err = capfdbinary.readouterr()
    assert out.count(b"\n") == 1
    lines = err.decode().splitlines()
    assert lines[0].startswith(f"malmoi: {bad}: neither UTF-8 (byte 3)")
    assert lines[1] == f"malmoi: {tmp_path / '없다.txt'}: No such file or directory"
    assert lines[2] == "malmoi: 1 normalized, 2 could not be read"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("page.hwp", ".hwp files are not supported"),
        ("page", "a file without a suffix is not supported"),
        ("a.txt", "No such"),
    ],
)
def test_nothing_readable_is_a_usage_error(
    name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["normalize", str(tmp_path / name), "-o", str(out)]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert "no article could be made" in err
    assert not out.exists()


def test_empty_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", str(tmp_path)]) == 2
    assert f"{tmp_path}: no file in this folder that can be read; normalize reads HTML" in capsys.readouterr().err


def test_records_with_title_and_body(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = tmp_path / "records.jsonl"
    rows = [
        b'{"title": "\xea\xb0\x80", "body": "\xeb\x82\x98[1]"}',
        b"{",
        b'{"title": "x"}',
        b'{"title": "x", "body": ""}',
        b"[]",
        b"",
    ]
    source.write_bytes(b"\n".join(rows))
    assert main(["normalize", str(source)]) == 1
    out, err = capfdbinary.readouterr()
    assert [block["text"] for block in orjson.loads(out)["blocks"]] == ["가", "나"]
    places = [line.split(": ")[1] for line in err.decode().splitlines()]
    assert places == [f"{source}:2", f"{source}:3", f"{source}:4", f"{source}:5", "1 normalized, 4 could not be read"]


def test_fields_are_named(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = tmp_path / "dump.json"
    source.write_bytes(
        orjson.dumps({"rows": [{"head": "가온시 도서관", "content": {"text": "문을 열었다고 시가 밝혔다."}}]})
    )
    assert main(["normalize", str(source), "--fields", "title=head,body=content.text"]) == 0
    assert store.loads(capfdbinary.readouterr().out).headline() == "가온시 도서관"
    assert main(["normalize", str(source), "--fields", "titel=head"]) == 2
    assert b"malmoi: --fields titel=head: expected FIELD=NAME" in capfdbinary.readouterr().err


def test_what_is_skipped_is_counted(pages: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for name in ("a.jpg", "b.jpg", "c.pdf"):
        (pages / name).touch()
    (pages / "d.warc").write_bytes(
        response("https://news.example/1", PAGE_HTML.encode())
        + response("https://news.example/2", b"", "Content-Type: image/png")
    )
    assert main(["normalize", str(pages)]) == 0
    out, err = capfdbinary.readouterr()
    number = out.count(b"\n")
    assert err.decode() == (
        f"malmoi: {number} normalized, 3 files of other kinds skipped (.jpg 2, .pdf 1), 1 WARC record skipped: no HTML page\n"
    )


def test_a_thousand_mixed_files(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    pages = [page.read_bytes() for page in sorted(PAGE.parents[1].glob("*/input.txt"))]
    folder = tmp_path / "pages"
    folder.mkdir()
    record = orjson.dumps({"title": "가온시 도서관", "body": "문을 열었다고 시가 밝혔다."})
    for number in range(995):
        kind, raw = [("html", PAGE_HTML.encode()), ("txt", pages[number % len(pages)]), ("jsonl", record)][number % 3]
        (folder / f"{number:04d}.{kind}").write_bytes(raw)
    broken = [folder / name for name in ("0100x.html", "0200x.txt", "0300x.jsonl", "0400x.xlsx", "0500x.warc.gz")]
    for path in broken:
        path.write_bytes(b"\0\xff{")
    out = tmp_path / "out.jsonl"
    assert main(["normalize", str(folder), "-o", str(out)]) == 1
    assert out.read_bytes().count(b"\n") == 995
    *named, last = capfdbinary.readouterr().err.decode().splitlines()
    assert [line.startswith(f"malmoi: {path}") for line, path in zip(named, broken, strict=True)] == [True] * 5
    assert last == "malmoi: 995 normalized, 5 could not be read"


class Interrupt:
    """Makes articles as usual until it is enough."""

    def __init__(self, after: int) -> None:
        """As many as these."""
        self.made = 0
        self.after = after

    def __call__(self, raw: bytes, *, name: str) -> Article:
        """The article, or an interrupt."""
        if self.made == self.after:
            raise KeyboardInterrupt
        self.made += 1
        return normalize_page(raw, name=name)


@pytest.fixture
def interrupted(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> list[str]:
    """The arguments of a run over pages, one of them bad, that was interrupted behind the eleventh."""
    (pages / "aaa.txt").write_bytes(b"abc\xff")
    arguments = ["normalize", str(pages), "-o", str(tmp_path / "out.jsonl")]
    with monkeypatch.context() as patch:
        patch.setattr("malmoi.normalize.sources.normalize_page", Interrupt(11))
        assert main(arguments) == 130
    kept = tmp_path / "out.jsonl.part"
    assert f"malmoi: what is done is kept in {kept}; the same command with --resume" in capfd.readouterr().err
    return arguments


def test_interrupted_run_goes_on(
    interrupted: list[str],
    pages: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    assert not out.exists()
    kept = part.read_bytes()
    assert kept.count(b"\n") == 11
    # As a killed process leaves it.
    part.write_bytes(kept[:-20])
    make = Interrupt(1000)
    monkeypatch.setattr("malmoi.normalize.sources.normalize_page", make)
    assert main([*interrupted, "--resume"]) == 1
    number = len(list(pages.glob("*/input.txt")))
    assert make.made == number - 9
    assert capfd.readouterr().err == f"malmoi: {number} normalized, 1 could not be read\n"
    resumed = out.read_bytes()
    assert not part.exists()
    assert main(interrupted) == 1
    assert out.read_bytes() == resumed


@pytest.mark.parametrize("change", ["new file", "other text", "file gone", "other fields", "fewer files"])
def test_run_with_other_inputs_does_not_go_on(
    change: str, interrupted: list[str], pages: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = min(pages.glob("*/input.txt"))
    more = ["--resume"]
    if change == "new file":
        (pages / "aab.txt").write_bytes(first.read_bytes())
    elif change == "other text":
        first.write_bytes(first.read_bytes() + b"\n")
    elif change == "file gone":
        first.unlink()
    elif change == "fewer files":
        for page in sorted(pages.glob("*/input.txt"))[5:]:
            page.unlink()
    else:
        more += ["--fields", "title=x"]
    assert main([*interrupted, *more]) == 2
    assert "Start anew without --resume" in capfd.readouterr().err
    assert (tmp_path / "out.jsonl.part").exists()
    assert not (tmp_path / "out.jsonl").exists()


def test_run_starts_anew_without_resume(interrupted: list[str], tmp_path: Path) -> None:
    assert main(interrupted) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "pages"]


def test_resume_without_an_earlier_run_is_a_run(pages: Path, tmp_path: Path) -> None:
    assert main(["normalize", str(pages), "-o", str(tmp_path / "out.jsonl"), "--resume"]) == 0


@pytest.mark.parametrize("arguments", [["x.txt"], ["-", "-o", "out.jsonl"], ["x.txt", "-o", "/dev/null"]])
def test_resume_needs_files(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", *arguments, "--resume"]) == 2
    assert "--resume needs an output file" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for target, reason in (
        (Path("/dev/full"), "cannot write: No space left on device"),
        (PAGE / "out.jsonl", "cannot write: Not a directory"),
        (tmp_path, "cannot write: Is a directory"),
        (tmp_path / ("가" * 300), "cannot write: File name too long"),
    ):
        assert main(["normalize", str(PAGE), "-o", str(target)]) == 2
        assert capsys.readouterr().err == f"malmoi: {target}: {reason}\n"
    assert list(tmp_path.iterdir()) == []


def test_longest_name_of_an_output(tmp_path: Path) -> None:
    out = tmp_path / ("x" * 255)
    assert main(["normalize", str(PAGE), "-o", str(out)]) == 0
    assert list(tmp_path.iterdir()) == [out]


def test_output_is_written_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "out.jsonl"
    link.symlink_to(tmp_path / "there" / "real.jsonl")
    assert main(["normalize", str(PAGE), "-o", str(link)]) == 0
    assert link.is_symlink()
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["real.jsonl"]


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["normalize", "--help"])
    assert "malmoi normalize 기사.html" in capsys.readouterr().out


def test_output_over_an_input_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "dump.jsonl"
    page.write_text('{"title": "마을 도서관", "body": "주민들이 도서관을 다시 열었다."}\n', encoding="utf-8")
    before = page.read_bytes()
    assert main(["normalize", str(page), "-o", str(page)]) == 2
    assert "is an input and the output" in capsys.readouterr().err
    assert page.read_bytes() == before
