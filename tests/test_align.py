"""Spans to labels of tokens and back: every kind of tokenizer, against a slow reference, and each trap by itself."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sample_corpus import annotated
from seqeval.metrics.sequence_labeling import get_entities
from small_tokenizers import KINDS, tokenizer

from malmoi import store
from malmoi.align import (
    IGNORED,
    AlignError,
    Labelled,
    align,
    align_batch,
    block_spans,
    first_of_words,
    label_names,
    row_spans,
    spans_of,
)
from malmoi.build.rows import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Encoding

    from malmoi.align import Aligned, Edges, Scheme

LABELS = ("PS", "OG", "QT")
BIO, BILOU = label_names("class", "BIO"), label_names("class", "BILOU")
Span = tuple[int, int, str]

_PIECES = (
    *("한빛전자", "김가람", "의원은", "서울에서", "대표", "는", "말했다.", "(", ")", "“", "”", "=", "5일", "2024년"),
    *("😀", "👍🏽", "㈜다온", "½", "Café", "É", "각하", "é", "뷁", "똠방", "𠀀", "𠀁", "ﬁ", "…", "\u200b"),
    *(" ", " ", " ", "  ", "\u3000", "\u00a0", "\n"),
)
texts = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


@st.composite
def _marked(draw: st.DrawFn, *, apart: bool = False) -> tuple[str, list[Span]]:
    """A text, and spans of it in any order that have no white space at their edges; none overlapping, if `apart`."""
    text = draw(texts)
    inside = [at for at, char in enumerate(text) if not char.isspace()]
    spans: list[Span] = []
    for _ in range(draw(st.integers(0, 6)) if inside else 0):
        start = draw(st.sampled_from(inside))
        end = draw(st.sampled_from([at for at in inside if start <= at < start + 9])) + 1
        if not apart or all(end <= other[0] or other[1] <= start for other in spans):
            spans.append((start, end, draw(st.sampled_from(LABELS))))
    return text, spans


def _aligned(
    encoding: Encoding, text: str, spans: Sequence[Span], scheme: Scheme = "BIO", edges: Edges = "snap"
) -> Aligned:
    names = label_names("class", scheme)
    special = encoding.special_tokens_mask
    return align(encoding.offsets, text, spans, names, special=special, edges=edges)


def _names(labels: Sequence[int], scheme: Scheme = "BIO") -> list[str | None]:
    names = label_names("class", scheme)
    return [None if label == IGNORED else names[label] for label in labels]


def _touching(encoding: Encoding, span: Span) -> list[int]:
    """The tokens of a span, asking each."""
    start, end, _ = span
    return [
        at
        for at, ((head, tail), special) in enumerate(zip(encoding.offsets, encoding.special_tokens_mask, strict=True))
        if not special and (start < head < end if head == tail else head < end and start < tail)
    ]


def _reference(
    encoding: Encoding, text: str, spans: Sequence[Span], edges: Edges
) -> tuple[list[str | None], list[Span]]:
    """Labels, and the spans that were left out for an edge inside a token, by the definition and in no hurry."""
    labels: list[str | None] = [None if special else "O" for special in encoding.special_tokens_mask]
    dropped = []
    for span in sorted(sorted(spans), key=lambda span: span[0] - span[1]):
        start, end, label = span
        tokens = _touching(encoding, span)
        run = {at for token in tokens for at in range(*encoding.offsets[token]) if not text[at].isspace()}
        if edges == "drop" and run - set(range(start, end)):
            dropped.append(span)
        elif run and all(labels[token] == "O" for token in tokens):
            for token in tokens:
                labels[token] = f"I-{label}"
            labels[tokens[0]] = f"B-{label}"
            content = [at for at, special in enumerate(encoding.special_tokens_mask) if not special]
            before = text[start : encoding.offsets[tokens[0]][0]]
            if tokens[0] == content[0] and before.strip():
                labels[tokens[0]] = f"I-{label}"  # the span begins before the first token there is
    return labels, dropped


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("edges", ["snap", "drop"])
@given(marked=_marked())
@settings(max_examples=30)
def test_labels_are_those_of_the_reference(kind: str, edges: Edges, marked: tuple[str, list[Span]]) -> None:
    text, spans = marked
    encoding = tokenizer(kind).encode(text)
    aligned = _aligned(encoding, text, spans, edges=edges)
    labels, dropped = _reference(encoding, text, spans, edges)
    assert _names(aligned.labels) == labels
    assert sorted(problem.span for problem in aligned.problems if problem.fate == "left out") == sorted(dropped)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["BIO", "BILOU"])
@given(marked=_marked(apart=True))
@settings(max_examples=30)
def test_spans_come_back_as_they_were_or_as_reported(kind: str, scheme: Scheme, marked: tuple[str, list[Span]]) -> None:
    text, spans = marked
    encoding = tokenizer(kind).encode(text)
    aligned = _aligned(encoding, text, spans, scheme)
    said = {problem.span: problem.placed for problem in aligned.problems}
    expected = [(*(said[span] or ()), span[2]) if span in said else span for span in spans]
    back = spans_of(aligned.labels, encoding.offsets, text, label_names("class", scheme))
    assert back == sorted(span for span in expected if len(span) > 1)
    assert spans_of(_names(aligned.labels, scheme), encoding.offsets, text) == back


@pytest.mark.parametrize("kind", KINDS)
@given(marked=_marked(apart=True))
@settings(max_examples=30)
def test_only_a_span_with_its_edges_on_token_edges_is_exact(kind: str, marked: tuple[str, list[Span]]) -> None:
    text, spans = marked
    encoding = tokenizer(kind).encode(text)
    inexact = {problem.span for problem in _aligned(encoding, text, spans).problems}
    for span in spans:
        tokens = _touching(encoding, span)
        covered = {at for token in tokens for at in range(*encoding.offsets[token]) if not text[at].isspace()}
        whole = covered and (min(covered), max(covered) + 1) == span[:2]
        alone = not any(set(tokens) & set(_touching(encoding, other)) for other in spans if other != span)
        if whole and alone:
            assert span not in inexact
        if not whole:
            assert span in inexact


@pytest.mark.parametrize("kind", KINDS)
@given(text=texts)
@settings(max_examples=30)
def test_offsets_never_fall(kind: str, text: str) -> None:
    """What the sweep takes for granted."""
    encoding = tokenizer(kind).encode(text)
    content = [
        offset for offset, special in zip(encoding.offsets, encoding.special_tokens_mask, strict=True) if not special
    ]
    assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(content))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["BIO", "BILOU"])
@given(marked=_marked(apart=True), size=st.integers(4, 9), stride=st.integers(0, 1))
@settings(max_examples=30)
def test_a_window_has_the_labels_that_the_whole_has_there(
    kind: str, scheme: Scheme, marked: tuple[str, list[Span]], size: int, stride: int
) -> None:
    text, spans = marked
    assume("\u200b" not in text)  # one that a tokenizer drops, between two windows, looks like text of the one before
    made = tokenizer(kind)
    whole = made.encode(text)
    whole_labels = _aligned(whole, text, spans, scheme)
    assume(not any(problem.fate in {"sharing a token", "untouched"} for problem in whole_labels.problems))
    content = [at for at, special in enumerate(whole.special_tokens_mask) if not special]
    made.enable_truncation(size, stride=stride)
    try:
        first = made.encode(text)
    finally:
        made.no_truncation()
    for number, window in enumerate((first, *first.overflowing)):
        inner = [at for at, special in enumerate(window.special_tokens_mask) if not special]
        if not inner:
            continue
        at = number * (size - made.num_special_tokens_to_add(is_pair=False) - stride)
        there = content[at : at + len(inner)]
        for one, other in zip(there, inner, strict=True):  # trimmed anew, a token may have its space again
            assert text[slice(*whole.offsets[one])].strip() == text[slice(*window.offsets[other])].strip()
        parted = [(at - 1, at), (at + len(inner) - 1, at + len(inner))]
        if any(
            one >= 0 and other < len(content) and whole.offsets[content[one]][1] > whole.offsets[content[other]][0]
            for one, other in parted
        ):
            continue  # the window begins or ends inside a character; which byte of it that is, offsets do not tell
        labels = _aligned(window, text, spans, scheme).labels
        assert [labels[token] for token in inner] == [whole_labels.labels[token] for token in there]


def _batch(kind: str, text: str, *spans: Span, edges: Edges = "snap") -> tuple[list[str | None], str]:
    labels, report = align_batch([tokenizer(kind).encode(text)], [text], [spans], BIO, edges=edges)
    return _names(labels[0]), "\n".join(report.lines())


def _labelled(kind: str, text: str, *spans: Span) -> list[tuple[str, str | None]]:
    return list(zip(tokenizer(kind).encode(text).tokens, _batch(kind, text, *spans)[0], strict=True))


def test_one_syllable_in_several_byte_tokens() -> None:
    text = "뷁😀의"
    encoding = tokenizer("byte-level BPE").encode(text)
    assert encoding.offsets[:7] == [(0, 1)] * 3 + [(1, 2)] * 4
    labels = _names(_aligned(encoding, text, [(0, 1, "PS"), (1, 2, "OG")]).labels)
    assert labels[:7] == ["B-PS", "I-PS", "I-PS", "B-OG", "I-OG", "I-OG", "I-OG"]
    assert set(labels[7:]) == {"O"}


@pytest.mark.parametrize(
    ("kind", "token"),
    [("byte-level BPE", "ĠìĦľìļ¸"), ("byte-level BPE, trimmed", "ĠìĦľìļ¸"), ("SentencePiece of names", "▁서울")],
)
def test_a_token_with_the_space_before_the_name(kind: str, token: str) -> None:
    text = "가나 서울 다"
    labels = dict(_labelled(kind, text, (3, 5, "OG")))
    assert labels[token] == "B-OG"
    assert "1 span, 1 labelled exactly" in _batch(kind, text, (3, 5, "OG"))[1]
    encoding = tokenizer(kind).encode(text)
    assert spans_of(_batch(kind, text, (3, 5, "OG"))[0], encoding.offsets, text) == [(3, 5, "OG")]


def test_an_empty_token_inside_a_name_belongs_to_it_and_one_before_it_does_not() -> None:
    labels = _labelled("byte-level BPE, trimmed", "가 😀 😀 나", (2, 5, "OG"))
    assert [label for token, label in labels if token == "Ġ"][:2] == ["O", "I-OG"]  # noqa: S105  no password


def test_a_prefix_token_at_the_front_of_a_text() -> None:
    """`tokenizers` gives it the offsets of the first character, so it is that character's first token."""
    labels = _labelled("SentencePiece", "김가람", (0, 3, "PS"))
    assert labels[1] == ("▁", "B-PS")
    assert [label for _, label in labels] == [None, "B-PS", *["I-PS"] * (len(labels) - 3), None]


