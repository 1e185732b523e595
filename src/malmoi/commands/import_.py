"""Read what an annotation tool gives back as articles, every span checked against the text.

SOURCE is the tool's file, or its folder where the format is one of several files:

  cas              .xmi files, each with TypeSystem.xml beside it or at the top: unzip what INCEpTION exports
  cas-json         .json files with their types in them
  klue             KLUE-NER's .tsv: a sentence an article, `PS` a PS_NAME, the other tags the rest of their class
  label-studio     the raw JSON export (JSON in the Export dialogue), one file
  nikl             a .json of NIKL's corpora: a document an article, a sentence a paragraph
  spacy            one DocBin; `doc.ents` are read where `doc.spans` has no `entities`

OUT is a .jsonl file, a .json file for one article, or a folder (a file an article; a
folder in it for each annotator, where there are several of one article). What a tool moved, what was snapped to the
text, split at a block's end or could not be kept is told on standard error, with the place: nothing changes in silence.

--role adds to the provenance that people have annotated, in which role and by which guidelines.

--against shows what differs from the corpus. Everything but the layers that the tool carries is the corpus's, and so
must be the text. What is accepted, on a terminal article by article, else all with --yes, is written back to where
it stands, without its text if it stood without, or to OUT.

Example:
  malmoi import --format brat 받은폴더 -o articles.jsonl
  malmoi import --format label-studio export.json -o articles.jsonl
  malmoi import --format label-studio export.json -o annotated/ --role first --guidelines 1.1
  malmoi import --format label-studio export.json --against corpus --role review

Exit code: 0 all good, and nothing differs or all was accepted; 1 something had to be changed or left out, or differs
and was not accepted; 2 no article could be read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.articles import errors_told, write_articles
from malmoi.commands.console import refuse_overwriting, say
from malmoi.findings import MalmoiError, counted
from malmoi.formats import FORMATS, get
from malmoi.formats.accept import Pass, recorded
from malmoi.formats.exchange import imported
from malmoi.formats.interface import FormatError
from malmoi.model import Role

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from malmoi.formats.assemble import Assembled
    from malmoi.formats.interface import Format
    from malmoi.model import Article

_NOBODY = "nobody in particular"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="the tool's file or folder")
    parser.add_argument("--format", required=True, choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="write here, not to standard output")
    parser.add_argument("--annotator", metavar="WHO", help="only this one's: the tool's name or number of the person")
    parser.add_argument("--role", choices=get_args(Role), help="record a pass of annotation by people in this role")
    parser.add_argument("--agent", metavar="NAME", help="who made the pass, in place of what the tool tells")
    parser.add_argument("--guidelines", metavar="VERSION", help="what was followed; default: as the pass before")
    parser.add_argument("--against", type=Path, metavar="CORPUS", help="show what differs from these articles")
    parser.add_argument("--yes", action="store_true", help="accept every difference without asking")


def run(args: argparse.Namespace) -> int:
    """Import; an article that cannot be made is reported and the rest goes on."""
    if not args.role and (args.agent or args.guidelines):
        raise MalmoiError("--agent and --guidelines tell of a pass: name its --role")
    if args.yes and not args.against:
        raise MalmoiError("--yes accepts what differs from the articles of --against")
    refuse_overwriting([args.output], args.sources)
    form = get(args.format)
    if not form.layers and (args.role or args.against):
        raise MalmoiError(f"{form.name} has other labels than the corpus: nothing of it can be a pass, or go into it")
    passed = Pass(form.layers, args.role, args.agent, args.guidelines) if args.role else None
    found, good = _found(form, args.sources)
    if args.annotator:
        found = _of_one(form, found, args.annotator)
    made = _against(args, form, found, passed) if args.against else _written(args, form, found, passed)
    return EXIT_GOOD if good and made else EXIT_FINDINGS


def _written(args: argparse.Namespace, form: Format, found: Sequence[Assembled], passed: Pass | None) -> bool:
    """Write the articles; whether all could be."""
    several = _annotators(found)
    folders = bool(several) and args.output is not None and args.output.suffix not in {".json", ".jsonl"}
    if several and not folders:
        raise MalmoiError(f"{several}: choose one of them with --annotator, or name a folder with -o")
    made: dict[str, list[Article]] = {}
    for one in found:
        try:
            article = recorded(one.article, passed, one.annotator) if passed else one.article
        except FormatError as error:
            say(f"malmoi: {error}")
        else:
            made.setdefault(_slug(form, one.annotator) if folders else "", []).append(article)
    if not made:
        raise MalmoiError("no article could be imported")
    if several and any(len({article.id for article in articles}) < len(articles) for articles in made.values()):
        raise MalmoiError(f"{several}: one person has annotated it twice; delete one of the two in the tool")
    errors = sum(errors_told(article) for articles in made.values() for article in articles)
    for name, articles in made.items():
        write_articles(articles, args.output / name if folders else args.output)
    return sum(map(len, made.values())) == len(found) and not errors


def _found(form: Format, sources: Sequence[Path]) -> tuple[list[Assembled], bool]:
    """What could be read, and whether nothing had to be told."""
    found: list[Assembled] = []
    good = True
    for source in sources:
        if not source.exists():
            raise MalmoiError(f"{source}: no such file or folder")
        empty = True
        for one in imported(form, source):
            empty = False
            if isinstance(one, FormatError):
                say(f"malmoi: {one}")
                good = False
                continue
            for note in one.notes:
                say(f"malmoi: {note}")
                good = False
            found.append(one)
        if empty:
            say(f"malmoi: {source}: nothing is in it")
    if bare := sum(one.bare for one in found):
        told = f"{counted(bare, 'article')} without our header: read as paragraphs, of unknown licence"
        say(f"malmoi: {told}; --against takes all that from the corpus")
    if not found:
        raise MalmoiError("no article could be imported")
    return found, good


def _of_one(form: Format, found: Sequence[Assembled], wanted: str) -> list[Assembled]:
    """What one annotator made, by the tool's name of the person, or the end of it."""
    chosen = []
    for one in found:
        slug = _slug(form, one.annotator)
        if wanted in {one.annotator, slug, slug.rpartition("-")[2]}:
            chosen.append(one)
    if not chosen:
        known = ", ".join(sorted({one.annotator or _NOBODY for one in found}))
        raise MalmoiError(f"nothing is by {wanted!r}; there is work by {known}")
    return chosen


