"""How varied the language of a set of articles is, beside another's: does each article read like a work of its own?

Measured over the paragraphs, in eojeol (words between spaces, punctuation at their ends removed). What depends on the
amount of text is measured over equal amounts: the articles in the order of their ids, as far as the smallest set
reaches.
"""

from __future__ import annotations

import re
from collections import Counter
from statistics import fmean, median, quantiles
from typing import TYPE_CHECKING

from msgspec import Struct

from malmoi.neardup import Pair, near_duplicate_pairs
from malmoi.schemas import class_or_label

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from malmoi.model import Article, Block

WINDOW = 500
"""Eojeol of a window of the moving-average type-token ratio (Covington and McFall, 2010)."""
RUN = 6
"""Eojeol of a run that, when two articles share it, tells of copying or a template."""
_AT_LEAST = 0.02

_SENTENCE_END = re.compile(r"(?<=[.?!…])[\"”'’)\]]*\s+|(?<=[.?!…][\"”'’)\]])\s+")
_PUNCTUATION = re.compile(r"^\W+|\W+$")


class Language(Struct, frozen=True):
    """The language of a set of articles.

    Attributes:
        articles: how many had paragraphs to read.
        eojeol: of all paragraphs.
        sentences: likewise.
        sentence_length: mean eojeol of a sentence.
        sentence_quartiles: eojeol of a sentence: first quartile, median, third quartile.
        type_token_ratio: types per token over windows of `WINDOW` eojeol, averaged; None in shorter text.
        sample: eojeol that the next are measured over, the same in all sets.
        distinct_2, distinct_3: types per token of runs of two and three eojeol (distinct-n, Li et al. 2016).
        shared_runs: runs of `RUN` eojeol that stand in two articles or more, out of 1,000; articles on one event
            are one.
        most_alike: the two articles most alike, of different events (Jaccard of character 5-grams).
        most_alike_masked: the same with every entity replaced by its class: alike but for the names and numbers.
    """

    articles: int
    eojeol: int
    sentences: int
    sentence_length: float
    sentence_quartiles: tuple[float, ...]
    type_token_ratio: float | None
    sample: int
    distinct_2: float
    distinct_3: float
    shared_runs: float
    most_alike: Pair | None
    most_alike_masked: Pair | None


def compare_language(sets: Mapping[str, Sequence[Article]]) -> dict[str, Language]:
    """The language of each set of articles; what depends on the amount is measured over equal amounts.

    Args:
        sets: articles by the name of their set, all with their text. A set without a sentence is left out.
    """
    words = {
        name: {article.id: found for article in articles if (found := list(_article_eojeol(article)))}
        for name, articles in sets.items()
    }
    sizes = {name: sum(map(len, found.values())) for name, found in words.items() if found}
    sample = min(sizes.values(), default=0)
    return {name: _language(sets[name], words[name], sizes[name], sample) for name in sizes}


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph: it is parted after a full stop, question or exclamation mark and a space."""
    return [piece for piece in _SENTENCE_END.split(text) if piece.strip()]


def eojeol(text: str) -> list[str]:
    """The words between spaces, without punctuation at their ends; what is punctuation alone is none."""
    return [word for raw in text.split() if (word := _PUNCTUATION.sub("", raw))]


def type_token_ratio(words: Sequence[Hashable], window: int = WINDOW) -> float | None:
    """Types per token, averaged over every window of that many words; None where there are fewer words."""
    if len(words) < window:
        return None
    seen = Counter(words[:window])
    total = len(seen)
    for leaving, joining in zip(words, words[window:], strict=False):
        seen[joining] += 1
        seen[leaving] -= 1
        if not seen[leaving]:
            del seen[leaving]
        total += len(seen)
    return total / window / (len(words) - window + 1)


def _language(articles: Sequence[Article], words: Mapping[str, list[str]], size: int, sample: int) -> Language:
    event = {article.id: article.event or article.id for article in articles}
    lengths = [
        len(found)
        for article in articles
        for block in _paragraphs(article)
        for sentence in sentences(block.text or "")
        if (found := eojeol(sentence))
    ]
    taken = _first(words, sample)
    return Language(
        articles=len(words),
        eojeol=size,
        sentences=len(lengths),
        sentence_length=fmean(lengths),
        sentence_quartiles=tuple(quantiles(lengths, n=4)) if len(lengths) > 1 else (median(lengths),) * 3,
        type_token_ratio=type_token_ratio([word for found in taken.values() for word in found]),
        sample=sample,
        distinct_2=_distinct(taken.values(), 2),
        distinct_3=_distinct(taken.values(), 3),
        shared_runs=1000 * _shared(taken, event),
        most_alike=_most_alike({a.id: _text(a) for a in articles}, event),
        most_alike_masked=_most_alike({a.id: _masked(a) for a in articles}, event),
    )


def _paragraphs(article: Article) -> Iterator[Block]:
    return (block for block in article.blocks if block.type == "paragraph")


def _article_eojeol(article: Article) -> Iterator[str]:
    for block in _paragraphs(article):
        yield from eojeol(block.text or "")


def _first(words: Mapping[str, list[str]], sample: int) -> dict[str, list[str]]:
    """The first words of a set, articles in the order of their ids."""
    taken: dict[str, list[str]] = {}
    for name in sorted(words):
        if sample <= 0:
            break
        taken[name] = words[name][:sample]
        sample -= len(taken[name])
    return taken


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(length)), strict=False)


def _distinct(texts: Iterable[Sequence[str]], length: int) -> float:
    runs = [run for words in texts for run in _runs(words, length)]
    return len(set(runs)) / len(runs) if runs else 1.0


def _shared(words: Mapping[str, Sequence[str]], event: Mapping[str, str]) -> float:
    """The share of runs that articles on different events have in common."""
    runs = Counter((run, event[name]) for name, found in words.items() for run in _runs(found, RUN))
    events = Counter(run for run, _ in runs)
    total = runs.total()
    return sum(count for (run, _), count in runs.items() if events[run] > 1) / total if total else 0.0


def _text(article: Article) -> str:
    return " ".join(block.text or "" for block in _paragraphs(article))


def _masked(article: Article) -> str:
    """The paragraphs with every entity replaced by its class."""
    pieces: list[str] = []
    for block in _paragraphs(article):
        text = block.text or ""
        found = sorted((e.start, e.end, e.label) for e in article.entities if e.block == block.id)
        ends = [0, *(end for _, end, _ in found)]
        for at, (start, _, label) in zip(ends, found, strict=False):
            pieces += (text[at:start], class_or_label(label))
        pieces += (text[ends[-1] :], " ")
    return "".join(pieces)


def _most_alike(texts: Mapping[str, str], event: Mapping[str, str]) -> Pair | None:
    pairs = near_duplicate_pairs(texts, _AT_LEAST)
    others = (pair for pair in pairs if event[pair.one] != event[pair.other])
    return max(others, key=lambda pair: pair.similarity, default=None)
