"""Records of exports and dumps to articles: fields are known, the body is a page's text or its HTML."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from malmoi.model import Dropped, Origin
from malmoi.normalize.authors import read_authors
from malmoi.normalize.chain import PAGE_STEPS, run
from malmoi.normalize.draft import Draft, Line, drop
from malmoi.normalize.hygiene import check_characters, clean, drop_footnotes
from malmoi.normalize.timestamps import read_timestamp

if TYPE_CHECKING:
    from malmoi.model import Article, Byline
    from malmoi.normalize.times import Moment

DUMP_STEPS = (drop_footnotes, *PAGE_STEPS)
"""Bodies of dumps are pages' texts: captions, furniture and bylines stand in them; wiki marks too."""

CUT = "body cut short by the source"

_STEP = "fields"
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|table|t[rdh]|li|ul|ol|h[1-6]|figure|figcaption|section|article|blockquote|center|dl|dt|dd|hr|"
    r"html|body|main)(?:\s[^<>]*|/)?/?>",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(
    r"</?(?:br|a|b|i|u|em|strong|span|font|img|sub|sup|mark|small|iframe|script|style|video|o:p)(?:\s[^<>]*|/)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_CUT_END = re.compile(r"(?:\.{3}|…)\s*$")
_LONGEST_CUT = 300
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_SHOWN = 40


class Record(Struct, frozen=True, kw_only=True):
    """What a source says of one article, as it says it.

    Attributes:
        reader: what read it, for provenance.
        title: the headline; may hold tags and entities.
        body: text, paragraphs parted by line feeds, or HTML.
        byline: the author field; several are a list.
        published_at: a value that `read_timestamp` reads.
        modified_at: the same.
        publisher: the outlet.
        section: the section.
        url: the address.
        archive: the archive that `key` is a key of.
        key: the record's own identifier.
        captions: captions that the source keeps apart from the body.
        flags: what a person should look at.
    """

    reader: str
    title: str
    body: str
    byline: tuple[str, ...] = ()
    published_at: Any = None
    modified_at: Any = None
    publisher: str = ""
    section: str = ""
    url: str = ""
    archive: str | None = None
    key: str = ""
    captions: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def normalize_fields(record: Record, *, name: str, encoding: str) -> Article:
    """A record of an export or a dump to an article.

    Args:
        record: the record.
        name: what messages call it.
        encoding: what it was read from, for provenance.

    Raises:
        NormalizeError: there is no body, or text that no encoding can write.
    """
    for text in (record.title, record.body, record.publisher, record.section, record.url, record.key):
        check_characters(text, name)
    for text in (*record.byline, *record.captions):
        check_characters(text, name)
    flags = [*record.flags]
    publisher = _one_line(record.publisher)
    section = _one_line(record.section)
    published = _moment(record.published_at, "date of publication", flags)
    modified = _moment(record.modified_at, "date of the last change", flags)
    url = record.url.strip()
    if url and not _URL.fullmatch(url):
        flags.append(f"address not understood: {url[:_SHOWN]}")
        url = ""
    byline, dropped = _authors(record.byline, publisher)
    draft = Draft(
        reader=record.reader,
        encoding=encoding,
        lines=(),
        publisher=publisher or None,
        published_at=published.value if published else None,
        published_precision="day" if published and not published.precise else None,
        modified_at=modified.value if modified and modified.precise else None,
        section=section or None,
        url=url or None,
        byline=byline,
        dropped=dropped,
        flags=tuple(dict.fromkeys(flags)),
    )
    article = run(_with_lines(draft, record), DUMP_STEPS, name=name)
    key = _one_line(record.key)
    return (
        replace(article, origin=replace(article.origin or Origin(), archive=record.archive, key=key))
        if key
        else article
    )


def _with_lines(draft: Draft, record: Record) -> Draft:
    """The draft with headline, captions and body, cleaned together so that a character is counted once."""
    title = _one_line(_without_tags(record.title))
    body = [Line(" ".join(line.text.splitlines()), line.type, line.copies, line.hint) for line in _lines(record.body)]
    shown = [_bare(line.text) for line in body]
    captions = [text for raw in record.captions if (text := _one_line(_without_tags(raw)))]
    apart = [Line(text, "caption") for text in captions if not any(_bare(text) in line for line in shown)]
    lines = [*([Line(title, "headline")] if title else []), *apart, *body]
    if not lines:
        return draft
    text, changed = clean("\n".join(line.text for line in lines))
    cleaned = [
        Line(text, line.type, line.copies, line.hint) for text, line in zip(text.split("\n"), lines, strict=True)
    ]
    cut = sum(map(len, shown)) <= _LONGEST_CUT and _CUT_END.search("".join(shown))
    flags = (*draft.flags, CUT) if cut else draft.flags
    return draft.but(lines=tuple(cleaned), changed=tuple(changed), flags=flags)


def _lines(body: str) -> list[Line]:
    """The lines of a body that is text or HTML, or HTML that was escaped."""
    if not (_BLOCK_TAG.search(body) or _INLINE_TAG.search(body)):
        body = _unescape(body)
    if _BLOCK_TAG.search(body):
        return _fragment(body)
    if _INLINE_TAG.search(body):  # text with line feeds that somebody put tags into
        return _fragment("<br>".join(body.splitlines()))
    return [Line(text) for text in body.splitlines()]


def _fragment(body: str) -> list[Line]:
    from malmoi.normalize.html import fragment_lines  # noqa: PLC0415  most dumps hold no HTML

    return list(fragment_lines(body))


def _without_tags(text: str) -> str:
    """A title or caption without the tags and entities that search services and editors leave in it."""
    return _unescape(_INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", text)))


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _one_line(text: str) -> str:
    return " ".join(clean(text)[0].split())


def _bare(text: str) -> str:
    return "".join(text.split())


def _moment(value: object, what: str, flags: list[str]) -> Moment | None:
    moment = read_timestamp(value)
    if moment is None and value is not None and str(value).strip():
        flags.append(f"{what} not understood: {str(value).strip()[:_SHOWN]}")
    return moment


def _authors(fields: tuple[str, ...], publisher: str) -> tuple[tuple[Byline, ...], tuple[Dropped, ...]]:
    people: dict[str, Byline] = {}
    dropped = []
    for field in map(_one_line, fields):
        found = read_authors(field, publisher or None)
        people.update({person.name: person for person in found if person.name not in people})
        if field and not found:
            dropped.append(drop(_STEP, "author who is no person", field))
    return tuple(people.values()), tuple(dropped)
