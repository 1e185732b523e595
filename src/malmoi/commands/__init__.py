"""The command line: `malmoi COMMAND`. One module a command; its docstring is its help.

A command module has `add_arguments(parser)` and `run(args) -> int`. Only the chosen one is imported, so
`malmoi --help` answers at once. Exit code: 0 good, 1 findings, 2 usage or unreadable input.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from malmoi import __version__
from malmoi.findings import MalmoiError

COMMANDS = {
    "normalize": "raw Korean news text to clean articles (JSON Lines)",
    "markup": "articles from and to the authoring mark-up",
    "validate": "check articles against the schema and the rules; --fix what is safe",
    "hydrate": "put withheld text back from your own copy",
    "withhold": "take the text out of articles, leaving what hydrate needs",
    "split": "assign new articles to train, validation or test",
    "build": "corpus to Parquet splits, dataset card and checksums",
    "show": "a built dataset at a glance: tables, and one article in colour",
    "agreement": "how far two annotations of the same articles agree",
}

EXIT_GOOD, EXIT_FINDINGS, EXIT_USAGE = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Run the command line; the entry point of `malmoi`."""
    arguments = sys.argv[1:] if argv is None else argv
    parser = _parser(arguments)
    args = parser.parse_args(arguments)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except MalmoiError as error:
        print(f"malmoi: {error}", file=sys.stderr)  # noqa: T201  the command line prints
        return EXIT_USAGE
    except BrokenPipeError:
        # The reader of our output (`| head`) has gone: no more output, and no complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_GOOD
    except KeyboardInterrupt:
        print("malmoi: interrupted", file=sys.stderr)  # noqa: T201
        return 130
    return code


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="malmoi",
        description="Malmoi (말모이): an annotated corpus of Korean news, and the tools around it.",
        epilog="example: malmoi normalize 기사.txt -o articles.jsonl",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"malmoi {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    chosen = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name, summary in COMMANDS.items():
        if name != chosen:
            subparsers.add_parser(name, help=summary)
            continue
        module = import_module(f"malmoi.commands.{name}")
        command = subparsers.add_parser(
            name, help=summary, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
