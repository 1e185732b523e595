"""How good predictions are: entities, quotes, captions and clusters of one article set against another's.

Items are counted article by article (one module a layer), the counts summed and made into scores with confidence
intervals (`measures.py`, `scoring.py`), and each miss can be listed in its context (`misses.py`).
"""

from malmoi.evaluate.comparing import EvaluationError, comparable, without_annotations
from malmoi.evaluate.counting import LEVELS, Options
from malmoi.evaluate.measures import Score, Scores
from malmoi.evaluate.misses import Miss, misses
from malmoi.evaluate.scoring import Evaluation, Scorer

__all__ = [
    "LEVELS",
    "Evaluation",
    "EvaluationError",
    "Miss",
    "Options",
    "Score",
    "Scorer",
    "Scores",
    "comparable",
    "misses",
    "without_annotations",
]
