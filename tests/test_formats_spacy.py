"""spaCy: the DocBin as spaCy reads and trains on it, what a person does to it, and what is none."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import spacy
from exchanged_articles import articles, corpus_articles
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from small_article import SMALL
from spacy.tokens import Doc, DocBin, Span, SpanGroup
from spacy.training import Example
from spacy.vocab import Vocab

from malmoi import store
from malmoi.formats import get
from malmoi.formats.exchange import imported
from malmoi.formats.interface import File, FormatError
from malmoi.formats.pages import page_of
from malmoi.formats.spacy import SyllableTokenizer

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.language import Language

    from malmoi.formats.assemble import Assembled
    from malmoi.model import Article

GOLDEN = Path(__file__).parent / "formats/spacy.json"


def pipeline(tokenizer: str = "malmoi.syllables.v1") -> Language:
    """An empty pipeline for Korean; spaCy's own tokenizer for it wants a MeCab library."""
    return spacy.blank("ko", config={"nlp": {"tokenizer": {"@tokenizers": tokenizer}}})


def _packed(*originals: Article) -> bytes:
    (file,) = get("spacy").encode(map(page_of, originals))
    assert isinstance(file, File)
    return file.data


def written(path: Path, *originals: Article) -> Path:
    """The articles as a DocBin on disk."""
    path.write_bytes(_packed(*originals))
    return path


def opened(path: Path) -> list[Doc]:
    """The Docs of a DocBin as a user of spaCy gets them."""
    return list(DocBin().from_disk(path).get_docs(pipeline().vocab))


def saved(path: Path, *docs: Doc) -> Path:
    DocBin(docs=docs, store_user_data=True).to_disk(path)
    return path


def one(path: Path) -> Assembled:
    (found,) = imported(get("spacy"), path)
    assert not isinstance(found, FormatError), found
    return found


def worked_on(tmp_path: Path, work: Callable[[Doc], None]) -> Assembled:
    """The small article after somebody has worked on its Doc."""
    (doc,) = opened(written(tmp_path / "a.spacy", SMALL))
    work(doc)
    return one(saved(tmp_path / "b.spacy", doc))


def notes(found: Assembled) -> list[str]:
    return [f"{note.kind}: {note.message}" for note in found.notes]


def run(doc: Doc, text: str, label: str, kb_id: str = "", span_id: str = "") -> Span:
    start = doc.text.index(text)
    span = doc.char_span(start, start + len(text), label, kb_id, span_id=span_id)
    assert span is not None
    return span


def shown(doc: Doc) -> dict[str, Any]:
    """A Doc as plain data, through spaCy's own attributes."""
    return {
        "tokens": [token.text_with_ws for token in doc],
        "ents": [[ent.text, ent.label_, ent.ent_id_, ent.kb_id_] for ent in doc.ents],
        "spans": {
            name: {
                "attrs": group.attrs,
                "spans": [[span.text, span.start_char, span.label_, span.id_, span.kb_id_] for span in group],
            }
            for name, group in doc.spans.items()
        },
        "user_data": doc.user_data,
    }


def test_the_docs_are_these(tmp_path: Path) -> None:
    path = written(tmp_path / "a.spacy", SMALL)
    (doc,) = opened(path)
    assert doc.text == page_of(SMALL).text
    assert orjson.loads(orjson.dumps(shown(doc))) == orjson.loads(GOLDEN.read_bytes())
    assert one(path).article == SMALL


# Tokens


@given(text=st.text(alphabet="가각A9 .\n\t\u00a0\u3000“😀👍🏽中é\u0301가_") | st.text(min_size=1))
@settings(max_examples=300)
def test_a_docs_text_is_the_text(text: str) -> None:
    doc = SyllableTokenizer(Vocab())(text)
    assert doc.text == text
    words = [token.text for token in doc]
    assert all(len(word) == 1 or word.isdecimal() or word.isspace() or word.isalnum() for word in words)
    assert not any(len(word) > 1 and "가" <= char <= "힣" for word in words for char in word)


def test_tokens() -> None:
    doc = SyllableTokenizer(Vocab())("의원은 KBS와  2024년\n\n中 café_1.5%")
    assert [token.text_with_ws for token in doc] == [
        *("의", "원", "은 ", "KBS", "와 ", " ", "2024", "년", "\n\n", "中 ", "café", "_", "1", ".", "5", "%"),
    ]  # fmt: skip


def _inside(docs: list[Doc], nlp: Language) -> tuple[int, int]:
    """Entities, and those with an edge inside a token that the pipeline makes."""
    edges = [
        ({token.idx for token in own}, {token.idx + len(token) for token in own}, doc.ents)
        for doc, own in ((doc, nlp.make_doc(doc.text)) for doc in docs)
    ]
    found = [ent.start_char not in starts or ent.end_char not in ends for starts, ends, ents in edges for ent in ents]
    return len(found), sum(found)


