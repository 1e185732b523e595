"""Writing articles as a tool's files, measured by reading them again, and reading them back."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi import store
from malmoi.formats.assemble import Assembled, assemble
from malmoi.formats.interface import FormatError, RefusedError
from malmoi.formats.loss import Tally
from malmoi.formats.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malmoi.formats.interface import File, Format
    from malmoi.formats.pages import Page
    from malmoi.model import Article

_ONE_FILE = "all"
_THERE = "is there already, and somebody may have worked on it"


@contextmanager
def exported(form: Format, articles: Iterable[Article]) -> Iterator[tuple[Path, Tally]]:
    """The articles as the tool's files, in a folder that goes away, and what reading them again has lost.

    Args:
        form: the format.
        articles: articles with their text.

    Yields:
        The file, or the folder of a format that makes one; and the tally. Where every article was refused, there is
        no file.

    Raises:
        FormatError: an article that makes no page, or files that do not read back.
    """
    with tempfile.TemporaryDirectory(prefix="malmoi-") as name:
        target = Path(name) / _ONE_FILE
        kept: list[Article] = []
        refused = _write(form, _pages(form, articles, kept), target)
        for refusal in refused:
            # The last of two with one id is the one that was refused for it.
            kept.pop(max(at for at, article in enumerate(kept) if article.id == refusal.article))
        tally = _measured(form, target, kept) if kept else Tally()
        tally.refused = refused
        yield target, tally


def imported(form: Format, source: Path) -> Iterator[Assembled | FormatError]:
    """The articles of a tool's files; one that cannot be made yields its error, and the rest goes on.

    Raises:
        FormatError: the whole is not of this format.
        OSError: it cannot be read.
    """
    for page in form.decode(source):
        if isinstance(page, FormatError):
            yield page
            continue
        try:
            yield assemble(page)
        except FormatError as error:
            yield error


def place(form: Format, made: Path, target: Path) -> None:
    """Put what was made where a file or a folder stands, or will; each file whole or not at all.

    Raises:
        FormatError: a file of that name is there already: somebody may have worked on it, or it is another type system;
            or a folder stands where a file belongs, or a file where a folder does.
        OSError: a file cannot be written.
    """
    if target.exists() and target.is_dir() != form.folder:
        found, wanted = ("a folder", "a file") if target.is_dir() else ("a file", "a folder of files")
        raise FormatError(f"{target} is {found}, and {form.name} is {wanted}: name another place")
    if not form.folder:
        if target.is_file():
            raise FormatError(f"{target} {_THERE}: name another file, or move this one away")
        _copy(made, target)
        return
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    taken = [
        name
        for name in files
        if (target / name).exists()
        # Another file of the tool's settings would make what stands beside it unreadable.
        and (name.suffix == form.suffix or not filecmp.cmp(made / name, target / name, shallow=False))
    ]
    if taken:
        raise FormatError(f"{target / taken[0]} {_THERE}: name another folder, or move this one away")
    for name in files:
        _copy(made / name, target / name)


def _copy(made: Path, target: Path) -> None:
    with made.open("rb") as source, store.writing(target) as out:
        shutil.copyfileobj(source, out)


def _pages(form: Format, articles: Iterable[Article], kept: list[Article]) -> Iterator[Page]:
    for article in articles:
        kept.append(article)
        yield page_of(article, form.unit)


def _write(form: Format, pages: Iterable[Page], target: Path) -> list[RefusedError]:
    """Write the pieces; those of one file follow one another, and a file may be taken up again."""
    refused: list[RefusedError] = []

    def written() -> Iterator[File]:
        for piece in form.encode(pages):
            if isinstance(piece, RefusedError):
                refused.append(piece)
            else:
                yield piece

    if form.folder:
        target.mkdir()
    for name, pieces in groupby(written(), key=lambda piece: piece.name):
        path = target / name if form.folder else target
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as out:
            out.writelines(piece.data for piece in pieces)
    return refused


def _measured(form: Format, target: Path, articles: list[Article]) -> Tally:
    tally = Tally()
    by_id: dict[str, list[Article]] = {}
    back = list(imported(form, target))
    if len(back) != len(articles):
        raise FormatError(f"{form.name}: of {len(articles)} articles written, {len(back)} could be read again")
    for article in articles:
        by_id.setdefault(article.id, []).append(article)
    for article, found in zip(articles, back, strict=True):
        if isinstance(found, FormatError):
            raise FormatError(f"{article.id}: as {form.name} it does not read back: {found}")
        # Files are read in the order of their names, not in that of the articles.
        same = by_id.get(found.article.id)
        tally.add(same.pop(0) if same else article, found.article)
    return tally
