"""Build the dataset of a corpus: Parquet splits, dataset card, Croissant, attribution, checksums.

Nothing is done if nothing changed since the last build, and the same corpus gives the same bytes. The output folder
is replaced as a whole. The text of Wikinews articles is read from --source, else from MALMOI_WIKINEWS, else fetched;
where none of these can be had, the rest is built, but never in place of a build that has those texts. Articles that
validation finds an error in are left out. Texts under private/ are nobody's to pass on and are never built.

Exit 0: built; 1: built, but some articles had to be left out; 2: nothing could be built.

Example:
  malmoi build corpus -o dist
  malmoi build corpus -o dist --source wikinews.db
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.console import progress, say
from malmoi.extras import needs_extra
from malmoi.findings import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from typing import TypeVar

    from malmoi.build.builder import Report

    T = TypeVar("T")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "corpus", type=Path, nargs="?", default=Path("corpus"), metavar="CORPUS", help="the folder; default: corpus"
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("dist"), metavar="DIST", help="the folder to make; default: dist"
    )
    parser.add_argument(
        "--source", type=Path, metavar="COPY", help="the Wikinews archive: its SQLite file, or an extract (.jsonl)"
    )


def run(args: argparse.Namespace) -> int:
    """Build, and say what is missing."""
    with needs_extra("build"):
        report, fresh, why = _build(args.corpus, args.output, args.source)
    for path, reason in report.refused:
        say(f"malmoi: {path}: left out: {reason}")
    if report.missing:
        left_out = counted(len(report.missing), "Wikinews article")
        say(f"malmoi: {left_out} left out, because the text is not at hand: {why}")
    done = "built" if fresh else "up to date"
    say(f"{args.output}: {done}, {counted(report.articles, 'article')}")
    return EXIT_FINDINGS if report.refused else EXIT_GOOD


def _build(corpus: Path, dist: Path, source: Path | None) -> tuple[Report, bool, str | None]:
    """The build, whether it took any work, and why texts are not at hand."""
    from malmoi.build.builder import build, finished
    from malmoi.build.texts import is_named, wikinews

    built = None if is_named(source) else finished(corpus, dist)
    if built:
        return *built, None
    with wikinews(corpus, source) as texts:
        return *build(corpus, dist, texts, _track), texts.why


def _track(items: Sequence[T], what: str) -> Iterable[T]:
    return progress(items, total=len(items), what=what)
