"""From a page to an article: every mark is checked against the text, and what had to be done to one is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args

from msgspec.structs import replace

from malmoi import schemas, store
from malmoi.findings import MalmoiError
from malmoi.formats.interface import FormatError
from malmoi.formats.landing import Ground, NoteKind, Piece
from malmoi.formats.pages import LAYERS, TEXT_HASH, foreign_header, shown_names
from malmoi.marks import quote_type
from malmoi.markup import new_id
from malmoi.model import (
    CAPTION_FIELDS,
    Block,
    Caption,
    Cluster,
    DatedSpan,
    Entity,
    Quote,
    QuoteMode,
    QuoteType,
    SourceStatus,
    Span,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malmoi.formats.pages import Mark, MarkedCaption, MarkedEntity, MarkedQuote, Page
    from malmoi.model import Article

T = TypeVar("T")

_TOO_MANY = 1_000_000_000

_TYPES: tuple[QuoteType, ...] = get_args(QuoteType)
_MODES: tuple[QuoteMode, ...] = get_args(QuoteMode)
_STATUSES: tuple[SourceStatus, ...] = get_args(SourceStatus)


class Note(NamedTuple):
    """What had to be done to something that a tool gave back, for a person to look at."""

    kind: NoteKind
    where: str
    message: str

    def __str__(self) -> str:
        """As messages print it."""
        return f"{self.where}: {self.kind}: {self.message}"


class Assembled(NamedTuple):
    """An article made of a page.

    Attributes:
        article: the article.
        notes: what had to be done for it.
        annotator: who made the marks, if the tool tells.
        bare: it came without a header, so that nothing but text and marks is known of it.
        guessed: ids of clusters that the tool names and does not tell of, so that the names are guesses.
    """

    article: Article
    notes: tuple[Note, ...]
    annotator: str | None
    bare: bool = False
    guessed: frozenset[str] = frozenset()


def assemble(page: Page) -> Assembled:
    """The article of a page.

    Blocks, ids and all that the header tells stay as they were; what the tool made gets ids of its own. A page without
    a header becomes an article of paragraphs, a line a block.

    Raises:
        FormatError: the text has not the blocks that the header names, or the header is none.
    """
    return _Assembly(page).article()


class _Assembly:
    """Collects the records of one article."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ground = Ground.of(page.text, page.unit)
        self.notes = [Note("dropped", page.where, problem) for problem in page.problems]
        self.blocks = self._blocks()
        self.positions = {block.id: index for index, block in enumerate(self.blocks)}
        ids = (*(e.id for e in page.entities), *(q.id for q in page.quotes), *(c.id for c in page.clusters))
        self.taken = {given for given in ids if given}
        self.used: set[str] = set()
        self.clusters = {cluster.id: cluster for cluster in page.clusters}
        self.names = {shown: name for name, shown in shown_names(page.clusters).items()}
        self.guessed: set[str] = set()
        if len(self.clusters) < len(page.clusters):
            raise FormatError(f"{page.where}: two clusters have one id")

    def article(self) -> Assembled:
        page = self.page
        header: dict[str, Any] = dict(page.header or foreign_header(page.name))
        # Clusters come last: an entity or a speaker may name one that the tool made.
        entities = sorted(filter(None, map(self._entity, page.entities)), key=self._place)
        quotes = sorted(filter(None, map(self._quote, page.quotes)), key=lambda quote: self._place(quote.content[0]))
        captions = sorted(self._captions(page.captions), key=lambda caption: self.positions[caption.block])
        expected = header.pop(TEXT_HASH, None)
        if expected is not None and expected != store.text_sha256(self.blocks):
            self._note("changed", "the text is not the one that was exported")
        data = {key: value for key, value in header.items() if key not in LAYERS} | {"text_status": "included"}
        data["blocks"] = [{"id": block.id, "type": block.type, "text": block.text} for block in self.blocks]
        try:
            bare = store.from_dict(data)
        except MalmoiError as error:
            raise FormatError(f"{page.where}: {error}") from None
        article = replace(
            bare,
            entities=tuple(entities),
            clusters=tuple(self.clusters.values()),
            quotes=tuple(quotes),
            captions=tuple(captions),
        )
        bare_of_all = page.header is None
        return Assembled(article, tuple(self.notes), page.annotator, bare_of_all, frozenset(self.guessed))

    def _note(self, kind: NoteKind, message: str) -> None:
        self.notes.append(Note(kind, self.page.where, message))

    def _blocks(self) -> tuple[Block, ...]:
        lines = self.ground.lines
        if self.page.header is None:
            return tuple(Block(id=f"p{n:02d}", type="paragraph", text=line) for n, line in enumerate(lines, 1))
        try:
            given = [(str(block["id"]), block["type"]) for block in self.page.header["blocks"]]
        except (KeyError, TypeError):
            raise FormatError(f"{self.page.where}: the article's header names no blocks") from None
        if len(dict(given)) < len(given):
            raise FormatError(f"{self.page.where}: the article's header names a block twice")
        if len(given) != len(lines):
            raise FormatError(
                f"{self.page.where}: the text has {len(lines)} lines, and {len(given)} blocks were exported: blocks "
                "are neither joined nor split in a tool; correct the article itself and export it again"
            )
        return tuple(Block(id=name, type=kind, text=line) for (name, kind), line in zip(given, lines, strict=True))

    def _place(self, span: Span | Entity) -> tuple[int, int]:
        return self.positions[span.block], span.start

    def _pieces(self, mark: Mark, what: str) -> tuple[Piece, ...]:
        """Where the mark lands, with notes."""
        landing = self.ground.land(mark)
        for kind, message in landing.notes:
            self._note(kind, f"{what}: {message}")
        return landing.pieces

    def _spans(self, mark: Mark, what: str) -> tuple[Span, ...]:
        pieces = self._pieces(mark, what)
        if len(pieces) > 1:
            self._note("split", f"{what}: it reaches over {len(pieces)} blocks; a part for each")
        return tuple(map(self._span, pieces))

    def _one(self, mark: Mark, what: str) -> Span | None:
        pieces = self._pieces(mark, what)
        if len(pieces) > 1:
            self._note("dropped", f"{what}: it reaches over {len(pieces)} blocks, from {self._span(pieces[0]).block}")
            return None
        return self._span(pieces[0]) if pieces else None

    def _span(self, piece: Piece) -> Span:
        text = self.ground.lines[piece.line][piece.start : piece.end]
        return Span(block=self.blocks[piece.line].id, start=piece.start, end=piece.end, text=text)

    def _id(self, prefix: str, kind: str, given: str | None, *parts: object) -> str:
        """The given id if it can be one, else a new one."""
        if given and given not in self.used and re.fullmatch(schemas.article_schema()["$defs"][kind]["pattern"], given):
            self.used.add(given)
            return given
        made = new_id(prefix, *parts, taken=self.taken)
        self.used.add(made)
        return made

    def _entity(self, marked: MarkedEntity) -> Entity | None:
        what = f"entity {marked.id or marked.label}"
        if marked.label not in schemas.labels():
            self._note("dropped", f"{what}: {marked.label!r} is none of the labels")
            return None
        span = self._one(marked.mark, what)
        if span is None:
            return None
        found = self._id("e", "entity_id", marked.id, marked.label, span.text, span.block, span.start)
        cluster = self._cluster(marked.cluster, marked.label, span.text or "")
        return Entity(
            id=found,
            block=span.block,
            start=span.start,
            end=span.end,
            label=marked.label,
            text=span.text,
            cluster=cluster,
            value=marked.value,
        )

    def _cluster(self, named: str | None, label: str | None, mention: str = "") -> str | None:
        """Id of the cluster that an id or a name names; one that is not there is made, if a label is known.

        A name that several clusters have stands for none of them without its id; an id that is not told of gets the
        name of its first mention.
        """
        if not named:
            return None
        known = named if named in self.clusters else self.names.get(named)
        if known:
            return known
        same = [shown for shown, found in self.names.items() if self.clusters[found].name == named]
        if same:
            self._note("dropped", f"cluster {named!r}: the article has {', '.join(same)}: which of them is not told")
        if same or label is None:
            return None
        made = self._id("c", "cluster_id", named, named)
        name = mention if made == named else named
        if made == named:
            self.guessed.add(made)
            self._note("changed", f"cluster {made}: it is not told of; taken to be called “{mention}”")
        self.clusters[made] = Cluster(id=made, label=label, name=name)
        self.names[named] = made
        return made

    def _quote(self, marked: MarkedQuote) -> Quote | None:
        what = f"quote {marked.id}" if marked.id else "a new quote"
        content = sorted((s for m in marked.content for s in self._spans(m, f"{what}, content")), key=self._place)
        if not content:
            self._note("dropped", f"{what}: no content of it is left")
            return None
        markers = sorted((s for m in marked.markers for s in self._spans(m, f"{what}, marker")), key=self._place)
        cue = marked.cue and self._one(marked.cue, f"{what}, cue")
        source = marked.source and self._one(marked.source, f"{what}, source")
        speaker = self._cluster(marked.speaker, None)
        if marked.speaker and speaker is None:
            self._note("dropped", f"{what}: its speaker {marked.speaker!r} is none of the article's clusters")
        status: SourceStatus = "explicit" if source else "omitted" if speaker else "none"
        texts = [span.text or "" for span in content]
        return Quote(
            id=self._id("q", "quote_id", marked.id, *texts, content[0].block, content[0].start),
            type=self._choice(marked.type, _TYPES, quote_type(texts), what),
            mode=self._choice(marked.mode, _MODES, "speech", what),
            source_status=self._choice(marked.source_status, _STATUSES, status, what),
            speaker=speaker,
            content=tuple(content),
            markers=tuple(markers),
            cue=cue,
            source=source,
        )

    def _choice(self, given: str | None, known: tuple[T, ...], otherwise: T, what: str) -> T:
        """The given one of the known."""
        found = next((choice for choice in known if choice == given), None)
        if found is not None or given is None:
            return found or otherwise
        self._note("dropped", f"{what}: {given!r} is none of {', '.join(map(str, known))}; taken for {otherwise}")
        return otherwise

    def _captions(self, marked: Iterable[MarkedCaption]) -> Iterable[Caption]:
        fields: dict[str, dict[str, list[DatedSpan]]] = {}
        copies: dict[str, int] = {}
        for caption in marked:
            whole = caption.mark and self._one(caption.mark, "a caption")
            if whole and self._holds(whole.block, "a caption"):
                fields.setdefault(whole.block, {})
                copies[whole.block] = self._copies(caption.copies)
            for part in caption.parts:
                what = f"caption field {part.field}"
                if part.field not in CAPTION_FIELDS:
                    self._note("dropped", f"{what}: it is none of {', '.join(CAPTION_FIELDS)}")
                    continue
                span = self._one(part.mark, what)
                if span is None or not self._holds(span.block, what):
                    continue
                dated = DatedSpan(block=span.block, start=span.start, end=span.end, text=span.text, value=part.value)
                fields.setdefault(span.block, {}).setdefault(part.field, []).append(dated)
        for block, parts in fields.items():
            yield self._caption(block, copies.get(block, 1), parts)

    def _copies(self, said: int) -> int:
        if 1 <= said < _TOO_MANY:
            return said
        self._note("dropped", "a caption: copies is no number of times that a page shows one; taken for 1")
        return 1

    def _holds(self, block: str, what: str) -> bool:
        """Whether the block is a caption."""
        if block in self.positions and self.blocks[self.positions[block]].type == "caption":
            return True
        self._note("dropped", f"{what}: block {block} is no caption")
        return False

    def _caption(self, block: str, copies: int, parts: dict[str, list[DatedSpan]]) -> Caption:
        record: dict[str, Any] = {"block": block, "copies": copies}
        for field, found in parts.items():
            spans = sorted(found, key=lambda span: span.start)
            plain = [Span(block=s.block, start=s.start, end=s.end, text=s.text) for s in spans]
            if field in {"creator", "creator_role"}:
                record[field] = tuple(plain)
                continue
            for extra in plain[1:]:
                self._note("dropped", f"caption {block}: a second {field}, “{extra.text}”")
            record[field] = spans[0] if field == "date_created" else plain[0]
        return Caption(**record)
