"""What of an imported article goes into the corpus: the layers that the tool carries, and a record of the pass."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from malmoi.diff import aligned
from malmoi.formats.interface import FormatError
from malmoi.model import Annotation, newest_guidelines
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from collections.abc import Collection

    from malmoi.formats.interface import Format
    from malmoi.model import Article, Block, Entity, Layer, Role


_LOST = {"entity values": "value", "mentions": "cluster"}
"""Fields of an entity by the kinds of facts that a format may lack."""


class Pass(NamedTuple):
    """A pass of annotation by people, as the provenance will tell of it.

    Attributes:
        layers: what the tool can carry.
        role: what the pass was for.
        agent: who made it; None: as the tool tells.
        guidelines: the version that was followed; None: the newest that the article names.
    """

    layers: tuple[Layer, ...]
    role: Role
    agent: str | None = None
    guidelines: str | None = None


def recorded(article: Article, made: Pass, annotator: str | None) -> Article:
    """The article with a record of a pass added to its provenance.

    Args:
        article: the article.
        made: the pass.
        annotator: whom the tool names.

    Raises:
        FormatError: nobody is named, or no version of the guidelines.
    """
    agent = made.agent or annotator
    if agent is None:
        raise FormatError(f"{article.id}: the tool does not tell who annotated it: name the person with --agent")
    past = article.provenance.annotations
    guidelines = made.guidelines or newest_guidelines(past)
    if guidelines is None:
        raise FormatError(f"{article.id}: no earlier pass names the guidelines: give their version with --guidelines")
    record = Annotation(layers=made.layers, by="human", agent=agent, role=made.role, guidelines=guidelines)
    return replace(article, provenance=replace(article.provenance, annotations=(*past, record)))


def onto(before: Article, imported: Article, form: Format, guessed: Collection[str] = ()) -> Article:
    """The article of the corpus with the layers that a format carries, of the imported one; all else stays as it was.

    What is the same in both has the corpus's id, and keeps what the format cannot carry of it. A cluster to which
    nothing refers any more goes. Withheld text stays withheld.

    Args:
        before: the article of the corpus.
        imported: what came back.
        form: the format it came in.
        guessed: ids of clusters whose names the tool did not tell; they are those of the corpus.

    Raises:
        FormatError: the two do not have the same blocks; names the first that differs.
    """
    named = replace(imported, id=before.id)
    found = withhold(named) if before.text_status == "withheld" else named
    for ours, theirs in zip_longest(before.blocks, found.blocks):
        if ours is None or theirs is None or _text(ours) != _text(theirs):
            block = (ours or theirs).id
            raise FormatError(
                f"{before.id}: block {block} is not the corpus's: texts are not corrected in a tool; correct the "
                "article itself and export it again"
            )
    told = {cluster.id: cluster for cluster in before.clusters}
    known_as = (told.get(cluster.id, cluster) if cluster.id in guessed else cluster for cluster in found.clusters)
    found = aligned(replace(found, clusters=tuple(known_as)), before)
    known = {entity.id: entity for entity in before.entities}
    rank = {name: number for number, name in enumerate(known)}
    entities = [_with_lost(entity, known.get(entity.id), form) for entity in found.entities]
    if "entities" in form.lacks:
        entities += _hidden(before, found)
    blocks = {block.id: number for number, block in enumerate(before.blocks)}
    entities.sort(key=lambda entity: (blocks[entity.block], entity.start, rank.get(entity.id, len(rank))))
    order = {cluster.id: number for number, cluster in enumerate(before.clusters)}
    clusters = tuple(sorted(found.clusters, key=lambda cluster: order.get(cluster.id, len(order))))
    found = replace(found, entities=tuple(entities), clusters=clusters)
    after = replace(before, **{layer: getattr(found, layer) for layer in form.layers})
    gone = _referred(before) - _referred(after)
    return replace(after, clusters=tuple(cluster for cluster in after.clusters if cluster.id not in gone))


def _referred(article: Article) -> set[str]:
    """Ids of the clusters that something refers to."""
    named = (*(entity.cluster for entity in article.entities), *(quote.speaker for quote in article.quotes))
    return {cluster for cluster in named if cluster}


def _hidden(before: Article, found: Article) -> list[Entity]:
    """Entities that a flat format could not say, for another that overlaps them, which it has brought back."""
    came = {entity.id for entity in found.entities}
    kept = [entity for entity in before.entities if entity.id in came]
    return [entity for entity in before.entities if entity.id not in came and any(_overlap(entity, k) for k in kept)]


def _overlap(one: Entity, other: Entity) -> bool:
    return one.block == other.block and one.start < other.end and other.start < one.end


def _with_lost(entity: Entity, before: Entity | None, form: Format) -> Entity:
    """The entity with what the corpus says of it and the format cannot; of another label, it is no longer true."""
    if before is None or before.label != entity.label:
        return entity
    fields = {_LOST[kind]: getattr(before, _LOST[kind]) for kind in _LOST if kind in form.lacks}
    return replace(entity, **fields)


def _text(block: Block) -> tuple[str, str | None, int | None, str | None]:
    return block.id, block.text, block.length, block.tokens
