"""Label Studio: what we write for it, what people do there, and files that are none of ours.

tests/formats/label-studio/ holds article.mark, the tasks made of it, and the raw JSON export of Label Studio 1.23.2
after a person had dragged the mouse over “공장. (” with AF_BUILDING chosen and named a cluster that was not there.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import orjson
import pytest
from msgspec.structs import replace

from malmoi import markup
from malmoi.formats import get
from malmoi.formats.assemble import Assembled
from malmoi.formats.exchange import exported, imported
from malmoi.formats.graph import CAPTION_LABELS, QUOTE_LABELS, RELATIONS
from malmoi.formats.interface import FormatError
from malmoi.formats.label_studio import LabelStudio
from malmoi.formats.pages import page_of
from malmoi.schemas import label_classes, labels

if TYPE_CHECKING:
    from collections.abc import Callable

    from malmoi.model import Article

FOLDER = Path(__file__).parent / "formats/label-studio"
Json = dict[str, Any]


def _article() -> Article:
    return markup.parse((FOLDER / "article.mark").read_text(encoding="utf-8"))


def _results(task: Json) -> list[Json]:
    found: list[Json] = task["annotations"][0]["result"]
    return found


def _after(tmp_path: Path, change: Callable[[Json], object], name: str = "export.json") -> list[Any]:
    """What comes of our own task after a change to it, as if a person had made it in Label Studio."""
    task = orjson.loads((FOLDER / "tasks.json").read_bytes())[0]
    change(task)
    path = tmp_path / name
    path.write_bytes(orjson.dumps([task]))
    return list(imported(LabelStudio(), path))


def _one(found: list[Any]) -> Assembled:
    (made,) = found
    assert isinstance(made, Assembled), made
    return made


def _told(made: Assembled) -> list[str]:
    return [f"{note.kind}: {note.message}" for note in made.notes]


def _region(number: int, label: str, start: int, end: int, set_: str = "entity", **value: object) -> Json:
    """A region as Label Studio stores one that a person has drawn."""
    place = {"start": start, "end": end}
    return {
        "value": place | {"labels": [label]} | value,
        "id": f"Kgnzlmv1A{number}",
        "from_name": set_,
        "to_name": "text",
        "type": "labels",
        "origin": "manual",
    }


def _field(region: str, name: str, kind: str, **value: object) -> Json:
    return {"value": value, "id": region, "from_name": name, "to_name": "text", "type": kind, "origin": "manual"}


def _link(head: str, tail: str, *labels: str) -> Json:
    return {"type": "relation", "from_id": head, "to_id": tail, "direction": "right", "labels": list(labels)}


def test_the_tasks_are_those_that_were_tried_in_label_studio(tmp_path: Path) -> None:
    with exported(get("label-studio"), [_article()]) as (made, tally):
        assert (made / "tasks.json").read_bytes() == (FOLDER / "tasks.json").read_bytes()
        assert not [row for row in tally.rows() if row.lost or row.changed]
        path = tmp_path / "tasks.json"
        path.write_bytes((made / "tasks.json").read_bytes())
    assert _one(list(imported(LabelStudio(), path))).article == _article()


def test_what_a_person_drew_in_label_studio() -> None:
    made = _one(list(imported(LabelStudio(), FOLDER / "export.json")))
    assert made.annotator == "Label Studio user 1"
    before = _article()
    drawn = [entity for entity in made.article.entities if entity not in before.entities]
    assert [(e.label, e.block, e.start, e.end, e.text) for e in drawn] == [("AF_BUILDING", "c01", 7, 12, "공장. (")]
    named = [cluster for cluster in made.article.clusters if cluster.id == drawn[0].cluster]
    assert [(cluster.label, cluster.name) for cluster in named] == [("AF_BUILDING", "한빛 새 공장")]
    rest = tuple(entity for entity in made.article.entities if entity not in drawn)
    assert replace(made.article, entities=rest, clusters=before.clusters) == before
    assert not made.notes


def test_predictions_are_no_annotations(tmp_path: Path) -> None:
    form = get("label-studio", predictions=True)
    with exported(form, [_article()]) as (made, _):
        tasks = orjson.loads((made / "tasks.json").read_bytes())
        (prediction,) = tasks[0]["predictions"]
        assert prediction["model_version"].startswith("malmoi ")
        assert "annotations" not in tasks[0]
        assert _one(list(imported(form, made))).article == _article()
    path = tmp_path / "export.json"
    path.write_bytes(orjson.dumps([tasks[0] | {"annotations": [], "predictions": [1]}]))
    (refused,) = imported(LabelStudio(), path)
    assert "nobody has submitted" in str(refused)


@pytest.mark.parametrize("predictions", [True, False])
def test_an_article_without_marks_is_a_task_still_to_be_done(*, predictions: bool) -> None:
    bare = replace(_article(), entities=(), clusters=(), quotes=(), captions=())
    form = get("label-studio", predictions=predictions)
    with exported(form, [bare]) as (made, _):
        (task,) = orjson.loads((made / "tasks.json").read_bytes())
        assert task.keys() == {"data"}
        assert _one(list(imported(form, made))).article == bare


def _attributes(root: ET.Element, tag: str, **wanted: str) -> list[dict[str, str]]:
    return [e.attrib for e in root.iter(tag) if wanted.items() <= e.attrib.items()]


def test_the_configuration_has_every_label_and_every_choice() -> None:
    root = ET.fromstring(next(iter(LabelStudio().encode([]))).data)  # noqa: S314  our own
    sets = {found.attrib["name"]: found for found in root.iter("Labels")}
    aliases = {name: {e.attrib["alias"] for e in found.iter("Label")} for name, found in sets.items()}
    assert aliases == {"entity": labels().keys(), "quote": set(QUOTE_LABELS), "caption": set(CAPTION_LABELS)}
    shown = Counter(e.attrib["value"] for e in root.iter("Label"))
    assert max(shown.values()) == 1
    groups = [
        [e.attrib["alias"] for e in view.iter("Label")]
        for view in root.iter("View")
        if view.get("className") == "malmoi-class"
    ]
    assert len(groups) == len(label_classes())
    assert all(len({labels()[label].class_ for label in group}) == 1 for group in groups)
    assert [e.attrib["value"] for e in root.iter("Relation")] == list(RELATIONS)
    assert [e["granularity"] for e in _attributes(root, "Text")] == ["symbol"]
    assert all(e["perRegion"] == "true" for tag in ("Choices", "TextArea", "Number") for e in _attributes(root, tag))


def test_clusters_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    def speak(task: Json) -> None:
        task["annotations"][0]["result"] = [
            *(r for r in _results(task) if r.get("from_name") != "speaker"),
            _field("q-d30d-content-0", "speaker", "choices", choices=["나은솔 (c-5707)"]),
            _field("q-e0f0-content-0", "new_speaker", "textarea", text=["나은솔"]),
        ]

    made = _one(_after(tmp_path, speak))
    assert [quote.speaker for quote in made.article.quotes] == ["c-5707", None]
    assert _told(made) == [
        "dropped: cluster '나은솔': the article has 나은솔 (c-280e), 나은솔 (c-5707): which of them is not told",
        "dropped: quote q-e0f0: its speaker '나은솔' is none of the article's clusters",
    ]


def test_a_new_quote_without_fields_is_told_from_the_text(tmp_path: Path) -> None:
    def quote(task: Json) -> None:
        # “이웃에 사는 나은솔 씨” 80:93; drawn with white space at its end, and the relation from the cue.
        task["annotations"][0]["result"] = [
            *(r for r in _results(task) if not str(r.get("id", "")).startswith("q-e0f0") and "q-e0f0" not in str(r)),
            _region(1, "Quote_content", 96, 107, "quote"),
            _region(2, "Quote_cue", 111, 113, "quote"),
            _link("Kgnzlmv1A2", "Kgnzlmv1A1"),
        ]

    made = _one(_after(tmp_path, quote))
    new = made.article.quotes[1]
    assert (new.content[0].text, new.cue and new.cue.text) == ("“시끄러울까 걱정”", "했다")
    assert (new.type, new.mode, new.source_status, new.speaker) == ("direct", "speech", "none", None)
    assert _told(made) == ["snapped: a new quote, content: white space at the edge of “ “시끄러울까 걱정”” left out"]


def test_two_cues_and_a_disagreement_are_told(tmp_path: Path) -> None:
    def more(task: Json) -> None:
        _results(task).extend(
            [
                _region(1, "Quote_cue", 111, 113, "quote", text="했다"),
                _link("q-d30d-content-1", "Kgnzlmv1A1", "cue"),
                _field("q-d30d-content-1", "mode", "choices", choices=["writing"]),
                _field("q-d30d-content-0", "type", "choices", choices=["mixed"]),
            ]
        )

    made = _one(_after(tmp_path, more))
    assert made.article == _article()
    assert _told(made) == [
        "dropped: region q-d30d-content-0: type is 'direct', 'mixed'; the first is taken",
        "dropped: Quote_content ““걱정은 없다””: mode 'writing', and its quote has 'speech'; left out",
        "dropped: Quote_cue “했다”: its quote has another; left out",
    ]


def test_a_deleted_content_leaves_its_parts_dangling(tmp_path: Path) -> None:
    def delete(task: Json) -> None:
        task["annotations"][0]["result"] = [r for r in _results(task) if r.get("id") != "q-e0f0-content-0"]

    made = _one(_after(tmp_path, delete))
    assert made.article == replace(_article(), quotes=_article().quotes[:1])
    assert _told(made) == [
        "dropped: relation marker: it does not tie two parts of a quote",
        "dropped: relation cue: it does not tie two parts of a quote",
        "dropped: Quote_marker “이라고”: no relation ties it to a Quote_content",
        "dropped: Quote_cue “했다”: no relation ties it to a Quote_content",
    ]


def test_a_quote_whose_first_content_has_gone_keeps_its_id(tmp_path: Path) -> None:
    def delete(task: Json) -> None:
        gone = "q-d30d-content-0"
        kept = [r for r in _results(task) if gone not in {r.get("id"), r.get("from_id")}]
        links = [_link("q-d30d-content-1", f"q-d30d-{part}-0", part) for part in ("cue", "source")]
        marker = [_link("q-d30d-content-1", "q-d30d-marker-1", "marker"), _link("q-d30d-marker-0", "q-d30d-content-1")]
        task["annotations"][0]["result"] = [*kept, *links, *marker]

    made = _one(_after(tmp_path, delete))
    assert made.article.quotes[0].id == "q-d30d"
    assert [span.text for span in made.article.quotes[0].content] == ["“걱정은 없다”"]
    assert not made.notes


def test_a_region_with_several_labels_is_several_spans(tmp_path: Path) -> None:
    def double(task: Json) -> None:
        _results(task).extend(
            [
                _region(1, "OGG_MEDIA", 24, 28, text="다온통신", labels=["OGG_MEDIA", "OGG_ECONOMY"]),
                _region(1, "Quote_source", 24, 28, "quote", text="다온통신"),
                _link("q-e0f0-content-0", "Kgnzlmv1A1", "source"),
                _field("Kgnzlmv1A1", "value", "textarea", text="2024"),
            ]
        )

    made = _one(_after(tmp_path, double))
    drawn = [(e.label, e.text, e.value) for e in made.article.entities if e.block == "d01"]
    assert drawn == [("OGG_MEDIA", "다온통신", "2024"), ("OGG_ECONOMY", "다온통신", "2024")]
    source = made.article.quotes[1].source
    assert source is not None
    assert source.text == "다온통신"
    assert not made.notes


def test_line_ends_of_windows_and_global_offsets_change_nothing(tmp_path: Path) -> None:
    def windows(task: Json) -> None:
        text = task["data"]["text"]
        task["data"]["text"] = text.replace("\n", "\r\n")
        for result in _results(task):
            value = result.get("value")
            if value:
                more = {key: value[key] + text[: value[key]].count("\n") for key in ("start", "end")}
                value |= {"start": "/div[1]/text()[1]", "end": "/div[1]/text()[1]", "globalOffsets": more}
                if not isinstance(value["text"], list):
                    del value["text"]

    made = _one(_after(tmp_path, windows))
    assert made.article == _article()
    assert not made.notes


def test_what_has_no_place_in_an_article_is_told(tmp_path: Path) -> None:
    def odd(task: Json) -> None:
        _results(task)[0]["meta"] = {"text": ["확인할 것"]}
        _results(task).extend(
            [
                _field("e-10f0", "sure", "rating", rating=3),
                _field("gone", "value", "textarea", text=["2024"]),
                _region(1, "PS_UNKNOWN", 24, 28),
                _field("caption-0", "copies", "number", number=0),
            ]
        )

    made = _one(_after(tmp_path, odd))
    assert made.article == _article()
    assert _told(made) == [
        "dropped: region e-10f0: its note ['확인할 것'] has no place in an article",
        "dropped: region e-10f0: its rating 'sure' has no place in an article",
        "dropped: region caption-0: copies is '2', '0'; the first is taken",
        "dropped: region gone: it has fields and no label",
        "dropped: entity Kgnzlmv1A1: 'PS_UNKNOWN' is none of the labels",
    ]


def test_a_page_for_each_annotator_and_none_for_what_was_skipped(tmp_path: Path) -> None:
    def several(task: Json) -> None:
        (ours,) = task["annotations"]
        address = "someone@example.com"
        task["annotations"] = [
            ours | {"id": 1, "completed_by": 7},
            ours | {"id": 2, "completed_by": {"id": 2, "email": address}, "lead_time": 3.5},
            ours | {"id": 3, "completed_by": 7, "updated_by": 7, "result": []},
            ours | {"id": 4, "completed_by": 7, "was_cancelled": True},
        ]
        task |= {"id": 12, "drafts": [{"result": "none of ours"}]}

    first, second, third, fourth = _after(tmp_path, several)
    assert [made.annotator for made in (first, second, third)] == [None, "Label Studio user 2", "Label Studio user 7"]
    assert first.article == second.article == _article()
    assert not third.article.entities
    assert third.article.clusters == _article().clusters
    assert (
        str(fourth) == f"{tmp_path}/export.json: task 12, annotation 4: it was skipped (was_cancelled); it is left out"
    )


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "export.json: not JSON"),
        (b"{}", "expected an array of tasks, found dict; in Label Studio's Export dialogue choose JSON"),
        (b"[3]", "task number 1: not a task: Expected `object`, got `int`"),
        (b'[{"id": 5, "annotation_id": 3, "text": "a"}]', "task 5: this is the JSON_MIN export, which leaves out"),
        (b'[{"id": 5}]', "task 5: not a task: Object missing required field `data`"),
        (b'[{"id": 5, "data": {}}]', "task 5: not a task: its data has no 'text'"),
        (b'[{"data": {"text": "a", "malmoi": 3}}]', "not a task: Expected `object`, got `int`"),
        (b'[{"data": {"text": "a"}, "annotations": []}]', "nobody has submitted an annotation of it"),
        (
            b'[{"data": {"text": "a"}, "annotations": [{"id": 9}]}]',
            "annotation 9: Object missing required field `result`",
        ),
        (
            b'[{"id": 5, "data": {"text": "a"}, "annotations": [{"id": 9, "result": [{"id": "x", "type": "labels", "value": {"start": 0.5}}]}]}]',
            "task 5, annotation 9: result 0: Expected `int | str | null`, got `float` - at `$.value.start`",
        ),
        (
            b'[{"data": {"text": "a"}, "annotations": [{"id": 9, "result": [{"id": "x", "type": "labels", "value": {"end": 1, "labels": ["PS_NAME"]}}]}]}]',
            "region x: start and end are None and 1; expected whole numbers",
        ),
        (
            b'[{"data": {"text": "a"}, "annotations": [{"id": 9, "result": [{"type": "relation"}]}]}]',
            "result 0: Object missing required field `from_id`",
        ),
    ],
)
def test_what_is_no_export_is_refused_with_its_place(tmp_path: Path, raw: bytes, message: str) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(raw)
    try:
        (found,) = imported(LabelStudio(), path)
    except FormatError as error:
        found = error
    assert isinstance(found, FormatError)
    assert str(found).startswith(str(path))
    assert message in str(found)


@pytest.mark.parametrize("name", ["export.csv", "export.tsv", "export.conll"])
def test_other_exports_are_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("id\n")
    with pytest.raises(
        FormatError, match="leaves out relations or labels: in Label Studio's Export dialogue choose JSON"
    ):
        list(imported(LabelStudio(), tmp_path / name))


def test_a_folder_must_hold_one_export(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"the folder holds no \.json file"):
        list(imported(LabelStudio(), tmp_path))
    (tmp_path / "a.json").write_text("[]")
    (tmp_path / "b.json").write_text("[]")
    with pytest.raises(FormatError, match=r"the folder holds a\.json, b\.json: name the file"):
        list(imported(LabelStudio(), tmp_path))


def test_a_header_without_a_headline_is_a_line_too() -> None:
    article = _article()
    bare = replace(
        article, blocks=article.blocks[1:], entities=(), quotes=(), captions=(), publisher=None, section=None
    )
    pieces = list(LabelStudio().encode([page_of(bare)]))
    tasks = orjson.loads(b"".join(piece.data for piece in pieces if piece.name == "tasks.json"))
    assert tasks[0]["data"]["about"] == "2024-03-05 · open-0e5f1a2b"
