"""Where each value of a JSON text stands, and which keys stand twice: what parsers throw away."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import orjson

if TYPE_CHECKING:
    from malmoi.rules.registry import Path

_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


class Duplicate(NamedTuple):
    """A key that its object holds more than once."""

    path: Path
    line: int
    first_line: int


class Positions:
    """Line of every value of a JSON text that parses. One pass, no recursion."""

    def __init__(self, text: str) -> None:
        """Read the text; it must be JSON."""
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.duplicates: list[Duplicate] = []
        self.depth = 0
        self._read(text)

    def line(self, path: Path) -> int:
        """1-based line of the value at the path, or of the nearest value around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._breaks, offset - 1) + 1

    def _read(self, text: str) -> None:
        path: list[str | int] = []
        opened: list[str] = []
        expects_key = False
        for match in _MARK.finditer(text):
            mark = match[0]
            if mark in "}]":
                opened.pop()
                path.pop()
                expects_key = False
            elif mark == ",":
                expects_key = opened[-1] == "{"
                if not expects_key:
                    path[-1] = int(path[-1]) + 1
            elif mark == ":":
                expects_key = False
            elif expects_key:
                path[-1] = orjson.loads(mark)
                self._note(tuple(path), self._line_at(match.start()))
            else:
                self._note_value(tuple(path), self._line_at(match.start()))
                if mark in "{[":
                    opened.append(mark)
                    self.depth = max(self.depth, len(opened))
                    path.append(0 if mark == "[" else "")
                    expects_key = mark == "{"

    def _note(self, path: Path, line: int) -> None:
        if path in self.lines:
            self.duplicates.append(Duplicate(path, line, self.lines[path]))
        self.lines[path] = line

    def _note_value(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)
