"""A Parquet file of a dataset: its features, and what in it is not as they promise."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa
    from datasets import Features


class OutOfRange(NamedTuple):
    """A number that no name stands for: the column, the first row that has it, and how many names there are."""

    column: str
    row: int
    number: int
    names: int


class Misplaced(NamedTuple):
    """A span whose text is not what stands at its offsets: the column, the first such row, and both texts."""

    column: str
    row: int
    text: str | None
    found: str


class Table:
    """A Parquet file.

    Attributes:
        name: its path in the folder.
        problem: why it cannot be read; then it has no rows.
    """

    def __init__(self, path: Path, name: str) -> None:
        """Read its metadata."""
        import pyarrow as pa  # noqa: PLC0415  only a dataset needs it
        import pyarrow.parquet as pq  # noqa: PLC0415  as pyarrow

        self._path = path
        self.name = name
        self.problem: str | None = None
        self.rows = 0
        self._schema = pa.schema([])
        try:
            metadata = pq.read_metadata(path)
            self.rows, self._schema = int(metadata.num_rows), pq.read_schema(path)
            _ = self._data
        except (pa.ArrowException, OSError) as error:
            self.problem = " ".join(str(error).split())

    @cached_property
    def features(self) -> Features:
        """What the file itself says that its columns are, as `datasets` reads it."""
        from datasets import Features  # noqa: PLC0415  only a dataset needs it

        return Features.from_arrow_schema(self._schema)

    @cached_property
    def _data(self) -> pa.Table:
        import pyarrow.parquet as pq  # noqa: PLC0415  only a dataset needs it

        return pq.read_table(self._path)

    def column(self, name: str) -> list[Any]:
        """The values of a column; none where there is no such column."""
        return list(self._data[name].to_pylist()) if name in self._schema.names and not self.problem else []

    def out_of_range(self) -> Iterator[OutOfRange]:
        """The first number of each column of classes that none of its names stands for."""
        from datasets import ClassLabel  # noqa: PLC0415  only a dataset needs it

        for node in self._nodes():
            if isinstance(node.feature, ClassLabel):
                count = node.feature.num_classes
                for row, number in zip(node.rows.to_pylist(), node.values.to_pylist(), strict=True):
                    if number is not None and not 0 <= number < count:
                        yield OutOfRange(node.column, row, number, count)
                        break

    def misplaced(self) -> Iterator[Misplaced]:
        """The first span of each column of spans whose text is not what the row's `text` has at its offsets.

        Offsets count code points. Spans that have `doc_start` and `doc_end` are looked up by these.
        """
        texts = self.column("text")
        for node in self._nodes():
            if isinstance(node.feature, dict) and {"start", "end", "text"} <= node.feature.keys():
                start, end = ("doc_start", "doc_end") if "doc_start" in node.feature else ("start", "end")
                spans = (self._field(node, key) for key in (start, end, "text"))
                for row, begin, stop, text in zip(node.rows.to_pylist(), *spans, strict=True):
                    if begin is None and stop is None and text is None:
                        continue  # a part that the row does not have
                    found = texts[row] or ""
                    if begin is None or stop is None or begin < 0 or found[begin:stop] != text:
                        yield Misplaced(node.column, row, text, found[begin or 0 : stop])
                        break

    def _nodes(self) -> Iterator[_Node]:
        """Every column, and every value inside one."""
        import pyarrow as pa  # noqa: PLC0415  only a dataset needs it

        if self.problem:
            return
        every = pa.array(range(self.rows), pa.int64())
        for name, feature in self.features.items():
            yield from _inside(_Node(name, feature, self._data[name].combine_chunks(), every))

    @staticmethod
    def _field(node: _Node, key: str) -> list[Any]:
        import pyarrow.compute as pc  # noqa: PLC0415  only a dataset needs it

        return list(pc.struct_field(node.values, [key]).to_pylist())


class _Node(NamedTuple):
    """All values of a column, or of a field inside it: its name, its feature, the values, the row of each."""

    column: str
    feature: Any
    values: pa.Array
    rows: pa.Array


def _inside(node: _Node) -> Iterator[_Node]:
    import pyarrow.compute as pc  # noqa: PLC0415  only a dataset needs it
    from datasets import List  # noqa: PLC0415  as pyarrow

    yield node
    if isinstance(node.feature, dict):
        for key, feature in node.feature.items():
            yield from _inside(_Node(f"{node.column}.{key}", feature, pc.struct_field(node.values, [key]), node.rows))
    elif isinstance(node.feature, List):
        rows = pc.take(node.rows, pc.list_parent_indices(node.values))
        yield from _inside(_Node(node.column, node.feature.feature, pc.list_flatten(node.values), rows))


def features_of(declared: object) -> Features | str:
    """The features that a card's YAML declares, as `datasets` reads them; what is wrong where it cannot."""
    from datasets import Features  # noqa: PLC0415  only a dataset needs it

    if not isinstance(declared, list):
        return f"expected a list of features, found {type(declared).__name__}"
    try:
        return Features._from_yaml_list(declared)  # noqa: SLF001  the only reader of the card's features
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return f"datasets cannot read them: {type(error).__name__}: {' '.join(str(error).split())}"
