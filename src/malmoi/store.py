"""Reading and writing articles: the canonical file, JSON Lines, and the corpus folder.

Canonical form: UTF-8, LF, NFC, keys in the model's order, optional keys left out; a value that holds no
object stands on one line (so one block, one span, one cluster a line), any other is indented by two.
Lines are written by orjson, compact: checking the form then costs less than parsing the file.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import orjson

from malmoi.findings import MalmoiError
from malmoi.model import TIERS, Article
from malmoi.schemas import article_schema, migrate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malmoi.model import Block

_FLAT_LISTS = frozenset({"blocks", "entities", "clusters", "byline"})


class StoreError(MalmoiError):
    """A file that cannot be read as an article: says which, where and why."""


def text_sha256(blocks: Iterable[Block]) -> str:
    """Hash of an article's text: the blocks' texts joined by a line feed, in UTF-8 (`Origin.text_sha256`)."""
    return hashlib.sha256("\n".join(block.text or "" for block in blocks).encode()).hexdigest()


def to_dict(article: Article) -> dict[str, Any]:
    """The article as plain data, keys in canonical order."""
    built: dict[str, Any] = msgspec.to_builtins(article)
    return built


def from_dict(data: dict[str, Any]) -> Article:
    """The article of plain data of any released schema version.

    Raises:
        SchemaVersionError: a version this package does not read.
        StoreError: the data does not have an article's shape.
    """
    try:
        return msgspec.convert(migrate(data), Article)
    except msgspec.ValidationError as error:
        raise StoreError(f"not an article: {error}. `malmoi validate` tells more") from None


def layout(data: dict[str, Any]) -> bytes:
    """Plain data in canonical layout, keys in the order they have."""
    lines = []
    for key, value in data.items():
        if key in _FLAT_LISTS and isinstance(value, (list, tuple)) and value:
            body = b",\n    ".join(map(orjson.dumps, value))
            lines.append(b"%s: [\n    %s\n  ]" % (orjson.dumps(key), body))
        else:
            lines.append(b"%s: %s" % (orjson.dumps(key), _render(value, 1)))
    return b"{\n  " + b",\n  ".join(lines) + b"\n}\n"


def dumps(article: Article) -> bytes:
    """The article in canonical form."""
    return layout(to_dict(article))


def dump_line(article: Article) -> bytes:
    """The article as one line of JSON Lines, with its line feed."""
    return orjson.dumps(to_dict(article)) + b"\n"


def loads(raw: bytes) -> Article:
    """The article of a file's bytes.

    Raises:
        SchemaVersionError: a version this package does not read.
        StoreError: not UTF-8 JSON, or not an article.
    """
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise StoreError(f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise StoreError(f"not an article: expected a JSON object, found {type(data).__name__}")
    return from_dict(data)


def load(path: Path) -> Article:
    """The article of a file.

    Raises:
        StoreError: the file cannot be read, or `loads` refuses it; the message names the file.
    """
    try:
        return loads(path.read_bytes())
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from None
    except MalmoiError as error:
        raise StoreError(f"{path}: {error}") from None


def dump(article: Article, path: Path) -> None:
    """Write the article's canonical file, whole or not at all."""
    write_atomic(path, dumps(article))


def read_lines(path: Path) -> Iterator[tuple[int, Article | StoreError]]:
    """Articles of a JSON Lines file with their 1-based line numbers; a bad line yields its error."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield number, loads(line)
                except MalmoiError as error:
                    yield number, StoreError(f"{path}:{number}: {error}")


def corpus_files(root: Path) -> list[Path]:
    """The article files of a corpus folder, sorted: `<tier>/**/<id>.json`."""
    return sorted(path for tier in TIERS for path in (root / tier).rglob("*.json"))


def article_path(folder: Path, article: Article, suffix: str = ".json") -> Path:
    """Where the article's file stands in a folder: its id names it.

    Raises:
        StoreError: the id is none of the schema, and could lead out of the folder.
    """
    if not re.fullmatch(article_schema()["$defs"]["article_id"]["pattern"], article.id):
        raise StoreError(f"{article.id!r} is no id that a file can be named by: use a-z, 0-9, and `-` or `_` between")
    return folder / f"{article.id}{suffix}"


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        OSError: as `writing`.
    """
    with writing(path) as out:
        out.write(data)


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that appears when it is whole: a failure leaves what was there, and nobody sees half of it.

    A link is followed, a replaced file's mode is kept, and a pipe or a device is written straight to.

    Raises:
        OSError: the file cannot be written; `filename` is the given path.
    """
    with _naming(path):
        mode = _mode(path)
        straight = mode is not None and not stat.S_ISREG(mode)
        target = Path(os.path.realpath(path))
        # Not made of the file's own name, which may be as long as a name can be.
        written = path if straight else target.with_name(f".malmoi-{secrets.token_hex(8)}")
        if not straight:
            target.parent.mkdir(parents=True, exist_ok=True)
        out = written.open("wb" if straight else "xb")
    try:
        with out:
            if mode is not None and not straight:
                with _naming(path):
                    written.chmod(stat.S_IMODE(mode))
            yield out
        if not straight:
            with _naming(path):
                written.replace(target)
    except BaseException as error:
        if not straight:
            written.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None and error.filename is None:
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Errors name the path that the caller knows, not a temporary one or a parent."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _render(value: object, depth: int) -> bytes:
    inner, outer = b"\n" + b"  " * (depth + 1), b"\n" + b"  " * depth
    if isinstance(value, dict) and any(map(_holds_object, value.values())):
        items = [orjson.dumps(key) + b": " + _render(item, depth + 1) for key, item in value.items()]
        return b"{" + inner + (b"," + inner).join(items) + outer + b"}"
    if isinstance(value, (list, tuple)) and _holds_object(value):
        return b"[" + inner + (b"," + inner).join(_render(item, depth + 1) for item in value) + outer + b"]"
    return orjson.dumps(value)


def _holds_object(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, (list, tuple)) and any(isinstance(item, dict) for item in value)
    )
