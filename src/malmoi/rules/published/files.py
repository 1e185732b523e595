"""Level 6: the files beside the tables: checksums, attribution, datasheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.findings import counted
from malmoi.published.folder import ARTICLES, ATTRIBUTION, CROISSANT, DATASHEET, SUMS
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.published.folder import Published

_CREDITS = ("id", "split", "title", "author", "source", "license", "license_url", "changes")
_SHOWN = 40
_SUM = re.compile(r"([0-9a-f]{64})  (.+)")


@rule("MM630", "missing-companion")
def missing_companion(published: Published) -> Iterator[Hit]:
    """A file that belongs to the dataset is not there.

    What it does: looks for SHA256SUMS, croissant.json, ATTRIBUTION.tsv and DATASHEET.md beside the tables of a build; a
    datasheet with nothing in it is none.

    Why is this bad? Nobody can tell whether the files are whole, load them with other tools, credit the authors of the
    texts as their licences ask, or learn how the data came about.

    Example: a folder without DATASHEET.md

    Use instead: all that `malmoi build` writes; the datasheet stands beside the corpus folder
    """
    if not published.ours:
        return
    for name in (SUMS, CROISSANT, ATTRIBUTION, DATASHEET):
        if name not in published.names:
            yield Hit((), f"there is no {name}", "build it again", None, published.file(name))
    if DATASHEET in published.names and not (published.text(DATASHEET) or "").strip():
        yield Hit((), f"{DATASHEET} is empty", "build it again", None, published.file(DATASHEET))


@rule("MM631", "checksum-mismatch")
def checksum_mismatch(published: Published) -> Iterator[Hit]:
    """A line of SHA256SUMS is not true of its file.

    What it does: hashes every file, and compares. A line that is no hash and name, and a file that is not there, are
    reported too.

    Why is this bad? The file was changed, cut off or lost after the build.

    Example: `ner/train.parquet`, rewritten after the build

    Use instead: a new build
    """
    for number, line in enumerate((published.text(SUMS) or "").splitlines(), 1):
        match = _SUM.fullmatch(line)
        if match is None:
            message = f"{line[:60]!r} is no line of a hash, two spaces and a name"
        elif match[2] not in published.digests:
            message = f"there is no file {match[2]}"
        elif match[1] != published.digests[match[2]]:
            message = f"{match[2]} has the hash {published.digests[match[2]][:12]}…, not {match[1][:12]}…"
        else:
            continue
        yield Hit((), message, "build it again", number, published.file(SUMS))


@rule("MM632", "file-without-checksum")
def file_without_checksum(published: Published) -> Iterator[Hit]:
    """SHA256SUMS does not name a file of the folder.

    What it does: looks for every file but SHA256SUMS itself and what git and the Hub's client keep (`.gitattributes`,
    `.cache`). A hidden file is reported like any other.

    Why is this bad? Whoever checks the sums takes the file for part of the dataset, unseen.

    Example: `notes.txt`, put into the folder after the build

    Use instead: a folder with nothing but the build
    """
    text = published.text(SUMS)
    if text is None:
        return
    listed = {match[2] for line in text.splitlines() if (match := _SUM.fullmatch(line))}
    for name in published.names:
        if name != SUMS and name not in listed:
            yield Hit((), f"{SUMS} does not name it", "delete it or build again", None, published.file(name))
    for name in published.stray:
        yield Hit((), "a hidden file that is no part of the build", "delete it", None, published.file(name))


@rule("MM636", "article-without-attribution")
def article_without_attribution(published: Published) -> Iterator[Hit]:
    """ATTRIBUTION.tsv has no row for an article.

    What it does: looks for the id of every row of the config `default` in the first column of the table.

    Why is this bad? Licences such as CC BY ask for the author, the source and the licence of each text.

    Example: an article of Korean Wikinews without a row

    Use instead: ATTRIBUTION.tsv of the same build
    """
    text = published.text(ATTRIBUTION)
    if text is None:
        return
    credited = {cells[0] for _, cells in _attributions(text)}
    lacking = sorted(published.articles.keys() - credited)
    if lacking:
        message = f"{counted(len(lacking), 'article')} without a row; the first is {lacking[0]}"
        yield Hit((), message, "build it again", None, published.file(ATTRIBUTION))


@rule("MM637", "attribution-against-article")
def attribution_against_article(published: Published) -> Iterator[Hit]:
    """A row of ATTRIBUTION.tsv is not complete, or does not say what the article says.

    What it does: expects the columns that `malmoi build` writes, an author, the address of a licence and what was
    changed in every row; compares split, title, source and licence with the config `default`.

    Why is this bad? Licences such as CC BY ask for the author, the source and the licence of each text.

    Example: a row with the id alone

    Use instead: ATTRIBUTION.tsv of the same build
    """
    text = published.text(ATTRIBUTION)
    if text is None:
        return
    header = text.partition("\n")[0].rstrip("\r").split("\t")
    if header != list(_CREDITS):
        message = f"expected the columns {', '.join(_CREDITS)}"
        yield Hit((), message, "build it again", 1, published.file(ATTRIBUTION))
        return
    for number, cells in _attributions(text):
        wrong = _wrong_credit(cells, published)
        if wrong:
            yield Hit((), wrong, "build it again", number, published.file(ATTRIBUTION))


def _wrong_credit(cells: list[str], published: Published) -> str | None:
    """What is wrong with a row of the attribution."""
    if len(cells) != len(_CREDITS):
        return f"{cells[0]} has {counted(len(cells), 'cell')}, not {len(_CREDITS)}"
    row = dict(zip(_CREDITS, cells, strict=True))
    empty = [name for name in ("author", "license", "license_url", "changes") if not row[name].strip()]
    if empty:
        return f"{row['id']} has no {empty[0]}"
    article = published.articles.get(row["id"])
    if article is None:
        # Nobody can tell where the articles cannot be read.
        return f"there is no article {row['id']} in {ARTICLES}" if published.articles else None
    for name, column in (("split", "split"), ("title", "title"), ("source", "url"), ("license", "license")):
        there = article.get(column, row[name]) or ""
        if isinstance(there, str) and there.replace("\t", " ").replace("\n", " ") != row[name]:
            return f"the {name} of {row['id']} is {row[name][:_SHOWN]!r}; {ARTICLES} has {there[:_SHOWN]!r}"
    return None


def _attributions(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of the attribution, with their lines."""
    for number, line in enumerate(text.split("\n")[1:], 2):
        if line.rstrip("\r"):
            yield number, line.rstrip("\r").split("\t")
