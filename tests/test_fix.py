"""--fix repairs what is safe, keeps every span's text, and leaves nothing to do for a second run."""

from __future__ import annotations

import copy
import unicodedata
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutated_articles import FULL, mutated

from malmoi import store
from malmoi.findings import MalmoiError
from malmoi.fix import fix_bytes, fix_file
from malmoi.rules.doc import Doc
from malmoi.validate import check_bytes

GOOD = store.layout(FULL)
FIXABLE = sorted(
    path
    for code in ("MM103", "MM120", "MM121", "MM122", "MM123", "MM309")
    for path in (Path(__file__).parent / "rules").glob(f"{code}-*/bad.json")
)


def codes(raw: bytes) -> set[str]:
    return {finding.code for finding in check_bytes(raw).findings}


@pytest.mark.parametrize("path", FIXABLE, ids=lambda path: path.parent.name)
def test_what_is_called_fixable_is_fixed(path: Path) -> None:
    fixed = fix_bytes(path.read_bytes())
    assert codes(fixed.raw) == set()
    assert len(fixed.changes) == 1
    assert fix_bytes(fixed.raw) == (fixed.raw, [], [])


def test_a_sound_file_is_left_alone() -> None:
    assert fix_bytes(GOOD) == (GOOD, [], [])


@st.composite
def denormalized(draw: st.DrawFn) -> dict[str, Any]:
    """A valid article with some blocks in NFD, the offsets moved with them, and spans stretched over spaces."""
    data: dict[str, Any] = copy.deepcopy(FULL)
    for block in data["blocks"]:
        spans = [spot.span for spot in Doc(data).spots if spot.span["block"] == block["id"]]
        if draw(st.booleans()):
            lengths = [len(unicodedata.normalize("NFD", char)) for char in block["text"]]
            starts = [sum(lengths[:at]) for at in range(len(lengths) + 1)]
            block["text"] = unicodedata.normalize("NFD", block["text"])
            for span in spans:
                span.update(start=starts[span["start"]], end=starts[span["end"]])
                span["text"] = block["text"][span["start"] : span["end"]]
        for span in spans:
            if block["text"][span["end"] :][:1] == " " and draw(st.booleans()):
                span.update(end=span["end"] + 1, text=span["text"] + " ")
    return data


@settings(max_examples=150, deadline=None)
@given(data=denormalized())
def test_spans_keep_their_text(data: dict[str, Any]) -> None:
    # Every span of the article is one of the original, stretched or decomposed: the repair gives the original back.
    assert fix_bytes(store.layout(data)).raw == GOOD


@settings(max_examples=300, deadline=None)
@given(data=mutated(most=2), form=st.sampled_from(("canonical", "compact", "windows", "mark", "nfd")))
def test_whatever_comes_a_second_run_has_nothing_to_do(data: dict[str, Any], form: str) -> None:
    raw = store.layout(data)
    if form == "compact":
        raw = orjson.dumps(data)
    elif form == "windows":
        raw = raw.replace(b"\n", b"\r\n")
    elif form == "mark":
        raw = b"\xef\xbb\xbf" + raw
    elif form == "nfd":
        raw = unicodedata.normalize("NFD", raw.decode()).encode()
    fixed = fix_bytes(raw)
    assert fix_bytes(fixed.raw)[:2] == (fixed.raw, [])
    # A span past the end of the composed text may still have lain inside the longer decomposed one.
    longer = {"MM305"} if form == "nfd" else set()
    assert codes(fixed.raw) - {"MM330", "MM337"} <= codes(raw) | {"MM310", "MM342"} | longer
    if fixed.raw != raw:
        assert fixed.changes


def test_offsets_counted_in_nfc_over_a_text_in_nfd_stay() -> None:
    data = copy.deepcopy(FULL)
    for block in data["blocks"]:
        block["text"] = unicodedata.normalize("NFD", block["text"])
    assert codes(store.layout(data)) == {"MM120"}
    assert fix_bytes(store.layout(data)).raw == GOOD


