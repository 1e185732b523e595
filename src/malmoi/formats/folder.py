"""What the formats of a folder share: a file an article, named by its id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.formats.interface import FormatError
from malmoi.schemas import article_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from malmoi.formats.pages import Page


def named(pages: Iterable[Page], suffix: str) -> Iterator[tuple[str, Page]]:
    """Each page with the name of its file.

    Raises:
        FormatError: an id that could lead out of the folder, or one that stands twice.
    """
    pattern = article_schema()["$defs"]["article_id"]["pattern"]
    seen = set()
    for page in pages:
        if not re.fullmatch(pattern, page.id):
            raise FormatError(f"{page.id!r} is no id that a file can be named by: use a-z, 0-9, and `-` or `_` between")
        if page.id in seen:
            raise FormatError(f"{page.id}: two articles have this id, and each is a file of that name: export one")
        seen.add(page.id)
        yield f"{page.id}{suffix}", page


def files(source: Path, suffix: str) -> list[Path]:
    """The annotation files of a folder and all below it, sorted; or the one file that `source` is.

    Raises:
        FormatError: there is none.
    """
    if source.is_file():
        return [source]
    found = sorted(path for path in source.rglob(f"*{suffix}") if path.is_file())
    if not found:
        raise FormatError(f"{source}: no file with the suffix {suffix} in this folder")
    return found
