"""Datelines: `[서울=뉴시스] ○○○ 기자 = `, as captions and the leads of articles begin."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from malmoi.normalize.lexicon import OUTLET, PEOPLE, WIRE
from malmoi.normalize.people import Person, find_people

Edges = tuple[int, int]

WIRE_NAME = rf"(?:[A-Z][A-Za-z]{{1,8}}|{'|'.join(WIRE)})(?:통신)?"
_BRACKET = re.compile(r"[\[【(〔<〈](?P<inside>(?:[^\[\]【】()〔〕<>〈〉\n]|\([^()\n]{1,15}\)){2,48})[\]】)〕>〉]")
_AFTER = re.compile(rf"\s?(?:(?P<people>{PEOPLE})\s?(?:=\s?|$)|=\s?|\s)?")
_OUTLET_WHOLE = re.compile(rf"{OUTLET}(?:[·/]{OUTLET})*")
_FOREIGN_SOURCE = re.compile(rf"{WIRE_NAME}\s?[/·]\s?\S{{2,12}}")
_WIRE_LAST = re.compile(rf"(?:(?P<place>.+?)\s)?(?P<wire>{WIRE_NAME})")
_PEOPLE_LAST = re.compile(rf"(?:(?P<before>.+?)(?:\s?[,ㅣ|]\s?|\s))??(?P<people>{PEOPLE})")

# In `[OSEN=잠실, ○○○ 기자]` what stands before the comma is a place, whatever it is called.
_PLACE_PEOPLE = re.compile(rf"(?P<before>[^,]+?)\s?,\s?(?P<people>{PEOPLE})")
_OUTLET_FIRST = re.compile(rf"[A-Z]{{2,9}}|{OUTLET}")
_SHOOTING = frozenset({"사진", "글", "영상", "그래픽", "자료", "사진제공", "사진 제공", "촬영"})


class Dateline(Struct, frozen=True):
    """A dateline at the start of a text: edges of its parts, and where the text behind it begins."""

    end: int
    location: Edges | None
    source: Edges | None
    people: tuple[Person, ...]


@lru_cache(maxsize=256)
def read_dateline(text: str, start: int = 0) -> Dateline | None:
    """The dateline that begins at `start`, if one does.

    In `[서울=뉴시스]` the place stands first; in `[OSEN=인천, ○○○ 기자]` the outlet; `[○○신문 ○○○ 기자]` has
    no place, `[○○○ 기자]` people only; in `(난퉁 EPA=연합뉴스)` the source begins with the foreign agency.
    """
    bracket = _BRACKET.match(text, start)
    if bracket is None:
        return None
    after = _AFTER.match(text, bracket.end())
    assert after is not None  # noqa: S101  the pattern matches the empty string
    people = tuple(find_people(text, *after.span("people"))) if after["people"] else ()
    left, sign, _ = bracket["inside"].partition("=")
    if left.strip() in _SHOOTING:
        return None
    at = bracket.start("inside")
    inside = _trim(text, at + len(left) + 1 if sign else at, bracket.end("inside"))
    named = (_PLACE_PEOPLE if sign and _OUTLET_FIRST.fullmatch(left.strip()) else _PEOPLE_LAST).fullmatch(text, *inside)
    named = named or _PEOPLE_LAST.fullmatch(text, *inside)
    if named:
        people = (*find_people(text, *named.span("people")), *people)
        inside = named.span("before") if named["before"] else (inside[0], inside[0])
    first = _trim(text, at, at + len(left)) if sign else (at, at)
    location, source = _parts(text, first, inside)
    if not (people or _is_source(text, source)) or not (sign or named):
        return None
    return Dateline(after.end(), location, source, people)


def _parts(text: str, first: Edges, second: Edges) -> tuple[Edges | None, Edges | None]:
    """Place and source out of what stands on both sides of `=`."""
    if first[0] == first[1]:
        return None, _or_none(second)
    if _OUTLET_WHOLE.fullmatch(text, *first) and not _OUTLET_WHOLE.fullmatch(text, *second):
        return _or_none(second), first
    wire = _WIRE_LAST.fullmatch(text, *first)
    if wire and second[0] < second[1]:
        return _or_none(wire.span("place") if wire["place"] else (0, 0)), (wire.start("wire"), second[1])
    return first, _or_none(second)


def _is_source(text: str, source: Edges | None) -> bool:
    if source is None:
        return False
    return (
        any(pattern.fullmatch(text, *source) for pattern in (_OUTLET_WHOLE, _FOREIGN_SOURCE))
        or "=" in text[slice(*source)]
    )


def _or_none(edges: Edges) -> Edges | None:
    return edges if edges[0] < edges[1] else None


def _trim(text: str, start: int, end: int) -> Edges:
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return start, end
