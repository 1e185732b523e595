"""What a set of articles contains, counted: the figures of `malmoi stats`, the datasheet and the READMEs.

Only quotes' kinds and provinces need the text; they are counted over the articles whose text is included.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct

from malmoi.model import HEADS
from malmoi.schemas import class_or_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from malmoi.model import Article, Caption, Quote

_DOUBLE_MARK = re.compile(r"[\"“”＂]")
_MARKED = re.compile(r"[\"“”＂][^\"“”＂]+[\"“”＂]|(?<!\w)['‘][^'‘’]+['’]")
_ENDS_INSIDE = re.compile(r"[.?!…][\"”’']?\s+\S")
_ACCORDING = re.compile(r"따르면|의하면")
_SAID_INSIDE = re.compile(r"['‘][^'‘’]+['’](?:이?라는|이?라던|던|(?:이?라|하)?(?:고|며|면서))")
_PARTICLE = re.compile(r"[가-힣]")
_ADNOMINAL = re.compile(r"[는란]$")
_SUFFIX = re.compile(r"(?<=..)(?:특별자치도|광역시|[도시군구])$")


class Lengths(Struct, frozen=True):
    """Code points of the articles' blocks together."""

    total: int
    shortest: int
    median: float
    longest: int


class Contents(Struct, frozen=True):
    """What a set of articles holds. Counters are sorted by count, then name.

    Attributes:
        articles: how many.
        with_text: how many have their text included, or put back.
        splits: articles by split; `-` has those without one.
        characters: code points of an article.
        annotated: articles by number of independent annotations.
        topics: articles by IPTC Media Topic.
        publishers: articles by outlet.
        years: articles by year of publication.
        provinces: articles by each province of Korea that a place in them lies in.
        events: articles by event, of events that more than one article tells of.
        blocks: blocks by type.
        labels: entities by label.
        classes: entities by class.
        values: entities with an ISO value, by class.
        clusters: clusters by class.
        quotes: how many.
        quote_types: quotes by `type/source_status`.
        quote_modes: quotes by mode.
        quote_kinds: quotes by kind; a quote may be of several (see `QUOTE_KINDS`), or of none.
        marked_no_quote: passages in marks that are no part of a quote: titles, names, slogans, scare quotes.
        captions: how many.
        caption_fields: captions by field that they have.
        caption_patterns: captions by the order of their fields; `(bare)` has none.
    """

    articles: int
    with_text: int
    splits: dict[str, int]
    characters: Lengths | None
    annotated: dict[str, int]
    topics: dict[str, int]
    publishers: dict[str, int]
    years: dict[str, int]
    provinces: dict[str, int]
    events: dict[str, int]
    blocks: dict[str, int]
    labels: dict[str, int]
    classes: dict[str, int]
    values: dict[str, int]
    clusters: dict[str, int]
    quotes: int
    quote_types: dict[str, int]
    quote_modes: dict[str, int]
    quote_kinds: dict[str, int]
    marked_no_quote: int
    captions: int
    caption_fields: dict[str, int]
    caption_patterns: dict[str, int]


def contents(articles: Sequence[Article], splits: Mapping[str, str]) -> Contents:
    """Count what the articles contain.

    Args:
        articles: the articles; the text of some may be withheld.
        splits: the split of each id.
    """
    entities = [entity for article in articles for entity in article.entities]
    quotes = [quote for article in articles for quote in article.quotes]
    captions = [caption for article in articles for caption in article.captions]
    readable = [article for article in articles if article.text_status == "included"]
    events = Counter(article.event for article in articles if article.event)
    return Contents(
        articles=len(articles),
        with_text=len(readable),
        splits=_counted(splits.get(article.id, "-") for article in articles),
        characters=_lengths([length(article) for article in articles]),
        annotated=_counted(str(passes(article)) for article in articles),
        topics=_counted((article.section and article.section.medtop) or "-" for article in articles),
        publishers=_counted(article.publisher or "-" for article in articles),
        years=_counted(article.published_at[:4] if article.published_at else "-" for article in articles),
        provinces=_counted(name for article in readable for name in provinces(article)),
        events=_counted(event for event in events.elements() if events[event] > 1),
        blocks=_counted(block.type for article in articles for block in article.blocks),
        labels=_counted(entity.label for entity in entities),
        classes=_counted(class_or_label(entity.label) for entity in entities),
        values=_counted(class_or_label(entity.label) for entity in entities if entity.value),
        clusters=_counted(class_or_label(cluster.label) for article in articles for cluster in article.clusters),
        quotes=len(quotes),
        quote_types=_counted(f"{quote.type}/{quote.source_status}" for quote in quotes),
        quote_modes=_counted(quote.mode for quote in quotes),
        quote_kinds=_counted(kind for article in readable for q in article.quotes for kind in kinds(q, article)),
        marked_no_quote=sum(map(_marked_no_quote, readable)),
        captions=len(captions),
        caption_fields=_counted(name for caption in captions for name in {name for name, _ in caption.parts()}),
        caption_patterns=_counted(pattern(caption) for caption in captions),
    )


