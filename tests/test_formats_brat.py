"""brat: what its own reader makes of our files, what a person does in it, and files that are not of its form."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from exchanged_articles import GOLDEN, corpus_articles, small_article
from given_back import copy_of, edit, entities, messages, read_one, refused
from msgspec.structs import replace
from pybrat.parser import BratParser

from malmoi import schemas
from malmoi.formats import get
from malmoi.formats.exchange import exported, imported
from malmoi.formats.graph import CONTINUES, graph_of
from malmoi.formats.interface import FormatError
from malmoi.formats.pages import page_of

if TYPE_CHECKING:
    from pathlib import Path

_STEM = "open-0a1b2c3d"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder as brat has it."""
    return copy_of("brat", tmp_path)


@pytest.fixture
def ann(given: Path) -> Path:
    """Its .ann."""
    return given / f"{_STEM}.ann"


def test_pybrat_opens_the_corpus_without_complaint_and_finds_every_span() -> None:
    articles = {article.id: article for article in corpus_articles()}
    with exported(get("brat"), articles.values()) as (made, _):
        examples: list[Any] = BratParser(error="raise").parse(made)
    assert [example.id for example in examples] == sorted(articles)
    tied = 0
    for example in examples:
        page = page_of(articles[example.id])
        graph = graph_of(page)
        assert example.text == f"{page.text}\n"
        places = {span.key: (span.mark.start, span.mark.end) for span in graph.spans}
        labels = Counter((span.label, *places[span.key]) for span in graph.spans)
        runs = Counter((entity.type, run.start, run.end) for entity in example.entities for run in entity.spans)
        # Spans at one place are one line, under the label of the first.
        assert runs <= labels
        assert {place[1:] for place in runs} == set(places.values())
        for entity in example.entities:
            assert entity.mention == " ".join(page.text[run.start : run.end] for run in entity.spans)
        found = Counter(
            (relation.type, *((end.spans[0].start, end.spans[0].end) for end in (relation.arg1, relation.arg2)))
            for relation in example.relations
        )
        ours = (relation for relation in graph.relations if relation.label != CONTINUES)
        assert found == Counter((relation.label, places[relation.head], places[relation.tail]) for relation in ours)
        tied += found.total()
    assert tied > 4000


def test_a_person_may_tie_a_content_to_an_entity_itself(given: Path, ann: Path) -> None:
    with ann.open("a", encoding="utf-8") as lines:
        lines.write("R90\tsource Arg1:T2 Arg2:T12\n")  # the second quote, that had no source; drawn from the entity
    found = read_one("brat", given)
    assert messages(found) == []
    (_, quote) = found.article.quotes
    assert quote.source
    assert quote.source.text == "김가람"


def test_what_a_person_adds_is_an_annotation_too(given: Path, ann: Path) -> None:
    with ann.open("a", encoding="utf-8") as lines:
        lines.write("T90\tQT_ORDER 7 8\t새\n")
        lines.write(
            "T91\tQuote_content 9 11;12 13\t공장 문\nT92\tQuote_cue 14 16\t연다\nR90\tcue Arg1:T91 Arg2:T92\t\n"
        )
        lines.write("A90\tmode T91 writing\n#90\tAnnotatorNotes T91\tspeaker=김가람\n")
    found = read_one("brat", given)
    assert messages(found) == []
    assert entities(found.article)[1] == ("QT_ORDER", "새")
    quote = found.article.quotes[0]
    assert [span.text for span in quote.content] == ["공장", "문"]
    assert (quote.cue and quote.cue.text, quote.mode, quote.type, quote.source_status) == (
        "연다",
        "writing",
        "indirect",
        "omitted",
    )
    assert quote.speaker == found.article.clusters[1].id
    assert found.article.quotes[1:] == small_article().quotes


def test_what_a_person_takes_out_is_gone(given: Path, ann: Path) -> None:
    lines = ann.read_bytes().decode().splitlines(keepends=True)
    ann.write_bytes("".join(line for line in lines if not {"T1", "T8", "Arg2:T8"} & set(line.split())).encode())
    found = read_one("brat", given)
    assert messages(found) == []
    assert found.article.entities == small_article().entities[1:]
    assert [span.text for span in found.article.quotes[0].markers] == ["고"]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ((("T2\tPS_NAME 18 21\t김가람", "T2\tPS_NAME 18 24\t김가람 대표"),), ("PS_NAME", "김가람 대표")),
        ((("T2\tPS_NAME", "T2\tPS_CHARACTER"),), ("PS_CHARACTER", "김가람")),
    ],
)
def test_a_span_that_was_moved_or_relabelled_keeps_its_id(
    given: Path, ann: Path, edits: tuple[tuple[str, str], ...], expected: tuple[str, str]
) -> None:
    edit(ann, *edits)
    found = read_one("brat", given)
    before = small_article().entities[1]
    after = found.article.entities[1]
    assert (after.label, after.text) == expected
    assert (after.id, after.cluster) == (before.id, before.cluster)
    assert messages(found) == []


