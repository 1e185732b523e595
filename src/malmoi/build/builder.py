"""Runs a build: nothing if nothing changed, else the whole output folder at once.

Only what decides whether there is work is imported here; `datasets` and pyarrow come with the first real work.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import msgspec

from malmoi import __version__, asides, schemas, splits, store
from malmoi.build.about import CITATION, about
from malmoi.build.gather import Gathered, Refused, gather, published_files
from malmoi.changelog import CHANGELOG, release_day
from malmoi.findings import MalmoiError, Severity, counted
from malmoi.model import SCHEMA_VERSION
from malmoi.published.folder import ATTRIBUTION, CARD, CROISSANT, DATASHEET, STAMP, SUMS, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from malmoi.build.texts import Texts
    from malmoi.findings import Finding
    from malmoi.model import Article

T = TypeVar("T")


class Track(Protocol):
    """Wraps the items of a long step to show its progress."""

    def __call__(self, items: Sequence[T], what: str, /) -> Iterable[T]:
        """The items, unchanged."""


class BuildError(MalmoiError):
    """A build that cannot be made: says what is in the way and what to do."""


class Report(msgspec.Struct, frozen=True):
    """How a build ended.

    Attributes:
        articles: how many articles are in it.
        refused: the articles left out because something is wrong with them.
        missing: ids of the articles left out because their text is not at hand.
    """

    articles: int
    refused: tuple[Refused, ...] = ()
    missing: tuple[str, ...] = ()


class Stamp(msgspec.Struct, frozen=True):
    """What a build was made of.

    Attributes:
        inputs: hash of all that decides the output, but for the copy of withheld text.
        copy: what tells that copy from another; None where none was at hand.
        restored: ids of the articles whose text came from it.
        report: how the build ended.
        version: the corpus's; None in a build of an earlier malmoi.
        sums: hash of SHA256SUMS, and so of every file; None in a build of an earlier malmoi.
    """

    inputs: str
    copy: str | None
    restored: tuple[str, ...]
    report: Report
    version: str | None = None
    sums: str | None = None


class Built(NamedTuple):
    """A build and whether it took any work."""

    report: Report
    fresh: bool


def finished(corpus: Path, dist: Path) -> Built | None:
    """The build in the folder, if it lacks nothing and nothing changed since: then no copy of the texts is needed."""
    earlier = read_stamp(dist)
    if earlier is None or earlier.report.missing or earlier.report.refused or earlier.inputs != fingerprint(corpus):
        return None
    return _again(earlier, dist) if _intact(dist, earlier) else None


def build(corpus: Path, dist: Path, texts: Texts, track: Track = lambda items, _: items) -> Built:
    """Build the dataset of a corpus, unless the folder already holds just that.

    Args:
        corpus: the corpus folder.
        dist: the folder to make; an earlier build there is replaced as a whole.
        texts: the copy that withheld text is put back from.
        track: wraps files, with a word for what is done to them, to show progress.

    Raises:
        BuildError: `corpus` is no corpus folder, nothing can be built, or `dist` is not ours to replace or holds texts
            that are no longer at hand.
        AsideError: splits.tsv or withdrawn.tsv cannot be read.
        SplitsError: splits.tsv is not what it should be.
    """
    files = published_files(corpus)
    data_version = corpus_version(corpus)
    dist = dist.resolve()
    _refuse_foreign(dist, corpus)
    earlier = read_stamp(dist)
    inputs = fingerprint(corpus)
    # Without a copy, no build could hold more than the earlier one does.
    if earlier and earlier.inputs == inputs and texts.copy in (None, earlier.copy) and _intact(dist, earlier):
        return _again(earlier, dist)
    gathered = gather(
        track(files, "reading"),
        placed=splits.read(corpus / asides.SPLITS_FILE),
        withdrawn=asides.withdrawn_lines(asides.read(corpus / asides.WITHDRAWN_FILE) or ""),
        problems=_problems(corpus, track),
        restore=_checked(texts.restore),
    )
    if not gathered.pieces:
        raise BuildError(_nothing(corpus, gathered))
    if earlier:
        _refuse_loss(dist, earlier, gathered, texts)
    report = Report(len(gathered.pieces), tuple(gathered.refused), tuple(gathered.missing))
    with _replacing(dist) as folder:
        _write(folder, corpus, gathered)
        sums = sha256(folder / SUMS)
        stamp = Stamp(inputs, texts.copy, tuple(gathered.restored), report, data_version, sums)
        (folder / STAMP).write_bytes(msgspec.json.encode(stamp) + b"\n")
    return Built(report, fresh=True)


def _problems(corpus: Path, track: Track) -> dict[str, str]:
    """The first error of each file that validation finds one in."""
    from malmoi.validate import targets, validate_targets  # noqa: PLC0415  only real work needs the rules

    found: dict[str, str] = {}
    for finding in validate_targets(track(targets([corpus]), "validating")).findings:
        if finding.severity is Severity.ERROR:
            found.setdefault(finding.path, _told(finding))
    return found


def _checked(restore: Callable[[Article], Article] | None) -> Callable[[Article], Article] | None:
    """Put text back and validate again: some rules read the text, and could not while it was withheld."""
    if restore is None:
        return None
    from malmoi.validate import check_article  # noqa: PLC0415  as in _problems

    def restored(article: Article) -> Article:
        whole = restore(article)
        for finding in check_article(store.to_dict(whole)):
            if finding.severity is Severity.ERROR:
                raise BuildError(_told(finding))
        return whole

    return restored


def _told(finding: Finding) -> str:
    hint = f"; {finding.hint}" if finding.hint else ""
    return f"{finding.code} {finding.slug}: {finding.pointer} {finding.message}{hint}"


def corpus_version(corpus: Path) -> str:
    """Version of the corpus's data.

    Raises:
        BuildError: VERSION is not there, or holds none.
        AsideError: it cannot be read.
    """
    path = corpus / asides.VERSION_FILE
    written = asides.read(path)
    if written is None:
        raise BuildError(f"{corpus}: not a corpus folder: it has no {asides.VERSION_FILE}")
    found = asides.data_version(written)
    if found is None:
        raise BuildError(f"{path}: found {written[:40]!r}; expected one line such as 0.1.0")
    return found


def _write(folder: Path, corpus: Path, gathered: Gathered) -> None:
    """Write every file of the dataset."""
    from malmoi.build import parquet  # noqa: PLC0415  heavy
    from malmoi.build.card import Release, SplitFile, card  # noqa: PLC0415  as parquet
    from malmoi.build.croissant import croissant  # noqa: PLC0415  as parquet
    from malmoi.build.features import features  # noqa: PLC0415  as parquet
    from malmoi.build.rights import attribution_table  # noqa: PLC0415  as parquet
    from malmoi.build.rows import rows  # noqa: PLC0415  as parquet

    by_split = [(piece.split, rows(piece.article)) for piece in gathered.pieces]
    columns = features()
    tables: dict[str, list[SplitFile]] = {config: [] for config in columns}
    for config, declared in columns.items():
        for split in splits.SPLITS:
            name = f"{config}/{split}.parquet"
            table = parquet.table([row for at, found in by_split if at == split for row in found[config]], declared)
            if not table.num_rows:
                # No version of datasets loads a split without rows, so it has no file and no place in the card.
                continue
            memory = parquet.write(table, folder / name)
            written = folder / name
            disk, digest = written.stat().st_size, sha256(written)
            tables[config].append(SplitFile(split, name, table.num_rows, memory, disk, digest))
    beside, data_version = corpus.resolve().parent, corpus_version(corpus)
    release = Release(data_version, __version__, SCHEMA_VERSION, about(beside, data_version))
    built = (columns, tables, gathered.pieces, gathered.missing, release)
    (folder / CARD).write_bytes(card(*built))
    (folder / CROISSANT).write_bytes(croissant(*built))
    (folder / ATTRIBUTION).write_bytes(attribution_table(gathered.pieces))
    datasheet = beside / DATASHEET
    if datasheet.is_file():
        (folder / DATASHEET).write_bytes(datasheet.read_bytes())
    (folder / SUMS).write_bytes(_sums(folder))


def _sums(folder: Path) -> bytes:
    """Hashes of the files, in the form that `sha256sum -c` reads."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return "".join(f"{sha256(folder / name)}  {name}\n" for name in names).encode()


