"""UIMA CAS: the files as INCEpTION and cassis see them, what a person does there, and what is no CAS."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cassis
import orjson
import pytest
from exchanged_articles import articles
from given_back import read_one, refused
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from small_article import SMALL

from malmoi import store
from malmoi.formats import get
from malmoi.formats.exchange import exported, imported, place
from malmoi.formats.interface import File, FormatError, RefusedError
from malmoi.formats.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from malmoi.formats.assemble import Assembled
    from malmoi.formats.cas import Cassis
    from malmoi.formats.interface import Format
    from malmoi.formats.pages import Page
    from malmoi.model import Article

GOLDEN = Path(__file__).parent / "formats"
NAMES = ("cas", "cas-json")
TOP = "de.tudarmstadt.ukp.dkpro.core.api"
ENTITY, SENTENCE, TOKEN, FIELD = (
    f"{TOP}.{name}"
    for name in (
        "ner.type.NamedEntity",
        "segmentation.type.Sentence",
        "segmentation.type.Token",
        "metadata.type.MetaDataStringField",
    )
)
MENTION, PART, LINK, CAPTION = (f"org.malmoi.{name}" for name in ("Mention", "QuotePart", "QuoteLink", "CaptionPart"))


def written(name: str, article: Article, folder: Path) -> Path:
    """The article in the format, in a folder."""
    form = get(name)
    for file in form.encode([page_of(article, form.unit)]):
        assert isinstance(file, File)
        (folder / file.name).write_bytes(file.data)
    return folder


def opened(folder: Path) -> Cassis:
    """The small article as cassis reads it on its own, strictly."""
    types = cassis.load_typesystem(folder / "TypeSystem.xml")
    return cassis.load_cas_from_xmi(folder / f"{SMALL.id}.xmi", typesystem=types, lenient=False)


def worked_on(tmp_path: Path, work: Callable[[Any], None]) -> Assembled:
    """The small article after somebody has worked on it."""
    folder = written("cas", SMALL, tmp_path)
    cas = opened(folder)
    work(cas)
    (folder / f"{SMALL.id}.xmi").write_text(cas.to_xmi(), encoding="utf-8")
    return read_one("cas", folder)


def notes(found: Assembled) -> list[str]:
    return [f"{note.kind}: {note.message}" for note in found.notes]


def add(cas: Cassis, kind: str, start: int, end: int, **features: object) -> Cassis:
    made = cas.typesystem.get_type(kind)(begin=start, end=end, **features)
    cas.add(made)
    return made


def at(text: str) -> tuple[int, int]:
    """Where a text stands in the document, in code points."""
    start = page_of(SMALL).text.index(text)
    return start, start + len(text)


@pytest.mark.parametrize("name", NAMES)
def test_the_files_are_these(name: str, tmp_path: Path) -> None:
    made = {path.name: path.read_bytes() for path in written(name, SMALL, tmp_path).iterdir()}
    assert made == {path.name: path.read_bytes() for path in (GOLDEN / name).iterdir()}
    assert read_one(name, GOLDEN / name).article == SMALL


def test_the_layers_are_such_as_inception_takes() -> None:
    # What its analysis of a type system asks: a layer comes straight from Annotation; a span layer has strings only;
    # a relation layer has two features besides, named Governor and Dependent, of one span layer.
    space = {"u": "http://uima.apache.org/resourceSpecifier"}
    layers = {}
    for kind in ET.parse(GOLDEN / "cas/TypeSystem.xml").iterfind(".//u:typeDescription", space):  # noqa: S314  our own
        name = kind.findtext("u:name", "", space)
        if name.startswith("org.malmoi."):
            assert kind.findtext("u:supertypeName", "", space) == "uima.tcas.Annotation"
            features = kind.iterfind(".//u:featureDescription", space)
            layers[name] = {f.findtext("u:name", "", space): f.findtext("u:rangeTypeName", "", space) for f in features}
    assert set(layers) == {MENTION, PART, LINK, CAPTION}
    relation = layers.pop(LINK)
    assert relation == {"Governor": PART, "Dependent": PART, "role": "uima.cas.String"}
    assert {held for features in layers.values() for held in features.values()} == {"uima.cas.String"}


def test_offsets_in_the_files_are_utf16_code_units(tmp_path: Path) -> None:
    root = ET.parse(written("cas", SMALL, tmp_path) / f"{SMALL.id}.xmi").getroot()  # noqa: S314  our own
    text = next(child.attrib["sofaString"] for child in root if child.tag.endswith("}Sofa"))
    raw = text.encode("utf-16-le")
    assert len(raw) // 2 == len(text) + 3, "three characters above U+FFFF"
    places = [child for child in root if child.tag.endswith("}NamedEntity")]
    read = [raw[2 * int(place.attrib["begin"]) : 2 * int(place.attrib["end"])].decode("utf-16-le") for place in places]
    assert read == [entity.text for entity in SMALL.entities]
    data = orjson.loads((GOLDEN / "cas-json" / f"{SMALL.id}.json").read_bytes())["%FEATURE_STRUCTURES"]
    named = [found for found in data if found["%TYPE"] == ENTITY]
    assert [raw[2 * f["begin"] : 2 * f["end"]].decode("utf-16-le") for f in named] == read


@given(article=articles())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_cassis_reads_what_inceptions_checks_accept(tmp_path_factory: pytest.TempPathFactory, article: Article) -> None:
    folder = written("cas", article, tmp_path_factory.mktemp("cas"))
    types = cassis.load_typesystem(folder / "TypeSystem.xml")
    cas = cassis.load_cas_from_xmi(folder / f"{article.id}.xmi", typesystem=types, lenient=False)
    sentences = cas.select(SENTENCE)
    assert [(found.id, found.get_covered_text()) for found in sentences] == [(b.id, b.text) for b in article.blocks]
    assert [found.get_covered_text() for found in sorted(cas.select(ENTITY), key=lambda found: found.xmiID)] == [
        entity.text for entity in article.entities
    ]
    for kind in (ENTITY, MENTION, PART, LINK, CAPTION):
        for found in cas.select(kind):
            # An annotation that begins or ends on white space, or in no sentence, fails INCEpTION's import.
            assert found.get_covered_text().strip() == found.get_covered_text() != ""
            assert sum(s.begin <= found.begin and found.end <= s.end for s in sentences) == 1
    for link in cas.select(LINK):
        assert (link.begin, link.end) == (link.Dependent.begin, link.Dependent.end)
        assert link.Governor.part == "content"


def _refusals(form: Format, pages: list[Page]) -> list[str]:
    """What is said of the pages that the format cannot say; the others are written."""
    return [str(piece) for piece in form.encode(pages) if isinstance(piece, RefusedError)]


def test_what_xml_cannot_hold_is_named(tmp_path: Path) -> None:
    blocks = (replace(SMALL.blocks[0], text="한빛\x01전자, 새 공장 문 연다"), *SMALL.blocks[1:])
    article = replace(SMALL, blocks=blocks, entities=SMALL.entities[1:])
    (told,) = _refusals(get("cas"), [page_of(article, "UTF-16 code units")])
    assert told.startswith("open-5ma11: XML cannot hold the character U+0001, after “한빛”; `cas-json`")
    clusters = (replace(SMALL.clusters[0], name="한빛\uffff"), *SMALL.clusters[1:])
    (told,) = _refusals(get("cas"), [page_of(replace(SMALL, clusters=clusters), "UTF-16 code units")])
    assert re.search("U\\+FFFF, after “.*한빛”", told)
    assert read_one("cas-json", written("cas-json", article, tmp_path)).article == article


@pytest.mark.parametrize("name", NAMES)
def test_an_id_names_a_file_and_no_other_place(name: str) -> None:
    form = get(name)
    page = page_of(SMALL, form.unit)
    told = _refusals(form, [page, page, page_of(replace(SMALL, id="../out"), form.unit)])
    assert [one.partition(";")[0].partition(",")[0] for one in told] == [
        "open-5ma11: another article has this id",
        "../out: no file can be named by this id",
    ]


def test_a_type_system_that_is_another_is_not_written_over(tmp_path: Path) -> None:
    form = get("cas")
    with exported(form, [SMALL]) as (made, _):
        place(form, made, tmp_path)
        (tmp_path / f"{SMALL.id}.xmi").unlink()
        place(form, made, tmp_path)
        (tmp_path / f"{SMALL.id}.xmi").unlink()
        (tmp_path / "TypeSystem.xml").write_text("<another/>")
        with pytest.raises(FormatError, match=r"TypeSystem\.xml is there already"):
            place(form, made, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["TypeSystem.xml"]


# What a person does in INCEpTION.


def test_what_was_not_touched_comes_back_as_it_was(tmp_path: Path) -> None:
    found = worked_on(tmp_path, lambda _: None)
    assert found.article == SMALL
    assert not found.notes


def test_inceptions_own_annotations_are_passed_over(tmp_path: Path) -> None:
    def work(cas: Cassis) -> None:
        cas.typesystem.create_type(TOKEN)
        cas.typesystem.create_type("de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata")
        add(cas, TOKEN, *at("한빛전자"))
        add(cas, "de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata", 0, 0)
        add(cas, FIELD, 0, 0, key="source", value="another tool")
        (document,) = cas.select(f"{TOP}.metadata.type.DocumentMetaData")
        document.documentId = "annotator1"  # as INCEpTION does

    folder = written("cas", SMALL, tmp_path)
    cas = opened(folder)
    work(cas)
    cas.typesystem.to_xml(folder / "TypeSystem.xml")
    cas.to_xmi(folder / f"{SMALL.id}.xmi")
    found = read_one("cas", folder)
    assert found.article == SMALL
    assert not found.notes


def test_a_new_entity_gets_an_id_and_a_mention_by_name_a_cluster(tmp_path: Path) -> None:
    def work(cas: Cassis) -> None:
        add(cas, ENTITY, *at("은채령"), value="PS_NAME")
        add(cas, MENTION, *at("은채령"), cluster="은채령")
        add(cas, ENTITY, *at("가온"), value="LCP_CITY")
        add(cas, ENTITY, *at("다온통신"), value="신문사")
        add(cas, ENTITY, *at("공장. "), value="AF_BUILDING")

    found = worked_on(tmp_path, work)
    by_text = {entity.text: entity for entity in found.article.entities}
    assert found.article.entities[:4] == SMALL.entities
    assert by_text["가온"].label == "LCP_CITY"
    assert by_text["공장."].label == "AF_BUILDING"
    cluster = next(cluster for cluster in found.article.clusters if cluster.name == "은채령")
    assert by_text["은채령"].cluster == cluster.id
    assert cluster.label == "PS_NAME"
    assert notes(found) == [
        "dropped: entity 신문사: '신문사' is none of the labels",
        "snapped: entity AF_BUILDING: white space at the edge of “공장. ” left out",
    ]


def test_a_changed_value_keeps_the_id(tmp_path: Path) -> None:
    def work(cas: Cassis) -> None:
        next(found for found in cas.select(ENTITY) if found.identifier == "e-0003").value = "CV_OCCUPATION"
        next(found for found in cas.select(MENTION) if found.entity == "e-0004").value = "2024-03-06"

    found = worked_on(tmp_path, work)
    assert found.article.entities[2] == replace(SMALL.entities[2], label="CV_OCCUPATION")
    assert found.article.entities[3] == replace(SMALL.entities[3], value="2024-03-06")
    assert not found.notes


def test_a_moved_entity_keeps_its_mention_and_a_deleted_one_leaves_it(tmp_path: Path) -> None:
    def work(cas: Cassis) -> None:
        moved, deleted = (
            next(found for found in cas.select(ENTITY) if found.identifier == name) for name in ("e-0002", "e-0004")
        )
        cas.remove(moved)
        moved.begin, moved.end = at("가람")
        cas.add(moved)
        cas.remove(deleted)

    found = worked_on(tmp_path, work)
    assert [entity.id for entity in found.article.entities] == ["e-0001", "e-0003", "e-0002"]
    moved = found.article.entities[2]
    assert (moved.text, moved.cluster) == ("가람", "c-0002")
    assert notes(found) == [
        f"dropped: Mention at {at('5일')[0]}:{at('5일')[1]}: no named entity stands there; left out"
    ]


def test_two_mentions_of_one_entity_are_told(tmp_path: Path) -> None:
    found = worked_on(tmp_path, lambda cas: add(cas, MENTION, *at("5일"), value="2024-03-07"))
    assert found.article == SMALL
    assert notes(found) == [
        f"dropped: Mention at {at('5일')[0]}:{at('5일')[1]}: its named entity has another; left out"
    ]


def test_a_new_quote_a_new_caption_part_and_parts_that_belong_nowhere(tmp_path: Path) -> None:
    def work(cas: Cassis) -> None:
        content = add(cas, PART, *at("새 공장 문 연다"), part="content", speaker="한빛전자")
        source = add(cas, PART, *at("한빛전자"), part="source")
        add(cas, LINK, source.begin, source.end, Governor=source, Dependent=content)  # drawn the other way round
        add(cas, PART, *at("5일"), part="cue")
        add(cas, PART, *at("깊지"), part="sorce")
        add(cas, LINK, source.begin, source.end, Governor=source)
        add(cas, CAPTION, *at("한빛전자 새 공장."), field="description")
        add(cas, CAPTION, *at("기자"))

    found = worked_on(tmp_path, work)
    new, old = found.article.quotes
    assert old == SMALL.quotes[0]
    assert (new.speaker, new.source_status, new.type) == ("c-0001", "explicit", "indirect")
    assert new.source
    assert new.source.text == "한빛전자"
    assert [text for text in notes(found) if "깊지" not in text] == [
        "dropped: relation : it does not tie two parts of a quote",
        f"dropped: Quote_cue at {at('5일')[0]}:{at('5일')[1]}: no relation ties it to a Quote_content",
        "dropped: entity Quote_sorce: 'Quote_sorce' is none of the labels",
        "dropped: caption field None: it is none of location, source, creator, creator_role, description, credit_line, date_created, rights",
    ]
    assert found.article.captions[0].description
    assert found.article.captions[0].description.text == "한빛전자 새 공장."


# What comes from elsewhere, and what is no CAS.


def test_a_foreign_document_with_named_entities_only(tmp_path: Path) -> None:
    types = cassis.TypeSystem()
    types.create_type(ENTITY)
    for feature in ("value", "identifier"):
        types.create_feature(ENTITY, feature, "uima.cas.String")
    cas = cassis.Cas(typesystem=types, sofa_string="김가람 대표는\r\n5일 가온에 갔다.")
    add(cas, ENTITY, 0, 3, value="PS_NAME", identifier="http://www.wikidata.org/entity/Q42")
    add(cas, ENTITY, 12, 14, value="LOC")
    add(cas, ENTITY, 9, 11)
    types.to_xml(tmp_path / "TypeSystem.xml")
    (tmp_path / "annotation").mkdir()
    cas.to_xmi(tmp_path / "annotation/admin.xmi")
    found = read_one("cas", tmp_path)
    assert [(block.type, block.text) for block in found.article.blocks] == [
        ("paragraph", "김가람 대표는"),
        ("paragraph", "5일 가온에 갔다."),
    ]
    assert [(entity.label, entity.text) for entity in found.article.entities] == [("PS_NAME", "김가람")]
    assert [note.message for note in found.notes] == [
        "entity LOC: 'LOC' is none of the labels",
        "entity NamedEntity: 'NamedEntity' is none of the labels",
    ]
    (json := tmp_path / "json").mkdir()
    cas.to_json(json / "admin.json")
    assert read_one("cas-json", json).article == found.article


def _edited(tmp_path: Path, name: str, before: str, after: str) -> Path:
    """The golden folder with something put for something else in its one document."""
    folder = written(name, SMALL, tmp_path)
    path = folder / f"{SMALL.id}{get(name).suffix}"
    raw = path.read_text(encoding="utf-8")
    assert before in raw
    path.write_text(raw.replace(before, after, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("<?xml", "no xml", "not a UIMA CAS as cas has it, or a broken one: Start tag expected"),
        ("</xmi:XMI>", "", "not a UIMA CAS as cas has it, or a broken one: "),
        ("malmoi:Mention", "malmoi:Menshun", "or a broken one: Type with name [org.malmoi.Menshun] not found"),
        ('cluster="', 'kluster="', "or a broken one: "),
        ('sofa="1"', 'sofa="77"', "or a broken one: it names 77, which is not there"),
        ('Governor="', 'Governor="9', "or a broken one: it names 9"),
        ('begin="33"', 'begin="9999"', "an offset that the text, in UTF-16 code units, does not have: "),
        ('begin="33"', 'begin="-1"', "an offset that the text, in UTF-16 code units, does not have: "),
        ('begin="0" end="18"', 'begin="1" end="18"', "does not have: Not mapping external offset [1]"),
        ('begin="33"', 'begin="eins"', "or a broken one: invalid literal for int()"),
        ("<cas:Sofa", "<!-- --><cas:Nofa", "or a broken one: "),
        ("{&quot;schema_version", "[&quot;schema_version", "the field malmoi.article or malmoi.clusters is not as it"),
        (
            "[{&quot;id&quot;:&quot;c-",
            "[{&quot;di&quot;:&quot;c-",
            "the field malmoi.article or malmoi.clusters is not",
        ),
        ("&quot;type&quot;:&quot;headline&quot;", "&quot;type&quot;:&quot;song&quot;", "not an article: "),
    ],
)
def test_broken_xmi_is_refused_and_named(tmp_path: Path, before: str, after: str, says: str) -> None:
    said = refused("cas", _edited(tmp_path, "cas", before, after))
    assert said.startswith(f"{tmp_path / SMALL.id}.xmi: ")
    assert says in said


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("{", "<", "not a UIMA CAS as cas-json has it, or a broken one: "),
        ('"%TYPES"', '"%TIPES"', "or a broken one: it names '%TYPES', which is not there"),
        (
            '"%TYPE": "org.malmoi.Mention"',
            '"%TYPE": "org.malmoi.Menshun"',
            "Type with name [org.malmoi.Menshun] not found",
        ),
        ('"begin": 33', '"begin": 9999', "does not have: Not mapping external offset [9999]"),
        ('"begin": 33', '"begin": "33"', "or a broken one: "),
        ('"sofaString"', '"softString"', "no text in it: its first view has no sofa string"),
        ('"%VIEWS"', '"%WIEVS"', "or a broken one: "),
    ],
)
def test_broken_json_is_refused_and_named(tmp_path: Path, before: str, after: str, says: str) -> None:
    said = refused("cas-json", _edited(tmp_path, "cas-json", before, after))
    assert said.startswith(f"{tmp_path / SMALL.id}.json: ")
    assert says in said


def test_a_document_without_its_types_or_without_ours(tmp_path: Path) -> None:
    folder = written("cas", SMALL, tmp_path)
    (folder / "TypeSystem.xml").write_text("<nothing")
    assert "or a broken one" in refused("cas", folder)
    (folder / "TypeSystem.xml").unlink()
    assert refused("cas", folder).endswith(
        "no TypeSystem.xml beside it; the tool that made the file exports one with it"
    )
    cas = cassis.Cas(sofa_string="가나다")
    cas.typesystem.to_xml(folder / "TypeSystem.xml")
    cas.to_xmi(folder / f"{SMALL.id}.xmi")
    assert f"its type system has neither {ENTITY} nor a type of org.malmoi" in refused("cas", folder)
    (empty := folder / "empty").mkdir()
    with pytest.raises(FormatError, match=r"empty: no \.xmi file is in this folder"):
        list(imported(get("cas"), empty))


def test_one_broken_document_leaves_the_others(tmp_path: Path) -> None:
    folder = written("cas", SMALL, tmp_path)
    (folder / "a.xmi").write_bytes(b"\xff\xfe")
    broken, good = imported(get("cas"), folder)
    assert isinstance(broken, FormatError)
    assert not isinstance(good, FormatError)
    assert good.article == SMALL
    assert read_one("cas", folder / f"{SMALL.id}.xmi").article == SMALL, "a single file"


def test_a_missing_library_is_named_with_its_extra(tmp_path: Path) -> None:
    store.dump(SMALL, tmp_path / "a.json")
    command = "import sys; sys.modules['cassis'] = None; from malmoi.commands import main; sys.exit(main())"
    arguments = ["export", "--format", "cas", str(tmp_path / "a.json"), "-o", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, "-c", command, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "malmoi: cassis is not installed; pip install 'malmoi[cas]'\n")
