"""Pages that would take the parser hours: lexbor's time is quadratic in how deep elements are nested."""

from __future__ import annotations

import re

from malmoi.normalize.draft import NormalizeError

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]{0,2000}?)(/?)>")
# Elements without an end, and those that the next of their kind ends.
_SHALLOW = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "option",
    ]
)
_LARGE, _SUSPICIOUS = 150_000, 20_000
_DEEPEST = 10_000


def check_nesting(text: str, name: str) -> None:
    """Refuse a page whose elements are nested deeper than any page of people.

    Only a page with very many tags is looked at: the look costs more than reading a usual page.

    Raises:
        NormalizeError: it is nested too deep; the message says how deep.
    """
    if len(text) < _LARGE or text.count("<") < _SUSPICIOUS:
        return
    depth = 0
    for closing, tag, _, itself in _TAG.findall(text):
        if itself or tag.lower() in _SHALLOW:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > _DEEPEST:
            raise NormalizeError(
                f"{name}: elements are nested more than {_DEEPEST:,} deep: this is no page of an article"
            )