def _intact(dist: Path, earlier: Stamp) -> bool:
    """Whether the files of an earlier build are all there, unchanged."""
    try:
        lines = (dist / SUMS).read_text(encoding="utf-8").splitlines()
        return sha256(dist / SUMS) == earlier.sums and all(
            sha256(dist / name) == digest for digest, name in (line.split("  ", 1) for line in lines)
        )
    except (OSError, ValueError):
        return False


def _again(earlier: Stamp, dist: Path) -> Built:
    # Newer than every input again, for whoever compares times (make).
    (dist / STAMP).touch()
    return Built(earlier.report, fresh=False)


def fingerprint(corpus: Path) -> str:
    """Hash of everything at hand that decides the output: the data, our code, the libraries."""
    package, schema = Path(__file__).parents[1], schemas.schema_dir()
    # Private articles too: validation compares ids and texts over the whole corpus.
    data = [*store.corpus_files(corpus), *(corpus / name for name in asides.FILES)]
    hashed = [(path.relative_to(corpus), path) for path in data]
    hashed += [
        (path.relative_to(package), path) for path in sorted(package.rglob("*")) if path.suffix in {".py", ".md"}
    ]
    beside = corpus.resolve().parent
    hashed += [(Path(name), beside / name) for name in (DATASHEET, CITATION)]
    digest = hashlib.sha256()
    for name, path in hashed:
        digest.update(f"{name} {sha256(path) if path.is_file() else 'absent'}\n".encode())
    released = release_day(beside / CHANGELOG, (asides.read(corpus / asides.VERSION_FILE) or "").strip())
    digest.update(f"released {released}".encode())
    for file in ("labels.json", f"article-{SCHEMA_VERSION}.schema.json"):
        digest.update((schema / file).read_bytes())
    digest.update(f"datasets {version('datasets')} pyarrow {version('pyarrow')}".encode())
    return digest.hexdigest()


