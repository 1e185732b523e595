"""The canonical order of keys, read off the schema: its properties stand in the model's order."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.schemas import article_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.rules.registry import Path


class Misplaced(NamedTuple):
    """A key that stands after one it should come before."""

    path: Path
    key: str
    before: str


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a `$ref` into `$defs` names; any other schema as it is."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: dict[str, Any] = article_schema()
    for part in reference.removeprefix("#/").split("/") if reference != "#" else ():
        target = target[part]
    return target


@cache
def record_keys(kind: str | None) -> tuple[str, ...]:
    """The keys of a kind of record (a name of the schema's `$defs`; None: the article) in canonical order."""
    schema = article_schema() if kind is None else article_schema()["$defs"][kind]
    return tuple(schema["properties"])


def misplaced_keys(data: dict[str, Any]) -> Iterator[Misplaced]:
    """The first key out of order of each object that has one. Unknown keys have no order."""
    waiting: list[tuple[Path, Any, dict[str, Any]]] = [((), data, article_schema())]
    while waiting:
        path, value, schema = waiting.pop()
        if isinstance(value, dict):
            properties = schema.get("properties", {})
            ranks = {key: rank for rank, key in enumerate(properties)}
            known = [key for key in value if key in ranks]
            for before, key in pairwise(known):
                if ranks[key] < ranks[before]:
                    yield Misplaced(path, key, before)
                    break
            waiting += [((*path, key), value[key], resolve(properties[key])) for key in reversed(known)]
        elif isinstance(value, list):
            items = resolve(schema.get("items", {}))
            waiting += [((*path, index), value[index], items) for index in reversed(range(len(value)))]


def sorted_keys(value: Any, schema: dict[str, Any] | None = None) -> Any:  # noqa: ANN401  JSON of any shape
    """The data with every object's keys in canonical order; unknown keys come last, in the order they have."""
    schema = article_schema() if schema is None else resolve(schema)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        keys = [key for key in properties if key in value] + [key for key in value if key not in properties]
        return {key: sorted_keys(value[key], properties.get(key, {})) for key in keys}
    if isinstance(value, list):
        return [sorted_keys(item, schema.get("items", {})) for item in value]
    return value
