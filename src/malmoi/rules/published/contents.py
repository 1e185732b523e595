"""Level 6: what stands in the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from malmoi.published.folder import ARTICLES
from malmoi.rules.published.card import card_licenses
from malmoi.rules.published.hub import license_of
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from malmoi.published.folder import Published
    from malmoi.published.table import Table

Row = dict[str, Any]

_SHOWN = 40
_REQUIRED = ("id", "article", "tier", "license", "text", "doc_start")
_SHARED = ("tier", "license", "publisher", "published_at", "medtop")
_OF_ROW = ("article", *_SHARED, "doc_start", "text", "block", "blocks")


@rule("MM620", "class-number-out-of-range")
def class_number_out_of_range(published: Published) -> Iterator[Hit]:
    """A number stands for no label.

    What it does: compares the numbers of every column of classes, inside lists and structs too, with the number of its
    names. The first one of each column of a file is reported.

    Why is this bad? `datasets` loads it without a word, and fails or lies when the name is asked for.

    Example: 150 in a column of 150 labels

    Use instead: a number from 0 to 149
    """
    for table in published.tables.values():
        for found in table.out_of_range():
            message = f"{_row(table, found.row)}: {found.column} is {found.number}; {found.names} names are declared"
            yield Hit((), message, f"0 to {found.names - 1}, or null", None, published.file(table.name))


@rule("MM621", "published-text-mismatch")
def published_text_mismatch(published: Published) -> Iterator[Hit]:
    """The text of a span is not what stands at its offsets.

    What it does: cuts every span of every table out of the `text` of its row, in code points, and compares. The first
    mismatch of each column of a file is reported.

    Why is this bad? Offsets that were counted otherwise, or a text that was changed after annotation: models are
    trained on the wrong words.

    Example: offsets in bytes, where `text[start:end]` is another word

    Use instead: offsets as `malmoi build` derives them
    """
    for table in published.tables.values():
        for found in table.misplaced():
            said, there = (repr((text or "")[:_SHOWN]) for text in (found.text, found.found))
            message = f"{_row(table, found.row)}: {found.column} is {said}; its offsets hold {there}"
            yield Hit((), message, "build it again from a valid corpus", None, published.file(table.name))


@rule("MM622", "published-block-mismatch")
def published_block_mismatch(published: Published) -> Iterator[Hit]:
    """A span's place in its block is not its place in the article.

    What it does: adds where the block starts, as `blocks` of the row says, to `start` and `end` of every span that
    names a block, and compares with `doc_start` and `doc_end`. The first mismatch of each column of a file is reported.

    Why is this bad? Whoever reads the article block by block finds other words there than who reads all of its text.

    Example: `block: p99`, which the article does not have

    Use instead: offsets as `malmoi build` derives them
    """
    for table in published.tables.values():
        for found in table.astray():
            message = f"{_row(table, found.row)}: {found.column}: {found.why}"
            yield Hit((), message, "build it again from a valid corpus", None, published.file(table.name))


@rule("MM623", "published-null")
def published_null(published: Published) -> Iterator[Hit]:
    """There is nothing where every row of a build has something.

    What it does: looks for null among the ids, texts, tiers, licences and offsets of the rows, for lists that are null,
    and for null in a list. The first of each column of a file is reported.

    Why is this bad? Whoever goes through the list fails at that row; a list that may hold nothing is empty.

    Example: `entities` null in a block without entities

    Use instead: an empty list
    """
    for table in published.tables.values() if published.ours else ():
        for found in table.missing(_REQUIRED):
            message = f"{_row(table, found.row)}: {found.column} is null, or holds null"
            yield Hit((), message, "build it again", None, published.file(table.name))


@rule("MM624", "published-id-twice")
def published_id_twice(published: Published) -> Iterator[Hit]:
    """Two rows of a config have the same id.

    What it does: compares the `id`s of all splits of a config of a build. The first of each file is reported.

    Why is this bad? The row is counted twice; in two splits, the test data were seen in training.

    Example: `ner/train.parquet` listed as the split test, too

    Use instead: every row once
    """
    for config in published.configs if published.ours else ():
        seen: dict[str, str] = {}
        for name in (name for file in config.files for name in file.names if name in published.tables):
            twice = None
            for one in map(str, published.tables[name].column("id")):
                twice = twice or (one if one in seen else None)
                seen.setdefault(one, name)
            if twice:
                message = f"{config.name}: the id {twice[:_SHOWN]} is that of a row in {seen[twice]} already"
                yield Hit((), message, "build it again", None, published.file(name))


@rule("MM625", "row-against-article")
def row_against_article(published: Published) -> Iterator[Hit]:
    """A row of another config does not agree with its article in `default`.

    What it does: looks up the `article` of each row of a build among the rows of `default`: it must be there, in the
    same split, with the same tier, licence, publisher, time and topic; its text must have the row's text at
    `doc_start`, and its first block there. The first mismatch of each column of a file is reported.

    Why is this bad? Joined with the articles, the row gets another article, another licence, or the wrong place; an
    article that is in two splits leaks.

    Example: `doc_start` one off

    Use instead: all configs of one build
    """
    for split, table in published.parts(articles=False) if published.ours and published.articles else ():
        reported = set()
        for index, row in enumerate(table.some(_OF_ROW)):
            for column, why in _unlike(row, split, published.articles):
                if column not in reported:
                    reported.add(column)
                    message = f"{_row(table, index)}: {why}"
                    yield Hit((), message, "build it again", None, published.file(table.name))


@rule("MM626", "license-not-on-card")
def license_not_on_card(published: Published) -> Iterator[Hit]:
    """Texts are under a licence that the card does not name.

    What it does: compares the column `license` of every table of a build with `license` of the card.

    Why is this bad? Whoever trusts the card uses the texts on terms that nobody gave.

    Example: `license: mit` in the card, and texts under CC BY 4.0

    Use instead: `license: cc-by-4.0`
    """
    card = card_licenses(published)
    for table in published.tables.values() if published.ours and card else ():
        used = {str(one) for one in table.column("license") if one is not None}
        for one in sorted(used):
            if license_of(one) not in card:
                message = f"there are texts under {one[:_SHOWN]}; the card does not name {license_of(one)}"
                yield Hit((), message, "build it again", None, published.file(table.name))


def _unlike(row: Row, split: str, articles: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """Where a row differs from its article: the column, and what is wrong."""
    if "article" not in row:
        return
    article = articles.get(str(row["article"]))
    if article is None:
        yield "article", f"there is no article {str(row['article'])[:_SHOWN]!r} in {ARTICLES}"
        return
    if article["split"] != split:
        yield "split", f"it is in {split}, its article {row['article']} in {article['split']}"
    for column in _SHARED:
        if column in row and row[column] != article.get(column):
            found, there = (repr(value)[:_SHOWN] for value in (row[column], article.get(column)))
            yield column, f"{column} is {found}; that of its article {row['article']} is {there}"
    start, text, whole = row.get("doc_start"), row.get("text"), article.get("text")
    if not isinstance(start, int) or not isinstance(text, str) or not isinstance(whole, str):
        return  # of another type, which the features tell
    if start < 0 or not whole.startswith(text, start):
        yield "doc_start", f"its text does not stand at doc_start {start} of the article {row['article']}"
    elif _first_block(row) not in _blocks_at(article, start):
        yield "block", f"no block {_first_block(row)} of the article {row['article']} starts at {start}"


def _first_block(row: Row) -> object:
    blocks = row.get("blocks")
    return blocks[0] if isinstance(blocks, list) and blocks else row.get("block")


def _blocks_at(article: Row, start: int) -> list[object]:
    """The blocks of an article that start at an offset."""
    blocks = article.get("blocks")
    return [
        one.get("id")
        for one in (blocks if isinstance(blocks, list) else ())
        if isinstance(one, dict) and one.get("start") == start
    ]


def _row(table: Table, row: int) -> str:
    """A row, by its id where it has one."""
    ids = table.column("id")
    return f"row {row} ({ids[row]})" if ids else f"row {row}"
