"""The difference between two versions, and which items of two versions are the same."""

from __future__ import annotations

import msgspec
import pytest
from article_versions import Plan, build, plans, three
from hypothesis import given
from hypothesis import strategies as st
from sample_corpus import annotated

from malmoi import markup
from malmoi.diff import OtherTextError, aligned, changes, render, summary
from malmoi.diff.records import LAYERS
from malmoi.model import Article, Cluster, Entity
from malmoi.standoff import withhold

replace = msgspec.structs.replace
SOURCE = """+++
id = "open-0001"
publisher = "다온통신"
license = "CC-BY-4.0"
+++
# 물레방아 돈다
{q1.source {PS_NAME@na 나은솔} {CV_POSITION 대표}}는 {q1.content "내일 간다"}{q1.marker 고} {q1.cue 했다}.
{PS_NAME@na 나} 대표는 {LCP_CITY 솔내시}에 산다.
+++
[clusters]
na = { name = "나은솔", id = "c-0001" }
[quotes]
q1 = { speaker = "na", id = "q-0001" }
+++
"""


def parse(*swaps: tuple[str, str]) -> Article:
    source = SOURCE
    for old, new in swaps:
        assert old in source
        source = source.replace(old, new)
    return markup.parse(source)


def lines(before: Article, after: Article, *, colour: bool = False) -> list[str]:
    return list(render(changes(before, after), before, after, colour=colour))


def test_what_a_person_reads() -> None:
    before = parse()
    ids = {entity.text: entity.id for entity in before.entities}
    after = parse(
        ("다온통신", "강원솔빛"),
        ("{PS_NAME@na 나은솔}", "{PS_CHARACTER@na 나은솔}"),
        ("{CV_POSITION 대표}", "대표"),
        ("{q1.cue 했다}", "했다"),
        ("{PS_NAME@na 나}", "{PS_NAME 나}"),
        ("에 산다.", "에 {q2.content 산다}."),
        ("[quotes]", '[quotes]\nq2 = { speaker = "na", id = "q-0002", source_status = "omitted" }'),
    )
    assert lines(before, after) == [
        "~ metadata publisher 다온통신 -> 강원솔빛",
        f"~ entity {ids['나은솔']} p01[0:3] “나은솔”: label PS_NAME -> PS_CHARACTER",
        f"- entity {ids['대표']} p01[4:6] “대표”, CV_POSITION",
        '~ quote q-0001 p01[8:15] “"내일 간다"”: cue p01[17:19] “했다” -> none',
        f"~ entity {ids['나']} p02[0:1] “나”: cluster 나은솔 (c-0001) -> none",
        "+ quote q-0002 p02[11:13] “산다”, indirect, mode speech, source_status omitted, speaker 나은솔 (c-0001)",
        "~ cluster c-0001 나은솔: label PS_NAME -> PS_CHARACTER",
        "= 1 id renewed",
    ]
    assert summary(changes(before, after)) == (
        "1 metadata field changed, 2 entities changed, 1 entity removed, 1 quote changed, 1 quote added, "
        "1 cluster changed, 1 id renewed"
    )


def test_colours_only_when_asked() -> None:
    before, after = parse(), parse(("{CV_POSITION 대표}", "대표"), ("{LCP_CITY 솔내시}에", "{LCP_CITY 솔내}시에"))
    assert [line[:5] for line in lines(before, after, colour=True)] == ["\x1b[31m", "\x1b[33m", "= 1 i"]
    assert not any("\x1b" in line for line in lines(before, after))
    assert lines(after, before, colour=True)[0].startswith("\x1b[32m+ entity")


def test_nothing_changed() -> None:
    assert changes(annotated(), annotated()) == []
    assert summary([]) == "no change"


def test_ids_made_anew_are_counted_and_no_change() -> None:
    article = annotated()
    again = replace(
        article,
        entities=tuple(replace(e, id=f"e-new{n}", cluster=e.cluster and f"{e.cluster}n") for n, e in enumerate(article.entities)),
        clusters=tuple(replace(cluster, id=f"{cluster.id}n") for cluster in article.clusters),
        quotes=tuple(replace(q, id=f"q-new{n}", speaker=q.speaker and f"{q.speaker}n") for n, q in enumerate(article.quotes)),
    )  # fmt: skip
    total = len(article.entities) + len(article.clusters) + len(article.quotes)
    assert {change.what for change in changes(article, again)} == {"renewed"}
    assert summary(changes(article, again)) == f"{total} ids renewed"
    assert aligned(again, article) == article


