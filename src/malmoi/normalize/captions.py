"""Photo captions: the parts of one (`parse_caption`), and how far a text proves to be one (`Parts.evidence`).

The parts follow corpus/guidelines/captions.md: signs and brackets stay outside the spans; a bare outlet is
the source; with `사진=`, `출처`, `제공` or `자료사진` the whole is the credit line, and an outlet in it the
source too. A caption is read from both ends: the dateline in front; credits, dates and notes behind, from
the last to the first; what is left between is the description.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from msgspec import Struct

from malmoi.model import Caption, DatedSpan, Span
from malmoi.normalize.dateline import WIRE_NAME, Dateline, Edges, read_dateline
from malmoi.normalize.lexicon import HANGUL_NAME, OUTLET, PEOPLE, SURNAME
from malmoi.normalize.people import Person, find_people
from malmoi.normalize.times import PRINTED_DATE, iso_date

_TRIANGLE = re.compile(r"[▲△▴▼▽◀◁▶▷]\s?")
_SOURCES = rf"(?:{WIRE_NAME}\s?[=/·\s]\s?)?{OUTLET}(?:\s?[=/·]\s?{OUTLET})*"
_PLACED = r"(?:(?!사진|그래픽|자료|출처|제공)(?P<place>[가-힣]{2,8})\s?[=|ㅣ]|[|ㅣ])\s?"
_LABEL = (
    r"(?:(?:사진|그래픽|디자인|이미지|삽화|일러스트|포토)\s?(?:제공|출처|캡처|캡쳐|촬영)?|자료|출처|제공)"
    r"\s?[=:：|ㅣ]\s?"
)
_NETWORK = r"[가-힣A-Za-z0-9·' ]{1,25}?(?:SNS|인스타그램|페이스북|유튜브|트위터|홈페이지)"
_POOL = r"(?:[가-힣·]{0,14}(?:기자단|취재단)|[가-힣]{0,8}공동취재(?:사진|단)?)"
_GIVEN = r"[가-힣A-Za-z0-9&·'‘’() ]{1,30}?(?:제공|캡처|캡쳐|갈무리|자료\s?사진|자료|촬영|DB)"
_FORBIDDEN = (
    r"무단\s?전재(?:\s?(?:및|[-·,/])\s?재?배포)?"
    r"(?:\s?(?:및|[-·,/])\s?AI\s?학습(?:\s?(?:및|·)?\s?(?:이용|활용))?)?\s?금지"
)
_NOTICE = (
    rf"(?:[Cc]opyrights?|COPYRIGHTS?|저작권자)\s?(?:[ⓒ©Ⓒ]|\([cC]\))?\s?(?:{WIRE_NAME}\s?[=/]\s?)?{OUTLET}[\s.,]{{0,3}}"
    rf"(?:[Aa]ll\s[Rr]ights?\s[Rr]eserved(?:[\s.,]{{0,3}}{_FORBIDDEN})?|{_FORBIDDEN})"
)
RIGHTS = rf"(?:{_NOTICE}|재판매\s?및\s?DB\s?(?:전재\s?)?금지|{_FORBIDDEN}|재배포\s?금지)"
"""What a picture's supplier forbids; a whole copyright note is one."""

