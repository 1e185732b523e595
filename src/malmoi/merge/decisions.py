"""The file in which adjudicators fill in what they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from malmoi.findings import MalmoiError
from malmoi.merge.conflicts import CHOICES, Choice

if TYPE_CHECKING:
    from pathlib import Path


class DecisionError(MalmoiError):
    """A file of decisions that cannot be read; the message names file and line."""


class Decision(NamedTuple):
    """A filled-in line: what it takes to know the conflict again, and the choice.

    Attributes:
        article: the article's id.
        kind: what kind of item.
        at: where, as `Place.at`.
        versions: `Conflict.digest` of what was looked at.
        choice: the version to take.
        line: its line in the file.
    """

    article: str
    kind: str
    at: str
    versions: str
    choice: Choice
    line: int = 0


class _Line(Struct, frozen=True):
    article: str
    kind: str
    at: str
    versions: str
    choice: str | None = None


def read_decisions(path: Path) -> list[Decision]:
    """The filled-in lines of a file of conflicts; those whose choice is null are passed over.

    Raises:
        DecisionError: the file cannot be read, a line is no conflict, a choice is none of a, b and base, or one
            conflict is decided twice.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DecisionError(f"{path}: {error.strerror}") from None
    found: dict[tuple[str, str, str], Decision] = {}
    for number, raw in enumerate(lines, 1):
        if raw.strip() and (decision := _decision(raw, number, f"{path}:{number}")):
            key = (decision.article, decision.kind, decision.at)
            if key in found:
                raise DecisionError(f"{path}:{number}: {' '.join(key)} is decided on line {found[key].line} already")
            found[key] = decision
    return list(found.values())


def _decision(raw: bytes, number: int, where: str) -> Decision | None:
    try:
        line = msgspec.json.decode(raw, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecisionError(f"{where}: not a line of `malmoi merge --conflicts`: {error}") from None
    if line.choice is None:
        return None
    choice = next((choice for choice in CHOICES if choice == line.choice), None)
    if choice is None:
        raise DecisionError(f'{where}: choice {line.choice!r} is none of "a", "b", "base"; null leaves it open')
    return Decision(line.article, line.kind, line.at, line.versions, choice, number)
