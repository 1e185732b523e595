"""What is counted: for every measure and kind of item, how many items there are and how many are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

from malmoi.schemas import class_or_label

if TYPE_CHECKING:
    from malmoi.model import Entity

Level = Literal["class", "label"]
LEVELS: tuple[Level, ...] = get_args(Level)

Key: TypeAlias = tuple[str, str, str]
"""Section, measure, and kind of item (an entity's class, a caption's field; "" where there are none)."""


class Counts(NamedTuple):
    """One measure in one article or many.

    Attributes:
        gold: items that were annotated.
        predicted: items that were predicted.
        found: how many of gold were found (recall).
        right: how many of the predicted are right (precision). Where items are paired it is `found`.
    """

    gold: int
    predicted: int
    found: int
    right: int


class Options(NamedTuple):
    """What entities are told apart by, and which classes are scored (None: all)."""

    level: Level = "class"
    classes: frozenset[str] | None = None

    def kind(self, entity: Entity) -> str:
        """What must be right besides the span."""
        return class_or_label(entity.label) if self.level == "class" else entity.label

    def counts(self, entity: Entity) -> bool:
        """Whether the entity is scored."""
        return self.classes is None or class_or_label(entity.label) in self.classes


def paired(gold: int, predicted: int, right: int) -> Counts:
    """Counts of items that are right in pairs: as many are found as are right."""
    return Counts(gold, predicted, right, right)


def accuracy(items: int, right: int) -> Counts:
    """Counts of something that both sides say of the same items."""
    return Counts(items, items, right, right)
