"""Tables with an article a row: the exports of BIGKinds (.xlsx, .csv) and others with a title and a body column."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from functools import partial
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import ParseError  # only the error: openpyxl parses

from malmoi.normalize.draft import NormalizeError
from malmoi.normalize.fields import Fields, list_names
from malmoi.normalize.inputs import Item, failed, find_encoding, head_of, library
from malmoi.normalize.records import normalize_fields
from malmoi.normalize.shapes import record_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malmoi.model import Article

_HEADER_WITHIN = 20
_DELIMITERS = ",\t;"
_LONGEST_CELL = 1 << 20
_WIDEST = 256
_MOST_ROWS = 1 << 20  # of a sheet, says Excel
_UNDECODED = re.compile("[\udc80-\udcff]")
_ESCAPED = re.compile(r"_x(?P<code>[0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    NotImplementedError, OverflowError, RuntimeError, OSError,
)  # fmt: skip
"""What openpyxl, zipfile and the XML parser raise for a workbook that is damaged or none."""

Row = tuple[Any, ...] | list[str]


class Header(NamedTuple):
    """The names of the columns, and how many rows stand above and in the header."""

    names: tuple[str, ...]
    rows: int


def read_csv(stream: IO[bytes], name: str, fields: Fields) -> Iterator[Item]:
    """The articles of a CSV file, whatever parts its cells, in UTF-8, UTF-16 or CP949.

    Args:
        stream: the bytes.
        name: what messages call it.
        fields: names of the columns.

    Raises:
        NormalizeError: the encoding cannot be told, or no header is found.
    """
    head, stream = head_of(stream)
    encoding = find_encoding(head, name)
    csv.field_size_limit(_LONGEST_CELL)
    beginning = head.decode(encoding, "replace")
    for delimiter in _DELIMITERS:
        header = _find_header(_csv_rows(io.StringIO(beginning, newline=""), delimiter), fields)
        if header:
            break
    else:
        raise _no_header(name, next(_csv_rows(io.StringIO(beginning, newline=""), ","), None) or [])
    # A byte of another encoding spoils its row, not the file.
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    try:
        yield from _items(_csv_rows(text, delimiter), header, name, encoding, fields)
    except UnicodeError as error:
        raise NormalizeError(f"{name}: not {encoding} to its end: {error}") from None
    finally:
        text.detach()


def read_xlsx(stream: IO[bytes], name: str, fields: Fields) -> Iterator[Item]:
    """The articles of an Excel workbook: of each sheet that has a header.

    Args:
        stream: the bytes, seekable.
        name: what messages call it.
        fields: names of the columns.

    Raises:
        NormalizeError: it is no workbook, is damaged, or no sheet has a header.
    """
    with library(name):
        import openpyxl  # noqa: PLC0415  an extra
        from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415  as above

    damage = (*_DAMAGE, InvalidFileException)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that are missing
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except damage as error:
        raise NormalizeError(f"{name}: no Excel workbook (.xlsx), or a damaged one: {_say(error)}") from None
    first: Row = []
    headers = 0
    try:
        for sheet in book.worksheets:
            above = list(islice(_xlsx_rows(sheet, _WIDEST, name, damage), _HEADER_WITHIN))
            first = first or next(filter(_is_filled, above), [])
            header = _find_header(above, fields)
            if header:
                headers += 1
                place = name if len(book.worksheets) == 1 else f"{name}: sheet {sheet.title}"
                yield from _items(_xlsx_rows(sheet, len(header.names), name, damage), header, place, "xlsx", fields)
    finally:
        book.close()
    if not headers:
        raise _no_header(name, first)


def _items(rows: Iterable[Row | None], header: Header, name: str, encoding: str, fields: Fields) -> Iterator[Item]:
    for number, row in enumerate(rows, 1):
        place = f"{name}: row {number}"
        if row is None:
            yield failed(place, "a quotation mark that is opened here is not closed")
            continue
        # Files put together keep each its header.
        again = all(_label(cell) == label for cell, label in zip(row, header.names, strict=False))
        if number <= header.rows or again or not _is_filled(row):
            continue
        data = {label: cell for label, cell in zip(header.names, row, strict=False) if label}
        broken = next((label for label, cell in data.items() if _is_undecoded(cell)), None)
        if broken is not None:
            yield failed(place, f"column {broken} holds bytes that are not {encoding}: export it again")
        else:
            yield Item(place, partial(_from_row, data, place, encoding, fields))


def _is_filled(row: Row | None) -> bool:
    return row is not None and any(cell not in {None, ""} for cell in row)


def _from_row(data: dict[str, Any], place: str, encoding: str, fields: Fields) -> Article:
    try:
        record = record_of(data, fields, reader="table")
    except NormalizeError as error:
        raise NormalizeError(f"{place}: {error}") from None
    return normalize_fields(record, name=place, encoding=encoding)


def _find_header(rows: Iterable[Row | None], fields: Fields) -> Header | None:
    """The first row that names a title and a body; others may stand above it."""
    for number, row in zip(range(1, _HEADER_WITHIN + 1), rows, strict=False):
        labels = list(map(_label, row or ()))
        while labels and not labels[-1]:
            labels.pop()
        names = tuple(labels)
        # A value for each, for a row of headings has no records yet.
        if {"title", "body"} <= fields.read(dict.fromkeys(filter(None, names))).keys():
            return Header(names, number)
    return None


def _label(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).replace("\ufeff", "").replace("\u200b", "").split())


def _no_header(name: str, first: Row) -> NormalizeError:
    labels = [label for cell in first if (label := _label(cell))]
    return NormalizeError(
        f"{name}: no row names columns for title and body; the first row reads: {list_names(labels)}. "
        "Name them with --fields title=NAME,body=NAME"
    )


def _csv_rows(text: io.TextIOBase, delimiter: str) -> Iterator[list[str] | None]:
    """The rows; None for one that is spoilt: a quotation mark that is never closed takes in all that follows."""
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _xlsx_rows(
    sheet: Any,  # noqa: ANN401  openpyxl has no types
    width: int,
    name: str,
    damage: tuple[type[Exception], ...],
) -> Iterator[Row]:
    """The rows of a sheet; its dimension, which exports give wrongly (`A1:A1`), is not believed."""
    number = 0
    try:
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=width, max_row=_MOST_ROWS, values_only=True)
        while True:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of dates out of range
                row = next(rows, None)
            if row is None:
                return
            number += 1
            yield tuple(map(_unescape, row))
    except damage as error:
        raise NormalizeError(f"{name}: damaged behind row {number}: {_say(error)}") from None


def _unescape(cell: object) -> object:
    """A cell without the escapes of Excel (`_x000D_`)."""
    return _ESCAPED.sub(_character, cell) if isinstance(cell, str) and "_x" in cell else cell


def _character(escape: re.Match[str]) -> str:
    code = int(escape["code"], 16)
    return escape[0] if code in _SURROGATES else chr(code)


def _is_undecoded(cell: object) -> bool:
    return isinstance(cell, str) and bool(_UNDECODED.search(cell))


def _say(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
