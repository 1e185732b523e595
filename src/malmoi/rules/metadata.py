"""Level 3: times of publication, rights, and where the file stands."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from malmoi.rules.doc import length_of
from malmoi.rules.registry import Hit, rule
from malmoi.rules.texts import LINE_BREAKS, hidden_characters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.rules.doc import Data, Doc
    from malmoi.rules.registry import Path

_DIGITS = 10
WITH_SPANS = frozenset({"blocks", "entities", "quotes", "captions"})
LICENSES = {"open": "CC-BY-4.0", "wikinews": "CC-BY-2.5", "private": "LicenseRef-publisher"}
WITHHELD_TIERS = ("wikinews", "private")
_RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?P<zone>Z|[+-]\d{2}:\d{2})?")
_TIMES = ("published_at", "modified_at")
_EXAMPLE = "2024-03-05T09:12:00+09:00"
_KOREA = timedelta(hours=9)


@rule("MM350", "bad-timestamp")
def bad_timestamp(doc: Doc) -> Iterator[Hit]:
    """A time of publication is no RFC 3339 date and time.

    What it does: matches `published_at` and `modified_at`, and asks the calendar whether the moment exists.

    Why is this bad? Articles are ordered, and relative dates (오는 20일) resolved, by it.

    Example: `"published_at": "2023.06.01 12:25"`, `"2023-02-30T09:00:00+09:00"`

    Use instead: `"published_at": "2023-06-01T12:25:00+09:00"`
    """
    for name in _present_times(doc):
        written = doc.data[name]
        if not _RFC_3339.fullmatch(written):
            yield Hit((name,), f"{written!r} is no RFC 3339 date and time; expected one such as {_EXAMPLE}")
        elif _moment(written) is None:
            yield Hit((name,), f"{written!r} names a day or a time that does not exist")


@rule("MM351", "timestamp-without-zone")
def timestamp_without_zone(doc: Doc) -> Iterator[Hit]:
    """A time of publication does not say in which zone.

    What it does: looks for the offset at the end of `published_at` and `modified_at`.

    Why is this bad? Without it the moment is anybody's guess, by as much as a day.

    Example: `"published_at": "2023-06-01T12:25:00"`

    Use instead: `"published_at": "2023-06-01T12:25:00+09:00"`
    """
    for name in _present_times(doc):
        match = _RFC_3339.fullmatch(doc.data[name])
        if match and not match["zone"] and _moment(doc.data[name]):
            yield Hit((name,), f"{doc.data[name]!r} has no time zone", "write +09:00 after it if it is Korean time")


@rule("MM352", "timestamp-not-in-korean-time")
def timestamp_not_in_korean_time(doc: Doc) -> Iterator[Hit]:
    """A time of publication is not written in Korean time.

    What it does: looks at the offset of `published_at` and `modified_at`.

    Why is this bad? The day in the text (오늘, 1일) is the Korean day; in another zone the date may be another.

    Example: `"published_at": "2023-05-31T22:25:00Z"`

    Use instead: `"published_at": "2023-06-01T07:25:00+09:00"`
    """
    for name in _present_times(doc):
        moment = _moment(doc.data[name])
        match = _RFC_3339.fullmatch(doc.data[name])
        if moment and match and match["zone"] and match["zone"] != "+09:00":
            korean = _in_korea(moment)
            yield Hit((name,), f"{doc.data[name]!r} is not in Korean time", f"write {korean}" if korean else None)


@rule("MM353", "modified-before-published")
def modified_before_published(doc: Doc) -> Iterator[Hit]:
    """An article was modified before it was published.

    What it does: compares `modified_at` with `published_at`.

    Why is this bad? One of the two is wrong.

    Example: `"published_at": "2023-06-01T12:25:00+09:00", "modified_at": "2023-06-01T09:00:00+09:00"`

    Use instead: the times as the page shows them.
    """
    published, modified = (_moment(doc.data.get(name, "")) for name in _TIMES)
    if published and modified and published.tzinfo and modified.tzinfo and modified < published:
        message = f"modified at {doc.data['modified_at']}, before it was published at {doc.data['published_at']}"
        yield Hit(("modified_at",), message)


@rule("MM358", "invisible-metadata")
def invisible_metadata(doc: Doc) -> Iterator[Hit]:
    r"""A string beside the text is blank, or holds a character that nobody sees.

    What it does: looks at the publisher, the byline, the names of clusters and every other string outside blocks and
    spans for white space alone, control characters, line breaks and zero-width characters. What the normaliser noted
    down is left alone.

    Why is this bad? Equal names differ by it, and a table shows an empty field that is not empty.

    Example: `"publisher": " "`, `"byline": [{"name": "김가람\u200b"}]`

    Use instead: `"byline": [{"name": "김가람"}]`; no `publisher` at all where nothing is known.
    """
    for path, text in metadata_strings(doc.data):
        if not text.strip():
            hint = "write what is meant, or leave the field out"
            yield Hit(path, "the string is nothing but white space", hint)
        elif not text.isprintable() and (hidden := _hidden(text)):
            names = ", ".join(dict.fromkeys(f"U+{ord(char):04X}" for char in hidden))
            yield Hit(path, f"the string holds characters that nobody sees: {names}", "take them out")


def metadata_strings(data: Data) -> Iterator[tuple[Path, str]]:
    """Every string outside blocks, spans and the normaliser's notes, with its path."""
    waiting: list[tuple[Path, Any]] = [((key,), data[key]) for key in reversed(data) if key not in WITH_SPANS]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            waiting += [((*path, key), value[key]) for key in reversed(value) if key != "normalizer"]
        elif isinstance(value, list):
            waiting += [((*path, index), value[index]) for index in reversed(range(len(value)))]


