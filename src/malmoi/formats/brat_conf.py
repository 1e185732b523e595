"""The two files that tell brat our labels: what may be annotated, and what it looks like."""

from __future__ import annotations

from itertools import groupby
from typing import get_args

from malmoi import schemas
from malmoi.formats.graph import CAPTION_LABELS, CONTENT, CONTINUES, QUOTE, QUOTE_LABELS, RELATIONS
from malmoi.model import QuoteMode, QuoteType, SourceStatus

ALSO = "also"
ENUMERATIONS = {
    "type": get_args(QuoteType),
    "mode": get_args(QuoteMode),
    "source_status": get_args(SourceStatus),
    ALSO: (*CAPTION_LABELS, CONTENT),
}
"""Attributes with their values: of a quote's content, and `also`, of a span that is a part of a caption besides."""
_COLOURS = (
    "#ffccaa", "#d5c4f2", "#e3c9e8", "#cfe2ff", "#b5d9ff", "#b9e6c5", "#f5e6a8", "#ffe08a",
    "#ffd2d2", "#d9d9d9", "#f7b7c5", "#e2d3b5", "#cdebb0", "#c9dfe0", "#e6e6fa",
)  # fmt: skip
"""A pale colour for each class, in the order of the inventory; text on them stays black."""
_QUOTE_COLOUR, _CAPTION_COLOUR = "#fff3b0", "#e8f0e8"
_PARTS = {"content": "내용", "marker": "표지", "cue": "단서", "source": "말한 이"}
_FIELDS = ("촬영지", "매체", "찍은 이", "찍은 이 직함", "설명", "크레디트", "찍은 날", "권리 표시")
"""Korean names of `CAPTION_FIELDS`, in their order."""


def annotation() -> str:
    """`annotation.conf`: entities by class, parts of quotes and captions, relations, and the attributes."""
    lines = ["[entities]"]
    for name, labels in _by_class().items():
        lines += [f"!{name}", *(f"\t{label}" for label in labels)]
    lines += ["!Quote", *(f"\t{label}" for label in QUOTE_LABELS)]
    lines += [CAPTION_LABELS[0], *(f"\t{label}" for label in CAPTION_LABELS[1:])]
    lines += ["", "[relations]"]
    lines += [f"{CONTINUES}\tArg1:{CONTENT}, Arg2:{CONTENT}"]
    lines += [f"{name}\tArg1:{CONTENT}, Arg2:{QUOTE}{name}|<ENTITY>" for name in RELATIONS if name != CONTINUES]
    lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"]
    lines += ["", "[events]", "", "[attributes]"]
    lines += [
        f"{name}\tArg:{'<ENTITY>' if name == ALSO else CONTENT}, Value:{'|'.join(values)}"
        for name, values in ENUMERATIONS.items()
    ]
    return "\n".join(lines) + "\n"


def visual() -> str:
    """`visual.conf`: Korean names of classes and of the parts of quotes and captions, and colours by class."""
    lines = ["[labels]", *(f"{name} | {name} {kind.ko} | {name}" for name, kind in schemas.label_classes().items())]
    lines += [f"{QUOTE}{part} | 인용: {ko} | {ko}" for part, ko in _PARTS.items()]
    lines += [f"{CAPTION_LABELS[0]} | 사진 설명 | 사진"]
    lines += [f"{label} | 사진: {ko} | {ko}" for label, ko in zip(CAPTION_LABELS[1:], _FIELDS, strict=True)]
    lines += ["", "[drawing]", "SPAN_DEFAULT\tfgColor:black, bgColor:white, borderColor:darken"]
    lines += ["ARC_DEFAULT\tcolor:black, arrowHead:triangle-5", "ATTRIBUTE_DEFAULT\tglyph:*"]
    for colour, labels in zip(_COLOURS, _by_class().values(), strict=True):
        lines += [f"{label}\tbgColor:{colour}" for label in labels]
    lines += [f"{label}\tbgColor:{_QUOTE_COLOUR}" for label in QUOTE_LABELS]
    lines += [f"{label}\tbgColor:{_CAPTION_COLOUR}" for label in CAPTION_LABELS]
    return "\n".join(lines) + "\n"


def _by_class() -> dict[str, list[str]]:
    labels = sorted(schemas.labels().values(), key=lambda label: list(schemas.label_classes()).index(label.class_))
    return {name: [label.label for label in group] for name, group in groupby(labels, key=lambda label: label.class_)}
