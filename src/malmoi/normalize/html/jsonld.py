"""JSON as pages write it: with comments, raw line breaks, trailing commas, entities; and the article in JSON-LD."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|<!--|-->', re.DOTALL)
_TRAILING = re.compile(r",(\s*[}\]])")
_ARTICLE = re.compile(
    r"(?:News|Report|Opinion|Review|Analysis|AskPublic|Background|Tech|Blog)?Article|BlogPosting|Reportage\w*"
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});")
_DEEPEST = 60
_DECODER = json.JSONDecoder(strict=False)


def loads(text: str) -> Any:  # noqa: ANN401  JSON
    """The value of a JSON text; None where it is none even with comments, line breaks and commas forgiven."""
    text = text.strip().removesuffix(";").removeprefix("<![CDATA[").removesuffix("]]>")
    for attempt in (_plain, _forgiving):
        try:
            return _DECODER.decode(attempt(text))
        except (ValueError, RecursionError):
            continue
    return None


def _plain(text: str) -> str:
    return text


def _forgiving(text: str) -> str:
    kept = _STRING_OR_COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else " ", text)
    return _TRAILING.sub(r"\1", kept)


def articles(value: object) -> Iterator[dict[str, Any]]:
    """The objects whose `@type` is an article's, in `@graph` and lists too."""
    stack = [(value, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(node, list):
            stack += [(item, depth + 1) for item in reversed(node)]
        elif isinstance(node, dict):
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(name, str) and _ARTICLE.fullmatch(name) for name in names):
                yield node
            elif "@graph" in node:
                stack.append((node["@graph"], depth + 1))
            elif "mainEntity" in node:
                stack.append((node["mainEntity"], depth + 1))


def plain(value: object) -> str:
    """A text of JSON or of a meta tag without the entities that were escaped twice."""
    if not isinstance(value, str):
        return ""
    for _ in range(2):
        if "&" not in value or not _ENTITY.search(value):
            break
        value = html.unescape(value)
    if "\\" in value:
        value = value.replace('\\"', '"').replace("\\'", "'").replace("\\/", "/")
    return " ".join(value.split())


def names(value: object) -> list[str]:
    """The names of an `author`, `creator` or `publisher`: a text, an object with a name, or a list of these."""
    if isinstance(value, str):
        return [plain(value)] if value.strip() else []
    if isinstance(value, dict):
        kind = value.get("@type")
        return [] if kind == "ImageObject" else names(value.get("name"))
    if isinstance(value, list):
        return [name for item in value for name in names(item)]
    return []
