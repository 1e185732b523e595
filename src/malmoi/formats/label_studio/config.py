"""The labelling configuration: what a person sees beside the text, made of the inventory and the schema's choices.

A label shows its name and a few Korean words, so that the filter finds it by either; in the results stands the name
alone (`alias`). Fields show when a region of their kind is selected.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, get_args
from xml.etree import ElementTree as ET

from malmoi.formats.graph import CAPTION, CAPTION_LABELS, CONTENT, QUOTE_LABELS, RELATIONS
from malmoi.model import QuoteMode, QuoteType, SourceStatus
from malmoi.schemas import label_classes, labels

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXT, ENTITY, QUOTE, CAPTIONS = "text", "entity", "quote", "caption"
"""Names of the text, and of the three sets of labels."""
CLUSTER, NEW_CLUSTER, VALUE = "cluster", "new_cluster", "value"
"""Names of an entity's fields. A cluster is chosen of the article's, or named anew."""
SPEAKER, NEW_SPEAKER, TYPE, MODE, STATUS = "speaker", "new_speaker", "type", "mode", "source_status"
"""Names of a quote's fields; they hang on its content."""
COPIES, DATE = "copies", "date"
"""Names of a caption's fields."""
ABOUT, CHOICES = "about", "clusters"
"""Keys of a task's data that are shown: a line on the article, and its clusters to choose from."""

# Of each class; those that news is full of come first.
_COLOURS = {
    "PS": "#e4572e", "OG": "#2e86ab", "LC": "#3a9d5d", "CV": "#a23b72", "DT": "#c98b0b",
    "TI": "#8a6d1b", "QT": "#6c757d", "EV": "#d1495b", "AF": "#7353ba", "AM": "#5b8c5a",
    "PT": "#4f9d2f", "MT": "#7d6b5d", "TM": "#00838f", "FD": "#5c6bc0", "TR": "#8e44ad",
}  # fmt: skip
_QUOTE_COLOURS = ("#f2c14e", "#f78154", "#4d9078", "#5fad56")
_QUOTE_WORDS = ("내용", "표지", "단서", "말한 이")
_DATED = f"{CAPTION}_date_created"
_CAPTION_COLOUR = "#9aa5b1"
_CAPTION_WORDS = ("전체", "촬영지", "매체", "찍은 이", "찍은 이 직함", "설명", "크레디트", "찍은 날", "권리 표시")
_WORDS = {
    "direct": "직접",
    "indirect": "간접",
    "mixed": "섞임",
    "speech": "말",
    "writing": "글",
    "explicit": "같은 문장에",
    "other_sentence": "다른 문장에",
    "omitted": "생략",
    "anonymous": "이름 감춤",
    "none": "알 수 없음",
}
# Two columns: the text, with room for relations between its lines, and beside it what stays in sight however far the
# text is scrolled. Relations are drawn over the text, and must let it be read.
_STYLE = """
.malmoi { display: flex; gap: 16px; align-items: flex-start; }
.malmoi-text { flex: 1; min-width: 0; }
.relations-overlay { opacity: .5; }
.malmoi-text .lsf-richtext__line { line-height: 2; }
.malmoi-text h4 { margin: 0 0 6px !important; font-size: 13px !important; line-height: 18px !important; opacity: .7; }
.malmoi-tools { flex: 0 0 300px; position: sticky; top: 0; max-height: 80vh; overflow-y: auto; padding-right: 4px; }
.malmoi-tools h4 { margin: 6px 0 2px !important; font-size: 13px !important; line-height: 18px !important; }
.malmoi-tools .lsf-labels { margin: 0; gap: 2px; }
.malmoi-tools .lsf-label { margin: 0 3px 3px 0; padding: 0 5px; font-size: 12px; line-height: 20px; height: auto; }
.malmoi-fields { border: 2px solid #f2c14e; border-radius: 6px; padding: 0 8px 6px; margin-bottom: 6px; }
.malmoi-fields .lsf-choices { margin: 0; gap: 0 8px; }
.malmoi-fields .lsf-choice, .malmoi-fields .lsf-choice__item { margin: 0; padding: 0; }
.malmoi-fields .lsf-choice__checkbox { margin: 0; padding: 1px 0; min-height: 0; font-size: 13px; line-height: 20px; }
.malmoi-fields .ant-form-item { margin: 0; }
.malmoi-class { flex-basis: 100%; }
.malmoi-class:not(:has(.lsf-label:not(.lsf-label_hidden))) { display: none; }
"""


