"""How far two annotations of the same articles agree.

A and B are files or folders of article files (.json); articles are paired by file name. Printed is, for each
measure, how many items both have and each has, and the F1 of one against the other. Texts may be withheld:
only offsets and labels are compared.

Example:
  malmoi agreement corpus/double/first corpus/double/second
  malmoi agreement corpus/double/first corpus/double/second --json
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from malmoi import store
from malmoi.agreement import as_json, compare, confusions, overlaps
from malmoi.commands.console import output, say
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    import argparse
    from collections import Counter

    from malmoi.agreement import Agreement
    from malmoi.model import Article

_CONFUSIONS_SHOWN = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("first", type=Path, metavar="A", help="one annotation: a file or a folder")
    parser.add_argument("second", type=Path, metavar="B", help="the other")
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")


def run(args: argparse.Namespace) -> int:
    """Print the agreement of A and B."""
    pairs = _pairs(args.first, args.second)
    measures = {"entity: any overlap": overlaps(pairs), **compare(pairs)}
    confused = confusions(pairs)
    if args.json:
        report = {
            "articles": len(pairs),
            "measures": as_json(measures),
            "confusions": [{"labels": labels, "count": count} for labels, count in confused.most_common()],
        }
        with output(None) as out:
            out.write(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        _print_tables(len(pairs), measures, confused)
    return 0


def _pairs(first: Path, second: Path) -> list[tuple[Article, Article]]:
    ours, theirs = _files(first), _files(second)
    names = sorted(ours.keys() & theirs.keys())
    if first.is_file() and second.is_file():
        return [(store.load(first), store.load(second))]
    if not names:
        raise MalmoiError(f"{first} and {second} have no article file name in common")
    for name in sorted(ours.keys() ^ theirs.keys()):
        say(f"malmoi: {name} is only in {first if name in ours else second}: left out")
    return [(store.load(ours[name]), store.load(theirs[name])) for name in names]


def _files(path: Path) -> dict[str, Path]:
    if not path.exists():
        raise MalmoiError(f"{path}: no such file or folder")
    return {path.name: path} if path.is_file() else {file.name: file for file in sorted(path.rglob("*.json"))}


def _print_tables(articles: int, measures: dict[str, Agreement], confused: Counter[tuple[str, str]]) -> None:
    from rich.console import Console  # noqa: PLC0415  heavy
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    table = Table(title=f"Agreement over {articles} articles", title_justify="left")
    table.add_column("measure")
    for column in ("both", "A", "B", "F1"):
        table.add_column(column, justify="right")
    for name, measure in measures.items():
        f1 = "-" if measure.f1 is None else f"{measure.f1:.3f}"
        table.add_row(name, str(measure.both), str(measure.first), str(measure.second), f1)
    console.print(table)
    if confused:
        table = Table("label", "other label", "spans", title="Same span, different label", title_justify="left")
        for (one, other), count in confused.most_common(_CONFUSIONS_SHOWN):
            table.add_row(one, other, str(count))
        console.print(table)