def test_no_edge_of_the_corpus_lies_inside_a_token(tmp_path: Path) -> None:
    sample = corpus_articles()[::8]
    docs = opened(written(tmp_path / "a.spacy", *sample))
    entities = sum(len(article.entities) for article in sample)
    assert _inside(docs, pipeline()) == (entities, 0)
    assert not any("unaligned" in group.attrs for doc in docs for group in doc.spans.values())
    # With spaCy's own rules, every third and more has: what a particle stands on.
    assert _inside(docs, pipeline("spacy.Tokenizer.v1"))[1] > entities / 3


def test_a_saved_pipeline_has_the_tokenizer(tmp_path: Path) -> None:
    pipeline().to_disk(tmp_path / "model")
    assert [token.text for token in spacy.load(tmp_path / "model")("의원은")] == ["의", "원", "은"]


def test_spacy_trains_on_it(tmp_path: Path) -> None:
    nlp = pipeline()
    (doc,) = DocBin().from_disk(written(tmp_path / "a.spacy", SMALL)).get_docs(nlp.vocab)
    example = Example(nlp.make_doc(doc.text), doc)
    tags = example.get_aligned_ner()
    assert [tag for tag in tags if tag is None or tag == "-"] == [], "what does not fit would be left out"
    assert sum(tag.startswith(("B", "U")) for tag in tags) == len(doc.ents)
    nlp.add_pipe("ner")
    nlp.add_pipe("spancat", config={"spans_key": "quotes"})
    nlp.initialize(lambda: [example])
    assert set(nlp.get_pipe("spancat").labels) == {"content", "marker", "cue", "source"}  # type: ignore[attr-defined]
    assert set(nlp.get_pipe("ner").labels) == {"OGG_ECONOMY", "CV_POSITION", "DT_DAY"}  # type: ignore[attr-defined]
    losses = nlp.update([example])
    assert losses["ner"] > 0
    assert losses["spancat"] > 0


@given(article=articles())
@settings(max_examples=40, deadline=None)
def test_every_span_says_what_it_said(article: Article) -> None:
    (doc,) = _docs(article)
    page = page_of(article)
    assert doc.text == page.text
    texts = {"entities": [e.mark.text for e in page.entities]}
    texts["quotes"] = [mark.text for quote in page.quotes for _, mark in quote.parts()]
    for name, expected in texts.items():
        group = doc.spans[name]
        found = [span.text for span in group]
        for at, (_, start, end, *_) in group.attrs.get("unaligned", []):
            assert doc.char_span(start, end) is None, "only what fits no tokens"
            found.insert(at, doc.text[start:end])
        assert found == expected
    taken: set[int] = set()
    for ent in sorted(doc.spans["entities"], key=lambda span: (span.start - span.end, span.start)):
        if taken.isdisjoint(range(ent.start, ent.end)):
            taken |= set(range(ent.start, ent.end))
            assert any((kept.start, kept.end) == (ent.start, ent.end) for kept in doc.ents)
    assert sum(len(kept) for kept in doc.ents) == len(taken)


def _docs(*originals: Article) -> list[Doc]:
    return list(DocBin().from_bytes(_packed(*originals)).get_docs(Vocab()))


# What a person does


def test_an_edge_inside_a_token_is_kept_and_not_moved(tmp_path: Path) -> None:
    entity = replace(SMALL.entities[3], end=SMALL.entities[3].start + 1, text="5")
    block = replace(SMALL.blocks[1], text=(SMALL.blocks[1].text or "").replace("5일", "15일"))
    one_five = replace(entity, start=entity.start + 1, end=entity.end + 1)
    article = replace(SMALL, blocks=(SMALL.blocks[0], block), entities=(one_five,), quotes=(), captions=())
    path = written(tmp_path / "a.spacy", article)
    (doc,) = opened(path)
    assert list(doc.spans["entities"]) == list(doc.ents) == []
    assert [run[0] for _, run in doc.spans["entities"].attrs["unaligned"]] == ["DT_DAY"]
    found = one(path)
    assert found.article == article
    assert not found.notes


def test_what_was_not_touched_comes_back_as_it_was(tmp_path: Path) -> None:
    found = worked_on(tmp_path, lambda _: None)
    assert found.article == SMALL
    assert not found.notes


def test_entities_relabelled_deleted_and_new(tmp_path: Path) -> None:
    def work(doc: Doc) -> None:
        group = doc.spans["entities"]
        kept = [span for span in group if span.id_ not in {"e-0002", "e-0003"}]
        other = run(doc, "김가람 대표", "CV_OCCUPATION", span_id="e-0003")
        new = [
            run(doc, "은채령", "PS_NAME", kb_id="은채령"),
            run(doc, "가온", "신문사"),
        ]
        doc.spans["entities"] = SpanGroup(doc, spans=[*kept, other, *new], attrs=group.attrs)

    found = worked_on(tmp_path, work)
    by_text = {entity.text: entity for entity in found.article.entities}
    assert by_text["김가람 대표"] == replace(SMALL.entities[2], label="CV_OCCUPATION")
    assert by_text["5일"] == SMALL.entities[3]
    assert "김가람" not in by_text
    cluster = next(cluster for cluster in found.article.clusters if cluster.name == "은채령")
    assert by_text["은채령"].cluster == cluster.id
    assert notes(found) == ["dropped: entity 신문사: '신문사' is none of the labels"]


