"""KLUE-NER's TSV: what its own readers make of ours, what we make of its, and the real file where it is at hand."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from exchanged_articles import GOLDEN, corpus_articles, small_article
from given_back import entities, messages
from msgspec.structs import replace

from malmoi import schemas, store
from malmoi.commands import main
from malmoi.formats import get
from malmoi.formats.assemble import Assembled
from malmoi.formats.exchange import exported, imported
from malmoi.formats.interface import FormatError
from malmoi.formats.klue import LABELS
from malmoi.validate import check_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from malmoi.model import Article

_DEV = Path(__file__).parents[2] / "shared/data/klue-ner/klue-ner-v1.1_dev.tsv"
_INVENTED = """\
## 토큰, 레이블 구분자 : \\t
## 컬럼명 : CHAR\tNE_TAG
## klue-ner-v1_dev_90000-wikitree\t<한빛:OG>은 <5일:DT> <b>를 <냈다:OG>.
한\tB-OG
빛\tI-OG
은\tO
 \tO
5\tB-DT
일\tI-DT
 \tO
<\tO
b\tO
>\tO

## klue-ner-v1_dev_90001-nsmc\t#<김가람:PS>
#\tO
김\tB-PS
가\tI-PS
람\tI-PS

"""


def _read(path: Path, text: str) -> list[Assembled | FormatError]:
    path.write_bytes(text.encode())
    return list(imported(get("klue"), path))


def _good(path: Path, text: str) -> list[Article]:
    found = _read(path, text)
    return [one.article for one in found if isinstance(one, Assembled)]


def _sentences(raw: str) -> list[tuple[str, list[str], list[str]]]:
    """What KLUE's own reader makes of a file: sentences between empty lines, comments, and a tab in each other line."""
    found = []
    for piece in re.split(r"\n\t?\n", raw.strip()):
        guid = ""
        rows = []
        for line in piece.split("\n"):
            if line[:2] == "##":
                guid = line.split("\t")[0].replace("##", "").strip()
            else:
                char, tag = line.split("\t")
                rows.append((char, tag))
        found.append((guid, [char for char, _ in rows], [tag for _, tag in rows]))
    return found


def _exported(articles: Sequence[Article]) -> str:
    with exported(get("klue"), articles) as (made, _):
        return made.read_bytes().decode()


def test_klues_reader_finds_every_text_and_every_entity_that_has_a_tag() -> None:
    articles = corpus_articles()
    sentences = _sentences(_exported(articles))
    blocks = [(article, block) for article in articles for block in article.blocks]
    assert len(sentences) == len(blocks)
    for (guid, chars, tags), (article, block) in zip(sentences, blocks, strict=True):
        assert guid == f"{article.id}/{block.id}"
        assert "".join(chars) == block.text
        expected = [
            (schemas.labels()[entity.label].klue, entity.start, entity.end)
            for entity in article.entities
            if entity.block == block.id and schemas.labels()[entity.label].klue
        ]
        assert [tag[2:] for tag in tags if tag[:2] == "B-"] == [tag for tag, _, _ in expected]
        for tag, start, end in expected:
            assert tags[start:end] == [f"B-{tag}"] + [f"I-{tag}"] * (end - start - 1)


def test_every_tag_is_that_of_its_label_and_none_is_left_out() -> None:
    inventory = schemas.labels()
    assert {tag: inventory[label].klue for tag, label in LABELS.items()} == {tag: tag for tag in LABELS}
    assert {label.klue for label in inventory.values()} == {*LABELS, None}


def test_sentences_of_klue_are_articles(tmp_path: Path) -> None:
    first, second = _good(tmp_path / "a.tsv", _INVENTED)
    assert (first.id, second.id) == ("klue-ner-v1_dev_90000-wikitree", "klue-ner-v1_dev_90001-nsmc")
    assert [block.text for block in (*first.blocks, *second.blocks)] == ["한빛은 5일 <b>", "#김가람"]
    assert entities(first) == [("OGG_OTHERS", "한빛"), ("DT_OTHERS", "5일")]
    assert entities(second) == [("PS_NAME", "김가람")]
    assert first.license == "CC-BY-SA-4.0"
    for article in (first, second):
        assert not [one for one in check_bytes(store.dumps(article)).findings if one.severity > 1]


def test_there_and_back_the_lines_of_characters_are_the_same(tmp_path: Path) -> None:
    articles = _good(tmp_path / "a.tsv", _INVENTED)
    again = _exported(articles)
    assert [row[1:] for row in _sentences(again)] == [row[1:] for row in _sentences(_INVENTED)]
    assert _good(tmp_path / "b.tsv", again) == articles


