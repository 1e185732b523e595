"""From mark-up to the article."""

from __future__ import annotations

import hashlib
import itertools
import re
import tomllib
import unicodedata
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from malmoi import schemas, store
from malmoi.marks import quote_type
from malmoi.markup.form import (
    BLOCK_SIGNS,
    FENCE,
    MAX_COPIES,
    QUOTE_PARTS,
    ClusterEntry,
    Footer,
    Header,
    MarkupError,
    QuoteEntry,
    parse_author,
)
from malmoi.model import BLOCK_PREFIX, CAPTION_FIELDS, SCHEMA_VERSION, Article, BlockType, Record

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLOCK_LINE = re.compile(r"(?P<sign>##?|=|@|~|>(?P<copies>[0-9]*)) (?P<text>.*)", re.DOTALL)
_TAG = re.compile(
    r"(?P<quote>q[0-9a-z]+)\.(?P<part>[a-z]+)|\.(?P<field>[a-z_]+)(?:=(?P<date>\S+))?|"
    r"(?P<label>[A-Z][A-Z_]+)(?:@(?P<cluster>[\w-]+))?(?:=(?P<value>\S+))?"
)

_R = TypeVar("_R", bound=Record)


class _Tag(NamedTuple):
    """One tag of a line, with the code points it covers in the plain text."""

    match: re.Match[str]
    start: int
    end: int
    order: int


def parse(source: str, *, name: str = "<mark-up>") -> Article:
    """Compile mark-up to an article.

    Args:
        source: the mark-up.
        name: what error messages call it.

    Raises:
        MarkupError: with the line and what is wrong with it.
    """
    source = unicodedata.normalize("NFC", source.removeprefix("\ufeff"))
    header, body, footer = _sections(source, name)
    if header.blocks and len(header.blocks) != len(body):
        raise MarkupError(
            f"{name}: in the header: `blocks` names {len(header.blocks)} blocks, and the body has {len(body)}: give "
            "each its id, or take `blocks` out, and they are numbered anew"
        )
    if len(set(header.blocks)) < len(header.blocks):
        raise MarkupError(f"{name}: in the header: `blocks` names a block twice")
    builder = _Builder(name, footer)
    for (number, line), given in itertools.zip_longest(body, header.blocks):
        builder.add_line(number, line, given)
    return builder.article(header)


def block_id(block_type: BlockType, number: int) -> str:
    """Id of the first, second, … block of a type."""
    return f"{BLOCK_PREFIX[block_type]}{number:02d}"


def new_id(prefix: str, *parts: object, taken: set[str], size: int = 4) -> str:
    """A stable, non-ordinal id: a hash of what the thing is, longer only where two would be equal."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
    while (found := f"{prefix}-{digest[:size]}") in taken:
        size += 1
    taken.add(found)
    return found


def _sections(source: str, name: str) -> tuple[Header, list[tuple[int, str]], Footer]:
    lines = source.split("\n")
    fences = [index for index, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(fences) not in (2, 4) or any(line.strip() for line in lines[: fences[0]]):
        raise MarkupError(
            f"{name}: expected a header between two `{FENCE}` lines, and a footer between two more or none"
        )
    first, second, third, fourth = fences if len(fences) > 2 else (*fences, len(lines), len(lines))  # noqa: PLR2004  a third fence opens the footer
    for number, line in enumerate(lines[fourth + 1 :], fourth + 2):
        if line.strip():
            raise MarkupError(f"{name}:{number}: text after the footer; the body stands before it")
    header = _toml(lines[first + 1 : second], first + 1, name)
    for key in ("published_at", "modified_at"):
        if isinstance(header.get(key), date):
            header[key] = header[key].isoformat()
    footer = _toml(lines[third + 1 : fourth], third + 1, name)
    body = [(number, line.strip()) for number, line in enumerate(lines[second + 1 : third], second + 2)]
    return (
        _convert(header, Header, f"{name}: in the header"),
        [(number, line) for number, line in body if line],
        _convert(footer, Footer, f"{name}: in the footer"),
    )


def _toml(lines: Iterable[str], first: int, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:  # ValueError: also a number too long to be read
        raise MarkupError(f"{name}: in the lines after {first}: {error}") from None


def _convert(value: object, kind: type[_R], where: str) -> _R:
    """The table as a record.

    Raises:
        MarkupError: an unknown key, a missing one, or a value of another kind.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        found, _, place = str(error).partition(" - at `$.")
        if found.startswith("Expected"):
            found = found.replace("object", "table").replace(" | null", "")
        found = found.replace("Object contains unknown field", "unknown key")
        found = found.replace("Object missing required field", "missing key")
        told = f", in {place.rstrip('`')}" if place else f" (keys: {', '.join(kind.__struct_fields__)})"
        raise MarkupError(f"{where}: {found}{told}") from None


