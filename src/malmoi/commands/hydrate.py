"""Put withheld text back into articles, from your own copy.

COPY is a text file of the page as you copied it, a folder of such files (.txt), or the Wikinews archive (its
SQLite file, or a JSON Lines extract). Each article finds its copy by itself. Wikinews articles need no --source:
their archive is the file that MALMOI_WIKINEWS names, or else is fetched once (pip install 'malmoi[hydrate]').

A copy need not be exact: what is found in it is put back where it was annotated, in your copy's words; what is
not found is reported and left out, never guessed. A copy of something else is refused.

Example:
  malmoi hydrate corpus/private/ --source 기사.txt -o private.jsonl
  malmoi hydrate corpus/wikinews/ -o wikinews.jsonl
  malmoi hydrate corpus/wikinews/ --source wikinews.db > wikinews.jsonl

Articles come out as JSON Lines; those that have their text pass through. Exit code: 0 every annotation is back,
1 something was left out or an article got no text, 2 nothing could be read.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi import store
from malmoi.archives import ARCHIVE_SUFFIXES, WIKINEWS, ArchiveError, WikinewsArchive, is_sqlite, open_wikinews
from malmoi.archives import copy as archive_copy
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import files_in, read_articles
from malmoi.commands.console import output, progress, say
from malmoi.findings import MalmoiError
from malmoi.standoff import Copy, HydrateError, HydrationReport, HydrationResult, hydrate, likeness, read_copy

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from malmoi.model import Article

TRIED = 5
"""So many of the likeliest copies are tried on an article."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("articles", nargs="+", type=Path, metavar="ARTICLES", help="article files, .jsonl, or folders")
    parser.add_argument(
        "--source",
        nargs="+",
        type=Path,
        default=[],
        metavar="COPY",
        help="your copies: text files, folders, the archive",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.jsonl", help="write here, not to standard output")


def run(args: argparse.Namespace) -> int:
    """Hydrate each article; one that gets no text is reported and the rest goes on."""
    found = read_articles(args.articles)
    if not any(read.article for read in found):
        raise next((read.error for read in found if read.error), MalmoiError("no article in the input"))
    good = True
    with ExitStack() as stack:
        sources = _Sources(args.source, stack)
        out = None
        for read in progress(found, total=len(found), what="hydrate"):
            article = read.article
            try:
                if read.error:
                    raise read.error
                if article and article.text_status == "withheld":
                    result = sources.hydrate(article)
                    _report(article.id, result.report)
                    good = good and not result.report.left_out
                    article = result.article
            except MalmoiError as error:
                say(f"malmoi: {error}")
                good = False
            else:
                if article:
                    # Opened when there is something to write: a refused copy overwrites nothing.
                    out = out or stack.enter_context(output(args.output))
                    out.write(store.dump_line(article))
    return EXIT_GOOD if good else EXIT_FINDINGS


def _report(article_id: str, report: HydrationReport) -> None:
    if report.exact:
        say(f"{article_id}: exact, from {report.copy}")
        return
    say(f"{article_id}: {report.restored} of {report.spans} spans put back, from {report.copy}, which differs a little")
    for item in report.left_out:
        say(f"  {item.id} ({item.layer}) left out: {item.reason}")


class _Sources:
    """The copies at hand: those that were named, and the archive that need not be."""

    def __init__(self, named: Sequence[Path], stack: ExitStack) -> None:
        self._stack = stack
        self._archive: WikinewsArchive | None = None
        self._why_no_archive: str | None = None
        self._copies: list[Copy] = []
        for path in named:
            if path.is_dir():
                self._add_folder(path)
            elif path.suffix in ARCHIVE_SUFFIXES or is_sqlite(path):
                if self._archive:
                    raise MalmoiError(f"{path}: a second archive; {self._archive.path} was named already")
                self._archive = stack.enter_context(open_wikinews(path))
            else:
                self._copies.append(_read(path))

    def _add_folder(self, folder: Path) -> None:
        files = files_in(folder, {".txt"})
        if not files:
            raise MalmoiError(f"{folder}: no copy (.txt) in this folder")
        for file in files:
            try:
                self._copies.append(_read(file))
            except MalmoiError as error:
                say(f"malmoi: {error}; it is passed over")

    def hydrate(self, article: Article) -> HydrationResult:
        """The article with its text.

        Raises:
            MalmoiError: no copy is at hand, or none is a copy of this article.
        """
        origin = article.origin
        if origin is None or origin.archive != WIKINEWS or origin.key is None:
            return self._from_copies(article)
        if self._copies and not self._archive:
            try:
                return self._from_copies(article)
            except HydrateError:
                pass  # the copies were named for other articles; this one has an archive
        return hydrate(article, archive_copy(self._default_archive(article).record(origin.key)))

    def _default_archive(self, article: Article) -> WikinewsArchive:
        if self._archive is None and self._why_no_archive is None:
            try:
                self._archive = self._stack.enter_context(open_wikinews())
            except ArchiveError as error:
                # Said in full once, then for each article in short: what needs no archive goes on.
                self._why_no_archive = str(error)
                raise HydrateError(f"{article.id}: {error}") from None
        if self._archive is None:
            raise HydrateError(f"{article.id}: the Wikinews archive is not at hand, as said above")
        return self._archive

    def _from_copies(self, article: Article) -> HydrationResult:
        if not self._copies:
            address = f" ({article.url})" if article.url else ""
            raise HydrateError(f"{article.id}: its text must be your own copy{address}: name it with --source")
        raw_sha256 = article.origin and article.origin.raw_sha256
        known = [copy for copy in self._copies if copy.sha256 == raw_sha256]
        ranked = known or sorted(self._copies, key=lambda copy: -likeness(article, copy))[:TRIED]
        results: list[HydrationResult] = []
        refusals: list[HydrateError] = []
        for copy in ranked:
            try:
                results.append(hydrate(article, copy))
            except HydrateError as error:
                refusals.append(error)
        if not results:
            raise refusals[0]
        return max(results, key=lambda result: (result.report.exact, result.report.restored))


def _read(path: Path) -> Copy:
    try:
        return read_copy(path.read_bytes(), str(path))
    except OSError as error:
        raise MalmoiError(f"{path}: {error.strerror}") from None
