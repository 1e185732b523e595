"""The figures of a corpus: contents counted by hand on small articles, language measured on texts made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_corpus import annotated

from malmoi import markup, standoff, store
from malmoi.commands import main
from malmoi.stats import compare_language, contents
from malmoi.stats.contents import QUOTE_KINDS, kinds, pattern, provinces
from malmoi.stats.language import eojeol, sentences, type_token_ratio
from malmoi.stats.tables import TOPICS

if TYPE_CHECKING:
    from pathlib import Path

    from malmoi.model import Article

HEAD = '+++\nid = "open-0001"\ntier = "open"\nlicense = "CC-BY-4.0"\n+++\n'


def test_contents_by_hand() -> None:
    found = contents([annotated()], {"open-bridge": "train"})
    assert (found.articles, found.with_text, found.splits) == (1, 1, {"train": 1})
    assert found.topics == {"14000000": 1}
    assert found.years == {"2024": 1}
    assert found.events == {}
    assert found.classes == {"DT": 2, "OG": 2, "CV": 1, "PS": 1, "QT": 1}
    assert found.values == {"DT": 2}
    assert found.clusters == {"OG": 1, "PS": 1}
    assert found.quote_types == {"direct/explicit": 1, "direct/none": 1}
    assert found.quote_kinds == {"no cue": 1, "split": 1}
    assert found.captions == 2
    assert found.caption_fields["source"] == 2
    assert found.caption_patterns == {
        "source": 1,
        "location source creator creator_role description credit_line date_created": 1,
    }
    assert found.characters is not None
    assert found.characters.total == sum(len(block.text or "") for block in annotated().blocks)


def test_an_event_counts_where_two_articles_tell_of_it() -> None:
    one = annotated()
    other = msgspec.structs.replace(one, id="open-other")
    assert contents([one, other], {}).events == {"footbridge": 2}


def test_withheld_text_is_counted_as_far_as_offsets_go() -> None:
    whole, withheld = contents([annotated()], {}), contents([standoff.withhold(annotated())], {})
    assert withheld.with_text == 0
    assert withheld.quote_kinds == {}
    assert (withheld.characters, withheld.classes, withheld.quote_types) == (
        whole.characters,
        whole.classes,
        whole.quote_types,
    )
    assert withheld.caption_patterns == whole.caption_patterns


QUOTES = {
    "split": '{q1.source 마루} {q1.content "간다"}{q1.marker 며} {q1.content "꼭 간다"}{q1.marker 고} {q1.cue 했다}.',
    "several sentences": '{q1.source 마루}는 {q1.content "간다. 꼭 간다"}{q1.marker 고} {q1.cue 했다}.',
    "nested": "{q1.source 마루}는 {q1.content \"형이 '간다'고 했다\"}{q1.marker 고} {q1.cue 했다}.",
    "noun cue": "{q1.content 값이 오른다}{q1.marker 는} {q1.cue 설명}도 나왔다.",
    "according to": "{q1.source 마루}{q1.cue 에 따르면} {q1.content 값이 오른다}.",
    "no cue": '{q1.content "간다."}',
    "broken marks": "{q1.source 마루}는 {q1.content \"간다'}{q1.marker 고} {q1.cue 했다}.",
    "in a head": '# {q1.source 마루} {q1.content "간다"}',
    "in a caption": '> {q1.content "간다"}{q1.marker 고} {q1.cue 말하는} {q1.source 마루}.',
}


def _quoting(line: str) -> Article:
    return markup.parse(f'{HEAD}{line}\n+++\n[quotes]\nq1 = {{ type = "direct", source_status = "anonymous" }}\n+++\n')


@pytest.mark.parametrize("kind", QUOTES)
def test_every_kind_of_quote_is_known_by_its_example(kind: str) -> None:
    article = _quoting(QUOTES[kind])
    expected = {kind, "no cue"} if kind == "in a head" else {kind}
    assert set(kinds(article.quotes[0], article)) == expected


def test_there_is_an_example_of_every_kind() -> None:
    assert QUOTES.keys() == QUOTE_KINDS.keys()


@pytest.mark.parametrize(
    "line",
    [
        "{q1.source 마루}는 {q1.content 절차를 지켰다}{q1.marker 는} 점을 {q1.cue 강조했다}.",
        "{q1.source 마루}는 {q1.content \"'겨울'은 간다\"}{q1.marker 고} {q1.cue 했다}.",
        '{q1.source 마루}는 {q1.content "3.5% 오른다"}{q1.marker 고} {q1.cue 했다}.',
    ],
)
def test_what_is_of_no_kind(line: str) -> None:
    article = _quoting(line)
    assert list(kinds(article.quotes[0], article)) == []


def test_marked_words_that_nobody_said_are_counted() -> None:
    article = _quoting('{q1.source 마루}는 {q1.content "간다"}{q1.marker 고} {q1.cue 했다}. 영화 "겨울"과 "봄"이다.')
    assert contents([article], {}).marked_no_quote == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{LCP_CITY 목포}와 {LCP_COUNTY 해남군}", {"전남"}),
        ("{LCP_PROVINCE 강원특별자치도} {LCP_CITY 춘천시}", {"강원"}),
        ("{LCP_CAPITALCITY 서울} {LCP_COUNTY 중구}", {"서울"}),
        ("{LCP_COUNTY 고성군} {LCP_COUNTY 남구}", set()),
        ("{LCP_CITY 도쿄}", set()),
        ("{LCG_ISLAND 제주} {PS_NAME@a 강진}", set()),
    ],
)
def test_provinces_are_told_from_the_names_of_places(line: str, expected: set[str]) -> None:
    clusters = '\n+++\n[clusters]\na = "강진"\n+++\n' if "@a" in line else "\n"
    assert provinces(markup.parse(HEAD + line + clusters)) == expected


def test_a_caption_without_fields_is_bare() -> None:
    article = markup.parse(f"{HEAD}> 다리\n")
    assert pattern(article.captions[0]) == "(bare)"


def test_topics_are_the_seventeen_of_iptc() -> None:
    assert [int(topic) // 1_000_000 for topic in TOPICS] == list(range(1, 18))


def test_sentences_end_after_the_closing_mark() -> None:
    text = '"간다. 꼭 간다." 그가 말했다. 3.5%다! 정말?'
    assert sentences(text) == ['"간다.', "꼭 간다.", "그가 말했다.", "3.5%다!", "정말?"]


def test_eojeol_have_no_punctuation_at_their_ends() -> None:
    assert eojeol('"간다"며 — (3.5%) 웃었다.') == ['간다"며', "3.5", "웃었다"]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.integers(1, 10))
def test_type_token_ratio_is_the_mean_over_windows(words: list[int], window: int) -> None:
    ratio = type_token_ratio(words, window)
    windows = [words[at : at + window] for at in range(len(words) - window + 1)]
    if not windows:
        assert ratio is None
    else:
        assert ratio == pytest.approx(sum(len(set(one)) for one in windows) / window / len(windows))


def _article(name: str, text: str, event: str | None = None) -> Article:
    article = markup.parse(HEAD.replace("open-0001", name) + text + "\n")
    return msgspec.structs.replace(article, event=event)


def test_a_template_with_other_names_is_told() -> None:
    template = '{{PS_NAME@a {0}}}은 어제 저녁 마을 회관 앞마당에서 열린 잔치에 나와 오래 노래했다.\n+++\n[clusters]\na = "{0}"\n+++'
    names = ("마가람", "두레별하늘")
    language = compare_language({"open": [_article(f"open-{i}", template.format(n)) for i, n in enumerate(names)]})
    found = language["open"]
    assert found.most_alike is not None
    assert found.most_alike_masked is not None
    assert found.most_alike.similarity < found.most_alike_masked.similarity == 1
    assert found.shared_runs > 0


def test_articles_on_one_event_are_not_held_against_each_other() -> None:
    text = "어제 저녁 마을 회관 앞마당에서 열린 잔치에 이웃들이 나와 오래 노래했다."
    found = compare_language({"open": [_article("open-1", text, "feast"), _article("open-2", text, "feast")]})["open"]
    assert found.most_alike is None
    assert found.shared_runs == 0


def test_sets_are_measured_over_equal_amounts() -> None:
    short = [_article("open-1", "가 나 다 라.")]
    long = [_article("open-2", "가 나 가 나 가 나 가 나.")]
    found = compare_language({"short": short, "long": long, "none": [_article("open-3", "# 제목")]})
    assert found.keys() == {"short", "long"}
    assert found["short"].sample == found["long"].sample == 4
    assert found["short"].distinct_2 == 1
    assert found["long"].distinct_2 == pytest.approx(2 / 3)


def test_the_command_counts_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.dump(annotated(), tmp_path / "open" / "2024" / "open-bridge.json")
    store.dump(annotated(), tmp_path / "double" / "first" / "open-bridge.json")
    (tmp_path / "splits.tsv").write_text("id\tsplit\nopen-bridge\ttest\n", encoding="utf-8")
    assert main(["stats", str(tmp_path), "--json"]) == 0
    report = orjson.loads(capsys.readouterr().out)
    assert report["all"]["articles"] == report["tiers"]["open"]["articles"] == 1
    assert report["all"]["splits"] == {"test": 1}
    assert report["language"]["open"]["articles"] == 1
    assert main(["stats", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "14 society" in shown
    assert "open ┃ all" not in shown


def test_the_command_reads_lines_and_tells_what_it_could_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "articles.jsonl"
    withheld = msgspec.structs.replace(standoff.withhold(annotated()), tier="private")
    lines.write_bytes(store.dump_line(annotated()) + b"{}\n" + store.dump_line(withheld))
    assert main(["stats", str(lines), "--json"]) == 1
    captured = capsys.readouterr()
    assert orjson.loads(captured.out)["all"]["articles"] == 2
    assert f"{lines}:2: " in captured.err
    assert "1 of 2 articles is not at hand" in captured.err


def test_a_quote_that_points_nowhere_does_not_stop_the_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article = annotated()
    nowhere = msgspec.structs.replace(article.quotes[0].content[0], block="zz")
    quote = msgspec.structs.replace(article.quotes[0], content=(nowhere,), cue=nowhere)
    broken = msgspec.structs.replace(article, quotes=(quote,))
    store.dump(broken, tmp_path / "broken.json")
    assert main(["stats", str(tmp_path), "--json"]) == 0
    assert orjson.loads(capsys.readouterr().out)["all"]["quotes"] == 1


def test_withheld_articles_outside_a_corpus_get_their_text_from_the_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    withheld = msgspec.structs.replace(standoff.withhold(annotated()), id="wikinews-0001", tier="wikinews")
    store.dump(withheld, tmp_path / "one.json")
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(b"")
    assert main(["stats", str(tmp_path / "one.json"), "--source", str(copy)]) == 1
    assert "the text of 1 article could not be put back" in capsys.readouterr().err
    assert main(["stats", str(tmp_path / "one.json"), "--source", str(tmp_path / "none")]) == 2
    assert "no such file" in capsys.readouterr().err


def test_nothing_to_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = tmp_path / "articles.jsonl"
    lines.write_bytes(b"")
    assert main(["stats", str(lines)]) == 2
    assert "nothing could be counted" in capsys.readouterr().err
