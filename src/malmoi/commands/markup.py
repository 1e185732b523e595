"""Articles from and to the authoring mark-up, in which nobody counts an offset.

`compile` reads mark-up files and writes canonical articles; `render` writes an article's mark-up for a person
to correct. The form is described in corpus/README.md.

Example:
  malmoi markup compile 기사.mark -o corpus/open/2024/
  malmoi markup render corpus/open/2024/open-3fa91c20.json -o 기사.mark

Exit code: 0 all good, 1 some files failed, 2 all of them did.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from malmoi import markup, store
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD, EXIT_USAGE
from malmoi.commands.console import output, say
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    import argparse

    from malmoi.model import Article

_SUFFIX = {"compile": ".json", "render": ".mark"}


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
    convert = _compiled if args.direction == "compile" else _rendered
    failed = 0
    written: dict[Path, Path] = {}
    for path in args.files:
        try:
            article, data = convert(path)
            target = args.output
            if target and target.is_dir():
                target = _file_of(article, path, target, _SUFFIX[args.direction], written)
            with output(target) as out:
                out.write(data)
        except MalmoiError as error:
            say(f"malmoi: {error}")
            failed += 1
    if failed == len(args.files):
        return EXIT_USAGE
    return EXIT_FINDINGS if failed else EXIT_GOOD


def _file_of(article: Article, source: Path, folder: Path, suffix: str, written: dict[Path, Path]) -> Path:
    try:
        target = store.article_path(folder, article, suffix)
    except store.StoreError as error:
        raise MalmoiError(f"{source}: {error}") from None
    if target in written:
        raise MalmoiError(f"{source}: its id is that of {written[target]}, and {target} would be replaced")
    written[target] = source
    return target


def _compiled(path: Path) -> tuple[Article, bytes]:
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MalmoiError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise MalmoiError(f"{path}: not UTF-8 at byte {error.start}") from None
    article = _with_id(markup.parse(source, name=str(path)))
    return article, store.dumps(article)


def _with_id(article: Article) -> Article:
    """The article with an id made from its tier and text, where the mark-up gives none."""
    if article.id != markup.DRAFT_ID:
        return article
    digest = store.text_sha256(article.blocks)
    return msgspec.structs.replace(article, id=f"{article.tier or 'doc'}-{digest[:8]}")


def _rendered(path: Path) -> tuple[Article, bytes]:
    article = store.load(path)
    return article, markup.render(article).encode()