def read_stamp(dist: Path) -> Stamp | None:
    """The stamp of a build; None where there is none that can be read."""
    try:
        return msgspec.json.decode((dist / STAMP).read_bytes(), type=Stamp)
    except (OSError, msgspec.DecodeError):
        return None


def _refuse_loss(dist: Path, earlier: Stamp, gathered: Gathered, texts: Texts) -> None:
    """Never replace a build by one that lacks texts which it holds."""
    lost = set(gathered.missing) & set(earlier.restored)
    if lost:
        raise BuildError(
            f"{dist}: kept as it was, though out of date: a build now would lack {counted(len(lost), 'text')} that it "
            f"holds: {texts.why}. To build without, remove the folder"
        )


def _refuse_foreign(dist: Path, corpus: Path) -> None:
    """Never replace a folder that no build made, or one that holds the corpus."""
    if corpus.resolve().is_relative_to(dist):
        raise BuildError(f"{dist}: holds the corpus itself; choose another folder with -o")
    try:
        foreign = dist.exists() and (not dist.is_dir() or (any(dist.iterdir()) and not (dist / STAMP).is_file()))
    except OSError as error:
        raise BuildError(f"{dist}: {error.strerror}") from None
    if foreign:
        raise BuildError(f"{dist}: exists and is no earlier build; move it away or choose another folder with -o")


@contextmanager
def _replacing(dist: Path) -> Iterator[Path]:
    """A new folder beside `dist` that takes its place when it is whole."""
    try:
        dist.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=dist.parent, prefix=f".{dist.name}."))
    except OSError as error:
        raise BuildError(f"{dist}: cannot write: {error.strerror}") from None
    try:
        folder = beside / "new"
        folder.mkdir()
        yield folder
        if dist.exists():
            dist.rename(beside / "old")
        folder.rename(dist)
    except OSError as error:
        raise BuildError(f"{dist}: cannot write: {error.strerror or error}") from None
    finally:
        if (beside / "old").exists() and not dist.exists():
            (beside / "old").rename(dist)
        shutil.rmtree(beside)


def _nothing(corpus: Path, gathered: Gathered) -> str:
    reasons = [f"{path}: {reason}" for path, reason in gathered.refused]
    if gathered.missing:
        missing = counted(len(gathered.missing), "article")
        reasons.append(f"the text of {missing} is withheld and no copy of it is at hand")
    return "\n  ".join((f"{corpus}: there is no article to build", *reasons))
