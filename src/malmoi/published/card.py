"""The front matter of a dataset's card, with the line of every value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

Place = tuple[str | int, ...]
"""Keys and indexes from the top of a YAML or JSON document to a value."""

FENCE = "---"
"""The line before and the line after the front matter."""


class Card(NamedTuple):
    """The front matter of the card.

    Attributes:
        data: its keys; empty where it cannot be read.
        lines: the line of README.md that each value begins on.
        problem: why it cannot be read.
        problem_line: where that shows, if it can be said.
    """

    data: dict[str, Any]
    lines: dict[Place, int]
    problem: str | None = None
    problem_line: int | None = None

    def line(self, place: Place) -> int:
        """Line of a value, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def words(self, key: str) -> Iterator[tuple[Place, Any]]:
        """The values of a key that holds one or a list of them, with their places."""
        value = self.data.get(key)
        if isinstance(value, list):
            yield from (((key, index), one) for index, one in enumerate(value))
        elif value is not None:
            yield (key,), value


def read_card(text: str) -> Card:
    """The front matter of a card."""
    import yaml  # noqa: PLC0415  only a dataset needs it

    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return Card({}, {}, f"it does not begin with a line {FENCE}: it has no front matter", 1)
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        return Card({}, {}, f"no second line {FENCE} ends its front matter", 1)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)("\n".join(lines[1:end]))
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return Card({}, {}, f"not YAML: {getattr(error, 'problem', None) or error}", mark.line + 2 if mark else None)
    except (ValueError, RecursionError) as error:
        return Card({}, {}, f"not YAML: {error}", None)
    finally:
        loader.dispose()
    if node is None or not isinstance(data, dict):
        return Card({}, {}, f"expected YAML keys, found {type(data).__name__}", 1)
    # Marks count from 0, and from the line after the first fence.
    return Card(data, {place: line + 2 for place, line in _lines(node)})


def _lines(node: yaml.Node) -> Iterator[tuple[Place, int]]:
    """The line of each value, from 0; an anchor that is used again is looked into once."""
    import yaml  # noqa: PLC0415  as in read_card

    waiting: list[tuple[Place, yaml.Node]] = [((), node)]
    seen: set[int] = set()
    while waiting:
        place, one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, yaml.MappingNode):
            for key, value in one.value:
                yield (*place, key.value), key.start_mark.line
                waiting.append(((*place, key.value), value))
        elif isinstance(one, yaml.SequenceNode):
            for index, value in enumerate(one.value):
                yield (*place, index), value.start_mark.line
                waiting.append(((*place, index), value))
