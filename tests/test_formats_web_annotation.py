"""W3C Web Annotation: the model's required parts, the triples of a JSON-LD reader, and what other tools write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from exchanged_articles import GOLDEN, corpus_articles, small_article
from given_back import copy_of, entities, messages, read_one, refused
from jsonschema import Draft202012Validator
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from malmoi.formats import get
from malmoi.formats.exchange import exported
from malmoi.formats.graph import graph_of
from malmoi.formats.pages import page_of

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.formats.assemble import Assembled

_STEM = "open-0a1b2c3d"
_ANNO = "http://www.w3.org/ns/anno.jsonld"
_OA = Namespace("http://www.w3.org/ns/oa#")
_MODEL = {
    "type": "object",
    "required": ["@context", "id", "type", "items"],
    "properties": {
        "@context": {"type": "array", "prefixItems": [{"const": _ANNO}]},
        "id": {"type": "string", "format": "uri"},
        "type": {"const": "AnnotationPage"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "target"],
                "properties": {
                    "id": {"type": "string", "pattern": r"^\S+:\S+$"},
                    "type": {"const": "Annotation"},
                    "motivation": {"enum": ["classifying", "linking"]},
                    "target": {"anyOf": [{"$ref": "#/$defs/specific"}, {"type": "array", "items": {"type": "string"}}]},
                },
            },
        },
    },
    "$defs": {
        "specific": {
            "type": "object",
            "required": ["source", "selector"],
            "properties": {
                "selector": {
                    "type": "array",
                    "prefixItems": [
                        {
                            "required": ["type", "start", "end"],
                            "properties": {
                                "type": {"const": "TextPositionSelector"},
                                "start": {"type": "integer", "minimum": 0},
                                "end": {"type": "integer", "minimum": 0},
                            },
                        },
                        {
                            "required": ["type", "exact"],
                            "properties": {
                                "type": {"const": "TextQuoteSelector"},
                                **{name: {"type": "string"} for name in ("exact", "prefix", "suffix")},
                            },
                        },
                    ],
                    "minItems": 2,
                    "maxItems": 2,
                }
            },
        }
    },
}
"""What the model of the W3C (annotation-model, 2017) requires of what we write."""
_CONTEXT = {
    "id": {"@type": "@id", "@id": "@id"},
    "type": {"@type": "@id", "@id": "@type"},
    **{name: str(_OA[name]) for name in ("Annotation", "TextualBody", "SpecificResource")},
    **{name: str(_OA[name]) for name in ("TextPositionSelector", "TextQuoteSelector", "classifying", "linking")},
    **{name: str(_OA[name]) for name in ("identifying", "tagging", "start", "end", "exact", "prefix", "suffix")},
    **{
        name: {"@type": "@id", "@id": str(_OA[term])}
        for name, term in (
            *(("body", "hasBody"), ("target", "hasTarget"), ("source", "hasSource"), ("selector", "hasSelector")),
        )
    },
    "motivation": {"@type": "@vocab", "@id": str(_OA.motivatedBy)},
    "purpose": {"@type": "@vocab", "@id": str(_OA.hasPurpose)},
    "value": str(RDF.value),
    "items": {"@type": "@id", "@id": "http://www.w3.org/ns/activitystreams#items", "@container": "@list"},
    "AnnotationPage": "http://www.w3.org/ns/activitystreams#OrderedCollectionPage",
    "Text": "http://purl.org/dc/dcmitype/Text",
    "format": "http://purl.org/dc/elements/1.1/format",
    "language": "http://purl.org/dc/elements/1.1/language",
}
"""The terms that we use of the standard's own context, so that no test needs the network."""


def _document() -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads((GOLDEN / "web-annotation" / f"{_STEM}.jsonld").read_bytes())
    return document


def _given(tmp_path: Path, document: object) -> Assembled:
    folder = copy_of("web-annotation", tmp_path)
    (folder / f"{_STEM}.jsonld").write_bytes(orjson.dumps(document))
    return read_one("web-annotation", folder)


def _position(item: dict[str, Any]) -> dict[str, int]:
    position: dict[str, int] = item["target"]["selector"][0]
    return position


