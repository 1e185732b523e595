"""The items of an article as diff and merge see them: records with fields that change one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec.structs import replace

from malmoi.model import Block, Caption, Cluster, Entity, Quote, Span

if TYPE_CHECKING:
    from malmoi.model import Article, SpanLike

Kind = Literal["metadata", "block", "entity", "cluster", "quote", "caption"]
Item = Block | Entity | Cluster | Quote | Caption
I = TypeVar("I", Block, Entity, Cluster, Quote, Caption)  # noqa: E741  as short as T, and says which

LAYERS: tuple[str, ...] = ("blocks", "entities", "clusters", "quotes", "captions")
"""The fields of an article that are lists of items; any other is metadata."""


def spot(span: SpanLike) -> tuple[str, int, int]:
    """Where a span stands: block, start, end in code points. Equal for spans that differ in their text alone."""
    return (span.block, span.start, span.end)


def shared(one: SpanLike, other: SpanLike) -> int:
    """How many code points two spans have in common."""
    return max(0, min(one.end, other.end) - max(one.start, other.start)) if one.block == other.block else 0


def fields_of(item: Item) -> dict[str, object]:
    """What can change in an item, by name: all but what it is known by. An entity's place is one field, `span`."""
    if isinstance(item, Entity):
        span = Span(block=item.block, start=item.start, end=item.end, text=item.text)
        return {"span": span, "label": item.label, "cluster": item.cluster, "value": item.value}
    known_by = "block" if isinstance(item, Caption) else "id"
    return {name: getattr(item, name) for name in item.__struct_fields__ if name != known_by}


def with_fields(item: I, fields: dict[str, object]) -> I:
    """The item with other values of fields, named as `fields_of` names them."""
    span = fields.get("span") if isinstance(item, Entity) else None
    if isinstance(span, Span):
        place = {"block": span.block, "start": span.start, "end": span.end, "text": span.text}
        fields = place | {name: value for name, value in fields.items() if name != "span"}
    return replace(item, **fields)


def metadata_of(article: Article) -> dict[str, object]:
    """The article's own fields, by name; those of the provenance one by one, as `provenance.text`."""
    found = {name: getattr(article, name) for name in article.__struct_fields__ if name not in LAYERS}
    provenance = found.pop("provenance")
    return found | {f"provenance.{name}": getattr(provenance, name) for name in provenance.__struct_fields__}
