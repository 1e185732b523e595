"""The steps that part datelines from leads and bylines from the end of the body."""

from __future__ import annotations

import re

from malmoi.model import Byline
from malmoi.normalize.dateline import Dateline, read_dateline
from malmoi.normalize.draft import Draft, Line, drop, is_running
from malmoi.normalize.lexicon import HANGUL_NAME, KNOWN_OUTLET, OUTLET, PEOPLE, ROLES
from malmoi.normalize.people import read_people
from malmoi.normalize.prose import is_prose

_LONGEST_BYLINE = 200
_LONGEST_TAIL = 130
_WORDS_BEFORE = r"(?:(?:글|사진|취재|정리|기획|영상)(?:\s?[·/,&]\s?(?:글|사진|취재|정리|영상))*\s?[=:]?\s?)?"
_PLACE = r"(?:[가-힣()]{1,10}\s?=\s?)"
_BYLINE = rf"{_WORDS_BEFORE}{_PLACE}?(?:{OUTLET}\s)?(?P<people>{PEOPLE}(?:\s?[,·/]\s?{_PLACE}{PEOPLE}){{0,5}})"
_ROLELESS = (
    rf"(?:글|취재|정리|기획)\s?[=:/·]?\s?(?P<writer>{HANGUL_NAME})(?P<others>(?:[\s,·/]{{1,3}}(?!사진){HANGUL_NAME}){{0,3}})"
    rf"(?:\s?[/,·|]?\s?사진\s?[=:/·]?\s?(?P<shooter>{HANGUL_NAME}))?"
)
_SIGN_OFF = rf"(?P<outlet>{OUTLET})\s(?P<name>{HANGUL_NAME})(?:입니다|이었습니다|였습니다)\.?"
_BYLINE_LINE = re.compile(
    rf"[\[(<【/=\s]*(?P<kept>{_BYLINE}|{_SIGN_OFF}|{_ROLELESS})[\])>】\s]*(?P<button>\+?\s?구독(?:하기)?|\s?입니다\.?)?"
)
_BYLINE_TAIL = re.compile(
    rf"(?<=[.!?”\"'’)\]])\s?[\[(<【/=|]*\s?(?P<kept>{_BYLINE}|{_SIGN_OFF})\s?[\])>】]*(?P<button>\s?구독)?$"
)
_MAY_SIGN = re.compile(rf"(?:{'|'.join(ROLES)}|입니다|었습니다|였습니다)[^가-힣]{{0,30}}(?:구독)?$")
# What a byline on its own line cannot be without, of which searching is fast.
_MAY_BE_BYLINE = re.compile(
    "|".join((*map(re.escape, ROLES), "입니다", "이었습니다", "였습니다", "글", "취재", "정리", "기획"))
)
_OUTLET_ALONE = re.compile(rf"[\[【]\s?(?P<outlet>{KNOWN_OUTLET})\s?[\]】]\s?(?=\S)")
_AGENCY_TAIL = re.compile(rf"(?<=[.!?])\s?[/=]?\s?[\[(]?(?P<kept>{OUTLET})[\])]?$")


def part_datelines(draft: Draft) -> Draft:
    """The dateline in front of a paragraph becomes a block of its own, its reporters authors."""
    lines: list[Line] = []
    seen_first = False
    for line in draft.lines:
        unread = line.type or (not seen_first and not is_prose(line.text))
        dateline = None if unread else read_dateline(line.text) or _outlet_alone(line.text)
        seen_first = True
        if dateline is None:
            lines.append(line)
            continue
        people = [Byline(name=line.text[slice(*p.name)], role=line.text[slice(*p.role)]) for p in dateline.people]
        draft = draft.credit(people)
        lines.append(Line(line.text[: dateline.end].strip(), "dateline"))
        if rest := line.text[dateline.end :].strip():
            lines.append(Line(rest))
    return draft.but(lines=tuple(lines))


def _outlet_alone(text: str) -> Dateline | None:
    """`[○○뉴스] ` in front of a lead: a bracket that names a known outlet and nothing else."""
    found = _OUTLET_ALONE.match(text)
    return Dateline(found.end(), None, found.span("outlet"), ()) if found and is_prose(text) else None


def part_bylines(draft: Draft) -> Draft:
    """Reporters named behind the body, on their own line or at the end of a paragraph, become byline blocks."""
    last_prose = max((i for i, line in enumerate(draft.lines) if is_running(line)), default=-1)
    lines: list[Line] = []
    for index, line in enumerate(draft.lines):
        if line.type is not None or index == 0:
            lines.append(line)
            continue
        start = max(0, len(line.text) - _LONGEST_TAIL)
        short = len(line.text) <= _LONGEST_BYLINE and _MAY_BE_BYLINE.search(line.text)
        if short and (found := _BYLINE_LINE.fullmatch(line.text)):
            pass
        elif _MAY_SIGN.search(line.text, start) and (found := _BYLINE_TAIL.search(line.text, start)):
            lines.append(Line(line.text[: found.start()].strip()))
        elif index == last_prose and (agency := _AGENCY_TAIL.search(line.text, start)):
            lines += (Line(line.text[: agency.start()].strip()), Line(agency["kept"], "byline"))
            continue
        else:
            lines.append(line)
            continue
        draft, block = _sign(draft, found)
        if block in lines:
            draft = draft.but(dropped=(*draft.dropped, drop("byline", "repeated byline", found[0].strip())))
        else:
            lines.append(block)
    return draft.but(lines=tuple(lines))


def _sign(draft: Draft, match: re.Match[str]) -> tuple[Draft, Line]:
    if match["people"]:
        draft = draft.credit(read_people(match["people"]))
    elif match.groupdict().get("writer"):
        draft = draft.credit([Byline(name=name) for name in _writers(match)])
    elif match["name"]:
        draft = draft.credit([Byline(name=match["name"], organization=match["outlet"])])
    if match["button"] and "구독" in match["button"]:
        draft = draft.but(dropped=(*draft.dropped, drop("byline", "subscribing", match["button"].strip())))
    return draft, Line(match["kept"].strip(), "byline")


def _writers(match: re.Match[str]) -> list[str]:
    """The names of a credit without roles: `취재 ○○○ ○○○ / 사진 ○○○`."""
    others = re.findall(HANGUL_NAME, match["others"])
    return [name for name in (match["writer"], *others, match["shooter"]) if name]
