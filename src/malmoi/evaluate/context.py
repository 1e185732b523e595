"""A piece of text with what gold has in it and what was predicted, marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from malmoi.evaluate.matching import Place

GOLD, PREDICTED = ("⟦", "⟧"), ("⟨", "⟩")
"""Marks that news text does not use: what stands in brackets of its own must not look like an annotation."""
_AROUND = 20
"""Code points shown before the first mark, after the last, and on both sides of a gap."""
_GAP = "…"


def in_context(texts: Mapping[str, str], gold: Iterable[Place], predicted: Iterable[Place]) -> str:
    """The text around some spans, marked; the pieces of different blocks are separated by ` / `.

    Args:
        texts: the blocks' texts, by id; a span of a block that is not there is passed over.
        gold: where gold has spans.
        predicted: where the prediction has spans; they may cross gold's.
    """
    marks: dict[str, list[tuple[int, int, str]]] = {}
    for spans, (opening, closing), rank in ((gold, GOLD, 0), (predicted, PREDICTED, 1)):
        for block, start, end in spans:
            # At one place marks close before others open; gold is the outer one.
            marks.setdefault(block, []).extend(((start, 2 + rank, opening), (end, 1 - rank, closing)))
    return " / ".join("".join(_marked(texts[block], sorted(found))) for block, found in marks.items() if block in texts)


def _marked(text: str, marks: list[tuple[int, int, str]]) -> Iterator[str]:
    first, last = marks[0][0], marks[-1][0]
    yield _GAP * (first > _AROUND) + text[max(0, first - _AROUND) : first]
    at = first
    for offset, _, mark in marks:
        between = text[at:offset]
        if len(between) > 3 * _AROUND:
            between = f"{between[:_AROUND]}{_GAP}{between[-_AROUND:]}"
        yield between + mark
        at = offset
    yield text[last : last + _AROUND] + _GAP * (len(text) > last + _AROUND)
