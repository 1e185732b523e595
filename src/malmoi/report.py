"""Findings as text, JSON, SARIF 2.1.0, or workflow commands of GitHub Actions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from malmoi import __version__
from malmoi.findings import Finding, Severity, counted, visible
from malmoi.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from malmoi.validate import Report

_BOLD, _RED, _YELLOW, _DIM, _PLAIN = "\033[1m", "\033[31m", "\033[33m", "\033[2m", "\033[0m"
_COLOURS = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW, Severity.NOTE: _DIM}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report, form: str, *, colour: bool = False) -> str:
    """The report in one of `FORMATS`; nothing where a text would have nothing to say.

    Args:
        report: what came of a run.
        form: text, json, sarif or github.
        colour: text in colours, for a terminal.
    """
    return _text(report, colour=colour) if form == "text" else _RENDERERS[form](report)


def summary(report: Report) -> str:
    """The run in one line."""
    if not report.findings:
        return f"{counted(report.articles, 'article')}: no findings"
    severities = Counter(finding.severity for finding in report.findings)
    counts = [counted(severities[severity], severity.label) for severity in sorted(severities, reverse=True)]
    files = len({finding.path for finding in report.findings})
    fixable = sum(finding.fixable for finding in report.findings)
    parts = [f"{', '.join(counts)} in {counted(files, 'file')}; {counted(report.articles, 'article')} checked"]
    if report.skipped:
        skipped = sum(report.skipped.values())
        parts.append(f"{counted(skipped, 'check')} skipped in {counted(len(report.skipped), 'article')}")
    if fixable:
        parts.append(f"--fix can repair {fixable}")
    return "; ".join(parts)


def _place(finding: Finding) -> str:
    return finding.path if finding.line is None else f"{finding.path}:{finding.line}"


def _text(report: Report, *, colour: bool) -> str:
    def painted(text: str, code: str) -> str:
        return f"{code}{text}{_PLAIN}" if colour else text

    lines = []
    waiting = dict(report.skipped)
    for number, finding in enumerate(report.findings):
        name = painted(f"{finding.code} {finding.slug}", _COLOURS[finding.severity])
        pointer = f" {finding.pointer}" if finding.pointer else ""
        lines.append(
            f"{painted(visible(_place(finding)), _BOLD)}: {name}{visible(pointer)}: {visible(finding.message)}"
        )
        if finding.hint:
            lines.append(painted(f"    hint: {visible(finding.hint)}", _DIM))
        following = report.findings[number + 1] if number + 1 < len(report.findings) else None
        for article in {_place(finding), finding.path} & waiting.keys():
            if following is None or article not in (_place(following), following.path):
                skipped = counted(waiting.pop(article), "check")
                lines.append(painted(f"    {skipped} skipped here: an earlier level failed", _DIM))
    return "".join(f"{line}\n" for line in lines)


def _json(report: Report) -> str:
    """One document: `findings` (each with the fields of `Finding`), `articles`, and `skipped` by article."""
    findings = [finding._asdict() | {"severity": finding.severity.label} for finding in report.findings]
    document = {"findings": findings, "articles": report.articles, "skipped": report.skipped}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _sarif(report: Report) -> str:
    codes = sorted(RULES)
    rules = [_sarif_rule(code) for code in codes]
    results = [_sarif_result(finding, codes.index(finding.code)) for finding in report.findings]
    driver = {"name": "malmoi", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    document = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _sarif_rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    name = "".join(word.capitalize() for word in rule.slug.split("-"))
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.doc},
        "help": {"text": rule.doc},
        "defaultConfiguration": {"level": rule.severity.label},
        "properties": {"slug": rule.slug, "level": rule.level, "fixable": rule.fixable},
    }


def _sarif_result(finding: Finding, index: int) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": quote(finding.path)}}}
    if finding.line is not None:
        location["physicalLocation"]["region"] = {"startLine": finding.line}
    if finding.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.pointer}]
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.label,
        "message": {"text": _with_hint(finding)},
        "locations": [location],
    }


def _github(report: Report) -> str:
    return "".join(f"{_github_line(finding)}\n" for finding in report.findings)


def _github_line(finding: Finding) -> str:
    command = {Severity.NOTE: "notice"}.get(finding.severity, finding.severity.label)
    properties = {"file": finding.path}
    if finding.line is not None:
        properties["line"] = str(finding.line)
    properties["title"] = f"{finding.code} {finding.slug}"
    written = ",".join(f"{key}={_github_escaped(value, ':,')}" for key, value in properties.items())
    pointer = f"{finding.pointer}: " if finding.pointer else ""
    return f"::{command} {written}::{_github_escaped(pointer + _with_hint(finding))}"


def _github_escaped(text: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _with_hint(finding: Finding) -> str:
    return f"{finding.message} ({finding.hint})" if finding.hint else finding.message


_RENDERERS: dict[str, Callable[[Report], str]] = {"json": _json, "sarif": _sarif, "github": _github}
FORMATS = ("text", *_RENDERERS)
