"""The released schemas and the label inventory, wherever the package finds them.

`schema/` is at the top of a checkout and inside an installed wheel. This is also where a later schema
version's migration goes: add the version to `MIGRATIONS` with the function that lifts an article to the next.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from malmoi.findings import MalmoiError
from malmoi.model import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

VERSION_FORM = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
"""What a schema version looks like: `1.0`."""

MIGRATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a released version to the function that lifts an article of it to the next version."""


class SchemaVersionError(MalmoiError):
    """The file's `schema_version` is missing, malformed, or newer than this package reads."""


class Label(NamedTuple):
    """One label of the inventory: a short Korean name, its glosses, and its names elsewhere (None: no counterpart)."""

    label: str
    class_: str
    name: str
    ko: str
    en: str
    examples: tuple[str, ...]
    klue: str | None
    conll: str | None
    ontonotes: str | None


class LabelClass(NamedTuple):
    """A class of labels, with its names."""

    class_: str
    ko: str
    en: str


def schema_dir() -> Traversable:
    """The folder that holds the schemas: the package's own copy, else the checkout's."""
    packaged = files("malmoi") / "schema"
    if packaged.is_dir():
        return packaged
    return Path(__file__).parents[2] / "schema"


@cache
def article_schema(version: str = SCHEMA_VERSION) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an article of this version."""
    loaded: dict[str, Any] = orjson.loads((schema_dir() / f"article-{version}.schema.json").read_bytes())
    return loaded


@cache
def labels() -> dict[str, Label]:
    """The inventory, by label, in its published order."""
    rows = orjson.loads((schema_dir() / "labels.json").read_bytes())["labels"]
    return {
        row["label"]: Label(
            row["label"],
            row["class"],
            row["name"],
            row["ko"],
            row["en"],
            tuple(row["examples"]),
            row["klue"],
            row["conll"],
            row["ontonotes"],
        )
        for row in rows
    }


@cache
def label_classes() -> dict[str, LabelClass]:
    """The classes of the inventory, by their letters, in published order."""
    rows = orjson.loads((schema_dir() / "labels.json").read_bytes())["classes"]
    return {row["class"]: LabelClass(row["class"], row["ko"], row["en"]) for row in rows}


def label_class(label: str) -> str:
    """Class of a label: `LCP_CITY` -> `LC`.

    Raises:
        KeyError: the label is not in the inventory.
    """
    return labels()[label].class_


def class_or_label(label: str) -> str:
    """Class of a label; a label that is not in the inventory is a class of its own."""
    return label_class(label) if label in labels() else label


def check_version(data: dict[str, Any]) -> str:
    """The article's schema version, if this package can read it.

    Raises:
        SchemaVersionError: missing, malformed, newer, or unknown.
    """
    version = data.get("schema_version")
    if not isinstance(version, str) or not VERSION_FORM.fullmatch(version):
        raise SchemaVersionError(f'schema_version is {version!r}; expected a string such as "{SCHEMA_VERSION}"')
    if version == SCHEMA_VERSION or version in MIGRATIONS:
        return version
    if _number(version) > _number(SCHEMA_VERSION):
        raise SchemaVersionError(
            f"schema_version {version} is newer than this malmoi reads ({SCHEMA_VERSION}): upgrade malmoi"
        )
    known = ", ".join((*MIGRATIONS, SCHEMA_VERSION))
    raise SchemaVersionError(f"schema_version {version} was never released; this malmoi reads {known}")


def migrate(data: dict[str, Any]) -> dict[str, Any]:
    """The article lifted to the current schema version, step by step.

    Raises:
        SchemaVersionError: as `check_version`.
    """
    while (version := check_version(data)) != SCHEMA_VERSION:
        data = MIGRATIONS[version](data)
    return data


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
