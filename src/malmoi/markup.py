"""The authoring mark-up: an article as a person types it, compiled to the canonical record and back.

    +++
    publisher = "다온통신"
    published_at = 2024-03-05T09:12:00+09:00
    license = "CC-BY-4.0"
    +++
    # {OGG_ECONOMY@hanbit 한빛전자} "{q1.content …}"
    {q1.source {PS_NAME@kim 김가람} {CV_POSITION 대표}}는 {DT_DAY=2024-03-05 5일} …
    > {.location 서울}…            a caption; `>2` where the page showed it twice
    +++
    [clusters]
    kim = "김가람"
    [quotes]
    q1 = { speaker = "kim" }
    +++

One line is one block; its first character tells the type (`# = ## @ > ~`, none for a paragraph). A tag is
`{TAG text}`: a label with `@cluster` and `=value`, `qN.part`, or `.field` of a caption. Tags nest. A literal
brace or backslash takes a backslash before it. Nobody counts an offset.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from malmoi import schemas, store
from malmoi.findings import MalmoiError
from malmoi.marks import quote_type
from malmoi.model import BLOCK_PREFIX, CAPTION_FIELDS, SCHEMA_VERSION, Article, Block, BlockType, Quote, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

DRAFT_ID = "draft"
"""Id of an article whose mark-up gives none."""
QUOTE_PARTS = ("content", "marker", "cue", "source")

_PREFIX: dict[str, BlockType] = {
    "#": "headline",
    "##": "subhead",
    "=": "dek",
    "@": "dateline",
    "~": "byline",
}
_SIGN = {block_type: sign for sign, block_type in _PREFIX.items()}
_BLOCK_LINE = re.compile(r"(?P<sign>##?|=|@|~|>(?P<copies>[0-9]*)) (?P<text>.*)", re.DOTALL)
_TAG = re.compile(
    r"(?P<quote>q[0-9a-z]+)\.(?P<part>[a-z]+)|\.(?P<field>[a-z_]+)(?:=(?P<date>\S+))?|"
    r"(?P<label>[A-Z][A-Z_]+)(?:@(?P<cluster>[\w-]+))?(?:=(?P<value>\S+))?"
)
_ESCAPED = re.compile(r"([{}\\])")
_HEADER_KEYS = ("publisher", "published_precision", "event", "url", "license", "id", "tier")


class MarkupError(MalmoiError):
    """A line of mark-up that does not compile: the message names the line."""


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
    builder = _Builder(name, footer)
    for number, line in body:
        builder.add_line(number, line)
    return builder.article(header)


def new_id(prefix: str, *parts: object, taken: set[str], size: int = 4) -> str:
    """A stable, non-ordinal id: a hash of what the thing is, longer only where two would be equal."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
    while (found := f"{prefix}-{digest[:size]}") in taken:
        size += 1
    taken.add(found)
    return found


def _sections(source: str, name: str) -> tuple[dict[str, Any], list[tuple[int, str]], dict[str, Any]]:
    lines = source.split("\n")
    fences = [index for index, line in enumerate(lines) if line.rstrip() == "+++"]
    if len(fences) not in (2, 4) or any(line.strip() for line in lines[: fences[0]]):
        raise MarkupError(f"{name}: expected a header between two `+++` lines, and a footer between two more or none")
    header = _toml(lines[fences[0] + 1 : fences[1]], fences[0] + 1, name)
    end = fences[2] if len(fences) > 2 else len(lines)  # noqa: PLR2004  a third fence opens the footer
    footer = _toml(lines[fences[2] + 1 : fences[3]], fences[2] + 1, name) if len(fences) > 2 else {}  # noqa: PLR2004
    body = [(number, line.strip()) for number, line in enumerate(lines[fences[1] + 1 : end], fences[1] + 2)]
    return header, [(number, line) for number, line in body if line], footer


