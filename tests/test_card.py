"""The card: its YAML says what the Parquet says, its words are the Hub's, its counts are true."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import Features
from sample_corpus import annotated, bare, wiki, write

from malmoi.build.builder import build
from malmoi.build.features import features
from malmoi.build.rights import TERMS, attribution, attribution_table
from malmoi.build.texts import Texts
from malmoi.model import Annotation
from malmoi.standoff import withhold

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    article = annotated()
    by = Annotation(layers=("entities",), by="machine", agent="reader|1", role="draft", guidelines="1.0")
    provenance = msgspec.structs.replace(article.provenance, written_by="a machine", annotations=(by,))
    lake = wiki()
    titled = msgspec.structs.replace(lake.blocks[0], text="호수 | [사진] \\ 이야기")
    lake = msgspec.structs.replace(lake, blocks=(titled, *lake.blocks[1:]))
    corpus = write(
        tmp_path / "corpus",
        {
            msgspec.structs.replace(article, provenance=provenance): "train",
            bare("open-snow", "밤새 눈이 내려 고갯길이 막혔다."): "validation",
            withhold(lake): "test",
        },
    )
    report = build(corpus, tmp_path / "dist", Texts(lambda _: lake, "a copy")).report
    assert report.refused == ()
    return tmp_path / "dist"


def front(dist: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((dist / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    return loaded


def test_features_of_the_card_of_the_files_and_of_the_code_are_one(dist: Path) -> None:
    written = {info["config_name"]: info for info in front(dist)["dataset_info"]}
    for config, columns in features().items():
        assert Features._from_yaml_list(written[config]["features"]) == columns  # noqa: SLF001  as datasets reads it
        for path in (dist / config).glob("*.parquet"):
            assert Features.from_arrow_schema(pq.read_schema(path)) == columns
            # An inexact match would fall back to plain values without a word.
            assert pq.read_schema(path).remove_metadata() == columns.arrow_schema.remove_metadata()


def test_sizes_and_files_of_the_card_are_those_of_the_data(dist: Path) -> None:
    paths = {config["config_name"]: config["data_files"] for config in front(dist)["configs"]}
    for info in front(dist)["dataset_info"]:
        for split, file in zip(info["splits"], paths[info["config_name"]], strict=True):
            assert split["name"] == file["split"]
            table = pq.read_table(dist / file["path"])
            assert (split["num_examples"], split["num_bytes"]) == (table.num_rows, table.nbytes)
        sizes = [(dist / file["path"]).stat().st_size for file in paths[info["config_name"]]]
        assert info["download_size"] == sum(sizes)
        assert info["dataset_size"] == sum(split["num_bytes"] for split in info["splits"])
    listed = {file["path"] for found in paths.values() for file in found}
    assert listed == {path.relative_to(dist).as_posix() for path in dist.rglob("*.parquet")}


def test_words_are_those_of_the_hub(dist: Path) -> None:
    def vocabulary(name: str) -> Any:  # noqa: ANN401  JSON
        return json.loads((files("datasets.utils.resources") / f"{name}.json").read_text(encoding="utf-8"))

    card = front(dist)
    assert set(card["language"]) <= set(vocabulary("languages"))
    assert set(card["size_categories"]) <= set(vocabulary("size_categories"))
    assert set(card["multilinguality"]) <= set(vocabulary("multilingualities"))
    assert set(card["annotations_creators"]) <= set(vocabulary("creators")["annotations"])
    assert card["annotations_creators"] == ["machine-generated"]
    assert card["license"] == ["cc-by-2.5", "cc-by-4.0"]
    assert {terms.hub for terms in TERMS.values()} <= {
        *(f"cc-by-{number}" for number in ("2.0", "2.5", "3.0", "4.0")),
        *("cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0", "other"),
    }


def test_prose_counts_and_credits(dist: Path) -> None:
    prose = (dist / "README.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    for line in (
        "| `default` | 1 | 1 | 1 | 3 |",
        "| `quotes` | 2 | 0 | 0 | 2 |",
        "| `open` | [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/) | 2 |",
        "| `wikinews` | [CC BY 2.5](https://creativecommons.org/licenses/by/2.5/) | 1 |",
        r"| `wiki-lake` | [호수 \| \[사진\] \\ 이야기](https://ko.wikinews.org/wiki/wiki-lake) | CC BY 2.5 |",
        r"| draft | machine | reader\|1 | 1.0 | 1 |",
        "- 1 article written by a machine",
        "- 1 article written by a writer who is not recorded",
    ):
        assert line in prose.splitlines()
    assert "{" not in prose


def test_a_text_of_wikinews_is_credited_whatever_its_provenance_says() -> None:
    lake = msgspec.structs.replace(wiki(), provenance=annotated().provenance)
    assert lake.provenance.text == "written"
    assert "contributors of Korean Wikinews" in attribution(lake)
    assert "normalized" in attribution(lake)


def test_attribution_table_has_a_row_for_each_article_and_no_stray_tab() -> None:
    article = annotated()
    titled = msgspec.structs.replace(article.blocks[0], text="징검다리\t열렸다")
    tabbed = msgspec.structs.replace(article, blocks=(titled, *article.blocks[1:]))
    lines = attribution_table([("train", tabbed), ("test", wiki())]).decode().splitlines()
    assert [len(line.split("\t")) for line in lines] == [8, 8, 8]
    assert lines[1].split("\t")[2] == "징검다리 열렸다"
