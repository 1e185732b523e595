"""The steps of the normalizer, one by one."""

from __future__ import annotations

import pytest

from malmoi.model import Article, Changed, Normalizer
from malmoi.normalize import NormalizeError, normalize_page
from malmoi.normalize.contacts import drop_contacts
from malmoi.normalize.decode import decode
from malmoi.normalize.draft import Draft, Line
from malmoi.normalize.furniture import drop_furniture
from malmoi.normalize.furniture_lines import reason_for
from malmoi.normalize.hygiene import clean

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


# decode


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp949", "cp949"), ("utf-16", "utf-16"), ("utf-32", "utf-32")],
)
def test_decode_names_the_encoding(codec: str, encoding: str) -> None:
    assert decode("가온시 뷁시장".encode(codec), "page") == ("가온시 뷁시장", encoding)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"abc\xff", "byte 3"),
        ("가온시".encode() + b"\xb0", "byte 9 is not UTF-8, though the rest is"),
        ("가온시 꽃시장".encode("utf-16-le"), "page: "),
        ("新闻报道北京".encode("gb2312"), "not Korean"),
        ("今日は天気がいい".encode("shift-jis"), "not Korean"),
        (b"\xef\xbb\xbf\xff", "byte 3"),
        (b"\xff\xfe\x00", "UTF-16"),
    ],
)
def test_decode_never_guesses(raw: bytes, message: str) -> None:
    with pytest.raises(NormalizeError, match=message):
        decode(raw, "page")


# hygiene


def test_compatibility_hanja_are_recorded() -> None:
    text, changed = clean("\uf981子와 \uf981人, \uf9e1씨")
    assert text == "女子와 女人, 李씨"
    assert changed == [
        Changed(step="nfc", before="U+F981", after="U+5973", count=2),
        Changed(step="nfc", before="U+F9E1", after="U+674E", count=1),
    ]


def test_jamo_are_composed_in_one_record() -> None:
    text, changed = clean("\u1100\u1161\u110b\u1169\u11ab")
    assert text == "가온"
    assert changed == [Changed(step="nfc", before="U+1100..U+11FF", after="U+AC00..U+D7A3", count=2)]


def test_jamo_around_a_zero_width_space_are_composed() -> None:
    assert clean("\u1100\u200b\u1161")[0] == "가"


