"""The three-way merge: each case by hand, what must hold for any versions, and the corpus's double annotations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from article_versions import independent, three
from hypothesis import given
from hypothesis import strategies as st

from malmoi import markup, store
from malmoi.agreement import compare
from malmoi.diff import aligned, changes
from malmoi.findings import Severity
from malmoi.merge import Conflict, Decision, Merged, MergeError, merge
from malmoi.model import (
    Annotation,
    Article,
    Byline,
    Caption,
    Cluster,
    Entity,
    Normalizer,
    Origin,
    Quote,
    Section,
    Span,
)
from malmoi.standoff import withhold
from malmoi.validate import check_article

replace = msgspec.structs.replace
CORPUS = Path(__file__).parents[1] / "corpus"

DRAFT = Annotation(layers=("entities",), by="machine", agent="초벌", role="draft", guidelines="1.9")
BARE = markup.parse(
    '+++\nid = "open-0001"\ntier = "open"\npublisher = "다온통신"\nbyline = ["은채령 기자"]\nlicense = "CC-BY-4.0"\n'
    "published_at = 2024-03-05T09:12:00+09:00\n+++\n"
    "# 물레방아 돈다\n나은솔 대표는 내일 간다고 했다.\n> 은채령 촬영\n"
)
SOL, CHAE = Cluster(id="c-0001", label="PS_NAME", name="나은솔"), Cluster(id="c-0002", label="PS_NAME", name="은채령")
NAME = Entity(id="e-0001", block="p01", start=0, end=3, label="PS_NAME", text="나은솔", cluster="c-0001")
TITLE = Entity(id="e-0002", block="p01", start=4, end=6, label="CV_POSITION", text="대표")
DAY = Entity(id="e-0003", block="p01", start=8, end=10, label="DT_DAY", text="내일", value="2024-03-06")
QUOTE = Quote(
    id="q-0001", type="indirect", mode="speech", source_status="omitted", speaker="c-0001",
    content=(Span(block="p01", start=8, end=13, text="내일 간다"),),
)  # fmt: skip


def article(*entities: Entity, clusters: tuple[Cluster, ...] = (SOL,), **fields: Any) -> Article:  # noqa: ANN401  of any layer
    return replace(BARE, entities=entities, clusters=clusters, **fields)


BASE = article(NAME, TITLE, quotes=(QUOTE,))


def errors(found: Article) -> list[str]:
    return [f.message for f in check_article(store.to_dict(found)) if f.severity is Severity.ERROR]


def told(merged: Merged) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(c.place.kind, c.place.at, c.versions.why(), c.fields) for c in merged.conflicts]


def decided(conflict: Conflict, choice: Any) -> Decision:  # noqa: ANN401  a literal
    return Decision(conflict.article, conflict.place.kind, conflict.place.at, conflict.digest, choice)


def outcomes(base: Article, a: Article, b: Article) -> dict[str, Article]:
    """The merged article for each choice on all conflicts, which must leave none open."""
    found = {}
    first = merge(base, a, b)
    for choice in ("a", "b", "base"):
        merged = merge(base, a, b, [decided(conflict, choice) for conflict in first.conflicts])
        assert {conflict.choice for conflict in merged.conflicts} <= {choice}
        assert not merged.stale
        found[choice] = merged.article
    return found


def test_what_one_side_changed_is_taken_field_by_field() -> None:
    a = replace(BASE, entities=(replace(NAME, label="PS_CHARACTER"), TITLE), section=None, publisher="강원솔빛")
    longer = Entity(id="e-0001", block="p01", start=0, end=6, label="PS_NAME", text="나은솔 대표", cluster="c-0001")
    b = replace(BASE, entities=(longer,), byline=(Byline(name="설은호"),))
    merged = merge(replace(BASE, entities=(NAME,)), replace(a, entities=a.entities[:1]), b)
    assert not merged.conflicts
    assert merged.article.entities == (replace(longer, label="PS_CHARACTER"),)
    assert (merged.article.publisher, merged.article.byline) == ("강원솔빛", (Byline(name="설은호"),))


def test_the_same_change_on_both_sides_is_taken() -> None:
    side = replace(BASE, entities=(replace(NAME, label="PS_CHARACTER"),))
    other = replace(side, entities=(replace(side.entities[0], id="e-zzzz"),))
    merged = merge(BASE, side, other)
    assert not merged.conflicts
    assert merged.article == side


def test_different_changes_are_a_conflict_and_the_base_stays() -> None:
    a = replace(BASE, entities=(replace(NAME, label="PS_CHARACTER"), TITLE))
    b = replace(BASE, entities=(replace(NAME, label="PS_PET", cluster=None), TITLE))
    merged = merge(BASE, a, b)
    assert told(merged) == [("entity", "p01[0:3]", "changed differently", ("label",))]
    assert merged.article == BASE
    conflict = merged.conflicts[0]
    assert conflict.place.context == "[나은솔] 대표는 내일 간다고 했다."
    # What is not in dispute is in both versions.
    assert conflict.versions.a == (replace(NAME, label="PS_CHARACTER", cluster=None),)
    assert conflict.clusters == (SOL,)
    found = outcomes(BASE, a, b)
    assert {choice: one.entities[0].label for choice, one in found.items()} == {
        "a": "PS_CHARACTER",
        "b": "PS_PET",
        "base": "PS_NAME",
    }
    assert found["base"].entities[0].cluster == "c-0001"


def test_removed_on_one_side_is_removed_unless_the_other_changed_it() -> None:
    a = replace(BASE, entities=(NAME,))
    assert merge(BASE, a, BASE).article == a
    b = replace(BASE, entities=(NAME, replace(TITLE, label="CV_OCCUPATION")))
    merged = merge(BASE, a, b)
    assert told(merged) == [("entity", "p01[4:6]", "A removed it, B changed it", ())]
    assert told(merge(BASE, b, a)) == [("entity", "p01[4:6]", "B removed it, A changed it", ())]
    assert merged.article == BASE
    found = outcomes(BASE, a, b)
    assert (found["a"].entities, found["b"].entities) == (a.entities, b.entities)


def test_an_addition_by_one_is_taken_where_the_layer_was_there_already() -> None:
    a = replace(BASE, entities=(NAME, TITLE, DAY))
    extra = replace(QUOTE, id="q-0002", content=(Span(block="h01", start=0, end=7, text="물레방아 돈다"),))
    b = replace(BASE, quotes=(extra, QUOTE))
    merged = merge(BASE, a, b)
    assert not merged.conflicts
    assert merged.article == replace(BASE, entities=a.entities, quotes=b.quotes)


def test_what_only_one_of_two_independent_annotators_has_is_a_conflict() -> None:
    base = article(clusters=())
    a, b = article(NAME, TITLE), article(replace(NAME, id="e-9999", cluster="c-9999"), DAY, clusters=(replace(SOL, id="c-9999"),))  # fmt: skip
    merged = merge(base, a, b)
    assert told(merged) == [
        ("entity", "p01[4:6]", "only A has it", ()),
        ("entity", "p01[8:10]", "only B has it", ()),
    ]
    assert merged.article == article(NAME)
    # Where one annotated nothing, there is nothing to compare with: an addition like any other.
    assert merge(base, a, base).article == a
    found = outcomes(base, a, b)
    assert found["a"] == a
    assert found["b"] == article(NAME, DAY)
    assert found["base"] == article(NAME)


def test_a_cluster_comes_with_the_first_item_that_is_chosen() -> None:
    base = article(clusters=())
    a, b = article(NAME), article(TITLE, clusters=())
    merged = merge(base, a, b)
    assert merged.article == base
    assert merged.conflicts[0].clusters == (SOL,)
    assert outcomes(base, a, b)["a"] == a


def test_overlapping_spans_are_one_conflict() -> None:
    base = article(TITLE, clusters=())
    a = article(NAME, TITLE)
    long = replace(NAME, id="e-0009", end=6, text="나은솔 대표", cluster=None)
    b = article(long, clusters=())
    merged = merge(base, a, b)
    assert told(merged) == [("entity", "p01[0:6]", "changed differently", ("span",))]
    assert merged.article == base
    found = outcomes(base, a, b)
    assert found["a"].entities == (NAME, TITLE)
    assert [(e.start, e.end) for e in found["b"].entities] == [(0, 6)]


def test_overlapping_contents_are_one_conflict() -> None:
    base = article(NAME)
    a = article(NAME, quotes=(QUOTE,))
    part = replace(QUOTE, id="q-0002", content=(Span(block="p01", start=11, end=13, text="간다"),))
    b = article(NAME, quotes=(part,))
    assert told(merge(base, a, b)) == [("quote", "p01[8:13]", "added differently", ("content",))]
    found = outcomes(base, a, b)
    assert found["a"].quotes == (QUOTE,)
    assert [q.content for q in found["b"].quotes] == [part.content]


def test_a_quote_is_merged_by_field() -> None:
    a = replace(BASE, quotes=(replace(QUOTE, mode="writing"),))
    b = replace(BASE, quotes=(replace(QUOTE, cue=Span(block="p01", start=15, end=17, text="했다")),))
    merged = merge(BASE, a, b)
    assert not merged.conflicts
    assert merged.article.quotes == (replace(b.quotes[0], mode="writing"),)


def test_fields_that_say_one_thing_together_are_not_taken_from_two_sides() -> None:
    base = article(DAY, clusters=())
    a = article(replace(DAY, label="DT_DURATION", value="P1D"), clusters=())
    b = article(replace(DAY, value="2024-03-07"), clusters=())
    assert told(merge(base, a, b)) == [("entity", "p01[8:10]", "changed differently", ("label", "value"))]
    found = outcomes(base, a, b)
    assert (found["a"], found["b"], found["base"]) == (a, b, base)
    unsaid = replace(BASE, quotes=(replace(QUOTE, source_status="none", speaker=None),))
    named = replace(BASE, quotes=(replace(QUOTE, source_status="explicit", source=Span(block="p01", start=0, end=3, text="나은솔")),))  # fmt: skip
    assert told(merge(BASE, unsaid, named))[0][3] == ("source_status", "speaker", "source")


def test_a_cluster_taken_away_that_the_other_uses_anew_stays_until_decided() -> None:
    base = article(NAME)
    a = article(replace(NAME, cluster=None), clusters=())
    more = Entity(id="e-0005", block="c01", start=0, end=3, label="PS_NAME", text="은채령", cluster="c-0001")
    b = article(NAME, more)
    merged = merge(base, a, b)
    assert told(merged) == [("cluster", "c-0001", "A removed it, B changed it", ())]
    assert merged.article == b
    found = outcomes(base, a, b)
    assert found["a"] == article(replace(NAME, cluster=None), replace(more, cluster=None), clusters=())
    assert found["b"] == found["base"] == b
    assert told(merge(base, b, a)) == [("cluster", "c-0001", "B removed it, A changed it", ())]


def test_a_cluster_taken_away_that_the_other_renamed_stays_with_its_mentions() -> None:
    base = article(NAME)
    a = article(replace(NAME, cluster=None), clusters=())
    b = article(NAME, clusters=(replace(SOL, wikidata="Q1"),))
    assert merge(base, a, b).article == base
    found = outcomes(base, a, b)
    assert (found["a"], found["b"], found["base"]) == (a, b, base)


def test_a_cluster_is_merged_by_field_and_gone_when_nothing_refers_to_it() -> None:
    named = replace(SOL, name="나은솔 대표")
    a = article(NAME, clusters=(named,))
    b = article(NAME, clusters=(replace(SOL, wikidata="Q1"),))
    assert merge(article(NAME), a, b).article.clusters == (replace(named, wikidata="Q1"),)
    base = replace(BASE, entities=(NAME, TITLE))
    merged = merge(base, replace(base, entities=(TITLE,)), replace(base, quotes=()))
    assert merged.article == article(TITLE, clusters=())


def test_a_new_cluster_in_dispute_is_left_out_with_its_references() -> None:
    base = article(clusters=())
    a, b = article(NAME), article(NAME, clusters=(replace(SOL, name="나은솔 대표"),))
    merged = merge(base, a, b)
    assert told(merged) == [("cluster", "c-0001", "added differently", ("name",))]
    assert merged.article == article(replace(NAME, cluster=None), clusters=())
    found = outcomes(base, a, b)
    assert (found["a"], found["b"]) == (a, b)


def test_captions_are_merged_by_part() -> None:
    def caption(**parts: Any) -> Article:  # noqa: ANN401  of any part
        return replace(BARE, captions=(Caption(block="c01", copies=1, **parts),))

    who, role = Span(block="c01", start=0, end=3, text="은채령"), Span(block="c01", start=4, end=6, text="촬영")
    base, a, b = caption(description=who), caption(creator=(who,), description=who), caption(description=role)
    merged = merge(base, a, b)
    assert not merged.conflicts
    assert merged.article == caption(creator=(who,), description=role)
    merged = merge(caption(), caption(creator=(who,), description=who), caption(description=role))
    assert told(merged) == [
        ("caption", "c01.creator", "only A has it", ()),
        ("caption", "c01.description", "added differently", ()),
    ]
    assert merged.article == caption()
    assert merged.conflicts[0].place.context == "은채령 촬영"
    without = replace(BARE, captions=())
    assert merge(without, a, without).article == a
    assert merge(a, without, a).article == without


def test_a_caption_removed_on_one_side_is_removed_unless_the_other_changed_it() -> None:
    who, role = Span(block="c01", start=0, end=3, text="은채령"), Span(block="c01", start=4, end=6, text="촬영")
    record = Caption(block="c01", copies=1, creator=(who,))
    base, without = replace(BARE, captions=(record,)), replace(BARE, captions=())
    assert merge(base, base, without) == (without, [], [])
    assert merge(base, without, without) == (without, [], [])
    for changed in (replace(record, copies=2), replace(record, creator=()), replace(record, creator_role=(role,))):
        other = replace(BARE, captions=(changed,))
        merged = merge(base, without, other)
        assert told(merged) == [("caption", "c01", "A removed it, B changed it", ())]
        assert told(merge(base, other, without)) == [("caption", "c01", "B removed it, A changed it", ())]
        assert merged.article == base
        assert outcomes(base, without, other) == {"a": without, "b": other, "base": base}
    # A record without parts is one as well.
    bare = replace(BARE, captions=(Caption(block="c01", copies=1),))
    assert told(merge(bare, without, base)) == [("caption", "c01", "A removed it, B changed it", ())]


def test_captions_that_the_base_does_not_have() -> None:
    who = Span(block="c01", start=0, end=3, text="은채령")

    def caption(block: str = "c01", copies: int = 1, **parts: Any) -> Article:  # noqa: ANN401  of any part
        return replace(BARE, captions=(Caption(block=block, copies=copies, **parts),))

    none = replace(BARE, captions=())
    # The number of copies is as much added as the parts are.
    once, twice = caption(creator=(who,)), caption(copies=2, creator=(who,))
    merged = merge(none, once, twice)
    assert told(merged) == [("caption", "c01.copies", "added differently", ())]
    assert outcomes(none, once, twice) == {"a": once, "b": twice, "base": once}
    assert outcomes(none, caption(), caption(copies=2))["base"] == none
    # Of two independent annotators one has this caption: while it is open, it is not there, as in the base.
    elsewhere = caption("c02", creator=(replace(who, block="c02"),))
    merged = merge(none, twice, elsewhere)
    assert told(merged) == [
        ("caption", "c01.creator", "only A has it", ()),
        ("caption", "c02.creator", "only B has it", ()),
    ]
    assert merged.article == none
    assert outcomes(none, twice, elsewhere) == {"a": twice, "b": elsewhere, "base": none}


def test_a_record_of_metadata_removed_by_one_and_changed_by_the_other_is_a_conflict() -> None:
    normalizer = Normalizer(version="1.0", reader="html", encoding="utf-8")
    full = {
        "section": Section(raw="사회", medtop="14000000"),
        "byline": (Byline(name="은채령", role="기자"),),
        "origin": Origin(archive="솔빛", key="1"),
        "provenance": replace(BARE.provenance, normalizer=normalizer),
    }
    gone = {"section": None, "byline": (), "origin": None, "provenance": BARE.provenance}
    changed = {
        "section": Section(raw="지역", medtop="14000000"),
        "byline": (Byline(name="은채령"),),
        "origin": Origin(archive="솔빛", key="2"),
        "provenance": replace(BARE.provenance, normalizer=replace(normalizer, version="1.1")),
    }
    for name, value in full.items():
        base, a, b = (replace(BARE, **{name: found}) for found in (value, gone[name], changed[name]))
        merged = merge(base, a, b)
        assert [one[2] for one in told(merged)] == ["A removed it, B changed it"], name
        assert merged.article == base
        assert merge(base, a, base).article == a


def test_fields_of_metadata_that_say_one_thing_are_settled_together() -> None:
    base = replace(BARE, published_at="2024-03-05", published_precision="day")
    exact = replace(BARE, published_at="2024-03-05T09:12:00+09:00", published_precision=None)
    other = replace(base, published_at="2024-03-06")
    merged = merge(base, exact, other)
    assert [one[1] for one in told(merged)] == ["published_at", "published_precision"]
    assert merged.article == base
    assert outcomes(base, exact, other) == {"a": exact, "b": other, "base": base}


def test_metadata_in_dispute() -> None:
    a, b = replace(BASE, publisher="강원솔빛"), replace(BASE, publisher="솔내신문")
    merged = merge(BASE, a, b)
    assert told(merged) == [("metadata", "publisher", "changed differently", ())]
    assert merged.article == BASE
    assert outcomes(BASE, a, b)["b"] == b


def test_annotation_records_of_both_are_kept_and_the_adjudicator_is_added() -> None:
    first, second = (replace(DRAFT, by="human", agent=name, role=role, guidelines=version)
                     for name, role, version in (("가", "first", "1.10"), ("나", "second", "1.2")))  # fmt: skip

    def recorded(found: Article, *records: Annotation) -> Article:
        return replace(found, provenance=replace(found.provenance, annotations=records))

    base = recorded(BASE, DRAFT)
    a = recorded(replace(BASE, entities=(replace(NAME, label="PS_PET"),)), DRAFT, first)
    b = recorded(replace(BASE, entities=(replace(NAME, label="PS_CHARACTER"),)), DRAFT, second)
    merged = merge(base, a, b)
    assert merged.article.provenance.annotations == (DRAFT, first, second)
    decisions = [decided(merged.conflicts[0], "a")]
    assert merge(base, a, b, decisions, adjudicator="다").article.provenance.annotations == (
        DRAFT, first, second,
        Annotation(layers=("entities",), by="human", agent="다", role="adjudication", guidelines="1.10"),
    )  # fmt: skip
    # Nobody adjudicated where nothing was decided.
    assert merge(base, a, b, (), adjudicator="다").article.provenance.annotations == (DRAFT, first, second)
    with pytest.raises(MergeError, match="by which guidelines"):
        merge(recorded(base), recorded(a), recorded(b), decisions, adjudicator="다")


def test_a_decision_on_what_has_changed_since_is_stale() -> None:
    a = replace(BASE, entities=(replace(NAME, label="PS_PET"), TITLE))
    b = replace(BASE, entities=(replace(NAME, label="PS_CHARACTER"), TITLE))
    decision = decided(merge(BASE, a, b).conflicts[0], "a")
    other = replace(BASE, entities=(replace(NAME, label="PS_CHARACTER", cluster=None), TITLE))
    merged = merge(BASE, a, other, [decision])
    assert merged.stale == [decision]
    assert [conflict.choice for conflict in merged.conflicts] == [None]
    assert merge(BASE, a, BASE, [decision]).stale == [decision]
    elsewhere = decision._replace(article="open-0002")
    assert merge(BASE, a, b, [elsewhere]).stale == []


@pytest.mark.parametrize(
    ("versions", "says"),
    [
        ((BASE, replace(BASE, blocks=BASE.blocks[:2]), BASE), "open-0001: BASE and A: one version has 3 blocks"),
        ((BASE, BASE, withhold(BASE)), "BASE and B: block h01: text differs"),
        ((BASE, BASE, article(NAME, replace(TITLE, id="e-0001"))), "B has the id e-0001 twice in entities"),
        ((article(NAME, clusters=(SOL, SOL)), BASE, BASE), "BASE has the id c-0001 twice in clusters"),
        ((BASE, BASE, replace(BASE, quotes=(replace(QUOTE, content=()),))), "B has no content in quote q-0001"),
        ((BASE, replace(BASE, captions=(Caption(block="c01", copies=1),) * 2), BASE), "A has two captions of c01"),
    ],
)
def test_what_cannot_be_merged(versions: tuple[Article, Article, Article], says: str) -> None:
    with pytest.raises(MergeError) as caught:
        merge(*versions)
    assert says in str(caught.value)


def test_a_cluster_that_nothing_refers_to_in_any_version_is_left_alone() -> None:
    loose = article(TITLE, clusters=(CHAE,))
    assert merge(loose, loose, loose).article == loose
    assert merge(loose, article(TITLE, clusters=()), loose).article.clusters == ()


def same(one: Article, other: Article) -> bool:
    """Whether two articles say the same; the order of clusters and all ids are free."""
    return all(change.what == "renewed" for change in changes(one, other))


@given(three())
def test_one_side_alone(versions: tuple[Article, Article, Article]) -> None:
    base, a, b = versions
    assert merge(base, base, base) == (base, [], [])
    assert merge(base, a, a) == (aligned(a, base), [], [])
    assert merge(base, a, base) == (aligned(a, base), [], [])
    merged = merge(base, base, b)
    assert not merged.conflicts
    assert same(merged.article, b)


def _sides(base: Article, a: Article, b: Article, *, swapped: bool) -> list[tuple[object, ...]]:
    """The conflicts without ids, which one side or the other gives: a cluster goes by its names in all versions."""
    merged = merge(base, a, b)
    first = aligned(a, base)
    second = aligned(aligned(b, base), first, known=base)
    names: dict[str, set[str]] = {}
    for cluster in (*base.clusters, *first.clusters, *second.clusters):
        names.setdefault(cluster.id, set()).add(cluster.name)
    words = {"A": "B", "B": "A"} if swapped else {}

    def named(cluster: str | None) -> str | None:
        return cluster and "/".join(sorted(names[cluster]))

    def bare(version: Any) -> object:  # noqa: ANN401  of any kind
        if isinstance(version, tuple):
            return tuple(map(bare, version))
        if isinstance(version, Entity):
            return replace(version, id="", cluster=named(version.cluster))
        if isinstance(version, Quote):
            return replace(version, id="", speaker=named(version.speaker))
        return replace(version, id="") if isinstance(version, Cluster) else version

    found = []
    for conflict in merged.conflicts:
        old, *sides = map(bare, conflict.versions)
        why = "".join(words.get(letter, letter) for letter in conflict.versions.why())
        at = "" if conflict.place.kind == "cluster" else conflict.place.at
        found.append((conflict.place.kind, at, why, conflict.fields, old, *(reversed(sides) if swapped else sides)))
    return sorted(found, key=repr)


@given(three() | independent())
def test_the_sides_are_equal(versions: tuple[Article, Article, Article]) -> None:
    base, a, b = versions
    assert _sides(base, a, b, swapped=False) == _sides(base, b, a, swapped=True)
    assert same(merge(base, a, b).article, merge(base, b, a).article)


@given(three() | independent(), st.data())
def test_the_result_is_valid_whatever_is_chosen(
    versions: tuple[Article, Article, Article], data: st.DataObject
) -> None:
    base, a, b = versions
    merged = merge(base, a, b)
    assert errors(merged.article) == []
    choices = data.draw(st.lists(st.sampled_from(("a", "b", "base", None)), min_size=len(merged.conflicts), max_size=len(merged.conflicts)))  # fmt: skip
    decisions = [
        decided(conflict, choice) for conflict, choice in zip(merged.conflicts, choices, strict=True) if choice
    ]
    assert errors(merge(base, a, b, decisions).article) == []


@given(three() | independent())
def test_no_item_is_lost(versions: tuple[Article, Article, Article]) -> None:
    base, a, b = versions
    merged = merge(base, a, b)

    def spots(found: Any, layer: str) -> set[object]:  # noqa: ANN401  an article or a version
        items = getattr(found, layer) if isinstance(found, Article) else found
        return {(i.block, i.start, i.end) if isinstance(i, Entity) else i.content for i in items}

    for side, name in ((a, "a"), (b, "b")):
        for kind, layer in (("entity", "entities"), ("quote", "quotes")):
            listed = [spots(getattr(c.versions, name), layer) for c in merged.conflicts if c.place.kind == kind]
            # What is neither there nor listed was so in the base already, and the other side changed it.
            kept = spots(merged.article, layer).union(spots(base, layer), *listed)
            assert spots(side, layer) <= kept


@given(independent())
def test_of_independent_annotations_either_can_be_chosen(versions: tuple[Article, Article, Article]) -> None:
    base, a, b = versions
    both = outcomes(base, a, b)
    for layer in ("entities", "quotes", "captions"):
        one, other = (_annotated(side, layer) for side in (a, b))
        # What one side alone annotated is taken from it, whoever is chosen.
        wanted = (one, other) if one and other else (one or other,) * 2
        assert (_annotated(both["a"], layer), _annotated(both["b"], layer)) == wanted


def _annotated(found: Article, layer: str) -> list[object]:
    """The items of a layer that hold anything, without ids and references."""
    free = dict.fromkeys(("id", "cluster", "speaker"), "")
    items = [item for item in getattr(found, layer) if not isinstance(item, Caption) or item.parts()]
    return [replace(i, **{name: free[name] for name in i.__struct_fields__ if name in free}) for i in items]


@pytest.fixture(scope="module")
def doubles() -> list[tuple[Article, Article, Article]]:
    """The corpus's pairs, each with the article without annotations."""
    found = []
    for path in sorted((CORPUS / "double" / "first").glob("*.json")):
        a, b = store.load(path), store.load(CORPUS / "double" / "second" / path.name)
        captions = tuple(Caption(block=caption.block, copies=caption.copies) for caption in a.captions)
        provenance = replace(a.provenance, annotations=())
        base = replace(a, entities=(), clusters=(), quotes=(), captions=captions, provenance=provenance)
        found.append((base, a, b))
    return found


