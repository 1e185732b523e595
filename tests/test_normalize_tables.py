"""Tables: exports of BIGKinds and others, as .csv and .xlsx."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalize_inputs import BODY, COLUMNS, articles, flags, kinds, made, row, xlsx

from malmoi.normalize import NormalizeError, tables
from malmoi.normalize.fields import Fields, parse_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from malmoi.model import Article

PLAIN = Fields()
Table = list[list[Any]]


def table(*rows: dict[str, Any], columns: Sequence[str] = COLUMNS, header: Sequence[str] | None = None) -> Table:
    return [list(header or columns), *([one[name] for name in columns] for one in rows)]


def as_csv(rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def read(rows: Table, fields: Fields = PLAIN) -> list[Article]:
    return articles(tables.read_csv(io.BytesIO(as_csv(rows)), "표.csv", fields))


def read_book(raw: bytes) -> list[Article]:
    return articles(tables.read_xlsx(io.BytesIO(raw), "표.xlsx", PLAIN))


def test_columns_of_bigkinds() -> None:
    (article,) = read(table(row(기고자="도하람 기자 haram@news.example,표지안")))
    assert kinds(article) == "hp"
    assert article.headline() == "가온시, 1번째 도서관 문 열어"
    assert (article.published_at, article.published_precision) == ("2023-01-05T00:00:00+09:00", "day")
    assert article.publisher == "가온일보"
    assert [(author.name, author.role) for author in article.byline] == [("도하람", "기자"), ("표지안", None)]
    assert article.section is not None
    assert article.section.raw == "지역>가온"
    assert article.url == "https://news.example/1"
    assert article.origin is not None
    assert (article.origin.archive, article.origin.key) == ("bigkinds", "01100101.20230105000000001")
    assert article.provenance.normalizer is not None
    assert (article.provenance.normalizer.reader, article.provenance.normalizer.encoding) == ("bigkinds", "utf-8")


def test_body_that_was_cut_is_flagged() -> None:
    short, whole = read(table(row(), row(2, 본문=f"{BODY} 열려 있다.")))
    assert flags(short) == ("body cut short by the source",)
    assert flags(whole) == ()


@pytest.mark.parametrize("left_out", ["중복", "예외", "중복, 예외"])
def test_rows_left_out_of_analyses_are_kept_and_flagged(left_out: str) -> None:
    (article,) = read(table(row(**{"분석제외 여부": left_out, "본문": f"{BODY} 연다."})))
    assert flags(article) == (f"left out of analyses by BIGKinds: {left_out}",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("가온일보", []),
        ("연합뉴스", []),
        ("디지털뉴스팀", []),
        ("", []),
        ("표지안 기자", ["표지안"]),
        ("표지안·도하람 기자", ["표지안", "도하람"]),
        ("누리=표지안 기자 jian@news.example", ["표지안"]),
        ("가온일보 표지안, 사회부 도하람", ["표지안", "도하람"]),
        ("표지안;도하람", ["표지안", "도하람"]),
        ("표지안 기자,표지안 기자", ["표지안"]),
        ("글·사진 표지안", ["표지안"]),
        ("(누리=뉴시스) 표지안 기자", ["표지안"]),
        ("Garam Kim", ["Garam Kim"]),
        ("표지안 누리대 교수", ["표지안"]),
    ],
)
def test_contributors(byline: str, names: list[str]) -> None:
    (article,) = read(table(row(기고자=byline)))
    assert [author.name for author in article.byline] == names


def test_author_who_is_no_person_is_recorded() -> None:
    (article,) = read(table(row(기고자="디지털뉴스팀")))
    assert article.provenance.normalizer is not None
    assert [piece.text for piece in article.provenance.normalizer.dropped] == ["디지털뉴스팀"]


@pytest.mark.parametrize("date", ["20230105", 20230105, 20230105.0, "2023-01-05", "2023.01.05", datetime(2023, 1, 5)])  # noqa: DTZ001  as a workbook has it
def test_dates_as_spreadsheets_write_them(date: object) -> None:
    for found in (read(table(row(일자=date))), read_book(xlsx([table(row(일자=date))]))):
        assert [(one.published_at, one.published_precision) for one in found] == [("2023-01-05T00:00:00+09:00", "day")]


def test_date_that_is_none_is_flagged() -> None:
    (article,) = read(table(row(일자="이른 봄", 본문=f"{BODY} 연다.")))
    assert article.published_at is None
    assert flags(article) == ("date of publication not understood: 이른 봄",)


@pytest.mark.parametrize("identifier", [1100101.2023010512, "1.1001E+06"])
def test_identifier_that_a_spreadsheet_rounded_is_left_out(identifier: object) -> None:
    (article,) = read_book(xlsx([table(row(본문=f"{BODY} 연다.", **{"뉴스 식별자": identifier}))]))
    assert article.origin is not None
    assert (article.origin.archive, article.origin.key) == (None, None)
    assert [flag[:45] for flag in flags(article)] == [f"identifier of BIGKinds is damaged: {identifier}"[:45]]


HEADERS = {
    "no spaces": [name.replace(" ", "") for name in COLUMNS],
    "short name": ["특성추출" if name.startswith("특성추출") else name for name in COLUMNS],
    "spaces around": [f" {name}\u200b " for name in COLUMNS],
    "line breaks": [name.replace(" ", "\n") for name in COLUMNS],
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_header_variants(header: list[str]) -> None:
    rows = table(row(), header=header)
    for (article,) in (read(rows), read_book(xlsx([rows]))):
        assert article.origin is not None
        assert article.origin.key
        assert article.section is not None


@pytest.mark.parametrize(
    "columns",
    [
        tuple(reversed(COLUMNS)),
        ("제목", "본문"),
        ("본문", "언론사", "제목", "URL"),
    ],
)
def test_columns_in_other_order_and_missing(columns: tuple[str, ...]) -> None:
    (article,) = read(table(row(), columns=columns))
    assert article.headline() == "가온시, 1번째 도서관 문 열어"
    assert article.publisher == ("가온일보" if "언론사" in columns else None)


def test_columns_that_nobody_knows() -> None:
    rows = [["비고", *COLUMNS, "점수"], ["끝", *row().values(), 3], ["짧다", *list(row(2).values())[:18]]]
    assert [article.url for article in read(rows)] == ["https://news.example/1", "https://news.example/2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    raw = as_csv(table(*map(row, range(1, 300))), encoding, delimiter)
    found = articles(tables.read_csv(io.BytesIO(raw), "표.csv", PLAIN))
    assert len(found) == 299
    assert found[-1].headline() == "가온시, 299번째 도서관 문 열어"
    assert found[0].provenance.normalizer is not None
    assert found[0].provenance.normalizer.encoding == encoding


def test_header_below_other_rows_and_again() -> None:
    rows = [["빅카인즈 뉴스 검색 결과"], [], *table(row()), *table(row(2))]
    assert [article.url for article in read(rows)] == ["https://news.example/1", "https://news.example/2"]
    assert len(read_book(xlsx([rows]))) == 2


@pytest.mark.parametrize("dimension", [None, "A1:A1", "A1", "A1:S1"])
def test_wrong_dimension_of_a_sheet(dimension: str | None) -> None:
    found = read_book(xlsx([table(row(), row(2)), []], dimension))
    assert [article.url for article in found] == ["https://news.example/1", "https://news.example/2"]


def test_several_sheets() -> None:
    raw = xlsx([[["설명"], ["이 파일은"]], table(row()), [], table(row(2))])
    assert [article.url for article in read_book(raw)] == ["https://news.example/1", "https://news.example/2"]


def test_line_breaks_that_excel_escapes() -> None:
    (article,) = read_book(xlsx([table(row(본문=f"{BODY} 연다._x000D_\n주민들은 오래 기다렸다고 입을 모았다."))]))
    assert kinds(article) == "hpp"


def test_tables_of_others_and_fields_given() -> None:
    rows = [["headline", "content", "pubDate", "press"], ["제목이다", f"{BODY} 연다.", "2023-01-05 12:30", "누리신문"]]
    (article,) = read(rows)
    assert (article.published_at, article.publisher) == ("2023-01-05T12:30:00+09:00", "누리신문")
    rows[0] = ["머리", "글", "때", "곳"]
    (article,) = read(rows, parse_fields("title=머리, body=글, published_at=때"))
    assert (article.headline(), article.publisher) == ("제목이다", None)
    assert article.published_at == "2023-01-05T12:30:00+09:00"


@pytest.mark.parametrize("reader", [tables.read_csv, tables.read_xlsx])
def test_no_header_names_what_is_there(reader: Callable[..., Any]) -> None:
    rows = [["가", "나"], ["1", "2"]]
    raw = xlsx([rows]) if reader is tables.read_xlsx else as_csv(rows)
    with pytest.raises(NormalizeError, match=r"the first row reads: 가, 나\. Name them with --fields title=NAME"):
        list(reader(io.BytesIO(raw), "표", PLAIN))


def test_bad_rows_are_named_and_the_rest_goes_on() -> None:
    raw = as_csv(table(row(), row(2), row(3, 본문=""), row(4)))
    raw = raw.replace("2번째".encode(), b"\xff\xfe")
    found = made(tables.read_csv(io.BytesIO(raw), "표.csv", PLAIN))
    assert [one if isinstance(one, str) else one.url for one in found] == [
        "https://news.example/1",
        "표.csv: row 3: column 제목 holds bytes that are not utf-8: export it again",
        "표.csv: row 4: no body was found, only headline: is it the whole page?",
        "https://news.example/4",
    ]


def test_quotation_mark_that_is_never_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_LONGEST_CELL", 3000)
    rows = [row(number, 키워드="", 제목="문 열어", 본문=BODY.replace(",", "")) for number in range(40)]
    raw = as_csv(table(rows[0])) + b'"' + as_csv(table(*rows[1:])[1:])
    found = made(tables.read_csv(io.BytesIO(raw), "표.csv", PLAIN))
    assert not isinstance(found[0], str)
    assert found[1] == "표.csv: row 3: a quotation mark that is opened here is not closed"
    assert sum(not isinstance(one, str) for one in found) > 20


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), xlsx([table(row())])[:-400]])
def test_no_workbook(raw: bytes) -> None:
    with pytest.raises(NormalizeError, match=r"^표\.xlsx: no Excel workbook"):
        list(tables.read_xlsx(io.BytesIO(raw), "표.xlsx", PLAIN))


@given(st.one_of(st.binary(), st.text().map(str.encode)), st.sampled_from(["utf-8", "cp949", "utf-16"]))
def test_any_bytes_in_a_csv(raw: bytes, encoding: str) -> None:
    for source in (raw, as_csv(table(row()), encoding) + raw, raw + as_csv(table(row()), encoding)):
        made(tables.read_csv(io.BytesIO(source), "표.csv", PLAIN))


BOOK = xlsx([table(row(), row(2))])


@given(st.binary(max_size=60), st.integers(0, len(BOOK)), st.integers(0, 80))
def test_any_bytes_in_a_workbook(raw: bytes, at: int, gone: int) -> None:
    made(tables.read_xlsx(io.BytesIO(raw), "표.xlsx", PLAIN))
    made(tables.read_xlsx(io.BytesIO(BOOK[:at] + raw + BOOK[at + gone :]), "표.xlsx", PLAIN))
