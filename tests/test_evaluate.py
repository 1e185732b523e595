"""The scorer: counted by hand on one small article, and its command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from msgspec.structs import replace
from predictions import BARE, TEXT

from malmoi import markup, store
from malmoi.commands import main
from malmoi.evaluate import EvaluationError, Options, Scorer, comparable, misses, without_annotations
from malmoi.evaluate.clusters import MENTION, Speakers, count_clusters
from malmoi.evaluate.context import in_context
from malmoi.evaluate.matching import one_to_one
from malmoi.model import Cluster, Entity
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.evaluate import Scores
    from malmoi.model import Article

HEADER = '+++\nid = "open-0001"\ntier = "open"\nlicense = "CC-BY-4.0"\n+++\n'
GOLD = markup.parse(
    HEADER + "# {q2.content “쉰다”}… {OGG_ECONOMY 한빛전자}의 결정\n"
    "{q1.source {PS_NAME@a 마가람} {CV_POSITION 대표}}는 {DT_DAY=2024-03-05 5일} {q1.content “간다”}{q1.marker 며} "
    "{q1.content “꼭 간다”}{q1.marker 고} {q1.cue 했다}. {q3.source {PS_NAME@b 노을}}은 {q3.content 온다}{q3.marker 고} "
    "{q3.cue 말했다}. {q4.source {PS_NAME@a 마} 대표}는 {q4.content 쉰다}{q4.marker 고} {q4.cue 했다}.\n"
    "> {.description 마가람 대표.} {.creator 은채령} {.date_created=2024-03-05 2024.03.05.}\n"
    '+++\n[clusters]\na = "마가람"\nb = "노을"\n[quotes]\nq1 = { speaker = "a" }\n'
    'q2 = { speaker = "a", source_status = "other_sentence" }\nq3 = { speaker = "b" }\nq4 = { speaker = "a" }\n+++\n'
)
PREDICTED = markup.parse(
    # The headline's quote is missed, a label of one class is wrong.
    HEADER + "# “쉰다”… {OGG_ART 한빛전자}의 결정\n"
    # The end of a source and the value of a date are wrong, one of two contents and its markers are not there.
    "{q1.source {PS_NAME@a 마가람} {CV_POSITION 대표}는} {DT_DAY=2024-03-06 5일} {q1.content “간다”}며 "
    "“꼭 간다”고 {q1.cue 했다}. {q3.source {OGG_ART@b 노을}}은 {q3.content 온다}{q3.marker 고} "
    # A class is wrong and a cue not there, then a boundary is wrong and a whole quote not there.
    "말했다. {PS_NAME@a 마 대표}는 쉰다고 했다.\n"
    "> {.description 마가람 대표.} 은채령 {.date_created=2024-03-06 2024.03.05.}\n"
    '+++\n[clusters]\na = "마가람"\nb = "노을"\n[quotes]\nq1 = { speaker = "a" }\nq3 = { speaker = "b" }\n+++\n'
)


def scores_of(gold: Article, predicted: Article, options: Options | None = None) -> Scores:
    scorer = Scorer(options)
    scorer.add(gold, predicted)
    return scorer.evaluation().scores


@pytest.mark.parametrize(
    ("section", "measure", "gold", "predicted", "right"),
    [
        ("entities", "strict", 6, 6, 4),  # 노을 has the wrong class, 마 대표 the wrong boundary
        ("entities", "overlap", 6, 6, 5),
        ("entities", "span", 6, 6, 5),
        ("entities", "value", 1, 1, 0),
        ("entities by kind", "PS", 3, 2, 1),
        ("entities by kind, overlap", "PS", 3, 2, 2),
        ("entities by kind", "OG", 1, 2, 1),
        ("quotes", "content", 3, 2, 2),
        ("quotes", "content, exact", 3, 2, 1),
        ("quotes", "content, characters", 14, 6, 6),
        ("quotes", "cue", 3, 1, 1),
        ("quotes", "source", 3, 2, 1),
        ("quotes", "speaker", 3, 2, 2),
        ("quotes", "markers", 3, 1, 1),
        ("quotes", "relation", 3, 2, 0),
        ("quotes", "relation, exact", 3, 2, 0),
        ("quotes", "type", 2, 2, 2),
        ("headline quotes", "content", 1, 0, 0),
        ("captions", "all fields", 3, 2, 2),
        ("captions", "creator", 1, 0, 0),
        ("captions", "value", 1, 1, 0),
        ("clusters", "link", 1, 1, 0),
    ],
)
def test_counts_by_hand(section: str, measure: str, gold: int, predicted: int, right: int) -> None:
    score = scores_of(GOLD, PREDICTED)[section][measure]
    assert score[:4] == (gold, predicted, right, right)
    assert score.precision == (right / predicted if predicted else None)
    assert score.recall == right / gold
    assert score.f1 == pytest.approx(2 * right / (gold + predicted))


def test_pairs_by_hand() -> None:
    def items(*spans: tuple[int, int]) -> list[tuple[tuple[str, int, int]]]:
        return [(("p01", start, end),) for start, end in spans]

    # The greatest overlap first, though the other order would make two pairs.
    assert one_to_one(items((0, 10), (10, 12)), items((0, 3), (3, 12))) == [(0, 1)]
    # Of equal overlaps the least text in total, and of those the first.
    assert one_to_one(items((0, 4)), items((0, 2), (2, 9))) == [(0, 0)]
    assert one_to_one(items((2, 6)), items((0, 4), (4, 6))) == [(0, 1)]
    assert one_to_one(items((0, 4)), items((0, 2), (2, 4))) == [(0, 0)]
    # Equal items before all, also where they stand twice.
    assert one_to_one(items((0, 4), (0, 4)), items((0, 4), (0, 9), (0, 4))) == [(0, 0), (1, 2)]
    assert one_to_one(items((0, 4)), [(("p02", 0, 4),)]) == []


def test_macro_is_the_mean_over_what_either_side_has() -> None:
    found = scores_of(GOLD, PREDICTED)
    # PS 2·1/5, OG 2·1/3, CV 1, DT 1
    assert found["entities"]["strict, macro"].f1 == pytest.approx((2 / 5 + 2 / 3 + 1 + 1) / 4)
    assert found["entities"]["strict, macro"].gold is None


def test_levels_and_classes() -> None:
    assert scores_of(GOLD, PREDICTED, Options("label"))["entities"]["strict"].right == 3
    only = scores_of(GOLD, PREDICTED, Options("class", frozenset({"PS"})))["entities"]
    assert only["strict"][:3] == (3, 2, 1)
    assert only["value"].f1 is None


def test_a_label_outside_the_inventory_is_a_class_of_its_own() -> None:
    strange = replace(GOLD, entities=tuple(replace(entity, label="XX") for entity in GOLD.entities))
    found = scores_of(GOLD, strange)
    assert found["entities"]["strict"].right == 0
    assert found["entities"]["span"].f1 == 1
    assert list(found["entities by kind"]) == ["PS", "OG", "CV", "DT", "XX"]


def mentions(*clusters: str | None) -> Article:
    """An article with a mention of one syllable for each cluster."""
    return replace(
        BARE,
        entities=tuple(
            Entity(id=f"e-{at:04}", block="p01", start=at, end=at + 1, label="PS_NAME", cluster=cluster)
            for at, cluster in enumerate(clusters)
        ),
        clusters=tuple(
            Cluster(id=name, label="PS_NAME", name=f"이름 {name}") for name in dict.fromkeys(clusters) if name
        ),
    )


def test_b_cubed_as_its_paper_computes_it() -> None:
    """Bagga & Baldwin's example: {1 2 3 4 5} {6 7} {8 9 A B C}, with the second joined to either of the others."""
    gold = mentions(*"aaaaabbccccc")
    for predicted, precision in ((mentions(*"aaaaabbbbbbb"), 0.76), (mentions(*"aaaaabbaaaaa"), 0.58)):
        found = scores_of(gold, predicted)["clusters"]["B³"]
        assert found.precision == pytest.approx(precision, abs=0.005)
        assert found.recall == 1
    counts = dict(count_clusters(gold, mentions(*"aaaaabbbbbbb")))
    assert counts["clusters", "link", ""][:3] == (10 + 1 + 10, 10 + 21, 21)
    assert counts["clusters", "B³", ""].gold == 12 * MENTION


