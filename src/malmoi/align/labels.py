"""Names of labels, and the spans to label, out of rows of the published data or of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from malmoi import schemas
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Scheme = Literal["BIO", "BILOU"]
Level = Literal["class", "label", "quote"]
"""What a label tells of a span: an entity's class (15), its label (150), or the part of a quote that it is (4)."""

OUTSIDE = "O"
IGNORED = -100
"""Id of a token that has no label, as the losses of PyTorch ignore it: `[CLS]`, padding."""
QUOTE_PARTS = {"content": "content", "markers": "marker", "cue": "cue", "source": "source"}
"""Label of each part of a quote, by its key in the data."""


class AlignError(MalmoiError):
    """A span that is no run of its text, a label that is none of the names, or tokens of two texts in one."""


class Labelled(NamedTuple):
    """A run `[start, end)` of a text, in code points, and its label."""

    start: int
    end: int
    label: str


def label_names(level: Level = "class", scheme: Scheme = "BIO") -> tuple[str, ...]:
    """Names of the labels of tokens; the position of one is its id (`id2label` is `dict(enumerate(names))`)."""
    inventory = schemas.labels()
    of_spans: dict[Level, Iterable[str]] = {
        "class": dict.fromkeys(label.class_ for label in inventory.values()),
        "label": inventory,
        "quote": QUOTE_PARTS.values(),
    }
    prefixes = {"BIO": "BI", "BILOU": "BILU"}[scheme]
    return OUTSIDE, *(f"{prefix}-{label}" for label in of_spans[level] for prefix in prefixes)


def row_spans(row: Mapping[str, Any], level: Level = "class") -> list[Labelled]:
    """The entities of a row of the `ner` config, or the parts of a row of `quotes`, over the row's `text`.

    Labels may be names, or their numbers as `datasets` gives them.
    """
    return _parts(row) if level == "quote" else [_entity(entity, level) for entity in row["entities"]]


def block_spans(article: Mapping[str, Any], level: Level = "class") -> dict[str, list[Labelled]]:
    """The spans of each block of an article, by its id: of a row of the `default` config, or of `store.to_dict`."""
    spans: dict[str, list[Labelled]] = {block["id"]: [] for block in article["blocks"]}
    if level != "quote":
        for entity in article.get("entities", ()):
            spans[entity["block"]].append(_entity(entity, level))
        return spans
    for quote in article.get("quotes", ()):
        for key, label in QUOTE_PARTS.items():
            for part in _several(quote.get(key)):
                span = Labelled(part["start"], part["end"], label)
                if span not in spans[part["block"]]:  # two quotes of one source
                    spans[part["block"]].append(span)
    return spans


def _entity(entity: Mapping[str, Any], level: Level) -> Labelled:
    """The span of an entity of the published data, or of a file."""
    label = entity["label"]
    if isinstance(label, int):
        label = tuple(schemas.labels())[label]
    return Labelled(entity["start"], entity["end"], schemas.label_class(label) if level == "class" else label)


def _parts(quote: Mapping[str, Any]) -> list[Labelled]:
    return [
        Labelled(part["start"], part["end"], label)
        for key, label in QUOTE_PARTS.items()
        for part in _several(quote.get(key))
    ]


def _several(part: Any) -> Iterable[Mapping[str, Any]]:  # noqa: ANN401  a part, parts, or none
    return part if isinstance(part, (list, tuple)) else () if part is None else (part,)
