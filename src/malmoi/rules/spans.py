"""Level 3: offsets, and the text they stand for."""

from __future__ import annotations

import unicodedata
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import orjson

from malmoi.offsets import byte_to_codepoint, utf16_to_codepoint
from malmoi.rules.doc import length_of, slice_of
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malmoi.rules.doc import Doc, Spot
    from malmoi.rules.registry import Path

_JOINTS = ("\n\n", "\n", "", " ")


@rule("MM301", "fractional-number")
def fractional_number(doc: Doc) -> Iterator[Hit]:
    """A whole number is written as a fraction.

    What it does: looks for numbers such as `3.0`, which JSON Schema takes for whole numbers.

    Why is this bad? Typed readers refuse them, and a number past 2^53 is no longer the number that was written.

    Example: `"start": 3.0`

    Use instead: `"start": 3`
    """
    for path, number in _numbers(doc.data):
        if type(number) is not int:
            if abs(number) >= 2**53:
                yield Hit(path, f"{number!r} is far too large for an offset or a count")
            else:
                yield Hit(path, f"{number!r} is not written as a whole number; write {int(number)}")


def _numbers(data: Any) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401  JSON of any shape
    waiting: list[tuple[Path, Any]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), item) for key, item in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [((*path, index), value[index]) for index in reversed(range(len(value)))]
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield path, value


@rule("MM302", "unknown-block")
def unknown_block(doc: Doc) -> Iterator[Hit]:
    """A span or a caption record names a block that is not there.

    What it does: looks the block's id up among the article's blocks.

    Why is this bad? The annotation points at nothing.

    Example: `"block": "p09"` in an article whose last paragraph is `p07`.

    Use instead: the id of the block that holds the text.
    """
    if doc.repeated["blocks"]:
        # The block may be the one that took another's id.
        return
    for path, _, _ in (spot for spot in doc.spots if spot.block is None):
        yield _no_block(doc, path)
    for index, caption in enumerate(doc.captions):
        if caption["block"] not in doc.blocks:
            yield _no_block(doc, ("captions", index))


def _no_block(doc: Doc, path: Path) -> Hit:
    value: Any = doc.data
    for key in path:
        value = value[key]
    holders = [
        block["id"] for block in doc.blocks.values() if value.get("text") and value["text"] in block.get("text", "")
    ]
    hint = f"its text stands in {', '.join(holders)}" if holders else f"the blocks are {', '.join(doc.blocks)}"
    return Hit((*path, "block"), f"there is no block {value['block']!r}", hint)


@rule("MM303", "reversed-span")
def reversed_span(doc: Doc) -> Iterator[Hit]:
    """A span ends before it starts.

    What it does: compares `start` and `end`.

    Why is this bad? It marks nothing, and slicing with it gives an empty string without complaint.

    Example: `"start": 7, "end": 4`

    Use instead: `"start": 4, "end": 7`
    """
    for spot, start, end in _whole(doc):
        if end < start:
            yield Hit(spot.path, f"the span starts at {start} and ends at {end}, before it starts", _found_hint(spot))


@rule("MM304", "empty-span")
def empty_span(doc: Doc) -> Iterator[Hit]:
    """A span holds no character.

    What it does: compares `start` and `end`; the end is exclusive.

    Why is this bad? It marks nothing.

    Example: `"start": 4, "end": 4`

    Use instead: `"start": 4, "end": 5` for the one character at 4.
    """
    for spot, start, end in _whole(doc):
        if end == start:
            yield Hit(spot.path, f"the span starts and ends at {start}; the end is exclusive", _found_hint(spot))


@rule("MM305", "span-out-of-bounds")
def span_out_of_bounds(doc: Doc) -> Iterator[Hit]:
    """A span reaches past the end of its block.

    What it does: compares `end` with the length of the block in code points. Offsets count from the start of the
    block, not of the document.

    Why is this bad? Slicing past the end silently gives a shorter text.

    Example: `"start": 118, "end": 121` in a block of 40 characters.

    Use instead: offsets inside the block.
    """
    for spot, start, end in _whole(doc):
        if spot.block is not None and start < end > length_of(spot.block) and not _may_mean_other(doc, spot):
            length = length_of(spot.block)
            message = f"the span {start}-{end} reaches past block {spot.block['id']}, which has {length} characters"
            yield Hit(spot.path, message, None if doc.withheld else _mismatch_hint(doc, spot))


