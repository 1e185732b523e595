"""Write annotations as labels of a tokenizer's tokens, and say which spans its tokens cannot say.

A line a block, as JSON: `id` (the article's), `block`, `tokens`, `offsets` (code points of the block, ends exclusive)
and `labels`, null for special tokens. An edge inside a token (`의원|은`) goes out to the token's edge, or the span is
left out (--edges drop); the report on standard error counts these and every other span that is not labelled exactly.
A tokenizer that truncates does so here too; padding is left off.

Example:
  malmoi align corpus/open/2024 --tokenizer tokenizer.json -o labels.jsonl
  malmoi align 기사.jsonl --tokenizer model/ --layer quotes --scheme bilou

Exit code: 0 all good, 1 some articles could not be aligned, 2 none could.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from malmoi import store
from malmoi.align import IGNORED, Report, align_batch, block_spans, label_names
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import read_articles
from malmoi.commands.console import output, progress, refuse_overwriting, say
from malmoi.extras import needs_extra
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tokenizers import Tokenizer

    from malmoi.align import Edges, Level
    from malmoi.model import Article

_FILE = "tokenizer.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("articles", nargs="+", type=Path, metavar="ARTICLES", help="article files, .jsonl, or folders")
    parser.add_argument(
        "--tokenizer", required=True, metavar="FILE|NAME", help=f"{_FILE}, a folder with one, or a name on the Hub"
    )
    parser.add_argument("--layer", choices=("entities", "quotes"), default="entities", help="default: entities")
    parser.add_argument("--scheme", choices=("bio", "bilou"), default="bio", help="default: bio")
    parser.add_argument(
        "--level", choices=("class", "label"), default="class", help="an entity's class (15) or its label (150)"
    )
    parser.add_argument(
        "--edges", choices=("snap", "drop"), default="snap", help="what becomes of a span with an edge inside a token"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="write here, not to standard output")


class _How(NamedTuple):
    """What is the same for all articles."""

    tokenizer: Tokenizer
    level: Level
    names: tuple[str, ...]
    edges: Edges


def run(args: argparse.Namespace) -> int:
    """Align; an article that cannot be is reported and the rest goes on."""
    inputs = [*args.articles, Path(args.tokenizer)]
    refuse_overwriting([args.output], [path for path in inputs if path.is_file()])
    level: Level = "quote" if args.layer == "quotes" else args.level
    how = _How(_tokenizer(args.tokenizer), level, label_names(level, args.scheme.upper()), args.edges)
    found = read_articles(args.articles)
    report = Report()
    good = 0
    with output(args.output) as out:
        for read in progress(found, total=len(found), what="align"):
            try:
                if read.error:
                    raise read.error
                if read.article:
                    lines = list(_lines(read.article, how, report))
            except MalmoiError as error:
                say(f"malmoi: {error}" if read.error else f"malmoi: {read.path}: {error}")
                continue
            out.writelines(lines)
            good += 1
        if not good:
            raise MalmoiError("no article could be aligned")
    say("\n".join(report.lines()))
    return EXIT_GOOD if good == len(found) else EXIT_FINDINGS


def _lines(article: Article, how: _How, report: Report) -> Iterator[bytes]:
    """The lines of an article.

    Raises:
        MalmoiError: its text is withheld, or a span is no run of it.
    """
    if article.text_status == "withheld":
        raise MalmoiError(f"{article.id}: the text is withheld; `malmoi hydrate` puts it back")
    texts = [block.text or "" for block in article.blocks]
    spans = block_spans(store.to_dict(article), how.level)
    encodings = how.tokenizer.encode_batch(texts)
    marked = [spans[block.id] for block in article.blocks]
    labels, told = align_batch(encodings, texts, marked, how.names, edges=how.edges)
    report.update(told)
    for block, encoding, ids in zip(article.blocks, encodings, labels, strict=True):
        record = {
            "id": article.id,
            "block": block.id,
            "tokens": encoding.tokens,
            "offsets": encoding.offsets,
            "labels": [None if label == IGNORED else how.names[label] for label in ids],
        }
        yield orjson.dumps(record) + b"\n"


def _tokenizer(named: str) -> Tokenizer:
    """The tokenizer of a file, of a folder, or, where nothing of that name is here, of the Hub; it does not pad.

    Raises:
        MalmoiError: there is none, or it cannot be read.
    """
    with needs_extra("align"):
        from tokenizers import Tokenizer
    path = Path(named)
    file = path / _FILE if path.is_dir() else path
    if not file.exists() and (path.is_dir() or path.suffix == ".json" or path.is_absolute()):
        raise MalmoiError(
            f"{file}: no such file; a tokenizer of `transformers` is written there by its save_pretrained"
        )
    try:
        if file.exists():
            tokenizer = Tokenizer.from_str(file.read_text(encoding="utf-8"))
        else:
            tokenizer = Tokenizer.from_pretrained(named)
    except OSError as error:
        reason = error.strerror if file.exists() else f"neither here nor on the Hub: {error}"
        raise MalmoiError(f"{file if file.exists() else named}: {reason}") from None
    except Exception as error:  # noqa: BLE001  tokenizers raises nothing narrower
        raise MalmoiError(f"{named}: not a tokenizer: {error}; expected the {_FILE} of a fast tokenizer") from None
    tokenizer.no_padding()
    return tokenizer
