"""JSON Lines, JSON, ninjs and the NIKL newspapers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalize_inputs import BODY, articles, flags, kinds, made

from malmoi.normalize import NormalizeError, dumps, inputs
from malmoi.normalize.dumps import read_json, read_json_lines
from malmoi.normalize.fields import Fields, FieldsError, parse_fields

if TYPE_CHECKING:
    from malmoi.model import Article

PLAIN = Fields()
TEXT = f"{BODY} 연다."
NOTE = "주민들은 오래 기다렸다고 입을 모았다. 도하람 씨는 날마다 오겠다고 했다."
RECORD = {"title": "가온시, 새 도서관 문 열어", "body": f"{TEXT}\n{NOTE}"}


def lines(*records: object) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)


def one(record: object, fields: Fields = PLAIN) -> Article:
    (article,) = articles(read_json_lines(io.BytesIO(lines(record)), "덤프.jsonl", fields))
    (same,) = articles(read_json(io.BytesIO(orjson.dumps([record])), "덤프.json", fields))
    assert same == article
    return article


def whole(value: object, fields: Fields = PLAIN) -> list[Article]:
    return articles(read_json(io.BytesIO(orjson.dumps(value)), "덤프.json", fields))


def texts(article: Article) -> list[str]:
    return [block.text or "" for block in article.blocks]


@pytest.mark.parametrize("title", ["title", "headline", "제목", "subject", "Title", "news_title"])
@pytest.mark.parametrize("body", ["body", "content", "text", "article", "본문", "contents", "articleBody"])
def test_usual_names_of_title_and_body(title: str, body: str) -> None:
    article = one({title: RECORD["title"], body: RECORD["body"]})
    assert texts(article) == [RECORD["title"], TEXT, NOTE]
    assert kinds(article) == "hpp"


@pytest.mark.parametrize(
    "name", ["date", "published_at", "publish_date", "pubDate", "datePublished", "일자", "reg_date"]
)
def test_usual_names_of_the_date(name: str) -> None:
    assert one(RECORD | {name: "2023-01-05T12:30:00+09:00"}).published_at == "2023-01-05T12:30:00+09:00"


@pytest.mark.parametrize(
    ("value", "moment", "precision"),
    [
        ("2023-01-05", "2023-01-05T00:00:00+09:00", "day"),
        ("20230105", "2023-01-05T00:00:00+09:00", "day"),
        (20230105, "2023-01-05T00:00:00+09:00", "day"),
        ("2023-01-05 00:00:00", "2023-01-05T00:00:00+09:00", "day"),
        ("2023-01-05T03:30:00Z", "2023-01-05T12:30:00+09:00", None),
        ("2023-01-05T03:30:00.123Z", "2023-01-05T12:30:00+09:00", None),
        ("2023-01-05 03:30:00 UTC", "2023-01-05T12:30:00+09:00", None),
        ("2023-01-05T12:30:00+0900", "2023-01-05T12:30:00+09:00", None),
        ("Thu, 05 Jan 2023 12:30:00 +0900", "2023-01-05T12:30:00+09:00", None),
        ("Thu Jan 05 2023 12:30:00 GMT+0900 (KST)", "2023-01-05T12:30:00+09:00", None),
        ("2023.01.05. 오후 12:30", "2023-01-05T12:30:00+09:00", None),
        ("2023년 1월 5일 12시 30분", "2023-01-05T12:30:00+09:00", None),
        ("202301051230", "2023-01-05T12:30:00+09:00", None),
        ("20230105123000", "2023-01-05T12:30:00+09:00", None),
        (1672889400, "2023-01-05T12:30:00+09:00", None),
        (1672889400000, "2023-01-05T12:30:00+09:00", None),
        (1672889400.5, "2023-01-05T12:30:00+09:00", None),
        (1672876800000, "2023-01-05T00:00:00+09:00", "day"),
        ({"$date": "2023-01-05T03:30:00Z"}, "2023-01-05T12:30:00+09:00", None),
        ({"$date": {"$numberLong": "1672889400000"}}, "2023-01-05T12:30:00+09:00", None),
    ],
)
def test_dates(value: object, moment: str, precision: str | None) -> None:
    article = one(RECORD | {"date": value})
    assert (article.published_at, article.published_precision) == (moment, precision)
    assert flags(article) == ()


@pytest.mark.parametrize(
    "value", ["2023", "어제", 5, "2023-13-45", "9999-12-31T23:59:59-12:00", True, "0001-01-01T00:00:00+14:00"]
)
def test_no_dates(value: object) -> None:
    article = one(RECORD | {"date": value})
    assert article.published_at is None
    assert flags(article) == (f"date of publication not understood: {value}",)


def test_other_fields() -> None:
    article = one(
        RECORD
        | {
            "press": {"name": "가온일보", "url": "https://news.example"},
            "reporter": [{"name": "표지안 기자"}, "도하람"],
            "category": ["사회", "지역"],
            "link": " https://news.example/1 ",
            "_id": 77,
            "updated_at": "2023-01-06T01:00:00+09:00",
        }
    )
    assert article.publisher == "가온일보"
    assert [(author.name, author.role) for author in article.byline] == [("표지안", "기자"), ("도하람", None)]
    assert article.section is not None
    assert article.section.raw == "사회>지역"
    assert article.url == "https://news.example/1"
    assert article.modified_at == "2023-01-06T01:00:00+09:00"
    assert article.origin is not None
    assert (article.origin.archive, article.origin.key) == (None, "77")


def test_address_that_is_none_is_flagged() -> None:
    article = one(RECORD | {"url": "news.example/1"})
    assert article.url is None
    assert flags(article) == ("address not understood: news.example/1",)


def test_fields_given() -> None:
    fields = parse_fields("title=doc.head, body=doc.paras, byline=people.0.who, published_at=when.first,id=no")
    record = {
        "no": "a-1",
        "title": "다른 제목",
        "doc": {"head": RECORD["title"], "paras": [TEXT, NOTE]},
        "people": [{"who": "표지안"}],
        "when": {"first": "2023-01-05"},
    }
    article = one(record, fields)
    assert texts(article) == [RECORD["title"], TEXT, NOTE]
    assert [author.name for author in article.byline] == ["표지안"]
    assert article.published_at == "2023-01-05T00:00:00+09:00"
    assert article.origin is not None
    assert article.origin.key == "a-1"


def test_field_with_a_dot_in_its_name() -> None:
    assert one({"a.title": "제목이다", "body": TEXT}, parse_fields("title=a.title")).headline() == "제목이다"


@pytest.mark.parametrize("text", ["title", "title=", "=x", "titel=x", "title:x"])
def test_fields_that_cannot_be_understood(text: str) -> None:
    with pytest.raises(FieldsError, match=r"^--fields .*expected FIELD=NAME with a FIELD of title, body, "):
        parse_fields(text)


@pytest.mark.parametrize(
    "body",
    [
        [TEXT, NOTE],
        [{"text": TEXT}, {"text": NOTE}],
        [
            [{"index": 0, "sentence": TEXT}],
            [{"sentence": NOTE.partition(" 도")[0]}, {"sentence": f"도{NOTE.partition(' 도')[2]}"}],
        ],
        {"text": f"{TEXT}\n{NOTE}"},
        f"{TEXT}\r\n\r\n  {NOTE}  \n",
        f"{TEXT}\u2028{NOTE}",
    ],
    ids=["texts", "objects", "sentences", "object", "blank lines", "separator"],
)
def test_bodies_of_other_forms(body: object) -> None:
    assert texts(one({"title": RECORD["title"], "text": body})) == [RECORD["title"], TEXT, NOTE]


@pytest.mark.parametrize("wrapper", ["_source", "article", "metadata", "doc"])
def test_records_in_a_wrapper(wrapper: str) -> None:
    article = one({"_index": "news", "_id": "1", wrapper: RECORD | {"press": "가온일보"}})
    assert texts(article) == [RECORD["title"], TEXT, NOTE]
    assert article.publisher == "가온일보"


def test_body_is_read_as_a_page() -> None:
    body = (
        f"[가온=뉴시스] 표지안 기자 = {TEXT}\n가온시립도서관 전경. /사진=가온시 제공\n{NOTE}\n표지안 기자 jian@news.example\n"
        "무단전재 및 재배포 금지"
    )
    article = one({"title": "가온시, 새 도서관 문 열어 - 가온일보", "body": body})
    assert kinds(article) == "hdpcpb"
    assert article.headline() == "가온시, 새 도서관 문 열어"
    assert [caption.credit_line.text for caption in article.captions if caption.credit_line] == ["사진=가온시 제공"]
    assert [author.name for author in article.byline] == ["표지안"]


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{TEXT}</p><p>{NOTE}</p>",
        f"<div>{TEXT}<br><br>{NOTE}</div>",
        f"{TEXT}<br/>{NOTE}",
        f"{TEXT}\n{NOTE} <b></b>",
        f"&lt;p&gt;{TEXT}&lt;/p&gt;&lt;p&gt;{NOTE}&lt;/p&gt;",
        f"<p>{TEXT}</p>\n\n<p>{NOTE.replace(' ', '&nbsp;')}</p>",
    ],
)
def test_bodies_in_html(body: str) -> None:
    assert texts(one({"title": RECORD["title"], "body": body})) == [RECORD["title"], TEXT, NOTE]


def test_captions_in_html() -> None:
    figure = "<figure><img src='a.jpg'><figcaption>가온시립도서관 전경. /사진=가온시 제공</figcaption></figure>"
    article = one({"title": RECORD["title"], "body": f"<p>{TEXT}</p>{figure}<p>{NOTE}</p>"})
    assert kinds(article) == "hpcp"


@pytest.mark.parametrize(
    "text", ["3 < 5 & 7 > 2라는 식과", "R&D 예산을 적은 <표 1>과", "AT&T와 <가온> 잡지와", "<b 도서관과"]
)
def test_signs_that_are_no_html(text: str) -> None:
    body = f"{TEXT}\n{text} 함께 주민들은 오래 기다렸다고 입을 모았다."
    assert texts(one({"title": RECORD["title"], "body": body})) == [RECORD["title"], *body.split("\n")]


def test_entities_and_tags_in_a_title() -> None:
    assert one({"title": "&quot;문 열다&quot; <b>가온</b>\n도서관", "body": TEXT}).headline() == '"문 열다" 가온 도서관'


def test_snippet_is_flagged_as_cut() -> None:
    assert flags(one({"title": "제목", "body": f"{BODY}..."})) == ("body cut short by the source",)
    assert flags(one({"title": "제목", "body": f"<p>{BODY}…</p>"})) == ("body cut short by the source",)
    assert flags(one({"title": "제목", "body": f"{TEXT} {NOTE}\n{TEXT} {NOTE} 그렇게 봄은 가고…"})) == ()


def test_wiki_marks_are_dropped() -> None:
    assert texts(one({"title": "제목", "body": f"{TEXT}[1][2]\n{NOTE}"}))[1] == TEXT


def test_bad_lines_are_named_and_the_rest_goes_on() -> None:
    raw = b"\n".join([
        b"\xef\xbb\xbf" + orjson.dumps(RECORD),
        b"{",
        b'{"title": "x"}',
        b'{"title": "x", "body": ""}',
        b"[1]",
        b'{"title": "x", "body": "\\ud800"}',
        b"",
        b"\xff\xfe",
        orjson.dumps({"schema_version": "1.0", "blocks": []}),
        orjson.dumps(RECORD),
    ])  # fmt: skip
    found = made(read_json_lines(io.BytesIO(raw), "덤프.jsonl", PLAIN))
    assert [one.partition(": ")[0] if isinstance(one, str) else None for one in found] == [
        None, "덤프.jsonl:2", "덤프.jsonl:3", "덤프.jsonl:4", "덤프.jsonl:5", "덤프.jsonl:6", "덤프.jsonl:8", "덤프.jsonl:9", None,
    ]  # fmt: skip
    assert found[2] == "덤프.jsonl:3: no body among its fields (title): name it with --fields body=NAME"
    assert found[4] == "덤프.jsonl:5: expected an object with the fields of an article, found a list"
    assert found[7] == "덤프.jsonl:9: an article of malmoi already: nothing to normalize"


@pytest.mark.parametrize("record", [{"head": "제목", "text": TEXT}, {"schema_version": "1.0", "blocks": []}])
def test_dump_of_something_else_is_named_once(record: object) -> None:
    said = []
    for reader, raw in ((read_json_lines, lines(*[record] * 30)), (read_json, orjson.dumps([record] * 30))):
        with pytest.raises(NormalizeError, match=r"\(so it is with its first 20 records\)$") as error:
            list(reader(io.BytesIO(raw), "덤프.json", PLAIN))
        said.append(str(error.value))
    assert said[0] == said[1]
    mixed = lines(*[record] * 10, RECORD)
    assert sum(isinstance(one, str) for one in made(read_json_lines(io.BytesIO(mixed), "덤프.jsonl", PLAIN))) == 10


def test_lines_in_cp949() -> None:
    raw = f'{{"title": "{RECORD["title"]}", "body": "{TEXT}"}}\n'.encode("cp949") * 2
    for reader in (read_json_lines, read_json):
        found = articles(reader(io.BytesIO(raw), "덤프.json", PLAIN))
        assert [article.headline() for article in found] == [RECORD["title"]] * 2
        assert found[0].provenance.normalizer is not None
        assert found[0].provenance.normalizer.encoding == "cp949"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("indent", [None, 1])
def test_documents_in_other_encodings(encoding: str, indent: int | None) -> None:
    import json  # noqa: PLC0415  the only test that needs text with line breaks

    value = {"total": 3, "articles": [RECORD] * 3}
    raw = json.dumps(value, ensure_ascii=False, indent=indent).encode(encoding)
    found = articles(read_json(io.BytesIO(raw), "덤프.json", PLAIN))
    assert [article.headline() for article in found] == [RECORD["title"]] * 3


def test_line_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dumps, "LARGEST", 1000)
    raw = lines(RECORD, RECORD | {"body": "가" * 2000}, RECORD)
    found = made(read_json_lines(io.BytesIO(raw), "덤프.jsonl", PLAIN))
    assert [isinstance(one, str) for one in found] == [False, True, False]
    assert str(found[1]).startswith("덤프.jsonl:2: a line of more than")


@pytest.mark.parametrize(
    "value",
    [
        [RECORD, RECORD],
        {"articles": [RECORD, RECORD]},
        {"tags": [{"a": 1}], "news_list": [RECORD, RECORD]},
        {"meta": {"tags": ["a"]}, "result": {"whatever": [RECORD, RECORD]}},
        {"took": 1, "hits": {"total": 2, "hits": [{"_source": RECORD}, {"_source": RECORD}]}},
        {"data": [{"x": [1, 2], **RECORD}, RECORD]},
    ],
)
def test_arrays(value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [article.headline() for article in whole(value)] == [RECORD["title"]] * 2
    monkeypatch.setattr(dumps, "_LARGEST_RECORD", 10)
    assert [article.headline() for article in whole(value)] == [RECORD["title"]] * 2


def test_array_that_is_named() -> None:
    value = {"a": {"b": [RECORD]}, "c": [{"x": 1}]}
    assert len(whole(value, parse_fields("records=a.b"))) == 1


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "not JSON: expected an array or an object, found ''"),
        (b"title", "not JSON: expected an array or an object, found 't'"),
        (b"[]", "no record in it"),
        (b"{}", "an object without title and body, and no list of articles in it: "),
        (b'{"a": [{}], "b": [{}]}', r"an object without title and body, and several lists in it \(a, b\): "),
        (b'{"a": 1', "not JSON: "),
        (b"[{", "not JSON: "),
    ],
)
def test_documents_without_records(raw: bytes, message: str) -> None:
    with pytest.raises(NormalizeError, match=rf"^덤프\.json: {message}"):
        list(read_json(io.BytesIO(raw), "덤프.json", PLAIN))


@pytest.mark.parametrize("value", [[RECORD] * 3, {"articles": [RECORD] * 3}, {"x": {"unheard_of": [RECORD] * 3}}])
def test_document_that_breaks_off(value: object) -> None:
    found = made(read_json(io.BytesIO(orjson.dumps(value)[:-40]), "덤프.json", PLAIN))
    assert [isinstance(one, str) for one in found] == [False, False, True]
    assert str(found[2]).startswith("덤프.json: not JSON: behind record 2: ")


def test_json_lines_by_another_name() -> None:
    assert len(articles(read_json(io.BytesIO(lines(RECORD, RECORD)), "덤프.json", PLAIN))) == 2
    found = made(read_json(io.BytesIO(b'{"title": bad}\n' + lines(RECORD)), "덤프.json", PLAIN))
    assert [isinstance(one, str) for one in found] == [True, False]


def test_one_record_is_a_document() -> None:
    assert len(whole(RECORD)) == 1
    assert len(whole(RECORD | {"tags": [{"name": "가온"}], "comments": [{"text": "좋다"}]})) == 1


def test_stream_that_can_be_read_but_once() -> None:
    raw = orjson.dumps({"articles": [RECORD] * 3})
    found = articles(read_json(inputs.rejoined(raw[:5], io.BytesIO(raw[5:])), "덤프.json", PLAIN))
    assert len(found) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["title", "body", "date", "author", "press", "url", "id", "section", "metadata", "paragraph", "form",
                         "uri", "versioncreated", "headlines", "bodies", "associations", "value", "$date", "_source", "text"])
        | st.text(max_size=4),
        inner,
        max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_any_json(value: object) -> None:
    raw = orjson.dumps(value)
    made(read_json_lines(io.BytesIO(raw), "덤프.jsonl", PLAIN))
    made(read_json(io.BytesIO(raw), "덤프.json", PLAIN))
    if isinstance(value, dict):
        made(read_json_lines(io.BytesIO(orjson.dumps(RECORD | value)), "덤프.jsonl", PLAIN))


@given(st.binary(), st.integers(0, 200))
def test_any_bytes(raw: bytes, at: int) -> None:
    good = orjson.dumps({"articles": [RECORD]})
    for source in (raw, good[:at] + raw + good[at:], lines(RECORD) + raw):
        made(read_json_lines(io.BytesIO(source), "덤프.jsonl", PLAIN))
        made(read_json(io.BytesIO(source), "덤프.json", PLAIN))
