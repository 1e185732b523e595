"""The command line: `malmoi COMMAND`. One module a command; its docstring is its help.

A command module has `add_arguments(parser)` and `run(args) -> int`. Only the chosen one is imported, so
`malmoi --help` answers at once. Exit code: 0 good, 1 findings, 2 usage, or what cannot be read or written; 130
interrupted, 141 the reader of the output went away before all of it was written.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import TextIO

from malmoi import __version__
from malmoi.commands.console import output, say
from malmoi.findings import MalmoiError

COMMANDS = {
    "normalize": "raw Korean news text to clean articles (JSON Lines)",
    "markup": "articles from and to the authoring mark-up",
    "validate": "check articles, a corpus or a built dataset; --fix what is safe",
    "hydrate": "put withheld text back from your own copy",
    "withhold": "take the text out of articles, leaving what hydrate needs",
    "split": "assign new articles to train, validation or test",
    "export": "articles as the files of an annotation tool, and what it cannot carry",
    "import": "what an annotation tool gives back as articles, checked, or as a diff to accept",
    "align": "annotations as labels of a tokenizer's tokens, and which spans its tokens cannot say",
    "build": "corpus to Parquet splits, dataset card and checksums",
    "show": "a built dataset at a glance: tables, and one article in colour",
    "publish": "a build to the Hugging Face Hub: one commit, one tag; shows what it would do unless --yes",
    "stats": "what a corpus contains, and how varied its language is",
    "evaluate": "score predictions against gold, with confidence intervals and every miss in context",
    "agreement": "how far two annotations of the same articles agree",
    "merge": "two annotations of the same articles into one; conflicts for a person to decide",
}

EXIT_GOOD, EXIT_FINDINGS, EXIT_USAGE = 0, 1, 2
_INTERRUPTED, _READER_GONE = 130, 141  # as a shell gives them, for SIGINT and SIGPIPE


def main(argv: list[str] | None = None) -> int:
    """Run the command line; the entry point of `malmoi`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Help holds Hangul, also where stdout is ASCII; and argparse hides a failure to write, so we write for it.
        sys.stdout.reconfigure(errors="backslashreplace", write_through=False)
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except BrokenPipeError:
        return _READER_GONE
    except MalmoiError as error:
        say(f"malmoi: {error}")
        return EXIT_USAGE
    except OSError as error:
        say(f"malmoi: {error.filename}: {error.strerror}" if error.filename else f"malmoi: {error}")
        return EXIT_USAGE
    except KeyboardInterrupt:
        say("malmoi: interrupted")
        return _INTERRUPTED
    finally:
        _let_go(sys.stdout)
        _let_go(sys.stderr)


def _run(arguments: list[str]) -> int:
    try:
        args = _parser(arguments).parse_args(arguments)
    except SystemExit:  # after --help, say: what argparse printed may yet fail to be written
        _flush()
        raise
    code: int = args.run(args)
    _flush()
    return code


def _flush() -> None:
    if sys.stdout is not None:
        with output(None):
            pass  # entering and leaving writes what is pending, or tells why not


def _let_go(stream: TextIO | None) -> None:
    """Drop what a stream cannot write, or the interpreter complains of it at exit and changes the exit code."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
        module = import_module(f"malmoi.commands.{name}{'_' * iskeyword(name)}")
        command = subparsers.add_parser(
            name, help=summary, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
