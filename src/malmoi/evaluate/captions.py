"""Captions: each field by its exact span, and the values of the dates that are found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from malmoi.evaluate.counting import accuracy, paired
from malmoi.evaluate.matching import place
from malmoi.model import CAPTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.evaluate.counting import Counts, Key
    from malmoi.evaluate.matching import Place
    from malmoi.model import Article

SECTION = "captions"


def count_captions(gold: Article, predicted: Article) -> Iterator[tuple[Key, Counts]]:
    """The counts of an article's captions."""
    ours, theirs = Counter(fields(gold)), Counter(fields(predicted))
    have, guess, right = (Counter(name for name, _ in side.elements()) for side in (ours, theirs, ours & theirs))
    for name in CAPTION_FIELDS:
        yield (SECTION, "field", name), paired(have[name], guess[name], right[name])
    dated, values = dates(gold), dates(predicted)
    both = dated.keys() & values.keys()
    yield (SECTION, "value", ""), accuracy(len(both), sum(dated[at] == values[at] for at in both))


def fields(article: Article) -> Iterator[tuple[str, Place]]:
    """Every part of every caption, by its field."""
    return ((name, place(span)) for caption in article.captions for name, span in caption.parts())


def dates(article: Article) -> dict[Place, str | None]:
    """The values of the dates that captions give."""
    found = (caption.date_created for caption in article.captions)
    return {place(date): date.value for date in found if date}
