"""Rebuilding an article's layers over the text of a copy, noting what is left out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec.structs import replace

from malmoi import isovalue, store
from malmoi.model import CAPTION_FIELDS, Caption, DatedSpan, Entity, Hydrated, Quote, Span
from malmoi.rules.values import contradiction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from malmoi.model import Article, Block, SpanLike
    from malmoi.standoff.copies import Copy

    Locate = Callable[[SpanLike], tuple[int, int] | str]

S = TypeVar("S", Entity, Span, DatedSpan)


class LeftOut(NamedTuple):
    """An annotation or a block that was not put back: `c01.creator` is a field of the caption in c01."""

    id: str
    layer: str
    reason: str


class HydrationReport(NamedTuple):
    """What became of the annotations.

    Attributes:
        copy: name of the copy.
        exact: the text is, by its hash, the text that was annotated.
        spans: spans in the withheld article.
        restored: spans that were put back.
        left_out: what was not, and why.
    """

    copy: str
    exact: bool
    spans: int
    restored: int
    left_out: tuple[LeftOut, ...]


class HydrationResult(NamedTuple):
    """The article with its text, and the report."""

    article: Article
    report: HydrationReport


def is_annotated_text(withheld: Article, texts: Sequence[str]) -> bool:
    """Whether these block texts are, by their hash, the text that was annotated."""
    known = withheld.origin and withheld.origin.text_sha256
    return known is not None and hashlib.sha256("\n".join(texts).encode()).hexdigest() == known


def restore(withheld: Article, copy: Copy, texts: dict[str, str], locate: Locate) -> HydrationResult:
    """The article over these block texts.

    Args:
        withheld: the article without text.
        copy: where the texts are from.
        texts: text of each block that is in the copy, by block id.
        locate: gives the start and end of a span in its block's text, or why it has none.
    """
    rebuilt = _Restorer(texts, locate)
    blocks = tuple(filter(None, map(rebuilt.block, withheld.blocks)))
    entities = tuple(filter(None, map(rebuilt.entity, withheld.entities)))
    quotes = tuple(filter(None, map(rebuilt.quote, withheld.quotes)))
    captions = tuple(filter(None, map(rebuilt.caption, withheld.captions)))
    gone = _referred(withheld.entities, withheld.quotes) - _referred(entities, quotes)
    for cluster in withheld.clusters:
        if cluster.id in gone:
            rebuilt.leave_out(cluster.id, "clusters", "nothing that was put back refers to it")
    left_out = tuple(rebuilt.left_out)
    exact = len(texts) == len(withheld.blocks) and is_annotated_text(withheld, [texts[block.id] for block in blocks])
    origin = withheld.origin
    if origin and not exact:
        # Hashes are of the text in the file; the copy's own hash is in `hydrated`.
        origin = replace(origin, raw_sha256=None, text_sha256=store.text_sha256(blocks))
    hydrated = Hydrated(
        exact=exact, copy_sha256=copy.sha256, left_out=tuple(dict.fromkeys(item.id for item in left_out))
    )
    article = replace(
        withheld,
        text_status="included",
        origin=origin,
        provenance=replace(withheld.provenance, hydrated=hydrated),
        blocks=blocks,
        entities=entities,
        clusters=tuple(cluster for cluster in withheld.clusters if cluster.id not in gone),
        quotes=quotes,
        captions=captions,
    )
    return HydrationResult(
        article, HydrationReport(copy.name, exact, count_spans(withheld), count_spans(article), left_out)
    )


def count_spans(article: Article) -> int:
    """Spans of all layers."""
    return (
        len(article.entities)
        + sum(len(quote.parts()) for quote in article.quotes)
        + sum(len(caption.parts()) for caption in article.captions)
    )


def _referred(entities: Sequence[Entity], quotes: Sequence[Quote]) -> set[str | None]:
    return {entity.cluster for entity in entities} | {quote.speaker for quote in quotes}


class _Restorer:
    """Puts text and offsets into one record after another."""

    def __init__(self, texts: dict[str, str], locate: Locate) -> None:
        self.texts = texts
        self.locate = locate
        self.left_out: list[LeftOut] = []

    def leave_out(self, item: str, layer: str, reason: str) -> None:
        self.left_out.append(LeftOut(item, layer, reason))

    def block(self, block: Block) -> Block | None:
        text = self.texts.get(block.id)
        if text is None:
            self.leave_out(block.id, "blocks", "it is not in the copy")
            return None
        return replace(block, text=text, length=None, tokens=None)

    def entity(self, entity: Entity) -> Entity | None:
        built = self._span(entity)
        if isinstance(built, str):
            self.leave_out(entity.id, "entities", built)
            return None
        return built

    def quote(self, quote: Quote) -> Quote | None:
        # A quote that lacks its source or half of its content would say something else: all of it, or nothing.
        built = {part: self._span(part) for part in quote.parts()}
        reason = next((found for found in built.values() if isinstance(found, str)), None)
        if reason is not None:
            self.leave_out(quote.id, "quotes", reason)
            return None
        spans = {part: found for part, found in built.items() if not isinstance(found, str)}
        return replace(
            quote,
            content=tuple(spans[part] for part in quote.content),
            markers=tuple(spans[part] for part in quote.markers),
            cue=quote.cue and spans[quote.cue],
            source=quote.source and spans[quote.source],
        )

    def caption(self, caption: Caption) -> Caption | None:
        if caption.block not in self.texts:
            self.leave_out(caption.block, "captions", f"block {caption.block} is not in the copy")
            return None
        fields: dict[str, object] = {}
        for name in CAPTION_FIELDS:
            part = getattr(caption, name)
            spans = part if isinstance(part, tuple) else (part,) if part else ()
            built = [self._span(span) for span in spans]
            reason = next((found for found in built if isinstance(found, str)), None)
            if reason is not None:
                self.leave_out(f"{caption.block}.{name}", "captions", reason)
                fields[name] = () if isinstance(part, tuple) else None
            elif built:
                fields[name] = tuple(built) if isinstance(part, tuple) else built[0]
        return replace(caption, **fields)

    def _span(self, span: S) -> S | str:
        if span.block not in self.texts:
            return f"block {span.block} is not in the copy"
        found = self.locate(span)
        if isinstance(found, str):
            return found
        start, end = found
        text = self.texts[span.block][start:end]
        if _belies_value(span, text):
            return "the copy has another date, time or length there"
        return replace(span, start=start, end=end, text=text)


def _belies_value(span: SpanLike, text: str) -> bool:
    """Whether the text states another date than the span's value: a number changed behind an equal hash."""
    written = getattr(span, "value", None)
    value = isovalue.parse(written) if written else None
    # The copy may space a number in two: it belies the value only if it does so without its spaces too.
    return value is not None and all(contradiction(form, value) for form in (text, "".join(text.split())))
