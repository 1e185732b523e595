"""What a check found: one record for the validator, the reporters and the tests."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How bad a finding is. Errors and warnings make a run fail, notes never."""

    NOTE = 0
    WARNING = 1
    ERROR = 2

    @property
    def label(self) -> str:
        """The lower-case word that reports print."""
        return self.name.lower()


class Finding(NamedTuple):
    """One finding.

    Attributes:
        code: stable code, `MM301`.
        slug: the code's name, `span-out-of-bounds`.
        severity: error, warning or note.
        path: the file, as the user named it; `file:line` positions are in `line`.
        pointer: JSON path inside the article, `$.entities[3].start`; `$` for the whole.
        message: what was found and what was expected, in one line.
        hint: what to do about it, if that can be said.
        line: 1-based line in the file, if known.
        fixable: `--fix` can repair it without a person.
    """

    code: str
    slug: str
    severity: Severity
    path: str
    pointer: str
    message: str
    hint: str | None = None
    line: int | None = None
    fixable: bool = False


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it must be."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def visible(text: str) -> str:
    """The text with everything that a terminal would not print as itself escaped."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


class MalmoiError(Exception):
    """An expected failure with a message for the user: what, where, what to do. Never a traceback."""
