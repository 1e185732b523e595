"""W3C Web Annotation: a folder with a JSON-LD document for each article, an AnnotationPage of its spans and relations.

A span is an annotation whose body classifies it, and whose target tells its place twice: by position (code points, as
the model has it) and by quotation, with what stands before and after. On the way back the position holds where the text
stands there; else the place is where the text stands between the same neighbours, and that it moved is told. Which
cluster an entity belongs to is a body that identifies. A relation is an annotation that links two others, the head
first. Ids, values and what is said of a quote are properties of our own (`malmoi:`), defined in the document's context.

The article's text, header and clusters are properties of the page: the standard has no place for a target's own text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from malmoi import store
from malmoi.formats import folders
from malmoi.formats.graph import (
    ENTITY_ATTRIBUTES,
    QUOTE_ATTRIBUTES,
    FlatSpan,
    Graph,
    Relation,
    graph_of,
    parts_of,
)
from malmoi.formats.interface import File, FormatError, RefusedError, Unit
from malmoi.formats.kept import Kept, kept
from malmoi.formats.pages import LAYERS, Mark, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_OURS, _CLUSTER = "malmoi:", "cluster"
_TERMS = {
    "malmoi": "urn:malmoi:term:",
    "article": {"@id": "malmoi:article", "@type": "@json"},
    "clusters": {"@id": "malmoi:clusters", "@type": "@json"},
    "document": {"@id": "malmoi:document"},
}
_ATTRIBUTES = ("id", *ENTITY_ATTRIBUTES, *QUOTE_ATTRIBUTES, "copies")
_AROUND = 32
"""How many code points before and after a span its quotation tells."""
_ENDS = 2
_LABELLING = ("classifying", "tagging", None)
"""Purposes of a body that names a label, the likeliest first; tools leave the purpose of a tag out."""


class WebAnnotation:
    """The format."""

    name = "web-annotation"
    unit: Unit = "code points"
    folder = True
    suffix = ".jsonld"
    layers = LAYERS
    lacks: frozenset[str] = frozenset()

    def encode(self, pages: Iterable[Page]) -> Iterator[File | RefusedError]:
        """A document a page."""
        return folders.each(pages, lambda name, page: [File(f"{name}{self.suffix}", store.layout(_document(page)))])

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of the documents of a folder."""
        for path in folders.files(source, self.suffix):
            yield _read(path)


def _document(page: Page) -> dict[str, Any]:
    graph = graph_of(page)
    base = f"urn:malmoi:{page.id}"
    links = [
        {
            "id": f"{base}:link-{number}",
            "type": "Annotation",
            "motivation": "linking",
            "body": {"type": "TextualBody", "purpose": "tagging", "value": relation.label},
            "target": [f"{base}:{relation.head}", f"{base}:{relation.tail}"],
        }
        for number, relation in enumerate(graph.relations, 1)
    ]
    return {
        "@context": [_CONTEXT, _TERMS],
        "id": base,
        "type": "AnnotationPage",
        **kept(page),
        "document": {
            "id": f"{base}:document",
            "type": "Text",
            "format": "text/plain",
            "language": "ko",
            "value": page.text,
        },
        "items": [*(_annotation(span, page.text, base) for span in graph.spans), *links],
    }


def _annotation(span: FlatSpan, text: str, base: str) -> dict[str, Any]:
    start, end = span.mark.start, span.mark.end
    told = dict(span.attributes)
    cluster = told.pop(_CLUSTER, None)
    body: list[dict[str, str]] = [{"type": "TextualBody", "purpose": "classifying", "value": span.label}]
    if cluster:
        body.append({"type": "SpecificResource", "purpose": "identifying", "source": f"{base}:{cluster}"})
    return {
        "id": f"{base}:{span.key}",
        "type": "Annotation",
        "motivation": "classifying",
        "body": body,
        "target": {
            "source": f"{base}:document",
            "selector": [
                {"type": "TextPositionSelector", "start": start, "end": end},
                {
                    "type": "TextQuoteSelector",
                    "exact": text[start:end],
                    "prefix": text[max(start - _AROUND, 0) : start],
                    "suffix": text[end : end + _AROUND],
                },
            ],
        },
        **{f"{_OURS}{name}": value for name, value in told.items()},
    }


class _Text(msgspec.Struct):
    value: str


class _Page(msgspec.Struct):
    document: _Text
    items: list[dict[str, Any]]
    id: str = ""


class _Selector(msgspec.Struct):
    type: str
    start: int | None = None
    end: int | None = None
    exact: str | None = None
    prefix: str = ""
    suffix: str = ""


class _Target(msgspec.Struct):
    id: str | None = None
    selector: _Selector | list[_Selector] | None = None


class _Body(msgspec.Struct):
    purpose: str | None = None
    value: str | None = None
    source: str | None = None


class _Maker(msgspec.Struct):
    id: str | None = None
    name: str | None = None


