"""The counts of many articles, kept so that sums over any draw of them are cheap.

Drawing 10,000 articles 1,000 times means ten million additions for each of some two hundred columns. All columns of an
article are therefore one integer, each in as many bits as its sum can need, and one addition adds them all: seconds,
without a library for arrays.
"""

from __future__ import annotations

import random
from array import array
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from malmoi.evaluate.counting import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from malmoi.evaluate.counting import Key

_FIELDS = len(Counts._fields)
_NONE = Counts(0, 0, 0, 0)


class Ledger:
    """Counts by article; articles are numbered in the order in which they were added."""

    def __init__(self) -> None:
        """Start with no article."""
        self._keys: dict[Key, None] = {}
        self._rows: list[array[int]] = []

    def __len__(self) -> int:
        """How many articles there are."""
        return len(self._rows)

    def add(self, counts: Iterable[tuple[Key, Counts]]) -> None:
        """Take the counts of one article, each key once."""
        found = dict(counts)
        self._keys |= dict.fromkeys(found)
        self._rows.append(array("Q", chain.from_iterable(found.get(key, _NONE) for key in self._keys)))

    def total(self, articles: Iterable[int]) -> dict[Key, Counts]:
        """The counts of these articles together."""
        return self._by_key([sum(column) for column in _columns([self._rows[number] for number in articles])])

    def draws(self, samples: int, seed: int) -> Iterator[dict[Key, Counts]]:
        """The counts of as many articles as there are, drawn with replacement; so many times."""
        slots: dict[tuple[int, ...], int] = {}  # equal columns are added once
        places = [slots.setdefault(column, len(slots)) for column in _columns(self._rows)]
        bits = [(max(column) * len(column)).bit_length() for column in slots]
        shifts = [sum(bits[:slot]) for slot in range(len(bits))]
        packed = [sum(map(int.__lshift__, row, shifts)) for row in zip(*slots, strict=True)]
        drawn = random.Random(seed)  # noqa: S311  a draw that repeats, no secret
        for _ in range(samples):
            whole = sum(drawn.choices(packed, k=len(packed)))
            sums = [whole >> shift & (1 << width) - 1 for shift, width in zip(shifts, bits, strict=True)]
            yield self._by_key([sums[slot] for slot in places])

    def _by_key(self, sums: Sequence[int]) -> dict[Key, Counts]:
        """Sums of columns as counts; kinds of items that were first seen in later articles have none."""
        fields = chain(sums, [0] * (_FIELDS * len(self._keys) - len(sums)))
        return dict(zip(self._keys, map(Counts, fields, fields, fields, fields), strict=True))


def _columns(rows: Sequence[array[int]]) -> Iterator[tuple[int, ...]]:
    """The columns; an article that was added before a kind of item was first seen has none of it."""
    return zip_longest(*rows, fillvalue=0)