def _toml(lines: Iterable[str], first: int, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise MarkupError(f"{name}: in the lines after {first}: {error}") from None


class _Builder:
    """Collects blocks and tags line by line, then makes the article."""

    def __init__(self, name: str, footer: dict[str, Any]) -> None:
        self.name = name
        self.clusters: dict[str, Any] = footer.get("clusters", {})
        self.quotes: dict[str, Any] = footer.get("quotes", {})
        self.blocks: list[dict[str, Any]] = []
        self.captions: dict[str, dict[str, Any]] = {}
        self.entities: list[dict[str, Any]] = []
        self.quote_parts: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        self.taken: set[str] = set()

    def add_line(self, number: int, line: str) -> None:
        match = _BLOCK_LINE.match(line)
        sign = match["sign"] if match else ""
        block_type: BlockType = "caption" if sign.startswith(">") else _PREFIX.get(sign, "paragraph")
        text, tags = self._inline(match["text"] if match else line, number)
        same = sum(block["type"] == block_type for block in self.blocks)
        block = f"{BLOCK_PREFIX[block_type]}{same + 1:02d}"
        self.blocks.append({"id": block, "type": block_type, "text": text})
        if match and block_type == "caption":
            self.captions[block] = {"block": block, "copies": int(match["copies"] or 1)}
        for tag in tags:
            span = {"block": block, "start": tag.start, "end": tag.end, "text": text[tag.start : tag.end]}
            self._add_tag(tag.match, span, number)

    def _add_tag(self, tag: re.Match[str], span: dict[str, Any], number: int) -> None:
        if tag["quote"]:
            if tag["part"] not in QUOTE_PARTS:
                raise self._error(number, f"quote part {tag['part']!r} is none of {', '.join(QUOTE_PARTS)}")
            self.quote_parts[tag["quote"]][tag["part"]].append(span)
        elif tag["field"]:
            self._add_field(tag, span, number)
        else:
            if tag["label"] not in schemas.labels():
                raise self._error(number, f"{tag['label']} is no label of the inventory (schema/labels.json)")
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

    def article(self, header: dict[str, Any]) -> Article:
        keys = self._cluster_ids()
        data: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "text_status": "included"}
        data |= {key: header[key] for key in _HEADER_KEYS if key in header}
        data.setdefault("id", DRAFT_ID)
        for key in ("published_at", "modified_at"):
            if key in header:
                data[key] = header[key] if isinstance(header[key], str) else header[key].isoformat()
        section = {"raw": header.get("section"), "medtop": header.get("medtop")}
        if any(section.values()):
            data["section"] = {key: value for key, value in section.items() if value}
        data["byline"] = [parse_author(author) for author in header.get("byline", [])]
        data["provenance"] = header.get("provenance", {"text": "written"})
        if "origin" in header:
            data["origin"] = header["origin"]
        data["blocks"] = self.blocks
        data["entities"] = [e | ({"cluster": keys[e["cluster"]]} if "cluster" in e else {}) for e in self.entities]
        data["clusters"] = self._cluster_records(keys)
        data["quotes"] = self._quote_records(keys)
        data["captions"] = [self.captions[block["id"]] for block in self.blocks if block["id"] in self.captions]
        return store.from_dict(data)

    def _cluster_ids(self) -> dict[str, str]:
        return {key: new_id("c", self._cluster_name(key), key, taken=self.taken) for key in self.clusters}

    def _cluster_name(self, key: str) -> str:
        entry = self.clusters[key]
        return str(entry["name"] if isinstance(entry, dict) else entry)

    def _cluster_records(self, keys: dict[str, str]) -> list[dict[str, Any]]:
        records = []
        for key in self.clusters:
            mentions = [entity["label"] for entity in self.entities if entity.get("cluster") == key]
            entry = self.clusters[key] if isinstance(self.clusters[key], dict) else {}
            label = entry.get("label") or (mentions[0] if mentions else None)
            if label is None:
                raise MarkupError(
                    f"{self.name}: cluster {key!r} has no mention; give it a label, "
                    f'{key} = {{ name = "…", label = "PS_NAME" }}'
                )
            record = {"id": keys[key], "label": label, "name": self._cluster_name(key)}
            if "wikidata" in entry:
                record["wikidata"] = entry["wikidata"]
            records.append(record)
        return records

    def _quote_records(self, keys: dict[str, str]) -> list[dict[str, Any]]:
        records = []
        for key in self.quote_parts.keys() | self.quotes.keys():
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
        self, key: str, parts: dict[str, list[dict[str, Any]]], entry: dict[str, Any], keys: dict[str, str]
    ) -> dict[str, Any]:
        contents = [span["text"] for span in parts["content"]]
        status = entry.get("source_status") or ("explicit" if parts.get("source") else None)
        if status is None:
            raise MarkupError(f"{self.name}: quote {key} has no source part; give its source_status")
        if "speaker" in entry and entry["speaker"] not in keys:
            raise MarkupError(f"{self.name}: speaker {entry['speaker']!r} of {key} has no line under [clusters]")
        record: dict[str, Any] = {
            "id": new_id("q", *contents, taken=self.taken),
            "type": entry.get("type") or quote_type(contents),
            "mode": entry.get("mode", "speech"),
            "source_status": status,
            "content": parts["content"],
        }
        if "speaker" in entry:
            record["speaker"] = keys[entry["speaker"]]
        if parts.get("marker"):
            record["markers"] = parts["marker"]
        for single in ("cue", "source"):
            if parts.get(single):
                record[single] = parts[single][0]
        return record

    def _error(self, number: int, message: str) -> MarkupError:
        return MarkupError(f"{self.name}:{number}: {message}")


