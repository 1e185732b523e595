"""The stand-off tier: articles without their text, and the way back from a reader's own copy."""

from malmoi.standoff.copies import Copy, likeness, read_copy, record_copy
from malmoi.standoff.hydrate import HydrateError, hydrate
from malmoi.standoff.restore import HydrationReport, HydrationResult, LeftOut
from malmoi.standoff.withhold import withhold

__all__ = [
    "Copy",
    "HydrateError",
    "HydrationReport",
    "HydrationResult",
    "LeftOut",
    "hydrate",
    "likeness",
    "read_copy",
    "record_copy",
    "withhold",
]
