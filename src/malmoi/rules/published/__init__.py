"""Level 6: a published dataset, as `malmoi build` makes it and the Hub shows it. Nothing here needs the network."""

from malmoi.rules.published import card, configs, contents, files

__all__ = ["card", "configs", "contents", "files"]
