"""How far two annotations of the same articles agree.

A and B are article files (.json), or folders of them, which are paired by their paths inside A and B. Printed
is, for each measure, how many items both have and each has, and the F1 of one against the other, over all and by
tier. Texts may be withheld: only offsets and labels are compared.

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

from malmoi import store
from malmoi.agreement import AgreementError, as_json, by_tier, compare, confusions, require_same_text
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import files_in
from malmoi.commands.console import output, say, table_width, without_padding
from malmoi.findings import MalmoiError, counted

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
    """Print the agreement of A and B; a pair that cannot be compared is reported and the rest goes on."""
    files = _paired(args.first, args.second)
    pairs = [pair for files_of_one in files if (pair := _read(*files_of_one))]
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
    return EXIT_GOOD if len(pairs) == len(files) else EXIT_FINDINGS


def _paired(first: Path, second: Path) -> list[tuple[Path, Path]]:
    """The files that belong together; two files do whatever their names are."""
    if first.is_file() and second.is_file():
        return [(first, second)]
    ours, theirs = _files(first), _files(second)
    if not ours.keys() & theirs.keys():
        raise MalmoiError(f"{first} and {second} have no article file (.json) in common")
    for name in sorted(ours.keys() ^ theirs.keys()):
        say(f"malmoi: {name} is only in {first if name in ours else second}: left out")
    return [(ours[name], theirs[name]) for name in sorted(ours.keys() & theirs.keys())]


def _files(path: Path) -> dict[str, Path]:
    """The article files by their paths inside the folder."""
    if path.is_dir():
        return {file.relative_to(path).as_posix(): file for file in files_in(path, {".json"})}
    if not path.exists():
        raise MalmoiError(f"{path}: no such file or folder")
    return {path.name: path}


def _read(first: Path, second: Path) -> tuple[Article, Article] | None:
    try:
        pair = store.load(first), store.load(second)
        require_same_text(*pair)
    except AgreementError as error:
        say(f"malmoi: {first} and {second}: {error}; left out")
    except MalmoiError as error:
        say(f"malmoi: {error}; left out")
    else:
        return pair
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