def test_a_block_whose_spans_do_not_fit_is_not_touched() -> None:
    data = copy.deepcopy(FULL)
    data["blocks"][0]["text"] = unicodedata.normalize("NFD", data["blocks"][0]["text"])
    data["entities"][0].update(start=1, end=4)
    raw = store.layout(data)
    left = ["block h01 is not in NFC, but a span does not fit its text: correct that first"]
    assert fix_bytes(raw) == (raw, [], left)


def test_the_hash_of_the_text_follows_it() -> None:
    data = copy.deepcopy(FULL)
    data["blocks"][-1]["text"] = unicodedata.normalize("NFD", data["blocks"][-1]["text"])
    joined = "\n".join(block["text"] for block in data["blocks"])
    import hashlib  # noqa: PLC0415  only here

    data["origin"] = {"text_sha256": hashlib.sha256(joined.encode()).hexdigest()}
    fixed = orjson.loads(fix_bytes(store.layout(data)).raw)
    composed = "\n".join(block["text"] for block in FULL["blocks"])
    assert fixed["origin"] == {"text_sha256": hashlib.sha256(composed.encode()).hexdigest()}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        GOOD.replace("나무름".encode(), b"\xff"),
        GOOD.replace(b'"end":3,', b'"end":3,"end":3,'),
        b"[" + orjson.dumps(FULL) + b"]",
        orjson.dumps(FULL | {"schema_version": "9.0"}),
        orjson.dumps(FULL | {"url": "x"}).replace(b'"copies":2', b'"copies":2.0'),
        orjson.dumps(FULL).replace(b'"copies":2', b'"copies":99999999999999999999999'),
    ],
    ids=["empty", "cut off", "not UTF-8", "key twice", "array", "newer", "fraction", "too large"],
)
def test_what_is_not_safe_is_left_and_the_reason_told(raw: bytes) -> None:
    fixed = fix_bytes(raw)
    assert fixed[:2] == (raw, [])
    assert len(fixed.left) == 1


@pytest.mark.parametrize("fields", [{"license": "MIT"}, {'a"b\\': 1}, {"blocks": None}])
def test_form_is_repaired_where_the_schema_is_broken(fields: dict[str, object]) -> None:
    fixed = fix_bytes(orjson.dumps(FULL | fields))
    assert fixed.raw == store.layout(FULL | fields)
    assert orjson.loads(fixed.raw) == FULL | fields


def test_other_strings_come_to_nfc_but_addresses_stay() -> None:
    url = unicodedata.normalize("NFD", "https://daon.example/가")
    raw = store.layout(FULL | {"publisher": unicodedata.normalize("NFD", "다온통신"), "url": url})
    fixed = orjson.loads(fix_bytes(raw).raw)
    assert fixed["publisher"] == "다온통신"
    assert fixed["url"] == url


def test_a_json_lines_file_is_repaired_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    data = copy.deepcopy(FULL)
    data["entities"][0].update(end=4, text="가온시 ")
    path.write_bytes(orjson.dumps(FULL) + b"\n{\n" + orjson.dumps(data) + b"\n")
    fixed = fix_file(path)
    assert fixed.changes == ["line 3: trimmed white space off 1 span"]
    assert fixed.left == ["line 2: nothing else can be repaired before MM105 not-json is"]
    assert path.read_bytes() == orjson.dumps(FULL) + b"\n{\n" + orjson.dumps(FULL) + b"\n"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "x.json", tmp_path / "link.json"
    path.write_bytes(orjson.dumps(FULL))
    link.symlink_to(path)
    assert fix_file(link).changes == ["wrote the canonical layout"]
    assert link.is_symlink()
    assert path.read_bytes() == GOOD


def test_a_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(store, "write_atomic", refuse)
    path = tmp_path / "x.json"
    path.write_bytes(orjson.dumps(FULL))
    with pytest.raises(MalmoiError, match=r"x\.json: cannot write: Permission denied"):
        fix_file(path)


def test_a_file_that_cannot_be_read_is_left_to_the_report(tmp_path: Path) -> None:
    assert fix_file(tmp_path / "absent.json") == (b"", [], [])


def test_the_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(orjson.dumps(FULL))
    path.chmod(0o640)
    assert fix_file(path).changes
    assert path.stat().st_mode & 0o777 == 0o640
