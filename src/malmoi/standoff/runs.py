"""Runs of tokens of a withheld block that stand one behind the other in a copy."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, NamedTuple

from malmoi.standoff.tokens import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from malmoi.standoff.stream import Stream
    from malmoi.standoff.tokens import Token

BUCKETS = 256


class Match(NamedTuple):
    """Token number `token` of a block stands at `[at, end)` of the stream."""

    token: int
    at: int
    end: int


class Run(NamedTuple):
    """Matches one behind the other, with their weight in bits."""

    matches: tuple[Match, ...]
    bits: float


class _Link(NamedTuple):
    """A token at one place: weight of the run from here on, where the token ends, whether the next follows."""

    bits: float
    stop: int
    goes_on: bool


class RunFinder:
    """Finds runs in the part of the stream that no block has claimed yet."""

    def __init__(self, blocks: Sequence[Sequence[Token]], stream: Stream) -> None:
        """Take the blocks' tokens and the copy."""
        self._blocks = blocks
        self._stream = stream
        self._line_edges = frozenset(stream.line_edges)
        self._weights: dict[tuple[int, tuple[int, ...]], float] = {}
        self.claimed = bytearray(len(stream))
        stream.index({width for block in blocks for token in block for width in token.widths})

    def weigh(self, block: int, matches: Iterable[Match]) -> float:
        """Bits of evidence in these matches."""
        return sum(self.weight(self._blocks[block][match.token]) for match in matches)

    def weight(self, token: Token) -> float:
        """Bits of evidence in finding the token at a place: less for frequent ones."""
        key = (token.code, token.widths)
        bits = self._weights.get(key)
        if bits is None:
            others = sum(len(self._stream.find(width, token.code)) for width in token.widths) - 1
            chance = max(others / len(self._stream), len(token.widths) / BUCKETS)
            bits = self._weights[key] = -log2(min(chance, 0.5))
        return bits

    def find(self, block: int, tokens: range, begin: int, end: int) -> Iterator[Run]:
        """The longest runs of these tokens of the block in `[begin, end)`, trimmed."""
        table: list[dict[int, _Link]] = []
        following: dict[int, _Link] = {}
        for number in reversed(tokens):
            following = self._links(self._blocks[block][number], begin, end, following)
            table.append(following)
        table.reverse()
        continued: set[tuple[int, int]] = set()
        for row, here in enumerate(table):
            for at in here:
                if (row, at) not in continued:
                    matches = []
                    for offset, link in enumerate(_follow(table[row:], at)):
                        matches.append(Match(tokens[row + offset], at, link.stop))
                        at = link.stop  # noqa: PLW2901  walking on along the run
                        if link.goes_on:
                            continued.add((row + offset + 1, at))
                    kept = self.trimmed(matches)
                    if kept:
                        yield Run(tuple(kept), self.weigh(block, kept))

    def _links(self, token: Token, begin: int, end: int, following: dict[int, _Link]) -> dict[int, _Link]:
        """The places of a token, each linked to the next token's place behind it if there is one."""
        here: dict[int, _Link] = {}
        for width in token.widths:
            for at in self._stream.find_within(width, token.code, begin, end):
                stop = at + width
                if self.claimed[at] or self.claimed[stop - 1]:
                    continue
                goes_on = stop in following and not self._would_be_one(token, at, stop)
                bits = self.weight(token) + (following[stop].bits if goes_on else 0)
                if at not in here or here[at].bits < bits:
                    here[at] = _Link(bits, stop, goes_on)
        return here

    def _would_be_one(self, token: Token, at: int, stop: int) -> bool:
        """Whether the token, if it reached up to the next one, would have been one token with it."""
        classes = self._stream.classes
        return stop - at == token.reach and classes[stop - 1] == classes[stop] != OTHER

    def trimmed(self, matches: Sequence[Match]) -> Sequence[Match]:
        """The matches without those at either end that nothing but their hash speaks for."""
        first, last = 0, len(matches)
        while first < last and not self._is_sound_edge(matches[first], matches[first].at):
            first += 1
        while first < last and not self._is_sound_edge(matches[last - 1], matches[last - 1].end):
            last -= 1
        return matches[first:last]

    def _is_sound_edge(self, match: Match, border: int) -> bool:
        """Whether a run may end at this border of its outermost token.

        A word of the copy ends there; and the token is one word of the copy: where it is put together from two,
        both its neighbours must confirm it, or the line's edge.
        """
        if not self._stream.word_edges[border]:
            return False
        places = self._stream.places
        whole = places[match.end - 1] - places[match.at] == match.end - 1 - match.at
        return whole or border in self._line_edges


def _follow(table: Sequence[dict[int, _Link]], at: int) -> Iterator[_Link]:
    for here in table:
        link = here[at]
        yield link
        if not link.goes_on:
            return
        at = link.stop
