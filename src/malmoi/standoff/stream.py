"""A reader's copy as one stream of characters, in which the tokens of withheld blocks are looked up."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING

from malmoi.standoff.tokens import OTHER, SPACE, char_class, fold, token_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Stream:
    """The copy's characters without white space: spacing, the first thing to differ, then does not matter.

    Attributes:
        source: the copy's text, lines joined by a line feed, NFC; what spans are cut from.
        text: its characters without white space, marks folded.
        places: for each of them, its place in `source`.
        classes: for each of them, its character class.
        word_edges: for each border (0 .. len(text)), whether a word can begin or end there.
        line_edges: the borders at which a line begins or ends, ascending.
    """

    def __init__(self, lines: Sequence[str], article_id: str) -> None:
        """Take the copy's lines, and the id that salts the hashes."""
        self.source = unicodedata.normalize("NFC", "\n".join(lines))
        self._article_id = article_id
        folded = fold(self.source)
        classes = [char_class(char) for char in folded]
        self.places = [index for index, found in enumerate(classes) if found != SPACE]
        self.text = "".join(folded[index] for index in self.places)
        self.classes = [classes[index] for index in self.places]
        self.word_edges = [self._is_word_edge(border) for border in range(len(self.text) + 1)]
        self.line_edges = self._find_line_edges()
        self._run_ends = self._find_run_ends()
        self._found: dict[tuple[int, int], list[int]] = {}
        self._codes: dict[str, int] = {}
        self._indexed: set[int] = set()

    def __len__(self) -> int:
        """Number of characters."""
        return len(self.text)

    def index(self, widths: Iterable[int]) -> None:
        """Make ready for looking up tokens of these lengths."""
        for width in set(widths) - self._indexed:
            self._indexed.add(width)
            for at in range(len(self.text) - width + 1):
                if at + width <= self._run_ends[at]:
                    self._found.setdefault((width, self._code(self.text[at : at + width])), []).append(at)

    def find(self, width: int, code: int) -> list[int]:
        """Where a token of this length and hash can stand, ascending. `index` comes first."""
        return self._found.get((width, code), [])

    def find_within(self, width: int, code: int, begin: int, end: int) -> list[int]:
        """As `find`, between two borders."""
        found = self.find(width, code)
        return found[bisect_left(found, begin) : bisect_left(found, end - width + 1)]

    def _code(self, token: str) -> int:
        code = self._codes.get(token)
        if code is None:
            code = self._codes[token] = token_code(self._article_id, token)
        return code

    def _is_word_edge(self, border: int) -> bool:
        if border in (0, len(self.text)):
            return True
        before, after = self.classes[border - 1], self.classes[border]
        return before != after or after == OTHER or self.places[border] - self.places[border - 1] > 1

    def _find_line_edges(self) -> list[int]:
        edges = [0]
        edges += [
            border
            for border in range(1, len(self.text))
            if "\n" in self.source[self.places[border - 1] : self.places[border]]
        ]
        return [*edges, len(self.text)]

    def _find_run_ends(self) -> list[int]:
        ends = [0] * len(self.text)
        end = len(self.text)
        for at in range(len(self.text) - 1, -1, -1):
            if at + 1 < len(self.text) and (self.classes[at] != self.classes[at + 1] or self.classes[at] == OTHER):
                end = at + 1
            ends[at] = end
        return ends
