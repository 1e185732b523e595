"""The fast path: one pass over an article that follows the schema, saying only whether it is plainly sound.

It never accepts what a rule of level 3 would report; a test holds the two together. What it does not accept goes to
the rules, which have the last word, so a doubt here costs time and nothing else. It reads plain data and makes no
objects: that is what keeps it under half the cost of parsing the file.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from operator import le
from typing import TYPE_CHECKING, Any

from malmoi import isovalue
from malmoi.marks import quote_type
from malmoi.rules.keys import misplaced_keys, record_keys
from malmoi.rules.metadata import LICENSES
from malmoi.rules.texts import may_hold_contact
from malmoi.rules.values import contradiction, fits_label
from malmoi.schemas import labels

if TYPE_CHECKING:
    from malmoi.rules.doc import Data, Place

_TIMESTAMP = 25
# Stands between texts that are looked at in one go; a text that holds it itself costs only time.
_BORDER = "‖"
_LISTS = ("blocks", "entities", "clusters", "quotes", "captions")


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
    blocks = data["blocks"]
    texts = [block["text"] for block in blocks]
    joined = _BORDER.join(texts)
    # Printable means: no control or format character, no space but the plain one.
    if not joined.isprintable() or not _clean_edges(joined) or may_hold_contact(joined):
        return False
    starts = dict(zip([block["id"] for block in blocks], _starts(texts), strict=True))
    # A border inside a text would hide a span that reaches past its block.
    if len(starts) != len(blocks) or joined.count(_BORDER) != len(blocks) - 1:
        return False
    try:
        return _Spans(data, starts, joined + _BORDER).are_sound()
    except (KeyError, TypeError):
        # A block or a text that is not there; an offset that is a fraction cannot slice.
        return False


def _clean_edges(joined: str) -> bool:
    """Whether none of the printable texts, joined by `_BORDER`, begins or ends in a space."""
    return f"{_BORDER} " not in joined and f" {_BORDER}" not in joined and joined[:1] != " " and joined[-1:] != " "


def _starts(texts: list[str]) -> list[int]:
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    return starts


def _metadata(data: Data, place: Place | None) -> bool:
    tier = data.get("tier")
    if tier and data["license"] != LICENSES[tier]:
        return False
    if place and (tier != "open" or (place.tier and (place.tier != tier or place.stem != data["id"]))):
        return False
    if "normalizer" in data["provenance"] and not _normalizer(data["provenance"]["normalizer"]):
        return False
    published = data.get("published_at")
    return (published is None or _is_korean_time(published)) and "modified_at" not in data


def _normalizer(normalizer: Data) -> bool:
    counts = [changed["count"] for changed in normalizer.get("changed", ())]
    counts += [dropped["length"] for dropped in normalizer.get("dropped", ())]
    return all(type(count) is int for count in counts)


def _is_korean_time(written: str) -> bool:
    if len(written) != _TIMESTAMP or written[10] != "T" or written[19:] != "+09:00":
        return False
    try:
        # The round trip refuses every other way of writing it.
        return datetime.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


@lru_cache(maxsize=1 << 14)
def _is_right_value(label: str | None, written: str, text: str) -> bool:
    """Whether a value parses, goes with its label and agrees with its text. News repeats its dates: cached."""
    value = isovalue.parse(written)
    if value is None:
        return False
    if label is not None and (_classes()[label] not in ("DT", "TI") or not fits_label(value, label)):
        return False
    return contradiction(text, value) is None


class _Spans:
    """Every span of an article in one list: the entities, then the parts of each quote, then those of the captions.

    Attributes:
        begins: first code point of each in the joined texts.
        ends: one past its last.
    """

    def __init__(self, data: Data, starts: dict[str, int], joined: str) -> None:
        self.data = data
        self.entities = data.get("entities", ())
        self.quotes = data.get("quotes", ())
        self.captions = data.get("captions", ())
        self.starts = starts
        self.joined = joined
        self.begins: list[int] = []
        self.ends: list[int] = []

    def are_sound(self) -> bool:
        spans = list(self.entities)
        for quote in self.quotes:
            spans += quote["content"]
            if "markers" in quote:
                spans += quote["markers"]
            if "cue" in quote:
                spans.append(quote["cue"])
            if "source" in quote:
                spans.append(quote["source"])
        for caption in self.captions:
            for part in caption.values():
                if type(part) is dict:
                    spans.append(part)
                elif type(part) is list:
                    spans += part
        starts, joined, begins, ends = self.starts, self.joined, self.begins, self.ends
        for span in spans:
            start = starts[span["block"]]
            begin, end = start + span["start"], start + span["end"]
            # The text found there proves the offsets: whole, in order, not equal, and short of the border.
            if joined[begin:end] != span["text"]:
                return False
            begins.append(begin)
            ends.append(end)
        return (
            _clean_edges(_BORDER.join([span["text"] for span in spans]))
            and self._entities_are_sound()
            and (not self.quotes or self._quotes_are_sound())
            and self._captions_are_sound()
        )

    def _entities_are_sound(self) -> bool:
        entities, size = self.entities, len(self.entities)
        # In the order of the text, as files are written, an overlap shows as a begin before the last end.
        if not all(map(le, self.ends[: size - 1], self.begins[1:size])):
            return False
        if len({entity["id"] for entity in entities}) != size:
            return False
        classes = _classes()
        clusters = self.data.get("clusters", ())
        cluster_class = {cluster["id"]: classes[cluster["label"]] for cluster in clusters}
        used = {quote["speaker"] for quote in self.quotes if "speaker" in quote}
        for entity in entities:
            if "cluster" in entity:
                cluster = entity["cluster"]
                used.add(cluster)
                if cluster_class[cluster] != classes[entity["label"]]:
                    return False
            if "value" in entity and not _is_right_value(entity["label"], entity["value"], entity["text"]):
                return False
        return len(cluster_class) == len(clusters) and used == cluster_class.keys()

    def _quotes_are_sound(self) -> bool:
        at = len(self.entities)
        begins, ends = self.begins, self.ends
        content_begins: list[int] = []
        content_ends: list[int] = []
        for quote in self.quotes:
            contents = quote["content"]
            size, markers = len(contents), len(quote.get("markers", ()))
            last = at + size + markers + ("cue" in quote) + ("source" in quote)
            if not _status(quote) or not _type_is_right(quote["type"], [content["text"] for content in contents]):
                return False
            if _overlap(begins[at:last], ends[at:last]):
                return False
            if (size > 1 and not _ascend(begins[at : at + size])) or (
                markers > 1 and not _ascend(begins[at + size : at + size + markers])
            ):
                return False
            content_begins += begins[at : at + size]
            content_ends += ends[at : at + size]
            at = last
        return len({quote["id"] for quote in self.quotes}) == len(self.quotes) and not _overlap(
            content_begins, content_ends
        )

    def _captions_are_sound(self) -> bool:
        recorded = [caption["block"] for caption in self.captions]
        expected = [block["id"] for block in self.data["blocks"] if block["type"] == "caption"]
        if recorded != expected:
            return False
        for caption in self.captions:
            block = caption["block"]
            if type(caption["copies"]) is not int:
                return False
            for part in caption.values():
                for span in part if type(part) is list else (part,) if type(part) is dict else ():
                    if span["block"] != block:
                        return False
            dated = caption.get("date_created", {})
            if "value" in dated and not _is_right_value(None, dated["value"], dated["text"]):
                return False
        return True


def _type_is_right(declared: str, contents: list[str]) -> bool:
    # A lone mark is no quotation; the rule looks at its surroundings.
    return quote_type(contents) == declared and (declared != "direct" or min(map(len, contents)) > 1)


def _status(quote: Data) -> bool:
    status = quote["source_status"]
    if "source" in quote:
        return status not in ("omitted", "none")
    return status != "explicit" and not (status == "none" and "speaker" in quote)


def _ascend(begins: list[int]) -> bool:
    return begins == sorted(begins)


def _overlap(begins: list[int], ends: list[int]) -> bool:
    """Whether any two spans share a character: sorted apart, an end then passes the next begin."""
    begins.sort()
    ends.sort()
    return not all(map(le, ends, begins[1:]))


_sorted: dict[str, set[tuple[str, ...]]] = {}


def is_sorted(data: Data) -> bool:
    """Whether every object's keys stand in canonical order. Orders once seen to be right are remembered."""
    entities, parts = _sorted.setdefault("entity", set()), _sorted.setdefault("span", set())
    for entity in data.get("entities", ()):
        if tuple(entity) not in entities and not _remember("entity", entity):
            return False
    for kind, key in (("block", "blocks"), ("cluster", "clusters")):
        known = _sorted.setdefault(kind, set())
        for record in data.get(key, ()):
            if tuple(record) not in known and not _remember(kind, record):
                return False
    for kind, key in (("quote", "quotes"), ("caption", "captions")):
        known = _sorted.setdefault(kind, set())
        for record in data.get(key, ()):
            if tuple(record) not in known and not _remember(kind, record):
                return False
            for part in record.values():
                spans = part if type(part) is list else (part,) if type(part) is dict else ()
                for span in spans:
                    if tuple(span) not in parts and not _remember("dated_span", span):
                        return False
    if tuple(data) != tuple(key for key in record_keys(None) if key in data):
        return False
    rest = {key: value for key, value in data.items() if key not in _LISTS}
    return next(misplaced_keys(rest), None) is None


def _remember(kind: str, record: dict[str, Any]) -> bool:
    right = tuple(key for key in record_keys(kind) if key in record)
    if tuple(record) != right:
        return False
    _sorted["span" if kind == "dated_span" else kind].add(right)
    return True
