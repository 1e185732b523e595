"""Level 3: quotes, their parts, their marks and their sources."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from malmoi.marks import CLOSING_MARKS, MARK_KINDS, MARKS, OPENING_MARKS, quote_type
from malmoi.rules.doc import Spot, quote_parts
from malmoi.rules.registry import Hit, rule
from malmoi.rules.spans import overlapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.rules.doc import Doc

_WITHOUT_SOURCE = ("omitted", "none")
_ANSWER_SIGN = re.compile(r"(?:(?:[▶▷►▲△◆◇■□●○•–—-]|A[.:]|답\s?[.:)])\s*)?")


@rule("MM330", "quote-parts-overlap")
def quote_parts_overlap(doc: Doc) -> Iterator[Hit]:
    """Two parts of a quote share characters.

    What it does: compares contents, markers, cue and source of one quote with each other.

    Why is this bad? A character is what was said, or the ending, or the verb, or who said it; not two of them.

    Example: content `"비가 온다"고` and marker `고`.

    Use instead: content `"비가 온다"` and marker `고`.
    """
    for index in range(len(doc.quotes)):
        for one, other in overlapping(_sound_parts(doc, index), doc):
            name, earlier = _part_name(other), _part_name(one)
            yield Hit(other.path, f"the {name} {_range(other)} overlaps the {earlier} {_range(one)}")


@rule("MM331", "quote-parts-out-of-order")
def quote_parts_out_of_order(doc: Doc) -> Iterator[Hit]:
    """The contents or the markers of a quote do not follow the text.

    What it does: compares the places of neighbouring contents, and of neighbouring markers.

    Why is this bad? Contents are joined in the order of the list; out of order they say something else.

    Example: `"content": [{"start": 40, …}, {"start": 5, …}]`

    Use instead: `"content": [{"start": 5, …}, {"start": 40, …}]`
    """
    for index in range(len(doc.quotes)):
        spots = _sound_parts(doc, index)
        for name in ("content", "markers"):
            for one, other in pairwise(spot for spot in spots if spot.path[2] == name):
                if _place(doc, other) < _place(doc, one):
                    message = f"this {_part_name(other)} stands in the text before the one listed before it"
                    yield Hit(other.path, message, "list them in the order of the text")


@rule("MM332", "direct-quote-without-marks")
def direct_quote_without_marks(doc: Doc) -> Iterator[Hit]:
    """The content of a direct quote is not inside quotation marks.

    What it does: looks for an opening mark at the start and a closing mark at the end of each content. Where the
    print itself lacks one of the two, the other is enough; not where its partner stands inside the content, which
    then is partly in marks. A content that is its whole block (a statement printed in full, an answer after `▶`) needs
    none.

    Why is this bad? Marks are part of the content; without them it is an indirect or a mixed quote.

    Example: `"type": "direct"` with the content `비가 온다`, or with `내일은 "비가 온다"`.

    Use instead: the content `"비가 온다"`; `"type": "indirect"`, or for the second `"type": "mixed"`.
    """
    for index, contents in _readable_contents(doc, "direct"):
        for spot in contents:
            if not _is_marked(spot):
                text: str = spot.span["text"]
                side = "starts with no opening mark" if text[0] not in OPENING_MARKS else "ends with no closing mark"
                message = f"the content of a direct quote {side}: “{_cut(text)}”"
                found = quote_type([content.span["text"] for content in contents])
                hint = f"take the marks in, or make the type {found}"
                yield Hit(("quotes", index, *spot.path[2:]), message, hint)


def _is_marked(spot: Spot) -> bool:
    span: dict[str, Any] = spot.span
    text, block = span["text"], spot.block["text"] if spot.block else ""
    if len(text) > 1 and text[0] in MARKS and text[-1] in MARKS:
        return True  # also where the print has the wrong one of a pair: ”…“
    opened, closed = text[0] in OPENING_MARKS, text[-1] in CLOSING_MARKS
    before, after = block[: span["start"]][-1:], block[span["end"] :][:1]
    # The print forgot a mark: then there is none beside the content, and none inside that the other belongs to.
    if opened:
        return not (after and after in CLOSING_MARKS) and not _holds_partner(text[1:], text[0], CLOSING_MARKS)
    if closed:
        return not (before and before in OPENING_MARKS) and not _holds_partner(text[:-1], text[-1], OPENING_MARKS)
    # Set off by the layout: the content is the block, as statements printed in full and answers are.
    return span["end"] == len(block) and _ANSWER_SIGN.fullmatch(block, 0, span["start"]) is not None


def _holds_partner(text: str, mark: str, partners: str) -> bool:
    """Whether a text holds one of these marks that makes a pair with a mark: both are double, single, or corners."""
    return any(other in partners and _same_kind(mark, other) for other in text)


def _same_kind(mark: str, other: str) -> bool:
    return any(mark in kind and other in kind for kind in MARK_KINDS)


@rule("MM333", "indirect-quote-with-marks")
def indirect_quote_with_marks(doc: Doc) -> Iterator[Hit]:
    """The content of an indirect quote has quotation marks.

    What it does: looks for double marks anywhere in the contents, and for marks of any kind around a whole content.
    (Single marks inside are titles, terms and emphasis.)

    Why is this bad? What stands in marks is claimed to be the very words.

    Example: `"type": "indirect"` with the content `"비가 온다"`.

    Use instead: `"type": "direct"`, or `mixed` where only a part is in marks.
    """
    for index, contents in _readable_contents(doc, "indirect"):
        found = quote_type([spot.span["text"] for spot in contents])
        if found != "indirect":
            message = f"an indirect quote has quotation marks in its content: “{_cut(contents[0].span['text'])}”"
            yield Hit(("quotes", index, "type"), message, f"by its marks it is {found}")


@rule("MM334", "mixed-quote-of-one-kind")
def mixed_quote_of_one_kind(doc: Doc) -> Iterator[Hit]:
    """A mixed quote is wholly inside marks, or has none.

    What it does: works the type out from the marks in the contents.

    Why is this bad? Mixed is an indirect clause of which a part is in marks; this is a direct or an indirect quote.

    Example: `"type": "mixed"` with the content `"비가 온다"`.

    Use instead: `"type": "direct"`
    """
    for index, contents in _readable_contents(doc, "mixed"):
        found = quote_type([spot.span["text"] for spot in contents])
        if found != "mixed":
            marks = (
                "all of its content is in marks" if found == "direct" else "its content has no double quotation mark"
            )
            yield Hit(("quotes", index, "type"), f"the type is mixed, but {marks}", f"by its marks it is {found}")


@rule("MM335", "explicit-without-source")
def explicit_without_source(doc: Doc) -> Iterator[Hit]:
    """A quote says that its source is explicit, and has none.

    What it does: looks for `source` where `source_status` is explicit.

    Why is this bad? Explicit means that the source stands in the sentence; the span is missing or the status wrong.

    Example: `"source_status": "explicit"` and no `source`.

    Use instead: the source's span, or omitted, other_sentence, anonymous or none.
    """
    for index, quote in enumerate(doc.quotes):
        if quote["source_status"] == "explicit" and "source" not in quote:
            hint = "mark the source, or make it other_sentence, omitted, anonymous or none"
            yield Hit(
                ("quotes", index, "source_status"), "the source_status is explicit, but the quote has no source", hint
            )


@rule("MM336", "source-against-status")
def source_against_status(doc: Doc) -> Iterator[Hit]:
    """A quote has a source although its status says that there is none.

    What it does: looks for `source` where `source_status` is omitted or none, and for `speaker` where it is none.

    Why is this bad? One of the two is wrong.

    Example: `"source_status": "omitted"` and a `source`.

    Use instead: `"source_status": "explicit"`; where the source is only understood, `speaker` alone.
    """
    for index, quote in enumerate(doc.quotes):
        status = quote["source_status"]
        if "source" in quote and status in _WITHOUT_SOURCE:
            message = f"the source_status is {status}, but the quote has a source"
            yield Hit(("quotes", index, "source_status"), message, "make it explicit, or take the source out")
        elif "speaker" in quote and status == "none":
            message = "the source_status is none (nobody is named), but the quote has a speaker"
            yield Hit(
                ("quotes", index, "source_status"),
                message,
                "make it omitted or other_sentence, or take the speaker out",
            )


@rule("MM337", "nested-quote")
def nested_quote(doc: Doc) -> Iterator[Hit]:
    """The content of a quote lies in the content of another.

    What it does: compares the contents of all quotes with each other.

    Why is this bad? Only the outermost quote is annotated; what is quoted inside it is part of what was said.

    Example: `"그는 '간다'고 했다"` as a content and `'간다'` as the content of another quote.

    Use instead: the outer quote alone.
    """
    contents = [spot for spot in doc.sound if spot.path[0] == "quotes" and spot.path[2] == "content"]
    for one, other in overlapping(contents, doc):
        if one.path[1] != other.path[1]:
            inner, outer = (one, other) if _inside(one, other) and not _inside(other, one) else (other, one)
            message = f"the content {_range(inner)} lies in the content of $.quotes[{outer.path[1]}], {_range(outer)}"
            yield Hit(inner.path, message, "annotate the outermost quote alone")


def _inside(one: Spot, other: Spot) -> bool:
    return bool(other.span["start"] <= one.span["start"] and one.span["end"] <= other.span["end"])


def _sound_parts(doc: Doc, index: int) -> list[Spot]:
    quote = doc.quotes[index]
    paths = {("quotes", index, *path) for path, _ in quote_parts(quote)}
    return [spot for spot in doc.sound if spot.path in paths]


def _readable_contents(doc: Doc, kind: str) -> Iterator[tuple[int, list[Spot]]]:
    """Quotes of a type all of whose contents are readable."""
    for index, quote in enumerate(doc.quotes):
        if quote["type"] == kind:
            spots = [doc.readable_at(("quotes", index, "content", number)) for number in range(len(quote["content"]))]
            found = [spot for spot in spots if spot]
            if len(found) == len(spots):
                yield index, found


def _place(doc: Doc, spot: Spot) -> tuple[int, int]:
    return doc.block_order[spot.span["block"]], spot.span["start"]


def _part_name(spot: Spot) -> str:
    return {"markers": "marker"}.get(str(spot.path[2]), str(spot.path[2]))


def _range(spot: Spot) -> str:
    text = f"“{_cut(spot.span['text'])}” " if "text" in spot.span else ""
    return f"{text}{spot.span['start']}-{spot.span['end']}"


def _cut(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"  # noqa: PLR2004  enough to know it by
