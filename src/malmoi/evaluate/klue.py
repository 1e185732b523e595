"""KLUE's measures of entities, so that a model can be compared with what is published for KLUE-NER.

Our labels become KLUE's six tags (`klue` in schema/labels.json); those without one are outside. `entity` is the F1 of
equal spans and tags, what seqeval gives for strict IOB2 labels; `character` that of the labels (B-PS, I-PS, …) of
single characters. Both are averages over the tags or labels (Park et al. 2021, KLUE, section 3.4.3).

KLUE leaves O out of the average, by its paper; its baseline's code counts it all the same (KLUE-baseline#7), and a
label that neither side has as 1. That number is `character, with O`; compare with published figures by it. The
baseline's code also counts two O more a sentence, for the tokens that begin and end it.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from malmoi.evaluate.counting import paired
from malmoi.evaluate.matching import place
from malmoi.schemas import labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from malmoi.evaluate.counting import Counts, Key
    from malmoi.evaluate.matching import Place
    from malmoi.model import Article, Block, Entity

    Tagged: TypeAlias = tuple[Place, str]

SECTION = "KLUE"
TAGS = ("PS", "LC", "OG", "DT", "TI", "QT")
_SPACE = " "


def count_klue(gold: Article, predicted: Article) -> Iterator[tuple[Key, Counts]]:
    """The counts of an article's entities under KLUE's tags.

    As in KLUE's own code U+0020 has no label and is left out. Where the text of both is withheld nobody knows where it
    stands, and it is counted like any other character.
    """
    ours, theirs = _tagged(gold.entities), _tagged(predicted.entities)
    yield from _counts(
        "entity", TAGS, *(Counter(tag for _, tag in side) for side in (ours, theirs, _both(ours, theirs)))
    )
    texts = {block.id: block.text for block in gold.blocks if block.text is not None}
    one, other = _characters(ours, texts), _characters(theirs, texts)
    same = (label for at, label in one.items() if other.get(at) == label)
    characters = [f"{border}-{tag}" for tag in TAGS for border in "BI"]
    yield from _counts("character", characters, Counter(one.values()), Counter(other.values()), Counter(same))
    everything = sum(map(_length, gold.blocks))
    outside = (everything - len(labelled) for labelled in (one, other, one | other))
    yield (SECTION, "outside", "O"), paired(*outside)


def _counts(
    measure: str, kinds: Iterable[str], gold: Counter[str], predicted: Counter[str], right: Counter[str]
) -> Iterator[tuple[Key, Counts]]:
    for kind in kinds:
        yield (SECTION, measure, kind), paired(gold[kind], predicted[kind], right[kind])


def _tagged(entities: Iterable[Entity]) -> list[Tagged]:
    tags = _tags()
    return [(place(entity), tag) for entity in entities if (tag := tags.get(entity.label))]


@cache
def _tags() -> dict[str, str]:
    return {name: label.klue for name, label in labels().items() if label.klue}


def _both(ours: Iterable[Tagged], theirs: Iterable[Tagged]) -> Iterable[Tagged]:
    return (Counter(ours) & Counter(theirs)).elements()


def _characters(entities: Iterable[Tagged], texts: Mapping[str, str]) -> dict[tuple[str, int], str]:
    """The label of each character inside an entity; of entities that overlap, the first gives it."""
    found: dict[tuple[str, int], str] = {}
    for (block, start, end), tag in entities:
        text = texts.get(block)
        border = "B"
        for at in range(start, end):
            if text is None or text[at : at + 1] != _SPACE:
                found.setdefault((block, at), f"{border}-{tag}")
                border = "I"
    return found


def _length(block: Block) -> int:
    return block.length or 0 if block.text is None else len(block.text) - block.text.count(_SPACE)
