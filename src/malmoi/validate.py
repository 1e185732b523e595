"""Validation: files and folders in, findings out. Levels stop early, article by article.

A folder may be a corpus, which is looked at as a whole, or a published dataset, which has rules of its own.

An article that is sound takes the fast path: parse, JSON Schema, one pass that only says yes or no. The rules, with
their messages and line numbers, run for an article that fails it.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from malmoi import store
from malmoi.asides import SPLITS_FILE, VERSION_FILE, WITHDRAWN_FILE
from malmoi.extras import needs_extra
from malmoi.findings import Finding
from malmoi.model import TIERS
from malmoi.published.folder import CARD, Published, is_published
from malmoi.rules import RULES, Hit, Rule, json_path
from malmoi.rules.corpus import Aside, Corpus, Member
from malmoi.rules.doc import Doc, Place
from malmoi.rules.published import NEED_CARD
from malmoi.rules.quick import is_plainly_sound, is_sorted
from malmoi.rules.registry import PUBLISHED_LEVEL
from malmoi.rules.source import Source
from malmoi.rules.violations import SchemaErrors, breaks_schema
from malmoi.splits import SPLITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

UNREADABLE, TWICE_IN_FILE = "MM101", "MM420"
DOUBLE_FOLDER = "double"
_LONGEST = 400
_ARTICLE_RULES = [RULES[code] for code in sorted(RULES) if RULES[code].per_article and code != UNREADABLE]
_LEVELS = {level: [rule for rule in _ARTICLE_RULES if rule.level == level] for level in (1, 2, 3, 5)}
_CORPUS_RULES = [RULES[code] for code in sorted(RULES) if RULES[code].corpus and code != TWICE_IN_FILE]
_PUBLISHED_RULES = [RULES[code] for code in sorted(RULES) if RULES[code].level == PUBLISHED_LEVEL]


class Target(NamedTuple):
    """One file to look at.

    Attributes:
        path: the file.
        place: where it stands in a corpus; None outside one, and for kept double annotations.
        corpus: the corpus folder whose cross-article rules it takes part in.
        problem: why it cannot be read, where that is known beforehand.
        published: the path is the folder of a published dataset.
    """

    path: Path
    place: Place | None = None
    corpus: Path | None = None
    problem: str | None = None
    published: bool = False


class Checked(NamedTuple):
    """What came of one article.

    Attributes:
        findings: in the order of their codes.
        skipped: number of checks that did not run because an earlier level failed.
        doc: the article, if it passed levels 1 to 3.
        id: its id, if one can be read.
    """

    findings: list[Finding]
    skipped: int
    doc: Doc | None
    id: str | None


class Report(NamedTuple):
    """What came of a run.

    Attributes:
        findings: every finding, file by file.
        articles: how many articles were looked at.
        skipped: number of checks that did not run, by file (`file:line` in JSON Lines).
    """

    findings: list[Finding]
    articles: int
    skipped: dict[str, int]

    @property
    def unreadable(self) -> bool:
        """Whether a file could not be read at all."""
        return any(finding.code == UNREADABLE for finding in self.findings)


def check_bytes(raw: bytes, file: str = "<article>", *, line: int | None = None, place: Place | None = None) -> Checked:
    """Check one article: levels 1 to 3, and level 5 as far as it looks at one article.

    Args:
        raw: the file, or a line of a JSON Lines file.
        file: what findings call it.
        line: the line of a JSON Lines file; such an article has no canonical layout.
        place: where the file stands in a corpus.
    """
    doc = _fast(raw, place, one_line=line is not None)
    source = Source(raw, one_line=line is not None)
    findings: list[Finding] = []
    if doc is None:
        findings, doc = _slow(source, file, line, place)
        if doc is None:
            failed = max(RULES[finding.code].level for finding in findings)
            skipped = sum(rule.level > failed for rule in _ARTICLE_RULES)
            if failed == 1:
                # Level 1 stops at the first file-breaking hit: its own later checks did not run either.
                last = max(finding.code for finding in findings)
                skipped += sum(rule.level == 1 and rule.code > last for rule in _ARTICLE_RULES)
            return Checked(_in_order(findings), skipped, None, _id_of(source))
    findings += _run(_LEVELS[5], doc, source, file, line)
    return Checked(_in_order(findings), 0, doc, doc.data["id"])


def check_article(data: dict[str, Any], file: str = "<article>") -> list[Finding]:
    """Check an article at hand as plain data; its layout is none of its own."""
    return check_bytes(orjson.dumps(data), file, line=1).findings


def validate(paths: Iterable[Path]) -> Report:
    """Check files and folders."""
    return validate_targets(targets(paths))


def validate_targets(found: Iterable[Target]) -> Report:
    """Check files, then each corpus among them as a whole; of a published dataset the folder.

    Raises:
        MalmoiError: a published dataset needs libraries that are not installed.
    """
    findings: list[Finding] = []
    skipped: dict[str, int] = {}
    corpora: dict[Path, list[Member]] = {}
    articles = 0
    for target in found:
        if target.published:
            dataset = Published(target.path)
            findings += check_published(dataset)
            articles += len(dataset.articles)
            if dataset.card.problem:
                skipped[dataset.file(CARD)] = len(NEED_CARD)
            continue
        if target.corpus:
            corpora.setdefault(target.corpus, [])
        for name, checked in _checked(target):
            articles += 1
            findings += checked.findings
            if checked.skipped:
                skipped[name] = checked.skipped
            if target.corpus:
                member = Member(_name(target.path), checked.id or target.path.stem, checked.doc)
                corpora[target.corpus].append(member)
    for root, members in corpora.items():
        findings += _across(root, members)
    return Report(findings, articles, skipped)


def targets(paths: Iterable[Path]) -> list[Target]:
    """The files that the paths name: a file itself; of a corpus its articles; of another folder all of its articles.

    A published dataset is a target of its own.
    """
    found: list[Target] = []
    for path in paths:
        if path.is_dir() and path.suffix != ".json":
            inside = _targets_inside(path)
            found += inside or [Target(path, problem="there is no article (.json, .jsonl) in this folder")]
        else:
            found.append(Target(path, _place(path)))
    return found


def _targets_inside(folder: Path) -> list[Target]:
    if is_corpus(folder):
        return _corpus_targets(folder)
    return [Target(folder, published=True)] if is_published(folder) else _folder_targets(folder)


def is_corpus(folder: Path) -> bool:
    """Whether a folder is a corpus: it has splits.tsv, or the folder of a tier."""
    return (folder / SPLITS_FILE).is_file() or any((folder / tier).is_dir() for tier in TIERS)


def _corpus_targets(root: Path) -> list[Target]:
    files = store.corpus_files(root)
    double = sorted((root / DOUBLE_FOLDER).rglob("*.json"))
    listed = [Target(path, Place(path.relative_to(root).parts[0], path.stem), root) for path in files]
    return listed + [Target(path, Place(None, path.stem)) for path in double]


def _folder_targets(folder: Path) -> list[Target]:
    files = sorted(path for suffix in ("*.json", "*.jsonl") for path in folder.rglob(suffix))
    return [Target(path, _place(path)) for path in files]


def _place(path: Path) -> Place | None:
    """Where a single file stands: below the folder of a tier, or of doubles, beside a splits.tsv."""
    for folder in path.absolute().parents:
        if folder.name in (*TIERS, DOUBLE_FOLDER) and (folder.parent / SPLITS_FILE).is_file():
            return Place(None if folder.name == DOUBLE_FOLDER else folder.name, path.stem)
    return None


def _checked(target: Target) -> Iterator[tuple[str, Checked]]:
    """The articles of a file, with the name that the report gives each."""
    file = _name(target.path)
    try:
        raw = b"" if target.problem else _read(target.path)
    except OSError as error:
        target = target._replace(problem=f"cannot be read: {error.strerror}")
    if target.problem:
        yield file, _unreadable(target.problem, file)
    elif target.path.suffix == ".jsonl" and raw.strip():
        yield from _checked_lines(raw, file)
    else:
        yield file, check_bytes(raw, file, place=target.place)


def _checked_lines(raw: bytes, file: str) -> Iterator[tuple[str, Checked]]:
    """The articles of a JSON Lines file; an id that an earlier line has is reported with the later article."""
    rule = RULES[TWICE_IN_FILE]
    seen: dict[str, int] = {}
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            checked = check_bytes(line, file, line=number)
            # The rule sees this line and the first with its id: findings come with their article.
            same = [(seen[checked.id], checked.id), (number, checked.id)] if checked.id in seen else []
            twice = [_finding(rule, hit, file, hit.line) for hit in rule.check(same)]
            if checked.id:
                seen.setdefault(checked.id, number)
            yield f"{file}:{number}", checked._replace(findings=checked.findings + twice)


def _name(path: Path) -> str:
    """The path as reports print it; bytes of a file name that are no UTF-8 are replaced."""
    return os.fsencode(path).decode(errors="replace")


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise IsADirectoryError(0, "it is a folder; an article is a file")
    return path.read_bytes()


def _unreadable(reason: str, file: str) -> Checked:
    rule = RULES[UNREADABLE]
    return Checked([_finding(rule, hit, file, None) for hit in rule.check(reason)], len(_ARTICLE_RULES), None, None)


def passes_quickly(raw: bytes) -> bool:
    """Whether an article's file passes levels 1 to 3 on the fast path, outside a corpus."""
    return _fast(raw, None, one_line=False) is not None


