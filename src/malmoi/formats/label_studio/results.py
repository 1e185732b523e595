"""Pages of an export: what a person drew, as Label Studio stores it.

A region is the results of one id: its labels, and what the fields of that region say. A person's own regions have ids
of Label Studio's making, ours those that we gave: an entity's its own, a quote's contents the quote's and a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
import orjson
from msgspec import Struct, field

from malmoi.formats.graph import CAPTION, CAPTION_LABELS, CONTENT, QUOTE_LABELS, FlatSpan, Graph, Relation, parts_of
from malmoi.formats.interface import FormatError
from malmoi.formats.kept import Kept
from malmoi.formats.label_studio import config
from malmoi.formats.label_studio.tasks import PASSENGER
from malmoi.formats.pages import Mark, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_QUOTE_KEY = re.compile(r"(q-[0-9a-z]+)-content-\d+")
_OTHER_EXPORTS = {".csv", ".tsv", ".conll", ".conll2003", ".zip"}
_EXPORT_JSON = "in Label Studio's Export dialogue choose JSON, the first of the list"
_ATTRIBUTES = {
    config.CLUSTER: "cluster",
    config.NEW_CLUSTER: "cluster",
    config.VALUE: "value",
    config.SPEAKER: "speaker",
    config.NEW_SPEAKER: "speaker",
    config.TYPE: "type",
    config.MODE: "mode",
    config.STATUS: "source_status",
    config.COPIES: "copies",
    config.DATE: "value",
}
"""What the field of each name says of its span."""


class _User(Struct):
    """Who made an annotation. There is more, an e-mail address too, which is none of ours."""

    id: int


class _Annotation(Struct):
    """One annotator's work on a task, or a machine's prediction."""

    result: list[dict[str, Any]]
    id: int | str | None = None
    completed_by: int | _User | None = None
    updated_by: int | _User | None = None
    lead_time: float | None = None
    was_cancelled: bool = False

    def annotator(self) -> str | None:
        """Who made it; None of one that was imported, which names who imported it, and that nobody has saved since."""
        if self.updated_by is None and self.lead_time is None:
            return None
        number = self.completed_by.id if isinstance(self.completed_by, _User) else self.completed_by
        return None if number is None else f"Label Studio user {number}"


class _Task(Struct):
    """A task. Annotations are None where nothing was ever done; predictions may be ids."""

    data: dict[str, Any]
    id: int | str | None = None
    annotations: list[dict[str, Any]] | None = None
    predictions: list[dict[str, Any] | int] | None = None


class _Offsets(Struct):
    """Where a region is, in code points of the text."""

    start: int
    end: int


class _Value(Struct):
    """What a result says: of a region's place, and of one other thing."""

    start: int | str | None = None
    end: int | str | None = None
    text: str | list[str] | None = None
    globalOffsets: _Offsets | None = None  # noqa: N815  Label Studio's name
    labels: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    number: float | None = None


class _Meta(Struct):
    """What a person noted on a region."""

    text: str | list[str] = ""


class _Result(Struct):
    """A result on a region."""

    id: str
    type: str
    value: _Value
    from_name: str = ""
    meta: _Meta | None = None


class _Relation(Struct):
    """A relation between two regions."""

    from_id: str
    to_id: str
    labels: list[str] | None = None


def read(source: Path, *, predictions: bool) -> Iterator[Page | FormatError]:
    """The pages of an export, one for each annotation that was submitted.

    Raises:
        FormatError: the file is no JSON export.
        OSError: it cannot be read.
    """
    if source.suffix.lower() in _OTHER_EXPORTS:
        raise FormatError(f"{source}: this export of Label Studio leaves out relations or labels: {_EXPORT_JSON}")
    try:
        tasks = orjson.loads(source.read_bytes())
    except orjson.JSONDecodeError as error:
        raise FormatError(f"{source}: not JSON: {error}; {_EXPORT_JSON}") from None
    if not isinstance(tasks, list):
        raise FormatError(f"{source}: expected an array of tasks, found {type(tasks).__name__}; {_EXPORT_JSON}")
    for number, task in enumerate(tasks, 1):
        yield from _task(task, f"{source}: task number {number}", source, predictions=predictions)


def _task(raw: object, where: str, source: Path, *, predictions: bool) -> Iterator[Page | FormatError]:
    if isinstance(raw, dict) and raw.get("id") is not None:
        where = f"{source}: task {raw['id']}"
    if isinstance(raw, dict) and "data" not in raw and "annotation_id" in raw:
        yield FormatError(f"{where}: this is the JSON_MIN export, which leaves out relations: {_EXPORT_JSON}")
        return
    try:
        task = msgspec.convert(raw, _Task)
        blank = _blank(task, where)
    except (msgspec.ValidationError, FormatError) as error:
        yield FormatError(f"{where}: not a task: {error}")
        return
    found = [one for one in task.predictions or () if isinstance(one, dict)] if predictions else task.annotations
    if found is None or (predictions and not found):
        yield blank
    elif not found:
        yield FormatError(f"{where}: nobody has submitted an annotation of it; it is left out")
    for number, one in enumerate(found or (), 1):
        named = f"{where}, annotation {one.get('id', f'number {number}')}"
        try:
            yield _page(blank, msgspec.convert(one, _Annotation), named)
        except (msgspec.ValidationError, FormatError) as error:
            yield FormatError(f"{named}: {error}")


