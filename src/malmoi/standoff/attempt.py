"""A withheld article laid on one reading of a copy: what is found, whether it is enough, and where spans are."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from malmoi.standoff.align import Aligner
from malmoi.standoff.cut import Cut, cut
from malmoi.standoff.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from malmoi.model import Article, SpanLike
    from malmoi.standoff.runs import Match
    from malmoi.standoff.tokens import Token

ENOUGH_TEXT = 0.5
"""A copy with this share of the body's text is a copy of the article."""
FOUND = 0.7
"""A block is found whole, give or take corrections, where this share of it is."""
ENOUGH_BLOCKS = 0.5
"""A copy from which long paragraphs are missing still has half of the paragraphs, or more than half of all blocks,"""
ENOUGH_OF_FOUND_BLOCKS = 0.25
"""and so much of the body's text."""
FAITHFUL = 0.7
"""Least share of the text of the blocks that are in the copy at all: more corrections make another article."""
NUMBERS = ("DT_", "TI_", "QT_")
FEW_NUMBERS = 4
"""From so many dates, times and quantities on, most must agree: articles of a daily series share all else."""


class Attempt:
    """The withheld article aligned to one reading of the copy."""

    def __init__(self, withheld: Article, tokens: dict[str, list[Token]], lines: Sequence[str]) -> None:
        """Lay the article on these lines."""
        self.tokens = tokens
        copies = {caption.block: caption.copies for caption in withheld.captions}
        self.stream = Stream(lines, withheld.id)
        aligner = Aligner(list(tokens.values()), [copies.get(block, 1) for block in tokens], self.stream)
        self.matches = dict(zip(tokens, aligner.align(), strict=True))
        taken = [False] * len(self.stream)
        for matches in self.matches.values():
            for match in matches or ():
                taken[match.at : match.end] = [True] * (match.end - match.at)
        self.cuts: dict[str, Cut | None] = {
            block: cut(self.stream, tokens[block], matches, taken) if matches else None
            for block, matches in self.matches.items()
        }
        paragraphs = [block.id for block in withheld.blocks if block.type == "paragraph"]
        # A headline, a dateline or a caption may stand in another article too; paragraphs make the article.
        self.body, self.body_name = (paragraphs, "paragraphs") if paragraphs else (list(tokens), "blocks")
        self.whole_blocks = self._count_whole(self.body)
        total = sum(self._reach(block) for block in self.body)
        found = sum(self._reach(block, found=True) for block in self.body)
        self.found = found / total
        self.faithful = found / max(1, sum(self._reach(block) for block in self.body if self.matches[block]))
        self.numbers = [entity for entity in withheld.entities if entity.label.startswith(NUMBERS)]

    def is_copy(self) -> bool:
        """Whether the copy holds enough of the body to be a copy of this article, and no other."""
        blocks = self.whole_blocks >= ENOUGH_BLOCKS * len(self.body) or self._count_whole(self.tokens) > (
            ENOUGH_BLOCKS * len(self.tokens)
        )
        enough = self.found >= (ENOUGH_OF_FOUND_BLOCKS if blocks else ENOUGH_TEXT)
        return enough and self.faithful >= FAITHFUL and not self.is_of_a_series()

    def is_of_a_series(self) -> bool:
        """Whether the words agree and the numbers do not: yesterday's report of the same kind."""
        agree = [
            not isinstance(self.locate(entity), str)
            for entity in self.numbers
            if self.cuts.get(entity.block) is not None
        ]
        return len(agree) >= FEW_NUMBERS and 2 * sum(agree) < len(agree)

    def describe(self) -> str:
        """How much was found, for a person."""
        if self.found >= ENOUGH_TEXT and self.is_of_a_series():
            return "most words agree, but most dates and numbers do not, as in two reports of one series"
        return (
            f"{self.whole_blocks} of {len(self.body)} {self.body_name} and {self.found:.0%} of their text "
            "were found in it"
        )

    def texts(self) -> dict[str, str]:
        """Text of each block that was found, by its id."""
        return {block: found.text for block, found in self.cuts.items() if found}

    def _count_whole(self, blocks: Iterable[str]) -> int:
        return sum(self._reach(block, found=True) >= FOUND * self._reach(block) for block in blocks)

    def _reach(self, block: str, *, found: bool = False) -> int:
        tokens = self.tokens[block]
        if found:
            return sum(tokens[match.token].reach for match in self.matches[block] or ())
        return sum(token.reach for token in tokens)

    def locate(self, span: SpanLike) -> tuple[int, int] | str:
        """Start and end of the span in the block's new text, or why it has none."""
        cut_block, found = self.cuts.get(span.block), self.matches.get(span.block)
        if cut_block is None or not found:
            return f"block {span.block} is not in the copy"
        tokens = self.tokens[span.block]
        starts = [token.start for token in tokens]
        if not 0 <= span.start < span.end:
            return "it does not lie in its block"
        first, last = bisect_right(starts, span.start) - 1, bisect_right(starts, span.end - 1) - 1
        by_token = {match.token: match for match in found}
        matches = [by_token.get(number) for number in range(max(first, 0), last + 1)]
        if not all(matches):
            return "the copy has other words there"
        run: list[Match] = [match for match in matches if match]
        if any(left.end != right.at for left, right in pairwise(run)):
            return "the copy has more words inside it"
        start, end = run[0].at + span.start - starts[first], run[-1].at + span.end - starts[last]
        if not (run[0].at <= start < run[0].end and run[-1].at < end <= run[-1].end):
            return "the copy's words there have another length"
        places = self.stream.places
        return cut_block.offsets[places[start]], cut_block.offsets[places[end - 1]] + 1
