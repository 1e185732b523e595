"""How far two annotations of the same articles agree.

A and B are article files (.json), or folders of them, which are paired by their paths inside A and B; where one of
them is or holds JSON Lines (.jsonl), by the articles' ids. Printed is, for each measure, how many items both have and
each has, and the F1 of one against the other, over all and by tier. Texts may be withheld: only offsets and labels
are compared.

Example:
  malmoi agreement corpus/double/first corpus/double/second
  malmoi agreement corpus/double/first corpus/double/second --json

An article that only one side has is named and left out. Exit code: 0 all that both have was compared, 1 some of it
could not be read or has two texts, 2 nothing could be compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from malmoi.agreement import AgreementError, as_json, by_tier, compare, confusions, require_same_text
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import Read, paired
from malmoi.commands.console import output, say, table_width, without_padding
from malmoi.findings import MalmoiError, counted
from malmoi.model import Article

if TYPE_CHECKING:
    import argparse
    from collections import Counter
    from collections.abc import Sequence

    from malmoi.agreement import Agreement

_CONFUSIONS_SHOWN = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("first", type=Path, metavar="A", help="one annotation: a file or a folder")
    parser.add_argument("second", type=Path, metavar="B", help="the other")
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")


def run(args: argparse.Namespace) -> int:
    """Print the agreement of A and B; a pair that cannot be compared is reported and the rest goes on."""
    found = paired(args.first, args.second)
    for name, sides in found.partial:
        say(f"malmoi: {name} is only in {sides[0]}: left out")
    pairs = [pair for group in found.groups if (pair := _compared(group))]
    if not pairs:
        raise MalmoiError(f"{args.first} and {args.second}: nothing could be compared")
    measures = compare(pairs)
    tiers = {tier: compare(inside) for tier, inside in by_tier(pairs).items()}
    confused = confusions(pairs)
    if args.json:
        report = {
            "articles": len(pairs),
            "measures": as_json(measures),
            "tiers": {tier: as_json(found) for tier, found in tiers.items()},
            "confusions": [{"labels": labels, "count": count} for labels, count in confused.most_common()],
        }
        with output(None) as out:
            out.write(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        with output(None) as out:
            out.write(without_padding(_tables(len(pairs), measures, tiers, confused)))
    return EXIT_GOOD if len(pairs) == len(found.groups) else EXIT_FINDINGS


def _compared(group: Sequence[Read]) -> tuple[Article, Article] | None:
    """The pair, unless it cannot be compared, which is reported."""
    for read in group:
        if read.error:
            say(f"malmoi: {read.error}; left out")
    match group:
        case (Read(one, Article() as first), Read(two, Article() as second)):
            try:
                require_same_text(first, second)
            except AgreementError as error:
                say(f"malmoi: {one} and {two}: {error}; left out")
            else:
                return first, second
    return None


def _tables(
    articles: int,
    measures: dict[str, Agreement],
    tiers: dict[str, dict[str, Agreement]],
    confused: Counter[tuple[str, str]],
) -> str:
    from rich.console import Console
    from rich.table import Table

    # Labels are shown as the files have them.
    console = Console(markup=False, emoji=False, highlight=False, width=table_width())
    table = Table(title=f"Agreement over {counted(articles, 'article')}", title_justify="left")
    table.add_column("measure")
    shown = tiers if len(tiers) > 1 else {}
    for column in ("both", "A", "B", "F1", *shown):
        table.add_column(column, justify="right", no_wrap=True)
    for name, measure in measures.items():
        parts = (str(found[name]) for found in shown.values())
        table.add_row(name, str(measure.both), str(measure.first), str(measure.second), str(measure), *parts)
    with console.capture() as captured:
        console.print(table)
        if confused:
            table = Table("label", "other label", "spans", title="Same span, different label", title_justify="left")
            for (one, other), count in confused.most_common(_CONFUSIONS_SHOWN):
                table.add_row(one, other, str(count))
            console.print(table)
    return captured.get()
