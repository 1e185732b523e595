"""`malmoi normalize --explain`: what a person is shown of a page."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from html_labels import CASES, FOLDER

from malmoi.commands import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PAGE = FOLDER / "hankook2021-fogears" / "input.html"


def _explained(capsysbinary: pytest.CaptureFixture[bytes], *inputs: Path) -> str:
    assert main(["normalize", "--explain", *map(str, inputs)]) == 0
    return capsysbinary.readouterr().out.decode()


def test_says_where_each_block_is_from(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    lines = _explained(capsysbinary, PAGE).splitlines()
    caption = next(line for line in lines if line.startswith("c01"))
    assert "named caption: " in caption
    assert "in div" in caption
    headline = next(line for line in lines if line.startswith("h01"))
    assert "json-ld headline" in headline
    assert any(line.startswith("p01  paragraph") and "p.editor-p" in line for line in lines)


def test_says_what_fields_were_taken_from(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    text = _explained(capsysbinary, PAGE)
    assert "2021-10-02T04:30:00+09:00" in text
    assert "shown on the page and head" in text


def test_says_what_was_dropped_and_hides_contacts(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    text = _explained(capsysbinary, PAGE)
    assert "dropped: " in text
    assert "subscribing" in text
    assert "of a person's contact, not kept" in text
    assert "@" not in text.split("dropped:")[1]


def test_flags_are_shown(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    flagged = FOLDER / "jtbc-narae" / "input.html"
    assert "look at" in _explained(capsysbinary, flagged)


def test_other_inputs_are_explained_too(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    page = tmp_path / "기사.txt"
    lines = [
        "마을 도서관 다시 문 연다",
        "입력 2024.03.02 10:11",
        "주민들은 도서관이 문을 여는 날을 손꼽아 기다렸다.",
        "공유",
    ]
    page.write_text("\n".join(lines), encoding="utf-8")
    text = _explained(capsysbinary, page)
    assert "h01" in text
    assert "sharing" in text


def test_no_article_is_an_error_that_names_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "empty.html"
    page.write_bytes(b"<html><body></body></html>")
    assert main(["normalize", "--explain", str(page)]) == 2
    assert "empty.html: no running text" in capsys.readouterr().err


def test_every_page_can_be_explained(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    text = _explained(capsysbinary, *(case / "input.html" for case in CASES))
    assert text.count("\nkept\n") == len(CASES)


def test_is_plain_text_where_there_is_no_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from malmoi.commands import main; main()", "normalize", "--explain", str(PAGE)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert b"\x1b[" not in done.stdout
    assert max(map(len, done.stdout.decode().splitlines())) <= 120
