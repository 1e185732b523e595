"""Check articles: bytes, schema, every rule of schema/RULES.md; a folder with splits.tsv as a whole corpus.

A folder that `malmoi build` made or that was downloaded from the Hub is checked as a dataset: its card, tables,
checksums and Croissant file (pip install 'malmoi[build]').

Silent and 0 when all is well; 1 with findings, warnings among them; 2 when a file cannot be read.

Example:
  malmoi validate corpus
  malmoi validate dist
  malmoi validate articles.jsonl --format json
  malmoi validate corpus/open/2024/open-0001.json --fix
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD, EXIT_USAGE
from malmoi.commands.console import on_terminal, output, progress, say
from malmoi.findings import Severity
from malmoi.fix import fix_file
from malmoi.report import FORMATS, render, summary
from malmoi.validate import targets, validate_targets

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="an article, a .jsonl file, or a folder")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report (default: text)")
    parser.add_argument("--fix", action="store_true", help="first repair what is safe to repair, in place")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    found = targets(args.paths)
    if args.fix:
        for target in found:
            fixed = fix_file(target.path)
            for change in fixed.changes:
                say(f"{target.path}: fixed: {change}")
            for reason in fixed.left:
                say(f"{target.path}: not fixed: {reason}")
    report = validate_targets(progress(found, total=len(found), what="validating"))
    with output(None) as out:
        out.write(render(report, args.format, colour=on_terminal(sys.stdout)).encode())
    if args.format == "text" and (report.findings or on_terminal(sys.stderr)):
        say(summary(report))
    if report.unreadable:
        return EXIT_USAGE
    return EXIT_FINDINGS if any(finding.severity > Severity.NOTE for finding in report.findings) else EXIT_GOOD
