"""The words that Korean news pages are made of, besides news: outlets, agencies, roles, places. Data only."""

from __future__ import annotations

import re

AGENCIES = (
    "연합뉴스TV", "연합뉴스", "뉴시스", "뉴스1", "News1", "NEWS1", "뉴스핌", "로이터통신", "로이터", "신화통신",
    "신화", "타스통신", "타스", "교도통신", "교도", "지지통신", "블룸버그통신", "블룸버그", "스푸트니크",
    "AP통신", "AFP통신", "AFP", "AP", "EPA", "UPI", "DPA", "dpa", "ANSA", "TASS", "PA", "Xinhua", "REUTERS",
    "Reuters", "게티이미지코리아", "게티이미지뱅크", "게티이미지", "게티 이미지", "Getty Images", "셔터스톡",
    "픽사베이", "언스플래시", "조선DB", "OSEN DB", "중앙포토", "123RF", "아이클릭아트", "AFPBBNews",
)  # fmt: skip
"""Agencies and picture libraries, the longer of two names first."""

OUTLETS = (
    "머니투데이", "이데일리", "이투데이", "아시아경제", "아시아투데이", "한국경제TV", "한국경제", "한경닷컴",
    "매일경제", "매경닷컴", "서울경제", "파이낸셜뉴스", "헤럴드경제", "헤럴드POP", "조선비즈", "조선일보",
    "중앙일보", "동아일보", "한겨레신문", "한겨레", "경향신문", "한국일보", "서울신문", "세계일보", "국민일보",
    "문화일보", "내일신문", "비즈니스워치", "디지털타임스", "전자신문", "디지털데일리", "지디넷코리아",
    "ZDNet Korea", "블로터", "아이뉴스24", "머니S", "더벨", "부산일보", "국제신문", "매일신문", "영남일보",
    "광주일보", "전남일보", "무등일보", "강원일보", "강원도민일보", "경인일보", "경기일보", "인천일보",
    "대전일보", "충청투데이", "전북일보", "제주일보", "한라일보", "경남신문", "경남도민일보", "KBS 뉴스",
    "KBS뉴스", "KBS", "MBC뉴스", "MBC", "SBS 뉴스", "SBS", "MBN뉴스", "MBN", "YTN", "JTBC", "채널A", "TV조선",
    "노컷뉴스", "CBS노컷뉴스", "CBS", "오마이뉴스", "프레시안", "미디어오늘", "뉴스타파", "데일리안",
    "쿠키뉴스", "뉴데일리", "더팩트", "스포츠조선", "스포츠동아", "스포츠서울", "스포츠경향", "스포츠월드",
    "스포츠한국", "스포탈코리아", "일간스포츠", "마이데일리", "엑스포츠뉴스", "OSEN", "스타뉴스", "스타투데이",
    "텐아시아", "뉴스엔", "시사저널", "시사IN", "주간조선", "여성신문", "메디칼타임즈", "청년의사", "법률신문",
    "농민신문", "연합인포맥스", "위키트리", "인사이트", "허프포스트코리아", "뉴스토마토", "더스쿠프", "EBN",
    "EBS", "BBS", "TBS", "OBS", "코리아헤럴드", "The Korea Herald",
)  # fmt: skip
"""Outlets that sign pages; an outlet is also known by the look of its name (`OUTLET_LOOK`)."""

OUTLET_LOOK = re.compile(
    r"(?!(?:오늘|관련|주요|최신|추천|인기|속보|많이|이|저녁|아침|가짜|방송|경제|그|한|해외|국내|네이버|다음)의?\s?"
    r"(?:뉴스|신문|방송|경제|통신)$)"
    r"(?:[가-힣A-Za-z0-9○]{1,10}(?:뉴스|신문|일보|통신|방송|경제|투데이|데일리|타임스|타임즈|저널|미디어|TV|매일|브리핑)"
    r"|뉴스[가-힣A-Za-z0-9]{1,8})"
)
"""A name that ends (or begins) like an outlet's."""

ROLES = (
    "기자", "특파원", "통신원", "논설위원", "논설실장", "칼럼니스트", "앵커", "아나운서", "캐스터", "리포터",
    "에디터", "PD", "편집위원", "전문위원", "해설위원", "선임에디터", "크리에이터", "작가", "편집장",
)  # fmt: skip
"""What a byline calls people; a word may stand before it (`인턴기자`, `산업전문기자`, `베이징특파원`)."""

