"""Give each new article of a corpus its split: train, validation or test (64, 10 and 26 of 100).

Articles on one event and near-duplicates go together; tiers and sections are spread evenly. Rows are added to
splits.tsv and never changed, so that no article ever moves from test to train. Nothing is drawn at random.

Exit 0: every article has a split; 1: some could not be given one.

Example:
  malmoi split corpus --dry-run
  malmoi split corpus
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from malmoi import asides, splits, store
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.console import progress, say
from malmoi.extras import needs_extra
from malmoi.findings import MalmoiError
from malmoi.neardup import near_duplicate_groups

if TYPE_CHECKING:
    import argparse

    from malmoi.build.texts import Texts
    from malmoi.model import Article


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "corpus", type=Path, nargs="?", default=Path("corpus"), metavar="CORPUS", help="the folder; default: corpus"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be added, and add nothing")
    parser.add_argument(
        "--source", type=Path, metavar="COPY", help="the Wikinews archive, to compare withheld texts (as for build)"
    )


class _Read(NamedTuple):
    """The articles of a corpus, as far as splits look at them.

    Attributes:
        items: every article, by id.
        texts: the texts that could be compared, by id.
        failed: how many files could not be read.
    """

    items: dict[str, splits.Item]
    texts: dict[str, str]
    failed: int


def run(args: argparse.Namespace) -> int:
    """Assign splits and write them down."""
    table = args.corpus / asides.SPLITS_FILE
    placed = splits.read(table)
    read = _read(args.corpus, args.source)
    assignment = splits.assign(list(read.items.values()), placed, near_duplicate_groups(read.texts))
    for torn in assignment.torn:
        where = ", ".join(f"{article} ({split})" for article, split in torn.placed.items())
        say(f"malmoi: {', '.join(torn.new)}: belongs with {where}, which stand in different splits: correct {table}")
    unseen = len(read.items) - len(read.texts)
    if unseen:
        say(f"malmoi: the text of {unseen} of {len(read.items)} articles is not at hand: not looked at for duplicates")
    _tell(assignment.new, table, dry=args.dry_run)
    if assignment.new and not args.dry_run:
        splits.append(table, assignment.new)
    return EXIT_FINDINGS if read.failed or assignment.torn else EXIT_GOOD


def _read(corpus: Path, source: Path | None) -> _Read:
    from malmoi.build.texts import wikinews

    files = store.corpus_files(corpus)
    if not files:
        raise MalmoiError(f"{corpus}: there is no article in open/, wikinews/ or private/")
    items: dict[str, splits.Item] = {}
    texts: dict[str, str] = {}
    failed = 0
    with needs_extra("hydrate"), wikinews(corpus, source) as copy:
        for path in progress(files, total=len(files), what="reading"):
            try:
                article = store.load(path)
            except MalmoiError as error:
                say(f"malmoi: {error}")
                failed += 1
                continue
            if article.id in items:
                say(f"malmoi: {path}: another file already has the id {article.id}: left alone")
                failed += 1
                continue
            items[article.id] = splits.Item.of(article, path.relative_to(corpus).parts[0])
            text = _text(article, copy)
            if text is not None:
                texts[article.id] = text
    return _Read(items, texts, failed)


def _text(article: Article, copy: Texts) -> str | None:
    """The article's text, put back if it is withheld; None where that cannot be."""
    from malmoi.build.document import Document

    if article.text_status == "included":
        return Document.of(article).text()
    if copy.restore is None:
        return None
    try:
        return Document.of(copy.restore(article)).text()
    except MalmoiError:
        return None


def _tell(new: dict[str, splits.Split], table: Path, *, dry: bool) -> None:
    if not new:
        say(f"{table}: nothing to add")
        return
    for article in sorted(new):
        say(f"{new[article]:<10}  {article}")
    counts = Counter(new.values())
    summary = ", ".join(f"{counts[split]} {split}" for split in splits.SPLITS if counts[split])
    say(f"{table}: {'would add' if dry else 'added'} {summary}")
