"""Score predictions against gold: entities, quotes, captions, clusters, with confidence intervals.

GOLD and PRED are articles (.json, .jsonl), folders of them, or a corpus; they are paired by the articles' ids, and
must have the same blocks. Where the text of one is withheld, the other's is compared by its fingerprint. A gold
article without a prediction counts as one in which nothing was found; a prediction without gold is left out.

  strict, overlap    same class and the same span, or one that shares text with it, paired one to one
  span, value        the span whatever the class; the date or time, of the entities that are strictly right
  macro              the mean over classes (rows without it count all items together)
  KLUE               its two macro F1s over its six tags, and the second as its baseline's code has it, with O
  content            quotes that share content, paired one to one; exact: all content spans equal
  relation           content shared, cue and source the same; exact: content too
  95 %               percentile bootstrap over articles, 1,000 draws, fixed seed

Quotes of headlines, deks and sub-heads are counted apart. --errors lists every miss by layer and kind, one a
line, tab-separated, gold in ⟦ ⟧ and the prediction in ⟨ ⟩; with -, in place of the tables.

Example:
  malmoi evaluate corpus predictions.jsonl --split test
  malmoi evaluate gold/ predicted/ --classes PS,LC,OG,DT,TI,QT --json | jq .scores.entities.strict.f1
  malmoi evaluate gold/ predicted/ --errors - | cut -f1,2 | sort | uniq -c

Exit code: 0 all of gold was scored, 1 something could not be read or is not the same text, 2 nothing could be scored.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from malmoi import asides, splits
from malmoi.commands import EXIT_FINDINGS, EXIT_GOOD
from malmoi.commands.console import output, progress, refuse_overwriting, say, table_width, without_padding
from malmoi.commands.pairing import index
from malmoi.evaluate import LEVELS, Miss, Options, Scorer, misses, without_annotations
from malmoi.findings import MalmoiError, counted, visible
from malmoi.schemas import labels

if TYPE_CHECKING:
    import argparse

    from malmoi.commands.pairing import Where
    from malmoi.evaluate import Evaluation

_STDOUT = Path("-")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("gold", type=Path, metavar="GOLD", help="articles as they should be annotated")
    parser.add_argument("predicted", type=Path, metavar="PRED", help="the same articles with predictions")
    parser.add_argument("--split", choices=splits.SPLITS, help="only this split of GOLD, which is a corpus")
    parser.add_argument("--level", choices=LEVELS, default="class", help="what entities are told apart by")
    parser.add_argument("--classes", metavar="PS,LC,…", help="only entities of these classes (KLUE's tags stay)")
    parser.add_argument("--json", action="store_true", help="print JSON in place of tables")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write every miss in its context; - for stdout")


def run(args: argparse.Namespace) -> int:
    """Score the pairs one by one; a pair that cannot be compared is reported and the rest goes on."""
    options = Options(args.level, _classes(args.classes))
    if args.json and args.errors == _STDOUT:
        raise MalmoiError("--json and --errors - would both write to stdout: name a file for the errors")
    refuse_overwriting([args.errors], [path for path in (args.gold, args.predicted) if path.is_file()])
    gold, predicted = index(args.gold), index(args.predicted)
    for error in (*gold.errors, *predicted.errors):
        say(f"malmoi: {error}")
    wanted = _wanted(gold.articles, args.gold, args.split)
    unpredicted = [name for name in wanted if name not in predicted.articles]
    strange = [name for name in predicted.articles if name not in wanted]
    if len(unpredicted) == len(wanted):
        raise MalmoiError(f"{args.gold} and {args.predicted} have no article in common (by id)")
    _tell(unpredicted, "no prediction: all of it counts as missed")
    _tell(strange, f"a prediction, but no gold{f' in {args.split}' if args.split else ''}: left out")

    scorer, wrong, failed = _score(wanted, predicted.articles, options, listed=bool(args.errors))
    if args.errors:
        with output(None if args.errors == _STDOUT else args.errors) as out:
            out.write("\t".join(Miss._fields).encode() + b"\n")
            out.writelines(map(_line, sorted(wrong, key=_layer_and_kind)))
    evaluation = scorer.evaluation()
    if evaluation.without_text:
        say(
            f"malmoi: neither side has the text of {counted(evaluation.without_text, 'article')}: KLUE's characters "
            "are counted with spaces there, and misses have no context"
        )
    if args.json:
        coverage = {"gold": len(wanted), "without_prediction": len(unpredicted), "failed": failed}
        report = {**coverage, "level": args.level, "classes": args.classes, **evaluation.as_json()}
        with output(None) as out:
            out.write(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
    elif args.errors != _STDOUT:
        with output(None) as out:
            out.write(without_padding(_drawn(evaluation)))
    return EXIT_FINDINGS if failed or gold.errors or predicted.errors else EXIT_GOOD


def _score(
    gold: dict[str, Where], predicted: dict[str, Where], options: Options, *, listed: bool
) -> tuple[Scorer, list[Miss], int]:
    """The articles scored, their misses if they are to be listed, and how many could not be scored."""
    scorer, failed = Scorer(options), 0
    wrong: list[Miss] = []
    for name, where in progress(gold.items(), total=len(gold), what="evaluate"):
        try:
            article = where.load()
            prediction = predicted[name].load() if name in predicted else without_annotations(article)
            scorer.add(article, prediction)
        except MalmoiError as error:
            say(f"malmoi: {error}; left out")
            failed += 1
            continue
        if listed:
            wrong += misses(article, prediction, options)
    if failed == len(gold):
        raise MalmoiError("nothing could be scored")
    return scorer, wrong, failed


def _classes(named: str | None) -> frozenset[str] | None:
    if named is None:
        return None
    known = list(dict.fromkeys(label.class_ for label in labels().values()))
    classes = [name.strip() for name in named.split(",")]
    for name in classes:
        if name not in known:
            raise MalmoiError(f"--classes: {name!r} is no class; there are {', '.join(known)}")
    return frozenset(classes)


def _wanted(articles: dict[str, Where], gold: Path, split: str | None) -> dict[str, Where]:
    """The gold articles to score."""
    if split is None:
        if not articles:
            raise MalmoiError(f"{gold}: no article could be read")
        return articles
    if not (gold / asides.SPLITS_FILE).is_file():
        raise MalmoiError(f"--split needs a corpus as GOLD, and {gold} has no {asides.SPLITS_FILE}")
    placed = splits.read(gold / asides.SPLITS_FILE)
    wanted = {name: where for name, where in articles.items() if placed.get(name) == split}
    if not wanted:
        raise MalmoiError(f"{gold}: no article is in {split}")
    return wanted


def _tell(names: list[str], what: str) -> None:
    if names:
        first = names[0] if len(names) == 1 else f"{names[0]}, …"
        say(f"malmoi: {counted(len(names), 'article')} ({first}) with {what}")


def _line(miss: Miss) -> bytes:
    return "\t".join(map(visible, miss)).encode() + b"\n"


def _layer_and_kind(miss: Miss) -> tuple[str, str]:
    return miss.layer, miss.kind


def _drawn(evaluation: Evaluation) -> str:
    from rich.console import Console

    from malmoi.evaluate.tables import tables

    # Labels are shown as the files have them.
    console = Console(markup=False, emoji=False, highlight=False, width=table_width())
    with console.capture() as captured:
        console.print(f"Scores over {counted(evaluation.articles, 'article')}")
        for table in tables(evaluation):
            console.print()
            console.print(table)
    return captured.get()
