"""Where the build finds withheld text: a named copy, the environment, the pinned archive, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import orjson
import pytest
from sample_corpus import bare, write

from malmoi import archives, store
from malmoi.archives import WIKINEWS, WIKINEWS_VARIABLE, ArchiveError
from malmoi.build.document import Document
from malmoi.build.texts import TextsError, wikinews
from malmoi.commands import main
from malmoi.model import Article, Origin
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from pathlib import Path

BODY = "바닷가 등대가 1일 저녁 새 등을 켰다.[1]\n불빛은 먼바다에 나간 고깃배까지 닿는다고 등대지기는 말했다."
ROW = {
    "source_id": 7,
    "url": "https://ko.wikinews.org/wiki/%EB%93%B1%EB%8C%80",
    "title": "바닷가 등대에 새 등이 켜졌다",
    "body": BODY,
    "published_on": "2024-05-01",
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WIKINEWS_VARIABLE, raising=False)


def extract(folder: Path, **changed: object) -> Path:
    path = folder / "extract.jsonl"
    path.write_bytes(orjson.dumps(ROW | changed) + b"\n")
    return path


@pytest.fixture
def lighthouse(tmp_path: Path) -> Article:
    """The article of the row, as the normalizer reads it."""
    with archives.WikinewsArchive(extract(tmp_path)) as archive:
        normalized = archives.article(archive.record("7"))
    return msgspec.structs.replace(
        normalized,
        id="wikinews-lighthouse",
        tier="wikinews",
        license="CC-BY-2.5",
        origin=Origin(archive=WIKINEWS, key="7"),
    )


@pytest.fixture
def corpus(tmp_path: Path, lighthouse: Article) -> Path:
    snow = bare("open-snow", "밤새 눈이 내려 고갯길이 막혔다.")
    return write(tmp_path / "corpus", {withhold(lighthouse): "test", snow: "train"})


def offline() -> Path:
    raise ArchiveError("there is no network; name the file with --source")


def test_a_named_copy_gives_the_text_back(corpus: Path, tmp_path: Path, lighthouse: Article) -> None:
    with wikinews(corpus, extract(tmp_path)) as texts:
        assert texts.restore is not None
        restored = texts.restore(withhold(lighthouse))
    assert Document.of(restored).text() == Document.of(lighthouse).text()
    assert "[1]" not in Document.of(restored).text()


def test_another_copy_has_another_identity(corpus: Path, tmp_path: Path) -> None:
    with wikinews(corpus, extract(tmp_path)) as texts:
        first = texts.copy
    with wikinews(corpus, extract(tmp_path, title="바닷가 등대에 등이 켜졌다")) as texts:
        assert texts.copy != first


def test_a_row_that_differs_is_refused(corpus: Path, tmp_path: Path, lighthouse: Article) -> None:
    changed = BODY.replace("고깃배", "여객선")
    with wikinews(corpus, extract(tmp_path, body=changed)) as texts:
        assert texts.restore is not None
        with pytest.raises(TextsError, match="is not the text that was annotated"):
            texts.restore(withhold(lighthouse))


def test_an_article_without_a_row_is_refused(corpus: Path, tmp_path: Path, lighthouse: Article) -> None:
    rowless = msgspec.structs.replace(withhold(lighthouse), origin=None)
    with wikinews(corpus, extract(tmp_path)) as texts:
        assert texts.restore is not None
        with pytest.raises(TextsError, match="names no row"):
            texts.restore(rowless)


def test_a_corpus_without_wikinews_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "fetch_wikinews", lambda: pytest.fail("fetched"))
    corpus = write(tmp_path / "corpus", {bare("open-snow", "눈이 왔다."): "train"})
    with wikinews(corpus, None) as texts:
        assert texts.restore is None


def test_command_without_a_network_builds_the_rest_and_says_how_to_get_it(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "fetch_wikinews", offline)
    dist = tmp_path / "dist"
    for _ in range(2):
        assert main(["build", str(corpus), "-o", str(dist)]) == 0
        said = capsys.readouterr().err
        assert "1 Wikinews article left out" in said
        assert "name the file with --source" in said
        assert "1 article\n" in said
    assert main(["build", str(corpus), "-o", str(dist), "--source", str(extract(tmp_path))]) == 0
    assert capsys.readouterr().err == f"{dist}: built, 2 articles\n"


def test_command_fetches_nothing_for_a_build_that_is_whole_and_keeps_it_when_the_archive_is_lost(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dist = tmp_path / "dist"
    assert main(["build", str(corpus), "-o", str(dist), "--source", str(extract(tmp_path))]) == 0
    attribution = (dist / "ATTRIBUTION.tsv").read_bytes()
    monkeypatch.setattr(archives, "fetch_wikinews", lambda: pytest.fail("fetched"))
    capsys.readouterr()
    assert main(["build", str(corpus), "-o", str(dist)]) == 0
    assert capsys.readouterr().err == f"{dist}: up to date, 2 articles\n"
    monkeypatch.setattr(archives, "fetch_wikinews", offline)
    (corpus / "VERSION").write_text("0.2.0\n", encoding="utf-8")
    assert main(["build", str(corpus), "-o", str(dist)]) == 2
    said = capsys.readouterr().err
    assert f"{dist}: kept as it was, though out of date: a build now would lack 1 text that it holds" in said
    assert "name the file with --source" in said
    assert (dist / "ATTRIBUTION.tsv").read_bytes() == attribution


def test_command_with_a_copy_that_cannot_be_read(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dist = tmp_path / "dist"
    assert main(["build", str(corpus), "-o", str(dist), "--source", str(tmp_path / "none.db")]) == 2
    assert "none.db" in capsys.readouterr().err
    monkeypatch.setenv(WIKINEWS_VARIABLE, str(tmp_path / "nothing.db"))
    assert main(["build", str(corpus), "-o", str(dist)]) == 2
    assert WIKINEWS_VARIABLE in capsys.readouterr().err
    assert not dist.exists()


def test_split_compares_texts_that_are_put_back(
    corpus: Path, tmp_path: Path, lighthouse: Article, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = msgspec.structs.replace(lighthouse, id="open-twin", tier="open", license="CC-BY-4.0")
    store.dump(twin, corpus / "open" / "open-twin.json")
    assert main(["split", str(corpus), "--source", str(extract(tmp_path))]) == 0
    assert "test        open-twin" in capsys.readouterr().err
