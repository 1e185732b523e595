"""All inputs as one stream of articles: files of every kind, folders of them, standard input.

Nothing is kept: an article is made when it is asked for, and a folder is listed as it is walked.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from malmoi.normalize import normalize_page
from malmoi.normalize.draft import NormalizeError
from malmoi.normalize.dumps import read_json, read_json_lines
from malmoi.normalize.fields import Fields
from malmoi.normalize.html import normalize_html
from malmoi.normalize.inputs import Item, failed, head_of, read_whole, rejoined, unzipped
from malmoi.normalize.tables import read_csv, read_xlsx
from malmoi.normalize.warc import read_warc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from malmoi.model import Article

STDIN, STDIN_NAME = "-", "standard input"
SUPPORTED = (
    "HTML (.html, .htm), text (.txt), web archives (.warc), JSON (.json, .jsonl, .ndjson), tables (.csv, .xlsx); "
    "all but .xlsx also with .gz; a folder of these, or - for standard input"
)

_KINDS = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".txt": "text", ".warc": "warc", ".json": "json",
    ".jsonl": "lines", ".ndjson": "lines", ".csv": "csv", ".xlsx": "xlsx",
}  # fmt: skip
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|\?xml|html|head|body|meta|title|div|p|article|section|table|script|!--)",
    re.IGNORECASE,
)
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*(?:\{|\]|$))")  # `[속보]` begins a text
_ZIP = b"PK\x03\x04"


class Source(NamedTuple):
    """A file that is being read: its size and the time of its last change in nanoseconds, 0 of standard input."""

    stream: IO[bytes]
    size: int
    changed: int

    def share(self) -> float:
        """How much of it has been read, from 0 to 1."""
        return min(1.0, self.stream.tell() / self.size) if self.size and not self.stream.closed else 0.0


class Inputs:
    """The articles of inputs, in order, each file once.

    Attributes:
        skipped: what was passed over, by kind: files of other kinds in folders, records of archives that are no page.
        current: the file that is being read.
        files: how many have been.
    """

    def __init__(self, paths: Sequence[str], *, fields: Fields | None = None, leave_out: Iterable[Path] = ()) -> None:
        """Nothing is opened yet.

        Args:
            paths: files, folders, or `-`.
            fields: names of the fields of dumps and tables.
            leave_out: files not to read where a folder holds them: the output.
        """
        self.skipped: Counter[str] = Counter()
        self.current: Source | None = None
        self.files = 0
        self._paths = list(dict.fromkeys(paths))
        self._fields = fields or Fields()
        self._leave_out = {os.path.realpath(path) for path in leave_out}

    def __iter__(self) -> Iterator[Item]:
        """The articles, not made yet."""
        for path in self._files():
            if isinstance(path, Item):
                yield path
            else:
                yield from self._items(path)

    def articles(self) -> Iterator[tuple[str, Article | NormalizeError]]:
        """The articles with their names, made; or why one could not be."""
        for item in self:
            try:
                yield item.name, item.make()
            except NormalizeError as error:
                yield item.name, error

    def count_files(self) -> int:
        """How many files there are; takes a walk through the folders."""
        skipped, self.skipped = self.skipped, Counter()
        try:
            return sum(1 for _ in self._files())
        finally:
            self.skipped = skipped

    def _files(self) -> Iterator[str | Item]:
        """The files, and an item for each path that is none."""
        done: set[str] = set()
        for name in self._paths:
            real = os.path.realpath(name)
            if name == STDIN:
                yield name
                continue
            if not _is_below(real, done):
                if _is_folder(Path(name)):
                    yield from self._inside(name, done)
                elif _kind_of(Path(name)):
                    yield name
                else:
                    suffix = Path(name).suffix
                    kind = f"{suffix} files are" if suffix else "a file without a suffix is"
                    yield failed(name, f"{kind} not supported; normalize reads {SUPPORTED}")
            done.add(real)

    def _inside(self, folder: str, done: set[str]) -> Iterator[str | Item]:
        """The files of a folder and its subfolders, sorted; not those that are done."""
        empty = True
        pending = [folder]  # texts: a folder of a million files is a million of these
        while pending:
            path = Path(pending.pop())
            if path.is_dir():
                try:
                    with os.scandir(path) as entries:
                        names = sorted((entry.name for entry in entries if _is_to_see(entry)), reverse=True)
                except OSError as error:
                    empty = False
                    yield failed(str(path), error.strerror or str(error))
                    continue
                pending += (str(path / name) for name in names)
                continue
            real = os.path.realpath(path)
            if real in self._leave_out:
                continue
            if not _kind_of(path) or not path.is_file():
                self.skipped[path.suffix.lower() or "no suffix"] += 1
            else:
                empty = False
                if not (done and _is_below(real, done)):
                    yield str(path)
        if empty:
            yield failed(folder, f"no file in this folder that can be read; normalize reads {SUPPORTED}")

    def _items(self, path: str) -> Iterator[Item]:
        """The articles of a file; what is wrong with the file is an item that cannot be made."""
        name = STDIN_NAME if path == STDIN else path
        try:
            with ExitStack() as closing:
                stream = closing.enter_context(_open(path))
                self.current = _facts(stream, name)
                kind = _kind_of(Path(path))
                if kind != "warc":  # fastwarc knows where its members begin
                    stream = closing.enter_context(unzipped(stream, name))
                if path == STDIN:
                    kind, stream = _sniff(stream)
                yield from self._read(kind, stream, name)
        except NormalizeError as error:
            yield failed(name, str(error).removeprefix(f"{name}: "))
        except OSError as error:
            yield failed(name, error.strerror or str(error))
        finally:
            self.current = None
            self.files += 1

    def _read(self, kind: str, stream: IO[bytes], name: str) -> Iterator[Item]:
        if kind == "warc":
            yield from read_warc(stream, name, self.skipped)
        elif kind in _RECORDS:
            yield from _RECORDS[kind](stream, name, self._fields)
        else:
            yield Item(name, partial(_PAGES[kind], stream, name))


def _from_html(stream: IO[bytes], name: str) -> Article:
    return normalize_html(read_whole(stream, name), name=name)


def _from_text(stream: IO[bytes], name: str) -> Article:
    return normalize_page(read_whole(stream, name), name=name)


_PAGES = {"html": _from_html, "text": _from_text}
_RECORDS = {"json": read_json, "lines": read_json_lines, "csv": read_csv, "xlsx": read_xlsx}


def _is_to_see(entry: os.DirEntry[str]) -> bool:
    """Whether what is in a folder is to be looked at: nothing hidden, no links to folders, which may lead in a ring."""
    return not entry.name.startswith(".") and not (entry.is_symlink() and entry.is_dir())


def _kind_of(path: Path) -> str:
    """What a file holds, by its suffix; empty where that is unknown."""
    name = path.name.lower()
    plain = name.removesuffix(".gz")
    kind = _KINDS.get(Path(plain).suffix, "")
    return "" if kind == "xlsx" and plain != name else kind


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, for one: opening it will tell
        return False


def _facts(stream: IO[bytes], name: str) -> Source:
    if name == STDIN_NAME:
        return Source(stream, 0, 0)
    facts = os.fstat(stream.fileno())
    return Source(stream, facts.st_size, facts.st_mtime_ns)


def _open(path: str) -> IO[bytes]:
    if path != STDIN:
        return Path(path).open("rb")
    if sys.stdin is None:
        raise NormalizeError(f"{STDIN_NAME}: closed")
    # Of its own, so that closing it does not close standard input.
    return rejoined(b"", sys.stdin.buffer)


def _sniff(stream: IO[bytes]) -> tuple[str, IO[bytes]]:
    """What standard input holds, by its first bytes."""
    head, stream = head_of(stream)
    if head.startswith(b"WARC/"):
        return "warc", stream
    if head.startswith(_ZIP):
        raise NormalizeError(f"{STDIN_NAME}: a zip file; an Excel workbook is read from a file with .xlsx")
    if _JSON.match(head):
        return "json", stream
    return "html" if _HTML.match(head) else "text", stream


def _is_below(path: str, folders: set[str]) -> bool:
    """Whether a path is one of these, or in one of them."""
    return path in folders or any(str(parent) in folders for parent in Path(path).parents)
