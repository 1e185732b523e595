"""Level 6: croissant.json against the files, the card and the features of the tables."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from malmoi.published.folder import CARD, CROISSANT
from malmoi.published.table import features_of
from malmoi.rules.locate import Positions
from malmoi.rules.published.card import card_licenses, shown
from malmoi.rules.published.croissant_fields import expected, fields, names_of, nodes, record_sets
from malmoi.rules.published.hub import license_at
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.published.folder import Published

_BASES = {
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
}
_TERMS = (
    "arrayShape",
    "column",
    "extract",
    "field",
    "fileProperty",
    "fileSet",
    "includes",
    "isArray",
    "jsonPath",
    "key",
    "recordSet",
    "references",
    "regex",
    "source",
    "subField",
    "transform",
)


@rule("MM633", "unreadable-croissant")
def unreadable_croissant(published: Published) -> Iterator[Hit]:
    """croissant.json is no JSON object.

    What it does: parses the file.

    Why is this bad? No search engine and no loader reads it.

    Example: a file that was cut off

    Use instead: the file as it was built
    """
    if isinstance(published.croissant, str):
        yield Hit((), published.croissant, "build it again", None, published.file(CROISSANT))


@rule("MM634", "croissant-against-files")
def croissant_against_files(published: Published) -> Iterator[Hit]:
    """croissant.json does not describe the Parquet files that are there.

    What it does: compares the `contentUrl` and `sha256` of its `distribution` with the folder.

    Why is this bad? Loaders refuse a file with another hash, and never see one that is not listed; mlcroissant's own
    validation finds neither.

    Example: the `sha256` of an earlier build

    Use instead: croissant.json of the same build
    """
    if not isinstance(published.croissant, dict):
        return
    listed = set()
    for index, node in nodes(published.croissant, "distribution"):
        name = node.get("contentUrl")
        if not isinstance(name, str):
            continue  # a set of files
        listed.add(name)
        if name not in published.digests:
            yield _in_croissant(published, ("distribution", index, "contentUrl"), f"there is no file {name}")
        elif node.get("sha256") != published.digests[name]:
            message = f"{name} has the hash {published.digests[name][:12]}…, not {str(node.get('sha256'))[:12]}…"
            yield _in_croissant(published, ("distribution", index, "sha256"), message)
    for name in published.tables:
        if name not in listed:
            yield _in_croissant(published, ("distribution",), f"{name} is not in it")


@rule("MM635", "config-without-record-set")
def config_without_record_set(published: Published) -> Iterator[Hit]:
    """croissant.json has no record set for a config.

    What it does: looks for every config of the card among the `@id`s of its record sets.

    Why is this bad? Whoever loads the data through Croissant does not see the config.

    Example: configs default and ner, and a record set for default alone

    Use instead: croissant.json of the same build
    """
    if not isinstance(published.croissant, dict):
        return
    there = record_sets(published.croissant)
    for index, node in nodes(published.croissant, "recordSet"):
        if not isinstance(node.get("@id"), str):
            message = f"the @id of a record set is a text, not {shown(node.get('@id'))}"
            yield _in_croissant(published, ("recordSet", index, "@id"), message)
    for config in published.configs:
        if config.name not in there:
            yield _in_croissant(published, ("recordSet",), f"there is no record set for the config {config.name}")


@rule("MM638", "croissant-against-card")
def croissant_against_card(published: Published) -> Iterator[Hit]:
    """What croissant.json says of the dataset is not what Croissant asks for, or not what the card says.

    What it does: expects the terms of Croissant in `@context`, the type of a dataset, the version of Croissant in
    `conformsTo`, the licences of the card, and a version that the card's text names.

    Why is this bad? Without its context the file is no Croissant; with other licences, whoever finds the data through
    it takes rights that nobody gave.

    Example: no `conformsTo`

    Use instead: croissant.json of the same build
    """
    document = published.croissant
    if not isinstance(document, dict) or not published.ours:
        return
    context = document.get("@context")
    known = context if isinstance(context, dict) else {}
    wrong = [key for key, term in (_BASES | {key: f"cr:{key}" for key in _TERMS}).items() if known.get(key) != term]
    if wrong:
        yield _in_croissant(
            published, ("@context",), f"@context does not define {', '.join(wrong[:3])} as Croissant does"
        )
    if document.get("@type") not in ("sc:Dataset", "Dataset"):
        yield _in_croissant(published, ("@type",), f"expected sc:Dataset, found {shown(document.get('@type'))}")
    if not any(str(one).startswith(f"{_BASES['cr']}1.") for one in _listed(document.get("conformsTo"))):
        yield _in_croissant(published, ("conformsTo",), "conformsTo names no version of Croissant")
    yield from _rights(published, document)


def _rights(published: Published, document: dict[str, Any]) -> Iterator[Hit]:
    """What differs from the card."""
    if published.card.problem:
        return
    found, card = {license_at(str(one)) for one in _listed(document.get("license"))}, card_licenses(published)
    if card and found != card:
        message = f"the license is {', '.join(sorted(found)) or None}; the card says {', '.join(sorted(card))}"
        yield _in_croissant(published, ("license",), message)
    version = document.get("version")
    if not isinstance(version, str) or not re.search(
        rf"\bversion {re.escape(version)}(?![\w.]\w)", published.text(CARD) or ""
    ):
        message = f"the version is {shown(version)}; the text of the card names no such version"
        yield _in_croissant(published, ("version",), message)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


@rule("MM639", "croissant-against-features")
def croissant_against_features(published: Published) -> Iterator[Hit]:
    """The fields of croissant.json are not the columns of the tables.

    What it does: derives the fields from the features of the tables: a field a column, with its type; a subfield for
    each value inside a struct; for each class an enumeration with its names in order. A list inside a list has none.

    Why is this bad? Whoever loads the data through Croissant gets other columns, or other labels for the same numbers,
    than who loads the tables.

    Example: a field whose column is `nope`

    Use instead: croissant.json of the same build
    """
    document = published.croissant
    if not isinstance(document, dict) or not published.ours:
        return
    sets = record_sets(document)
    for config in published.configs:
        tables = [published.tables[name] for file in config.files for name in file.names if name in published.tables]
        table = next((table for table in tables if not table.problem), None)
        info = published.infos.get(config.name)
        if (
            table is None
            or config.name not in sets
            or (info and features_of(info.data.get("features")) != table.features)
        ):
            continue  # the card and the table disagree already
        index, node = sets[config.name]
        wanted = dict(expected(table.features))
        there = {}
        for field in fields(node, ("recordSet", index)):
            named = ".".join(part for part in (field.column, field.inside) if part)
            key = (field.column, field.inside)
            there[key] = field
            if key not in wanted:
                message = f"{config.name}: {shown(named)} is no value of the table"
            elif (field.kind, field.is_array) != wanted[key][:2]:
                kind, is_array, _ = wanted[key]
                message = f"{config.name}: {named} is {kind}{' in a list' if is_array else ''} in the table"
            elif names_of(field, sets) != wanted[key][2]:
                message = f"{config.name}: the names that the numbers of {named} stand for are others in the table"
            else:
                continue
            yield _in_croissant(published, field.place, message)
        for column, inside in wanted:
            if (column, inside) not in there:
                named = ".".join(part for part in (column, inside) if part)
                yield _in_croissant(published, ("recordSet", index, "field"), f"{config.name}: no field is for {named}")


def _in_croissant(published: Published, path: tuple[str | int, ...], message: str) -> Hit:
    line = _positions(published.text(CROISSANT) or "").line(path)
    return Hit(path, message, "build it again", line, published.file(CROISSANT))


@lru_cache(maxsize=1)
def _positions(text: str) -> Positions:
    """Lines of a document; one that lacks a file mostly lacks several."""
    return Positions(text)
