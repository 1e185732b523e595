"""Files, folders and corpora; levels that stop early; the command's exit codes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import orjson
import pytest

from malmoi import store
from malmoi.commands import main
from malmoi.findings import Severity
from malmoi.rules import RULES
from malmoi.validate import check_article, check_bytes, passes_quickly, targets, validate

HERE = Path(__file__).parent
FULL = HERE / "schema" / "1.0" / "valid" / "full.json"
CORPUS = HERE / "rules" / "MM401-id-in-two-files" / "good"


def codes(raw: bytes) -> list[str]:
    return sorted({finding.code for finding in check_bytes(raw).findings})


def broken(**fields: object) -> bytes:
    return store.layout(orjson.loads(FULL.read_bytes()) | fields)


@pytest.mark.parametrize("path", sorted(FULL.parent.iterdir()), ids=lambda path: path.stem)
def test_valid_articles_pass_on_the_fast_path(path: Path) -> None:
    raw = path.read_bytes()
    assert check_bytes(raw).findings == []
    assert passes_quickly(raw)


GOOD = FULL.read_bytes()


def line_of(text: str) -> int:
    return GOOD[: GOOD.index(text.encode())].count(b"\n") + 1


HEADLINE, FIRST_SPAN, CLUSTERS = line_of("가온시"), line_of('"start":0'), line_of('"clusters"')
BROKEN_FILES = {
    "empty": (b"", "MM105", 1),
    "white space": (b" \n\n", "MM105", 1),
    "cut off": (GOOD[: GOOD.index(b'"clusters"')], "MM105", CLUSTERS - 1),
    "torn character": (GOOD[: GOOD.index("가온시".encode()) + 1], "MM102", HEADLINE),
    "single quotes": (GOOD.replace(b'"', b"'"), "MM105", 2),
    "trailing comma": (GOOD.replace(b"\n}\n", b",\n}\n"), "MM105", None),
    "text after it": (GOOD + b"x", "MM105", GOOD.count(b"\n") + 1),
    "two articles": (GOOD + GOOD, "MM105", GOOD.count(b"\n") + 1),
    "NaN": (GOOD.replace(b'"start":0', b'"start":NaN', 1), "MM105", FIRST_SPAN),
    "-Infinity": (GOOD.replace(b'"start":0', b'"start":-Infinity', 1), "MM105", FIRST_SPAN),
    "1e400": (GOOD.replace(b'"start":0', b'"start":1e400', 1), "MM105", FIRST_SPAN),
    "leading zero": (GOOD.replace(b'"start":0', b'"start":007', 1), "MM105", FIRST_SPAN),
    "line break in a string": (GOOD.replace("가온시 '".encode(), "가온시\n'".encode(), 1), "MM105", None),
    "NUL": (b"\0" * 9, "MM105", 1),
    "HTML": (b"<html></html>", "MM105", 1),
    "null": (b"null", "MM108", 1),
    "number": (b"12", "MM108", 1),
    "string": ('"기사"'.encode(), "MM108", 1),
    "array": (b"[" + GOOD + b"]", "MM108", 1),
    "UTF-16": (GOOD.decode().encode("utf-16"), "MM102", 1),
    "CP949": (GOOD.decode().encode("cp949"), "MM102", 7),
    "surrogate bytes": (GOOD.replace("가온시".encode(), b"\xed\xa0\x80", 1), "MM102", HEADLINE),
    "lone surrogate": (GOOD.replace("가온시".encode(), rb"\udc00", 1), "MM104", HEADLINE),
    "two high surrogates": (GOOD.replace("가온시".encode(), rb"\ud800\ud800", 1), "MM104", HEADLINE),
    "deep": (b'{"schema_version":"1.0","a":' + b"[" * 600 + b"]" * 600 + b"}", "MM106", 1),
    "deeper": (b"[" * 100_000, "MM105", 1),
    "deep objects": (b'{"a":' * 900 + b"1" + b"}" * 900, "MM106", 1),
    "duplicate blocks": (GOOD.replace(b'"blocks":', b'"blocks": [],\n  "blocks":', 1), "MM107", HEADLINE),
    "no version": (b'{"id": "x"}', "MM109", 1),
    "version as number": (GOOD.replace(b'"1.0"', b"1.0", 1), "MM109", 2),
    "newer version": (GOOD.replace(b'"1.0"', b'"1.1"', 1), "MM110", 2),
    "older version": (GOOD.replace(b'"1.0"', b'"0.1"', 1), "MM110", 2),
}


@pytest.mark.parametrize(("raw", "code", "line"), BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_broken_files(raw: bytes, code: str, line: int | None) -> None:
    checked = check_bytes(raw)
    assert [finding.code for finding in checked.findings] == [code]
    if line is not None:
        assert checked.findings[0].line == line
    assert checked.skipped == sum(rule.per_article and rule.code > code for rule in RULES.values())


BROKEN_ARTICLES = {
    "everything null": (dict.fromkeys(("id", "license", "blocks", "entities", "provenance")), {"MM203"}),
    "everything a number": (dict.fromkeys(("id", "license", "blocks", "quotes", "text_status"), 1), {"MM203"}),
    "blocks of null": ({"blocks": [None, [], "x"]}, {"MM203"}),
    "no blocks": ({"blocks": []}, {"MM207"}),
}


@pytest.mark.parametrize(("fields", "expected"), BROKEN_ARTICLES.values(), ids=BROKEN_ARTICLES)
def test_broken_articles(fields: dict[str, object], expected: set[str]) -> None:
    assert set(codes(broken(**fields))) == expected


def test_a_number_too_large_to_keep() -> None:
    assert codes(GOOD.replace(b'"copies": 2', b'"copies": 99999999999999999999999')) == ["MM301"]


def test_form_does_not_hide_what_is_wrong_inside() -> None:
    raw = b"\xef\xbb\xbf" + orjson.dumps(orjson.loads(broken(publisher=""))).replace(b',"', b',\r\n"')
    assert codes(raw) == ["MM103", "MM121", "MM123", "MM207"]


def test_levels_stop_early_and_say_how_many_checks_were_skipped() -> None:
    def higher(level: int) -> int:
        return sum(rule.per_article and rule.level > level for rule in RULES.values())

    assert check_bytes(broken(publisher="")).skipped == higher(2)
    assert check_bytes(broken(published_at="today")).skipped == higher(3)
    assert check_bytes(GOOD).skipped == 0


def test_an_article_at_hand() -> None:
    data = orjson.loads(GOOD)
    assert check_article(data) == []
    data["entities"][0]["end"] += 1
    [finding] = check_article(data)
    assert (finding.code, finding.pointer) == ("MM307", "$.entities[0]")


def test_lines_point_into_the_file() -> None:
    raw = GOOD.replace(b'"end":43', b'"end":44', 1)
    [finding] = check_bytes(raw).findings
    at = next(number for number, line in enumerate(raw.split(b"\n"), 1) if b'"end":44' in line)
    assert finding.line == at


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    good = orjson.dumps(orjson.loads(GOOD))
    bad = orjson.dumps(orjson.loads(broken(published_at="today")))
    path.write_bytes(b"\n".join((good, b"", b"{", bad, good)))
    report = validate([path])
    found = [(finding.code, finding.line) for finding in report.findings]
    assert found == [("MM105", 3), ("MM350", 4), ("MM420", 4), ("MM420", 5)]
    assert report.articles == 4
    assert list(report.skipped) == [f"{path}:3", f"{path}:4"]


def test_an_empty_json_lines_file(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"")
    assert [finding.code for finding in validate([path]).findings] == ["MM105"]


def test_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    shutil.copy(FULL, tmp_path / "deep" / "any-name.json")
    shutil.copy(FULL, tmp_path / "deep" / "er" / "other.json")
    report = validate([tmp_path])
    assert report.findings == []
    assert report.articles == 2


def test_a_corpus_is_looked_at_as_a_whole(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(CORPUS, root)
    assert validate([root]).findings == []
    (root / "splits.tsv").write_text("id\tsplit\n", encoding="utf-8")
    assert {finding.code for finding in validate([root]).findings} == {"MM402"}
    # A folder inside it, or one file, is not the whole; the place of a file is checked all the same.
    assert validate([root / "open"]).findings == []
    moved = root / "private" / "moved.json"
    moved.parent.mkdir()
    shutil.copy(root / "open" / "2031" / "narin-bakery.json", moved)
    assert {finding.code for finding in validate([moved]).findings} == {"MM354", "MM355"}


def test_a_broken_article_keeps_its_split(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(CORPUS, root)
    (root / "open" / "2031" / "gaon-library.json").write_bytes(b"{")
    assert {finding.code for finding in validate([root]).findings} == {"MM105"}


def test_double_annotations_are_checked_as_articles_and_no_more(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(CORPUS, root)
    double = root / "double" / "first" / "narin-bakery.json"
    assert double.is_file()
    double.write_bytes(double.read_bytes().replace(b'"license": "CC-BY-4.0"', b'"license": "CC0-1.0"'))
    report = validate([root])
    assert [(finding.code, finding.path) for finding in report.findings] == [("MM356", str(double))]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder.json"
    folder.mkdir()
    empty = tmp_path / "empty"
    empty.mkdir()
    report = validate([folder, empty, tmp_path / "absent.json"])
    assert [finding.code for finding in report.findings] == ["MM101"] * 3
    assert report.unreadable


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "closed.json"
    path.write_bytes(GOOD)
    path.chmod(0)
    [finding] = validate([path]).findings
    assert "Permission denied" in finding.message


def test_targets_of_a_corpus_are_its_tiers_and_doubles(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(CORPUS, root)
    (root / "notes.json").write_text("no article")
    assert [target.path.name for target in targets([root])] == [
        "gaon-library.json",
        "narin-bakery.json",
        "narin-bakery.json",
    ]


def test_command_is_silent_on_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(FULL), str(CORPUS)]) == 0
    assert capsys.readouterr() == ("", "")


def test_command_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(broken(published_at="today"))
    assert main(["validate", str(path)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"{path}:8: MM350 bad-timestamp $.published_at: ")
    assert err == "1 error in 1 file; 1 article checked; 5 checks skipped in 1 article\n"
    assert main(["validate", str(path), str(tmp_path / "absent.json")]) == 2
    with pytest.raises(SystemExit) as usage:
        main(["validate"])
    assert usage.value.code == 2


def test_a_warning_fails_the_run() -> None:
    warned = HERE / "rules" / "MM501-particle-at-span-edge" / "bad.json"
    [finding] = validate([warned]).findings
    assert finding.severity is Severity.WARNING
    assert main(["validate", str(warned)]) == 1


def test_command_fixes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"))
    assert main(["validate", "--fix", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "fixed: took the byte order mark away" in err
    assert path.read_bytes() == GOOD


def test_numbers_of_thousands_of_digits() -> None:
    assert codes(GOOD.replace(b'"1.0"', b'"1.' + b"9" * 5000 + b'"', 1)) == ["MM109"]
    withheld = FULL.with_name("withheld.json").read_bytes()
    assert codes(withheld.replace(b'"tokens":"', b'"tokens":"' + b"9" * 5000 + b":00 ", 1)) == ["MM360"]
    assert codes(GOOD.replace(b'"value":"P3M"', b'"value":"P' + b"3" * 5000 + b'M"', 1)) == ["MM321"]


def test_a_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"))
    try:
        path.write_bytes(b"{")
    except OSError:
        pytest.skip("the file system takes no such name")
    for form in ("text", "json", "sarif", "github"):
        assert main(["validate", str(path), "--format", form]) == 1


def hints(raw: bytes) -> list[tuple[str, str, str]]:
    return [(found.code, found.pointer, found.hint or "") for found in check_bytes(raw).findings]


def test_a_file_in_cp949_is_told_from_one_with_a_surrogate() -> None:
    # 0xED 0xA0 0x80 is two thirds of a surrogate in CESU-8, and part of two syllables in CP949.
    assert "CP949" in hints(GOOD.decode().replace("김은가", "흔햐").encode("cp949"))[0][2]
    assert "surrogate" in hints(GOOD.replace("김은가".encode(), b"\xed\xa0\x80"))[0][2]
    assert "CP949" not in hints(GOOD.replace("김은가".encode(), b"\xff"))[0][2]


def test_a_lone_surrogate_is_pointed_at() -> None:
    [(code, pointer, _)] = hints(broken(publisher="@").replace(b"@", b"\\ud83d"))
    assert (code, pointer) == ("MM104", "$.publisher")


def test_hinted_offsets_lie_in_the_block() -> None:
    data = orjson.loads(GOOD)
    block = data["blocks"][0]
    end = len(block["text"])
    data["entities"][3].update(start=end - 2, end=end + 1, text=block["text"][-2:])
    raw = store.layout(data)
    assert [hint for code, _, hint in hints(raw) if code == "MM305"] == [
        f"the text stands in the block once at start {end - 2}, end {end}"
    ]


def test_a_repeated_id_is_reported_without_what_follows_from_it() -> None:
    for kind in ("blocks", "clusters"):
        data = orjson.loads(GOOD)
        data[kind][3]["id"] = data[kind][0]["id"]
        assert [code for code, _, _ in hints(store.layout(data))] == ["MM311"]


def test_null_in_a_field_that_must_be_there() -> None:
    assert hints(broken(id=None))[0][2] == "the field must be there: write its value"
    assert hints(broken(publisher=None))[0][2] == "leave the field out where there is no value"


@pytest.mark.parametrize("particle", ["처럼", "보다", "에서도", "와의"])
def test_longer_particles(particle: str) -> None:
    data = orjson.loads(GOOD)
    text = f"김은가{particle} 간다."
    data["blocks"].insert(-1, {"id": "p09", "type": "paragraph", "text": text})
    span = {"id": "e-9999", "block": "p09", "start": 0, "end": len(text) - 4, "label": "PS_NAME"}
    data["entities"].append({**span, "text": text[:-4], "cluster": "c-1b8c"})
    assert [code for code, _, _ in hints(store.layout(data))] == ["MM501"]