def length(article: Article) -> int:
    """Code points of the article's blocks together, whether their text is included or withheld."""
    return sum(block.length or 0 if block.text is None else len(block.text) for block in article.blocks)


def passes(article: Article) -> int:
    """How many times the article was annotated independently."""
    return sum(one.role in {"first", "second"} for one in article.provenance.annotations)


def pattern(caption: Caption) -> str:
    """The fields of a caption in the order they stand in, e.g. `location source creator creator_role description`."""
    spans = sorted(caption.parts(), key=lambda part: part[1].start)
    return " ".join(name for name, _ in spans) or "(bare)"


def provinces(article: Article) -> set[str]:
    """The provinces (시도) of Korea that the article's administrative places lie in, as far as their names tell.

    Names that several provinces have (중구, 고성군) tell nothing.
    """
    found = {_provinces().get(e.text or "") for e in article.entities if e.label.startswith("LCP_")}
    return {name for name in found if name}


def kinds(quote: Quote, article: Article) -> Iterator[str]:
    """The kinds of a quote whose article's text is included."""
    return (name for name, test in QUOTE_KINDS.items() if test(quote, article))


def _noun_cue(quote: Quote, article: Article) -> bool:
    """The cue is a noun: an adnominal marker stands right before it, or a particle right after (`그의 말`이다).

    Cues that are verbs are marked to the end of the word; `에 따르면` and the like are none.
    """
    cue = quote.cue
    if cue is None or _ACCORDING.search(cue.text or ""):
        return False
    text = _text(article, cue.block)
    if _PARTICLE.match(text, cue.end):
        return True
    before = [marker for marker in quote.markers if marker.block == cue.block]
    return any(_ADNOMINAL.search(one.text or "") and text[one.end : cue.start] in {"", " "} for one in before)


def _stands_in(quote: Quote, article: Article, types: frozenset[str]) -> bool:
    return any(block.id == quote.content[0].block and block.type in types for block in article.blocks)


def _text(article: Article, block_id: str) -> str:
    """Text of a block; empty where there is no such block: counting does not validate."""
    return next((block.text or "" for block in article.blocks if block.id == block_id), "")


def _broken(text: str) -> bool:
    """A double mark that has no partner: `"…'`, `"…`."""
    return len(_DOUBLE_MARK.findall(text)) % 2 == 1


QUOTE_KINDS: dict[str, Callable[[Quote, Article], bool]] = {
    "split": lambda quote, _: len(quote.content) > 1,
    "several sentences": lambda quote, _: any(_ENDS_INSIDE.search(span.text or "") for span in quote.content),
    "nested": lambda quote, _: any(_SAID_INSIDE.search(span.text or "") for span in quote.content),
    "noun cue": _noun_cue,
    "according to": lambda quote, _: bool(quote.cue and _ACCORDING.search(quote.cue.text or "")),
    "no cue": lambda quote, _: quote.cue is None,
    "broken marks": lambda quote, _: any(_broken(span.text or "") for span in quote.content),
    "in a head": lambda quote, article: _stands_in(quote, article, HEADS),
    "in a caption": lambda quote, article: _stands_in(quote, article, frozenset({"caption"})),
}
"""Tests for what kind a quote is. `nested`: words that someone is quoted with inside (only the outer is a quote)."""


def _marked_no_quote(article: Article) -> int:
    """Passages in double or single marks outside every quote."""
    count = 0
    for block in article.blocks:
        said = [span for quote in article.quotes for span in quote.content if span.block == block.id]
        for found in _MARKED.finditer(block.text or ""):
            count += not any(span.start < found.end() and found.start() < span.end for span in said)
    return count


def _lengths(found: list[int]) -> Lengths | None:
    return Lengths(sum(found), min(found), median(found), max(found)) if found else None


def _counted(items: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(items).items(), key=lambda item: (-item[1], item[0])))


@cache
def _provinces() -> Mapping[str, str]:
    """Province by every name of a place in it that no other province has, in full and without its suffix."""
    table = (files("malmoi.stats") / "provinces.tsv").read_text(encoding="utf-8")
    names: dict[str, str] = {}
    for line in table.splitlines()[1:]:
        province, others, places = line.split("\t")
        names[province] = province
        for name in (*others.split(), *places.split()):
            names[name] = province
            names.setdefault(_SUFFIX.sub("", name), province)
    return names
