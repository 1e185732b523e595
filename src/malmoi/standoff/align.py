"""Aligning withheld blocks to a reader's copy by the hashes of their tokens.

A hash of eight bits says little: in a copy of 2,000 characters each token is found in a dozen wrong places. So
tokens are believed in runs. A run is a sequence of a block's tokens that stand one behind the other in the
copy; its weight is the evidence in bits, the sum of minus log2 of the chance that each token is found at a
random place. The steps:

1. Runs too heavy for chance are chained, in order, to placements of a block, near the block's own distances.
2. Each block takes one placement; a region goes to the block that explains it best, and blocks that stand in
   several places alike (a caption shown three times) take theirs in document order.
3. Blocks too short to be found in the whole copy are looked for between their neighbours and as whole lines.
4. What is left open inside a block is searched for lighter runs: the smaller the gap, the lighter.

At each end of a run the copy must have a word edge, so that 김 is not found inside 김수. What can still go
wrong: where the copy has another word of the same length, its hash is the annotated word's in 1 of 256 cases,
and nothing in the file can tell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise, zip_longest
from math import log2
from typing import TYPE_CHECKING, NamedTuple

from malmoi.standoff.assign import Place, assign
from malmoi.standoff.runs import Match, Run, RunFinder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malmoi.standoff.stream import Stream
    from malmoi.standoff.tokens import Token

MARGIN = 10.0
"""Bits by which a placement in the whole copy must beat chance."""
GAP_MARGIN = 6.0
"""Bits by which a run inside a gap must beat chance: one token where exactly one place is left for it."""
SHORT_MARGIN = 7.0
"""Bits by which a short block must beat chance between its neighbours or as a whole line."""
MIN_COVERAGE = 1 / 3
"""Share of a block's length that must be found for the block to be placed."""
CLEARLY = 1.15
"""By how much more another block must explain a region to be preferred."""
LINE_COST = 16.0
"""Bits that it costs a block to go on in another line at another distance: that is mostly another block."""
MAX_RUNS = 200
MAX_PLACEMENTS = 8


class Placement(NamedTuple):
    """One way to lay a block on the copy."""

    matches: tuple[Match, ...]
    bits: float

    @property
    def begin(self) -> int:
        """First character of the stream."""
        return self.matches[0].at

    @property
    def end(self) -> int:
        """One past the last."""
        return self.matches[-1].end

    def shows(self, other: Placement) -> bool:
        """Whether the same tokens are found here as there."""
        return [match.token for match in self.matches] == [match.token for match in other.matches]

    def characters(self) -> int:
        """Characters of the stream that its tokens stand on."""
        return sum(match.end - match.at for match in self.matches)

    def characters_within(self, begin: int, end: int) -> int:
        """The same, of the matches that begin in `[begin, end)`."""
        return sum(match.end - match.at for match in self.matches if begin <= match.at < end)


class Gap(NamedTuple):
    """Tokens of a block that are still to be found, the part of the stream left for them, and what was found beside."""

    tokens: range
    begin: int
    end: int
    left: Match | None
    right: Match | None


