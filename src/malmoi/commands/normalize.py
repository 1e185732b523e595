"""Make clean articles of raw Korean news: saved pages, web archives, exports, dumps, copied text.

INPUT is a file, a folder with its subfolders, or - for standard input:
  .html .htm            saved pages
  .warc                 web archives: their pages of status 200
  .xlsx .csv            exports of BIGKinds, or tables with a title and a body column
  .json .jsonl .ndjson  dumps: JSON Lines, an array, an object with one; ninjs and the NIKL newspapers too
  .txt                  pages copied as plain text
All but .xlsx may be compressed (.gz). Bytes may be UTF-8, CP949, or UTF-16 with a mark. Captions are parted from the
body, furniture is dropped, reporters, outlet and times are read; what was changed or dropped, and by which step,
stands in `provenance.normalizer` of each article. One line of JSON an article; inputs of any size are streamed.

Example:
  malmoi normalize 기사.html                         one article to standard output
  malmoi normalize pages/ -o articles.jsonl          a folder, its subfolders too
  malmoi normalize NewsResult_2023.xlsx crawl.warc.gz -o articles.jsonl
  malmoi normalize dump.jsonl --fields title=headline,body=content.text,byline=writer
  malmoi normalize pages/ -o articles.jsonl --resume goes on where an interrupted run stopped
  pbpaste | malmoi normalize - | jq .blocks          what was copied, at a look
  malmoi normalize --explain 기사.html               where each block is from, what was dropped and why

An article that cannot be made is reported on standard error and the rest goes on. Exit code: 0 all good, 1 some
articles could not be made, 2 none could.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi import __version__, store
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.console import bar, on_terminal, output, refuse_overwriting, say
from malmoi.commands.journal import journal, part_of
from malmoi.findings import MalmoiError, counted
from malmoi.normalize import NormalizeError
from malmoi.normalize.fields import Fields, parse_fields
from malmoi.normalize.sources import STDIN, Inputs
from malmoi.normalize.warc import OTHER

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import IO

    from malmoi.commands.journal import Journal
    from malmoi.normalize.inputs import Item

_FEW = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `malmoi normalize`."""
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="a file, a folder, or - for standard input")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.jsonl", help="write here, not to standard output")
    parser.add_argument(
        "--fields",
        metavar="FIELD=NAME,…",
        help="names of the fields of dumps and tables: title, body, published_at, modified_at, byline, publisher, "
        "section, url, id; records for the list in a JSON object. Dots lead inside: body=content.text",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on where a run with the same inputs and output was interrupted"
    )
    parser.add_argument(
        "--explain", action="store_true", help="for a person: where each block came from, what was dropped and why"
    )


def run(args: argparse.Namespace) -> int:
    """Normalize; 0 all good, 1 some articles could not be made, 2 none could."""
    fields = parse_fields(args.fields) if args.fields else Fields()
    if args.explain:
        return _explain(args)
    refuse_overwriting([args.output], [Path(name) for name in args.inputs if Path(name).is_file()])
    part = part_of(args.output) if args.output and STDIN not in args.inputs else None
    if args.resume and part is None:
        raise MalmoiError("--resume needs an output file (-o), and inputs other than standard input")
    inputs = Inputs(args.inputs, fields=fields, leave_out=[path for path in (args.output, part) if path])
    if part is None:
        with output(args.output) as out:
            done, failed = _normalize(inputs, lambda item: _made(item, out))
            _check(done, args.inputs)
    else:
        done, failed = _keeping(part, inputs, args, fields)
    if failed or inputs.skipped:
        say(f"malmoi: {_summary(done, failed, inputs)}")
    return EXIT_FINDINGS if failed else EXIT_GOOD


def _explain(args: argparse.Namespace) -> int:
    """Print where the blocks of each article are from."""
    from malmoi.commands.explain import explain

    with output(args.output) as out:
        for page in explain(args.inputs):
            out.write(page)
    return EXIT_GOOD


def _keeping(part: Path, inputs: Inputs, args: argparse.Namespace, fields: Fields) -> tuple[int, int]:
    """Normalize into a journal, and write the output when all is done."""
    conditions = f"{__version__} {sorted(fields.given.items())}"
    try:
        with journal(part, args.output, conditions, resume=args.resume) as kept:
            done, failed = _normalize(inputs, lambda item: _recalled(item, kept, inputs))
            if done:
                with output(args.output) as out:
                    kept.copy_to(out)
    except KeyboardInterrupt:
        say(f"malmoi: what is done is kept in {part}; the same command with --resume goes on from there")
        raise
    _check(done, args.inputs)
    return done, failed


def _normalize(inputs: Inputs, make: Callable[[Item], bool]) -> tuple[int, int]:
    """Make every article; how many were, and how many could not be."""
    done = failed = 0
    total = inputs.count_files() if on_terminal(sys.stderr) else 0
    with bar(total=total, what="normalize") as tell:
        for item in inputs:
            if make(item):
                done += 1
            else:
                failed += 1
            tell(inputs.files + (inputs.current.share() if inputs.current else 0))
    return done, failed


def _made(item: Item, out: IO[bytes]) -> bool:
    """Whether an article could be made; it is written, or the reason told."""
    try:
        out.write(store.dump_line(item.make()))
    except NormalizeError as error:
        say(f"malmoi: {error}")
        return False
    return True


def _recalled(item: Item, kept: Journal, inputs: Inputs) -> bool:
    """As `_made`, into the journal; what is in it from an earlier run is not made again."""
    source = inputs.current
    facts = (source.size, source.changed) if source else ()
    known = kept.recall(item.name, *facts)
    if known is not None:
        return bool(known)
    try:
        line = store.dump_line(item.make())
    except NormalizeError as error:
        say(f"malmoi: {error}")
        line = b""
    kept.note(line, item.name, *facts)
    return bool(line)


def _check(done: int, inputs: list[str]) -> None:
    if not done:
        what = " ".join(inputs) if len(inputs) <= _FEW else f"these {len(inputs):,} inputs"
        raise MalmoiError(f"no article could be made of {what}")


def _summary(done: int, failed: int, inputs: Inputs) -> str:
    parts = [f"{done:,} normalized"]
    if failed:
        parts.append(f"{failed:,} could not be read")
    files = {kind: number for kind, number in inputs.skipped.most_common() if kind != OTHER}
    if files:
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in list(files.items())[:_FEW])
        parts.append(f"{counted(sum(files.values()), 'file')} of other kinds skipped ({kinds})")
    if others := inputs.skipped[OTHER]:
        parts.append(f"{counted(others, 'WARC record')} skipped: no HTML page")
    return ", ".join(parts)
