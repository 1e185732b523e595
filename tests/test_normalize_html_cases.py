"""Pages in the markup of fifty families: against labels made by reading them, and against goldens.

tests/normalize_html/<case>/ holds input.html, labels.json (what a person would say is right) and expected.json (what
the normalizer makes of it). After a wanted change, `python tests/test_normalize_html_cases.py` writes the goldens anew.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
from html_labels import CASES, Score, labels_of, of_article, score

from malmoi import __version__, schemas, store
from malmoi.normalize.html import normalize_html
from malmoi.rules import texts
from malmoi.rules.doc import Doc

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.model import Article

# Two pages without a class or a meta to go by: an old magazine in nested tables, and hashed class names.
HARD = {"magazine-sandeul", "unseen-solbit"}


@cache
def _article(case: Path) -> Article:
    return normalize_html((case / "input.html").read_bytes(), name=case.name)


def _score(case: Path) -> Score:
    article = _article(case)
    blocks = [block.text or "" for block in article.blocks if block.type not in {"byline", "dateline"}]
    return score(labels_of(case), of_article(article), blocks)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_gives_golden(case: Path) -> None:
    expected = (
        (case / "expected.json")
        .read_text(encoding="utf-8")
        .replace('"version": "0.1.0"', f'"version": "{__version__}"')
    )
    assert store.dumps(_article(case)).decode() == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_is_a_valid_article_without_contacts(case: Path) -> None:
    data = store.to_dict(store.load(case / "expected.json"))
    assert list(jsonschema_rs.validator_for(schemas.article_schema()).iter_errors(data)) == []
    doc = Doc(data)
    assert list(texts.email_address_in_text(doc)) == []
    assert list(texts.phone_number_in_text(doc)) == []


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in HARD], ids=lambda case: case.name)
def test_page_agrees_with_its_labels(case: Path) -> None:
    got = _score(case)
    assert got.body > 0.97
    assert not got.leaks
    assert got.furniture == []
    assert got.headline
    assert got.minute
    assert got.reporters


def test_pages_agree_with_their_labels_as_a_whole() -> None:
    scores = [_score(case) for case in CASES]
    assert len(scores) >= 50
    right = sum(one.captions for one in scores)
    assert sum(one.body for one in scores) / len(scores) > 0.995
    assert right / sum(one.found for one in scores) > 0.97
    assert right / sum(one.wanted for one in scores) > 0.97


if __name__ == "__main__":
    for path in CASES:
        (path / "expected.json").write_bytes(store.dumps(_article(path)))
