"""Articles for the tests of exchange: drawn ones with every trap in them, and those of the corpus."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from malmoi import store
from malmoi.build.texts import wikinews_copy
from malmoi.markup import parse
from malmoi.model import BLOCK_PREFIX

if TYPE_CHECKING:
    from malmoi.model import Article

GOLDEN = Path(__file__).parent / "formats"
CORPUS = Path(__file__).parents[1] / "corpus"
EXTRACT = CORPUS.parents[1] / "shared/data/wikinews/articles.jsonl"

_TEXTS = (
    "한빛전자 김가람 대표는 5일 “물량으로 밀고 들어온다”며 “막을 수 없다”고 말했다.",
    '😀👍🏽 이모지 뒤의 설은호 회장은 "비가 와도 건널 수 있다"고 밝혔다.',
    "A&B <한국> \\역슬래시\\ {중괄호} 'x' \"y\" \t탭 | 세로줄 # 우물 % 퍼센트",
    "가나다",
    "𠀀𠀁 한자 밖 글자와 é, 그리고 각",
    "나는 [서울=다온통신] 은채령 기자 = 2024.03.05. ⓒ 다온통신",
)
_LABELS = ("PS_NAME", "OGG_ECONOMY", "CV_POSITION", "DT_DAY", "LCP_CITY", "QT_COUNT")


@st.composite
def _span(draw: st.DrawFn, blocks: list[dict[str, Any]], only: str | None = None) -> dict[str, Any]:
    """A run of a block that neither begins nor ends on white space."""
    block = draw(st.sampled_from([b for b in blocks if only is None or b["id"] == only]))
    text = block["text"]
    inside = [at for at, char in enumerate(text) if not char.isspace()]
    start = draw(st.sampled_from(inside))
    end = draw(st.sampled_from([at for at in inside if start <= at < start + 12])) + 1
    return {"block": block["id"], "start": start, "end": end, "text": text[start:end]}


def _place(span: dict[str, Any]) -> tuple[str, int, int]:
    return span["block"], span["start"], span["end"]


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article in canonical order: overlapping and nested spans, split quotes, empty layers, characters above U+FFFF."""
    kinds = draw(st.lists(st.sampled_from(tuple(BLOCK_PREFIX)), min_size=1, max_size=5))
    blocks = [
        {"id": f"{BLOCK_PREFIX[kind]}{at:02d}", "type": kind, "text": draw(st.sampled_from(_TEXTS))}
        for at, kind in enumerate(kinds, 1)
    ]
    order = {block["id"]: at for at, block in enumerate(blocks)}
    clusters = [
        {"id": f"c-{at:04x}", "label": "PS_NAME", "name": name, **more}
        for at, (name, more) in enumerate((("김가람", {}), ("설은호", {"wikidata": "Q42"}), ("김가람", {})))
    ]
    clusters = clusters[: draw(st.integers(0, 3))]
    ids: st.SearchStrategy[str | None] = (
        st.none() if not clusters else st.none() | st.sampled_from([cluster["id"] for cluster in clusters])
    )
    marks = draw(st.lists(st.tuples(_span(blocks), st.sampled_from(_LABELS)), max_size=6))
    entities = []
    for at, (span, label) in enumerate(sorted(marks, key=lambda m: (order[m[0]["block"]], m[0]["start"]))):
        entity = {"id": f"e-{at:04x}", **{key: span[key] for key in ("block", "start", "end")}, "label": label}
        cluster = draw(ids)
        if cluster:
            entity["cluster"] = cluster
        if label == "DT_DAY" and draw(st.booleans()):
            entity["value"] = "2024-03-05"
        entities.append(entity | {"text": span["text"]})
    quotes = _quotes(draw, blocks, order, ids)
    shown = [block for block in blocks if block["type"] == "caption" and draw(st.booleans())]
    captions = [_caption(draw, block, blocks) for block in shown]
    data = {
        "schema_version": "1.0",
        "id": f"drawn-{draw(st.integers(0, 9999))}",
        "license": "CC-BY-4.0",
        "text_status": "included",
        "publisher": "다온통신",
        "published_at": "2024-03-05T09:12:00+09:00",
        "byline": [{"name": "은채령", "role": "기자"}],
        "provenance": {"text": "written"},
        "blocks": blocks,
    }
    layers = {"entities": entities, "clusters": clusters, "quotes": quotes, "captions": captions}
    return store.from_dict(data | {name: layer for name, layer in layers.items() if layer})


