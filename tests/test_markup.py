"""The authoring mark-up: what is typed is what is marked, and articles go there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi import markup, store
from malmoi.marks import quote_type
from malmoi.markup import MarkupError, parse, render
from malmoi.model import Article, Block, Caption, Cluster, DatedSpan, Entity, Provenance, Quote, Span

HEADER = '+++\nlicense = "CC-BY-4.0"\n+++\n'


def marked(body: str, footer: str = "") -> Article:
    return parse(HEADER + body + (f"\n+++\n{footer}\n+++\n" if footer else "\n"))


def test_block_types_and_ids() -> None:
    article = marked("# 제목\n= 부제\n## 중간\n@ (청주=새벽나루)\n본문\n>2 사진 설명\n\n둘째\n~ 마루솔 기자")
    assert [(b.id, b.type, b.text) for b in article.blocks] == [
        ("h01", "headline", "제목"),
        ("k01", "dek", "부제"),
        ("s01", "subhead", "중간"),
        ("d01", "dateline", "(청주=새벽나루)"),
        ("p01", "paragraph", "본문"),
        ("c01", "caption", "사진 설명"),
        ("p02", "paragraph", "둘째"),
        ("b01", "byline", "마루솔 기자"),
    ]
    assert article.captions == (Caption(block="c01", copies=2),)


def test_nested_tags_and_escapes() -> None:
    article = marked(
        '\\# {q1.source {PS_NAME@ma 마가람} {CV_POSITION 대표}}는 {q1.content "\\{빈\\} \\\\ 곳"}{q1.marker 이라고} {q1.cue 했다}.',
        '[clusters]\nma = "마가람"\n[quotes]\nq1 = { speaker = "ma", mode = "writing" }',
    )
    assert article.blocks[0].text == '# 마가람 대표는 "{빈} \\ 곳"이라고 했다.'
    quote = article.quotes[0]
    assert (quote.type, quote.mode, quote.source_status) == ("direct", "writing", "explicit")
    assert [span.text for span in quote.parts()] == ['"{빈} \\ 곳"', "이라고", "했다", "마가람 대표"]
    assert quote.speaker == article.clusters[0].id == article.entities[0].cluster
    assert article.clusters[0].label == "PS_NAME"


@pytest.mark.parametrize(
    ("body", "footer", "says"),
    [
        ("{PS_NAME 마가람", "", "<mark-up>:4: {PS_NAME is never closed"),
        ("마가람}", "", ":4: a } that closes nothing"),
        ("{PS_NAM 마가람}", "", ":4: PS_NAM is no label"),
        ("{그냥 글}", "", ":4: {그냥 is no tag"),
        ("{PS_NAME }", "", ":4: {PS_NAME } holds no text"),
        ("{PS_NAME@ma 마가람}", "", ":4: cluster 'ma' has no line"),
        ("{.creator 마가람}", "", ":4: `.creator` outside a caption"),
        ("> {.author 마가람}", "", ":4: caption field 'author' is none of location"),
        ("> {.source 가} {.source 나}", "", ":4: caption field 'source' stands twice"),
        ("{q1.content 가}", "", "quote q1 has no line under"),
        ("{q1.cue 가}", "[quotes]\nq1 = {}", "quote q1 has no content"),
        ("{q1.content 가}", "[quotes]\nq1 = {}", "give its source_status"),
        ("{q1.saying 가}", "", "quote part 'saying' is none of"),
        ("{q1.content 가} {q1.cue 나} {q1.cue 다}", "[quotes]\nq1 = {}", "two parts 'cue'"),
        ("{q1.content 가}{q1.source 나}", '[quotes]\nq1 = {speaker = "x"}', "speaker 'x'"),
        ("가", '[clusters]\nx = "나"', "cluster 'x' has no mention"),
        ("가", "[clusters", "in the lines after 5"),
    ],
)
def test_errors_name_the_line_and_the_fault(body: str, footer: str, says: str) -> None:
    with pytest.raises(MarkupError) as caught:
        marked(body, footer)
    assert says in str(caught.value)


def test_a_file_without_fences_is_refused() -> None:
    with pytest.raises(MarkupError, match="expected a header"):
        parse("본문")


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (['"간다"'], "direct"),
        (["“간다”", "“온다”"], "direct"),
        (['"간다”'], "direct"),
        (["\"간다'"], "direct"),
        (["“간다”", "온다"], "mixed"),
        (["값을 “확 낮추겠다"], "mixed"),
        (["값을 ‘확’ 낮춘다"], "indirect"),
    ],
)
def test_quote_type_is_told_from_the_marks(contents: list[str], expected: str) -> None:
    assert quote_type(contents) == expected


SAFE = st.text(st.sampled_from("가나다라 {}\\#=>@~+q1.\"'“”😀"), min_size=1, max_size=30)


@given(st.data())
def test_render_and_parse_go_there_and_back(data: st.DataObject) -> None:
    texts = [
        text for text in data.draw(st.lists(SAFE.map(str.strip), min_size=1, max_size=4)) if text and text != "+++"
    ] or ["가나다"]
    blocks = [Block(id=f"p{i:02d}", type="paragraph", text=text) for i, text in enumerate(texts, 1)]
    entities, quotes = [], []
    cluster = Cluster(id="c-0000", label="PS_NAME", name="가")
    for block in blocks:
        text = block.text or ""
        cut = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=5)))
        for number, (start, end) in enumerate(zip(cut[::2], cut[1::2], strict=False)):
            if text[start:end].strip() == text[start:end]:
                entities.append(
                    Entity(
                        id=f"e-{block.id}{number}", block=block.id, start=start, end=end, label="PS_NAME",
                        text=text[start:end], cluster="c-0000",
                    )
                )  # fmt: skip
        whole = Span(block=block.id, start=0, end=len(text), text=text)
        quotes.append(
            Quote(
                id=f"q-{block.id}0",
                type="mixed",
                mode="speech",
                source_status="none",
                speaker="c-0000",
                content=(whole,),
            )
        )
    date = DatedSpan(block="c01", start=0, end=2, text="가나", value="2024-03-05")
    article = Article(
        schema_version="1.0", id="draft", license="CC-BY-4.0", text_status="included",
        provenance=Provenance(text="written"),
        blocks=(*blocks, Block(id="c01", type="caption", text="가나")),
        entities=tuple(entities), clusters=(cluster,), quotes=tuple(quotes),
        captions=(Caption(block="c01", copies=3, date_created=date),),
    )  # fmt: skip
    again = parse(render(article))
    assert again.blocks == article.blocks
    assert again.captions == article.captions
    assert [(e.block, e.start, e.end) for e in again.entities] == [(e.block, e.start, e.end) for e in entities]
    assert [q.parts() for q in again.quotes] == [q.parts() for q in article.quotes]
    assert render(again) == render(parse(render(again)))


def test_crossing_spans_cannot_be_rendered() -> None:
    article = marked("{PS_NAME@a 가나}다라", '[clusters]\na = "가나"')
    data = store.to_dict(article)
    data["quotes"] = [
        {"id": "q-0000", "type": "indirect", "mode": "speech", "source_status": "none",
         "content": [{"block": "p01", "start": 1, "end": 3, "text": "나다"}]}
    ]  # fmt: skip
    with pytest.raises(MarkupError, match="crosses another span"):
        render(store.from_dict(data))


def test_ids_are_stable_and_unique() -> None:
    taken: set[str] = set()
    first = markup.new_id("e", "가", taken=taken)
    second = markup.new_id("e", "가", taken=taken)
    assert second.startswith(first)
    assert first != second
    assert markup.new_id("e", "가", taken=set()) == first
