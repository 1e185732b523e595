"""Level 6: a published dataset, as `malmoi build` makes it and the Hub shows it. Nothing here needs the network."""

from malmoi.rules.published import card, configs, contents, croissant, files

__all__ = ["card", "configs", "contents", "croissant", "files"]

NEED_CARD = frozenset(
    {f"MM60{number}" for number in range(2, 10)} | {f"MM61{number}" for number in (0, 1, 3, 4, 5)} | {"MM626"}
)
"""The rules that cannot run where the card cannot be read."""
