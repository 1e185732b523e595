"""The build from end to end: what is in it, that it loads, that it is the same every time."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import datasets
import msgspec
import pytest
from sample_corpus import annotated, bare, wiki, write

from malmoi import store
from malmoi.build.builder import BuildError, Built, build, finished
from malmoi.build.texts import Texts
from malmoi.commands import main
from malmoi.findings import MalmoiError
from malmoi.model import Article, Hydrated, Quote, Span
from malmoi.rules import RULES
from malmoi.standoff import withhold
from malmoi.validate import validate

if TYPE_CHECKING:
    from pathlib import Path

NO_COPY = Texts(None, why="no copy in this test")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    private = msgspec.structs.replace(
        bare("private-note", "나만 보는 글이다.", "private"), license="LicenseRef-publisher"
    )
    return write(
        tmp_path / "corpus",
        {
            annotated(): "train",
            bare("open-snow", "밤새 눈이 내려 고갯길이 막혔다."): "test",
            bare("open-rain", "아침부터 비가 그쳐 강물이 줄었다."): "train",
            private: "train",
        },
    )


def restored(article: Article) -> Article:
    """A copy that has every text of the tests, and notes that it put it back."""
    whole = wiki(article.id)
    note = Hydrated(exact=True, copy_sha256="0" * 64)
    return msgspec.structs.replace(whole, provenance=msgspec.structs.replace(whole.provenance, hydrated=note))


def add(corpus: Path, article: Article, split: str | None) -> Path:
    path = corpus / str(article.tier) / f"{article.id}.json"
    store.dump(article, path)
    if split:
        with (corpus / "splits.tsv").open("a", encoding="utf-8") as table:
            table.write(f"{article.id}\t{split}\n")
    return path


def contents(dist: Path) -> dict[str, bytes]:
    return {path.relative_to(dist).as_posix(): path.read_bytes() for path in dist.rglob("*") if path.is_file()}


def load(dist: Path, config: str, cache: Path, **more: Any) -> Any:  # noqa: ANN401  datasets has no types
    datasets.disable_progress_bars()
    return datasets.load_dataset(str(dist), config, cache_dir=str(cache), **more)


def ids(dist: Path, cache: Path) -> set[str]:
    return {row["id"] for split in load(dist, "default", cache).values() for row in split}


def test_every_config_loads_typed_and_streams(corpus: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    built = build(corpus, dist, NO_COPY)
    assert built.fresh
    assert (built.report.articles, built.report.refused, built.report.missing) == (3, (), ())
    for config, expected in {"default": 3, "ner": 11, "quotes": 2, "captions": 2}.items():
        loaded = load(dist, config, tmp_path / "cache")
        assert sum(split.num_rows for split in loaded.values()) == expected
        streamed = load(dist, config, tmp_path / "cache", streaming=True)
        for name, split in loaded.items():
            assert list(split) == list(streamed[name])
    labels = load(dist, "ner", tmp_path / "cache")["train"].features["entities"].feature["label"]
    assert isinstance(labels, datasets.ClassLabel)
    first = next(row for row in load(dist, "ner", tmp_path / "cache")["train"] if row["id"] == "open-bridge/p02")
    assert [(one["text"], labels.int2str(one["label"])) for one in first["entities"]] == [
        ("설은호", "PS_NAME"),
        ("회장", "CV_POSITION"),
        ("100여 명", "QT_COUNT"),
    ]


def test_splits_without_rows_are_left_out_and_the_rest_loads(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "dist", NO_COPY)
    assert set(load(tmp_path / "dist", "default", tmp_path / "cache")) == {"train", "test"}
    assert set(load(tmp_path / "dist", "quotes", tmp_path / "cache")) == {"train"}


def test_bytes_are_the_same_from_run_to_run(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "one", NO_COPY)
    build(corpus, tmp_path / "two", NO_COPY)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_order_of_the_files_does_not_matter(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "one", NO_COPY)
    (corpus / "open" / "2024").mkdir()
    (corpus / "open" / "open-rain.json").rename(corpus / "open" / "2024" / "open-rain.json")
    build(corpus, tmp_path / "two", NO_COPY)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert {name: one[name] for name in one if name != ".stamp"} == {
        name: two[name] for name in two if name != ".stamp"
    }


def test_checksums_name_every_file(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "DATASHEET.md").write_text("# 데이터시트\n", encoding="utf-8")
    dist = tmp_path / "dist"
    build(corpus, dist, NO_COPY)
    files = {name: raw for name, raw in contents(dist).items() if name not in {".stamp", "SHA256SUMS"}}
    assert {"README.md", "ATTRIBUTION.tsv", "DATASHEET.md", "ner/train.parquet"} <= files.keys()
    lines = (dist / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert lines == [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]


def test_a_second_build_does_no_work(corpus: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    first = build(corpus, dist, NO_COPY)
    inode = (dist / "README.md").stat().st_ino
    assert build(corpus, dist, NO_COPY) == Built(first.report, fresh=False)
    assert (dist / "README.md").stat().st_ino == inode


@pytest.mark.parametrize("change", ["article", "private", "splits", "version", "copy", "damage", "loss"])
def test_any_change_makes_a_new_build(corpus: Path, tmp_path: Path, change: str) -> None:
    dist = tmp_path / "dist"
    build(corpus, dist, NO_COPY)
    texts = NO_COPY
    match change:
        case "article":
            add(corpus, bare("open-snow", "밤새 눈이 내려 학교가 쉬었다."), None)
        case "private":
            (corpus / "private" / "private-note.json").unlink()
        case "splits":
            table = corpus / "splits.tsv"
            table.write_text(table.read_text().replace("open-snow\ttest", "open-snow\ttrain"))
        case "version":
            (corpus / "VERSION").write_text("0.2.0\n")
        case "copy":
            texts = Texts(restored, "a copy")
        case "damage":
            (dist / "ner" / "train.parquet").write_bytes(b"")
        case "loss":
            (dist / "ATTRIBUTION.tsv").unlink()
    assert build(corpus, dist, texts).fresh


def test_withheld_text_is_put_back_and_the_note_of_it_is_not_published(corpus: Path, tmp_path: Path) -> None:
    add(corpus, withhold(wiki()), "test")
    dist = tmp_path / "dist"
    report = build(corpus, dist, Texts(restored, "a copy")).report
    assert (report.refused, report.missing) == ((), ())
    row = next(row for row in load(dist, "default", tmp_path / "cache")["test"] if row["id"] == "wiki-lake")
    assert "호숫가에" in row["text"]
    assert "hydrated" not in row["provenance"]
    assert "wiki-lake\ttest\t산마을 소식 wiki-lake\tcontributors of Korean Wikinews" in (
        dist / "ATTRIBUTION.tsv"
    ).read_text(encoding="utf-8")


def test_what_only_the_text_shows_to_be_wrong_is_refused(corpus: Path, tmp_path: Path) -> None:
    whole = wiki()
    words = next(block for block in whole.blocks if block.type == "paragraph")
    assert words.text
    content = Span(block=words.id, start=0, end=2, text=words.text[:2])
    quote = Quote(id="q-0001", type="direct", mode="speech", source_status="none", content=(content,))
    wrong = msgspec.structs.replace(whole, quotes=(quote,))
    path = add(corpus, withhold(wrong), "test")
    assert validate([path]).findings == []
    report = build(corpus, tmp_path / "dist", Texts(lambda _: wrong, "a copy")).report
    assert report.articles == 3
    assert [refused.reason.partition(":")[0] for refused in report.refused] == ["MM332 direct-quote-without-marks"]


def test_without_a_copy_the_rest_is_built_and_the_card_is_true(corpus: Path, tmp_path: Path) -> None:
    add(corpus, withhold(wiki()), "test")
    dist = tmp_path / "dist"
    report = build(corpus, dist, NO_COPY).report
    assert (report.articles, report.missing, report.refused) == (3, ("wiki-lake",), ())
    card = (dist / "README.md").read_text(encoding="utf-8")
    assert "3 articles" in card
    assert "the text of 1 article of Korean Wikinews was not at" in card
    assert "cc-by-2.5" not in card
    assert ids(dist, tmp_path / "cache") == {"open-bridge", "open-rain", "open-snow"}


def test_private_texts_are_never_built(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "dist", NO_COPY)
    assert "private-note" not in ids(tmp_path / "dist", tmp_path / "cache")
    assert all("나만 보는 글".encode() not in raw for raw in contents(tmp_path / "dist").values())


def test_articles_that_something_is_wrong_with_are_left_out_and_named(corpus: Path, tmp_path: Path) -> None:
    unread = corpus / "open" / "broken.json"
    unread.write_bytes(b'{"id": ')
    unplaced = add(corpus, bare("open-new", "들판에 새 길이 났다."), None)
    locked = msgspec.structs.replace(bare("open-locked", "신문이 쓴 글이다."), license="LicenseRef-publisher")
    closed = add(corpus, locked, "train")
    taken = add(corpus, bare("open-gone", "거두어들인 글이다."), "train")
    (corpus / "withdrawn.tsv").write_text("id\tdate\treason\nopen-gone\t2026-01-01\trequest\n", encoding="utf-8")
    bad_span = annotated()
    entity = msgspec.structs.replace(bad_span.entities[0], end=99)
    bad_span = msgspec.structs.replace(bad_span, id="open-span", event=None, entities=(entity,), quotes=(), captions=())
    beyond = add(corpus, bad_span, "train")
    report = build(corpus, tmp_path / "dist", NO_COPY).report
    refused = dict(report.refused)
    assert refused.keys() == {str(path) for path in (unread, unplaced, closed, taken, beyond)}
    assert all(refused.values())
    assert "withdrawn.tsv" in refused[str(taken)]
    assert "malmoi split" in refused[str(unplaced)]
    assert refused[str(beyond)].split()[0] in RULES
    assert report.articles == 3


def test_texts_that_leak_once_they_are_put_back_are_left_out(corpus: Path, tmp_path: Path) -> None:
    add(corpus, withhold(wiki("wiki-a")), "train")
    add(corpus, withhold(wiki("wiki-b")), "test")

    def same(article: Article) -> Article:
        return msgspec.structs.replace(wiki("wiki-a"), id=article.id)

    report = build(corpus, tmp_path / "dist", Texts(same, "a copy")).report
    assert [reason for _, reason in report.refused] == [
        "wiki-b (test) nearly repeats wiki-a (train); correct splits.tsv so that both are in one split"
    ]


def test_a_copy_that_does_not_fit_leaves_the_article_out(corpus: Path, tmp_path: Path) -> None:
    path = add(corpus, withhold(wiki()), "test")

    def other(article: Article) -> Article:
        raise MalmoiError(f"{article.id}: no copy of it")

    report = build(corpus, tmp_path / "dist", Texts(other, "a copy")).report
    assert [tuple(one) for one in report.refused] == [(str(path), "wiki-lake: no copy of it")]


def test_a_folder_that_is_no_build_is_never_replaced(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("…", encoding="utf-8")
    for dist in (tmp_path / "mine", corpus, tmp_path):
        with pytest.raises(BuildError, match="choose another folder"):
            build(corpus, dist, NO_COPY)
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_build_that_fails_leaves_the_earlier_one(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist = tmp_path / "dist"
    build(corpus, dist, NO_COPY)
    before = contents(dist)
    (corpus / "VERSION").write_text("0.2.0\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("malmoi.build.parquet.write", full)
    with pytest.raises(BuildError, match="No space left"):
        build(corpus, dist, NO_COPY)
    assert contents(dist) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "dist"]


def test_an_earlier_build_is_found_without_a_copy_of_the_texts(corpus: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    assert finished(corpus, dist) is None
    add(corpus, withhold(wiki()), "test")
    first = build(corpus, dist, Texts(restored, "a copy"))
    assert finished(corpus, dist) == first._replace(fresh=False)
    assert not build(corpus, dist, NO_COPY).fresh
    (dist / "ATTRIBUTION.tsv").unlink()
    assert finished(corpus, dist) is None


def test_a_build_that_lacks_texts_is_not_finished(corpus: Path, tmp_path: Path) -> None:
    add(corpus, withhold(wiki()), "test")
    build(corpus, tmp_path / "dist", NO_COPY)
    assert finished(corpus, tmp_path / "dist") is None


def test_a_build_is_never_replaced_by_one_that_lacks_its_texts(corpus: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    path = add(corpus, withhold(wiki()), "test")
    build(corpus, dist, Texts(restored, "a copy"))
    before = contents(dist)
    (corpus / "VERSION").write_text("0.2.0\n")
    with pytest.raises(BuildError, match=r"would lack 1 text that it holds: no copy in this test\. To build without"):
        build(corpus, dist, NO_COPY)
    assert contents(dist) == before
    # An article that was never in it is no loss, and neither is one that left the corpus.
    add(corpus, withhold(wiki("wiki-new")), "test")
    path.unlink()
    assert build(corpus, dist, NO_COPY).report.missing == ("wiki-new",)
    assert ids(dist, tmp_path / "cache") == {"open-bridge", "open-rain", "open-snow"}


@pytest.mark.parametrize("version", ["", "v1", "1.0", " 0.1.0", "0.1.0\r\n", "0.1.0\n\n"])
def test_a_version_that_is_none_is_refused(corpus: Path, tmp_path: Path, version: str) -> None:
    (corpus / "VERSION").write_bytes(version.encode())
    assert "MM408" in {finding.code for finding in validate([corpus]).findings}
    with pytest.raises(BuildError, match=r"expected one line such as 0\.1\.0"):
        build(corpus, tmp_path / "dist", NO_COPY)


def test_nothing_to_build_is_an_error_that_says_why(tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus", {withhold(wiki()): "test"})
    with pytest.raises(BuildError, match="the text of 1 article is withheld"):
        build(corpus, tmp_path / "dist", NO_COPY)
    assert not (tmp_path / "dist").exists()


def test_command(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dist = tmp_path / "dist"
    assert main(["build", str(corpus), "-o", str(dist)]) == 0
    assert capsys.readouterr().err == f"{dist}: built, 3 articles\n"
    assert main(["build", str(corpus), "-o", str(dist)]) == 0
    assert capsys.readouterr().err == f"{dist}: up to date, 3 articles\n"
    path = add(corpus, bare("open-new", "들판에 새 길이 났다."), None)
    for _ in range(2):
        # An earlier build with the same faults tells of them again.
        assert main(["build", str(corpus), "-o", str(dist)]) == 1
        assert f"{path}: left out" in capsys.readouterr().err
    assert main(["build", str(tmp_path / "nowhere"), "-o", str(dist)]) == 2
    assert "not a corpus folder" in capsys.readouterr().err


@pytest.mark.parametrize("library", ["datasets", "pyarrow", "yaml"])
def test_a_missing_library_is_named_with_its_extra(corpus: Path, tmp_path: Path, library: str) -> None:
    command = f"import sys; sys.modules[{library!r}] = None; from malmoi.commands import main; sys.exit(main())"
    arguments = ["build", str(corpus), "-o", str(tmp_path / "dist")]
    done = subprocess.run([sys.executable, "-c", command, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.endswith(" is not installed; pip install 'malmoi[build]'\n")
    assert "Traceback" not in done.stderr
