"""The front matter of a dataset's card, with the line of every value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

Place = tuple[str | int, ...]
"""Keys and indexes from the top of a YAML or JSON document to a value."""

_UTF8_BOM = "\ufeff"
_DEEPEST = 40

FENCE = "---"
"""The line before and the line after the front matter."""


class Twice(NamedTuple):
    """A key that stands twice, of which YAML keeps the last: its place, its line, and the line of the first."""

    place: Place
    line: int
    first_line: int


class Card(NamedTuple):
    """The front matter of the card.

    Attributes:
        data: its keys; empty where it cannot be read.
        lines: the line of README.md that each value begins on.
        problem: why it cannot be read.
        problem_line: where that shows, if it can be said.
        twice: the keys that stand twice.
    """

    data: dict[str, Any]
    lines: dict[Place, int]
    problem: str | None = None
    problem_line: int | None = None
    twice: tuple[Twice, ...] = ()

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
    lines = text.split("\n")
    if text.startswith(_UTF8_BOM):
        return Card({}, {}, "it begins with a byte order mark, so that nobody sees its front matter", 1)
    if lines[0].rstrip() != FENCE:
        return Card({}, {}, f"it does not begin with a line {FENCE}: it has no front matter", 1)
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        return Card({}, {}, f"no second line {FENCE} ends its front matter", 1)
    return _read_front("\n".join(lines[1:end]))


def _read_front(text: str) -> Card:
    import yaml  # noqa: PLC0415  only a dataset needs it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
        # Marks count from 0, and from the line after the first fence.
        read = _Nodes(node, 2) if node else None
        if read and read.problem:
            return Card({}, {}, *read.problem)
        data = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return Card({}, {}, f"not YAML: {getattr(error, 'problem', None) or error}", mark.line + 2 if mark else None)
    except (ValueError, RecursionError) as error:
        return Card({}, {}, f"not YAML: {error}", None)
    finally:
        loader.dispose()
    if read is None or not isinstance(data, dict):
        return Card({}, {}, f"expected YAML keys, found {type(data).__name__}", 1)
    return Card(data, read.lines, twice=tuple(read.twice))


class _Nodes:
    """What a walk through the nodes finds that the data no longer tell.

    Attributes:
        lines: the line of each value.
        twice: the keys that stand twice.
        problem: what no card needs, and may be meant to stop its reader; with its line.
    """

    def __init__(self, top: yaml.Node, offset: int) -> None:
        """Walk, without recursion; `offset` is added to the lines of the nodes."""
        self.lines: dict[Place, int] = {}
        self.twice: list[Twice] = []
        self.problem: tuple[str, int] | None = None
        self._offset = offset
        self._seen: set[int] = set()
        waiting: list[tuple[Place, yaml.Node]] = [((), top)]
        while waiting and self.problem is None:
            place, node = waiting.pop()
            waiting += list(self._inside(place, node))

    def _inside(self, place: Place, node: yaml.Node) -> Iterator[tuple[Place, yaml.Node]]:
        import yaml  # noqa: PLC0415  as in read_card

        line = node.start_mark.line + self._offset
        if id(node) in self._seen:
            self.problem = "it has an alias (*name); a few of them make a value without end", line
            return
        if len(place) > _DEEPEST:
            self.problem = f"a value lies deeper than {_DEEPEST} levels", line
            return
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                # A key that is itself a list cannot be constructed; YAML says so.
                inside = (*place, str(key.value) if isinstance(key, yaml.ScalarNode) else "?")
                line = key.start_mark.line + self._offset
                if inside in self.lines:
                    self.twice.append(Twice(inside, line, self.lines[inside]))
                self.lines[inside] = line
                yield ("?",), key
                yield inside, value
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self.lines[*place, index] = value.start_mark.line + self._offset
                yield (*place, index), value
