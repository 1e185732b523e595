"""Prodigy's JSON Lines, for `spans.manual`, `ner.manual --highlight-chars` and `rel.manual`: a line an article.

A token is a character, as Prodigy itself makes them for `--highlight-chars`: particles stick to names (`의원은`), and a
span can only begin and end where a token does. `token_end` names the last token, and is not exclusive. The ends of a
relation are last tokens, and tell their spans in `head_span` and `child_span`; a part that two quotes share is one span
with two relations.

What else is said of spans stands in the key `malmoi`, which Prodigy keeps, and is found again by label and offsets. An
answer that is not `accept` is no annotation: it is told and left out. Who made it is told by `_annotator_id`, or by
`_session_id`.
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

_ACCEPTED = "accept"


class _Span(msgspec.Struct):
    start: int
    end: int
    label: str | None = None


class _Relation(msgspec.Struct):
    label: str
    head_span: _Span
    child_span: _Span


class _Task(msgspec.Struct):
    text: str
    spans: list[_Span] = []
    relations: list[_Relation] = []
    answer: str = _ACCEPTED
    malmoi: Kept | None = None
    annotator: str | None = msgspec.field(name="_annotator_id", default=None)
    session: str | None = msgspec.field(name="_session_id", default=None)


class Prodigy:
    """The format."""

    name = "prodigy"
    unit: Unit = "code points"
    folder = False
    suffix = ".jsonl"
    layers = LAYERS
    lacks: frozenset[str] = frozenset()

    def encode(self, pages: Iterable[Page]) -> Iterator[File]:
        """A task a page."""
        for page in pages:
            yield File("", jsonl.dumped(_task(page)))

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of what `db-out` writes, or of what we wrote."""
        return jsonl.read(source, _page)


def _task(page: Page) -> dict[str, Any]:
    graph = graph_of(page)
    by_key = {span.key: _span(span) for span in graph.spans}
    parts = {relation.tail for relation in graph.relations}
    spans: dict[object, dict[str, Any]] = {}
    for at, span in enumerate(graph.spans):
        spans[(span.label, *span.mark[:2]) if span.key in parts else at] = by_key[span.key]
    return {
        "text": page.text,
        "tokens": [
            {"text": char, "start": at, "end": at + 1, "id": at, "ws": False} for at, char in enumerate(page.text)
        ],
        "spans": list(spans.values()),
        "relations": [
            {
                "head": by_key[relation.head]["token_end"],
                "child": by_key[relation.tail]["token_end"],
                "head_span": by_key[relation.head],
                "child_span": by_key[relation.tail],
                "label": relation.label,
            }
            for relation in graph.relations
        ],
        "meta": {"article": page.id},
        "malmoi": kept(page, graph.spans),
    }


def _span(span: FlatSpan) -> dict[str, Any]:
    start, end = span.mark[:2]
    return {"start": start, "end": end, "token_start": start, "token_end": end - 1, "label": span.label}


def _page(record: dict[str, Any], where: str) -> Page:
    task = msgspec.convert(record, _Task)
    if task.answer != _ACCEPTED:
        raise FormatError(f"the answer is {task.answer!r}, so this is no annotation; left out")
    attributes = Attributes(task.malmoi)
    problems = []
    spans = []
    for at, span in enumerate(task.spans):
        if span.label is None:
            problems.append(f"the span at {span.start}:{span.end} has no label")
            continue
        mark = Mark(span.start, span.end)
        spans.append(FlatSpan(str(at), span.label, mark, attributes.take(span.label, mark)))
    keys = {(span.label, span.mark.start, span.mark.end): span.key for span in reversed(spans)}
    relations = []
    for relation in task.relations:
        ends = [keys.get((end.label or "", end.start, end.end)) for end in (relation.head_span, relation.child_span)]
        relations.append(Relation(relation.label, ends[0] or "", ends[1] or ""))
    parts = parts_of(Graph(tuple(spans), tuple(relations)))
    return Page(
        text=task.text,
        unit="code points",
        header=task.malmoi.article if task.malmoi else None,
        entities=parts.entities,
        clusters=task.malmoi.clusters if task.malmoi else (),
        quotes=parts.quotes,
        captions=parts.captions,
        where=where,
        annotator=task.annotator or task.session,
        problems=(*problems, *parts.problems, *attributes.gone()),
    )
