"""JSON objects and table rows to records: ninjs and NIKL by their shape, everything else by its fields' names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from malmoi.normalize.draft import NormalizeError
from malmoi.normalize.fields import RECORDS, Fields, list_names, plain
from malmoi.normalize.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

BIGKINDS = "bigkinds"
"""The name of the news archive BIGKinds in `Origin.archive`."""

_TEXT_KEYS = ("text", "content", "body", "form", "sentence", "value", "paragraph", "context", "name", "#text")
_DEEPEST = 20
_NIKL_TITLE = re.compile(r".*\d{4}년\s?기사")
"""What one release of the NIKL newspapers has for a title: outlet and year; the first paragraph is the title then."""
_NIKL_KEYS = frozenset({"metadata", "paragraph"})
_PICTURES = frozenset({"picture", "graphic", "video", "animated", "image"})
_BIGKINDS_ID, _BIGKINDS_LEFT_OUT = "뉴스식별자", "분석제외여부"
_IDENTIFIER = re.compile(r"\d{8}\.\d{15,20}")


class UnknownFieldsError(NormalizeError):
    """An object whose fields are not those of an article."""


def is_record(data: dict[str, Any], fields: Fields) -> bool:
    """Whether an object is an article itself, and not a list of them with something around it."""
    return _is_article(data) or _is_nikl(data) or _is_ninjs(data) or {"title", "body"} <= fields.read(data).keys()


def record_of(data: object, fields: Fields, *, reader: str = "json") -> Record:
    """The record that an object of a dump, or a row of a table, is.

    Args:
        data: the object.
        fields: names of its fields.
        reader: what reads it, unless its shape says so.

    Raises:
        UnknownFieldsError: no field of it is a title, or a body.
        NormalizeError: it is no object.
    """
    if not isinstance(data, dict):
        raise NormalizeError(f"expected an object with the fields of an article, found {_kind(data)}")
    if not fields.given.keys() - {RECORDS}:  # who names fields knows the shape
        if _is_article(data):
            raise UnknownFieldsError("an article of malmoi already: nothing to normalize")
        if _is_nikl(data):
            return _nikl(data, fields)
        if _is_ninjs(data):
            return _ninjs(data)
    values = fields.read(data)
    for field in ("title", "body"):
        if field not in values:
            raise UnknownFieldsError(
                f"no {field} among its fields ({list_names(data)}): name it with --fields {field}=NAME"
            )
    record = Record(
        reader=reader,
        title=_text(values["title"], " "),
        body=_text(values["body"]),
        byline=tuple(_names(values.get("byline"))),
        published_at=values.get("published_at"),
        modified_at=values.get("modified_at"),
        publisher=_publisher(values.get("publisher")),
        section=_text(values.get("section"), ">"),
        url=_text(values.get("url"), " "),
        key=_text(values.get("id"), " "),
    )
    return _bigkinds(record, data) if any(plain(name) == _BIGKINDS_ID for name in data) else record


def _bigkinds(record: Record, row: dict[str, Any]) -> Record:
    """A row of a BIGKinds export: its identifier, and what BIGKinds leaves out of its own analyses."""
    index = {plain(name): value for name, value in row.items()}
    flags = []
    left_out = _text(index.get(_BIGKINDS_LEFT_OUT), " ").strip()
    if left_out:
        flags.append(f"left out of analyses by BIGKinds: {left_out}")
    identifier = index.get(_BIGKINDS_ID)
    key = identifier.strip() if isinstance(identifier, str) else ""
    if identifier not in (None, "") and not _IDENTIFIER.fullmatch(key):
        # A spreadsheet that took it for a number has rounded it.
        flags.append(f"identifier of BIGKinds is damaged: {str(identifier)[:40]}")
        key = ""
    return replace(record, reader=BIGKINDS, archive=BIGKINDS if key else None, key=key, flags=tuple(flags))


def _is_article(data: dict[str, Any]) -> bool:
    return data.keys() >= {"schema_version", "blocks"}


def _is_nikl(data: dict[str, Any]) -> bool:
    return data.keys() >= _NIKL_KEYS and isinstance(data["metadata"], dict) and isinstance(data["paragraph"], list)


def _nikl(data: dict[str, Any], fields: Fields) -> Record:
    """A document of the NIKL newspaper corpus: the first paragraph is the title in some releases, or repeats it."""
    metadata = data["metadata"]
    title = _text(metadata.get("title"), " ")
    forms = [_text(paragraph, " ") for paragraph in data["paragraph"]]
    if forms and (not title or _NIKL_TITLE.fullmatch(title) or _bare(forms[0]) == _bare(title)):
        title, *forms = forms
    values = fields.read(metadata)
    return Record(
        reader="nikl",
        title=title,
        body="\n".join(forms),
        byline=tuple(_names(metadata.get("author"))),
        published_at=values.get("published_at"),
        publisher=_publisher(metadata.get("publisher")),
        section=_text(metadata.get("original_topic") or metadata.get("topic"), ">"),
        url=_text(metadata.get("url"), " "),
        key=_text(data.get("id"), " "),
    )


def _is_ninjs(data: dict[str, Any]) -> bool:
    names = set(map(plain, data))
    return bool(names & {"uri", "guid"}) and "versioncreated" in names


def _ninjs(data: dict[str, Any]) -> Record:
    """An item of ninjs 1 to 3, whose names differ in case and in whether texts stand in lists by role."""
    item = {plain(name): value for name, value in data.items()}
    first, version = item.get("firstpublished") or item.get("firstcreated"), item.get("versioncreated")
    uri = _text(item.get("uri") or item.get("guid"), " ")
    return Record(
        reader="ninjs",
        title=_ninjs_text(item, "headline"),
        body=_ninjs_text(item, "body"),
        byline=tuple(_names(item.get("byline") or item.get("by"))),
        published_at=first or version,
        modified_at=version if first and first != version else None,
        publisher=_publisher(item.get("copyrightholder") or item.get("source") or item.get("infosources")),
        section=_text(item.get("service"), ">"),
        url=uri if uri.startswith(("http://", "https://")) else "",
        key=uri,
        captions=tuple(_ninjs_captions(item.get("associations"))),
    )


def _ninjs_text(item: dict[str, Any], name: str) -> str:
    """A text of an item, as HTML if it has it so: `body_html`, or in `bodies` by content type."""
    found: dict[str, str] = {}
    for key, value in item.items():
        if key.startswith(name) and isinstance(value, str):
            found[key.removeprefix(name)] = value
    several = item.get(f"{name[:-1]}ies" if name.endswith("y") else f"{name}s")
    for entry in several if isinstance(several, list) else ():
        if isinstance(entry, dict):
            kinds = {plain(key): value for key, value in entry.items()}
            kind = str(kinds.get("contenttype") or "")
            found.setdefault(
                "html" if "html" in kind else "xml" if "xml" in kind else "text", _text(kinds.get("value"))
            )
    return next((found[kind] for kind in ("html", "html5", "xhtml", "text", "") if found.get(kind)), "")


def _ninjs_captions(associations: object) -> list[str]:
    """The descriptions of the pictures that go with an item, each once."""
    items = list(associations.values()) if isinstance(associations, dict) else associations
    found: dict[str, None] = {}
    for data in items if isinstance(items, list) else ():
        item = {plain(name): value for name, value in data.items()} if isinstance(data, dict) else {}
        text = _ninjs_text(item, "description")
        if text and item.get("type") in _PICTURES:
            found[text] = None
    return list(found)


def _text(value: object, joint: str = "\n", depth: int = 0) -> str:
    """The text of a value: a text, a number, an object that holds one, or a list of these."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or depth > _DEEPEST:
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, dict):
        return next((text for key in _TEXT_KEYS if (text := _text(value.get(key), joint, depth + 1))), "")
    if isinstance(value, list):
        # A list in a list is a paragraph in sentences.
        return joint.join(filter(None, (_text(part, " " if depth == 0 else joint, depth + 1) for part in value)))
    return str(value)


def _names(value: object) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for one in values:
        name = _text(one.get("name") if isinstance(one, dict) else one, " ")
        if name.strip():
            yield name


def _publisher(value: object) -> str:
    name = next(_names(value), "").strip()
    return "" if name.startswith(("http://", "https://")) else name


def _bare(text: str) -> str:
    return "".join(text.split())


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "a truth value"}
    return "nothing" if value is None else kinds.get(type(value), type(value).__name__)