NO_NAMES = frozenset({
    "글", "사진", "취재", "영상", "편집", "정리", "그래픽", "촬영", "담당", "인터뷰", "기획", "대표", "객원",
    "선임", "전문", "인턴", "수습", "본지", "현장", "해외", "우리", "이날", "시민", "동료", "출입", "여성",
    "남성", "소속", "현직", "전직", "해당",
})  # fmt: skip
"""Words that stand before a role and are no names."""

PLACES = frozenset({
    "서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기", "강원", "충북", "충남", "전북",
    "전남", "경북", "경남", "제주", "수원", "성남", "고양", "용인", "의정부", "춘천", "원주", "강릉", "청주",
    "충주", "천안", "전주", "군산", "목포", "여수", "순천", "포항", "경주", "구미", "안동", "창원", "진주",
    "김해", "도쿄", "오사카", "베이징", "상하이", "홍콩", "타이베이", "워싱턴", "뉴욕", "시카고", "런던",
    "파리", "베를린", "브뤼셀", "제네바", "로마", "모스크바", "하노이", "방콕", "싱가포르", "자카르타",
    "뉴델리", "두바이", "카이로", "이스탄불", "시드니", "상파울루", "멕시코시티", "국회",
})  # fmt: skip
"""Where reporters sit: the word before a name, `베이징 ○○○ 특파원`."""

COMPOUND_SURNAMES = ("남궁", "황보", "제갈", "사공", "선우", "독고", "동방", "서문", "망절")

SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추"
    "도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
"""First syllables of almost all names."""

WIRE = ("로이터", "신화", "타스", "교도", "지지", "블룸버그", "스푸트니크")
"""Foreign agencies written in Hangul; those in capitals (`EPA`, `AP`) are known by that."""

SECTIONS = (
    "정치", "경제", "사회", "국제", "세계", "문화", "스포츠", "연예", "IT", "과학", "IT/과학", "IT·과학",
    "생활", "생활/문화", "생활·문화", "건강", "전국", "지역", "오피니언", "사설", "칼럼", "북한", "증권",
    "금융", "산업", "부동산", "교육", "환경", "노동", "여행", "날씨", "종교", "기업", "국방", "외교", "법조",
    "사건·사고", "사건사고", "자동차", "유통", "바이오", "농업", "재계", "국회",
    "정당", "국회·정당", "법원", "행정", "정책", "인물",
)  # fmt: skip
"""Names of sections: alone on a line above the headline, or in a breadcrumb."""

_KNOWN_AGENCY = "|".join(map(re.escape, AGENCIES))
_KNOWN = "|".join(map(re.escape, sorted((*AGENCIES, *OUTLETS), key=len, reverse=True)))
AGENCY = rf"(?:{_KNOWN_AGENCY})"
KNOWN_OUTLET = rf"(?:{_KNOWN})"
OUTLET = rf"(?:{_KNOWN}|{OUTLET_LOOK.pattern})"

_ROLE_WORDS = "|".join(map(re.escape, ROLES))
_COMPOUND = "|".join(COMPOUND_SURNAMES)
SURNAME = rf"[{SURNAMES}]"
HANGUL_NAME = rf"(?:(?:{_COMPOUND})[가-힣]{{1,2}}|[가-힣○]{{2,4}})"
_LATIN_NAME = r"[A-Z][A-Za-z.'-]*(?: [A-Z][A-Za-z.'-]*){1,2}"
NAME = rf"(?:{HANGUL_NAME}|{_LATIN_NAME})"
_SPACED_NAME = rf"(?:(?:{_COMPOUND})[가-힣]{{1,2}}|[가-힣○]{{2,3}})"
DESK = r"(?:[가-힣A-Za-z]{1,8}\d?(?:부|팀|국|센터|본부|취재단)\s)"
ROLE = rf"(?:{DESK}?(?:[가-힣]{{1,6}})?(?:{_ROLE_WORDS}))"
_ROLED = rf"(?:\s{ROLE}|(?:(?:인턴|사진|선임|수습)?기자|특파원))(?![가-힣])"
_NAMES = rf"(?:{NAME}(?:\s?[·,/ㆍ・]\s?{NAME})*|{_SPACED_NAME}(?:\s{_SPACED_NAME}){{1,4}})"
GROUP = rf"(?<![가-힣A-Za-z○]){_NAMES}(?:\s외\s\d+[명인])?{_ROLED}"
"""Names that share a role: `김가람·이나래 기자`, `표지안 남궁율 기자`, `도가람기자`."""
PEOPLE = rf"{GROUP}(?:\s?[·,/ㆍ&]?\s?{GROUP})*(?:\s외\s\d+[명인])?"
"""All that a byline names: groups one after another."""
