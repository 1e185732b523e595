"""Level 6 never fails itself: wrong types anywhere in the card, in croissant.json and in the schema of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_dataset import build_dataset

from malmoi.published.card import Card
from malmoi.published.folder import Published
from malmoi.published.table import Table
from malmoi.rules import RULES
from malmoi.rules.registry import PUBLISHED_LEVEL
from malmoi.validate import check_published

if TYPE_CHECKING:
    from pathlib import Path

Data = dict[str, Any]

LEVEL = {code for code, rule in RULES.items() if rule.level == PUBLISHED_LEVEL}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_dataset(tmp_path_factory.mktemp("published"))


def changed(value: object, place: list[int], new: object) -> object:
    """A copy with the value at a place, counted from the top at every level, replaced."""
    if not place or not isinstance(value, (dict, list)) or not value:
        return new
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[place[0] % len(keys)]
    inside = changed(value[key], place[1:], new)
    if isinstance(value, dict):
        return value | {key: inside}
    return [*value[:key], inside, *value[key + 1 :]]


WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "config_name",
                    "data_files",
                    "path",
                    "split",
                    "splits",
                    "features",
                    "name",
                    "dtype",
                    "list",
                    "@id",
                    "contentUrl",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["license", "language", "size_categories", "task_ids", "configs", "dataset_info", "distribution", "recordSet"]
)


@pytest.fixture(scope="module")
def known(built: Path) -> Data:
    """What is read of the build besides card and croissant.json: once, for the examples below."""
    dataset = Published(built)
    return {"names": dataset.names, "digests": dataset.digests, "tables": dataset.tables, "card": dataset.card}


@settings(max_examples=25)
@given(st.dictionaries(KEYS, WILD))
def test_no_card_and_no_croissant_breaks_the_rules(built: Path, known: Data, data: Data) -> None:
    dataset = Published(built)
    dataset.__dict__ |= known | {"card": Card(data, {}), "croissant": data}
    assert {finding.code for finding in check_published(dataset)} <= LEVEL


PLACES = st.lists(st.integers(0, 30), min_size=1, max_size=7)


@settings(max_examples=25)
@given(PLACES, WILD)
def test_nothing_wrong_anywhere_in_croissant_breaks_the_rules(
    built: Path, known: Data, place: list[int], new: object
) -> None:
    dataset = Published(built)
    dataset.__dict__ |= known | {"croissant": changed(Published(built).croissant, place, new)}
    if isinstance(dataset.croissant, dict):
        assert {finding.code for finding in check_published(dataset)} <= LEVEL


@settings(max_examples=25)
@given(PLACES, WILD)
def test_nothing_wrong_anywhere_in_the_card_breaks_the_rules(
    built: Path, known: Data, place: list[int], new: object
) -> None:
    dataset = Published(built)
    data = changed(known["card"].data, place, new)
    if isinstance(data, dict):
        dataset.__dict__ |= known | {"card": Card(data, {})}
        assert {finding.code for finding in check_published(dataset)} <= LEVEL


COLUMNS = st.sampled_from(
    [
        pa.array([1]),
        pa.array([None]),
        pa.array(["x"]),
        pa.array([b"\xff"]),
        pa.array([1.5]),
        pa.array([[1]]),
        pa.array([["x", None]]),
        pa.array([{"start": "x", "end": None, "text": 3}]),
        pa.array([[{"start": 0, "end": 1, "text": "x", "block": 3, "doc_start": 0, "doc_end": None}]]),
        pa.array([[{"id": "p01", "start": None}, None]]),
        pa.array([[{"id": 1, "start": "0"}]]),
        pa.array([[[{"start": 0, "end": -1, "text": "x"}]]]),
        pa.array([None], pa.list_(pa.string())),
        pa.array(["x"]).dictionary_encode(),
        pa.array([[1, 2]], pa.list_(pa.int8(), 2)),
        pa.array([["x"]], pa.large_list(pa.string())),
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
    ]
)
NAMES = st.sampled_from(
    ["id", "article", "text", "blocks", "block", "entities", "doc_start", "license", "tier", "title", "url", "cue"]
)


@settings(max_examples=25)
@given(st.sampled_from(["default", "ner"]), st.dictionaries(NAMES, COLUMNS, min_size=1))
def test_no_schema_of_a_table_breaks_the_rules(
    built: Path, known: Data, tmp_path_factory: pytest.TempPathFactory, config: str, columns: dict[str, pa.Array]
) -> None:
    path = tmp_path_factory.mktemp("table") / "train.parquet"
    pq.write_table(pa.table(columns), path)
    dataset = Published(built)
    name = f"{config}/train.parquet"
    dataset.__dict__ |= known | {"tables": known["tables"] | {name: Table(path, name)}}
    assert {finding.code for finding in check_published(dataset)} <= LEVEL
