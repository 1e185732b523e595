"""Make clean articles of raw Korean news text.

INPUT is a page copied as plain text (.txt), a folder of such pages, JSON Lines with `title` and `body` of
each article (.jsonl), or - for a page on standard input. Bytes may be UTF-8, CP949, or UTF-16 with a mark.
Captions are parted from the body, furniture is dropped, reporters, outlet and times are read; what was changed
or dropped, and by which step, stands in `provenance.normalizer` of each article. One line of JSON an article.

Example:
  malmoi normalize 기사.txt                       one article to standard output
  malmoi normalize pages/ -o articles.jsonl       a folder, its subfolders too
  pbpaste | malmoi normalize - | jq .blocks       what was copied, at a look

A page that cannot be read is reported on standard error and the rest goes on. Exit code: 0 all good, 1 some
pages could not be read, 2 nothing could.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from malmoi import store
from malmoi.commands.articles import files_in
from malmoi.commands.console import output, progress, say
from malmoi.findings import MalmoiError
from malmoi.normalize import NormalizeError, normalize_page, normalize_record

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from malmoi.model import Article

_PAGE, _RECORDS = ".txt", ".jsonl"
_SUPPORTED = "plain text (.txt), JSON Lines with title and body (.jsonl), a folder of these, or - for standard input"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `malmoi normalize`."""
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="a .txt page, a folder, a .jsonl file, or -")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.jsonl", help="write here, not to standard output")


def run(args: argparse.Namespace) -> int:
    """Normalize; 0 all good, 1 some inputs could not be read, 2 none could."""
    sources, failed = _sources(args.inputs)
    done = 0
    with output(args.output) as out:
        for source in progress(sources, total=len(sources), what="normalize"):
            for result in _articles(source):
                if isinstance(result, MalmoiError):
                    say(f"malmoi: {result}")
                    failed += 1
                else:
                    out.write(store.dump_line(result))
                    done += 1
        if not done:
            raise MalmoiError(f"no article could be made of {' '.join(args.inputs)}")
    if failed:
        say(f"malmoi: {done} normalized, {failed} could not be read")
    return 1 if failed else 0


def _sources(inputs: list[str]) -> tuple[list[Path], int]:
    """The files to read, `-` among them, in order and each once; and how many inputs are none."""
    found: dict[Path, None] = {}
    failed = 0
    for name in inputs:
        path = Path(name)
        if path.is_dir():
            inside = files_in(path, {_PAGE, _RECORDS})
            if not inside:
                say(f"malmoi: {name}: no .txt or .jsonl file in this folder")
                failed += 1
            found.update(dict.fromkeys(inside))
        elif name == "-" or path.suffix.lower() in {_PAGE, _RECORDS}:
            found[path] = None
        else:
            kind = f"{path.suffix} files are" if path.suffix else "a file without a suffix is"
            say(f"malmoi: {name}: {kind} not supported; normalize reads {_SUPPORTED}")
            failed += 1
    return list(found), failed


def _articles(source: Path) -> Iterator[Article | MalmoiError]:
    try:
        raw = sys.stdin.buffer.read() if str(source) == "-" else source.read_bytes()
    except OSError as error:
        yield MalmoiError(f"{source}: {error.strerror}")
        return
    if source.suffix.lower() == _RECORDS:
        yield from _records(raw, source)
        return
    try:
        yield normalize_page(raw, name="standard input" if str(source) == "-" else str(source))
    except NormalizeError as error:
        yield error


def _records(raw: bytes, source: Path) -> Iterator[Article | MalmoiError]:
    """The articles of JSON Lines with `title` and `body`; other fields are not read."""
    for number, line in enumerate(raw.splitlines(), 1):
        if not line.strip():
            continue
        try:
            data = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield MalmoiError(f"{source}:{number}: not JSON: {error}")
            continue
        title, body = (data.get("title"), data.get("body")) if isinstance(data, dict) else (None, None)
        if not (isinstance(title, str) and isinstance(body, str)):
            yield MalmoiError(f'{source}:{number}: expected an object with the texts "title" and "body"')
            continue
        try:
            yield normalize_record(title=title, body=body, reader="jsonl")
        except NormalizeError as error:
            yield MalmoiError(f"{source}:{number}: {error}")
