"""doccano's JSON Lines for sequence labelling with relations: a line an article.

Offsets: doccano's page counts UTF-16 code units and stores what is imported as it is, so a file for it must count
them too. `offset_unit` in each line says what the line counts; a line without it counts UTF-16 units.

doccano renumbers spans and knows no attributes of them, but keeps other keys of a line. So ids, values, clusters and
what is said of a quote stand in the key `malmoi`, and are found again by a span's label and offsets: one that a person
moved has lost them, and its import says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from malmoi.formats import jsonl
from malmoi.formats.graph import FlatSpan, Graph, Relation, graph_of, parts_of
from malmoi.formats.interface import File, FormatError, Unit
from malmoi.formats.pages import Mark, Page
from malmoi.model import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_UNITS: dict[str, Unit] = {"utf-16": "UTF-16 code units", "codepoint": "code points"}


class Doccano:
    """The format."""

    name = "doccano"
    unit: Unit = "UTF-16 code units"
    folder = False
    suffix = ".jsonl"
    lacks: frozenset[str] = frozenset()

    def encode(self, pages: Iterable[Page]) -> Iterator[File]:
        """A line a page; span ids count through the whole file, as doccano's do."""
        first = 1
        for page in pages:
            record, first = _record(page, first)
            yield File("", jsonl.line(record))

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of an export, or of what we wrote."""
        return jsonl.read(source, _page)


def _record(page: Page, first: int) -> tuple[dict[str, Any], int]:
    graph = graph_of(page)
    numbers = {span.key: number for number, span in enumerate(graph.spans, first)}
    after = first + len(graph.spans)
    attributes = [[*_place(span.label, span.mark), dict(span.attributes)] for span in graph.spans if span.attributes]
    return {
        "text": page.text,
        "docid": page.id,
        "offset_unit": "utf-16",
        "entities": [
            {"id": numbers[span.key], "label": span.label, "start_offset": span.mark.start, "end_offset": span.mark.end}
            for span in graph.spans
        ],
        "relations": [
            {"id": number, "from_id": numbers[relation.head], "to_id": numbers[relation.tail], "type": relation.label}
            for number, relation in enumerate(graph.relations, after)
        ],
        "malmoi": {
            "article": page.header,
            "clusters": msgspec.to_builtins(page.clusters),
            "attributes": attributes,
        },
    }, after + len(graph.relations)


def _place(label: str, mark: Mark) -> tuple[str, int, int]:
    return label, mark.start, mark.end


def _page(record: dict[str, Any], where: str) -> Page:
    said = record.get("offset_unit", "utf-16")
    if said not in _UNITS:
        raise FormatError(f"offset_unit is {said!r}; expected one of {', '.join(_UNITS)}")
    kept = record.get("malmoi") or {}
    attributes: dict[tuple[str, int, int], list[dict[str, str]]] = {}
    for label, start, end, told in kept.get("attributes", ()):
        attributes.setdefault((label, start, end), []).append(told)
    spans = []
    for entity in record["entities"]:
        mark = Mark(entity["start_offset"], entity["end_offset"])
        # Two spans at one place stand in the order in which they were written.
        told = attributes.get(_place(entity["label"], mark)) or [{}]
        spans.append(FlatSpan(str(entity["id"]), entity["label"], mark, told.pop(0)))
    relations = (Relation(one["type"], str(one["from_id"]), str(one["to_id"])) for one in record.get("relations", ()))
    parts = parts_of(Graph(tuple(spans), tuple(relations)))
    lost = [f"{label} at {start}:{end}: it has gone" for (label, start, end), told in attributes.items() if told]
    return Page(
        text=record["text"],
        unit=_UNITS[said],
        header=kept.get("article"),
        entities=parts.entities,
        clusters=tuple(msgspec.convert(kept.get("clusters", []), list[Cluster])),
        quotes=parts.quotes,
        captions=parts.captions,
        where=where,
        problems=(*parts.problems, *lost),
    )
