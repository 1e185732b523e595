"""What `malmoi show` prints, with colours and without."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from sample_corpus import annotated, bare, write

from malmoi.build import glance
from malmoi.build.builder import build
from malmoi.build.rows import rows
from malmoi.build.texts import Texts
from malmoi.commands import main

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = """\
말모이 Malmoi  {dist}

config     one row is                 train   validation   test   rows
default    an article, all layers         1            -      1      2
ner        a block and its entities       7            -      2      9
quotes     a quote in its context         2            -      -      2
captions   a photo caption, parted        2            -      -      2

tier   articles   characters   entities   quotes   captions
open          2          230          7        2          2

open-bridge ────────────────────────────────────────────────────────────────────
다온통신 · 은채령 기자 · 2024-03-05T09:12:00+09:00 · CC-BY-4.0

 headline  [냇물걷기모임 OGG_OTHERS], 새 다리 건넌다

 dateline  [서울=다온통신] 은채령 기자 =

paragraph  [냇물걷기모임 OGG_OTHERS]은 [5일 DT_DAY] 새 징검다리를 열었다.

paragraph  [설은호 PS_NAME] [회장 CV_POSITION]은 ‹"비가 와도 건널 수 있다"›며
           ‹"[100여 명 QT_COUNT]이 기다렸다"›고 말했다.
           ❝ 설은호 · direct · speech · 말했다

paragraph  ‹"아이들이 먼저 뛰어갔어요."›
           ❝ nobody is named · direct · speech

  caption  [서울=다온통신] 은채령 기자 = [5일 DT_DAY] 새로 놓인 징검다리.
           (사진=냇물걷기모임 제공) 2024.03.05.
           ▣ location 서울 · source 다온통신 · creator 은채령 · creator role
           기자 · credit line 사진=냇물걷기모임 제공 · date created 2024-03-05 ·
           copies 2

  caption  다리 옆 버드나무 😀. /뉴스마루
           ▣ source 뉴스마루

[name LABEL] an entity   ‹…› quoted content   ❝ who said it, how   ▣ parts of a
caption

from datasets import load_dataset; malmoi = load_dataset('{dist}', 'ner')
"""


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    corpus = write(
        tmp_path / "corpus", {annotated(): "train", bare("open-snow", "밤새 눈이 내려 고갯길이 막혔다."): "test"}
    )
    build(corpus, tmp_path / "dist", Texts(None))
    return tmp_path / "dist"


def test_in_a_pipe_spans_stand_in_brackets(
    dist: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert main(["show", str(dist)]) == 0
    assert capsysbinary.readouterr().out.decode() == SHOWN.format(dist=dist)


def printed(*, no_color: bool) -> str:
    console = Console(
        file=StringIO(),
        width=200,
        legacy_windows=False,
        force_terminal=True,
        color_system="truecolor",
        no_color=no_color,
    )
    plain = console.color_system is None or console.no_color
    console.print(glance.article(rows(annotated())["default"][0], plain=plain))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_on_a_terminal_entities_are_coloured_by_class_and_quotes_underlined() -> None:
    shown = printed(no_color=False)
    person = re.escape("\x1b[30;48;2;255;179;186m설은호\x1b[0m")
    assert re.search(person, shown)
    assert '\x1b[4m"비가 와도 건널 수 있다"\x1b[0m' in shown
    assert "PS_NAME" not in shown
    assert " PS " in shown


def test_no_color_is_respected() -> None:
    shown = printed(no_color=True)
    assert "[설은호 PS_NAME]" in shown
    assert "48;2" not in shown


def test_markup_like_text_is_printed_as_it_is() -> None:
    row = rows(bare("open-x", "[bold]굵은 글씨[/bold]라는 [/] 표시다."))["default"][0]
    console = Console(file=StringIO(), width=120)
    console.print(glance.article(row, plain=True))
    assert isinstance(console.file, StringIO)
    assert "[bold]굵은 글씨[/bold]라는 [/] 표시다." in console.file.getvalue()


def test_the_richest_and_shortest_article_is_shown() -> None:
    full = rows(annotated())["default"][0]
    longer = full | {"id": "open-longer", "text": full["text"] * 2}
    short = rows(bare("open-short", "눈."))["default"][0]
    assert glance.sample([short, longer, full])["id"] == "open-bridge"


def test_a_folder_without_a_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(tmp_path)]) == 2
    assert "malmoi build corpus -o" in capsys.readouterr().err


@pytest.mark.parametrize("damage", [b"", b"PAR1 and no more"])
def test_a_damaged_dataset(dist: Path, capsys: pytest.CaptureFixture[str], damage: bytes) -> None:
    (dist / "ner" / "train.parquet").write_bytes(damage)
    assert main(["show", str(dist)]) == 2
    said = capsys.readouterr().err
    assert "cannot be loaded" in said
    assert "Traceback" not in said
