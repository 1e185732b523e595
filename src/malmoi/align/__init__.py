"""Spans to labels of tokens, for any tokenizer that tells where its tokens stand, and back.

    names = label_names("class", "BIO")
    encodings = tokenizer.encode_batch(rows["text"])
    labels, report = align_batch(encodings, rows["text"], [row_spans(row, "class") for row in rows], names)

Offsets are code points of the text that was encoded, ends exclusive: `Encoding.offsets` of `tokenizers`, which
`transformers` calls `offset_mapping`. Tokens stand in the order of the text; they may overlap (byte-level BPE makes
several of one syllable, and one of the end of a syllable and the next), leave white space out or take it in, or be
empty. Nothing here asks which character is in which token: that has no answer where tokens overlap.

A label is of the flat layer that a model predicts: each token has one. So of spans that overlap, or share a token, the
longest is kept; an edge inside a token goes out to the token's edge, or the span is left out; and the report counts it.
"""

from __future__ import annotations

from malmoi.align.back import spans_of
from malmoi.align.labels import (
    IGNORED,
    OUTSIDE,
    QUOTE_PARTS,
    AlignError,
    Labelled,
    Level,
    Scheme,
    block_spans,
    label_names,
    row_spans,
)
from malmoi.align.report import FATES, Fate, Problem, Report
from malmoi.align.sweep import Aligned, Edges, Encoded, align, align_batch, first_of_words

__all__ = [
    "FATES",
    "IGNORED",
    "OUTSIDE",
    "QUOTE_PARTS",
    "AlignError",
    "Aligned",
    "Edges",
    "Encoded",
    "Fate",
    "Labelled",
    "Level",
    "Problem",
    "Report",
    "Scheme",
    "align",
    "align_batch",
    "block_spans",
    "first_of_words",
    "label_names",
    "row_spans",
    "spans_of",
]
