"""Cutting a block's text out of a reader's copy, once it is known where its tokens stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from malmoi.standoff.tokens import SPACE, char_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malmoi.standoff.runs import Match
    from malmoi.standoff.stream import Stream
    from malmoi.standoff.tokens import Token


class Cut(NamedTuple):
    """A block's text, and where each place of the copy that is in it came to stand."""

    text: str
    offsets: dict[int, int]


def cut(stream: Stream, tokens: Sequence[Token], matches: Sequence[Match], taken: Sequence[bool]) -> Cut:
    """The block's text in the reader's words.

    The text runs from the block's first found token to its last. Where a first or last word was not found
    (somebody corrected it), it reaches on to the line's edge, or as far as the block did. In between, the
    reader's own words stay; what belongs to another block, and furniture on lines of its own, is cut out.

    Args:
        stream: the copy.
        tokens: the block's tokens.
        matches: where they were found; at least one.
        taken: for each character of the stream, whether some block's token was found there.
    """
    pieces = [[_begin(stream, tokens, matches[0], taken), matches[0].end]]
    for left, right in pairwise(matches):
        between = range(left.end, right.at)
        if any(taken[at] for at in between):
            pieces.append([right.at, right.end])
            continue
        lost = tokens[right.token].start - tokens[left.token].start - tokens[left.token].reach
        inner = [edge for edge in stream.line_edges if left.end <= edge <= right.at]
        if len(inner) > 1 and len(between) > 2 * lost + 8:
            pieces[-1][1] = inner[0]
            pieces.append([inner[-1], right.end])
        else:
            pieces[-1][1] = right.end
    pieces[-1][1] = _end(stream, tokens, matches[-1], taken)
    return _joined(stream, pieces)


def _begin(stream: Stream, tokens: Sequence[Token], first: Match, taken: Sequence[bool]) -> int:
    missing = tokens[first.token].start - tokens[0].start
    if not missing:
        return first.at
    border = stream.line_edges[bisect_right(stream.line_edges, first.at) - 1]
    border = next((at + 1 for at in range(first.at - 1, border - 1, -1) if taken[at]), border)
    if first.at - border <= 1.5 * missing + 4:
        return border
    reached = first.at
    for at in range(first.at - 1, max(border, first.at - missing - 1) - 1, -1):
        if _is_spaced(stream, at):
            reached = at
    return reached


def _end(stream: Stream, tokens: Sequence[Token], last: Match, taken: Sequence[bool]) -> int:
    missing = tokens[-1].start + tokens[-1].reach - tokens[last.token].start - tokens[last.token].reach
    if last.token == len(tokens) - 1:
        return last.end
    border = stream.line_edges[bisect_left(stream.line_edges, last.end)]
    border = next((at for at in range(last.end, border) if taken[at]), border)
    if border - last.end <= 1.5 * missing + 4:
        return border
    reached = last.end
    for at in range(last.end + 1, min(border, last.end + missing + 1) + 1):
        if _is_spaced(stream, at):
            reached = at
    return reached


def _is_spaced(stream: Stream, border: int) -> bool:
    """Whether white space stands at the border."""
    return border in (0, len(stream)) or stream.places[border] - stream.places[border - 1] > 1


def _joined(stream: Stream, pieces: Sequence[Sequence[int]]) -> Cut:
    """The pieces on one line, every run of white space one space."""
    chars: list[str] = []
    offsets: dict[int, int] = {}
    for begin, end in pieces:
        spaced = bool(chars)
        for place in range(stream.places[begin], stream.places[end - 1] + 1):
            char = stream.source[place]
            if char_class(char) == SPACE:
                spaced = spaced or char.isspace()
                continue
            if spaced:
                chars.append(" ")
            spaced = False
            offsets[place] = len(chars)
            chars.append(char)
    return Cut("".join(chars), offsets)