class Aligner:
    """Aligns the blocks of one withheld article to one stream."""

    def __init__(self, blocks: Sequence[Sequence[Token]], repeats: Sequence[int], stream: Stream) -> None:
        """Take the blocks' tokens, how often the page showed each block, and the copy."""
        self.blocks = blocks
        self.repeats = repeats
        self.stream = stream
        self._finder = RunFinder(blocks, stream)
        self.claimed = self._finder.claimed
        self._line_edges = frozenset(stream.line_edges)
        self._edge_counts = _running_count(stream.word_edges)
        self.placed: list[tuple[Match, ...] | None] = [None] * len(blocks)

    def align(self) -> list[tuple[Match, ...] | None]:
        """For each block its matches, ascending; None where it is not in the copy."""
        if len(self.stream):
            self._place_long_blocks()
            self._place_short_blocks()
            for number, matches in enumerate(self.placed):
                if matches:
                    self._claim(number, self._filled(number, list(matches)))
        return [matches and self._between_word_edges(matches) for matches in self.placed]

    def _between_word_edges(self, matches: Sequence[Match]) -> tuple[Match, ...] | None:
        """The matches, each stretch of them trimmed to word edges: joining runs may have cut one short."""
        kept: list[Match] = []
        stretch: list[Match] = []
        for match, behind in zip_longest(matches, matches[1:]):
            stretch.append(match)
            if behind is None or (behind.token, behind.at) != (match.token + 1, match.end):
                kept += self._finder.trimmed(stretch)
                stretch = []
        return tuple(kept) or None

    # Placing blocks

    def _place_long_blocks(self) -> None:
        found = [self._candidates(number) for number in range(len(self.blocks))]
        options = [
            [
                (self._place(number, placement, candidates), placement)
                for placement in candidates
                if not _better_elsewhere(number, placement, found)
            ]
            for number, candidates in enumerate(found)
        ]
        taken = assign([[place for place, _ in pairs] for pairs in options])
        # The heaviest first: where the edges of two places meet, the lighter one yields.
        for number in sorted(range(len(taken)), key=lambda number: -(place.bits if (place := taken[number]) else 0)):
            chosen = taken[number]
            for place, placement in options[number]:
                if place is chosen:
                    self._claim(number, [m for m in placement.matches if not any(self.claimed[m.at : m.end])])
                    for cell in place.cells:
                        self.claimed[cell] = True

    def _place(self, block: int, placement: Placement, candidates: Sequence[Placement]) -> Place:
        """What the block holds there: a caption that the page showed twice on one line holds both copies."""
        cells = {at for match in placement.matches for at in range(match.at, match.end)}
        end = placement.end
        for _ in range(self.repeats[block] - 1):
            if end in self._line_edges:
                break
            twin = next((other for other in candidates if other.begin == end and other.shows(placement)), None)
            if twin is None:
                break
            cells.update(range(twin.begin, twin.end))
            end = twin.end
        return Place(placement.begin, placement.bits, frozenset(cells))

    def _candidates(self, block: int) -> list[Placement]:
        """Placements that chance does not explain, best first."""
        tokens = self.blocks[block]
        places = log2(len(tokens) * len(self.stream) + 1)
        runs = [
            run
            for run in self._finder.find(block, range(len(tokens)), 0, len(self.stream))
            if run.bits >= max(2 * GAP_MARGIN, places - GAP_MARGIN)
        ]
        runs = sorted(sorted(runs, key=lambda run: -run.bits)[:MAX_RUNS])
        threshold = places + MARGIN
        found: list[Placement] = []
        while runs and len(found) < MAX_PLACEMENTS:
            chain = self._best_chain(block, runs)
            placement = self._placement(block, chain)
            if placement.bits < max(threshold, found[0].bits / 2 if found else 0):
                break
            found.append(placement)
            # A chain over several lines may have begun in another block's line: its parts are choices too.
            for split in range(1, len(chain)):
                if self._breaks_line(chain[split - 1][-1].end, chain[split][0].at):
                    found += (self._placement(block, chain[:split]), self._placement(block, chain[split:]))
            used = {match.at for match in placement.matches}
            runs = [run for run in runs if used.isdisjoint(match.at for match in run.matches)]
        return [
            placement
            for placement in found
            if placement.bits >= threshold and self._coverage(block, placement.matches) >= MIN_COVERAGE
        ]

    def _best_chain(self, block: int, runs: list[Run]) -> list[tuple[Match, ...]]:
        """The heaviest sequence of runs, ascending in the block and in the copy, distances weighed in."""
        best: list[tuple[float, tuple[Match, ...], int]] = []
        for number, run in enumerate(runs):
            choice = (run.bits, run.matches, -1)
            for before in range(number):
                weight, matches, _ = best[before]
                rest = _after(run.matches, matches[-1])
                if rest:
                    total = weight + self._finder.weigh(block, rest) - self._distance_cost(block, matches[-1], rest[0])
                    if total > choice[0]:
                        choice = (total, rest, before)
            best.append(choice)
        at = max(range(len(best)), key=lambda number: best[number][0])
        chain: list[tuple[Match, ...]] = []
        while at >= 0:
            _, part, at = best[at]
            chain.insert(0, part)
        return chain

    def _placement(self, block: int, chain: Sequence[tuple[Match, ...]]) -> Placement:
        bits = sum(self._finder.weigh(block, part) for part in chain)
        bits -= sum(self._distance_cost(block, left[-1], right[0]) for left, right in pairwise(chain))
        return Placement(tuple(match for part in chain for match in part), bits)

    def _breaks_line(self, begin: int, end: int) -> bool:
        edges = self.stream.line_edges
        return bisect_left(edges, begin) < bisect_right(edges, end)

    def _distance_cost(self, block: int, left: Match, right: Match) -> float:
        moved = abs(self._shift(block, left) - self._shift(block, right))
        over_lines = LINE_COST if moved and self._breaks_line(left.end, right.at) else 0
        return 1 + 2 * log2(1 + moved) + over_lines

    def _shift(self, block: int, match: Match) -> int:
        """How far the token stands in the copy from where it stands in its block."""
        return self.stream.places[match.at] - self.blocks[block][match.token].start

    def _coverage(self, block: int, matches: Sequence[Match]) -> float:
        tokens = self.blocks[block]
        return sum(tokens[match.token].reach for match in matches) / sum(token.reach for token in tokens)

    def _claim(self, block: int, matches: Sequence[Match]) -> None:
        self.placed[block] = tuple(matches)
        for match in matches:
            self.claimed[match.at : match.end] = b"\1" * (match.end - match.at)

    def _neighbours(self, block: int) -> tuple[int, int]:
        """End of the placed block before this one, and begin of the one after it."""
        before = [matches for matches in self.placed[:block] if matches]
        after = [matches for matches in self.placed[block + 1 :] if matches]
        return before[-1][-1].end if before else 0, after[0][0].at if after else len(self.stream)

    def _place_short_blocks(self) -> None:
        for number, tokens in enumerate(self.blocks):
            if self.placed[number] is None:
                begin, end = self._neighbours(number)
                matches = self._search(number, Gap(range(len(tokens)), begin, end, None, None))
                weight = self._finder.weigh(number, matches)
                if (
                    matches
                    and self._coverage(number, matches) >= MIN_COVERAGE
                    and (weight >= SHORT_MARGIN + log2(self._edges_within(begin, end)))
                ):
                    self._claim(number, matches)
                elif (line := self._whole_line(number)) is not None:
                    self._claim(number, line)

    def _whole_line(self, block: int) -> tuple[Match, ...] | None:
        tokens, edges = self.blocks[block], self.stream.line_edges
        if sum(map(self._finder.weight, tokens)) < SHORT_MARGIN + log2(len(edges)):
            return None
        for begin, end in pairwise(edges):
            if end - begin <= tokens[-1].start + tokens[-1].reach:
                for run in self._finder.find(block, range(len(tokens)), begin, end):
                    if len(run.matches) == len(tokens) and (run.matches[0].at, run.matches[-1].end) == (begin, end):
                        return run.matches
        return None

    # Filling gaps

    def _filled(self, block: int, matches: list[Match]) -> list[Match]:
        """The matches and what is found between, before and after them."""
        tokens = self.blocks[block]
        first, last = matches[0], matches[-1]
        slack = 2 * tokens[first.token].start + 8
        found = self._search(block, Gap(range(first.token), max(0, first.at - slack), first.at, None, first))
        for left, right in pairwise(matches):
            between = range(left.token + 1, right.token)
            found += (left, *self._search(block, Gap(between, left.end, right.at, left, right)))
        slack = 2 * (tokens[-1].start + tokens[-1].reach - tokens[last.token].start) + 8
        rest = range(last.token + 1, len(tokens))
        end = min(len(self.stream), last.end + slack)
        return [*found, last, *self._search(block, Gap(rest, last.end, end, last, None))]

    def _search(self, block: int, gap: Gap) -> list[Match]:
        """Matches in a gap: those of the heaviest credible run, then what is on both sides of it."""
        if not gap.tokens or gap.begin >= gap.end:
            return []
        needed = GAP_MARGIN + log2(self._edges_within(gap.begin, gap.end))
        credible = [
            run
            for run in self._finder.find(block, gap.tokens, gap.begin, gap.end)
            if run.bits >= needed or self._is_expected(block, run, gap)
        ]
        if not credible:
            return []
        best = max(credible, key=lambda run: run.bits)
        first, last = best.matches[0], best.matches[-1]
        before = Gap(range(gap.tokens.start, first.token), gap.begin, first.at, gap.left, first)
        behind = Gap(range(last.token + 1, gap.tokens.stop), last.end, gap.end, last, gap.right)
        return [*self._search(block, before), *best.matches, *self._search(block, behind)]

    def _is_expected(self, block: int, run: Run, gap: Gap) -> bool:
        """Whether the run stands just where a neighbour says, by characters or by tokens, or at the line's edge.

        Then it was looked for in one place, not in many, and there only an equal hash can deceive.
        """
        for anchor, near in ((gap.left, run.matches[0]), (gap.right, run.matches[-1])):
            if anchor is not None:
                begin, end = sorted((anchor.at, near.at))
                apart = self._edges_within(begin, end)
                if self._shift(block, anchor) == self._shift(block, near) or apart == abs(anchor.token - near.token):
                    return True
        begins = gap.left is None and run.matches[0].token == 0 and run.matches[0].at in self._line_edges
        last = len(self.blocks[block]) - 1
        ends = gap.right is None and run.matches[-1].token == last and run.matches[-1].end in self._line_edges
        return begins or ends

    def _edges_within(self, begin: int, end: int) -> int:
        return max(1, self._edge_counts[end] - self._edge_counts[begin])


def _better_elsewhere(block: int, placement: Placement, candidates: Sequence[Sequence[Placement]]) -> bool:
    """Whether another block explains this region of the copy clearly better: then it is that block's."""
    own = placement.characters()
    return any(
        rival.characters_within(placement.begin, placement.end) > CLEARLY * own
        for number, found in enumerate(candidates)
        if number != block
        for rival in found
    )


def _after(matches: tuple[Match, ...], last: Match) -> tuple[Match, ...]:
    """The matches behind this one, in the block and in the copy."""
    by_token = bisect_right(matches, last.token, key=lambda match: match.token)
    by_place = bisect_left(matches, last.end, key=lambda match: match.at)
    return matches[max(by_token, by_place) :]


def _running_count(flags: Sequence[bool]) -> list[int]:
    counts = [0]
    for flag in flags:
        counts.append(counts[-1] + flag)
    return counts