def test_a_mention_that_only_one_side_has_is_wrong() -> None:
    found = scores_of(mentions("a", "a", None), mentions("a", "a", "a"))["clusters"]["B³"]
    assert found[:4] == pytest.approx((2, 3, 2, 2 * 2 / 3), abs=1e-5)


def test_a_speaker_is_right_by_a_mention_or_by_name() -> None:
    gold, predicted = mentions("a", "a", "b", None), mentions(None, "x", "y", "b")
    speakers = Speakers(gold, predicted)
    assert speakers.same("a", "x")
    assert not speakers.same("a", "y")
    assert speakers.same("b", "b")  # no mention in common, but the name
    assert not speakers.same("a", None)
    assert speakers.same(None, None)


def test_misses_by_hand() -> None:
    found = {(miss.layer, miss.kind): miss for miss in misses(GOLD, PREDICTED, Options())}
    assert found["entities", "wrong boundary"].context == "…”고 했다. 노을은 온다고 말했다. ⟦⟨마⟧ 대표⟩는 쉰다고 했다."
    assert found["entities", "wrong class"][3:7] == ("p01:29-31", "p01:29-31", "PS_NAME", "OGG_ART")
    assert found["entities", "wrong value"][5:7] == ("2024-03-05", "2024-03-06")
    assert found["quotes", "wrong content"].gold_at.count(",") == 1
    assert found["quotes", "wrong cue"].predicted_at == ""
    assert found["quotes", "missed"].gold == "indirect"
    assert found["headline quotes", "missed"].context == "⟦“쉰다”⟧… 한빛전자의 결정"
    assert found["captions", "missed"].gold == "creator"
    assert found["captions", "wrong value"][5:7] == ("2024-03-05", "2024-03-06")
    assert found["quotes", "wrong source"].context == "⟦⟨마가람 대표⟧는⟩ 5일 “간다”며 “꼭 간다”고 했다…"
    assert not [miss for miss in misses(withhold(GOLD), withhold(PREDICTED), Options()) if miss.context]


