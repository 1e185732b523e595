"""The words that the Hugging Face Hub knows. Those that `datasets` does not ship stand in tables beside this module."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import orjson

_SIZE = re.compile(r"(?:(\d+)([KMBT])<)?n[<>](\d+)([KMBT])")
_CREATIVE_COMMONS = re.compile(
    r"^https?://creativecommons\.org/(?:licenses/([a-z-]+)/([\d.]+)|publicdomain/zero/([\d.]+))/?$"
)
_UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


@cache
def licenses() -> frozenset[str]:
    """Identifiers of licences."""
    return frozenset(row[0] for row in _table("hub_licenses.tsv"))


@cache
def words(key: str) -> frozenset[str]:
    """The words that a key of the card may hold.

    Raises:
        KeyError: the Hub has no list for the key.
    """
    if key in ("task_categories", "task_ids"):
        column = 0 if key == "task_categories" else 1
        return frozenset(row[column] for row in _table("hub_tasks.tsv") if row[column])
    shipped, within = {
        "language": ("languages", None),
        "multilinguality": ("multilingualities", None),
        "size_categories": ("size_categories", None),
        "annotations_creators": ("creators", "annotations"),
        "language_creators": ("creators", "language"),
    }[key]
    listed = orjson.loads((files("datasets.utils.resources") / f"{shipped}.json").read_bytes())
    return frozenset(listed[within] if within else listed)


@cache
def tasks() -> dict[str, frozenset[str]]:
    """The categories of each task."""
    found: dict[str, set[str]] = {}
    for category, task in _table("hub_tasks.tsv"):
        found.setdefault(task, set()).add(category)
    return {task: frozenset(categories) for task, categories in found.items()}


def license_of(spdx: str) -> str:
    """The Hub's identifier of a licence that a text is under; `other` where the Hub has none."""
    return spdx.lower() if spdx.lower() in licenses() else "other"


def license_at(url: str) -> str:
    """The Hub's identifier of the licence at an address; `other` for all but those of Creative Commons."""
    match = _CREATIVE_COMMONS.search(url)
    return "other" if match is None else f"cc0-{match[3]}" if match[1] is None else f"cc-{match[1]}-{match[2]}"


def holds(size: str, number: int) -> bool:
    """Whether so many rows belong to a size category; every number belongs to one that says nothing (`unknown`)."""
    match = _SIZE.fullmatch(size)
    if match is None:
        return True
    low, low_unit, bound, unit = match.groups()
    limit = int(bound) * _UNITS[unit]
    if ">" in size:
        return number >= limit
    return (int(low) * _UNITS[low_unit] if low else 0) <= number < limit


def _table(name: str) -> list[list[str]]:
    """The rows of a table: below the line that names its source, and the header."""
    lines = (files("malmoi.rules.published") / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[2:]]