def _hidden(text: str) -> list[str]:
    return [*hidden_characters(text), *(char for char in text if char in LINE_BREAKS)]


@rule("MM359", "day-precision-with-time")
def day_precision_with_time(doc: Doc) -> Iterator[Hit]:
    """The time of publication is said to be known to the day, and tells a time of day.

    What it does: looks at the time in `published_at` where `published_precision` is `day`.

    Why is this bad? One of the two is wrong. Where only the day is known, midnight stands for it.

    Example: `"published_at": "2023-06-01T17:35:00+09:00", "published_precision": "day"`

    Use instead: `"published_at": "2023-06-01T00:00:00+09:00", "published_precision": "day"`
    """
    moment = _moment(doc.data.get("published_at", ""))
    if moment and "published_precision" in doc.data and moment.time() != time.min:
        message = f"the precision is day, but {doc.data['published_at']!r} is not midnight"
        yield Hit(("published_precision",), message, "write T00:00:00, or take published_precision out")


def _present_times(doc: Doc) -> list[str]:
    return [name for name in _TIMES if name in doc.data]


def _moment(written: str) -> datetime | None:
    if not _RFC_3339.fullmatch(written):
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _in_korea(moment: datetime) -> str | None:
    offset = moment.utcoffset()
    try:
        return f"{(moment + _KOREA - offset).replace(tzinfo=None).isoformat()}+09:00" if offset is not None else None
    except OverflowError:
        return None


@rule("MM354", "file-name-not-id")
def file_name_not_id(doc: Doc) -> Iterator[Hit]:
    """A file of the corpus is not named by the article's id.

    What it does: compares the file's name, without `.json`, with `id`.

    Why is this bad? splits.tsv, reviews and tools find an article by its id.

    Example: `corpus/open/2024/draft.json` with `"id": "open-0001"`.

    Use instead: `corpus/open/2024/open-0001.json`
    """
    if doc.place and doc.place.tier and doc.place.stem != doc.data["id"]:
        message = f"the id is {doc.data['id']!r}, but the file is named {doc.place.stem}.json"
        yield Hit(("id",), message, f"rename the file {doc.data['id']}.json, or correct the id")


