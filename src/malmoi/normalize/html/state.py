"""Pages that keep the article in a script: the JSON that their application draws the page from.

Arc (`Fusion.globalContent`), Next (`__NEXT_DATA__`, flight chunks), Nuxt, and dehydrated queries all hold somewhere an
object with a title and a body. The body is a text with tags, a list of texts, or Arc's `content_elements`.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.normalize.html import jsonld, literal
from malmoi.normalize.html.metadata import Claim
from malmoi.normalize.html.names import TEXT_ELEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

_FLIGHT = re.compile(r'self\.__next_f\.push\(\[1,\s*("(?:[^"\\]|\\.)*")\]\)')
_ASSIGNED = re.compile(r"(?:[=(]|push\()\s*(?=[{\[])")
_HANGUL = re.compile(r"[가-힣]")
_TITLE = re.compile(r"^(?:article|news|art)?_?(?:title|headline|headlines|subject|tit)$|^headlines$", re.IGNORECASE)
_BODY = re.compile(
    r"^(?:article|news|art)?_?(?:content_?elements|content|contents|content_?html|body|body_?html|text|article_?body|html|detail|description_html)$",
    re.IGNORECASE,
)
_DEK = re.compile(r"^(?:sub_?title|sub_?headlines?|deck|dek|standfirst)$", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"^(?:first_?publish_?date|display_?date|(?:first_?)?(?:publish(?:ed)?|deploy|reg|input|create[d]?|write|service|pub|posting|article|news|send)_?(?:at|date|dt|time|datetime|on)?|date_?published|datetime|date|regdt|pubdate)$",
    re.IGNORECASE,
)
_MODIFIED = re.compile(
    r"^(?:last_?updated?_?date|(?:update[d]?|modif(?:y|ied)|re_?deploy|edit|mod|upd)_?(?:at|date|dt|time|datetime|on)?|date_?modified)$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"^(?:by_?lines?|authors?|writers?|reporters?|journalists?|credits|writer_?(?:name|display)|reporter_?names?|author_?name)$",
    re.IGNORECASE,
)
_SECTION = re.compile(r"^(?:section_?name|category_?name|section|category|menu_?name)$", re.IGNORECASE)
_NAME_KEY = re.compile(
    r"^(?:name|writer_?name|reporter_?name|author_?name|full_?name|byline|nm|writername)$", re.IGNORECASE
)
_FEWEST = 80
_FEWEST_ELEMENTS = 20
_LARGEST_SCRIPT = 8_000_000
_DEEPEST = 40
_DEEPEST_REFERENCE = 8
_MOST_ASSIGNED = 50
_BARE_KEY = re.compile(r"\{\s*[A-Za-z_$][\w$]*\s*:")


class State(NamedTuple):
    """An article found in a script.

    Attributes:
        body: HTML.
        title: the headline, None if the object has none.
        deks: sub-titles.
        published: claims of the first publication.
        modified: claims of the last change.
        authors: claims of the reporters.
        section: the section.
        source: the script's kind, for provenance.
    """

    body: str
    title: str | None
    deks: tuple[str, ...]
    published: tuple[Claim, ...]
    modified: tuple[Claim, ...]
    authors: tuple[Claim, ...]
    section: str | None
    source: str


def read_state(tree: LexborHTMLParser) -> State | None:
    """The article in the scripts of a page; None if there is none."""
    best: State | None = None
    size = 0
    for value, kind in _values(tree):
        for node in _objects(value):
            if (state := _article(node, kind)) and (count := len(_HANGUL.findall(state.body))) > size:
                # A summary of the article is another object; of two with the same text the one with a title.
                if best is not None and best.title and not state.title and count < 1.2 * size:
                    continue
                best, size = state, count
    return best or _flight_text(tree)


def _values(tree: LexborHTMLParser) -> Iterator[tuple[object, str]]:
    """The values of the page's scripts, with what kind of script each is from."""
    for node in tree.css("script"):
        text = "" if node.attributes.get("src") else node.text()
        if not text or len(text) > _LARGEST_SCRIPT or not _has_korean(text) or "self.__next_f" in text:
            continue
        kind = node.attributes.get("type") or ""
        if "ld+json" in kind:
            continue
        if kind.endswith("json") or text.lstrip()[:1] in "{[":
            yield jsonld.loads(text), "__NEXT_DATA__" if node.attributes.get("id") == "__NEXT_DATA__" else "JSON script"
        else:
            yield from ((value, "Fusion" if "Fusion." in text else "script state") for value in _of_script(text))
    for line in _flight(tree).split("\n"):
        _, colon, rest = line.partition(":")
        if colon and rest[:1] in "[{" and _has_korean(rest):
            yield jsonld.loads(rest), "flight data"


