"""Which two articles can be scored against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from malmoi.findings import MalmoiError, counted
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from malmoi.model import Article, Block, SpanLike


class EvaluationError(MalmoiError):
    """The two articles cannot be scored against each other."""


def comparable(gold: Article, predicted: Article) -> tuple[Article, Article]:
    """The pair, each with the text if either has it.

    Where one side's text is withheld, the other's is compared by the fingerprint it would have.

    Raises:
        EvaluationError: they differ in their blocks, the first of which is named, or a span is outside its block.
    """
    for article, side in ((gold, "gold"), (predicted, "the prediction")):
        _require_places(article, side)
    if gold.blocks == predicted.blocks:
        return gold, predicted
    bare_gold, bare_predicted = gold, predicted
    if gold.text_status != predicted.text_status:
        bare_gold, bare_predicted = withhold(gold), withhold(predicted)
        if bare_gold.blocks == bare_predicted.blocks:
            blocks = (gold if gold.text_status == "included" else predicted).blocks
            return replace(gold, blocks=blocks), replace(predicted, blocks=blocks)
    difference = _difference(bare_gold.blocks, bare_predicted.blocks)
    raise EvaluationError(f"{gold.id}: {difference}; both must annotate the same blocks")


def without_annotations(article: Article) -> Article:
    """The article as a prediction that found nothing."""
    return replace(article, entities=(), clusters=(), quotes=(), captions=())


def _require_places(article: Article, side: str) -> None:
    lengths = {block.id: block.length if block.text is None else len(block.text) for block in article.blocks}
    spans: list[SpanLike] = [*article.entities]
    spans += (span for quote in article.quotes for span in quote.parts())
    spans += (span for caption in article.captions for _, span in caption.parts())
    for span in spans:
        if not 0 <= span.start < span.end <= (lengths.get(span.block) or 0):
            raise EvaluationError(
                f"{article.id}: {side} has a span {span.block}:{span.start}-{span.end} that is not inside a block; "
                "`malmoi validate` tells more"
            )


def _difference(gold: tuple[Block, ...], predicted: tuple[Block, ...]) -> str:
    for ours, theirs in zip(gold, predicted, strict=False):
        if ours.id != theirs.id:
            return f"where gold has block {ours.id}, the prediction has {theirs.id}"
        if ours != theirs:
            return f"block {ours.id} is not the same in gold and in the prediction"
    return f"gold has {counted(len(gold), 'block')}, the prediction {len(predicted)}"
