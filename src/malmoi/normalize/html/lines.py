"""From pieces to lines: what the body's element holds, typed where the page says what it is, without its furniture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from malmoi.contacts import EMAIL
from malmoi.normalize.dateline import read_dateline
from malmoi.normalize.draft import Line, drop
from malmoi.normalize.furniture_lines import COPYRIGHT, LIST, TABLE, reason_for
from malmoi.normalize.header import read_header
from malmoi.normalize.html.names import CONTENT, TEXT_ELEMENT
from malmoi.normalize.html.page import is_heading
from malmoi.normalize.html.pictures import bare, find_captions
from malmoi.normalize.prose import ends_open, is_prose

if TYPE_CHECKING:
    from malmoi.model import BlockType, Dropped
    from malmoi.normalize.html.page import Element, Page, Piece

STEP = "html"

_LONGEST_SUBHEAD = 70
_ASKED = re.compile(r"[-–―—Q문▲▶◇◆△□■]\s?[.:]?\s?.*\?['\"”’]?$|Q[.\d:]")
_CUE = re.compile(
    r"[\[【(〈<◀▶]\s?(?:앵커|기자|인터뷰|리포트|VCR|녹취|현장음)|[\[【][^\]】/]{2,20}/[^\]】]{2,40}[\]】]$"
)
_UNFINISHED = re.compile(r"[가-힣\w,·'\"“‘(\-]$")
_LONG_LINE = 40
_CELL = 80
_TOLD = frozenset({
    "summary", "list of other articles", "copyright", "comments", "reporter's page", "subscribing", "tips", "hashtags",
})  # fmt: skip
_SHOWN = re.compile(r"[▲△]\s?\S")
_LONGEST_SHOWN = 200
_BOLD = 0.75
_SHORTEST_DEK, _LONGEST_DEK = 10, 200
_LONGEST_CODE = 12
_SHORTEST_PLAIN = 30
_STATES = ("다.", "다.”", '다."', "다.’", "다.'")
_DOUBTFUL_START = re.compile(r"[^가-힣A-Za-z0-9“\"‘']")
# Every alternative begins with a character of its own: that is what makes the search fast.
_DOUBTFUL = re.compile(
    r"ⓒ|©|@|=|☎|☏|▶|▷|☞|※|▲|△|사진|그래픽|삽화|일러스트|무단|제보|구독|저작권|기자단|취재단|자료\s?제공|금지"
    r"|/\s?(?:[가-힣]{2,6}\d?\s|[A-Z]{2})|습니다|니다\."
)
_NUMBER = re.compile(r"\d\d\d[^\w]{0,3}\d{4}")
_WORDS = re.compile(r"[가-힣]{2}")


class Origin(NamedTuple):
    """Where a line is from: the element of its first piece, and how its type was found."""

    text: str
    element: int
    source: str


class Found(NamedTuple):
    """The lines of an article, where each is from, and what of the page was left out."""

    lines: list[Line]
    origins: list[Origin]
    dropped: list[Dropped]


def body_lines(  # noqa: C901  one branch a kind of piece
    page: Page, root: int, headline: int | None, titles: list[str], end: int | None = None
) -> Found:
    """The lines of the body's element, and the pictures between the headline and it.

    Args:
        page: the page.
        root: number of the body's element.
        headline: number of the piece that is the headline.
        titles: headline and deks.
        end: the piece before which the body ends, if that is before its element does.
    """
    body = page.elements[root]
    end = body.last if end is None else min(end, body.last)
    begin = _lead_start(page, root, headline)
    captions = {caption.pieces[0]: caption for caption in find_captions(page, begin, end, root, titles)}
    in_caption = {number for caption in captions.values() for number in caption.pieces}
    found = Found([], [], [])
    skip = {bare(title) for title in titles}
    row: tuple[int, int] | None = None
    after_picture = ended = False
    running = [n for n in range(body.first, end) if page.pieces[n].prose and n not in in_caption]
    first_prose, last_prose = (running[0], running[-1]) if running else (end, end)
    for number in range(begin, end):
        piece = page.pieces[number]
        if caption := captions.get(number):
            found.lines.append(Line(caption.text, "caption", caption.copies))
            found.origins.append(Origin(caption.text, piece.element, caption.source))
        if number in in_caption:
            after_picture = False
            continue
        if piece.source is not None:
            after_picture = number >= body.first
            continue
        if number < body.first or (headline is not None and number <= headline):
            # Between headline and body only captions and deks are the article's; the rest is read elsewhere.
            if number > (headline or 0) and _is_dek(page, piece, begin) and bare(piece.text) not in skip:
                found.lines.append(Line(piece.text, "dek"))
                found.origins.append(Origin(piece.text, piece.element, "above the body"))
            continue
        if reason := _furniture(page, piece, root, begun=number > first_prose, behind=number > last_prose):
            found.dropped.append(drop(STEP, reason, piece.text))
            continue
        if not piece.prose and bare(piece.text) in skip:
            found.dropped.append(drop(STEP, "headline repeated", piece.text))
            continue
        ended = ended or (not piece.prose and reason_for(piece.text) == COPYRIGHT)
        if after_picture and _SHOWN.match(piece.text) and len(piece.text) <= _LONGEST_SHOWN:
            found.lines.append(Line(piece.text, "caption"))
            found.origins.append(Origin(piece.text, piece.element, "▲ behind a picture"))
            after_picture = False
            continue
        kind, source = _type(page, piece, root, before=number < first_prose, behind=number > last_prose, ended=ended)
        joined = _joins(page, found, piece, kind, row)
        row = _row(page, piece, root)
        if joined:
            last = found.lines[-1]
            found.lines[-1] = Line(f"{last.text} {piece.text}", last.type, last.copies, last.hint)
            found.origins[-1] = found.origins[-1]._replace(text=found.lines[-1].text)
        else:
            found.lines.append(Line(piece.text, kind, hint=after_picture and kind is None))
            found.origins.append(Origin(piece.text, piece.element, source))
        after_picture = False
    return found


def around_body(page: Page, root: int, end: int | None = None) -> list[Dropped]:
    """What is left out beside the body: summaries, lists, notices, comments; menus and advertising are not told.

    Args:
        page: the page.
        root: number of the body's element.
        end: the piece before which the body ends, if that is before its element does.
    """
    body = page.elements[root]
    last = body.last if end is None else min(end, body.last)
    dropped: list[Dropped] = []
    for number, piece in enumerate(page.pieces):
        outside = number < body.first or number >= last
        if not outside or piece.source is not None or not page.elements[piece.element].furniture:
            continue
        roles = [outer.role for outer in page.lineage(piece.element) if outer.role in _TOLD]
        if roles and roles[-1]:
            dropped.append(drop(STEP, roles[-1], piece.text))
    return dropped


def _lead_start(page: Page, root: int, headline: int | None) -> int:
    """The piece behind the headline, if it stands before the body in the same part of the page."""
    body = page.elements[root]
    if headline is None or headline >= body.first:
        return body.first
    near = next((outer for outer in page.lineage(root)[1:] if outer.first <= headline < outer.last), None)
    return headline + 1 if near is not None else body.first


def _is_dek(page: Page, piece: Piece, begin: int) -> bool:
    """Whether a piece between headline and body is a dek by its element's name or rank."""
    if page.elements[piece.element].furniture or piece.linked or len(piece.text) > _LONGEST_DEK:
        return False
    if EMAIL.search(piece.text) or reason_for(piece.text) or read_header(piece.text) or not _WORDS.search(piece.text):
        return False
    named = [
        outer
        for outer in page.lineage(piece.element)
        if (outer.first >= begin and (outer.role in {"dek", "subhead"} or outer.tag in {"h2", "h3", "h4"}))
        or (outer.role == "headline" and len(piece.text) >= _SHORTEST_DEK)
    ]
    return bool(named) and not any(_is_summary(page, outer) for outer in named)


