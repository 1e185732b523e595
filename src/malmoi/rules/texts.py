"""Level 3: what may not stand in the text of a block."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from malmoi.contacts import EMAIL, PHONE
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.rules.doc import Doc

_HIDDEN_CATEGORIES = ("Cc", "Cf", "Zl", "Zp")
LINE_BREAKS = "\n\r\v\f\x85\u2028\u2029"
_JOINER = "\u200d"


@rule("MM370", "e-mail-address-in-text")
def email_address_in_text(doc: Doc) -> Iterator[Hit]:
    """A block's text holds an e-mail address.

    What it does: looks for addresses in every block.

    Why is this bad? It is a person's contact, worth nothing to the annotation; the normaliser drops them.

    Example: `김가람 기자 garam@example.com`

    Use instead: `김가람 기자`
    """
    for index, text in _texts(doc):
        for match in EMAIL.finditer(text):
            yield Hit(("blocks", index, "text"), f"the text holds the e-mail address {match[0]}", "leave it out")


@rule("MM371", "phone-number-in-text")
def phone_number_in_text(doc: Doc) -> Iterator[Hit]:
    """A block's text holds a telephone number.

    What it does: looks for Korean numbers: 02-123-4567, 010-1234-5678, 1588-1234, +82 10 1234 5678. Dates, prices,
    ISBNs and account numbers are not of that form.

    Why is this bad? It is a person's contact, worth nothing to the annotation; the normaliser drops them.

    Example: `문의 02-123-4567`

    Use instead: the text without it.
    """
    for index, text in _texts(doc):
        for match in PHONE.finditer(text):
            yield Hit(("blocks", index, "text"), f"the text holds the telephone number {match[0]}", "leave it out")


@rule("MM372", "white-space-at-block-edge")
def white_space_at_block_edge(doc: Doc) -> Iterator[Hit]:
    """A block's text begins or ends in white space.

    What it does: looks at the first and the last character.

    Why is this bad? It means nothing, moves every offset, and differs from copy to copy.

    Example: `"text": " 비가 왔다."`

    Use instead: `"text": "비가 왔다."`, with the offsets one less.
    """
    for index, text in _texts(doc):
        if text != text.strip():
            message = (
                "the text is nothing but white space" if not text.strip() else "the text begins or ends in white space"
            )
            yield Hit(("blocks", index, "text"), message)


@rule("MM373", "line-break-in-block")
def line_break_in_block(doc: Doc) -> Iterator[Hit]:
    r"""A block's text has more than one line.

    What it does: looks for line feeds, carriage returns and the Unicode line and paragraph separators.

    Why is this bad? A block is one paragraph, one headline, one caption; what stands on two lines is two of them, or a
    line break of the page's layout.

    Example: `"text": "첫 문단이다.\n둘째 문단이다."`

    Use instead: two blocks, or a space.
    """
    for index, text in _texts(doc):
        found = next((char for char in text.strip() if char in LINE_BREAKS), None)
        if found:
            yield Hit(
                ("blocks", index, "text"), f"the text holds a line break (U+{ord(found):04X})", "make two blocks of it"
            )


@rule("MM374", "hidden-character-in-text")
def hidden_character_in_text(doc: Doc) -> Iterator[Hit]:
    """A block's text holds a control or zero-width character.

    What it does: looks for the Unicode categories Cc and Cf: zero-width spaces and joiners, soft hyphens, direction
    marks, byte order marks, tabs. The joiner inside an emoji is left alone.

    Why is this bad? Nobody sees it, it counts in every offset, and equal words differ by it.

    Example: `"text": "서울\u200b시"`

    Use instead: `"text": "서울시"`, with the offsets behind it one less.
    """
    for index, text in _texts(doc):
        hidden = hidden_characters(text)
        if hidden:
            names = ", ".join(dict.fromkeys(f"U+{ord(char):04X}" for char in hidden))
            yield Hit(
                ("blocks", index, "text"), f"the text holds characters that nobody sees: {names}", "take them out"
            )


def may_hold_contact(text: str) -> bool:
    """Whether a text may hold an e-mail address or a telephone number: a look many times cheaper than the patterns.

    A number begins with a zero that stands after no digit and before a digit, with 15, 16 or 18 and a hyphen in the
    fifth place, or with a plus sign.
    """
    if "@" in text or "+" in text:
        return True
    before, *pieces = f"\n{text}".split("0")
    for after in pieces:
        if before and before[-1] not in "123456789.,-" and (not after or after[0].isdigit()):
            return True
        before = after
    return "-" in text and any(piece[3:4] == "-" for piece in text.split("1"))


def hidden_characters(text: str) -> list[str]:
    """Control and format characters of a text; line breaks have a rule of their own."""
    return [
        char
        for place, char in enumerate(text)
        if unicodedata.category(char) in _HIDDEN_CATEGORIES
        and char not in LINE_BREAKS
        and not (char == _JOINER and unicodedata.category(text[place + 1 : place + 2] or " ") == "So")
    ]


def _texts(doc: Doc) -> Iterator[tuple[int, str]]:
    return ((index, block["text"]) for index, block in enumerate(doc.data["blocks"]) if "text" in block)
