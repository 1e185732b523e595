"""Agreement: counted by hand on two small annotations."""

from __future__ import annotations

import orjson
import pytest

from malmoi import markup, store
from malmoi.agreement import AgreementError, compare, confusions, overlaps
from malmoi.commands import main

HEADER = '+++\nid = "open-0001"\nlicense = "CC-BY-4.0"\n+++\n'
FIRST = (
    HEADER
    + '{q1.source {PS_NAME@a 마가람} {CV_POSITION 대표}}는 {q1.content "간다"}{q1.marker 고} {q1.cue 했다}. {PS_NAME@a 마} 대표.\n'
    '+++\n[clusters]\na = "마가람"\n[quotes]\nq1 = { speaker = "a" }\n+++\n'
)
SECOND = (
    HEADER
    + '{PS_NAME@a 마가람} {q1.source {CV_OCCUPATION 대표}}는 {q1.content "간다"}{q1.marker 고} {q1.cue 했다}. {PS_NAME@a 마 대표}.\n'
    '+++\n[clusters]\na = "마가람"\n[quotes]\nq1 = { speaker = "a" }\n+++\n'
)


def test_measures_by_hand() -> None:
    pair = (markup.parse(FIRST), markup.parse(SECOND))
    measures = compare([pair])
    assert measures["entity: span"] == (2, 3, 3)
    assert measures["entity: span, class"] == (2, 3, 3)
    assert measures["entity: span, label"] == (1, 3, 3)
    assert measures["quote: content"] == (1, 1, 1)
    assert measures["quote: source"] == (0, 1, 1)
    assert measures["quote: whole relation"] == (0, 1, 1)
    assert measures["coreference: link"] == (0, 1, 1)
    assert measures["caption: field"].f1 is None
    assert measures["entity: span"].f1 == pytest.approx(2 / 3)
    assert overlaps([pair]) == (3, 3, 3)
    assert confusions([pair]) == {("CV_OCCUPATION", "CV_POSITION"): 1}


def test_different_texts_are_refused() -> None:
    other = markup.parse(FIRST.replace("간다", "온다"))
    with pytest.raises(AgreementError, match="same blocks"):
        compare([(markup.parse(FIRST), other)])


def test_command_prints_what_was_counted(
    tmp_path_factory: pytest.TempPathFactory, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folders = [tmp_path_factory.mktemp(name) for name in "ab"]
    for folder, source in zip(folders, (FIRST, SECOND), strict=True):
        store.dump(markup.parse(source), folder / "open-0001.json")
    assert main(["agreement", *map(str, folders), "--json"]) == 0
    report = orjson.loads(capfdbinary.readouterr().out)
    assert report["articles"] == 1
    assert report["measures"]["entity: span"] == {"both": 2, "first": 3, "second": 3, "f1": pytest.approx(2 / 3)}
    assert main(["agreement", *map(str, folders)]) == 0
    table = capfdbinary.readouterr().out.decode()
    assert "entity: span, label" in table
    assert "0.333" in table
    assert main(["agreement", str(folders[0]), str(tmp_path_factory.mktemp("empty"))]) == 2
