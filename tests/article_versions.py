"""Versions of one invented article, drawn at random, for the tests of diff and merge."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from hypothesis import strategies as st

from malmoi import markup
from malmoi.model import Article, Byline, Caption, Cluster, Entity, Quote, Section, Span

_WIDTH, _CELLS = 6, 5
_TEXT = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노"
_BARE = markup.parse(
    '+++\nid = "open-drawn"\ntier = "open"\npublished_at = 2024-03-05T09:12:00+09:00\nlicense = "CC-BY-4.0"\n+++\n'
    f"# 물레방아 돈다\n{_TEXT}\n{_TEXT[::-1]}\n> 물레방아 앞에서 은채령이 웃는다.\n"
)
_LABELS = ("PS_NAME", "PS_CHARACTER", "PS_PET")
_CLUSTERS = 3


class Cell(NamedTuple):
    """What stands in one stretch of the text: where (it may reach into the next), its label, and whom it means."""

    shift: int
    length: int
    label: str
    cluster: int | None


class Plan(NamedTuple):
    """What a version is made of: ids are not part of it."""

    entities: tuple[Cell | None, ...]
    quotes: tuple[Cell | None, ...]
    names: tuple[str, ...]
    section: str | None
    creator: int


_CELL = st.none() | st.builds(
    Cell,
    st.integers(0, 2),
    st.integers(1, 9),
    st.sampled_from(_LABELS),
    st.none() | st.integers(0, _CLUSTERS - 1),
)
_ROW = st.lists(_CELL, min_size=_CELLS, max_size=_CELLS).map(tuple)
_NAMES = st.permutations(("설은호", "은채령", "마가람", "나은솔")).map(lambda names: tuple(names[:_CLUSTERS]))
_SECTION = st.sampled_from((None, "사회", "문화"))
_CREATOR = st.integers(0, 2)
EMPTY = Plan((None,) * _CELLS, (None,) * _CELLS, ("설은호", "은채령", "마가람"), None, 0)

plans = st.builds(Plan, _ROW, _ROW, _NAMES, _SECTION, _CREATOR)


@st.composite
def edited(draw: st.DrawFn, plan: Plan) -> Plan:
    """A plan that differs from another in some places."""

    def row(cells: tuple[Cell | None, ...]) -> tuple[Cell | None, ...]:
        return tuple(cell if draw(st.integers(0, 3)) else draw(_CELL) for cell in cells)

    return Plan(
        row(plan.entities),
        row(plan.quotes),
        plan.names if draw(st.integers(0, 3)) else draw(_NAMES),
        plan.section if draw(st.booleans()) else draw(_SECTION),
        plan.creator if draw(st.booleans()) else draw(_CREATOR),
    )


@st.composite
def three(draw: st.DrawFn) -> tuple[Article, Article, Article]:
    """A base and two versions made from it, each with the ids of the base or with ids of its own."""
    base = draw(plans)
    sides = [build(draw(edited(base)), draw(st.sampled_from("0ab"))) for _ in range(2)]
    return build(base), sides[0], sides[1]


@st.composite
def independent(draw: st.DrawFn) -> tuple[Article, Article, Article]:
    """An article without annotations, and two annotations of it, which agree in part."""
    first = draw(plans)
    return build(EMPTY), build(first, "a"), build(draw(edited(first)), draw(st.sampled_from("ab")))


def build(plan: Plan, ids: str = "0") -> Article:
    """The article of a plan; `ids`, a letter or digit, is part of every id."""
    entities = tuple(
        Entity(
            id=f"e-{ids}{index:03}",
            label=cell.label,
            cluster=_name(cell, ids),
            **msgspec.to_builtins(span),
        )
        for index, cell, span in _placed(plan.entities, "p01", _TEXT)
    )
    quotes = tuple(
        Quote(
            id=f"q-{ids}{index:03}",
            type="indirect",
            mode="writing" if cell.label == "PS_PET" else "speech",
            source_status="none" if cell.cluster is None else "omitted",
            speaker=_name(cell, ids),
            content=(span,),
        )
        for index, cell, span in _placed(plan.quotes, "p02", _TEXT[::-1])
    )
    used = {entity.cluster for entity in entities} | {quote.speaker for quote in quotes}
    clusters = (Cluster(id=f"c-{ids}{number:03}", label="PS_NAME", name=name) for number, name in enumerate(plan.names))
    creator = (_span("c01", 9, 9 + plan.creator + 1, _BARE.block("c01").text or ""),) if plan.creator else ()
    return msgspec.structs.replace(
        _BARE,
        byline=(Byline(name="은채령", role="기자"),),
        section=None if plan.section is None else Section(raw=plan.section),
        entities=entities,
        quotes=quotes,
        clusters=tuple(cluster for cluster in clusters if cluster.id in used),
        captions=(Caption(block="c01", copies=1, creator=creator),),
    )


def _placed(cells: tuple[Cell | None, ...], block: str, text: str) -> list[tuple[int, Cell, Span]]:
    """The cells with their spans, none of which overlap."""
    found, at = [], 0
    for index, cell in enumerate(cells):
        start = index * _WIDTH + (cell.shift if cell else 0)
        if cell and start >= at:
            at = min(start + cell.length, len(text))
            found.append((index, cell, _span(block, start, at, text)))
    return found


def _span(block: str, start: int, end: int, text: str) -> Span:
    return Span(block=block, start=start, end=end, text=text[start:end])


def _name(cell: Cell, ids: str) -> str | None:
    return None if cell.cluster is None else f"c-{ids}{cell.cluster:03}"
