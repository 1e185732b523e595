"""A reader's copy of an article, in the readings that withheld blocks are looked for in."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from malmoi.standoff.tokens import fold, token_code, tokenize

if TYPE_CHECKING:
    from malmoi.model import Article

_FOOTNOTE = re.compile(r"\[[0-9]{1,3}\]")


class Copy(NamedTuple):
    """A copy of an article.

    Attributes:
        name: what reports call it.
        sha256: hash of its raw bytes, or of title and body of an archive's row.
        readings: the same copy as lines of text, in different ways: as the normalizer reads it, and raw.
    """

    name: str
    sha256: str
    readings: tuple[tuple[str, ...], ...]


def read_copy(raw: bytes, name: str) -> Copy:
    """The copy in a reader's own text file.

    Raises:
        NormalizeError: the bytes are no text.
    """
    from malmoi.normalize import NormalizeError, normalize_page  # noqa: PLC0415  only copies need it
    from malmoi.normalize.decode import decode  # noqa: PLC0415  only a raw copy needs it

    text, _ = decode(raw, name)
    try:
        article = normalize_page(raw, name=name)
    except NormalizeError:
        # No article that the normalizer knows; the annotated words may stand in it all the same.
        article = None
    return Copy(name, hashlib.sha256(raw).hexdigest(), _readings(article, text))


def record_copy(article: Article, *, title: str, body: str, name: str) -> Copy:
    """The copy in an archive's row: the article that the normalizer made of it, and its title and body."""
    text = f"{title}\n{body}"
    return Copy(name, hashlib.sha256(text.encode()).hexdigest(), _readings(article, text))


def likeness(withheld: Article, copy: Copy) -> float:
    """Share of the article's neighbouring tokens that are neighbours in the copy: cheap, for ranking many copies.

    Unlike hydration it sees spacing; a copy whose spacing differs everywhere ranks low.
    """
    codes = [token_code(withheld.id, token) for line in copy.readings[-1] for _, token in tokenize(fold(line))]
    known = set(pairwise(codes))
    own = [
        pair
        for block in withheld.blocks
        for pair in pairwise(int(item.partition(":")[2], 16) for item in (block.tokens or "").split())
    ]
    return sum(pair in known for pair in own) / max(1, len(own))


def _readings(article: Article | None, text: str) -> tuple[tuple[str, ...], ...]:
    normalized = [tuple(block.text or "" for block in article.blocks)] if article else []
    raw = tuple(text.splitlines())
    # A page saved by hand has footnote marks where the annotated text, read from an archive, has none.
    unmarked = tuple(_FOOTNOTE.sub("", line) for line in raw)
    return (*normalized, raw) if unmarked == raw else (*normalized, raw, unmarked)
