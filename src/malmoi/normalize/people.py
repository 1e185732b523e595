"""Reading the people of a byline, a dateline or a credit."""

from __future__ import annotations

import re
from typing import NamedTuple

from malmoi.model import Byline
from malmoi.normalize.lexicon import DESK, GROUP, KNOWN_OUTLET, NAME, NO_NAMES, OUTLET, PEOPLE, PLACES, ROLE, SURNAME

PEOPLE_RE = re.compile(PEOPLE)
_GROUP = re.compile(GROUP)
_ROLE_END = re.compile(rf"(?:\s외\s\d+[명인])?(?:\s({ROLE})|((?:인턴|사진|선임|수습)?기자|특파원))$")
_DESK = re.compile(DESK)
_NAME = re.compile(NAME)
_OUTLET = re.compile(OUTLET)
_KNOWN = re.compile(KNOWN_OUTLET)
_USUAL = re.compile(rf"{SURNAME}[가-힣]{{2}}")
_DESK_WORD = re.compile(r"[가-힣]{2,}(?:부|팀|국|실)|기자명")


class Person(NamedTuple):
    """A name and its role as offsets of the text they were read in; people of one group share the role."""

    name: tuple[int, int]
    role: tuple[int, int]


def find_people(text: str, start: int = 0, end: int | None = None) -> list[Person]:
    """The people named in `text[start:end]`, which matches `PEOPLE`, in order."""
    found: list[Person] = []
    for group in _GROUP.finditer(text, start, len(text) if end is None else end):
        role = _ROLE_END.search(group[0])
        if role is None:
            continue
        which = 1 if role[1] else 2
        role_start, role_end = group.start() + role.start(which), group.start() + role.end(which)
        if desk := _DESK.match(text, role_start, role_end):
            role_start = desk.end()
        found += [
            Person((name.start(), name.end()), (role_start, role_end))
            for name in _NAME.finditer(text, group.start(), group.start() + role.start())
            if not _is_no_name(name[0])
        ]
    return found


def _is_no_name(word: str) -> bool:
    if word in NO_NAMES or word in PLACES or _DESK_WORD.fullmatch(word) or _KNOWN.fullmatch(word):
        return True
    # A surname and two syllables are a name, even where they end like an outlet's (`○경제`).
    return bool(_OUTLET.fullmatch(word)) and not _USUAL.fullmatch(word)


def read_people(text: str, organization: str | None = None) -> list[Byline]:
    """The authors that a text which matches `PEOPLE` names."""
    return [
        Byline(name=text[slice(*person.name)], role=text[slice(*person.role)], organization=organization)
        for person in find_people(text)
    ]
