"""The chain of steps that a draft goes down, and the article at its end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from malmoi import __version__, store
from malmoi.model import (
    BLOCK_PREFIX,
    SCHEMA_VERSION,
    Article,
    Block,
    BlockType,
    Normalizer,
    Origin,
    Provenance,
    Section,
)
from malmoi.normalize.caption_lines import fold_captions, part_captions
from malmoi.normalize.captions import parse_caption
from malmoi.normalize.contacts import drop_contacts
from malmoi.normalize.draft import Draft, NormalizeError, Step
from malmoi.normalize.furniture import drop_furniture
from malmoi.normalize.header import drop_headline_suffix, find_publisher, read_headers
from malmoi.normalize.hygiene import drop_footnotes, fold_spaces
from malmoi.normalize.layout import name_blocks
from malmoi.normalize.signed import part_bylines, part_datelines

if TYPE_CHECKING:
    from malmoi.model import Caption

PAGE_STEPS: tuple[Step, ...] = (
    fold_spaces,
    drop_contacts,
    drop_furniture,
    read_headers,
    part_captions,
    part_datelines,
    part_bylines,
    drop_furniture,  # again: what was parted from a line may be a line of furniture
    name_blocks,
    fold_captions,
    drop_headline_suffix,
    find_publisher,
)
RECORD_STEPS: tuple[Step, ...] = (fold_spaces, drop_footnotes)

_MOST_BLOCKS = 9999


def run(draft: Draft, steps: tuple[Step, ...], *, name: str, raw_sha256: str | None = None) -> Article:
    """The article that the steps make of a draft.

    Args:
        draft: what a reader found.
        steps: the chain.
        name: what messages call the input.
        raw_sha256: hash of the bytes that were read, if there were any.

    Raises:
        NormalizeError: nothing is left, there is no body, or it has more blocks than ids.
    """
    for step in steps:
        if not draft.lines:
            raise NormalizeError(f"{name}: no text in it, or nothing but what stands around an article")
        try:
            draft = step(draft)
        except NormalizeError as error:
            raise NormalizeError(f"{name}: {error}") from None
    if not any(line.type in {"paragraph", "dateline"} for line in draft.lines):
        raise NormalizeError(f"{name}: no body was found: is it the whole page?")
    blocks = _blocks(draft, name)
    text_sha256 = store.text_sha256(blocks)
    copies = [line.copies for line in draft.lines]
    return Article(
        schema_version=SCHEMA_VERSION,
        id=f"doc-{text_sha256[:12]}",
        license="LicenseRef-unknown",
        text_status="included",
        publisher=draft.publisher,
        published_at=draft.published_at,
        published_precision=draft.published_precision,
        modified_at=draft.modified_at,
        section=Section(raw=draft.section) if draft.section else None,
        url=draft.url,
        byline=draft.byline,
        origin=Origin(raw_sha256=raw_sha256, text_sha256=text_sha256),
        provenance=Provenance(
            text="copy",
            normalizer=Normalizer(
                version=__version__,
                reader=draft.reader,
                encoding=draft.encoding,
                decisions=draft.decisions,
                changed=draft.changed,
                dropped=draft.dropped,
                flags=draft.flags,
            ),
        ),
        blocks=blocks,
        captions=_captions(blocks, copies),
    )


def _blocks(draft: Draft, name: str) -> tuple[Block, ...]:
    counts: Counter[BlockType] = Counter()
    blocks: list[Block] = []
    for line in draft.lines:
        kind: BlockType = line.type or "paragraph"
        counts[kind] += 1
        if counts[kind] > _MOST_BLOCKS:
            raise NormalizeError(f"{name}: more than {_MOST_BLOCKS} {kind} blocks: one file is one article")
        blocks.append(Block(id=f"{BLOCK_PREFIX[kind]}{counts[kind]:02d}", type=kind, text=line.text))
    return tuple(blocks)


def _captions(blocks: tuple[Block, ...], copies: list[int]) -> tuple[Caption, ...]:
    return tuple(
        parse_caption(block.text or "", block.id, count)
        for block, count in zip(blocks, copies, strict=True)
        if block.type == "caption"
    )
