"""Entities: strict, overlapping, span only, and the values of dates.

`strict`: same span and class. `overlap`: same class, spans that share text, one to one (the `type` of SemEval-2013
task 9). `span`: same span, whatever the class (its `exact`). `value`: of the dates and times that are strictly right
and have a value, those whose value is right too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from malmoi.evaluate.counting import accuracy, paired
from malmoi.evaluate.matching import one_to_one, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malmoi.evaluate.counting import Counts, Key, Options
    from malmoi.evaluate.matching import Place
    from malmoi.model import Article, Entity

SECTION = "entities"


def count_entities(gold: Article, predicted: Article, options: Options) -> Iterator[tuple[Key, Counts]]:
    """The counts of an article's entities."""
    ours = [entity for entity in gold.entities if options.counts(entity)]
    theirs = [entity for entity in predicted.entities if options.counts(entity)]
    our_kinds, their_kinds = _by_kind(ours, options), _by_kind(theirs, options)
    for kind in our_kinds.keys() | their_kinds.keys():
        one, other = our_kinds.get(kind, []), their_kinds.get(kind, [])
        pairs = one_to_one(one, other)
        strict = sum(one[i] == other[j] for i, j in pairs)
        yield (SECTION, "strict", kind), paired(len(one), len(other), strict)
        yield (SECTION, "overlap", kind), paired(len(one), len(other), len(pairs))
    spans = Counter(map(place, ours)) & Counter(map(place, theirs))
    yield (SECTION, "span", ""), paired(len(ours), len(theirs), spans.total())
    values = {(place(entity), options.kind(entity)): entity.value for entity in theirs}
    dated = {(place(entity), options.kind(entity)): entity.value for entity in ours if entity.value}
    both = dated.keys() & values.keys()
    yield (SECTION, "value", ""), accuracy(len(both), sum(dated[at] == values[at] for at in both))


def _by_kind(entities: Iterable[Entity], options: Options) -> dict[str, list[tuple[Place]]]:
    kinds: defaultdict[str, list[tuple[Place]]] = defaultdict(list)
    for entity in entities:
        kinds[options.kind(entity)].append((place(entity),))
    return kinds
