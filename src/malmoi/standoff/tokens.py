"""The fingerprint of a withheld block: where its tokens begin, and eight bits of each.

A token is a maximal run of Hangul, of Latin letters or of digits; any other character that is not white space
is a token by itself. `"0:a3 4:9c"` says that tokens begin at code points 0 and 4, and gives the first eight
bits of SHA-256 over the article's id and the token. Typographic variants of one mark (straight and curly
quotation marks, dashes, middle dots) are hashed as one, because copies straighten them.

What this gives away, and what not. The salt is public: it only keeps one table of words from serving every
article. 256 buckets leave some hundred Korean word forms for a hash, so no token can be read from its own
hash. But whoever has the lengths, the labels, the names of the clusters and a language model has about as
many bits a word as the model is short of: short numbers and stock phrases can be guessed, and a determined
adversary can rebuild passages word by word. The fingerprint keeps the text from being read, searched or passed
on as text; it is no encryption. More bits would make such guessing certain, fewer would let a corrected word
pass for the annotated one (now 1 in 256). Eight is also what novelshare (CompNet, ACL 2026) publishes. Marks
are hashed like words: the offsets give away that they are marks anyway, and most quotes begin and end with
one. No hash is ever made of a span, a sentence or a block: a short text's full hash is its text. The one long
hash in a file, `origin.text_sha256`, is over the whole text.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE, HANGUL, LATIN, DIGIT, OTHER = range(5)

_VARIANTS = {
    '"': "“”„‟〝〞＂″",
    "'": "‘’‚‛＇′`´",
    "-": "‐‑‒–—―−－",
    "·": "ㆍ・‧∙•･",
    "~": "～〜∼",
}
_FOLD = str.maketrans({variant: mark for mark, variants in _VARIANTS.items() for variant in variants})
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_HANGUL_RANGES = ((0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))


class Token(NamedTuple):
    """A token of a withheld block.

    Attributes:
        start: first code point in the block.
        code: the first eight bits of its hash.
        reach: code points to the next token's start, or to the end of the block: an upper bound of its length.
        widths: lengths it may have, likeliest first; white space may follow it before the next token.
    """

    start: int
    code: int
    reach: int
    widths: tuple[int, ...]


def fold(text: str) -> str:
    """The text with typographic variants of a mark made one; as long as before."""
    return text.translate(_FOLD)


def char_class(char: str) -> int:
    """Class of a character: tokens are runs of one class, but OTHER characters stand alone."""
    if char.isspace() or char in _INVISIBLE:
        return SPACE
    code = ord(char)
    if any(first <= code <= last for first, last in _HANGUL_RANGES):
        return HANGUL
    if char.isdecimal():
        return DIGIT
    if char.isalpha() and (char.isascii() or unicodedata.name(char, "").startswith("LATIN ")):
        return LATIN
    return OTHER


def tokenize(text: str) -> Iterator[tuple[int, str]]:
    """Start and text of each token."""
    start, before = 0, SPACE
    for index, char in enumerate(text):
        now = char_class(char)
        if now != before or now == OTHER:
            if before != SPACE:
                yield start, text[start:index]
            start, before = index, now
    if before != SPACE:
        yield start, text[start:]


def token_code(article_id: str, token: str) -> int:
    """The eight bits that are published of a token (as `fold` leaves it)."""
    return hashlib.sha256(f"{article_id}\x1f{token}".encode()).digest()[0]


def fingerprint(article_id: str, text: str) -> str:
    """The fingerprint of a block's text."""
    return " ".join(f"{start}:{token_code(article_id, token):02x}" for start, token in tokenize(fold(text)))


def read_fingerprint(tokens: str, length: int) -> list[Token]:
    """The tokens of a fingerprint.

    Raises:
        ValueError: the starts do not ascend within the block's length.
    """
    pairs = [(int(start), int(code, 16)) for start, _, code in (item.partition(":") for item in tokens.split())]
    read = []
    for (start, code), end in zip(pairs, [*(start for start, _ in pairs[1:]), length], strict=True):
        reach = end - start
        if reach < 1:
            raise ValueError(start)
        # Blocks have no white space at their edges, so the last token ends where the block ends.
        last = end == length
        read.append(
            Token(start, code, reach, (reach,) if last else tuple(w for w in (reach - 1, reach, reach - 2) if w > 0))
        )
    return read