def test_a_relation_may_be_drawn_the_other_way_and_said_as_an_event(given: Path, ann: Path) -> None:
    edit(
        ann,
        ("cue Arg1:T7 Arg2:T10", "cue Arg1:T10 Arg2:T7"),
        ("R5\tmarker Arg1:T12 Arg2:T13", "E1\tQuote_content:T12 marker:T13 cue2:T14"),
        ("R6\tcue Arg1:T12 Arg2:T14\n", ""),
    )
    found = read_one("brat", given)
    assert (found.article, messages(found)) == (small_article(), [])


def test_equivalent_entities_are_of_one_cluster(given: Path, ann: Path) -> None:
    with ann.open("a", encoding="utf-8") as lines:
        lines.write("*\tEquiv T2 T3\n*\tEquiv T4 T5\n*\tEquiv T1 T2\n*\tEquiv T1 T99\n")
    found = read_one("brat", given)
    hanbit, kim, made = found.article.clusters
    assert [entity.cluster for entity in found.article.entities] == [
        *(hanbit.id, kim.id, kim.id, made.id, made.id, hanbit.id)
    ]
    assert made.name == "5일"
    assert messages(found) == [
        f"dropped: Equiv T1 T2: they are of the clusters {hanbit.id}, {kim.id}; left so",
        "dropped: Equiv T1 T99: it does not tie entities",
    ]


def test_what_says_nothing_is_told(given: Path, ann: Path) -> None:
    edit(ann, ("#2\tAnnotatorNotes T2\tid=e-22f1", "#2\tAnnotatorNotes T2\t직함이 안에? id=e-22f1"))
    with ann.open("a", encoding="utf-8") as lines:
        lines.write(
            "T90\tPS_NAME 7 8;9 11\t새 공장\nA90\tsure T1\nM1\tNegation T1\nN1\tReference T1 Wikidata:Q42\t한빛\n"
        )
        lines.write("#90\tAnnotatorNotes R1\t왜?\nR90\tcue Arg1:T1 Arg2:T2\n")
    found = read_one("brat", given)
    assert found.article == small_article()
    assert messages(found) == [
        "dropped: A90: the attribute sure  of T1 is none of ours",
        "dropped: M1: the attribute Negation  of T1 is none of ours",
        "dropped: a note of T2 says '직함이 안에?', which is not kept",
        "dropped: a note of R1 says '왜?', which is not kept",
        "dropped: N1: a reference, Wikidata:Q42, is not kept; links are of clusters",
        "dropped: T90: PS_NAME in 2 parts; it can have but one",
        "dropped: relation cue: it does not tie two parts of a quote",
    ]


def test_a_note_can_say_anything() -> None:
    odd = 'ㄱ "ㄴ" id=e-0000 \\\n'
    article = replace(small_article(), entities=(replace(small_article().entities[3], value=odd),))
    with exported(get("brat"), [article]) as (made, tally):
        (found,) = imported(get("brat"), made)
    assert not isinstance(found, FormatError)
    assert found.article.entities[0].value == odd
    assert not [row for row in tally.rows() if row.lost]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("counted", [False, True])
