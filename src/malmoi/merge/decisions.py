"""The file in which adjudicators fill in what they chose."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from malmoi.findings import MalmoiError
from malmoi.merge.conflicts import CHOICES, LINE_KEYS, STALE, Choice

if TYPE_CHECKING:
    from collections.abc import Mapping
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
        choice: the version to take; None where only notes were written.
        line: its line in the file.
        notes: what a person wrote besides, under keys of their own: each value as JSON.
        raw: the line as it was read, without the space around it.
    """

    article: str
    kind: str
    at: str
    versions: str
    choice: Choice | None
    line: int = 0
    notes: Mapping[str, bytes] | None = None
    raw: bytes = b""

    def stale_line(self) -> bytes:
        """The line as the person left it, marked as stale, with a line feed."""
        marked = STALE in msgspec.json.decode(self.raw, type=dict[str, msgspec.Raw])
        return (self.raw if marked else self.raw[:-1].rstrip() + f',"{STALE}":true}}'.encode()) + b"\n"


class _Line(Struct, frozen=True):
    article: str
    kind: str
    at: str
    versions: str
    choice: str | None = None


def read_decisions(path: Path) -> list[Decision]:
    """The lines of a file of conflicts that have a choice, or a key of a person's own; the rest is passed over.

    A byte order mark at the beginning and CRLF are fine: people edit the file with what they have.

    Raises:
        DecisionError: the file cannot be read, a line is no conflict, a choice is none of a, b and base, or one
            conflict with the same versions is filled in twice.
    """
    try:
        lines = path.read_bytes().removeprefix(BOM_UTF8).split(b"\n")
    except OSError as error:
        raise DecisionError(f"{path}: {error.strerror}") from None
    found: dict[tuple[str, str, str, str], Decision] = {}
    for number, raw in enumerate(lines, 1):
        if raw.strip() and (decision := _decision(raw.strip(), number, f"{path}:{number}")):
            key = (decision.article, decision.kind, decision.at, decision.versions)
            if key in found:
                raise DecisionError(
                    f"{path}:{number}: {' '.join(key[:3])} is filled in on line {found[key].line} already"
                )
            found[key] = decision
    return list(found.values())


def _decision(raw: bytes, number: int, where: str) -> Decision | None:
    try:
        line = msgspec.json.decode(raw, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecisionError(f"{where}: not a line of `malmoi merge --conflicts`: {error}") from None
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    notes = {key: bytes(value) for key, value in fields.items() if key not in LINE_KEYS}
    if line.choice is None and not notes:
        return None
    choice = next((choice for choice in CHOICES if choice == line.choice), None)
    if choice != line.choice:
        raise DecisionError(f'{where}: choice {line.choice!r} is none of "a", "b", "base"; null leaves it open')
    return Decision(line.article, line.kind, line.at, line.versions, choice, number, notes, raw)
