"""What the published tables look like: one `Features` object a config, and nowhere else.

Both the Parquet metadata and the card's YAML are written from it, so they cannot disagree. What a model
predicts (labels, classes, kinds of quotes) is a `ClassLabel`; what describes the text is a string. Lists are
`List`, never `Sequence`, and nothing is declared non-null: `datasets` would lose the types.
"""

from __future__ import annotations

from functools import cache
from typing import get_args

from datasets import ClassLabel, Features, List, Value

from malmoi import schemas
from malmoi.model import QuoteMode, QuoteType, SourceStatus

CONFIGS = ("default", "ner", "quotes", "captions")
KINDS = ("label", "class", "quote_type", "mode", "source_status")
"""What the `ClassLabel`s tell apart."""

_STRING = Value("string")
_OFFSET = Value("int32")


@cache
def names(kind: str) -> tuple[str, ...]:
    """Names of a kind of `ClassLabel`, in published order: their positions are the integers in the data."""
    inventory = schemas.labels()
    return {
        "label": tuple(inventory),
        "class": tuple(dict.fromkeys(label.class_ for label in inventory.values())),
        "quote_type": get_args(QuoteType),
        "mode": get_args(QuoteMode),
        "source_status": get_args(SourceStatus),
    }[kind]


@cache
def code(kind: str, name: str) -> int:
    """The integer that stands for a name in the data.

    Raises:
        ValueError: the kind has no such name. `datasets` itself would accept any integer.
    """
    return names(kind).index(name)


def features() -> dict[str, Features]:
    """The features of each config."""
    return {"default": _articles(), "ner": _ner(), "quotes": _quotes(), "captions": _captions()}


def _label(kind: str) -> ClassLabel:
    return ClassLabel(names=list(names(kind)))


def _run(**more: object) -> dict[str, object]:
    """A span of the row's own `text`."""
    return {"start": _OFFSET, "end": _OFFSET, "text": _STRING, **more}


def _block_run(**more: object) -> dict[str, object]:
    """A span of a block, with its place in the document."""
    return {"block": _STRING, **_run(), "doc_start": _OFFSET, "doc_end": _OFFSET, **more}


def _entity() -> dict[str, object]:
    return {"label": _label("label"), "class": _label("class"), "cluster": _STRING, "value": _STRING}


def _caption_fields(run: dict[str, object]) -> dict[str, object]:
    return {
        "location": run,
        "source": run,
        "creator": List(run),
        "creator_role": List(run),
        "description": run,
        "credit_line": run,
        "date_created": {**run, "value": _STRING},
        "rights": run,
    }


def _context() -> dict[str, object]:
    """What every row of a flat config tells of its article."""
    return {
        "article": _STRING,
        "tier": _STRING,
        "license": _STRING,
        "publisher": _STRING,
        "published_at": _STRING,
        "medtop": _STRING,
    }


def _articles() -> Features:
    run = _block_run()
    return Features(
        {
            "id": _STRING,
            "tier": _STRING,
            "license": _STRING,
            "attribution": _STRING,
            "publisher": _STRING,
            "published_at": _STRING,
            "published_precision": _STRING,
            "modified_at": _STRING,
            "section": _STRING,
            "medtop": _STRING,
            "url": _STRING,
            "event": _STRING,
            "title": _STRING,
            "byline": List({"name": _STRING, "role": _STRING, "organization": _STRING}),
            "text": _STRING,
            "blocks": List({"id": _STRING, "type": _STRING, "start": _OFFSET, "end": _OFFSET, "text": _STRING}),
            "entities": List({"id": _STRING, **_block_run(**_entity())}),
            "clusters": List(
                {
                    "id": _STRING,
                    "label": _label("label"),
                    "class": _label("class"),
                    "name": _STRING,
                    "wikidata": _STRING,
                }
            ),
            "quotes": List(
                {
                    "id": _STRING,
                    "type": _label("quote_type"),
                    "mode": _label("mode"),
                    "source_status": _label("source_status"),
                    "speaker": _STRING,
                    "content": List(run),
                    "markers": List(run),
                    "cue": run,
                    "source": run,
                }
            ),
            "captions": List({"block": _STRING, "copies": _OFFSET, **_caption_fields(run)}),
            "origin": {"archive": _STRING, "key": _STRING, "raw_sha256": _STRING, "text_sha256": _STRING},
            "provenance": _STRING,
        }
    )


def _ner() -> Features:
    return Features(
        {
            "id": _STRING,
            **_context(),
            "block": _STRING,
            "block_type": _STRING,
            "position": _OFFSET,
            "doc_start": _OFFSET,
            "text": _STRING,
            "entities": List({"id": _STRING, **_run(**_entity())}),
        }
    )


def _quotes() -> Features:
    run = _run()
    return Features(
        {
            "id": _STRING,
            **_context(),
            "type": _label("quote_type"),
            "mode": _label("mode"),
            "source_status": _label("source_status"),
            "speaker": _STRING,
            "speaker_label": _label("label"),
            "speaker_cluster": _STRING,
            "blocks": List(_STRING),
            "block_type": _STRING,
            "doc_start": _OFFSET,
            "before": _STRING,
            "text": _STRING,
            "after": _STRING,
            "content": List(run),
            "markers": List(run),
            "cue": run,
            "source": run,
        }
    )


def _captions() -> Features:
    return Features(
        {
            "id": _STRING,
            **_context(),
            "block": _STRING,
            "position": _OFFSET,
            "doc_start": _OFFSET,
            "text": _STRING,
            "copies": _OFFSET,
            **_caption_fields(_run()),
        }
    )