def test_quotes_are_what_one_id_ties(tmp_path: Path) -> None:
    def work(doc: Doc) -> None:
        group = doc.spans["quotes"]
        new = [
            run(doc, "새 공장 문 연다", "content", span_id="mine", kb_id="한빛전자"),
            run(doc, "한빛전자", "source", span_id="mine"),
            run(doc, "문", "cue", span_id="mine"),
            run(doc, "연다", "cue", span_id="mine"),
            run(doc, "깊지", "sorce", span_id="mine"),
            run(doc, "기자", "marker"),
            run(doc, "건널 수", "content"),
        ]
        doc.spans["quotes"] = SpanGroup(doc, spans=[*group, *new], attrs=group.attrs)

    found = worked_on(tmp_path, work)
    first, second, third = found.article.quotes
    assert second == SMALL.quotes[0] or third == SMALL.quotes[0]
    assert (first.speaker, first.source_status, first.cue and first.cue.text) == ("c-0001", "explicit", "문")
    assert {quote.content[0].text for quote in (second, third)} == {"“비가 와도 건널 수 있다”", "건널 수"}
    text = page_of(SMALL).text
    assert notes(found) == [
        f"dropped: quotes: cue at {text.index('연다')}:{text.index('연다') + 2}: its quote has another",
        f"dropped: quotes: sorce at {text.index('깊지')}:{text.index('깊지') + 2}: its label is none of content, marker, cue, source",
        f"dropped: quotes: marker at {text.index('기자')}:{text.index('기자') + 2}: no content has its id_",
    ]


def test_a_foreign_doc_with_ents_only(tmp_path: Path) -> None:
    nlp = pipeline()
    doc = nlp.make_doc("김가람 대표는\n5일 가온에 갔다.")
    doc.ents = [run(doc, "김가람", "PS_NAME"), run(doc, "가온", "LOC")]
    found = one(saved(tmp_path / "a.spacy", doc))
    assert [(block.type, block.text) for block in found.article.blocks] == [
        ("paragraph", "김가람 대표는"),
        ("paragraph", "5일 가온에 갔다."),
    ]
    assert [(entity.label, entity.text) for entity in found.article.entities] == [("PS_NAME", "김가람")]
    assert notes(found) == ["dropped: entity LOC: 'LOC' is none of the labels"]


# What is no DocBin


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda raw: b"PAR1" + raw,
        lambda raw: raw[: len(raw) // 2],
        lambda _: zlib.compress(b""),
        lambda raw: zlib.compress(zlib.decompress(raw)[:-9]),
        lambda _: zlib.compress(b"\x93\x01\x02\x03"),
        lambda raw: zlib.compress(zlib.decompress(raw).replace(b"spaces", b"spices")),
        lambda raw: zlib.compress(zlib.decompress(raw).replace(b"lengths", b"lenghts")),
    ],
    ids=["empty", "Parquet", "half", "nothing packed", "cut", "a list", "no spaces", "no lengths"],
)
def test_what_is_no_docbin_is_refused(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = written(tmp_path / "a.spacy", SMALL)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(FormatError, match=r"a\.spacy: not a DocBin as spaCy writes it, or a broken one: "):
        list(imported(get("spacy"), path))


def test_a_doc_that_is_not_as_it_was_written_leaves_the_others(tmp_path: Path) -> None:
    def with_clusters(doc: Doc) -> None:
        doc.user_data["malmoi"]["clusters"] = [{"id": 5}]

    def with_copies(doc: Doc) -> None:
        doc.spans["captions"].attrs["copies"] = {"caption-1": "zwei"}

    def with_unaligned(doc: Doc) -> None:
        doc.spans["quotes"].attrs["unaligned"] = [["content", 1, 2]]

    docs = opened(written(tmp_path / "a.spacy", *[SMALL] * 4))
    for doc, change in zip(docs, (with_clusters, with_copies, with_unaligned), strict=False):
        change(doc)
    *broken, good = imported(get("spacy"), saved(tmp_path / "b.spacy", *docs))
    assert not isinstance(good, FormatError)
    assert good.article == SMALL
    for number, found in enumerate(broken, 1):
        assert str(found).startswith(f"{tmp_path / 'b.spacy'}, document {number}: attrs or user_data are not as they")


def test_a_missing_library_is_named_with_its_extra(tmp_path: Path) -> None:
    store.dump(SMALL, tmp_path / "a.json")
    command = "import sys; sys.modules['spacy'] = None; from malmoi.commands import main; sys.exit(main())"
    arguments = ["export", "--format", "spacy", str(tmp_path / "a.json")]
    done = subprocess.run([sys.executable, "-c", command, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "malmoi: spacy is not installed; pip install 'malmoi[spacy]'\n")