@pytest.mark.parametrize("char", ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u2060", "\x00", "\x1b", "\x7f"])
def test_invisible_characters_go(char: str) -> None:
    assert clean(f"가{char}온") == (
        "가온",
        [Changed(step="invisible", before=f"U+{ord(char):04X}", after="-", count=1)],
    )


def test_joiner_stays_inside_an_emoji() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean(f"{family}가\u200d온")[0] == f"{family}가온"


@pytest.mark.parametrize("char", ["\u00a0", "\u3000", "\t", "\u2003", "\u202f", "\u3164"])
def test_odd_spaces_become_plain(char: str) -> None:
    assert clean(f"가{char}온") == (
        "가 온",
        [Changed(step="spaces", before=f"U+{ord(char):04X}", after="U+0020", count=1)],
    )


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\x85"])
def test_line_ends_become_line_feeds(end: str) -> None:
    assert clean(f"가{end}온")[0] == "가\n온"


def test_runs_of_spaces_are_counted() -> None:
    article = _page("꽃시장에  하루   만 명", BODY)
    assert article.headline() == "꽃시장에 하루 만 명"
    assert _normalizer(article).changed == (Changed(step="spaces", before="U+0020 U+0020", after="U+0020", count=2),)


# contacts


@pytest.mark.parametrize(
    ("line", "left", "reason"),
    [
        ("구하람 기자 haram@example.com", "구하람 기자", "e-mail"),
        ("구하람 기자(haram.g_1@news.example.co.kr)", "구하람 기자", "e-mail"),
        ("구하람 기자 <haram@example.com>", "구하람 기자", "e-mail"),
        ("구하람 기자 / haram@example.com", "구하람 기자", "e-mail"),
        ("구하람 기자 이메일: haram@example.com", "구하람 기자", "e-mail"),
        ("/사진=구하람 기자 haram@", "/사진=구하람 기자", "e-mail"),
        ("구하람 기자 010-1234-5678", "구하람 기자", "telephone"),
        ("시는 ☎02-123-4567에서 묻는 말에 답한다.", "시는 묻는 말에 답한다.", "telephone"),
        ("자리는 전화(02-123-4567)로 잡는다.", "자리는 전화로 잡는다.", "telephone"),
        ("씨앗을 받는다. (관련 문의: haram@example.com)", "씨앗을 받는다.", "e-mail"),
        ("/사진=구하람 기자 haram@3월", "/사진=구하람 기자 3월", "e-mail"),
    ],
)
def test_contacts_go_without_a_trace(line: str, left: str, reason: str) -> None:
    draft = drop_contacts(_draft(line))
    assert [kept.text for kept in draft.lines] == [left]
    assert [(piece.step, piece.reason, piece.text) for piece in draft.dropped] == [("contacts", reason, None)]


@pytest.mark.parametrize("line", ["2024-03-05 12:25:33", "계좌 110-123-456789", "값은 1,200,000원이다.", "@가온시"])
def test_no_contact(line: str) -> None:
    assert drop_contacts(_draft(line)) == _draft(line)


# furniture


@pytest.mark.parametrize(
    "line",
    [
        "글자크기", "글자크기 설정", "가", "가가", "가 가 가 가", "가+", "가 + 가 -", "TOP", "▲ TOP", "맨위로", "[the300]", "[theL]",
        "공유", "공유하기", "페이스북 트위터 카카오톡 밴드 URL복사", "스크랩", "인쇄하기", "댓글 12", "댓글(3)", "좋아요 0", "구독",
        "+ 구독", "기사듣기", "번역", "Translated by AI", "무단전재 및 재배포 금지", "저작권자 ⓒ 가온신문, 무단전재 및 재배포 금지",
        "<저작권자(c) 가온통신, 무단 전재-재배포, AI 학습 및 활용 금지>", "Copyright © 가온신문. All rights reserved.",
        "[ⓒ 가온신문 & gaon.example.com, 무단전재 및 재배포 금지]", "관련기사", "[관련기사]", "이 시각 주요뉴스", "많이 본 뉴스",
        "가온신문 주요뉴스", "▶ 네이버에서 가온신문 구독하기", "▶ 카카오톡 채널 추가하기", "제보하기", "카카오톡 제보", "제보는 카카오톡 gaon",
        "■ 제보하기 ▷ 카카오톡 : '가온제보' 검색, 채널 추가", "당신의 제보가 뉴스가 됩니다", "네이버 구독", "구하람 기자의 다른 기사",
        "홈 > 정치", "뉴스 > 사회 > 사건", "조회수 1,204", "AD", "광고", "이미지 크게 보기", "이미지 확대", "사진 확대", "크게보기",
        "원본보기", "이 기사를 추천합니다", "기사 추천", "AI 요약", "기사 본문", "#꽃시장 #가온", "(끝)", "https://gaon.example.com/1",
        "로그인 후 이용해 주세요", "이 기사는 언론사에서 사회 섹션으로 분류했습니다.", "영상취재 : 한가람", "―――", "기사 공유하기 인쇄",
    ],
)  # fmt: skip
def test_line_of_furniture(line: str) -> None:
    assert reason_for(line)


@pytest.mark.parametrize(
    "line",
    [
        "TOP 10에 든 가게는 모두 시장에 있다.", "구독을 끊은 사람이 늘었다.", "글자크기를 키운 책이 잘 팔린다.",
        "댓글을 보지 않으니 잠이 온다고 했다.", "시민의 제보로 경찰이 출동했다.", "무단전재를 막는 법이 국회를 통과했다.",
        "관련기사가 많다고 좋은 신문은 아니다.", "공유 자전거가 는다", "인쇄 골목의 하루", "가온시", "가을", "번역가의 방",
        "▶ 인터뷰 : 도하경 / 들빛동", "◆ 구독 경제의 그늘", "【 앵커멘트 】", "네이버가 구독 서비스를 접는다고 밝혔다.",
        "이 쉼터는 유료 회원 전용 공간이다.", "제보는 이웃의 몫이 아니다", "☞둘째, 다리를 막는다.", "제작: 가온극단",
        "로그인 하면 바로 자리가 잡힌다.", "홈페이지: 꽃시장", "가온시의 모든 콘텐츠는 저작권법의 보호를 받는다.",
        "광고 없는 하루를 권했다.", "사진 속 사람은 웃고 있었다.", "[단독] 들빛천에 물총새 돌아왔다", "추천받은 책은 세 권이다.",
    ],
)  # fmt: skip
def test_line_of_text(line: str) -> None:
    assert reason_for(line) is None


def test_list_under_a_heading_goes_and_the_text_behind_stays() -> None:
    draft = drop_furniture(
        _draft("꽃시장 열렸다", BODY, "관련기사", "얼음물 나누는 회관", "새벽 장터 붐벼", BODY, "◆ 다음 장날")
    )
    assert [line.text for line in draft.lines] == ["꽃시장 열렸다", BODY, BODY, "◆ 다음 장날"]
    assert [piece.reason for piece in draft.dropped] == ["list of other articles"] * 3


def test_what_follows_the_copyright_line_goes() -> None:
    draft = drop_furniture(
        _draft("꽃시장", BODY, BODY, "무단전재 및 재배포 금지", "고래 떼 발견", "2023/06/01 12:25 송고")
    )
    assert [line.text for line in draft.lines] == ["꽃시장", BODY, BODY, "2023/06/01 12:25 송고"]
    assert draft.flags == ()


def test_running_text_behind_the_copyright_line_is_kept_and_flagged() -> None:
    notice = "무단전재 및 재배포 금지"
    draft = drop_furniture(_draft("꽃시장", BODY, notice, SECOND, notice, "고래 떼 발견"))
    assert [line.text for line in draft.lines] == ["꽃시장", BODY, SECOND]
    assert draft.flags == ("text behind a copyright line kept",)


def test_running_text_of_a_list_behind_the_copyright_line_goes() -> None:
    draft = drop_furniture(_draft("꽃시장", BODY, "무단전재 및 재배포 금지", "관련기사", "고래 떼 발견", SECOND))
    assert [line.text for line in draft.lines] == ["꽃시장", BODY]


@pytest.mark.parametrize("between", ["", "\n"])
def test_copyright_of_a_picture_ends_nothing(between: str) -> None:
    note = "Copyright (C) 뉴스1. All rights reserved. 무단 전재 및 재배포, AI학습 이용 금지."
    article = _page(
        "꽃시장 열렸다", "2023.06.01 12:25", BODY, f"시장 들머리. /사진=뉴스1{between or ' '}{note}", SECOND
    )
    assert [block.type for block in article.blocks] == ["headline", "paragraph", "caption", "paragraph"]
    assert (article.captions[0].rights is None) == bool(between)
    assert article.publisher is None


def test_copyright_line_above_the_body_ends_nothing() -> None:
    draft = drop_furniture(_draft("꽃시장", "무단전재 및 재배포 금지", BODY))
    assert [line.text for line in draft.lines] == ["꽃시장", BODY]


def test_summary_by_a_machine_goes() -> None:
    draft = drop_furniture(_draft("꽃시장", "AI 요약", "- 꽃시장이 열렸다.", "- 만 명이 다녀갔다.", BODY))
    assert [line.text for line in draft.lines] == ["꽃시장", BODY]


def test_dropped_furniture_keeps_no_telephone_number() -> None:
    article = _page("꽃시장 열렸다", BODY, "■ 제보하기 ▷ 전화 02-123-4567")
    assert "123-4567" not in repr(article)
