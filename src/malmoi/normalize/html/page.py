"""What the walk makes of a page: its texts and pictures in document order, and the elements that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from malmoi.normalize.html.names import Role

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Element:
    """An element that holds blocks: its place in the tree and what was found in it.

    Attributes:
        index: its number in `Page.elements`, which is document order.
        parent: the number of the element around it, -1 at the top.
        tag: in lower case.
        names: id, classes and itemprop, in lower case, parted by spaces.
        role: what its names say it is.
        furniture: whether its names, or those of an element around it, say that it is none of the article's; what
            holds more than a third of the page's running text is no furniture, whatever it is called.
        prose: characters of running text in it that are no link.
        kept: the same without what stands in furniture.
        size: characters of text in it.
        pictures: pictures in it.
        first: number of its first piece.
        last: number behind its last piece.
    """

    __slots__ = (
        "first", "furniture", "index", "kept", "last", "names", "parent", "pictures", "prose", "role", "size", "tag",
    )  # fmt: skip

    def __init__(  # noqa: D107  see the class: made in one place, some hundred a page
        self, index: int, parent: int, tag: str, names: str, role: Role | None
    ) -> None:
        self.index, self.parent, self.tag, self.names, self.role = index, parent, tag, names, role
        self.prose = self.kept = self.size = self.pictures = self.first = self.last = 0
        self.furniture = False


class Piece:
    """A text, or a picture if `source` is not None, at its place in the page.

    Attributes:
        text: with single spaces; of a picture its alternative text.
        element: number of the element that it stands in.
        linked: characters of the text that are in a link; of a picture more than 0 if it is one.
        bold: characters of the text that are bold.
        broken: a single line break, not a block boundary, is all that parts it from the text before.
        source: address of a picture.
        prose: whether it reads like running text.
    """

    __slots__ = ("bold", "broken", "element", "linked", "prose", "source", "text")

    def __init__(self, text: str, element: int, source: str | None = None) -> None:  # noqa: D107  see the class
        self.text, self.element, self.source = text, element, source
        self.linked = self.bold = 0
        self.broken = self.prose = False


class Page:
    """The pieces and elements of a page, and the `<time>` and other dates that its attributes carry."""

    def __init__(self) -> None:  # noqa: D107  see the class
        self.pieces: list[Piece] = []
        self.elements: list[Element] = []
        self.stamps: list[tuple[int, str, str]] = []
        """Element number, its names, and the value of a `datetime` or `data-date…` attribute."""
        self.has_rows = False
        """Whether it has a table."""
        self._lineages: dict[int, tuple[Element, ...]] = {}

    def within(self, element: int, root: int) -> bool:
        """Whether an element is `root` or inside it."""
        while element > root:
            element = self.elements[element].parent
        return element == root

    def lineage(self, element: int) -> tuple[Element, ...]:
        """The element and those around it, from the inside out."""
        known = self._lineages.get(element)
        if known is None:
            found: list[Element] = []
            at = element
            while at >= 0:
                found.append(self.elements[at])
                at = found[-1].parent
            known = self._lineages[element] = tuple(found)
        return known


def is_heading(element: Element) -> bool:
    """Whether the element is `<h1>` to `<h6>`."""
    return element.tag in HEADINGS
