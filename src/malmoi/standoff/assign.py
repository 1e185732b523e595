"""Which block stands where, when several blocks could stand in several places of a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARED = 0.2
"""Share of the smaller of two places that both may cover: the edges of a place are not certain."""
ROUNDS = 4
SAME = 1e-6


class Place(NamedTuple):
    """A place that a block could take.

    Attributes:
        begin: first character.
        bits: evidence for it.
        cells: the characters that the block would hold there.
    """

    begin: int
    bits: float
    cells: frozenset[int]

    def excludes(self, other: Place) -> bool:
        """Whether both places cannot be taken."""
        return len(self.cells & other.cells) > SHARED * min(len(self.cells), len(other.cells))


def assign(options: Sequence[Sequence[Place]]) -> list[Place | None]:
    """One place for each block, no two excluding each other: the most evidence, then document order.

    The best evidence is served first; then places are changed and exchanged as long as that gains evidence or,
    without losing any, order. That is enough for what occurs: a caption that stands three times.

    Args:
        options: for each block, in document order, the places it could take.
    """
    taken: list[Place | None] = [None] * len(options)
    ranked = sorted(
        (-place.bits, block, place.begin, number)
        for block, found in enumerate(options)
        for number, place in enumerate(found)
    )
    for _, block, _, number in ranked:
        place = options[block][number]
        if taken[block] is None and not _excluded(place, taken):
            taken[block] = place
    for _ in range(ROUNDS):
        improved = [_improve(block, options, taken) for block, found in enumerate(options) if found]
        if not any(improved):
            break
    return taken


def _improve(block: int, options: Sequence[Sequence[Place]], taken: list[Place | None]) -> bool:
    """Move the block, and the one that it drives out, if that is better; says whether it was."""
    for place in options[block]:
        driven_out = _excluded(place, taken, but=block)
        if place is taken[block] or len(driven_out) > 1:
            continue
        trial = taken.copy()
        trial[block] = place
        for other in driven_out:
            trial[other] = None
            free = [option for option in options[other] if not _excluded(option, trial)]
            trial[other] = max(free, key=lambda option: (option.bits, -option.begin), default=None)
        gain = _bits(trial) - _bits(taken)
        if gain > SAME or (gain > -SAME and _inversions(trial) < _inversions(taken)):
            taken[:] = trial
            return True
    return False


def _excluded(place: Place, taken: Sequence[Place | None], but: int = -1) -> list[int]:
    return [number for number, other in enumerate(taken) if other and number != but and place.excludes(other)]


def _bits(taken: Sequence[Place | None]) -> float:
    return sum(place.bits for place in taken if place)


def _inversions(taken: Sequence[Place | None]) -> int:
    begins = [place.begin for place in taken if place]
    return sum(left > right for number, left in enumerate(begins) for right in begins[number + 1 :])