def _fast(raw: bytes, place: Place | None, *, one_line: bool) -> Doc | None:
    """The article, if nothing at all is wrong with it up to level 3."""
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(data, dict) or breaks_schema(data):
        return None
    doc = Doc(data, place)
    if not is_plainly_sound(data, place) and any(next(rule.check(doc), None) for rule in _LEVELS[3]):
        return None
    # The form is the same only if no key stands twice, for of two keys the data keep one.
    same = orjson.dumps(data) == raw if one_line else is_sorted(data) and store.layout(data) == raw
    return doc if same and unicodedata.is_normalized("NFC", raw.decode()) else None


def _slow(source: Source, file: str, line: int | None, place: Place | None) -> tuple[list[Finding], Doc | None]:
    """Levels 1 to 3 with all their messages; the article, if none of them stops it."""
    findings: list[Finding] = []
    for rule in _LEVELS[1]:
        found = [_finding(rule, hit, file, hit.line or _line(source, hit)) for hit in rule.check(source)]
        findings += _on_line(found, line)
        if found and rule.stops:
            return findings, None
    if breaks_schema(source.data):
        return findings + _run(_LEVELS[2], SchemaErrors(source.data), source, file, line), None
    doc = Doc(source.data, place)
    errors = _run(_LEVELS[3], doc, source, file, line)
    return findings + errors, None if errors else doc


