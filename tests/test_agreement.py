"""Agreement: counted by hand on two small annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator

from malmoi import markup, store
from malmoi.agreement import AgreementError, by_tier, compare, confusions
from malmoi.commands import main
from malmoi.model import Entity

if TYPE_CHECKING:
    from pathlib import Path

HEADER = '+++\nid = "open-0001"\nlicense = "CC-BY-4.0"\n+++\n'
FIRST = (
    HEADER
    + '{q1.source {PS_NAME@a 마가람} {CV_POSITION 대표}}는 {q1.content "간다"}{q1.marker 고} {q1.cue 했다}. {PS_NAME@a 마} 대표.\n'
    '+++\n[clusters]\na = "마가람"\n[quotes]\nq1 = { speaker = "a" }\n+++\n'
)
SECOND = (
    HEADER
    + '{PS_NAME@a 마가람} {q1.source {CV_OCCUPATION 대표}}는 {q1.content "간다"}{q1.marker 고} {q1.cue 했다}. {PS_NAME@a 마 대표}.\n'
    '+++\n[clusters]\na = "마가람"\n[quotes]\nq1 = { speaker = "a" }\n+++\n'
)


def test_measures_by_hand() -> None:
    pair = (markup.parse(FIRST), markup.parse(SECOND))
    measures = compare([pair])
    assert measures["entity: span"] == (2, 3, 3)
    assert measures["entity: span, class"] == (2, 3, 3)
    assert measures["entity: span, label"] == (1, 3, 3)
    assert measures["quote: content"] == (1, 1, 1)
    assert measures["quote: source"] == (0, 1, 1)
    assert measures["quote: whole relation"] == (0, 1, 1)
    assert measures["coreference: link"] == (0, 1, 1)
    assert measures["caption: field"].f1 is None
    assert measures["entity: span"].f1 == pytest.approx(2 / 3)
    assert measures["entity: any overlap"] == (3, 3, 3)
    assert confusions([pair]) == {("CV_OCCUPATION", "CV_POSITION"): 1}


_SPAN = st.tuples(st.integers(1, 3), st.integers(0, 2), st.sampled_from(["PS_NAME", "OGG_ART", "LC_OTHERS"]))


def _entities(spans: list[tuple[int, int, str]]) -> tuple[Entity, ...]:
    """Spans that do not overlap, from lengths, gaps and labels."""
    found, at = [], 0
    for number, (length, gap, label) in enumerate(spans):
        found.append(Entity(id=f"e-{number:04}", block="p01", start=at + gap, end=at + gap + length, label=label))
        at += gap + length
    return tuple(found)


@given(st.lists(st.tuples(st.lists(_SPAN, max_size=5), st.lists(_SPAN, max_size=5)), min_size=1, max_size=4))
def test_spans_agree_as_nervaluate_says(documents: list[tuple[list[tuple[int, int, str]], ...]]) -> None:
    base = markup.parse(f"{HEADER}{'가' * 25}\n")
    pairs = []
    for first, second in documents:
        one, other = (msgspec.structs.replace(base, entities=_entities(spans)) for spans in (first, second))
        pairs.append((one, other))
    # Its spans have an inclusive end: two that touch would overlap.
    sides = [
        [[{"label": e.label, "start": e.start, "end": e.end - 1} for e in pair[side].entities] for pair in pairs]
        for side in (0, 1)
    ]
    theirs = Evaluator(*sides, tags=["PS_NAME", "OGG_ART", "LC_OTHERS"], loader="dict").evaluate()["overall"]
    ours = compare(pairs)
    for measure, scheme in (("entity: span, label", "strict"), ("entity: span", "exact")):
        assert (ours[measure].f1 or 0) == pytest.approx(theirs[scheme].f1)
        assert ours[measure].both == theirs[scheme].correct


def test_pairs_by_tier() -> None:
    open_pair = (markup.parse(FIRST), markup.parse(SECOND))
    wiki_pair = tuple(msgspec.structs.replace(article, tier="wikinews") for article in open_pair)
    found = by_tier([(wiki_pair[0], wiki_pair[1]), open_pair])
    assert list(found) == ["wikinews", "-"]
    assert found["-"] == [open_pair]


def test_different_texts_are_refused() -> None:
    other = markup.parse(FIRST.replace("간다", "온다"))
    with pytest.raises(AgreementError, match="same blocks"):
        compare([(markup.parse(FIRST), other)])


def test_a_label_outside_the_inventory_is_a_class_of_its_own() -> None:
    article = markup.parse(FIRST)
    strange = msgspec.structs.replace(
        article, entities=tuple(msgspec.structs.replace(entity, label="[/XX]") for entity in article.entities)
    )
    assert compare([(strange, strange)])["entity: span, class"] == (3, 3, 3)
    assert compare([(article, strange)])["entity: span, class"] == (0, 3, 3)
    assert confusions([(article, strange)]).total() == 3


def test_command_prints_what_was_counted(
    tmp_path_factory: pytest.TempPathFactory, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folders = [tmp_path_factory.mktemp(name) for name in "ab"]
    for folder, source in zip(folders, (FIRST, SECOND), strict=True):
        store.dump(markup.parse(source), folder / "open-0001.json")
    assert main(["agreement", *map(str, folders), "--json"]) == 0
    report = orjson.loads(capfdbinary.readouterr().out)
    assert report["articles"] == 1
    assert report["measures"]["entity: span"] == {"both": 2, "first": 3, "second": 3, "f1": pytest.approx(2 / 3)}
    assert main(["agreement", *map(str, folders)]) == 0
    table = capfdbinary.readouterr().out.decode()
    assert "entity: span, label" in table
    assert "0.333" in table
    assert main(["agreement", str(folders[0]), str(tmp_path_factory.mktemp("empty"))]) == 2


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders, in which one file name stands for two articles."""
    for side, sources in {"first": (FIRST, SECOND), "second": (SECOND, SECOND)}.items():
        for folder, source in zip("12", sources, strict=True):
            store.dump(markup.parse(source), tmp_path / side / folder / "a.json")
    return tmp_path / "first", tmp_path / "second"


