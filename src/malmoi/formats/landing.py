"""Where a tool's mark lands in an article's blocks.

A tool's copy of a text may have other line ends, decomposed syllables, a byte order mark or another number of empty
lines; offsets are led over all of that. What a tool says stands under a mark is checked against what does stand there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Literal, NamedTuple

from malmoi.offsets import Edit, OffsetMap, nfc_edits, utf16_offsets

if TYPE_CHECKING:
    from malmoi.formats.interface import Unit
    from malmoi.formats.pages import Mark

NoteKind = Literal["moved", "snapped", "split", "dropped", "changed"]
"""What may be done to something that a tool gave back."""

_LINE_END = re.compile(r"\r\n?")
_LINE = re.compile(r"[^\n]+")
_BOM = "\ufeff"
_SHOWN = 40


class Piece(NamedTuple):
    """A run of one block, in code points: `line` is the block's position."""

    line: int
    start: int
    end: int


class Landing(NamedTuple):
    """Where a mark lands: a piece for each block it touches, and what had to be done to it."""

    pieces: tuple[Piece, ...]
    notes: tuple[tuple[NoteKind, str], ...] = ()


class Ground(NamedTuple):
    """A tool's text made ready: NFC, one line feed a line, and its lines without white space at their edges."""

    text: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    units: list[int] | None
    edits: tuple[Edit, ...]
    map: OffsetMap
    raw_length: int

    @classmethod
    def of(cls, text: str, unit: Unit) -> Ground:
        """Make a tool's text ready."""
        edits = _settling(text)
        over = OffsetMap(edits)
        settled = over.apply(text) if edits else text
        lines, starts = [], []
        for match in _LINE.finditer(settled):
            line = match[0].strip()
            if line:
                lines.append(line)
                starts.append(match.start() + match[0].index(line))
        units = utf16_offsets(text) if unit == "UTF-16 code units" else None
        return cls(settled, tuple(lines), tuple(starts), units, tuple(edits), over, len(text))

    def land(self, mark: Mark) -> Landing:
        """Where a mark lands."""
        notes: list[tuple[NoteKind, str]] = []
        span = self._settled(mark, notes)
        if span is None:
            length = self.units[-1] if self.units else self.raw_length
            return _dropped(f"{mark.start}:{mark.end} is no run of a text of {length} units")
        start, end = span
        if mark.text is not None:
            said = _ready(mark.text)
            if said.strip() != self.text[start:end].strip():
                found = self._in_context(mark, said)
                if found is None:
                    found = self._nearest(said.strip(), start)
                if found is None:
                    return _dropped(
                        f"the tool says {_shown(said)} at {mark.start}:{mark.end}, where the text has "
                        f"{_shown(self.text[start:end])}"
                    )
                notes.append(("moved", f"by {found - start:+d} to where {_shown(said)} stands"))
                start, end = found, found + len(said.strip())
        pieces = self._pieces(start, end)
        if not pieces:
            return _dropped("it holds nothing but white space")
        first, last = pieces[0], pieces[-1]
        if (self.starts[first.line] + first.start, self.starts[last.line] + last.end) != (start, end):
            notes.append(("snapped", f"white space at the edge of {_shown(self.text[start:end])} left out"))
        return Landing(pieces, tuple(notes))

    def _settled(self, mark: Mark, notes: list[tuple[NoteKind, str]]) -> tuple[int, int] | None:
        """The mark in code points of the settled text."""
        start, end = mark.start, mark.end
        if not 0 <= start < end <= (self.units[-1] if self.units else self.raw_length):
            return None
        inside = False
        if self.units:
            first, last = bisect_right(self.units, start) - 1, bisect_right(self.units, end) - 1
            inside = self.units[first] != start or self.units[last] != end
            start, end = first, last + (self.units[last] != end)
        if self.edits:
            inside |= any(edit.start < at < edit.end for edit in self.edits for at in (start, end))
            start, end = self.map.start(start), self.map.end(end)
        if inside:
            notes.append(("snapped", f"an edge lay inside a character; taken whole: {_shown(self.text[start:end])}"))
        return start, end

    def _in_context(self, mark: Mark, said: str) -> int | None:
        """Where the text stands between what the tool says is before and after it; None if nowhere, or twice."""
        before = _ready(mark.before)
        context = before + said + _ready(mark.after)
        if context == said or self.text.count(context) != 1:
            return None
        return self.text.index(context) + len(before) + said.index(said.strip())

    def _nearest(self, said: str, start: int) -> int | None:
        """Where the text stands nearest to `start`; None where it stands nowhere, or twice as near."""
        if not said:
            return None
        before = self.text.rfind(said, 0, start + len(said))
        after = self.text.find(said, start)
        found = [at for at in (before, after) if at >= 0]
        if len(found) > 1 and start - before == after - start:
            return None
        return min(found, key=lambda at: abs(at - start), default=None)

    def _pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """The run, block by block, without white space at the edges of each piece."""
        pieces = []
        line = max(bisect_right(self.starts, start) - 1, 0)
        while line < len(self.lines) and self.starts[line] < end:
            origin, text = self.starts[line], self.lines[line]
            low, high = max(start - origin, 0), min(end - origin, len(text))
            if low < high:
                run = text[low:high]
                kept = run.strip()
                if kept:
                    low += run.index(kept)
                    pieces.append(Piece(line, low, low + len(kept)))
            line += 1
        return tuple(pieces)


def _line_end_edits(text: str) -> list[Edit]:
    edits = [Edit(match.start(), match.end(), "\n") for match in _LINE_END.finditer(text)]
    return [Edit(0, 1, ""), *edits] if text.startswith(_BOM) else edits


def _settling(text: str) -> list[Edit]:
    """The edits that bring a text to NFC and to line feeds."""
    return sorted((*_line_end_edits(text), *nfc_edits(text)))


def _ready(text: str) -> str:
    edits = _settling(text)
    return OffsetMap(edits).apply(text) if edits else text


def _dropped(message: str) -> Landing:
    return Landing((), (("dropped", message),))


def _shown(text: str) -> str:
    short = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return f"“{short}”".replace("\n", "⏎")
