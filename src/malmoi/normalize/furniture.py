"""The step that takes out what is no part of the article: buttons, tickers, notices, links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.normalize.draft import Draft, Line, drop
from malmoi.normalize.furniture_lines import COPYRIGHT, LIST, PHOTO, SUMMARY, TABLE, reason_for
from malmoi.normalize.header import read_header
from malmoi.normalize.prose import is_prose

if TYPE_CHECKING:
    from malmoi.model import Dropped

STEP = "furniture"

_LINK = re.compile(r"[▶▷►▲△☞■◆]")
_ARROW = re.compile(r"[▶▷►](?!\s?(?:인터뷰|녹취|현장음|스탠딩|SYNC))")
_BULLETED = re.compile(r"[◆◇■●▲△▶▷◈]")
_SUMMARY_REACH = 12
_LIST_REACH = 20
_HEADING = 20


def drop_furniture(draft: Draft) -> Draft:
    """Whole lines of furniture out, with the lists and links that hang on them."""
    reasons = [None if line.type else reason_for(line.text) for line in draft.lines]
    texts = [line.text for line in draft.lines]
    _mark_summaries(texts, reasons)
    _mark_lists(texts, reasons)
    _mark_links(texts, reasons)
    _mark_after_end(texts, reasons)
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
    return draft.but(lines=tuple(lines), dropped=(*draft.dropped, *dropped)) if dropped else draft


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
    """`▶ …` lines that link: too long for a heading, two together, or after the last running text."""
    open_arrows = [
        index for index, text in enumerate(texts) if reasons[index] is None and _LINK.match(text) and not is_prose(text)
    ]
    if not open_arrows:
        return
    last = max((index for index, text in enumerate(texts) if reasons[index] is None and is_prose(text)), default=-1)
    first = next((index for index, text in enumerate(texts) if reasons[index] is None and is_prose(text)), len(texts))
    arrows = {index for index in open_arrows if _ARROW.match(texts[index])}
    for index in open_arrows:
        behind = index > last >= 0 and texts[index][0] in "▶▷►▲△☞"
        beside = {index - 1, index + 1} & arrows and index > first
        if behind or (index in arrows and (beside or len(texts[index]) > _HEADING)):
            reasons[index] = "link"


def _mark_after_end(texts: list[str], reasons: list[str | None]) -> None:
    """What follows the copyright line, unless most of the running text does."""
    marks = [index for index, reason in enumerate(reasons) if reason == COPYRIGHT]
    weights = [len(text) if reasons[index] is None and is_prose(text) else 0 for index, text in enumerate(texts)]
    for mark in marks:
        before, after = sum(weights[:mark]), sum(weights[mark:])
        if before > after:
            for index in range(mark + 1, len(texts)):
                # Some outlets print the reporter and the time at the very end.
                if reasons[index] is None and read_header(texts[index]) is None:
                    reasons[index] = "after the copyright line"
            return
