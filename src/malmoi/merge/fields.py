"""Three versions of a set of named values, brought together value by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


_LINKED = (
    ("label", "value"),
    ("content", "type"),
    ("source_status", "speaker", "source"),
    ("published_at", "published_precision"),
    ("provenance.text", "provenance.written_by"),
)
"""Fields of an item or article that say one thing together: half of A's and half of B's may contradict each other."""


def combined(
    base: Mapping[str, object], a: Mapping[str, object], b: Mapping[str, object]
) -> tuple[dict[str, Any], list[str]]:
    """Each value as the side that changed it has it, and the names of those that both changed differently.

    The latter have the base's value. Linked fields are one: if one side changed one of them and the other side
    another, all that differ are in dispute.
    """
    found: dict[str, Any] = {}
    disputed = []
    for name, old in base.items():
        together = linked_with(name, base)
        changed = [linked_with(name, side) != together for side in (a, b)]
        found[name] = b[name] if not changed[0] else a[name] if not changed[1] or a[name] == b[name] else old
        if all(changed) and a[name] != b[name]:
            disputed.append(name)
    return found, disputed


def linked_with(name: str, fields: Mapping[str, object]) -> dict[str, Any]:
    """A field and those that it is linked with, of a set of values."""
    names = next((names for names in _LINKED if name in names), (name,))
    return {other: fields[other] for other in names if other in fields}
