"""Pairing what was annotated with what was predicted, by the characters they share."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malmoi.model import SpanLike

Place: TypeAlias = tuple[str, int, int]
"""Block, start, end: what a span is to the scorer."""


def place(span: SpanLike) -> Place:
    """Where a span stands."""
    return (span.block, span.start, span.end)


def shared(one: Sequence[Place], other: Sequence[Place]) -> int:
    """How many code points two items have in common; the places of each do not overlap."""
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for block, start, end in one
        for other_block, other_start, other_end in other
        if block == other_block
    )


def one_to_one(gold: Sequence[tuple[Place, ...]], predicted: Sequence[tuple[Place, ...]]) -> list[tuple[int, int]]:
    """Pairs of items that share text, as (index in gold, index in predicted); no item is in two pairs.

    Equal items are paired first, then those that share the most code points; of several that share as many, those
    of least length in total, then those that begin first. Swapping the sides gives the same pairs.

    One-to-one is how MUC aligns responses with keys (Chinchor & Sundheim 1993), and SemEval-2013 task 9 after it
    (Segura-Bedmar et al. 2013): two predictions in one gold span are one hit and one false alarm.
    """
    waiting: defaultdict[tuple[Place, ...], list[int]] = defaultdict(list)
    for index in range(len(gold) - 1, -1, -1):
        waiting[gold[index]].append(index)
    pairs: list[tuple[int, int]] = []
    rest: list[int] = []
    for index, item in enumerate(predicted):
        same = waiting.get(item)
        if same:
            pairs.append((same.pop(), index))
        else:
            rest.append(index)
    if rest and len(pairs) < len(gold):
        missed = sorted(index for same in waiting.values() for index in same)
        pairs += _by_overlap(gold, predicted, missed, rest)
    return pairs


def left_over(pairs: Sequence[tuple[int, int]], gold: int, predicted: int) -> tuple[list[int], list[int]]:
    """What is in no pair, of so many items of gold and so many predicted ones."""
    ours, theirs = {i for i, _ in pairs}, {j for _, j in pairs}
    return [i for i in range(gold) if i not in ours], [j for j in range(predicted) if j not in theirs]


def _by_overlap(
    gold: Sequence[tuple[Place, ...]], predicted: Sequence[tuple[Place, ...]], missed: list[int], rest: list[int]
) -> list[tuple[int, int]]:
    candidates = []
    for ours in missed:
        for theirs in rest:
            overlap = shared(gold[ours], predicted[theirs])
            if overlap:
                both = (*gold[ours], *predicted[theirs])
                length = sum(end - start for _, start, end in both)
                candidates.append((-overlap, length, gold[ours][0][1] + predicted[theirs][0][1], ours, theirs))
    pairs: list[tuple[int, int]] = []
    taken_gold, taken_predicted = set(), set()
    for *_, ours, theirs in sorted(candidates):
        if ours not in taken_gold and theirs not in taken_predicted:
            taken_gold.add(ours)
            taken_predicted.add(theirs)
            pairs.append((ours, theirs))
    return pairs