def parse_author(printed: str) -> dict[str, str]:
    """An author as printed, `김가람 기자`, parted into name and role."""
    name, _, role = printed.strip().partition(" ")
    return {"name": name, "role": role} if role else {"name": name}


def render(article: Article) -> str:
    """The article as mark-up; `parse` of it gives the same text and annotations (ids are made anew).

    Raises:
        MarkupError: the text is withheld, or two spans of a block cross, which nested tags cannot say.
    """
    if article.text_status == "withheld":
        raise MarkupError(f"{article.id}: the text is withheld; `malmoi hydrate` puts it back")
    tags: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    keys = {cluster.id: f"c{number}" for number, cluster in enumerate(article.clusters, 1)}
    for entity in article.entities:
        cluster = f"@{keys[entity.cluster]}" if entity.cluster else ""
        value = f"={entity.value}" if entity.value else ""
        tags[entity.block].append((entity.start, entity.end, f"{entity.label}{cluster}{value}"))
    for number, quote in enumerate(article.quotes, 1):
        for part, span in _quote_spans(quote):
            tags[span.block].append((span.start, span.end, f"q{number}.{part}"))
    for caption in article.captions:
        for field, part_span in caption.parts():
            date = getattr(part_span, "value", None)
            tags[caption.block].append((part_span.start, part_span.end, f".{field}" + (f"={date}" if date else "")))
    copies = {caption.block: caption.copies for caption in article.captions}
    lines = ["+++", *_header_lines(article), "+++"]
    lines += [_block_line(block, tags[block.id], copies.get(block.id, 1)) for block in article.blocks]
    lines += _footer_lines(article, keys)
    return "\n".join(lines) + "\n"


def _quote_spans(quote: Quote) -> list[tuple[str, Span]]:
    spans = [("content", span) for span in quote.content] + [("marker", span) for span in quote.markers]
    return spans + [(part, span) for part, span in (("cue", quote.cue), ("source", quote.source)) if span]


def _header_lines(article: Article) -> list[str]:
    data = store.to_dict(article)
    lines = [f"{key} = {_string(data[key])}" for key in _HEADER_KEYS if key in data]
    lines += [f"{key} = {data[key]}" for key in ("published_at", "modified_at") if key in data]
    if article.section:
        for key, value in (("section", article.section.raw), ("medtop", article.section.medtop)):
            lines += [f"{key} = {_string(value)}"] if value else []
    authors = [_string(f"{author.name} {author.role}" if author.role else author.name) for author in article.byline]
    lines.append(f"byline = [{', '.join(authors)}]")
    return lines


def _footer_lines(article: Article, keys: dict[str, str]) -> list[str]:
    lines = ["+++", "[clusters]"]
    for cluster in article.clusters:
        wikidata = f", wikidata = {_string(cluster.wikidata)}" if cluster.wikidata else ""
        lines.append(
            f"{keys[cluster.id]} = {{ name = {_string(cluster.name)}, label = {_string(cluster.label)}{wikidata} }}"
        )
    lines.append("[quotes]")
    for number, quote in enumerate(article.quotes, 1):
        fields: dict[str, str] = {"type": quote.type, "mode": quote.mode, "source_status": quote.source_status}
        if quote.speaker:
            fields["speaker"] = keys[quote.speaker]
        lines.append(f"q{number} = {{ {', '.join(f'{key} = {_string(value)}' for key, value in fields.items())} }}")
    return [*lines, "+++"]


def _string(value: str) -> str:
    return orjson.dumps(value).decode()


def _block_line(block: Block, tags: list[tuple[int, int, str]], copies: int) -> str:
    text = block.text or ""
    ordered = sorted(tags, key=lambda tag: (tag[0], -tag[1]))
    out: list[str] = []
    ends: list[int] = []
    at = 0
    for start, end, tag in ordered:
        while ends and ends[-1] <= start:
            out += (_escape(text[at : ends[-1]]), "}")
            at = ends.pop()
        if ends and ends[-1] < end:
            raise MarkupError(f"{block.id}: {tag} at {start} crosses another span; nested tags cannot say that")
        out += (_escape(text[at:start]), f"{{{tag} ")
        at = start
        ends.append(end)
    while ends:
        out += (_escape(text[at : ends[-1]]), "}")
        at = ends.pop()
    line = "".join((*out, _escape(text[at:])))
    if block.type == "paragraph":
        return "\\" + line if line[:1] in "#=@>~+" and line[:1] else line
    if block.type == "caption":
        return f">{copies if copies > 1 else ''} {line}"
    return f"{_SIGN[block.type]} {line}"


def _escape(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text)
