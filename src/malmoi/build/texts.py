"""Where withheld text comes from: a copy of the Wikinews archive, named or fetched."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from malmoi.archives import WikinewsArchive
    from malmoi.model import Article


class TextsError(MalmoiError):
    """Withheld text that cannot be put back as it was annotated."""


class Texts(NamedTuple):
    """The copy that withheld text is put back from.

    Attributes:
        restore: the article with its text, exactly as annotated; None where no copy is at hand.
        copy: what tells this copy from another.
        why: why there is none.
    """

    restore: Callable[[Article], Article] | None
    copy: str | None = None
    why: str | None = None


def is_named(source: Path | None) -> bool:
    """Whether a copy is named, by `source` or by the environment, so that none is fetched."""
    from malmoi import archives  # noqa: PLC0415  as in wikinews

    return bool(source or os.environ.get(archives.WIKINEWS_VARIABLE))


@contextmanager
def wikinews(corpus: Path, source: Path | None) -> Iterator[Texts]:
    """The copy that is named, by `source` or by the environment, else the pinned archive, fetched once.

    Args:
        corpus: the corpus folder; one without Wikinews articles needs no copy.
        source: the archive's SQLite file or a JSON Lines extract of it.

    Raises:
        ArchiveError: the copy that is named cannot be read.
    """
    if not any((corpus / "wikinews").rglob("*.json")):
        yield Texts(None, why="there is no article in wikinews/")
        return
    with wikinews_copy(source) as texts:
        yield texts


@contextmanager
def wikinews_copy(source: Path | None) -> Iterator[Texts]:
    """As `wikinews`, whether a folder needs it or not.

    Args:
        source: the archive's SQLite file or a JSON Lines extract of it.

    Raises:
        ArchiveError: the copy that is named cannot be read.
    """
    from malmoi import archives  # noqa: PLC0415  only here is a copy needed

    try:
        archive = archives.open_wikinews(source)
    except archives.ArchiveError as error:
        if is_named(source):
            raise
        yield Texts(None, why=str(error))
        return
    with archive:
        facts = archive.path.stat()
        identity = f"{archive.path.resolve()} {facts.st_size} {facts.st_mtime_ns}"
        yield Texts(partial(_restore, archive), identity)


def _restore(archive: WikinewsArchive, withheld: Article) -> Article:
    from malmoi import archives, standoff  # noqa: PLC0415  as in wikinews

    origin = withheld.origin
    if origin is None or origin.archive != archives.WIKINEWS or origin.key is None:
        raise TextsError(f"{withheld.id}: its text is withheld and its origin names no row of {archives.WIKINEWS}")
    result = standoff.hydrate(withheld, archives.copy(archive.record(origin.key)))
    if not result.report.exact:
        raise TextsError(
            f"{withheld.id}: row {origin.key} of {archive.path} is not the text that was annotated; "
            "use the pinned archive, or check what the normalizer now makes of it"
        )
    return result.article
