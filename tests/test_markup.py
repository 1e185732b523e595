"""The authoring mark-up: what is typed is what is marked, and articles go there and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi import markup, store
from malmoi.commands import main
from malmoi.marks import quote_type
from malmoi.markup import MarkupError, parse, render
from malmoi.model import Article, Block, Caption, Cluster, DatedSpan, Entity, Provenance, Quote, Span

ROOT = Path(__file__).parents[1]
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


def test_text_after_the_footer_is_refused() -> None:
    with pytest.raises(MarkupError, match=":7: text after the footer"):
        parse(HEADER + "글\n+++\n+++\n둘째 글\n")


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
        (['"빠른 배송"보다 중요한 것은 "바른 배송"'], "mixed"),
        (["“그가 ‘간다’고 했다”"], "direct"),
        (["‘돈’보다 ‘사람’"], "indirect"),
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
    assert again.quotes == article.quotes
    assert again.clusters == article.clusters
    assert parse(render(again)) == again


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


@pytest.mark.parametrize("path", sorted((ROOT / "corpus" / "open").rglob("*.json")), ids=lambda path: path.stem)
def test_an_article_of_the_corpus_keeps_its_record(path: Path) -> None:
    article = store.load(path)
    assert parse(render(article)) == article


RECORD = """+++
license = "CC-BY-4.0"
id = "open-0a1b"
tier = "open"
published_at = 2024-03-05T09:12:00+09:00
byline = ["마가람 기자", { name = "남궁 솔", role = "객원 기자" }, { name = "도담", organization = "다온통신" }, "하람"]
blocks = ["h01", "p02", "p02b", "c03"]
[origin]
archive = "다온"
key = "가\\"나\\u007f"
[provenance]
text = "copy"
hydrated = { exact = true, copy_sha256 = "00", left_out = ["e-1234"] }
[provenance.normalizer]
version = "1"
reader = "txt"
encoding = "utf-8"
changed = [{ step = "nfc", before = "U+00A0", after = "U+0020", count = 2 }]
[[provenance.annotations]]
layers = ["entities", "quotes"]
by = "human"
agent = "가"
role = "first"
guidelines = "1.0"
+++
# {PS_NAME@na 남궁 솔} 온다
{PS_NAME@na 남궁 솔}은 {q1.content 온다}고 했다.
다음 날 {q2.content 온다}고 했다.
>2 {.location 새벽나루}
+++
[clusters]
na = { name = "남궁 솔", wikidata = "Q1", id = "c-zz99" }
empty = { name = "아무도", label = "PS_NAME" }
[quotes]
q1 = { id = "q-abcd", speaker = "na", source_status = "omitted" }
q2 = { source_status = "none", mode = "writing" }
+++
"""


def test_a_record_goes_there_and_back_whole() -> None:
    article = parse(RECORD)
    assert [block.id for block in article.blocks] == ["h01", "p02", "p02b", "c03"]
    assert [(author.name, author.role, author.organization) for author in article.byline] == [
        ("마가람", "기자", None),
        ("남궁 솔", "객원 기자", None),
        ("도담", None, "다온통신"),
        ("하람", None, None),
    ]
    assert (article.clusters[0].id, article.clusters[0].label) == ("c-zz99", "PS_NAME")
    assert article.quotes[0].id == "q-abcd"
    assert article.provenance.annotations[0].agent == "가"
    assert article.origin
    assert article.origin.key == '가"나\x7f'
    assert parse(render(article)) == article


def test_quotes_of_one_wording_have_ids_in_document_order() -> None:
    article = marked(
        "{q2.content 온다}고 했다. {q1.content 온다}고 했다.",
        '[quotes]\nq1 = { source_status = "none" }\nq2 = { source_status = "none" }',
    )
    assert article.quotes[1].id.startswith(article.quotes[0].id)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("", "in the header: missing key `license`"),
        ("license = 5", "Expected `str`, got `int`, in license"),
        ('publishr = "가"', "unknown key `publishr` (keys: license, id"),
        ("published_at = 5", "Expected `str`, got `int`, in published_at"),
        ("modified_at = 09:12:00", "in modified_at"),
        ("published_precision = 'hour'", "in published_precision"),
        ("tier = 'opne'", "Invalid enum value 'opne'"),
        ("byline = 3", "in byline"),
        ("byline = [1]", "Expected `str | table`, got `int`, in byline[0]"),
        ('byline = "마가람 기자"', "Expected `array`, got `str`, in byline"),
        ('byline = [{ nam = "마가람" }]', "unknown key `nam`, in byline[0]"),
        ('provenance = { text = "typed" }', "in provenance.text"),
        ("origin = { key = 99999999999999999999 }", "in origin.key"),
        ("url = " + "9" * 5000, "in the lines after 1"),
        ("url = " + "[" * 5000, "in the lines after 1"),
        ('blocks = ["p01"]', "`blocks` names 1 blocks, and the body has 2"),
        ('blocks = ["p01", "p01"]', "`blocks` names a block twice"),
    ],
)
def test_a_slip_in_the_header_is_named(header: str, says: str) -> None:
    licensed = 'license = "CC-BY-4.0"\n' if header and not header.startswith("license") else ""
    with pytest.raises(MarkupError) as caught:
        parse(f"+++\n{licensed}{header}\n+++\n하나\n둘\n", name="기사.mark")
    assert str(caught.value).startswith("기사.mark: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("footer", "says"),
    [
        ('clusters = "a"', "in the footer: Expected `table`, got `str`, in clusters"),
        ("[cluster]", "in the footer: unknown key `cluster`"),
        ("[clusters]\nma = 3", "cluster ma: Expected `table`, got `int`"),
        ('[clusters]\nma = { label = "PS_NAME" }', "cluster ma: missing key `name`"),
        ('[clusters]\nma = { name = "마가람", label = "NOPE" }', "cluster ma: NOPE is no label"),
        ('[clusters]\nma = { name = "마가람", lable = "PS_NAME" }', "cluster ma: unknown key"),
        (
            '[clusters]\nma = { name = "마", label = "PS_NAME", id = "c-1111" }\nna = { name = "나", id = "c-1111" }',
            "cluster na: the id 'c-1111' is another's already",
        ),
        ('[quotes]\nq1 = "x"', "quote q1: Expected `table`, got `str`"),
        ('[quotes]\nq1 = { mode = "shout" }', "quote q1: Invalid enum value 'shout'"),
        ('[quotes]\nq1 = { speakr = "ma" }', "quote q1: unknown key `speakr`"),
    ],
)
def test_a_slip_in_the_footer_is_named(footer: str, says: str) -> None:
    with pytest.raises(MarkupError) as caught:
        marked("{q1.content 가}", footer)
    assert str(caught.value).startswith("<mark-up>")
    assert says in str(caught.value)


@pytest.mark.parametrize("copies", ["0", "000", "1000", "99999999999999999999", "9" * 5000])
def test_copies_out_of_range_are_refused(copies: str) -> None:
    with pytest.raises(MarkupError, match=r":4: `>[09]+|:4: `>1000"):
        marked(f">{copies} 사진 설명")


def changed(**fields: object) -> Article:
    """An article with one fault: a field in place of the sound one."""
    article = marked(
        "{PS_NAME@ma 마가람}은 {q1.content 간다}고 했다.",
        '[clusters]\nma = "마가람"\n[quotes]\nq1 = { speaker = "ma", source_status = "none" }',
    )
    return store.from_dict(store.to_dict(article) | fields)


ENTITY = {"id": "e-0000", "block": "p01", "start": 0, "end": 3, "label": "PS_NAME", "text": "마가람"}
QUOTE = {
    "id": "q-0000", "type": "indirect", "mode": "speech", "source_status": "none",
    "content": [{"block": "p01", "start": 5, "end": 7, "text": "간다"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"entities": [ENTITY | {"cluster": "c-gone"}]}, "entity e-0000 names cluster 'c-gone'"),
        ({"quotes": [QUOTE | {"speaker": "c-gone"}]}, "quote q-0000 names cluster 'c-gone'"),
        ({"entities": [ENTITY | {"block": "p09"}]}, "PS_NAME stands in block 'p09'"),
        ({"entities": [ENTITY | {"end": 99}]}, "PS_NAME at 0:99 is no run of block p01 (0:12)"),
        ({"entities": [ENTITY | {"end": 0}]}, "PS_NAME at 0:0 is no run"),
        ({"entities": [ENTITY | {"text": "다른"}]}, "mark-up cannot say entities: Entity(id='', block='p01'"),
        ({"blocks": [{"id": "p01", "type": "paragraph", "text": "마가람은 간다\n고 했다."}]}, "p01 holds a line break"),
        ({"blocks": [{"id": "p01", "type": "paragraph", "text": "마가람은 간다\r고 했다."}]}, "p01 holds a line break"),
        ({"blocks": [{"id": "p01", "type": "paragraph", "text": "마가람은 간다고 했다. "}]}, "cannot say blocks"),
        ({"section": {}}, "cannot say section: Section(raw=None, medtop=None)"),
        ({"publisher": "\u1103\u1161온"}, "cannot say publisher"),
    ],
)
def test_what_mark_up_cannot_say_is_not_rendered(fields: dict[str, object], says: str) -> None:
    with pytest.raises(MarkupError) as caught:
        render(changed(**fields))
    assert str(caught.value).startswith("draft: ")
    assert says in str(caught.value)


def test_an_article_with_a_fault_that_compiling_names_is_rendered() -> None:
    source = render(changed(entities=[ENTITY | {"label": "PS_NAM"}]))
    with pytest.raises(MarkupError, match="PS_NAM is no label"):
        parse(source)


SOURCE = '+++\nlicense = "CC-BY-4.0"\nid = "{id}"\n+++\n본문\n'


def test_the_command_goes_there_and_back(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.mark").write_text(RECORD, encoding="utf-8")
    assert main(["markup", "compile", str(tmp_path / "a.mark"), "-o", str(tmp_path)]) == 0
    written = tmp_path / "open-0a1b.json"
    before = written.read_bytes()
    assert main(["markup", "render", str(written), "-o", str(tmp_path)]) == 0
    assert main(["markup", "compile", str(tmp_path / "open-0a1b.mark"), "-o", str(tmp_path)]) == 0
    assert written.read_bytes() == before
    assert capfd.readouterr() == ("", "")


def test_exit_codes_of_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    good, missing = tmp_path / "a.mark", tmp_path / "b.mark"
    good.write_text(SOURCE.format(id="open-0001"), encoding="utf-8")
    assert main(["markup", "compile", str(missing)]) == 2
    assert f"{missing}: No such file or directory" in capfd.readouterr().err
    assert main(["markup", "compile", str(good), str(missing), "-o", str(tmp_path)]) == 1
    assert main(["markup", "compile", str(good), str(good), "-o", str(tmp_path)]) == 1
    assert f"its id is that of {good}" in capfd.readouterr().err


@pytest.mark.parametrize("bad", ["../pwned", "/pwned", "가", "a/b", "", ".", "a\n"])
def test_an_id_never_leads_out_of_the_folder(bad: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    article = store.from_dict(store.to_dict(marked("본문")) | {"id": bad})
    store.dump(article, tmp_path / "a.json")
    (tmp_path / "a.mark").write_text(SOURCE.format(id=bad.replace("\n", "\\n")), encoding="utf-8")
    assert main(["withhold", str(tmp_path / "a.json"), "-o", str(folder)]) == 2
    assert main(["markup", "render", str(tmp_path / "a.json"), "-o", str(folder)]) == 2
    assert main(["markup", "compile", str(tmp_path / "a.mark"), "-o", str(folder)]) == 2
    assert capfd.readouterr().err.count("is no id that a file can be named by") == 3
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.json", "a.mark", "out"]
