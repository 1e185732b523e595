"""JSON Lines and JSON dumps, read record by record."""

from __future__ import annotations

import codecs
import io
import shutil
import tempfile
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import orjson

from malmoi.normalize.decode import decode
from malmoi.normalize.draft import NormalizeError
from malmoi.normalize.fields import RECORDS, Fields, plain
from malmoi.normalize.inputs import HEAD, LARGEST, Item, failed, find_encoding, head_of, library, recoded
from malmoi.normalize.records import normalize_fields
from malmoi.normalize.shapes import UnknownFieldsError, is_record, record_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malmoi.model import Article

_BEGINNING = 1 << 20
_SAMPLE = 20
_LARGEST_RECORD = 4 << 20
"""Bytes of a JSON object that may be one record; in a larger one there is a list of them."""
_LISTS = frozenset({
    "articles", "items", "documents", "document", "docs", "records", "results", "news", "newslist", "rows", "hits",
    "data", "list", "returnobject",
})  # fmt: skip
"""What lists of articles are called, as `plain` makes it; any other is one if it is the only one."""
_UTF8 = frozenset({"utf-8", "utf-8-sig"})


def read_json_lines(stream: IO[bytes], name: str, fields: Fields) -> Iterator[Item]:
    """The records of JSON Lines, one a line.

    Args:
        stream: the bytes; UTF-8, UTF-16 with a mark, or CP949 line by line.
        name: what messages call it.
        fields: names of the fields.

    Raises:
        NormalizeError: it is not in UTF-16 to its end.
    """
    head, stream = head_of(stream)
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    _check_names(map(_loads, head.decode(encoding, "ignore").split("\n")), name, fields)
    lines = recoded(stream, encoding) if encoding == "utf-16" else stream
    number = 0
    try:
        while line := lines.readline(LARGEST):
            number += 1
            place = f"{name}:{number}"
            if len(line) == LARGEST and not line.endswith(b"\n"):
                while (rest := lines.readline(LARGEST)) and not rest.endswith(b"\n"):
                    pass
                yield failed(place, f"a line of more than {LARGEST >> 20} MB: one line is one article")
                continue
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if line.strip():
                yield Item(place, partial(_from_line, line, place, encoding, fields))
    except UnicodeDecodeError as error:
        raise NormalizeError(f"{name}: not {encoding} behind line {number}: {error.reason}") from None


def read_json(stream: IO[bytes], name: str, fields: Fields) -> Iterator[Item]:
    """The records of a JSON file: an array, an object with one array in it, one record; or JSON Lines after all.

    Args:
        stream: the bytes.
        name: what messages call it.
        fields: names of the fields; `records` names the array.

    Raises:
        NormalizeError: no such thing, or it breaks off; the records before have been given.
    """
    head, stream = head_of(stream, _BEGINNING)
    encoding = find_encoding(head, name)
    beginning = head.decode(encoding, "replace").lstrip()
    if _is_lines(beginning):
        yield from read_json_lines(stream, name, fields)
        return
    with _seekable(stream) as source:
        text = source if encoding in _UTF8 else recoded(source, encoding)
        document = _Document(text, len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0, encoding, name, fields)
        if beginning.startswith("["):
            yield from _from_array(document, "item")
        elif beginning.startswith("{"):
            yield from _from_object(document)
        else:
            raise NormalizeError(f"{name}: not JSON: expected an array or an object, found {beginning[:1]!r}")


class _Document(NamedTuple):
    """A JSON text in UTF-8, from `start` of a stream; `encoding` is what it was in."""

    stream: IO[bytes]
    start: int
    encoding: str
    name: str
    fields: Fields


def _from_line(line: bytes, place: str, encoding: str, fields: Fields) -> Article:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        text, encoding = decode(line, place)
        try:
            data = orjson.loads(text) if encoding not in _UTF8 else None
        except orjson.JSONDecodeError:
            data = None
        if data is None:
            raise NormalizeError(f"{place}: not JSON: {error}") from None
    return _from_data(data, place, encoding, fields)


def _from_data(data: object, place: str, encoding: str, fields: Fields) -> Article:
    try:
        record = record_of(data, fields)
    except NormalizeError as error:
        raise NormalizeError(f"{place}: {error}") from None
    return normalize_fields(record, name=place, encoding=encoding)


