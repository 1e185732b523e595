"""What a release would change in a repository, found from hashes alone: nothing is downloaded."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from malmoi.build.ready import BuiltFile

KEPT = frozenset({".gitattributes"})
"""Files of the repository that no build holds and no release removes: they tell the Hub how to store the others."""


class Stored(NamedTuple):
    """A file as the Hub holds it.

    Attributes:
        size: in bytes.
        blob: git's hash of what stands in the repository.
        sha256: hash of the bytes where they are stored beside the repository (LFS), else None.
    """

    size: int
    blob: str
    sha256: str | None


class State(NamedTuple):
    """A repository as it was seen: the commit at the head of main, its files by name, and the commit of each tag."""

    head: str
    private: bool
    tags: Mapping[str, str]
    files: Mapping[str, Stored]


class Change(NamedTuple):
    """A file that a release touches or leaves: its name, and its size in bytes (the old one, if it is removed)."""

    name: str
    size: int


class Changes(NamedTuple):
    """What a release does to the files of a repository; each sorted by name."""

    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    removed: tuple[Change, ...]
    unchanged: tuple[Change, ...]

    @property
    def touched(self) -> tuple[Change, ...]:
        """Every file that would not stay as it is."""
        return (*self.added, *self.changed, *self.removed)


def compare(files: Iterable[BuiltFile], stored: Mapping[str, Stored]) -> Changes:
    """What it takes to make a repository hold just the files of a build.

    Raises:
        OSError: a file of the build cannot be read.
    """
    built = {file.name: file for file in sorted(files)}
    added: list[Change] = []
    changed: list[Change] = []
    unchanged: list[Change] = []
    for name, file in built.items():
        there = stored.get(name)
        found = added if there is None else unchanged if _equal(file, there) else changed
        found.append(Change(name, file.size))
    gone = sorted(stored.keys() - built.keys() - KEPT)
    removed = tuple(Change(name, stored[name].size) for name in gone)
    return Changes(tuple(added), tuple(changed), removed, tuple(unchanged))


def _equal(file: BuiltFile, there: Stored) -> bool:
    if file.size != there.size:
        return False
    if there.sha256 is not None:
        return file.sha256 == there.sha256
    content = file.path.read_bytes()
    # What git hashes for a file that stands in the repository itself.
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == there.blob
