"""What T lines and relations say: of a graph the lines, of lines the graph.

Two spans that cover the same are one T line where that can be: readers of brat's files refuse two. A part of a quote is
then told by its relation, a part of a caption by the attribute `also`.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from malmoi.formats.brat_conf import ALSO, ENUMERATIONS
from malmoi.formats.graph import (
    CAPTION,
    CONTENT,
    CONTINUES,
    QUOTE,
    QUOTE_ATTRIBUTES,
    QUOTE_LABELS,
    FlatSpan,
    Graph,
    Relation,
)

if TYPE_CHECKING:
    from malmoi.formats.brat_lines import Standoff, TextBound
    from malmoi.formats.pages import Mark

_QUOTED = {"id": "quote"} | {name: name for name in QUOTE_ATTRIBUTES}
"""What is said of a quote whose content is another span too, by the names that its T line has for it."""
_DATED = {"value": "date"}
"""As `_QUOTED`, of the date of a caption."""
_SEVERAL = (CONTENT, "Quote_marker")
"""Labels of which a quote may have several, so that a discontinuous T is one for each of its runs."""


class Line(NamedTuple):
    """A T line to be written: what it covers, and what stands below it as attributes and as a note."""

    label: str
    marks: list[Mark]
    told: dict[str, str]


def lines_of(graph: Graph) -> tuple[list[Line], dict[str, int]]:
    """The T lines, and the number of the line that says each span: two that cover the same are one where they can."""
    marks = {span.key: [span.mark] for span in graph.spans}
    for relation in graph.relations:
        if relation.label == CONTINUES:
            marks[relation.head] += marks.pop(relation.tail)
    bounds: list[Line] = []
    numbers: dict[str, int] = {}
    placed: dict[tuple[tuple[int, int], ...], int] = {}
    for span in graph.spans:
        if span.key not in marks:
            continue
        runs = tuple(mark[:2] for mark in marks[span.key])
        host = placed.get(runs)
        if host is not None and _joins(bounds[host], span):
            numbers[span.key] = host + 1
        else:
            placed.setdefault(runs, len(bounds))
            bounds.append(Line(span.label, marks[span.key], dict(span.attributes)))
            numbers[span.key] = len(bounds)
    return bounds, numbers


def _joins(host: Line, span: FlatSpan) -> bool:
    """Whether the line can say this span too, which covers the same; if so, it does."""
    if span.label.startswith(QUOTE) and span.label != CONTENT:
        # A relation tells which part it is.
        return host.label == span.label or not host.label.startswith((QUOTE, CAPTION))
    if host.label.startswith(QUOTE) or host.label == span.label or ALSO in host.told:
        return False
    if span.label not in ENUMERATIONS[ALSO]:
        return False
    host.told[ALSO] = span.label
    renamed = _QUOTED if span.label == CONTENT else _DATED
    host.told.update({renamed.get(name, name): said for name, said in span.attributes.items()})
    return True


def graph_of_lines(standoff: Standoff) -> Graph:
    """Spans and relations; a discontinuous content, or marker, becomes a span for each of its runs.

    What says nothing is added to the problems of `standoff`.
    """
    return _Reading(standoff).graph()


class _Reading:
    """Collects the spans of T lines, and finds those that relations mean."""

    def __init__(self, standoff: Standoff) -> None:
        self.told = standoff.relations
        self.bounds = {bound.id: bound for bound in standoff.text_bounds}
        self.keys: dict[str, list[str]] = defaultdict(list)
        self.also: dict[str, str] = {}
        self.spans: dict[str, FlatSpan] = {}
        self.relations: list[Relation] = []
        for bound in standoff.text_bounds:
            if len(bound.marks) > 1 and bound.label not in _SEVERAL:
                standoff.problems.append(f"{bound.id}: {bound.label} in {len(bound.marks)} parts; it can have but one")
            else:
                self._add(bound)

    def graph(self) -> Graph:
        """What the lines say."""
        for label, one, other in self.told:
            turned = self._is_content(other) and not self._is_content(one)
            head, tail = (other, one) if turned else (one, other)
            tails = self._tails(tail, label) if self._is_content(head) else self.keys.get(tail, [tail])
            for ends in product(self._heads(head), tails):
                self.relations.append(Relation(label, *ends))
        return Graph(tuple(self.spans.values()), tuple(self.relations))

    def _add(self, bound: TextBound) -> None:
        own, besides = _parted(bound)
        keys = self.keys[bound.id]
        for number, mark in enumerate(bound.marks):
            keys.append(f"{bound.id}/{number}")
            self.spans[keys[-1]] = FlatSpan(keys[-1], bound.label, mark, {} if number else own)
        if bound.label == CONTENT:
            self.relations += [Relation(CONTINUES, keys[0], key) for key in keys[1:]]
        if besides is not None:
            self.spans[besides.key] = besides
            self.also[bound.id] = besides.label

    def _is_content(self, name: str) -> bool:
        return name in self.bounds and CONTENT in (self.bounds[name].label, self.also.get(name))

    def _heads(self, name: str) -> list[str]:
        """Keys of the spans that a relation goes out from."""
        if self.also.get(name) == CONTENT and not self.bounds[name].label.startswith(QUOTE):
            return [f"{name}/{ALSO}"]
        return self.keys.get(name, [name])

    def _tails(self, name: str, label: str) -> list[str]:
        """Keys of the spans that a relation leads to: of an entity, the part of a quote that it is by the relation."""
        part = f"{QUOTE}{label}"
        if label == CONTINUES:
            return self._heads(name)
        if name not in self.keys or self.bounds[name].label.startswith(QUOTE) or part not in QUOTE_LABELS:
            return self.keys.get(name, [name])
        key = f"{name}/{label}"
        self.spans[key] = FlatSpan(key, part, self.bounds[name].marks[0], {})
        return [key]


def _parted(bound: TextBound) -> tuple[dict[str, str], FlatSpan | None]:
    """What is said of a T line's own span, and the span that it says besides."""
    label = bound.attributes.get(ALSO)
    if label is None:
        return bound.attributes, None
    renamed = _QUOTED if label == CONTENT else _DATED
    names = {said: name for name, said in renamed.items()}
    besides = {names[said]: value for said, value in bound.attributes.items() if said in names}
    own = {n: value for n, value in bound.attributes.items() if n not in names and n != ALSO}
    return own, FlatSpan(f"{bound.id}/{ALSO}", label, bound.marks[0], besides)
