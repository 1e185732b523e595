"""The figures as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from malmoi.model import CAPTION_FIELDS
from malmoi.splits import SPLITS
from malmoi.stats.contents import QUOTE_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from malmoi.neardup import Pair
    from malmoi.stats.contents import Contents
    from malmoi.stats.language import Language

_SHOWN = 20
TOPICS = {
    "01000000": "arts, culture, entertainment and media",
    "02000000": "crime, law and justice",
    "03000000": "disaster, accident and emergency incident",
    "04000000": "economy, business and finance",
    "05000000": "education",
    "06000000": "environment",
    "07000000": "health",
    "08000000": "human interest",
    "09000000": "labour",
    "10000000": "lifestyle and leisure",
    "11000000": "politics and government",
    "12000000": "religion",
    "13000000": "science and technology",
    "14000000": "society",
    "15000000": "sport",
    "16000000": "conflict, war and peace",
    "17000000": "weather",
}
"""Names of the IPTC Media Topics of the top level."""


def tables(tiers: Mapping[str, Contents], everything: Contents, language: Mapping[str, Language]) -> Iterator[Table]:
    """Every table, the most general first.

    Args:
        tiers: what each tier contains.
        everything: what all of them contain.
        language: the language of the tiers whose text is at hand.
    """
    columns = {**tiers, "all": everything} if len(tiers) > 1 else dict(tiers)
    yield _overview(columns)
    for title, pick, name in (
        ("Entities by class", lambda c: c.classes, str),
        ("Entities by label", lambda c: c.labels, str),
        ("Quotes by type and status of their source", lambda c: c.quote_types, str),
        ("Captions by pattern", lambda c: c.caption_patterns, str),
        ("Articles by topic", lambda c: c.topics, lambda topic: f"{topic[:2]} {TOPICS.get(topic, '')}".strip()),
        ("Articles by outlet", lambda c: c.publishers, str),
        ("Articles by year", lambda c: dict(sorted(c.years.items())), str),
        ("Articles that name a place in", lambda c: c.provinces, str),
    ):
        yield _counted(title, columns, pick, name)
    yield _quote_kinds(columns)
    yield _caption_fields(columns)
    if language:
        yield _language(language)


def _overview(columns: Mapping[str, Contents]) -> Table:
    table = _table("", columns)
    _row(table, "articles", (c.articles for c in columns.values()))
    for split in SPLITS:
        _row(table, f"  {split}", (c.splits.get(split, 0) for c in columns.values()))
    _row(table, "  annotated twice", (c.annotated.get("2", 0) for c in columns.values()))
    _row(table, "  on an event of several", (sum(c.events.values()) for c in columns.values()))
    _row(table, "characters", (c.characters.total if c.characters else 0 for c in columns.values()))
    for part in ("shortest", "median", "longest"):
        _row(table, f"  {part} article", (round(getattr(c.characters, part, 0)) for c in columns.values()))
    _row(table, "entities", (sum(c.labels.values()) for c in columns.values()))
    _row(table, "  labels used", (len(c.labels) for c in columns.values()))
    _row(table, "  with an ISO value", (sum(c.values.values()) for c in columns.values()))
    _row(table, "clusters", (sum(c.clusters.values()) for c in columns.values()))
    _row(table, "quotes", (c.quotes for c in columns.values()))
    _row(table, "captions", (c.captions for c in columns.values()))
    return table


def _counted(
    title: str,
    columns: Mapping[str, Contents],
    pick: Callable[[Contents], Mapping[str, int]],
    name: Callable[[str], str],
) -> Table:
    last = list(columns.values())[-1]
    table = _table(title, columns)
    keys = list(pick(last))
    for key in keys[:_SHOWN]:
        _row(
            table,
            "".join(sign for sign in name(key) if sign.isprintable()),
            (pick(c).get(key, 0) for c in columns.values()),
        )
    if len(keys) > _SHOWN:
        rest = keys[_SHOWN:]
        _row(table, f"{len(rest)} more (--json)", (sum(pick(c).get(k, 0) for k in rest) for c in columns.values()))
    return table


def _quote_kinds(columns: Mapping[str, Contents]) -> Table:
    table = _table("Quotes by kind (a quote may be of several)", columns)
    for kind in QUOTE_KINDS:
        _row(table, kind, (c.quote_kinds.get(kind, 0) for c in columns.values()))
    _row(table, "mode: writing", (c.quote_modes.get("writing", 0) for c in columns.values()))
    _row(table, "marks that hold no quote", (c.marked_no_quote for c in columns.values()))
    return table


def _caption_fields(columns: Mapping[str, Contents]) -> Table:
    table = _table("Captions that have", columns)
    for field in CAPTION_FIELDS:
        _row(table, field, (c.caption_fields.get(field, 0) for c in columns.values()))
    return table


def _language(language: Mapping[str, Language]) -> Table:
    table = _table("Language of the paragraphs", language)
    for name, cell in LANGUAGE_ROWS.items():
        table.add_row(name, *(cell(one) for one in language.values()))
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _alike(pair: Pair | None) -> str:
    return "-" if pair is None else f"{pair.similarity:.3f}"


LANGUAGE_ROWS: dict[str, Callable[[Language], str]] = {
    "eojeol": lambda one: f"{one.eojeol}",
    "sentences": lambda one: f"{one.sentences}",
    "eojeol a sentence: mean": lambda one: f"{one.sentence_length:.1f}",
    "eojeol a sentence: quartiles": lambda one: " ".join(f"{at:g}" for at in one.sentence_quartiles),
    "types a token, over windows of 500 eojeol": lambda one: _share(one.type_token_ratio),
    "eojeol that the next three are measured over": lambda one: f"{one.sample}",
    "distinct runs of 2 eojeol, of all": lambda one: _share(one.distinct_2),
    "distinct runs of 3 eojeol, of all": lambda one: _share(one.distinct_3),
    "runs of 6 eojeol that two articles share, in 1,000": lambda one: f"{one.shared_runs:.2f}",
    "most alike articles (Jaccard, character 5-grams)": lambda one: _alike(one.most_alike),
    "most alike, entities replaced by their class": lambda one: _alike(one.most_alike_masked),
}
"""What is shown of a set's language, by the name of the row."""


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title or None, title_justify="left")
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _row(table: Table, name: str, numbers: Iterable[int]) -> None:
    table.add_row(name, *(f"{number:,}" if number else "-" for number in numbers))
