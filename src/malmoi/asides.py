"""The files that stand beside the articles of a corpus: splits.tsv, withdrawn.tsv, VERSION.

Their names and form are known here alone. Readers are as strict as the rules (MM405, MM408) that report on them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from pathlib import Path

SPLITS_FILE, WITHDRAWN_FILE, VERSION_FILE = "splits.tsv", "withdrawn.tsv", "VERSION"
FILES = (SPLITS_FILE, WITHDRAWN_FILE, VERSION_FILE)
SPLITS_HEADER = "id\tsplit"

_VERSION = re.compile(r"([0-9]+\.[0-9]+\.[0-9]+)\n?")


class AsideError(MalmoiError):
    """A file beside the articles that is there and cannot be read."""


class Row(NamedTuple):
    """A line of splits.tsv, the header apart.

    Attributes:
        line: its number, from 1.
        text: the line as it stands.
        id: the article, without white space around; empty where the line is no row.
        split: likewise, whether there is such a split or not.
    """

    line: int
    text: str
    id: str
    split: str

    @property
    def whole(self) -> bool:
        """Whether the line names an article and a split."""
        return bool(self.id and self.split)

    @property
    def exact(self) -> bool:
        """Whether it does so with one tab and nothing else."""
        return self.whole and self.text == f"{self.id}\t{self.split}"


def read(path: Path) -> str | None:
    """The text of a file, line ends as they are; None where it is not there.

    Raises:
        AsideError: it is there and cannot be read.
    """
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise AsideError(f"{path}: not UTF-8") from None
    except OSError as error:
        raise AsideError(f"{path}: cannot be read: {error.strerror}") from None


def has_header(text: str) -> bool:
    """Whether splits.tsv begins with its header."""
    return text.partition("\n")[0] == SPLITS_HEADER


def split_rows(text: str) -> list[Row]:
    """The lines of splits.tsv below the first, right or wrong."""
    lines = text.removesuffix("\n").split("\n")
    return [_row(number, line) for number, line in enumerate(lines[1:], 2)]


def _row(number: int, line: str) -> Row:
    article, _, split = (part.strip() for part in line.partition("\t"))
    return Row(number, line, article, split) if article and "\t" not in split else Row(number, line, "", "")


def withdrawn_lines(text: str) -> dict[str, int]:
    """The line of each id in withdrawn.tsv: its first column, with a header or without."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        article = line.partition("\t")[0].strip()
        if article and not (number == 1 and article == "id"):
            lines.setdefault(article, number)
    return lines


def data_version(text: str) -> str | None:
    """The version that VERSION holds; None where it is not one line of three numbers joined by dots."""
    match = _VERSION.fullmatch(text)
    return match[1] if match else None
