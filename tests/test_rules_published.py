"""Level 6: a built dataset passes; break one thing, and the rule that is for it fails, and no other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from broken_datasets import BREAKS, UNSEALED, Data, attribution, card, croissant, info, replace, rows, seal, shift
from sample_dataset import build_dataset

from malmoi.commands import main
from malmoi.published.folder import Published
from malmoi.rules import RULES
from malmoi.rules.published import NEED_CARD
from malmoi.rules.registry import PUBLISHED_LEVEL
from malmoi.validate import targets, validate

if TYPE_CHECKING:
    from collections.abc import Callable

    from malmoi.findings import Finding

FULL = Path(__file__).parent / "schema" / "1.0" / "valid" / "full.json"
LEVEL = {code for code, rule in RULES.items() if rule.level == PUBLISHED_LEVEL}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_dataset(tmp_path_factory.mktemp("published"))


@pytest.fixture
def dist(built: Path, tmp_path: Path) -> Path:
    """A copy of the build, to break."""
    return Path(shutil.copytree(built, tmp_path / "dist"))


def findings(dist: Path) -> list[Finding]:
    return validate([dist]).findings


def test_a_build_passes(built: Path) -> None:
    report = validate([built])
    assert report.findings == []
    assert report.articles == 3


def test_a_folder_from_the_hub_passes(dist: Path) -> None:
    (dist / ".stamp").unlink()
    (dist / ".gitattributes").write_text("*.parquet filter=lfs\n")
    (dist / ".cache" / "huggingface").mkdir(parents=True)
    (dist / ".cache" / "huggingface" / "x.lock").write_text("")
    assert [target.published for target in targets([dist])] == [True]
    assert findings(dist) == []


@pytest.mark.parametrize(("code", "how"), BREAKS.values(), ids=BREAKS)
def test_what_is_broken_fails_by_its_own_rule(dist: Path, code: str, how: Callable[[Path], object]) -> None:
    how(dist)
    if code not in UNSEALED:
        seal(dist, croissant=code != "MM634")
    found = findings(dist)
    assert {finding.code for finding in found} == set(code.split())
    for finding in found:
        assert finding.slug == RULES[finding.code].slug
        assert len(finding.message) > 15
        assert "\n" not in finding.message
        assert finding.path.startswith(f"{dist}/")


def test_each_rule_has_a_case() -> None:
    assert {code for codes, _ in BREAKS.values() for code in codes.split()} == LEVEL


def test_a_card_without_configs(dist: Path) -> None:
    card(lambda data: data.update(configs=None))(dist)
    card(lambda data: data["configs"] or data.pop("configs"))(dist)
    seal(dist)
    assert {finding.code for finding in findings(dist)} == {"MM610", "MM613"}


def test_a_path_with_a_dot_is_the_same(dist: Path) -> None:
    replace("README.md", "path: ner/train", "path: ./ner/train")(dist)
    seal(dist)
    assert findings(dist) == []


@pytest.mark.parametrize("text", [None, "", "# Malmoi\n", "\ufeff---\nlicense: mit\n---\n", "---\nlicense: [\n---\n"])
def test_without_a_card_the_rest_is_checked(dist: Path, capsys: pytest.CaptureFixture[str], text: str | None) -> None:
    (dist / ".stamp").unlink()
    (dist / "README.md").unlink()
    if text is not None:
        (dist / "README.md").write_text(text, encoding="utf-8")
    rows("ner/train.parquet", lambda found: shift(found[1], "doc_start"))(dist)
    attribution(lambda lines: lines.pop())(dist)
    seal(dist)
    assert main(["validate", str(dist), "--format", "json"]) == 1
    capsys.readouterr()
    report = validate([dist])
    assert {finding.code for finding in report.findings} == {"MM601", "MM625", "MM636"}
    assert report.articles == 3
    assert report.skipped == {str(dist / "README.md"): len(NEED_CARD)}
    assert NEED_CARD < LEVEL


def test_a_blank_line_before_the_front_matter_is_told(dist: Path) -> None:
    (dist / ".stamp").unlink()
    replace("README.md", "---\n", "\n---\n")(dist)
    seal(dist)
    [finding] = findings(dist)
    assert (finding.code, finding.line) == ("MM601", 1)


def test_a_dataset_of_others_is_not_asked_for_our_files(tmp_path: Path) -> None:
    front = "---\nlicense: mit\nlanguage: en\nconfigs:\n- config_name: default\n  data_files: data.parquet\n---\n"
    (tmp_path / "README.md").write_text(front)
    columns = {"id": [1, 1], "start": ["a", "b"], "tags": [None, ["x", None]]}
    pq.write_table(pa.table(columns), tmp_path / "data.parquet")
    assert [target.published for target in targets([tmp_path])] == [True]
    assert findings(tmp_path) == []


def test_messages_are_cut(dist: Path) -> None:
    card(lambda data: data.update(license=["x" * 9999, ["y" * 9999] * 99]))(dist)
    card(lambda data: data["configs"].append({"config_name": "z" * 9999}))(dist)
    seal(dist)
    found = findings(dist)
    assert {"MM602", "MM610"} < {finding.code for finding in found}
    assert max(len(finding.message) for finding in found) < 500


def test_a_config_without_files(dist: Path) -> None:
    card(lambda data: data["configs"].append({"config_name": "more"}))(dist)
    seal(dist)
    assert {finding.code for finding in findings(dist)} == {"MM610", "MM613", "MM635"}


def test_a_pattern_of_files_and_a_single_info(dist: Path) -> None:
    def one_config(data: Data) -> None:
        [*_, captions] = data["configs"]
        data["configs"] = [captions | {"data_files": "captions/*.parquet"}]
        data["dataset_info"] = info(data, "captions")

    for config in ("default", "ner", "quotes"):
        shutil.rmtree(dist / config)
    croissant(
        lambda found: found.update(
            distribution=[node for node in found["distribution"] if node["@id"].startswith("captions")]
        )
    )(dist)
    card(one_config)(dist)
    seal(dist)
    assert findings(dist) == []


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_findings_name_file_line_and_place(dist: Path) -> None:
    replace("README.md", "- cc-by-4.0", "- cc-by-40")(dist)
    replace("croissant.json", '"contentUrl": "ner/train.parquet"', '"contentUrl": "ner/tarin.parquet"')(dist)
    seal(dist)
    license_, file, missing = findings(dist)
    assert (license_.path, license_.pointer) == (str(dist / "README.md"), "$.license[1]")
    assert license_.line == line_of(dist / "README.md", "- cc-by-40")
    assert license_.hint == "is cc-by-4.0 meant?"
    assert (file.path, file.line) == (str(dist / "croissant.json"), line_of(dist / "croissant.json", "ner/tarin"))
    assert missing.message == "ner/train.parquet is not in it"


def test_a_row_is_named_by_its_id(dist: Path) -> None:
    rows("ner/train.parquet", lambda found: found[2]["entities"][0].update(start=1))(dist)
    seal(dist)
    [finding] = findings(dist)
    assert finding.path == str(dist / "ner" / "train.parquet")
    assert finding.message == ("row 2 (open-bridge/p01): entities is '냇물걷기모임'; its offsets hold '물걷기모임'")


def test_characters_above_the_first_plane_count_as_one(built: Path) -> None:
    [caption] = [text for text in Published(built).tables["captions/train.parquet"].column("text") if "😀" in text]
    assert caption.index("뉴스마루") < len(caption)
    assert list(Published(built).tables["captions/train.parquet"].misplaced()) == []


def test_command(dist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(dist)]) == 0
    assert capsys.readouterr() == ("", "")
    (dist / "notes.txt").write_text("notes")
    assert main(["validate", str(dist), "--fix"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"{dist / 'notes.txt'}: MM632 file-without-checksum: SHA256SUMS does not name it\n")
    assert err == "1 error in 1 file; 3 articles checked\n"
    for form in ("json", "sarif", "github"):
        assert main(["validate", str(dist), "--format", form]) == 1
        assert "MM632" in capsys.readouterr().out


@pytest.mark.parametrize("library", ["datasets", "pyarrow", "yaml"])
def test_a_missing_library_is_named_with_its_extra(built: Path, library: str) -> None:
    command = f"import sys; sys.modules[{library!r}] = None; from malmoi.commands import main; sys.exit(main())"

    def run(path: Path) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-c", command, "validate", str(path)]
        return subprocess.run(arguments, capture_output=True, text=True, check=False)

    done = run(built)
    assert (done.returncode, done.stderr) == (2, f"malmoi: {library} is not installed; pip install 'malmoi[build]'\n")
    # Who only checks articles needs none of it.
    assert run(FULL).returncode == 0