def _of_script(text: str) -> Iterator[object]:
    """The values that a script assigns, hands to a function, parses or returns."""
    decoder = json.JSONDecoder(strict=False)
    at = 0
    for _ in range(_MOST_ASSIGNED):
        found = _ASSIGNED.search(text, at)
        if found is None:
            break
        try:
            value, at = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            at = found.end()
            if _BARE_KEY.match(text, at):
                yield literal.assigned(text, at)
            continue
        yield _joined(value) if '"__ref"' in text else value
    if "JSON.parse(" in text:
        yield from literal.parsed_texts(text)
    if "(function(" in text:
        yield literal.returned(text)


def _joined(value: Any) -> Any:  # noqa: ANN401  JSON
    """A normalized cache with its references (`{"__ref": "Author:9"}`) replaced by what they stand for."""
    if not isinstance(value, dict):
        return value

    def follow(node: Any, depth: int) -> Any:  # noqa: ANN401  JSON
        if depth > _DEEPEST_REFERENCE:
            return node
        if isinstance(node, list):
            return [follow(item, depth + 1) for item in node]
        if isinstance(node, dict):
            if isinstance(node.get("__ref"), str):
                return follow(value.get(node["__ref"]), depth + 1)
            return {key: follow(item, depth + 1) for key, item in node.items()}
        return node

    return follow(value, 0)


def _has_korean(text: str) -> bool:
    return bool(_HANGUL.search(text)) or "\\u" in text


def _flight(tree: LexborHTMLParser) -> str:
    chunks: list[str] = []
    for node in tree.css("script"):
        text = node.text() if not node.attributes.get("src") else ""
        if text and "__next_f" in text:
            for found in _FLIGHT.finditer(text):
                value = jsonld.loads(found[1])
                chunks += [value] if isinstance(value, str) else []
    return "".join(chunks)


def _flight_text(tree: LexborHTMLParser) -> State | None:
    """A flight row of text (`24:T1b7b,<p>…`): the length in bytes stands before it in hexadecimal digits."""
    raw = _flight(tree).encode()
    best = ""
    for found in re.finditer(rb"(?:^|\n|(?<=[\]}\">]))[0-9a-f]{1,4}:T([0-9a-f]{1,6}),", raw):
        text = raw[found.end() : found.end() + int(found[1], 16)].decode("utf-8", "replace")
        if "<" in text and len(_HANGUL.findall(text)) > len(_HANGUL.findall(best)):
            best = text
    if len(_HANGUL.findall(best)) < _FEWEST:
        return None
    return State(best, None, (), (), (), (), None, "flight data")


