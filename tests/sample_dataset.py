"""A small built dataset of every layer and both tiers, for the tests of Croissant and of the rules for datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sample_corpus import annotated, bare, wiki, write

from malmoi.build.builder import build
from malmoi.build.texts import Texts
from malmoi.model import Annotation
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.model import Article

CITATION = """\
cff-version: 1.2.0
title: "Malmoi: a sample"
authors: [{name: The Malmoi maintainers}, {given-names: 채령, family-names: 은}]
keywords: [Korean, news]
url: https://example.org/malmoi
"""
CHANGELOG = """\
# Changelog

## Code

### [0.1.0] - 2020-01-01

## Data

### [0.2.0] - 2026-12-24

### [0.1.0] - 2026-11-22
"""


def _machine_annotated(article: Article, *roles: str) -> Article:
    passes = tuple(
        msgspec.convert(
            {"layers": ["entities"], "by": "machine", "agent": f"reader {role}", "role": role, "guidelines": "1.0"},
            Annotation,
        )
        for role in roles
    )
    provenance = msgspec.structs.replace(article.provenance, annotations=passes, written_by="a language model")
    return msgspec.structs.replace(article, provenance=provenance)


def build_dataset(home: Path) -> Path:
    """Write a corpus with all that stands beside one, and build it; gives the folder of the dataset."""
    (home / "CITATION.cff").write_text(CITATION, encoding="utf-8")
    (home / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    (home / "DATASHEET.md").write_text("# 데이터시트\n", encoding="utf-8")
    corpus = write(
        home / "corpus",
        {
            _machine_annotated(annotated(), "first", "second", "adjudication"): "train",
            _machine_annotated(bare("open-snow", "밤새 눈이 내려 고갯길이 막혔다."), "first"): "validation",
            withhold(wiki()): "test",
        },
    )
    report = build(corpus, home / "dist", Texts(lambda _: wiki(), "a copy")).report
    assert (report.articles, report.refused) == (3, ())
    return home / "dist"
