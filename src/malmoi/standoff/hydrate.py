"""Putting the text of a withheld article back from a reader's own copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from malmoi.findings import MalmoiError
from malmoi.standoff.attempt import Attempt
from malmoi.standoff.restore import HydrationReport, HydrationResult, count_spans, is_annotated_text, restore
from malmoi.standoff.tokens import read_fingerprint

if TYPE_CHECKING:
    from malmoi.model import Article, SpanLike
    from malmoi.standoff.copies import Copy
    from malmoi.standoff.tokens import Token


class HydrateError(MalmoiError):
    """The copy is not a copy of the article, or the withheld article is damaged."""


def hydrate(withheld: Article, copy: Copy) -> HydrationResult:
    """The article with the text of the reader's copy.

    From an exact copy everything comes back. From a copy that differs, a block comes back if at least a third
    of it is found, in the reader's words and spacing, under the id it had; a span comes back if every one of its
    tokens is found, one behind the other. A quote that loses a part is left out whole, a caption loses the field,
    a cluster goes when nothing refers to it any more. Only what `tokens.fold` makes one (straight and curly
    quotation marks, dashes) and white space may differ between a span's text and the annotated one; a word
    that differs has a chance of 1 in 256 to go unnoticed (see `align.py`).

    Raises:
        HydrateError: too little of the article is in the copy, or the withheld article is damaged.
    """
    if withheld.text_status == "included":
        spans = count_spans(withheld)
        return HydrationResult(withheld, HydrationReport(copy.name, True, spans, spans, ()))  # noqa: FBT003  a record
    tokens = _tokens(withheld)
    ids = [block.id for block in withheld.blocks]
    for lines in copy.readings:
        if len(lines) == len(ids) and is_annotated_text(withheld, lines):
            texts = dict(zip(ids, lines, strict=True))
            return restore(withheld, copy, texts, partial(_unmoved, texts))
    results: list[HydrationResult] = []
    closest: Attempt | None = None
    for lines in copy.readings:
        attempt = Attempt(withheld, tokens, lines)
        if attempt.is_copy():
            results.append(restore(withheld, copy, attempt.texts(), attempt.locate))
            if not results[-1].report.left_out:
                break
        elif closest is None or attempt.found > closest.found:
            closest = attempt
    if results:
        # Of readings that give back as much, the first: the normalizer's.
        return max(results, key=lambda result: (result.report.exact, result.report.restored))
    seen = closest.describe() if closest else "it is empty"
    raise HydrateError(f"{withheld.id}: {copy.name} is no copy of this article: {seen}; name another copy")


def _unmoved(texts: dict[str, str], span: SpanLike) -> tuple[int, int] | str:
    if 0 <= span.start < span.end <= len(texts[span.block]):
        return span.start, span.end
    return "it does not lie in its block"


def _tokens(withheld: Article) -> dict[str, list[Token]]:
    if not withheld.blocks:
        raise HydrateError(f"{withheld.id}: it has no blocks: fetch the withheld article again")
    tokens = {}
    for block in withheld.blocks:
        try:
            tokens[block.id] = read_fingerprint(block.tokens or "", block.length or 0)
        except ValueError:
            raise HydrateError(
                f"{withheld.id}: the tokens of block {block.id} are damaged: fetch the withheld article again"
            ) from None
        if not tokens[block.id]:
            raise HydrateError(f"{withheld.id}: block {block.id} has no tokens: fetch the withheld article again")
    return tokens
