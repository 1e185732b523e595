"""What the repository says of the corpus as a whole, for whoever cites it: CITATION.cff and CHANGELOG.md.

Both stand beside the corpus folder. What they do not say is left out of what is published: nothing is made up, and no
clock is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi import asides
from malmoi.changelog import CHANGELOG, release_day
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from pathlib import Path

CITATION = "CITATION.cff"


class AboutError(MalmoiError):
    """A CITATION.cff that is there and cannot be read."""


class About(NamedTuple):
    """The corpus as it is cited; what nobody has written down is None or empty.

    Attributes:
        title: its title.
        authors: who made it.
        keywords: what it is about.
        url: its home page.
        published: the day this version of the data was released, as ISO 8601.
    """

    title: str | None
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    url: str | None
    published: str | None


def about(folder: Path, version: str) -> About:
    """What the files in a folder say of a version of the data.

    Raises:
        AboutError: CITATION.cff is no YAML mapping.
        AsideError: a file cannot be read.
    """
    cited = _citation(folder)
    return About(
        cited.get("title"),
        tuple(_name(author) for author in cited.get("authors", ())),
        tuple(cited.get("keywords", ())),
        cited.get("url") or cited.get("repository-code"),
        release_day(folder / CHANGELOG, version),
    )


def _citation(folder: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415  only a build that is made needs it

    path = folder / CITATION
    try:
        cited = yaml.safe_load(asides.read(path) or "{}")
    except yaml.YAMLError as error:
        raise AboutError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(cited, dict):
        raise AboutError(f"{path}: expected a YAML mapping, found {type(cited).__name__}")
    return cited


def _name(author: dict[str, str]) -> str:
    """An organisation's name, or a person's."""
    return author.get("name") or " ".join(filter(None, (author.get("given-names"), author.get("family-names"))))
