"""The folder of a published dataset, file by file."""

from __future__ import annotations

import hashlib
import posixpath
import re
import reprlib
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from malmoi.published.card import FENCE, Card, read_card
from malmoi.published.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePath

    from malmoi.published.card import Place

CARD, SUMS, CROISSANT = "README.md", "SHA256SUMS", "croissant.json"
ATTRIBUTION = "ATTRIBUTION.tsv"
DATASHEET = "DATASHEET.md"
"""Stands beside the corpus folder, and is published with the data."""
STAMP = ".stamp"
"""Tells that a folder is a build, of what, and how it ended. It is no part of the dataset."""
ARTICLES = "default"
"""The config with a row an article."""
CONFIGS = (ARTICLES, "ner", "quotes", "captions")

_OF_ARTICLE = ("id", "tier", "license", "publisher", "published_at", "medtop", "title", "url", "text", "blocks")
_KEPT_HIDDEN = (STAMP, ".gitattributes", ".gitignore")
_KEPT_HIDDEN_FOLDERS = (".cache", ".git", ".huggingface")
_DECLARES_DATA = re.compile(r"^(configs|dataset_info):", re.MULTILINE)


def is_published(folder: Path) -> bool:
    """Whether a folder is a dataset.

    It is a build, or has checksums or a Croissant file beside folders of Parquet files, or a card that declares configs
    or their features.
    """
    if (folder / STAMP).is_file():
        return True
    if any((folder / name).is_file() for name in (SUMS, CROISSANT)) and any(folder.glob("*/*.parquet")):
        return True
    try:
        text = (folder / CARD).read_bytes().decode(errors="replace")
    except OSError:
        return False
    text = text.lstrip("\ufeff \t\r\n")
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


class Part(NamedTuple):
    """A table that a config lists, and its split."""

    split: str
    table: Table


class Published:
    """The folder of a published dataset."""

    def __init__(self, root: Path) -> None:
        """Take the folder; nothing is read yet."""
        self.root = root

    def file(self, name: str) -> str:
        """The path of a file, as reports name it."""
        return str(self.root / name)

    @cached_property
    def _every(self) -> list[PurePath]:
        return sorted(path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())

    @cached_property
    def names(self) -> list[str]:
        """Every file of the dataset, by its path in the folder; hidden ones (`.stamp`, `.gitattributes`) are none."""
        return sorted(path.as_posix() for path in self._every if not _is_hidden(path))

    @cached_property
    def stray(self) -> list[str]:
        """The hidden files that neither the build nor git nor the Hub's client puts there."""
        return [
            path.as_posix()
            for path in self._every
            if _is_hidden(path) and path.as_posix() not in _KEPT_HIDDEN and path.parts[0] not in _KEPT_HIDDEN_FOLDERS
        ]

    @cached_property
    def ours(self) -> bool:
        """Whether `malmoi build` made it, with all the files that it writes."""
        folders = {name.partition("/")[0] for name in self.names if name.endswith(".parquet")}
        return (
            (self.root / STAMP).is_file()
            or ATTRIBUTION in self.names
            or ATTRIBUTION in (self.text(SUMS) or "")
            or len(folders.intersection(CONFIGS)) > 1
        )

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
        """The configs that the card declares; where it cannot be read, those that the folders of tables are."""
        if self.card.problem:
            return list(self._folders())
        declared = self.card.data.get("configs")
        return [
            Config(("configs", index), _named(config.get("config_name", ARTICLES)), list(self._listed(index, config)))
            for index, config in enumerate(declared if isinstance(declared, list) else ())
            if isinstance(config, dict)
        ]

    def _folders(self) -> Iterator[Config]:
        for folder in CONFIGS:
            names = [name for name in self.tables if posixpath.dirname(name) == folder]
            if names:
                files = [Listed((), posixpath.basename(name).removesuffix(".parquet"), name, [name]) for name in names]
                yield Config((), folder, files)

    def _listed(self, index: int, config: dict[str, Any]) -> Iterator[Listed]:
        files = config.get("data_files")
        place: Place = ("configs", index, "data_files")
        if isinstance(files, str):
            files = [files]
        for number, one in enumerate(files if isinstance(files, list) else ()):
            entry = one if isinstance(one, dict) else {"path": one}
            patterns = entry.get("path")
            for pattern in patterns if isinstance(patterns, list) else [patterns]:
                # `datasets` reads ./ner/test.parquet too.
                path = posixpath.normpath(pattern) if isinstance(pattern, str) else _named(pattern)
                names = [name for name in self.names if fnmatchcase(name, path)]
                yield Listed((*place, number), _named(entry.get("split", "train")), path, names)

    @cached_property
    def infos(self) -> dict[str, Info]:
        """What the card's `dataset_info` says, by config."""
        declared = self.card.data.get("dataset_info")
        if isinstance(declared, dict):
            return {_named(declared.get("config_name", ARTICLES)): Info(("dataset_info",), declared)}
        return {
            _named(info.get("config_name", ARTICLES)): Info(("dataset_info", index), info)
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

    def parts(self, *, articles: bool) -> Iterator[Part]:
        """The tables of the config of articles, or of the other configs."""
        for config in self.configs:
            if (config.name == ARTICLES) == articles:
                for file in config.files:
                    yield from (Part(file.split, self.tables[name]) for name in file.names if name in self.tables)

    @cached_property
    def articles(self) -> dict[str, dict[str, Any]]:
        """The rows of the config of articles by their ids, without the layers; the split of each stands in `split`."""
        found = {}
        for split, table in self.parts(articles=True):
            for row in table.some(_OF_ARTICLE):
                found[str(row.get("id"))] = row | {"split": split}
        return found

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


def _is_hidden(path: PurePath) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _named(value: object) -> str:
    """A name in the card; what is no text, in a few words."""
    return value if isinstance(value, str) else reprlib.repr(value)


def sha256(path: Path) -> str:
    """Hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
