"""Headline, reporters and section: what the page shows and what its head claims, weighed (times are in `moments`).

Order of trust. Headline: the text on the page that the head's title names; else the title without the outlet.
Reporters: all that the page signs with and the head names, outlets aside.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from malmoi.model import Byline
from malmoi.normalize.furniture_lines import reason_for
from malmoi.normalize.html.metadata import Claim
from malmoi.normalize.html.page import is_heading
from malmoi.normalize.html.pictures import bare
from malmoi.normalize.lexicon import (
    HANGUL_NAME,
    KNOWN_OUTLET,
    NO_NAMES,
    OUTLET,
    PEOPLE,
    PLACES,
    ROLE,
    SECTIONS,
    SURNAME,
)
from malmoi.normalize.people import read_people

if TYPE_CHECKING:
    from malmoi.normalize.html.metadata import Metadata
    from malmoi.normalize.html.page import Page

_SEPARATOR = re.compile(
    r"\s*(?:[|ㅣ│<>»•]|::|(?<=[가-힣]):(?=[가-힣])|\|\||¶)\s*|\s[-–—:~]\s"
    r"|(?<=\S)\s?-\s?(?=[가-힣A-Za-z ]{2,12}$)|\s:\s?|:\s"
)
_SHORTEST_HEADLINE = 6
_SHORTEST_WHOLE = 12
_LONGEST_HEADLINE = 160
_SUREST = 6
"""Forms of the claimed headlines that are asked before the window's title."""
_MOST_PAIRS = 0.6
_NAME = re.compile(
    rf"{SURNAME}[가-힣]{{1,2}}|(?:남궁|황보|제갈|사공|선우|독고|서문)[가-힣]{{1,2}}|[가-힣]{{3}}"
    r"|[A-Z][a-z]+(?: [A-Z][A-Za-z.'-]+){1,3}"
)
_OUTLET = re.compile(OUTLET)
_KNOWN_OUTLET = re.compile(KNOWN_OUTLET)
_PEOPLE = re.compile(PEOPLE)
_ROLED = re.compile(rf"^(?P<name>{HANGUL_NAME})\s?(?P<role>{ROLE})?$")
_LOOSE = re.compile(r"[\[(<].*?[\])>]|[\w.+-]+@[\w.-]*|https?://\S+|www\.\S+|@\w+")
_BETWEEN = re.compile(r"[,|/·ㆍ;&\n]|\s{2,}|\s(?:and|외)\s")
_LABEL_WORDS = re.compile(
    r"^(?:기자명|글|사진|취재|글쓴이|작성자|by|By|BY|인턴|디자이너|에디터)\s?[:=·]?\s?|(?:\s?(?:님|입니다\.?|구독|구독하기|\+))+$"
)
_ENGLISH = {
    "politics": "정치", "economy": "경제", "society": "사회", "national": "사회", "world": "국제",
    "international": "국제",
    "culture": "문화", "sports": "스포츠", "entertainment": "연예", "stock": "증권", "it": "IT", "opinion": "오피니언",
    "business": "기업", "realestate": "부동산", "life": "생활", "science": "과학", "local": "지역",
}  # fmt: skip
_NO_PERSON = frozenset({
    "기자", "정보", "이메일", "구독", "더보기", "기사", "보기", "모음", "네이버", "다음", "네이트", "카카오", "프로필",
    "편집국", "온라인", "뉴스팀", "디지털", "취재팀", "관리자", "운영자", "편집자", "데스크", "독자", "글쓴이",
    "작성자", "제보", "인턴", "디자이너",
    "Super User", "Web Master",
})  # fmt: skip
_NO_NAME_ENDS = ("기자", "뉴스", "신문", "일보", "방송", "데스크", "편집", "부", "팀", "국", "센터", "닷컴")
_USUAL_NAME = re.compile(rf"{SURNAME}[가-힣]{{2}}")
_NO_SECTION = frozenset({"뉴스", "news", "전체", "기사", "홈", "article", "home"})


