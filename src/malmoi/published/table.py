"""A Parquet file of a dataset: its features, and what in it is not as they promise."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa
    from datasets import Features

_IN_ARTICLE = ("doc_start", "doc_end")
# What `datasets` raises at features that are of no type, or no features at all.
_NO_FEATURES = (ValueError, TypeError, KeyError, AttributeError, IndexError, NotImplementedError, RecursionError)


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


class Astray(NamedTuple):
    """A span of a block that does not agree with its place in the article: the column, the first such row, why."""

    column: str
    row: int
    why: str


class Missing(NamedTuple):
    """A null where every row has a value: the column, and the first such row."""

    column: str
    row: int


class Table:
    """A Parquet file.

    Attributes:
        name: its path in the folder.
        problem: why it cannot be read; then it has no columns.
        features: what the file itself says that its columns are, as `datasets` reads it.
    """

    def __init__(self, path: Path, name: str) -> None:
        """Read its metadata."""
        import pyarrow as pa  # noqa: PLC0415  only a dataset needs it
        import pyarrow.parquet as pq  # noqa: PLC0415  as pyarrow
        from datasets import Features  # noqa: PLC0415  as pyarrow

        self._path = path
        self.name = name
        self.problem: str | None = None
        self.rows = 0
        self.features = Features()
        self._schema = pa.schema([])
        self._columns: dict[str, list[Any]] = {}
        try:
            metadata = pq.read_metadata(path)
            self.rows, self._schema = int(metadata.num_rows), pq.read_schema(path)
            _ = self._data
        except (pa.ArrowException, OSError) as error:
            self.problem = " ".join(str(error).split())
            return
        twice = [name for name, times in Counter(self._schema.names).items() if times > 1]
        if twice:
            self.problem = f"the column {twice[0]} stands twice"
            return
        try:
            self.features = Features.from_arrow_schema(self._schema)
        except _NO_FEATURES as error:
            self.problem = _why(error)

    @cached_property
    def _data(self) -> pa.Table:
        import pyarrow.parquet as pq  # noqa: PLC0415  only a dataset needs it

        return pq.read_table(self._path)

    def column(self, name: str) -> list[Any]:
        """The values of a column; none where there is no such column."""
        if name not in self.features:
            return []
        if name not in self._columns:
            self._columns[name] = list(self._data[name].to_pylist())
        return self._columns[name]

    def some(self, names: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The rows, with those of the columns that there are."""
        there = [name for name in names if name in self.features]
        for values in zip(*(self.column(name) for name in there), strict=True):
            yield dict(zip(there, values, strict=True))

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
        if not _is_text(self.features.get("text")):
            return  # what a span stands in, nobody can tell
        texts = self.column("text")
        for node in self._nodes():
            if _has_numbers(node.feature, "start", "end") and _is_text(node.feature.get("text")):
                start, end = ("doc_start", "doc_end") if _has_numbers(node.feature, *_IN_ARTICLE) else ("start", "end")
                spans = (self._field(node, key) for key in (start, end, "text"))
                for row, begin, stop, text in zip(node.rows.to_pylist(), *spans, strict=True):
                    if begin is None and stop is None and text is None:
                        continue  # a part that the row does not have
                    found = texts[row] or ""
                    if begin is None or stop is None or begin < 0 or found[begin:stop] != text:
                        yield Misplaced(node.column, row, text, found[begin or 0 : stop])
                        break

    def astray(self) -> Iterator[Astray]:
        """The first span of each column whose `block` the row does not have, or has elsewhere than the span says.

        Where a block begins in the article and where the span begins in the block must add up to `doc_start`.
        """
        blocks = self.features.get("blocks")
        inner = getattr(blocks, "feature", None)
        if not _has_numbers(inner, "start") or not _is_text(inner.get("id")):
            return
        starts = [{one["id"]: one["start"] for one in row or () if one} for row in self.column("blocks")]
        for node in self._nodes():
            if _has_numbers(node.feature, "start", "end", *_IN_ARTICLE) and _is_text(node.feature.get("block")):
                spans = (self._field(node, key) for key in ("block", "start", "end", *_IN_ARTICLE))
                for row, block, *numbers in zip(node.rows.to_pylist(), *spans, strict=True):
                    why = _astray(starts[row], block, numbers)
                    if why:
                        yield Astray(node.column, row, why)
                        break

    def missing(self, required: Container[str]) -> Iterator[Missing]:
        """The first null of each required column, of each list, and in each list."""
        import pyarrow.compute as pc  # noqa: PLC0415  only a dataset needs it
        from datasets import List  # noqa: PLC0415  as pyarrow

        for node in self._nodes():
            wanted = node.in_list or isinstance(node.feature, List) or node.column in required
            if wanted and node.values.null_count:
                first = pc.index(pc.is_null(node.values), value=True).as_py()
                yield Missing(node.column, node.rows[first].as_py())

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
    in_list: bool = False


def _inside(node: _Node) -> Iterator[_Node]:
    import pyarrow.compute as pc  # noqa: PLC0415  only a dataset needs it
    from datasets import List  # noqa: PLC0415  as pyarrow

    yield node
    if isinstance(node.feature, dict):
        for key, feature in node.feature.items():
            yield from _inside(_Node(f"{node.column}.{key}", feature, pc.struct_field(node.values, [key]), node.rows))
    elif isinstance(node.feature, List):
        rows = pc.take(node.rows, pc.list_parent_indices(node.values))
        yield from _inside(_Node(node.column, node.feature.feature, pc.list_flatten(node.values), rows, in_list=True))


def features_of(declared: object) -> Features | str:
    """The features that a card's YAML declares, as `datasets` reads them; what is wrong where it cannot."""
    from datasets import Features  # noqa: PLC0415  only a dataset needs it

    if not isinstance(declared, list):
        return f"expected a list of features, found {type(declared).__name__}"
    try:
        return Features._from_yaml_list(declared)  # noqa: SLF001  the only reader of the card's features
    except _NO_FEATURES as error:
        return _why(error)


def _why(error: Exception) -> str:
    return f"datasets cannot read its features: {type(error).__name__}: {' '.join(str(error).split())}"


def _is_text(feature: object) -> bool:
    return getattr(feature, "dtype", None) in ("string", "large_string")


def _has_numbers(feature: object, *keys: str) -> TypeGuard[dict[str, Any]]:
    """Whether a feature is a struct with whole numbers of these names."""
    return isinstance(feature, dict) and all(
        str(getattr(feature.get(key), "dtype", None)).startswith(("int", "uint")) for key in keys
    )


def _astray(starts: Mapping[str, int | None], block: str | None, numbers: Sequence[int | None]) -> str | None:
    """What is wrong with the place of a span, given where the blocks of its row start."""
    if block is None and not any(number is not None for number in numbers):
        return None  # a part that the row does not have
    if block is None or block not in starts:
        return f"the row has no block {block!r}"
    start, end, doc_start, doc_end = numbers
    origin = starts[block]
    if origin is None or start is None or end is None or (origin + start, origin + end) != (doc_start, doc_end):
        return f"{start} to {end} of block {block}, which starts at {origin}, is not {doc_start} to {doc_end} of text"
    return None
