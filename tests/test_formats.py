"""Every exchange format: there and back without a loss that it does not name, whatever is in the article."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from exchanged_articles import articles, corpus_articles, wikinews_articles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malmoi.formats import FORMATS, get
from malmoi.formats.accept import onto
from malmoi.formats.assemble import assemble
from malmoi.formats.exchange import exported, imported
from malmoi.formats.interface import FormatError, Unit
from malmoi.formats.loss import KINDS, facts
from malmoi.formats.pages import Mark, MarkedEntity, Page, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malmoi.model import Article

_UNITS: tuple[Unit, ...] = ("code points", "UTF-16 code units")
_REFUSING = frozenset({"markup"})
"""Formats that refuse an article with two spans that cross, or that is not as `malmoi validate` wants it."""


def _lost(before: Article, after: Article) -> Counter[str]:
    """Kinds of the facts that one of the two has and the other has not, counted here and not by the report."""
    ours, theirs = Counter(facts(before)), Counter(facts(after))
    return Counter(kind for kind, _ in ((ours - theirs) + (theirs - ours)).elements())


def _there_and_back(name: str, originals: Sequence[Article], *, refusing: bool = False, drawn: bool = False) -> None:
    form = get(name)
    with exported(form, originals) as (made, tally):
        if refusing and tally.refused:
            assert [refusal.article for refusal in tally.refused] == [article.id for article in originals]
            assert not made.exists() or not list(made.iterdir())
            return
        back = list(imported(form, made))
    assert tally.articles == len(back) == len(originals)
    lost: Counter[str] = Counter()
    by_id = {found.article.id: found for found in back if not isinstance(found, FormatError)}
    for at, article in enumerate(originals):
        found = by_id.get(article.id) or back[at]
        assert not isinstance(found, FormatError), found
        assert not found.notes
        lost += _lost(article, found.article)
        if not form.lacks:
            assert found.article == article
        if not drawn:
            # Entities of the corpus never overlap, so its article has all that the copy has lost.
            assert onto(article, found.article, form) == article
    assert lost.keys() <= form.lacks <= KINDS.keys()
    assert {row.kind: row.lost + row.changed for row in tally.rows() if row.lost or row.changed} == lost


@pytest.mark.parametrize("name", FORMATS)
@given(article=articles())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_drawn_articles_go_there_and_back(name: str, article: Article) -> None:
    _there_and_back(name, [article], refusing=name in _REFUSING, drawn=True)


@pytest.mark.parametrize("name", FORMATS)
def test_the_written_tier_goes_there_and_back(name: str) -> None:
    _there_and_back(name, corpus_articles())


@pytest.mark.parametrize("name", FORMATS)
def test_the_wikinews_tier_goes_there_and_back(name: str) -> None:
    _there_and_back(name, wikinews_articles())


@pytest.mark.parametrize("unit", _UNITS)
@given(article=articles())
def test_a_page_becomes_its_article_again(unit: Unit, article: Article) -> None:
    made = assemble(page_of(article, unit))
    assert made.article == article
    assert not made.notes


def _disturbed(page: Page, disturb: dict[str, str], unit: Unit) -> Page:
    """The page as a tool has it that stores its text otherwise, with the marks where that text has them."""
    code_points = page.text
    starts, length = [], 0
    for char in code_points:
        starts.append(length)
        length += (
            len(disturb.get(char, char).encode("utf-16-le")) // 2
            if unit != "code points"
            else len(disturb.get(char, char))
        )
    starts.append(length)
    text = "".join(disturb.get(char, char) for char in code_points)

    def moved(mark: Mark) -> Mark:
        return Mark(starts[mark.start], starts[mark.end])

    return page._replace(
        text=text,
        unit=unit,
        entities=tuple(entity._replace(mark=moved(entity.mark)) for entity in page.entities),
        quotes=tuple(
            quote._replace(
                content=tuple(map(moved, quote.content)),
                markers=tuple(map(moved, quote.markers)),
                cue=quote.cue and moved(quote.cue),
                source=quote.source and moved(quote.source),
            )
            for quote in page.quotes
        ),
        captions=tuple(
            caption._replace(
                mark=caption.mark and moved(caption.mark),
                parts=tuple(part._replace(mark=moved(part.mark)) for part in caption.parts),
            )
            for caption in page.captions
        ),
    )


@pytest.mark.parametrize("unit", _UNITS)
@given(article=articles(), ends=st.sampled_from(("\n", "\r\n", "\r", "\n \n")), decomposed=st.booleans())
def test_a_tools_line_ends_and_decomposed_syllables_change_nothing(
    unit: Unit, article: Article, ends: str, *, decomposed: bool
) -> None:
    page = page_of(article)
    disturb = {"\n": ends}
    if decomposed:
        disturb |= {char: unicodedata.normalize("NFD", char) for char in page.text if char != "\n"}
    made = assemble(_disturbed(page, disturb, unit))
    assert made.article == article
    assert not made.notes


def _with_entity(
    mark: Mark, text: str = "한빛전자 김가람 대표는\n\n5일 말했다. 김가람 대표다.", unit: Unit = "code points"
) -> Page:
    return Page(text, unit, None, entities=(MarkedEntity(mark, "PS_NAME"),), where="받은 파일:1")


@pytest.mark.parametrize(
    ("mark", "text", "says"),
    [
        (Mark(4, 9), "김가람", "snapped: entity PS_NAME: white space at the edge of “ 김가람 ” left out"),
        (Mark(6, 9, "김가람"), "김가람", "moved: entity PS_NAME: by -1 to where “김가람” stands"),
        (Mark(18, 21, "김가람"), "김가람", "moved: entity PS_NAME: by +4 to where “김가람” stands"),
        (
            Mark(5, 8, "박가람"),
            None,
            "dropped: entity PS_NAME: the tool says “박가람” at 5:8, where the text has “김가람”",
        ),
        (Mark(5, 500), None, "dropped: entity PS_NAME: 5:500 is no run of a text of 30 units"),
        (Mark(8, 8), None, "dropped: entity PS_NAME: 8:8 is no run"),
        (Mark(12, 14), None, "dropped: entity PS_NAME: it holds nothing but white space"),
        (Mark(8, 9), None, "dropped: entity PS_NAME: it holds nothing but white space"),
        (Mark(9, 16), None, "dropped: entity PS_NAME: it reaches over 2 blocks, from p01"),
    ],
)
def test_what_had_to_be_done_to_a_mark_is_told(mark: Mark, text: str | None, says: str) -> None:
    made = assemble(_with_entity(mark))
    assert [entity.text for entity in made.article.entities] == ([text] if text else [])
    assert str(made.notes[0]).startswith(f"받은 파일:1: {says}")


def test_an_edge_inside_a_character_takes_the_whole() -> None:
    made = assemble(_with_entity(Mark(1, 3), text="😀가나", unit="UTF-16 code units"))
    assert [entity.text for entity in made.article.entities] == ["😀가"]
    assert made.notes[0].kind == "snapped"
