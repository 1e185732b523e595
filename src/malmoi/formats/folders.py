"""What the formats of one file an article, in a folder, share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi import schemas
from malmoi.formats.interface import FormatError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from malmoi.formats.interface import File
    from malmoi.formats.pages import Page


class Names:
    """Names of files, by the ids of articles."""

    def __init__(self) -> None:
        """Start with no name taken."""
        self._taken: set[str] = set()

    def take(self, page: Page) -> str:
        """The name of a page's files, without a suffix.

        Raises:
            RefusedError: the article's id could lead out of the folder, or is another's.
        """
        name = page.id
        if not re.fullmatch(schemas.article_schema()["$defs"]["article_id"]["pattern"], name):
            raise RefusedError(name, "no file can be named by this id; use a-z, 0-9, and `-` or `_` between")
        if name in self._taken:
            raise RefusedError(name, "another article has this id, and its files would be the same; export one of them")
        self._taken.add(name)
        return name


def each(pages: Iterable[Page], made: Callable[[str, Page], Iterable[File]]) -> Iterator[File | RefusedError]:
    """The files that are made of each page and its name; a page that is refused yields why, and none of its files."""
    names = Names()
    for page in pages:
        try:
            yield from tuple(made(names.take(page), page))
        except RefusedError as refusal:
            yield refusal


def files(source: Path, *suffixes: str) -> list[Path]:
    """The files with one of these suffixes in a folder and its subfolders, in the order of their names; or one of them.

    Raises:
        FormatError: there is none.
        OSError: the folder cannot be read.
    """
    if source.is_file() and source.suffix in suffixes:
        return [source]
    if not source.is_dir():
        raise FormatError(f"{source}: this format is a folder of {' and '.join(suffixes)} files: name the folder")
    found = sorted(path for path in source.rglob("*") if path.suffix in suffixes and path.is_file())
    if not found:
        raise FormatError(f"{source}: no {' or '.join(suffixes)} file is in this folder")
    return found


def read_text(path: Path) -> str:
    """What a file of UTF-8 holds, line ends as they are.

    Raises:
        FormatError: it is not UTF-8.
        OSError: it cannot be read.
    """
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not UTF-8: {error.reason} at byte {error.start}; save it as UTF-8") from None
