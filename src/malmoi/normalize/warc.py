"""Web archives (WARC): the HTML pages in them.

fastwarc finds the records; each is checked against the length it gives, for fastwarc ends without a word where an
archive is cut off, and the payload is decoded apart from the archive, for one that cannot be would end the reading.
"""

from __future__ import annotations

import gzip
import re
import zlib
from functools import partial
from typing import IO, TYPE_CHECKING, NamedTuple

from malmoi.normalize.draft import NormalizeError
from malmoi.normalize.html import normalize_html
from malmoi.normalize.inputs import GZIP_MAGIC, LARGEST, Item, failed, library

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from fastwarc.warc import WarcRecord

    from malmoi.model import Article

OTHER = "WARC records that are no HTML page"
"""What the records that are passed over are counted as."""

_HEAD = 1 << 16
_OK = 200
_UNSURE = frozenset({"", "application/octet-stream", "text/plain", "unknown", "unknown/unknown"})
_LOOKS_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)


class _Response(NamedTuple):
    """An HTTP response: its status, content type, character set as the server gives it, and payload."""

    status: int | None
    kind: str
    charset: str | None
    payload: bytes


def read_warc(stream: IO[bytes], name: str, skipped: Counter[str]) -> Iterator[Item]:
    """The HTML pages of a WARC file: response records of status 200.

    Args:
        stream: the bytes, compressed or not.
        name: what messages call it.
        skipped: where other records are counted, as `OTHER`.

    Raises:
        NormalizeError: it is no WARC, or is damaged; the pages before the damage have been given.
    """
    with library(name):
        from fastwarc.warc import ArchiveIterator, WarcRecordType  # noqa: PLC0415  an extra

    place, last, offset = name, "at its beginning", 0
    try:
        for record in ArchiveIterator(stream, parse_http=False):
            offset = record.stream_pos
            place, last = f"{name}: record at byte {offset}", f"behind the record at byte {offset}"
            length = record.headers.get("Content-Length")
            page = None
            if record.record_type == WarcRecordType.response and record.is_http:
                head = _read(record, _HEAD)
                page = head if _may_be_page(head) else None
                size = len(head)
            else:
                size = 0
            if page is None:
                size += record.reader.consume()
                skipped[OTHER] += 1
            elif record.content_length <= LARGEST:
                page += _read(record, LARGEST)
                size = len(page)
            else:
                size += record.reader.consume()
            if not length or size < record.content_length:
                raise NormalizeError(
                    f"{place}: the archive breaks off: {size} of {length or 'unknown'} bytes are there"
                )
            if page is None:
                continue
            if size > LARGEST:
                yield failed(place, f"larger than {LARGEST >> 20} MB")
                continue
            url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
            yield Item(f"{place} ({url})", partial(_article, page, f"{place} ({url})", url))
        _check_end(stream, offset)
    except (OSError, EOFError, zlib.error) as error:
        raise NormalizeError(f"{name}: damaged {last}: {error}") from None
    if place == name:
        raise NormalizeError(f"{name}: no WARC record in it")


def _check_end(stream: IO[bytes], offset: int) -> None:
    """Read a compressed archive from its last record on: fastwarc does not tell that another begins and breaks off.

    Raises:
        EOFError: a member is cut off.
        OSError: what follows is no gzip.
        zlib.error: what follows is damaged.
    """
    if not stream.seekable():
        return
    stream.seek(offset)
    if stream.read(len(GZIP_MAGIC)) != GZIP_MAGIC:
        return
    stream.seek(offset)
    with gzip.GzipFile(fileobj=stream) as rest:
        while rest.read(_HEAD):
            pass


def _read(record: WarcRecord, size: int) -> bytes:
    """The next bytes of a record, as many as there are."""
    parts = []
    while size > 0 and (part := record.reader.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _may_be_page(head: bytes) -> bool:
    """Whether the response that begins so is an HTML page, by its type; where that says little, by its text."""
    response = _parse(head, decoded=False)
    if response is None or response.status != _OK:
        return False
    if response.kind not in _UNSURE:
        return "html" in response.kind
    response = _parse(head, decoded=True) or response
    return bool(_LOOKS_HTML.match(response.payload))


def _parse(block: bytes, *, decoded: bool) -> _Response | None:
    """The response that a record's block is; None if it cannot be read, or decoded."""
    from fastwarc.warc import WarcRecord, WarcRecordType  # noqa: PLC0415  as in `read_warc`

    record = WarcRecord()
    record.init_headers(WarcRecordType.response)
    record.set_bytes_content(block)
    record.is_http = True
    try:
        record.parse_http(auto_decode="all" if decoded else "none")
        headers = record.http_headers
        kind = (record.http_content_type or "").lower().strip()
        return _Response(headers.status_code, kind, record.http_charset, _read(record, LARGEST + 1))
    except OSError:
        return None


def _article(block: bytes, name: str, url: str) -> Article:
    response = _parse(block, decoded=True)
    if response is None:
        # Some crawlers keep what they decoded, with the headers as they came.
        response = _parse(block, decoded=False)
        if response is None or not _LOOKS_HTML.match(response.payload):
            raise NormalizeError(f"{name}: its content encoding cannot be undone")
    if len(response.payload) > LARGEST:
        raise NormalizeError(f"{name}: larger than {LARGEST >> 20} MB")
    address = url if url.startswith(("http://", "https://")) else None
    return normalize_html(response.payload, name=name, url=address, charset=response.charset)
