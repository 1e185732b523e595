"""What the formats of JSON objects share, a line each or not."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any

import orjson

from malmoi.formats.interface import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from malmoi.formats.pages import Page


def dumped(record: dict[str, Any]) -> bytes:
    """A record as a line."""
    return orjson.dumps(record) + b"\n"


def read(source: Path, page: Callable[[dict[str, Any], str], Page]) -> Iterator[Page | FormatError]:
    """The pages of a file of JSON Lines, each made by `page` of an object and of the name of its place.

    `page` may raise what `made` names.
    """
    with source.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            raw = line.removeprefix(BOM_UTF8) if number == 1 else line
            if not raw.strip():
                continue
            where = f"{source}:{number}"
            try:
                record = orjson.loads(raw)
            except orjson.JSONDecodeError as error:
                yield FormatError(f"{where}: not JSON: {error}")
                continue
            yield made(record, where, page)


def made(record: object, where: str, page: Callable[[dict[str, Any], str], Page]) -> Page | FormatError:
    """The page of a record, or why there is none.

    `page` may raise FormatError with a message that names no place, and KeyError, TypeError, ValueError or
    AttributeError where the record has another shape than the format.
    """
    if not isinstance(record, dict):
        return FormatError(f"{where}: expected a JSON object, found {type(record).__name__}")
    try:
        return page(record, where)
    except FormatError as error:
        return FormatError(f"{where}: {error}")
    except KeyError as error:
        return FormatError(f"{where}: the key {error} is missing")
    except (TypeError, ValueError, AttributeError) as error:
        return FormatError(f"{where}: a value is of another kind than this format has: {error}")
