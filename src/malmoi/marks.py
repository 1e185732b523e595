"""Quotation marks of Korean news, and what they say about a quote's type."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malmoi.model import QuoteType

OPENING_MARKS = "\"“'‘「『＂〝"
CLOSING_MARKS = "\"”'’」』＂〞"
MARKS = frozenset(OPENING_MARKS + CLOSING_MARKS)
MARK_KINDS = ('"“”＂〝〞', "'‘’", "「」", "『』")
"""Marks that make pairs with each other."""
_A_PAIR = 2
_DOUBLE_MARKS = '"“”＂'


def quote_type(contents: Sequence[str]) -> QuoteType:
    """Type of a quote from its contents: direct, indirect, or mixed, told from the marks in them."""
    marked = 0
    for text in contents:
        if len(text) > 1 and text[0] in MARKS and text[-1] in MARKS and not _two_pieces(text):
            marked += 1  # also with the wrong one of a pair: ”…“
    if marked == len(contents):
        return "direct"
    return "mixed" if marked or any(map(_holds_marked, contents)) else "indirect"


def _two_pieces(text: str) -> bool:
    """Whether the marks at the ends belong to two pieces: `"빠른 배송"보다 중요한 것은 "바른 배송"`."""
    kind = next((kind for kind in MARK_KINDS if text[0] in kind), "")
    marks = sum(map(text.count, kind))
    return marks > _A_PAIR and marks % 2 == 0 and text[-1] in kind


def _holds_marked(text: str) -> bool:
    return any(mark in text for mark in _DOUBLE_MARKS)
