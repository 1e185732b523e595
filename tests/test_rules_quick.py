"""The fast path never accepts what a rule reports, and takes sound articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from mutated_articles import FULL, mutated

from malmoi.contacts import EMAIL, PHONE
from malmoi.rules import RULES
from malmoi.rules.doc import Doc, Place
from malmoi.rules.keys import misplaced_keys, sorted_keys
from malmoi.rules.quick import is_plainly_sound, is_sorted
from malmoi.rules.source import BOM
from malmoi.rules.texts import may_hold_contact
from malmoi.rules.violations import breaks_schema
from malmoi.validate import validate

LEVEL_3 = [rule for rule in RULES.values() if rule.level == 3]


def readable_cases() -> list[Path]:
    """The cases of tests/rules that get as far as level 3."""
    found = []
    for path in sorted((Path(__file__).parent / "rules").glob("MM*/*.json")):
        report = validate([path])
        if all(RULES[finding.code].level >= 3 or not RULES[finding.code].stops for finding in report.findings):
            found.append(path)
    return [path for path in found if path.is_file() and not breaks_schema(orjson.loads(path.read_bytes().lstrip(BOM)))]


def found_by_rules(data: dict[str, Any], place: Place | None = None) -> list[str]:
    return [rule.code for rule in LEVEL_3 if next(rule.check(Doc(data, place)), None)]


@settings(max_examples=600, deadline=None)
@given(data=mutated())
def test_rules_and_fast_path_agree(data: dict[str, Any]) -> None:
    assume(not breaks_schema(data))
    found = found_by_rules(data)
    if is_plainly_sound(data, None):
        assert found == []
    elif found == []:
        # What it leaves to the rules: withheld text, another order than the text's, a modified article.
        assert (
            data["text_status"] == "withheld"
            or "modified_at" in data
            or data.get("published_at") != FULL["published_at"]
            or any(data.get(kind) != FULL[kind] for kind in ("blocks", "entities", "quotes", "captions"))
        )


@pytest.mark.parametrize("path", readable_cases(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_fast_path_and_rules_agree_on_the_rules_cases(path: Path) -> None:
    data = orjson.loads(path.read_bytes().lstrip(BOM))
    if is_plainly_sound(data, None):
        assert found_by_rules(data) == []


def test_a_sound_article_takes_the_fast_path() -> None:
    assert is_plainly_sound(FULL, None)
    assert is_plainly_sound(FULL, Place("open", FULL["id"]))
    assert not is_plainly_sound(FULL, Place("open", "other"))
    assert not is_plainly_sound(FULL, Place("private", FULL["id"]))


@settings(max_examples=300, deadline=None)
@given(data=mutated(most=1))
def test_key_order_is_seen_alike(data: dict[str, Any]) -> None:
    assume(not breaks_schema(data))
    slow = next(misplaced_keys(data), None) is None
    assert is_sorted(data) == slow
    ordered = sorted_keys(data)
    assert ordered == data
    assert is_sorted(ordered)


@pytest.mark.parametrize("kind", ["entities", "quotes", "clusters", "captions", "blocks"])
def test_a_key_out_of_order_is_seen(kind: str) -> None:
    record = FULL[kind][0]
    turned = dict(reversed(record.items()))
    assert not is_sorted({**FULL, kind: [turned, *FULL[kind][1:]]})


@settings(max_examples=2000, deadline=None)
@given(text=st.text("00123456789-. ()+@ab가０２", max_size=24))
@example("(02) 123-4567")
@example("(09) 123-4567")
@example("(00) 123-4567")
@example("(0２) １２３-４５６７")
@example("문의 010 1234 5678")
@example("1588-1234")
@example("02-123-4567")
@example("+82 10 1234 5678")
def test_the_look_for_contacts_misses_none(text: str) -> None:
    if EMAIL.search(text) or PHONE.search(text):
        assert may_hold_contact(text)
