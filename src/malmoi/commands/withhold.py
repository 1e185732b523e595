"""Take the text out of articles, leaving the annotations and what `malmoi hydrate` needs to put it back.

Each block keeps its length and eight bits of each token's hash; spans lose their text; names of clusters, the
byline, dates and values stay. OUT is a folder (a file an article, named by its id), a .json file for one
article, or a .jsonl file. Articles whose text is withheld already are copied as they are.

Example:
  malmoi withhold 기사.json -o corpus/private/
  malmoi withhold hydrated.jsonl -o withheld.jsonl     the way back after `malmoi hydrate`

Exit code: 0 all good, 1 some articles could not be read, 2 none could.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import read_articles, write_articles
from malmoi.commands.console import progress, refuse_overwriting, say
from malmoi.findings import MalmoiError
from malmoi.standoff import withhold

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("articles", nargs="+", type=Path, metavar="ARTICLES", help="article files, .jsonl, or folders")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="OUT", help="a folder, a .json file, or a .jsonl file"
    )


def run(args: argparse.Namespace) -> int:
    """Withhold each article; a bad one is reported and the rest goes on."""
    refuse_overwriting([args.output], [path for path in args.articles if path.is_file()])
    found = read_articles(args.articles)
    for read in found:
        if read.error:
            say(f"malmoi: {read.error}")
    articles = [read.article for read in found if read.article]
    if not articles:
        raise MalmoiError("no article could be read")
    withheld = [withhold(article) for article in progress(articles, total=len(articles), what="withhold")]
    write_articles(withheld, args.output)
    return EXIT_GOOD if len(articles) == len(found) else EXIT_FINDINGS