def test_context_shows_crossing_spans_and_shortens_what_is_long() -> None:
    texts = {"p01": "가나다라마바사", "p02": "가" * 100}
    assert in_context(texts, [("p01", 1, 4)], [("p01", 3, 6)]) == "가⟦나다⟨라⟧마바⟩사"
    assert in_context(texts, [("p01", 1, 3)], [("p01", 3, 5)]) == "가⟦나다⟧⟨라마⟩바사"
    assert in_context(texts, [("p02", 0, 100)], []) == f"⟦{'가' * 20}…{'가' * 20}⟧"
    assert in_context(texts, [("p02", 40, 41)], []) == f"…{'가' * 20}⟦가⟧{'가' * 20}…"
    assert in_context(texts, [("p01", 0, 1)], [("p02", 99, 100)]) == f"⟦가⟧나다라마바사 / …{'가' * 20}⟨가⟩"


def test_withheld_text_is_compared_by_its_fingerprint() -> None:
    assert scores_of(withhold(GOLD), PREDICTED) == scores_of(GOLD, PREDICTED)
    assert scores_of(GOLD, withhold(PREDICTED)) == scores_of(GOLD, PREDICTED)
    bare = scores_of(withhold(GOLD), withhold(PREDICTED))
    assert {section for section, found in scores_of(GOLD, PREDICTED).items() if found != bare[section]} == {"KLUE"}
    gold, predicted = comparable(withhold(GOLD), PREDICTED)
    assert gold.blocks == predicted.blocks == PREDICTED.blocks


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (markup.parse(HEADER + f"# {TEXT}\n{TEXT}\n"), "block h01 is not the same"),
        (replace(GOLD, blocks=GOLD.blocks[:2], captions=()), "gold has 3 blocks, the prediction 2"),
        (
            replace(GOLD, blocks=GOLD.blocks[1:], entities=(), quotes=()),
            "where gold has block h01, the prediction has p01",
        ),
        (replace(GOLD, entities=(replace(GOLD.entities[0], end=999),)), "h01:6-999 that is not inside"),
        (replace(GOLD, entities=(replace(GOLD.entities[0], start=-1),)), "h01:-1-10 that is not inside"),
        (replace(GOLD, entities=(replace(GOLD.entities[0], block="p77"),)), "p77:6-10 that is not inside"),
    ],
)
def test_what_cannot_be_compared_is_refused(other: Article, says: str) -> None:
    for gold in (GOLD, withhold(GOLD)):
        with pytest.raises(EvaluationError, match=says):
            Scorer().add(gold, other)