_TAIL_RIGHTS = re.compile(rf"[*※]?\s?(?P<rights>{RIGHTS})\.?$")
_TAIL_BRACKET = re.compile(r"[\[(<〈【](?P<inside>(?:[^\[\]()<>〈〉【】]|\([^()]{1,20}\)){2,90})[\])>〉】]\.?$")
_TAIL_SIGN = re.compile(r"[ⓒ©]\s?(?P<inside>[^ⓒ©.]{2,40})\.?$")
_TAIL_LABEL = re.compile(rf"(?:^|(?<=[\s/.다음습임함]))(?P<inside>{_LABEL}[^=:\n]{{1,45}}?)\.?$")
_TAIL_SLASH = re.compile(rf"/\s?(?P<inside>{_SOURCES}|{_POOL}|{_GIVEN}|{PEOPLE})\.?$")
_TAIL_PLACED = re.compile(rf"(?:^|(?<=[.!?”\"’')\]])\s?){_PLACED}(?P<inside>{_SOURCES})\.?$")
_TAIL_PLACED_PEOPLE = re.compile(rf"/\s?(?P<place>[가-힣]{{2,6}})\s?=\s?(?P<inside>{PEOPLE})\.?$")
_TAIL_BARE = re.compile(rf"(?:^|(?<=[.!?”\"’')\]])\s?)(?P<inside>{_SOURCES}|{_POOL}|자료\s?사진|{PEOPLE})\.?$")
_TAIL_GIVEN = re.compile(rf"(?<=[.!?”\"’'])\s(?P<inside>{_GIVEN})\.?$")
_TAIL_BOXED = re.compile(rf"\[(?:사진|이미지|포토)\]\s?(?P<inside>{_SOURCES}|{_POOL}|{_GIVEN}|{_NETWORK})\.?$")
_TAIL_DATE = re.compile(rf"(?:^|(?<=[\s.)\]다음습임함])){PRINTED_DATE.pattern}$")
_GAP = re.compile(r"[\s/,|]+$")

_CREDIT_INSIDE = re.compile(
    rf"{_LABEL}.+|{_GIVEN}(?:\.?\s?{RIGHTS})?|{_SOURCES}|{WIRE_NAME}\s?[=/]\s?[가-힣A-Za-z0-9]{{2,10}}"
    rf"|{_POOL}|자료\s?사진|{PEOPLE}|촬영\s.+|.*{RIGHTS}\.?"
)
_NOTE_INSIDE = re.compile(r".*(?:무관|관계\s?없|이해를\s?돕).*")
_LABEL_AT = re.compile(_LABEL)
_GIVEN_AT = re.compile(rf"{_GIVEN}|{_NETWORK}|{_POOL}|자료\s?사진|촬영\s.+")
_SOURCES_IN = re.compile(rf"(?<![가-힣A-Za-z]){_SOURCES}(?![가-힣]|(?!DB)[A-Za-z])")
_PEOPLE_END = re.compile(rf"(?P<people>{PEOPLE})$")
_PEOPLE = re.compile(PEOPLE)
_NAME = re.compile(HANGUL_NAME)
_PERSON = re.compile(rf"{SURNAME}[가-힣]{{2}}")
_SIGNED = re.compile(rf"{_SOURCES}(?=[\s/])|[^\s/]+")
_POOL_END = re.compile(rf"{_POOL}$")
_SIGNS = re.compile(rf"{OUTLET}|(?:{OUTLET}\s)?{PEOPLE}")
_RIGHTS_END = re.compile(rf"(?P<rights>{RIGHTS})\.?$")
_FOREIGN = re.compile(rf"{WIRE_NAME}\s?[=/]\s?\S+")
_SHOOTER = re.compile(rf"촬영\s(?P<name>{HANGUL_NAME})$")
_DRAWN = re.compile(rf"(?:그래픽|디자인|삽화|일러스트)\s?[=:：]\s?(?!{OUTLET}$)(?P<name>{SURNAME}[가-힣]{{2}})")
_VERB_END = re.compile(r"\s\S*[가-힣][다요]$")
_WHOLE_SOURCE = re.compile(_SOURCES)
_STOP = re.compile(r"[.!?]['\"”’)\]]?(?=\s|$)|다\.(?=[가-힣\[(【▲\"“‘'])")

_REACH = 130
"""Code points that a single credit may have."""
_MOST_TAILS = 10
LONGEST = 400
"""Code points that a caption without a dateline may have; agencies' captions may be longer."""


class Evidence(IntEnum):
    """How far a text proves to be a caption: not at all, only in its place on the page, or by itself."""

    NONE = 0
    WEAK = 1
    STRONG = 2


