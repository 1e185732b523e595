"""The fields of a Croissant file, and those that the features of a table ask for, in one form to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Node = dict[str, Any]
Key = tuple[str, str]
"""A column, and the keys that lead to a value inside it, joined by dots."""


class Field(NamedTuple):
    """A field that takes its values from a column.

    Attributes:
        place: where in the document.
        column: the column.
        inside: the keys that lead to the value inside a struct, joined by dots.
        kind: the type of the values.
        is_array: the column holds a list of them.
        reference: the `@id` of the field of an enumeration that the values are numbers of.
    """

    place: tuple[str | int, ...]
    column: str
    inside: str
    kind: object
    is_array: bool
    reference: str | None


def nodes(document: Node, key: str) -> Iterator[tuple[int, Node]]:
    """The objects of a list of the document, with their indexes."""
    found = document.get(key)
    for index, node in enumerate(found if isinstance(found, list) else ()):
        if isinstance(node, dict):
            yield index, node


def record_sets(document: Node) -> dict[str, tuple[int, Node]]:
    """The record sets by their `@id`, with their indexes."""
    return {
        node["@id"]: (index, node) for index, node in nodes(document, "recordSet") if isinstance(node.get("@id"), str)
    }


def fields(record_set: Node, place: tuple[str | int, ...]) -> Iterator[Field]:
    """The fields of a record set that take their values from columns, subfields among them."""
    for index, node in nodes(record_set, "field"):
        here, is_array = (*place, "field", index), node.get("isArray") is True
        if "subField" not in node:
            yield from _field(node, here, is_array=is_array)
        for number, inner in nodes(node, "subField"):
            yield from _field(inner, (*here, "subField", number), is_array=is_array)


def _field(node: Node, place: tuple[str | int, ...], *, is_array: bool) -> Iterator[Field]:
    extract = _in(node, "source", "extract")
    if isinstance(extract, dict) and "fileProperty" in extract:
        return  # the split, which is the name of the file
    column, inside = _in(extract, "column"), _in(node, "source", "transform", "jsonPath")
    reference = _in(node, "references", "field", "@id")
    yield Field(
        place,
        str(column),
        "" if inside is None else str(inside),
        node.get("dataType"),
        is_array,
        None if reference is None else str(reference),
    )


def _in(node: object, *keys: str) -> object:
    """A value inside objects; None where one of them is not there."""
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def names_of(field: Field, sets: Mapping[str, tuple[int, Node]]) -> list[str] | None:
    """The names that the numbers of a field stand for; none where its enumeration does not count from 0 upwards."""
    if field.reference is None:
        return None
    name = field.reference.removesuffix("/code")
    _, enumeration = sets.get(name, (0, {}))
    rows = [row for _, row in nodes(enumeration, "data")]
    counted = [row.get(f"{name}/code") for row in rows] == list(range(len(rows)))
    return [str(row.get(f"{name}/name")) for row in rows] if counted else []


def expected(features: Mapping[str, Any]) -> Iterator[tuple[Key, tuple[str, bool, list[str] | None]]]:
    """For each value that has a field: its type, whether it stands in a list, and the names of its numbers."""
    from datasets import List  # noqa: PLC0415  only a dataset needs it

    for column, feature in features.items():
        is_list = isinstance(feature, List)
        for path, leaf in _leaves(feature.feature if is_list else feature, ()):
            names = getattr(leaf, "names", None)
            number = names is not None or str(getattr(leaf, "dtype", "")).startswith("int")
            yield (column, ".".join(path)), ("sc:Integer" if number else "sc:Text", is_list, names)


def _leaves(feature: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """The values of a struct and of the structs in it; without lists, which mlcroissant would read back empty."""
    from datasets import List  # noqa: PLC0415  as in expected

    if isinstance(feature, dict):
        for name, inner in feature.items():
            yield from _leaves(inner, (*path, name))
    elif not isinstance(feature, List):
        yield path, feature
