"""From the article to mark-up."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec
import orjson

from malmoi import store
from malmoi.markup.compiler import block_id, parse
from malmoi.markup.form import BLOCK_SIGNS, FENCE, MarkupError, parse_author

if TYPE_CHECKING:
    from collections.abc import Mapping

    from malmoi.model import Article, Block, Byline, Quote, Span

_SIGN = {block_type: sign for sign, block_type in BLOCK_SIGNS.items()}
_ESCAPED = re.compile(r"([{}\\])")
_LINE_BREAK = re.compile(r"[\r\n]")
_HEADER_KEYS = (
    "id",
    "tier",
    "license",
    "publisher",
    "published_at",
    "published_precision",
    "modified_at",
    "url",
    "event",
)
_CLUSTER_KEYS = ("name", "label", "wikidata", "id")


def render(article: Article) -> str:
    """The article as mark-up; `parse` of it gives the same article, but for entities' ids, which are made anew.

    An article with faults is rendered too, where compiling will name them: mark-up is for correcting.

    Raises:
        MarkupError: the text is withheld, a span or a reference leads nowhere, two spans of a block cross, which
            nested tags cannot say, or the mark-up would change the article unsaid.
    """
    if article.text_status == "withheld":
        raise MarkupError(f"{article.id}: the text is withheld; `malmoi hydrate` puts it back")
    keys = {cluster.id: f"c{number}" for number, cluster in enumerate(article.clusters, 1)}
    tags = _tags(article, keys)
    copies = {caption.block: caption.copies for caption in article.captions}
    lines = [FENCE, *_header_lines(article), FENCE]
    try:
        lines += [_block_line(block, tags[block.id], copies.get(block.id, 1)) for block in article.blocks]
    except MarkupError as error:
        raise MarkupError(f"{article.id}: {error}") from None
    source = "\n".join([*lines, *_footer_lines(article, keys)]) + "\n"
    _refuse_change(article, source)
    return source


def _tags(article: Article, keys: Mapping[str, str]) -> dict[str, list[tuple[int, int, str]]]:
    """Start, end and tag of every span, by block."""
    lengths = {block.id: len(block.text or "") for block in article.blocks}
    tags: dict[str, list[tuple[int, int, str]]] = defaultdict(list)

    def add(block: str, start: int, end: int, tag: str) -> None:
        if block not in lengths:
            raise MarkupError(f"{article.id}: {tag} stands in block {block!r}, which there is not")
        if not 0 <= start < end <= lengths[block]:
            raise MarkupError(f"{article.id}: {tag} at {start}:{end} is no run of block {block} (0:{lengths[block]})")
        tags[block].append((start, end, tag))

    for entity in article.entities:
        cluster = f"@{_key(keys, entity.cluster, f'{article.id}: entity {entity.id}')}" if entity.cluster else ""
        value = f"={entity.value}" if entity.value else ""
        add(entity.block, entity.start, entity.end, f"{entity.label}{cluster}{value}")
    for number, quote in enumerate(article.quotes, 1):
        for part, span in _quote_spans(quote):
            add(span.block, span.start, span.end, f"q{number}.{part}")
    for caption in article.captions:
        for field, part_span in caption.parts():
            date = getattr(part_span, "value", None)
            add(caption.block, part_span.start, part_span.end, f".{field}" + (f"={date}" if date else ""))
    return tags


def _key(keys: Mapping[str, str], cluster: str, where: str) -> str:
    if cluster not in keys:
        raise MarkupError(f"{where} names cluster {cluster!r}, which the article does not have")
    return keys[cluster]


def _quote_spans(quote: Quote) -> list[tuple[str, Span]]:
    spans = [("content", span) for span in quote.content] + [("marker", span) for span in quote.markers]
    return spans + [(part, span) for part, span in (("cue", quote.cue), ("source", quote.source)) if span]


def _header_lines(article: Article) -> list[str]:
    data = store.to_dict(article)
    lines = [f"{key} = {_toml(data[key])}" for key in _HEADER_KEYS if key in data]
    if article.section:
        for key, value in (("section", article.section.raw), ("medtop", article.section.medtop)):
            lines += [f"{key} = {_toml(value)}"] if value else []
    if article.byline:
        lines.append(f"byline = [{', '.join(map(_author, article.byline))}]")
    seen: dict[str, int] = defaultdict(int)
    numbered = []
    for block in article.blocks:
        seen[block.type] += 1
        numbered.append(block_id(block.type, seen[block.type]))
    given = [block.id for block in article.blocks]
    if given != numbered:
        lines.append(f"blocks = {_toml(given)}")
    for name in ("origin", "provenance"):
        if name in data:
            lines += [f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in data[name].items())]
    return lines


def _author(author: Byline) -> str:
    record: dict[str, str] = msgspec.to_builtins(author)
    printed = " ".join(record.values())
    return _toml(printed if parse_author(printed) == record else record)


def _footer_lines(article: Article, keys: Mapping[str, str]) -> list[str]:
    lines = [FENCE, "[clusters]"]
    for cluster in article.clusters:
        record = msgspec.to_builtins(cluster)
        lines.append(f"{keys[cluster.id]} = {_toml({key: record[key] for key in _CLUSTER_KEYS if key in record})}")
    lines.append("[quotes]")
    for number, quote in enumerate(article.quotes, 1):
        fields: dict[str, str] = {"type": quote.type, "mode": quote.mode, "source_status": quote.source_status}
        if quote.speaker:
            fields["speaker"] = _key(keys, quote.speaker, f"{article.id}: quote {quote.id}")
        lines.append(f"q{number} = {_toml(fields | {'id': quote.id})}")
    return [*lines, FENCE]


def _toml(value: object) -> str:
    """A value in TOML, on one line but for a list of tables, which has a line a table."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        items = [_toml(item) for item in value]
        if value and isinstance(value[0], dict):
            return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
        return f"[{', '.join(items)}]"
    # A JSON string is a TOML string, but for the one control character that JSON leaves as it is.
    return orjson.dumps(value).decode().replace("\x7f", "\\u007f")


def _block_line(block: Block, tags: list[tuple[int, int, str]], copies: int) -> str:
    text = block.text or ""
    if _LINE_BREAK.search(text):
        raise MarkupError(f"block {block.id} holds a line break, and a block of mark-up is one line")
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
        return f"\\{line}" if line.startswith(("#", "=", "@", ">", "~", "+")) else line
    if block.type == "caption":
        return f">{copies if copies != 1 else ''} {line}"
    return f"{_SIGN[block.type]} {line}"


def _escape(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text)


def _refuse_change(article: Article, source: str) -> None:
    """Refuse mark-up that compiles to another article; a fault that compiling names is left to it.

    Raises:
        MarkupError: with the first record that would not come back.
    """
    try:
        again = parse(source)
    except MarkupError:
        return
    for field in article.__struct_fields__:
        before, after = getattr(article, field), getattr(again, field)
        if field == "entities":
            before, after = (tuple(msgspec.structs.replace(e, id="") for e in found) for found in (before, after))
        if before == after:
            continue
        if isinstance(before, tuple):
            lost = [record for record in before if record not in after]
            if not lost and len(before) == len(after) and field != "blocks":
                continue
            before = lost[0] if lost else f"the order of {field}"
        raise MarkupError(f"{article.id}: mark-up cannot say {field}: {before}; `malmoi validate` may tell why")
