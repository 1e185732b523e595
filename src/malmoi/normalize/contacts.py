"""The step that takes out e-mail addresses and telephone numbers."""

from __future__ import annotations

import re

from malmoi.contacts import EMAIL, PHONE
from malmoi.model import Dropped
from malmoi.normalize.draft import Draft, Line

# Some outlets print the address without its host: `○○○ 기자 name@`.
_HOSTLESS = r"(?<=기자)\s[A-Za-z0-9._-]{2,20}@(?![A-Za-z0-9])"
_ADDRESS = re.compile(rf"(?:(?:[Ee]-?[Mm]ail|이메일|메일)\s?[:：]?\s?)?(?:{EMAIL.pattern})|{_HOSTLESS}")
_NUMBER = re.compile(rf"(?:[☎☏]\s?|(?:Tel|TEL|전화|휴대전화)\s?[.:：]\s?)?(?:{PHONE.pattern})", re.VERBOSE)
_QUICK = re.compile(r"@|\d{4}")
_EMPTY = re.compile(r"[\[(<〈【]\s*[,/·]?\s*[\])>〉】]")
_LOOSE_END = re.compile(r"[\s/|,·ㅣ│]+$")
_LOOSE_START = re.compile(r"^[\s|,·ㅣ│]+")
_SPACES = re.compile(r"\s{2,}")


def drop_contacts(draft: Draft) -> Draft:
    """E-mail addresses and telephone numbers out, with the brackets and signs that held them."""
    lines: list[Line] = []
    dropped: list[Dropped] = []
    for line in draft.lines:
        found: list[Dropped] = []
        text = line.text
        if _QUICK.search(text):
            for reason, pattern in (("e-mail", _ADDRESS), ("telephone", _NUMBER)):
                text = _take(text, reason, pattern, found)
        if not found:
            lines.append(line)
            continue
        dropped += found
        text = _SPACES.sub(" ", _LOOSE_START.sub("", _LOOSE_END.sub("", _EMPTY.sub("", text))))
        if text.strip():
            lines.append(Line(text.strip(), line.type, line.copies, line.hint))
    return draft.but(lines=tuple(lines), dropped=(*draft.dropped, *dropped)) if dropped else draft


def _take(text: str, reason: str, pattern: re.Pattern[str], found: list[Dropped]) -> str:
    # Until none is left: what closes up behind an address may make another.
    while match := pattern.search(text):
        found.append(Dropped(step="contacts", reason=reason, length=len(match[0])))
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return text
