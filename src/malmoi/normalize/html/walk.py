"""One walk over the tree: the page's texts and pictures in document order, and the elements that hold them.

Everything after this works on two flat lists. A text is what stands between two block boundaries or line breaks,
inline elements joined; it knows its element, and how much of it is a link or bold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.normalize.furniture_lines import LIST, reason_for
from malmoi.normalize.html.names import CONTENT, FRAME_TAGS, Role, meaning_of
from malmoi.normalize.html.page import HEADINGS, Element, Page, Piece
from malmoi.normalize.prose import is_prose

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SKIPPED = frozenset({
    "audio", "base", "canvas", "datalist", "dialog", "embed", "head", "iframe", "input", "link", "map", "meta", "nav",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "title", "video",
})  # fmt: skip
_INLINE = frozenset({
    "-text", "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_BOLD = frozenset({"b", "strong"})
_PICTURES = frozenset({"img", "amp-img", "image"})
_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "src")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\s*(\d{1,4})(?:px)?\s*$")
_ICON = re.compile(
    r"[/_\-.](?:ico|icon|icons|btn|button|blank|bullet|logo|spacer|banner|bnr|sns|emoticon|pixel|loading|clear|"
    r"1x1|dot|arrow|share|kakao|facebook|twitter|thumb_profile|profile|reporter|ad)(?:[/_\-.\d]|$)"
)
_LISTS = frozenset({"ul", "ol", "dl"})
_ENDINGS = ("다", "요", "죠")
_FEWEST_LINKS, _SMALLEST_MENU = 4, 20
_MENU = 0.8
_SMALLEST = 60
_LONGEST_ICON_TEXT = 20
_SHARE = 0.35
_NAMED = frozenset({"id", "class", "itemprop"})
_CENTURIES = frozenset({"19", "20"})
_STAMP = re.compile(r"(?:19|20)\d\d[-./]?\d\d[-./]?\d\d[T\s]?\d\d:?\d\d")
_SHORTEST_STAMP = 12
_LISTING = frozenset({LIST, "comments", "subscribing"})
_LONGEST_HEADING = 30
_LARGEST_CARD, _FEWEST_CARDS, _FEWEST_CARD_TEXTS, _MOST_CARD_TEXTS, _SHORTEST_TITLE = 260, 3, 2, 5, 8
_WHEN = re.compile(
    r"\d{1,2}\s?(?:분|시간|일|주|개월)\s?전|어제|오늘|방금|(?:20)?\d\d[./-]\d\d?[./-]\d\d?\.?(?:\s\d\d:\d\d)?"
)
_DEEPEST = 2_000
"""Elements nested deeper than this are not walked: no page of a person has a hundredth of it."""


def walk(top: LexborNode, *, hidden: bool = False) -> Page:
    """The pieces and elements below a node.

    Args:
        top: the body.
        hidden: walk also what the page does not show.
    """
    return _Walker(top, hidden=hidden).walk()


class _Walker:
    def __init__(self, top: LexborNode, *, hidden: bool) -> None:
        self.top = top
        self.page = Page()
        self.shows_hidden = hidden
        self.parts: list[str] = []
        self.linked = self.bold = 0
        self.in_link = self.in_bold = 0
        self.breaks = 2
        self.titled: set[int] | None = None

    def walk(self) -> Page:  # noqa: C901, PLR0912  one loop: a call a node costs as much as its work
        page, parts = self.page, self.parts
        top = self.top
        names, _, _ = self._read(top.attributes, 0)
        page.elements.append(Element(0, -1, top.tag or "body", names, None))
        stack: list[tuple[LexborNode | None, str, int]] = []
        current = 0
        node: LexborNode | None = top.child
        while True:
            while node is None:
                if not stack:
                    self.flush(current)
                    self._sum()
                    return page
                node, tag, outer = stack.pop()
                if tag:
                    self._leave_inline(tag)
                else:
                    if parts:
                        self.flush(current)
                    self.breaks = 2
                    page.elements[current].last = len(page.pieces)
                    current = outer
            if (text := node.text_content) is not None:
                if text and (parts or not text.isspace()):
                    self._text(text)
                node = node.next
                continue
            tag = node.tag or "-"
            if tag == "br":
                if parts:
                    self.flush(current)
                self.breaks += 1
            elif tag in _PICTURES:
                self._picture(node, current)
            elif tag[0] not in "-_!" and tag not in _SKIPPED and len(stack) < _DEEPEST:
                inner, opened = self._open(node, tag, current)
                if opened is not None:
                    stack.append((node.next, opened, current))
                    if not opened:
                        current = len(page.elements) - 1
                    node = inner
                    continue
            node = node.next

    def _open(self, node: LexborNode, tag: str, current: int) -> tuple[LexborNode | None, str | None]:
        """Where the walk goes on inside an element, and what it leaves there: an inline element's tag, "" for a block.

        None for an element that it does not enter.
        """
        attributes = node.attributes
        names, role, hidden = self._read(attributes, current) if attributes else ("", None, False)
        if hidden and not self.shows_hidden:
            return None, None
        role = FRAME_TAGS.get(tag, role)
        if role == "advertising" and _is_empty_slot(node):
            return None, None
        child = node.child
        # An inline element that its names make a caption, a date or a byline is a place of its own.
        if role is None and tag in _INLINE:
            if child is None:
                return None, None
            self._enter_inline(tag)
            return child, tag
        if self.parts:
            self.flush(current)
        self.breaks = 2
        inside = self._enter(tag, names, role, current)
        named = role is not None and role not in CONTENT
        menu = (named or tag in _LISTS) and self._is_menu(node, inside)
        return (None if menu else child), ""

    def _read(self, attributes: dict[str, str | None], current: int) -> tuple[str, Role | None, bool]:
        """Id, classes and itemprop of an element, its role by them, and whether it is hidden; dates are kept."""
        parts: list[str] = []
        hidden = False
        for key, value in attributes.items():
            if key in _NAMED:
                if value:
                    parts.append(value)
            elif key == "hidden":
                hidden = True
            elif value:
                if key == "style":
                    hidden = hidden or bool(_UNSEEN.search(value.lower()))
                elif value[:2] in _CENTURIES and len(value) >= _SHORTEST_STAMP and _STAMP.match(value):
                    self.page.stamps.append((current, f"{' '.join(parts)} {key}", value))
        if not parts:
            return "", None, hidden
        names = " ".join(parts).lower()
        role, unseen = meaning_of(names)
        return names, role, hidden or unseen

    def _enter(self, tag: str, names: str, role: Role | None, outer: int) -> int:
        elements = self.page.elements
        element = Element(len(elements), outer, tag, names, role)
        element.first = len(self.page.pieces)
        elements.append(element)
        self.page.has_rows = self.page.has_rows or tag == "tr"
        return element.index

    def _is_menu(self, node: LexborNode, current: int) -> bool:
        """Whether an element is a list of links, or furniture without a sentence: its text is one piece then."""
        role = self.page.elements[current].role
        listed = role is None or role in CONTENT
        if not listed and node.mem_id in self._titled():
            return False
        raw = node.text(separator=" ")
        if len(raw) < _SMALLEST_MENU or any(part.endswith(_ENDINGS) for part in raw.split(".")[:-1]):
            return False
        if listed:
            # Counted, not measured: a menu has a link in almost every item.
            links = len(node.css("a"))
            if links < _FEWEST_LINKS or links < _MENU * len(node.css("li, dd, dt")):
                return False
        piece = Piece(" ".join(raw.split()), current)
        piece.linked = len(piece.text)
        if piece.text:
            self.page.pieces.append(piece)
        return True

    def _titled(self) -> set[int]:
        """The elements that are or hold an `<h1>` or `<h2>`: to ask each of them is slower than to find all once."""
        if self.titled is None:
            self.titled = set()
            for title in self.top.css("h1, h2"):
                outer: LexborNode | None = title
                while outer is not None and outer.mem_id not in self.titled:
                    self.titled.add(outer.mem_id)
                    outer = outer.parent
        return self.titled

    def _enter_inline(self, tag: str) -> None:
        if tag == "a":
            self.in_link += 1
        elif tag in _BOLD:
            self.in_bold += 1

    def _leave_inline(self, tag: str) -> None:
        if tag == "a":
            self.in_link -= 1
        elif tag in _BOLD:
            self.in_bold -= 1

    def _text(self, text: str) -> None:
        size = len(text)
        self.parts.append(text)
        if self.in_link:
            self.linked += size
        if self.in_bold:
            self.bold += size

    def _picture(self, node: LexborNode, current: int) -> None:
        attributes = node.attributes
        source = next((value for key in _SOURCES if (value := attributes.get(key))), "")
        alternative = " ".join((attributes.get("alt") or "").split())
        sizes = [int(found[1]) for key in ("width", "height") if (found := _NUMBER.match(attributes.get(key) or ""))]
        if sizes and min(sizes) < _SMALLEST:
            return
        if len(alternative) < _LONGEST_ICON_TEXT and _ICON.search(f"/{source.rsplit('?', 1)[0].lower()}"):
            return
        if any(part.strip() for part in self.parts):
            self.flush(current)
        picture = Piece(alternative, current, source)
        picture.linked = self.in_link
        self.page.pieces.append(picture)
        self.breaks = 2

    def flush(self, current: int) -> None:
        """End the text that is being read, if there is one."""
        parts = self.parts
        if not parts:
            return
        whole = parts[0] if len(parts) == 1 else "".join(parts)
        text = " ".join(whole.split())
        if text:
            piece = Piece(text, current)
            piece.broken = self.breaks == 1
            if self.linked:
                piece.linked = len(text) if self.linked >= len(whole) else min(self.linked, len(text))
            if self.bold:
                piece.bold = len(text) if self.bold >= len(whole.strip()) else min(self.bold, len(text))
            self.page.pieces.append(piece)
            self.breaks = 0
        parts.clear()
        self.linked = self.bold = 0

    def _card_lists(self) -> set[int]:
        """Elements that hold three or more cards of other articles: a title, a teaser or a time, often a picture."""
        beside: dict[tuple[int, str], list[Element]] = {}
        for element in self.page.elements[1:]:
            if 0 < element.size <= _LARGEST_CARD and element.last - element.first > 1:
                beside.setdefault((element.parent, element.tag), []).append(element)
        lists: set[int] = set()
        for (parent, _), elements in beside.items():
            if len(elements) < _FEWEST_CARDS:
                continue
            boxes: dict[str, list[Element]] = {}
            for element in elements:
                boxes.setdefault(_DIGITS.sub("", element.names), []).append(element)
            if any(len(alike) >= _FEWEST_CARDS and all(map(self._is_card, alike)) for alike in boxes.values()):
                lists.add(parent)
        return lists

    def _is_card(self, element: Element) -> bool:
        texts = [piece for piece in self.page.pieces[element.first : element.last] if piece.source is None]
        if not _FEWEST_CARD_TEXTS <= len(texts) <= _MOST_CARD_TEXTS:
            return False
        headed = not texts[0].prose and texts[1].prose and len(texts[0].text) >= _SHORTEST_TITLE
        return headed or any(_WHEN.fullmatch(piece.text) for piece in texts[1:])

    def _headed_as_list(self, element: Element) -> bool:
        """Whether the first thing in an element says that other articles, or comments, follow."""
        for piece in self.page.pieces[element.first : element.first + 2]:
            if piece.source is None:
                reason = reason_for(piece.text) if len(piece.text) <= _LONGEST_HEADING else None
                return reason in _LISTING and element.size > 2 * len(piece.text)
        return False

    def _sum(self) -> None:
        """How much text and how many pictures each element holds, and what is furniture."""
        elements = self.page.elements
        elements[0].last = len(self.page.pieces)
        for piece in self.page.pieces:
            element = elements[piece.element]
            if piece.source is not None:
                element.pictures += 1
                continue
            size = len(piece.text)
            element.size += size
            if piece.linked * 2 < size and element.role != "headline" and element.tag not in HEADINGS:
                piece.prose = is_prose(piece.text)
                if piece.prose:
                    element.prose += size - piece.linked
        own = [element.prose for element in elements]
        for element in reversed(elements[1:]):
            outer = elements[element.parent]
            outer.prose += element.prose
            outer.size += element.size
            outer.pictures += element.pictures
        most = _SHARE * elements[0].prose
        cards = self._card_lists()
        for element in elements[1:]:
            inside = elements[element.parent].furniture
            named = element.role is not None and element.role not in CONTENT and element.prose <= most
            if not (named or inside) and 0 < element.prose <= 2 * most:
                named = element.index in cards or self._headed_as_list(element)
            element.furniture = named or inside
            element.kept = 0 if element.furniture else own[element.index]
        elements[0].kept = own[0]
        for element in reversed(elements[1:]):
            elements[element.parent].kept += element.kept


def _is_empty_slot(node: LexborNode) -> bool:
    """Whether an element is an advertisement's empty place: it parts no sentence that it stands in."""
    return not node.text(strip=True) and node.css_first("img") is None
