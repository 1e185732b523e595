"""Whether a build may be released: whole, untouched, of the corpus as it is now, and without errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from malmoi.build.builder import BuildError, corpus_version, fingerprint, read_stamp
from malmoi.findings import Severity, counted
from malmoi.published.folder import STAMP, SUMS, Published, sha256
from malmoi.validate import check_published

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.build.builder import Stamp


class BuiltFile(NamedTuple):
    """A file of a build: its name in the dataset, where it stands, its size in bytes, the hash of its bytes."""

    name: str
    path: Path
    size: int
    sha256: str


class Ready(NamedTuple):
    """A build that may be released: the version of its data, and its files, sorted by name."""

    version: str
    files: tuple[BuiltFile, ...]


def ready(corpus: Path, dist: Path) -> Ready:
    """The build in a folder, if it may be released as it is.

    Raises:
        BuildError: the folder holds no build, or one that lacks articles, was changed, is not of the corpus as it is
            now, or breaks a rule of published datasets.
        AsideError: the corpus's VERSION cannot be read.
    """
    again = f"build it again: `malmoi build {corpus} -o {dist}`"
    stamp = read_stamp(dist)
    if stamp is None:
        raise BuildError(f"{dist}: is no build; `malmoi build {corpus} -o {dist}` makes one")
    if stamp.version is None or stamp.sums is None:
        raise BuildError(f"{dist}: was built by an earlier malmoi, which did not note what is checked here; {again}")
    _refuse_gaps(dist, stamp, again)
    version = corpus_version(corpus)
    if stamp.version != version:
        raise BuildError(f"{dist}: is version {stamp.version}, and {corpus} is now {version}; {again}")
    files = _untouched(dist, stamp.sums, again)
    if stamp.inputs != fingerprint(corpus):
        raise BuildError(f"{dist}: {corpus}, malmoi or its libraries changed since this was built; {again}")
    _refuse_errors(dist)
    return Ready(version, files)


def _refuse_gaps(dist: Path, stamp: Stamp, again: str) -> None:
    """A release holds every article of its corpus that may be published."""
    refused, missing = stamp.report.refused, stamp.report.missing
    if refused:
        first = f"{refused[0].path}: {refused[0].reason}"
        raise BuildError(f"{dist}: {counted(len(refused), 'article')} left out, the first {first}. Correct and {again}")
    if missing:
        texts = counted(len(missing), "Wikinews text")
        raise BuildError(f"{dist}: lacks {texts} ({missing[0]}, …); {again} --source COPY")


def _refuse_errors(dist: Path) -> None:
    """A tag is for good, so what is released breaks no rule."""
    errors = [finding for finding in check_published(Published(dist)) if finding.severity is Severity.ERROR]
    if errors:
        first = f"{errors[0].path}: {errors[0].code} {errors[0].slug}: {errors[0].message}"
        raise BuildError(
            f"{first}; `malmoi validate {dist}` tells of {counted(len(errors), 'error')}; correct them first"
        )


def _untouched(dist: Path, digest_of_sums: str, again: str) -> tuple[BuiltFile, ...]:
    """The files of the build, each as SHA256SUMS says, which is as the stamp says, and nothing beside them."""
    try:
        if sha256(dist / SUMS) != digest_of_sums:
            raise BuildError(f"{dist / SUMS}: is not what was built; {again}")
        lines = (dist / SUMS).read_text(encoding="utf-8").splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError):
        raise BuildError(f"{dist / SUMS}: cannot be read; {again}") from None
    files = []
    for path in sorted(dist.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise BuildError(f"{path}: is no plain file; take it out of {dist}, or {again}")
        if path.is_dir() or path == dist / STAMP:
            continue
        name = path.relative_to(dist).as_posix()
        found = BuiltFile(name, path.resolve(), path.stat().st_size, sha256(path))
        if name != SUMS and name not in sums:
            raise BuildError(f"{path}: is no part of the build; take it out of {dist}")
        if name != SUMS and found.sha256 != sums[name]:
            raise BuildError(f"{path}: is not what was built; {again}")
        files.append(found)
    lost = sorted(sums.keys() - {file.name for file in files})
    if lost:
        raise BuildError(f"{dist / lost[0]}: was built and is gone; {again}")
    return tuple(sorted(files))
