"""Figures about a corpus: what it contains (`contents`), and how varied its language is (`language`)."""

from malmoi.stats.contents import Contents, contents
from malmoi.stats.language import Language, compare_language

__all__ = ["Contents", "Language", "compare_language", "contents"]
