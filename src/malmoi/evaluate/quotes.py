"""Quotes: relations are paired one to one by the content they share, and their parts compared in the pairs.

F1 over all relations of gold and all predicted ones: `content` (contents overlap, that is, there is a pair), `content,
exact` (all content spans equal), `relation` (contents overlap, cue and source equal or absent on both sides),
`relation, exact` (contents equal besides). Over all quotes that have one: `cue`, `source`, `speaker`, `markers`, right
where the relation is paired and they are equal, the speaker by its cluster. Over paired relations, accuracy: `type`,
`mode`, `source_status`. `content, characters`: F1 of the characters inside contents, as Citron's overlap counts tokens
(Newell, Cowlishaw & Man 2018, on PARC3). Quotes of heads are counted apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from malmoi.evaluate.clusters import Speakers
from malmoi.evaluate.counting import accuracy, paired
from malmoi.evaluate.matching import left_over, one_to_one, place
from malmoi.model import HEADS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from malmoi.evaluate.counting import Counts, Key
    from malmoi.evaluate.matching import Place
    from malmoi.model import Article, Quote, Span

SECTION, HEAD_SECTION = "quotes", "headline quotes"
SPANS = ("content", "cue", "source", "markers")
HAVING = ("cue", "source", "speaker", "markers")
VALUES = ("type", "mode", "source_status")
_RELATIONS = {
    "content": frozenset[str](),
    "content, exact": frozenset({"content"}),
    "relation": frozenset({"cue", "source"}),
    "relation, exact": frozenset({"content", "cue", "source"}),
}
"""What must not be wrong in a pair, besides that it is one."""
MEASURES = (*_RELATIONS, "content, characters", *HAVING, *VALUES)


class Paired(NamedTuple):
    """The quotes of one article's body, or of its heads: those that share content, and those left over."""

    pairs: list[tuple[Quote, Quote]]
    missed: list[Quote]
    spurious: list[Quote]


def pair_quotes(gold: Article, predicted: Article) -> dict[str, Paired]:
    """The quotes of two annotations, paired, by section: those of the body and those of the heads."""
    heads = {block.id for block in gold.blocks if block.type in HEADS}
    found = {}
    for section, head in ((SECTION, False), (HEAD_SECTION, True)):
        ours, theirs = (
            [quote for quote in article.quotes if _in_head(quote, heads) is head] for article in (gold, predicted)
        )
        found[section] = _pair(ours, theirs)
    return found


def wrong_parts(gold: Quote, predicted: Quote, speakers: Speakers) -> tuple[str, ...]:
    """The parts of a relation that are not as in gold."""
    wrong = [part for part in SPANS if places(gold, part) != places(predicted, part)]
    if not speakers.same(gold.speaker, predicted.speaker):
        wrong.append("speaker")
    wrong += (part for part in VALUES if getattr(gold, part) != getattr(predicted, part))
    return tuple(wrong)


def count_quotes(gold: Article, predicted: Article) -> Iterator[tuple[Key, Counts]]:
    """The counts of an article's quotes."""
    speakers = Speakers(gold, predicted)
    for section, found in pair_quotes(gold, predicted).items():
        for measure, counts in _counts(found, speakers):
            yield (section, measure, ""), counts


def _counts(found: Paired, speakers: Speakers) -> Iterator[tuple[str, Counts]]:
    ours = [quote for quote, _ in found.pairs] + found.missed
    theirs = [quote for _, quote in found.pairs] + found.spurious
    wrong = [frozenset(wrong_parts(*pair, speakers)) for pair in found.pairs]
    for measure, parts in _RELATIONS.items():
        yield measure, paired(len(ours), len(theirs), sum(map(parts.isdisjoint, wrong)))
    one, other = _characters(ours), _characters(theirs)
    yield "content, characters", paired(len(one), len(other), len(one & other))
    for part in HAVING:
        right = sum(
            bool(getattr(quote, part)) and part not in parts
            for (quote, _), parts in zip(found.pairs, wrong, strict=True)
        )
        yield part, paired(_having(ours, part), _having(theirs, part), right)
    for part in VALUES:
        yield part, accuracy(len(wrong), sum(part not in parts for parts in wrong))


def _having(quotes: Iterable[Quote], part: str) -> int:
    return sum(bool(getattr(quote, part)) for quote in quotes)


def places(quote: Quote, part: str) -> tuple[Place, ...]:
    """Where a part of a quote stands: `content`, `cue`, `source` or `markers`."""
    spans: Span | tuple[Span, ...] | None = getattr(quote, part)
    if spans is None:
        return ()
    return tuple(sorted(map(place, spans))) if isinstance(spans, tuple) else (place(spans),)


def _pair(gold: list[Quote], predicted: list[Quote]) -> Paired:
    pairs = one_to_one([places(quote, "content") for quote in gold], [places(quote, "content") for quote in predicted])
    missed, spurious = left_over(pairs, len(gold), len(predicted))
    return Paired(
        [(gold[i], predicted[j]) for i, j in sorted(pairs)],
        [gold[i] for i in missed],
        [predicted[j] for j in spurious],
    )


def _in_head(quote: Quote, heads: Container[str]) -> bool:
    return any(span.block in heads for span in quote.content)


def _characters(quotes: Iterable[Quote]) -> set[tuple[str, int]]:
    return {(span.block, at) for quote in quotes for span in quote.content for at in range(span.start, span.end)}
