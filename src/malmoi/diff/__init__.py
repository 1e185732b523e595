"""What differs between two versions of an article, item by item, and which items of the two are the same."""

from malmoi.diff.align import OtherTextError, aligned, require_same_blocks
from malmoi.diff.changes import Change, FieldChange, changes
from malmoi.diff.lines import Printer, render, summary
from malmoi.diff.records import Item, Kind, fields_of, metadata_of, spot, with_fields

__all__ = [
    "Change",
    "FieldChange",
    "Item",
    "Kind",
    "OtherTextError",
    "Printer",
    "aligned",
    "changes",
    "fields_of",
    "metadata_of",
    "render",
    "require_same_blocks",
    "spot",
    "summary",
    "with_fields",
]
