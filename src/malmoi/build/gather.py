"""What goes into a build: the corpus's articles with their text, and what is left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from malmoi import store
from malmoi.asides import WITHDRAWN_FILE
from malmoi.build.document import Document
from malmoi.build.rights import TERMS
from malmoi.findings import MalmoiError
from malmoi.neardup import near_duplicate_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping
    from pathlib import Path

    from malmoi.model import Article
    from malmoi.splits import Split

PUBLISHED_TIERS = ("open", "wikinews")
"""The tiers whose text may be passed on; `private` holds texts that every reader must own."""


class GatherError(MalmoiError):
    """An article that cannot go into a build, and why."""


class Piece(NamedTuple):
    """An article of the build, its text included, with its split."""

    split: Split
    article: Article


class Refused(NamedTuple):
    """An article that something is wrong with: its file, and what to do."""

    path: str
    reason: str


class Gathered(NamedTuple):
    """What a build is made of.

    Attributes:
        pieces: the articles, sorted by id.
        refused: the articles that something is wrong with.
        missing: ids of the articles whose withheld text is not at hand.
        restored: ids of the articles whose withheld text was put back.
    """

    pieces: list[Piece]
    refused: list[Refused]
    missing: list[str]
    restored: list[str]


def published_files(corpus: Path) -> list[Path]:
    """The article files whose text may be published, sorted."""
    tiers = [corpus / tier for tier in PUBLISHED_TIERS]
    return [path for path in store.corpus_files(corpus) if any(path.is_relative_to(tier) for tier in tiers)]


def gather(
    files: Iterable[Path],
    *,
    placed: Mapping[str, Split],
    withdrawn: Container[str],
    problems: Mapping[str, str],
    restore: Callable[[Article], Article] | None,
) -> Gathered:
    """Read the articles of a build and put withheld text back.

    Args:
        files: the article files.
        placed: the split of each id.
        withdrawn: ids that are never built again.
        problems: what validation found wrong, by file.
        restore: puts withheld text back, exactly, or raises a `MalmoiError`; None where no copy is at hand.
    """
    gathered = Gathered([], [], [], [])
    seen: dict[str, Path] = {}
    for path in files:
        try:
            if str(path) in problems:
                raise GatherError(problems[str(path)])
            article = store.load(path)
            split = _admit(article, path, placed, withdrawn, seen)
            if article.text_status == "withheld":
                if restore is None:
                    gathered.missing.append(article.id)
                    continue
                article = restore(article)
                gathered.restored.append(article.id)
            gathered.pieces.append(Piece(split, article))
        except MalmoiError as error:
            gathered.refused.append(Refused(str(path), str(error).removeprefix(f"{path}: ")))
    gathered.pieces.sort(key=lambda piece: piece.article.id)
    return _without_leaks(gathered, seen)


def _without_leaks(gathered: Gathered, files: Mapping[str, Path]) -> Gathered:
    """Leave out articles that nearly repeat one in another split: validation cannot see that of withheld texts."""
    split_of = {piece.article.id: piece.split for piece in gathered.pieces}
    texts = {piece.article.id: Document.of(piece.article).text() for piece in gathered.pieces}
    leaking = {
        pair.other: f"{pair.other} ({split_of[pair.other]}) nearly repeats {pair.one} ({split_of[pair.one]}); "
        "correct splits.tsv so that both are in one split"
        for pair in near_duplicate_pairs(texts)
        if split_of[pair.one] != split_of[pair.other]
    }
    return Gathered(
        [piece for piece in gathered.pieces if piece.article.id not in leaking],
        [*gathered.refused, *(Refused(str(files[article]), reason) for article, reason in sorted(leaking.items()))],
        gathered.missing,
        [article for article in gathered.restored if article not in leaking],
    )


def _admit(
    article: Article, path: Path, placed: Mapping[str, Split], withdrawn: Container[str], seen: dict[str, Path]
) -> Split:
    """The article's split, if it may be published."""
    first = seen.setdefault(article.id, path)
    if first != path:
        raise GatherError(f"the id {article.id} is already in {first}; give one of them another")
    if article.id in withdrawn:
        raise GatherError(f"{article.id} is listed in {WITHDRAWN_FILE} and is never built again; delete the file")
    if article.license not in TERMS:
        raise GatherError(f"{article.license} does not let the text be passed on; it belongs in private/")
    if article.id not in placed:
        raise GatherError(f"{article.id} has no split; `malmoi split` gives it one")
    return placed[article.id]
