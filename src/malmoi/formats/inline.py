"""The authoring mark-up as a format: a folder with a `.mark` file for each article, for people to correct in an editor.

Nested tags cannot say two spans that cross. Such an article is refused as a whole: mark-up takes an article's place
when it is compiled, and what it left out would be gone from it. Entities get new ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.formats import folders
from malmoi.formats.assemble import assemble
from malmoi.formats.interface import File, FormatError, RefusedError, Unit
from malmoi.formats.pages import LAYERS, Page, page_of
from malmoi.markup import MarkupError, parse, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class Inline:
    """The format."""

    name = "markup"
    unit: Unit = "code points"
    folder = True
    suffix = ".mark"
    layers = LAYERS
    lacks = frozenset({"entity ids"})

    def encode(self, pages: Iterable[Page]) -> Iterator[File | RefusedError]:
        """A file a page."""
        return folders.each(pages, _files)

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of a folder of mark-up, one for each file that compiles."""
        for path in folders.files(source, self.suffix):
            try:
                yield page_of(parse(folders.read_text(path), name=str(path)))._replace(where=str(path))
            except FormatError as error:
                yield error if str(path) in str(error) else FormatError(f"{path}: {error}")
            except MarkupError as error:
                yield FormatError(str(error))


def _files(name: str, page: Page) -> Iterator[File]:
    try:
        yield File(f"{name}{Inline.suffix}", render(assemble(page).article).encode())
    except MarkupError as error:
        raise RefusedError(page.id, str(error).removeprefix(f"{page.id}: ")) from None
