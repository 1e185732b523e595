"""Three versions of a set of named values, brought together value by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def combined(
    base: Mapping[str, object], a: Mapping[str, object], b: Mapping[str, object]
) -> tuple[dict[str, Any], list[str]]:
    """Each value as the side that changed it has it, and the names of those that both changed differently.

    The latter have the base's value.
    """
    found: dict[str, Any] = {}
    disputed = []
    for name, old in base.items():
        one, two = a[name], b[name]
        found[name] = two if one == old else one if two in (old, one) else old
        if old not in (one, two) and one != two:
            disputed.append(name)
    return found, disputed
