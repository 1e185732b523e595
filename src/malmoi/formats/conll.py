"""CoNLL: one file, a character and its BIO label a line, a tab between them, an empty line after each block.

A character a line, as KLUE-NER has it, because particles stick to names (`의원은`): a word as a token would hide where
a name ends, and a token that ends where a name ends would give the answer away. A blank is a line too, so that the
text stands whole in the file. Labels are the 150 of the inventory.

    # article = open-3fa91c20
    # malmoi = {"schema_version":"1.0",…}
    # block = h01
    한⇥B-OGG_ECONOMY
    빛⇥I-OGG_ECONOMY
    전⇥O

Only a flat layer of entities can be said so. Of entities that share a character the longest is kept; the others, and
ids, values, clusters, quotes and the parts of captions, are lost, and the loss report counts them.

A comment is a line that begins with `#` and has no tab after it. A file without our comments is one article of
paragraphs.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING

import msgspec
import orjson

from malmoi.formats import bio
from malmoi.formats.interface import File, FormatError, Unit
from malmoi.formats.loss import KINDS
from malmoi.formats.pages import Mark, MarkedEntity, Page
from malmoi.offsets import BLOCK_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Any

    from malmoi.model import Layer

_TAB = "\t"
_ARTICLE, _HEADER = "# article = ", "# malmoi = "


class Conll:
    """The format."""

    name = "conll"
    unit: Unit = "code points"
    folder = False
    suffix = ".conll"
    layers: tuple[Layer, ...] = ("entities",)
    lacks = frozenset(KINDS) - {"metadata", "block types", "block ids", "text"}

    def encode(self, pages: Iterable[Page]) -> Iterator[File]:
        """A comment that names the article and its blocks, then the characters."""
        for page in pages:
            yield File("", "".join(_lines(page)).encode())

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """An article for each `# article` comment; one with a line that is none is given up, and the rest goes on."""
        reading = None
        with source.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                raw = line.removeprefix(BOM_UTF8) if number == 1 else line
                if reading is None or raw.startswith(_ARTICLE.encode()):
                    yield from reading.finished() if reading else ()
                    reading = _Reading(source, number)
                reading.add(raw, number)
        if reading is None:
            raise FormatError(f"{source}: the file is empty")
        yield from reading.finished()


def _lines(page: Page) -> Iterator[str]:
    yield f"{_ARTICLE}{page.id}\n"
    yield f"{_HEADER}{orjson.dumps(page.header).decode()}\n"
    labels = bio.labels_of(len(page.text), page.entities)
    blocks = (page.header or {})["blocks"]
    start = 0
    for block, text in zip(blocks, page.text.split(BLOCK_SEPARATOR), strict=True):
        yield f"# block = {block['id']}\n"
        for at, char in enumerate(text, start):
            yield f"{char}{_TAB}{labels[at]}\n"
        yield "\n"
        start += len(text) + len(BLOCK_SEPARATOR)


class _Reading:
    """Collects the lines of one article."""

    def __init__(self, source: Path, number: int) -> None:
        self.source = source
        self.where = f"{source}:{number}"
        self.header: dict[str, Any] | None = None
        self.name: str | None = None
        self.blocks: list[list[str]] = [[]]
        self.labels: list[list[str]] = [[]]
        self.error: FormatError | None = None

    def add(self, raw: bytes, number: int) -> None:
        """Take a line; after the first that is none, the rest of the article is passed over."""
        if self.error is None:
            try:
                self._add(raw.decode().rstrip("\r\n"))
            except UnicodeDecodeError:
                self.error = FormatError(f"{self.source}:{number}: not UTF-8; save it as UTF-8")
            except (FormatError, ValueError) as error:  # ValueError: no JSON
                self.error = FormatError(f"{self.source}:{number}: {error}")

    def _add(self, line: str) -> None:
        if line.startswith(_ARTICLE):
            self.name = line.removeprefix(_ARTICLE).strip()
        elif line.startswith(_HEADER):
            self.header = msgspec.convert(orjson.loads(line.removeprefix(_HEADER)), dict)
        elif line == "":
            self.blocks.append([])
            self.labels.append([])
        elif not line.startswith("#") or line.startswith(f"#{_TAB}"):
            char, tab, label = line.rpartition(_TAB)
            if not tab or len(char) != 1:
                raise FormatError(f"expected one character, a tab and its label, found {line[:40]!r}")
            self.labels[-1].append(bio.check(label))
            self.blocks[-1].append(char)

    def finished(self) -> Iterator[Page | FormatError]:
        """The article, or why there is none."""
        filled = [(chars, labels) for chars, labels in zip(self.blocks, self.labels, strict=True) if chars]
        if self.error:
            yield self.error
        elif filled:
            entities = []
            start = 0
            for chars, labels in filled:
                entities += [
                    MarkedEntity(Mark(start + first, start + end), label) for first, end, label in bio.runs(labels)
                ]
                start += len(chars) + len(BLOCK_SEPARATOR)
            text = BLOCK_SEPARATOR.join("".join(chars) for chars, _ in filled)
            yield Page(text, Conll.unit, self.header, tuple(entities), where=self.where, name=self.name)
        else:
            yield FormatError(f"{self.where}: no character stands here; expected one a line, with its label")
