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
    "brat": ("malmoi.formats.brat", "Brat"),
    "cas": ("malmoi.formats.cas", "CasXmi"),
    "cas-json": ("malmoi.formats.cas", "CasJson"),
    "conll": ("malmoi.formats.conll", "Conll"),
    "doccano": ("malmoi.formats.doccano", "Doccano"),
    "klue": ("malmoi.formats.klue", "Klue"),
    "label-studio": ("malmoi.formats.label_studio", "LabelStudio"),
    "markup": ("malmoi.formats.inline", "Inline"),
    "nikl": ("malmoi.formats.nikl", "Nikl"),
    "prodigy": ("malmoi.formats.prodigy", "Prodigy"),
    "spacy": ("malmoi.formats.spacy", "Spacy"),
    "web-annotation": ("malmoi.formats.web_annotation", "WebAnnotation"),
}
"""Module and class, by the name that `--format` takes."""


def get(name: str, **options: bool) -> Format:
    """The format of this name, made with its own options; only its own module, and its libraries, are imported.

    Raises:
        KeyError: there is none.
        MalmoiError: a library it needs is not installed.
    """
    module, kind = FORMATS[name]
    made: Format = getattr(import_module(module), kind)(**options)
    return made
