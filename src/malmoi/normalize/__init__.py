"""Raw Korean news text to articles.

A reader makes a `Draft` of lines (typed where the source says what they are); a chain of small pure steps (`chain`)
turns it into an `Article`. Each step records what it changed or dropped in `provenance.normalizer`. A new input is a
new reader before the chain: copied text and records here, HTML in `html`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from malmoi.normalize.chain import PAGE_STEPS, RECORD_STEPS, run
from malmoi.normalize.decode import decode
from malmoi.normalize.draft import Draft, Line, NormalizeError
from malmoi.normalize.hygiene import check_characters, clean

if TYPE_CHECKING:
    from malmoi.model import Article

__all__ = ["PAGE_STEPS", "RECORD_STEPS", "Draft", "Line", "NormalizeError", "normalize_page", "normalize_record", "run"]


def normalize_page(raw: bytes, *, name: str) -> Article:
    """One plain-text page, as copied from a browser, to an article.

    Args:
        raw: the bytes of the page.
        name: what messages call it.

    Raises:
        NormalizeError: the bytes are not text, or no article is in it.
    """
    text, encoding = decode(raw, name)
    text, changed = clean(text)
    flags = ("replacement characters in the text",) if "\ufffd" in text else ()
    draft = Draft(
        reader="text", encoding=encoding, lines=tuple(map(Line, text.split("\n"))), changed=tuple(changed), flags=flags
    )
    return run(draft, PAGE_STEPS, name=name, raw_sha256=hashlib.sha256(raw).hexdigest())


def normalize_record(  # noqa: PLR0913  the fields a record may have
    *,
    title: str,
    body: str,
    reader: str,
    encoding: str = "utf-8",
    publisher: str | None = None,
    published_at: str | None = None,
    published_precision: Literal["day"] | None = None,
    url: str | None = None,
) -> Article:
    """A record whose title and body are known to an article: characters and footnote marks only.

    Args:
        title: the headline.
        body: the paragraphs, parted by line feeds.
        reader: what read the record, for provenance.
        encoding: what it was read from, for provenance.
        publisher: as `Article`.
        published_at: as `Article`.
        published_precision: as `Article`.
        url: as `Article`.

    Raises:
        NormalizeError: no body, or text that no encoding can write.
    """
    name = title.strip()[:40] or "record"
    for part in (title, body):
        check_characters(part, name)
    # One cleaning for both, so that a character is counted once for the article.
    head = " ".join(title.splitlines())
    text, changed = clean(f"{head}\n{body}")
    first, *paragraphs = text.split("\n")
    draft = Draft(
        reader=reader,
        encoding=encoding,
        lines=(Line(first, "headline"), *(Line(paragraph, "paragraph") for paragraph in paragraphs)),
        changed=tuple(changed),
        publisher=publisher,
        published_at=published_at,
        published_precision=published_precision,
        url=url,
    )
    return run(draft, RECORD_STEPS, name=name)
