"""The dataset card: YAML that `datasets` reads, prose that people read. Everything it counts was built."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from malmoi.build.rights import ANNOTATIONS_LICENSE, TERMS, is_ours, writers
from malmoi.findings import counted
from malmoi.splits import SPLITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from datasets import Features

    from malmoi.build.about import About
    from malmoi.build.gather import Piece
    from malmoi.model import Article
    from malmoi.splits import Split

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_ANNOTATORS = {"human": "expert-generated", "machine": "machine-generated", "rules": "machine-generated"}


class SplitFile(NamedTuple):
    """A Parquet file of one config and split: rows, bytes in memory (Arrow), bytes on disk and their hash."""

    split: Split
    path: str
    examples: int
    memory: int
    disk: int
    sha256: str


class Release(NamedTuple):
    """The versions of the data and of what made it, and how it is cited."""

    corpus: str
    malmoi: str
    schema: str
    about: About


def card(
    features: Mapping[str, Features],
    tables: Mapping[str, Sequence[SplitFile]],
    pieces: Sequence[Piece],
    missing: Sequence[str],
    release: Release,
) -> bytes:
    """The README.md of a built dataset."""
    front = yaml.safe_dump(
        _metadata(features, tables, pieces), allow_unicode=True, sort_keys=False, width=120, indent=2
    )
    articles = [piece.article for piece in pieces]
    prose = (files("malmoi.build") / "card.md").read_text(encoding="utf-8")
    filled = prose.format(
        version=release.corpus,
        malmoi=release.malmoi,
        schema=release.schema,
        total=counted(len(pieces), "article"),
        counts=_counts(tables),
        contents=_contents(articles),
        text_origin=_text_origin(articles),
        annotators=_annotators(articles),
        missing=_missing(missing),
        licenses=_licenses(articles),
        attribution=_attribution(articles),
    )
    return f"---\n{front}---\n\n{filled}".encode()


def _metadata(
    features: Mapping[str, Features], tables: Mapping[str, Sequence[SplitFile]], pieces: Sequence[Piece]
) -> dict[str, Any]:
    articles = [piece.article for piece in pieces]
    licenses = {TERMS[article.license].hub for article in articles} | {TERMS[ANNOTATIONS_LICENSE].hub}
    annotators = {_ANNOTATORS[one.by] for article in articles for one in article.provenance.annotations}
    return {
        "pretty_name": "Malmoi (말모이)",
        "language": ["ko"],
        "license": sorted(licenses),
        "multilinguality": ["monolingual"],
        "size_categories": [_size(len(pieces))],
        "source_datasets": ["original"],
        "annotations_creators": sorted(annotators) or ["no-annotation"],
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition", "coreference-resolution"],
        "tags": ["news", "quotation-attribution", "photo-captions", "korean"],
        "configs": [
            {
                "config_name": config,
                "data_files": [{"split": file.split, "path": file.path} for file in tables[config]],
            }
            for config in features
            if tables[config]
        ],
        "dataset_info": [
            {
                "config_name": config,
                "features": columns._to_yaml_list(),  # noqa: SLF001  the only writer of the card's features
                "splits": [
                    {"name": file.split, "num_bytes": file.memory, "num_examples": file.examples}
                    for file in tables[config]
                ],
                "download_size": sum(file.disk for file in tables[config]),
                "dataset_size": sum(file.memory for file in tables[config]),
            }
            for config, columns in features.items()
            if tables[config]
        ],
    }


def _size(total: int) -> str:
    return next((name for limit, name in _SIZES if total < limit), "10M<n<100M")


def _markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", r"\|") for cell in line) + " |" for line in lines)


def _counts(tables: Mapping[str, Sequence[SplitFile]]) -> str:
    rows = []
    for config, found in tables.items():
        examples = {file.split: file.examples for file in found}
        cells = [examples.get(split, 0) for split in SPLITS]
        rows.append((f"`{config}`", *(f"{cell:,}" for cell in (*cells, sum(cells)))))
    return _markdown(("config", *SPLITS, "rows"), rows)


def _contents(articles: Sequence[Article]) -> str:
    rows = []
    for tier in sorted({article.tier or "" for article in articles}):
        found = [article for article in articles if article.tier == tier]
        sizes = (
            len(found),
            sum(len(block.text or "") for article in found for block in article.blocks),
            sum(len(article.entities) for article in found),
            sum(len(article.clusters) for article in found),
            sum(len(article.quotes) for article in found),
            sum(len(article.captions) for article in found),
        )
        rows.append((f"`{tier}`", *(f"{size:,}" for size in sizes)))
    return _markdown(("tier", "articles", "characters", "entities", "clusters", "quotes", "captions"), rows)


def _text_origin(articles: Sequence[Article]) -> str:
    return "\n".join(f"- {counted(number, 'article')} written by {name}" for name, number in writers(articles))


def _annotators(articles: Sequence[Article]) -> str:
    passes = Counter(
        (one.role, one.by, one.agent, one.guidelines) for article in articles for one in article.provenance.annotations
    )
    rows = [(*key, f"{number:,}") for key, number in sorted(passes.items())]
    if not rows:
        return "No pass of annotation is recorded."
    return _markdown(("pass", "by", "annotator", "guidelines", "articles"), rows)


def _missing(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    return (
        f"\nThis build is not complete: the text of {counted(len(missing), 'article')} of Korean Wikinews was not at "
        "hand, so they are not in it.\n"
    )


def _licenses(articles: Sequence[Article]) -> str:
    found = Counter((article.tier or "", article.license) for article in articles)
    rows = [
        (f"`{tier}`", f"[{TERMS[name].name}]({TERMS[name].url})", f"{number:,}")
        for (tier, name), number in sorted(found.items())
    ]
    return _markdown(("tier", "licence of the text", "articles"), rows)


def _attribution(articles: Sequence[Article]) -> str:
    """Title, address and licence of every text that others wrote."""
    rows = [
        (
            f"`{article.id}`",
            f"[{_title(article)}]({article.url})" if article.url else _title(article),
            TERMS[article.license].name,
        )
        for article in articles
        if not is_ours(article)
    ]
    if not rows:
        return "No text by others is in this build."
    return _markdown(("id", "title", "licence"), rows)


def _title(article: Article) -> str:
    """The headline as the text of a Markdown link."""
    return (article.headline() or article.id).replace("\\", "\\\\").replace("[", r"\[").replace("]", r"\]")
