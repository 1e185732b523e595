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
from malmoi.formats.kept import Attributes, Kept, kept
from malmoi.formats.pages import LAYERS, Mark, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_UNITS: dict[str, Unit] = {"utf-16": "UTF-16 code units", "codepoint": "code points"}


class _Entity(msgspec.Struct):
    id: int | str
    label: str
    start_offset: int
    end_offset: int


class _Relation(msgspec.Struct):
    from_id: int | str
    to_id: int | str
    type: str


class _Line(msgspec.Struct):
    text: str
    entities: list[_Entity]
    relations: list[_Relation] = []
    offset_unit: str = "utf-16"
    malmoi: Kept | None = None


class Doccano:
    """The format."""

    name = "doccano"
    unit: Unit = "UTF-16 code units"
    folder = False
    suffix = ".jsonl"
    layers = LAYERS
    lacks: frozenset[str] = frozenset()

    def encode(self, pages: Iterable[Page]) -> Iterator[File]:
        """A line a page; span ids count through the whole file, as doccano's do."""
        first = 1
        for page in pages:
            record, first = _record(page, first)
            yield File("", jsonl.dumped(record))

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of an export, or of what we wrote."""
        return jsonl.read(source, _page)


def _record(page: Page, first: int) -> tuple[dict[str, Any], int]:
    graph = graph_of(page)
    numbers = {span.key: number for number, span in enumerate(graph.spans, first)}
    after = first + len(graph.spans)
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
        "malmoi": kept(page, graph.spans),
    }, after + len(graph.relations)


def _page(record: dict[str, Any], where: str) -> Page:
    line = msgspec.convert(record, _Line)
    if line.offset_unit not in _UNITS:
        raise FormatError(f"offset_unit is {line.offset_unit!r}; expected one of {', '.join(_UNITS)}")
    attributes = Attributes(line.malmoi)
    spans = []
    for entity in line.entities:
        mark = Mark(entity.start_offset, entity.end_offset)
        spans.append(FlatSpan(str(entity.id), entity.label, mark, attributes.take(entity.label, mark)))
    relations = (Relation(one.type, str(one.from_id), str(one.to_id)) for one in line.relations)
    parts = parts_of(Graph(tuple(spans), tuple(relations)))
    return Page(
        text=line.text,
        unit=_UNITS[line.offset_unit],
        header=line.malmoi.article if line.malmoi else None,
        entities=parts.entities,
        clusters=line.malmoi.clusters if line.malmoi else (),
        quotes=parts.quotes,
        captions=parts.captions,
        where=where,
        problems=(*parts.problems, *attributes.gone()),
    )
