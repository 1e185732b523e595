"""Reading and writing the articles that a command line names: files, folders, JSON Lines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from malmoi import store
from malmoi.commands.console import output
from malmoi.findings import MalmoiError

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


def write_articles(articles: Sequence[Article], target: Path | None) -> None:
    """Write articles to a folder (a file an article, named by its id), a .json file for one, or a .jsonl file.

    Without a target, JSON Lines go to stdout.

    Raises:
        MalmoiError: several articles for one .json file, two with one id for a folder, or what cannot be written.
    """
    if target is None or target.suffix == _LINES:
        with output(target) as out:
            out.writelines(map(store.dump_line, articles))
        return
    if target.suffix == _FILE and not target.is_dir():
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
