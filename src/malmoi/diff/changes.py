"""The difference between two versions of an article, item by item and field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from malmoi.diff.align import matches, renamed
from malmoi.diff.records import fields_of, metadata_of
from malmoi.model import Quote
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from malmoi.diff.records import Item, Kind
    from malmoi.model import Article

What = Literal["added", "removed", "changed", "renewed"]


class FieldChange(NamedTuple):
    """One field of an item: its value before and after (None or an empty tuple: it was not there)."""

    name: str
    before: object
    after: object


class Change(NamedTuple):
    """What happened to one item.

    Attributes:
        kind: what kind of item.
        id: its id (of a caption the block's, of metadata the field's name).
        what: `renewed` is an item whose id alone is another; one that changed besides is there twice.
        before: the item before; None where it was added, and for metadata.
        after: the item after; None where it was removed, and for metadata.
        fields: of what was changed, the fields that differ.
    """

    kind: Kind
    id: str
    what: What
    before: Item | None = None
    after: Item | None = None
    fields: tuple[FieldChange, ...] = ()


_LAYERS: dict[Kind, str] = {
    "block": "blocks",
    "caption": "captions",
    "entity": "entities",
    "quote": "quotes",
    "cluster": "clusters",
}


def changes(before: Article, after: Article) -> list[Change]:
    """What it takes to come from one version to the other: metadata, then in the order of the text, then clusters.

    Items are matched as `aligned` does; in a block whose text has changed, by id. Ids in the result are those of
    `before` wherever an item has a partner there. Where one version has its text and the other has it withheld, the
    texts are left out of the comparison.
    """
    found = list(_of_fields("metadata", metadata_of(before), metadata_of(after)))
    if before.text_status != after.text_status:
        before, after = withhold(before), withhold(after)
    same = {block.id for block in before.blocks} & {block.id for block in after.blocks if block in before.blocks}
    matched = matches(after, before, same)
    new = renamed(after, before, matched)
    items = [change for kind, layer in _LAYERS.items() for change in _of_layer(kind, layer, before, new)]
    order = _block_order(before, after)
    items.sort(key=lambda change: _place(change, order))
    return [*found, *items, *_renewed(before, after, new)]


def _of_fields(kind: Kind, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    for change in differing(before, after):
        what: What = "added" if not change.before else "changed" if change.after else "removed"
        yield Change(kind, change.name, what, fields=(change,))


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[FieldChange, ...]:
    """The fields that are not the same."""
    return tuple(FieldChange(name, before[name], after[name]) for name in before if before[name] != after[name])


def _of_layer(kind: Kind, layer: str, before: Article, after: Article) -> Iterator[Change]:
    ours, theirs = ({_id(item): item for item in getattr(article, layer)} for article in (before, after))
    for name, item in ours.items():
        if name not in theirs:
            yield Change(kind, name, "removed", before=item)
        elif fields := differing(fields_of(item), fields_of(theirs[name])):
            yield Change(kind, name, "changed", item, theirs[name], fields)
    for name, item in theirs.items():
        if name not in ours:
            yield Change(kind, name, "added", after=item)


def _renewed(before: Article, after: Article, new: Article) -> Iterator[Change]:
    for kind in ("entity", "quote", "cluster"):
        layer = _LAYERS[kind]
        ours = {item.id for item in getattr(before, layer)}
        for was, now in zip(getattr(after, layer), getattr(new, layer), strict=True):
            if was.id != now.id and now.id in ours:
                yield Change(kind, now.id, "renewed", fields=(FieldChange("id", now.id, was.id),))


def _id(item: Item) -> str:
    return str(getattr(item, "id", None) or getattr(item, "block", ""))


def _block_order(before: Article, after: Article) -> dict[str, float]:
    """Places of the blocks of both: those after, and each that is gone behind the one it stood behind."""
    order: dict[str, float] = {block.id: number for number, block in enumerate(after.blocks)}
    last = -1.0
    for block in before.blocks:
        last = order.setdefault(block.id, last + 0.5)
    return order


def _place(change: Change, order: dict[str, float]) -> tuple[float, int, int]:
    """Where a change stands: by its block and its start, a block before what is in it; clusters come last."""
    item = change.after or change.before
    span = item.content[0] if isinstance(item, Quote) and item.content else item
    block = change.id if change.kind in {"block", "caption"} else getattr(span, "block", None)
    start = -2 if change.kind == "block" else getattr(span, "start", -1)
    return (order[block] if block in order else len(order), start, list(_LAYERS).index(change.kind))