def _is_summary(page: Page, element: Element) -> bool:
    """Whether what is called a dek is a summary made by a machine: it says so."""
    return any(TABLE.summary_start.fullmatch(piece.text) for piece in page.pieces[element.first : element.first + 2])


def _furniture(  # noqa: PLR0911  one return a reason
    page: Page, piece: Piece, root: int, *, begun: bool, behind: bool
) -> str | None:
    """Why a piece of the body's element is none of the body."""
    size = len(piece.text)
    most = 0.4 * page.elements[root].prose
    for outer in page.lineage(piece.element):
        if outer.index == root:
            break
        if outer.role == "byline" and piece.prose and begun and outer.prose <= most / 2:
            return "reporter's page"
        if outer.role == "copyright" and reason_for(piece.text) == COPYRIGHT:
            return None  # the chain drops it, and what stands behind it
        if outer.role is not None and outer.role not in CONTENT and outer.prose <= most:
            return outer.role
        if outer.role is None and outer.furniture and not page.elements[outer.parent].furniture:
            return LIST
    if not begun and size <= _LONGEST_CODE and not _WORDS.search(piece.text) and not any(map(str.isdigit, piece.text)):
        return "page controls"
    if (
        size <= _LONGEST_SUBHEAD
        and not piece.prose
        and _row(page, piece, root) is None
        and (reason := reason_for(piece.text)) not in {None, COPYRIGHT}
    ):
        return reason
    if piece.linked >= size * 0.9 and not piece.prose and (size > 12 or behind):  # noqa: PLR2004  a linked name may head a line
        return "link"
    return None


