"""Label Studio itself: what we write is taken, shown rightly, and comes back equal. `make test-label-studio` runs it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from exchanged_articles import articles, corpus_articles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from screen import CHROMIUM, DRIVER, Screen, browser
from selenium.webdriver.common.keys import Keys
from studio import VARIABLE, Studio, running

from malmoi import markup
from malmoi.formats.exchange import exported, imported
from malmoi.formats.graph import graph_of
from malmoi.formats.interface import FormatError
from malmoi.formats.label_studio import CONFIG, TASKS, LabelStudio
from malmoi.formats.pages import page_of
from malmoi.schemas import label_classes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from malmoi.model import Article

PROGRAMS = os.environ.get(VARIABLE)
PICTURES_VARIABLE = "MALMOI_PICTURES"
PICTURES = os.environ.get(PICTURES_VARIABLE)
SMALL = Path(__file__).parents[1] / "formats/label-studio/article.mark"
pytestmark = pytest.mark.skipif(
    not PROGRAMS, reason=f"needs Label Studio: `make test-label-studio` installs it (1 GB), and sets {VARIABLE}"
)
needs_browser = pytest.mark.skipif(
    not (Path(CHROMIUM).exists() and Path(DRIVER).exists()), reason=f"needs {CHROMIUM} and {DRIVER}"
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with running(Path(PROGRAMS or "").absolute(), tmp_path_factory.mktemp("label-studio")) as server:
        yield server


@pytest.fixture(scope="module")
def screen(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with browser(studio, tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


def _sample() -> list[Article]:
    """The twelve articles of the corpus with the most captions, which are rich in everything else too."""
    return sorted(corpus_articles(), key=lambda article: (-len(article.captions), article.id))[:12]


def _small() -> Article:
    return markup.parse(SMALL.read_text(encoding="utf-8"))


def _written(folder: Path, found: Sequence[Article], *, predictions: bool = False) -> list[Any]:
    """The tasks of these articles; they and the configuration stand in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with exported(LabelStudio(predictions=predictions), found) as (made, _):
        for name in (CONFIG, TASKS):
            (folder / name).write_bytes((made / name).read_bytes())
    tasks: list[Any] = json.loads((folder / TASKS).read_bytes())
    return tasks


def _back(studio: Studio, project: int, folder: Path) -> list[Article]:
    found = list(imported(LabelStudio(), studio.export(project, folder / "export.json")))
    for made in found:
        assert not isinstance(made, FormatError), made
        assert not made.notes
    return [made.article for made in found if not isinstance(made, FormatError)]


