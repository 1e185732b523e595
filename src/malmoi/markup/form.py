"""What both ways of the mark-up share: the signs of its lines, its parts, and the tables of header and footer."""

from __future__ import annotations

from typing import Literal

import msgspec

from malmoi.findings import MalmoiError
from malmoi.model import BlockType, Byline, Origin, Provenance, QuoteMode, QuoteType, Record, SourceStatus, Tier

DRAFT_ID = "draft"
"""Id of an article whose mark-up gives none."""
QUOTE_PARTS = ("content", "marker", "cue", "source")
FENCE = "+++"
MAX_COPIES = 999

BLOCK_SIGNS: dict[str, BlockType] = {
    "#": "headline",
    "##": "subhead",
    "=": "dek",
    "@": "dateline",
    "~": "byline",
}
"""What the first character of a line says; `>` is a caption, no sign a paragraph."""


class MarkupError(MalmoiError):
    """Mark-up that does not compile, or an article that it cannot say: the message names the place."""


class Header(Record, frozen=True, kw_only=True):
    """The first table of the mark-up.

    An author is a string, `김가람 기자`, or a table where that would not tell name from role. `blocks` gives the
    blocks' ids in order; left out, they are numbered by type.
    """

    license: str
    id: str = DRAFT_ID
    tier: Tier | None = None
    publisher: str | None = None
    published_at: str | None = None
    published_precision: Literal["day"] | None = None
    modified_at: str | None = None
    section: str | None = None
    medtop: str | None = None
    url: str | None = None
    event: str | None = None
    byline: tuple[str | Byline, ...] = ()
    blocks: tuple[str, ...] = ()
    origin: Origin | None = None
    provenance: Provenance = Provenance(text="written")


class Footer(Record, frozen=True, kw_only=True):
    """The last table: a line a cluster and a line a quote, each a `ClusterEntry` or `QuoteEntry` still to be read."""

    clusters: dict[str, object] = msgspec.field(default_factory=dict)
    quotes: dict[str, object] = msgspec.field(default_factory=dict)


class ClusterEntry(Record, frozen=True, kw_only=True):
    """A line under [clusters]; without a label the first mention gives it, without an id one is made."""

    name: str
    label: str | None = None
    wikidata: str | None = None
    id: str | None = None


class QuoteEntry(Record, frozen=True, kw_only=True):
    """A line under [quotes]; the type is told from the quotation marks where it is left out."""

    type: QuoteType | None = None
    mode: QuoteMode = "speech"
    source_status: SourceStatus | None = None
    speaker: str | None = None
    id: str | None = None


def parse_author(printed: str) -> dict[str, str]:
    """An author as printed, `김가람 기자`, parted into name and role."""
    name, _, role = printed.strip().partition(" ")
    return {"name": name, "role": role} if role else {"name": name}