def test_two_names_without_a_gap() -> None:
    labels = _names(_aligned(tokenizer("BPE over NFC").encode("뷁똠뷁"), "뷁똠뷁", [(0, 1, "PS"), (1, 3, "PS")]).labels)
    assert labels == ["B-PS", "B-PS", "I-PS"]


def test_an_unknown_word_is_one_token() -> None:
    assert _labelled("WordPiece", "뷁쀍은 왔다", (0, 2, "PS"))[1] == ("[UNK]", "B-PS")
    assert "뷁쀍|은 (1)" in _batch("WordPiece", "뷁쀍은 왔다", (0, 2, "PS"))[1]


@pytest.mark.parametrize("kind", ["WordPiece, decomposing", "BPE over NFD"])
def test_offsets_are_those_of_the_text_and_not_of_its_decomposition(kind: str) -> None:
    text = "é각하 김가람은"
    encoding = tokenizer(kind).encode(text)
    aligned = _aligned(encoding, text, [(2, 3, "QT")])
    assert next(label for label in _names(aligned.labels) if label not in {None, "O"}) == "B-QT"
    assert spans_of(aligned.labels, encoding.offsets, text, BIO) == [(2, 3, "QT")]


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_and_no_spans(kind: str) -> None:
    encoding = tokenizer(kind).encode("")
    aligned = _aligned(encoding, "", [])
    assert set(aligned.labels) <= {IGNORED}
    assert spans_of(aligned.labels, encoding.offsets, "", BIO) == []


