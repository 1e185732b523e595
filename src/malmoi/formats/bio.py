"""Entities as BIO labels of characters, the flat scheme of CoNLL and KLUE.

A character has one label, so of entities that share a character the longest is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.formats.interface import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from malmoi.formats.pages import MarkedEntity

OUTSIDE = "O"
_LABEL = re.compile(r"O|[BI]-\S+")


def check(label: str) -> str:
    """The label, if it is one.

    Raises:
        FormatError: it is none; the message names no place.
    """
    if not _LABEL.fullmatch(label):
        raise FormatError(f"the label is {label[:40]!r}; expected O, B-LABEL or I-LABEL")
    return label


def labels_of(length: int, entities: Iterable[MarkedEntity]) -> list[str]:
    """A label for each of `length` code points; of entities that overlap, the longest, then the first."""
    labels = [OUTSIDE] * length
    for entity in sorted(entities, key=lambda entity: entity.mark.start - entity.mark.end):
        start, end = entity.mark.start, entity.mark.end
        if all(label == OUTSIDE for label in labels[start:end]):
            labels[start:end] = [f"B-{entity.label}", *(f"I-{entity.label}",) * (end - start - 1)]
    return labels


def runs(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end (exclusive) and label of each entity; an I- that continues nothing begins one, as in IOB1."""
    start, open_label = 0, ""
    for at, label in enumerate((*labels, OUTSIDE)):
        prefix, _, name = label.partition("-")
        if prefix == "I" and name == open_label:
            continue
        if open_label:
            yield start, at, open_label
        start, open_label = at, name
