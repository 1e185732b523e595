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
    "label-studio": ("malmoi.formats.label_studio", "LabelStudio", "Label Studio, configuration and tasks"),
    "doccano": ("malmoi.formats.doccano", "Doccano", "doccano, JSON Lines with relations"),
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
