"""Every rule by its folder `tests/rules/<code>-<slug>/`: a bad case fails with its own code and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from malmoi import markup, store
from malmoi.rules import RULES
from malmoi.rules.page import LEVELS, render
from malmoi.validate import validate

FOLDER = Path(__file__).parent / "rules"
RULES_MD = Path(__file__).parents[1] / "schema" / "RULES.md"
# Nothing breaks the schema in a way that no rule names: that is what the rule is for.
WITHOUT_CASE = {"MM299"}
CASES = sorted(path for folder in FOLDER.glob("MM*") for path in folder.iterdir())


def case_id(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def test_each_rule_has_a_folder_and_each_folder_a_rule() -> None:
    # Level 6 looks at built folders: tests/test_rules_published.py builds and breaks them.
    named = {f"{rule.code}-{rule.slug}" for rule in RULES.values() if rule.code not in WITHOUT_CASE and rule.level != 6}
    assert {folder.name for folder in FOLDER.glob("MM*")} == named
    assert all(any(folder.glob("bad*")) for folder in FOLDER.glob("MM*"))


@pytest.mark.parametrize("path", [path for path in CASES if path.stem.startswith("bad")], ids=case_id)
def test_bad_case_fails_with_its_own_code(path: Path) -> None:
    report = validate([path])
    assert {finding.code for finding in report.findings} == {path.parent.name.partition("-")[0]}
    assert all(finding.slug == path.parent.name.partition("-")[2] for finding in report.findings)
    assert all(len(finding.message) > 15 and "\n" not in finding.message for finding in report.findings)


@pytest.mark.parametrize("path", [path for path in CASES if path.stem.startswith("good")], ids=case_id)
def test_good_case_passes(path: Path) -> None:
    assert validate([path]).findings == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_docstring_has_its_parts(rule: object) -> None:
    doc = rule.doc  # type: ignore[attr-defined]  # parametrize passes rules as objects
    parts = ["\n\nWhat it does: ", "\n\nWhy is this bad? ", "\n\nExample: ", "\n\nUse instead: "]
    places = [doc.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert doc.partition("\n")[0].endswith(".")


def test_codes_and_slugs_are_well_formed_and_unique() -> None:
    slugs = [rule.slug for rule in RULES.values()]
    assert len(set(slugs)) == len(slugs)
    for rule in RULES.values():
        assert re.fullmatch(r"MM[1-6]\d\d", rule.code)
        assert rule.level in LEVELS
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.slug)


def test_rules_md_is_in_step() -> None:
    assert RULES_MD.read_text(encoding="utf-8") == render(), "run scripts/rules_doc.py"


def test_the_article_that_the_cases_break_is_the_mark_up_compiled() -> None:
    source = (FOLDER / "base.mark").read_text(encoding="utf-8")
    full = Path(__file__).parent / "schema" / "1.0" / "valid" / "full.json"
    assert store.dumps(markup.parse(source)) == full.read_bytes()