@rule("MM355", "folder-not-tier")
def folder_not_tier(doc: Doc) -> Iterator[Hit]:
    """A file stands in the folder of another tier than its own.

    What it does: compares the folder of the corpus with `tier`.

    Why is this bad? The folder tells a reader, and the build, under which rights the article is.

    Example: `corpus/open/2024/x.json` with `"tier": "private"`.

    Use instead: `corpus/private/x.json`
    """
    if doc.place and doc.place.tier and doc.place.tier != doc.data.get("tier"):
        if "tier" in doc.data:
            message = f"the tier is {doc.data['tier']}, but the file stands in {doc.place.tier}/"
            yield Hit(("tier",), message, f"move the file to {doc.data['tier']}/, or correct the tier")
        else:
            yield Hit(
                (),
                f"the file stands in {doc.place.tier}/, but the article names no tier",
                f'add "tier": "{doc.place.tier}"',
            )


@rule("MM356", "license-against-tier")
def license_against_tier(doc: Doc) -> Iterator[Hit]:
    """The licence of the text does not go with the tier.

    What it does: open asks for CC-BY-4.0, wikinews for CC-BY-2.5, private for LicenseRef-publisher.

    Why is this bad? Rights are decided by tier; an article in the wrong one is published against its licence.

    Example: `"tier": "open", "license": "LicenseRef-publisher"`

    Use instead: `"tier": "private", "license": "LicenseRef-publisher"`
    """
    tier = doc.data.get("tier")
    if tier and doc.data["license"] != LICENSES[tier]:
        message = f"the tier {tier} goes with {LICENSES[tier]}, not {doc.data['license']}"
        yield Hit(("license",), message, "correct the licence, or put the article into the tier that it belongs to")


@rule("MM357", "text-not-withheld")
def text_not_withheld(doc: Doc) -> Iterator[Hit]:
    """A file of the corpus includes a text that may not stand there.

    What it does: in the corpus, wikinews and private articles have `"text_status": "withheld"`. Drafts and hydrated
    copies outside it may include their text.

    Why is this bad? The text may not be passed on in this repository.

    Example: `"tier": "private", "text_status": "included"`

    Use instead: the article as `malmoi withhold` writes it.
    """
    tier = doc.data.get("tier")
    if doc.place and tier in WITHHELD_TIERS and not doc.withheld:
        message = f"in the corpus the text of an article of the tier {tier} is withheld; this one includes it"
        yield Hit(("text_status",), message, "`malmoi withhold` takes the text out")


@rule("MM360", "tokens-against-length")
def tokens_against_length(doc: Doc) -> Iterator[Hit]:
    """The token fingerprint of a withheld block does not fit its length.

    What it does: token starts ascend, and lie inside the block.

    Why is this bad? Hydrating places spans by these starts.

    Example: `"length": 8, "tokens": "0:3f 9:a1"`

    Use instead: `"length": 8, "tokens": "0:3f 3:a1"`
    """
    for index, block in enumerate(doc.data["blocks"]):
        problem = tokens_problem(block)
        if problem:
            yield Hit(("blocks", index, "tokens"), problem, "`malmoi withhold` writes them anew from the text")


def tokens_problem(block: dict[str, Any]) -> str | None:
    """What is wrong with a block's token starts."""
    if "tokens" not in block:
        return None
    # No block has a milliard characters, and Python reads no number of thousands of digits.
    starts = [int(token.partition(":")[0][:_DIGITS]) for token in block["tokens"].split(" ")]
    if starts != sorted(set(starts)):
        number = next(number for number in range(1, len(starts)) if starts[number] <= starts[number - 1])
        return f"token starts ascend; {starts[number]} follows {starts[number - 1]}"
    if starts[-1] >= length_of(block):
        return f"a token starts at {starts[-1]}, but the block has {length_of(block)} characters"
    return None