def test_every_field_of_every_kind_is_seen() -> None:
    article = annotated()
    for number, caption in enumerate(article.captions):
        for field in [name for name, value in msgspec.structs.asdict(caption).items() if value and name != "block"]:
            value = {"copies": caption.copies + 1}.get(field, () if field.startswith("creator") else None)
            captions = list(article.captions)
            captions[number] = replace(caption, **{field: value})
            found = changes(article, replace(article, captions=tuple(captions)))
            assert [(c.kind, c.id, c.what, c.fields[0].name) for c in found] == [
                ("caption", caption.block, "changed", field)
            ]
    found = changes(article, replace(article, byline=(), event=None, provenance=replace(article.provenance, written_by="x")))  # fmt: skip
    assert [(c.kind, c.id, c.what) for c in found] == [
        ("metadata", "event", "removed"),
        ("metadata", "byline", "removed"),
        ("metadata", "provenance.written_by", "added"),
    ]


def test_a_block_that_changes_keeps_its_spans_by_id() -> None:
    before = parse()
    first = before.entities[0]
    longer = replace(before.blocks[1], text=f"가 {before.blocks[1].text}")
    after = replace(
        before,
        blocks=(before.blocks[0], longer, before.blocks[2]),
        entities=(replace(first, start=first.start + 2, end=first.end + 2), *before.entities[1:]),
    )
    found = changes(before, after)
    assert [(c.kind, c.id, c.what) for c in found] == [("block", "p01", "changed"), ("entity", first.id, "changed")]
    assert (
        lines(before, after)[1] == f"~ entity {first.id} p01[0:3] “나은솔”: span p01[0:3] “나은솔” -> p01[2:5] “나은솔”"
    )
    gone = replace(before, blocks=before.blocks[:2], entities=before.entities[:2])
    assert [(c.kind, c.what) for c in changes(before, gone)] == [("block", "removed")] + [("entity", "removed")] * 2
    assert [c.what for c in changes(gone, before)] == ["added"] * 3


def test_a_quote_that_stands_nowhere_is_told_all_the_same() -> None:
    before = parse()
    after = replace(before, quotes=(replace(before.quotes[0], content=()),))
    assert [change.what for change in changes(before, after)] == ["removed", "added"]
    assert lines(before, after)[1].startswith("+ quote q-")


def test_a_withheld_article_has_no_texts() -> None:
    before, after = withhold(parse()), withhold(parse(("{CV_POSITION 대표}", "대표")))
    assert [line.split(" ", 3)[3] for line in lines(before, after) if "renewed" not in line] == [
        "p01[4:6], CV_POSITION"
    ]


def test_text_is_no_change_where_one_version_withholds_it() -> None:
    before, after = parse(), parse(("{CV_POSITION 대표}", "대표"))
    found = changes(withhold(before), after)
    assert [(c.kind, c.what) for c in found if c.kind != "metadata"] == [("entity", "removed")]
    assert {c.id for c in found if c.kind == "metadata"} == {"text_status", "origin"}
    assert any("“대표”" in line for line in render(found, withhold(before), after))


def test_an_id_that_two_things_have_is_made_anew() -> None:
    onto = parse()
    first, second = onto.entities[0], onto.entities[1]
    other = replace(onto, entities=(replace(second, id=first.id),))
    assert aligned(other, onto).entities == (second,)
    extra = Entity(id=first.id, block="h01", start=0, end=4, label="AF_BUILDING", text="물레방아")
    found = aligned(replace(onto, entities=(extra,)), onto).entities[0]
    assert found.id not in {entity.id for entity in onto.entities}
    assert replace(found, id=extra.id) == extra


def test_the_larger_overlap_is_the_same_entity() -> None:
    onto = replace(parse(), entities=(Entity(id="e-0000", block="p01", start=0, end=6, label="PS_NAME"),))
    parts = [
        Entity(id=name, block="p01", start=start, end=end, label="PS_NAME")
        for name, start, end in (("e-0001", 0, 2), ("e-0002", 3, 6))
    ]
    assert [e.id for e in aligned(replace(onto, entities=tuple(parts)), onto).entities] == ["e-0001", "e-0000"]
    parts[0] = replace(parts[0], id="e-0000")
    assert [e.id for e in aligned(replace(onto, entities=tuple(parts)), onto).entities] == ["e-0000", "e-0002"]


