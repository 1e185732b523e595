"""What the HTML reader decides, one decision a test, on pages of a few lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from malmoi.normalize import NormalizeError
from malmoi.normalize.decode import decode_html
from malmoi.normalize.html import normalize_html
from malmoi.normalize.html.jsonld import loads

if TYPE_CHECKING:
    from malmoi.model import Article

LEAD = "달내읍 주민들이 쓰지 않던 방앗간을 고쳐 마을 도서관으로 다시 열었다."
BODY = (
    f"<p>{LEAD}</p>"
    "<p>도서관은 평일 오전 10시부터 오후 8시까지 문을 열고, 주말에는 아이들의 낭독회가 열린다.</p>"
    "<p>읍은 내년까지 책 3천 권을 더 들여놓고 어르신을 위한 큰 글자 책꽂이도 만들 계획이다.</p>"
)
HEADLINE = "방앗간이 도서관으로, 달내읍 주민들의 석 달"


def page(body: str = BODY, head: str = "", above: str = "", behind: str = "") -> bytes:
    """A page with a headline, a body and what stands around them."""
    return (
        f"<html><head>{head}</head><body><div class=wrap><h1>{HEADLINE}</h1>{above}"
        f"<div class=article_body>{body}</div>{behind}</div></body></html>"
    ).encode()


def read(raw: bytes) -> Article:
    """The article of a page."""
    return normalize_html(raw, name="page")


def texts(article: Article, kind: str) -> list[str]:
    """The texts of one type of block."""
    return [block.text or "" for block in article.blocks if block.type == kind]


def flags(article: Article) -> tuple[str, ...]:
    """What a person should look at."""
    assert article.provenance.normalizer is not None
    return article.provenance.normalizer.flags


def dropped(article: Article) -> dict[str, str]:
    """Dropped texts and their reasons."""
    assert article.provenance.normalizer is not None
    return {piece.text or "": piece.reason for piece in article.provenance.normalizer.dropped}


def test_page_wins_over_head_and_conflict_is_flagged() -> None:
    head = '<meta property="article:published_time" content="2024-03-02T15:00:00+09:00">'
    article = read(page(head=head, above="<p class=date>입력 2024.03.02 10:11</p>"))
    assert article.published_at == "2024-03-02T10:11:00+09:00"
    assert any("conflicting times" in flag for flag in flags(article))


def test_utc_is_turned_to_korean_time() -> None:
    head = '<meta property="article:published_time" content="2024-03-02T15:30:00Z">'
    assert read(page(head=head)).published_at == "2024-03-03T00:30:00+09:00"


def test_korean_clock_given_as_utc_is_flagged() -> None:
    ld = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": "2024-03-02T15:30:00Z"}
    head = f'<script type="application/ld+json">{json.dumps(ld)}</script>'
    article = read(page(head=head, above="<p class=date>등록 2024-03-02 15:30</p>"))
    assert article.published_at == "2024-03-02T15:30:00+09:00"
    assert any("gives Korean time as UTC" in flag for flag in flags(article))


def test_labels_glued_to_the_next_time() -> None:
    above = "<p class=info>입력<b>2024.08.04 07:00</b>수정<b>2024.08.04 16:33</b>읽는 시간<b>03분</b></p>"
    article = read(page(above=above))
    assert article.published_at == "2024-08-04T07:00:00+09:00"
    assert article.modified_at == "2024-08-04T16:33:00+09:00"


def test_same_time_twice_is_published_and_modified() -> None:
    article = read(page(above="<p>기사입력 2013-10-24 03:00 기사수정 2013-10-24 03:00</p>"))
    assert article.published_at == article.modified_at == "2013-10-24T03:00:00+09:00"


def test_half_past_noon() -> None:
    assert (
        read(page(above="<span class=date>2024.10.24. 오후 12:05</span>")).published_at == "2024-10-24T12:05:00+09:00"
    )


def test_attribute_of_the_page() -> None:
    above = '<span data-at="2024-06-13T20:01:00+09:00">2시간 전</span>'
    assert read(page(above=above)).published_at == "2024-06-13T20:01:00+09:00"


@pytest.mark.parametrize("title", [f"{HEADLINE} - 다온통신", f"{HEADLINE} | 사회 | 다온통신", f"다온통신:{HEADLINE}"])
def test_without_the_outlet(title: str) -> None:
    article = read(page(head=f"<title>{title}</title>"))
    assert texts(article, "headline") == [HEADLINE]


def test_from_the_head_where_the_page_shows_none() -> None:
    raw = f'<head><meta property="og:title" content="{HEADLINE} - 다온통신"></head><body><div>{BODY}</div></body>'
    assert texts(read(raw.encode()), "headline") == [HEADLINE]


def test_not_twice() -> None:
    article = read(page(body=f"<p>{HEADLINE}</p>{BODY}", head=f"<title>{HEADLINE}</title>"))
    assert HEADLINE not in texts(article, "paragraph")


def test_twice_escaped() -> None:
    ld = '{"@type":"NewsArticle","headline":"&quot;방앗간이 책방으로&quot; 석 달의 기록"}'
    raw = f'<script type="application/ld+json">{ld}</script><div class=article_body>{BODY}</div>'
    assert texts(read(raw.encode()), "headline") == ['"방앗간이 책방으로" 석 달의 기록']


def test_page_and_head_together() -> None:
    ld = {"@type": "NewsArticle", "author": [{"@type": "Person", "name": n} for n in ("도가람", "위나래")]}
    head = f'<script type="application/ld+json">{json.dumps(ld)}</script>'
    article = read(page(head=head, above="<p class=byline>도가람 기자 외 1명</p>"))
    assert [author.name for author in article.byline] == ["도가람", "위나래"]


def test_outlet_is_no_reporter() -> None:
    head = '<meta property="og:site_name" content="새봄누리"><meta name=author content="새봄누리">'
    article = read(page(head=head))
    assert article.byline == ()
    assert "no byline found" in flags(article)


def test_address_of_a_page_is_no_reporter() -> None:
    head = '<meta property="article:author" content="https://www.facebook.com/saebom">'
    assert read(page(head=head)).byline == ()


def test_credits_without_a_role() -> None:
    article = read(page(body=f"{BODY}<p>취재 도가람 / 사진 위나래</p>"))
    assert [author.name for author in article.byline] == ["도가람", "위나래"]
    assert "취재 도가람 / 사진 위나래" not in texts(article, "paragraph")


@pytest.mark.parametrize(
    "markup",
    [
        "<figure><img src=a.jpg><figcaption>{0}</figcaption></figure>",
        "<table><tr><td><img src=a.jpg></td></tr><tr><td>{0}</td></tr></table>",
        "<div class=photo><img src=a.jpg><span>{0}</span></div>",
        "<div><img src=a.jpg><br>{0}</div>",
        "<dl><dt><img src=a.jpg></dt><dd>{0}</dd></dl>",
        "<p class=caption>{0}</p>",
        "<em class=img_desc>{0}</em>",
        '<div><img src=a.jpg alt="{0}"></div>',
        '<figure><img src=a.jpg alt="{0}"><figcaption>{0}</figcaption></figure>',
    ],
)
def test_parted_from_the_body_where_it_stands(markup: str) -> None:
    caption = "고쳐 지은 달내읍 방앗간 도서관의 서가. 한결뉴스"
    first, rest = BODY.split("</p>", 1)
    article = read(page(body=f"{first}</p>{markup.format(caption)}{rest}"))
    assert texts(article, "caption") == [caption]
    assert not any(caption in text for text in texts(article, "paragraph"))
    assert [block.type for block in article.blocks][1:4] == ["paragraph", "caption", "paragraph"]


@pytest.mark.parametrize("alt", [HEADLINE, "20240302_001.jpg", "사진", "기사 이미지", "달내읍", ""])
def test_alternative_text_that_says_nothing(alt: str) -> None:
    assert texts(read(page(body=f'<img src=a.jpg alt="{alt}">{BODY}')), "caption") == []


def test_cards_of_other_articles_are_no_captions() -> None:
    cards = "".join(
        f"<div class=card><img src={n}.jpg><strong>다른 기사의 제목 {n}번째 이야기</strong>"
        f"<p>다른 기사의 요약 문장 {n}번이 여기에 실린다.</p></div>"
        for n in range(4)
    )
    article = read(page(behind=f"<div>{cards}</div>"))
    assert texts(article, "caption") == []
    assert len(texts(article, "paragraph")) == 3


def test_credit_of_several_pieces_is_one_caption() -> None:
    figure = "<figure><img src=a.jpg><figcaption>도서관 앞뜰의 아이들. <em>한결뉴스</em><button>확대</button></figcaption></figure>"
    assert texts(read(page(body=figure + BODY)), "caption") == ["도서관 앞뜰의 아이들. 한결뉴스"]


def test_lines_parted_by_breaks() -> None:
    body = BODY.replace("</p><p>", "<br><br>").replace("<p>", "").replace("</p>", "")
    assert len(texts(read(page(body=body)), "paragraph")) == 3


def test_hidden_copies_are_not_read() -> None:
    article = read(page(behind=f"<div style='display:none'>{BODY}</div><div class=print-only>{BODY}</div>"))
    assert len(texts(article, "paragraph")) == 3


def test_next_article_of_an_endless_page_is_another() -> None:
    other = BODY.replace("방앗간", "정미소").replace("도서관", "박물관")
    raw = (
        f"<div class=view><h2 class=tit>{HEADLINE}</h2><div class=txt>{BODY}</div></div>"
        f"<div class=view><h2 class=tit>정미소가 박물관으로 바뀐 이야기</h2><div class=txt>{other}</div></div>"
    )
    article = read(f"<head><title>{HEADLINE}</title></head><body>{raw}</body>".encode())
    assert len(texts(article, "paragraph")) == 3
    assert not any("박물관" in text for text in texts(article, "paragraph"))


def test_rows_of_a_table_are_paragraphs() -> None:
    table = "<table><tr><th>해</th><th>책</th></tr><tr><td>2023</td><td>800권</td></tr></table>"
    assert "2023 800권" in texts(read(page(body=BODY + table + BODY.replace("달내", "나래"))), "paragraph")


def test_links_and_notices_are_dropped_with_their_reasons() -> None:
    extra = '<p><a href=/1>[관련기사] 다른 마을의 도서관 이야기</a></p><p>무단전재 및 재배포 금지</p><div class="sns_share">공유하기</div>'
    article = read(page(body=BODY + extra))
    assert len(texts(article, "paragraph")) == 3
    assert {"copyright", "sharing"} <= set(dropped(article).values())


def test_summary_of_a_machine_is_no_dek() -> None:
    above = "<div class=article-summary><button>AI 요약</button><ul><li>방앗간이 도서관이 됐다고 해요.</li></ul></div>"
    article = read(page(above=above))
    assert texts(article, "dek") == []


def test_bold_line_is_a_sub_head_and_a_bold_question_is_not() -> None:
    first, rest = BODY.split("</p>", 1)
    body = f"{first}</p><p><b>서가를 옮긴 사람들</b></p>{rest}<p><b>― 가장 힘들었던 때는 언제인가?</b></p><p>{LEAD}</p>"
    article = read(page(body=body))
    assert texts(article, "subhead") == ["서가를 옮긴 사람들"]
    assert "― 가장 힘들었던 때는 언제인가?" in texts(article, "paragraph")


def test_arc() -> None:
    content = {
        "headlines": {"basic": HEADLINE},
        "display_date": "2024-03-02T01:11:00Z",
        "credits": {"by": [{"name": "도가람 기자"}]},
        "content_elements": [
            {"type": "image", "caption": "도서관 서가. /한결뉴스"},
            {"type": "text", "content": LEAD},
            {"type": "header", "content": "서가를 옮긴 사람들"},
            {"type": "text", "content": "아이들이 새 서가 앞에서 책을 고르고 있다. 2024.03.02 /한결뉴스"},
            {"type": "text", "content": "읍은 책을 <b>3천 권</b> 더 들여놓을 계획이라고 밝혔다."},
        ],
    }
    script = f"window.Fusion=window.Fusion||{{}};Fusion.globalContent={json.dumps(content)};Fusion.x={{}};"
    article = read(f"<body><div id=root></div><script>{script}</script></body>".encode())
    assert texts(article, "headline") == [HEADLINE]
    assert texts(article, "caption") == ["도서관 서가. /한결뉴스"]
    assert any("책을 고르고 있다" in text for text in texts(article, "paragraph"))
    assert texts(article, "subhead") == ["서가를 옮긴 사람들"]
    assert article.published_at == "2024-03-02T10:11:00+09:00"
    assert [author.name for author in article.byline] == ["도가람"]


def test_next_data() -> None:
    data = {"props": {"pageProps": {"article": {"title": HEADLINE, "content": BODY, "regDate": "2024.03.02 10:11"}}}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'
    article = read(f"<body><div id=__next></div>{script}</body>".encode())
    assert len(texts(article, "paragraph")) == 3
    assert article.published_at == "2024-03-02T10:11:00+09:00"


def test_flight_chunks() -> None:
    text = BODY.encode()
    row = f"24:T{len(text):x},{BODY}"
    pushes = "".join(f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in (row[:40], row[40:]))
    article = read(f"<head><title>{HEADLINE}</title></head><body>{pushes}</body>".encode())
    assert len(texts(article, "paragraph")) == 3


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, // 주석\n "b": "http://x.example//y"}',
        '{"a": 1, /* 주석 */ "b": "http://x.example//y",}',
        '{"a": 1, "b": "http://x.example//y"};',
        '\n{"a": 1,\n"b": "http://x.example//y"}\n',
    ],
)
def test_forgives_what_pages_write(text: str) -> None:
    assert loads(text) == {"a": 1, "b": "http://x.example//y"}


@pytest.mark.parametrize("text", ["", "{", "{a: 1}", "[" * 5000])
def test_gives_nothing_where_there_is_none(text: str) -> None:
    assert loads(text) is None


def test_cp949_that_declares_utf8() -> None:
    raw = page(head="<meta charset=utf-8>").decode().encode("cp949")
    article = read(raw)
    assert article.provenance.normalizer is not None
    assert article.provenance.normalizer.encoding == "cp949"
    assert texts(article, "headline") == [HEADLINE]


def test_bad_bytes_are_replaced_and_flagged() -> None:
    raw = page().replace("내년까지".encode(), "내년까지".encode()[:-1])
    assert any("were replaced" in flag for flag in flags(read(raw)))


def test_declared_charset_comes_last() -> None:
    raw = "<meta charset=shift_jis><p>これは日本語の記事の本文です。</p>".encode("shift_jis")
    assert decode_html(raw, "page")[1] == "shift_jis"


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n" + b"\xd0\xff\x81\x20" * 90, b"PK\x03\x04\x00\x00"])
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(NormalizeError, match=r"^page: "):
        read(raw)


def test_nuxt_function() -> None:
    content = json.dumps(BODY).replace("<", "\\u003C")
    script = (
        "window.__NUXT__=(function(a,b){return {data:[{article:{title:"
        f"{json.dumps(HEADLINE)},writer:b,regDate:'2024-03-02 10:11:00',isPaid:a,content:{content}}}}}]}}}}(!1,\"도가람\"));"
    )
    article = read(f"<body><div id=__nuxt></div><script>{script}</script></body>".encode())
    assert len(texts(article, "paragraph")) == 3
    assert article.published_at == "2024-03-02T10:11:00+09:00"
    assert [author.name for author in article.byline] == ["도가람"]


def test_state_handed_to_json_parse() -> None:
    data = {"detail": {"title": HEADLINE, "contentHtml": BODY, "firstPublishDate": 1709341860000}}
    script = f"window.__INITIAL_STATE__=JSON.parse({json.dumps(json.dumps(data))});"
    article = read(f"<body><div id=app></div><script>{script}</script></body>".encode())
    assert len(texts(article, "paragraph")) == 3
    assert article.published_at == "2024-03-02T10:11:00+09:00"


def test_cache_with_references() -> None:
    state = {
        "Article:1": {
            "headline": HEADLINE,
            "body": [{"__ref": "Block:1"}, {"__ref": "Block:2"}],
            "authors": [{"__ref": "A:9"}],
        },
        "A:9": {"name": "도가람"},
        "Block:1": {"type": "text", "content": LEAD},
        "Block:2": {"type": "image", "caption": "도서관 서가. 한결뉴스"},
    }
    article = read(f"<body><script>window.__APOLLO_STATE__={json.dumps(state)};</script></body>".encode())
    assert texts(article, "paragraph") == [LEAD]
    assert texts(article, "caption") == ["도서관 서가. 한결뉴스"]
    assert [author.name for author in article.byline] == ["도가람"]


def test_body_in_json_ld_alone() -> None:
    ld = {
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "articleBody": f"{LEAD}\n\n읍은 책 3천 권을 더 들여놓을 계획이다.",
    }
    article = read(f'<script type="application/ld+json">{json.dumps(ld)}</script><div id=app></div>'.encode())
    assert texts(article, "paragraph") == [LEAD, "읍은 책 3천 권을 더 들여놓을 계획이다."]
    assert article.provenance.normalizer is not None
    assert article.provenance.normalizer.reader == "html (json-ld articleBody)"


def test_board_puts_its_name_around_the_headline() -> None:
    raw = (
        f"<head><title>{HEADLINE} > 뉴스</title></head><body><h1>{HEADLINE} > 뉴스</h1>"
        f"<h2><span>마을소식</span> <span>{HEADLINE}</span></h2>"
        f"<p>작성자 고은별 작성일 21-11-03 10:22</p><div class=article_body>{BODY}</div>"
        '<div class=comments><h2>댓글</h2><time datetime="2021-11-04T12:01:00+09:00">21-11-04 12:01</time></div></body>'
    )
    article = read(raw.encode())
    assert texts(article, "headline") == [HEADLINE]
    assert article.published_at == "2021-11-03T10:22:00+09:00"


def test_what_is_missing_or_paid_for_is_flagged() -> None:
    ld = {"@type": "NewsArticle", "headline": HEADLINE, "isAccessibleForFree": False}
    head = f'<script type="application/ld+json">{json.dumps(ld)}</script>'
    told = " ".join(flags(read(page(body=f"<p>{LEAD} 읍은 책을 더 들여놓는다.</p>", head=head))))
    for flag in ("no byline found", "no time of publication found", "very short body", "for subscribers only"):
        assert flag in told


def test_what_stands_around_the_body_is_recorded() -> None:
    behind = (
        "<div class=related_news><h3>관련 기사</h3><ul><li><a href=1>다른 마을의 도서관</a></li></ul></div>"
        "<p class=copyright>ⓒ 새봄누리 무단전재 및 재배포 금지</p>"
    )
    reasons = set(dropped(read(page(behind=behind))).values())
    assert {"list of other articles", "copyright"} <= reasons


def test_short_lines_under_triangles_behind_pictures_are_captions() -> None:
    first, rest = BODY.split("</p>", 1)
    article = read(
        page(
            body=f"{first}</p><img src=a.jpg><br>▲ 서가를 나르는 아이들<br><img src=b.jpg><br>▲ 문패를 다는 날<br>{rest}"
        )
    )
    assert texts(article, "caption") == ["▲ 서가를 나르는 아이들", "▲ 문패를 다는 날"]