class Parts(Struct):
    """Edges of a caption's parts in its text, and what kinds of credit were read."""

    location: Edges | None = None
    source: Edges | None = None
    creator: list[Edges] = []
    creator_role: list[Edges] = []
    description: Edges | None = None
    credit_line: Edges | None = None
    date_created: Edges | None = None
    value: str | None = None
    rights: Edges | None = None
    dateline: bool = False
    triangle: bool = False
    kinds: set[str] = set()

    def evidence(self) -> Evidence:
        """A dateline proves nothing: leads have one too. A date, a signed or labelled credit behind does."""
        if self.description is None and self.kinds == {"date"}:
            return Evidence.NONE
        behind = self.kinds - {"bare"}
        if behind and (self.dateline or behind != {"given"}):
            return Evidence.STRONG
        return Evidence.WEAK if self.kinds or self.triangle else Evidence.NONE


def parse_caption(text: str, block_id: str, copies: int = 1) -> Caption:
    """The parts of a caption.

    Args:
        text: the whole text of its block.
        block_id: the block's id, for the spans.
        copies: how often the page showed it in that place.
    """
    parts = read_parts(text)

    def span(edges: Edges) -> Span:
        return Span(block=block_id, start=edges[0], end=edges[1], text=text[slice(*edges)])

    def maybe(edges: Edges | None) -> Span | None:
        return None if edges is None else span(edges)

    def dated(edges: Edges) -> DatedSpan:
        return DatedSpan(block=block_id, start=edges[0], end=edges[1], text=text[slice(*edges)], value=parts.value)

    return Caption(
        block=block_id,
        copies=copies,
        location=maybe(parts.location),
        source=maybe(parts.source),
        creator=tuple(map(span, parts.creator)),
        creator_role=tuple(map(span, parts.creator_role)),
        description=maybe(parts.description),
        credit_line=maybe(parts.credit_line),
        date_created=dated(parts.date_created) if parts.date_created else None,
        rights=maybe(parts.rights),
    )


@lru_cache(maxsize=256)
def read_parts(text: str) -> Parts:
    """The parts of a caption, as edges. Nobody changes what it returns: the same line is asked for by several steps."""
    parts = Parts()
    start = 0
    if triangle := _TRIANGLE.match(text):
        parts.triangle, start = True, triangle.end()
    if dateline := read_dateline(text, start):
        parts.dateline, start = True, dateline.end
        _take_dateline(parts, dateline)
    end = len(text.rstrip())
    for _ in range(_MOST_TAILS):
        cut = _read_tail(text, start, end, parts) if end > start else None
        if cut is None:
            break
        gap = _GAP.search(text, max(start, cut - _REACH), cut)
        end = gap.start() if gap else cut
    while start < end and text[start] == " ":
        start += 1
    if start < end:
        parts.description = (start, end)
    return parts


def sentences(text: str) -> int:
    """How many sentences a text has, roughly: what ends with a stop."""
    return len(_STOP.findall(text))


def _take_dateline(parts: Parts, dateline: Dateline) -> None:
    parts.location, parts.source = dateline.location, dateline.source
    _add_people(parts, dateline.people)


def _add_people(parts: Parts, people: tuple[Person, ...] | list[Person]) -> None:
    for person in people:
        parts.creator.append(person.name)
        if person.role not in parts.creator_role:
            parts.creator_role.append(person.role)
    parts.creator.sort()
    parts.creator_role.sort()


def _read_tail(text: str, start: int, end: int, parts: Parts) -> int | None:  # noqa: C901, PLR0911  one case a form
    """Read the last part of `text[start:end]`, if it is a credit, date or note; where it begins."""
    start = max(start, end - _REACH)
    if text.endswith(_STATES, start, end):
        return None
    if text.endswith(("금지", "금지.", "eserved", "eserved."), start, end) and (
        found := _TAIL_RIGHTS.search(text, start, end)
    ):
        parts.rights = parts.rights or found.span("rights")
        parts.kinds.add("rights")
        return found.start()
    if parts.date_created is None and (found := _TAIL_DATE.search(text, start, end)) and (value := iso_date(found)):
        parts.date_created, parts.value = (found.start("year"), found.end()), value
        parts.kinds.add("date")
        return found.start("year")
    for kind, pattern in _TAILS:
        found = pattern.search(text, start, end)
        if found is None:
            continue
        inside = found.span("inside")
        if kind in {"label", "given", "sign"} and _VERB_END.search(text, *inside):
            # Running text that mentions a credit, or is glued to one.
            continue
        if kind == "bracket" and text[found.start() - 1].isalnum() and _TAIL_LABEL.search(text, start, end):
            # `사진=○○○(머니S)`: the bracket belongs to the labelled credit.
            continue
        if kind == "bracket" and not _CREDIT_INSIDE.fullmatch(text, *inside):
            if _NOTE_INSIDE.fullmatch(text, *inside):
                return found.start()
            return None
        if kind.startswith("placed") and found["place"]:
            parts.location = parts.location or found.span("place")
        _read_credit(text, inside, kind, parts)
        # An outlet or a reporter alone signs articles as well, in brackets or behind a slash.
        parts.kinds.add(
            "bare" if kind in {"bracket", "slash", "placed people"} and _SIGNS.fullmatch(text, *inside) else kind
        )
        return found.start()
    return None


