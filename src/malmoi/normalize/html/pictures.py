"""The text shown for each picture: captions parted from the body, and attached where they stand.

A caption is found by what the page calls it (`figcaption`, a caption's class), by sharing a small box with its
picture and nothing else, or by following the picture and reading like one (left to the chain's evidence: the line
carries a hint). Alternative text counts only where nothing is shown, and only if it says something.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from malmoi.normalize.captions import Evidence, read_parts
from malmoi.normalize.furniture_lines import reason_for
from malmoi.normalize.header import read_header
from malmoi.normalize.html.names import CONTENT
from malmoi.normalize.prose import is_prose

if TYPE_CHECKING:
    from malmoi.normalize.html.page import Element, Page, Piece

_LARGEST_BOX = 700
_LARGEST_PLAIN_BOX = 320
_MOST_PICTURES = 4
_SHORTEST_ALTERNATIVE = 8
_BOX_TAGS = frozenset({
    "figure", "table", "tbody", "tr", "td", "div", "span", "center", "dl", "dt", "dd", "li", "p", "a", "em", "section",
    "amp-figure",
})  # fmt: skip
_PICTURE_BOX = re.compile(
    r"(?:^|[\s_-])(?:photo|img|image|pic|picture|figure|fig|thumb?|gallery|slide|media|visual|cap)", re.IGNORECASE
)
_SAYS_NOTHING = re.compile(
    r"(?:기사|본문|관련|대표|뉴스|첨부|썸네일|원본|상세)?\s?(?:이미지|사진|포토|그림|썸네일|이미지\s?사진|사진\s?설명|이미지\s?설명|사진\s?\d+|이미지\s?\d+|\d+)"
    r"(?:\s?(?:설명|보기|확대|크게\s?보기|없음|닫기|입니다\.?))?|[\w\-.%/]+\.(?:jpe?g|png|gif|webp|bmp)|[\W\d_a-zA-Z]*",
    re.IGNORECASE,
)
_HANGUL_WORD = re.compile(r"[가-힣]{2,}")
_LABEL = re.compile(r"^(?:사진\s?설명|사진설명|이미지\s?설명|캡션)\s*[:：]?\s*")


class Caption(NamedTuple):
    """A caption and the pieces that are it.

    Attributes:
        text: all that is shown for the picture, white space folded.
        pieces: numbers of the pieces that it is made of, the picture's among them.
        copies: how often it is shown.
        source: how it was found.
    """

    text: str
    pieces: tuple[int, ...]
    copies: int
    source: str


def find_captions(page: Page, begin: int, end: int, root: int, titles: list[str]) -> list[Caption]:
    """The captions among the pieces from `begin` to before `end`.

    Args:
        page: the page.
        begin: number of the first piece.
        end: number behind the last.
        root: the body's element: no box reaches beyond it.
        titles: headline and deks; alternative text that repeats one is no caption.
    """
    finder = _Finder(page, begin, end, root, [bare(title) for title in titles])
    finder.find()
    return sorted(finder.found, key=lambda caption: caption.pieces)


def bare(text: str) -> str:
    """A text without spaces and marks, for comparing."""
    return "".join(filter(str.isalnum, text))


class _Finder:
    def __init__(self, page: Page, begin: int, end: int, root: int, titles: list[str]) -> None:
        self.page, self.begin, self.end, self.root, self.titles = page, begin, end, root, titles
        self.found: list[Caption] = []
        self.taken: set[int] = set()

    def find(self) -> None:
        page = self.page
        named = any(element.role == "caption" for element in page.elements)
        boxes = {
            box.index: box
            for piece in page.pieces[self.begin : self.end]
            if named and piece.source is None and not page.elements[piece.element].furniture
            for box in [self._named(piece.element)]
            if box is not None
        }
        for box in boxes.values():
            self._take(box, "named caption")
        for number in range(self.begin, self.end):
            piece = page.pieces[number]
            if piece.source is None or number in self.taken or page.elements[piece.element].furniture:
                continue
            if shared := self._box(piece):
                self._take(shared, "shares a box with its picture")
        self._alternatives()

    def _named(self, element: int) -> Element | None:
        """The outermost element around one that is called a caption, if it is small enough to be one."""
        found: Element | None = None
        for outer in self.page.lineage(element):
            if self._is_around_body(outer):
                break
            if outer.role == "caption" and outer.size <= _LARGEST_BOX:
                found = outer
        if found is None:
            return None
        if found.tag == "figcaption":
            return found
        # A name alone proves nothing: there is a picture near, or it reads like a caption.
        near = self._has_picture_near(found)
        text = self._text(found)
        return found if near or read_parts(text).evidence() is not Evidence.NONE else None

    def _is_around_body(self, element: Element) -> bool:
        """Whether an element is the body's or holds it; what stands between headline and body does not."""
        return element.index <= self.root and element.last > self.page.elements[self.root].first

    def _has_picture_near(self, element: Element) -> bool:
        outer: Element | None = element
        for _ in range(3):
            if outer is None or self._is_around_body(outer):
                break
            if outer.pictures:
                return True
            outer = self.page.elements[outer.parent] if outer.parent >= 0 else None
        before = self.page.pieces[max(0, element.first - 2) : element.first]
        behind = self.page.pieces[element.last : element.last + 1]
        return any(piece.source is not None for piece in (*before, *behind))

    def _box(self, picture: Piece) -> Element | None:  # noqa: C901  every break is a reason of its own
        """The largest element around a picture that holds nothing but it and a caption's worth of text."""
        best: Element | None = None
        called = False
        for outer in self.page.lineage(picture.element):
            if self._is_around_body(outer) or outer.tag not in _BOX_TAGS:
                break
            if outer.pictures > _MOST_PICTURES or outer.size > _LARGEST_BOX:
                break
            if outer.role is not None and outer.role != "caption":
                break
            called = called or outer.tag == "figure" or bool(_PICTURE_BOX.search(outer.names))
            if not outer.size:
                continue
            texts = self._pieces(outer)
            shown = [piece for piece in texts if reason_for(piece.text) is None]
            if not shown:
                continue
            if outer.tag != "figure" and all(piece.linked for piece in shown):
                break  # a link to another article, with its picture
            if outer.pictures > 1 and len(shown) > 1:
                break
            if not called and (outer.size > _LARGEST_PLAIN_BOX or not self._plain_box(outer, shown)):
                break
            if called and len(shown) > 4:  # noqa: PLR2004  title, description, credit and date of a picture
                break
            best = outer
            if outer.tag == "figure":
                break
        return best

    def _plain_box(self, box: Element, shown: list[Piece]) -> bool:
        """Whether the text in an unnamed box around a picture can be its caption: it looks like one."""
        if not shown or len(shown) > 2:  # noqa: PLR2004  a description and its credit
            return False
        text = " ".join(piece.text for piece in shown)
        evidence = read_parts(text).evidence()
        if evidence is not Evidence.NONE:
            return True
        # In a box of its own a sentence or a name of what is seen is its caption; a paragraph is no box.
        return box.tag not in {"p", "a"} or not is_prose(text)

    def _pieces(self, box: Element) -> list[Piece]:
        return [piece for piece in self.page.pieces[box.first : box.last] if piece.source is None]

    def _text(self, box: Element) -> str:
        return " ".join(piece.text for piece in self._pieces(box))

    def _take(self, box: Element, source: str) -> None:
        numbers = [number for number in range(box.first, box.last) if number not in self.taken]
        texts: list[str] = []
        for number in numbers:
            piece = self.page.pieces[number]
            if piece.source is None and not self._is_furniture(piece, box):
                texts.append(piece.text)
        if not texts:
            return
        copies = 1
        kept: list[str] = []
        for text in texts:
            text = _LABEL.sub("", text)  # noqa: PLW2901  the label of a caption is none of it
            if kept and bare(text) == bare(kept[-1]):
                copies = 2
            elif text:
                kept.append(text)
        if not kept:
            return
        pictures = self._pictures_of(box)
        self.taken.update(numbers, pictures)
        self.found.append(Caption(" ".join(kept), tuple(sorted({*numbers, *pictures})), copies, source))

    def _is_furniture(self, piece: Piece, box: Element) -> bool:
        if reason_for(piece.text) is not None or read_header(piece.text) is not None:
            return True
        return any(
            outer.role is not None and outer.role not in CONTENT
            for outer in self.page.lineage(piece.element)
            if outer.index > box.index
        )

    def _pictures_of(self, box: Element) -> list[int]:
        """The pictures that a caption is shown for: in its box, else in the element around, else right before it."""
        outer: Element | None = box
        for _ in range(4):
            if outer is None or self._is_around_body(outer):
                break
            inside = [n for n in range(outer.first, outer.last) if self.page.pieces[n].source is not None]
            if inside:
                return inside if len(inside) <= _MOST_PICTURES else []
            outer = self.page.elements[outer.parent] if outer.parent >= 0 else None
        if box.first and self.page.pieces[box.first - 1].source is not None:
            return [box.first - 1]
        return []

    def _alternatives(self) -> None:
        """Alternative text of pictures for which nothing is shown."""
        pieces = self.page.pieces
        shown = {bare(caption.text) for caption in self.found}
        for number in range(self.begin, self.end):
            piece = pieces[number]
            if piece.source is None or number in self.taken or self.page.elements[piece.element].furniture:
                continue
            text = _LABEL.sub("", piece.text)
            following = pieces[number + 1] if number + 1 < self.end else None
            plain = bare(text)
            if (
                len(text) < _SHORTEST_ALTERNATIVE
                or _SAYS_NOTHING.fullmatch(text)
                or len(_HANGUL_WORD.findall(text)) < 2  # noqa: PLR2004  one word names, two describe
                or any(self._repeats(plain, title) for title in self.titles)
                or any(plain in other or other in plain for other in shown)
                or (following is not None and following.source is None and plain[:20] in bare(following.text))
                or piece.linked
                or self._in_furniture(piece)
            ):
                continue
            shown.add(plain)
            self.taken.add(number)
            self.found.append(Caption(text, (number,), 1, "alternative text"))

    def _in_furniture(self, piece: Piece) -> bool:
        """Whether a picture stands in furniture that only its element's role tells."""
        return any(
            outer.role is not None and (outer.role not in CONTENT or outer.role == "byline")
            for outer in self.page.lineage(piece.element)
            if not self._is_around_body(outer)
        )

    @staticmethod
    def _repeats(plain: str, title: str) -> bool:
        return bool(title) and (plain in title or title in plain or _alike(plain, title))


def _alike(one: str, other: str) -> bool:
    """Whether two bare texts share most of their pairs of characters."""
    first, second = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return bool(first and second) and len(first & second) >= 0.8 * min(len(first), len(second))