def _annotators(found: Sequence[Assembled]) -> str:
    """Of an article that several people annotated, or one twice, who they are; empty where there is none."""
    by_id: dict[str, list[str | None]] = {}
    for one in found:
        by_id.setdefault(one.article.id, []).append(one.annotator)
    for name, who in by_id.items():
        # Where no tool names anybody, two articles with one id may well be two articles.
        if len(who) > 1 and any(who):
            return f"{name} was annotated by {', '.join(sorted(one or _NOBODY for one in who))}"
    return ""


def _slug(form: Format, annotator: str | None) -> str:
    """An annotator as a folder's name, without the tool's: `user-1`."""
    if annotator is None:
        return "unnamed"
    slug = re.sub(r"[^\w]+", "-", annotator.lower()).strip("-")
    return slug.removeprefix(f"{form.name}-") or "unnamed"


def _against(args: argparse.Namespace, form: Format, found: Sequence[Assembled], passed: Pass | None) -> bool:
    """Show what differs from the corpus, and write what is accepted; whether nothing is left."""
    from malmoi.commands.against import accepted, compared, kept_in, write_back

    several = _annotators(found)
    if several:
        raise MalmoiError(f"{several}: choose one of them with --annotator, or bring them together (`malmoi merge`)")
    kept = kept_in(args.against)
    pairs = []
    for one in found:
        try:
            # Taken out: a second version of the same article would undo the first.
            pairs.append(compared(kept.pop(one.article.id, None), one, form, passed))
        except MalmoiError as error:
            say(f"malmoi: {error}")
    if not pairs:
        raise MalmoiError(f"nothing could be compared with {args.against}")
    taken, differing, errors = accepted(pairs, yes=args.yes)
    if not args.output:
        write_back(taken)
    elif taken:
        write_articles([pair.after for pair in taken], args.output)
    say(f"malmoi: {len(pairs) - differing:,} as they were, {len(taken):,} accepted, {differing - len(taken):,} not")
    if differing > len(taken):
        say("malmoi: what was not accepted stays as it was; --yes accepts all")
    return len(pairs) == len(found) and differing == len(taken) and not errors