def _may_mean_other(doc: Doc, spot: Spot) -> bool:
    """Whether two blocks have the id that the span names."""
    return spot.span["block"] in doc.repeated["blocks"]


def _whole(doc: Doc) -> Iterator[tuple[Spot, int, int]]:
    for spot in doc.spots:
        start, end = spot.span["start"], spot.span["end"]
        if type(start) is int and type(end) is int:
            yield spot, start, end


@rule("MM306", "missing-span-text")
def missing_span_text(doc: Doc) -> Iterator[Hit]:
    """A span of an article that includes its text does not repeat what it marks.

    What it does: looks for `text` in the parts of quotes and captions. (The schema asks for it in entities.)

    Why is this bad? The repeated text is what shows a wrong offset.

    Example: `{"block": "p01", "start": 0, "end": 3}`

    Use instead: `{"block": "p01", "start": 0, "end": 3, "text": "김가람"}`
    """
    for spot in doc.sound:
        if not doc.withheld and "text" not in spot.span:
            written = orjson.dumps(slice_of(spot)).decode()
            yield Hit(spot.path, "the span has no 'text'", f'add "text": {written} if that is what it marks')


@rule("MM307", "text-mismatch")
def text_mismatch(doc: Doc) -> Iterator[Hit]:
    """A span's text is not what stands at its offsets.

    What it does: slices the block and compares. Where the text stands elsewhere, or where the offsets look like
    UTF-16 units, bytes, offsets into the document, or an inclusive end, the hint says so.

    Why is this bad? The annotation marks other text than it means.

    Example: `{"start": 1, "end": 4, "text": "김가람"}` for `"김가람 대표는"`

    Use instead: `{"start": 0, "end": 3, "text": "김가람"}`
    """
    for spot in doc.sound:
        text = spot.span.get("text")
        if doc.withheld or text is None or _may_mean_other(doc, spot):
            continue
        if slice_of(spot) != text and not _fits_composed(spot):
            found = _cut(slice_of(spot))
            message = f"the text is “{_cut(text)}”, but at {spot.span['start']}-{spot.span['end']} stands “{found}”"
            yield Hit(spot.path, message, _mismatch_hint(doc, spot))


def _fits_composed(spot: Spot) -> bool:
    """Whether the offsets count the block's NFC form, which the block is not in: level 1 has a rule for that."""
    text: str = spot.block["text"] if spot.block else ""
    composed = unicodedata.normalize("NFC", text)
    found = composed[spot.span["start"] : spot.span["end"]]
    return text != composed and found == unicodedata.normalize("NFC", spot.span["text"])


def _mismatch_hint(doc: Doc, spot: Spot) -> str | None:  # noqa: PLR0911  one return a guess
    """What the offsets may have been meant as, or where the text really stands."""
    text, start, end = spot.span.get("text"), spot.span["start"], spot.span["end"]
    if not text or spot.block is None:
        return None
    block: str = spot.block["text"]

    def right(from_: int | None, to: int | None) -> bool:
        return from_ is not None and to is not None and 0 <= from_ < to <= len(block) and block[from_:to] == text

    if right(start, end + 1):
        return f"the end looks inclusive; it is exclusive: end {end + 1}"
    if right(utf16_to_codepoint(block, start), utf16_to_codepoint(block, end)):
        return f"the offsets look like UTF-16 units; in code points: {_at(utf16_to_codepoint(block, start), text)}"
    if right(byte_to_codepoint(block, start), byte_to_codepoint(block, end)):
        return f"the offsets look like UTF-8 bytes; in code points: {_at(byte_to_codepoint(block, start), text)}"
    for joint in _JOINTS:
        joined = [len(other["text"]) + len(joint) for other in doc.blocks.values()]
        before = list(accumulate(joined, initial=0))[doc.block_order[spot.block["id"]]]
        if before and right(start - before, end - before):
            return f"the offsets look relative to the document; in the block: {_at(start - before, text)}"
    if right(start + 1, end + 1) or right(start - 1, end - 1):
        moved = start + 1 if right(start + 1, end + 1) else start - 1
        return f"the offsets are off by one: {_at(moved, text)}"
    return _found_hint(spot) or _elsewhere(doc, spot, text)