def _run(rules: Iterable[Rule], subject: object, source: Source, file: str, line: int | None) -> list[Finding]:
    found = [_finding(rule, hit, file, _line(source, hit)) for rule in rules for hit in rule.check(subject)]
    return _on_line(found, line)


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.code))


def _on_line(findings: list[Finding], line: int | None) -> list[Finding]:
    """The findings on the one line of a JSON Lines article."""
    return findings if line is None else [finding._replace(line=line) for finding in findings]


def _line(source: Source, hit: Hit) -> int:
    return source.positions.line(hit.path) if hit.path else 1


def _finding(rule: Rule, hit: Hit, file: str, line: int | None) -> Finding:
    return Finding(
        rule.code, rule.slug, rule.severity, file, json_path(hit.path), hit.message, hit.hint, line, rule.fixable
    )


def _id_of(source: Source) -> str | None:
    try:
        data = orjson.loads(source.body)
    except orjson.JSONDecodeError:
        return None
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def check_published(dataset: Published) -> list[Finding]:
    """Check a published dataset: level 6.

    Raises:
        MalmoiError: its libraries are not installed.
    """
    with needs_extra("build"):
        return [
            _finding(rule, hit, hit.file or str(dataset.root), hit.line)._replace(
                pointer=json_path(hit.path) if hit.path else "", message=_cut(hit.message)
            )
            for rule in _PUBLISHED_RULES
            if not (dataset.card.problem and rule.code in NEED_CARD)
            for hit in rule.check(dataset)
        ]


def _cut(message: str) -> str:
    """A message of bearable length: it may quote a name from a file."""
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


def _across(root: Path, members: Sequence[Member]) -> list[Finding]:
    table, version, withdrawn = (_aside(root / name) for name in (SPLITS_FILE, VERSION_FILE, WITHDRAWN_FILE))
    corpus = Corpus(members, SPLITS, table, version, withdrawn)
    sources = _Sources()
    articles = {member.file for member in members}
    findings = []
    for rule in _CORPUS_RULES:
        for hit in rule.check(corpus):
            file = hit.file or str(root)
            line = hit.line if file not in articles or hit.line else sources.line(file, hit)
            found = _finding(rule, hit, file, line)
            findings.append(found if file in articles else found._replace(pointer=""))
    return findings


class _Sources:
    """Line numbers in the files that rules across the corpus point at; each is read once."""

    def __init__(self) -> None:
        self._read: dict[str, Source] = {}

    def line(self, file: str, hit: Hit) -> int | None:
        try:
            source = self._read.setdefault(file, Source(Path(file).read_bytes()))
            return _line(source, hit)
        except (OSError, ValueError):
            # The file cannot be read; its own finding says so.
            return None


def _aside(path: Path) -> Aside:
    try:
        return Aside(str(path), path.read_bytes().decode(errors="replace"))
    except OSError:
        return Aside(str(path), None)
