"""The folder of a published dataset, file by file."""

from __future__ import annotations

import hashlib
import re
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from malmoi.published.card import FENCE, Card, read_card
from malmoi.published.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from malmoi.published.card import Place

CARD, SUMS, CROISSANT = "README.md", "SHA256SUMS", "croissant.json"
ATTRIBUTION = "ATTRIBUTION.tsv"
DATASHEET = "DATASHEET.md"
"""Stands beside the corpus folder, and is published with the data."""
STAMP = ".stamp"
"""Tells that a folder is a build, of what, and how it ended. It is no part of the dataset."""
ARTICLES = "default"
"""The config with a row an article."""

_DECLARES_DATA = re.compile(r"^(configs|dataset_info):", re.MULTILINE)


def is_published(folder: Path) -> bool:
    """Whether a folder is a dataset: a build, or one whose card declares configs or their features."""
    if (folder / STAMP).is_file():
        return True
    try:
        text = (folder / CARD).read_bytes().decode(errors="replace")
    except OSError:
        return False
    front = text.partition(f"\n{FENCE}")[0]
    return text.startswith(FENCE) and bool(_DECLARES_DATA.search(front))


class Listed(NamedTuple):
    """A file, or a pattern of files, that a config lists: where in the card, its split, and the files it means."""

    place: Place
    split: str
    pattern: str
    names: list[str]


class Config(NamedTuple):
    """A config that the card declares: where in the card, its name, and its files."""

    place: Place
    name: str
    files: list[Listed]


class Info(NamedTuple):
    """What `dataset_info` says of a config, and where."""

    place: Place
    data: dict[str, Any]


class Published:
    """The folder of a published dataset."""

    def __init__(self, root: Path) -> None:
        """Take the folder; nothing is read yet."""
        self.root = root

    def file(self, name: str) -> str:
        """The path of a file, as reports name it."""
        return str(self.root / name)

    @cached_property
    def names(self) -> list[str]:
        """Every file of the dataset, by its path in the folder; hidden ones (`.stamp`, `.gitattributes`) are none."""
        found = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return sorted(path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts))

    @cached_property
    def digests(self) -> dict[str, str]:
        """SHA-256 of every file."""
        return {name: sha256(self.root / name) for name in self.names}

    def size(self, name: str) -> int:
        """Bytes of a file."""
        return (self.root / name).stat().st_size

    def text(self, name: str) -> str | None:
        """A file's text, with U+FFFD for what is no UTF-8; None where it is not there."""
        return (self.root / name).read_bytes().decode(errors="replace") if name in self.names else None

    @cached_property
    def card(self) -> Card:
        """The front matter of README.md."""
        text = self.text(CARD)
        return Card({}, {}, "there is no README.md") if text is None else read_card(text)

    @cached_property
    def configs(self) -> list[Config]:
        """The configs that the card declares."""
        declared = self.card.data.get("configs")
        return [
            Config(("configs", index), str(config.get("config_name", ARTICLES)), list(self._listed(index, config)))
            for index, config in enumerate(declared if isinstance(declared, list) else ())
            if isinstance(config, dict)
        ]

    def _listed(self, index: int, config: dict[str, Any]) -> Iterator[Listed]:
        files = config.get("data_files")
        place: Place = ("configs", index, "data_files")
        if isinstance(files, str):
            files = [files]
        for number, one in enumerate(files if isinstance(files, list) else ()):
            entry = one if isinstance(one, dict) else {"path": one}
            patterns = entry.get("path")
            for pattern in patterns if isinstance(patterns, list) else [patterns]:
                names = [name for name in self.names if fnmatchcase(name, str(pattern))]
                yield Listed((*place, number), str(entry.get("split", "train")), str(pattern), names)

    @cached_property
    def infos(self) -> dict[str, Info]:
        """What the card's `dataset_info` says, by config."""
        declared = self.card.data.get("dataset_info")
        if isinstance(declared, dict):
            return {str(declared.get("config_name", ARTICLES)): Info(("dataset_info",), declared)}
        return {
            str(info.get("config_name", ARTICLES)): Info(("dataset_info", index), info)
            for index, info in enumerate(declared if isinstance(declared, list) else ())
            if isinstance(info, dict)
        }

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every Parquet file, by its path in the folder."""
        return {name: Table(self.root / name, name) for name in self.names if name.endswith(".parquet")}

    def rows(self, config: str) -> int:
        """How many rows a config has, all splits together."""
        listed = {name for one in self.configs if one.name == config for file in one.files for name in file.names}
        return sum(table.rows for name, table in self.tables.items() if name in listed)

    @cached_property
    def article_ids(self) -> dict[str, str]:
        """The article of each row of the config of articles, with the file that the row stands in."""
        files = [name for one in self.configs if one.name == ARTICLES for file in one.files for name in file.names]
        return {
            str(article): name for name in files if name in self.tables for article in self.tables[name].column("id")
        }

    @cached_property
    def croissant(self) -> dict[str, Any] | str | None:
        """croissant.json; what is wrong with it where it is no JSON object; None where it is not there."""
        if CROISSANT not in self.names:
            return None
        try:
            document = orjson.loads((self.root / CROISSANT).read_bytes())
        except orjson.JSONDecodeError as error:
            return f"not JSON: {error}"
        return document if isinstance(document, dict) else f"expected a JSON object, found {type(document).__name__}"


def sha256(path: Path) -> str:
    """Hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
