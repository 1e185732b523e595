"""Random annotations of one small text, for the tests of the scorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import strategies as st

from malmoi import markup
from malmoi.model import Caption, Cluster, DatedSpan, Entity, Quote, Span

if TYPE_CHECKING:
    from malmoi.model import Article

HEADER = '+++\nid = "open-0001"\ntier = "open"\nlicense = "CC-BY-4.0"\n+++\n'
TEXT = "가나 다라마 바사아자 차카 타파하 거너더 러머 버서어저"
LABELS = ("PS_NAME", "PS_CHARACTER", "OGG_ECONOMY", "LCP_CITY", "DT_DAY", "AF_BUILDING", "CV_POSITION")
BARE = markup.parse(f"{HEADER}# {TEXT}\n{TEXT}\n{TEXT}\n> {TEXT}\n")
HEADLINE, FIRST, SECOND, CAPTION = (block.id for block in BARE.blocks)

_RUN = st.tuples(st.integers(0, 5), st.integers(1, 5))


def _runs(most: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Runs of the text that do not overlap and do not begin or end with a space."""
    return st.lists(_RUN, max_size=most).map(_placed)


def _placed(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found, at = [], 0
    for gap, length in gaps:
        start, at = at + gap, at + gap + length
        if at <= len(TEXT) and TEXT[start] != " " and TEXT[at - 1] != " ":
            found.append((start, at))
    return found


@st.composite
def entities(draw: st.DrawFn) -> tuple[Entity, ...]:
    """A flat layer over two blocks; some mentions have a cluster, dates a value."""
    found: list[Entity] = []
    for block in (HEADLINE, FIRST):
        for start, end in draw(_runs(7)):
            label = draw(st.sampled_from(LABELS))
            cluster = draw(st.sampled_from([None, "c-0", "c-1", "c-2"])) if label[:2] in {"PS", "OG"} else None
            value = draw(st.sampled_from([None, "2024-03-05", "2024-03-06"])) if label == "DT_DAY" else None
            name = f"e-{len(found):04}"
            found.append(Entity(id=name, block=block, start=start, end=end, label=label, cluster=cluster, value=value))
    return tuple(found)


@st.composite
def quotes(draw: st.DrawFn) -> tuple[Quote, ...]:
    """Relations whose contents do not overlap, in a headline and a paragraph; cue and source stand anywhere."""
    found: list[Quote] = []
    for block in (HEADLINE, FIRST, SECOND):
        for start, end in draw(_runs(4)):
            part = st.none() | st.sampled_from(range(4)).map(lambda at: Span(block=FIRST, start=at, end=at + 2))
            found.append(
                Quote(
                    id=f"q-{len(found):04}",
                    type=draw(st.sampled_from(["direct", "indirect"])),
                    mode="speech",
                    source_status=draw(st.sampled_from(["explicit", "omitted"])),
                    speaker=draw(st.sampled_from([None, "c-0", "c-1"])),
                    content=(Span(block=block, start=start, end=end),),
                    cue=draw(part),
                    source=draw(part),
                )
            )
    return tuple(found)


@st.composite
def annotated(draw: st.DrawFn) -> Article:
    """The text with random annotations in every layer."""
    runs = draw(_runs(2))
    spans = [Span(block=CAPTION, start=start, end=end) for start, end in runs]
    dates = [DatedSpan(block=CAPTION, start=start, end=end, value="2024-03-05") for start, end in draw(_runs(1))]
    caption = Caption(block=CAPTION, copies=1, creator=tuple(spans), date_created=next(iter(dates), None))
    return msgspec.structs.replace(
        BARE,
        tier=draw(st.sampled_from(["open", "wikinews", None])),
        entities=draw(entities()),
        clusters=tuple(Cluster(id=f"c-{number}", label="PS_NAME", name=f"이름{number}") for number in range(3)),
        quotes=draw(quotes()),
        captions=(caption,),
    )
