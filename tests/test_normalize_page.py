"""What the normalizer makes of a page: its header, datelines and bylines, layout; and of a record."""

from __future__ import annotations

import pytest

from malmoi.model import Article, Dropped, Normalizer
from malmoi.normalize import NormalizeError, normalize_page, normalize_record
from malmoi.normalize.draft import Draft, Line
from malmoi.normalize.header import read_header

FIRST, SECOND = "가온시가 1일 꽃시장을 열었다.", "하루에 만 명이 다녀갔다."
BODY = f"{FIRST} {SECOND}"


def _draft(*lines: str) -> Draft:
    return Draft(reader="test", encoding="utf-8", lines=tuple(map(Line, lines)))


def _page(*lines: str) -> Article:
    return normalize_page("\n".join(lines).encode(), name="page")


def _normalizer(article: Article) -> Normalizer:
    assert article.provenance.normalizer is not None
    return article.provenance.normalizer


def _types(article: Article) -> list[tuple[str, str | None]]:
    return [(block.type, block.text) for block in article.blocks]


# header


@pytest.mark.parametrize(
    ("line", "people", "published", "modified", "publisher"),
    [
        ("머니투데이 구하람 기자 2023.06.01 12:25", "구하람 기자", "2023-06-01T12:25:00", None, "머니투데이"),
        ("입력 2023.06.01. 오후 12:25 수정 2023.06.01. 12:40", "", "2023-06-01T12:25:00", "2023-06-01T12:40:00", None),
        ("등록 2023-06-01 12:25:33", "", "2023-06-01T12:25:33", None, None),
        ("기사입력 2023/06/01 12:25", "", "2023-06-01T12:25:00", None, None),
        ("승인 2023.06.01 12:25", "", "2023-06-01T12:25:00", None, None),
        ("구하람 기자 | 2023-06-01 12:25", "구하람 기자", "2023-06-01T12:25:00", None, None),
        ("2023년 6월 1일 12시 25분", "", "2023-06-01T12:25:00", None, None),
        ("2023.06.01 (목) 12:25", "", "2023-06-01T12:25:00", None, None),
        ("2023.06.01(목) 오후 2:25", "", "2023-06-01T14:25:00", None, None),
        ("2023.06.01. 오전 12:05", "", "2023-06-01T00:05:00", None, None),
        ("가온일보 구하람·표이든 기자", "구하람 기자,표이든 기자", None, None, "가온일보"),
        ("남도새벽 추다온 기자", "추다온 기자", None, None, "남도새벽"),
        ("구하람 선임기자", "구하람 선임기자", None, None, None),
        ("구하람 특파원", "구하람 특파원", None, None, None),
        ("도쿄=구하람 특파원", "구하람 특파원", None, None, None),
        ("베이징 구하람 특파원", "구하람 특파원", None, None, None),
        ("정치부 구하람 기자", "구하람 기자", None, None, None),
        ("구하람 정치부 기자", "구하람 기자", None, None, None),
        ("구하람기자", "구하람 기자", None, None, None),
        ("표지안 남궁율 기자", "표지안 기자,남궁율 기자", None, None, None),
        ("구하람 기자, 편이재 인턴기자", "구하람 기자,편이재 인턴기자", None, None, None),
        ("제하람 기자l기사입력 2025-01-09 19:01 l 최종수정 2025-01-09 19:56", "제하람 기자", "2025-01-09T19:01:00", "2025-01-09T19:56:00", None),
        ("2023/06/01 12:25 송고", "", "2023-06-01T12:25:00", None, None),
        ("작성 2023.04.20 13:55 조회 1,234 댓글 3", "", "2023-04-20T13:55:00", None, None),
        ("2023-06-01T12:25:33+09:00", "", "2023-06-01T12:25:33", None, None),
        ("머니투데이 구하람 산업2부 차장 2023.06.01 12:25", "구하람 차장", "2023-06-01T12:25:00", None, "머니투데이"),
        ("23.06.01 12:25l최종 업데이트 23.06.01 12:40l", "", "2023-06-01T12:25:00", "2023-06-01T12:40:00", None),
        ("입력2023.06.01 12:25 수정2023.06.02 00:44 지면A10", "", "2023-06-01T12:25:00", "2023-06-02T00:44:00", None),
        ("류경제 기자", "류경제 기자", None, None, None),
        ("기자명구하람", "구하람 기자", None, None, None),
    ],
)  # fmt: skip
def test_header_line(
    line: str, people: str, published: str | None, modified: str | None, publisher: str | None
) -> None:
    header = read_header(line)
    assert header is not None
    assert ",".join(f"{author.name} {author.role}" for author in header.people) == people
    assert (header.published and header.published.value) == (published and f"{published}+09:00")
    assert (header.modified and header.modified.value) == (modified and f"{modified}+09:00")
    assert header.publisher == publisher