def _quotes(
    draw: st.DrawFn, blocks: list[dict[str, Any]], order: dict[str, int], ids: st.SearchStrategy[str | None]
) -> list[dict[str, Any]]:
    quotes = []
    seen: set[tuple[str, int, int]] = set()
    for at in range(draw(st.integers(0, 3))):
        content = sorted(
            {_place(span): span for span in draw(st.lists(_span(blocks), min_size=1, max_size=3))}.values(),
            key=lambda span: (order[span["block"]], span["start"]),
        )
        # Two quotes of the very same contents are one: no tool, and no reader, could tell them apart.
        if frozenset(map(_place, content)) & seen:
            continue
        seen |= set(map(_place, content))
        status = draw(st.sampled_from(("explicit", "omitted", "anonymous", "none", "other_sentence")))
        quote: dict[str, Any] = {
            "id": f"q-{at:04x}",
            "type": draw(st.sampled_from(("direct", "indirect", "mixed"))),
            "mode": draw(st.sampled_from(("speech", "writing"))),
            "source_status": status,
            "content": content,
        }
        markers = {_place(span): span for span in draw(st.lists(_span(blocks), max_size=2))}
        if markers:
            quote["markers"] = sorted(markers.values(), key=lambda span: (order[span["block"]], span["start"]))
        for part in ("cue", "source"):
            if draw(st.booleans()):
                quote[part] = draw(_span(blocks))
        speaker = draw(ids)
        if speaker:
            quote["speaker"] = speaker
        quotes.append(quote)
    return sorted(quotes, key=lambda quote: (order[quote["content"][0]["block"]], quote["content"][0]["start"]))


def _caption(draw: st.DrawFn, block: dict[str, Any], blocks: list[dict[str, Any]]) -> dict[str, Any]:
    caption: dict[str, Any] = {"block": block["id"], "copies": draw(st.sampled_from((1, 1, 2, 7)))}
    for field in draw(st.sets(st.sampled_from(("location", "source", "description", "credit_line", "rights")))):
        caption[field] = draw(_span(blocks, block["id"]))
    creators = {_place(span): span for span in draw(st.lists(_span(blocks, block["id"]), max_size=2))}
    if creators:
        caption["creator"] = sorted(creators.values(), key=lambda span: span["start"])
    if draw(st.booleans()):
        caption["date_created"] = draw(_span(blocks, block["id"])) | {"value": "2024-03-05"}
    return caption


@cache
def small_article() -> Article:
    """An invented article with a bit of everything: an emoji, a quote in two parts, a caption, a link."""
    source = GOLDEN / "article.mark"
    return parse(source.read_text(encoding="utf-8"), name=str(source))


@cache
def corpus_articles() -> tuple[Article, ...]:
    """Every article of the corpus whose text stands in it."""
    return tuple(map(store.load, sorted((CORPUS / "open").rglob("*.json"))))


@cache
def wikinews_articles() -> tuple[Article, ...]:
    """Every Wikinews article, with its text put back from the extract; without it the test skips, and says so."""
    if not EXTRACT.is_file():
        pytest.skip(f"needs the Wikinews extract, {EXTRACT}")
    withheld = map(store.load, sorted((CORPUS / "wikinews").glob("*.json")))
    with wikinews_copy(EXTRACT) as texts:
        assert texts.restore
        return tuple(map(texts.restore, withheld))
