"""The Wikinews archive: SQLite, a JSON Lines extract, and fetching with a checked hash."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import threading
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from malmoi import archives, store
from malmoi.archives import ArchiveError, WikinewsArchive, fetch_wikinews, iso_date, open_wikinews
from malmoi.standoff import hydrate, withhold

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTRACT = Path(__file__).resolve().parents[2] / "shared/data/wikinews/articles.jsonl"
TITLE = "누리시, 새 도서관 착공"
BODY = "누리시는 새 도서관을 짓기 시작했다고 14일 밝혔다.[1][2]\n공사는 내년 3월에 끝난다.[3]"
ROWS = [
    (3, "https://ko.wikinews.org/wiki/A", TITLE, BODY, "2023-02-14 09:00:00"),
    (7, "https://ko.wikinews.org/wiki/B", "빈 글", None, None),
]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "wikinews.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE scrap (id INTEGER PRIMARY KEY, url, title, body, content_date)")
        connection.executemany("INSERT INTO scrap VALUES (?, ?, ?, ?, ?)", ROWS)
        connection.commit()
    return path


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    row = {"source_id": 3, "url": ROWS[0][1], "title": TITLE, "body": BODY, "published_on": "2023-02-14"}
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def test_both_forms_give_the_same_record(database: Path, extract: Path) -> None:
    with open_wikinews(database) as one, open_wikinews(extract) as other:
        assert one.record("3") == other.record("3")
        assert one.record("3").published_on == "2023-02-14"


@pytest.mark.parametrize("key", ["4", "x", "3 OR 1=1", "-3", "٣", "9" * 30, ""])
def test_missing_row_is_named(database: Path, key: str) -> None:
    with open_wikinews(database) as archive, pytest.raises(ArchiveError, match=f"row {key}"):
        archive.record(key)


def test_row_without_text_is_an_error(database: Path) -> None:
    with open_wikinews(database) as archive, pytest.raises(ArchiveError, match="row 7 has no title or no body"):
        archive.record("7")


def test_record_becomes_an_article_and_a_copy(database: Path) -> None:
    with open_wikinews(database) as archive:
        record = archive.record("3")
    found = archives.article(record)
    assert [(block.type, block.text) for block in found.blocks] == [
        ("headline", TITLE),
        ("paragraph", "누리시는 새 도서관을 짓기 시작했다고 14일 밝혔다."),
        ("paragraph", "공사는 내년 3월에 끝난다."),
    ]
    assert (found.publisher, found.published_at, found.published_precision) == (
        "위키뉴스",
        "2023-02-14T00:00:00+09:00",
        "day",
    )
    assert found.url == "https://ko.wikinews.org/wiki/A"
    annotated = replace(found, id="wn-3", license="CC-BY-2.5")
    result = hydrate(withhold(annotated), archives.copy(record))
    assert result.report.exact
    assert store.text_sha256(result.article.blocks) == store.text_sha256(found.blocks)


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2023-02-14", "2023-02-14"),
        ("2023-02-14T10:11:12+09:00", "2023-02-14"),
        ("2023. 2. 4.", "2023-02-04"),
        ("2023년 2월 14일 화요일", "2023-02-14"),
        ("2023/2/14 10:00", "2023-02-14"),
        (20230214, "2023-02-14"),
        ("2023-13-01", None),
        ("2023-02-30", None),
        (None, None),
        ("화요일", None),
    ],
)
def test_dates_of_several_forms(value: object, date: str | None) -> None:
    assert iso_date(value) == date


def test_environment_variable_names_the_archive(extract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(archives.WIKINEWS_VARIABLE, str(extract))
    with open_wikinews() as archive:
        assert archive.path == extract
    monkeypatch.setenv(archives.WIKINEWS_VARIABLE, str(extract) + ".gone")
    with pytest.raises(ArchiveError, match=r"MALMOI_WIKINEWS names .*gone, which is no file"):
        open_wikinews()


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("글\n", encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"a\.txt:1: neither SQLite nor a JSON Lines extract"):
        WikinewsArchive(text)
    with pytest.raises(ArchiveError, match="No such file"):
        WikinewsArchive(tmp_path / "none.db")
    strange = tmp_path / "other.db"
    with closing(sqlite3.connect(strange)) as connection:
        connection.execute("CREATE TABLE scrap (url, title)")
        connection.commit()
    with pytest.raises(ArchiveError, match="lacks body, content_date"):
        WikinewsArchive(strange)
    cut = tmp_path / "cut.db"
    cut.write_bytes(strange.read_bytes()[:600])
    with pytest.raises(ArchiveError, match=r"cut\.db: "):
        WikinewsArchive(cut)


def test_the_archive_is_opened_read_only(database: Path) -> None:
    database.chmod(0o444)
    before = database.read_bytes()
    with open_wikinews(database) as archive:
        archive.record("3")
    assert database.read_bytes() == before


class Quiet(SimpleHTTPRequestHandler):
    """A file server that logs nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing."""


@pytest.fixture
def address(database: Path) -> Iterator[str]:
    """Address of a server of the database's folder, on this machine only."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(database.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_fetching_checks_the_hash_and_keeps_the_file(address: str, database: Path, tmp_path: Path) -> None:
    pytest.importorskip("pooch", reason="the extra `hydrate` is not installed")
    digest = hashlib.sha256(database.read_bytes()).hexdigest()
    cache = tmp_path / "cache"
    path = fetch_wikinews(f"{address}/wikinews.db", digest, cache)
    with open_wikinews(path) as archive:
        assert archive.record("3").title == TITLE
    database.unlink()
    assert fetch_wikinews(f"{address}/wikinews.db", digest, cache) == path


def test_another_hash_is_refused_and_nothing_is_kept(address: str, tmp_path: Path) -> None:
    pytest.importorskip("pooch", reason="the extra `hydrate` is not installed")
    cache = tmp_path / "cache"
    with pytest.raises(ArchiveError, match="is not the pinned archive"):
        fetch_wikinews(f"{address}/wikinews.db", "0" * 64, cache)
    assert not [file for file in cache.rglob("*") if file.is_file()]


@pytest.mark.parametrize("target", ["/gone.db", None])
def test_failed_download_says_what_to_do(address: str, tmp_path: Path, target: str | None) -> None:
    pytest.importorskip("pooch", reason="the extra `hydrate` is not installed")
    url = address + target if target else "http://127.0.0.1:9/wikinews.db"
    reason = "HTTP 404" if target else r"no network \(ConnectionError\)"
    expected = rf"could not be fetched: {reason}; go online, or download {url} .*--source or MALMOI_WIKINEWS"
    with pytest.raises(ArchiveError, match=expected):
        fetch_wikinews(url, "0" * 64, tmp_path / "cache")


def test_without_pooch_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ArchiveError, match=r"pip install 'malmoi\[hydrate\]'"):
        fetch_wikinews("http://127.0.0.1:9/wikinews.db", "0" * 64, tmp_path)


@pytest.mark.skipif(not EXTRACT.is_file(), reason="the Wikinews extract is not at hand")
def test_articles_of_the_real_extract_come_back_exactly() -> None:
    with open_wikinews(EXTRACT) as archive:
        for line in EXTRACT.read_text(encoding="utf-8").split("\n")[0:60:5]:
            key = json.loads(line)["source_id"]
            record = archive.record(str(key))
            annotated = replace(archives.article(record), id=f"wn-{key}")
            assert hydrate(withhold(annotated), archives.copy(record)).report.exact
