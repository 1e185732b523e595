"""Which element holds the article: by what is in it, and by the names that `profiles.tsv` knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from malmoi.normalize.html.names import BODIES, body_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.normalize.html.page import Element, Page

_ALMOST_ALL = 0.9
_MOST = 0.55
_PART = 0.12
_TEXT_TAGS = frozenset({"p", "li", "td", "tr", "blockquote", "dd", "section"})
_ENOUGH = 0.3
_FEWEST = 40
_SIBLING = 0.4
_SHORTEST_HEADLINE = 8


class Body(NamedTuple):
    """The element that holds the body, and how it was found; `end` is the piece that it goes to, if not to its last."""

    element: int
    source: str
    end: int | None = None


def find_body(page: Page, headline: int | None) -> Body | None:
    """The element with the article's running text; None where the page has none.

    Args:
        page: the page.
        headline: number of the piece that is the headline: articles behind others come after theirs.
    """
    end = _next_article(page, headline)
    if end is not None:
        _cut(page, end)
    found = _find(page, headline)
    return found._replace(end=end) if found else None


def _next_article(page: Page, headline: int | None) -> int | None:
    """The piece that heads another whole article behind this one: it stands in the same kind of element."""
    if headline is None:
        return None
    element = page.elements[page.pieces[headline].element]
    if not element.names or element.furniture:
        return None
    for number in range(headline + 2, len(page.pieces)):
        piece = page.pieces[number]
        other = page.elements[piece.element]
        alike = (
            other is not element and (other.tag, other.names) == (element.tag, element.names) and not other.furniture
        )
        if alike and len(piece.text) >= _SHORTEST_HEADLINE and piece.text != page.pieces[headline].text:
            between = sum(len(p.text) for p in page.pieces[headline + 1 : number] if p.prose)
            return number if between >= 3 * _FEWEST else None
    return None


def _cut(page: Page, end: int) -> None:
    """What stands behind a piece counts for nothing in the choice."""
    for piece in page.pieces[end:]:
        if piece.prose and not page.elements[piece.element].furniture:
            for element in page.lineage(piece.element):
                element.kept -= len(piece.text) - piece.linked


def _find(page: Page, headline: int | None) -> Body | None:
    found = _densest(page, headline)
    known = list(_known(page, headline))
    if found is None:
        best = max(known, key=lambda pair: pair[0].size, default=None)
        return Body(best[0].index, _profile(best[1])) if best and best[0].size >= _FEWEST else None
    prose = page.elements[found].kept
    enough = [
        (element, name)
        for element, name in known
        if element.kept >= _ENOUGH * prose or page.within(found, element.index)
    ]
    # A page of several articles: the first; a body in a body: the inner one, unless it is a part only.
    for element, name in enough:
        inner = [
            (other, its)
            for other, its in known
            if other is not element and page.within(other.index, element.index) and other.kept >= 0.9 * element.kept
        ]
        chosen, name = inner[-1] if inner else (element, name)  # noqa: PLW2901  the inner one takes its place
        if page.within(found, chosen.index) and chosen.kept > 2 * prose:
            continue
        return Body(chosen.index, _profile(name))
    return Body(found, "densest text")


def _profile(name: str) -> str:
    return f"{BODIES[name]} ({name})"


def _known(page: Page, headline: int | None) -> Iterator[tuple[Element, str]]:
    for element in page.elements:
        if element.size and not element.furniture and (name := body_name(element.names)):
            if headline is not None and element.last <= headline:
                continue
            yield element, name


def _densest(page: Page, headline: int | None) -> int | None:
    """Down from the top, into the child that holds most of the running text, while one does."""
    children: dict[int, list[Element]] = {}
    for element in page.elements[1:]:
        if element.kept:
            children.setdefault(element.parent, []).append(element)
    current = 0
    if page.elements[0].kept < _FEWEST:
        return None
    while inside := children.get(current):
        best = max(inside, key=lambda element: element.kept)
        share = best.kept / page.elements[current].kept
        if share >= _ALMOST_ALL or (share >= _MOST and not _is_part(best, inside)):
            current = best.index
        elif article := _first_article(page, inside, current, headline):
            current = article.index
        else:
            break
    return current


def _is_part(best: Element, inside: list[Element]) -> bool:
    """Whether an element is one paragraph or section of a text that goes on in the elements beside it."""
    total = sum(element.kept for element in inside)
    alike = any(
        element is not best and _signature(element) == _signature(best) and element.kept >= _PART * total
        for element in inside
    )
    return alike or best.tag in _TEXT_TAGS


def _signature(element: Element) -> tuple[str, list[str]]:
    return element.tag, element.names.split()[-1:]


def _first_article(page: Page, inside: list[Element], current: int, headline: int | None) -> Element | None:
    """Of several whole articles side by side, the one with the headline, else the first."""
    largest = max(element.kept for element in inside)
    big = [element for element in inside if element.kept >= max(_SIBLING * largest, 3 * _FEWEST)]
    alike = len(big) > 1 and all(_signature(element) == _signature(big[0]) for element in big)
    if not alike or big[0].tag in _TEXT_TAGS:
        return None
    if sum(element.kept for element in big) < _MOST * page.elements[current].kept:
        return None
    # Sections of one article have no headings of the first rank inside each.
    headed = [element for element in big if _holds_heading(page, element)]
    if len(headed) < len(big):
        return None
    if headline is not None:
        return next((element for element in big if element.first <= headline < element.last), big[0])
    return big[0]


def _holds_heading(page: Page, element: Element) -> bool:
    return any(
        other.tag in {"h1", "h2"} or other.role == "headline"
        for other in page.elements[element.index + 1 :]
        if other.first < element.last and page.within(other.index, element.index)
    )
