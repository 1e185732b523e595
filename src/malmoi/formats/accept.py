"""What of an imported article goes into the corpus: the layers that the tool carries, and a record of the pass."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from malmoi.diff import aligned
from malmoi.formats.interface import FormatError
from malmoi.model import Annotation
from malmoi.standoff import withhold

if TYPE_CHECKING:
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
    guidelines = made.guidelines or max((one.guidelines for one in past), key=_numbers, default=None)
    if guidelines is None:
        raise FormatError(f"{article.id}: no earlier pass names the guidelines: give their version with --guidelines")
    record = Annotation(layers=made.layers, by="human", agent=agent, role=made.role, guidelines=guidelines)
    return replace(article, provenance=replace(article.provenance, annotations=(*past, record)))


def onto(before: Article, imported: Article, form: Format) -> Article:
    """The article of the corpus with the layers that a format carries, of the imported one; all else stays as it was.

    What is the same in both has the corpus's id, and keeps what the format cannot carry of it. Withheld text stays
    withheld.

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
    found = aligned(found, before)
    known = {entity.id: entity for entity in before.entities}
    entities = tuple(_with_lost(entity, known.get(entity.id), form) for entity in found.entities)
    order = {cluster.id: number for number, cluster in enumerate(before.clusters)}
    clusters = tuple(sorted(found.clusters, key=lambda cluster: order.get(cluster.id, len(order))))
    found = replace(found, entities=entities, clusters=clusters)
    return replace(before, **{layer: getattr(found, layer) for layer in form.layers})


def _with_lost(entity: Entity, before: Entity | None, form: Format) -> Entity:
    """The entity with what the corpus says of it and the format cannot."""
    if before is None:
        return entity
    fields = {_LOST[kind]: getattr(before, _LOST[kind]) for kind in _LOST if kind in form.lacks}
    return replace(entity, **fields)


def _text(block: Block) -> tuple[str, str | None, int | None, str | None]:
    return block.id, block.text, block.length, block.tokens


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
