"""Label Studio: a folder with the labelling configuration, `config.xml`, and the tasks, `tasks.json`.

What comes back is the raw JSON export of a project, one file: the other exports lose relations or layers.

    config.py   what a person sees: labels, fields, relations
    tasks.py    pages as tasks, with annotations or predictions
    results.py  pages of an export, one for each annotation
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.formats.interface import File, FormatError, Unit
from malmoi.formats.label_studio.config import labelling_config
from malmoi.formats.label_studio.results import read
from malmoi.formats.label_studio.tasks import task
from malmoi.formats.pages import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from malmoi.formats.pages import Page

CONFIG, TASKS = "config.xml", "tasks.json"


class LabelStudio:
    """The format."""

    name = "label-studio"
    unit: Unit = "code points"
    folder = True
    suffix = ".json"
    layers = LAYERS
    lacks: frozenset[str] = frozenset()

    def __init__(self, *, predictions: bool = False) -> None:
        """Make the format.

        Args:
            predictions: marks go into, and come from, a task's predictions, not its annotations.
        """
        self.predictions = predictions

    def encode(self, pages: Iterable[Page]) -> Iterator[File]:
        """The configuration, then a task a page."""
        yield File(CONFIG, labelling_config())
        before = b"[\n"
        for page in pages:
            yield File(TASKS, before + task(page, predictions=self.predictions))
            before = b",\n"
        yield File(TASKS, b"\n]\n" if before == b",\n" else b"[]\n")

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of an export, one for each annotation; of a folder, of the one .json file in it."""
        return read(_export(source), predictions=self.predictions)


def _export(source: Path) -> Path:
    if not source.is_dir():
        return source
    found = sorted(source.glob("*.json"))
    if len(found) == 1:
        return found[0]
    inside = f"holds {', '.join(path.name for path in found)}" if found else "holds no .json file"
    raise FormatError(f"{source}: the folder {inside}: name the file that Label Studio exported")
