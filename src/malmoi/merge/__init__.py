"""Two annotators' versions of an article brought together, three-way; what they disagree on is left to a person."""

from malmoi.merge.conflicts import Choice, Conflict, Place, Versions
from malmoi.merge.decisions import Decision, DecisionError, read_decisions
from malmoi.merge.threeway import Merged, MergeError, merge

__all__ = [
    "Choice",
    "Conflict",
    "Decision",
    "DecisionError",
    "MergeError",
    "Merged",
    "Place",
    "Versions",
    "merge",
    "read_decisions",
]