def labelling_config() -> bytes:
    """The configuration, as Label Studio's Code view takes it."""
    root = ET.Element("View")
    ET.SubElement(root, "Style").text = _STYLE
    page = ET.SubElement(root, "View", className="malmoi")
    left = ET.SubElement(page, "View", className="malmoi-text")
    ET.SubElement(left, "Header", value=f"${ABOUT}", size="6")
    ET.SubElement(left, "Text", name=TEXT, value=f"${TEXT}", granularity="symbol")
    right = ET.SubElement(page, "View", className="malmoi-tools")
    _entity_fields(_fields(right, ENTITY))
    _quote_fields(_fields(right, QUOTE, CONTENT))
    _copies(_fields(right, CAPTIONS, CAPTION))
    _text(_fields(right, CAPTIONS, _DATED), DATE, "찍은 날: 2024-03-05 (ISO 8601)", _DATED)
    quoted = _few(right, QUOTE, "인용", zip(QUOTE_LABELS, _QUOTE_WORDS, _QUOTE_COLOURS, strict=True))
    for number, label in enumerate(quoted, 1):
        label.set("hotkey", str(number))
    _few(right, CAPTIONS, "사진 설명", zip(CAPTION_LABELS, _CAPTION_WORDS, repeat(_CAPTION_COLOUR)))
    _entities(right)
    relations = ET.SubElement(root, "Relations")
    for relation in RELATIONS:
        ET.SubElement(relations, "Relation", value=relation)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode").encode() + b"\n"


def _few(parent: ET.Element, name: str, heading: str, found: Iterable[tuple[str, str, str]]) -> ET.Element:
    """A set of labels under a heading, each with its words and its colour."""
    _heading(parent, heading)
    shown = _set(parent, name)
    for label, words, colour in found:
        _label(shown, label, f"{words} {label.partition('_')[2]}".strip(), colour)
    return shown


def _entities(parent: ET.Element) -> None:
    """The labels of entities, class by class, and a filter above them."""
    _heading(parent, "개체")
    asked = {"name": "filter", "toName": ENTITY, "hotkey": "shift+f", "minlength": "0"}
    ET.SubElement(parent, "Filter", asked | {"placeholder": "표지 찾기: CITY, 도시"})
    shown = _set(parent, ENTITY)
    for kind, colour in _COLOURS.items():
        group = ET.SubElement(shown, "View", className="malmoi-class")
        _heading(group, f"{kind} {label_classes()[kind].ko}")
        for label in labels().values():
            if label.class_ == kind:
                made = _label(group, label.label, f"{label.name} {label.label}", colour)
                made.set("hint", f"{label.ko}. 예: {', '.join(label.examples)}")


def _heading(parent: ET.Element, words: str) -> None:
    ET.SubElement(parent, "Header", value=words, size="6")


def _set(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, "Labels", name=name, toName=TEXT, showInline="true")


def _label(parent: ET.Element, label: str, shown: str, colour: str) -> ET.Element:
    return ET.SubElement(parent, "Label", value=shown, alias=label, background=colour)


def _fields(parent: ET.Element, name: str, label: str | None = None) -> ET.Element:
    """A box that shows while a region of this set, or with this label of it, is selected."""
    shown = {"className": "malmoi-fields", "visibleWhen": "region-selected", "whenTagName": name}
    return ET.SubElement(parent, "View", shown | _only(label))


def _entity_fields(box: ET.Element) -> None:
    _clusters(box, CLUSTER, "묶음 cluster")
    _text(box, NEW_CLUSTER, "목록에 없으면 이름을 적는다")
    _text(box, VALUE, "값 value: 2024-03-05 (ISO 8601)")


def _quote_fields(box: ET.Element) -> None:
    _choices(box, TYPE, "종류 type", get_args(QuoteType))
    _choices(box, MODE, "말·글 mode", get_args(QuoteMode))
    _choices(box, STATUS, "말한 이의 자리 source_status", get_args(SourceStatus))
    _clusters(box, SPEAKER, "말한 이의 묶음 speaker", CONTENT)
    _text(box, NEW_SPEAKER, "목록에 없으면 이름을 적는다", CONTENT)


def _copies(box: ET.Element) -> None:
    _heading(box, "페이지에 나온 횟수 copies")
    ET.SubElement(box, "Number", name=COPIES, toName=TEXT, perRegion="true", whenLabelValue=CAPTION, min="1", step="1")


def _choices(box: ET.Element, name: str, heading: str, known: tuple[str, ...]) -> None:
    _heading(box, heading)
    shown = {"name": name, "toName": TEXT, "perRegion": "true", "whenLabelValue": CONTENT, "showInline": "true"}
    choices = ET.SubElement(box, "Choices", shown)
    for choice in known:
        ET.SubElement(choices, "Choice", value=f"{_WORDS[choice]} {choice}", alias=choice)


def _clusters(box: ET.Element, name: str, heading: str, label: str | None = None) -> None:
    """The clusters of the article, which its task names, to choose from."""
    _heading(box, heading)
    shown = {"name": name, "toName": TEXT, "perRegion": "true", "value": f"${CHOICES}", "layout": "select"}
    ET.SubElement(box, "Choices", shown | _only(label))


def _text(box: ET.Element, name: str, words: str, label: str | None = None) -> None:
    shown = {"name": name, "toName": TEXT, "perRegion": "true", "maxSubmissions": "1", "editable": "true"}
    ET.SubElement(box, "TextArea", shown | {"placeholder": words} | _only(label))


def _only(label: str | None) -> dict[str, str]:
    """That a field is for regions of this label only."""
    return {"whenLabelValue": label} if label else {}
