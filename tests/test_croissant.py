"""croissant.json: mlcroissant finds nothing wrong with it, and reads every value back as the Parquet files have it.

`mlcroissant validate` says yes to a wrong hash, a missing file and a column that is not there, so all of that is
compared here; and the comparison is proved to see each of them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import List
from sample_corpus import annotated, wiki, write
from sample_dataset import CHANGELOG, build_dataset

with warnings.catch_warnings():
    # The libraries under mlcroissant (rdflib, its JSON-LD reader) use what they themselves have deprecated.
    warnings.simplefilter("ignore")
    import mlcroissant

from malmoi.build.about import AboutError, about
from malmoi.build.builder import build
from malmoi.build.features import KINDS, features, names
from malmoi.build.texts import Texts
from malmoi.changelog import release_day
from malmoi.model import Annotation
from malmoi.splits import SPLITS
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# mlcroissant 1.1.1 calls what rdflib and pandas have deprecated since.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index"),
]

ROOT = Path(__file__).parents[1]
Record = dict[str, Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of every layer, of both tiers, in all splits."""
    return build_dataset(tmp_path_factory.mktemp("croissant"))


@pytest.fixture
def dist(built: Path, tmp_path: Path) -> Path:
    """A copy of the build, to change."""
    return Path(shutil.copytree(built, tmp_path / "dist"))


def document(dist: Path) -> Record:
    loaded: Record = json.loads((dist / "croissant.json").read_bytes())
    return loaded


def change(dist: Path, how: Callable[[Record], object]) -> None:
    changed = document(dist)
    how(changed)
    (dist / "croissant.json").write_text(json.dumps(changed), encoding="utf-8")


def text(value: object) -> object:
    """What mlcroissant gives back, with its bytes as text."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {key: text(inner) for key, inner in value.items()}
    return [text(inner) for inner in value] if isinstance(value, list) else value


def flat(name: str, struct: Record | None, declared: Record, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The values of a struct as a record has them: those of structs inside under joined names, without lists."""
    for key, feature in declared.items():
        inner = None if struct is None else struct[key]
        if isinstance(feature, dict):
            yield from flat(name, inner, feature, (*path, key))
        elif not isinstance(feature, List):
            yield f"{name}/{'_'.join((*path, key))}", inner


def expected(config: str, split: str, row: Record) -> Record:
    """A row of a Parquet file as a record should be."""
    record: Record = {f"{config}/split": split}
    for column, feature in features()[config].items():
        name, value = f"{config}/{column}", row[column]
        if isinstance(feature, dict):
            record[name] = dict(flat(name, value, feature))
        elif isinstance(feature, List) and isinstance(feature.feature, dict):
            record[name] = [dict(flat(name, one, feature.feature)) for one in value]
        else:
            record[name] = value
    return record


Rows = dict[str, list[Record]]


def rows(dist: Path) -> Rows:
    """Every record that there should be, in the order of the files."""
    return {
        config: [
            expected(config, path.stem, row)
            for path in sorted((dist / config).glob("*.parquet"))
            for row in pq.read_table(path).to_pylist()
        ]
        for config in features()
    }


def differences(dist: Path, should_be: Rows) -> list[str]:
    """How croissant.json, read by mlcroissant, differs from the rows and from the files."""
    found = []
    for node in document(dist)["distribution"]:
        if node["@type"] == "cr:FileObject":
            raw = (dist / node["contentUrl"]).read_bytes()
            if (node["sha256"], node["contentSize"]) != (hashlib.sha256(raw).hexdigest(), f"{len(raw)} B"):
                found.append(f"{node['contentUrl']}: hash or size")
    listed = {node["contentUrl"] for node in document(dist)["distribution"] if "contentUrl" in node}
    there = {path.relative_to(dist).as_posix() for path in dist.rglob("*.parquet")}
    found += [f"{name}: not in both" for name in listed ^ there]
    dataset = mlcroissant.Dataset(str(dist / "croissant.json"))
    for config, wanted in should_be.items():
        try:
            records = [text(record) for record in dataset.records(config)]
        except mlcroissant.GenerationError as error:
            found.append(f"{config}: {error.__cause__}")
            continue
        if len(records) != len(wanted):
            found.append(f"{config}: {len(records)} records, {len(wanted)} rows")
        found += [
            f"{config}: {key}"
            for record, row in zip(records, wanted, strict=False)
            for key in row.keys() | record.keys()  # type: ignore[attr-defined]  # a record is a dict
            if key not in record or key not in row or record[key] != row[key]  # type: ignore[index, operator]  # as above
        ]
    return found