class Headline(NamedTuple):
    """The headline, the piece that shows it (None if none does), and how it was found."""

    text: str
    piece: int | None
    source: str


def find_headline(page: Page, metadata: Metadata) -> Headline | None:  # noqa: C901  one loop a kind of evidence
    """The headline as the page shows it."""
    wanted = _wanted(metadata)
    shown, headings = _candidates(page, wanted)
    plain_headings = [(number, bare(page.pieces[number].text)) for number in headings]
    for text, source, plain in wanted:
        number = shown.get(plain)
        if number is not None and len(text) >= _SHORTEST_HEADLINE:
            return Headline(page.pieces[number].text, number, f"{source}, shown")
        # A heading may have more before it: a category, the name of a board.
        ends = [n for n, one in plain_headings if len(plain) >= _SHORTEST_WHOLE and one.endswith(plain)]
        if ends:
            return Headline(text, ends[0], f"end of a heading, {source}")
    # The head may word it otherwise, or cut it: a heading that shares its words.
    for _, source, plain in wanted:
        for number, one in plain_headings:
            if min(len(one), len(plain)) >= _SHORTEST_HEADLINE and _are_alike(one, plain):
                return Headline(page.pieces[number].text, number, f"heading like {source}")
    if wanted:
        text, source, plain = min(wanted[:_SUREST], key=lambda claim: claim[1] == "window title")
        # A window may be titled with the outlet's name alone.
        if source != "window title" or len(plain) >= _SHORTEST_WHOLE:
            return Headline(text, None, source)
    for number in headings:
        piece = page.pieces[number]
        element = page.elements[piece.element]
        if element.tag not in {"h1", "h2"} and element.role != "headline":
            continue
        if len(piece.text) >= _SHORTEST_HEADLINE and not piece.linked:
            return Headline(piece.text, number, "heading")
    return None


def _wanted(metadata: Metadata) -> list[tuple[str, str, str]]:
    """The forms of the headlines that the head claims, with their source and without spaces and marks."""
    wanted: list[tuple[str, str]] = []
    sites = {bare(claim.value) for claim in metadata.sites}
    claimed = {claim.value: claim.source for claim in reversed(metadata.headlines)}
    for value, source in reversed(claimed.items()):
        wanted += [(text, source) for text in _without_site(value, sites)]
    if metadata.window and metadata.window not in claimed:
        wanted += [(text, "window title") for text in _without_site(metadata.window, sites)]
    return [(text, source, plain) for text, source in wanted if (plain := bare(text)) and plain not in sites]


def _candidates(page: Page, wanted: list[tuple[str, str, str]]) -> tuple[dict[str, int], list[int]]:
    """The first place, in a heading if there is one, of each text as long as a headline; and the headings."""
    sizes = [len(plain) for _, _, plain in wanted]
    shortest, longest = min(sizes, default=0), 2 * max(sizes, default=0)
    shown: dict[str, int] = {}
    headings: list[int] = []
    for number, piece in enumerate(page.pieces):
        size = len(piece.text)
        if piece.source is not None or size > _LONGEST_HEADLINE:
            continue
        element = page.elements[piece.element]
        heading = not element.furniture and (
            is_heading(element)
            or element.role == "headline"
            or (element.parent >= 0 and is_heading(page.elements[element.parent]))
        )
        if heading and reason_for(piece.text) is None:
            headings.append(number)
        if shortest <= size <= longest:
            key = bare(piece.text)
            # The place in a heading counts for more than one in a bar or a list above it.
            if key not in shown or (heading and shown[key] not in headings):
                shown[key] = number
    return shown, headings


def _are_alike(one: str, other: str) -> bool:
    """Whether a bare text holds the other, or they share most of their pairs of characters."""
    if one in other or other in one:
        return True
    first, second = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return len(first & second) / max(1, min(len(first), len(second))) >= _MOST_PAIRS


