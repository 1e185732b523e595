"""Read what an annotation tool gives back as articles, every span checked against the text.

SOURCE is the tool's file, or its folder where the format is one of several files:

  cas              .xmi files, each with TypeSystem.xml beside it or at the top: unzip what INCEpTION exports
  cas-json         .json files with their types in them
  spacy            one DocBin; `doc.ents` are read where `doc.spans` has no `entities`

The articles come as JSON Lines, or as a file each where OUT is a folder. What a tool moved, what was snapped to the
text, split at a block's end or could not be kept is told on standard error, with the place: nothing changes in silence.

Example:
  malmoi import --format doccano 받은것.jsonl -o articles.jsonl
  malmoi import --format brat 받은폴더 -o articles.jsonl

Exit code: 0 all good, 1 something had to be changed or left out, 2 no article could be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from malmoi import store
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.console import output, say
from malmoi.findings import MalmoiError
from malmoi.formats import FORMATS, get
from malmoi.formats.exchange import imported
from malmoi.formats.interface import FormatError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="the tool's file or folder")
    parser.add_argument("--format", required=True, choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="write here, not to standard output")


def run(args: argparse.Namespace) -> int:
    """Import; an article that cannot be made is reported and the rest goes on."""
    form = get(args.format)
    articles, good = [], True
    for source in args.sources:
        if not source.exists():
            raise MalmoiError(f"{source}: no such file or folder")
        for found in imported(form, source):
            if isinstance(found, FormatError):
                say(f"malmoi: {found}")
                good = False
                continue
            for note in found.notes:
                say(f"malmoi: {note}")
                good = False
            articles.append(found.article)
    if not articles:
        raise MalmoiError("no article could be imported")
    with output(args.output) as out:
        out.writelines(map(store.dump_line, articles))
    return EXIT_GOOD if good else EXIT_FINDINGS
