"""The measures that are reported: which counts each is made of, and how they are brought together."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from malmoi.evaluate import captions, clusters, entities, klue, quotes
from malmoi.evaluate.counting import Counts
from malmoi.model import CAPTION_FIELDS
from malmoi.schemas import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from malmoi.evaluate.counting import Key

BY_KIND, BY_KIND_OVERLAP = "entities by kind", "entities by kind, overlap"


class Score(NamedTuple):
    """One measure over a set of articles.

    Attributes:
        gold: items that were annotated; None for an average over kinds of items, as are the other counts.
        predicted: items that were predicted.
        found: how many of gold were found.
        right: how many of the predicted are right; equal to `found` but for B³.
        precision: right of the predicted; None where nothing was predicted.
        recall: found of gold; None where gold has nothing.
        f1: their harmonic mean, or the average of the kinds' F1s; None where neither side has anything.
        interval: bounds that 95 % of the resampled F1s lie between, where they were computed.
    """

    gold: float | None
    predicted: float | None
    found: float | None
    right: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    interval: tuple[float, float] | None = None


Scores: TypeAlias = dict[str, dict[str, Score]]
"""Scores by section and measure, in the order in which they are shown."""


class Measure(NamedTuple):
    """One measure: the counts it is made of, and how they become a score."""

    keys: Sequence[Key]
    combine: Callable[[Sequence[Counts]], Score]


Measures: TypeAlias = dict[str, dict[str, Measure]]


def measures(keys: Iterable[Key]) -> Measures:
    """The measures by section and name, in the order in which they are shown."""
    kinds: defaultdict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in sorted(keys, key=_rank):
        kinds[key[:2]].append(key)

    def over(section: str, *names: str) -> list[Key]:
        return [key for name in names for key in kinds[section, name]]

    def plain(section: str, names: Iterable[str]) -> dict[str, Measure]:
        return {name: Measure(over(section, name), micro) for name in names}

    strict, overlap = over(entities.SECTION, "strict"), over(entities.SECTION, "overlap")
    fields = over(captions.SECTION, "field")
    return {
        entities.SECTION: {
            "strict": Measure(strict, micro),
            "strict, macro": Measure(strict, macro),
            "overlap": Measure(overlap, micro),
            "overlap, macro": Measure(overlap, macro),
            **plain(entities.SECTION, ("span", "value")),
        },
        BY_KIND: {key[2]: Measure([key], micro) for key in strict},
        BY_KIND_OVERLAP: {key[2]: Measure([key], micro) for key in overlap},
        klue.SECTION: {
            "entity": Measure(over(klue.SECTION, "entity"), macro),
            "character": Measure(over(klue.SECTION, "character"), macro),
            "character, with O": Measure(over(klue.SECTION, "character", "outside"), klue_baseline),
        },
        quotes.SECTION: plain(quotes.SECTION, quotes.MEASURES),
        quotes.HEAD_SECTION: plain(quotes.HEAD_SECTION, quotes.MEASURES),
        captions.SECTION: {
            "all fields": Measure(fields, micro),
            **{key[2]: Measure([key], micro) for key in fields},
            **plain(captions.SECTION, ("value",)),
        },
        clusters.SECTION: {
            "B³": Measure(over(clusters.SECTION, "B³"), mentions),
            **plain(clusters.SECTION, ("link",)),
        },
    }


def score(found: Measures, counts: Mapping[Key, Counts]) -> Scores:
    """The scores of these counts."""
    return {
        section: {name: combine([counts[key] for key in keys]) for name, (keys, combine) in inside.items()}
        for section, inside in found.items()
    }


def micro(counts: Sequence[Counts]) -> Score:
    """All items together, whatever their kind."""
    return _score(*map(sum, zip(*counts, strict=True))) if counts else _score(0, 0, 0, 0)


def macro(counts: Sequence[Counts]) -> Score:
    """The mean over the kinds of items that either side has, as seqeval and scikit-learn average."""
    single = [_score(*one) for one in counts if one.gold or one.predicted]
    return Score(
        None,
        None,
        None,
        None,
        _mean([one.precision or 0.0 for one in single]),
        _mean([one.recall or 0.0 for one in single]),
        _mean([one.f1 or 0.0 for one in single]),
    )


def klue_baseline(counts: Sequence[Counts]) -> Score:
    """The mean F1 over all labels, where one that neither side has counts as 1: what KLUE's baseline computes."""
    f1s = [1.0 if f1 is None else f1 for f1 in (_score(*one).f1 for one in counts)]
    return Score(None, None, None, None, None, None, _mean(f1s))


def mentions(counts: Sequence[Counts]) -> Score:
    """As `micro`, of counts in parts of mentions."""
    whole = micro(counts)
    return whole._replace(**{name: getattr(whole, name) / clusters.MENTION for name in Counts._fields})


def _score(gold: int, predicted: int, found: int, right: int) -> Score:
    precision = right / predicted if predicted else None
    recall = found / gold if gold else None
    f1: float | None
    if precision is None and recall is None:
        f1 = None
    elif precision and recall:
        f1 = 2 * precision * recall / (precision + recall)
    else:
        f1 = 0.0
    return Score(gold, predicted, found, right, precision, recall, f1)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _rank(key: Key) -> tuple[int, str]:
    """Kinds in the order of the inventory, and of a caption's fields; others after them by name."""
    order = _order()
    return order.get(key[2], len(order)), key[2]


@cache
def _order() -> dict[str, int]:
    names = [name for label in labels().values() for name in (label.class_, label.label)]
    return {name: number for number, name in enumerate(dict.fromkeys((*names, *CAPTION_FIELDS)))}
