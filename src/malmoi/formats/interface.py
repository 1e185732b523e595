"""What an exchange format is: a way to write pages as a tool reads them, and to read what the tool gives back.

A format knows the tool's files and nothing else. It sees `Page`s, whose spans count the tool's own unit over the
tool's own text; `pages.py` makes them of articles, `assemble.py` makes articles of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from malmoi.formats.pages import Page
    from malmoi.model import Layer

Unit = Literal["code points", "UTF-16 code units"]
"""What a format's offsets count. Ends are exclusive in all of them."""


class FormatError(MalmoiError):
    """A file that is not of the format, or an article that the format cannot say: names file and place."""


class RefusedError(FormatError):
    """An article that the format cannot say.

    Attributes:
        article: its id.
    """

    def __init__(self, article: str, why: str) -> None:
        """Name the article, and tell why."""
        super().__init__(f"{article}: {why}")
        self.article = article


class File(NamedTuple):
    """A piece of output: bytes for the file of that name; pieces with one name follow one another in it.

    A format that makes one file for all articles leaves the name empty.
    """

    name: str
    data: bytes


class Format(Protocol):
    """One exchange format.

    Attributes:
        name: as `--format` takes it.
        unit: what its offsets count.
        folder: whether it writes and reads a folder of files, and not one file.
        suffix: of the files that hold the annotations, with the dot.
        layers: the layers that it carries, in full or in part; none where its labels are not ours, so that nothing of
            it can go into the corpus.
        lacks: kinds of facts (`loss.KINDS`) that it cannot carry, or not always.
    """

    @property
    def name(self) -> str:
        """The name that `--format` takes."""

    @property
    def unit(self) -> Unit:
        """What offsets count."""

    @property
    def folder(self) -> bool:
        """Whether it is a folder of files."""

    @property
    def suffix(self) -> str:
        """Suffix of the files that hold annotations."""

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that it carries, in full or in part."""

    @property
    def lacks(self) -> frozenset[str]:
        """Kinds of facts that it cannot carry, or not always."""

    def encode(self, pages: Iterable[Page]) -> Iterator[File | RefusedError]:
        """The pages as the tool's files, piece by piece; one that cannot be said yields why, and the rest goes on."""

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of a file, or of a folder; one that cannot be read yields its error, and the rest goes on.

        Raises:
            FormatError: the whole is not of this format.
            OSError: it cannot be read.
        """
