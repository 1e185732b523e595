"""Ways to break a copy of a built dataset, and the rule that each of them breaks.

A folder with Parquet files is no fixture to read in a diff, so each case is a function.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from malmoi.build import parquet
from malmoi.build.features import features

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Data = dict[str, Any]


def seal(dist: Path, *, croissant: bool = True) -> None:
    """Bring the hashes back in step with the files, so that only what was broken is reported."""
    path = dist / "croissant.json"
    if croissant and path.is_file() and path.read_bytes().startswith(b"{\n"):
        document = json.loads(path.read_bytes())
        for node in document["distribution"]:
            if "contentUrl" in node and (dist / node["contentUrl"]).is_file():
                node["sha256"] = hashlib.sha256((dist / node["contentUrl"]).read_bytes()).hexdigest()
        path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    sums = dist / "SHA256SUMS"
    if sums.is_file():
        names = sorted(
            path.relative_to(dist).as_posix()
            for path in dist.rglob("*")
            if path.is_file() and path != sums and path.name != ".stamp"
        )
        lines = (f"{hashlib.sha256((dist / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
        sums.write_text("".join(lines), encoding="utf-8")


def write(name: str, raw: bytes) -> Callable[[Path], object]:
    return lambda dist: (dist / name).write_bytes(raw)


def delete(name: str) -> Callable[[Path], object]:
    return lambda dist: (dist / name).unlink()


def replace(name: str, old: str, new: str) -> Callable[[Path], object]:
    """Replace the first of a text in a file; it must be there."""

    def run(dist: Path) -> None:
        text = (dist / name).read_text(encoding="utf-8")
        assert old in text
        (dist / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return run


def card(how: Callable[[Data], object]) -> Callable[[Path], object]:
    """Change the front matter of the card."""

    def run(dist: Path) -> None:
        path = dist / "README.md"
        _, front, prose = path.read_text(encoding="utf-8").split("---\n", 2)
        data = yaml.safe_load(front)
        how(data)
        path.write_text(
            f"---\n{yaml.safe_dump(data, allow_unicode=True, sort_keys=False)}---\n{prose}", encoding="utf-8"
        )

    return run


def croissant(how: Callable[[Data], object]) -> Callable[[Path], object]:
    def run(dist: Path) -> None:
        path = dist / "croissant.json"
        document = json.loads(path.read_bytes())
        how(document)
        path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))

    return run


def rows(name: str, how: Callable[[list[Data]], object]) -> Callable[[Path], object]:
    """Change the rows of a table."""

    def run(dist: Path) -> None:
        found = pq.read_table(dist / name).to_pylist()
        how(found)
        columns = features()[name.partition("/")[0]]
        parquet.write(parquet.table(found, columns), dist / name)

    return run


def copied_table(dist: Path) -> None:
    shutil.copy(dist / "ner" / "train.parquet", dist / "ner" / "more.parquet")
    listed = {"@type": "cr:FileObject", "@id": "ner/more.parquet", "contentUrl": "ner/more.parquet"}
    croissant(lambda found: found["distribution"].append(listed))(dist)


def without_metadata(dist: Path) -> None:
    path = dist / "ner" / "train.parquet"
    pq.write_table(pq.read_table(path).replace_schema_metadata(), path)


def info(data: Data, config: str) -> Data:
    found: Data = next(one for one in data["dataset_info"] if one["config_name"] == config)
    return found


def label_names(data: Data) -> dict[str, str]:
    """The names of the labels of entities in the config ner."""
    entities = next(column for column in info(data, "ner")["features"] if column["name"] == "entities")
    label = next(field for field in entities["list"] if field["name"] == "label")
    names: dict[str, str] = label["dtype"]["class_label"]["names"]
    return names


def swapped(data: Data) -> None:
    names = label_names(data)
    names["0"], names["1"] = names["1"], names["0"]


def attribution(how: Callable[[list[str]], object]) -> Callable[[Path], object]:
    """Change the lines of the attribution."""

    def run(dist: Path) -> None:
        path = dist / "ATTRIBUTION.tsv"
        lines = path.read_text(encoding="utf-8").splitlines()
        how(lines)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    return run


def table(name: str, how: Callable[[pa.Table], pa.Table]) -> Callable[[Path], object]:
    """Change a table, metadata and all."""
    return lambda dist: pq.write_table(how(pq.read_table(dist / name)), dist / name)


def metadata(text: str) -> Callable[[pa.Table], pa.Table]:
    return lambda found: found.replace_schema_metadata({"huggingface": text})


def numbers_for_texts(dist: Path) -> None:
    def change(found: pa.Table) -> pa.Table:
        return found.set_column(found.column_names.index("text"), "text", pa.array([1] * found.num_rows))

    table("ner/train.parquet", change)(dist)


def empty_split(dist: Path) -> None:
    rows("captions/train.parquet", list.clear)(dist)
    card(lambda data: info(data, "captions")["splits"][0].update(num_examples=0))(dist)


def shift(span: Data, *keys: str) -> None:
    span.update({key: span[key] + 1 for key in keys})


def source(document: Data) -> Data:
    """Where the first column of the last record set is said to come from."""
    found: Data = document["recordSet"][-1]["field"][1]["source"]["extract"]
    return found


def split_size(data: Data) -> Data:
    found: Data = info(data, "ner")["splits"][0]
    return found


BREAKS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "no card": ("MM601", delete("README.md")),
    "no front matter": ("MM601", write("README.md", b"# Malmoi\n")),
    "front matter without end": ("MM601", write("README.md", b"---\nlicense: mit\n")),
    "front matter that is no YAML": ("MM601", replace("README.md", "license:\n", "license: [\n")),
    "front matter that is a list": ("MM601", write("README.md", b"---\n- configs\n---\n")),
    "front matter with no such day": ("MM601", replace("README.md", "license:\n", "day: 2026-99-99\nlicense:\n")),
    "license in capitals": ("MM602", replace("README.md", "- cc-by-4.0", "- CC-BY-4.0")),
    "license that is a number": ("MM602", card(lambda data: data.update(license=4.0))),
    "license that is a list in a list": ("MM602", card(lambda data: data.update(license=[["mit"]]))),
    "no license": ("MM602", card(lambda data: data.pop("license"))),
    "license other": (
        "MM603 MM638",
        card(lambda data: data["license"].append("other") or data.update(license_name="kogl-1")),
    ),
    "language of nobody": ("MM604", card(lambda data: data.update(language=["korean"]))),
    "language that YAML takes for false": ("MM604", replace("README.md", "- ko\n", "- no\n")),
    "no language": ("MM604", card(lambda data: data.pop("language"))),
    "task of our own": ("MM605", replace("README.md", "- coreference-resolution", "- quotation-attribution")),
    "task category": ("MM605", replace("README.md", "- token-classification", "- span-labelling")),
    "number of languages": ("MM605", replace("README.md", "- monolingual", "- korean")),
    "size of its own": ("MM605", replace("README.md", "- n<1K", "- small")),
    "annotators": ("MM605", replace("README.md", "- machine-generated", "- model")),
    "writers": ("MM605", card(lambda data: data.update(language_creators="no-annotation"))),
    "size of another": ("MM606", replace("README.md", "- n<1K", "- 1K<n<10K")),
    "path of no file": (
        "MM610",
        card(lambda data: data["configs"][1]["data_files"].append({"split": "train", "path": "ner/more-*.parquet"})),
    ),
    "table that nobody lists": ("MM611", copied_table),
    "empty table": ("MM612", write("ner/train.parquet", b"")),
    "damaged table": ("MM612", write("quotes/train.parquet", b"PAR1" + bytes(99) + b"PAR1")),
    "config without info": ("MM613", card(lambda data: data["dataset_info"].pop(2))),
    "info without config": (
        "MM613",
        card(lambda data: data["dataset_info"].append({"config_name": "more"})),
    ),
    "two names of labels swapped": ("MM614", card(swapped)),
    "column less in the card": ("MM614", card(lambda data: info(data, "quotes")["features"].pop())),
    "features that are none": ("MM614", card(lambda data: info(data, "quotes").update(features="text"))),
    "features of no type": ("MM614", card(lambda data: info(data, "quotes").update(features=[{"name": "id"}, 3]))),
    "table without metadata": ("MM614", without_metadata),
    "row less": ("MM615", rows("ner/train.parquet", list.pop)),
    "row more in the card": ("MM615", card(lambda data: split_size(data).update(num_examples=99))),
    "no bytes": ("MM615", card(lambda data: split_size(data).pop("num_bytes"))),
    "split that is not there": (
        "MM615",
        card(lambda data: info(data, "ner")["splits"].append({"name": "dev", "num_bytes": 1})),
    ),
    "split without its size": ("MM615", card(lambda data: info(data, "ner")["splits"].pop())),
    "sizes that are none": ("MM615", card(lambda data: info(data, "ner").update(splits=3))),
    "label of nothing": (
        "MM620",
        rows("ner/train.parquet", lambda found: found[0]["entities"][0].update(label=150)),
    ),
    "type of nothing": ("MM620", rows("quotes/train.parquet", lambda found: found[1].update(type=-1))),
    "label of nothing, two lists deep": (
        "MM620",
        rows("default/train.parquet", lambda found: found[0]["clusters"][1].update({"class": 15})),
    ),
    "offset one off": (
        "MM621",
        rows("ner/train.parquet", lambda found: found[2]["entities"][0].update(start=1)),
    ),
    "offset of a part": ("MM621", rows("quotes/train.parquet", lambda found: found[0]["cue"].update(end=99))),
    "offset below nothing": (
        "MM621",
        rows("quotes/train.parquet", lambda found: found[0]["content"][1].update(start=-4)),
    ),
    "no offset": ("MM621", rows("captions/train.parquet", lambda found: found[0]["creator"][0].update(start=None))),
    "offset in the article, two lists deep": (
        "MM621 MM622",
        rows("default/train.parquet", lambda found: found[0]["quotes"][0]["content"][1].update(doc_end=3)),
    ),
    "text of the row changed": (
        "MM621 MM625",
        rows("captions/train.parquet", lambda found: found[0].update(text="[" + found[0]["text"])),
    ),
    "no datasheet": ("MM630", delete("DATASHEET.md")),
    "no sums": ("MM630", delete("SHA256SUMS")),
    "no croissant": ("MM630", delete("croissant.json")),
    "no attribution": ("MM630", delete("ATTRIBUTION.tsv")),
    "file changed": ("MM631", write("DATASHEET.md", b"# More\n")),
    "file lost": ("MM631", replace("SHA256SUMS", "  ATTRIBUTION.tsv\n", f"  ATTRIBUTION.tsv\n{'0' * 64}  LICENSE\n")),
    "line that is no sum": ("MM631", replace("SHA256SUMS", "  ATTRIBUTION.tsv\n", "  ATTRIBUTION.tsv\n\n")),
    "file more": ("MM632", write("notes.txt", b"notes")),
    "croissant cut off": ("MM633", write("croissant.json", b'{"@type":')),
    "croissant that is a list": ("MM633", write("croissant.json", b"[]")),
    "hash of another file": ("MM634", croissant(lambda found: found["distribution"][0].update(sha256="0" * 64))),
    "file of croissant alone": (
        "MM634",
        croissant(lambda found: found["distribution"].append({"contentUrl": "ner/more.parquet"})),
    ),
    "file that croissant lacks": ("MM634", croissant(lambda found: found["distribution"].pop(0))),
    "no distribution": ("MM634", croissant(lambda found: found.update(distribution=3))),
    "record set less": ("MM635", croissant(lambda found: found["recordSet"].pop())),
    "article without credit": ("MM636", attribution(lambda lines: lines.pop())),
    "credit of no article": ("MM637", attribution(lambda lines: lines.append(lines[1].replace("open-", "open-z")))),
    "credit cut to the id": ("MM637", attribution(lambda lines: lines.append(lines.pop().partition("\t")[0]))),
    "credit in another split": (
        "MM637",
        attribution(lambda lines: lines.append(lines.pop().replace("\ttest", "\ttrain"))),
    ),
    "credit without its columns": ("MM637", attribution(lambda lines: lines.insert(0, lines.pop(0)[3:]))),
    "anchors and aliases": ("MM601", replace("README.md", "license:\n", "zz: &a [x]\nyy: [*a, *a]\nlicense:\n")),
    "values too deep": ("MM601", replace("README.md", "license:\n", f"zz: {'[' * 99}{']' * 99}\nlicense:\n")),
    "byte order mark": ("MM601", replace("README.md", "---\n", "\ufeff---\n")),
    "key twice": ("MM607", replace("README.md", "license:\n", "license: mit\nlicense:\n")),
    "key twice in a split": ("MM607", replace("README.md", "    num_bytes", "    num_bytes: 1\n    num_bytes")),
    "no name": ("MM608", card(lambda data: data.pop("pretty_name"))),
    "no size": ("MM608", card(lambda data: data.pop("size_categories"))),
    "no task": ("MM608", card(lambda data: data.pop("task_categories"))),
    "task of another category": ("MM609", replace("README.md", "- token-classification", "- text-classification")),
    "config that is a word": ("MM610", card(lambda data: data["configs"].append("foo"))),
    "table without texts": ("MM614", table("ner/train.parquet", lambda found: found.drop_columns(["text"]))),
    "texts that are numbers": ("MM614", numbers_for_texts),
    "metadata that is no JSON": ("MM612", table("ner/train.parquet", metadata("{"))),
    "metadata of no type": (
        "MM612",
        table("ner/train.parquet", metadata('{"info":{"features":{"id":{"dtype":"foo","_type":"Bar"}}}}')),
    ),
    "metadata that is a list": ("MM614", table("ner/train.parquet", metadata("[]"))),
    "column twice": (
        "MM612",
        table("ner/train.parquet", lambda found: found.append_column("text", found["text"])),
    ),
    "split of nothing": ("MM616", empty_split),
    "offsets in the block one off": (
        "MM622",
        rows("default/train.parquet", lambda found: shift(found[0]["entities"][0], "start", "end")),
    ),
    "block of nowhere": (
        "MM622",
        rows("default/train.parquet", lambda found: found[0]["entities"][0].update(block="p99")),
    ),
    "list of nothing": ("MM623", rows("ner/train.parquet", lambda found: found[1].update(entities=None))),
    "list deep in of nothing": (
        "MM623",
        rows("default/train.parquet", lambda found: found[0]["quotes"][0].update(markers=None)),
    ),
    "tier of nothing": (
        "MM623 MM625",
        rows("default/validation.parquet", lambda found: found[0].update(attribution="", tier=None)),
    ),
    "row twice": ("MM615 MM624", rows("ner/train.parquet", lambda found: found.append(found[0]))),
    "row of no article": ("MM625", rows("ner/train.parquet", lambda found: found[0].update(article="nope"))),
    "place of a block one off": ("MM625", rows("ner/train.parquet", lambda found: shift(found[1], "doc_start"))),
    "place of a quote one off": ("MM625", rows("quotes/train.parquet", lambda found: shift(found[0], "doc_start"))),
    "block of another place": ("MM625", rows("captions/train.parquet", lambda found: found[0].update(block="h01"))),
    "topic of another article": ("MM625", rows("ner/train.parquet", lambda found: found[0].update(medtop="medtop:0"))),
    "texts under another license": (
        "MM625 MM626",
        rows("ner/train.parquet", lambda found: found[0].update(license="MIT")),
    ),
    "license of none of the texts": ("MM626 MM638", card(lambda data: data.update(license="mit"))),
    "datasheet of nothing": ("MM630", write("DATASHEET.md", b"\n")),
    "hidden file more": ("MM632", write(".env", b"TOKEN=x")),
    "croissant without context": ("MM638", croissant(lambda found: found.pop("@context"))),
    "croissant of another context": ("MM638", croissant(lambda found: found["@context"].update(source="cr:sauce"))),
    "croissant of no version": ("MM638", croissant(lambda found: found.pop("conformsTo"))),
    "croissant of no type": ("MM638", croissant(lambda found: found.update({"@type": ["x"]}))),
    "license of croissant": ("MM638", croissant(lambda found: found.update(license="x"))),
    "version of croissant": ("MM638", croissant(lambda found: found.update(version="9"))),
    "part of the version of croissant": ("MM638", croissant(lambda found: found.update(version="0.1"))),
    "source that is no column": ("MM639", croissant(lambda found: source(found).update(column="nope"))),
    "source that is a list": ("MM639", croissant(lambda found: source(found).update(column=["id"]))),
    "field less": ("MM639", croissant(lambda found: found["recordSet"][-1]["field"].pop())),
    "type of a field": (
        "MM639",
        croissant(lambda found: found["recordSet"][-1]["field"][1].update(dataType="sc:Integer")),
    ),
    "labels upside down": ("MM639", croissant(lambda found: found["recordSet"][1]["data"].reverse())),
    "label of another name": (
        "MM639",
        croissant(lambda found: found["recordSet"][1]["data"][0].update({"label/name": "PS_NAMES"})),
    ),
    "record set of a name that is a list": (
        "MM635 MM639",
        croissant(lambda found: found["recordSet"][1].update({"@id": ["a"]})),
    ),
}
UNSEALED = {"MM631", "MM632"}