@pytest.mark.parametrize(
    "line",
    [
        "2023.13.45 12:25",
        "구하람 기자가 말했다.",
        "기자",
        "2023년 6월 1일 꽃시장이 열렸다.",
        "입력값을 고친다",
        "(가온=연합뉴스) 구하람 기자 =",
    ],
)
def test_no_header_line(line: str) -> None:
    assert read_header(line) is None


def test_label_and_time_on_two_lines() -> None:
    article = _page("꽃시장 열렸다", "입력 :", "2025-03-18 10:23:35", "수정 :", "2025-03-18 11:00:02", BODY)
    assert article.published_at == "2025-03-18T10:23:35+09:00"
    assert article.modified_at == "2025-03-18T11:00:02+09:00"


def test_day_without_hour_is_marked() -> None:
    article = _page("꽃시장 열렸다", "구하람 기자 2023.06.01", BODY)
    assert (article.published_at, article.published_precision) == ("2023-06-01T00:00:00+09:00", "day")


def test_hour_found_later_takes_the_mark_away() -> None:
    article = _page("꽃시장 열렸다", "2023.06.01", BODY, "2023/06/01 12:25 송고")
    assert (article.published_at, article.published_precision) == ("2023-06-01T12:25:00+09:00", None)


def test_headline_that_reads_like_a_sentence_stands_above_the_header() -> None:
    article = _page("가온시가 드디어 꽃시장을 열었다.", "구하람 기자 2023.06.01 12:25", BODY)
    assert _types(article) == [("headline", "가온시가 드디어 꽃시장을 열었다."), ("paragraph", BODY)]


def test_menu_above_the_headline_goes() -> None:
    article = _page("최신기사", "오늘운세", "만평", "부고", "꽃시장에 하루 만 명", "2023.06.01 12:25", BODY)
    assert article.headline() == "꽃시장에 하루 만 명"


def test_outlet_behind_the_headline_goes() -> None:
    article = _page("꽃시장에 하루 만 명 - 머니투데이", "2023.06.01 12:25", BODY)
    assert (article.headline(), article.publisher) == ("꽃시장에 하루 만 명", "머니투데이")


@pytest.mark.parametrize(
    "line", ["저작권자 ⓒ 가온신문 무단전재 및 재배포 금지", "Copyright ⓒ 가온신문. All rights reserved."]
)
def test_outlet_of_the_copyright_line(line: str) -> None:
    article = _page("꽃시장 열렸다", "2023.06.01 12:25", BODY, line)
    assert article.publisher == "가온신문"
    assert _normalizer(article).flags == ("publisher read from the copyright line",)


# datelines and bylines


@pytest.mark.parametrize(
    ("dateline", "people"),
    [
        ("[가온=뉴시스] 김새별 기자 =", "김새별 기자"),
        ("(가온=연합뉴스) 구새론 표이든 기자 =", "구새론 기자,표이든 기자"),
        ("(가온=뉴스1) 구새론 기자 =", "구새론 기자"),
        ("【가온=뉴시스】", ""),
        ("[머니투데이 구하람 기자]", "구하람 기자"),
        ("[서울신문 구하람 기자]", "구하람 기자"),
        ("[OSEN=인천, 구하람 기자]", "구하람 기자"),
        ("[헤럴드경제=구하람 기자]", "구하람 기자"),
        ("[더팩트ㅣ구하람 기자]", "구하람 기자"),
        ("[도요하시(일본)=뉴시스]", ""),
        ("(워싱턴=연합뉴스) 탁소연 특파원 =", "탁소연 특파원"),
        ("[세종=뉴스핌] 구하람 기자 =", "구하람 기자"),
    ],
)
@pytest.mark.parametrize("space", ["", " "])
def test_dateline_is_parted_from_the_lead(dateline: str, people: str, space: str) -> None:
    article = _page("꽃시장 열렸다", f"{dateline}{space}{BODY}")
    assert _types(article) == [("headline", "꽃시장 열렸다"), ("dateline", dateline), ("paragraph", BODY)]
    assert ",".join(f"{author.name} {author.role}" for author in article.byline) == people


