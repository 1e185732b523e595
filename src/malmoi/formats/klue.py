"""KLUE-NER's TSV: a character and its BIO tag a line, sentences with an empty line between, their name above them.

    ## klue-ner-v1_dev_00000-wikitree⇥<경찰:OG>은 …
    경⇥B-OG
    찰⇥I-OG
    은⇥O

Its six tags stand for whole classes (schema/labels.json names the tag of each label), so a model of the one can be
scored on data of the other, both ways. A sentence of KLUE becomes an article of one paragraph, `PS` a `PS_NAME`, and
the others the rest of their class (`LC_OTHERS`). A block of ours becomes a sentence, and what has no tag (CV, EV, most
of AF) is not marked. Nothing of such a file can go into the corpus: which label it was is gone.

Only the characters are read. The sentence with tags in it that stands above them is for people: where a text itself
holds `<` and `>` it cannot be told apart from tags.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING

import msgspec
import orjson

from malmoi import schemas
from malmoi.formats import bio
from malmoi.formats.interface import File, FormatError, Unit
from malmoi.formats.loss import KINDS
from malmoi.formats.pages import Mark, MarkedEntity, Page, foreign_header
from malmoi.offsets import BLOCK_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Any

    from malmoi.model import Layer

LABELS = {
    "PS": "PS_NAME",
    "LC": "LC_OTHERS",
    "OG": "OGG_OTHERS",
    "DT": "DT_OTHERS",
    "TI": "TI_OTHERS",
    "QT": "QT_OTHERS",
}
"""Our label of each tag."""
_TOP = """\
## 토큰, 레이블 구분자 : \\t
## 토큰 구분자 : \\n
## 문장 구분자 : \\n\\n
## 주석 : ##
## 컬럼명 : CHAR\tNE_TAG
"""
_TAB = "\t"
_HEADER = "## malmoi = "
_SENTENCE = re.compile(r"##\s*(\S+)\t.*")
_OURS = "klue-ner-"
"""What names of KLUE's own sentences begin with; their texts are CC BY-SA 4.0."""


class Klue:
    """The format."""

    name = "klue"
    unit: Unit = "code points"
    folder = False
    suffix = ".tsv"
    layers: tuple[Layer, ...] = ()
    lacks = frozenset(KINDS) - {"metadata", "block types", "block ids", "text"}

    def encode(self, pages: Iterable[Page]) -> Iterator[File]:
        """The lines at the top of the file, then the sentences of each article, the first with its header above."""
        yield File("", _TOP.encode())
        for page in pages:
            yield File("", "".join(_lines(page)).encode())

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """An article for each header of ours, and for each sentence of KLUE; one with a bad line is given up."""
        reading = _Reading(source)
        with source.open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                yield from reading.add(raw.removeprefix(BOM_UTF8) if number == 1 else raw, number)
        yield from reading.finished()
        if not reading.found:
            raise FormatError(f"{source}: no sentence is here; expected a character, a tab and its tag a line")


def _lines(page: Page) -> Iterator[str]:
    yield f"{_HEADER}{orjson.dumps(page.header).decode()}\n"
    inventory = schemas.labels()
    tagged = []
    for entity in page.entities:
        tag = inventory[entity.label].klue if entity.label in inventory else None
        if tag:
            tagged.append(entity._replace(label=tag))
    tags = bio.labels_of(len(page.text), tagged)
    start = 0
    for block, text in zip((page.header or {})["blocks"], page.text.split(BLOCK_SEPARATOR), strict=True):
        here = tags[start : start + len(text)]
        yield f"## {page.id}/{block['id']}{_TAB}{_shown(text, here)}\n"
        for char, tag in zip(text, here, strict=True):
            yield f"{char}{_TAB}{tag}\n"
        yield "\n"
        start += len(text) + len(BLOCK_SEPARATOR)


