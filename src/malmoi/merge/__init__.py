"""Two annotators' versions of an article brought together, three-way; what they disagree on is left to a person."""

from malmoi.merge.conflicts import CHOICES, Choice, Conflict, Place, Versions, Why
from malmoi.merge.decisions import Decision, DecisionError, read_decisions
from malmoi.merge.threeway import Merged, MergeError, merge

__all__ = [
    "CHOICES",
    "Choice",
    "Conflict",
    "Decision",
    "DecisionError",
    "MergeError",
    "Merged",
    "Place",
    "Versions",
    "Why",
    "merge",
    "read_decisions",
]