def _blank(task: _Task, where: str) -> Page:
    """The page of a task, without marks."""
    text = task.data.get(config.TEXT)
    if not isinstance(text, str):
        raise FormatError(f"its data has no {config.TEXT!r}")
    kept = msgspec.convert(task.data.get(PASSENGER) or {}, Kept)
    return Page(text=text, unit="code points", header=kept.article, clusters=kept.clusters, where=where)


def _page(blank: Page, annotation: _Annotation, where: str) -> Page:
    if annotation.was_cancelled:
        raise FormatError("it was skipped (was_cancelled); it is left out")
    problems: list[str] = []
    graph = _graph(annotation.result, problems)
    parts = parts_of(graph)
    return blank._replace(
        entities=parts.entities,
        quotes=parts.quotes,
        captions=parts.captions,
        where=where,
        annotator=annotation.annotator(),
        problems=(*problems, *parts.problems),
    )


def _graph(results: Iterable[dict[str, Any]], problems: list[str]) -> Graph:
    labelled: list[tuple[str, str, Mark]] = []
    fields: dict[str, dict[str, str]] = defaultdict(dict)
    relations: list[_Relation] = []
    for number, raw in enumerate(results):
        try:
            if raw.get("type") == "relation":
                relations.append(msgspec.convert(raw, _Relation))
                continue
            result = msgspec.convert(raw, _Result)
        except msgspec.ValidationError as error:
            raise FormatError(f"result {number}: {error}") from None
        if result.type == "labels":
            labelled += ((result.id, label, _mark(result)) for label in result.value.labels)
        else:
            _tell(result, fields[result.id], problems)
        if result.meta and result.meta.text:
            problems.append(f"region {result.id}: its note {result.meta.text!r} has no place in an article")
    # A region may have several labels: a span for each, and its relations are those of all that are parts of quotes.
    keys: dict[str, list[str]] = defaultdict(list)
    ends: dict[str, list[str]] = defaultdict(list)
    spans = []
    for region, label, mark in labelled:
        key = f"{region}/{len(keys[region])}" if keys[region] else region
        keys[region].append(key)
        if label in QUOTE_LABELS:
            ends[region].append(key)
        spans.append(FlatSpan(key, label, mark, _attributes(region, label, fields[region])))
    problems += (f"region {region}: it has fields and no label" for region in fields if region not in keys)
    return Graph(tuple(spans), tuple(_relations(relations, ends)))


def _mark(result: _Result) -> Mark:
    value = result.value
    text = value.text if isinstance(value.text, str) else None
    if isinstance(value.start, int) and isinstance(value.end, int):
        return Mark(value.start, value.end, text)
    if value.globalOffsets:
        return Mark(value.globalOffsets.start, value.globalOffsets.end, text)
    raise FormatError(
        f"region {result.id}: start and end are {value.start!r} and {value.end!r}; expected whole numbers"
    )


def _tell(result: _Result, told: dict[str, str], problems: list[str]) -> None:
    """Note what a field says of its region."""
    name = _ATTRIBUTES.get(result.from_name)
    if name is None:
        problems.append(f"region {result.id}: its {result.type} {result.from_name!r} has no place in an article")
        return
    value = result.value
    if value.number is not None:
        said = [f"{value.number:g}"]
    else:
        said = value.choices or ([value.text] if isinstance(value.text, str) else value.text or [])
    kept = [text for one in said if (text := unicodedata.normalize("NFC", one).strip())]
    if name in told:
        kept.insert(0, told[name])
    if len(set(kept)) > 1:
        problems.append(f"region {result.id}: {name} is {', '.join(map(repr, kept))}; the first is taken")
    if kept:
        told[name] = kept[0]


def _attributes(region: str, label: str, told: Mapping[str, str]) -> dict[str, str]:
    """What is said of a span with this label: a region with several labels has the fields of each."""
    if label == CONTENT:
        ours = _QUOTE_KEY.fullmatch(region)
        return ({"id": ours[1]} if ours else {}) | _of(told, "type", "mode", "source_status", "speaker")
    if label == CAPTION:
        return _of(told, "copies")
    if label in QUOTE_LABELS:
        return {}
    if label in CAPTION_LABELS:
        return _of(told, "value")
    return {"id": region} | _of(told, "cluster", "value")


def _of(told: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: told[name] for name in names if name in told}


def _relations(relations: Iterable[_Relation], ends: Mapping[str, list[str]]) -> Iterator[Relation]:
    for relation in relations:
        label = (relation.labels or [""])[0]
        # An end that is no part of a quote keeps its name, and is told of as one that ties nothing.
        for head in ends.get(relation.from_id, [relation.from_id]):
            for tail in ends.get(relation.to_id, [relation.to_id]):
                yield Relation(label, head, tail)
