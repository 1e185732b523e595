"""Every item that is not right, in its context: what was missed, what is spurious, what is wrong about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from malmoi.evaluate import captions, entities
from malmoi.evaluate.clusters import Speakers
from malmoi.evaluate.comparing import comparable
from malmoi.evaluate.context import in_context
from malmoi.evaluate.matching import left_over, one_to_one, place
from malmoi.evaluate.quotes import SPANS, pair_quotes, places, wrong_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from malmoi.evaluate.counting import Options
    from malmoi.evaluate.matching import Place
    from malmoi.model import Article, Entity, Quote

MISSED, SPURIOUS, BOUNDARY = "missed", "spurious", "wrong boundary"


class Miss(NamedTuple):
    """One item that is not right, or one part of it.

    Attributes:
        layer: `entities`, `quotes`, `headline quotes` or `captions`.
        kind: `missed` (only gold has it), `spurious` (only the prediction), `wrong …` (both have it, but for this).
        article: the article's id.
        gold_at: where gold has it: `p04:28-31`, several with commas; empty where gold has none.
        predicted_at: where the prediction has it.
        gold: what gold says: a label, a value, a name; empty where only the place counts.
        predicted: what the prediction says.
        context: the text around, gold in ⟦ ⟧ and the prediction in ⟨ ⟩; empty where the text is withheld.
    """

    layer: str
    kind: str
    article: str
    gold_at: str
    predicted_at: str
    gold: str
    predicted: str
    context: str


class _Difference(NamedTuple):
    """A miss before it is put into words."""

    layer: str
    kind: str
    gold_at: Sequence[Place]
    predicted_at: Sequence[Place]
    gold: str = ""
    predicted: str = ""


def misses(gold: Article, predicted: Article, options: Options) -> Iterator[Miss]:
    """What is not right in one article, layer by layer.

    Raises:
        EvaluationError: the two are not annotations of one text.
    """
    gold, predicted = comparable(gold, predicted)
    texts = {block.id: block.text for block in gold.blocks if block.text is not None}
    for found in (*_entities(gold, predicted, options), *_quotes(gold, predicted), *_captions(gold, predicted)):
        yield Miss(
            found.layer,
            found.kind,
            gold.id,
            _written(found.gold_at),
            _written(found.predicted_at),
            found.gold,
            found.predicted,
            in_context(texts, found.gold_at, found.predicted_at),
        )


def _entities(gold: Article, predicted: Article, options: Options) -> Iterator[_Difference]:
    ours = [entity for entity in gold.entities if options.counts(entity)]
    theirs = [entity for entity in predicted.entities if options.counts(entity)]
    pairs, missed, spurious = _paired([(place(entity),) for entity in ours], [(place(entity),) for entity in theirs])
    for i, j in pairs:
        kind = _wrong(ours[i], theirs[j], options)
        if kind == "wrong value":
            yield _entity(kind, ours[i], theirs[j], "value")
        elif kind:
            yield _entity(kind, ours[i], theirs[j])
    for i in missed:
        yield _entity(MISSED, ours[i], None)
    for j in spurious:
        yield _entity(SPURIOUS, None, theirs[j])


def _wrong(gold: Entity, predicted: Entity, options: Options) -> str | None:
    same_kind = options.kind(gold) == options.kind(predicted)
    if place(gold) != place(predicted):
        return BOUNDARY if same_kind else f"{BOUNDARY} and {options.level}"
    if not same_kind:
        return f"wrong {options.level}"
    return "wrong value" if gold.value and gold.value != predicted.value else None


def _entity(kind: str, gold: Entity | None, predicted: Entity | None, says: str = "label") -> _Difference:
    ours, theirs = ([place(one)] if one else [] for one in (gold, predicted))
    said, guessed = (getattr(one, says) or "" if one else "" for one in (gold, predicted))
    return _Difference(entities.SECTION, kind, ours, theirs, said, guessed)


def _quotes(gold: Article, predicted: Article) -> Iterator[_Difference]:
    speakers = Speakers(gold, predicted)
    our_names, their_names = ({one.id: one.name for one in article.clusters} for article in (gold, predicted))
    for section, found in pair_quotes(gold, predicted).items():
        for ours, theirs in found.pairs:
            for part in wrong_parts(ours, theirs, speakers):
                yield _wrong_part(section, part, ours, theirs, (our_names, their_names))
        for quote in found.missed:
            yield _Difference(section, MISSED, places(quote, "content"), (), quote.type)
        for quote in found.spurious:
            yield _Difference(section, SPURIOUS, (), places(quote, "content"), "", quote.type)


def _wrong_part(
    section: str, part: str, gold: Quote, predicted: Quote, names: tuple[Mapping[str, str], Mapping[str, str]]
) -> _Difference:
    """A part that differs, at its spans where it has some, else at the contents."""
    kind = f"wrong {part}"
    if part in SPANS:
        return _Difference(section, kind, places(gold, part), places(predicted, part))
    if part == "speaker":
        said, guessed = (known.get(one.speaker or "", "") for known, one in zip(names, (gold, predicted), strict=True))
    else:
        said, guessed = getattr(gold, part), getattr(predicted, part)
    return _Difference(section, kind, places(gold, "content"), places(predicted, "content"), said, guessed)


def _captions(gold: Article, predicted: Article) -> Iterator[_Difference]:
    ours, theirs = list(captions.fields(gold)), list(captions.fields(predicted))
    for name in dict.fromkeys(name for name, _ in (*ours, *theirs)):
        one, other = ([(at,) for field, at in side if field == name] for side in (ours, theirs))
        pairs, missed, spurious = _paired(one, other)
        for i, j in pairs:
            if one[i] != other[j]:
                yield _Difference(captions.SECTION, BOUNDARY, one[i], other[j], name, name)
        for i in missed:
            yield _Difference(captions.SECTION, MISSED, one[i], (), name)
        for j in spurious:
            yield _Difference(captions.SECTION, SPURIOUS, (), other[j], "", name)
    dated, values = captions.dates(gold), captions.dates(predicted)
    for at in dated.keys() & values.keys():
        if dated[at] != values[at]:
            yield _Difference(captions.SECTION, "wrong value", (at,), (at,), dated[at] or "", values[at] or "")


def _paired(
    gold: Sequence[tuple[Place, ...]], predicted: Sequence[tuple[Place, ...]]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pairs, and what is left over on either side."""
    pairs = one_to_one(gold, predicted)
    return sorted(pairs), *left_over(pairs, len(gold), len(predicted))


def _written(at: Iterable[Place]) -> str:
    return ",".join(f"{block}:{start}-{end}" for block, start, end in at)
