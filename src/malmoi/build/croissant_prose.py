"""What croissant.json says in words: croissant.md, with what was built counted into it."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING

from malmoi.build.features import names
from malmoi.build.rights import writers
from malmoi.findings import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malmoi.build.card import Release
    from malmoi.build.gather import Piece
    from malmoi.model import Article


def prose(pieces: Sequence[Piece], missing: Sequence[str], release: Release) -> dict[str, str | list[str]]:
    """The prose by property: a string, or a list where there are several paragraphs."""
    template = (files("malmoi.build") / "croissant.md").read_text(encoding="utf-8")
    facts = _facts(pieces, missing, release)
    found: dict[str, str | list[str]] = {}
    for section in template.split("\n# ")[1:]:  # what stands before the first is for who edits it
        key, *paragraphs = section.strip().split("\n\n")
        values = [" ".join(paragraph.format(**facts).split()) for paragraph in paragraphs]
        found[key] = values[0] if len(values) == 1 else values
    return found


def _facts(pieces: Sequence[Piece], missing: Sequence[str], release: Release) -> dict[str, str]:
    articles = [piece.article for piece in pieces]
    tiers = Counter(article.tier or "no" for article in articles)
    return {
        "version": release.corpus,
        "total": counted(len(pieces), "article"),
        "tiers": ", ".join(f"{number:,} of the {tier} tier" for tier, number in sorted(tiers.items())),
        "writers": " ".join(
            f"{counted(number, 'article')} of the open tier are the work of {name}."
            for name, number in writers(articles)
        ),
        "labels": str(len(names("label"))),
        "missing": f"The text of {counted(len(missing), 'article')} was not at hand, so they are not in this build."
        if missing
        else "",
        "passes": _passes(articles),
        "per_item": _per_item(pieces),
        "people": _people(articles),
        "agents": _agents(articles),
    }


def _passes(articles: Sequence[Article]) -> str:
    """How many articles saw each pass of annotation."""
    roles = Counter(role for article in articles for role in {one.role for one in article.provenance.annotations})
    told = ", ".join(f"{role} ({counted(number, 'article')})" for role, number in sorted(roles.items()))
    return f"{told or 'none'}."


def _per_item(pieces: Sequence[Piece]) -> str:
    twice = {
        piece.article.id
        for piece in pieces
        if {"first", "second"} <= {one.role for one in piece.article.provenance.annotations}
    }
    tested = {piece.article.id for piece in pieces if piece.split == "test"}
    tested_twice = f"{len(tested & twice):,} of the {len(tested):,} of the test split"
    return (
        f"{len(twice):,} of {counted(len(pieces), 'article')} were annotated twice, independently, before "
        f"adjudication; among them {tested_twice}. One reconciled annotation of each article is published."
    )


def _people(articles: Sequence[Article]) -> str:
    by = Counter(one.by for article in articles for one in article.provenance.annotations)
    machine = sum(number for kind, number in by.items() if kind != "human")
    if by["human"]:
        return (
            f"Passes over an article made by people: {by['human']:,}; by machines: {machine:,}. Nothing else is "
            "known of the people."
        )
    return (
        f"No person has annotated or corrected the data: all of the {machine:,} recorded passes over an article were "
        "made by machines, so there are no demographics to tell."
    )


def _agents(articles: Sequence[Article]) -> str:
    agents = {
        f"{one.agent} ({one.role}, guidelines {one.guidelines})"
        for article in articles
        for one in article.provenance.annotations
        if one.by != "human"
    }
    return "; ".join(sorted(agents)) or "None is recorded."