def test_articles_are_paired_by_their_paths(
    sides: tuple[Path, Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["agreement", *map(str, sides), "--json"]) == 0
    report = orjson.loads(capfdbinary.readouterr().out)
    assert report["articles"] == 2
    assert report["measures"]["entity: span"]["both"] == 2 + 3


def test_json_lines_are_paired_by_id(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    first, second = (
        msgspec.structs.replace(markup.parse(source), id=name)
        for source, name in ((FIRST, "open-0001"), (SECOND, "open-0002"))
    )
    (tmp_path / "a.jsonl").write_bytes(store.dump_line(first) + store.dump_line(second))
    store.dump(second, tmp_path / "b" / "any.json")
    store.dump(msgspec.structs.replace(second, id="open-0001"), tmp_path / "b" / "other.json")
    assert main(["agreement", str(tmp_path / "a.jsonl"), str(tmp_path / "b"), "--json"]) == 0
    report = orjson.loads(capfdbinary.readouterr().out)
    assert report["articles"] == 2
    assert report["measures"]["entity: span"]["both"] == 2 + 3
    with (tmp_path / "a.jsonl").open("ab") as lines:
        lines.write(b"{\n")
    assert main(["agreement", str(tmp_path / "a.jsonl"), str(tmp_path / "b"), "--json"]) == 1
    assert b"a.jsonl:3: not JSON" in capfdbinary.readouterr().err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "second/1/a.json: not JSON"),
        (
            store.dumps(markup.parse(FIRST.replace("간다", "온다"))),
            "second/1/a.json: open-0001 and open-0001 do not have",
        ),
    ],
)
def test_a_pair_that_cannot_be_compared_does_not_stop_the_rest(
    sides: tuple[Path, Path], capfd: pytest.CaptureFixture[str], content: bytes, says: str
) -> None:
    first, second = sides
    (second / "1" / "a.json").write_bytes(content)
    (second / "3").mkdir()
    (second / "3" / "a.json").write_bytes(b"{")
    assert main(["agreement", str(first), str(second), "--json"]) == 1
    out, err = capfd.readouterr()
    assert orjson.loads(out)["articles"] == 1
    assert says in err
    assert f"3/a.json is only in {second}" in err
    (second / "2" / "a.json").unlink()
    assert main(["agreement", str(first), str(second)]) == 2
    assert "nothing could be compared" in capfd.readouterr().err


def test_a_label_that_looks_like_a_style_is_printed_as_it_is(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.json"
    store.dump(markup.parse(FIRST), source)
    strange = tmp_path / "b.json"
    strange.write_bytes(source.read_bytes().replace(b"CV_POSITION", b"[/XX]"))
    assert main(["agreement", str(source), str(strange)]) == 0
    assert "[/XX]" in capfd.readouterr().out
