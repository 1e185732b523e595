"""The scores as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from malmoi.evaluate import quotes
from malmoi.evaluate.measures import BY_KIND, BY_KIND_OVERLAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from malmoi.evaluate.measures import Score, Scores
    from malmoi.evaluate.scoring import Evaluation

_ACCURACIES = {*quotes.VALUES, "value"}


def tables(evaluation: Evaluation) -> Iterator[Table]:
    """All measures in one table, and one of the single classes or labels of entities."""
    tiers = evaluation.tiers if len(evaluation.tiers) > 1 else {}
    table = _table("measure", tiers)
    for section, scores in evaluation.scores.items():
        shown = {name: score for name, score in scores.items() if score.f1 is not None}
        if section in {BY_KIND, BY_KIND_OVERLAP} or not shown:
            continue
        table.add_row(section, style="bold")
        for name, score in shown.items():
            star = " *" * (name in _ACCURACIES)
            table.add_row(f"  {name}{star}", *_cells(score), *_of_tiers(tiers, section, name))
        table.add_section()
    table.caption, table.caption_justify = "* accuracy, over what is paired", "left"
    yield table
    kinds = evaluation.scores[BY_KIND]
    if kinds:
        table = _table(BY_KIND, tiers, "overlap")
        for name, score in kinds.items():
            overlap = evaluation.scores[BY_KIND_OVERLAP][name].f1
            table.add_row(name, *_cells(score), _share(overlap), *_of_tiers(tiers, BY_KIND, name))
        yield table


def _table(what: str, tiers: Iterable[str], *more: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column(what, no_wrap=True)
    for column in ("gold", "pred", "P", "R", "F1", "95 %", *more, *tiers):
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _cells(score: Score) -> Iterator[str]:
    yield from ("" if count is None else f"{count:.0f}" for count in (score.gold, score.predicted))
    yield from map(_share, (score.precision, score.recall, score.f1))
    yield "-".join(map(_share, score.interval)) if score.interval else "-"


def _of_tiers(tiers: Mapping[str, Scores], section: str, name: str) -> Iterator[str]:
    return (_share(scores[section][name].f1) for scores in tiers.values())


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
