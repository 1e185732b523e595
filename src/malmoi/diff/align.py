"""Which items of two versions of an article are the same, where ids do not say so.

Tools and annotators make ids anew, and two of them may give one id to different things. So items are matched by
where they stand; an id decides only between candidates, and where the text has changed under the spans.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from malmoi import markup
from malmoi.diff.records import shared, spot
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

    from malmoi.model import Article, Cluster, Entity, Quote

T = TypeVar("T")


class OtherTextError(MalmoiError):
    """Two articles do not have the same blocks; the message names the first difference."""


class Matches(NamedTuple):
    """The items of one article that another has too.

    Attributes:
        entities: pairs of positions in the two lists.
        quotes: as entities.
        clusters: pairs of ids.
    """

    entities: list[tuple[int, int]]
    quotes: list[tuple[int, int]]
    clusters: list[tuple[str, str]]


def aligned(other: Article, onto: Article, *, known: Article | None = None) -> Article:
    """`other` with the ids of `onto` for the items that are the same; references follow.

    Entities are the same by span and label, else by span, else by the most characters in common; quotes by their
    content spans, else by the most characters of content in common; clusters by the most mentions and quotes in
    common, else by label and name, else by id. Each item has one partner at most. An item without one keeps its id,
    or gets a new one where its id is that of another item.

    Args:
        other: the version whose ids are to change.
        onto: the version whose ids it gets.
        known: a version that both were aligned onto already: an item with an id of it keeps that id.

    Raises:
        OtherTextError: the two do not have the same blocks.
    """
    require_same_blocks(other, onto)
    return renamed(other, onto, matches(other, onto, {block.id for block in onto.blocks}, known), known)


def require_same_blocks(one: Article, other: Article) -> None:
    """Raise an error where two articles are not versions of the same text.

    Raises:
        OtherTextError: names the block and the first difference.
    """
    for first, second in zip(one.blocks, other.blocks, strict=False):
        for name in first.__struct_fields__:
            ours, theirs = getattr(first, name), getattr(second, name)
            if ours != theirs:
                raise OtherTextError(f"block {first.id}: {name} differs{_first_difference(ours, theirs)}")
    if len(one.blocks) != len(other.blocks):
        raise OtherTextError(f"one version has {len(one.blocks)} blocks, the other {len(other.blocks)}")


def _first_difference(ours: object, theirs: object) -> str:
    if not (isinstance(ours, str) and isinstance(theirs, str)):
        shown = (
            "withheld or left out" if value is None else "there" if isinstance(value, str) else str(value)
            for value in (ours, theirs)
        )
        return f": {', '.join(shown)}"
    at = next(
        (i for i, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), min(len(ours), len(theirs))
    )
    return f" at code point {at}: “{ours[at : at + 20]}”, “{theirs[at : at + 20]}”"


def matches(other: Article, onto: Article, same: Collection[str], known: Article | None = None) -> Matches:
    """The items that are the same in both.

    Args:
        other: one version.
        onto: the other.
        same: ids of the blocks whose text is the same in both; in any other block, the id tells.
        known: a version with whose ids both are aligned already: items with one are left out.
    """
    entities = _entity_pairs(other.entities, onto.entities, same)
    quotes = _quote_pairs(other.quotes, onto.quotes, same)
    mentions = sorted(
        ((other.entities[i], onto.entities[j]) for i, j in entities), key=lambda pair: sorted(map(spot, pair))
    )
    said = sorted(((other.quotes[i], onto.quotes[j]) for i, j in quotes), key=lambda pair: sorted(map(_contents, pair)))
    held = Counter((one.cluster, two.cluster) for one, two in mentions if one.cluster and two.cluster)
    held.update((one.speaker, two.speaker) for one, two in said if one.speaker and two.speaker)
    if known is None:
        return Matches(entities, quotes, _cluster_pairs(other.clusters, onto.clusters, held))
    old = {item.id for layer in (known.entities, known.quotes, known.clusters) for item in layer}
    return Matches(
        _of_new(_entity_pairs, other.entities, onto.entities, same, old),
        _of_new(_quote_pairs, other.quotes, onto.quotes, same, old),
        _cluster_pairs(
            [cluster for cluster in other.clusters if cluster.id not in old],
            [cluster for cluster in onto.clusters if cluster.id not in old],
            held,
        ),
    )


def renamed(other: Article, onto: Article, found: Matches, known: Article | None = None) -> Article:
    """`other` with the ids of `onto` for matched items, and new ids where an unmatched item has one of `onto`'s."""

    def ids(layer: str, partner: dict[int, str], made: Callable[[Any], tuple[object, ...]]) -> list[str]:
        items = getattr(other, layer)
        old = {item.id for item in getattr(known, layer)} if known else set()
        taken = old | {item.id for item in getattr(onto, layer)}
        new = []
        for index, item in enumerate(items):
            name = partner.get(index, item.id)
            if index not in partner and item.id not in old and item.id in taken:
                name = markup.new_id(layer[0], *made(item), taken=taken)
            taken.add(name)
            new.append(name)
        return new

    cluster_at = {cluster.id: index for index, cluster in enumerate(other.clusters)}
    entities = ids("entities", {i: onto.entities[j].id for i, j in found.entities}, lambda e: (e.label, *spot(e)))
    quotes = ids("quotes", {i: onto.quotes[j].id for i, j in found.quotes}, _contents)
    clusters = ids("clusters", {cluster_at[one]: two for one, two in found.clusters}, lambda c: (c.label, c.name))
    to = {cluster.id: new for cluster, new in zip(other.clusters, clusters, strict=True)}
    return replace(
        other,
        entities=tuple(
            replace(entity, id=new, cluster=to.get(entity.cluster or "", entity.cluster))
            for entity, new in zip(other.entities, entities, strict=True)
        ),
        clusters=tuple(replace(cluster, id=to[cluster.id]) for cluster in other.clusters),
        quotes=tuple(
            replace(quote, id=new, speaker=to.get(quote.speaker or "", quote.speaker))
            for quote, new in zip(other.quotes, quotes, strict=True)
        ),
    )


