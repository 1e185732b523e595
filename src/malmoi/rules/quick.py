"""The fast path: one pass over an article that follows the schema, saying only whether it is plainly sound.

It never accepts what a rule of level 3 would report; a test holds the two together. What it does not accept goes to
the rules, which have the last word, so a doubt here costs time and nothing else. It reads plain data and makes no
objects: that is what keeps it near the cost of parsing the file.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import cache, lru_cache
from operator import itemgetter, le
from typing import TYPE_CHECKING

import orjson

from malmoi import isovalue
from malmoi.marks import quote_type
from malmoi.rules.keys import misplaced_keys, record_keys
from malmoi.rules.metadata import LICENSES, WITH_SPANS, WITHHELD_TIERS
from malmoi.rules.texts import may_hold_contact
from malmoi.rules.values import contradiction, fits_label
from malmoi.schemas import labels

if TYPE_CHECKING:
    from malmoi.rules.doc import Data, Place

_TIMESTAMP = 25
# Keys of an entity with neither cluster nor value.
_BARE = 6
_ID = itemgetter("id")
_WITHOUT_SOURCE = frozenset({"omitted", "none"})


@cache
def _classes() -> dict[str, str]:
    return {label: entry.class_ for label, entry in labels().items()}


def is_plainly_sound(data: Data, place: Place | None) -> bool:
    """Whether no rule of level 3 has anything to say about an article, as far as one quick look tells.

    Args:
        data: an article that follows the schema.
        place: where its file stands in a corpus.
    """
    if data["text_status"] == "withheld" or not _metadata(data, place):
        return False
    texts = {}
    captions = []
    for block in data["blocks"]:
        text = texts[block["id"]] = block["text"]
        if text != text.strip():
            return False
        if block["type"] == "caption":
            captions.append(block["id"])
    joined = " ".join(texts.values())
    # Printable means: no control or format character, no space but the plain one.
    if len(texts) != len(data["blocks"]) or not joined.isprintable() or may_hold_contact(joined):
        return False
    try:
        return _entities(data, texts) and _quotes(data, texts) and _captions(data, texts, captions)
    except (KeyError, TypeError):
        # A block or a text that is not there; an offset that is a fraction cannot slice.
        return False


def _metadata(data: Data, place: Place | None) -> bool:
    tier = data.get("tier")
    if tier and data["license"] != LICENSES[tier]:
        return False
    if place and (tier in WITHHELD_TIERS or (place.tier and (place.tier != tier or place.stem != data["id"]))):
        return False
    if "normalizer" in data["provenance"] and not _normalizer(data["provenance"]["normalizer"]):
        return False
    if "published_precision" in data and data.get("published_at", "")[10:19] not in ("", "T00:00:00"):
        return False
    if "modified_at" in data or not _is_plain(data):
        return False
    return "published_at" not in data or _is_korean_time(data["published_at"])


def _is_plain(data: Data) -> bool:
    """Whether no string beside the text may be blank or hold what nobody sees."""
    rest = {key: value for key, value in data.items() if key not in WITH_SPANS}
    if "normalizer" in data["provenance"]:
        rest["provenance"] = {key: value for key, value in data["provenance"].items() if key != "normalizer"}
    written = orjson.dumps(rest).decode()
    # Compact JSON has a space after a quotation mark only where a string begins with one.
    return written.isprintable() and "\\" not in written and '" ' not in written


def _normalizer(normalizer: Data) -> bool:
    counts = [changed["count"] for changed in normalizer.get("changed", ())]
    counts += [dropped["length"] for dropped in normalizer.get("dropped", ())]
    return all(type(count) is int for count in counts)


def _is_korean_time(written: str) -> bool:
    # Python reads more ways of writing a time than RFC 3339 has: those of this shape it reads alike.
    if len(written) != _TIMESTAMP or written[4::3][:5] != "--T::" or written[19:] != "+09:00":
        return False
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1 << 14)
def _is_right_value(label: str | None, written: str, text: str) -> bool:
    """Whether a value parses, goes with its label and agrees with its text. News repeats its dates: cached."""
    value = isovalue.parse(written)
    if value is None:
        return False
    if label is not None and (_classes()[label] not in ("DT", "TI") or not fits_label(value, label)):
        return False
    return contradiction(text, value) is None


def _entities(data: Data, texts: dict[str, str]) -> bool:
    entities, clusters, quotes = data.get("entities", ()), data.get("clusters", ()), data.get("quotes", ())
    classes = _classes()
    cluster_label = {cluster["id"]: cluster["label"] for cluster in clusters}
    used = {quote["speaker"] for quote in quotes if "speaker" in quote}
    block, block_text, reach = "", "", 0
    passed = set()
    for entity in entities:
        if entity["block"] != block:
            passed.add(block)
            block = entity["block"]
            if reach > len(block_text) or block in passed:
                return False
            block_text, reach = texts[block], 0
        start, end, text = entity["start"], entity["end"], entity["text"]
        # The text found there proves the offsets, but for an end past the block's, which only its last span can have.
        # In the order of the text, as files are written, an overlap shows as a start before the last end.
        if start < reach or block_text[start:end] != text or (" " in text and text != text.strip()):
            return False
        reach = end
        if len(entity) == _BARE:
            continue
        if "cluster" in entity:
            cluster = entity["cluster"]
            used.add(cluster)
            label = cluster_label[cluster]
            if label != entity["label"] and classes[label] != classes[entity["label"]]:
                return False
        if "value" in entity and not _is_right_value(entity["label"], entity["value"], text):
            return False
    return (
        reach <= len(block_text)
        and len(set(map(_ID, entities))) == len(entities)
        and len(cluster_label) == len(clusters)
        and used == cluster_label.keys()
    )


def _quotes(data: Data, texts: dict[str, str]) -> bool:  # noqa: C901, PLR0911  one pass, where a call costs
    quotes = data.get("quotes", ())
    block, said = "", 0
    passed = set()
    for quote in quotes:
        contents = parts = quote["content"]
        first, status = contents[0], quote["source_status"]
        if first["block"] != block:
            passed.add(block)
            block, said = first["block"], 0
            if block in passed:
                return False
        # Quotes stand in the order of the text: a content that begins before the last one ended may be nested in it.
        if first["start"] < said:
            return False
        if "source" in quote:
            if status in _WITHOUT_SOURCE:
                return False
            parts = [quote["source"], *parts]
        elif status == "explicit" or (status == "none" and "speaker" in quote):
            return False
        if "markers" in quote:
            parts = parts + quote["markers"]
        if "cue" in quote:
            parts = [*parts, quote["cue"]]
        orderly = _stand_in_order(parts, block, texts[block])
        if orderly is None or not (orderly or _stand_apart(quote, parts)):
            return False
        said = contents[-1]["end"]
        if quote_type([content["text"] for content in contents]) != quote["type"]:
            return False
    return len(set(map(_ID, quotes))) == len(quotes)


def _stand_in_order(parts: list[Data], block: str, text: str) -> bool | None:
    """Whether the parts follow each other in the block; None where one of them is not sound, or not in it."""
    length, reach, orderly = len(text), 0, True
    for part in parts:
        start, end, said = part["start"], part["end"], part["text"]
        if end > length or text[start:end] != said or part["block"] != block or said != said.strip():
            return None
        if start < reach:
            orderly = False
        reach = end
    return orderly


def _stand_apart(quote: Data, parts: list[Data]) -> bool:
    """Whether parts that stand in another order than source, content, marker, cue do not overlap all the same."""
    for name in ("content", "markers"):
        starts = [part["start"] for part in quote.get(name, ())]
        if starts != sorted(starts):
            return False
    # Sorted apart, an end passes the next start where any two overlap.
    starts = sorted(part["start"] for part in parts)
    ends = sorted(part["end"] for part in parts)
    return all(map(le, ends, starts[1:]))


def _captions(data: Data, texts: dict[str, str], blocks: list[str]) -> bool:
    captions = data.get("captions", ())
    if [caption["block"] for caption in captions] != blocks:
        return False
    for caption in captions:
        parts = []
        for part in caption.values():
            if type(part) is dict:
                parts.append(part)
            elif type(part) is list:
                parts += part
        if (
            _stand_in_order(parts, caption["block"], texts[caption["block"]]) is None
            or type(caption["copies"]) is not int
        ):
            return False
        dated = caption.get("date_created", ())
        if "value" in dated and not _is_right_value(None, dated["value"], dated["text"]):
            return False
    return True


_sorted: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
_KINDS = {"blocks": "block", "entities": "entity", "clusters": "cluster", "quotes": "quote", "captions": "caption"}


def is_sorted(data: Data) -> bool:
    """Whether every object's keys stand in canonical order. Orders once seen to be right are remembered."""
    for key, kind in _KINDS.items():
        known = _sorted[kind]
        for record in data.get(key, ()):
            if tuple(record) not in known and not _remember(kind, record):
                return False
    for key in ("quotes", "captions"):
        if not all(map(_parts_are_sorted, data.get(key, ()))):
            return False
    if tuple(data) != tuple(key for key in record_keys(None) if key in data):
        return False
    rest = {key: value for key, value in data.items() if key not in _KINDS}
    return next(misplaced_keys(rest), None) is None


def _parts_are_sorted(record: Data) -> bool:
    known = _sorted["dated_span"]
    for part in record.values():
        for span in part if type(part) is list else (part,) if type(part) is dict else ():
            if tuple(span) not in known and not _remember("dated_span", span):
                return False
    return True


def _remember(kind: str, record: Data) -> bool:
    """Whether the keys of a record of this kind stand in order; if so, the next with the same keys is known."""
    right = tuple(key for key in record_keys(kind) if key in record)
    if tuple(record) != right:
        return False
    _sorted[kind].add(right)
    return True