_STATES = ("다.", "요.", "까?", "다.”", '다."', "다.’", "다.'", "요.”", '요."')
"""How running text ends, and no credit, date or note."""
_TAILS = (
    ("bracket", _TAIL_BRACKET),
    ("sign", _TAIL_SIGN),
    ("boxed", _TAIL_BOXED),
    ("label", _TAIL_LABEL),
    ("placed", _TAIL_PLACED),
    ("placed people", _TAIL_PLACED_PEOPLE),
    ("slash", _TAIL_SLASH),
    ("bare", _TAIL_BARE),
    ("given", _TAIL_GIVEN),
)


def _read_credit(text: str, inside: Edges, kind: str, parts: Parts) -> None:
    """Sort what a credit says into source, creator, credit line and rights."""
    start, end = inside
    if rights := _RIGHTS_END.search(text, start, end):
        parts.rights = parts.rights or rights.span("rights")
        end = rights.start()
        while end > start and text[end - 1] in " .,*":
            end -= 1
        if end == start:
            return
    if kind == "sign":
        _read_sign(text, start, end, parts)
        return
    label = _LABEL_AT.match(text, start, end)
    people = _PEOPLE_END.search(text, start, end)
    whole_people = people and not _POOL_END.search(text, start, end)
    if label or (_GIVEN_AT.fullmatch(text, start, end) and not whole_people):
        parts.credit_line = parts.credit_line or (start, end)
    if whole_people and people and not parts.creator:
        _add_people(parts, find_people(text, *people.span("people")))
    elif (shot := _SHOOTER.search(text, start, end) or _DRAWN.fullmatch(text, start, end)) and not parts.creator:
        parts.creator.append(shot.span("name"))
    if parts.source is None:
        parts.source = _source(text, (label.end() if label else start, end), kind)


def _read_sign(text: str, start: int, end: int, parts: Parts) -> None:
    """What follows ⓒ: an outlet, then perhaps a name, with or without a role."""
    source = _WHOLE_SOURCE.fullmatch(text, start, end)
    if source is None and _PERSON.fullmatch(text, start, end) and not parts.creator:
        parts.creator.append((start, end))
        return
    source = source or _SIGNED.match(text, start, end)
    if source is None:
        return
    parts.source = parts.source or source.span()
    behind = _trimmed(text, source.end(), end)
    if parts.creator or behind[0] == behind[1]:
        return
    if _PEOPLE.fullmatch(text, *behind):
        _add_people(parts, find_people(text, *behind))
    elif _NAME.fullmatch(text, *behind) and not _GIVEN_AT.fullmatch(text, *behind):
        parts.creator.append(behind)


def _trimmed(text: str, start: int, end: int) -> Edges:
    while start < end and text[start] in " /,":
        start += 1
    return start, end


def _source(text: str, inside: Edges, kind: str) -> Edges | None:
    start, end = inside
    if _WHOLE_SOURCE.fullmatch(text, start, end):
        return start, end
    if kind == "bracket" and _FOREIGN.fullmatch(text, start, end):
        return start, end
    found = _SOURCES_IN.search(text, start, end)
    return found.span() if found else None
