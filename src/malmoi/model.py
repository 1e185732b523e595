"""The article, schema 1.0: frozen, typed records. No I/O here.

Field order is the key order of the canonical file (`store.py`). Every offset is a count of Unicode
code points inside ONE block's NFC text, `end` exclusive. A field that is None, or an empty optional
tuple, is absent from the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA_VERSION = "1.0"

BlockType = Literal["headline", "dek", "subhead", "dateline", "paragraph", "caption", "byline"]
QuoteType = Literal["direct", "indirect", "mixed"]
QuoteMode = Literal["speech", "writing"]
SourceStatus = Literal["explicit", "other_sentence", "omitted", "anonymous", "none"]
TextStatus = Literal["included", "withheld"]
Tier = Literal["open", "wikinews", "private"]
Layer = Literal["entities", "clusters", "quotes", "captions"]
Role = Literal["draft", "first", "second", "adjudication", "review"]

TIERS: tuple[Tier, ...] = ("open", "wikinews", "private")
BLOCK_PREFIX: dict[BlockType, str] = {
    "headline": "h",
    "dek": "k",
    "subhead": "s",
    "dateline": "d",
    "paragraph": "p",
    "caption": "c",
    "byline": "b",
}
"""The letter a block's id begins with, by type: `p03` is the third paragraph when it was first read."""
HEADS: frozenset[BlockType] = frozenset({"headline", "dek", "subhead"})
"""Blocks that stand over the body: their quotes repeat it, and are never counted with the body's."""


class SpanLike(Protocol):
    """Anything that marks `[start, end)` of one block."""

    @property
    def block(self) -> str:
        """Id of the block."""

    @property
    def start(self) -> int:
        """First code point."""

    @property
    def end(self) -> int:
        """One past the last code point."""

    @property
    def text(self) -> str | None:
        """The slice itself; None where the text is withheld."""


