"""A page as most tools hold it: labelled spans with attributes, and relations between them.

An entity is a span under its own label. A quote is a span for each part (`Quote_content`, `Quote_marker`, `Quote_cue`,
`Quote_source`), and a relation from its first content to each other part, named for that part (`continues` to a further
content); what is said of the quote as a whole are attributes of the first content. A caption is a span over its block
(`Caption`) and one for each part (`Caption_creator`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from malmoi.formats.pages import CaptionPart, Mark, MarkedCaption, MarkedEntity, MarkedQuote
from malmoi.model import CAPTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from malmoi.formats.pages import Page

_DIGITS = 9
"""A number of more digits is no number of copies, and may be none that a file can hold."""

QUOTE, CAPTION = "Quote_", "Caption"
CONTENT, CONTINUES = f"{QUOTE}content", "continues"
QUOTE_LABELS = tuple(f"{QUOTE}{part}" for part in ("content", "marker", "cue", "source"))
CAPTION_LABELS = (CAPTION, *(f"{CAPTION}_{field}" for field in CAPTION_FIELDS))
RELATIONS = (CONTINUES, "marker", "cue", "source")
ENTITY_ATTRIBUTES = ("cluster", "value")
QUOTE_ATTRIBUTES = ("type", "mode", "source_status", "speaker")


class FlatSpan(NamedTuple):
    """A labelled span. `key` names it in relations; `attributes` are strings: `id`, and those listed above.

    A `Caption` has `copies`, a `Caption_date_created` `value`.
    """

    key: str
    label: str
    mark: Mark
    attributes: Mapping[str, str]


class Relation(NamedTuple):
    """A relation from the span `head` to the span `tail`, by their keys."""

    label: str
    head: str
    tail: str


class Graph(NamedTuple):
    """The spans and relations of a page."""

    spans: tuple[FlatSpan, ...]
    relations: tuple[Relation, ...]


class Parts(NamedTuple):
    """What a graph says, as a page holds it; `problems` tells of what says nothing."""

    entities: tuple[MarkedEntity, ...]
    quotes: tuple[MarkedQuote, ...]
    captions: tuple[MarkedCaption, ...]
    problems: tuple[str, ...]


def graph_of(page: Page) -> Graph:
    """The spans and relations of a page, entities first; a key is the id of an entity, or tells the part of what."""
    spans: list[FlatSpan] = []
    relations: list[Relation] = []
    for number, entity in enumerate(page.entities):
        given = {"id": entity.id, "cluster": entity.cluster, "value": entity.value}
        spans.append(FlatSpan(entity.id or f"entity-{number}", entity.label, entity.mark, _present(given)))
    for number, quote in enumerate(page.quotes):
        first = ""
        seen: dict[str, int] = defaultdict(int)
        for part, mark in quote.parts():
            key = f"{quote.id or f'quote-{number}'}-{part}-{seen[part]}"
            seen[part] += 1
            given = {"id": quote.id, **{name: getattr(quote, name) for name in QUOTE_ATTRIBUTES}}
            spans.append(FlatSpan(key, f"{QUOTE}{part}", mark, {} if first else _present(given)))
            if first:
                relations.append(Relation(CONTINUES if part == "content" else part, first, key))
            first = first or key
    for number, caption in enumerate(page.captions):
        spans += _caption_spans(caption, f"caption-{number}")
    return Graph(tuple(spans), tuple(relations))


def parts_of(graph: Graph) -> Parts:
    """What spans and relations say. The direction of a relation, and its name, are left to the person who drew it."""
    problems: list[str] = []
    entities: list[MarkedEntity] = []
    captions: list[MarkedCaption] = []
    quoted: list[FlatSpan] = []
    for span in graph.spans:
        told = span.attributes
        if span.label in QUOTE_LABELS:
            quoted.append(span)
        elif span.label == CAPTION:
            captions.append(MarkedCaption(span.mark, copies=_copies(told.get("copies", "1"), problems)))
        elif span.label.startswith(f"{CAPTION}_"):
            part = CaptionPart(span.label.removeprefix(f"{CAPTION}_"), span.mark, told.get("value"))
            captions.append(MarkedCaption(None, (part,)))
        else:
            entity = MarkedEntity(span.mark, span.label, told.get("id"), told.get("cluster"), told.get("value"))
            entities.append(entity)
    quotes = _quotes(_told_apart(quoted, problems), graph.relations, problems)
    return Parts(tuple(entities), quotes, tuple(captions), tuple(problems))


def _caption_spans(caption: MarkedCaption, key: str) -> Iterator[FlatSpan]:
    if caption.mark:
        yield FlatSpan(key, CAPTION, caption.mark, {} if caption.copies == 1 else {"copies": str(caption.copies)})
    for number, part in enumerate(caption.parts):
        label = f"{CAPTION}_{part.field}"
        yield FlatSpan(f"{key}-{part.field}-{number}", label, part.mark, _present({"value": part.value}))


def _copies(said: str, problems: list[str]) -> int:
    # Digits are counted first: a number may be too long to be read at all.
    if said.isdecimal() and len(said) <= _DIGITS and int(said):
        return int(said)
    problems.append(f"caption: copies is {said[:20]!r}; expected a number from 1; taken for 1")
    return 1


def _told_apart(spans: Iterable[FlatSpan], problems: list[str]) -> list[FlatSpan]:
    """The spans with a key each: a tool's ids may be missing or stand twice, and relations then mean the first."""
    found: dict[str, FlatSpan] = {}
    for number, span in enumerate(spans):
        if span.key and span.key in found:
            problems.append(
                f"{span.label} {_shown(span)}: another span has its id, {span.key!r}; relations mean that one"
            )
        key = span.key if span.key and span.key not in found else f"{span.key}\x00{number}"
        found[key] = span._replace(key=key)
    return list(found.values())


