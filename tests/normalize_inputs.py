"""Inputs for the tests of the readers: tables, web archives, dumps. The text is invented."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import openpyxl
from fastwarc.warc import WarcRecord, WarcRecordType

from malmoi import schemas, store
from malmoi.normalize import NormalizeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from malmoi.model import Article
    from malmoi.normalize.inputs import Item

COLUMNS = (
    "뉴스 식별자", "일자", "언론사", "기고자", "제목", "통합 분류1", "통합 분류2", "통합 분류3", "사건/사고 분류1", "사건/사고 분류2",
    "사건/사고 분류3", "인물", "위치", "기관", "키워드", "특성추출(가중치순 상위 50개)", "본문", "URL", "분석제외 여부",
)  # fmt: skip
BODY = (
    "가온시는 5일 누리동에 새 도서관의 문을 열었다고 밝혔다. 시민 200명이 모인 자리에서 표지안 시장은 책을 읽는 도시를 "
    "만들겠다고 말했다. 도서관은 3층 건물이고 어린이방과 전시실이 있다. 시는 내년까지 작은 도서관 두 곳을 더 짓고, 버스 노선도 "
    "도서관 앞을 지나도록 바꾸기로 했다. 개관 시간은 아침 9시부터"
)
PAGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>가온시, 새 도서관 문 열어 - 가온일보</title>"
    "<meta property='og:title' content='가온시, 새 도서관 문 열어'></head><body><h1>가온시, 새 도서관 문 열어</h1>"
    f"<div class='article_body'><p>{BODY} 문을 연다.</p><p>주민들은 오래 기다렸다고 입을 모았다. 도하람 씨는 날마다 오겠다고 했다.</p>"
    "</div></body></html>"
)
_VALIDATOR = jsonschema_rs.validator_for(schemas.article_schema())


def row(number: int = 1, /, **cells: Any) -> dict[str, Any]:  # noqa: ANN401  what cells hold
    """A row of a BIGKinds export, some of its cells replaced."""
    values = dict.fromkeys(COLUMNS, "")
    values |= {
        "뉴스 식별자": f"01100101.20230105{number:09d}",
        "일자": "20230105",
        "언론사": "가온일보",
        "기고자": "표지안",
        "제목": f"가온시, {number}번째 도서관 문 열어",
        "통합 분류1": "지역>가온",
        "키워드": "가온시,도서관,누리동",
        "본문": f"{BODY}...",
        "URL": f"https://news.example/{number}",
    }
    return values | cells


def xlsx(sheets: Sequence[Iterable[Sequence[Any]]], dimension: str | None = None) -> bytes:
    """A workbook of these sheets of rows, with this dimension written over the right one."""
    book = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        for cells in rows:
            sheet.append(list(cells))
    out = io.BytesIO()
    book.save(out)
    if dimension is None:
        return out.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            new.writestr(part, re.sub(rb'(<dimension ref=)"[^"]*"', rb'\1"%b"' % dimension.encode(), old.read(part)))
    return changed.getvalue()


def response(
    url: str,
    body: bytes,
    headers: str = "Content-Type: text/html; charset=utf-8",
    status: str = "200 OK",
    kind: WarcRecordType = WarcRecordType.response,
) -> bytes:
    """A WARC record, not compressed."""
    record = WarcRecord()
    record.init_headers(kind)
    record.headers["WARC-Target-URI"] = url
    record.headers["WARC-Date"] = "2023-01-05T20:00:00Z"
    record.headers["Content-Type"] = "application/http; msgtype=response"
    record.set_bytes_content(f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + body)
    out = io.BytesIO()
    record.write(out)
    return out.getvalue()


def members(records: Iterable[bytes]) -> bytes:
    """A compressed WARC: each record is a member of its own."""
    return b"".join(map(gzip.compress, records))


def made(items: Iterable[Item]) -> list[Article | str]:
    """The articles of items, or what is said of those that cannot be made; every article holds to the schema."""
    results: list[Article | str] = []
    iterator = iter(items)
    while True:
        try:
            article = next(iterator).make()
        except StopIteration:
            return results
        except NormalizeError as error:
            results.append(str(error))
            if getattr(iterator, "gi_frame", True) is None:
                return results
        else:
            data = store.to_dict(article)
            assert [error.message for error in _VALIDATOR.iter_errors(data)] == []
            results.append(article)


def articles(items: Iterable[Item]) -> list[Article]:
    """The articles of items that can all be made."""
    results = made(items)
    assert [result for result in results if isinstance(result, str)] == []
    return [result for result in results if not isinstance(result, str)]


def flags(article: Article) -> tuple[str, ...]:
    """What the normalizer flagged."""
    assert article.provenance.normalizer
    return article.provenance.normalizer.flags


def kinds(article: Article) -> str:
    """The first letter of each block's type."""
    return "".join(block.type[0] for block in article.blocks)


def counter() -> Counter[str]:
    """An empty count of what is skipped."""
    return Counter()