class Record(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all records: frozen, defaults left out of the file, unknown keys refused."""


class Span(Record, frozen=True, kw_only=True):
    """A run of code points of one block."""

    block: str
    start: int
    end: int
    text: str | None = None


class DatedSpan(Record, frozen=True, kw_only=True):
    """A span with the ISO 8601 date it stands for."""

    block: str
    start: int
    end: int
    text: str | None = None
    value: str | None = None


class Entity(Record, frozen=True, kw_only=True):
    """A named entity of the flat layer: a span, its NIKL label, its referent and its ISO 8601 value."""

    id: str
    block: str
    start: int
    end: int
    label: str
    text: str | None = None
    cluster: str | None = None
    value: str | None = None


class Cluster(Record, frozen=True, kw_only=True):
    """A referent: what several mentions stand for. `name` is its fullest form in the article."""

    id: str
    label: str
    name: str
    wikidata: str | None = None


class Quote(Record, frozen=True, kw_only=True):
    """An attribution relation: content, its quotative markers, the cue and the source."""

    id: str
    type: QuoteType
    mode: QuoteMode
    source_status: SourceStatus
    speaker: str | None = None
    content: tuple[Span, ...]
    markers: tuple[Span, ...] = ()
    cue: Span | None = None
    source: Span | None = None

    def parts(self) -> tuple[Span, ...]:
        """Every span of the relation, contents first."""
        return (*self.content, *self.markers, *(s for s in (self.cue, self.source) if s is not None))


class Caption(Record, frozen=True, kw_only=True):
    """The parts of one caption block under their IPTC Photo Metadata names."""

    block: str
    copies: int
    location: Span | None = None
    source: Span | None = None
    creator: tuple[Span, ...] = ()
    creator_role: tuple[Span, ...] = ()
    description: Span | None = None
    credit_line: Span | None = None
    date_created: DatedSpan | None = None
    rights: Span | None = None

    def parts(self) -> tuple[tuple[str, SpanLike], ...]:
        """Every part as (field name, span), in field order."""
        found: list[tuple[str, SpanLike]] = []
        for name in CAPTION_FIELDS:
            part = getattr(self, name)
            if isinstance(part, tuple):
                found.extend((name, span) for span in part)
            elif part is not None:
                found.append((name, part))
        return tuple(found)


CAPTION_FIELDS: tuple[str, ...] = (
    "location",
    "source",
    "creator",
    "creator_role",
    "description",
    "credit_line",
    "date_created",
    "rights",
)


class Block(Record, frozen=True, kw_only=True):
    """One unit of the page, in document order.

    With the text included: `text`. With the text withheld: `length` (code points) and `tokens`, the
    fingerprint that `standoff/` writes and reads.
    """

    id: str
    type: BlockType
    text: str | None = None
    length: int | None = None
    tokens: str | None = None


class Byline(Record, frozen=True, kw_only=True):
    """One author as the byline names them."""

    name: str
    role: str | None = None
    organization: str | None = None


class Section(Record, frozen=True, kw_only=True):
    """The section as the outlet prints it, and its IPTC Media Topic (8 digits, top level)."""

    raw: str | None = None
    medtop: str | None = None


class Origin(Record, frozen=True, kw_only=True):
    """Where the text came from, enough to find it again and to know it when found.

    `archive` names a pinned public archive, or BIGKinds, and `key` the row in it; without one `key` is the source's
    own identifier. `text_sha256` is the hash of the normalized text (blocks joined by a line feed), `raw_sha256` of
    the raw copy that was read.
    """

    archive: str | None = None
    key: str | None = None
    raw_sha256: str | None = None
    text_sha256: str | None = None


class Changed(Record, frozen=True, kw_only=True):
    """A character that a step replaced: code points as `U+XXXX`, and how often."""

    step: str
    before: str
    after: str
    count: int


class Dropped(Record, frozen=True, kw_only=True):
    """A piece that a step took out: why, how long it was, and what it said (unless withheld)."""

    step: str
    reason: str
    length: int
    text: str | None = None


class Decision(Record, frozen=True):
    """What a field was taken from, where a page offers several sources."""

    field: str
    source: str


class Normalizer(Record, frozen=True, kw_only=True):
    """What the normalizer did to make the blocks."""

    version: str
    reader: str
    encoding: str
    decisions: tuple[Decision, ...] = ()
    changed: tuple[Changed, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    flags: tuple[str, ...] = ()


class Annotation(Record, frozen=True, kw_only=True):
    """One pass of annotation: which layers, by whom, in what role, by which guidelines."""

    layers: tuple[Layer, ...]
    by: Literal["human", "machine", "rules"]
    agent: str
    role: Role
    guidelines: str


def newest_guidelines(passes: Iterable[Annotation]) -> str | None:
    """The newest version of the guidelines that passes of annotation followed: 1.10 after 1.9; None of none."""
    return max((one.guidelines for one in passes), key=_as_numbers, default=None)


def _as_numbers(version: str) -> list[int]:
    """What is no number comes before any."""
    return [int(part) if part.isdecimal() else -1 for part in version.split(".")]


class Hydrated(Record, frozen=True, kw_only=True):
    """How withheld text was put back: from which copy, and what could not be placed."""

    exact: bool
    copy_sha256: str
    left_out: tuple[str, ...] = ()


class Provenance(Record, frozen=True, kw_only=True):
    """Where everything in the file comes from.

    `text`: `written` for this corpus, `archive` (a pinned public archive) or `copy` (a saved or copied
    page). `written_by` says who wrote a text written for this corpus.
    """

    text: Literal["written", "archive", "copy"]
    written_by: str | None = None
    normalizer: Normalizer | None = None
    annotations: tuple[Annotation, ...] = ()
    hydrated: Hydrated | None = None


class Article(Record, frozen=True, kw_only=True):
    """One article with its annotations."""

    schema_version: str
    id: str
    tier: Tier | None = None
    license: str
    text_status: TextStatus
    publisher: str | None = None
    published_at: str | None = None
    published_precision: Literal["day"] | None = None
    modified_at: str | None = None
    section: Section | None = None
    url: str | None = None
    event: str | None = None
    byline: tuple[Byline, ...] = ()
    origin: Origin | None = None
    provenance: Provenance
    blocks: tuple[Block, ...]
    entities: tuple[Entity, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    quotes: tuple[Quote, ...] = ()
    captions: tuple[Caption, ...] = ()

    def block(self, block_id: str) -> Block:
        """The block with this id.

        Raises:
            KeyError: no block has it.
        """
        for block in self.blocks:
            if block.id == block_id:
                return block
        raise KeyError(block_id)

    def headline(self) -> str | None:
        """Text of the first headline block, if there is one and it is not withheld."""
        return next((block.text for block in self.blocks if block.type == "headline"), None)