def test_padding_has_no_label() -> None:
    made = tokenizer("WordPiece")
    made.enable_padding(length=12, pad_token="[PAD]", pad_id=3)  # noqa: S106  no password
    try:
        encoding = made.encode("김가람")
    finally:
        made.no_padding()
    assert _names(_aligned(encoding, "김가람", [(0, 3, "PS")]).labels) == [None, "B-PS", *[None] * 10]
    assert align(encoding.offsets, "김가람", [(0, 3, "PS")], BIO).labels == [IGNORED, 1, *[IGNORED] * 10]
    lists = [list(offset) for offset in encoding.offsets]  # as a data set gives them
    assert align(lists, "김가람", [(0, 3, "PS")], BIO).labels[:2] == [IGNORED, 1]  # type: ignore[arg-type]


def test_every_fate_is_told() -> None:
    text = "김가람 의원은 서울에서 말했다. 김가람"
    made = tokenizer("WordPiece")
    made.enable_truncation(6)
    try:
        encoding = made.encode(text)
    finally:
        made.no_truncation()
    assert encoding.tokens[1:-1] == ["김가람", "의원은", "서울", "##에"]
    spans = [(0, 3, "PS"), (1, 2, "PS"), (4, 6, "PS"), (6, 7, "PS"), (8, 12, "OG"), (18, 21, "PS")]
    labels, report = align_batch([encoding], [text], [spans], BIO)
    assert _names(labels[0]) == [None, "B-PS", "B-PS", "B-OG", "I-OG", None]
    assert list(report.lines()) == [
        "6 spans, 1 labelled exactly",
        "  1 snapped: an edge is on no token's edge; labelled out to it",
        "  1 cut: goes on before the first token, or after the last; labelled in part",
        "  1 outside: before the first token, or after the last: truncated",
        "  1 overlapping: overlaps a longer one, or an equal one before it",
        "  1 sharing a token: its token holds a part of a longer one, or of an equal one before it",
        "  edges inside a token, commonest first: 의원|은 (1)",
    ]
    assert "1 left out: an edge is inside a token" in _batch("WordPiece", "의원은", (0, 2, "PS"), edges="drop")[1]
    aligned = align([(0, 1), (3, 4)], "가\u200b\u200b나", [(1, 3, "PS"), (2, 4, "PS")], BIO)
    assert aligned.problems == [((1, 3, "PS"), "untouched", None, ""), ((2, 4, "PS"), "snapped", (3, 4), "")]