class _Item(msgspec.Struct):
    """An annotation; what may be one or several, and what may be a bare IRI, is so in the standard."""

    target: str | _Target | list[str | _Target]
    body: str | _Body | list[str | _Body] | None = None
    motivation: str | list[str] | None = None
    creator: str | _Maker | list[str | _Maker] | None = None
    id: str | None = None


class _NothingSaidError(ValueError):
    """An annotation that is well formed, and tells nothing of an article."""


def _read(path: Path) -> Page | FormatError:
    try:
        data = orjson.loads(folders.read_text(path))
        page, told = msgspec.convert(data, _Page), msgspec.convert(data, Kept)
    except FormatError as error:
        return error
    except ValueError as error:
        return FormatError(f"{path}: not an AnnotationPage with its document: {error}")
    spans: list[FlatSpan] = []
    relations: list[Relation] = []
    problems: list[str] = []
    makers: dict[str, None] = {}
    for number, raw in enumerate(page.items):
        try:
            item = msgspec.convert(raw, _Item)
            if "linking" in _several(item.motivation):
                relations.append(_relation(item))
            else:
                spans.append(_span(item, raw, page, problems))
        except _NothingSaidError as nothing:
            problems.append(f"items[{number}]: {nothing}")
            continue
        except ValueError as error:
            return FormatError(f"{path}: items[{number}]: {error}; correct it or take it out")
        for maker in _several(item.creator):
            makers |= {(maker if isinstance(maker, str) else maker.name or maker.id or ""): None}
    parts = parts_of(Graph(tuple(spans), tuple(relations)))
    return Page(
        text=page.document.value,
        unit="code points",
        header=told.article,
        entities=parts.entities,
        clusters=told.clusters,
        quotes=parts.quotes,
        captions=parts.captions,
        where=str(path),
        annotator=", ".join(filter(None, makers)) or None,
        problems=(*problems, *parts.problems),
        name=path.stem,
    )


def _several(value: object) -> list[Any]:
    """The values of a key that may hold none, one or a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _bodies(item: _Item) -> list[_Body]:
    return [_Body(source=body) if isinstance(body, str) else body for body in _several(item.body)]


def _relation(item: _Item) -> Relation:
    ends = [target if isinstance(target, str) else target.id for target in _several(item.target)]
    label = next((body.value for body in _bodies(item) if body.value), "")
    if len(ends) != _ENDS or not all(ends):
        raise _NothingSaidError(f"a link has {_ENDS} annotations as its targets, each by its id")
    return Relation(label, ends[0] or "", ends[1] or "")


def _span(item: _Item, raw: dict[str, Any], page: _Page, problems: list[str]) -> FlatSpan:
    """The span of an annotation.

    Raises:
        _NothingSaidError: it names no label, or no place.
        ValueError: one of our own properties is no string.
    """
    bodies = _bodies(item)
    labels = [body.value for purpose in _LABELLING for body in bodies if body.purpose == purpose and body.value]
    if not labels:
        raise _NothingSaidError(f"no body of purpose {_LABELLING[0]} or {_LABELLING[1]} names a label")
    told = {name: raw[f"{_OURS}{name}"] for name in _ATTRIBUTES if f"{_OURS}{name}" in raw}
    attributes = msgspec.convert(told, dict[str, str])
    for body in bodies:
        if body.purpose == "identifying":
            attributes[_CLUSTER] = body.value or (body.source or "").removeprefix(f"{page.id}:")
        elif body.value != labels[0]:
            problems.append(f"{labels[0]}: a body says {body.value or body.source!r}, which is not kept")
    return FlatSpan(item.id or "", labels[0], _mark(item, page.document.value), attributes)


def _mark(item: _Item, text: str) -> Mark:
    """Where the annotation's target is.

    Raises:
        _NothingSaidError: it is nowhere, or in several places.
    """
    targets = [target for target in _several(item.target) if isinstance(target, _Target)]
    if len(targets) != 1:
        raise _NothingSaidError(f"{len(targets)} targets with a selector; a span has one")
    selectors = _several(targets[0].selector)
    quoted = next((one for one in selectors if one.type == "TextQuoteSelector" and one.exact), None)
    for one in selectors:
        if one.type == "TextPositionSelector" and one.start is not None and one.end is not None:
            if quoted is None:
                return Mark(one.start, one.end)
            return Mark(one.start, one.end, quoted.exact, quoted.prefix, quoted.suffix)
    if quoted is None or quoted.exact is None:
        raise _NothingSaidError("its target has neither a TextPositionSelector nor a TextQuoteSelector")
    for before, after in ((quoted.prefix, quoted.suffix), ("", "")):
        if text.count(before + quoted.exact + after) == 1:
            start = text.index(before + quoted.exact + after) + len(before)
            return Mark(start, start + len(quoted.exact), quoted.exact)
    raise _NothingSaidError(f"“{quoted.exact}” stands {text.count(quoted.exact)} times in the text")
