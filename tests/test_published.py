"""What a published dataset is known by, its card's front matter, and the words of the Hub."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.build.rights import TERMS
from malmoi.published.card import read_card
from malmoi.published.folder import is_published
from malmoi.rules.published import hub


def test_what_is_no_dataset(tmp_path: Path) -> None:
    assert not is_published(tmp_path)
    for text in ("# configs:\n", "---\nlicense: mit\n---\nconfigs:\n"):
        (tmp_path / "README.md").write_text(text)
        assert not is_published(tmp_path)
    (tmp_path / "README.md").write_bytes(b"---\r\nconfigs: \xff[\r\n---\r\n")
    assert is_published(tmp_path)
    for text in ("\ufeff---\nconfigs:\n", "\n\n---\nconfigs:\n---\n"):
        (tmp_path / "README.md").write_text(text)
        assert is_published(tmp_path)


@pytest.mark.parametrize("name", ["SHA256SUMS", "croissant.json"])
def test_a_dataset_is_known_without_a_card(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    assert not is_published(tmp_path)
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner" / "train.parquet").write_bytes(b"")
    assert is_published(tmp_path)


def test_the_line_that_is_no_yaml_is_named() -> None:
    read = read_card("---\na: 1\nb: 'x\nc: 2\n---\n")
    assert read.problem
    assert read.problem.startswith("not YAML: ")
    assert read_card("---\na: 1\nb: ]\nc: 2\n---\n").problem_line == 3


def test_lines_of_values() -> None:
    read = read_card("---\na: 1\nb:\n- x\n- y: 2\n---\n")
    assert [read.line(place) for place in (("a",), ("b",), ("b", 0), ("b", 1, "y"), ("b", 9))] == [2, 3, 4, 5, 3]


@settings(max_examples=300)
@given(st.text("abc:-[]{}&*!|>'\"%@`,#? \n\t~0", max_size=60))
def test_no_front_matter_breaks_the_reader(text: str) -> None:
    read = read_card(f"---\n{text}\n---\n")
    assert read.problem or isinstance(read.data, dict)


@pytest.mark.parametrize("front", ["a: &a [*a]\nb: 1", "a: &a x\nb: *a", "a: &a {c: 1}\nb:\n  <<: *a"])
def test_aliases_are_refused(front: str) -> None:
    read = read_card(f"---\n{front}\n---\n")
    assert (read.data, read.problem_line) == ({}, 2)
    assert "alias" in str(read.problem)


def test_a_bomb_of_aliases_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    read = read_card("\n".join(("---", *lines, "license: [*a9]", "---", "")))
    assert "alias" in str(read.problem)
    assert read.data == {}


def test_keys_that_stand_twice() -> None:
    read = read_card("---\na: 1\nb:\n- x: 1\n  x: 2\na: 3\n---\n")
    assert sorted(read.twice) == [(("a",), 6, 2), (("b", 0, "x"), 5, 4)]


@pytest.mark.parametrize(
    ("address", "license_"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "cc-by-sa-4.0"),
        ("https://example.org/licenses/by/4.0/", "other"),
    ],
)
def test_the_license_at_an_address(address: str, license_: str) -> None:
    assert hub.license_at(address) == license_


def test_licenses_of_texts_and_their_addresses_are_those_of_the_build() -> None:
    for spdx, terms in TERMS.items():
        assert hub.license_of(spdx) == hub.license_at(terms.url) == terms.hub


def test_vocabularies() -> None:
    assert {terms.hub for terms in TERMS.values()} <= hub.licenses()
    assert {"named-entity-recognition", "coreference-resolution"} <= hub.words("task_ids")
    assert "token-classification" in hub.words("task_categories")
    assert "ko" in hub.words("language")
    folder = Path(hub.__file__).parent
    for name in ("hub_licenses.tsv", "hub_tasks.tsv"):
        source, header, *lines = (folder / name).read_text(encoding="utf-8").splitlines()
        assert source.startswith("# ")
        assert "huggingface" in source
        assert len(set(lines)) == len(lines) > 20
        assert all(line.count("\t") == header.count("\t") for line in lines)


@pytest.mark.parametrize(
    ("size", "low", "high"),
    [("n<1K", 0, 1_000), ("1K<n<10K", 1_000, 10_000), ("100K<n<1M", 100_000, 1_000_000), ("n>1T", 10**12, 10**15)],
)
def test_sizes(size: str, low: int, high: int) -> None:
    assert hub.holds(size, low)
    assert hub.holds(size, high - 1)
    assert not hub.holds(size, low - 1)
    assert hub.holds(size, high) == (size == "n>1T")


def test_every_number_of_rows_has_one_size() -> None:
    sizes = hub.words("size_categories") - {"unknown"}
    for number in (0, 1, 999, 1_000, 9_999, 10_000, 10**6, 10**9, 10**12, 10**13):
        assert sum(hub.holds(size, number) for size in sizes) == 1
