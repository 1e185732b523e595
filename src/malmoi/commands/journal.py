"""Results kept beside an output that is not whole yet, so that an interrupted run can go on.

`OUT.jsonl.part` has a line for each input that was dealt with: 16 digits that tell which input it was, then its
result, or nothing where there is none. A run that goes on passes the inputs of its lines over, and makes sure that
they are the same. A line that was cut off is written anew.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIX = ".part"

_DIGEST = 8
_KEY = 2 * _DIGEST + 1  # and a space
_LONGEST_NAME = 255


class Journal:
    """The results so far.

    Attributes:
        path: the file.
    """

    def __init__(self, path: Path, file: IO[bytes], conditions: str) -> None:
        """A journal in an open file, from its beginning.

        Args:
            path: what messages call it.
            file: read and written; empty if the run is a new one.
            conditions: all that the results depend on besides the inputs.
        """
        self.path = path
        self._file = file
        self._conditions = conditions
        self._reading = True

    def recall(self, name: str, *facts: int) -> bytes | None:
        """The result of an input that was dealt with; empty if it has none, None if it is still to be dealt with.

        Args:
            name: the input.
            facts: what changes when the input does.

        Raises:
            MalmoiError: another input was dealt with at this point.
        """
        if not self._reading:
            return None
        start = self._file.tell()
        line = self._file.readline()
        if not line.endswith(b"\n"):
            self._file.seek(start)
            self._file.truncate()
            self._reading = False
            return None
        if line[:_KEY] != self._key(name, facts):
            raise self._differs(f"{name} was not what stood here, or has changed since")
        return line[_KEY:].strip()

    def note(self, result: bytes, name: str, *facts: int) -> None:
        """Add the result of an input; empty if it has none."""
        self._file.write(self._key(name, facts) + result.strip() + b"\n")

    def copy_to(self, out: IO[bytes]) -> None:
        """Write the results, one a line.

        Raises:
            MalmoiError: the run that is gone on with had more inputs.
        """
        if self._reading and self._file.readline():
            raise self._differs("it had more of them")
        self._file.seek(0)
        for line in self._file:
            if len(line) > _KEY + 1:
                out.write(line[_KEY:])

    def _key(self, name: str, facts: tuple[int, ...]) -> bytes:
        told = "\0".join([self._conditions, name, *map(str, facts)])
        return blake2b(os.fsencode(told), digest_size=_DIGEST).hexdigest().encode() + b" "

    def _differs(self, how: str) -> MalmoiError:
        return MalmoiError(
            f"{self.path}: the interrupted run had other inputs, other --fields or another version: {how}. "
            "Start anew without --resume"
        )


def part_of(output: Path) -> Path | None:
    """Where the journal of an output stands; None for what is no file, or has a name as long as can be."""
    target = Path(os.path.realpath(output))
    part = target.parent / f"{target.name}{SUFFIX}"
    try:
        is_file = target.is_file() or not target.exists()
    except OSError:  # writing will tell
        return None
    return part if is_file and len(os.fsencode(part.name)) <= _LONGEST_NAME else None


@contextmanager
def journal(path: Path, output: Path, conditions: str, *, resume: bool) -> Iterator[Journal]:
    """A journal, gone on with or new; it stays if what is inside fails.

    Args:
        path: where it stands, as `part_of` says.
        output: the output as the user names it, for messages.
        conditions: as `Journal`.
        resume: go on with one that is there.

    Raises:
        MalmoiError: it cannot be read or written; the message names the output.
    """
    try:
        with suppress(FileExistsError):  # a file where a folder should be: opening tells it better
            path.parent.mkdir(parents=True, exist_ok=True)
        if not resume:
            # Not emptied: a run that still writes to it keeps its own.
            path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b") as file:
            yield Journal(path, file, conditions)
        path.unlink(missing_ok=True)
    except OSError as error:
        if error.errno is None or error.filename not in {None, str(path), str(path.parent)}:
            raise  # of something that was read meanwhile
        raise MalmoiError(f"{output}: cannot write: {error.strerror}") from None