def test_every_document_of_the_corpus_has_what_the_model_requires() -> None:
    form = Draft202012Validator(_MODEL)
    articles = corpus_articles()
    with exported(get("web-annotation"), articles) as (made, _):
        documents = [orjson.loads(path.read_bytes()) for path in made.glob("*.jsonld")]
    assert len(documents) == len(articles)
    sample = documents[::8]
    assert [error.message for document in sample for error in form.iter_errors(document)] == []
    for document in documents:
        text = document["document"]["value"]
        names = [item["id"] for item in document["items"]]
        assert len(set(names)) == len(names)
        for item in document["items"]:
            if item["motivation"] == "linking":
                assert len(item["target"]) == 2
                assert set(item["target"]) <= set(names)
                continue
            position, quote = item["target"]["selector"]
            start, end = position["start"], position["end"]
            assert quote["exact"] == text[start:end]
            assert text[:start].endswith(quote["prefix"])
            assert text[end:].startswith(quote["suffix"])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own parser uses it
def test_a_json_ld_reader_finds_every_annotation() -> None:
    document = _document()
    document["@context"][0] = _CONTEXT
    graph = Graph().parse(data=orjson.dumps(document), format="json-ld")
    ours = graph_of(page_of(small_article()))
    annotations = set(graph.subjects(RDF.type, _OA.Annotation))
    assert len(annotations) == len(ours.spans) + len(ours.relations)
    first = URIRef(f"urn:malmoi:{_STEM}:e-10f0")
    bodies = list(graph.objects(first, _OA.hasBody))
    assert {graph.value(body, RDF.value) for body in bodies} == {Literal("OGG_ECONOMY"), None}
    assert {graph.value(body, _OA.hasSource) for body in bodies} == {URIRef(f"urn:malmoi:{_STEM}:c-a207"), None}
    places = {
        (int(str(graph.value(selector, _OA.start))), int(str(graph.value(selector, _OA.end))))
        for selector in graph.subjects(RDF.type, _OA.TextPositionSelector)
    }
    assert places == {(span.mark.start, span.mark.end) for span in ours.spans}
    source = URIRef(f"urn:malmoi:{_STEM}:document")
    assert str(graph.value(source, RDF.value)) == page_of(small_article()).text
    assert (first, URIRef("urn:malmoi:term:id"), Literal("e-10f0")) in graph


def test_what_a_person_does_is_read(tmp_path: Path) -> None:
    """A new annotation with one bare selector, one taken out, one moved, one relabelled; a link the other way."""
    document = _document()
    items = document["items"]
    moved, taken, relabelled = items[1], items[2], items[3]
    _position(moved)["end"] = 24
    moved["target"]["selector"][1]["exact"] = "김가람 대표"
    relabelled["body"] = {"type": "TextualBody", "value": "DT_OTHERS", "purpose": "tagging"}
    items.remove(taken)
    items[-1]["target"].reverse()
    items.append(
        {
            "id": "#3f1c",
            "type": "Annotation",
            "motivation": ["tagging"],
            "creator": {"type": "Person", "name": "은채령"},
            "body": [{"type": "TextualBody", "value": "QT_ORDER"}, {"purpose": "identifying", "value": "한빛전자"}],
            "target": [{"source": "x", "selector": {"type": "TextQuoteSelector", "exact": "새", "prefix": "😀 "}}],
        }
    )
    found = _given(tmp_path, document)
    assert messages(found) == []
    assert found.annotator == "은채령"
    assert entities(found.article) == [
        ("OGG_ECONOMY", "한빛전자"),
        ("QT_ORDER", "새"),
        ("PS_NAME", "김가람 대표"),
        ("DT_OTHERS", "5일"),
        ("LCP_CITY", "다온"),
        ("OGG_ECONOMY", "한빛전자"),
    ]
    before = small_article().entities
    assert [entity.id for entity in found.article.entities[2:4]] == [before[1].id, before[3].id]
    assert found.article.entities[1].cluster == before[0].cluster
    assert found.article.quotes == small_article().quotes


