"""Scoring many articles: counts, scores by tier, and confidence intervals.

The interval is the percentile bootstrap's (Efron & Tibshirani 1993, chapter 13): as many articles as there are are
drawn with replacement, 1,000 times from a fixed seed, and scored again; 95 % of the F1s lie between the bounds.
Articles are drawn, not items, because the items of one article depend on each other.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.evaluate.captions import count_captions
from malmoi.evaluate.clusters import count_clusters
from malmoi.evaluate.comparing import comparable
from malmoi.evaluate.counting import Options
from malmoi.evaluate.entities import count_entities
from malmoi.evaluate.klue import count_klue
from malmoi.evaluate.ledger import Ledger
from malmoi.evaluate.measures import measures, score
from malmoi.evaluate.quotes import count_quotes
from malmoi.model import TIERS

if TYPE_CHECKING:
    from malmoi.evaluate.measures import Scores
    from malmoi.model import Article

SAMPLES, SEED = 1_000, 1
_TAIL = 0.025
"""Share of the resampled F1s that lies below the interval, and above it."""


class Evaluation(NamedTuple):
    """What came of scoring.

    Attributes:
        articles: how many were scored.
        without_text: how many of them both sides withhold: KLUE's characters are counted with spaces there.
        samples: how often articles were drawn for the intervals.
        scores: over all of them, with intervals.
        tiers: the scores of each tier, without; `-` is of articles that have none.
    """

    articles: int
    without_text: int
    samples: int
    scores: Scores
    tiers: dict[str, Scores]

    def as_json(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "articles": self.articles,
            "without_text": self.without_text,
            "interval": {"share": 1 - 2 * _TAIL, "samples": self.samples, "seed": SEED},
            "scores": _plain(self.scores),
            "tiers": {tier: _plain(scores) for tier, scores in self.tiers.items()},
        }


class Scorer:
    """Takes articles pair by pair, keeps only their counts, and scores them."""

    def __init__(self, options: Options | None = None) -> None:
        """Take what entities are told apart by; by default their class."""
        self._options = options or Options()
        self._ledger = Ledger()
        self._without_text = 0
        self._tiers: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, gold: Article, predicted: Article) -> None:
        """Count one article.

        Raises:
            EvaluationError: the two are not annotations of one text.
        """
        gold, predicted = comparable(gold, predicted)
        self._without_text += any(block.text is None for block in gold.blocks)
        self._tiers[gold.tier or "-"].append(len(self._ledger))
        self._ledger.add(
            chain(
                count_entities(gold, predicted, self._options),
                count_klue(gold, predicted),
                count_quotes(gold, predicted),
                count_captions(gold, predicted),
                count_clusters(gold, predicted),
            )
        )

    def evaluation(self, samples: int = SAMPLES) -> Evaluation:
        """The scores of all articles that were added.

        Args:
            samples: how often articles are drawn for the intervals; without draws, or with a single article, there
                are none.
        """
        counts = self._ledger.total(range(len(self._ledger)))
        found = measures(counts)
        scores = score(found, counts)
        drawn: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for sample in self._ledger.draws(samples, SEED) if len(self._ledger) > 1 else ():
            for section, inside in score(found, sample).items():
                for name, one in inside.items():
                    if one.f1 is not None:
                        drawn[section, name].append(one.f1)
        for (section, name), f1s in drawn.items():
            scores[section][name] = scores[section][name]._replace(interval=_interval(f1s))
        tiers = {
            tier: score(found, self._ledger.total(self._tiers[tier])) for tier in (*TIERS, "-") if tier in self._tiers
        }
        return Evaluation(len(self._ledger), self._without_text, samples, scores, tiers)


def _interval(f1s: list[float]) -> tuple[float, float]:
    f1s.sort()
    tail = int(_TAIL * len(f1s))
    return f1s[tail], f1s[-1 - tail]


def _plain(scores: Scores) -> dict[str, Any]:
    return {section: {name: one._asdict() for name, one in inside.items()} for section, inside in scores.items()}
