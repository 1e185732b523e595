"""What a person, or a tool, gives back of the small article: its golden files, edited."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from exchanged_articles import GOLDEN

from malmoi.formats import get
from malmoi.formats.exchange import imported
from malmoi.formats.interface import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.formats.assemble import Assembled
    from malmoi.model import Article


def copy_of(name: str, folder: Path) -> Path:
    """A copy of the golden folder of a format, in a folder that is there already."""
    return shutil.copytree(GOLDEN / name, folder / name)


def edit(path: Path, *edits: tuple[str, str]) -> None:
    """Replace each first text, which must be there, by the second."""
    text = path.read_bytes().decode()
    for before, after in edits:
        assert before in text, f"{path.name} does not hold {before!r}"
        text = text.replace(before, after)
    path.write_bytes(text.encode())


def read_one(name: str, source: Path) -> Assembled:
    """The one article of a tool's files."""
    (found,) = imported(get(name), source)
    assert not isinstance(found, FormatError), found
    return found


def refused(name: str, source: Path) -> str:
    """The message of the error that the one article of a tool's files yields."""
    (found,) = imported(get(name), source)
    assert isinstance(found, FormatError)
    return str(found)


def entities(article: Article) -> list[tuple[str, str | None]]:
    """Label and text of each entity."""
    return [(entity.label, entity.text) for entity in article.entities]


def messages(found: Assembled) -> list[str]:
    """Kind and message of each note."""
    return [f"{note.kind}: {note.message}" for note in found.notes]
