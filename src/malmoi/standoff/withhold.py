"""Taking the text out of an article, leaving what it takes to put it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from malmoi import store
from malmoi.model import CAPTION_FIELDS, Origin
from malmoi.standoff.tokens import fingerprint

if TYPE_CHECKING:
    from malmoi.model import Article, Block, Caption, Normalizer, Provenance, Quote


def withhold(article: Article) -> Article:
    """The article without its text.

    Every block has `length` and `tokens` (see `tokens.py` for what they give away) in place of `text`; the
    text of every span and of everything the normalizer dropped is left out; `origin.text_sha256` is set. The
    names of clusters, the byline, the publisher, dates and values stay. An article that was hydrated from an
    exact copy comes back as it was before; an article whose text is withheld already is returned unchanged.
    """
    if article.text_status == "withheld":
        return article
    digest = store.text_sha256(article.blocks)
    return replace(
        article,
        text_status="withheld",
        origin=replace(article.origin or Origin(), text_sha256=digest),
        provenance=_without_text(article.provenance),
        blocks=tuple(_withheld_block(article.id, block) for block in article.blocks),
        entities=tuple(replace(entity, text=None) for entity in article.entities),
        quotes=tuple(_withheld_quote(quote) for quote in article.quotes),
        captions=tuple(_withheld_caption(caption) for caption in article.captions),
    )


def _withheld_block(article_id: str, block: Block) -> Block:
    text = block.text or ""
    return replace(block, text=None, length=len(text), tokens=fingerprint(article_id, text))


def _withheld_quote(quote: Quote) -> Quote:
    return replace(
        quote,
        content=tuple(replace(span, text=None) for span in quote.content),
        markers=tuple(replace(span, text=None) for span in quote.markers),
        cue=quote.cue and replace(quote.cue, text=None),
        source=quote.source and replace(quote.source, text=None),
    )


def _withheld_caption(caption: Caption) -> Caption:
    fields = {}
    for name in CAPTION_FIELDS:
        part = getattr(caption, name)
        if isinstance(part, tuple):
            fields[name] = tuple(replace(span, text=None) for span in part)
        elif part is not None:
            fields[name] = replace(part, text=None)
    return replace(caption, **fields)


def _without_text(provenance: Provenance) -> Provenance:
    hydrated = provenance.hydrated
    return replace(
        provenance,
        normalizer=provenance.normalizer and _without_dropped_text(provenance.normalizer),
        hydrated=None if hydrated is None or hydrated.exact else hydrated,
    )


def _without_dropped_text(normalizer: Normalizer) -> Normalizer:
    return replace(normalizer, dropped=tuple(replace(piece, text=None) for piece in normalizer.dropped))
