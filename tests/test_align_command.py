"""`malmoi align`: lines of labels, the report, and what it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from exchanged_articles import corpus_articles
from sample_corpus import annotated
from small_tokenizers import tokenizer

from malmoi import standoff, store
from malmoi.align import align_batch, block_spans, label_names, spans_of
from malmoi.commands import main


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A folder with a tokenizer that pads, as some are saved."""
    made = tokenizer("WordPiece")
    made.enable_padding(length=200, pad_token="[PAD]", pad_id=3)  # noqa: S106  no password
    (tmp_path / "model").mkdir()
    made.save(str(tmp_path / "model" / "tokenizer.json"))
    made.no_padding()
    return tmp_path / "model"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "open-bridge.json"
    store.dump(annotated(), path)
    return path


@pytest.mark.parametrize("scheme", ["bio", "bilou"])
@pytest.mark.parametrize("level", ["class", "label"])
def test_a_line_a_block(
    saved: Path, article: Path, scheme: str, level: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["align", str(article), "--tokenizer", str(saved), "--scheme", scheme, "--level", level]) == 0
    told = capsysbinary.readouterr()
    rows = [orjson.loads(line) for line in told.out.splitlines()]
    made = annotated()
    assert [row["block"] for row in rows] == [block.id for block in made.blocks]
    assert {row["id"] for row in rows} == {made.id}
    found = set()
    for row, block in zip(rows, made.blocks, strict=True):
        assert block.text
        assert (row["tokens"][0], row["labels"][0]) == ("[CLS]", None)
        assert row["tokens"][-1] == "[SEP]"
        assert len(row["tokens"]) == len(row["labels"]) == len(row["offsets"])
        found |= {(block.id, *span[:2]) for span in spans_of(row["labels"], row["offsets"], block.text)}
    exact = int(told.err.decode().split("spans, ")[1].split()[0])
    assert len(found & {(entity.block, entity.start, entity.end) for entity in made.entities}) == exact > 0
    assert f"{len(made.entities)} spans, " in told.err.decode()


def test_quotes_into_a_file(saved: Path, article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "labels.jsonl"
    file = str(saved / "tokenizer.json")
    assert main(["align", str(article), "--tokenizer", file, "--layer", "quotes", "-o", str(out)]) == 0
    labels = {label for line in out.read_bytes().splitlines() for label in orjson.loads(line)["labels"]}
    assert {"B-content", "I-content", "O", None} <= labels
    assert "labelled exactly" in capsys.readouterr().err


def test_the_report_shows_edges_inside_a_token(
    saved: Path, article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = next(block for block in annotated().blocks if block.type == "paragraph")
    raw = orjson.loads(store.dumps(annotated()))
    raw["blocks"] = [{"id": block.id, "type": "paragraph", "text": "의원은 갔다."}]
    entity = {"id": "e-0001", "block": block.id, "start": 0, "end": 2, "label": "CV_POSITION", "text": "의원"}
    raw |= {"entities": [entity], "clusters": [], "quotes": [], "captions": []}
    article.write_bytes(orjson.dumps(raw))
    arguments = ["align", str(article), "--tokenizer", str(saved), "-o", str(tmp_path / "out.jsonl")]
    assert main(arguments) == 0
    assert "edges inside a token, commonest first: 의원|은 (1)" in capsys.readouterr().err
    assert main([*arguments, "--edges", "drop"]) == 0
    assert "1 left out" in capsys.readouterr().err
    assert b"B-" not in (tmp_path / "out.jsonl").read_bytes()


def test_withheld_text_is_reported_and_the_rest_goes_on(
    saved: Path, article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    withheld = tmp_path / "withheld.json"
    store.dump(standoff.withhold(annotated()), withheld)
    assert main(["align", str(withheld), str(article), "--tokenizer", str(saved)]) == 1
    assert f"{withheld}: open-bridge: the text is withheld; `malmoi hydrate` puts it back" in capsys.readouterr().err
    assert main(["align", str(withheld), "--tokenizer", str(saved)]) == 2
    assert "no article could be aligned" in capsys.readouterr().err


def test_what_is_no_tokenizer(article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other.json").write_text('{"a": 1}')
    for named, says in {
        tmp_path / "nowhere.json": f"{tmp_path / 'nowhere.json'}: no such file; a tokenizer of `transformers` is",
        tmp_path / "empty": f"{tmp_path / 'empty' / 'tokenizer.json'}: no such file",
        tmp_path / "other.json": f"{tmp_path / 'other.json'}: not a tokenizer: ",
    }.items():
        assert main(["align", str(article), "--tokenizer", str(named)]) == 2
        assert f"malmoi: {says}" in capsys.readouterr().err


def test_a_name_that_the_hub_does_not_give(article: Path, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("malmoi")), "align", str(article), "--tokenizer", "no-such/tokenizer"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("malmoi: no-such/tokenizer: neither here nor on the Hub: ")


def test_every_article_of_the_corpus_is_aligned() -> None:
    """Its text is there, and every span is a run of it: nothing is untouched or outside, without truncation."""
    made = tokenizer("byte-level BPE, trimmed")
    names = label_names("label", "BILOU")
    for article in corpus_articles()[::8]:
        texts = [block.text or "" for block in article.blocks]
        spans = block_spans(store.to_dict(article), "label")
        ordered = [spans[block.id] for block in article.blocks]
        labels, report = align_batch(made.encode_batch(texts), texts, ordered, names)
        assert set(report.fates) <= {"snapped", "sharing a token"}
        assert len(labels) == len(texts)
