"""The scorer against other people's scorers, and against what must hold of any."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from predictions import BARE, TEXT, annotated, entities
from seqeval.metrics import f1_score as seqeval_f1
from seqeval.scheme import IOB2
from sklearn.metrics import f1_score as sklearn_f1  # type: ignore[import-untyped]

from malmoi.agreement import compare
from malmoi.evaluate import Options, Scorer, misses
from malmoi.evaluate.counting import Counts
from malmoi.evaluate.ledger import Ledger
from malmoi.evaluate.matching import one_to_one, place, shared
from malmoi.schemas import label_class, labels

if TYPE_CHECKING:
    from malmoi.evaluate import Scores
    from malmoi.model import Article, Entity

KLUE = ["B-PS", "I-PS", "B-LC", "I-LC", "B-OG", "I-OG", "B-DT", "I-DT", "B-TI", "I-TI", "B-QT", "I-QT", "O"]
PAIRS = st.lists(st.tuples(annotated(), annotated()), min_size=1, max_size=3)
ENTITIES = st.lists(st.tuples(entities(), entities()), min_size=1, max_size=4)


def scores_of(pairs: list[tuple[Article, Article]], options: Options | None = None) -> Scores:
    scorer = Scorer(options)
    for number, (gold, predicted) in enumerate(pairs):
        scorer.add(*(msgspec.structs.replace(side, id=f"open-{number:04}") for side in (gold, predicted)))
    return scorer.evaluation(samples=0).scores


def with_entities(pairs: list[tuple[tuple[Entity, ...], tuple[Entity, ...]]]) -> list[tuple[Article, Article]]:
    return [
        (msgspec.structs.replace(BARE, entities=gold), msgspec.structs.replace(BARE, entities=predicted))
        for gold, predicted in pairs
    ]


@given(ENTITIES)
def test_entities_as_nervaluate_scores_them(pairs: list[tuple[tuple[Entity, ...], tuple[Entity, ...]]]) -> None:
    # Its spans have an inclusive end, and no blocks.
    starts = {block.id: number * 1000 for number, block in enumerate(BARE.blocks)}
    sides = [
        [
            [
                {"label": label_class(e.label), "start": starts[e.block] + e.start, "end": starts[e.block] + e.end - 1}
                for e in pair[side]
            ]
            for pair in pairs
        ]
        for side in (0, 1)
    ]
    tags = list(dict.fromkeys(label.class_ for label in labels().values()))
    theirs = Evaluator(*sides, tags=tags, loader="dict").evaluate()
    ours = scores_of(with_entities(pairs))
    for measure, scheme in (("strict", "strict"), ("span", "exact")):
        score, other = ours["entities"][measure], theirs["overall"][scheme]
        assert (score.right, score.predicted, score.gold) == (other.correct, other.actual, other.possible)
        assert (score.precision or 0, score.recall or 0) == pytest.approx((other.precision, other.recall))
    for tag, found in theirs["entities"].items():
        assert ours["entities by kind"][tag].right == found["strict"].correct
    # Where a prediction may go with either of two entities, and one of those with either of two predictions, it takes
    # the first that comes, we the greatest overlap.
    assume(not any(_chained(*pair) for pair in pairs))
    for tag, found in theirs["entities"].items():
        assert ours["entities by kind, overlap"][tag].right == found["ent_type"].correct


def _chained(gold: tuple[Entity, ...], predicted: tuple[Entity, ...]) -> bool:
    meets = [
        (i, j)
        for i, one in enumerate(gold)
        for j, other in enumerate(predicted)
        if label_class(one.label) == label_class(other.label) and shared([place(one)], [place(other)])
    ]
    return any(sum(i == one for i, _ in meets) > 1 and sum(j == other for _, j in meets) > 1 for one, other in meets)


@given(ENTITIES)
def test_klue_as_seqeval_and_the_baseline_score_it(
    pairs: list[tuple[tuple[Entity, ...], tuple[Entity, ...]]],
) -> None:
    gold, predicted = ([_bio(pair[side]) for pair in pairs] for side in (0, 1))
    ours = scores_of(with_entities(pairs))["KLUE"]
    if ours["entity"].f1 is None:  # seqeval warns of an empty mean
        assert all(label == "O" for side in (gold, predicted) for document in side for label in document)
    else:
        theirs = seqeval_f1(gold, predicted, average="macro", mode="strict", scheme=IOB2, zero_division=0)
        assert ours["entity"].f1 == pytest.approx(theirs)
    flat = [[label for side in document for label in side] for document in (gold, predicted)]
    baseline = sklearn_f1(*flat, labels=KLUE, average="macro", zero_division=1.0)
    assert ours["character, with O"].f1 == pytest.approx(baseline)
    present = sorted({*flat[0], *flat[1]} - {"O"})
    if present:
        assert ours["character"].f1 == pytest.approx(
            sklearn_f1(*flat, labels=present, average="macro", zero_division=0.0)
        )
    else:
        assert ours["character"].f1 is None


def _bio(found: tuple[Entity, ...]) -> list[str]:
    """The labels of all characters but spaces, block after block."""
    rows = {block.id: ["O"] * len(TEXT) for block in BARE.blocks}
    for entity in found:
        tag = labels()[entity.label].klue
        for at in range(entity.start, entity.end) if tag else ():
            rows[entity.block][at] = f"{'B' if at == entity.start else 'I'}-{tag}"
    return [label for row in rows.values() for label, char in zip(row, TEXT, strict=True) if char != " "]


@settings(max_examples=50)
@given(PAIRS)
def test_gold_against_itself_is_all_right(pairs: list[tuple[Article, Article]]) -> None:
    found = scores_of([(gold, gold) for gold, _ in pairs])
    assert {score.f1 for section in found.values() for score in section.values()} <= {None, 1.0}
    assert found["KLUE"]["character, with O"].f1 == 1.0
    assert not [miss for gold, _ in pairs for miss in misses(gold, gold, Options())]


@settings(max_examples=50)
@given(PAIRS)
def test_swapping_the_sides_swaps_precision_and_recall(pairs: list[tuple[Article, Article]]) -> None:
    ours = scores_of(pairs)
    swapped = scores_of([(msgspec.structs.replace(two, tier=one.tier), one) for one, two in pairs])
    for section, found in ours.items():
        for name, score in found.items():
            other = swapped[section][name]
            assert (score.gold, score.predicted) == (other.predicted, other.gold)
            assert (score.precision, score.recall) == pytest.approx((other.recall, other.precision))
            assert score.f1 == pytest.approx(other.f1)


@given(PAIRS)
def test_what_is_exact_is_what_agreement_counts(pairs: list[tuple[Article, Article]]) -> None:
    ours, theirs = scores_of(pairs), compare(pairs)
    for measure, places in {
        "entity: span, class": [("entities", "strict")],
        "entity: span": [("entities", "span")],
        "quote: content": [("quotes", "content, exact"), ("headline quotes", "content, exact")],
        "caption: field": [("captions", "all fields")],
        "coreference: link": [("clusters", "link")],
    }.items():
        found = [ours[section][name] for section, name in places]
        sums = (sum(getattr(score, field) for score in found) for field in ("right", "gold", "predicted"))
        assert tuple(sums) == tuple(theirs[measure])


@given(annotated(), annotated(), st.data())
def test_removing_a_prediction_finds_no_more(gold: Article, predicted: Article, data: st.DataObject) -> None:
    before = scores_of([(gold, predicted)])
    for layer, measures in (
        ("entities", ("strict", "overlap", "span")),
        ("quotes", ("content", "content, exact", "content, characters")),
    ):
        items = getattr(predicted, layer)
        if not items:
            continue
        less = list(items)
        del less[data.draw(st.integers(0, len(items) - 1))]
        after = scores_of([(gold, msgspec.structs.replace(predicted, **{layer: tuple(less)}))])
        for measure in measures:
            assert (after[layer][measure].found or 0) <= (before[layer][measure].found or 0)


@given(PAIRS)
def test_counts_add_up_over_tiers(pairs: list[tuple[Article, Article]]) -> None:
    scorer = Scorer()
    for pair in pairs:
        scorer.add(*pair)
    found = scorer.evaluation(samples=0)
    for section, scores in found.scores.items():
        for name, score in scores.items():
            for field in Counts._fields:
                if (whole := getattr(score, field)) is not None:
                    parts = [getattr(tier[section][name], field) for tier in found.tiers.values()]
                    assert sum(parts) == pytest.approx(whole)


@given(
    annotated(), annotated(), st.sampled_from([Options(), Options("label"), Options("class", frozenset({"PS", "DT"}))])
)
def test_every_item_that_is_not_right_is_listed(gold: Article, predicted: Article, options: Options) -> None:
    listed = list(misses(gold, predicted, options))
    scores = scores_of([(gold, predicted)], options)

    def count(layer: str, *, without: str, only: str = "") -> int:
        kinds = [miss.kind for miss in listed if miss.layer == layer]
        return sum(kind not in {without, "wrong value"} and only in kind for kind in kinds)

    strict = scores["entities"]["strict"]
    assert count("entities", without="spurious") == (strict.gold or 0) - (strict.found or 0)
    assert count("entities", without="missed") == (strict.predicted or 0) - (strict.right or 0)
    fields = scores["captions"]["all fields"]
    assert count("captions", without="spurious") == (fields.gold or 0) - (fields.found or 0)
    for layer in ("quotes", "headline quotes"):
        content, exact = scores[layer]["content"], scores[layer]["content, exact"]
        assert count(layer, without="spurious", only="missed") == (content.gold or 0) - (content.found or 0)
        assert count(layer, without="", only="wrong content") == (content.found or 0) - (exact.found or 0)
    assert all(_without_marks(miss.context) for miss in listed)


def _without_marks(context: str) -> bool:
    """Whether the pieces of a context are pieces of the text."""
    plain = context.translate(dict.fromkeys(map(ord, "⟦⟧⟨⟩")))
    return all(piece in TEXT for block in plain.split(" / ") for piece in block.split("…"))


_ITEMS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6)), max_size=8).map(
    lambda runs: [
        (("p01", 5 * number + start, 5 * number + start + length),) for number, (start, length) in enumerate(runs)
    ]
)


@given(_ITEMS, _ITEMS)
def test_pairs_are_one_to_one_share_text_and_are_maximal(
    gold: list[tuple[tuple[str, int, int]]], predicted: list[tuple[tuple[str, int, int]]]
) -> None:
    pairs = one_to_one(gold, predicted)
    ours, theirs = {i for i, _ in pairs}, {j for _, j in pairs}
    assert len(ours) == len(theirs) == len(pairs)
    assert all(shared(gold[i], predicted[j]) for i, j in pairs)
    left = [(i, j) for i in range(len(gold)) for j in range(len(predicted)) if i not in ours and j not in theirs]
    assert not any(shared(gold[i], predicted[j]) for i, j in left)


_COUNTS = st.dictionaries(
    st.sampled_from([("s", "m", kind) for kind in "abc"]), st.builds(Counts, *[st.integers(0, 10**6)] * 4), max_size=3
)


@given(st.lists(_COUNTS, min_size=1, max_size=6), st.integers(0, 100))
def test_a_draw_is_the_sum_of_what_was_drawn(articles: list[dict[tuple[str, str, str], Counts]], seed: int) -> None:
    ledger = Ledger()
    for counts in articles:
        ledger.add(counts.items())
    drawn = random.Random(seed)  # noqa: S311  the same draw as the ledger's
    for found in ledger.draws(3, seed):
        assert found == ledger.total(drawn.choices(range(len(articles)), k=len(articles)))
    everything = ledger.total(range(len(articles)))
    assert everything == {
        key: Counts(*(sum(counts[key][at] for counts in articles if key in counts) for at in range(4)))
        for key in everything
    }
    assert everything.keys() == {key for counts in articles for key in counts}
