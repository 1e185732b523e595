"""Articles broken at random, for tests that hold two ways of checking against each other."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import orjson
from hypothesis import strategies as st

FULL = orjson.loads((Path(__file__).parent / "schema" / "1.0" / "valid" / "provenance.json").read_bytes())
WITHHELD = orjson.loads((Path(__file__).parent / "schema" / "1.0" / "valid" / "withheld.json").read_bytes())

_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, 2, 3, -1, 5.0, 2.5, 400, 2**40, "", " ", "x", "나무름", " 나무름", "p01", "p01\n", "p02", "c01", "e-90eb", "e-90eb\n",
    "c-ae64", "c-0000", "direct", "indirect", "mixed", "explicit", "omitted", "none", "PS_NAME", "OGG_LIBRARY", "DT_DAY",
    "caption", "2031-03-06", "T11", "P2M", "open", "private", "withheld", [], {}, [1], {"a": 1}, "a@b.example",
    "02-123-4567", "비\n가", "새\u200b벽", "2031-03-05T09:12:00", "2031-03-05T09:12:00+09:00", "1990-01-01T00:00:00+09:00",
)  # fmt: skip


def places(data: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401  JSON of any shape
    """Every (container, key) in the data."""
    found = []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found.append((data, key))
        found += places(value)
    return found


@st.composite
def mutated(draw: st.DrawFn, *, most: int = 3) -> dict[str, Any]:
    """A valid article with up to `most` values replaced, moved by a little, copied elsewhere, or taken out."""
    data: dict[str, Any] = copy.deepcopy(draw(st.sampled_from((FULL, FULL, FULL, WITHHELD))))
    for _ in range(draw(st.integers(0, most))):
        spots = places(data)
        container, key = spots[draw(st.integers(0, len(spots) - 1))]
        value = container[key]
        change = draw(st.sampled_from(("nudge", "nudge", "replace", "copy", "delete", "repeat")))
        if change == "nudge" and type(value) is int:
            container[key] = value + draw(st.sampled_from((-2, -1, 1, 2)))
        elif change == "copy":
            other, from_ = spots[draw(st.integers(0, len(spots) - 1))]
            container[key] = copy.deepcopy(other[from_])
        elif change == "delete":
            del container[key]
        elif change == "repeat" and isinstance(container, list):
            container.insert(draw(st.integers(0, len(container))), copy.deepcopy(value))
        elif change == "replace":
            container[key] = draw(st.sampled_from(_VALUES))
    return data
