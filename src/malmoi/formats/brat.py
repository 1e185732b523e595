"""brat's standoff: a folder with a .txt and an .ann for each article, and the two files that configure brat for them.

An entity is a T line under its label. No two T lines cover the same where that can be helped, as readers of brat's
files refuse it: the relation `source` may lead to the entity itself, and the attribute `also` says that an entity is a
part of a caption besides. A quote's contents are one T line, discontinuous where they are several, with its type, mode
and source_status as attributes (A); each other part is a T line of its own, and a relation (R) from the content to it.
Our ids, and what else brat has no place for, are notes (#): `id=e-6e4e cluster=c-0ada`; a person may write in one
`cluster=나은솔` or `cluster="남궁 민"`. The article's header and its clusters stand in a .json beside; without it the
article is read as paragraphs, under the file's name.

Offsets are code points of the .txt with line feeds. A .txt that git gave other line ends, or an editor a byte order
mark, is read as the one in which more of the T lines say what stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import orjson

from malmoi import store
from malmoi.formats import brat_conf, folders
from malmoi.formats.brat_graph import graph_of_lines, lines_of
from malmoi.formats.brat_lines import TextBound, note_of, read_lines
from malmoi.formats.graph import CONTINUES, graph_of, parts_of
from malmoi.formats.interface import File, FormatError, RefusedError, Unit
from malmoi.formats.kept import Kept, kept
from malmoi.formats.pages import LAYERS, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


_BOM = "\ufeff"


class Brat:
    """The format."""

    name = "brat"
    unit: Unit = "code points"
    folder = True
    suffix = ".ann"
    layers = LAYERS
    lacks: frozenset[str] = frozenset()

    def encode(self, pages: Iterable[Page]) -> Iterator[File | RefusedError]:
        """The configuration, then three files a page."""
        yield File("annotation.conf", brat_conf.annotation().encode())
        yield File("visual.conf", brat_conf.visual().encode())
        yield from folders.each(pages, _files)

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """A page for each .ann and .txt of one name."""
        for stem in dict.fromkeys(path.with_suffix("") for path in folders.files(source, ".ann", ".txt")):
            try:
                yield _page(stem)
            except FormatError as error:
                yield error


def _files(name: str, page: Page) -> Iterator[File]:
    yield File(f"{name}.txt", f"{page.text}\n".encode())
    yield File(f"{name}.ann", "".join(f"{line}\n" for line in _lines(page)).encode())
    yield File(f"{name}.json", store.layout(kept(page)))


def _lines(page: Page) -> Iterator[str]:
    """The lines of an .ann: what hangs on a T stands below it, relations stand last."""
    graph = graph_of(page)
    bounds, numbers = lines_of(graph)
    attributes = notes = 0
    for number, bound in enumerate(bounds, 1):
        place = ";".join(f"{mark.start} {mark.end}" for mark in bound.marks)
        yield f"T{number}\t{bound.label} {place}\t{' '.join(map(page.slice, bound.marks))}"
        for name in brat_conf.ENUMERATIONS:
            if name in bound.told:
                attributes += 1
                yield f"A{attributes}\t{name} T{number} {bound.told[name]}"
        noted = {name: said for name, said in bound.told.items() if name not in brat_conf.ENUMERATIONS}
        if noted:
            notes += 1
            yield f"#{notes}\tAnnotatorNotes T{number}\t{note_of(noted)}"
    tied = (relation for relation in graph.relations if relation.label != CONTINUES)
    for number, relation in enumerate(tied, 1):
        yield f"R{number}\t{relation.label} Arg1:T{numbers[relation.head]} Arg2:T{numbers[relation.tail]}"


def _page(stem: Path) -> Page:
    """The page of the files with this name.

    Raises:
        FormatError: one of them is missing or not of its form.
    """
    found = {suffix: stem.with_name(f"{stem.name}{suffix}") for suffix in (".ann", ".txt", ".json")}
    for here, missing in ((".ann", ".txt"), (".txt", ".ann")):
        if not found[missing].is_file():
            raise FormatError(f"{found[here]}: no {found[missing].name} stands beside it; put it back")
    standoff = read_lines(found[".ann"])
    told = _told(found[".json"])
    parts = parts_of(graph_of_lines(standoff))
    return Page(
        text=_text(folders.read_text(found[".txt"]), standoff.text_bounds),
        unit="code points",
        header=told.article,
        entities=parts.entities,
        clusters=told.clusters,
        quotes=parts.quotes,
        captions=parts.captions,
        where=str(found[".ann"]),
        problems=(*standoff.problems, *parts.problems),
        name=stem.name,
    )


def _told(path: Path) -> Kept:
    try:
        return msgspec.convert(orjson.loads(path.read_bytes()), Kept)
    except FileNotFoundError:
        return Kept()
    except ValueError as error:
        raise FormatError(f"{path}: {error}; without this file the article is read as paragraphs") from None


def _text(raw: str, bounds: Iterable[TextBound]) -> str:
    """The text whose offsets the T lines count; the likeliest first."""
    plain = raw.replace("\r\n", "\n")
    runs = [run for bound in bounds for run in bound.marks]
    readings = (plain.removeprefix(_BOM), plain, raw.removeprefix(_BOM), raw)
    return max(readings, key=lambda text: sum(text[run.start : run.end] == run.text for run in runs))
