"""Level 3: caption records and caption blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.rules.doc import caption_parts
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.rules.doc import Doc


@rule("MM340", "caption-block-without-record")
def caption_block_without_record(doc: Doc) -> Iterator[Hit]:
    """A caption block has no record under `captions`.

    What it does: looks for a record that names the block.

    Why is this bad? Each caption has one record, if only with the number of its copies.

    Example: `{"id": "c01", "type": "caption", …}` and no `{"block": "c01", …}` under `captions`.

    Use instead: `"captions": [{"block": "c01", "copies": 1}]` at least.
    """
    recorded = {caption["block"] for caption in doc.captions}
    for index, block in enumerate(doc.data["blocks"]):
        if block["type"] == "caption" and block["id"] not in recorded:
            hint = f'add {{"block": "{block["id"]}", "copies": 1}} and its parts to captions'
            yield Hit(("blocks", index), f"the caption block {block['id']} has no record under captions", hint)


@rule("MM341", "caption-record-of-other-block")
def caption_record_of_other_block(doc: Doc) -> Iterator[Hit]:
    """A caption record names a block that is no caption.

    What it does: looks at the type of the block.

    Why is this bad? A paragraph has no photographer; the block's type or the record is wrong.

    Example: `{"block": "p02", "copies": 1, …}`

    Use instead: the record of a caption block, or the type caption for the block.
    """
    for index, caption in enumerate(doc.captions):
        block = doc.blocks.get(caption["block"])
        if block and block["type"] != "caption":
            message = f"the block {block['id']} is of type {block['type']}, not caption"
            yield Hit(("captions", index, "block"), message)


@rule("MM342", "second-caption-record")
def second_caption_record(doc: Doc) -> Iterator[Hit]:
    """A caption block has two records.

    What it does: compares the blocks of the records.

    Why is this bad? A caption that the page showed twice is one record with `copies: 2`.

    Example: two records with `"block": "c01"`.

    Use instead: one record with `"copies": 2`.
    """
    first: dict[str, int] = {}
    for index, caption in enumerate(doc.captions):
        if caption["block"] in first:
            message = f"the block {caption['block']} already has the record $.captions[{first[caption['block']]}]"
            yield Hit(
                ("captions", index, "block"), message, "keep one record; `copies` tells how often the page showed it"
            )
        first.setdefault(caption["block"], index)


@rule("MM343", "caption-part-in-other-block")
def caption_part_in_other_block(doc: Doc) -> Iterator[Hit]:
    """A part of a caption record lies in another block.

    What it does: compares the block of each part with the block of the record.

    Why is this bad? A caption's record describes its own block.

    Example: `{"block": "c01", "creator": [{"block": "c02", …}], …}`

    Use instead: the part under the record of `c02`, or the right block.
    """
    for index, caption in enumerate(doc.captions):
        block = doc.blocks.get(caption["block"])
        # A record of no caption block has a rule of its own.
        for path, part in caption_parts(caption) if block and block["type"] == "caption" else ():
            if part["block"] != caption["block"] and part["block"] in doc.blocks:
                message = f"the {path[0]} lies in block {part['block']}, outside {caption['block']}"
                yield Hit(("captions", index, *path, "block"), message)
