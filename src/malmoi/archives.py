"""Pinned public archives that withheld text is put back from: Korean Wikinews.

The archive is one SQLite file in a public repository, pinned by commit and hash. It is read from where the
user says (`--source`, or the environment variable MALMOI_WIKINEWS), as the SQLite file or as a JSON Lines
extract of it, and else fetched once into the platform's cache folder.
"""

from __future__ import annotations

import os
import re
import sqlite3
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import orjson

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from types import TracebackType

    from malmoi.model import Article
    from malmoi.standoff import Copy

WIKINEWS = "boddari-wikinews"
"""The archive's name in `Origin.archive`."""
WIKINEWS_URL = (
    "https://raw.githubusercontent.com/yiunsr/boddari/9d21b9ef7e70afdd843acb4212ea8250b4c59745/wikinews/wikinews.db"
)
WIKINEWS_SHA256 = "2dcd4bb30808a0e7d7f533fb6ec4718e929e93bf9b76a1adc5c6dfdcbaeada40"
WIKINEWS_VARIABLE = "MALMOI_WIKINEWS"

ARCHIVE_SUFFIXES = (".db", ".sqlite", ".sqlite3", ".jsonl")

_SQLITE_MAGIC = b"SQLite format 3\0"
_DATE = re.compile(r"\s*([0-9]{4})\s*[-./년]\s*([0-9]{1,2})\s*[-./월]\s*([0-9]{1,2})(?![0-9])")
_COMPACT_DATE = re.compile(r"\s*([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
_EXTRACT_FIELDS = ("source_id", "url", "title", "body", "published_on")


class ArchiveError(MalmoiError):
    """An archive that is not at hand, is not what it should be, or lacks a row."""


class WikinewsRecord(NamedTuple):
    """One row of the archive.

    Attributes:
        key: the row's id, as `Origin.key` has it.
        title: the headline.
        body: paragraphs, one a line, footnote marks left in.
        url: address of the page.
        published_on: ISO 8601 date; None if the row has none.
    """

    key: str
    title: str
    body: str
    url: str
    published_on: str | None


class WikinewsArchive:
    """The Wikinews archive, open for reading. A context manager.

    Args:
        path: the SQLite file, or a JSON Lines extract of it.

    Raises:
        ArchiveError: the file cannot be read, or is neither.
    """

    def __init__(self, path: Path) -> None:
        """Open the archive."""
        self.path = path
        self._database: sqlite3.Connection | None = None
        self._rows: dict[str, WikinewsRecord] = {}
        if is_sqlite(path):
            self._database = _open_database(path)
        else:
            self._rows = _read_extract(path)

    def __enter__(self) -> Self:
        """The archive itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file; reading a row afterwards is an error."""
        if self._database is not None:
            self._database.close()

    def record(self, key: str) -> WikinewsRecord:
        """The row with this id.

        Raises:
            ArchiveError: there is none, or it has no text.
        """
        found = self._rows.get(key) if self._database is None else self._select(self._database, key)
        if found is None:
            raise ArchiveError(f"{self.path}: no row {key}: is this the archive of commit 9d21b9e, or all of it?")
        return found

    def _select(self, database: sqlite3.Connection, key: str) -> WikinewsRecord | None:
        if not (key.isascii() and key.isdecimal()):
            return None
        try:
            row = database.execute(
                "SELECT url, title, body, content_date FROM scrap WHERE rowid = ?", (int(key),)
            ).fetchone()
        except (sqlite3.Error, OverflowError) as error:
            raise ArchiveError(f"{self.path}: row {key} cannot be read: {error}") from None
        if row is None:
            return None
        url, title, body, published = row
        if not (isinstance(title, str) and isinstance(body, str)):
            raise ArchiveError(f"{self.path}: row {key} has no title or no body")
        return WikinewsRecord(key, title, body, str(url or ""), iso_date(published))


def open_wikinews(source: Path | None = None) -> WikinewsArchive:
    """The archive from this file, else from the one MALMOI_WIKINEWS names, else fetched (once).

    Raises:
        ArchiveError: it is not there, cannot be fetched, or is not the pinned archive.
    """
    named = os.environ.get(WIKINEWS_VARIABLE)
    if source is None and named:
        source = Path(named)
        if not source.is_file():
            raise ArchiveError(f"{WIKINEWS_VARIABLE} names {source}, which is no file")
    return WikinewsArchive(source or fetch_wikinews())


def fetch_wikinews(url: str = WIKINEWS_URL, sha256: str = WIKINEWS_SHA256, folder: Path | None = None) -> Path:
    """The pinned archive in the platform's cache folder, downloaded if it is not there yet.

    Args:
        url: where it is; tests put a server of their own here.
        sha256: its hash.
        folder: another folder than the platform's.

    Raises:
        ArchiveError: pooch is not installed, the download fails, or the hash is another.
    """
    remedy = f"or download {url} yourself and name the file with --source or {WIKINEWS_VARIABLE}"
    try:
        import pooch  # noqa: PLC0415  an extra, and heavy
    except ModuleNotFoundError:
        raise ArchiveError(
            "the Wikinews archive is fetched with pooch, which is not installed: "
            f"pip install 'malmoi[hydrate]', {remedy}"
        ) from None
    pooch.get_logger().setLevel("WARNING")
    cache = folder or Path(pooch.os_cache("malmoi"))
    try:
        return Path(pooch.retrieve(url, known_hash=f"sha256:{sha256}", fname=f"wikinews-{sha256[:8]}.db", path=cache))
    except ValueError as error:
        if "hash" not in str(error).lower():
            raise
        raise ArchiveError(
            f"what {url} serves is not the pinned archive (another SHA-256): try again, {remedy}"
        ) from None
    except OSError as error:
        raise ArchiveError(
            f"the Wikinews archive could not be fetched: {_failure(error)}; go online, {remedy}"
        ) from None


def _failure(error: OSError) -> str:
    """Why a download failed, in a few words: what requests says is a page of its inner calls."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP {response.status_code}"
    if error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"no network ({type(error).__name__})"


def article(record: WikinewsRecord) -> Article:
    """The row as the normalizer reads it: publisher and date set, the licence left to the caller.

    Raises:
        NormalizeError: the row has no text.
    """
    from malmoi.normalize import normalize_record  # noqa: PLC0415  only hydration needs it

    return normalize_record(
        title=record.title,
        body=record.body,
        reader="wikinews",
        publisher="위키뉴스",
        published_at=f"{record.published_on}T00:00:00+09:00" if record.published_on else None,
        published_precision="day" if record.published_on else None,
        url=record.url or None,
    )


def copy(record: WikinewsRecord) -> Copy:
    """The row as a copy to hydrate from."""
    from malmoi.standoff import record_copy  # noqa: PLC0415  as in `article`

    name = f"{WIKINEWS} row {record.key}"
    return record_copy(article(record), title=record.title, body=record.body, name=name)


def iso_date(value: object) -> str | None:
    """The ISO 8601 date that a value of the archive begins with: `2023-02-14 00:00:00`, `2023. 2. 14.`, `20230214`."""
    match = _DATE.match(str(value)) or _COMPACT_DATE.match(str(value))
    if match is None:
        return None
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def is_sqlite(path: Path) -> bool:
    """Whether the file is an SQLite database.

    Raises:
        ArchiveError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}") from None


def _open_database(path: Path) -> sqlite3.Connection:
    database = None
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        columns = {row[1] for row in database.execute("PRAGMA table_info(scrap)")}
    except sqlite3.Error as error:
        if database is not None:
            database.close()
        raise ArchiveError(f"{path}: {error}") from None
    missing = {"url", "title", "body", "content_date"} - columns
    if missing:
        database.close()
        raise ArchiveError(f"{path}: not the Wikinews archive: table `scrap` lacks {', '.join(sorted(missing))}")
    return database


def _read_extract(path: Path) -> dict[str, WikinewsRecord]:
    rows = {}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                data = orjson.loads(line)
                key, url, title, body, published = (data[field] for field in _EXTRACT_FIELDS)
            except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                raise ArchiveError(
                    f"{path}:{number}: neither SQLite nor a JSON Lines extract with "
                    f"{', '.join(_EXTRACT_FIELDS)}: {type(error).__name__} {error}"
                ) from None
            rows[str(key)] = WikinewsRecord(str(key), str(title), str(body), str(url or ""), iso_date(published))
    return rows
