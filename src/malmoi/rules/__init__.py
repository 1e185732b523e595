"""The rules that articles, the corpus and a published dataset are checked by. Importing this registers all of them."""

from malmoi.rules import (
    captions,
    corpus,
    guidelines,
    links,
    metadata,
    published,
    quotes,
    schema,
    source,
    spans,
    texts,
    values,
)
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
    "published",
    "quotes",
    "schema",
    "source",
    "spans",
    "texts",
    "values",
]
