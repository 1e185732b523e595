"""The step that takes out what is no part of the article: buttons, tickers, notices, links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.normalize.captions import Evidence, read_parts
from malmoi.normalize.draft import Draft, Line, drop
from malmoi.normalize.furniture_lines import COPYRIGHT, LIST, PHOTO, PICTURE_COPYRIGHT, SUMMARY, TABLE, reason_for
from malmoi.normalize.header import read_header
from malmoi.normalize.prose import is_prose

if TYPE_CHECKING:
    from malmoi.model import Dropped

STEP = "furniture"

_LINK = re.compile(r"[▶▷►☞■◆]")
_ARROW = re.compile(r"[▶▷►☞](?!\s?(?:인터뷰|녹취|현장음|스탠딩|SYNC))")
_TITLE = re.compile(r"[…\[“‘\"'?!]|\.\.")
_ITEM = re.compile(
    r"^[■◆]|^.\s?(?:인터뷰|녹취|현장음|스탠딩|SYNC)|\S\s?[:：=]\s?\S|\d(?:단계|일|월|명|원|%)|(?:별세|씨)"
)
_KEPT = "text behind a copyright line kept"
_BULLETED = re.compile(r"[◆◇■●▲△▶▷◈]")
_SUMMARY_REACH = 12
_LIST_REACH = 20
_HEADING = 20


def drop_furniture(draft: Draft) -> Draft:
    """Whole lines of furniture out, with the lists and links that hang on them."""
    reasons = [None if line.type else reason_for(line.text) for line in draft.lines]
    texts = [line.text for line in draft.lines]
    _mark_above(texts, reasons)
    _mark_pictures(texts, reasons)
    _mark_summaries(texts, reasons)
    _mark_lists(texts, reasons)
    _mark_links(texts, reasons)
    kept_behind = _mark_after_end(texts, reasons)
    lines: list[Line] = []
    dropped: list[Dropped] = []
    hint = False
    for line, reason in zip(draft.lines, reasons, strict=True):
        if line.type or reason is None:
            lines.append(Line(line.text, line.type, line.copies, hint=True) if hint and not line.type else line)
            hint = False
        else:
            dropped.append(drop(STEP, reason, line.text))
            hint = hint or reason == PHOTO
    flags = tuple(dict.fromkeys((*draft.flags, _KEPT))) if kept_behind else draft.flags
    return draft.but(lines=tuple(lines), dropped=(*draft.dropped, *dropped), flags=flags) if dropped else draft


def _mark_above(texts: list[str], reasons: list[str | None]) -> None:
    """Counters, clocks and page numbers above the running text."""
    begin = next((i for i, text in enumerate(texts) if reasons[i] is None and is_prose(text)), 0)
    for index, text in enumerate(texts[:begin]):
        if index and reasons[index] is None and TABLE.above.fullmatch(text):
            reasons[index] = "counter"


def _mark_summaries(texts: list[str], reasons: list[str | None]) -> None:
    """A summary made by a machine: from its heading to its closing button, else its bullets."""
    for start, text in enumerate(texts):
        if not TABLE.summary_start.fullmatch(text):
            continue
        reasons[start] = SUMMARY
        reach = range(start + 1, min(start + 1 + _SUMMARY_REACH, len(texts)))
        end = next((index for index in reach if TABLE.summary_end.fullmatch(texts[index])), None)
        if end is None:
            end = next((index for index in reach if not TABLE.summary_item.fullmatch(texts[index])), start + 1) - 1
        for index in range(start + 1, min(end + 1, len(texts))):
            reasons[index] = SUMMARY


def _mark_lists(texts: list[str], reasons: list[str | None]) -> None:
    """The links under a heading such as 관련기사, once the article has begun."""
    if LIST not in reasons:
        return
    begun = False
    room = 0
    for index, text in enumerate(texts):
        if reasons[index] == LIST:
            room = _LIST_REACH if begun else 0
        elif reasons[index] is None:
            begun = begun or is_prose(text)
            if room and not is_prose(text) and not _BULLETED.match(text) and read_header(text) is None:
                reasons[index] = LIST
                room -= 1
            else:
                room = 0


def _mark_links(texts: list[str], reasons: list[str | None]) -> None:
    """`▶ …` lines that link: titles of other articles, and what is no item behind the last running text."""
    links = [index for index, text in enumerate(texts) if reasons[index] is None and _LINK.match(text)]
    bodies = [index for index, text in enumerate(texts) if reasons[index] is None and is_prose(text)] if links else []
    if not bodies:
        return
    for index in links:
        text = texts[index]
        if is_prose(text) or read_parts(text).kinds:
            continue
        behind = index > bodies[-1] and not _ITEM.search(text)
        amid = len(text) > _HEADING and index > bodies[0] and _TITLE.search(text) and _ARROW.match(text)
        if behind or amid:
            reasons[index] = "link"


def _mark_pictures(texts: list[str], reasons: list[str | None]) -> None:
    """A picture's copyright note ends no article: it stays in the caption's line, and goes from the line below it."""
    if COPYRIGHT not in reasons:
        return
    last = max((i for i, text in enumerate(texts) if reasons[i] is None and is_prose(text)), default=-1)
    for index, text in enumerate(texts):
        if reasons[index] != COPYRIGHT:
            continue
        parts = read_parts(text)
        if (
            "rights" in parts.kinds
            and parts.description
            and (parts.dateline or parts.kinds - {"rights", "sign", "bare"})
        ):
            reasons[index] = None
        elif (
            0 < index < last
            and reasons[index - 1] is None
            and read_parts(texts[index - 1]).evidence() is Evidence.STRONG
        ):
            reasons[index] = PICTURE_COPYRIGHT


def _mark_after_end(texts: list[str], reasons: list[str | None]) -> bool:
    """What follows the copyright line, and no running text behind it does; whether running text is kept behind one.

    Running text under the heading of a list that stands behind the copyright line belongs to other articles.
    """
    if COPYRIGHT not in reasons:
        return False
    prose = [index for index, text in enumerate(texts) if reasons[index] is None and is_prose(text)]
    marks = [index for index, reason in enumerate(reasons) if reason == COPYRIGHT and prose and index > prose[0]]
    if not marks:
        return False
    listed = next((i for i in range(marks[0] + 1, len(texts)) if reasons[i] == LIST), len(texts))
    behind = [index for index in prose if marks[0] < index < listed]
    last = behind[-1] if behind else marks[0]
    cut = next((mark for mark in marks if mark >= last), listed)
    for index in range(cut + 1, len(texts)):
        # Some outlets print the reporter and the time at the very end.
        if reasons[index] is None and read_header(texts[index]) is None:
            reasons[index] = "after the copyright line"
    return bool(behind)