class _Builder:
    """Collects blocks and tags line by line, then makes the article."""

    def __init__(self, name: str, footer: Footer) -> None:
        self.name = name
        self.clusters = {
            key: _convert({"name": entry} if isinstance(entry, str) else entry, ClusterEntry, f"{name}: cluster {key}")
            for key, entry in footer.clusters.items()
        }
        self.quotes = {key: _convert(entry, QuoteEntry, f"{name}: quote {key}") for key, entry in footer.quotes.items()}
        self.blocks: list[dict[str, Any]] = []
        self.captions: dict[str, dict[str, Any]] = {}
        self.entities: list[dict[str, Any]] = []
        self.quote_parts: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        self.taken: set[str] = set()
        for kind, entries in (("cluster", self.clusters), ("quote", self.quotes)):
            for key, entry in entries.items():
                if entry.id in self.taken:
                    raise MarkupError(f"{name}: {kind} {key}: the id {entry.id!r} is another's already")
                self.taken |= {entry.id} if entry.id else set()

    def add_line(self, number: int, line: str, given: str | None) -> None:
        match = _BLOCK_LINE.match(line)
        sign = match["sign"] if match else ""
        block_type: BlockType = "caption" if sign.startswith(">") else BLOCK_SIGNS.get(sign, "paragraph")
        text, tags = self._inline(match["text"] if match else line, number)
        same = sum(block["type"] == block_type for block in self.blocks)
        block = given or block_id(block_type, same + 1)
        self.blocks.append({"id": block, "type": block_type, "text": text})
        if match and block_type == "caption":
            self.captions[block] = {"block": block, "copies": self._copies(match["copies"] or "1", number)}
        for tag in tags:
            span = {"block": block, "start": tag.start, "end": tag.end, "text": text[tag.start : tag.end]}
            self._add_tag(tag.match, span, number)

    def _copies(self, digits: str, number: int) -> int:
        if len(digits) > len(str(MAX_COPIES)) or not int(digits):
            raise self._error(number, f"`>{digits[:20]}`: a caption stands 1 to {MAX_COPIES} times on the page")
        return int(digits)

    def _add_tag(self, tag: re.Match[str], span: dict[str, Any], number: int) -> None:
        if tag["quote"]:
            if tag["part"] not in QUOTE_PARTS:
                raise self._error(number, f"quote part {tag['part']!r} is none of {', '.join(QUOTE_PARTS)}")
            self.quote_parts[tag["quote"]][tag["part"]].append(span)
        elif tag["field"]:
            self._add_field(tag, span, number)
        else:
            if tag["label"] not in schemas.labels():
                raise self._error(number, _no_label(tag["label"]))
            seen = sum(e["label"] == tag["label"] and e["text"] == span["text"] for e in self.entities)
            entity: dict[str, Any] = {
                "id": new_id("e", tag["label"], span["text"], seen, taken=self.taken),
                "block": span["block"],
                "start": span["start"],
                "end": span["end"],
                "label": tag["label"],
                "text": span["text"],
            }
            if tag["cluster"]:
                if tag["cluster"] not in self.clusters:
                    raise self._error(number, f"cluster {tag['cluster']!r} has no line under [clusters]")
                entity["cluster"] = tag["cluster"]
            if tag["value"]:
                entity["value"] = tag["value"]
            self.entities.append(entity)

    def _add_field(self, tag: re.Match[str], span: dict[str, Any], number: int) -> None:
        caption, field = self.captions.get(span["block"]), tag["field"]
        if caption is None:
            raise self._error(number, f"`.{field}` outside a caption line (`> `)")
        if field not in CAPTION_FIELDS:
            raise self._error(number, f"caption field {field!r} is none of {', '.join(CAPTION_FIELDS)}")
        if tag["date"]:
            span["value"] = tag["date"]
        if field in ("creator", "creator_role"):
            caption.setdefault(field, []).append(span)
        elif field in caption:
            raise self._error(number, f"caption field {field!r} stands twice")
        else:
            caption[field] = span

    def _inline(self, line: str, number: int) -> tuple[str, list[_Tag]]:
        text: list[str] = []
        done: list[_Tag] = []
        opened: list[tuple[re.Match[str], int, int]] = []
        index = length = order = 0
        while index < len(line):
            char = line[index]
            index += 1
            if char == "{":
                tag, space, _ = line[index:].partition(" ")
                match = _TAG.fullmatch(tag)
                if match is None or not space:
                    raise self._error(number, f"{{{tag[:40]} is no tag; a literal brace is written \\{{")
                opened.append((match, length, order))
                order += 1
                index += len(tag) + 1
            elif char == "}":
                if not opened:
                    raise self._error(number, f"a }} that closes nothing, after …{''.join(text)[-20:]}")
                match, start, rank = opened.pop()
                if length == start:
                    raise self._error(number, f"{{{match[0]} }} holds no text")
                done.append(_Tag(match, start, length, rank))
            else:
                if char == "\\" and index < len(line):
                    char = line[index]
                    index += 1
                text.append(char)
                length += 1
        if opened:
            raise self._error(number, f"{{{opened[-1][0][0]} is never closed")
        return "".join(text), sorted(done, key=lambda tag: tag.order)

    def article(self, header: Header) -> Article:
        keys = {key: entry.id or new_id("c", entry.name, key, taken=self.taken) for key, entry in self.clusters.items()}
        data: dict[str, Any] = msgspec.to_builtins(header)
        section = {"raw": header.section, "medtop": header.medtop}
        for key in ("section", "medtop", "blocks"):
            data.pop(key, None)
        if any(section.values()):
            data["section"] = {key: value for key, value in section.items() if value}
        data["byline"] = [parse_author(one) if isinstance(one, str) else one for one in data.get("byline", [])]
        data |= {"schema_version": SCHEMA_VERSION, "text_status": "included", "id": header.id}
        data["provenance"] = msgspec.to_builtins(header.provenance)
        data["blocks"] = self.blocks
        data["entities"] = [e | ({"cluster": keys[e["cluster"]]} if "cluster" in e else {}) for e in self.entities]
        data["clusters"] = [self._cluster_record(key, entry, keys[key]) for key, entry in self.clusters.items()]
        data["quotes"] = self._quote_records(keys)
        data["captions"] = [self.captions[block["id"]] for block in self.blocks if block["id"] in self.captions]
        return store.from_dict(data)

    def _cluster_record(self, key: str, entry: ClusterEntry, found: str) -> dict[str, Any]:
        mention = next((entity["label"] for entity in self.entities if entity.get("cluster") == key), None)
        label = entry.label or mention
        if label is None:
            raise MarkupError(
                f"{self.name}: cluster {key!r} has no mention; give it a label, "
                f'{key} = {{ name = "…", label = "PS_NAME" }}'
            )
        if label not in schemas.labels():
            raise MarkupError(f"{self.name}: cluster {key}: {_no_label(label)}")
        record = {"id": found, "label": label, "name": entry.name}
        return record | ({"wikidata": entry.wikidata} if entry.wikidata is not None else {})

    def _quote_records(self, keys: dict[str, str]) -> list[dict[str, Any]]:
        records = []
        for key in dict.fromkeys((*self.quote_parts, *self.quotes)):
            parts, entry = self.quote_parts.get(key, {}), self.quotes.get(key)
            if entry is None:
                raise MarkupError(f"{self.name}: quote {key} has no line under [quotes] (it may be `{key} = {{}}`)")
            if not parts.get("content"):
                raise MarkupError(f"{self.name}: quote {key} has no content")
            for single in ("cue", "source"):
                if len(parts.get(single, [])) > 1:
                    raise MarkupError(f"{self.name}: quote {key} has two parts {single!r}")
            records.append(self._quote_record(key, parts, entry, keys))
        order = {block["id"]: index for index, block in enumerate(self.blocks)}
        records.sort(key=lambda quote: (order[quote["content"][0]["block"]], quote["content"][0]["start"]))
        return records

    def _quote_record(
        self, key: str, parts: dict[str, list[dict[str, Any]]], entry: QuoteEntry, keys: dict[str, str]
    ) -> dict[str, Any]:
        contents = [span["text"] for span in parts["content"]]
        status = entry.source_status or ("explicit" if parts.get("source") else None)
        if status is None:
            raise MarkupError(f"{self.name}: quote {key} has no source part; give its source_status")
        if entry.speaker is not None and entry.speaker not in keys:
            raise MarkupError(f"{self.name}: speaker {entry.speaker!r} of {key} has no line under [clusters]")
        record: dict[str, Any] = {
            "id": entry.id or new_id("q", *contents, taken=self.taken),
            "type": entry.type or quote_type(contents),
            "mode": entry.mode,
            "source_status": status,
            "content": parts["content"],
        }
        if entry.speaker is not None:
            record["speaker"] = keys[entry.speaker]
        if parts.get("marker"):
            record["markers"] = parts["marker"]
        for single in ("cue", "source"):
            if parts.get(single):
                record[single] = parts[single][0]
        return record

    def _error(self, number: int, message: str) -> MarkupError:
        return MarkupError(f"{self.name}:{number}: {message}")


def _no_label(label: str) -> str:
    return f"{label} is no label of the inventory (schema/labels.json)"
