"""Repairs that need no person: canonical form, NFC with the offsets moved, white space at span edges.

Whatever is not plainly safe stays as it is, and stays reported: a file that does not parse or has a key twice, a
block whose spans do not fit its text.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import orjson

from malmoi import store
from malmoi.findings import MalmoiError, counted
from malmoi.model import Block
from malmoi.offsets import OffsetMap, nfc_edits
from malmoi.rules.doc import Doc
from malmoi.rules.keys import sorted_keys
from malmoi.rules.registry import RULES
from malmoi.rules.source import BOM, Source, holds_float
from malmoi.rules.violations import breaks_schema

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.rules.doc import Data

_STOPPING = [RULES[code] for code in sorted(RULES) if RULES[code].stops and code != "MM101"]
# Normalizing these would change what they point at.
_VERBATIM = frozenset({"url", "origin"})


class Fixed(NamedTuple):
    """What came of the repairs.

    Attributes:
        raw: the bytes after them.
        changes: what was done, in words.
        left: what could not be done and why, in words.
    """

    raw: bytes
    changes: list[str]
    left: list[str]


def fix_file(path: Path) -> Fixed:
    """Repair a file in place, whole or not at all. A file that cannot be read is left to the report.

    Raises:
        MalmoiError: the file cannot be written.
    """
    try:
        raw = path.read_bytes()
    except OSError:
        return Fixed(b"", [], [])
    fixed = _fix_lines(raw) if path.suffix == ".jsonl" else fix_bytes(raw)
    if fixed.raw != raw:
        try:
            store.write_atomic(path.resolve(), fixed.raw)
        except OSError as error:
            raise MalmoiError(f"{path}: cannot write: {error.strerror}") from None
    return fixed


def _fix_lines(raw: bytes) -> Fixed:
    lines, changes, left = [], [], []
    for number, line in enumerate(raw.split(b"\n"), 1):
        fixed = fix_bytes(line, one_line=True) if line.strip() else Fixed(line, [], [])
        lines.append(fixed.raw)
        changes += [f"line {number}: {change}" for change in fixed.changes]
        left += [f"line {number}: {reason}" for reason in fixed.left]
    return Fixed(b"\n".join(lines), changes, left)


def fix_bytes(raw: bytes, *, one_line: bool = False) -> Fixed:
    """Repair an article's file.

    Args:
        raw: the file, or a line of a JSON Lines file.
        one_line: it is a line, which has no canonical layout.
    """
    source = Source(raw, one_line=one_line)
    for rule in _STOPPING:
        if next(rule.check(source), None):
            return Fixed(raw, [], [f"nothing else can be repaired before {rule.code} {rule.slug} is"])
    data = source.data
    # Such a number would not come out as it went in.
    if holds_float(data):
        return Fixed(
            raw, [], ["a number is written as a fraction, or is too large to keep: write it as a whole number"]
        )
    changes: list[str] = []
    left: list[str] = []
    if not breaks_schema(data):
        changes += _normalize(data)
        changes += _trim(Doc(data))
        left += _unfit_blocks(data)
    ordered = sorted_keys(data)
    in_line = orjson.dumps(data) if changes else source.body
    written = in_line if one_line else store.layout(ordered)
    if raw.startswith(BOM):
        changes.append("took the byte order mark away")
    if not one_line:
        changes += _form_changes(source, data, ordered, repaired=bool(changes), written=written)
    return Fixed(written, changes, left)


def _unfit_blocks(data: Data) -> list[str]:
    """The blocks that could not be brought to NFC."""
    unfit = [block["id"] for block in data["blocks"] if not unicodedata.is_normalized("NFC", block.get("text", ""))]
    return [f"block {block} is not in NFC, but a span does not fit its text: correct that first" for block in unfit]


def _form_changes(source: Source, data: Data, ordered: Data, *, repaired: bool, written: bytes) -> list[str]:
    changes = []
    if b"\r" in source.body:
        changes.append("made every line end in LF")
    if orjson.dumps(ordered) != orjson.dumps(data):
        changes.append("put the keys in canonical order")
    if not changes and not repaired and written != source.body:
        changes.append("wrote the canonical layout")
    return changes


def _normalize(data: Data) -> list[str]:
    """Bring every string to NFC that can be, moving offsets with it."""
    changes = []
    doc = Doc(data)
    before = _text_hash(doc)
    for block in data["blocks"]:
        composed = unicodedata.is_normalized("NFC", block.get("text", ""))
        if not composed and doc.blocks[block["id"]] is block and _normalize_block(doc, block):
            changes.append(f"brought block {block['id']} to NFC and moved its offsets")
    origin = data.get("origin", {})
    if changes and before and origin.get("text_sha256") == before:
        origin["text_sha256"] = _text_hash(doc)
    others = sum(_normalize_strings(value) for key, value in _other_values(data) if key not in _VERBATIM)
    for key in ("publisher",):
        if not unicodedata.is_normalized("NFC", data.get(key, "")):
            data[key] = unicodedata.normalize("NFC", data[key])
            others += 1
    if others:
        changes.append(f"brought {counted(others, 'other string')} to NFC")
    return changes


def _other_values(data: Data) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in data.items() if key not in ("blocks", "entities", "quotes", "captions")]


def _normalize_strings(value: Any) -> int:  # noqa: ANN401  JSON of any shape
    """Normalize the strings inside a value in place; how many were changed."""
    changed = 0
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        if isinstance(item, str):
            composed = unicodedata.normalize("NFC", item)
            if composed != item:
                # A dropped piece says how long its text is.
                if isinstance(value, dict) and value.get("length") == len(item):
                    value["length"] = len(composed)
                value[key] = composed
                changed += 1
        else:
            changed += _normalize_strings(item)
    return changed


def _normalize_block(doc: Doc, block: Data) -> bool:
    """Bring a block and the spans in it to NFC; False, and nothing done, where a span does not fit the text."""
    text = block["text"]
    moved = OffsetMap(nfc_edits(text))
    composed = moved.apply(text)
    spans = [spot.span for spot in doc.spots if spot.span["block"] == block["id"]]
    texts = [unicodedata.normalize("NFC", span.get("text", "")) for span in spans]
    if any(type(span[edge]) is not int for span in spans for edge in ("start", "end")):
        return False
    if all(text[span["start"] : span["end"]] == span.get("text", "") for span in spans):
        places = [(moved.start(span["start"]), moved.end(span["end"])) for span in spans]
    else:
        # The offsets may have been counted in the composed text all along.
        places = [(span["start"], span["end"]) for span in spans]
    if any(composed[start:end] != kept for (start, end), kept in zip(places, texts, strict=True)):
        return False
    block["text"] = composed
    for span, (start, end), kept in zip(spans, places, texts, strict=True):
        span.update(start=start, end=end)
        if "text" in span:
            span["text"] = kept
    return True


def _trim(doc: Doc) -> list[str]:
    """Take white space off the edges of spans that fit their text."""
    trimmed = 0
    for spot in doc.readable:
        text: str = spot.span["text"]
        if text.strip() and text != text.strip():
            start = spot.span["start"] + len(text) - len(text.lstrip())
            spot.span.update(start=start, end=start + len(text.strip()), text=text.strip())
            trimmed += 1
    return [f"trimmed white space off {counted(trimmed, 'span')}"] if trimmed else []


def _text_hash(doc: Doc) -> str | None:
    if doc.withheld:
        return None
    return store.text_sha256(msgspec.convert(doc.data["blocks"], tuple[Block, ...]))
