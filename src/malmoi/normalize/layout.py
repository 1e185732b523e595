"""The step that names what is still unnamed: headline, dek, sub-heads, paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.normalize.draft import Draft, Line, NormalizeError, drop, is_running
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
_BOX = re.compile(r"[◇◆■□●○◈▣]\s?\S")
_SERIES = re.compile(r"\[[^\[\]]{2,20}\](?:\s?[^\[\]]{0,30}?(?:[①-⑳]|\([上中下상중하\d]{1,2}\)))?")
_SAID = re.compile(r"[.!?”\"][”\"]?$")
_STOP = re.compile(r"[.][”\"]?$")
_TELLS = re.compile(
    r"[갔겠꼈났냈녔됐뒀랐랬렀렜렸맸뺐샀섰셨썼았었였왔웠잤졌찼챘쳤컸켰탔텄폈했혔]다$|^\[[^\]]+/[^\]]+\]$"
)
_OUTLET = re.compile(OUTLET)
_LONGEST_SUBHEAD = 60
_LONGEST_PLAIN_SUBHEAD = 40


def name_blocks(draft: Draft) -> Draft:
    """Every line gets a type.

    Raises:
        NormalizeError: there is no body.
    """
    flags: list[str] = []
    lines, tags = _drop_series_tags(list(draft.lines))
    _find_headline(lines)
    headline = next((line.text for line in lines if line.type == "headline"), None)
    if headline is None:
        flags.append("no headline found")
    lines, repeated = _drop_repeats(lines, headline, {author.name for author in draft.byline})
    begin = _begin(lines)
    if begin is None:
        if len(lines) == 1 and headline is None and not is_prose(lines[0].text):
            raise NormalizeError("no body was found, only one line: is it the whole page?")
        # Nothing reads like running text: a list, a verse, a one-line brief.
        lines = [Line(line.text, line.type or "paragraph", line.copies) for line in lines]
        begin = 0
        flags.append("no running text found: every line kept as a paragraph")
    after = max((i for i, line in enumerate(lines) if is_running(line)), default=len(lines))
    signed = next((i for i, line in enumerate(lines) if line.type == "byline" and i > after), len(lines))
    box = next((i for i, line in enumerate(lines) if i > signed and _BOX.match(line.text)), len(lines))
    kept: list[Line] = []
    for index, line in enumerate(lines):
        if line.type is not None:
            kept.append(line)
        elif index < begin:
            kept.append(Line(line.text, "dek" if headline else "paragraph"))
        elif signed < index < box:
            repeated.append(drop(STEP, "after the byline", line.text))
        else:
            kept.append(
                Line(line.text, "subhead" if _is_subhead(lines, index, before_end=index < after) else "paragraph")
            )
            if index > after and ends_open(line.text):
                flags.append("short lines after the body kept as paragraphs")
    if not any(line.type in {"paragraph", "dateline"} for line in kept):
        raise NormalizeError(f"no body was found, only {_what(kept)}: is it the whole page?")
    flags = list(dict.fromkeys(flags))
    return draft.but(lines=tuple(kept), flags=(*draft.flags, *flags), dropped=(*draft.dropped, *tags, *repeated))


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


def _drop_repeats(lines: list[Line], headline: str | None, authors: set[str]) -> tuple[list[Line], list[Dropped]]:
    """The headline where it stands again, and an outlet's or an author's name alone on a line, out."""
    kept: list[Line] = []
    gone: list[Dropped] = []
    for line in lines:
        if line.type is None and line.text == headline:
            gone.append(drop(STEP, "headline repeated", line.text))
        elif line.type is None and _OUTLET.fullmatch(line.text):
            gone.append(drop(STEP, "outlet's name", line.text))
        elif line.type is None and line.text in authors:
            gone.append(drop(STEP, "author's name", line.text))
        else:
            kept.append(line)
    return kept, gone


def _is_body(line: Line) -> bool:
    if line.type is not None:
        return line.type in {"paragraph", "dateline"}
    return is_prose(line.text) or bool(_CUE.fullmatch(line.text))


def _begin(lines: list[Line]) -> int | None:
    """Index of the first line of the body: running text, or the short sentences and quotations right before it."""
    begin = next((i for i, line in enumerate(lines) if _is_body(line) and line.type != "dateline"), None)
    if begin is None:
        return None
    first = next((i for i, line in enumerate(lines[:begin]) if line.type == "dateline"), begin)
    pictured = next((i for i, line in enumerate(lines[:first]) if line.type == "caption"), first)
    while first > 0:
        line = lines[first - 1]
        says = line.type is None and (_SAID.search(line.text) if first - 1 > pictured else _STOP.search(line.text))
        if not says:
            break
        first -= 1
    return first


def _drop_series_tags(lines: list[Line]) -> tuple[list[Line], list[Dropped]]:
    """`[○○리포트] …①` alone on a line above the body, out; a tag inside the headline stays in it."""
    begin = next((i for i, line in enumerate(lines) if line.type != "headline" and _is_body(line)), len(lines))
    tags = [i for i in range(begin) if lines[i].type is None and _SERIES.fullmatch(lines[i].text)]
    others = [i for i in range(begin) if lines[i].type in {None, "headline"} and i not in tags]
    if not others or begin == len(lines):
        return lines, []
    gone = [drop(STEP, "series tag", lines[i].text) for i in tags]
    return [line for i, line in enumerate(lines) if i not in tags], gone


def _is_plain(line: Line) -> bool:
    """A short line without a mark: alone it may be a sub-heading, with others it is a verse, a table, a list."""
    text = line.text
    return line.type is None and len(text) <= _LONGEST_PLAIN_SUBHEAD and not is_prose(text) and not _MARKED.match(text)


def _is_subhead(lines: list[Line], index: int, *, before_end: bool) -> bool:
    text = lines[index].text
    if _CUE.fullmatch(text) or _SPEAKER.fullmatch(text) or not ends_open(text):
        return False
    beside = (*lines[index - 1 : index], *lines[index + 1 : index + 2])
    if _MARKED.match(text):
        # One of several under the same mark is an item of a list.
        return len(text) <= _LONGEST_SUBHEAD and not any(
            line.text[0] == text[0] and line.type is None for line in beside
        )
    return (
        before_end
        and _is_plain(lines[index])
        and not (_ITEM.match(text) or _TELLS.search(text) or any(map(_is_plain, beside)))
    )