def _without_site(title: str, sites: set[str]) -> list[str]:
    """Forms of a title: without what is surely the outlet behind (or before) it, as it is, cut at its separators."""
    sure: list[str] = []
    maybe: list[str] = []
    for mark in reversed(list(_SEPARATOR.finditer(title))):
        head, tail = title[: mark.start()].strip(), title[mark.end() :].strip()
        if not head or not tail:
            continue
        if bare(tail) in sites or _OUTLET.fullmatch(tail) or tail in SECTIONS or tail in _NO_SECTION:
            sure = [head, *sure] if not sure or len(head) < len(sure[0]) else sure
            title = head
        elif bare(head) in sites or _OUTLET.fullmatch(head):
            sure.append(tail)
        elif mark[0] == ":":
            maybe.append(tail)
        else:
            maybe += [head, tail] if len(tail) > len(head) else [head]
    return list(dict.fromkeys([*sure, title, *maybe]))


def read_names(text: str, outlets: set[str]) -> list[Byline]:
    """The people that an author's claim or a byline's element names; outlets and addresses aside."""
    found: list[Byline] = []
    for part in _BETWEEN.split(_LOOSE.sub(" ", text)):
        clean = part.strip(" =()[]<>·:-")
        if (shorter := _LABEL_WORDS.sub("", clean).strip()) != clean:
            clean = _LABEL_WORDS.sub("", shorter).strip()
        if not clean or bare(clean) in outlets or _OUTLET.fullmatch(clean):
            continue
        people = [person for match in _PEOPLE.finditer(clean) for person in read_people(match[0])]
        if not people and (one := _ROLED.fullmatch(clean)) and is_name(one["name"]):
            people = [Byline(name=one["name"], role=one["role"])]
        elif not people and _NAME.fullmatch(clean) and is_name(clean):
            people = [Byline(name=clean)]
        found += [person for person in people if bare(person.name) not in outlets and person.name not in _NO_PERSON]
    return found


def is_name(word: str) -> bool:
    """Whether a word can be a person's name: no outlet, place, desk or role."""
    if word in _NO_PERSON or word in NO_NAMES or word in PLACES:
        return False
    if _KNOWN_OUTLET.fullmatch(word) or not _NAME.fullmatch(word):
        return False
    return not word.endswith(_NO_NAME_ENDS) or bool(word[-1] in "부국" and _USUAL_NAME.fullmatch(word))


def claimed_people(metadata: Metadata, outlets: set[str]) -> list[Byline]:
    """The reporters that the head names."""
    values = dict.fromkeys(claim.value for claim in metadata.authors)
    return [person for value in values for person in read_names(value, outlets)]


def settle_byline(
    claimed: list[Byline], signed: list[Byline], named: list[Byline], outlets: set[str]
) -> tuple[list[Byline], str | None]:
    """Every reporter once: those the page signs with, then those its head names.

    Args:
        claimed: the reporters that the head names.
        signed: the authors that the lines of the article name.
        named: the authors that elements called a byline name.
        outlets: bare names of the outlet.
    """
    sources = [name for name, people in (("shown on the page", [*named, *signed]), ("head", claimed)) if people]
    people: dict[str, Byline] = {}
    for person in (*named, *signed, *claimed):
        if bare(person.name) in outlets:
            continue
        known = people.get(person.name)
        if known is None or (known.role is None and person.role):
            people[person.name] = person
    return list(people.values()), " and ".join(sources) or None


def settle_section(metadata: Metadata, shown: str | None) -> Claim | None:
    """The section as the outlet prints it; English codes by their Korean names."""
    shown = shown if shown in SECTIONS else ""
    for value, source in [*metadata.sections, (shown or "", "shown on the page")]:
        clean = _ENGLISH.get(value.lower(), value).strip()
        if clean and clean.lower() not in _NO_SECTION and len(clean) <= 20 and re.search("[가-힣]", clean):  # noqa: PLR2004  a section has a short name
            return Claim(clean, source)
    return None
