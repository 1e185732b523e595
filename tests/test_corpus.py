"""The released data keeps what the datasheet promises of it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from malmoi import splits, store
from malmoi.build.texts import wikinews_copy
from malmoi.findings import Severity
from malmoi.stats import contents
from malmoi.stats.contents import length, passes
from malmoi.stats.tables import TOPICS
from malmoi.validate import check_article, validate

if TYPE_CHECKING:
    from malmoi.model import Article

CORPUS = Path(__file__).parents[1] / "corpus"
EXTRACT = Path(__file__).resolve().parents[2] / "shared/data/wikinews/articles.jsonl"


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [store.load(path) for path in store.corpus_files(CORPUS)]


@pytest.fixture(scope="module")
def placed() -> dict[str, splits.Split]:
    return splits.read(CORPUS / "splits.tsv")


def test_the_corpus_is_valid() -> None:
    assert {finding.code for finding in validate([CORPUS]).findings} <= {"MM505"}


def test_every_article_was_read_by_more_than_one(articles: list[Article], placed: dict[str, splits.Split]) -> None:
    for article in articles:
        roles = {one.role for one in article.provenance.annotations}
        assert "adjudication" in roles if passes(article) == 2 else roles == {"first", "review"}, article.id
        assert placed[article.id] != "test" or passes(article) == 2, article.id


def test_what_was_annotated_twice_is_kept(articles: list[Article]) -> None:
    twice = {article.id for article in articles if passes(article) == 2}
    for side in ("first", "second"):
        assert {path.stem for path in (CORPUS / "double" / side).glob("*.json")} == twice


def test_an_event_lies_in_one_split(articles: list[Article], placed: dict[str, splits.Split]) -> None:
    where: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        if article.event:
            where[article.event].add(placed[article.id])
    assert len(where) > 20
    assert all(len(found) == 1 for found in where.values())


def test_written_articles_cover_what_was_planned(articles: list[Article], placed: dict[str, splits.Split]) -> None:
    written = [article for article in articles if article.tier == "open"]
    found = contents(written, placed)
    assert found.articles >= 240
    assert found.splits["test"] >= 40
    assert found.topics.keys() == TOPICS.keys()
    assert len(found.publishers) >= 12
    assert set(found.years) == {str(year) for year in range(2019, 2027)}
    assert len(found.provinces) == 17
    assert found.quotes >= 1000
    assert found.captions >= 200
    assert all(250 <= length(article) <= 3000 for article in written)


def test_wikinews_holds_no_text(articles: list[Article], placed: dict[str, splits.Split]) -> None:
    real = [article for article in articles if article.tier == "wikinews"]
    assert len(real) >= 160
    assert sum(placed[article.id] == "test" for article in real) >= 40
    assert all(block.text is None for article in real for block in article.blocks)


def test_wikinews_is_valid_with_its_text(articles: list[Article]) -> None:
    if not EXTRACT.is_file():
        pytest.skip("the Wikinews extract is not beside this checkout (../shared/data/wikinews)")
    with wikinews_copy(EXTRACT) as copy:
        assert copy.restore
        for article in articles:
            if article.tier == "wikinews":
                findings = check_article(store.to_dict(copy.restore(article)), article.id)
                assert [found for found in findings if found.severity > Severity.NOTE] == []


def test_every_person_and_organisation_is_in_a_cluster(articles: list[Article]) -> None:
    for article in articles:
        loose = [e.id for e in article.entities if e.label.startswith(("PS_", "OGG_")) and not e.cluster]
        assert not loose, article.id