@pytest.mark.parametrize(
    ("span", "edge"),
    [
        ((0, 2, "PS"), "국회|의장"),
        ((2, 4, "PS"), "국회|의장"),
        ((1, 3, "PS"), "국|회의|장"),
        ((1, 6, "PS"), "국|회의장 … 왔|다"),
    ],
)
def test_edges_are_shown_in_their_tokens(span: Span, edge: str) -> None:
    aligned = align([(0, 4), (4, 7)], "국회의장 왔다", [span], BIO)
    assert aligned.problems[0].edge == edge


def test_a_window_that_begins_inside_a_name_goes_on_with_it() -> None:
    text, spans = "김가람의원", [(0, 3, "PS")]
    pieces = [(at, at + 1) for at in range(5)]
    assert [BIO[label] for label in align(pieces[1:3], text, spans, BIO).labels] == ["I-PS", "I-PS"]
    assert [BILOU[label] for label in align(pieces[1:4], text, spans, BILOU).labels] == ["I-PS", "L-PS", "O"]
    assert [BILOU[label] for label in align(pieces[1:2], text, spans, BILOU).labels] == ["I-PS"]
    assert [BILOU[label] for label in align(pieces[:2], text, spans, BILOU).labels] == ["B-PS", "I-PS"]
    assert [BILOU[label] for label in align(pieces[:3], text, [(2, 3, "PS")], BILOU).labels] == ["O", "O", "U-PS"]


@given(labels=st.lists(st.sampled_from(["O", "B-PS", "I-PS", "B-OG", "I-OG"]), max_size=12))
def test_broken_sequences_are_read_as_seqeval_reads_them(labels: list[str]) -> None:
    text = "가" * len(labels)
    offsets = [(at, at + 1) for at in range(len(labels))]
    expected = [(start, end + 1, label) for label, start, end in get_entities(labels)]
    assert spans_of(labels, offsets, text) == expected


