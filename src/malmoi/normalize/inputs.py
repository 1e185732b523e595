"""What all readers of inputs share: items that are made when asked for, streams that are read with a limit."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple

from malmoi.extras import needs_extra
from malmoi.findings import MalmoiError
from malmoi.normalize.decode import decode
from malmoi.normalize.draft import NormalizeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

    from malmoi.model import Article

LARGEST = 100 << 20
"""Bytes of one page or one record; what is larger is no article."""

HEAD = 1 << 16
"""Bytes that tell what an input is."""

GZIP_MAGIC = b"\x1f\x8b"
EXTRA = "inputs"
"""The extra with the libraries of inputs other than text and HTML."""

_FEW_BAD, _SHARE_BAD = 8, 50
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Item(NamedTuple):
    """One article of an input, not made yet.

    Attributes:
        name: what messages call it: the file and the place in it.
        make: makes the article; raises NormalizeError. To be called before the next item is asked for, or not at all.
    """

    name: str
    make: Callable[[], Article]


def failed(name: str, reason: str) -> Item:
    """An item that cannot be made."""

    def make() -> Article:
        raise NormalizeError(f"{name}: {reason}")

    return Item(name, make)


@contextmanager
def library(name: str) -> Iterator[None]:
    """Imports inside are of libraries that the extra `inputs` installs.

    Raises:
        NormalizeError: one is missing; the message names the input and the extra.
    """
    try:
        with needs_extra(EXTRA):
            yield
    except NormalizeError:
        raise
    except MalmoiError as error:
        raise NormalizeError(f"{name}: {error}") from None


def read_whole(stream: IO[bytes], name: str) -> bytes:
    """All of a stream that holds one article.

    Raises:
        NormalizeError: it cannot be read, or is larger than any.
    """
    try:
        raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise NormalizeError(f"{name}: {error.strerror or error}") from None
    if len(raw) > LARGEST:
        raise NormalizeError(f"{name}: larger than {LARGEST >> 20} MB: one file is one article")
    return raw


def unzipped(stream: IO[bytes], name: str) -> IO[bytes]:
    """The stream, decompressed if it is gzip. It is closed with what is returned."""
    head, whole = head_of(stream, len(GZIP_MAGIC))
    return io.BufferedReader(_Gunzip(whole, name)) if head == GZIP_MAGIC else whole


def rejoined(head: bytes, rest: IO[bytes]) -> IO[bytes]:
    """A stream whose first bytes have been read already, as if they had not."""
    return io.BufferedReader(_Rejoined(head, rest))


def recoded(stream: IO[bytes], encoding: str) -> IO[bytes]:
    """The text of a stream in UTF-8; reading raises UnicodeDecodeError where it is not in this encoding."""
    return io.BufferedReader(_Recoded(stream, encoding))


def head_of(stream: IO[bytes], size: int = HEAD) -> tuple[bytes, IO[bytes]]:
    """The first bytes of a stream, and a stream that still has them."""
    head = stream.read(size)
    if stream.seekable():
        stream.seek(0)
        return head, stream
    return head, rejoined(head, stream)


def find_encoding(head: bytes, name: str) -> str:
    """The encoding of a stream that begins so, as `decode` proves it.

    Raises:
        NormalizeError: it cannot be told.
    """
    for mark, label in _MARKS:
        if head.startswith(mark):
            return label
    try:
        return decode(head, name)[1]
    except NormalizeError:
        # A few bytes may be of no encoding: the head ends inside a character, a record is damaged.
        for codec in ("utf-8", "cp949"):
            kept = head.decode(codec, "ignore").encode(codec)
            if (
                kept
                and len(head) - len(kept) <= max(_FEW_BAD, len(head) // _SHARE_BAD)
                and decode(kept, name)[1] == codec
            ):
                return codec
        raise


class _Gunzip(io.RawIOBase):
    """Decompresses; what is wrong with the gzip file is told with the input's name."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._file = gzip.GzipFile(fileobj=stream)
        self._name = name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._file.read1(len(view))
        except EOFError:
            raise NormalizeError(f"{self._name}: the gzip file ends too early: copy it again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise NormalizeError(f"{self._name}: the gzip file is damaged: {error}") from None
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        self._stream.close()
        super().close()


class _Rejoined(io.RawIOBase):
    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest
        self._read = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._read

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data, self._head = self._head[: len(view)], self._head[len(view) :]
        if not data:
            data = self._rest.read(len(view))
        self._read += len(data)
        view[: len(data)] = data
        return len(data)


class _Recoded(io.RawIOBase):
    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if offset or whence:
            raise io.UnsupportedOperation("a recoded stream can only be read again from its beginning")
        self._decoder.reset()
        self._ready = b""
        return self._stream.seek(0)

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        while not self._ready:
            raw = self._stream.read(len(view))
            self._ready = self._decoder.decode(raw, final=not raw).encode()
            if not raw:
                break
        data, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(data)] = data
        return len(data)