def _quotes(spans: Sequence[FlatSpan], relations: Iterable[Relation], problems: list[str]) -> tuple[MarkedQuote, ...]:
    """Quotes of their parts: contents tied to one another are one quote, and have the parts that are tied to any."""
    by_key = {span.key: span for span in spans}
    # Each content names another of its quote, nearer to the head, which names itself.
    contents = {span.key: span.key for span in spans if span.label == CONTENT}
    ties: list[tuple[str, str]] = []
    for relation in relations:
        ends = (relation.head, relation.tail)
        if not all(end in by_key for end in ends):
            problems.append(f"relation {relation.label}: it does not tie two parts of a quote")
        elif all(end in contents for end in ends):
            _join(contents, *ends)
        elif any(end in contents for end in ends):
            content, part = ends if ends[0] in contents else ends[::-1]
            ties.append((content, part))
        else:
            problems.append(f"relation {relation.label}: neither of its ends is a {CONTENT}")
    groups: dict[str, dict[str, list[FlatSpan]]] = {}
    for key in contents:
        groups.setdefault(_head(contents, key), defaultdict(list))["content"].append(by_key[key])
    tied = set()
    for content, part in ties:
        span, group = by_key[part], groups[_head(contents, content)]
        tied.add(part)
        if span not in group[span.label]:
            group[span.label].append(span)
    problems.extend(
        f"{span.label} {_shown(span)}: no relation ties it to a {CONTENT}"
        for span in spans
        if span.key not in contents and span.key not in tied
    )
    return tuple(_quote(group, problems) for group in groups.values())


def _join(contents: dict[str, str], one: str, other: str) -> None:
    contents[_head(contents, other)] = _head(contents, one)


def _head(contents: dict[str, str], key: str) -> str:
    while contents[key] != key:
        key = contents[key]
    return key


def _quote(group: Mapping[str, Sequence[FlatSpan]], problems: list[str]) -> MarkedQuote:
    contents = group["content"]
    told: dict[str, str] = {}
    for span in contents:
        for name, said in span.attributes.items():
            if told.setdefault(name, said) != said and name != "id":
                problems.append(
                    f"{span.label} {_shown(span)}: {name} {said!r}, and its quote has {told[name]!r}; left out"
                )
    single: dict[str, Mark | None] = {}
    for part in ("cue", "source"):
        found = group.get(f"{QUOTE}{part}", ())
        problems.extend(f"{span.label} {_shown(span)}: its quote has another; left out" for span in found[1:])
        single[part] = found[0].mark if found else None
    return MarkedQuote(
        content=tuple(span.mark for span in contents),
        markers=tuple(span.mark for span in group.get(f"{QUOTE}marker", ())),
        cue=single["cue"],
        source=single["source"],
        id=told.get("id"),
        **{name: told.get(name) for name in QUOTE_ATTRIBUTES},
    )


def _shown(span: FlatSpan) -> str:
    return f"“{span.mark.text}”" if span.mark.text else f"at {span.mark.start}:{span.mark.end}"


def _present(given: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}