def _shown(text: str, tags: list[str]) -> str:
    """The sentence with its tags in it, as KLUE shows it."""
    parts: list[str] = []
    at = 0
    for start, end, tag in bio.runs(tags):
        parts += (text[at:start], f"<{text[start:end]}:{tag}>")
        at = end
    return "".join((*parts, text[at:]))


class _Reading:
    """Collects the lines of one article after another."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.found = False
        self.where = self.name = ""
        self.header: dict[str, Any] | None = None
        self.sentences: list[tuple[list[str], list[str]]] = []
        self.error: FormatError | None = None
        self.ended = False

    def add(self, raw: bytes, number: int) -> Iterator[Page | FormatError]:
        """Take a line; yields the article before it, if the line begins another."""
        where = f"{self.source}:{number}"
        try:
            line = raw.decode().rstrip("\r\n")
            named = _SENTENCE.fullmatch(line)
            if line.startswith(_HEADER):
                yield from self.finished()
                self._begin(where, "", {})  # if it cannot be read, what follows is of no other article
                self.header = msgspec.convert(orjson.loads(line.removeprefix(_HEADER)), dict)
            elif named:
                if self.header is None or (self.header and not named[1].startswith(f"{self.header.get('id')}/")):
                    yield from self.finished()
                    self._begin(where, named[1], None)
                self._sentence()
            elif line == "":
                self.ended = True
            elif not line.startswith("##"):
                if self.ended and self.header is None:
                    yield from self.finished()
                self.where = self.where or where
                if self.ended or not self.sentences:
                    self._sentence()
                self._character(line)
        except (FormatError, ValueError) as error:  # ValueError: no UTF-8, or no JSON
            self.error = self.error or FormatError(f"{where}: {error}")

    def finished(self) -> Iterator[Page | FormatError]:
        """The article that was collected, or why there is none; nothing if no line of it was there."""
        sentences = [("".join(chars), tags) for chars, tags in self.sentences if chars]
        if self.error:
            self.found = True
            yield self.error
        elif sentences:
            self.found = True
            yield self._page(sentences)
        elif self.header is not None or self.sentences:
            self.found = True
            yield FormatError(f"{self.where}: no character stands here; expected one a line, with its tag")
        self._begin("", "", None)

    def _begin(self, where: str, name: str, header: dict[str, Any] | None) -> None:
        self.where, self.name, self.header = where, name, header
        self.sentences, self.error, self.ended = [], None, False

    def _sentence(self) -> None:
        self.sentences.append(([], []))
        self.ended = False

    def _character(self, line: str) -> None:
        char, tab, tag = line.rpartition(_TAB)
        if not tab or len(char) != 1:
            raise FormatError(f"expected one character, a tab and its tag, found {line[:40]!r}")
        if bio.check(tag) != bio.OUTSIDE and tag[2:] not in LABELS:
            raise FormatError(f"the tag is {tag[:40]!r}; expected O, or B- or I- and one of {', '.join(LABELS)}")
        self.sentences[-1][0].append(char)
        self.sentences[-1][1].append(tag)

    def _page(self, sentences: list[tuple[str, list[str]]]) -> Page:
        entities, start = [], 0
        for text, tags in sentences:
            entities += [
                MarkedEntity(Mark(start + first, start + end), LABELS[tag]) for first, end, tag in bio.runs(tags)
            ]
            start += len(text) + len(BLOCK_SEPARATOR)
        header = self.header
        problems: list[str] = []
        if header is None:
            licence = "CC-BY-SA-4.0" if self.name.startswith(_OURS) else "LicenseRef-unknown"
            header = foreign_header(self.name, [("p01", "paragraph")], license=licence)
            problems = ["white space at the edges of the text" for text, _ in sentences if text != text.strip()]
        text = BLOCK_SEPARATOR.join(text for text, _ in sentences)
        return Page(text, Klue.unit, header, tuple(entities), where=self.where, problems=tuple(problems))