def _type(  # noqa: PLR0911, PLR0913  one return a kind; where the piece stands, in words
    page: Page, piece: Piece, root: int, *, before: bool, behind: bool, ended: bool
) -> tuple[BlockType | None, str]:
    text = piece.text
    short = len(text) <= _LONGEST_SUBHEAD
    if _CUE.match(text) or (piece.prose and not before and not ended and _is_plain(text)):
        return "paragraph", "text"
    if piece.prose and page.elements[piece.element].names == TEXT_ELEMENT and read_dateline(text) is None:
        return "paragraph", "text"
    for outer in page.lineage(piece.element):
        if outer.index == root:
            break
        if before and outer.role in {"dek", "subhead"} and len(text) <= _LONGEST_DEK and outer.prose <= 300:  # noqa: PLR2004  longer is a body
            return "dek", f"named {outer.role}"
        if outer.role in {"dek", "subhead"} and short and not piece.prose and not before:
            return "subhead", f"named {outer.role}"
        if is_heading(outer) and short and not behind:
            return ("dek" if before else "subhead"), f"<{outer.tag}>"
    bold = piece.bold >= _BOLD * len(text)
    if bold and short and ends_open(text) and not _ASKED.match(text) and not before and not behind:
        return "subhead", "bold line"
    return None, "text"


def _is_plain(text: str) -> bool:
    """Whether running text is beyond doubt: a sentence to its end, with no sign of a caption, contact or notice in it.

    Most paragraphs are, and the chain need not read them again.
    """
    if len(text) < _SHORTEST_PLAIN or not text.endswith(_STATES) or _DOUBTFUL_START.match(text):
        return False
    return not (_DOUBTFUL.search(text) or _NUMBER.search(text))


def _row(page: Page, piece: Piece, root: int) -> tuple[int, int] | None:
    """The table row of a short cell: row and table."""
    if len(piece.text) > _CELL or not page.has_rows:
        return None
    row: int | None = None
    for outer in page.lineage(piece.element):
        if outer.index == root:
            break
        if outer.tag == "tr":
            row = outer.index
        elif outer.tag == "table" and row is not None:
            return row, outer.index
    return None


def _joins(page: Page, found: Found, piece: Piece, kind: str | None, row: tuple[int, int] | None) -> bool:
    """Whether a piece goes on with the line before: a cell of its row, or a line broken in mid-sentence."""
    if not found.lines or kind is not None:
        return False
    last = found.lines[-1]
    if last.type is not None:
        return False
    if row is not None and not piece.prose and _same_row(page, piece, row):
        return True
    return (
        piece.broken and len(last.text) >= _LONG_LINE and bool(_UNFINISHED.search(last.text)) and is_prose(piece.text)
    )


def _same_row(page: Page, piece: Piece, row: tuple[int, int]) -> bool:
    return len(piece.text) <= _CELL and page.within(piece.element, row[0])
