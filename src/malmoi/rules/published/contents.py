"""Level 6: what stands in the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.published.folder import Published
    from malmoi.published.table import Table

_SHOWN = 40


@rule("MM620", "class-number-out-of-range")
def class_number_out_of_range(published: Published) -> Iterator[Hit]:
    """A number stands for no label.

    What it does: compares the numbers of every column of classes, inside lists and structs too, with the number of its
    names. The first one of each column of a file is reported.

    Why is this bad? `datasets` loads it without a word, and fails or lies when the name is asked for.

    Example: 150 in a column of 150 labels

    Use instead: a number from 0 to 149
    """
    for table in published.tables.values():
        for found in table.out_of_range():
            message = f"{_row(table, found.row)}: {found.column} is {found.number}; {found.names} names are declared"
            yield Hit((), message, f"0 to {found.names - 1}, or null", None, published.file(table.name))


@rule("MM621", "published-text-mismatch")
def published_text_mismatch(published: Published) -> Iterator[Hit]:
    """The text of a span is not what stands at its offsets.

    What it does: cuts every span of every table out of the `text` of its row, in code points, and compares. The first
    mismatch of each column of a file is reported.

    Why is this bad? Offsets that were counted otherwise, or a text that was changed after annotation: models are
    trained on the wrong words.

    Example: offsets in bytes, where `text[start:end]` is another word

    Use instead: offsets as `malmoi build` derives them
    """
    for table in published.tables.values():
        for found in table.misplaced():
            said, there = (repr((text or "")[:_SHOWN]) for text in (found.text, found.found))
            message = f"{_row(table, found.row)}: {found.column} is {said}; its offsets hold {there}"
            yield Hit((), message, "build it again from a valid corpus", None, published.file(table.name))


def _row(table: Table, row: int) -> str:
    """A row, by its id where it has one."""
    ids = table.column("id")
    return f"row {row} ({ids[row]})" if ids else f"row {row}"