@pytest.mark.parametrize(
    "lead", ["(주) 가온이 꽃시장을 열었다. 만 명이 왔다.", "[앵커] 꽃시장이 열렸습니다. 만 명이 왔습니다."]
)
def test_bracket_is_no_dateline(lead: str) -> None:
    assert _types(_page("꽃시장 열렸다", lead))[1] == ("paragraph", lead)


@pytest.mark.parametrize(
    ("tail", "byline", "name"),
    [
        (" 구하람 기자", "구하람 기자", "구하람"),
        (" 가온=구하람 기자 haram@example.com", "가온=구하람 기자", "구하람"),
        (" /구하람 기자", "구하람 기자", "구하람"),
        ("[구하람 기자]", "구하람 기자", "구하람"),
        (" 글·사진 구하람 기자", "글·사진 구하람 기자", "구하람"),
        ("\n구하람 기자 구독", "구하람 기자", "구하람"),
        ("\n/구하람 기자 haram@example.com", "구하람 기자", "구하람"),
        ("\n글·사진=구하람 기자", "글·사진=구하람 기자", "구하람"),
        ("\n가온방송 구하람입니다.", "가온방송 구하람입니다.", "구하람"),
        (" 가온방송 구하람입니다.", "가온방송 구하람입니다.", "구하람"),
    ],
)
def test_byline_behind_the_body(tail: str, byline: str, name: str) -> None:
    article = _page("꽃시장 열렸다", BODY, f"{FIRST}{tail}")
    assert _types(article)[1:] == [("paragraph", BODY), ("paragraph", FIRST), ("byline", byline)]
    assert [author.name for author in article.byline] == [name]


def test_agency_behind_the_last_paragraph_is_a_byline() -> None:
    article = _page("꽃시장 열렸다", BODY, "시장은 이달 말까지 연다. 연합뉴스")
    assert _types(article)[2:] == [("paragraph", "시장은 이달 말까지 연다."), ("byline", "연합뉴스")]


# layout


def test_dek_subhead_and_paragraph() -> None:
    article = _page(
        "꽃시장에 하루 만 명",
        "수선화가 가장 많이 팔려",
        "가온신문 구하람 기자",
        BODY,
        "◆ 꽃값은 내려",
        FIRST,
        "봄이 짧다",
        SECOND,
    )
    assert [kind for kind, _ in _types(article)] == [
        "headline",
        "dek",
        "paragraph",
        "subhead",
        "paragraph",
        "subhead",
        "paragraph",
    ]


def test_headline_again_in_the_page_goes() -> None:
    article = _page("꽃시장에 하루 만 명", "구하람 기자", BODY, "꽃시장에 하루 만 명")
    assert len(article.blocks) == 2


def test_article_that_stands_twice_is_kept_once() -> None:
    article = _page("꽃시장에 하루 만 명", "2023.06.01 12:25", BODY, "2023.06.01 12:25", BODY)
    assert _types(article) == [("headline", "꽃시장에 하루 만 명"), ("paragraph", BODY)]


@pytest.mark.parametrize("page", ["", " \n\n", "TOP\n글자크기", "꽃시장에 하루 만 명", "구하람 기자", "\ufeff\u200b"])
def test_page_without_a_body_is_an_error(page: str) -> None:
    with pytest.raises(NormalizeError, match=r"^page: no "):
        normalize_page(page.encode(), name="page")


# records


def test_record_loses_only_marks() -> None:
    article = normalize_record(
        title="꽃시장[1]에 하루 만 명",
        body="가온시가 꽃시장을 열었다.[1][2] TOP\n\n공유\n(가온=뉴시스) 구하람 기자 = 만 명이 왔다. 구하람 기자",
        reader="wikinews",
        publisher="위키뉴스",
        published_at="2023-02-14T00:00:00+09:00",
        published_precision="day",
    )
    assert _types(article) == [
        ("headline", "꽃시장에 하루 만 명"),
        ("paragraph", "가온시가 꽃시장을 열었다. TOP"),
        ("paragraph", "공유"),
        ("paragraph", "(가온=뉴시스) 구하람 기자 = 만 명이 왔다. 구하람 기자"),
    ]
    found = _normalizer(article)
    assert found.reader == "wikinews"
    assert [(piece.step, piece.text) for piece in found.dropped] == [("footnotes", "[1][1][2]")]
    assert isinstance(found.dropped[0], Dropped)


def test_record_without_a_body_is_an_error() -> None:
    with pytest.raises(NormalizeError, match="no body"):
        normalize_record(title="꽃시장", body=" \n", reader="wikinews")
