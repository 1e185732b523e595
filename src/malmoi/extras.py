"""Libraries that only some commands need, and the extra that installs them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Says which extra to install where a library of it is missing.

    Raises:
        MalmoiError: an import inside failed for want of a library that is not ours.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "malmoi").split(".")[0]
        if library == "malmoi":
            raise
        raise MalmoiError(f"{library} is not installed; pip install 'malmoi[{extra}]'") from None
