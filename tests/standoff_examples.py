"""An invented article with every layer annotated, for the tests of the stand-off tier."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from malmoi import markup
from malmoi.standoff import Copy, withhold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malmoi.model import Article, SpanLike

_CAPTION = (
    "[{.location 서울}={.source 다온통신}] {.creator 맹서우} {.creator_role 기자} = {.description {DT_DAY=2024-09-12 12일} "
    "{LCP_CAPITALCITY 서울} {LC_OTHERS 서소문로}에서 회원들이 접이식 의자를 들고 PART.} "
    "({.credit_line 사진=서울걷기시민모임 제공}) {.date_created=2024-09-12 2024.09.12.}"
)

SOURCE = f"""+++
publisher = "다온통신"
published_at = 2024-09-12T17:25:00+09:00
byline = ["맹서우 기자"]
license = "CC-BY-4.0"
id = "open-5a2f91c4"
+++
# {{LCP_CAPITALCITY 서울}} 보행로 {{QT_LENGTH 200m}}마다 '쉼의자'…{{OGG_POLITICS@council 시의회}} 상임위 조례안 가결
@ [{{LCP_CAPITALCITY 서울}}={{OGG_MEDIA@daon 다온통신}}] {{PS_NAME@maeng 맹서우}} {{CV_OCCUPATION 기자}} =
>2 {_CAPTION.replace("PART", "조례 제정을 촉구하고 있다")}
노인과 임신부가 걷다가 쉬어 갈 수 있도록 {{LCP_CAPITALCITY 서울}} 시내 보행로에 의자를 놓게 하는 조례안이 {{DT_DAY=2024-09-12 12일}} 상임위 문턱을 넘었다. 재석 위원 {{QT_MAN_COUNT 11명}} 가운데 {{QT_MAN_COUNT 9명}}이 찬성했고 {{QT_MAN_COUNT 2명}}이 기권했다.
{{q1.source {{PS_NAME@seol 설은호}} {{CV_POSITION 의원}}}}은 제안설명에서 {{q1.content “여든이 넘은 어르신에게 정류장 두 곳 사이는 등산길이나 다름없다”}}{{q1.marker 며}} {{q1.content “의자 하나가 외출을 포기하지 않게 하는 복지시설”}}{{q1.marker 이라고}} {{q1.cue 말했다}}. {{q2.source {{PS_NAME@seol 설}} {{CV_POSITION 의원}}}}은 {{q2.content “예산은 첫해 {{QT_PRICE 18억원}}이면 충분하다”}}{{q2.marker 고}} {{q2.cue 강조했다}}.
>2 {_CAPTION.replace("PART", "시청 앞까지 행진하고 있다")}
심사 과정에서는 관리 책임을 두고 질의가 이어졌다. {{q3.source {{PS_NAME@hyeon 현도경}} {{CV_POSITION 의원}}}}은 {{q3.content 놓는 것은 하루지만 닦고 고치는 것은 {{DT_DURATION 10년}}이라}}{{q3.marker 며}} 관리 인력부터 확보할 것을 {{q3.cue 주문했다}}.
조례안은 오는 {{DT_DAY=2024-09-27 27일}} 본회의에 오른다. 시행 시기는 {{DT_DAY=2025-03-01 내년 3월 1일}}이다.
>2 {_CAPTION.replace("PART", "조례 제정을 촉구하고 있다")}
{{OGG_OTHERS@walk 서울걷기시민모임}}은 환영했다. {{q4.source {{PS_NAME@eun 은채령}} {{OGG_OTHERS@walk 서울걷기시민모임}} {{CV_POSITION 사무국장}}}}은 {{q4.content “본회의에서도 이견 없이 통과되기를 바란다”}}{{q4.marker 고}} {{q4.cue 밝혔다}}.
~ {{PS_NAME@maeng 맹서우}} {{CV_OCCUPATION 기자}}
+++
[clusters]
council = "서울시의회"
daon = "다온통신"
maeng = "맹서우"
seol = "설은호"
hyeon = "현도경"
eun = "은채령"
walk = "서울걷기시민모임"
[quotes]
q1 = {{ speaker = "seol" }}
q2 = {{ speaker = "seol" }}
q3 = {{ speaker = "hyeon" }}
q4 = {{ speaker = "eun" }}
+++
"""

OTHER = """+++
publisher = "다온통신"
license = "CC-BY-4.0"
id = "open-77aa01bc"
+++
# 서울시의회, '쉼의자' 조례안 두고 공방…상임위 통과
@ [서울=다온통신] 맹서우 기자 =
>2 [서울=다온통신] 맹서우 기자 = 12일 서울 서소문로에서 회원들이 접이식 의자를 들고 조례 제정을 촉구하고 있다. (사진=서울걷기시민모임 제공) 2024.09.12.
보행로에 쉬어 갈 자리를 마련하자는 취지의 조례안을 놓고 여야가 세 시간 가까이 맞섰다. 12일 열린 상임위에서다.
설은호 의원은 제안설명에서 “여든이 넘은 어르신에게 정류장 두 곳 사이는 등산길이나 다름없다”며 통과를 호소했다.
반대하는 쪽에서는 보도가 좁아져 휠체어가 다니기 어렵다는 점을 들었다. 국승아 의원은 기권했다.
서울걷기시민모임은 회의장 밖에서 결과를 기다리다 손뼉을 쳤다. 다음 순서는 본회의다.
~ 맹서우 기자
+++
+++
"""
"""Another article of the same agency and reporter on the same event: a photograph and a sentence are shared."""


@cache
def article() -> Article:
    """The annotated article."""
    return markup.parse(SOURCE)


@cache
def withheld() -> Article:
    """The same without its text."""
    return withhold(article())


@cache
def other() -> Article:
    """Another article on the event."""
    return markup.parse(OTHER)


def lines(source: Article) -> list[str]:
    """The blocks' texts."""
    return [block.text or "" for block in source.blocks]


def copy_of(*readings: Sequence[str]) -> Copy:
    """A copy in these readings."""
    return Copy("copy.txt", hashlib.sha256(repr(readings).encode()).hexdigest(), tuple(map(tuple, readings)))


def spans(source: Article) -> dict[str, SpanLike]:
    """Every span by a name that hydration keeps: `e-1f2e`, `q-33aa.2`, `c01.creator.0`."""
    found: dict[str, SpanLike] = {entity.id: entity for entity in source.entities}
    for quote in source.quotes:
        found |= {f"{quote.id}.{number}": span for number, span in enumerate(quote.parts())}
    for caption in source.captions:
        parts = caption.parts()
        found |= {
            f"{caption.block}.{name}.{number - [n for n, _ in parts].index(name)}": span
            for number, (name, span) in enumerate(parts)
        }
    return found
