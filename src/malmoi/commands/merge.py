"""Bring two annotators' versions of the same articles together; what they disagree on is listed for a person.

A, B and BASE, the version that both started from, are article files (.json, .jsonl) or folders of them. Folders of
.json files are paired by their paths inside; where one side has JSON Lines, all are paired by the articles' ids. What
one of the two changed is taken, item by item and field by field. What both changed differently is a conflict; where
BASE has nothing in a layer, both annotated it independently, and what only one of them has is a conflict too. Until a
conflict is decided, OUT has there what BASE has.

Example:
  malmoi merge first/ second/ --base drafts/ -o merged/ --conflicts conflicts.jsonl
                      then fill in "choice" of each line: "a", "b", or "base"
  malmoi merge first/ second/ --base drafts/ -o merged/ --decisions conflicts.jsonl --agent 은채령

A decision holds as long as both versions are as they were; one that is stale is named, and its conflict stays open.
To decide in several goes, give --conflicts as well, the same file or a new one: it lists every conflict again, with
what was chosen and noted, and the stale decisions, marked "stale". A file of conflicts that somebody has filled in is
not replaced otherwise, and nothing that is read is overwritten. Without -o, the articles go to stdout as JSON Lines.

Exit code: 0 merged, no conflict is open; 1 conflicts, stale decisions, errors in what was merged, or articles left
out; 2 nothing could be merged.
"""

from __future__ import annotations

import os
import stat
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import errors_told, paired, write_articles
from malmoi.commands.console import output, progress, say
from malmoi.diff import Printer
from malmoi.findings import MalmoiError, counted
from malmoi.merge import DecisionError, MergeError, merge, read_decisions
from malmoi.model import Article, Caption, Cluster, Entity, Quote

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from malmoi.commands.articles import Paired, Read
    from malmoi.merge import Conflict, Decision, Merged


class _Trio(NamedTuple):
    a: Article
    b: Article
    base: Article


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("a", type=Path, metavar="A", help="one annotator's version: a file or a folder")
    parser.add_argument("b", type=Path, metavar="B", help="the other's")
    parser.add_argument("--base", type=Path, required=True, metavar="BASE", help="the version both started from")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="a folder, a .json file, or a .jsonl file; stdout if left out"
    )
    parser.add_argument("--conflicts", type=Path, metavar="FILE", help="write the conflicts, a JSON line each")
    parser.add_argument("--decisions", type=Path, metavar="FILE", help="such a file with choices filled in")
    parser.add_argument("--agent", metavar="NAME", help="who decided; recorded in the articles' provenance")


def run(args: argparse.Namespace) -> int:
    """Merge article by article; one that cannot be merged is reported and the rest goes on."""
    if bool(args.decisions) != bool(args.agent):
        raise MalmoiError("--decisions and --agent go together: what was chosen, and by whom")
    decisions = read_decisions(args.decisions) if args.decisions else []
    found = paired(args.a, args.b, args.base)
    _refuse_overwriting(args, [read for group in found.groups for read in group])
    unpaired = _report_partial(found, args)
    merged = [
        (trio, result)
        for group in progress(found.groups, total=len(found.groups), what="merge")
        if (trio := _trio(group)) and (result := _merged(trio, decisions, args.agent))
    ]
    if not merged:
        raise MalmoiError("nothing could be merged")
    conflicts = [conflict for _, result in merged for conflict in result.conflicts]
    stale = _stale(decisions, merged)
    # The list is written first and named last: where the articles cannot be written, it stays as it was.
    with output(args.conflicts) if args.conflicts else nullcontext() as out:
        if out:
            out.writelines(conflict.line() for conflict in conflicts)
            out.writelines(decision.stale_line() for decision in stale)
            out.flush()
        write_articles([result.article for _, result in merged], args.output)
    for decision in stale:
        where = f"{args.decisions}:{decision.line}: {decision.article} {decision.kind} {decision.at}"
        say(f"malmoi: {where}: stale: there is no such conflict, or its versions have changed; not applied")
    errors = sum(_report(trio, result) for trio, result in merged)
    undecided = sum(conflict.choice is None for conflict in conflicts)
    say(
        f"malmoi: {counted(len(merged), 'article')} merged: {counted(undecided, 'conflict')} open, "
        f"{len(conflicts) - undecided:,} decided, {counted(errors, 'error')}"
    )
    clean = not (undecided or stale or errors or unpaired) and len(merged) == len(found.groups)
    return EXIT_GOOD if clean else EXIT_FINDINGS


