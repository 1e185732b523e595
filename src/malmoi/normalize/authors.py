"""The people of an author field: `김가람 기자, 이나래`, `가온일보 표지안`, `garam@example.com`; an outlet is nobody."""

from __future__ import annotations

import re

from malmoi.contacts import EMAIL, PHONE
from malmoi.model import Byline
from malmoi.normalize.dateline import read_dateline
from malmoi.normalize.lexicon import COMPOUND_SURNAMES, NAME, OUTLET, PLACES, SURNAMES
from malmoi.normalize.people import PEOPLE_RE, read_people

_CONTACT = re.compile(rf"[(<\[]?\s*(?:{EMAIL.pattern}|{PHONE.pattern})\s*[)>\]]?", re.VERBOSE)
_AROUND = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|\s외\s\d+[명인]|^\s*[Bb][Yy]\s|기자명|(?:^|(?<=[\s|,=]))기자(?=\s)"
)
_BETWEEN = re.compile(r"\s*(?:[,;|/·ㆍ・&\n\t:=+、，]|\band\b|\s-\s)\s*")
_OUTLET = re.compile(rf"(?:{OUTLET})(?=\s|$)")
_DESK = re.compile(r"\S*(?:부|팀|국|실|센터|본부|취재단)(?=\s)")
_LABEL = re.compile(r"(?:글|사진|영상|취재|정리|기고|기획|대담|진행)(?=\s)")
_SURNAMED = re.compile(rf"(?:{'|'.join(COMPOUND_SURNAMES)}|[{SURNAMES}])[가-힣○]{{1,3}}")
_LATIN = re.compile(r"[A-Z][A-Za-z.'’-]*(?: [A-Z][A-Za-z.'’-]*){1,3}")
_RANKED = re.compile(rf"(?P<name>{NAME})\s(?P<role>[가-힣A-Za-z][가-힣A-Za-z· ]{{0,18}}[가-힣])")
_NOBODY = frozenset({
    "기자", "편집자", "편집인", "편집국", "편집부", "기고", "기고자", "기획", "제보", "기사", "사설", "고정", "주간",
    "없음", "미상",
})  # fmt: skip
"""Words that begin like a name and are none."""
_LONGEST = 1000
_AS_REPORTER = " 기자"


def read_authors(text: str, publisher: str | None = None) -> list[Byline]:
    """The people that an author field names, each once.

    Args:
        text: the field.
        publisher: the outlet, which is no reporter.
    """
    text = _CONTACT.sub(" | ", text[:_LONGEST])
    dateline = read_dateline(text.strip())
    if dateline and dateline.people:
        text = text.strip()
        people = [Byline(name=text[slice(*person.name)], role=text[slice(*person.role)]) for person in dateline.people]
        text = text[dateline.end :]
    else:
        people = []
    while found := PEOPLE_RE.search(text):
        people += read_people(found[0])
        text = f"{text[: found.start()]} | {text[found.end() :]}"
    for chunk in _BETWEEN.split(_AROUND.sub(" | ", text)):
        people += _bare(" ".join(chunk.split()), publisher)
    return list({person.name: person for person in people}.values())


def _bare(chunk: str, publisher: str | None) -> list[Byline]:
    """The people of a piece of the field that calls nobody a reporter."""
    if publisher:
        chunk = chunk.removeprefix(publisher).strip()
    while before := _OUTLET.match(chunk) or _DESK.match(chunk) or _LABEL.match(chunk):
        chunk = chunk[before.end() :].strip()
    first, _, rest = chunk.partition(" ")
    if rest and first in PLACES:
        chunk = rest
    if _LATIN.fullmatch(chunk):
        return [Byline(name=chunk)]
    words = chunk.split()
    if words and all(map(_is_name, words)) and PEOPLE_RE.fullmatch(chunk + _AS_REPORTER):
        return [Byline(name=person.name) for person in read_people(chunk + _AS_REPORTER)]
    ranked = _RANKED.fullmatch(chunk)
    if ranked and _is_name(ranked["name"]) and read_people(ranked["name"] + _AS_REPORTER):
        return [Byline(name=ranked["name"], role=ranked["role"])]
    return []


def _is_name(word: str) -> bool:
    return bool(_SURNAMED.fullmatch(word)) and word not in _NOBODY
