"""Level 2: the two validators agree, and every violation is told with its place."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from mutated_articles import FULL, mutated

from malmoi.rules import RULES
from malmoi.rules.violations import SchemaErrors, breaks_schema, explaining_validator, quick_validator
from malmoi.schemas import labels
from malmoi.validate import check_article, validate

FOLDER = Path(__file__).parent / "schema" / "1.0"
LEVEL_2 = [rule for rule in RULES.values() if rule.level == 2]


@pytest.mark.parametrize("path", sorted((FOLDER / "valid").iterdir()), ids=lambda path: path.stem)
def test_valid(path: Path) -> None:
    assert validate([path]).findings == []


@pytest.mark.parametrize("path", sorted((FOLDER / "invalid").iterdir()), ids=lambda path: path.stem)
def test_invalid_with_its_own_code(path: Path) -> None:
    assert {finding.code for finding in validate([path]).findings} == {path.name[:5]}


@settings(max_examples=500, deadline=None)
@given(data=mutated())
def test_both_validators_give_one_verdict(data: dict[str, Any]) -> None:
    errors = list(explaining_validator().iter_errors(data))
    assert breaks_schema(data) == bool(errors)
    assert bool(list(quick_validator().iter_errors(data))) == bool(errors)


@settings(max_examples=500, deadline=None)
@given(data=mutated())
def test_every_violation_is_told(data: dict[str, Any]) -> None:
    schema = SchemaErrors(data)
    hits = [hit for rule in LEVEL_2 for hit in rule.check(schema)]
    assert bool(hits) == breaks_schema(data)
    told = {hit.path for hit in hits}
    for violation in schema.violations:
        # Some rules point at the field itself where jsonschema names the object around it.
        assert any(path[: len(violation.path)] == violation.path for path in told), violation


def findings(change: Any) -> list[tuple[str, str, str, str | None]]:  # noqa: ANN401  a function of a dict
    data = copy.deepcopy(FULL)
    change(data)
    return [(found.code, found.pointer, found.message, found.hint) for found in check_article(data)]


def test_unknown_label_lists_every_label_and_the_near_one() -> None:
    [(code, pointer, message, hint)] = findings(lambda data: data["entities"][0].update(label="PERSON"))
    assert (code, pointer) == ("MM205", "$.entities[0].label")
    assert '"PERSON"' in message
    assert hint is not None
    assert hint.startswith("did you mean PS_NAME")
    assert all(label in hint for label in labels())


@pytest.mark.parametrize(
    ("written", "meant"),
    [("PS", "PS_NAME"), ("ORG", "OGG_ECONOMY"), ("OG_POLITICS", "OGG_POLITICS"), ("LCP_CTY", "LCP_CITY")],
)
def test_near_labels(written: str, meant: str) -> None:
    [(_, _, _, hint)] = findings(lambda data: data["entities"][0].update(label=written))
    assert hint is not None
    assert meant in hint.partition("?")[0]


def test_value_not_allowed_lists_what_is() -> None:
    [(_, _, message, hint)] = findings(lambda data: data["quotes"][0].update(source_status="explicite"))
    assert message == ('"explicite" is not allowed; allowed: explicit, other_sentence, omitted, anonymous, none')
    assert hint == "did you mean 'explicit'?"


def test_a_line_feed_at_the_end_of_an_id_is_no_part_of_it() -> None:
    assert [code for code, *_ in findings(lambda data: data.update(id="gaon-library\n"))] == ["MM206"]


def test_one_finding_for_each_error() -> None:
    def change(data: dict[str, Any]) -> None:
        data["entities"][0]["start"] = "0"
        data["entities"][1]["cluster"] = None
        data["entities"][2]["lable"] = data["entities"][2].pop("label")
        del data["license"]

    told = {(code, pointer) for code, pointer, _, _ in findings(change)}
    assert told == {
        ("MM203", "$.entities[0].start"),
        ("MM203", "$.entities[1].cluster"),
        ("MM201", "$.entities[2]"),
        ("MM202", "$.entities[2].lable"),
        ("MM201", "$"),
    }


def test_a_disagreement_of_the_validators_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SchemaErrors, "violations", [])
    assert [code for code, *_ in findings(lambda data: data.update(publisher=""))] == ["MM299"]


def test_a_wrong_text_status_is_told_alone() -> None:
    assert [code for code, *_ in findings(lambda data: data.update(text_status="hidden"))] == ["MM204"]
    assert [code for code, *_ in findings(lambda data: data.pop("text_status"))] == ["MM201"]
