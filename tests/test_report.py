"""The four reports: the text against a golden, the others for what their readers rely on."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from malmoi.findings import Finding, Severity
from malmoi.report import FORMATS, render, summary
from malmoi.rules import RULES
from malmoi.validate import Report, validate

HERE = Path(__file__).parent
GOLDEN = HERE / "report" / "text.txt"


def every_bad_case() -> Report:
    """One report over the bad case of every rule; paths from the folder of the rules on."""
    paths = sorted(path for path in (HERE / "rules").glob("MM*/bad*"))
    report = validate(paths)
    root = f"{HERE / 'rules'}/"
    findings = [
        found._replace(path=found.path.removeprefix(root), message=found.message.replace(root, ""))
        for found in report.findings
    ]
    skipped = {name.removeprefix(root): count for name, count in report.skipped.items()}
    return Report(findings, report.articles, skipped)


def test_text_of_every_rule_is_the_golden() -> None:
    report = every_bad_case()
    assert f"{render(report, 'text')}\n{summary(report)}\n" == GOLDEN.read_text(encoding="utf-8")


def test_nothing_to_say() -> None:
    report = Report([], 3, {})
    assert render(report, "text") == ""
    assert render(report, "github") == ""
    assert summary(report) == "3 articles: no findings"


def test_text_in_colours_says_the_same() -> None:
    report = every_bad_case()
    coloured = render(report, "text", colour=True)
    assert "\033[31m" in coloured
    assert re.sub(r"\033\[\d+m", "", coloured) == render(report, "text")


def test_text_prints_no_control_characters() -> None:
    finding = Finding("MM307", "text-mismatch", Severity.ERROR, "a\nb.json", "$", "\033[31m red\u202e", line=1)
    assert render(Report([finding], 1, {}), "text") == (
        "a\\u000ab.json:1: MM307 text-mismatch $: \\u001b[31m red\\u202e\n"
    )


def test_json() -> None:
    report = every_bad_case()
    document = orjson.loads(render(report, "json"))
    assert list(document) == ["findings", "articles", "skipped"]
    assert len(document["findings"]) == len(report.findings)
    assert list(document["findings"][0]) == list(Finding._fields)
    assert {finding["severity"] for finding in document["findings"]} == {"error", "warning", "note"}
    assert orjson.loads(render(Report([], 0, {}), "json")) == {"findings": [], "articles": 0, "skipped": {}}


def test_sarif() -> None:
    report = every_bad_case()
    document = orjson.loads(render(report, "sarif"))
    assert document["version"] == "2.1.0"
    [run] = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(RULES)
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    assert len(run["results"]) == len(report.findings)
    for result, finding in zip(run["results"], report.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        assert result["level"] in ("error", "warning", "note")
        physical = result["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"].isascii()
        assert physical.get("region", {}).get("startLine") == finding.line


def test_github() -> None:
    finding = Finding(
        "MM307", "text-mismatch", Severity.ERROR, "a,b:c.json", "$.entities[0]", "100%\nsure", "look", line=7
    )
    warning = finding._replace(severity=Severity.WARNING, line=None, hint=None, pointer="")
    assert render(Report([finding, warning], 1, {}), "github").splitlines() == [
        "::error file=a%2Cb%3Ac.json,line=7,title=MM307 text-mismatch::$.entities[0]: 100%25%0Asure (look)",
        "::warning file=a%2Cb%3Ac.json,title=MM307 text-mismatch::100%25%0Asure",
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_takes_every_finding(form: str) -> None:
    report = every_bad_case()
    written = render(report, form)
    assert all(finding.code in written for finding in report.findings)
