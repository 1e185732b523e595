"""`malmoi merge` from end to end: pairing, output, conflicts, decisions, exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import orjson
import pytest

from malmoi import markup, store
from malmoi.commands import main
from malmoi.model import Article, Caption, Span
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from pathlib import Path

replace = msgspec.structs.replace
SOURCE = """+++
id = "open-0001"
tier = "open"
published_at = 2024-03-05T09:12:00+09:00
license = "CC-BY-4.0"
+++
# 물레방아 돈다
{PS_NAME@na 나은솔} {CV_POSITION 대표}는 {LCP_CITY 솔내시}에 산다.
+++
[clusters]
na = "나은솔"
+++
"""
BASE = markup.parse(SOURCE)


def labelled(article: Article, text: str, label: str) -> Article:
    return replace(article, entities=tuple(replace(e, label=label) if e.text == text else e for e in article.entities))


def recorded(article: Article, role: str) -> Article:
    record = {"layers": ["entities"], "by": "human", "agent": role, "role": role, "guidelines": "1.1"}
    provenance = msgspec.to_builtins(article.provenance) | {"annotations": [record]}
    return replace(article, provenance=msgspec.convert(provenance, type(article.provenance)))


A = recorded(labelled(BASE, "대표", "CV_OCCUPATION"), "first")
B = recorded(labelled(labelled(BASE, "대표", "CV_RELATION"), "솔내시", "LCP_COUNTY"), "second")


@pytest.fixture
def sides(tmp_path: Path) -> list[str]:
    """A, B and BASE as folders, and the arguments that name them."""
    for name, article in {"a": A, "b": B, "base": BASE}.items():
        store.dump(article, tmp_path / name / "open-0001.json")
    return [str(tmp_path / "a"), str(tmp_path / "b"), "--base", str(tmp_path / "base")]


def conflicts(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def fill(path: Path, choice: str | None) -> None:
    path.write_bytes(b"".join(orjson.dumps(one | {"choice": choice}) + b"\n" for one in conflicts(path)))


def test_conflicts_are_listed_decided_and_applied(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    listed, out = tmp_path / "conflicts.jsonl", tmp_path / "out"
    assert main(["merge", *sides, "-o", str(out), "--conflicts", str(listed)]) == 1
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "open-0001: entity p01[4:6]: changed differently (label)",
        "    나은솔 [대표]는 솔내시에 산다.",
        "    base p01[4:6] “대표”, CV_POSITION",
        "    a    p01[4:6] “대표”, CV_OCCUPATION",
        "    b    p01[4:6] “대표”, CV_RELATION",
        "malmoi: 1 article merged: 1 conflict open, 0 decided, 0 errors",
    ]
    merged = store.load(out / "open-0001.json")
    assert [entity.label for entity in merged.entities] == ["PS_NAME", "CV_POSITION", "LCP_COUNTY"]
    (conflict,) = conflicts(listed)
    assert conflict | {"versions": ""} == {
        "article": "open-0001",
        "kind": "entity",
        "at": "p01[4:6]",
        "context": "나은솔 [대표]는 솔내시에 산다.",
        "why": "changed differently",
        "fields": ["label"],
        "base": [store.to_dict(BASE)["entities"][1]],
        "a": [store.to_dict(A)["entities"][1]],
        "b": [store.to_dict(B)["entities"][1]],
        "clusters": [],
        "versions": "",
        "choice": None,
    }

    fill(listed, "b")
    decided = ["merge", *sides, "--decisions", str(listed), "--agent", "은채령"]
    assert main([*decided, "-o", str(tmp_path / "one.json"), "--conflicts", str(listed)]) == 0
    assert capfd.readouterr().err == "malmoi: 1 article merged: 0 conflicts open, 1 decided, 0 errors\n"
    merged = store.load(tmp_path / "one.json")
    assert merged.entities == B.entities
    assert [(r.role, r.agent, r.by) for r in merged.provenance.annotations] == [
        ("first", "first", "human"),
        ("second", "second", "human"),
        ("adjudication", "은채령", "human"),
    ]
    # The list is whole again, with what was chosen.
    assert [one["choice"] for one in conflicts(listed)] == ["b"]
    assert main(decided) == 0
    assert store.loads(capfd.readouterr().out.encode()) == merged


def test_a_stale_decision_is_named_and_its_conflict_stays_open(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "conflicts.jsonl"
    main(["merge", *sides, "--conflicts", str(listed)])
    fill(listed, "a")
    listed.write_bytes(b"\n" + listed.read_bytes() + listed.read_bytes().replace(b"open-0001", b"open-0002"))
    store.dump(labelled(B, "대표", "CV_TRIBE"), tmp_path / "b" / "open-0001.json")
    capfd.readouterr()
    assert main(["merge", *sides, "--decisions", str(listed), "--agent", "은채령"]) == 1
    err = capfd.readouterr().err
    assert f"{listed}:2: open-0001 entity p01[4:6]: stale" in err
    assert f"{listed}:3: open-0002 entity p01[4:6]: stale" in err
    assert "1 conflict open, 0 decided" in err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "conflicts.jsonl:1: not a line of `malmoi merge --conflicts`"),
        (b'\n{"article": "x"}', "conflicts.jsonl:2: not a line"),
        (b'"\xff"', "conflicts.jsonl:1: not a line"),
        (
            b'{"article":"x","kind":"quote","at":"p","versions":"0","choice":"A"}',
            "conflicts.jsonl:1: choice 'A' is none of",
        ),
        (
            b'{"article":"x","kind":"quote","at":"p","versions":"0","choice":"a"}\n' * 2,
            "conflicts.jsonl:2: x quote p is filled in on line 1 already",
        ),
        (None, "conflicts.jsonl: No such file"),
    ],
)
def test_a_file_of_decisions_that_cannot_be_read(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes | None, says: str
) -> None:
    listed = tmp_path / "conflicts.jsonl"
    if content is not None:
        listed.write_bytes(content)
    assert main(["merge", *sides, "--decisions", str(listed), "--agent", "은채령"]) == 2
    assert says in capfd.readouterr().err


@pytest.mark.parametrize("extra", [["--agent", "은채령"], ["--decisions", "conflicts.jsonl"]])
def test_decisions_and_who_decided_go_together(
    sides: list[str], capfd: pytest.CaptureFixture[str], extra: list[str]
) -> None:
    assert main(["merge", *sides, *extra]) == 2
    assert "--decisions and --agent go together" in capfd.readouterr().err


def test_json_lines_are_paired_by_id_and_a_bad_pair_does_not_stop_the_rest(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    second, third = replace(BASE, id="open-0002"), replace(BASE, id="open-0003")
    other = replace(second, blocks=(replace(BASE.blocks[0], text="다른 제목"), *BASE.blocks[1:]))
    lines = {
        "a.jsonl": [third, second, BASE],
        "b.jsonl": [labelled(BASE, "솔내시", "LCP_COUNTY"), other],
        "base.jsonl": [BASE, second, third, replace(BASE, id="open-0004")],
    }
    for name, articles in lines.items():
        (tmp_path / name).write_bytes(b"".join(map(store.dump_line, articles)))
    with (tmp_path / "b.jsonl").open("ab") as out:
        out.write(b"{\n")
    a, b, base = (str(tmp_path / name) for name in lines)
    assert main(["merge", a, b, "--base", base, "-o", str(tmp_path / "out.jsonl")]) == 1
    err = capfd.readouterr().err
    assert f"open-0003 is only in {a} and {base}: left out" in err
    assert "open-0004" not in err
    assert f"{b}:3: not JSON" in err
    assert "open-0002: BASE and B: block h01: text differs at code point 0: “물레방아 돈다”, “다른 제목”" in err
    ((_, merged),) = store.read_lines(tmp_path / "out.jsonl")
    assert isinstance(merged, Article)
    assert merged.entities[2].label == "LCP_COUNTY"
    (tmp_path / "a.jsonl").write_bytes(store.dump_line(BASE) * 2)
    assert main(["merge", a, b, "--base", base]) == 2
    assert "two articles have the id 'open-0001'" in capfd.readouterr().err


def test_nothing_to_merge(sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b" / "open-0001.json").write_bytes(b"{")
    assert main(["merge", *sides]) == 2
    err = capfd.readouterr().err
    assert "b/open-0001.json: not JSON" in err
    assert "nothing could be merged" in err
    (tmp_path / "b" / "open-0001.json").rename(tmp_path / "b" / "else.json")
    assert main(["merge", *sides]) == 2
    assert "have no article in common" in capfd.readouterr().err


def test_withheld_articles_are_merged_without_their_texts(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, article in {"a": A, "b": B, "base": BASE}.items():
        store.dump(replace(withhold(article), tier=None), tmp_path / name / "open-0001.json")
    listed = tmp_path / "conflicts.jsonl"
    assert main(["merge", *sides, "--conflicts", str(listed)]) == 1
    printed = capfd.readouterr()
    assert "    a    p01[4:6], CV_OCCUPATION\n" in printed.err
    assert conflicts(listed)[0]["context"] is None
    assert "대표" not in printed.out + listed.read_text()


def test_errors_in_what_was_merged_are_findings(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # One makes a person a body, the other puts it with a person: each is sound, both together are not.
    alone = replace(BASE, clusters=(), entities=(replace(BASE.entities[0], cluster=None), *BASE.entities[1:]))
    for name, article in {"base": alone, "a": labelled(alone, "나은솔", "OGG_OTHERS"), "b": BASE}.items():
        store.dump(article, tmp_path / name / "open-0001.json")
    assert main(["merge", *sides, "-o", str(tmp_path / "out.json")]) == 1
    err = capfd.readouterr().err
    assert "open-0001: $.entities[0].cluster: MM314 cluster-of-other-class" in err
    assert "0 conflicts open, 0 decided, 1 error" in err
    assert (tmp_path / "out.json").is_file()


def test_a_file_that_somebody_has_filled_in_is_not_replaced(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    listed, out = tmp_path / "conflicts.jsonl", tmp_path / "out.json"
    again = ["merge", *sides, "-o", str(out), "--conflicts", str(listed)]
    assert main(again) == 1
    assert main(again) == 1  # nobody has written anything into it
    out.unlink()
    (line,) = conflicts(listed)
    for filled_in in (orjson.dumps(line | {"choice": "a"}), orjson.dumps(line | {"note": "둘이 다시 볼 것"})):
        listed.write_bytes(b"\n" + filled_in)
        capfd.readouterr()
        assert main(again) == 2
        assert (
            f"{listed}:2: 1 line filled in, which would be lost: give the file as --decisions" in capfd.readouterr().err
        )
        assert listed.read_bytes() == b"\n" + filled_in
    for broken in (orjson.dumps(line)[:-1], orjson.dumps(line | {"choice": "A"}), b"notes of mine\n"):
        listed.write_bytes(broken)
        assert main(again) == 2
        assert f"{listed}:1: " in (err := capfd.readouterr().err)
        assert "it is not replaced: mend it, or name another file" in err
        assert listed.read_bytes() == broken
    fill_in = tmp_path / "first.jsonl"
    fill_in.write_bytes(orjson.dumps(line | {"choice": "a"}))
    listed.write_bytes(orjson.dumps(line | {"choice": "b"}))
    assert main([*again, "--decisions", str(fill_in), "--agent", "은채령"]) == 2
    assert not out.exists()


def test_a_stale_decision_stays_in_the_file_until_it_fits_again(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    listed, out = tmp_path / "conflicts.jsonl", tmp_path / "out.json"
    main(["merge", *sides, "-o", str(out), "--conflicts", str(listed)])
    (line,) = conflicts(listed)
    elsewhere = line | {"article": "open-0002", "choice": "b"}
    written = [line | {"choice": "a", "note": "1.1 4절"}, elsewhere, elsewhere | {"at": "p01[0:3]", "choice": None}]
    listed.write_bytes(b"".join(orjson.dumps(one) + b" \r\n" for one in written))
    round_again = ["merge", *sides, "-o", str(out), "--decisions", str(listed), "--agent", "은채령"]
    round_again += ["--conflicts", str(listed)]

    store.dump(labelled(B, "대표", "CV_TRIBE"), tmp_path / "b" / "open-0001.json")
    for _ in range(2):  # refused again the next time, and marked only once
        capfd.readouterr()
        assert main(round_again) == 1
        assert capfd.readouterr().err.count(": stale: ") == 2
        now, *kept = conflicts(listed)
        assert (now["choice"], now["b"][0]["label"]) == (None, "CV_TRIBE")
        assert kept == [written[0] | {"stale": True}, elsewhere | {"stale": True}]
        assert listed.read_bytes().count(b'"stale"') == 2

    # The conflict as it is now is decided beside the stale decision on what it was.
    listed.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in (now | {"choice": "b"}, *kept)))
    assert main(round_again) == 1
    assert store.load(out).entities[1].label == "CV_TRIBE"
    assert conflicts(listed) == [now | {"choice": "b"}, *kept]

    # The version that was looked at is back: so is the decision, with its note and without the mark.
    store.dump(B, tmp_path / "b" / "open-0001.json")
    assert main(round_again) == 1
    assert store.load(out).entities[1].label == "CV_OCCUPATION"
    assert conflicts(listed) == [written[0], now | {"choice": "b", "stale": True}, kept[1]]


def test_what_somebody_noted_is_kept_to_the_letter(sides: list[str], tmp_path: Path) -> None:
    listed = tmp_path / "conflicts.jsonl"
    main(["merge", *sides, "--conflicts", str(listed)])
    notes = b',"note":{"seen":[1.50, 123456789012345678901234567890]}}'
    listed.write_bytes(listed.read_bytes().rstrip()[:-1] + notes)
    for _ in range(2):
        assert main(["merge", *sides, "--decisions", str(listed), "--agent", "가", "--conflicts", str(listed)]) == 1
        assert listed.read_bytes().endswith(b'"choice":null' + notes + b"\n")


def test_decisions_from_windows(sides: list[str], tmp_path: Path) -> None:
    listed, out = tmp_path / "conflicts.jsonl", tmp_path / "out.json"
    main(["merge", *sides, "-o", str(out), "--conflicts", str(listed)])
    fill(listed, "a")
    listed.write_bytes(b"\xef\xbb\xbf" + listed.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert main(["merge", *sides, "-o", str(out), "--decisions", str(listed), "--agent", "은채령"]) == 0
    assert store.load(out).entities[1].label == "CV_OCCUPATION"


@pytest.mark.parametrize(
    "outputs",
    [
        ["-o", "same.jsonl", "--conflicts", "same.jsonl"],
        ["-o", "same.jsonl", "--conflicts", "sub/../same.jsonl"],
        ["-o", "link.jsonl", "--conflicts", "target.jsonl"],
        ["-o", "out", "--conflicts", "out/open-0001.json"],
        ["-o", "a"],
        ["-o", "sub/../b"],
        ["-o", "base/open-0001.json"],
        ["-o", "folder"],
        ["--conflicts", "a/open-0001.json"],
        ["--conflicts", "linked.json"],
        ["-o", "c.jsonl", "--decisions", "c.jsonl", "--agent", "은채령"],
        ["-o", "c.jsonl", "--conflicts", "c.jsonl", "--decisions", "c.jsonl", "--agent", "은채령"],
    ],
)
def test_no_output_overwrites_an_input_or_the_other_output(
    sides: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    outputs: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.jsonl").symlink_to("target.jsonl")
    (tmp_path / "folder").symlink_to("a")
    (tmp_path / "linked.json").symlink_to("b/open-0001.json")
    (tmp_path / "c.jsonl").touch()

    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    before = files()
    assert main(["merge", *sides, *outputs]) == 2
    assert "would overwrite" in capfd.readouterr().err
    assert files() == before


def test_conflicts_may_go_to_a_device(sides: list[str]) -> None:
    for _ in range(2):
        assert main(["merge", *sides, "--conflicts", "/dev/null"]) == 1


@pytest.mark.parametrize(
    ("out", "listed"),
    [("merged.json", "bad/dir"), ("bad/out.json", "conflicts.jsonl")],
)
def test_where_one_output_cannot_be_written_there_is_none(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str], out: str, listed: str
) -> None:
    (tmp_path / "bad").touch()
    before = sorted(tmp_path.rglob("*"))
    assert main(["merge", *sides, "-o", str(tmp_path / out), "--conflicts", str(tmp_path / listed)]) == 2
    assert f"{tmp_path / 'bad'}/" in (err := capfd.readouterr().err)
    assert ": cannot write: " in err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_caption_that_one_removed_is_told_whole(
    sides: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    base = markup.parse(SOURCE.replace("산다.\n", "산다.\n> 은채령 촬영\n"))
    who = Span(block="c01", start=0, end=3, text="은채령")
    once, twice = (Caption(block="c01", copies=copies, creator=(who,)) for copies in (1, 2))
    for name, captions in {"a": (), "b": (twice,), "base": (once,)}.items():
        store.dump(replace(base, captions=captions), tmp_path / name / "open-0001.json")
    assert main(["merge", *sides]) == 1
    assert capfd.readouterr().err.splitlines()[:5] == [
        "open-0001: caption c01: A removed it, B changed it",
        "    은채령 촬영",
        "    base copies 1, creator c01[0:3] “은채령”",
        "    a    none",
        "    b    copies 2, creator c01[0:3] “은채령”",
    ]


def test_json_lines_in_capitals_are_json_lines(sides: list[str], tmp_path: Path) -> None:
    for name in ("a", "b", "base"):
        article = store.load(tmp_path / name / "open-0001.json")
        (tmp_path / f"{name}.JSONL").write_bytes(store.dump_line(article))
    capitals = [f"{side}.JSONL" if not side.startswith("--") else side for side in sides]
    folders, lines = tmp_path / "folders.json", tmp_path / "lines.json"
    assert main(["merge", *sides, "-o", str(folders)]) == main(["merge", *capitals, "-o", str(lines)]) == 1
    assert folders.read_bytes() == lines.read_bytes()
