"""CoNLL: how entities become labels of characters, what a plain reader makes of the file, and files of another form."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from exchanged_articles import GOLDEN, corpus_articles, small_article
from given_back import edit, entities, messages
from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import replace

from malmoi.formats import bio, get
from malmoi.formats.assemble import Assembled
from malmoi.formats.exchange import exported, imported
from malmoi.formats.interface import FormatError
from malmoi.formats.loss import KINDS
from malmoi.formats.pages import Mark, MarkedEntity

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.model import Article

_GOLDEN = GOLDEN / "conll/article.conll"


def _read(path: Path, text: str) -> list[Assembled | FormatError]:
    path.write_bytes(text.encode())
    return list(imported(get("conll"), path))


def _sentences(path: Path) -> list[tuple[list[str], list[str]]]:
    """What a plain reader of CoNLL makes of a file: no comments, two columns, an empty line ends a sentence."""
    sentences: list[tuple[list[str], list[str]]] = [([], [])]
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("# "):
            continue
        if line:
            token, label = line.split("\t")
            sentences[-1][0].append(token)
            sentences[-1][1].append(label)
        elif sentences[-1][0]:
            sentences.append(([], []))
    return sentences[:-1]


def test_a_plain_reader_finds_every_text_and_entity_of_the_corpus() -> None:
    """The corpus has no entity inside another, so here nothing of them may be missing."""
    articles = corpus_articles()
    with exported(get("conll"), articles) as (made, _):
        sentences = _sentences(made)
    blocks = [(article, block) for article in articles for block in article.blocks]
    assert len(sentences) == len(blocks)
    for (tokens, labels), (article, block) in zip(sentences, blocks, strict=True):
        assert "".join(tokens) == block.text
        spans = [(e.label, e.start, e.end) for e in article.entities if e.block == block.id]
        assert [label[2:] for label in labels if label[:2] == "B-"] == [label for label, _, _ in spans]
        for label, start, end in spans:
            assert labels[start:end] == [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
        assert sum(label != "O" for label in labels) == sum(end - start for _, start, end in spans)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 2, "A"), (2, 3, "A")], ["B-A", "I-A", "B-A", "O"]),
        ([(0, 1, "A"), (0, 3, "B")], ["B-B", "I-B", "I-B", "O"]),
        ([(0, 2, "A"), (1, 3, "B")], ["B-A", "I-A", "O", "O"]),
        ([(0, 2, "A"), (1, 4, "B")], ["O", "B-B", "I-B", "I-B"]),
        ([(1, 2, "A"), (1, 2, "B")], ["O", "B-A", "O", "O"]),
    ],
)
def test_of_entities_that_overlap_the_longest_is_kept(spans: list[tuple[int, int, str]], expected: list[str]) -> None:
    marked = [MarkedEntity(Mark(start, end), label) for start, end, label in spans]
    assert bio.labels_of(4, marked) == expected


def test_what_is_left_out_is_counted() -> None:
    article = small_article()
    first = article.entities[0]
    nested = replace(first, id="e-0001", end=first.start + 2, text="한빛", label="OGG_OTHERS")
    with exported(get("conll"), [replace(article, entities=(first, nested))]) as (_, tally):
        rows = {row.kind: (row.total, row.lost, row.changed) for row in tally.rows()}
    assert rows["entities"] == (2, 1, 0)
    assert rows["quotes"] == (2, 2, 0)
    assert all(rows[kind][1:] == (0, 0) for kind in KINDS.keys() - get("conll").lacks)


@drawn(st.lists(st.sampled_from(("O", "B-PS_NAME", "I-PS_NAME", "B-OGG_ECONOMY", "I-OGG_ECONOMY"))))
def test_labels_become_runs_and_labels_again(labels: list[str]) -> None:
    runs = list(bio.runs(labels))
    assert all(0 <= start < end for start, end, _ in runs)
    assert all(before[1] <= after[0] for before, after in pairwise(runs))
    again = bio.labels_of(len(labels), [MarkedEntity(Mark(start, end), label) for start, end, label in runs])
    assert [label[2:] for label in again] == [label[2:] for label in labels]
    assert list(bio.runs(again)) == runs


def _relabelled(tmp_path: Path, *edits: tuple[str, str]) -> Assembled:
    path = tmp_path / "a.conll"
    path.write_bytes(_GOLDEN.read_bytes())
    edit(path, *edits)
    (found,) = imported(get("conll"), path)
    assert isinstance(found, Assembled)
    return found


def test_a_models_labels_are_entities(tmp_path: Path) -> None:
    """A new one, one taken out, one relabelled; an I- where nothing began begins, as in IOB1."""
    found = _relabelled(
        tmp_path,
        ("새\tO\n \tO\n공", "새\tI-QT_ORDER\n \tO\n공"),
        ("대\tB-CV_POSITION\n표\tI-CV_POSITION", "대\tO\n표\tO"),
        ("B-PS_NAME\n가\tI-PS_NAME", "B-PS_PET\n가\tI-PS_PET"),
    )
    assert messages(found) == []
    assert entities(found.article)[:5] == [
        *(("OGG_ECONOMY", "한빛전자"), ("QT_ORDER", "새"), ("PS_PET", "김가"), ("PS_NAME", "람"), ("DT_DAY", "5일")),
    ]
    assert [block.id for block in found.article.blocks] == [block.id for block in small_article().blocks]


def test_a_label_that_is_none_of_ours_is_told(tmp_path: Path) -> None:
    found = _relabelled(tmp_path, ("PS_NAME", "PER"))
    assert messages(found) == ["dropped: entity PER: 'PER' is none of the labels"]


def test_a_text_that_is_not_the_one_exported_is_told(tmp_path: Path) -> None:
    found = _relabelled(tmp_path, ("새\tO\n", "헌\tO\n"))
    assert messages(found) == ["changed: the text is not the one that was exported"]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "## 주석 <한:PS>\n", "\n\n"])
def test_a_file_without_our_comments_is_an_article_of_paragraphs(tmp_path: Path, ends: str, start: str) -> None:
    text = f"{start}한\tB-OGG_ECONOMY\n빛\tI-OGG_ECONOMY\n\n\n#\tO\n \tO\n\t\tO\n은\tB-PS_NAME\n"
    (found,) = _read(tmp_path / "a.conll", text.replace("\n", ends))
    assert isinstance(found, Assembled)
    assert [block.text for block in found.article.blocks] == ["한빛", "# \t은"]
    assert entities(found.article) == [("OGG_ECONOMY", "한빛"), ("PS_NAME", "은")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("한국\tO", "expected one character, a tab and its label, found '한국\\tO'"),
        ("한 O", "expected one character, a tab and its label, found '한 O'"),
        ("\tO", "expected one character, a tab and its label, found '\\tO'"),
        ("한\tB-", "the label is 'B-'; expected O, B-LABEL or I-LABEL"),
        ("한\tPS_NAME", "the label is 'PS_NAME'; expected O, B-LABEL or I-LABEL"),
        ("# malmoi = {", "unexpected end of data"),
        ("# malmoi = []", "Expected `object`, got `array`"),
        ("# malmoi = {}\n가\tO", ""),
    ],
)
def test_a_line_that_is_none_gives_its_article_up_and_no_other(tmp_path: Path, line: str, says: str) -> None:
    golden = _GOLDEN.read_text(encoding="utf-8")
    path = tmp_path / "a.conll"
    bad, good = _read(path, f"# article = a\n{line}\n가\tB-PS_NAME\n{golden}")
    assert isinstance(bad, FormatError)
    if says:
        assert str(bad).startswith(f"{path}:2: {says}")
    else:
        assert str(bad) == f"{path}:1: the article's header names no blocks"
    assert isinstance(good, Assembled)
    assert good.article.id == small_article().id


@pytest.mark.parametrize(
    ("text", "says"), [("# malmoi = {}\n\n", ":1: no character stands here"), ("\n", ":1: no char")]
)
def test_a_file_without_characters_is_told(tmp_path: Path, text: str, says: str) -> None:
    (found,) = _read(tmp_path / "a.conll", text)
    assert isinstance(found, FormatError)
    assert says in str(found)


def test_bytes_that_are_not_utf8_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_bytes("한\tO\n".encode("cp949"))
    (found,) = imported(get("conll"), path)
    assert isinstance(found, FormatError)
    assert str(found).startswith(f"{path}:1: not UTF-8; save it as UTF-8")


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="the file is empty"):
        _read(tmp_path / "a.conll", "")


def _lost_kinds(*articles: Article) -> set[str]:
    with exported(get("conll"), articles) as (_, tally):
        return {row.kind for row in tally.rows() if row.lost}


def test_nothing_is_said_to_be_lost_that_is_not() -> None:
    first = small_article().entities[0]
    nested = replace(first, id="e-0001", end=first.start + 2, text="한빛")
    assert _lost_kinds(*corpus_articles(), replace(small_article(), entities=(first, nested))) == get("conll").lacks
