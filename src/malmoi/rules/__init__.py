"""The rules that articles and the corpus are checked by. Importing this registers all of them."""

from malmoi.rules import captions, corpus, guidelines, links, metadata, quotes, schema, source, spans, texts, values
from malmoi.rules.registry import RULES, Hit, Rule, json_path

__all__ = [
    "RULES",
    "Hit",
    "Rule",
    "captions",
    "corpus",
    "guidelines",
    "json_path",
    "links",
    "metadata",
    "quotes",
    "schema",
    "source",
    "spans",
    "texts",
    "values",
]