def test_other_line_ends_change_nothing(given: Path, ann: Path, mark: str, *, counted: bool) -> None:
    """As git on Windows leaves the files; or where the tool counted carriage returns, and the mark, as well."""
    text = given / f"{_STEM}.txt"
    if counted:
        plain = text.read_bytes().decode()

        def moved(match: re.Match[str]) -> str:
            return " ".join(str(at + plain.count("\n", 0, at) + len(mark)) for at in map(int, match[0].split()))

        lines = ann.read_bytes().decode().split("\n")
        ann.write_bytes(
            "\n".join(re.sub(r"(?<=[ ;])\d+ \d+", moved, line) if line[:1] == "T" else line for line in lines).encode()
        )
    for path in (text, ann, given / f"{_STEM}.json"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    text.write_bytes(mark.encode() + text.read_bytes())
    found = read_one("brat", given)
    assert (found.article, messages(found)) == (small_article(), [])


def test_without_the_sidecar_it_is_an_article_of_paragraphs(given: Path) -> None:
    (given / f"{_STEM}.json").unlink()
    found = read_one("brat", given)
    article = small_article()
    assert found.article.id == article.id
    assert [(block.id, block.type) for block in found.article.blocks] == [
        (f"p{n:02d}", "paragraph") for n in range(1, 5)
    ]
    assert entities(found.article) == entities(article)
    assert [quote.id for quote in found.article.quotes] == [quote.id for quote in article.quotes]
    assert {message.split(": block")[0] for message in messages(found)} == {
        "dropped: a caption",
        "changed: cluster c-359a: it is not told of; taken to be called “김가람”",
        "changed: cluster c-a207: it is not told of; taken to be called “한빛전자”",
        *(f"dropped: caption field {field}" for field in ("location", "description", "credit_line", "date_created")),
    }
    assert found.article.quotes[0].speaker == found.article.entities[1].cluster


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "T90 PS_NAME 0 4 한빛전자",
            "expected the form `T1⇥LABEL 0 5⇥text` (⇥ is a tab), found 'T90 PS_NAME 0 4 한빛전자'",
        ),
        ("T90\tPS_NAME 0 x\t한", "expected the form `T1⇥LABEL 0 5⇥text`"),
        ("T1\tPS_NAME 0 4\t한빛전자", "T1 is the id of a line above already"),
        ("T90\tQuote_content 0 4;5 6\t한빛전자", "T90 says '한빛전자', which is not as long as the runs 0 4;5 6"),
        ("T90\tQuote_content 6 5;5 6\t 한", "T90 says ' 한', which is not as long as the runs 6 5;5 6"),
        ("R90\tcue T1 T2", "expected the form `R1⇥cue Arg1:T1 Arg2:T2`"),
        ("E1\tQuote_content", "expected the form `E1⇥LABEL:T1 Role:T2`"),
        ("A90 mode", "expected the form `A1⇥name T1 value`"),
        ("N1\tReference", "expected the form `N1⇥Reference T1 Base:id⇥name`"),
        ("*\tEquiv", "expected the form `*⇥Equiv T1 T2`"),
        ("# 메모", "expected the form `#1⇥AnnotatorNotes T1⇥text`"),
        ("한빛전자", "a line begins with one of T, R, E, A, N, *, #, found '한빛전자'"),
    ],
)
def test_a_line_that_is_none_is_named(given: Path, ann: Path, line: str, says: str) -> None:
    number = len(ann.read_bytes().splitlines()) + 1
    with ann.open("a", encoding="utf-8") as lines:
        lines.write(f"{line}\n")
    message = refused("brat", given)
    assert message.startswith(f"{ann}:{number}: {says}")
    assert message.endswith("; correct the line or take it out")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (f"{_STEM}.txt", b"\xff", "not UTF-8: invalid start byte at byte 0; save it as UTF-8"),
        (f"{_STEM}.json", b"{", "without this file the article is read as paragraphs"),
        (f"{_STEM}.json", b'{"clusters": [{}]}', "without this file the article is read as paragraphs"),
        (f"{_STEM}.json", b'{"article": {"blocks": 5}}', "the article's header names no blocks"),
        (f"{_STEM}.txt", None, f"no {_STEM}.txt stands beside it; put it back"),
        (f"{_STEM}.ann", None, f"no {_STEM}.ann stands beside it; put it back"),
    ],
)
def test_a_file_that_is_none_is_named(given: Path, name: str, content: bytes | None, says: str) -> None:
    path = given / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    message = refused("brat", given)
    assert message.startswith(f"{given / _STEM}.")
    assert says in message


def test_a_folder_without_files_and_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"no \.ann or \.txt file is in this folder"):
        list(imported(get("brat"), tmp_path))
    file = tmp_path / "a.json"
    file.touch()
    with pytest.raises(FormatError, match="name the folder"):
        list(imported(get("brat"), file))


def test_an_id_that_names_no_file_and_a_second_of_one_id_are_refused() -> None:
    article = small_article()
    bad = replace(article, id="../" + article.id)
    with exported(get("brat"), [article, bad, article]) as (made, tally):
        assert [path.name for path in sorted(made.iterdir())] == [
            "annotation.conf",
            *(f"{_STEM}{suffix}" for suffix in (".ann", ".json", ".txt")),
            "visual.conf",
        ]
    assert (tally.articles, [str(refusal).split(";")[0] for refusal in tally.refused]) == (
        1,
        [
            f"../{_STEM}: no file can be named by this id",
            f"{_STEM}: another article has this id, and its files would be the same",
        ],
    )


def test_the_configuration_declares_everything_that_is_written() -> None:
    """A label or attribute that brat's configuration does not name is drawn as an error."""
    conf = (GOLDEN / "brat/annotation.conf").read_text(encoding="utf-8")
    declared = {line.strip().lstrip("!").split("\t")[0] for line in conf.splitlines() if line}
    with exported(get("brat"), corpus_articles()) as (made, _):
        lines = [line.split("\t")[:2] for path in made.glob("*.ann") for line in path.read_text("utf-8").splitlines()]
    written = {data.split(" ")[0] for mark, data in lines if mark[0] in "TRA"}
    assert written <= declared
    assert set(schemas.labels()) <= declared
    values = dict(re.findall(r"(\w+)\tArg:(?:Quote_content|<ENTITY>), Value:(\S+)", conf))
    told = {(data.split(" ")[0], data.split(" ")[2]) for mark, data in lines if mark[0] == "A"}
    assert all(value in values[name].split("|") for name, value in told)
    visual = (GOLDEN / "brat/visual.conf").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^(\w+)\tbgColor:#[0-9a-f]{6}$", visual, re.MULTILINE))
    assert {
        line[1:] if line[0] == "\t" else line for line in conf.split("\n\n")[0].splitlines()[1:] if line[0] != "!"
    } == drawn
