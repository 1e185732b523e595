"""Write articles as the files of an annotation tool, and say what the tool cannot carry.

  brat             standoff, a folder with .txt, .ann and .json for each article, and brat's configuration
  cas              UIMA CAS as XMI, for INCEpTION: a folder; its TypeSystem.xml sets up the layers (extra `cas`)
  cas-json         the same as UIMA's JSON, which also holds characters that XML cannot
  conll            a character and its BIO label a line: entities alone, the longest of those that overlap
  doccano          JSON Lines for sequence labelling with relations
  klue             KLUE-NER's TSV: entities alone, under its six tags, the longest of those that overlap
  label-studio     a folder: config.xml, the labelling configuration, and tasks.json, the articles; --predictions writes
                   the annotations as predictions, which a person accepts or not, and not as done
  markup           the authoring mark-up, a folder with a .mark for each article; not for spans that cross
  nikl             the JSON of the corpora of the National Institute of Korean Language: entities
  prodigy          JSON Lines for spans.manual and rel.manual
  spacy            one DocBin; tokens, layers and training: `pydoc malmoi.formats.spacy` (extra `spacy`)
  web-annotation   W3C Web Annotation, a folder with a JSON-LD document for each article

What was written is read again before it is put in place, and what has been lost on the way is counted (the loss report,
on standard error; as JSON with --loss). Offsets are counted as the tool counts them. An article whose text is
withheld needs its text first (`malmoi hydrate`).

Example:
  malmoi export --format label-studio 기사.jsonl -o to-label/
  malmoi export --format doccano 기사.json -o 기사.jsonl
  malmoi export --format doccano corpus/open/2024 --loss loss.json > all.jsonl

Exit code: 0 all good, 1 some articles could not be written, 2 none could.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import read_articles
from malmoi.commands.console import output, progress, refuse_overwriting, say
from malmoi.findings import MalmoiError, counted
from malmoi.formats import FORMATS, get
from malmoi.formats.exchange import exported, place
from malmoi.formats.pages import page_of

if TYPE_CHECKING:
    import argparse

    from malmoi.commands.articles import Read
    from malmoi.formats.interface import Format
    from malmoi.formats.loss import Tally


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("articles", nargs="+", type=Path, metavar="ARTICLES", help="article files, .jsonl, or folders")
    parser.add_argument("--format", required=True, choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="the file, or the folder")
    parser.add_argument("--predictions", action="store_true", help="label-studio: annotations are only proposed")
    parser.add_argument("--loss", type=Path, metavar="FILE.json", help="write the loss report here, as JSON")


def run(args: argparse.Namespace) -> int:
    """Export; an article that cannot be is reported and the rest goes on."""
    if args.predictions and args.format != "label-studio":
        raise MalmoiError(f"{args.format} knows no predictions; label-studio does")
    form = get(args.format, predictions=True) if args.predictions else get(args.format)
    if form.folder and args.output is None:
        raise MalmoiError(f"{form.name} is a folder of files: name it with -o")
    refuse_overwriting([args.output, args.loss], args.articles)
    found = read_articles(args.articles)
    articles = [read.article for read in found if read.article and _has_page(read, form)]
    with exported(form, progress(articles, total=len(articles), what="export")) as (made, tally):
        for refusal in tally.refused:
            say(f"malmoi: {refusal}")
        if not tally.articles:
            raise MalmoiError("no article could be exported")
        # The report first: where it cannot be written, nothing is.
        if args.loss:
            with output(args.loss) as out:
                out.write(_json(form, tally))
        _put(form, made, args.output)
    say(_told(form, tally))
    return EXIT_GOOD if tally.articles == len(found) else EXIT_FINDINGS


def _has_page(read: Read, form: Format) -> bool:
    """Whether a page can be made of what was read; why not is told."""
    try:
        if read.error:
            raise read.error
        if read.article:
            page_of(read.article, form.unit)
    except MalmoiError as error:
        say(f"malmoi: {error}" if read.error else f"malmoi: {read.path}: {error}")
        return False
    return True


def _put(form: Format, made: Path, target: Path | None) -> None:
    if target is not None:
        place(form, made, target)
        return
    with output(None) as out, made.open("rb") as file:
        shutil.copyfileobj(file, out)


def _json(form: Format, tally: Tally) -> bytes:
    report = {
        "format": form.name,
        "offset_unit": form.unit,
        "articles": tally.articles,
        "refused": [{"article": refusal.article, "why": str(refusal)} for refusal in tally.refused],
        "facts": [row._asdict() for row in tally.rows()],
    }
    return orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n"


def _told(form: Format, tally: Tally) -> str:
    head = f"{counted(tally.articles, 'article')} as {form.name}; offsets are {form.unit}, ends exclusive"
    losses = [row for row in tally.rows() if row.lost or row.changed]
    if tally.refused:
        head += f"; {counted(len(tally.refused), 'article')} could not be written"
    if not losses:
        return f"{head}. Nothing is lost: read again, every article is equal."
    told = (f"  {row.kind}: {row.lost:,} of {row.total:,}{_others(row.changed)}" for row in losses)
    return "\n".join((f"{head}. Lost, as {form.name} cannot carry it:", *told))


def _others(changed: int) -> str:
    return f", {changed:,} others in their place" if changed else ""
