"""A page: an article as a tool sees it, one text with marks on it.

The text is the blocks joined by an empty line, as in the `default` config of the published data, so that a mark's
offsets are the `doc_start` and `doc_end` there (in code points, or in the unit that the tool counts).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi import schemas, store
from malmoi.formats.interface import FormatError, Unit
from malmoi.markup import DRAFT_ID
from malmoi.model import SCHEMA_VERSION, Cluster, Span, SpanLike
from malmoi.offsets import BLOCK_SEPARATOR, document_starts, utf16_offsets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from malmoi.model import Article, BlockType, Caption, Entity, Layer, Quote

LAYERS: tuple[Layer, ...] = ("entities", "clusters", "quotes", "captions")
TEXT_HASH = "text_sha256"
"""Key of a header that the article does not have: the hash of the text as it was exported."""


class Mark(NamedTuple):
    """A run `[start, end)` of a page's text, in the page's unit.

    `text` is what the tool says stands there, `before` and `after` what it says stands around it.
    """

    start: int
    end: int
    text: str | None = None
    before: str = ""
    after: str = ""


class MarkedEntity(NamedTuple):
    """An entity of a page. Without an id the tool made it; `cluster` is an id or the name of a referent."""

    mark: Mark
    label: str
    id: str | None = None
    cluster: str | None = None
    value: str | None = None


class MarkedQuote(NamedTuple):
    """A quote of a page. What the tool does not tell is None, and is told from the rest."""

    content: tuple[Mark, ...]
    markers: tuple[Mark, ...] = ()
    cue: Mark | None = None
    source: Mark | None = None
    id: str | None = None
    type: str | None = None
    mode: str | None = None
    source_status: str | None = None
    speaker: str | None = None

    def parts(self) -> tuple[tuple[str, Mark], ...]:
        """Every mark with the name of its part, contents first."""
        found = [("content", mark) for mark in self.content] + [("marker", mark) for mark in self.markers]
        return (*found, *((part, mark) for part, mark in (("cue", self.cue), ("source", self.source)) if mark))


class CaptionPart(NamedTuple):
    """A part of a caption under its IPTC name; `value` is the date of `date_created`."""

    field: str
    mark: Mark
    value: str | None = None


class MarkedCaption(NamedTuple):
    """A caption: its whole block, which a tool may leave out, its parts, and how often the page showed it."""

    mark: Mark | None
    parts: tuple[CaptionPart, ...] = ()
    copies: int = 1


class Page(NamedTuple):
    """An article as a tool sees it.

    Attributes:
        text: the whole text, as the tool has it.
        unit: what the offsets of the marks count.
        header: the article without its layers and texts, as plain data, which tools carry along and nobody edits there;
            None where a file was not made by us. Its `blocks` tell each block's id and type.
        where: where it was read, for messages: file, task, line. Empty on the way out.
        annotator: who made the marks, if the tool tells.
        problems: what the tool holds that says nothing, for messages.
        name: what the tool calls the article, for one without a header.
    """

    text: str
    unit: Unit
    header: dict[str, Any] | None
    entities: tuple[MarkedEntity, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    quotes: tuple[MarkedQuote, ...] = ()
    captions: tuple[MarkedCaption, ...] = ()
    where: str = ""
    annotator: str | None = None
    problems: tuple[str, ...] = ()
    name: str | None = None

    @property
    def id(self) -> str:
        """Id of the article.

        Raises:
            FormatError: the page has no header.
        """
        if self.header is None:
            raise FormatError(f"{self.where}: no article is named here")
        return str(self.header["id"])

    def slice(self, mark: Mark) -> str:
        """What the marked run says."""
        if self.unit == "code points":
            return self.text[mark.start : mark.end]
        raw = self.text.encode("utf-16-le")
        return raw[2 * mark.start : 2 * mark.end].decode("utf-16-le")


def page_of(article: Article, unit: Unit = "code points") -> Page:
    """The page of an article.

    Raises:
        FormatError: the text is withheld, a block is no line of text, or a span no run of a block.
    """
    if article.text_status == "withheld":
        raise FormatError(f"{article.id}: the text is withheld; `malmoi hydrate` puts it back")
    texts = tuple(block.text or "" for block in article.blocks)
    for block, text in zip(article.blocks, texts, strict=True):
        if not text.strip() or text.splitlines() != [text]:
            raise FormatError(f"{article.id}: block {block.id} is not one line of text; `malmoi validate` tells more")
    text = BLOCK_SEPARATOR.join(texts)
    mark = _marker(article, texts, text, unit)
    return Page(
        text=text,
        unit=unit,
        header=header_of(article),
        entities=tuple(_entity(entity, mark) for entity in article.entities),
        clusters=article.clusters,
        quotes=tuple(_quote(quote, mark) for quote in article.quotes),
        captions=tuple(_caption(caption, article, mark) for caption in article.captions),
    )


def shown_names(clusters: Iterable[Cluster]) -> dict[str, str]:
    """What people call each cluster, by its id: its name, with the id where another of the page has that name too."""
    listed = tuple(clusters)
    uses = Counter(cluster.name for cluster in listed)
    return {c.id: c.name if uses[c.name] == 1 else f"{c.name} ({c.id})" for c in listed}


def header_of(article: Article) -> dict[str, Any]:
    """The article as plain data without its layers, and its blocks without their texts."""
    data = {key: value for key, value in store.to_dict(article).items() if key not in LAYERS}
    data["blocks"] = [{"id": block.id, "type": block.type} for block in article.blocks]
    return data | {TEXT_HASH: store.text_sha256(article.blocks)}


def foreign_header(
    name: str | None, blocks: Iterable[tuple[str, BlockType]] | None = None, **known: object
) -> dict[str, Any]:
    """The header of an article that only a tool has; the tool's name of it is its id, if it can be one.

    Args:
        name: what the tool calls the article.
        blocks: id and type of each; without them the header is one of paragraphs, which `assemble` counts.
        known: fields of the article that the tool tells.
    """
    named = name and re.fullmatch(schemas.article_schema()["$defs"]["article_id"]["pattern"], name)
    header: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "id": name if named else DRAFT_ID,
        "license": "LicenseRef-unknown",
        "text_status": "included",
        "provenance": {"text": "copy"},
    }
    if blocks is not None:
        header["blocks"] = [{"id": block, "type": kind} for block, kind in blocks]
    return header | known


def _marker(article: Article, texts: tuple[str, ...], text: str, unit: Unit) -> Callable[[SpanLike], Mark]:
    """A function from a span of a block to a mark on the page."""
    starts = dict(zip((block.id for block in article.blocks), document_starts(texts), strict=True))
    lengths = {block.id: len(found) for block, found in zip(article.blocks, texts, strict=True)}
    units = utf16_offsets(text) if unit == "UTF-16 code units" else None

    def mark(span: SpanLike) -> Mark:
        if not 0 <= span.start < span.end <= lengths.get(span.block, -1):
            raise FormatError(
                f"{article.id}: {span.block}[{span.start}:{span.end}] is no run of a block; `malmoi validate` tells why"
            )
        start, end = starts[span.block] + span.start, starts[span.block] + span.end
        return Mark(units[start], units[end], text[start:end]) if units else Mark(start, end, text[start:end])

    return mark


def _entity(entity: Entity, mark: Callable[[SpanLike], Mark]) -> MarkedEntity:
    return MarkedEntity(mark(entity), entity.label, entity.id, entity.cluster, entity.value)


def _quote(quote: Quote, mark: Callable[[SpanLike], Mark]) -> MarkedQuote:
    return MarkedQuote(
        content=tuple(map(mark, quote.content)),
        markers=tuple(map(mark, quote.markers)),
        cue=mark(quote.cue) if quote.cue else None,
        source=mark(quote.source) if quote.source else None,
        id=quote.id,
        type=quote.type,
        mode=quote.mode,
        source_status=quote.source_status,
        speaker=quote.speaker,
    )


def _caption(caption: Caption, article: Article, mark: Callable[[SpanLike], Mark]) -> MarkedCaption:
    parts = tuple(CaptionPart(field, mark(span), getattr(span, "value", None)) for field, span in caption.parts())
    whole = Span(block=caption.block, start=0, end=len(article.block(caption.block).text or ""))
    return MarkedCaption(mark(whole), parts, caption.copies)
