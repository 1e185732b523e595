"""Web archives."""

from __future__ import annotations

import gzip
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from fastwarc.stream_io import BrotliWriter
from fastwarc.warc import WarcRecordType
from hypothesis import given
from hypothesis import strategies as st
from normalize_inputs import PAGE, articles, made, members, response

from malmoi.normalize import NormalizeError, warc
from malmoi.normalize.warc import OTHER, read_warc

if TYPE_CHECKING:
    from malmoi.model import Article

URL = "https://news.example/1"
HTML = "Content-Type: text/html; charset=utf-8"
BYTES = PAGE.encode()
INFO = response(URL, b"", kind=WarcRecordType.warcinfo)
ROBOTS = response("https://news.example/robots.txt", b"User-agent: *\nDisallow:\n", "Content-Type: text/plain")


def chunked(raw: bytes) -> bytes:
    parts = [raw[at : at + 100] for at in range(0, len(raw), 100)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])


def brotli(raw: bytes) -> bytes:
    out = io.BytesIO()
    writer = BrotliWriter(out)
    writer.write(raw)
    writer.close()
    return out.getvalue()


def read(*records: bytes) -> list[Article]:
    return articles(read_warc(io.BytesIO(b"".join(records)), "웹.warc", Counter()))


@pytest.mark.parametrize("zipped", [False, True])
def test_pages_of_an_archive(*, zipped: bool) -> None:
    records = [INFO, response(URL, BYTES), ROBOTS, response("<https://news.example/2>", BYTES)]
    skipped: Counter[str] = Counter()
    raw = members(records) if zipped else b"".join(records)
    found = articles(read_warc(io.BytesIO(raw), "웹.warc", skipped))
    assert [article.url for article in found] == [URL, "https://news.example/2"]
    assert found[0].headline() == "가온시, 새 도서관 문 열어"
    assert skipped == {OTHER: 2}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (f"{HTML}\r\nContent-Encoding: gzip", gzip.compress(BYTES, mtime=0)),
        (f"{HTML}\r\nContent-Encoding: br", brotli(BYTES)),
        (f"{HTML}\r\nTransfer-Encoding: chunked", chunked(BYTES)),
        (f"{HTML}\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked", chunked(gzip.compress(BYTES, mtime=0))),
        (f"{HTML}\r\nContent-Encoding: gzip", BYTES),  # decoded by the crawler, headers kept
        (f"{HTML}\r\nTransfer-Encoding: chunked", BYTES),
        (f"{HTML}\r\nContent-Encoding: identity", BYTES),
        ("Content-Type: application/xhtml+xml", BYTES),
        ("Content-Type: TEXT/HTML", BYTES),
        ("Content-Type: application/octet-stream", b"\xef\xbb\xbf\n<!-- x -->" + BYTES),
        ("X-Nothing: 1\r\nContent-Encoding: gzip", gzip.compress(BYTES, mtime=0)),
        ("Content-Type: text/html", BYTES.replace(b"utf-8", b"cp949").decode().encode("cp949")),
    ],
)  # fmt: skip
def test_payloads(headers: str, body: bytes) -> None:
    (article,) = read(response(URL, body, headers))
    assert article.headline() == "가온시, 새 도서관 문 열어"


@pytest.mark.parametrize(
    "record",
    [
        INFO,
        ROBOTS,
        response(URL, BYTES, status="404 Not Found"),
        response(URL, b"", status="301 Moved"),
        response(URL, b"\x89PNG", "Content-Type: image/png"),
        response(URL, b"GIF89a", "X-Nothing: 1"),
        response(URL, BYTES, kind=WarcRecordType.request),
        response(URL, BYTES, kind=WarcRecordType.revisit),
        response("dns:news.example", BYTES).replace(b"application/http; msgtype=response", b"text/dns"),
    ],
)
def test_records_that_are_no_page_are_counted(record: bytes) -> None:
    skipped: Counter[str] = Counter()
    assert list(read_warc(io.BytesIO(record), "웹.warc", skipped)) == []
    assert skipped == {OTHER: 1}


