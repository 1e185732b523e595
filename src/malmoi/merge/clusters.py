"""Clusters in a merge. They are there because entities and quotes refer to them, and go when nothing does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from malmoi.diff import fields_of, with_fields
from malmoi.merge.conflicts import Place, Versions
from malmoi.merge.fields import combined, linked_with
from malmoi.model import Entity, Quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from malmoi.merge.conflicts import Ledger
    from malmoi.model import Article, Cluster

I = TypeVar("I", Entity, Quote)  # noqa: E741  as short as T, and says which


class Clusters:
    """The clusters of three aligned versions, settled; what refers to them is merged afterwards.

    Where one side took a cluster away that the other changed or referred to anew, one of the two is undone, as was
    decided; while that is open, the cluster and the references to it stay.

    Attributes:
        a: the one side after that.
        b: the other side after that.
    """

    def __init__(self, base: Article, a: Article, b: Article, ledger: Ledger) -> None:
        """Settle them.

        Args:
            base: the version both sides started from.
            a: the one side, aligned onto the base.
            b: the other, aligned onto both.
            ledger: where conflicts are noted.
        """
        self.a, self.b = a, b
        self._ledger = ledger
        self._old = {item.id: item for item in _items(base)}
        self._unused = {cluster.id for cluster in (*a.clusters, *b.clusters)}
        self._unused -= {_reference(item) for version in (base, a, b) for item in _items(version)}
        sides = [{cluster.id: cluster for cluster in article.clusters} for article in (a, b, base)]
        self._known = sides[2] | sides[1] | sides[0]
        # The order of A, then what B adds, then what both took away: an open conflict may still refer to it.
        names = dict.fromkeys(name for side in sides for name in side)
        self._records = {name: self._record(*(side.get(name) for side in sides)) for name in names}

    def of(self, items: Iterable[Entity | Quote]) -> list[Cluster]:
        """The clusters that items refer to, as A has them, or else B, or else the base."""
        return [self._known[name] for name in dict.fromkeys(map(_reference, items)) if name in self._known]

    def settled(self, article: Article) -> Article:
        """The merged article with its clusters, and without the references to one that is left out."""
        left_out = {name for name, record in self._records.items() if record is None}
        article = _with_each(article, lambda item: _referring(item, None) if _reference(item) in left_out else item)
        used = self._unused | {_reference(item) for item in _items(article)}
        return replace(
            article, clusters=tuple(record for name, record in self._records.items() if record and name in used)
        )

    def _record(self, a: Cluster | None, b: Cluster | None, base: Cluster | None) -> Cluster | None:
        """The cluster as merged; None where it and what refers to it are to be left out."""
        if a and b:
            return self._of_both(a, b, base)
        side = a or b
        if base is None or side is None:
            return side or base
        self._unused.discard(base.id)
        theirs = self.a if a else self.b
        if side == base and not any(self._is_new(item, base.id) for item in _items(theirs)):
            return base
        chosen: Cluster | None = self._ledger.settle(Place("cluster", base.id), Versions(base, a, b))
        undone = self._without_new if chosen is None else self._with_old
        if bool(a) == (chosen is None):
            self.a = undone(self.a, base.id)
        else:
            self.b = undone(self.b, base.id)
        return chosen

    def _of_both(self, a: Cluster, b: Cluster, base: Cluster | None) -> Cluster | None:
        one, two = fields_of(a), fields_of(b)
        if base is None:
            disputed = [name for name in one if one[name] != two[name]]
        else:
            found, disputed = combined(fields_of(base), one, two)
            merged = with_fields(base, found)
        if not disputed:
            return merged if base else a
        if base:
            a, b = (with_fields(merged, {name: side[name] for name in disputed}) for side in (one, two))
        chosen: Cluster | None = self._ledger.settle(Place("cluster", a.id), Versions(base, a, b), fields=disputed)
        return chosen

    def _is_new(self, item: Entity | Quote, cluster: str) -> bool:
        """Whether an item refers to a cluster that it does not refer to in the base."""
        return _reference(item) == cluster != self._was(item)

    def _was(self, item: Entity | Quote) -> str | None:
        """What an item refers to in the base."""
        old = self._old.get(item.id)
        return None if old is None else _reference(old)

    def _without_new(self, side: Article, cluster: str) -> Article:
        return _with_each(side, lambda item: self._reverted(item) if self._is_new(item, cluster) else item)

    def _with_old(self, side: Article, cluster: str) -> Article:
        return _with_each(side, lambda item: self._reverted(item) if self._was(item) == cluster else item)

    def _reverted(self, item: I) -> I:
        """The item with the reference that it has in the base, and what goes with it."""
        old = self._old.get(item.id)
        return _referring(item, None) if old is None else with_fields(item, linked_with(_name(item), fields_of(old)))


def _items(article: Article) -> Iterator[Entity | Quote]:
    """What may refer to a cluster."""
    yield from article.entities
    yield from article.quotes


def _name(item: Entity | Quote) -> str:
    """The field that refers to a cluster."""
    return "cluster" if isinstance(item, Entity) else "speaker"


def _reference(item: Entity | Quote) -> str | None:
    return item.cluster if isinstance(item, Entity) else item.speaker


def _referring(item: I, cluster: str | None) -> I:
    return with_fields(item, {_name(item): cluster})


def _with_each(article: Article, made: Callable[[Any], Any]) -> Article:
    """The article with every item that may refer to a cluster made into another."""
    return replace(article, entities=tuple(map(made, article.entities)), quotes=tuple(map(made, article.quotes)))
