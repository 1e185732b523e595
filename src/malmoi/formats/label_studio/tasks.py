"""Pages as tasks: the text, what is shown beside it, what comes back untouched, and the marks as results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from malmoi import __version__
from malmoi.formats.graph import CAPTION, CAPTION_LABELS, CONTENT, QUOTE_LABELS, graph_of
from malmoi.formats.kept import kept
from malmoi.formats.label_studio import config
from malmoi.formats.pages import shown_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from malmoi.formats.graph import FlatSpan, Graph
    from malmoi.formats.pages import Page

PASSENGER = "malmoi"
"""Key of a task's data that is not shown: the article's header and clusters."""


def task(page: Page, *, predictions: bool) -> bytes:
    """The page as a task. One without marks has neither annotation nor prediction: it is still to be done."""
    names = shown_names(page.clusters)
    made: dict[str, Any] = {
        "data": {
            config.TEXT: page.text,
            config.ABOUT: _about(page),
            config.CHOICES: [{"value": name} for name in names.values()],
            PASSENGER: kept(page),
        }
    }
    graph = graph_of(page)
    if graph.spans:
        results = list(_results(graph, names))
        if predictions:
            made["predictions"] = [{"model_version": f"malmoi {__version__}", "result": results}]
        else:
            made["annotations"] = [{"result": results}]
    return orjson.dumps(made)


def _about(page: Page) -> str:
    """A line on the article, for people."""
    header = page.header or {}
    blocks = [block["type"] for block in header.get("blocks", ())]
    lines = page.text.split("\n\n")
    headline = lines[blocks.index("headline")] if "headline" in blocks else None
    section = (header.get("section") or {}).get("raw")
    day = (header.get("published_at") or "")[: len("2024-03-05")]
    return " · ".join(filter(None, (headline, header.get("publisher"), day, section, header.get("id"))))


def _results(graph: Graph, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for span in graph.spans:
        yield _result(span, _set(span.label), "labels", labels=[span.label])
        for field, value in span.attributes.items():
            yield from _field(span, field, value, names)
    for relation in graph.relations:
        ends = {"from_id": relation.head, "to_id": relation.tail}
        yield {"type": "relation", **ends, "direction": "right", "labels": [relation.label]}


def _set(label: str) -> str:
    if label in QUOTE_LABELS:
        return config.QUOTE
    return config.CAPTIONS if label in CAPTION_LABELS else config.ENTITY


def _field(span: FlatSpan, field: str, value: str, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """An attribute of a span as a field of its region; ids need none, for they are the regions' own."""
    if field in {"cluster", "speaker"}:
        yield _result(span, field, "choices", choices=[names[value]])
    elif span.label == CONTENT and field != "id":
        yield _result(span, field, "choices", choices=[value])
    elif span.label == CAPTION:
        yield _result(span, config.COPIES, "number", number=int(value))
    elif field == "value":
        name = config.VALUE if _set(span.label) == config.ENTITY else config.DATE
        yield _result(span, name, "textarea", text=[value])


def _result(span: FlatSpan, name: str, kind: str, **value: object) -> dict[str, Any]:
    place = {"start": span.mark.start, "end": span.mark.end, "text": span.mark.text}
    return {"id": span.key, "from_name": name, "to_name": config.TEXT, "type": kind, "value": place | value}
