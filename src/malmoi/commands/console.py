"""What the commands share on the terminal: messages, progress, output files."""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


def say(message: str) -> None:
    """A message for the person, on stderr."""
    print(message, file=sys.stderr)  # noqa: T201  commands print


def progress(items: Iterable[T], *, total: int | None, what: str) -> Iterator[T]:
    """The items, with a progress bar on stderr if that is a terminal and there is more than one."""
    if not sys.stderr.isatty() or total == 1:
        yield from items
        return
    from rich.console import Console  # noqa: PLC0415  heavy
    from rich.progress import track  # noqa: PLC0415

    yield from track(items, total=total, description=what, console=Console(stderr=True), transient=True)


@contextmanager
def output(path: Path | None) -> Iterator[IO[bytes]]:
    """A binary stream: stdout where no path is given, else a file that appears only when whole.

    Raises:
        MalmoiError: the folder cannot be written.
    """
    if path is None:
        yield sys.stdout.buffer
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
            temporary = Path(out.name)
            try:
                yield out
            except BaseException:
                temporary.unlink()
                raise
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise MalmoiError(f"{path}: cannot write: {error.strerror}") from None


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Says which extra to install where a library of it is missing.

    Raises:
        MalmoiError: an import inside failed for want of a library that is not ours.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "malmoi").split(".")[0] == "malmoi":
            raise
        raise MalmoiError(f"{error.name} is not installed; pip install 'malmoi[{extra}]'") from None
