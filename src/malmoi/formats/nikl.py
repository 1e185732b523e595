"""The JSON of the corpora of the National Institute of Korean Language: documents of sentences, each with its `NE`.

    {"document": [{"id": …, "metadata": {…}, "sentence": [
        {"id": …, "form": "김가람은 말했다.", "word": […], "NE": [
            {"id": 1, "form": "김가람", "label": "PS_NAME", "begin": 0, "end": 3}]}]}]}

Offsets count code points of the sentence, ends exclusive. The labels are the 150 of the inventory. A document becomes
an article and a sentence a paragraph; the first one is the headline, if it is the title of the metadata. A block of
ours becomes a sentence. In some releases `NE` is `ne`; both are read.

Ids, values and clusters of entities, quotes and the parts of captions are lost, and the loss report counts them; the
rest of the article stands in the document's key `malmoi`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson

from malmoi.formats import jsonl
from malmoi.formats.interface import File, FormatError, Unit
from malmoi.formats.loss import KINDS
from malmoi.formats.pages import Mark, MarkedEntity, Page, foreign_header
from malmoi.offsets import BLOCK_SEPARATOR, document_starts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from malmoi.model import BlockType, Layer

_DATE = re.compile(r"(\d{4})[-./]?(\d{2})[-./]?(\d{2})")
_AUTHOR = re.compile(r"(.+?)\s+(\S*(?:기자|특파원|위원))")
_NOT_OF_IDS = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 64
_LINE_ENDS = {ord(end): " " for end in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"}


class Nikl:
    """The format."""

    name = "nikl"
    unit: Unit = "code points"
    folder = False
    suffix = ".json"
    layers: tuple[Layer, ...] = ("entities",)
    lacks = frozenset(KINDS) - {"metadata", "block types", "block ids", "text", "entities"}

    def encode(self, pages: Iterable[Page]) -> Iterator[File]:
        """One JSON object, a document a line."""
        yield File("", b'{"id":"malmoi","metadata":{"title":"malmoi","annotation_level":["NE"]},"document":[')
        between = b"\n"
        for page in pages:
            yield File("", between + orjson.dumps(_document(page)))
            between = b",\n"
        yield File("", b"\n]}\n")

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """An article a document."""
        try:
            data = orjson.loads(source.read_bytes())
        except orjson.JSONDecodeError as error:
            raise FormatError(f"{source}: not JSON: {error}") from None
        documents = data.get("document") if isinstance(data, dict) else None
        if not isinstance(documents, list):
            raise FormatError(f"{source}: expected an object with a list `document`, as NIKL's corpora have")
        for number, document in enumerate(documents, 1):
            yield jsonl.made(document, f"{source}: document {number}", _page)


def _document(page: Page) -> dict[str, Any]:
    header = page.header or {}
    forms = page.text.split(BLOCK_SEPARATOR)
    starts = document_starts(forms)
    inside: list[list[MarkedEntity]] = [[] for _ in forms]
    for entity in sorted(page.entities, key=lambda entity: entity.mark):
        inside[bisect_right(starts, entity.mark.start) - 1].append(entity)
    return {
        "id": page.id,
        "metadata": _metadata(header, forms),
        "sentence": [
            {"id": f"{page.id}.{number}", "form": form, "word": _words(form), "NE": _entities(entities, start)}
            for number, (form, start, entities) in enumerate(zip(forms, starts, inside, strict=True), 1)
        ],
        "malmoi": {"article": header},
    }


def _metadata(header: Mapping[str, Any], forms: Sequence[str]) -> dict[str, str]:
    titles = (form for block, form in zip(header["blocks"], forms, strict=True) if block["type"] == "headline")
    authors = (f"{by['name']} {by.get('role', '')}".strip() for by in header.get("byline", ()))
    return {
        "title": next(titles, ""),
        "author": ", ".join(authors),
        "publisher": header.get("publisher", ""),
        "date": header.get("published_at", "")[:10].replace("-", ""),
        "topic": header.get("section", {}).get("raw", ""),
    }


def _words(form: str) -> list[dict[str, Any]]:
    return [
        {"id": number, "form": word[0], "begin": word.start(), "end": word.end()}
        for number, word in enumerate(re.finditer(r"\S+", form), 1)
    ]


def _entities(entities: Iterable[MarkedEntity], start: int) -> list[dict[str, Any]]:
    return [
        {
            "id": number,
            "form": entity.mark.text,
            "label": entity.label,
            "begin": entity.mark.start - start,
            "end": entity.mark.end - start,
        }
        for number, entity in enumerate(entities, 1)
    ]


def _page(document: dict[str, Any], where: str) -> Page:
    where = f"{where} ({document['id']})"
    sentences = [sentence for sentence in document["sentence"] if sentence["form"].strip()]
    if not sentences:
        raise FormatError("no sentence of it has text")
    forms = [sentence["form"].translate(_LINE_ENDS) for sentence in sentences]
    entities, problems = [], []
    for sentence, form, start in zip(sentences, forms, document_starts(forms), strict=True):
        for entity in sentence.get("NE", sentence.get("ne")) or ():
            begin, end = entity["begin"], entity["end"]
            if 0 <= begin < end <= len(form):
                entities.append(MarkedEntity(Mark(start + begin, start + end, entity["form"]), entity["label"]))
            else:
                problems.append(f"{entity['label']} {entity['form']!r}: {begin}:{end} is no run of its sentence")
    kept = document.get("malmoi")
    header = kept["article"] if kept else _header(document, forms)
    return Page(BLOCK_SEPARATOR.join(forms), Nikl.unit, header, tuple(entities), where=where, problems=tuple(problems))


def _header(document: Mapping[str, Any], forms: Sequence[str]) -> dict[str, Any]:
    """What NIKL's metadata tell of an article."""
    metadata = {key: value.strip() for key, value in (document.get("metadata") or {}).items() if isinstance(value, str)}
    title, *_ = forms
    headed = bool(metadata.get("title")) and title.strip() == metadata["title"]
    kinds: list[tuple[str, BlockType]] = [
        ("h01", "headline") if headed and not number else (f"p{number + (not headed):02d}", "paragraph")
        for number in range(len(forms))
    ]
    known: dict[str, Any] = {"license": "LicenseRef-publisher", "origin": {"key": str(document["id"])}}
    if metadata.get("publisher"):
        known["publisher"] = metadata["publisher"]
    day = _day(metadata.get("date", ""))
    if day:
        known |= {"published_at": f"{day}T00:00:00+09:00", "published_precision": "day"}
    if authors := [one.strip() for one in metadata.get("author", "").split(",") if one.strip()]:
        known["byline"] = [_author(one) for one in authors]
    if section := metadata.get("original_topic") or metadata.get("topic"):
        known["section"] = {"raw": section}
    name = _NOT_OF_IDS.sub("-", str(document["id"]).lower())[:_LONGEST_ID].strip("-")
    return foreign_header(name, kinds, **known)


def _day(said: str) -> str | None:
    """The day of a date in NIKL's forms: 20180214, 2018-02-14."""
    found = _DATE.match(said)
    try:
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None


def _author(said: str) -> dict[str, str]:
    found = _AUTHOR.fullmatch(said)
    return {"name": found[1], "role": found[2]} if found else {"name": said}
