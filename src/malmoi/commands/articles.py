"""The articles that a command line names: reading, pairing and writing files, folders, JSON Lines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from malmoi import store
from malmoi.commands.console import output, say
from malmoi.findings import MalmoiError, Severity

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from malmoi.model import Article

_FILE, _LINES = ".json", ".jsonl"


class Read(NamedTuple):
    """An article and the file it is from, or why there is none; `error` names the file already."""

    path: Path
    article: Article | None
    error: MalmoiError | None


def read_articles(paths: Iterable[Path]) -> list[Read]:
    """The articles of `.json` and `.jsonl` files and of folders of them, in order.

    Raises:
        MalmoiError: a path is no such file, or a folder holds none.
    """
    return [read for path in paths for file in _files(path) for read in _read(file)]


class Paired(NamedTuple):
    """What several sides have in common.

    Attributes:
        groups: for each article that all sides have, what was read of each, in the order of the sides; and alone,
            whatever could not be read and so belongs to none.
        partial: articles that only some of the sides have: their names, and those sides.
    """

    groups: list[tuple[Read, ...]]
    partial: list[tuple[str, tuple[Path, ...]]]


def paired(*sides: Path) -> Paired:
    """The articles of several sides that belong together.

    A side is a file or a folder. One `.json` file a side belongs together whatever it is named; folders of them are
    paired by the paths inside, and as soon as one side has JSON Lines, all are paired by the articles' ids.

    Raises:
        MalmoiError: a path is no such file or folder, the sides have no article in common, or one of them has two
            articles with one id.
    """
    files = [_files(side) for side in sides]
    by_id = any(path.suffix.lower() == _LINES for found in files for path in found)
    if not by_id and all(map(Path.is_file, sides)):
        return Paired([tuple(read for side in sides for read in _read(side))], [])
    unread: list[Read] = []
    named: list[dict[str, Path | Read]] = [
        _by_id(side, found, unread) if by_id else _by_path(side, found)
        for side, found in zip(sides, files, strict=True)
    ]
    names = sorted({name for found in named for name in found})
    having = {name: tuple(side for side, found in zip(sides, named, strict=True) if name in found) for name in names}
    common = [name for name in names if len(having[name]) == len(sides)]
    if not common:
        raise MalmoiError(f"{' and '.join(map(str, sides))} have no article in common")
    groups = [tuple(_at(found[name]) for found in named) for name in common]
    groups += ((read,) for read in unread)
    return Paired(groups, [(name, some) for name, some in having.items() if len(some) < len(sides)])


def _at(found: Path | Read) -> Read:
    return found if isinstance(found, Read) else next(_read(found))


def _by_path(side: Path, files: Iterable[Path]) -> dict[str, Path | Read]:
    """The files by their paths in the folder; one that no other side has need not be read."""
    return {path.relative_to(side).as_posix() if side.is_dir() else path.name: path for path in files}


def _by_id(side: Path, files: Iterable[Path], unread: list[Read]) -> dict[str, Path | Read]:
    found: dict[str, Path | Read] = {}
    for read in (read for file in files for read in _read(file)):
        if read.article is None:
            unread.append(read)
        elif read.article.id in found:
            raise MalmoiError(f"{side}: two articles have the id {read.article.id!r}, and articles are paired by it")
        else:
            found[read.article.id] = read
    return found


def write_articles(articles: Sequence[Article], target: Path | None) -> None:
    """Write articles to a folder (a file an article, named by its id), a .json file for one, or a .jsonl file.

    Without a target, JSON Lines go to stdout.

    Raises:
        MalmoiError: several articles for one .json file, two with one id for a folder, or what cannot be written.
    """
    if target is None or target.suffix.lower() == _LINES:
        with output(target) as out:
            out.writelines(map(store.dump_line, articles))
        return
    if target.suffix.lower() == _FILE and not target.is_dir():
        if len(articles) > 1:
            raise MalmoiError(
                f"{target} is one file, and there are {len(articles)} articles: name a folder or a .jsonl file"
            )
        paths = [target]
    else:
        paths = [store.article_path(target, article) for article in articles]
        twice = sorted({path.name for path in paths if paths.count(path) > 1})
        if twice:
            raise MalmoiError(f"{target}: two articles would be written to {', '.join(twice)}: their ids are equal")
    for path, article in zip(paths, articles, strict=True):
        with output(path) as out:
            out.write(store.dumps(article))


def errors_told(article: Article, known: Article | None = None) -> int:
    """Tell the errors that validation finds in an article and did not find in an earlier version of it; how many."""
    from malmoi.validate import check_article

    def errors(checked: Article) -> dict[str, str]:
        found = check_article(store.to_dict(checked), checked.id)
        # By what they say: places shift where an item before them came or went.
        return {f"{one.code} {one.slug}: {one.message}": one.pointer for one in found if one.severity is Severity.ERROR}

    new = errors(article)
    for old in errors(known) if known else ():
        new.pop(old, None)
    for error, place in new.items():
        say(f"malmoi: {article.id}: {place}: {error}")
    return len(new)


def files_in(folder: Path, suffixes: Container[str]) -> list[Path]:
    """The files with these suffixes (in lower case) in a folder and its subfolders, sorted.

    Raises:
        OSError: a folder cannot be listed; `Path.rglob` would pass it over in silence.
    """
    names = (Path(base, name) for base, _, names in os.walk(folder, onerror=_refuse) for name in names)
    return sorted(path for path in names if path.suffix.lower() in suffixes and path.is_file())


def _refuse(error: OSError) -> NoReturn:
    raise error


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        inside = files_in(path, {_FILE, _LINES})
        if not inside:
            raise MalmoiError(f"{path}: no article (.json, .jsonl) in this folder")
        return inside
    if path.suffix.lower() not in {_FILE, _LINES}:
        raise MalmoiError(f"{path}: articles are .json or .jsonl files, or folders of them")
    if not path.is_file():
        raise MalmoiError(f"{path}: no such file")
    return [path]


def _read(path: Path) -> Iterator[Read]:
    try:
        if path.suffix.lower() == _FILE:
            yield Read(path, store.load(path), None)
            return
        for _, found in store.read_lines(path):
            yield Read(path, None, found) if isinstance(found, MalmoiError) else Read(path, found, None)
    except MalmoiError as error:
        yield Read(path, None, error)
    except OSError as error:
        yield Read(path, None, MalmoiError(f"{path}: {error.strerror}"))
