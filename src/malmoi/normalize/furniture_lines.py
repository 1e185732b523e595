"""Whether a line is furniture: the patterns of `furniture.tsv`, compiled."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

PHOTO = "photo control"
COPYRIGHT = "copyright"
PICTURE_COPYRIGHT = "copyright of a picture"
LIST = "list of other articles"
SUMMARY = "summary"

_COUNT = r"(?:\s?[(\[:]?\s?\d[\d,.]*\s?(?:만|천|개|건|명|회)?\s?[)\]]?)?"
# Articles are written in the plain style, furniture speaks to the reader in the polite one.
_SENTENCE = re.compile(r"(?:(?<!니)|아니)다[.。]?['\"”’)\]」』>]*$")
_LONGEST = 260
_TAIL = 12
_LONGEST_WORDS = 140


class _Table(NamedTuple):
    words: tuple[tuple[str, re.Pattern[str]], ...]
    word_line: re.Pattern[str]
    lines: tuple[tuple[str, re.Pattern[str]], ...]
    notices: tuple[tuple[str, re.Pattern[str]], ...]
    any_line: re.Pattern[str]
    any_notice: re.Pattern[str]
    above: re.Pattern[str]
    summary_start: re.Pattern[str]
    summary_end: re.Pattern[str]
    summary_item: re.Pattern[str]


def _load() -> _Table:
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in (files("malmoi.normalize") / "furniture.tsv").read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            where, reason, pattern = row.split("\t")
            grouped.setdefault((where, reason), []).append(pattern)
    joined = {key: "|".join(patterns) for key, patterns in grouped.items()}
    words = {reason: pattern for (where, reason), pattern in joined.items() if where == "words"}
    any_word = "|".join(words.values())
    return _Table(
        words=tuple((reason, re.compile(rf"(?:{word}){_COUNT}(?![가-힣A-Za-z])")) for reason, word in words.items()),
        word_line=re.compile(
            rf"[\s|/·,ㆍ▲△]*(?:(?:{any_word}){_COUNT}(?:[\s|/·,ㆍ]+|(?=[\s|/·,ㆍ]|$)|$)[\s|/·,ㆍ>]*){{1,40}}"
        ),
        lines=tuple((reason, re.compile(p)) for (where, reason), p in joined.items() if where == "line"),
        notices=tuple((reason, re.compile(p)) for (where, reason), p in joined.items() if where == "notice"),
        any_line=re.compile("|".join(p for (where, _), p in joined.items() if where in {"line", "notice"})),
        any_notice=re.compile("|".join(p for (where, _), p in joined.items() if where == "notice")),
        above=re.compile(joined["above", "counter"]),
        summary_start=re.compile(joined["summary-start", SUMMARY]),
        summary_end=re.compile(joined["summary-end", SUMMARY]),
        summary_item=re.compile(joined["summary-item", SUMMARY]),
    )


TABLE = _load()


def is_buttons(text: str) -> bool:
    """Whether a text is nothing but buttons and counters."""
    return len(text) <= _LONGEST_WORDS and bool(TABLE.word_line.fullmatch(text))


@lru_cache(maxsize=512)
def reason_for(text: str) -> str | None:
    """Why a whole line is furniture; None if it is not."""
    if len(text) > _LONGEST:
        return None
    if is_buttons(text):
        first = text.lstrip(" |/·,ㆍ▲△")
        return next((reason for reason, pattern in TABLE.words if pattern.match(first)), "page controls")
    states = _SENTENCE.search(text[-_TAIL:])
    # Most lines are none of these: one pattern says so.
    if (TABLE.any_notice if states else TABLE.any_line).fullmatch(text) is None:
        return None
    rows = TABLE.notices if states else (*TABLE.lines, *TABLE.notices)
    return next((reason for reason, pattern in rows if pattern.fullmatch(text)), None)
