"""Splits: no leaks, nothing ever moved, the same answer every time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_corpus import bare, write

from malmoi import splits
from malmoi.commands import main
from malmoi.splits import SPLITS, Item, SplitsError, assign, groups
from malmoi.validate import validate

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

IDS = st.integers(0, 40).map("a{:02d}".format)
ITEMS = st.lists(
    st.builds(
        Item,
        IDS,
        st.sampled_from(["open", "wikinews"]),
        st.sampled_from(["01000000", "04000000", ""]),
        st.sampled_from([None, None, None, "flood", "festival"]),
    ),
    unique_by=lambda item: item.id,
)
RELATED = st.lists(st.sets(IDS, min_size=2, max_size=4), max_size=4)


def many(count: int) -> list[Item]:
    return [
        Item(f"n{number:03d}", ("open", "wikinews")[number % 3 == 0], f"{number % 9:02d}") for number in range(count)
    ]


def row(name: str, split: str) -> str:
    return f"{name}\t{split}\n"


@given(ITEMS, RELATED)
def test_no_group_is_parted(items: list[Item], related: list[set[str]]) -> None:
    found = assign(items, {}, related)
    assert found.new.keys() == {item.id for item in items}
    assert found.torn == ()
    for group in groups(items, related):
        assert len({found.new[member] for member in group if member in found.new}) <= 1


@given(ITEMS, ITEMS, RELATED)
def test_what_is_placed_stays_and_later_articles_join_their_group(
    before: list[Item], after: list[Item], related: list[set[str]]
) -> None:
    placed = assign(before, {}, related).new
    known = {item.id for item in before}
    items = before + [item for item in after if item.id not in known]
    found = assign(items, placed, related)
    assert found.new.keys().isdisjoint(placed)
    torn = {article for one in found.torn for article in one.new}
    assert found.new.keys() | placed.keys() | torn == {item.id for item in items}
    everything = placed | found.new
    for group in groups(items, related):
        settled = {placed[member] for member in group if member in placed}
        new = {everything[member] for member in group if member in found.new}
        # Where two groups that had been apart are joined by a newcomer, the newcomer has no place.
        assert not new if len(settled) > 1 else len(settled | new) <= 1


@given(ITEMS, RELATED, st.randoms(use_true_random=False))
def test_order_of_the_articles_does_not_matter(items: list[Item], related: list[set[str]], random: Random) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert assign(shuffled, {}, related) == assign(items, {}, related)


def test_shares_hold_over_the_corpus_its_tiers_and_its_sections() -> None:
    items = many(100)
    found = assign(items, {}).new
    assert Counter(found.values()) == {"train": 64, "validation": 10, "test": 26}
    for tier in ("open", "wikinews"):
        inside = Counter(found[item.id] for item in items if item.tier == tier)
        assert inside["train"] / inside.total() == pytest.approx(splits.RATIOS["train"], abs=0.05)
    for section in {item.section for item in items}:
        inside = Counter(found[item.id] for item in items if item.section == section)
        assert all(abs(inside[split] - 10 * splits.RATIOS[split]) <= 2 for split in SPLITS)


def test_growing_in_steps_keeps_the_shares() -> None:
    placed: dict[str, splits.Split] = {}
    for count in range(10, 101, 10):
        placed |= assign(many(count), placed).new
    counts = Counter(placed.values())
    assert all(abs(counts[split] - 100 * splits.RATIOS[split]) <= 3 for split in SPLITS)


def test_an_article_joins_its_event_wherever_that_stands() -> None:
    items = [Item("old", "open", "01", "flood"), Item("new", "open", "01", "flood")]
    assert assign(items, {"old": "validation"}).new == {"new": "validation"}


def test_relations_chain() -> None:
    items = [Item(name, "open", "01") for name in "abcd"]
    assert groups(items, [{"a", "b"}, {"b", "c"}]) == [("a", "b", "c"), ("d",)]


def test_a_group_that_is_already_torn_takes_nobody_in() -> None:
    items = [Item(name, "open", "01", "flood") for name in ("x", "y", "z")]
    found = assign(items, {"x": "train", "y": "test"})
    assert found.new == {}
    assert found.torn == (splits.Torn(("z",), {"x": "train", "y": "test"}),)


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ("", ":1: found ''; expected the header"),
        ("a\ttrain\n", ":1: found 'a\\ttrain'; expected the header"),
        ("id\tsplit\r\na\ttrain\r\n", ":1: found 'id\\tsplit\\r'"),
        ("id\tsplit\na\ttrain\r\n", ":2: found 'a\\ttrain\\r'"),
        ("id\tsplit\na\ttrain\n\nb\ttest\n", ":3: found ''"),
        ("id\tsplit\na train\n", ":2: found 'a train'"),
        ("id\tsplit\na\tdev\n", ":2: found 'a\\tdev'"),
        ("id\tsplit\n\ttrain\n", ":2: found"),
        ("id\tsplit\na\ttrain\nb\ttest\na\ttest\n", ":4: a stands twice"),
    ],
)
def test_a_table_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, table: str, place: str) -> None:
    path = tmp_path / "splits.tsv"
    path.write_bytes(table.encode())
    with pytest.raises(SplitsError) as error:
        splits.read(path)
    assert f"{path}{place}" in str(error.value)


def test_a_line_that_validation_refuses_is_refused_by_every_reader(tmp_path: Path) -> None:
    for line in ("a train", "a\ttrain ", " a\ttrain", "a\ttrain\t", "a\t", "\ttrain", "a\tdev", " ", "a\t\ttrain"):
        corpus = write(tmp_path / "corpus", {bare("a", "눈이 왔다."): None})
        (corpus / "splits.tsv").write_bytes(f"id\tsplit\n{line}\n".encode())
        with pytest.raises(SplitsError):
            splits.read(corpus / "splits.tsv")
        codes = {finding.code for finding in validate([corpus]).findings}
        assert codes & {"MM405", "MM406"}, line


def test_append_adds_at_the_end_and_leaves_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "splits.tsv"
    splits.append(path, {"m": "test"})
    splits.append(path, {"z": "train", "a": "validation"})
    assert path.read_text(encoding="utf-8") == "id\tsplit\n" + row("m", "test") + row("a", "validation") + row(
        "z", "train"
    )
    assert splits.read(path) == {"m": "test", "a": "validation", "z": "train"}


def test_command_assigns_once_and_keeps_near_duplicates_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = "산마을 장터가 닷새 만에 다시 열려 봄나물과 메주를 찾는 발길이 이어졌다. 장터는 해 질 녘까지 붐볐다."
    other = "바닷가 등대에 새 등을 달았다. 불빛은 먼바다의 고깃배까지 닿는다."
    twins = [bare("open-one", report), bare("open-two", report + " 내일도 열린다.")]
    corpus = write(tmp_path / "corpus", {twins[0]: "test", twins[1]: None, bare("open-far", other): None})
    assert main(["split", str(corpus), "--dry-run"]) == 0
    assert "would add" in capsys.readouterr().err
    assert main(["split", str(corpus)]) == 0
    table = (corpus / "splits.tsv").read_bytes()
    assert splits.read(corpus / "splits.tsv") == {"open-one": "test", "open-two": "test", "open-far": "train"}
    assert main(["split", str(corpus)]) == 0
    assert "nothing to add" in capsys.readouterr().err
    assert (corpus / "splits.tsv").read_bytes() == table


def test_command_reports_a_torn_group_and_unreadable_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flood = [bare(f"open-{number}", f"{number}번째 소식이다.", event="flood") for number in range(3)]
    corpus = write(tmp_path, {flood[0]: "train", flood[1]: "test", flood[2]: None})
    (tmp_path / "open" / "bad.json").write_bytes(b"{")
    assert main(["split", str(corpus)]) == 1
    said = capsys.readouterr().err
    assert "open-2: belongs with open-0 (train), open-1 (test)" in said
    assert "bad.json: not JSON" in said


def test_command_on_a_folder_without_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["split", str(tmp_path)]) == 2
    assert "there is no article" in capsys.readouterr().err
