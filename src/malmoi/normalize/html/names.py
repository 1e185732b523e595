"""What the id, classes and itemprop of an element say of it: the vocabulary of Korean news pages.

Names are the weakest evidence and the first: `lines` believes one only where what it names looks like that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

Role = Literal[
    "caption", "byline", "date", "dek", "subhead", "headline",
    "advertising", "comments", "copyright", "hashtags", "link", "list of other articles", "page controls",
    "page frame", "player", "reporter's page", "sharing", "subscribing", "summary", "tips",
]  # fmt: skip
TEXT_ELEMENT = "story-text-element"
"""The class of what a story's own data calls text: no caption, whatever it looks like."""
CONTENT: frozenset[str] = frozenset({"caption", "byline", "date", "dek", "subhead", "headline"})
"""Roles of what belongs to the article; the others are furniture, by the reason it is dropped for."""

_HIDDEN = re.compile(
    r"(?:^|\s)(?:blind|is[-_]?blind|hidden|is[-_]?hidden|hide|sr[-_]?only|visually[-_]?hidden|screen[-_]?(?:out|reader|hide)|a11y|"
    r"u_hc|ir|ir_pm|accessibility|offscreen|skip(?:[-_]?(?:nav|navi|menu|link|to)s?)?|print[-_]?only|d-none|none|slick-cloned|swiper-slide-duplicate|cloned?)(?=\s|$)"
)

_END = r"(?=$|[_\d-])"


def _rows(name: str) -> list[tuple[str, str]]:
    """The rows of a table of two columns beside this module."""
    text = (files("malmoi.normalize.html") / name).read_text(encoding="utf-8")
    rows = [row.partition("\t") for row in text.splitlines() if row and not row.startswith("#")]
    return [(first, second) for first, _, second in rows]


def _patterns() -> dict[Role, str]:
    """One pattern a role, the surest role first."""
    patterns: dict[Role, list[str]] = {}
    for role, pattern in _rows("names.tsv"):
        patterns.setdefault(cast("Role", role), []).append(
            pattern.replace("$", _END) if "(?=$" not in pattern else pattern
        )
    return {role: "|".join(some) for role, some in patterns.items()}


_PATTERNS = tuple(_patterns().items())
_ROLE = re.compile("|".join(f"(?P<r{number}>{pattern})" for number, (_, pattern) in enumerate(_PATTERNS)))
_WORD = re.compile(r"(?:^|(?<=[_-]))[a-z]")
FRAME_TAGS: dict[str, Role] = {
    "figcaption": "caption",
    "button": "page controls",
    "aside": "page frame",
    "nav": "page frame",
}
_NONE = len(_PATTERNS)
_LONGEST_NAME = 80


@lru_cache(maxsize=4096)
def meaning_of(names: str) -> tuple[Role | None, bool]:
    """What an element is by its names, the surest word first, and whether it is shown to nobody or to readers only."""
    best = min(map(_rank, names.split()), default=_NONE)
    return (_PATTERNS[best][0] if best < _NONE else None), bool(_HIDDEN.search(names))


# The names of a site's pages recur from page to page.
@lru_cache(maxsize=4096)
def _rank(name: str) -> int:
    """How sure the surest word in a name is; the length of the list if there is none.

    Of words for parts of an article the last one counts: `news_title_author` is an author.
    """
    best = last = _NONE
    for word in _WORD.finditer(name[:_LONGEST_NAME]):
        if (found := _ROLE.match(name, word.start())) and found.lastgroup:
            rank = int(found.lastgroup[1:])
            if _PATTERNS[rank][0] in CONTENT:
                last = rank
            else:
                best = min(best, rank)
    return min(best, last)


def _load() -> dict[str, str]:
    return {name: family for family, names in _rows("profiles.tsv") for name in names.split()}


BODIES: dict[str, str] = _load()
"""Names of the element that holds the body, to the publishers and systems that use them."""


def body_name(names: str) -> str | None:
    """The name under which `profiles.tsv` knows an element as a body."""
    for name in names.split():
        if name in BODIES:
            return name
    return None
