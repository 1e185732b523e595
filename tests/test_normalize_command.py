"""`malmoi normalize` as a user runs it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from malmoi import store
from malmoi.commands import main

PAGE = Path(__file__).parent / "normalize" / "one-paragraph" / "input.txt"


def test_page_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["normalize", str(PAGE)]) == 0
    out, err = capfdbinary.readouterr()
    assert store.loads(out).headline() == "[속보] 가온시 앞바다서 규모 2.1 지진"
    assert out.count(b"\n") == 1
    assert err == b""


def test_folder_to_a_file_is_the_same_each_time(tmp_path: Path) -> None:
    written = []
    for name in ("one.jsonl", "two.jsonl"):
        assert main(["normalize", str(PAGE.parents[1]), str(PAGE), "-o", str(tmp_path / name)]) == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b"\n") == len(list(PAGE.parents[1].glob("*/input.txt")))


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
    assert f"{tmp_path}: no .txt or .jsonl file in this folder" in capsys.readouterr().err


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


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["normalize", "--help"])
    assert "malmoi normalize 기사.txt" in capsys.readouterr().out
