"""Publish a build as a dataset on the Hugging Face Hub: one commit with all its files, one tag with its version.

Without --yes nothing is changed: what would be is shown. Only a build that is whole, untouched and of the corpus as
it is now is published, and only once: the tag is the version in CORPUS/VERSION, which CHANGELOG.md must tell of. A
repository that is not there yet is created. Files of an earlier release that are not in this one are removed.

A run that fails or is killed leaves the repository as it was, or, if the commit was made, lacking the tag: the next
run sees that. The token is HF_TOKEN or the one of `hf auth login`; a dry run of a public repository needs none.

Exit 0: published, or shown; 2: refused or failed.

Example:
  malmoi publish dist my-organisation/malmoi
  malmoi publish dist my-organisation/malmoi --yes
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.commands import EXIT_GOOD
from malmoi.commands.console import on_terminal, output, say
from malmoi.extras import needs_extra

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from malmoi.build.ready import Ready
    from malmoi.hub.client import Repository
    from malmoi.hub.publish import Plan

_KILO = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("dist", type=Path, metavar="DIST", help="the folder that `malmoi build` made")
    parser.add_argument("repo", metavar="REPO_ID", help="the dataset repository: NAMESPACE/NAME")
    parser.add_argument("--yes", action="store_true", help="do it; without, only show what would be done")
    parser.add_argument("--private", action="store_true", help="make a new repository private")
    parser.add_argument(
        "--corpus", type=Path, default=Path("corpus"), help="the corpus that was built; default: corpus"
    )


def run(args: argparse.Namespace) -> int:
    """Check the build, show the plan, and carry it out if that is asked for."""
    from malmoi.changelog import CHANGELOG, entry
    from malmoi.findings import visible

    with needs_extra("build"):
        from malmoi.build.builder import corpus_version
        from malmoi.build.ready import ready
    with needs_extra("publish"):
        from malmoi.hub.client import Repository
        from malmoi.hub.publish import plan, publish

    # First, as a build takes the day of release from it.
    text = entry(args.corpus.resolve().parent / CHANGELOG, corpus_version(args.corpus))
    build = ready(args.corpus, args.dist)
    repository = Repository(args.repo, bars=on_terminal(sys.stderr))
    planned = plan(repository, build, private=args.private)
    with output(None) as out:
        # The names of files that are there already are anybody's.
        out.write("".join(f"{visible(line)}\n" for line in _told(repository, build, planned)).encode())
    if not args.yes:
        say("this is a dry run and nothing was changed; --yes does it")
        return EXIT_GOOD
    try:
        commit = publish(repository, build, planned, text, lambda message: say(visible(message)))
    except KeyboardInterrupt as stop:
        for note in getattr(stop, "__notes__", ()):
            say(visible(note))
        raise
    say(f"{repository.url}/tree/{build.version}: published, commit {commit}")
    return EXIT_GOOD


def _told(repository: Repository, build: Ready, planned: Plan) -> Iterator[str]:
    """The plan, line by line."""
    yield repository.url
    if planned.head is None:
        yield f"  repository   to be created{', private' if planned.private else ''}: there is none that can be seen"
    else:
        yield f"  parent       {planned.head}"
    for what, changes in planned.changes._asdict().items():
        for change in changes:
            yield f"  {what:<10} {_size(change.size):>9}  {change.name}"
    counts = ", ".join(f"{len(changes)} {what}" for what, changes in planned.changes._asdict().items())
    yield f"  files        {counts}"
    commit = "a commit of these" if planned.changes.touched else "no commit: the parent holds just this build"
    yield f"  commit       {commit}"
    yield f"  tag          {build.version}"


def _size(size: float) -> str:
    """A number of bytes, in three or four digits."""
    for unit in ("B", "kB", "MB"):
        if size < _KILO:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= _KILO
    return f"{size:.1f} GB"