def test_clusters_are_the_same_by_their_mentions_before_their_names() -> None:
    onto = annotated()
    club, head = (next(c for c in onto.clusters if c.name == name) for name in ("냇물걷기모임", "설은호"))
    swapped = {club.id: head, head.id: club}
    other = replace(onto, clusters=tuple(replace(swapped[c.id], id=f"{c.id}x") for c in onto.clusters),
                    entities=tuple(replace(e, cluster=e.cluster and f"{e.cluster}x") for e in onto.entities),
                    quotes=tuple(replace(q, speaker=q.speaker and f"{q.speaker}x") for q in onto.quotes))  # fmt: skip
    assert [(c.id, c.name) for c in aligned(other, onto).clusters] == [
        (c.id, swapped[c.id].name) for c in onto.clusters
    ]
    # Without mentions, what they said tells, and without that, their names.
    bare = replace(onto, entities=())
    assert aligned(replace(other, entities=()), bare).quotes == onto.quotes
    named = aligned(replace(other, entities=(), quotes=()), replace(bare, quotes=()))
    assert {c.id: c.name for c in named.clusters} == {c.id: c.name for c in onto.clusters}
    # A name that two have leaves it to the id, and so does one that is new.
    twins = tuple(replace(head, id=name) for name in ("c-0001", "c-0002"))
    one, two = (replace(bare, clusters=clusters) for clusters in (twins, twins[::-1]))
    assert aligned(two, one).clusters == two.clusters
    lone = Cluster(id=club.id, label="PS_NAME", name="다른 이")
    assert aligned(replace(bare, clusters=(lone,)), bare).clusters == (lone,)


@pytest.mark.parametrize(
    ("swap", "says"),
    [
        (("솔내시}에", "솔내시}로"), "block p02: text differs at code point 9: “에 산다.”, “로 산다.”"),
        (("# 물레", "= 물레"), "block h01: id differs at code point 0: “h01”, “k01”"),
        (("# 물레방아 돈다\n", "# 물레방아 돈다\n둘째 줄\n"), "block p01: text differs at code point 0"),
    ],
)
def test_other_blocks_cannot_be_aligned(swap: tuple[str, str], says: str) -> None:
    with pytest.raises(OtherTextError) as caught:
        aligned(parse(), parse(swap))
    assert says in str(caught.value)


def test_a_missing_block_or_text_cannot_be_aligned() -> None:
    article = parse()
    with pytest.raises(OtherTextError, match="one version has 3 blocks, the other 2"):
        aligned(article, replace(article, blocks=article.blocks[:2]))
    with pytest.raises(OtherTextError, match="block h01: text differs: there, withheld or left out"):
        aligned(article, withhold(article))


@given(three())
def test_the_changes_make_the_one_version_of_the_other(versions: tuple[Article, Article, Article]) -> None:
    _, before, after = versions
    found = changes(before, after)
    wanted = aligned(after, before)
    for kind, layer in {"entity": "entities", "quote": "quotes", "cluster": "clusters", "caption": "captions"}.items():
        assert layer in LAYERS
        items = {item.block if kind == "caption" else item.id: item for item in getattr(before, layer)}
        for change in found:
            if change.kind == kind and change.what == "removed":
                assert items.pop(change.id) == change.before
            elif change.kind == kind and change.what in {"added", "changed"}:
                assert items.get(change.id) == change.before
                items[change.id] = change.after
        assert sorted(items.values(), key=repr) == sorted(getattr(wanted, layer), key=repr)


@given(plans, st.sampled_from("0ab"))
def test_the_same_annotation_is_aligned_whatever_its_ids(plan: Plan, ids: str) -> None:
    assert aligned(build(plan, ids), build(plan)) == build(plan)


@given(three())
def test_alignment_keeps_ids_and_references_sound(versions: tuple[Article, Article, Article]) -> None:
    base, a, b = versions
    first = aligned(a, base)
    second = aligned(aligned(b, base), first, known=base)
    for before, after in ((a, first), (b, second)):
        for layer in ("entities", "clusters", "quotes"):
            ids = [item.id for item in getattr(after, layer)]
            assert len(set(ids)) == len(ids)
        names = {cluster.id: cluster.name for cluster in before.clusters}
        renamed = {cluster.id: cluster.name for cluster in after.clusters}
        assert [names.get(e.cluster or "") for e in before.entities] == [renamed.get(e.cluster or "") for e in after.entities]  # fmt: skip
        assert [names.get(q.speaker or "") for q in before.quotes] == [renamed.get(q.speaker or "") for q in after.quotes]  # fmt: skip
    assert aligned(second, base) == second
