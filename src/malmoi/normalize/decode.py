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
_HANGUL = re.compile(r"[가-힣]")
_COMMON = frozenset("이다는의에을가로고한지하사기도리자은를서시인대나어라스아일해정그들부원수전제만보과으장여조상")
"""Syllables that make up almost half of any Korean text, and next to nothing of other encodings read as CP949."""
_FOREIGN_LETTER = re.compile(r"[^\W\d_a-zA-Z]")


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


def _cp949(raw: bytes, name: str, bad: int) -> str:
    """The text as CP949, if that is what it is: UTF-8 with a few bad bytes also decodes so, to rubbish."""
    loose = raw.decode("utf-8", "replace")
    if len(_HANGUL.findall(loose)) > loose.count("\ufffd"):
        raise NormalizeError(f"{name}: byte {bad} is not UTF-8, though the rest is: the file is damaged; copy it again")
    try:
        text = raw.decode("cp949")
    except UnicodeDecodeError as error:
        raise NormalizeError(
            f"{name}: neither UTF-8 (byte {bad}) nor CP949 (byte {error.start}): save it as UTF-8"
        ) from None
    if not _looks_korean(text):
        raise NormalizeError(f"{name}: byte {bad} is not UTF-8, and read as CP949 it is not Korean: save it as UTF-8")
    return text


def _looks_korean(text: str) -> bool:
    letters = _FOREIGN_LETTER.findall(text)
    common = sum(letter in _COMMON for letter in letters)
    return common >= len(letters) / 10 and 2 * sum(1 for letter in letters if _HANGUL.match(letter)) >= len(letters)
