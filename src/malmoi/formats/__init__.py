"""Exchange with annotation tools: one module a format, all through one interface.

    article -> pages.page_of -> Page -> Format.encode -> the tool's files
    article <- assemble.assemble <- Page <- Format.decode <- the tool's files

Formats know files; `pages` and `assemble` know articles; `loss` counts what a round trip lost.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from malmoi.formats.interface import Format

FORMATS = {
    "brat": ("malmoi.formats.brat", "Brat", "brat's standoff, a folder"),
    "cas": ("malmoi.formats.cas", "CasXmi", "UIMA CAS as XMI, for INCEpTION"),
    "cas-json": ("malmoi.formats.cas", "CasJson", "UIMA CAS as JSON, for INCEpTION"),
    "conll": ("malmoi.formats.conll", "Conll", "CoNLL, a character and its BIO label a line"),
    "doccano": ("malmoi.formats.doccano", "Doccano", "doccano, JSON Lines with relations"),
    "klue": ("malmoi.formats.klue", "Klue", "KLUE-NER's TSV, six tags"),
    "label-studio": ("malmoi.formats.label_studio", "LabelStudio", "Label Studio, configuration and tasks"),
    "markup": ("malmoi.formats.inline", "Inline", "the authoring mark-up, a folder"),
    "nikl": ("malmoi.formats.nikl", "Nikl", "the JSON of NIKL's corpora"),
    "prodigy": ("malmoi.formats.prodigy", "Prodigy", "Prodigy, JSON Lines with relations"),
    "spacy": ("malmoi.formats.spacy", "Spacy", "spaCy DocBin"),
    "web-annotation": ("malmoi.formats.web_annotation", "WebAnnotation", "W3C Web Annotation, a folder of JSON-LD"),
}
"""Module, class and a few words, by the name that `--format` takes."""


def get(name: str, **options: bool) -> Format:
    """The format of this name, made with its own options; only its own module, and its libraries, are imported.

    Raises:
        KeyError: there is none.
        MalmoiError: a library it needs is not installed.
    """
    module, kind, _ = FORMATS[name]
    made: Format = getattr(import_module(module), kind)(**options)
    return made