def test_intervals_are_of_articles_and_repeat() -> None:
    scorer = Scorer()
    for predicted in (GOLD, PREDICTED, GOLD):
        scorer.add(GOLD, predicted)
    first, again = scorer.evaluation(), scorer.evaluation()
    assert first == again
    score = first.scores["entities"]["strict"]
    assert score.interval == pytest.approx((4 / 6, 1))  # all three draws are the bad one, or none is
    assert score.f1 == pytest.approx(16 / 18)
    assert scorer.evaluation(samples=0).scores["entities"]["strict"].interval is None
    assert scores_of(GOLD, PREDICTED)["entities"]["strict"].interval is None


# The command.


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of gold, and predictions for all of it but one article, with one that gold has not."""
    for number in (1, 2, 3):
        store.dump(replace(GOLD, id=f"open-000{number}"), tmp_path / "gold" / f"{number}.json")
    lines = [replace(PREDICTED, id=f"open-000{number}") for number in (1, 2, 4)]
    (tmp_path / "predicted.jsonl").write_bytes(b"\n".join(map(store.dump_line, lines)))
    return tmp_path / "gold", tmp_path / "predicted.jsonl"


def report_of(capfd: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> tuple[dict[str, Any], str]:
    assert main(["evaluate", *map(str, arguments), "--json"]) == code
    out, err = capfd.readouterr()
    return orjson.loads(out), err


def test_command_counts_what_has_no_prediction_as_missed(
    sides: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    report, err = report_of(capfd, *sides)
    assert "1 article (open-0003) with no prediction: all of it counts as missed" in err
    assert "1 article (open-0004) with a prediction, but no gold: left out" in err
    assert (report["gold"], report["articles"], report["without_prediction"], report["failed"]) == (3, 3, 1, 0)
    strict = report["scores"]["entities"]["strict"]
    assert (strict["gold"], strict["predicted"], strict["right"]) == (18, 12, 8)
    assert strict["interval"][0] <= strict["f1"] <= strict["interval"][1]
    assert report["tiers"]["open"]["entities"]["strict"]["f1"] == strict["f1"]


def test_command_prints_tables(sides: tuple[Path, Path], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(sides[0]), str(sides[0])]) == 0
    out = capfd.readouterr().out
    assert "Scores over 3 articles" in out
    line = next(line for line in out.splitlines() if line.strip().startswith("strict "))
    assert line.split() == ["strict", "18", "18", "1.000", "1.000", "1.000", "1.000-1.000"]
    assert max(map(len, out.splitlines())) <= 100


def test_command_lists_errors(sides: tuple[Path, Path], capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    listing = tmp_path / "errors.tsv"
    assert main(["evaluate", *map(str, sides), "--errors", str(listing)]) == 0
    assert "Scores over" in capfd.readouterr().out
    rows = [line.split("\t") for line in listing.read_text().splitlines()]
    assert rows[0] == ["layer", "kind", "article", "gold_at", "predicted_at", "gold", "predicted", "context"]
    assert {len(row) for row in rows} == {8}
    assert sum(row[:2] == ["entities", "missed"] for row in rows) == 6
    assert main(["evaluate", *map(str, sides), "--errors", "-"]) == 0
    assert capfd.readouterr().out == listing.read_text()
    assert main(["evaluate", *map(str, sides), "--errors", "-", "--json"]) == 2
    assert "name a file for the errors" in capfd.readouterr().err


def test_what_cannot_be_compared_does_not_stop_the_rest(
    sides: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    gold, predicted = sides
    (gold / "2.json").write_bytes(store.dumps(replace(GOLD, id="open-0002", blocks=PREDICTED.blocks[:2], captions=())))
    with predicted.open("ab") as lines:
        lines.write(b'\n\n{"id": "open-0003"}\n{')
    report, err = report_of(capfd, gold, predicted, code=1)
    assert (report["gold"], report["articles"], report["failed"]) == (3, 1, 2)
    assert "open-0002: gold has 2 blocks, the prediction 3" in err
    assert f"{predicted}:8: schema_version is None" in err
    assert f"{predicted}:9: not an article: Input data was truncated" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["{gold}", "{gold}", "--classes", "PS,XX"], "'XX' is no class; there are PS, FD"),
        (["{gold}", "{gold}", "--split", "test"], "has no splits.tsv"),
        (["{gold}", "{gold}/none.json"], "none.json: articles are .json or .jsonl files"),
        (["{gold}", "{other}"], "no article in common"),
        (["{empty}", "{gold}"], "no article could be read"),
        (["{twice}", "{gold}"], "has an article with the id 'open-0001' too"),
        (["{gold}", "{changed}"], "nothing could be scored"),
    ],
)
def test_what_cannot_be_done_is_said(
    sides: tuple[Path, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    folders = {name: tmp_path / name for name in ("other", "empty", "twice", "changed")} | {"gold": sides[0]}
    folders["empty"].mkdir()
    store.dump(replace(BARE, id="open-9999"), folders["other"] / "a.json")
    for number in (1, 2, 3):
        store.dump(replace(BARE, id=f"open-000{number}"), folders["changed"] / f"{number}.json")
    for name in "ab":
        store.dump(GOLD, folders["twice"] / f"{name}.json")
    assert main(["evaluate", *(argument.format(**folders) for argument in arguments)]) == 2
    assert says in capfd.readouterr().err


def test_a_split_of_a_corpus(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "corpus"
    for name in ("open-0001", "open-0002"):
        store.dump(replace(GOLD, id=name), corpus / "open" / f"{name}.json")
    store.dump(replace(GOLD, id="open-0001"), corpus / "double" / "first" / "open-0001.json")  # no article of it
    (corpus / "splits.tsv").write_text("id\tsplit\nopen-0001\ttest\nopen-0002\ttrain\n")
    store.dump(withhold(replace(GOLD, id="open-0001")), corpus / "open" / "open-0001.json")
    report, err = report_of(capfd, corpus, corpus, "--split", "test", "--classes", "PS")
    assert report["without_text"] == 1
    assert "neither side has the text of 1 article" in err
    assert report["articles"] == 1
    assert report["scores"]["entities"]["strict"]["gold"] == 3
    assert "(open-0002) with a prediction, but no gold in test: left out" in err
    assert main(["evaluate", str(corpus), str(corpus), "--split", "validation"]) == 2
    assert "no article is in validation" in capfd.readouterr().err


def test_nothing_predicted_has_no_precision() -> None:
    found = scores_of(GOLD, without_annotations(GOLD))
    assert found["entities"]["strict"][4:7] == (None, 0, 0)
    assert found["KLUE"]["entity"].f1 == 0