@pytest.mark.parametrize(
    ("by", "says"),
    [
        (2, "moved: entity e-bd50: by -2 to where “한빛전자” stands"),
        (-40, "moved: entity e-bd50: by +40 to where “한빛전자” stands"),
        (-97, "moved: entity e-bd50: by +97 to where “한빛전자” stands"),
    ],
)
def test_where_position_and_quotation_disagree_the_neighbours_tell(tmp_path: Path, by: int, says: str) -> None:
    """The company stands three times in the text; only what stands around it tells which is meant."""
    document = _document()
    item = next(item for item in document["items"] if item.get("malmoi:id") == "e-bd50")
    _position(item)["start"] += by
    _position(item)["end"] += by
    found = _given(tmp_path, document)
    assert found.article == small_article()
    assert messages(found) == [says]


def test_text_put_in_before_moves_every_annotation_and_each_is_told(tmp_path: Path) -> None:
    document = _document()
    document["document"]["value"] = "단독 " + document["document"]["value"]
    found = _given(tmp_path, document)
    assert entities(found.article) == entities(small_article())
    assert [quote.content[0].text for quote in found.article.quotes] == [
        quote.content[0].text for quote in small_article().quotes
    ]
    spans = len(graph_of(page_of(small_article())).spans)
    told = messages(found)
    assert sum(message.startswith("moved:") for message in told) == spans
    assert told[-1] == "changed: the text is not the one that was exported"


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"target": "x"}, "no body of purpose classifying or tagging names a label"),
        ({"target": "x", "body": "http://a.example/"}, "no body of purpose classifying or tagging names a label"),
        ({"target": "x", "body": {"value": "PS_NAME"}}, "0 targets with a selector; a span has one"),
        (
            {"target": {"selector": {"type": "CssSelector"}}, "body": {"value": "PS_NAME"}},
            "its target has neither a TextPositionSelector nor a TextQuoteSelector",
        ),
        (
            {"target": {"selector": {"type": "TextQuoteSelector", "exact": "한빛전자"}}, "body": {"value": "PS_NAME"}},
            "“한빛전자” stands 3 times in the text",
        ),
        ({"motivation": "linking", "target": "x"}, "a link has 2 annotations as its targets, each by its id"),
    ],
)
def test_what_says_nothing_is_told(tmp_path: Path, item: dict[str, Any], says: str) -> None:
    document = _document()
    document["items"].insert(0, item)
    found = _given(tmp_path, document)
    assert found.article == small_article()
    assert messages(found) == [f"dropped: items[0]: {says}"]


def test_a_comment_and_a_second_label_are_told(tmp_path: Path) -> None:
    document = _document()
    document["items"][0]["body"] += [
        {"type": "TextualBody", "purpose": "commenting", "value": "확인"},
        {"type": "TextualBody", "purpose": "tagging", "value": "OGG_MEDIA"},
    ]
    found = _given(tmp_path, document)
    assert found.article == small_article()
    assert messages(found) == [
        f"dropped: OGG_ECONOMY: a body says {said!r}, which is not kept" for said in ("확인", "OGG_MEDIA")
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "not an AnnotationPage with its document: unexpected end of data"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"items": []}', "Object missing required field `document`"),
        (b'{"items": [], "document": {"value": 5}}', "Expected `str`, got `int` - at `$.document.value`"),
        (b'{"items": [5], "document": {"value": "a"}}', "Expected `object`, got `int` - at `$.items[0]`"),
        (b'{"items": [{}], "document": {"value": "a"}}', "items[0]: Object missing required field `target`"),
        (
            '{"items": [{"target": {"selector": {"type": "TextPositionSelector", "start": 0, "end": 1}}, "body": '
            '{"value": "PS_NAME"}, "malmoi:id": 5}], "document": {"value": "가"}}'.encode(),
            "items[0]: Expected `str`, got `int`",
        ),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_document_that_is_none_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = copy_of("web-annotation", tmp_path) / f"{_STEM}.jsonld"
    path.write_bytes(content)
    message = refused("web-annotation", path.parent)
    assert message.startswith(f"{path}: ")
    assert says in message
