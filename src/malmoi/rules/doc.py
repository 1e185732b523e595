"""One article as the rules of level 3 and 5 see it: plain data that follow the schema, and its spans."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.model import CAPTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.rules.registry import Path

Data = dict[str, Any]
WITH_IDS = ("blocks", "entities", "clusters", "quotes")


class Place(NamedTuple):
    """Where a file stands in a corpus folder; no tier for a kept double annotation, which is under `double/`."""

    tier: str | None
    stem: str


class Spot(NamedTuple):
    """A span with its path in the article and the block it lies in (None: there is no such block)."""

    path: Path
    span: Data
    block: Data | None


class Doc:
    """An article that follows the schema.

    Attributes:
        data: the article as plain data.
        place: where the file stands in a corpus; None outside one.
    """

    def __init__(self, data: Data, place: Place | None = None) -> None:
        """Take the data."""
        self.data = data
        self.place = place
        self.withheld = data["text_status"] == "withheld"
        self.entities: list[Data] = data.get("entities", [])
        self.clusters: list[Data] = data.get("clusters", [])
        self.quotes: list[Data] = data.get("quotes", [])
        self.captions: list[Data] = data.get("captions", [])

    @cached_property
    def blocks(self) -> dict[str, Data]:
        """Block by id; of two with the same id, the first."""
        blocks: dict[str, Data] = {}
        for block in self.data["blocks"]:
            blocks.setdefault(block["id"], block)
        return blocks

    @cached_property
    def block_order(self) -> dict[str, int]:
        """Place of each block in the document."""
        return {block: number for number, block in enumerate(self.blocks)}

    @cached_property
    def cluster_by_id(self) -> dict[str, Data]:
        """Cluster by id."""
        return {cluster["id"]: cluster for cluster in self.clusters}

    @cached_property
    def repeated(self) -> dict[str, set[str]]:
        """Ids that more than one record has, for each layer with ids: what refers to one of them is in doubt."""
        found: dict[str, set[str]] = {}
        for kind in WITH_IDS:
            counts = Counter(record["id"] for record in self.data.get(kind, ()))
            found[kind] = {record for record, count in counts.items() if count > 1}
        return found

    @cached_property
    def spots(self) -> list[Spot]:
        """Every span of the article: entities, parts of quotes, parts of captions."""
        return [Spot(path, span, self.blocks.get(span["block"])) for path, span in self._spans()]

    @cached_property
    def sound(self) -> list[Spot]:
        """The spans that lie in their block and hold at least one character."""
        return [spot for spot in self.spots if is_sound(spot)]

    @cached_property
    def readable(self) -> list[Spot]:
        """The sound spans whose text stands where they say it does."""
        return [spot for spot in self.sound if not self.withheld and slice_of(spot) == spot.span.get("text")]

    def readable_at(self, path: Path) -> Spot | None:
        """The readable span at a path."""
        return self._readable_by_path.get(path)

    @cached_property
    def _readable_by_path(self) -> dict[Path, Spot]:
        return {spot.path: spot for spot in self.readable}

    def _spans(self) -> Iterator[tuple[Path, Data]]:
        for index, entity in enumerate(self.entities):
            yield ("entities", index), entity
        for index, quote in enumerate(self.quotes):
            for path, span in quote_parts(quote):
                yield ("quotes", index, *path), span
        for index, caption in enumerate(self.captions):
            for path, span in caption_parts(caption):
                yield ("captions", index, *path), span


def quote_parts(quote: Data) -> Iterator[tuple[Path, Data]]:
    """Every part of a quote with its path in the quote."""
    for name in ("content", "markers"):
        for index, span in enumerate(quote.get(name, ())):
            yield (name, index), span
    for name in ("cue", "source"):
        if name in quote:
            yield (name,), quote[name]


def caption_parts(caption: Data) -> Iterator[tuple[Path, Data]]:
    """Every part of a caption record with its path in the record."""
    for name in CAPTION_FIELDS:
        part = caption.get(name)
        if isinstance(part, list):
            yield from (((name, index), span) for index, span in enumerate(part))
        elif part is not None:
            yield (name,), part


def length_of(block: Data) -> int:
    """Length of a block in code points, with its text or without."""
    text = block.get("text")
    return len(text) if text is not None else int(block["length"])


def is_sound(spot: Spot) -> bool:
    """Whether the span lies in its block, the right way round, with whole numbers for offsets."""
    start, end = spot.span["start"], spot.span["end"]
    return (
        spot.block is not None and type(start) is int and type(end) is int and 0 <= start < end <= length_of(spot.block)
    )


def slice_of(spot: Spot) -> str:
    """What stands in the block where the span says; only for a sound span of an article with text."""
    text: str = spot.block["text"] if spot.block else ""
    return text[spot.span["start"] : spot.span["end"]]
