"""Conversions between ways of counting text. Everywhere else in the package offsets are code points."""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BLOCK_SEPARATOR = "\n\n"
"""What stands between two blocks in document text."""
_LAST_OF_BMP = 0xFFFF
_CONTINUATION_MASK, _CONTINUATION = 0xC0, 0x80


def document_starts(texts: Iterable[str]) -> list[int]:
    """Start of each block, in code points, in the blocks joined by `BLOCK_SEPARATOR`."""
    return list(accumulate((len(text) + len(BLOCK_SEPARATOR) for text in texts), initial=0))[:-1]


def utf16_offsets(text: str) -> list[int] | None:
    """The UTF-16 offset of each code-point offset, the end of the text too; None where the two are equal."""
    if not text or max(text) <= chr(_LAST_OF_BMP):
        return None
    return list(accumulate((2 if ord(char) > _LAST_OF_BMP else 1 for char in text), initial=0))


def utf16_to_codepoint(text: str, offset: int) -> int | None:
    """Code-point offset of a UTF-16 offset; None inside a surrogate pair or outside the text."""
    units = 0
    for index, char in enumerate(text):
        if units == offset:
            return index
        units += 2 if ord(char) > _LAST_OF_BMP else 1
    return len(text) if units == offset else None


def byte_to_codepoint(text: str, offset: int) -> int | None:
    """Code-point offset of a UTF-8 byte offset; None inside a character or outside the text."""
    raw = text.encode()
    if not 0 <= offset <= len(raw) or (offset < len(raw) and raw[offset] & _CONTINUATION_MASK == _CONTINUATION):
        return None
    return len(raw[:offset].decode())


class Edit(NamedTuple):
    """`before[start:end]` became `replacement` (code points of the text before)."""

    start: int
    end: int
    replacement: str


class OffsetMap:
    """Maps offsets of a text onto the same text after non-overlapping, ascending edits.

    An offset inside a replaced run maps to the run's new edge: its start for a span's start, its end for
    a span's end, so a span that covers part of a run comes to cover the whole of it.
    """

    def __init__(self, edits: Sequence[Edit]) -> None:
        """Take the edits; they must be sorted by start and not overlap."""
        self._edits = list(edits)
        self._starts = [edit.start for edit in self._edits]
        self._shift = list(
            accumulate((len(edit.replacement) - (edit.end - edit.start) for edit in self._edits), initial=0)
        )

    def apply(self, text: str) -> str:
        """The text after the edits."""
        parts: list[str] = []
        at = 0
        for edit in self._edits:
            parts += (text[at : edit.start], edit.replacement)
            at = edit.end
        return "".join((*parts, text[at:]))

    def start(self, offset: int) -> int:
        """New offset of a span's start."""
        return self._map(offset, to_end=False)

    def end(self, offset: int) -> int:
        """New offset of a span's end (exclusive)."""
        return self._map(offset, to_end=True)

    def _map(self, offset: int, *, to_end: bool) -> int:
        # The last edit that begins before the offset; one that begins AT it moves a start only if it is an
        # insertion, which then stays outside the span.
        index = (bisect_left if to_end else bisect_right)(self._starts, offset) - 1
        if index < 0:
            return offset
        edit = self._edits[index]
        if offset >= edit.end and (edit.end > edit.start or not to_end or offset > edit.start):
            return offset + self._shift[index + 1]
        start = edit.start + self._shift[index]
        return start + len(edit.replacement) if to_end else start


def nfc_edits(text: str) -> list[Edit]:
    """The edits that bring a text to NFC, each over the shortest run that normalizes on its own."""
    if unicodedata.is_normalized("NFC", text):
        return []
    edits: list[Edit] = []
    start = 0
    for index in range(1, len(text) + 1):
        if index < len(text) and not _starts_segment(text[index]):
            continue
        segment = text[start:index]
        composed = unicodedata.normalize("NFC", segment)
        if composed != segment:
            edits.append(Edit(start, index, composed))
        start = index
    return edits


def _starts_segment(char: str) -> bool:
    """Whether no NFC composition reaches across the border before this character."""
    return unicodedata.combining(char) == 0 and char not in _second_characters()


@cache
def _second_characters() -> frozenset[str]:
    """Characters that a composition can put onto the one before them."""
    jamo = {chr(code) for code in range(0x1160, 0x1200)}
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(sys.maxunicode + 1))
    return frozenset(jamo | {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"})  # noqa: PLR2004  a pair
