"""Bytes to text. An encoding is proved, never guessed: a byte-order mark, strict UTF-8, then CP949."""

from __future__ import annotations

import codecs
import re

from malmoi.normalize.draft import NormalizeError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_HANGUL = re.compile(r"[가-힣]+")
_COMMON = re.compile("[이다는의에을가로고한지하사기도리자은를서시인대나어라스아일해정그들부원수전제만보과으장여조상]+")
"""Syllables that make up almost half of any Korean text, and next to nothing of other encodings read as CP949."""
_DECLARED = re.compile(rb"charset\s*=\s*['\"]?\s*([A-Za-z0-9_:-]{2,30})", re.IGNORECASE)
_HEAD = 4096
_ASCII = re.compile(r"[\x00-\x7f]+")
_ASCII_BYTES = bytes(range(128))
_SAMPLE = 5000
_AROUND = 1_500
_MOST_BAD = 0.02
_FOREIGN_LETTERS = re.compile(r"[^\W\d_a-zA-Z]+")


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """The text and its encoding, as provenance names it.

    Raises:
        NormalizeError: the bytes are neither; the message gives the offset of the first bad byte.
    """
    for mark, label, codec in _MARKS:
        if raw.startswith(mark):
            try:
                return raw[len(mark) :].decode(codec), label
            except UnicodeDecodeError as error:
                raise NormalizeError(
                    f"{name}: begins with the mark of {codec.upper()}, but byte {len(mark) + error.start} is not: "
                    "copy the page again"
                ) from None
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _cp949(raw, name, error.start), "cp949"


def decode_html(raw: bytes, name: str, declared: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """The text of a page, its encoding, and what a person should look at.

    A page is not refused for some bad bytes, as copied text is: crawls cut pages, and sites glue parts of different
    encodings together. What most of the page is in is its encoding; the rest is replaced and flagged.

    Args:
        raw: the bytes of the page.
        name: what messages call it.
        declared: the charset of the HTTP header, if there is one; asked last, like the one in the page.

    Raises:
        NormalizeError: the bytes are no text.
    """
    marked = raw.startswith(tuple(mark for mark, _, _ in _MARKS))
    if b"\0" in raw[:64] and b"<" not in raw[:_HEAD] and not marked:
        raise NormalizeError(f"{name}: byte {raw.index(0)} is NUL: this is no text; is it a compressed or binary file?")
    try:
        return *decode(raw, name), ()
    except NormalizeError:
        if marked:
            raise
    loose = {label: raw.decode(label, "replace") for label in ("utf-8", "cp949")}
    label = min(loose, key=lambda label: loose[label].count("\ufffd"))
    said = _DECLARED.search(raw[:_HEAD])
    for charset in (declared, said[1].decode("ascii") if said else None):
        if charset and (text := _by_name(raw, charset)) is not None and "\ufffd" not in text:
            return text, charset.lower(), ()
    text = loose[label]
    bad = text.count("\ufffd")
    if bad > _MOST_BAD * len(text) or not _looks_korean(text):
        raise NormalizeError(
            f"{name}: neither UTF-8 nor CP949, and no charset that the page declares fits: save it as UTF-8"
        )
    return text, label, (f"{bad} bytes are not {label.upper()} and were replaced",)


def _by_name(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return None


def _cp949(raw: bytes, name: str, bad: int) -> str:
    """The text as CP949, if that is what it is: UTF-8 with a few bad bytes also decodes so, to rubbish."""
    loose = raw[max(0, bad - _AROUND) : bad + _AROUND].decode("utf-8", "replace")
    if sum(map(len, _HANGUL.findall(loose))) > loose.count("\ufffd"):
        raise NormalizeError(f"{name}: byte {bad} is not UTF-8, though the rest is: the file is damaged; copy it again")
    try:
        text = raw.decode("cp949")
    except UnicodeDecodeError as error:
        raise NormalizeError(
            f"{name}: neither UTF-8 (byte {bad}) nor CP949 (byte {error.start}): save it as UTF-8"
        ) from None
    if not _looks_korean(raw.translate(None, _ASCII_BYTES)[: 2 * _SAMPLE].decode("cp949", "ignore")):
        raise NormalizeError(f"{name}: byte {bad} is not UTF-8, and read as CP949 it is not Korean: save it as UTF-8")
    return text


def _looks_korean(text: str) -> bool:
    letters = "".join(_FOREIGN_LETTERS.findall(_ASCII.sub("", text)[:_SAMPLE]))
    common, hangul = (sum(map(len, pattern.findall(letters))) for pattern in (_COMMON, _HANGUL))
    return common >= len(letters) / 10 and 2 * hangul >= len(letters)