def test_bad_page_is_named_and_the_rest_goes_on() -> None:
    records = [
        response(URL, BYTES),
        response("https://news.example/empty", b""),
        response("https://news.example/zstd", b"(\xb5/\xfd", f"{HTML}\r\nContent-Encoding: zstd"),
        response("https://news.example/gzip", b"\x1f\x8bnone", f"{HTML}\r\nContent-Encoding: gzip"),
        response("https://news.example/2", BYTES),
    ]
    found = made(read_warc(io.BytesIO(b"".join(records)), "웹.warc", Counter()))
    offsets = [sum(map(len, records[:number])) for number in range(5)]
    assert [isinstance(one, str) for one in found] == [False, True, True, True, False]
    assert str(found[1]).startswith(f"웹.warc: record at byte {offsets[1]} (https://news.example/empty): ")
    for number, name in ((2, "zstd"), (3, "gzip")):
        place = f"웹.warc: record at byte {offsets[number]} (https://news.example/{name})"
        assert found[number] == f"{place}: its content encoding cannot be undone"


def test_page_without_an_address_on_the_web() -> None:
    (article,) = read(response("urn:uuid:1", BYTES))
    assert article.url is None


def test_largest_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "LARGEST", len(BYTES) + 500)
    records = [
        response(URL, BYTES + b" " * 1000),
        response(URL, gzip.compress(BYTES + b" " * 1000, mtime=0), f"{HTML}\r\nContent-Encoding: gzip"),
        response(URL, BYTES),
    ]
    found = made(read_warc(io.BytesIO(b"".join(records)), "웹.warc", Counter()))
    assert ["larger than" in one if isinstance(one, str) else None for one in found] == [True, True, None]


@pytest.mark.parametrize("zipped", [False, True])
def test_archive_that_breaks_off(*, zipped: bool) -> None:
    records = [response(URL, BYTES), INFO, response("https://news.example/2", BYTES)]
    raw = members(records) if zipped else b"".join(records)
    last = len(members(records[:2]) if zipped else b"".join(records[:2]))
    # The two empty lines behind a record are not missed.
    for cut in range(last + 1, len(raw) - 4):
        found = made(read_warc(io.BytesIO(raw[:cut]), "웹.warc", Counter()))
        assert len(found) == (3 if zipped and not isinstance(found[1], str) else 2), cut
        assert not isinstance(found[0], str)
        assert re.match(
            r"웹\.warc: (?:record at byte \d+: the archive breaks off|damaged behind the record at byte \d+): ",
            str(found[-1]),
        ), cut


def test_archive_that_is_damaged() -> None:
    records = [response(f"https://news.example/{number}", BYTES) for number in range(3)]
    found = made(read_warc(io.BytesIO(records[0] + b"rubbish\r\n\r\n" + records[1]), "웹.warc", Counter()))
    assert not isinstance(found[0], str)
    assert str(found[1]).startswith("웹.warc: damaged behind the record at byte 0: ")
    raw = bytearray(members(records))
    raw[len(members(records[:1])) + 200] ^= 255
    found = made(read_warc(io.BytesIO(bytes(raw)), "웹.warc", Counter()))
    assert not isinstance(found[0], str)
    assert "behind the record at byte" in str(found[-1])


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"<html>", b"\x1f\x8b", gzip.compress(b"text", mtime=0)])
def test_no_archive(raw: bytes) -> None:
    with pytest.raises(NormalizeError, match=r"^웹\.warc: "):
        list(read_warc(io.BytesIO(raw), "웹.warc", Counter()))


ARCHIVE = (
    response(URL, BYTES) + INFO + response(URL, gzip.compress(BYTES, mtime=0), f"{HTML}\r\nContent-Encoding: gzip")
)


@given(st.binary(max_size=80), st.integers(0, len(ARCHIVE)), st.integers(0, 80))
def test_any_bytes_in_an_archive(raw: bytes, at: int, gone: int) -> None:
    made(read_warc(io.BytesIO(raw), "웹.warc", Counter()))
    made(read_warc(io.BytesIO(ARCHIVE[:at] + raw + ARCHIVE[at + gone :]), "웹.warc", Counter()))
    zipped = members([ARCHIVE])
    at %= len(zipped)
    made(read_warc(io.BytesIO(zipped[:at] + raw + zipped[at + gone :]), "웹.warc", Counter()))
