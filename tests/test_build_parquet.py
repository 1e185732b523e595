"""The Parquet writer: one table, one sequence of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sample_corpus import annotated

from malmoi.build import parquet
from malmoi.build.features import features
from malmoi.build.rows import rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return [row | {"id": f"open-{number:03d}"} for number, row in enumerate(rows(annotated())["default"] * 40)]


def test_bytes_do_not_depend_on_how_the_table_was_made(tmp_path: Path, articles: list[dict[str, Any]]) -> None:
    columns = features()["default"]
    settled = parquet.table(articles, columns)
    schema = columns.arrow_schema
    element = pa.list_(pa.field("element", schema.field("byline").type.value_type))
    layouts = [
        settled,
        pa.concat_tables([settled.slice(0, 13), settled.slice(13)]),
        pa.concat_tables([settled.slice(at, 1) for at in range(len(articles))]),
        settled.select(settled.schema.names[::-1]),
        settled.replace_schema_metadata({"made": "elsewhere"}),
        settled.set_column(settled.schema.get_field_index("byline"), "byline", settled["byline"].cast(element)),
    ]
    written = set()
    for number, layout in enumerate(layouts):
        path = tmp_path / f"{number}.parquet"
        parquet.write(parquet.canonical(layout, schema), path)
        written.add(path.read_bytes())
    assert len(written) == 1


def test_the_file_is_as_the_reference_asks(tmp_path: Path, articles: list[dict[str, Any]]) -> None:
    path = tmp_path / "default" / "train.parquet"
    columns = features()["default"]
    memory = parquet.write(parquet.table(articles, columns), path)
    metadata = pq.read_metadata(path)
    assert metadata.format_version == "2.6"
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert metadata.row_group(0).column(0).has_offset_index
    assert metadata.num_row_groups == 1
    assert memory == pq.read_table(path).nbytes
    assert pq.read_table(path).to_pylist() == articles
    assert type(columns).from_arrow_schema(pq.read_schema(path)) == columns


def test_an_unknown_column_is_refused(articles: list[dict[str, Any]]) -> None:
    columns = features()["ner"]
    with pytest.raises(KeyError):
        parquet.canonical(parquet.table(articles, features()["default"]), columns.arrow_schema)
