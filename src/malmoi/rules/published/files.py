"""Level 6: the files beside the tables: checksums, Croissant, attribution, datasheet."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from malmoi.findings import counted
from malmoi.published.folder import ATTRIBUTION, CROISSANT, DATASHEET, SUMS
from malmoi.rules.locate import Positions
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.published.folder import Published

_SUM = re.compile(r"([0-9a-f]{64})  (.+)")


@rule("MM630", "missing-companion")
def missing_companion(published: Published) -> Iterator[Hit]:
    """A file that belongs to the dataset is not there.

    What it does: looks for SHA256SUMS, croissant.json, ATTRIBUTION.tsv and DATASHEET.md.

    Why is this bad? Nobody can tell whether the files are whole, load them with other tools, credit the authors of the
    texts as their licences ask, or learn how the data came about.

    Example: a folder without DATASHEET.md

    Use instead: all that `malmoi build` writes; the datasheet stands beside the corpus folder
    """
    for name in (SUMS, CROISSANT, ATTRIBUTION, DATASHEET):
        if name not in published.names:
            yield Hit((), f"there is no {name}", "build it again", None, published.file(name))


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

    What it does: looks for every file but SHA256SUMS itself and hidden ones.

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


@rule("MM633", "unreadable-croissant")
def unreadable_croissant(published: Published) -> Iterator[Hit]:
    """croissant.json is no JSON object.

    What it does: parses the file.

    Why is this bad? No search engine and no loader reads it.

    Example: a file that was cut off

    Use instead: the file as it was built
    """
    if isinstance(published.croissant, str):
        yield Hit((), published.croissant, "build it again", None, published.file(CROISSANT))


@rule("MM634", "croissant-against-files")
def croissant_against_files(published: Published) -> Iterator[Hit]:
    """croissant.json does not describe the Parquet files that are there.

    What it does: compares the `contentUrl` and `sha256` of its `distribution` with the folder.

    Why is this bad? Loaders refuse a file with another hash, and never see one that is not listed; mlcroissant's own
    validation finds neither.

    Example: the `sha256` of an earlier build

    Use instead: croissant.json of the same build
    """
    if not isinstance(published.croissant, dict):
        return
    listed = set()
    for index, node in _nodes(published.croissant, "distribution"):
        name = node.get("contentUrl")
        if not isinstance(name, str):
            continue  # a set of files
        listed.add(name)
        if name not in published.digests:
            yield _in_croissant(published, ("distribution", index, "contentUrl"), f"there is no file {name}")
        elif node.get("sha256") != published.digests[name]:
            message = f"{name} has the hash {published.digests[name][:12]}…, not {str(node.get('sha256'))[:12]}…"
            yield _in_croissant(published, ("distribution", index, "sha256"), message)
    for name in published.tables:
        if name not in listed:
            yield _in_croissant(published, ("distribution",), f"{name} is not in it")


@rule("MM635", "config-without-record-set")
def config_without_record_set(published: Published) -> Iterator[Hit]:
    """croissant.json has no record set for a config.

    What it does: looks for every config of the card among the `@id`s of its record sets.

    Why is this bad? Whoever loads the data through Croissant does not see the config.

    Example: configs default and ner, and a record set for default alone

    Use instead: croissant.json of the same build
    """
    if not isinstance(published.croissant, dict):
        return
    there = {node.get("@id") for _, node in _nodes(published.croissant, "recordSet")}
    for config in published.configs:
        if config.name not in there:
            yield _in_croissant(published, ("recordSet",), f"there is no record set for the config {config.name}")


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
    credited = {line.partition("\t")[0] for line in text.splitlines()[1:]}
    lacking = sorted(published.article_ids.keys() - credited)
    if lacking:
        message = f"{counted(len(lacking), 'article')} without a row; the first is {lacking[0]}"
        yield Hit((), message, "build it again", None, published.file(ATTRIBUTION))


def _nodes(document: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a list of the document, with their indexes."""
    found = document.get(key)
    for index, node in enumerate(found if isinstance(found, list) else ()):
        if isinstance(node, dict):
            yield index, node


def _in_croissant(published: Published, path: tuple[str | int, ...], message: str) -> Hit:
    line = _positions(published.text(CROISSANT) or "").line(path)
    return Hit(path, message, "build it again", line, published.file(CROISSANT))


@lru_cache(maxsize=1)
def _positions(text: str) -> Positions:
    """Lines of a document; one that lacks a file mostly lacks several."""
    return Positions(text)