class _Pairing(Generic[T]):
    """Pairs of positions in two lists, found step by step; who is paired is out of the next steps."""

    def __init__(self, ours: Sequence[T], theirs: Sequence[T]) -> None:
        self.found: list[tuple[int, int]] = []
        self._ours, self._theirs = dict(enumerate(ours)), dict(enumerate(theirs))

    def by_key(self, key: Callable[[T], Hashable | None]) -> None:
        """Pair those with the same key, in the lists' order; None is no key."""
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for j, item in self._theirs.items():
            waiting[key(item)].append(j)
        for i, item in list(self._ours.items()):
            name = key(item)
            if name is not None and waiting.get(name):
                self._pair(i, waiting[name].pop(0))

    def by_rank(self, rank: Callable[[T, T], tuple[object, ...] | None]) -> None:
        """Pair the rest, lowest rank first; None is no pair. With a rank that is symmetric, so are the pairs."""
        ranked = [
            (order, i, j)
            for i, one in self._ours.items()
            for j, two in self._theirs.items()
            if (order := rank(one, two)) is not None
        ]
        for _, i, j in sorted(ranked):
            if i in self._ours and j in self._theirs:
                self._pair(i, j)

    def _pair(self, i: int, j: int) -> None:
        self.found.append((i, j))
        del self._ours[i], self._theirs[j]


def _entity_pairs(ours: Sequence[Entity], theirs: Sequence[Entity], same: Collection[str]) -> list[tuple[int, int]]:
    def overlap(one: Entity, two: Entity) -> tuple[object, ...] | None:
        if not (common := shared(one, two)) or one.block not in same:
            return None
        return (one.id != two.id, -common, *sorted((spot(one), spot(two))))

    pairing = _Pairing(ours, theirs)
    pairing.by_key(lambda entity: (spot(entity), entity.label) if entity.block in same else None)
    pairing.by_key(lambda entity: spot(entity) if entity.block in same else None)
    pairing.by_key(lambda entity: None if entity.block in same else entity.id)
    pairing.by_rank(overlap)
    return pairing.found


def _quote_pairs(ours: Sequence[Quote], theirs: Sequence[Quote], same: Collection[str]) -> list[tuple[int, int]]:
    def steady(quote: Quote) -> bool:
        return all(span.block in same for span in quote.content)

    def overlap(one: Quote, two: Quote) -> tuple[object, ...] | None:
        common = sum(shared(a, b) for a in one.content for b in two.content if a.block in same)
        return (one.id != two.id, -common, *sorted((_contents(one), _contents(two)))) if common else None

    pairing = _Pairing(ours, theirs)
    pairing.by_key(lambda quote: _contents(quote) if steady(quote) else None)
    pairing.by_key(lambda quote: None if steady(quote) else quote.id)
    pairing.by_rank(overlap)
    return pairing.found


def _contents(quote: Quote) -> tuple[tuple[str, int, int], ...]:
    return tuple(map(spot, quote.content))


def _cluster_pairs(
    ours: Sequence[Cluster], theirs: Sequence[Cluster], held: Counter[tuple[str, str]]
) -> list[tuple[str, str]]:
    first = {pair: number for number, pair in enumerate(held)}

    def mentions(one: Cluster, two: Cluster) -> tuple[object, ...] | None:
        pair = (one.id, two.id)
        return (-held[pair], one.id != two.id, one.name != two.name, first[pair]) if pair in held else None

    pairing = _Pairing(ours, theirs)
    pairing.by_rank(mentions)
    pairing.by_key(lambda cluster: (cluster.label, cluster.name, cluster.id))
    pairing.by_key(lambda cluster: (cluster.label, cluster.name))
    pairing.by_key(lambda cluster: cluster.id)
    return [(ours[i].id, theirs[j].id) for i, j in pairing.found]


def _of_new(
    pairs: Callable[[Sequence[T], Sequence[T], Collection[str]], list[tuple[int, int]]],
    ours: Sequence[T],
    theirs: Sequence[T],
    same: Collection[str],
    old: Collection[str],
) -> list[tuple[int, int]]:
    """The pairs among the items whose id is not an old one, as positions in the whole lists."""
    mine, yours = (_new_at(items, old) for items in (ours, theirs))
    return [(mine[i], yours[j]) for i, j in pairs([ours[i] for i in mine], [theirs[j] for j in yours], same)]


def _new_at(items: Iterable[T], old: Collection[str]) -> list[int]:
    return [index for index, item in enumerate(items) if getattr(item, "id", None) not in old]
