"""Finding the articles of two sides that have one id, without holding them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from malmoi import asides, store
from malmoi.commands.articles import files_in
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from malmoi.model import Article

_FILE, _LINES = ".json", ".jsonl"


class _Named(msgspec.Struct):
    id: str


class Where(NamedTuple):
    """Where an article stands: a file, or a line of one."""

    path: Path
    line: int
    offset: int

    def load(self) -> Article:
        """The article.

        Raises:
            StoreError: it cannot be read; the message names file and line.
        """
        if self.path.suffix.lower() == _FILE:
            return store.load(self.path)
        with self.path.open("rb") as lines:
            lines.seek(self.offset)
            raw = lines.readline()
        try:
            return store.loads(raw)
        except MalmoiError as error:
            raise store.StoreError(f"{self.path}:{self.line}: {error}") from None


class Index(NamedTuple):
    """The articles of one side.

    Attributes:
        articles: where each stands, by its id.
        errors: what is no article with an id; messages name the place.
    """

    articles: dict[str, Where]
    errors: list[MalmoiError]


def index(side: Path) -> Index:
    """The articles of a `.json` or `.jsonl` file, a folder of them, or a corpus (a folder with splits.tsv).

    Raises:
        MalmoiError: no such file or folder, nothing in it, or two articles with one id.
    """
    found = Index({}, [])
    for path in _files(side):
        for where, raw in _records(path):
            try:
                name = msgspec.json.decode(raw, type=_Named).id
            except msgspec.DecodeError as error:
                place = path if path.suffix.lower() == _FILE else f"{path}:{where.line}"
                found.errors.append(MalmoiError(f"{place}: not an article: {error}"))
                continue
            if name in found.articles:
                other = found.articles[name].path
                raise MalmoiError(f"{path}: {other} has an article with the id {name!r} too; articles are paired by it")
            found.articles[name] = where
    return found


def _files(side: Path) -> list[Path]:
    if (side / asides.SPLITS_FILE).is_file():
        return store.corpus_files(side)
    if side.is_dir():
        return files_in(side, {_FILE, _LINES})
    if not side.is_file() or side.suffix.lower() not in {_FILE, _LINES}:
        raise MalmoiError(f"{side}: articles are .json or .jsonl files, or folders of them")
    return [side]


def _records(path: Path) -> Iterator[tuple[Where, bytes]]:
    if path.suffix.lower() == _FILE:
        yield Where(path, 1, 0), path.read_bytes()
        return
    offset = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield Where(path, number, offset), line
            offset += len(line)
