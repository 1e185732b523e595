"""What the commands share on the terminal: messages, progress, output files."""

from __future__ import annotations

import io
import shutil
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, TextIO, TypeVar

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

T = TypeVar("T")

STDOUT = "standard output"
_TABLE_WIDTH = 100


def say(message: str) -> None:
    """A message for the person, on stderr; where stderr is closed or full, nobody can be told."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(message, file=sys.stderr)


def on_terminal(stream: TextIO | None) -> bool:
    """Whether a person sees the stream; None is one that was closed from the start (`>&-`)."""
    return stream is not None and stream.isatty()


def progress(items: Iterable[T], *, total: int | None, what: str) -> Iterator[T]:
    """The items, with a progress bar on stderr if that is a terminal and there is more than one."""
    if not on_terminal(sys.stderr) or total == 1:
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, total=total, description=what, console=Console(stderr=True), transient=True)


@contextmanager
def bar(*, total: float, what: str) -> Iterator[Callable[[float], None]]:
    """A function that is told how much is done, and draws it on stderr if that is a terminal."""
    if not on_terminal(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task(what, total=total)
        yield lambda done: drawn.update(task, completed=done)


def table_width() -> int:
    """How wide tables are drawn: as the terminal, but never so narrow that numbers are cut; lines break instead."""
    return max(shutil.get_terminal_size().columns, _TABLE_WIDTH) if on_terminal(sys.stdout) else _TABLE_WIDTH


@contextmanager
def output(path: Path | None) -> Iterator[IO[bytes]]:
    """A binary stream: stdout where no path is given, else the file, which appears only when whole.

    Raises:
        BrokenPipeError: the reader of a pipe has gone.
        MalmoiError: stdout or the file cannot be written; the message names it.
    """
    try:
        with _stdout() if path is None else _file(path) as out:
            yield out
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno is None or error.filename not in {None, str(path)}:
            raise  # of something that was read meanwhile
        raise MalmoiError(f"{path or STDOUT}: cannot write: {error.strerror}") from None


def refuse_overwriting(written: Iterable[Path | None], inputs: Iterable[Path]) -> None:
    """Refuse to write over an input, or into a folder that is one.

    Raises:
        MalmoiError: a file that would be written is one of the inputs, a folder is or lies in one, or a file is named
            twice.
    """
    named: list[Path] = []
    inputs = list(inputs)
    for path in written:
        for folder in inputs if path else ():
            if path and folder.is_dir() and path.resolve().is_relative_to(folder.resolve()):
                raise MalmoiError(f"{path} is or lies in {folder}, which is read; name another place for the output")
        # What is no file, or has no such name, is told where it is read or written.
        with suppress(OSError):
            if path and path.is_file() and any(one.is_file() and path.samefile(one) for one in inputs):
                raise MalmoiError(f"{path} is an input and the output: this would write over it; name another file")
        if path and path.resolve() in named:
            raise MalmoiError(f"{path}: two outputs cannot be one file; name another")
        named += [path.resolve()] if path else []


def without_padding(drawn: str) -> bytes:
    """What rich has drawn, without the blanks that it fills lines up with: nobody wants them in a file."""
    return "".join(f"{line.rstrip(' ')}\n" for line in drawn.splitlines()).encode()


@contextmanager
def _stdout() -> Iterator[IO[bytes]]:
    if sys.stdout is None:
        raise MalmoiError(f"{STDOUT} is closed")
    sys.stdout.flush()
    if isinstance(sys.stdout.buffer, io.RawIOBase):  # PYTHONUNBUFFERED: a write may be cut short, and not say so
        with open(sys.stdout.fileno(), "wb", closefd=False) as out:
            yield out
    else:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


def _file(path: Path) -> AbstractContextManager[IO[bytes]]:
    from malmoi.store import writing  # what only prints need not wait for the libraries of store

    return writing(path)