def test_a_stray_space_in_a_span_is_left_out_and_told(tmp_path: Path) -> None:
    """KLUE#21: two spans of its development data begin with a blank."""
    (found,) = _read(tmp_path / "a.tsv", "## klue-ner-x\t< 24살:QT>\n \tB-QT\n2\tI-QT\n4\tI-QT\n살\tI-QT\n")
    assert isinstance(found, Assembled)
    assert entities(found.article) == [("QT_OTHERS", "24살")]
    assert messages(found) == [
        "dropped: white space at the edges of the text",
        "snapped: entity QT_OTHERS: white space at the edge of “ 24살” left out",
    ]


def test_a_file_without_names_is_read(tmp_path: Path) -> None:
    found = _good(tmp_path / "a.tsv", "\ufeff한\tB-OG\n빛\tI-OG\n\n\n은\tO\n".replace("\n", "\r\n"))
    assert [block.text for article in found for block in article.blocks] == ["한빛", "은"]
    assert {(article.id, article.license) for article in found} == {("draft", "LicenseRef-unknown")}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("한국\tO", "expected one character, a tab and its tag, found '한국\\tO'"),
        ("한 O", "expected one character, a tab and its tag, found '한 O'"),
        ("한\tPS", "the label is 'PS'; expected O, B-LABEL or I-LABEL"),
        ("한\tB-PER", "the tag is 'B-PER'; expected O, or B- or I- and one of PS, LC, OG, DT, TI, QT"),
    ],
)
def test_a_line_that_is_none_gives_its_sentence_up_and_no_other(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "a.tsv"
    bad, first, second = _read(path, f"## x\t.\n가\tO\n{line}\n나\tO\n\n{_INVENTED}")
    assert str(bad) == f"{path}:3: {says}"
    assert isinstance(first, Assembled)
    assert isinstance(second, Assembled)


def test_a_header_of_ours_that_cannot_be_read_gives_up_its_article_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    golden = (GOLDEN / "klue/article.tsv").read_text(encoding="utf-8")
    cut = golden.replace('{"schema_version"', "{schema_version", 1)
    bad, good = _read(path, cut + golden)
    assert str(bad).startswith(f"{path}:6: ")
    assert isinstance(good, Assembled)
    assert good.article.id == small_article().id


@pytest.mark.parametrize("text", ["", "\n\n", "## 주석\n"])
def test_a_file_without_a_sentence_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(FormatError, match="no sentence is here"):
        _read(tmp_path / "a.tsv", text)


def test_a_sentence_without_characters_is_told(tmp_path: Path) -> None:
    (found,) = _read(tmp_path / "a.tsv", "## klue-ner-x\t김가람\n\n")
    assert str(found).endswith(":1: no character stands here; expected one a line, with its tag")


def test_nothing_of_it_goes_into_the_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(_INVENTED, encoding="utf-8")
    for more in (["--role", "first"], ["--against", str(tmp_path)]):
        assert main(["import", "--format", "klue", str(path), *more]) == 2
        assert "klue has other labels than the corpus" in capsys.readouterr().err


def test_nothing_is_said_to_be_lost_that_is_not() -> None:
    article = small_article()
    first = article.entities[0]
    nested = replace(first, id="e-0001", end=first.start + 2, text="한빛")
    with exported(get("klue"), [*corpus_articles(), replace(article, entities=(first, nested))]) as (_, tally):
        assert {row.kind for row in tally.rows() if row.lost} == get("klue").lacks


def test_the_development_data_go_there_and_back() -> None:
    if not _DEV.is_file():
        pytest.skip(f"needs KLUE-NER's development data, {_DEV}")
    raw = _DEV.read_bytes().decode()
    found = [one for one in imported(get("klue"), _DEV) if isinstance(one, Assembled)]
    assert len(found) == 5000
    kinds = Counter(message.split(":")[0] for one in found for message in messages(one))
    assert kinds == {"dropped": 1, "snapped": 2}  # a blank at the end of a sentence, and at the front of two spans
    differing = [
        (before, after)
        for before, after in zip(_sentences(raw), _sentences(_exported([one.article for one in found])), strict=True)
        if before[1:] != after[1:]
    ]
    assert len(differing) == 3
    for (_, chars, tags), (_, chars_again, tags_again) in differing:
        assert "".join(chars).strip() == "".join(chars_again)
        assert sum(tag != again for tag, again in zip(tags, tags_again, strict=False)) in {0, 2}
    errors = {
        one.code for article in found for one in check_bytes(store.dumps(article.article)).findings if one.severity > 1
    }
    assert errors == {"MM371"}  # a telephone number in a text