def test_its_own_library_takes_the_configuration_and_every_task(tmp_path: Path) -> None:
    _written(tmp_path / "annotations", corpus_articles())
    _written(tmp_path / "predictions", corpus_articles(), predictions=True)
    script = Path(__file__).with_name("label_interface.py")
    files = [tmp_path / name for name in (f"annotations/{CONFIG}", f"annotations/{TASKS}", f"predictions/{TASKS}")]
    python = Path(PROGRAMS or "").absolute() / "python"
    run = subprocess.run([python, script, *files], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    number = len(corpus_articles())
    assert json.loads(run.stdout) == {"tasks": 2 * number, "annotations": number, "predictions": number}


def test_articles_of_the_corpus_come_back_equal(studio: Studio, tmp_path: Path) -> None:
    sample = _sample()
    project, _ = studio.project("말뭉치", tmp_path / CONFIG, _written(tmp_path, sample))
    assert _back(studio, project, tmp_path) == sample


@given(
    found=st.lists(articles().filter(lambda article: graph_of(page_of(article)).spans != ()), min_size=8, max_size=8)
)
@settings(max_examples=4, suppress_health_check=list(HealthCheck))
def test_drawn_articles_come_back_equal(
    studio: Studio, tmp_path_factory: pytest.TempPathFactory, found: list[Article]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    project, _ = studio.project("뽑은 글", folder / CONFIG, _written(folder, found))
    assert _back(studio, project, folder) == found


def test_a_text_with_line_ends_of_windows_comes_back(studio: Studio, tmp_path: Path) -> None:
    (task,) = _written(tmp_path, [_small()])
    text = task["data"]["text"]
    task["data"]["text"] = text.replace("\n", "\r\n")
    for result in task["annotations"][0]["result"]:
        value = result.get("value", {})
        for edge in value.keys() & {"start", "end"}:
            value[edge] += text[: value[edge]].count("\n")
    project, _ = studio.project("줄 끝", tmp_path / CONFIG, [task])
    assert _back(studio, project, tmp_path) == [_small()]


def test_a_prediction_that_was_accepted_comes_back_equal(studio: Studio, tmp_path: Path) -> None:
    sample = _sample()
    project, _ = studio.project("제안 받기", tmp_path / CONFIG, _written(tmp_path, sample, predictions=True))
    (refused, *_) = imported(LabelStudio(), studio.export(project, tmp_path / "export.json"))
    assert "nobody has submitted" in str(refused)
    chosen = {"project": project, "selectedItems": {"all": True, "excluded": []}}
    studio.call("POST", f"/api/dm/actions?id=predictions_to_annotations&project={project}", chosen)
    assert sorted(_back(studio, project, tmp_path), key=lambda article: article.id) == sorted(
        sample, key=lambda article: article.id
    )


@needs_browser
def test_the_highlights_cover_what_the_article_says(studio: Studio, screen: Screen, tmp_path: Path) -> None:
    sample = [_small(), *_sample()[:3]]
    project, tasks = studio.project("눈으로", tmp_path / CONFIG, _written(tmp_path, sample))
    for article, task in zip(sample, tasks, strict=True):
        expected = {span.key: span.mark.text for span in graph_of(page_of(article)).spans}
        screen.open(project, task)
        assert screen.highlighted(expected=len(expected)) == expected


@needs_browser
def test_a_prediction_that_a_person_submits_comes_back_equal(studio: Studio, screen: Screen, tmp_path: Path) -> None:
    article = _sample()[0]
    project, _ = studio.project("차례로", tmp_path / CONFIG, _written(tmp_path, [article], predictions=True))
    screen.stream(project)
    screen.highlighted(expected=len(graph_of(page_of(article)).spans))
    screen.save()
    (made,) = imported(LabelStudio(), studio.export(project, tmp_path / "export.json"))
    assert not isinstance(made, FormatError), made
    assert (made.article, made.annotator, made.notes) == (article, "Label Studio user 1", ())


@needs_browser
def test_the_filter_finds_a_label_by_its_korean_name(studio: Studio, screen: Screen, tmp_path: Path) -> None:
    project, (task,) = studio.project("표지 찾기", tmp_path / CONFIG, _written(tmp_path, [_small()]))
    screen.open(project, task)
    assert len(screen.shown(".malmoi-class")) == len(label_classes())
    (asked,) = screen.shown("input[placeholder^='표지']")
    asked.send_keys("도시")
    screen.wait(lambda _: len(screen.shown(".malmoi-class")) == 1)
    assert [label.text for label in screen.shown(".malmoi-class .lsf-label")] == ["도시 LCP_CITY"]


@needs_browser
def test_what_the_mouse_selects_after_an_emoji_is_what_is_imported(
    studio: Studio, screen: Screen, tmp_path: Path
) -> None:
    bare = replace(_small(), entities=(), clusters=(), quotes=(), captions=())
    project, (task,) = studio.project("처음부터", tmp_path / CONFIG, _written(tmp_path, [bare]))
    screen.open(project, task)
    for label, words in (("PS_NAME", "나은솔"), ("내용 content", "“시끄러울까 걱정”"), ("단서 cue", "했다")):
        screen.pick(label)
        screen.drag(words)
        time.sleep(1)  # the page draws the region
    drawn = {text: region for region, text in screen.highlighted(expected=3).items()}
    screen.select(drawn["나은솔"])
    (field,) = screen.shown("input[name=new_cluster]")
    field.send_keys("나은솔" + Keys.ENTER)
    screen.relate(drawn["“시끄러울까 걱정”"], drawn["했다"])
    screen.save()
    (made,) = imported(LabelStudio(), studio.export(project, tmp_path / "export.json"))
    assert not isinstance(made, FormatError), made
    assert (made.annotator, made.notes) == ("Label Studio user 1", ())
    (entity,) = made.article.entities
    assert (entity.label, entity.block, entity.text) == ("PS_NAME", "p01", "나은솔")
    (cluster,) = made.article.clusters
    assert (cluster.id, cluster.name, cluster.label) == (entity.cluster, "나은솔", "PS_NAME")
    (quote,) = made.article.quotes
    assert quote.cue is not None
    assert [span.text for span in quote.parts()] == ["“시끄러울까 걱정”", "했다"]


@needs_browser
@pytest.mark.skipif(
    not PICTURES, reason=f"draws the pictures of docs/annotating.md into the folder that {PICTURES_VARIABLE} names"
)
def test_pictures_for_the_documentation(studio: Studio, screen: Screen, tmp_path: Path) -> None:
    article = next(found for found in corpus_articles() if found.id == "open-ebddab33")
    project, _ = studio.project("말모이 주석", tmp_path / CONFIG, _written(tmp_path, [article], predictions=True))
    spans = graph_of(page_of(article)).spans
    entity = next(span for span in spans if span.label == "PS_NAME" and span.mark.text == "육승완")
    quote = next(span for span in spans if span.key.endswith("content-1"))
    shots = tmp_path / "shots"
    screen.driver.get(f"{screen.url}/projects/{project}/settings/labeling")
    screen.press("Code")
    screen.wait(lambda _: screen.shown(".malmoi-tools .lsf-label"))
    screen.photograph(shots / "annotating-config.png")
    screen.driver.get(f"{screen.url}/projects/{project}/data")
    screen.wait(lambda _: screen.shown("button", "Label All Tasks"))
    screen.photograph(shots / "annotating-project.png")
    screen.stream(project)
    screen.highlighted(expected=len(spans))
    screen.photograph(shots / "annotating-task.png")
    screen.select(entity.key)
    (asked,) = screen.shown("input[placeholder^='표지']")
    asked.send_keys("도시")
    time.sleep(1)  # the page draws what is left
    screen.photograph(shots / "annotating-entity.png")
    screen.press("Relations")
    screen.select(quote.key.removesuffix("1") + "0")
    screen.photograph(shots / "annotating-quote.png")
    for shot in sorted(shots.iterdir()):
        target = Path(PICTURES or "") / shot.name
        target.parent.mkdir(parents=True, exist_ok=True)
        # Its environment has Pillow; 128 colours are plenty, and a quarter of the bytes.
        shrink = "import sys; from PIL import Image; Image.open(sys.argv[1]).convert('RGB').quantize(128, method=Image.Quantize.FASTOCTREE).save(sys.argv[2], optimize=True)"
        subprocess.run([Path(PROGRAMS or "").absolute() / "python", "-c", shrink, shot, target], check=True)