def _refuse_overwriting(args: argparse.Namespace, reads: Sequence[Read]) -> None:
    """Refuse to write over what is read, over the other output, or over what somebody has filled in."""
    names = dict.fromkeys(f"{read.article.id}.json" for read in reads if read.article)
    inputs = [args.a, args.b, args.base, args.decisions, *dict.fromkeys(read.path for read in reads)]
    read = {_identity(path) for path in inputs if path}
    written = (
        {_identity(path): path for path in (args.output, *(args.output / name for name in names))}
        if args.output
        else {}
    )
    for same, path in written.items():
        if same and same in read:
            raise MalmoiError(f"-o {args.output} would overwrite {path}, which is read; name another for -o")
    listed = _identity(args.conflicts) if args.conflicts else None
    if listed is None or (args.decisions and listed == _identity(args.decisions)):
        return
    if listed in read:
        raise MalmoiError(f"--conflicts {args.conflicts} would overwrite what is read; name another file")
    if listed in written:
        raise MalmoiError(f"--conflicts {args.conflicts} would overwrite the articles of -o; name another file")
    if args.conflicts.is_file():
        _refuse_filled_in(args.conflicts)


def _identity(path: Path) -> tuple[int, int] | str | None:
    """What all names of one file or folder have in common; None for a pipe or a device, which keeps nothing."""
    try:
        found = path.stat()
    except OSError:
        return os.path.realpath(path)
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) else None


def _refuse_filled_in(conflicts: Path) -> None:
    """Refuse to replace a file of conflicts with anything of a person in it, or a file that is none."""
    try:
        lines = read_decisions(conflicts)
    except DecisionError as error:
        raise MalmoiError(f"{error}; it is not replaced: mend it, or name another file for --conflicts") from None
    if lines:
        raise MalmoiError(
            f"{conflicts}:{lines[0].line}: {counted(len(lines), 'line')} filled in, which would be lost: "
            f"give the file as --decisions, with --agent, or name another for --conflicts"
        )


def _report_partial(found: Paired, args: argparse.Namespace) -> int:
    """Name the articles that A or B has and another side has not, and count them; BASE may have more."""
    partial = [(name, sides) for name, sides in found.partial if sides != (args.base,)]
    for name, sides in partial:
        say(f"malmoi: {name} is only in {' and '.join(map(str, sides))}: left out")
    return len(partial)


def _trio(group: Sequence[Read]) -> _Trio | None:
    for read in group:
        if read.error:
            say(f"malmoi: {read.error}; left out")
    articles = [read.article for read in group if read.article]
    return _Trio(*articles) if len(articles) == len(_Trio._fields) else None


def _merged(trio: _Trio, decisions: Sequence[Decision], agent: str | None) -> Merged | None:
    try:
        return merge(trio.base, trio.a, trio.b, decisions, adjudicator=agent)
    except MergeError as error:
        say(f"malmoi: {error}; left out")
        return None


def _stale(decisions: Sequence[Decision], merged: Sequence[tuple[_Trio, Merged]]) -> list[Decision]:
    """The decisions that were not applied: they fit no conflict, or no article that was merged."""
    known = {trio.base.id for trio, _ in merged}
    left = {decision.line for _, result in merged for decision in result.stale}
    return [decision for decision in decisions if decision.line in left or decision.article not in known]


def _report(trio: _Trio, merged: Merged) -> int:
    """Print what is open in an article and the errors in it, and count the errors."""
    for conflict in merged.conflicts:
        if conflict.choice is None:
            for line in _told(conflict, trio):
                say(line)
    return errors_told(merged.article)


def _told(conflict: Conflict, trio: _Trio) -> Iterator[str]:
    """A conflict in four lines: where and why, and what each version has."""
    printer = Printer(trio.base, clusters=conflict.clusters)
    place, fields = conflict.place, f" ({', '.join(conflict.fields)})" if conflict.fields else ""
    yield f"{conflict.article}: {place.kind} {place.at}: {conflict.versions.why()}{fields}"
    if place.context:
        yield f"    {place.context}"
    for side, version in conflict.versions._asdict().items():
        yield f"    {side:<4} {_version(printer, place.at, version)}"


def _version(printer: Printer, at: str, version: object) -> str:
    items = version if isinstance(version, tuple) else (version,)
    if items and all(isinstance(item, (Entity, Quote, Cluster, Caption)) for item in items):
        return "; ".join(map(printer.item, items))
    return printer.value(at.rpartition(".")[2], version)
