"""Places of a text where items of three versions overlap: what stands in one place is merged together.

Items of one version do not overlap each other, and those of two places do not either; so whichever version each
place is taken from, no two items of the merged article overlap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from malmoi.model import SpanLike

T = TypeVar("T")


class Region(NamedTuple, Generic[T]):
    """One place: the items that each version has there, in the order of the text.

    Attributes:
        block: the first block of it.
        start: first code point in that block.
        end: one past the last code point in that block.
        base: the items of the version both started from.
        a: the items of one side.
        b: the items of the other.
    """

    block: str
    start: int
    end: int
    base: tuple[T, ...]
    a: tuple[T, ...]
    b: tuple[T, ...]

    @property
    def at(self) -> str:
        """The place as people read it; no two regions of an article have the same."""
        return f"{self.block}[{self.start}:{self.end}]"


def regions(
    versions: Sequence[Sequence[T]], spans: Callable[[T], Sequence[SpanLike]], order: Mapping[str, int]
) -> list[Region[T]]:
    """The places of three versions (base, a, b), in the order of the text.

    Args:
        versions: the items of each.
        spans: the spans of an item that count; items of one place have overlapping ones, or are linked by others.
        order: place of each block in the article; a block that there is not comes last.
    """

    def place(span: SpanLike) -> tuple[int, str, int, int]:
        return (order.get(span.block, len(order)), span.block, span.start, span.end)

    items = [(side, item) for side, version in enumerate(versions) for item in version]
    parent = list(range(len(items)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    placed = sorted((place(span), index) for index, (_, item) in enumerate(items) for span in spans(item))
    reach, last = None, -1
    for (_, block, start, end), index in placed:
        if reach and reach[0] == block and start < reach[1]:
            parent[root(index)] = root(last)
            reach = (block, max(reach[1], end))
        else:
            reach = (block, end)
        last = index
    groups: dict[int, list[int]] = {}
    for _, index in placed:
        group = groups.setdefault(root(index), [])
        if index not in group:
            group.append(index)
    return [_region([items[index] for index in group], spans, place) for group in groups.values()]


def _region(
    inside: Sequence[tuple[int, T]],
    spans: Callable[[T], Sequence[SpanLike]],
    place: Callable[[SpanLike], tuple[int, str, int, int]],
) -> Region[T]:
    places = sorted(place(span) for _, item in inside for span in spans(item))
    _, block, start, _ = places[0]
    end = max(found[3] for found in places if found[1] == block)
    base, a, b = (tuple(item for side, item in inside if side == wanted) for wanted in range(3))
    return Region(block, start, end, base, a, b)
