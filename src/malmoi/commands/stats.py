"""What a corpus contains: articles, entities, quotes, captions, by tier and by kind; how varied its language is.

PATH is a corpus (a folder with splits.tsv), or articles (.json, .jsonl) and folders of them. Withheld Wikinews text
is put back first, from --source, MALMOI_WIKINEWS or the fetched archive, because quotes' kinds, places and language
need the text; without it those figures cover fewer articles, which is said. `schema/labels.json` explains the labels.

Example:
  malmoi stats
  malmoi stats corpus --json | jq '.tiers.open.quote_kinds'
  malmoi stats predictions.jsonl

Exit code: 0 all was counted, 1 some articles could not be read, or their text not be put back from the copy, 2
nothing could be counted.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from malmoi import asides, splits, store
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import Read, read_articles
from malmoi.commands.console import output, progress, say, table_width, without_padding
from malmoi.extras import needs_extra
from malmoi.findings import MalmoiError, counted
from malmoi.model import TIERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from malmoi.model import Article


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "path", type=Path, nargs="?", default=Path("corpus"), metavar="PATH", help="corpus or articles; default: corpus"
    )
    parser.add_argument("--json", action="store_true", help="print JSON in place of tables")
    parser.add_argument("--source", type=Path, metavar="COPY", help="the Wikinews archive (as for build)")


class _Found(NamedTuple):
    """The articles to count.

    Attributes:
        articles: those that could be read, text put back where a copy is at hand.
        placed: the split of each id.
        failed: how many could not be read, or not be put back from the copy.
    """

    articles: list[Article]
    placed: Mapping[str, str]
    failed: int


def run(args: argparse.Namespace) -> int:
    """Count, and print what was counted."""
    import msgspec

    from malmoi.stats import compare_language, contents

    found = _found(args.path, args.source)
    if not found.articles:
        raise MalmoiError(f"{args.path}: nothing could be counted")
    withheld = sum(article.text_status == "withheld" for article in found.articles)
    if withheld:
        say(
            f"malmoi: the text of {withheld} of {counted(len(found.articles), 'article')} is not at hand: "
            "quotes' kinds, places and language are counted without it"
        )
    by_tier = {tier: [article for article in found.articles if (article.tier or "-") == tier] for tier in (*TIERS, "-")}
    tiers = {tier: contents(articles, found.placed) for tier, articles in by_tier.items() if articles}
    everything = contents(found.articles, found.placed)
    readable = {
        tier: [article for article in by_tier[tier] if article.text_status == "included"]
        for tier in tiers
        if tier != "private"
    }
    language = compare_language(readable)
    with output(None) as out:
        if args.json:
            report = msgspec.to_builtins({"all": everything, "tiers": tiers, "language": language})
            out.write(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
        else:
            from rich.console import Console

            from malmoi.stats.tables import tables

            console = Console(markup=False, emoji=False, highlight=False, width=table_width())
            with console.capture() as captured:
                for table in tables(tiers, everything, language):
                    console.print(table)
                    console.print()
            out.write(without_padding(captured.get().rstrip() + "\n"))
    return EXIT_FINDINGS if found.failed else EXIT_GOOD


def _found(path: Path, source: Path | None) -> _Found:
    placed: Mapping[str, str] = {}
    read: Iterable[Read]
    if (path / asides.SPLITS_FILE).is_file():
        placed = splits.read(path / asides.SPLITS_FILE)
        files = store.corpus_files(path)
        tracked = progress(files, total=len(files), what="reading")
        read = (one for file in tracked for one in read_articles([file]))
    else:
        read = read_articles([path])
    articles: list[Article] = []
    failed = 0
    for one in read:
        if one.article is None:
            say(f"malmoi: {one.error}")
            failed += 1
        else:
            articles.append(one.article)
    whole, lost = _with_text(articles, source)
    return _Found(whole, placed, failed + lost)


def _with_text(articles: list[Article], source: Path | None) -> tuple[list[Article], int]:
    """The articles, withheld Wikinews text put back where a copy is at hand, and how many a copy failed for."""
    from malmoi.build.texts import wikinews_copy

    if source is not None and not source.is_file():
        raise MalmoiError(f"{source}: no such file")
    if not any(_lacks_text(article) for article in articles):
        return articles, 0
    whole: list[Article] = []
    errors: list[MalmoiError] = []
    with needs_extra("hydrate"), wikinews_copy(source) as copy:
        for article in articles:
            found = article
            if copy.restore and _lacks_text(article):
                try:
                    found = copy.restore(article)
                except MalmoiError as error:
                    errors.append(error)
            whole.append(found)
    if errors:
        say(f"malmoi: the text of {counted(len(errors), 'article')} could not be put back; the first: {errors[0]}")
    return whole, len(errors)


def _lacks_text(article: Article) -> bool:
    return article.text_status == "withheld" and article.tier == "wikinews"