def _check_names(records: Iterable[object], name: str, fields: Fields) -> None:
    """See that a dump is one of articles, by its first records.

    Raises:
        NormalizeError: none has the fields of an article; said once, not for each record of millions.
    """
    errors = []
    for record in islice((record for record in records if isinstance(record, dict)), _SAMPLE):
        try:
            record_of(record, fields)
        except UnknownFieldsError as error:
            errors.append(error)
        else:
            return
    if len(errors) > 1:
        raise NormalizeError(f"{name}: {errors[0]} (so it is with its first {len(errors)} records)")


def _is_lines(beginning: str) -> bool:
    """Whether a file called JSON holds a record a line: its first two lines tell."""
    first, second = [*(line.strip() for line in beginning.split("\n") if line.strip()), "", ""][:2]
    if not (first.startswith("{") and first.endswith("}") and second.startswith("{")):
        return False
    return _loads(first) is not None or _loads(second) is not None


def _loads(line: str) -> object:
    """The value of a line; None if it is no JSON."""
    try:
        return orjson.loads(line.removeprefix("\ufeff"))
    except orjson.JSONDecodeError:
        return None


@contextmanager
def _seekable(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The stream, or a copy on disk if it can be read but once."""
    if stream.seekable():
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy)
        yield copy


def _from_object(document: _Document) -> Iterator[Item]:
    """The record that an object is, or the records of the array in it."""
    if (data := _record_in(document)) is not None:
        name = document.name
        yield Item(name, partial(_from_data, data, name, document.encoding, document.fields))
    else:
        path = document.fields.given.get(RECORDS) or _find_list(document)
        yield from _from_array(document, f"{path}.item")


def _record_in(document: _Document) -> dict[str, Any] | None:
    """The object, if it is a record itself; None if it is not, is too large for one, or damaged."""
    document.stream.seek(document.start)
    raw = document.stream.read(_LARGEST_RECORD + 1)
    if len(raw) > _LARGEST_RECORD or RECORDS in document.fields.given:
        return None
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return data if isinstance(data, dict) and is_record(data, document.fields) else None


def _find_list(document: _Document) -> str:
    """The path of the array of records in an object: one with a usual name, or the only one.

    Raises:
        NormalizeError: there is none, or several.
    """
    with library(document.name):
        import ijson  # noqa: PLC0415  an extra

    found: dict[str, None] = {}
    inside: str | None = None
    damage = ""
    document.stream.seek(document.start)
    try:
        for path, event, _ in ijson.parse(document.stream, use_float=True):
            if inside is None and event == "start_array":
                inside = path
            elif path == inside and event == "end_array":
                inside = None
            elif event == "start_map" and path == f"{inside}.item":
                listed = str(inside)
                if plain(listed.rpartition(".")[2]) in _LISTS:
                    return listed
                found[listed] = None
    except (ijson.JSONError, ValueError) as error:
        damage = _first_line(error)
    if len(found) == 1:
        return next(iter(found))
    if damage:
        raise NormalizeError(f"{document.name}: not JSON: {damage}")
    what = f"several lists in it ({', '.join(list(found)[:5])})" if found else "no list of articles in it"
    raise NormalizeError(
        f"{document.name}: an object without title and body, and {what}: name the fields with "
        f"--fields title=NAME,body=NAME, or the list with --fields {RECORDS}=NAME"
    )


def _from_array(document: _Document, prefix: str) -> Iterator[Item]:
    with library(document.name):
        import ijson  # noqa: PLC0415  an extra

    stream, start, encoding, name, fields = document
    stream.seek(start)
    with suppress(ijson.JSONError, ValueError):  # what is read here breaks off
        _check_names(ijson.items(io.BytesIO(stream.read(HEAD)), prefix, use_float=True), name, fields)
    stream.seek(start)
    number = 0
    try:
        for number, data in enumerate(ijson.items(stream, prefix, use_float=True), 1):
            place = f"{name}: record {number}"
            yield Item(place, partial(_from_data, data, place, encoding, fields))
    except (ijson.JSONError, ValueError) as error:
        behind = f"behind record {number}: " if number else ""
        raise NormalizeError(f"{name}: not JSON: {behind}{_first_line(error)}") from None
    if number == 0:
        raise NormalizeError(f"{name}: no record in it")


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].strip()
