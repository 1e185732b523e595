"""What an exchange loses, counted: the facts of an article that its copy out of a tool's files does not have.

The loss is measured, not declared: what was written is read again, and the two articles are compared fact by fact.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import orjson

from malmoi.formats.pages import TEXT_HASH, header_of
from malmoi.model import CAPTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from malmoi.formats.interface import RefusedError
    from malmoi.model import Article, Quote, SpanLike

KINDS = {
    "metadata": "fields of the article besides its text and annotations",
    "block types": "what each block is on the page",
    "block ids": "ids of blocks",
    "text": "texts of blocks",
    "entities": "spans with their labels",
    "entity ids": "ids of entities",
    "entity values": "ISO 8601 values",
    "mentions": "which cluster an entity belongs to",
    "clusters": "clusters, by label and name",
    "cluster ids": "ids of clusters",
    "wikidata": "links of clusters to Wikidata",
    "quotes": "quotes, by their contents",
    "quote ids": "ids of quotes",
    "quote types": "direct, indirect, mixed",
    "quote modes": "speech or writing",
    "source statuses": "where the source stands",
    "speakers": "which cluster spoke",
    "markers": "quotative markers",
    "cues": "cues",
    "sources": "sources",
    "captions": "captions, by their block",
    "caption fields": "parts of captions",
    "caption dates": "ISO 8601 values of parts of captions",
    "caption copies": "captions that stand more than once on the page",
}
"""Kinds of facts, as reports name them, and what each counts."""

Fact = tuple[str, "Hashable"]


class Row(NamedTuple):
    """One kind of fact: how many the articles have, how many are lost, how many came that the articles do not have."""

    kind: str
    total: int
    lost: int
    changed: int


class Tally:
    """Counts facts over pairs of an article and its copy.

    Attributes:
        articles: how many pairs were counted.
        refused: why an article could not be written at all, for each; none of their facts are counted.
    """

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.articles = 0
        self.refused: list[RefusedError] = []
        self._total: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()

    def add(self, article: Article, copy: Article) -> None:
        """Count an article and what came back of it."""
        self.articles += 1
        ours, theirs = Counter(facts(article)), Counter(facts(copy))
        for counter, found in ((self._total, ours), (self._lost, ours - theirs), (self._changed, theirs - ours)):
            for (kind, _), number in found.items():
                counter[kind] += number

    def rows(self) -> list[Row]:
        """A row for each kind that the articles or the copies have."""
        rows = [Row(kind, self._total[kind], self._lost[kind], self._changed[kind]) for kind in KINDS]
        return [row for row in rows if any(row[1:])]


def facts(article: Article) -> Iterator[Fact]:
    """Everything that an article says, piece by piece; what hangs on an id is told by what the id stands for."""
    positions = {block.id: index for index, block in enumerate(article.blocks)}
    header = header_of(article)
    for key in ("blocks", TEXT_HASH):
        header.pop(key)
    for key, value in header.items():
        yield "metadata", (key, orjson.dumps(value))
    for index, block in enumerate(article.blocks):
        yield "block types", (index, block.type)
        yield "block ids", (index, block.id)
        yield "text", (index, block.text)
    yield from _entities(article, positions)
    for cluster in article.clusters:
        yield "clusters", (cluster.label, cluster.name)
        yield "cluster ids", cluster.id
        if cluster.wikidata:
            yield "wikidata", (cluster.name, cluster.wikidata)
    for quote in article.quotes:
        yield from _quote(quote, article, positions)
    yield from _captions(article, positions)


def _place(span: SpanLike, positions: Mapping[str, int]) -> tuple[int, int, int]:
    return positions[span.block], span.start, span.end


def _referent(article: Article, cluster: str) -> tuple[str, ...]:
    return next(((found.label, found.name) for found in article.clusters if found.id == cluster), (cluster,))


def _entities(article: Article, positions: Mapping[str, int]) -> Iterator[Fact]:
    for entity in article.entities:
        what = (_place(entity, positions), entity.label)
        yield "entities", what
        yield "entity ids", (what, entity.id)
        if entity.value:
            yield "entity values", (what, entity.value)
        if entity.cluster:
            yield "mentions", (what, _referent(article, entity.cluster))


def _quote(quote: Quote, article: Article, positions: Mapping[str, int]) -> Iterator[Fact]:
    what = tuple(_place(span, positions) for span in quote.content)
    yield "quotes", what
    yield "quote ids", (what, quote.id)
    yield "quote types", (what, quote.type)
    yield "quote modes", (what, quote.mode)
    yield "source statuses", (what, quote.source_status)
    if quote.speaker:
        yield "speakers", (what, _referent(article, quote.speaker))
    for marker in quote.markers:
        yield "markers", (what, _place(marker, positions))
    if quote.cue:
        yield "cues", (what, _place(quote.cue, positions))
    if quote.source:
        yield "sources", (what, _place(quote.source, positions))


def _captions(article: Article, positions: Mapping[str, int]) -> Iterator[Fact]:
    for caption in article.captions:
        block = positions[caption.block]
        yield "captions", block
        if caption.copies != 1:
            yield "caption copies", (block, caption.copies)
        for field, span in caption.parts():
            yield "caption fields", (CAPTION_FIELDS.index(field), _place(span, positions))
        if caption.date_created and caption.date_created.value:
            yield "caption dates", (block, caption.date_created.value)
