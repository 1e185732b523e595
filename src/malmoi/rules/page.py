"""schema/RULES.md: every rule, made from the docstrings of the rules."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from malmoi.rules.registry import RULES

if TYPE_CHECKING:
    from malmoi.rules.registry import Rule

LEVELS = {
    1: "Bytes and canonical form",
    2: "JSON Schema",
    3: "Within an article",
    4: "Across the corpus",
    5: "Guideline warnings",
    6: "The published dataset",
}
_HEADINGS = re.compile(r"^(What it does:|Why is this bad\?|Example:|Use instead:)", re.MULTILINE)
_HEAD = """\
# Rules

What `malmoi validate` checks. This file is made from the docstrings of the rules by `scripts/rules_doc.py`.

A code never changes its meaning, and a slug names the pattern that was found. Levels stop early: where an article
fails level 1 for good (marked *stops*), level 2 or level 3, the higher levels are skipped for it, and the report says
how many checks that were. *Fixable* means that `malmoi validate --fix` can repair it. Level 6 is for a folder that
`malmoi build` made or that was downloaded from the Hub.
"""


def render() -> str:
    """The whole of RULES.md."""
    rules = [RULES[code] for code in sorted(RULES)]
    parts = [_HEAD]
    for level, group in groupby(rules, key=lambda rule: rule.level):
        found = list(group)
        parts.append(f"\n## Level {level}: {LEVELS[level].lower() if level != 2 else LEVELS[level]}\n")  # noqa: PLR2004  JSON keeps its capitals
        parts.append("\n| Code | Slug | |\n|---|---|---|\n")
        parts += [f"| [{rule.code}](#{_anchor(rule)}) | {rule.slug} | {rule.title} |\n" for rule in found]
        parts += map(_section, found)
    return "".join(parts)


def _anchor(rule: Rule) -> str:
    return f"{rule.code.lower()}-{rule.slug}"


def _section(rule: Rule) -> str:
    marks = [rule.severity.label]
    marks += ["stops"] if rule.stops else []
    marks += ["fixable"] if rule.fixable else []
    body = _HEADINGS.sub(r"**\1**", rule.doc.partition("\n")[2].strip())
    return f"\n### {rule.code} {rule.slug}\n\n{rule.title} *({', '.join(marks)})*\n\n{body}\n"
