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

from malmoi import store
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import read_articles
from malmoi.commands.console import output, progress, say
from malmoi.findings import MalmoiError
from malmoi.standoff import withhold

if TYPE_CHECKING:
    import argparse

    from malmoi.model import Article


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("articles", nargs="+", type=Path, metavar="ARTICLES", help="article files, .jsonl, or folders")
    parser.add_argument(
        "-o", "--output", required=True, type=Path, metavar="OUT", help="a folder, a .json file, or a .jsonl file"
    )


def run(args: argparse.Namespace) -> int:
    """Withhold each article; a bad one is reported and the rest goes on."""
    found = read_articles(args.articles)
    for read in found:
        if read.error:
            say(f"malmoi: {read.error}")
    articles = [read.article for read in found if read.article]
    if not articles:
        raise MalmoiError("no article could be read")
    withheld = [withhold(article) for article in progress(articles, total=len(articles), what="withhold")]
    _write(withheld, args.output)
    return EXIT_GOOD if len(articles) == len(found) else EXIT_FINDINGS


def _write(articles: list[Article], target: Path) -> None:
    if target.suffix == ".jsonl":
        with output(target) as out:
            out.writelines(map(store.dump_line, articles))
        return
    if target.suffix == ".json" and not target.is_dir():
        if len(articles) > 1:
            raise MalmoiError(
                f"{target} is one file, and there are {len(articles)} articles: name a folder or a .jsonl file"
            )
        paths = [target]
    else:
        paths = [store.article_path(target, article) for article in articles]
        twice = sorted({path.name for path in paths if paths.count(path) > 1})
        if twice:
            raise MalmoiError(f"{target}: two articles would be written to {', '.join(twice)}: their ids are equal")
    for path, article in zip(paths, articles, strict=True):
        with output(path) as out:
            out.write(store.dumps(article))
