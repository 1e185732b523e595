"""Records known by their shape: ninjs and the NIKL newspapers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from normalize_inputs import BODY, articles, kinds

from malmoi.normalize.dumps import read_json, read_json_lines
from malmoi.normalize.fields import Fields, parse_fields

if TYPE_CHECKING:
    from malmoi.model import Article

TITLE = "가온시, 새 도서관 문 열어"
TEXT = f"{BODY} 연다."
NOTE = "주민들은 오래 기다렸다고 입을 모았다. 도하람 씨는 날마다 오겠다고 했다."


def one(record: object) -> Article:
    (article,) = articles(read_json_lines(io.BytesIO(orjson.dumps(record)), "덤프.jsonl", Fields()))
    return article


def whole(value: object) -> list[Article]:
    return articles(read_json(io.BytesIO(orjson.dumps(value)), "덤프.json", Fields()))


def texts(article: Article) -> list[str]:
    return [block.text or "" for block in article.blocks]


NIKL: dict[str, Any] = {
    "id": "NWRW1800000021.1",
    "metadata": {
        "title": TITLE,
        "author": "표지안 기자",
        "publisher": "가온일보",
        "date": "20180102",
        "topic": "사회",
        "original_topic": "지역",
    },
    "paragraph": [{"id": "NWRW1800000021.1.1", "form": TEXT}, {"id": "NWRW1800000021.1.2", "form": NOTE}],
}


@pytest.mark.parametrize("title", [TITLE, "가온일보 2018년 기사", ""])
def test_nikl_newspapers(title: str) -> None:
    first = {"id": "NWRW1800000021.1.0", "form": TITLE}
    document = NIKL | {"metadata": NIKL["metadata"] | {"title": title}, "paragraph": [first, *NIKL["paragraph"]]}
    corpus = {"id": "NWRW1800000021", "metadata": {"title": "국립국어원 신문 말뭉치"}, "document": [document, NIKL]}
    found = whole(corpus)
    assert [texts(article) for article in found] == [[TITLE, TEXT, NOTE]] * 2
    article = found[0]
    assert (article.publisher, article.published_at) == ("가온일보", "2018-01-02T00:00:00+09:00")
    assert [author.name for author in article.byline] == ["표지안"]
    assert article.section is not None
    assert article.section.raw == "지역"
    assert article.origin is not None
    assert article.origin.key == "NWRW1800000021.1"
    assert article.provenance.normalizer is not None
    assert article.provenance.normalizer.reader == "nikl"
    assert whole(NIKL) == [found[1]]


def test_nikl_newspapers_in_a_list_that_is_named() -> None:
    raw = orjson.dumps({"a": [{"x": 1}], "b": [NIKL]})
    (article,) = articles(read_json(io.BytesIO(raw), "덤프.json", parse_fields("records=b")))
    assert article == one(NIKL)


CAPTION = "가온시립도서관 전경."
NINJS: dict[int, dict[str, Any]] = {
    1: {
        "uri": "https://news.example/1",
        "type": "text",
        "headline": TITLE,
        "body_text": f"{TEXT}\n{NOTE}",
        "body_html": f"<p>{TEXT}</p><p>{NOTE}</p>",
        "byline": "표지안 기자",
        "firstcreated": "2023-01-05T03:30:00Z",
        "versioncreated": "2023-01-05T04:30:00Z",
        "copyrightholder": "가온일보",
        "associations": {
            "main": {"type": "picture", "uri": "https://news.example/p", "description_text": CAPTION},
            "again": {"type": "picture", "description_text": CAPTION},
            "other": {"type": "text", "headline": "다른 기사", "description_text": "다른 기사의 소개"},
        },
    },
    2: {
        "uri": "https://news.example/1",
        "headlines": [{"role": "main", "value": TITLE}],
        "bodies": [
            {"role": "xml", "contenttype": "application/xml", "value": "<NITF/>"},
            {"role": "main", "contenttype": "text/plain", "value": f"{TEXT}\n{NOTE}"},
        ],
        "by": "표지안 기자",
        "firstcreated": "2023-01-05T03:30:00Z",
        "versioncreated": "2023-01-05T04:30:00Z",
        "infosources": [{"name": "가온일보"}],
        "associations": [{"name": "main", "type": "picture", "description_text": CAPTION}],
    },
    3: {
        "uri": "https://news.example/1",
        "headlines": [{"role": "main", "value": TITLE}],
        "bodies": [
            {"role": "main", "contentType": "application/xhtml+xml", "value": f"<p>{TEXT}</p><p>{NOTE}</p>"},
            {"role": "plain", "contentType": "text/plain", "value": TEXT},
        ],
        "by": "표지안 기자",
        "firstCreated": "2023-01-05T03:30:00Z",
        "versionCreated": "2023-01-05T04:30:00Z",
        "copyrightHolder": "가온일보",
        "associations": [{"type": "picture", "descriptions": [{"role": "caption", "value": CAPTION}]}],
    },
}


@pytest.mark.parametrize("item", NINJS.values(), ids=map(str, NINJS))
def test_ninjs(item: dict[str, Any]) -> None:
    article = one(item)
    assert texts(article) == [TITLE, CAPTION, TEXT, NOTE]
    assert kinds(article) == "hcpp"
    assert (article.published_at, article.modified_at) == ("2023-01-05T12:30:00+09:00", "2023-01-05T13:30:00+09:00")
    assert [author.name for author in article.byline] == ["표지안"]
    assert article.publisher == "가온일보"
    assert article.url == "https://news.example/1"
    assert article.provenance.normalizer is not None
    assert article.provenance.normalizer.reader == "ninjs"
    assert whole(item) == [article]


def test_ninjs_caption_that_stands_in_the_body() -> None:
    figure = f"<figure><img src='a.jpg'><figcaption>{CAPTION} /사진=가온시 제공</figcaption></figure>"
    article = one(NINJS[1] | {"body_html": f"<p>{TEXT}</p>{figure}<p>{NOTE}</p>"})
    assert kinds(article) == "hpcp"


def test_ninjs_of_one_version() -> None:
    item = {key: value for key, value in NINJS[1].items() if key != "firstcreated"}
    article = one(item)
    assert (article.published_at, article.modified_at) == ("2023-01-05T13:30:00+09:00", None)
