"""The canonical Parquet writer: the same rows give the same bytes, however they came.

Bytes depend on the chunk layout and the list child names of what is written, so both are settled first.
Content-defined chunks keep an added article from changing the rest of the file; `created_by` names the
pyarrow version, so bytes are equal for one version of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from datasets import Features


def table(rows: Sequence[dict[str, Any]], features: Features) -> pa.Table:
    """The rows as one canonical table that carries the features in its metadata."""
    schema = features.arrow_schema
    return canonical(pa.Table.from_pylist(list(rows), schema=schema.remove_metadata()), schema)


def canonical(unsettled: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table with exactly this schema's columns, types and metadata, in one chunk."""
    cast = unsettled.select(schema.names).cast(schema.remove_metadata()).combine_chunks()
    return cast.replace_schema_metadata(schema.metadata)


def write(settled: pa.Table, path: Path) -> int:
    """Write a canonical table.

    Returns:
        Its size in memory as `datasets` will count it: what the file gives back is a little more than what went in.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(
        path,
        settled.schema,
        version="2.6",
        compression="zstd",
        compression_level=3,
        use_content_defined_chunking=True,
        write_page_index=True,
    ) as writer:
        writer.write_table(settled)
    return int(pq.read_table(path).nbytes)
