"""The step that takes out e-mail addresses and telephone numbers."""

from __future__ import annotations

import re

from malmoi.contacts import EMAIL, PHONE
from malmoi.model import Dropped
from malmoi.normalize.draft import Draft, Line

# Some outlets print the address without its host: `○○○ 기자 name@`.
_HOSTLESS = r"(?<=기자)\s[A-Za-z0-9._-]{2,20}@(?![A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})"
_ADDRESS = re.compile(rf"(?:(?:[Ee]-?[Mm]ail|이메일|메일)\s?[:：]?\s?)?(?:{EMAIL.pattern})|{_HOSTLESS}")
_NUMBER = re.compile(rf"(?:[☎☏]\s?|(?:Tel|TEL|전화|휴대전화)\s?[.:：]\s?)?(?:{PHONE.pattern})", re.VERBOSE)
# Written out: a pattern that begins with a digit is searched for faster than one that begins with a repeat.
_MAY_CALL = re.compile(r"\d\d\d[^\w]{0,3}\d{4}(?!\d)")
_GAP = "\0"
_LABEL = r"(?:[가-힣 ]{0,12}(?:문의|제보|전화|연락처|이메일|메일|예약|상담|번호|신청|구독)\s?[:：]?)?"
_HELD = re.compile(rf"\s?[\[(<〈【]\s*{_LABEL}[\s,/·\0]*\0[\s,/·\0]*[\])>〉】]")
_PARTICLE = re.compile(r"\0(?:으로|로|에서|에게|에|[을를은는이가])(?=[\s,.]|$)")
_LOOSE_END = re.compile(r"[\s/|,·ㅣ│]+$")
_LOOSE_START = re.compile(r"^[\s|,·ㅣ│]+")
_SPACES = re.compile(r"\s{2,}")


def drop_contacts(draft: Draft) -> Draft:
    """E-mail addresses and telephone numbers out, with the brackets, labels and particles that held them."""
    if not _may_hold("\n".join([line.text for line in draft.lines])):
        return draft
    lines: list[Line] = []
    dropped: list[Dropped] = []
    for line in draft.lines:
        found: list[Dropped] = []
        text = line.text
        if _may_hold(text):
            text = _take(text, found)
        if not found:
            lines.append(line)
            continue
        dropped += found
        text = _SPACES.sub(" ", _LOOSE_START.sub("", _LOOSE_END.sub("", text))).replace(" , ", ", ")
        if text.strip():
            lines.append(Line(text.strip(), line.type, line.copies, line.hint))
    return draft.but(lines=tuple(lines), dropped=(*draft.dropped, *dropped)) if dropped else draft


def _may_hold(text: str) -> bool:
    return "@" in text or _MAY_CALL.search(text) is not None


def _take(text: str, found: list[Dropped]) -> str:
    """The text without contacts, without the bracket and its label or the particle that held each."""
    left = None
    # Until none is left: what closes up behind an address may make another.
    while left != text:
        left = text
        if "@" in text:
            text = _cut(text, "e-mail", _ADDRESS, found)
        if _MAY_CALL.search(text):
            text = _cut(text, "telephone", _NUMBER, found)
        if _GAP in text:
            text = _PARTICLE.sub(_GAP, _HELD.sub("", text)).replace(_GAP, " ")
    return text


def _cut(text: str, reason: str, pattern: re.Pattern[str], found: list[Dropped]) -> str:
    def note(match: re.Match[str]) -> str:
        found.append(Dropped(step="contacts", reason=reason, length=len(match[0])))
        return _GAP

    return pattern.sub(note, text)
