"""How far two annotations of the same articles agree: precision-free F1 over spans and relations.

Each measure counts items that both have, over the mean of what each has (the F1 of one against the other,
which is symmetric). An item is a tuple that must be equal in both: exact span and label for entities, the
set of its spans for a quote. No chance correction: nearly every token lies outside the spans, so a corrected
coefficient over tokens would mostly measure that.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.findings import MalmoiError
from malmoi.model import TIERS
from malmoi.schemas import class_or_label

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from malmoi.model import Article, Quote, SpanLike

    Items = Callable[[Article], Iterable[Hashable]]


class Agreement(NamedTuple):
    """One measure: items both annotations have, and how many each has."""

    both: int
    first: int
    second: int

    @property
    def f1(self) -> float | None:
        """Agreement between 0 and 1; None where neither annotation has an item."""
        total = self.first + self.second
        return 2 * self.both / total if total else None

    def __str__(self) -> str:
        """The F1 as tables print it."""
        return "-" if self.f1 is None else f"{self.f1:.3f}"


class AgreementError(MalmoiError):
    """The two sides are not annotations of the same text."""


def _span(span: SpanLike) -> tuple[str, int, int]:
    return (span.block, span.start, span.end)


def _contents(quote: Quote) -> tuple[Hashable, ...]:
    return tuple(map(_span, quote.content))


def _relation(quote: Quote) -> tuple[Hashable, ...]:
    return (_contents(quote), quote.cue and _span(quote.cue), quote.source and _span(quote.source))


def _links(article: Article) -> Iterable[Hashable]:
    """Pairs of mentions that stand in one cluster."""
    mentions: dict[str, list[tuple[str, int, int]]] = {}
    for entity in article.entities:
        if entity.cluster:
            mentions.setdefault(entity.cluster, []).append(_span(entity))
    for group in mentions.values():
        group.sort()
        for index, one in enumerate(group):
            yield from ((one, other) for other in group[index + 1 :])


MEASURES: dict[str, Items] = {
    "entity: span": lambda article: map(_span, article.entities),
    "entity: span, class": lambda article: ((*_span(e), class_or_label(e.label)) for e in article.entities),
    "entity: span, label": lambda article: ((*_span(e), e.label) for e in article.entities),
    "entity: span, label, value": lambda article: ((*_span(e), e.label, e.value) for e in article.entities if e.value),
    "quote: content": lambda article: map(_contents, article.quotes),
    "quote: content, type": lambda article: ((_contents(q), q.type) for q in article.quotes),
    "quote: cue": lambda article: (_span(q.cue) for q in article.quotes if q.cue),
    "quote: source": lambda article: (_span(q.source) for q in article.quotes if q.source),
    "quote: marker": lambda article: (_span(m) for q in article.quotes for m in q.markers),
    "quote: whole relation": lambda article: map(_relation, article.quotes),
    "quote: relation, status": lambda article: ((_relation(q), q.source_status) for q in article.quotes),
    "caption: field": lambda article: ((name, *_span(s)) for c in article.captions for name, s in c.parts()),
    "coreference: link": _links,
}
"""What is counted, by the name that reports print."""


def require_same_text(first: Article, second: Article) -> None:
    """Raise an error where two articles are not annotations of the same text.

    Raises:
        AgreementError: they differ in their blocks.
    """
    if first.blocks != second.blocks:
        raise AgreementError(f"{first.id} and {second.id} do not have the same blocks; agreement needs one text")


def compare(pairs: Sequence[tuple[Article, Article]]) -> dict[str, Agreement]:
    """Agreement over pairs of annotations, by measure.

    Raises:
        AgreementError: two articles of a pair differ in their blocks.
    """
    totals = {"entity: any overlap": overlaps(pairs), **dict.fromkeys(MEASURES, Agreement(0, 0, 0))}
    for first, second in pairs:
        require_same_text(first, second)
        for name, items in MEASURES.items():
            ours, theirs = Counter(items(first)), Counter(items(second))
            both, one, two = totals[name]
            totals[name] = Agreement(both + (ours & theirs).total(), one + ours.total(), two + theirs.total())
    return totals


def by_tier(pairs: Iterable[tuple[Article, Article]]) -> dict[str, list[tuple[Article, Article]]]:
    """Pairs by the tier of their articles, in the tiers' order; those without one are under `-`."""
    found: dict[str, list[tuple[Article, Article]]] = {tier: [] for tier in (*TIERS, "-")}
    for pair in pairs:
        found[pair[0].tier or "-"].append(pair)
    return {tier: inside for tier, inside in found.items() if inside}


def overlaps(pairs: Iterable[tuple[Article, Article]]) -> Agreement:
    """Entities of one side that overlap one of the other, both ways pooled (how often anything was seen there)."""
    both = one = two = 0
    for first, second in pairs:
        ours, theirs = list(map(_span, first.entities)), list(map(_span, second.entities))
        both += sum(any(_overlap(a, b) for b in theirs) for a in ours)
        both += sum(any(_overlap(a, b) for a in ours) for b in theirs)
        one, two = one + len(ours), two + len(theirs)
    return Agreement(both // 2, one, two)


def confusions(pairs: Iterable[tuple[Article, Article]]) -> Counter[tuple[str, str]]:
    """How often the two gave one span different labels, by (label, label) in alphabetical order."""
    table: Counter[tuple[str, str]] = Counter()
    for first, second in pairs:
        labels = {_span(entity): entity.label for entity in first.entities}
        for entity in second.entities:
            other = labels.get(_span(entity), entity.label)
            if other != entity.label:
                low, high = sorted((other, entity.label))
                table[low, high] += 1
    return table


def as_json(measures: dict[str, Agreement]) -> dict[str, Any]:
    """The measures as plain data."""
    return {name: {**measure._asdict(), "f1": measure.f1} for name, measure in measures.items()}


def _overlap(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