def test_what_no_l_ends_goes_on_and_what_nothing_began_begins() -> None:
    offsets = [(at, at + 1) for at in range(7)]
    assert spans_of(["L-PS", "B-PS", "I-OG", "U-PS", "B-QT", "B-QT", "L-QT"], offsets, "가나다라마바사") == [
        (0, 1, "PS"),
        (1, 2, "PS"),
        (2, 3, "OG"),
        (3, 4, "PS"),
        (4, 5, "QT"),
        (5, 7, "QT"),
    ]


def test_tokens_that_share_a_character_do_not_make_overlapping_spans() -> None:
    assert spans_of(["B-PS", "B-OG", "B-QT"], [(0, 2), (1, 3), (2, 3)], "가나다") == [(0, 2, "PS"), (2, 3, "OG")]


def test_the_first_token_of_each_word() -> None:
    encoding = tokenizer("WordPiece, decomposing").encode("각하 김가람")
    labels = _aligned(encoding, "각하 김가람", [(0, 2, "OG"), (3, 6, "PS")]).labels
    words = first_of_words(labels, encoding.word_ids)
    assert _names(words) == [None, "B-OG", *[None] * 4, "B-PS", None]
    assert spans_of(words, encoding.offsets, "각하 김가람", BIO) == [(0, 2, "OG"), (3, 6, "PS")]


@pytest.mark.parametrize(
    ("span", "names", "says"),
    [
        ((3, 9, "PS"), BIO, "the span 3:9 PS is no run of a text of 5 code points"),
        ((2, 2, "PS"), BIO, "the span 2:2 PS is no run"),
        ((-1, 2, "PS"), BIO, "the span -1:2 PS is no run"),
        ((0, 1, "PS_NAME"), BIO, "PS_NAME is none of the 31 label names"),
        ((0, 1, "PS"), ("B-PS", "I-PS"), "O is none of the 2 label names"),
    ],
)
def test_what_cannot_be_aligned_is_named(span: Span, names: Sequence[str], says: str) -> None:
    with pytest.raises(AlignError, match=says):
        align([(at, at + 1) for at in range(5)], "가나다라마", [span], names)


def test_another_text_and_two_texts_are_refused() -> None:
    made = tokenizer("WordPiece")
    with pytest.raises(AlignError, match="the tokens go on to 7, the text to 3: it is another text"):
        align_batch([made.encode("김가람 의원은")], ["김가람"], [[(0, 3, "PS")]], BIO)
    with pytest.raises(AlignError, match="an encoding holds two texts"):
        align_batch([made.encode("김가람", "의원은")], ["김가람"], [[]], BIO)
    with pytest.raises(ValueError, match="shorter"):
        align_batch([made.encode("김가람")], [], [], BIO)


@pytest.mark.parametrize(
    ("label", "says"), [("X-PS", "'X-PS' is no label"), ("B-", "'B-' is no label"), (99, "the id 99")]
)
def test_a_label_that_is_none_is_named(label: str | int, says: str) -> None:
    with pytest.raises(AlignError, match=says):
        spans_of([label], [(0, 1)], "가", BIO if isinstance(label, int) else None)


def test_names_of_labels() -> None:
    assert (len(BIO), len(BILOU), len(label_names("label"))) == (31, 61, 301)
    assert BIO[:3] == ("O", "B-PS", "I-PS")
    assert label_names("quote", "BILOU")[:5] == ("O", "B-content", "I-content", "L-content", "U-content")


def test_spans_of_an_article_and_of_its_rows() -> None:
    article = annotated()
    made = rows(article)
    for plain in (store.to_dict(article), made["default"][0]):  # labels by name, and by number
        for level in ("class", "label"):
            by_block = block_spans(plain, level)
            for row in made["ner"]:
                assert sorted(by_block[row["block"]]) == row_spans(row, level)
    entity = article.entities[0]
    assert (
        Labelled(entity.start, entity.end, entity.label) in block_spans(store.to_dict(article), "label")[entity.block]
    )
    quotes = block_spans(store.to_dict(article), "quote")
    assert sum(map(len, quotes.values())) == len(
        {(part.block, part.start, part.end) for quote in article.quotes for part in quote.parts()}
    )
    row = made["quotes"][0]
    assert [row["text"][start:end] for start, end, _ in row_spans(row, "quote")] == [
        part.text for part in article.quotes[0].parts()
    ]