def _objects(value: object) -> Iterator[dict[str, Any]]:
    stack = [(value, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(node, dict):
            yield node
            stack += [(item, depth + 1) for item in node.values() if isinstance(item, dict | list)]
        elif isinstance(node, list):
            stack += [(item, depth + 1) for item in node if isinstance(item, dict | list)]
        # A JSON text inside a JSON value is left alone: it repeats what stands beside it.


def _article(node: dict[str, Any], kind: str) -> State | None:
    if not any(
        isinstance(value, list) or (isinstance(value, str) and len(value) >= _FEWEST) for value in node.values()
    ):
        return None
    bodies = [body for key, value in node.items() if _BODY.match(key) and (body := _html(value))]
    body = max(bodies, key=len, default="")
    if len(_HANGUL.findall(body)) < (_FEWEST_ELEMENTS if any(map(_is_elements, node.values())) else _FEWEST):
        return None
    title = next((text for key, value in node.items() if _TITLE.match(key) and (text := _text(value))), None)
    if title is None and not _is_elements(node.get("content_elements")):
        return None
    deks = [line for key, value in node.items() if _DEK.match(key) for line in _lines(value)]
    return State(
        body=body,
        title=title,
        deks=tuple(deks),
        published=_claims(node, _PUBLISHED, _FIRST, kind),
        modified=_claims(node, _MODIFIED, (), kind),
        authors=tuple(
            Claim(name, f"{kind} {key}") for key, value in node.items() if _AUTHOR.match(key) for name in _names(value)
        ),
        section=next((text for key, value in node.items() if _SECTION.match(key) and (text := _text(value))), None)
        or _taxonomy(node),
        source=kind,
    )


_FIRST = ("first_publish_date", "firstPublishDate", "display_date", "deployDt")


def _claims(node: dict[str, Any], pattern: re.Pattern[str], first: tuple[str, ...], kind: str) -> tuple[Claim, ...]:
    keys = sorted(
        (key for key in node if pattern.match(key)),
        key=lambda key: (key not in first, first.index(key) if key in first else 0),
    )
    return tuple(Claim(value, f"{kind} {key}") for key in keys if (value := _stamp(node[key])))


def _stamp(value: object) -> str:
    """A time as it is written: a text, or a number of milliseconds since 1970."""
    number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if number or isinstance(value, str) else ""


def _text(value: object) -> str | None:
    """A text, or the `basic` one of Arc's objects."""
    if isinstance(value, dict):
        value = value.get("basic")
    return jsonld.plain(value) if isinstance(value, str) and value.strip() else None


def _lines(value: object) -> list[str]:
    """The lines of a dek, which tags or line feeds part."""
    value = value.get("basic") if isinstance(value, dict) else value
    parts = re.split(r"<br\s*/?>|\n", value) if isinstance(value, str) else []
    return [line for part in parts if (line := jsonld.plain(part))]


def _names(value: object) -> list[str]:
    if isinstance(value, str):
        return [jsonld.plain(value)] if value.strip() else []
    if isinstance(value, list):
        return [name for item in value for name in _names(item)]
    if isinstance(value, dict):
        if "by" in value:
            return _names(value["by"])
        named = [item for key, item in value.items() if _NAME_KEY.match(key) and isinstance(item, str) and item.strip()]
        return [jsonld.plain(named[0])] if named else []
    return []


def _taxonomy(node: dict[str, Any]) -> str | None:
    taxonomy = node.get("taxonomy")
    section = taxonomy.get("primary_section") if isinstance(taxonomy, dict) else None
    return _text(section.get("name")) if isinstance(section, dict) else None


def _is_elements(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) and "type" in item for item in value)


def _html(value: object) -> str:
    """A body as HTML."""
    if isinstance(value, str):
        return html.unescape(value) if "&lt;" in value and "<" not in value else value
    if isinstance(value, list):
        if _is_elements(value):
            return "".join(_element(item) for item in value if isinstance(item, dict))
        if all(isinstance(item, str) for item in value):
            return "".join(f"<p>{item}</p>" for item in value)
    return ""


def _element(item: dict[str, Any]) -> str:
    """One of Arc's content elements as HTML."""
    kind = item.get("type")
    content = item.get("content")
    if kind == "image":
        caption = item.get("caption") or item.get("subtitle") or ""
        given = item.get("credits")
        credit = given if isinstance(given, dict) else {}
        affiliation = ", ".join(_names(credit.get("affiliation")) or _names(credit.get("by")))
        shown = f"{caption} {affiliation}" if caption and affiliation and affiliation not in caption else caption
        return f"<figure><img src='i.jpg'><figcaption>{shown}</figcaption></figure>" if shown else ""
    if kind == "header" and isinstance(content, str):
        return f"<h3>{content}</h3>"
    if kind in {"text", "raw_html", "paragraph"} and isinstance(content, str):
        return f'<p class="{TEXT_ELEMENT}">{content}</p>' if kind != "raw_html" else content
    if kind == "quote":
        return "".join(_element(inner) for inner in item.get("content_elements") or () if isinstance(inner, dict))
    if kind == "list":
        return "".join(
            f"<p>{inner.get('content')}</p>"
            for inner in item.get("items") or ()
            if isinstance(inner, dict) and inner.get("content")
        )
    return ""
