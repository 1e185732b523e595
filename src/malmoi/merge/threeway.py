"""The three-way merge of one article: item by item, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from malmoi.diff import OtherTextError, aligned, fields_of, metadata_of, require_same_blocks, with_fields
from malmoi.findings import MalmoiError
from malmoi.merge.clusters import Clusters
from malmoi.merge.conflicts import Conflict, Ledger, Place, Versions
from malmoi.merge.fields import combined
from malmoi.merge.regions import Region, regions
from malmoi.model import CAPTION_FIELDS, Annotation, Caption, Entity, Quote, newest_guidelines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from malmoi.diff import Kind
    from malmoi.merge.decisions import Decision
    from malmoi.model import Article, SpanLike

I = TypeVar("I", Entity, Quote)  # noqa: E741  as short as T, and says which

_CONTEXT = 30
_OF_ONE = ("only A has it", "only B has it")
_LAYER_OF: dict[Kind, str] = {
    "entity": "entities",
    "cluster": "clusters",
    "quote": "quotes",
    "caption": "captions",
}


class MergeError(MalmoiError):
    """Versions that cannot be merged: says of which article, and what is in the way."""


class Merged(NamedTuple):
    """What came of a merge.

    Attributes:
        article: the merged article; where a conflict is open, it is as in the base.
        conflicts: every conflict, the decided ones with their choice: by kind, in the order of the text.
        stale: decisions that fit no conflict.
    """

    article: Article
    conflicts: list[Conflict]
    stale: list[Decision]


def merge(
    base: Article, a: Article, b: Article, decisions: Iterable[Decision] = (), *, adjudicator: str | None = None
) -> Merged:
    """Bring together two versions of an article that were made from one.

    What one side alone changed is taken, field by field; what both changed in the same way too. What they changed
    differently, or one removed and the other changed, is a conflict; fields that say one thing together (a label and
    its value, the content and type of a quote, its status, speaker and source, the time of publication and how exact
    it is, where the text comes from and who wrote it) count as one. Where a layer is empty
    in the base and in neither side, both annotated it independently, and what only one of them has is a conflict as
    well. Entities that overlap, and quotes whose contents do, are settled together.

    A cluster is in the result if something there refers to it. One that is itself in conflict and new is left out,
    with the references to it, until it is decided.

    Args:
        base: the version both started from, maybe without any annotation.
        a: the one side; its items come first where the order is free.
        b: the other.
        decisions: what was chosen; those on other articles are passed over.
        adjudicator: who decided: where a decision was applied, an annotation record by this name is added.

    Raises:
        MergeError: the blocks differ, an id stands twice, a quote has no content, or a record of who decided is asked
            for and no other says by which guidelines.
    """
    for side, article in (("BASE", base), ("A", a), ("B", b)):
        _refuse_faulty(article, side)
    for side, article in (("A", a), ("B", b)):
        try:
            require_same_blocks(base, article)
        except OtherTextError as error:
            raise MergeError(f"{base.id}: BASE and {side}: {error}; a merge needs one text") from None
    ledger = Ledger(base.id, (decision for decision in decisions if decision.article == base.id))
    article = _Merge(base, a, b, ledger).article()
    if adjudicator is not None:
        article = _with_adjudication(article, a, b, ledger.found, adjudicator)
    return Merged(article, ledger.found, ledger.stale())


class _Merge:
    """The merge of one article, layer after layer."""

    def __init__(self, base: Article, a: Article, b: Article, ledger: Ledger) -> None:
        self._ledger = ledger
        a = aligned(a, base)
        b = aligned(aligned(b, base), a, known=base)
        self._clusters = Clusters(base, a, b, ledger)
        self._base, self._a, self._b = base, self._clusters.a, self._clusters.b
        self._order = {block.id: number for number, block in enumerate(base.blocks)}

    def article(self) -> Article:
        metadata = self._metadata()
        provenance = {name: value for name, value in metadata.items() if name.startswith("provenance.")}
        own = {name: value for name, value in metadata.items() if name not in provenance}
        captions = tuple(self._captions())
        entities = tuple(self._layer("entity", lambda article: article.entities, lambda entity: (entity,), "span"))
        quotes = tuple(self._layer("quote", lambda article: article.quotes, lambda quote: quote.content, "content"))
        article = replace(
            self._base,
            **own,
            provenance=replace(
                self._base.provenance, **{name.partition(".")[2]: value for name, value in provenance.items()}
            ),
            captions=captions,
            entities=tuple(sorted(entities, key=self._place)),
            quotes=tuple(sorted(quotes, key=lambda quote: self._place(quote.content[0]))),
        )
        return self._clusters.settled(article)

    def _place(self, span: SpanLike) -> tuple[int, int, int]:
        return (self._order.get(span.block, len(self._order)), span.start, span.end)

    def _metadata(self) -> dict[str, Any]:
        base, a, b = (metadata_of(article) for article in (self._base, self._a, self._b))
        listed = "provenance.annotations"
        annotations = _annotations(*(article.provenance.annotations for article in (self._base, self._a, self._b)))
        found, disputed = combined(base, a, b)
        for name in disputed:
            if name != listed:
                found[name] = self._ledger.settle(Place("metadata", name), Versions(base[name], a[name], b[name]))
        return found | {listed: annotations}

    def _layer(
        self,
        kind: Kind,
        items: Callable[[Article], Sequence[I]],
        spans: Callable[[I], Sequence[SpanLike]],
        place: str,
    ) -> Iterator[I]:
        base, a, b = (items(article) for article in (self._base, self._a, self._b))
        independent = bool(a and b and not base)
        for region in regions((base, a, b), spans, self._order):
            yield from self._settled(kind, region, place, independent=independent)

    def _settled(self, kind: Kind, region: Region[I], place: str, *, independent: bool) -> tuple[I, ...]:
        """The items of one place in the merged article."""
        base, a, b = (_without_ids(items) for items in region[3:])
        if a == b:
            return region.a
        if not independent and base in (a, b):
            return region.b if a == base else region.a
        versions = Versions(region.base, region.a, region.b)
        fields: list[str] = []
        if region.a and region.b:
            fields = [place]
            if len(region.a) == len(region.b) == 1 and len(region.base) <= 1:
                one, two = fields_of(region.a[0]), fields_of(region.b[0])
                fields = [name for name in one if one[name] != two[name]]
        if len(region.base) == len(region.a) == len(region.b) == 1:
            merged, fields, versions = _by_field(region.base[0], region.a[0], region.b[0])
            if not fields:
                return (merged,)
        clusters = self._clusters.of(item for version in versions for item in version)
        where = Place(kind, region.at, self._context(region))
        return tuple(self._ledger.settle(where, versions, fields=fields, clusters=clusters))

    def _context(self, region: Region[I]) -> str | None:
        text = self._text(region.block)
        if text is None:
            return None
        first, last = max(0, region.start - _CONTEXT), region.end + _CONTEXT
        before, after = "…" if first else "", "…" if last < len(text) else ""
        inside = text[region.start : region.end]
        return f"{before}{text[first : region.start]}[{inside}]{text[region.end : last]}{after}"

    def _captions(self) -> Iterator[Caption]:
        versions = (self._base, self._a, self._b)
        base, a, b = ({caption.block: caption for caption in article.captions} for article in versions)
        annotated = [any(caption.parts() for caption in article.captions) for article in versions]
        independent = annotated == [False, True, True]
        for block in sorted(base | a | b, key=lambda name: self._order.get(name, len(self._order))):
            records = Versions(*(side.get(block) for side in (base, a, b)))
            if records.base and not (records.a and records.b):
                found = self._removed_caption(block, records)
            else:
                found = self._caption(block, records, independent=independent)
            if found:
                yield found

    def _removed_caption(self, block: str, records: Versions) -> Caption | None:
        """A record that a side took away: it is gone, unless the other side changed it."""
        if (records.a or records.b) in (None, records.base):
            return None
        chosen: Caption | None = self._ledger.settle(Place("caption", block, self._text(block)), records)
        return chosen

    def _caption(self, block: str, records: Versions, *, independent: bool) -> Caption | None:
        """A record merged by field; None where the base has none and nothing of it is taken."""
        none = fields_of(Caption(block=block, copies=1)) | {"copies": None}
        versions = [fields_of(record) if record else none for record in records]
        found, disputed = combined(*versions)
        for name in found:
            values = Versions(*(version[name] for version in versions))
            of_one = name in CAPTION_FIELDS and values.why() in _OF_ONE and values.a != values.b
            if name in disputed or (independent and of_one):
                found[name] = self._ledger.settle(Place("caption", f"{block}.{name}", self._text(block)), values)
        if not any(found[name] for name in CAPTION_FIELDS):
            only = records.a or records.b if None in (records.a, records.b) else None
            if found["copies"] is None or (only and only.parts()):
                return None
        # Both added the record and say otherwise how often the caption is there: once, while that is open.
        return Caption(block=block, **found | {"copies": found["copies"] or 1})

    def _text(self, block: str) -> str | None:
        return next((one.text for one in self._base.blocks if one.id == block), None)


def _by_field(base: I, a: I, b: I) -> tuple[I, list[str], Versions]:
    """An item merged by field, the fields in dispute, and what it is with those of each side."""
    found, disputed = combined(fields_of(base), fields_of(a), fields_of(b))
    merged = with_fields(base, found)
    sides = (with_fields(merged, {name: fields_of(side)[name] for name in disputed}) for side in (a, b))
    return merged, disputed, Versions((base,), *((side,) for side in sides))


def _without_ids(items: Sequence[I]) -> list[I]:
    return [replace(item, id="") for item in items]


def _annotations(
    base: Sequence[Annotation], a: Sequence[Annotation], b: Sequence[Annotation]
) -> tuple[Annotation, ...]:
    """The records of A that B did not take away, then what B adds."""
    kept = [record for record in a if record in b or record not in base]
    return (*kept, *(record for record in b if record not in base and record not in a))


def _with_adjudication(article: Article, a: Article, b: Article, conflicts: Iterable[Conflict], name: str) -> Article:
    """The article with a record of who decided, if anything of a layer was decided.

    Raises:
        MergeError: neither side has a record that says by which guidelines.
    """
    decided = {
        _LAYER_OF[conflict.place.kind] for conflict in conflicts if conflict.choice and conflict.place.kind in _LAYER_OF
    }
    if not decided:
        return article
    guidelines = newest_guidelines((*a.provenance.annotations, *b.provenance.annotations))
    if guidelines is None:
        raise MergeError(f"{article.id}: neither A nor B has an annotation record, which says by which guidelines")
    layers = [layer for layer in _LAYER_OF.values() if layer in decided]
    record = msgspec.convert(
        {
            "layers": layers,
            "by": "human",
            "agent": name,
            "role": "adjudication",
            "guidelines": guidelines,
        },
        Annotation,
    )
    records = (*article.provenance.annotations, record)
    return replace(article, provenance=replace(article.provenance, annotations=records))


def _refuse_faulty(article: Article, side: str) -> None:
    """Refuse what would be lost or mixed up: two items with one id, a quote that stands nowhere."""
    for layer in ("blocks", "entities", "clusters", "quotes"):
        ids = [item.id for item in getattr(article, layer)]
        _refuse_twice(ids, f"{article.id}: {side} has the id {{}} twice in {layer}")
    _refuse_twice([caption.block for caption in article.captions], f"{article.id}: {side} has two captions of {{}}")
    bare = next((quote.id for quote in article.quotes if not quote.content), None)
    if bare is not None:
        raise MergeError(f"{article.id}: {side} has no content in quote {bare}; `malmoi validate` tells where")


def _refuse_twice(names: Sequence[str], message: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise MergeError(f"{message.format(twice)}; `malmoi validate` tells where")