def test_conflicts_of_the_double_annotations_are_what_agreement_counts(
    doubles: list[tuple[Article, Article, Article]],
) -> None:
    measures = compare([(a, b) for _, a, b in doubles])
    merged = [merge(*versions) for versions in doubles]
    conflicts = [conflict for one in merged for conflict in one.conflicts]
    for kind, layer, place, agreed in (
        ("entity", "entities", "span", "entity: span"),
        ("quote", "quotes", "content", "quote: content"),
    ):
        inside = [conflict for conflict in conflicts if conflict.place.kind == kind]
        taken = sum(len(getattr(one.article, layer)) for one in merged)
        both, first, second = measures[agreed]
        # Every item is in the merged article or in one conflict; those at the same place differ in another field.
        assert taken + sum(len(conflict.versions.a) for conflict in inside) == first
        assert taken + sum(len(conflict.versions.b) for conflict in inside) == second
        assert taken + sum(bool(conflict.fields) and place not in conflict.fields for conflict in inside) == both
        assert len(inside) > 50
    labelled = [c for c in conflicts if c.place.kind == "entity" and c.fields and not {"span", "label"} & {*c.fields}]
    taken = sum(len(one.article.entities) for one in merged)
    assert taken + len(labelled) == measures["entity: span, label"].both
    captions = sum(len(caption.parts()) for one in merged for caption in one.article.captions)
    assert captions == measures["caption: field"].both


def test_either_double_annotation_can_be_chosen_whole(doubles: list[tuple[Article, Article, Article]]) -> None:
    for base, a, b in doubles:
        first = merge(base, a, b)
        assert errors(first.article) == []
        for choice, side in (("a", a), ("b", b)):
            merged = merge(base, a, b, [decided(conflict, choice) for conflict in first.conflicts])
            found = [change for change in changes(side, merged.article) if change.what != "renewed"]
            assert [change.id for change in found] == ["provenance.annotations"]
