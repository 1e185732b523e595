"""Prodigy: tasks as its interfaces document them, what a person answers, and records of another form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from exchanged_articles import GOLDEN, corpus_articles, small_article
from given_back import entities, messages, read_one, refused
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from malmoi.formats import get
from malmoi.formats.assemble import Assembled
from malmoi.formats.exchange import exported, imported
from malmoi.formats.interface import FormatError

if TYPE_CHECKING:
    from pathlib import Path

_SPAN = {
    "type": "object",
    "required": ["start", "end", "token_start", "token_end", "label"],
    "properties": {name: {"type": "integer", "minimum": 0} for name in ("start", "end", "token_start", "token_end")},
}
_TASK = {
    "type": "object",
    "required": ["text", "tokens", "spans", "relations", "meta"],
    "properties": {
        "text": {"type": "string"},
        "tokens": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["text", "start", "end", "id", "ws"],
                "properties": {"text": {"type": "string"}, "id": {"type": "integer"}, "ws": {"type": "boolean"}},
            },
        },
        "spans": {"type": "array", "items": _SPAN},
        "relations": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["head", "child", "head_span", "child_span", "label"],
                "properties": {"head": {"type": "integer"}, "head_span": _SPAN, "child_span": _SPAN},
            },
        },
        "meta": {"type": "object"},
    },
}
"""What prodi.gy/docs/api-interfaces asks of a task for spans and relations."""


def _task() -> dict[str, Any]:
    task: dict[str, Any] = orjson.loads((GOLDEN / "prodigy/article.jsonl").read_bytes())
    return task


def _read(path: Path, *records: object) -> Assembled:
    path.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return read_one("prodigy", path)


def _span(start: int, end: int, label: str) -> dict[str, Any]:
    return {"start": start, "end": end, "token_start": start, "token_end": end - 1, "label": label}


def test_every_task_of_the_corpus_is_as_documented() -> None:
    articles = corpus_articles()
    with exported(get("prodigy"), articles) as (made, _):
        tasks = [orjson.loads(line) for line in made.read_bytes().splitlines()]
    assert len(tasks) == len(articles)
    form = Draft202012Validator(_TASK)
    assert not list(form.iter_errors({key: value for key, value in tasks[0].items() if key != "malmoi"}))
    for task in tasks:
        tokens = task["tokens"]
        assert "".join(token["text"] + " " * token["ws"] for token in tokens) == task["text"]
        assert [token["id"] for token in tokens] == list(range(len(tokens)))
        spans = [
            *task["spans"],
            *(relation[end] for relation in task["relations"] for end in ("head_span", "child_span")),
        ]
        for span in spans:
            assert tokens[span["token_start"]]["start"] == span["start"]
            assert tokens[span["token_end"]]["end"] == span["end"]
        for relation in task["relations"]:
            assert relation["head"] == relation["head_span"]["token_end"]
            assert relation["child"] == relation["child_span"]["token_end"]
            assert relation["head_span"] in task["spans"]
            assert relation["child_span"] in task["spans"]


def test_what_a_person_does_is_read(tmp_path: Path) -> None:
    """A new entity, one taken out, one moved, one relabelled; a cue taken out, and a relation drawn the other way."""
    task = _task()
    task["spans"] = [span for span in task["spans"] if span["label"] != "CV_POSITION"]
    task["spans"].append(_span(7, 8, "QT_ORDER"))
    moved, relabelled = task["spans"][1], task["spans"][2]
    assert (moved["label"], relabelled["label"]) == ("PS_NAME", "DT_DAY")
    moved |= {"end": 24, "token_end": 23}
    relabelled["label"] = "DT_OTHERS"
    task["relations"] = [relation for relation in task["relations"] if relation["child"] != 58]
    first = task["relations"][1]
    first["head"], first["child"] = first["child"], first["head"]
    first["head_span"], first["child_span"] = first["child_span"], first["head_span"]
    found = _read(tmp_path / "a.jsonl", task | {"answer": "accept", "_annotator_id": "news-은채령"})
    assert found.annotator == "news-은채령"
    assert entities(found.article) == [
        ("OGG_ECONOMY", "한빛전자"),
        ("QT_ORDER", "새"),
        ("PS_NAME", "김가람 대표"),
        ("DT_OTHERS", "5일"),
        ("LCP_CITY", "다온"),
        ("OGG_ECONOMY", "한빛전자"),
    ]
    before = small_article().quotes[0]
    assert found.article.quotes[0] == replace(before, cue=None)
    assert sorted(messages(found)) == [
        "dropped: CV_POSITION at 22:24: it has gone",
        "dropped: DT_DAY at 26:28: it has gone",
        "dropped: PS_NAME at 18:21: it has gone",
        "dropped: Quote_cue at 56:59: no relation ties it to a Quote_content",
    ]


def test_a_task_that_is_not_ours_is_read(tmp_path: Path) -> None:
    """As `ner.manual` leaves it: words as tokens, no key of ours, no label where a phrase was only merged."""
    text = "한빛전자 김가람 대표는\n\n5일 말했다."
    task = {"text": text, "spans": [_span(5, 8, "PS_NAME"), {"start": 0, "end": 4}], "_session_id": "두레"}
    found = _read(tmp_path / "a.jsonl", task)
    assert [block.text for block in found.article.blocks] == text.split("\n\n")
    assert entities(found.article) == [("PS_NAME", "김가람")]
    assert found.annotator == "두레"
    assert messages(found) == ["dropped: the span at 0:4 has no label"]


def test_a_relation_to_a_bare_token_is_told(tmp_path: Path) -> None:
    task = _task()
    task["relations"].append(task["relations"][0] | {"child_span": _span(0, 1, "") | {"label": None}})
    found = _read(tmp_path / "a.jsonl", task)
    assert found.article == small_article()
    assert messages(found) == ["dropped: relation continues: it does not tie two parts of a quote"]


def test_a_part_that_two_quotes_share_is_one_span() -> None:
    first, second = small_article().quotes
    shared = replace(small_article(), quotes=(first, replace(second, cue=first.cue, source=first.source)))
    with exported(get("prodigy"), [shared]) as (made, tally):
        spans = orjson.loads(made.read_bytes())["spans"]
    assert [span["label"] for span in spans].count("Quote_cue") == 1
    assert not [row for row in tally.rows() if row.lost or row.changed]


@pytest.mark.parametrize("answer", ["reject", "ignore"])
def test_an_answer_that_is_no_annotation_is_told_and_the_rest_goes_on(tmp_path: Path, answer: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(orjson.dumps(task) + b"\n" for task in (_task() | {"answer": answer}, _task())))
    left_out, kept = imported(get("prodigy"), path)
    assert isinstance(left_out, FormatError)
    assert str(left_out) == f"{path}:1: the answer is {answer!r}, so this is no annotation; left out"
    assert isinstance(kept, Assembled)
    assert kept.article == small_article()


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("[]", "expected a JSON object, found list"),
        ("{", "not JSON"),
        ("{}", "Object missing required field `text`"),
        ('{"text": 5}', "Expected `str`, got `int` - at `$.text`"),
        ('{"text": "가", "spans": [{"start": "0", "end": 1}]}', "Expected `int`, got `str` - at `$.spans[0].start`"),
        ('{"text": "가", "spans": 5}', "Expected `array`, got `int` - at `$.spans`"),
        ('{"text": "가", "relations": [{"label": "cue"}]}', "Object missing required field `head_span`"),
        ('{"text": "가", "malmoi": {"article": 5}}', "Expected `object | null`, got `int` - at `$.malmoi.article`"),
        ('{"text": "가", "malmoi": {"article": {}}}', "the article's header names no blocks"),
        ('{"text": "가", "answer": null}', "Expected `str`, got `null` - at `$.answer`"),
    ],
)
def test_a_record_that_is_none_is_named(tmp_path: Path, record: str, says: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"\n{record}\n", encoding="utf-8")
    message = refused("prodigy", path)
    assert message.startswith(f"{path}:2: ")
    assert says in message
