"""Pages put together from what news pages are made of, for the properties of the normalizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from malmoi.model import Article

HEADLINES = (
    "너른마을 도서관, 밤 10시까지 문 연다",
    "[단독] 들빛천에 물총새 돌아왔다",
    "“책보다 고양이”…헌책방 거리의 하루",
    "봄은 어디쯤 와 있을까?",
)
HEADERS = (
    "한들투데이 마루온 기자 2023.06.01 12:25",
    "입력 2023.11.02. 오전 10:05 수정 2023.11.02. 오후 2:30",
    "구새론·표이든 기자",
    "등록 2023-06-01 12:25:33",
    "2023.06.01",
    "입력 :",
    "가온신문",
    "사회",
)
SENTENCES = (
    "마을은 오는 6월까지 시범 운영한 뒤 시간을 다시 정할 계획이다.",
    '주민들은 "구독보다 산책이 낫다"고 말했다. TOP 10에 들겠다는 욕심은 없다.',
    "눈은 이날 밤 그칠 것으로 보인다.",
    "(가온=한결뉴스) 구새론 기자 = 가온시가 1일 꽃시장을 열었다. 하루 만 명이 다녀갔다.",
    "[가온신문 구새론 기자] 가온시가 1일 꽃시장을 열었다.",
    "시는 다음 달 결과를 알린다고 밝혔다. 구새론 기자 saeron@example.com",
    "▲10월 1일 개장 ▲11월 3일 폐장 ▲12월 정산이다.",
    "문의는 02-123-4567로 하면 된다고 시는 덧붙였다.",
)
CAPTIONS = (
    "[가온=뉴시스] 표새론 기자 = 5일 주민들이 책을 읽고 있다. (사진=가온시 제공) 2024.03.05. *재판매 및 DB 금지",
    "(난퉁 EPA=연합뉴스) 20일 항구에서 배가 짐을 싣고 있다. 2023.4.20",
    "들녘에서 드론이 볍씨를 뿌리고 있다. 2024.5.3/뉴스1 ⓒ News1 도가람 기자",
    "공장 조감도. /사진=운봉부품 제공",
    "시장 들머리에 걸린 꽃등. 사진제공=가온상인회",
    "바닷길 [한결뉴스 자료사진. 재판매 및 DB 금지]",
    "▲ 선수들이 물을 뿌리며 기뻐하고 있다. ⓒ영남누리 추민결",
    "선발투수가 공을 던지고 있다. 연합뉴스",
    "후보가 악수하고 있다. /도정사진기자단",
    "온실 앞에 모인 연구원들. [로이터=연합뉴스]",
    "시장 들머리. /사진=뉴스1 Copyright (C) 뉴스1. All rights reserved. 무단 전재 및 재배포, AI학습 이용 금지.",
    "둑길에 제비가 날고 있다. | 연합뉴스",
    "꽃값 추이/그래픽=구하람",
)
OTHERS = (
    "글자크기",
    "TOP",
    "[the300]",
    "공유 댓글 12",
    "관련기사",
    "[포토] 얼음물 나누는 회관",
    "▶ 네이버에서 가온신문 구독하기",
    "▶ 인터뷰 : 도하경 / 들빛동",
    "◆ 한낮엔 회관으로",
    "한낮엔 회관으로",
    "구새론 기자",
    "구새론 기자 구독",
    "가온방송 구새론입니다.",
    "송원=선우태인·곽이든 기자",
    "저작권자 ⓒ 가온신문 무단전재 및 재배포 금지",
    "saeron@example.com",
    "【 앵커멘트 】",
    '- "어제는 왔다가 돌아갔어요."',
    "(끝)",
    "관련기사",
    "▶1단계 8% 하락: 20분 중단",
    "▲ 2001.3.1 = 첫 장",
    "[가온리포트] 봄은 왔는데(上)",
    "◇용어설명",
    "이름: 꽃장",
    "“여기 줄 끝이 어디예요?”",
    "[파이낸셜뉴스] 가온시가 1일 꽃시장을 열었다. 만 명이 왔다.",
    "가",
    "=",
)

_LINES = st.sampled_from((*HEADERS, *SENTENCES, *OTHERS))
_ENDS = st.sampled_from(("\n", "\n\n", " \r\n"))


@st.composite
def _captions(draw: st.DrawFn) -> str:
    """Captions on one line, each once or more, and perhaps a paragraph glued to them."""
    glue = draw(st.sampled_from(("", " ")))
    parts = [draw(st.sampled_from(CAPTIONS))] * draw(st.integers(1, 3))
    if draw(st.booleans()):
        parts += [draw(st.sampled_from(CAPTIONS[:2]))] * draw(st.integers(1, 2))
    if draw(st.booleans()):
        parts.append(draw(st.sampled_from(SENTENCES[:3])))
    return glue.join(parts)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """A page: a headline, then lines in any order, some of them twice."""
    parts = [draw(st.sampled_from(HEADLINES)), "\n"]
    for _ in range(draw(st.integers(1, 9))):
        parts += [draw(st.one_of(_LINES, _captions())), draw(_ENDS)] * draw(st.integers(1, 2))
    return "".join(parts)


def rendered(article: Article) -> str:
    """The plain rendering: texts as lines, a caption as often as the page showed it, a gap after a headline."""
    copies = {caption.block: caption.copies for caption in article.captions}
    return "".join(
        f"{block.text}\n" * copies.get(block.id, 1) + "\n" * (block.type == "headline") for block in article.blocks
    )
