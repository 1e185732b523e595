"""What travels down the chain: a page's lines, what is known about it, and what was done to it.

A reader (copied text, HTML, exports) makes a `Draft`: one `Line` a block as far as it can
tell, with a type where the source says so. A step is a pure function from draft to draft.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from malmoi.contacts import EMAIL, PHONE
from malmoi.findings import MalmoiError
from malmoi.model import BlockType, Byline, Changed, Decision, Dropped
from malmoi.normalize.prose import is_prose


class NormalizeError(MalmoiError):
    """Input that cannot be made into an article: not decodable, empty, or without a body."""


class Line(Struct, frozen=True):
    """One line of the page.

    Attributes:
        text: the line.
        type: its block type, None while unknown. A type that a reader set is never changed.
        copies: how often the page showed it here (captions).
        hint: the page marked the place as a picture's.
    """

    text: str
    type: BlockType | None = None
    copies: int = 1
    hint: bool = False


class Draft(Struct, frozen=True, kw_only=True):
    """An article on its way.

    `pending` is a label (`입력 :`) whose moment is still to come; `nameplates` are the outlets that stand alone on
    a line above the headline.
    """

    reader: str
    encoding: str
    lines: tuple[Line, ...]
    publisher: str | None = None
    published_at: str | None = None
    published_precision: Literal["day"] | None = None
    modified_at: str | None = None
    section: str | None = None
    url: str | None = None
    byline: tuple[Byline, ...] = ()
    pending: str | None = None
    nameplates: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    changed: tuple[Changed, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    flags: tuple[str, ...] = ()

    def but(self, **fields: Any) -> Draft:  # noqa: ANN401  the fields' own types
        """A copy with these fields changed."""
        return replace(self, **fields)

    def credit(self, people: list[Byline]) -> Draft:
        """A copy with these authors added, each name once."""
        names = {author.name for author in self.byline}
        fresh = {person.name: person for person in people if person.name not in names}
        return self.but(byline=(*self.byline, *fresh.values())) if fresh else self


Step = Callable[[Draft], Draft]


def is_running(line: Line) -> bool:
    """Whether a line is running text: it reads so, or its reader says so."""
    return line.type == "paragraph" or (line.type is None and is_prose(line.text))


def drop(step: str, reason: str, text: str) -> Dropped:
    """The record of a piece taken out; without its text where that is, or holds, a person's contact."""
    hidden = PHONE.search(text) or EMAIL.search(text)
    return Dropped(step=step, reason=reason, length=len(text), text=None if hidden else text)