def test_every_value_of_every_record_reads_back(built: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert differences(built, rows(built)) == []
    assert caplog.messages == []
    assert {config: len(found) for config, found in rows(built).items()} == {
        "default": 3,
        "ner": 11,
        "quotes": 2,
        "captions": 2,
    }


def test_mlcroissant_has_no_errors_and_no_warnings(built: Path) -> None:
    issues = mlcroissant.Dataset(str(built / "croissant.json")).metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())


def test_the_sample_has_what_is_hard_to_read_back(built: Path) -> None:
    found = rows(built)
    assert any(record["default/origin"]["default/origin/key"] is None for record in found["default"])
    assert any(record["quotes/speaker_label"] is None for record in found["quotes"])
    assert any(record["quotes/cue"]["quotes/cue/text"] is None for record in found["quotes"])
    assert any(record["quotes/markers"] == [] for record in found["quotes"])
    assert any(len(record["quotes/content"]) > 1 for record in found["quotes"])
    assert any(record["ner/entities"] == [] for record in found["ner"])
    [whole] = [record for record in found["default"] if record["default/id"] == "open-bridge"]
    assert [quote["default/quotes/cue_text"] for quote in whole["default/quotes"]] == ["말했다", None]
    assert {caption["default/captions/rights_text"] for caption in whole["default/captions"]} == {None}


def test_what_does_not_read_back_is_left_out_and_named(built: Path) -> None:
    told = {
        field["@id"]: field["description"]
        for record_set in document(built)["recordSet"]
        for field in record_set["field"]
        if "lists inside a list" in field.get("description", "")
    }
    assert told.keys() == {"default/quotes", "default/captions"}
    assert told["default/quotes"].startswith("Without content, markers:")
    assert told["default/captions"].startswith("Without creator, creator_role:")


def break_value(dist: Path) -> None:
    path = dist / "ner" / "train.parquet"
    table = pq.read_table(path)
    texts = table["text"].to_pylist()
    column = pa.chunked_array([["다른 글", *texts[1:]]], table.schema.field("text").type)
    pq.write_table(table.set_column(table.schema.get_field_index("text"), "text", column), path)


def field(document: Record, name: str) -> Record:
    """A field of a record set, at any depth."""
    found: Record = next(
        field
        for record_set in document["recordSet"]
        for top in record_set["field"]
        for field in (top, *top.get("subField", ()))
        if field["@id"] == name
    )
    return found


BREAKS: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a value in a file": (break_value, {"ner/train.parquet: hash or size", "ner: ner/text"}),
    "a wrong hash": (
        lambda dist: change(dist, lambda found: found["distribution"][0].update(sha256="0" * 64)),
        {"default/train.parquet: hash or size"},
    ),
    "a bogus column": (
        lambda dist: change(dist, lambda found: field(found, "ner/text")["source"]["extract"].update(column="body")),
        {"ner: *"},
    ),
    "another column": (
        lambda dist: change(dist, lambda found: field(found, "ner/text")["source"]["extract"].update(column="id")),
        {"ner: ner/text"},
    ),
    "a bogus path": (
        lambda dist: change(
            dist, lambda found: field(found, "quotes/cue/text")["source"]["transform"].update(jsonPath="word")
        ),
        {"quotes: quotes/cue"},
    ),
    "a file less": (
        lambda dist: change(dist, lambda found: found["distribution"].pop(0)),
        {"default/train.parquet: not in both"},
    ),
    "a split less": (
        lambda dist: change(
            dist,
            lambda found: next(node["includes"].pop() for node in found["distribution"] if node["@id"] == "ner-files"),
        ),
        {"ner: *"},
    ),
}


@pytest.mark.parametrize(("how", "seen"), BREAKS.values(), ids=BREAKS)
def test_the_comparison_sees_what_is_wrong(dist: Path, how: Callable[[Path], object], seen: set[str]) -> None:
    should_be = rows(dist)
    how(dist)
    found = {name if name in seen else f"{name.partition(':')[0]}: *" for name in differences(dist, should_be)}
    assert found == seen


def test_the_integers_of_classes_have_their_names(built: Path) -> None:
    dataset = mlcroissant.Dataset(str(built / "croissant.json"))
    for kind in KINDS:
        named = {record[f"{kind}/code"]: text(record[f"{kind}/name"]) for record in dataset.records(kind)}
        assert named == dict(enumerate(names(kind)))
    assert [text(record["split/name"]) for record in dataset.records("split")] == list(SPLITS)
    found = document(built)
    for name, kind in {
        "ner/entities/label": "label",
        "default/clusters/class": "class",
        "quotes/type": "quote_type",
        "default/quotes/mode": "mode",
        "quotes/source_status": "source_status",
        "quotes/speaker_label": "label",
    }.items():
        assert field(found, name)["references"] == {"field": {"@id": f"{kind}/code"}}