def _found_hint(spot: Spot) -> str | None:
    """Where the span's text stands in its block."""
    text = spot.span.get("text")
    if not text or spot.block is None or "text" not in spot.block:
        return None
    block: str = spot.block["text"]
    places = [at for at in range(len(block)) if block.startswith(text, at)]
    if not places:
        return None
    nearest = min(places, key=lambda at: abs(at - spot.span["start"]))
    once = "once" if len(places) == 1 else f"{len(places)} times, nearest"
    return f"the text stands in the block {once} at {_at(nearest, text)}"


def _elsewhere(doc: Doc, spot: Spot, text: str) -> str:
    holders = [block["id"] for block in doc.blocks.values() if text in block["text"]]
    if holders:
        return f"the text stands in {', '.join(holders)}, not in {spot.span['block']}"
    if text.strip() != text and text.strip() in (spot.block or {}).get("text", ""):
        return "without the white space at its edges the text stands in the block"
    return "the text stands nowhere in the article; was the article changed after it was annotated?"


def _at(start: int | None, text: str) -> str:
    first = start or 0
    return f"start {first}, end {first + len(text)}"


@rule("MM308", "text-in-withheld-article")
def text_in_withheld_article(doc: Doc) -> Iterator[Hit]:
    r"""An article whose text is withheld carries some of it all the same.

    What it does: looks for text in the parts of quotes and captions and in what the normaliser dropped. (The schema
    forbids it in blocks and entities.)

    Why is this bad? It publishes what may not be published.

    Example: `"text_status": "withheld"` and `"content": [{…, "text": "\"…\""}]`

    Use instead: the span without its text; `malmoi withhold` takes all of it out.
    """
    if not doc.withheld:
        return
    hint = "`malmoi withhold` takes the text out of an article"
    for spot in doc.spots:
        if "text" in spot.span:
            yield Hit((*spot.path, "text"), "the text of this article is withheld, but the span repeats it", hint)
    for index, piece in enumerate(doc.data["provenance"].get("normalizer", {}).get("dropped", ())):
        if "text" in piece:
            path = ("provenance", "normalizer", "dropped", index, "text")
            yield Hit(path, "the text of this article is withheld, but a dropped piece repeats it", hint)


@rule("MM309", "white-space-at-span-edge", fixable=True)
def white_space_at_span_edge(doc: Doc) -> Iterator[Hit]:
    """A span begins or ends in white space.

    What it does: looks at the first and the last character.

    Why is this bad? Scorers compare spans exactly; a span with a stray space is another span.

    Example: `"text": "김가람 "`

    Use instead: `"text": "김가람"`; `malmoi validate --fix` trims the span.
    """
    for spot in doc.readable:
        text = slice_of(spot)
        if text != text.strip():
            where = (
                "begins and ends"
                if text[0].isspace() and text[-1].isspace()
                else "begins"
                if text[0].isspace()
                else "ends"
            )
            yield Hit(spot.path, f"the span “{_cut(text)}” {where} in white space", "`malmoi validate --fix` trims it")


@rule("MM310", "entity-overlap")
def entity_overlap(doc: Doc) -> Iterator[Hit]:
    """Two entities overlap.

    What it does: sorts the entities of each block and compares neighbours.

    Why is this bad? The entity layer is flat: every character belongs to one entity at most.

    Example: 서울시청 OGG_POLITICS and, inside it, 서울 LCP_CAPITALCITY.

    Use instead: the longer name alone.
    """
    spots = [spot for spot in doc.sound if spot.path[0] == "entities"]
    for one, other in overlapping(spots, doc):
        first, second = one.span, other.span
        message = f"{_named(second)} overlaps {_named(first)} ($.entities[{one.path[1]}])"
        yield Hit(other.path, message, "keep the longest name, or cut them apart")


def overlapping(spots: Iterable[Spot], doc: Doc) -> Iterator[tuple[Spot, Spot]]:
    """Pairs of spans that share a character: each with the one before it that reaches farthest."""
    ordered = sorted(
        spots, key=lambda spot: (doc.block_order[spot.span["block"]], spot.span["start"], spot.span["end"])
    )
    reach: Spot | None = None
    for one, other in pairwise(ordered):
        if reach is None or reach.span["block"] != one.span["block"] or reach.span["end"] < one.span["end"]:
            reach = one
        if reach.span["block"] == other.span["block"] and other.span["start"] < reach.span["end"]:
            yield reach, other


def _named(span: dict[str, Any]) -> str:
    text = f" “{_cut(span['text'])}”" if "text" in span else ""
    return f"{span.get('id', '')}{text} {span['start']}-{span['end']}"


def _cut(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"  # noqa: PLR2004  enough to know it by
