"""Imported articles against those of the corpus: the difference is shown, and what is accepted written back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from malmoi import store
from malmoi.commands.articles import errors_told, read_articles
from malmoi.commands.console import on_terminal, output, say
from malmoi.diff import changes, render, summary
from malmoi.findings import MalmoiError, counted
from malmoi.formats.accept import onto, recorded
from malmoi.validate import is_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from malmoi.formats.accept import Pass
    from malmoi.formats.assemble import Assembled
    from malmoi.formats.interface import Format
    from malmoi.model import Article

_LINES = ".jsonl"
_ASK = "Accept? y yes, n no, a this and all that follow, q no more "


class Kept(NamedTuple):
    """An article of the corpus, and the file it stands in."""

    path: Path
    article: Article


class Compared(NamedTuple):
    """An article of the corpus before and after."""

    path: Path
    before: Article
    after: Article


def kept_in(corpus: Path) -> dict[str, Kept]:
    """The articles of a corpus, or of a file or folder of them, by their ids.

    Raises:
        MalmoiError: one cannot be read, or two have one id.
    """
    files = store.corpus_files(corpus) if corpus.is_dir() and is_corpus(corpus) else [corpus]
    found: dict[str, Kept] = {}
    for read in read_articles(files):
        if read.article is None:
            raise read.error or MalmoiError(f"{read.path}: no article")
        if read.article.id in found:
            other = found[read.article.id].path
            raise MalmoiError(f"{read.path}: {other} has an article with the id {read.article.id!r} too")
        found[read.article.id] = Kept(read.path, read.article)
    return found


def compared(found: Kept | None, made: Assembled, form: Format, passed: Pass | None) -> Compared:
    """The corpus's article with what the tool gave back.

    Args:
        found: the corpus's article; None where it has none, or gave it already.
        made: what the tool gave back.
        form: the format it came in.
        passed: the pass to record.

    Raises:
        MalmoiError: there is none, its text is another, or the pass cannot be told.
    """
    if found is None:
        raise MalmoiError(f"{made.article.id}: the corpus has no article with this id, or it comes twice; left out")
    after = onto(found.article, made.article, form, made.guessed)
    if passed:
        after = recorded(after, passed, made.annotator)
    return Compared(found.path, found.article, after)


class Accepted(NamedTuple):
    """What of a comparison is taken, how many articles differ, and how many errors are new in those."""

    taken: list[Compared]
    differing: int
    errors: int


def accepted(pairs: Iterable[Compared], *, yes: bool) -> Accepted:
    """Those that a person accepts, or all with `yes`; each difference goes to stdout, new errors to stderr.

    Where nobody can be asked, nothing is accepted.
    """
    taken, differing, errors = [], 0, 0
    asking = not yes and on_terminal(sys.stdin) and on_terminal(sys.stderr)
    for pair in pairs:
        if pair.before == pair.after:
            continue
        differing += 1
        with output(None) as out:
            out.writelines(line.encode() for line in _difference(pair))
        errors += errors_told(pair.after, pair.before)
        answer = _asked() if asking else "y" if yes else "n"
        yes, asking = yes or answer == "a", asking and answer not in {"a", "q"}
        if answer in {"y", "a"}:
            taken.append(pair)
    return Accepted(taken, differing, errors)


def write_back(taken: Iterable[Compared]) -> None:
    """Write accepted articles into the files they are from, each file whole or not at all.

    Raises:
        MalmoiError: a file cannot be written, or has changed meanwhile.
    """
    by_file: dict[Path, list[Compared]] = {}
    for pair in taken:
        by_file.setdefault(pair.path, []).append(pair)
    for path, pairs in by_file.items():
        new = {pair.before: pair.after for pair in pairs}
        read = read_articles([path])
        now = [one.article for one in read if one.article]
        if len(now) < len(read) or not set(new) <= set(now):
            raise MalmoiError(f"{path}: it has changed since it was read, and was left as it is; import again")
        lines = (store.dump_line(new.get(article, article)) for article in now)
        with output(path) as out:
            out.write(b"".join(lines) if path.suffix.lower() == _LINES else store.dumps(pairs[0].after))
    if by_file:
        articles = counted(sum(map(len, by_file.values())), "article")
        say(f"malmoi: {articles} written back into {counted(len(by_file), 'file')}")


def _difference(pair: Compared) -> Iterator[str]:
    """What differs, for a person."""
    found = changes(pair.before, pair.after)
    yield f"{pair.path}: {summary(found)}\n"
    for line in render(found, pair.before, pair.after, colour=on_terminal(sys.stdout)):
        yield f"  {line}\n"


def _asked() -> str:
    """What a person answers: y, n, a or q; nothing more to read is q."""
    while True:
        print(_ASK, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        answer = line.strip().lower()[:1]
        if not line or answer in {"y", "n", "a", "q"}:
            return answer or "q"
