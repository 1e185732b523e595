"""The step that names what is still unnamed: headline, dek, sub-heads, paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.normalize.draft import Draft, Line, NormalizeError, drop
from malmoi.normalize.lexicon import OUTLET
from malmoi.normalize.prose import ends_open, is_prose

if TYPE_CHECKING:
    from malmoi.model import Dropped

STEP = "layout"

_CUE = re.compile(
    r"[\[【(〔<]\s?(?:앵커|기자|인터뷰|리포트|질문|답변|VCR|PD|녹취|현장음|스튜디오|자막)[^\]】)〕>]{0,20}[\]】)〕>].*"
)
_SPEAKER = re.compile(r"[▶▷]\s?(?:인터뷰|녹취|스탠딩|SYNC|현장음).*")
_MARKED = re.compile(r"[◆◇■□●○▶▷►◈▣★☆▌▒◎]\s?\S|[①-⑳]|\d{1,2}[.)]\s\S")
_ITEM = re.compile(r"[-–·•△▲※*☞─]")
_OUTLET = re.compile(OUTLET)
_LONGEST_SUBHEAD = 60
_LONGEST_PLAIN_SUBHEAD = 40


def name_blocks(draft: Draft) -> Draft:
    """Every line gets a type.

    Raises:
        NormalizeError: there is no body.
    """
    lines = list(draft.lines)
    flags: list[str] = []
    _find_headline(lines)
    headline = next((line.text for line in lines if line.type == "headline"), None)
    if headline is None:
        flags.append("no headline found")
    lines, repeated = _drop_repeats(lines, headline)
    begin = next((i for i, line in enumerate(lines) if _is_body(line)), None)
    if begin is None:
        if len(lines) == 1 and headline is None and not is_prose(lines[0].text):
            raise NormalizeError("no body was found, only one line: is it the whole page?")
        # Nothing reads like running text: a list, a verse, a one-line brief.
        lines = [Line(line.text, line.type or "paragraph", line.copies) for line in lines]
        begin = 0
        flags.append("no running text found: every line kept as a paragraph")
    after = max((i for i, line in enumerate(lines) if line.type is None and is_prose(line.text)), default=len(lines))
    signed = next((i for i, line in enumerate(lines) if line.type == "byline" and i > after), len(lines))
    kept: list[Line] = []
    for index, line in enumerate(lines):
        if line.type is not None:
            kept.append(line)
        elif index < begin:
            kept.append(Line(line.text, "dek" if headline else "paragraph"))
        elif index > signed:
            repeated.append(drop(STEP, "after the byline", line.text))
        else:
            kept.append(Line(line.text, "subhead" if _is_subhead(line.text, before_end=index < after) else "paragraph"))
            if index > after and ends_open(line.text):
                flags.append("short lines after the body kept as paragraphs")
    if not any(line.type in {"paragraph", "dateline"} for line in kept):
        raise NormalizeError(f"no body was found, only {_what(kept)}: is it the whole page?")
    flags = list(dict.fromkeys(flags))
    return draft.but(lines=tuple(kept), flags=(*draft.flags, *flags), dropped=(*draft.dropped, *repeated))


def _what(lines: list[Line]) -> str:
    kinds = list(dict.fromkeys(str(line.type) for line in lines))
    return " and ".join(kinds) if kinds else "what the page holds around an article"


def _find_headline(lines: list[Line]) -> None:
    """The first unnamed line, if it stands above the running text and does not read like it."""
    if any(line.type == "headline" for line in lines):
        return
    for index, line in enumerate(lines):
        if line.type in {"caption", "dek", "byline"}:
            continue
        if line.type is None and not _is_body(line) and len(lines) > 1:
            lines[index] = Line(line.text, "headline")
        return


def _drop_repeats(lines: list[Line], headline: str | None) -> tuple[list[Line], list[Dropped]]:
    """The headline where it stands again, and the outlet's name alone on a line, out."""
    kept: list[Line] = []
    gone: list[Dropped] = []
    for line in lines:
        if line.type is None and line.text == headline:
            gone.append(drop(STEP, "headline repeated", line.text))
        elif line.type is None and _OUTLET.fullmatch(line.text):
            gone.append(drop(STEP, "outlet's name", line.text))
        else:
            kept.append(line)
    return kept, gone


def _is_body(line: Line) -> bool:
    if line.type is not None:
        return line.type in {"paragraph", "dateline"}
    return is_prose(line.text) or bool(_CUE.fullmatch(line.text))


def _is_subhead(text: str, *, before_end: bool) -> bool:
    if _CUE.fullmatch(text) or _SPEAKER.fullmatch(text) or not ends_open(text):
        return False
    if _MARKED.match(text):
        return len(text) <= _LONGEST_SUBHEAD
    return before_end and len(text) <= _LONGEST_PLAIN_SUBHEAD and not _ITEM.match(text)
