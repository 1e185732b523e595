"""JavaScript literals of page state to JSON values: bare keys, single quotes, `!0`, and a function's arguments.

Nuxt writes `window.__NUXT__=(function(a,b){return {title:"…",views:a}}(12,null))`. Nothing is run: names are replaced
by the arguments they stand for, and what is neither a name, a text nor a number makes the literal unreadable.
"""

from __future__ import annotations

import json
import re
from typing import Any

_TOKEN = re.compile(
    r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?P<key>[A-Za-z_$][\w$]*)\s*(?=:)|(?P<name>[A-Za-z_$][\w$]*)|![01]|void 0"""
)
_FUNCTION = re.compile(r"\(function\((?P<names>[\w$,\s]*)\)\{return\s*(?=[{\[])")
_PARSED = re.compile(r"""JSON\.parse\(\s*(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")
_WORDS = {"true": "true", "false": "false", "null": "null", "undefined": "null", "NaN": "null", "Infinity": "null"}
_CONSTANTS = {"!0": "true", "!1": "false", "void 0": "null"}
_NUMBER_START = re.compile(r"(?<=[:,\[(])\s*(-?)\.(\d)")


def parsed_texts(script: str) -> list[Any]:
    """The values of the texts that a script hands to `JSON.parse`."""
    found = []
    for match in _PARSED.finditer(script):
        try:
            found.append(json.loads(_text(match["text"]), strict=False))
        except (ValueError, RecursionError):
            continue
    return found


def returned(script: str) -> Any:  # noqa: ANN401  JSON
    """What a function that is called on the spot returns, its names replaced by its arguments; None if unreadable."""
    function = _FUNCTION.search(script)
    if function is None:
        return None
    body, end = _balanced(script, function.end())
    call = script.find("(", end)
    arguments, _ = _balanced(script, call) if call >= 0 else ("()", 0)
    values = value(f"[{arguments[1:-1]}]", {})
    if not isinstance(values, list):
        return None
    names = [name.strip() for name in function["names"].split(",") if name.strip()]
    return value(body, dict(zip(names, values, strict=False)))


def assigned(script: str, start: int) -> Any:  # noqa: ANN401  JSON
    """The value of the object literal that begins at `start`; None if it is unreadable."""
    body, _ = _balanced(script, start)
    return value(body, {})


def value(literal: str, names: dict[str, Any]) -> Any:  # noqa: ANN401  JSON
    """The value of a literal; None if it is none."""

    def json_of(token: re.Match[str]) -> str:
        text = token[0]
        if token["key"]:
            return json.dumps(token["key"])
        if token["name"]:
            known = _WORDS.get(text)
            return known if known is not None else json.dumps(names.get(text))
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        return text if text[0] == '"' else json.dumps(_text(text))

    try:
        return json.loads(_NUMBER_START.sub(r"\g<1>0.\2", _TOKEN.sub(json_of, literal)), strict=False)
    except (ValueError, RecursionError):
        return None


def _text(quoted: str) -> str:
    """A JavaScript text: its escapes are those of JSON, and an escaped single quote."""
    inside = quoted[1:-1]
    if quoted[0] == "'":
        inside = inside.replace("\\'", "'").replace('"', '\\"')
    text = json.loads(f'"{inside}"', strict=False)
    return str(text)


def _balanced(script: str, start: int) -> tuple[str, int]:
    """The bracketed part that begins at `start`, texts in it skipped, and where it ends."""
    depth = 0
    at = start
    for match in re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\[{(]|[\]})]""").finditer(script, start):
        if match[0] in "[{(":
            depth += 1
        elif match[0] in "]})":
            depth -= 1
        at = match.end()
        if depth == 0:
            break
    return script[start:at], at
