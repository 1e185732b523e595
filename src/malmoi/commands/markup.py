"""Articles from and to the authoring mark-up, in which nobody counts an offset.

`compile` reads mark-up files and writes canonical articles; `render` writes an article's mark-up for a person
to correct. The form is described in corpus/README.md.

Example:
  malmoi markup compile 기사.mark -o corpus/open/2024/
  malmoi markup render corpus/open/2024/open-3fa91c20.json -o 기사.mark
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from malmoi import markup, store
from malmoi.commands.console import output, say
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    import argparse

    from malmoi.model import Article


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("direction", choices=("compile", "render"), help="mark-up to articles, or back")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="mark-up files, or article files")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        help="a folder (a file an article, named by its id) or a file; stdout if left out",
    )


def run(args: argparse.Namespace) -> int:
    """Compile or render each file; a bad one is reported and the rest goes on."""
    if args.output and not args.output.is_dir() and len(args.files) > 1:
        raise MalmoiError(f"{args.output} is no folder, and there are {len(args.files)} files: make the folder first")
    failed = 0
    for path in args.files:
        try:
            name, data = (_compiled if args.direction == "compile" else _rendered)(path)
            target = args.output / name if args.output and args.output.is_dir() else args.output
            with output(target) as out:
                out.write(data)
        except MalmoiError as error:
            say(f"malmoi: {error}")
            failed += 1
    return 1 if failed else 0


def _compiled(path: Path) -> tuple[str, bytes]:
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MalmoiError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise MalmoiError(f"{path}: not UTF-8 at byte {error.start}") from None
    article = _with_id(markup.parse(source, name=str(path)))
    return f"{article.id}.json", store.dumps(article)


def _with_id(article: Article) -> Article:
    """The article with an id made from its tier and text, where the mark-up gives none."""
    if article.id != markup.DRAFT_ID:
        return article
    digest = store.text_sha256(article.blocks)
    return msgspec.structs.replace(article, id=f"{article.tier or 'doc'}-{digest[:8]}")


def _rendered(path: Path) -> tuple[str, bytes]:
    article = store.load(path)
    return f"{article.id}.mark", markup.render(article).encode()