def test_what_is_said_of_the_whole(built: Path) -> None:
    found = document(built)
    assert found["conformsTo"] == ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
    assert found["version"] == "0.1.0"
    assert found["datePublished"] == "2026-11-22"
    assert [creator["name"] for creator in found["creator"]] == ["The Malmoi maintainers", "채령 은"]
    assert found["citeAs"] == (
        "@misc{malmoi, title = {{Malmoi: a sample}}, author = {{The Malmoi maintainers} and {채령 은}}, year = {2026}, "
        "version = {0.1.0}, url = {https://example.org/malmoi}}"
    )
    assert (found["url"], found["keywords"]) == ("https://example.org/malmoi", ["Korean", "news"])
    assert found["license"] == [
        "https://creativecommons.org/licenses/by/2.5/",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert (found["inLanguage"], found["isLiveDataset"]) == (["ko"], False)


def test_responsible_ai_is_counted_from_what_was_built(built: Path) -> None:
    found = document(built)
    assert "2 of the open tier, 1 of the wikinews tier" in found["rai:dataCollection"]
    assert "2 articles of the open tier are the work of a language model." in found["rai:dataCollection"]
    assert "adjudication (1 article), first (2 articles), second (1 article)." in found["rai:dataAnnotationProtocol"][0]
    assert found["rai:annotationsPerItem"].startswith("1 of 3 articles were annotated twice")
    assert "0 of the 1 of the test split" in found["rai:annotationsPerItem"]
    assert "No person has annotated" in found["rai:annotatorDemographics"]
    assert found["rai:machineAnnotationTools"].startswith(
        "reader adjudication (adjudication, guidelines 1.0); reader f"
    )
    assert "not at hand" not in found["rai:dataCollectionMissingData"]
    assert "{" not in json.dumps([value for key, value in found.items() if key.startswith("rai:")])
    # A reader knows each of them; a key it does not know would be dropped.
    metadata = mlcroissant.Dataset(str(built / "croissant.json")).metadata
    read = metadata.to_json()
    assert {key for key in found if key.startswith("rai:")} <= read.keys()


def test_people_are_counted_and_missing_texts_told(tmp_path: Path) -> None:
    by = Annotation(layers=("entities",), by="human", agent="a reader", role="first", guidelines="1.0")
    article = annotated()
    article = msgspec.structs.replace(
        article, provenance=msgspec.structs.replace(article.provenance, annotations=(by,))
    )
    corpus = write(tmp_path / "corpus", {article: "train", withhold(wiki()): "test"})
    build(corpus, tmp_path / "dist", Texts(None, why="no copy in this test"))
    found = document(tmp_path / "dist")
    assert found["rai:annotatorDemographics"].startswith("Passes over an article made by people: 1; by machines: 0.")
    assert found["rai:machineAnnotationTools"] == "None is recorded."
    assert found["rai:dataCollectionMissingData"].startswith("The text of 1 article was not at hand")
    # Nobody has said how to cite it: nothing is made up.
    assert not {"citeAs", "creator", "datePublished", "url", "keywords"} & found.keys()


def test_a_build_follows_what_it_is_cited_by(built: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(built.parent, home)
    no_copy = Texts(None)
    first = build(home / "corpus", home / "dist", no_copy)
    assert not first.fresh
    changelog = home / "CHANGELOG.md"
    changelog.write_text(CHANGELOG.replace("## Code", "## Code\n\nMore."), encoding="utf-8")
    assert not build(home / "corpus", home / "dist", no_copy).fresh
    changelog.write_text(CHANGELOG.replace("2026-11-22", "2026-11-23"), encoding="utf-8")
    assert build(home / "corpus", home / "dist", Texts(lambda _: wiki(), "a copy")).fresh
    assert document(home / "dist")["datePublished"] == "2026-11-23"


def test_the_repository_says_how_it_is_cited() -> None:
    version = (ROOT / "corpus" / "VERSION").read_text(encoding="utf-8").strip()
    said = about(ROOT, version)
    assert said.title
    assert said.authors
    assert said.published == release_day(ROOT / "CHANGELOG.md", version)
    assert said.published


@pytest.mark.parametrize("written", ["[1, 2]", "a: [", "- x"])
def test_a_citation_that_cannot_be_read(tmp_path: Path, written: str) -> None:
    (tmp_path / "CITATION.cff").write_text(written, encoding="utf-8")
    with pytest.raises(AboutError, match=r"CITATION\.cff: (not YAML|expected a YAML mapping)"):
        about(tmp_path, "0.1.0")
