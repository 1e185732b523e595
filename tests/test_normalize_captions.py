"""Captions: parts by pattern, as corpus/guidelines/captions.md gives them; what proves one; copies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from malmoi import markup
from malmoi.normalize import normalize_page
from malmoi.normalize.captions import Evidence, parse_caption, read_parts

if TYPE_CHECKING:
    from malmoi.model import Caption

GUIDELINES = Path(__file__).resolve().parents[1] / "corpus" / "guidelines" / "captions.md"

# Each part in the order of the model's fields, as `parts()` gives them.
PATTERNS = [
    (
        "[가온=뉴시스] 표새론 기자 = 5일 주민들이 책을 읽고 있다. (사진=국립가온원 제공) 2023.11.01. *재판매 및 DB 금지",
        (
            "location 가온|source 뉴시스|creator 표새론|creator_role 기자|description 5일 주민들이 책을 읽고 있다."
            "|credit_line 사진=국립가온원 제공|date_created 2023.11.01. 2023-11-01|rights 재판매 및 DB 금지"
        ),
    ),
    (
        "【가온=뉴시스】표새론 인턴기자 = 시민들이 걷고 있다. 2018. 11. 1.",
        (
            "location 가온|source 뉴시스|creator 표새론|creator_role 인턴기자|description 시민들이 걷고 있다."
            "|date_created 2018. 11. 1. 2018-11-01"
        ),
    ),
    (
        "[도요하시(일본)=뉴시스] 탁소연 특파원 = 고양이가 졸고 있다. 2023-06-01",
        (
            "location 도요하시(일본)|source 뉴시스|creator 탁소연|creator_role 특파원|description 고양이가 졸고 있다."
            "|date_created 2023-06-01 2023-06-01"
        ),
    ),
    (
        "[맨체스터=AP/뉴시스]구하람 선수가 1일(현지시간) 공을 차고 있다. 2023.06.01.",
        (
            "location 맨체스터|source AP/뉴시스|description 구하람 선수가 1일(현지시간) 공을 차고 있다."
            "|date_created 2023.06.01. 2023-06-01"
        ),
    ),
    (
        "(가온=연합뉴스) 구새론 표이든 기자 = 시민들이 꽃을 고르고 있다. 2016.9.17",
        (
            "location 가온|source 연합뉴스|creator 구새론|creator 표이든|creator_role 기자"
            "|description 시민들이 꽃을 고르고 있다.|date_created 2016.9.17 2016-09-17"
        ),
    ),
    ("배가 부두에 닿고 있다. [로이터=연합뉴스]", "source 로이터=연합뉴스|description 배가 부두에 닿고 있다."),
    (
        "(난퉁 EPA=연합뉴스) 배가 짐을 싣고 있다. 2023.4.20",
        "location 난퉁|source EPA=연합뉴스|description 배가 짐을 싣고 있다.|date_created 2023.4.20 2023-04-20",
    ),
    (
        "바닷길 [AP 연합뉴스 자료사진. 재판매 및 DB 금지]",
        "source AP 연합뉴스|description 바닷길|credit_line AP 연합뉴스 자료사진|rights 재판매 및 DB 금지",
    ),
    (
        "드론이 볍씨를 뿌리고 있다. 2026.10.1 ⓒ 뉴스1 도가람 기자",
        (
            "source 뉴스1|creator 도가람|creator_role 기자|description 드론이 볍씨를 뿌리고 있다."
            "|date_created 2026.10.1 2026-10-01"
        ),
    ),
    (
        "드론이 볍씨를 뿌리고 있다. 2024.5.3/뉴스1",
        "source 뉴스1|description 드론이 볍씨를 뿌리고 있다.|date_created 2024.5.3 2024-05-03",
    ),
    ("새 공장 조감도./사진=뉴스1", "source 뉴스1|description 새 공장 조감도.|credit_line 사진=뉴스1"),
    ("새 공장 조감도. /사진=너울강철 제공", "description 새 공장 조감도.|credit_line 사진=너울강철 제공"),
    ("선수가 공을 친다. 사진제공=가온협회", "description 선수가 공을 친다.|credit_line 사진제공=가온협회"),
    ("선수가 공을 친다. 사진 제공=가온협회", "description 선수가 공을 친다.|credit_line 사진 제공=가온협회"),
    ("선수가 공을 친다. [사진=가온협회]", "description 선수가 공을 친다.|credit_line 사진=가온협회"),
    ("선수가 공을 친다. <사진=가온협회>", "description 선수가 공을 친다.|credit_line 사진=가온협회"),
    ("선수가 공을 친다. (사진=가온협회 제공)", "description 선수가 공을 친다.|credit_line 사진=가온협회 제공"),
    (
        "선수가 공을 친다. [사진 출처 = 연합뉴스]",
        "source 연합뉴스|description 선수가 공을 친다.|credit_line 사진 출처 = 연합뉴스",
    ),
    (
        "선수가 공을 친다. [사진 = 나해율 기자]",
        "creator 나해율|creator_role 기자|description 선수가 공을 친다.|credit_line 사진 = 나해율 기자",
    ),
    ("선수가 공을 던지고 있다. 연합뉴스", "source 연합뉴스|description 선수가 공을 던지고 있다."),
    (
        "배달기사가 전화를 보고 있다. 마루온 선임기자",
        "creator 마루온|creator_role 선임기자|description 배달기사가 전화를 보고 있다.",
    ),
    ("▲ 새들이 날아오르고 있다. ⓒ 남도새벽", "source 남도새벽|description 새들이 날아오르고 있다."),
    ("▲ 투수가 역투하고 있다. ⓒ영남누리 구하람", "source 영남누리|creator 구하람|description 투수가 역투하고 있다."),
    ("후보가 악수하고 있다. /도정사진기자단", "description 후보가 악수하고 있다.|credit_line 도정사진기자단"),
    (
        "[가온=뉴시스] 전하늘 기자 = 회의가 열리고 있다. (가온시청사진기자단) 2023.06.01.",
        (
            "location 가온|source 뉴시스|creator 전하늘|creator_role 기자|description 회의가 열리고 있다."
            "|credit_line 가온시청사진기자단|date_created 2023.06.01. 2023-06-01"
        ),
    ),
    (
        "가수가 노래하고 있다 /사진=임한빛(머니S)",
        "source 머니S|description 가수가 노래하고 있다|credit_line 사진=임한빛(머니S)",
    ),
    (
        "시장 들머리. /사진=뉴스1 Copyright (C) 뉴스1. All rights reserved. 무단 전재 및 재배포, AI학습 이용 금지.",
        (
            "source 뉴스1|description 시장 들머리.|credit_line 사진=뉴스1"
            "|rights Copyright (C) 뉴스1. All rights reserved. 무단 전재 및 재배포, AI학습 이용 금지"
        ),
    ),
    ("꽃값 추이/그래픽=구하람", "creator 구하람|description 꽃값 추이|credit_line 그래픽=구하람"),
    (
        "꽃값 추이/디자인=표이든 디자인기자",
        "creator 표이든|creator_role 디자인기자|description 꽃값 추이|credit_line 디자인=표이든 디자인기자",
    ),
    ("선수가 웃고 있다. /AFPBBNews=뉴스1", "source AFPBBNews=뉴스1|description 선수가 웃고 있다."),
    ("제비가 날고 있다. | 연합뉴스", "source 연합뉴스|description 제비가 날고 있다."),
    ("제비가 날고 있다. 너른=AP 뉴시스", "location 너른|source AP 뉴시스|description 제비가 날고 있다."),
    ("제비가 날고 있다. 가온일보DB", "source 가온일보|description 제비가 날고 있다.|credit_line 가온일보DB"),
    ("▲제비가 날고 있다. ⓒ 구하람", "creator 구하람|description 제비가 날고 있다."),
    ("마을 어귀에 선 새 이정표", "description 마을 어귀에 선 새 이정표"),
    ("후보(왼쪽)가 듣고 있다. (사진은 기사와 무관함)", "description 후보(왼쪽)가 듣고 있다."),
]


def _shown(caption: Caption) -> str:
    return "|".join(
        " ".join(filter(None, (name, span.text, getattr(span, "value", None)))) for name, span in caption.parts()
    )


@pytest.mark.parametrize(("text", "expected"), PATTERNS, ids=lambda value: value[:24])
def test_parts_of_a_pattern(text: str, expected: str) -> None:
    assert _shown(parse_caption(text, "c01")) == expected


def _guideline_examples() -> list[str]:
    return re.findall(r"^○ (>\d? .*)$", GUIDELINES.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("line", _guideline_examples())
def test_parts_agree_with_the_guidelines(line: str) -> None:
    plain = re.sub(r"\{[A-Z_]+(?:@\w+)?(?:=[\d-]+)? ([^{}]*)\}", r"\1", line)
    gold = markup.parse(f'+++\nlicense = "CC-BY-4.0"\n+++\n# 제목\n{plain}\n', name="captions.md")
    block = gold.block("c01")
    assert parse_caption(block.text or "", "c01", gold.captions[0].copies) == gold.captions[0]


@pytest.mark.parametrize("day", ["2023.13.45.", "2023.02.30."])
def test_no_such_day_is_no_date(day: str) -> None:
    assert parse_caption(f"[가온=뉴시스] 표새론 기자 = 눈이 온다. {day}", "c01").date_created is None


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("[가온=뉴시스] 표새론 기자 = 가온시가 1일 꽃시장을 열었다.", Evidence.NONE),
        ("(가온=연합뉴스) 구새론 기자 = 가온시가 1일 꽃시장을 열었다.", Evidence.NONE),
        ("가온시가 1일 꽃시장을 열었다. 하루 만 명이 다녀갔다.", Evidence.NONE),
        ("가온시가 1일 꽃시장을 열었다. 구새론 기자", Evidence.WEAK),
        ("선수가 공을 던지고 있다. 연합뉴스", Evidence.WEAK),
        ("가온시가 1일 꽃시장을 열었다. [구새론 기자]", Evidence.WEAK),
        ("[가온=뉴시스] 표새론 기자 = 꽃시장이 열렸다. 2023.06.01.", Evidence.STRONG),
        ("꽃시장이 열렸다. /사진=가온시", Evidence.STRONG),
    ],
)
def test_evidence(text: str, evidence: Evidence) -> None:
    assert read_parts(text).evidence() is evidence


LEAD = "가온시가 1일 꽃시장을 열었다. 하루에 만 명이 다녀갔다."
END = "시장은 이달 말까지 밤 8시에 문을 닫는다. 그 뒤로는 쉰다."
FIRST = "[가온=뉴시스] 표새론 기자 = 1일 시민들이 수선화를 고르고 있다. 2024.03.01."
SECOND = "[가온=뉴시스] 표새론 기자 = 1일 상인이 튤립을 묶고 있다. 2024.03.01."
SUPPLIED = "시장 들머리에 걸린 꽃등. /사진=가온상인회"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (FIRST, [(FIRST, 1)]),
        (FIRST + FIRST, [(FIRST, 2)]),
        (f"{FIRST} {FIRST}", [(FIRST, 2)]),
        (f"{FIRST} {FIRST} {FIRST}", [(FIRST, 3)]),
        (f"{FIRST}\n{FIRST}", [(FIRST, 2)]),
        (f"{FIRST}\n\n{FIRST}{FIRST}", [(FIRST, 3)]),
        (FIRST + FIRST.replace("기자 =", "기자="), [(FIRST, 2)]),
        (FIRST + FIRST.replace("] ", "]"), [(FIRST, 2)]),
        (FIRST + FIRST[:-1], [(FIRST, 2)]),
        (FIRST + SECOND, [(FIRST, 1), (SECOND, 1)]),
        (FIRST + FIRST + SECOND + SECOND, [(FIRST, 2), (SECOND, 2)]),
        (f"{FIRST}\n{SECOND}", [(FIRST, 1), (SECOND, 1)]),
        (SUPPLIED + SUPPLIED, [(SUPPLIED, 2)]),
        ("시장 들머리에 걸린 꽃등." + SUPPLIED, [(SUPPLIED, 2)]),
        (f"시장 들머리에 걸린 꽃등.\n{SUPPLIED}", [(SUPPLIED, 2)]),
        (f"{SUPPLIED}\n시장 들머리에 걸린 꽃등.", [(SUPPLIED, 2)]),
        ("꽃등이 걸린 들머리 모습꽃등이 걸린 들머리 모습", [("꽃등이 걸린 들머리 모습", 2)]),
        ("상인이 꽃을 묶고 있다.\n/사진=뉴스1", [("상인이 꽃을 묶고 있다. /사진=뉴스1", 1)]),
    ],
)
def test_captions_of_a_page(lines: str, expected: list[tuple[str, int]]) -> None:
    article = normalize_page(f"꽃시장에 하루 만 명\n{LEAD}\n{lines}\n{END}\n".encode(), name="page")
    texts = {block.id: block.text for block in article.blocks}
    assert [(texts[caption.block], caption.copies) for caption in article.captions] == expected
    assert [block.text for block in article.blocks if block.type == "paragraph"] == [LEAD, END]
    assert article.provenance.normalizer is not None
    copies = [piece for piece in article.provenance.normalizer.dropped if piece.step == "captions"]
    assert bool(copies) == any(count > 1 for _, count in expected)


@pytest.mark.parametrize("glue", ["", " "])
@pytest.mark.parametrize("copies", [1, 2])
@pytest.mark.parametrize(
    "caption",
    [
        FIRST,
        f"{FIRST} *재판매 및 DB 금지",
        "(가온=연합뉴스) 구새론 기자 = 1일 상인이 꽃을 묶고 있다. 2024.3.1",
        "상인이 꽃을 묶고 있다. 2024.5.3/뉴스1 ⓒ News1 도가람 기자",
        "상인이 꽃을 묶고 있다. [사진=가온상인회]",
        "상인이 꽃을 묶고 있다. /사진=뉴스1",
        "상인이 꽃을 묶고 있다. [로이터=연합뉴스]",
    ],
)
def test_caption_glued_to_a_paragraph_is_parted(caption: str, copies: int, glue: str) -> None:
    page = f"꽃시장에 하루 만 명\n{LEAD}\n{glue.join([caption] * copies)}{glue}{END}\n"
    article = normalize_page(page.encode(), name="page")
    assert [block.text for block in article.blocks][1:] == [LEAD, caption, END]
    assert [found.copies for found in article.captions] == [copies]


@pytest.mark.parametrize(
    "line",
    [
        '상인회는 "사진=마음"이라고 쓴 팻말을 걸었다. 팻말은 모두 쉰 개다.',
        "시는 자료를 시민에게 제공한다고 밝혔다. 신청은 3월 1일부터 받는다.",
        "기준일은 2024.03.01.이라고 시는 설명했다. 바뀌면 다시 알린다.",
        "▲1일 꽃시장 ▲2일 나무시장 ▲3일 씨앗시장이 열린다.",
        "연합뉴스는 이날 시장의 말을 전했다. 시장은 웃었다.",
    ],
)
def test_running_text_is_no_caption(line: str) -> None:
    article = normalize_page(f"꽃시장에 하루 만 명\n{LEAD}\n{line}\n{END}\n".encode(), name="page")
    assert [block.text for block in article.blocks if block.type == "paragraph"] == [LEAD, line, END]
    assert article.captions == ()
