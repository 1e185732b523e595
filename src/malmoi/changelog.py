"""What CHANGELOG.md, beside the corpus folder, says about a version of the data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi import asides
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_VERSION = re.compile(r"\[?([0-9]+\.[0-9]+\.[0-9]+)\]?(?![\w.+-])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATA = "Data"

CHANGELOG = "CHANGELOG.md"


class ChangelogError(MalmoiError):
    """A changelog that does not tell of a version."""


def release_day(path: Path, version: str) -> str | None:
    """The day that a version's heading names, as ISO 8601; None where there is no file, heading or day.

    Raises:
        AsideError: the file cannot be read.
    """
    lines = (asides.read(path) or "").splitlines()
    data = _below(lines, lambda title: title == _DATA)
    for line in lines if data is None else data:
        heading = _HEADING.fullmatch(line)
        if heading and _named(heading[2].strip()) == version:
            day = _DAY.search(heading[2])
            return day[0] if day else None
    return None


def entry(path: Path, version: str) -> str:
    """What is written below a version's heading, `## [0.1.0] - 2026-11-22` or `## 0.1.0`, of any depth.

    Where the file has a section `Data`, only that is searched: code and data are versioned apart.

    Raises:
        ChangelogError: the file cannot be read, or says nothing about the version.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ChangelogError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ChangelogError(f"{path}: not UTF-8") from None
    data = _below(lines, lambda title: title == _DATA)
    section = f" under {_DATA}" if data is not None else ""
    found = _below(lines if data is None else data, lambda title: _named(title) == version)
    if found is None:
        raise ChangelogError(f"{path}: has no entry for {version}{section}; write one: `### [{version}] - YYYY-MM-DD`")
    text = "\n".join(found).strip()
    if not text:
        raise ChangelogError(f"{path}: the entry for {version}{section} is empty; write what is in it")
    return text


def _below(lines: Sequence[str], wanted: Callable[[str], bool]) -> list[str] | None:
    """The lines below the first heading that is wanted, as far as the next of its depth or higher."""
    found: list[str] | None = None
    depth = 0
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if found is None:
            if heading and wanted(heading[2].strip()):
                found, depth = [], len(heading[1])
        elif heading and len(heading[1]) <= depth:
            break
        else:
            found.append(line)
    return found


def _named(title: str) -> str | None:
    match = _VERSION.match(title)
    return match[1] if match else None
