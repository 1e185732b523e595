"""The exact files that each format makes of one small article; to renew them: `python tests/test_formats_golden.py`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from exchanged_articles import GOLDEN, small_article

from malmoi.formats import get
from malmoi.formats.exchange import exported, imported
from malmoi.formats.interface import FormatError

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("brat", "conll", "doccano", "klue", "markup", "nikl", "prodigy", "web-annotation")


def _golden(name: str) -> Path:
    form = get(name)
    return GOLDEN / name if form.folder else GOLDEN / name / f"article{form.suffix}"


def _files(path: Path) -> dict[str, str]:
    """What stands in a folder, or in a file."""
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {file.name if path.is_dir() else "": file.read_bytes().decode() for file in found}


@pytest.mark.parametrize("name", _NAMES)
def test_the_small_article_is_written_so(name: str) -> None:
    with exported(get(name), [small_article()]) as (made, tally):
        assert _files(made) == _files(_golden(name))
    assert {row.kind for row in tally.rows() if row.lost} <= get(name).lacks


@pytest.mark.parametrize("name", [name for name in _NAMES if not get(name).lacks])
def test_the_small_article_is_read_so(name: str) -> None:
    (found,) = imported(get(name), _golden(name))
    assert not isinstance(found, FormatError)
    assert found.article == small_article()
    assert not found.notes


def _renew() -> None:
    for name in _NAMES:
        with exported(get(name), [small_article()]) as (made, _):
            shutil.rmtree(GOLDEN / name, ignore_errors=True)
            if made.is_dir():
                shutil.copytree(made, GOLDEN / name)
            else:
                (GOLDEN / name).mkdir()
                shutil.copyfile(made, _golden(name))


if __name__ == "__main__":
    _renew()
