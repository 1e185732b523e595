"""From an article to the rows of each config. Document offsets are derived here and stored nowhere else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from malmoi import schemas
from malmoi.build.document import Document
from malmoi.build.features import code
from malmoi.build.rights import attribution
from malmoi.model import CAPTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from malmoi.model import Article, Caption, Entity, Quote, SpanLike

Row = dict[str, Any]


def rows(article: Article) -> dict[str, list[Row]]:
    """The rows of an article in every config, in document order."""
    document = Document.of(article)
    return {
        "default": [_article(document)],
        "ner": list(_ner(document)),
        "quotes": list(_quotes(document)),
        "captions": list(_captions(document)),
    }


def _article(document: Document) -> Row:
    article = document.article
    run = partial(_block_run, document)
    return {
        "id": article.id,
        "tier": article.tier,
        "license": article.license,
        "attribution": attribution(article),
        "publisher": article.publisher,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "modified_at": article.modified_at,
        "section": article.section.raw if article.section else None,
        "medtop": article.section.medtop if article.section else None,
        "url": article.url,
        "event": article.event,
        "title": article.headline(),
        "byline": [{"name": by.name, "role": by.role, "organization": by.organization} for by in article.byline],
        "text": document.text(),
        "blocks": [
            {"id": block.id, "type": block.type, "start": start, "end": start + len(text), "text": text}
            for block, start, text in zip(article.blocks, document.starts, document.texts, strict=True)
        ],
        "entities": [{"id": entity.id, **run(entity), **_entity(entity)} for entity in article.entities],
        "clusters": [
            {
                "id": cluster.id,
                "label": code("label", cluster.label),
                "class": code("class", schemas.label_class(cluster.label)),
                "name": cluster.name,
                "wikidata": cluster.wikidata,
            }
            for cluster in article.clusters
        ],
        "quotes": [
            {"id": quote.id, **_quote_kind(quote), "speaker": quote.speaker, **_quote_parts(quote, run)}
            for quote in article.quotes
        ],
        "captions": [
            {"block": caption.block, "copies": caption.copies, **_caption_fields(caption, run)}
            for caption in article.captions
        ],
        "origin": msgspec.structs.asdict(article.origin) if article.origin else None,
        "provenance": _provenance(article),
    }


def _ner(document: Document) -> Iterator[Row]:
    article = document.article
    for position, block in enumerate(article.blocks):
        run = partial(_run, document, document.starts[position])
        yield {
            "id": f"{article.id}/{block.id}",
            **_context(article),
            "block": block.id,
            "block_type": block.type,
            "position": position,
            "doc_start": document.starts[position],
            "text": document.texts[position],
            "entities": [
                {"id": entity.id, **run(entity), **_entity(entity)}
                for entity in sorted(article.entities, key=lambda entity: entity.start)
                if entity.block == block.id
            ],
        }


def _quotes(document: Document) -> Iterator[Row]:
    article = document.article
    clusters = {cluster.id: cluster for cluster in article.clusters}
    for quote in article.quotes:
        touched = [document.positions[part.block] for part in quote.parts()]
        first, last = min(touched), max(touched)
        speaker = clusters.get(quote.speaker or "")
        run = partial(_run, document, document.starts[first])
        yield {
            "id": f"{article.id}/{quote.id}",
            **_context(article),
            **_quote_kind(quote),
            "speaker": speaker.name if speaker else None,
            "speaker_label": code("label", speaker.label) if speaker else None,
            "speaker_cluster": quote.speaker,
            "blocks": [block.id for block in article.blocks[first : last + 1]],
            "block_type": article.block(quote.content[0].block).type,
            "doc_start": document.starts[first],
            "before": document.texts[first - 1] if first else None,
            "text": document.text(first, last),
            "after": document.texts[last + 1] if last + 1 < len(document.texts) else None,
            **_quote_parts(quote, run),
        }


def _captions(document: Document) -> Iterator[Row]:
    article = document.article
    for caption in sorted(article.captions, key=lambda caption: document.positions[caption.block]):
        position = document.positions[caption.block]
        yield {
            "id": f"{article.id}/{caption.block}",
            **_context(article),
            "block": caption.block,
            "position": position,
            "doc_start": document.starts[position],
            "text": document.texts[position],
            "copies": caption.copies,
            **_caption_fields(caption, partial(_run, document, document.starts[position])),
        }


def _context(article: Article) -> Row:
    return {
        "article": article.id,
        "tier": article.tier,
        "license": article.license,
        "publisher": article.publisher,
        "published_at": article.published_at,
        "medtop": article.section.medtop if article.section else None,
    }


def _run(document: Document, origin: int, span: SpanLike) -> Row:
    """The span, counted from `origin` of the document text."""
    shift = document.doc_start(span.block) - origin
    return {"start": span.start + shift, "end": span.end + shift, "text": _text(document, span)}


def _block_run(document: Document, span: SpanLike) -> Row:
    start = document.doc_start(span.block)
    return {
        "block": span.block,
        "start": span.start,
        "end": span.end,
        "text": _text(document, span),
        "doc_start": start + span.start,
        "doc_end": start + span.end,
    }


def _text(document: Document, span: SpanLike) -> str:
    return document.texts[document.positions[span.block]][span.start : span.end]


def _entity(entity: Entity) -> Row:
    return {
        "label": code("label", entity.label),
        "class": code("class", schemas.label_class(entity.label)),
        "cluster": entity.cluster,
        "value": entity.value,
    }


def _quote_kind(quote: Quote) -> Row:
    return {
        "type": code("quote_type", quote.type),
        "mode": code("mode", quote.mode),
        "source_status": code("source_status", quote.source_status),
    }


def _quote_parts(quote: Quote, run: Callable[[SpanLike], Row]) -> Row:
    return {
        "content": [run(span) for span in quote.content],
        "markers": [run(span) for span in quote.markers],
        "cue": run(quote.cue) if quote.cue else None,
        "source": run(quote.source) if quote.source else None,
    }


def _caption_fields(caption: Caption, run: Callable[[SpanLike], Row]) -> Row:
    row: Row = {}
    for name in CAPTION_FIELDS:
        part = getattr(caption, name)
        row[name] = [run(span) for span in part] if isinstance(part, tuple) else run(part) if part else None
    if caption.date_created:
        row["date_created"]["value"] = caption.date_created.value
    return row


def _provenance(article: Article) -> str:
    """Provenance as JSON, without the note of hydration: it tells of the builder's copy, not of the article."""
    provenance = msgspec.structs.replace(article.provenance, hydrated=None)
    return orjson.dumps(msgspec.to_builtins(provenance)).decode()
