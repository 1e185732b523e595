"""Random damage to a copy: what comes back is what was annotated, and nothing is lost far from the damage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jsonschema_rs
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from standoff_examples import article, copy_of, lines, spans, withheld

from malmoi import schemas, store
from malmoi.standoff import hydrate
from malmoi.standoff.tokens import fold, token_code, tokenize

if TYPE_CHECKING:
    from malmoi.model import SpanLike
    from malmoi.standoff import HydrationResult

ORIGINAL = spans(article())
LINES = lines(article())
validator = jsonschema_rs.validator_for(schemas.article_schema())


class Word(NamedTuple):
    """A word of the article: block number, and where it stands in the block."""

    block: int
    start: int
    end: int


def words() -> list[Word]:
    found = []
    for number, line in enumerate(LINES):
        at = 0
        for word in line.split(" "):
            found.append(Word(number, at, at + len(word)))
            at += len(word) + 1
    return found


def bare(text: str | None) -> str:
    return fold((text or "").replace(" ", ""))


def assert_sound(result: HydrationResult) -> None:
    """Every restored span is its slice, says what was annotated, and the article obeys the schema."""
    texts = {block.id: block.text or "" for block in result.article.blocks}
    for name, span in spans(result.article).items():
        assert texts[span.block][span.start : span.end] == span.text
        assert bare(span.text) == bare(ORIGINAL[name].text), name
    errors = [error.message for error in validator.iter_errors(store.to_dict(result.article))]
    assert not errors
    reported = {item.id for item in result.report.left_out}
    kept = {block.id for block in result.article.blocks} | {entity.id for entity in result.article.entities}
    assert not kept & reported


def correct(text_lines: list[str], word: Word, replacement: str) -> list[str]:
    """The lines with the word replaced; not by one that any published hash takes for the old one."""
    old = text_lines[word.block][word.start : word.end]
    codes = {token_code(article().id, token) for _, token in tokenize(fold(old))}
    parts = {replacement[i:j] for i in range(len(replacement)) for j in range(i + 1, len(replacement) + 1)}
    assume(not codes & {token_code(article().id, part) for part in parts})
    changed = list(text_lines)
    line = changed[word.block]
    changed[word.block] = line[: word.start] + replacement + line[word.end :]
    return changed


def touched(span: SpanLike, word: Word) -> bool:
    block = article().blocks[word.block].id
    return span.block == block and span.start < word.end and word.start < span.end


hangul = st.text(alphabet="가나다라마바사아자차카타파하각난달람", min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(words()), hangul)
def test_one_corrected_word_loses_only_the_spans_that_touch_it(word: Word, replacement: str) -> None:
    result = hydrate(withheld(), copy_of(correct(LINES, word, replacement)))
    assert_sound(result)
    # Of a byline of two words one alone is too little to know it by.
    short = article().blocks[word.block].id if len(LINES[word.block].split()) < 3 else None
    expected = {name for name, span in ORIGINAL.items() if not touched(span, word) and span.block != short}
    for quote in article().quotes:
        if any(touched(part, word) for part in quote.parts()):
            expected -= {f"{quote.id}.{number}" for number in range(len(quote.parts()))}
    assert expected <= spans(result.article).keys()
    assert len(result.article.blocks) == len(LINES) - (short not in {None, *(b.id for b in result.article.blocks)})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(words()), hangul), min_size=2, max_size=12, unique_by=lambda pair: pair[0]))
def test_several_corrected_words_misplace_nothing(edits: list[tuple[Word, str]]) -> None:
    changed = LINES
    for word, replacement in sorted(edits, reverse=True):
        changed = correct(changed, word, replacement)
    result = hydrate(withheld(), copy_of(changed))
    assert_sound(result)
    # Two words about a span may both have been changed; most spans stand clear of any change.
    clear = {
        name
        for name, span in ORIGINAL.items()
        if name.startswith("e-") and not any(touched(span, word) for word, _ in edits)
    }
    assert len(clear - spans(result.article).keys()) <= len(edits)


@settings(max_examples=40, deadline=None)
@given(st.permutations(LINES))
def test_another_order_of_paragraphs_loses_nothing(shuffled: list[str]) -> None:
    result = hydrate(withheld(), copy_of(shuffled))
    assert_sound(result)
    assert result.report.restored == len(ORIGINAL)
    assert lines(result.article) == LINES


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_other_spacing_loses_nothing(data: st.DataObject) -> None:
    changed = []
    for line in LINES:
        borders = data.draw(st.sets(st.integers(1, len(line) - 1), max_size=12))
        spaced = "".join(
            ("" if index in borders and char == " " else " " + char if index in borders else char)
            for index, char in enumerate(line)
        )
        changed.append(spaced)
    result = hydrate(withheld(), copy_of(changed))
    assert_sound(result)
    assert result.report.restored == len(ORIGINAL)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_rearranged_pages_misplace_nothing(data: st.DataObject) -> None:
    """Lines left out, doubled, merged, split, and furniture between them."""
    gone = data.draw(st.sets(st.integers(0, len(LINES) - 1), max_size=3))
    assume(sum(article().blocks[number].type == "paragraph" for number in gone) < 3)
    furniture = [
        "글자크기",
        "공유하기 카카오톡",
        "관련기사 서울 의원 12일 조례안",
        "[the300] TOP",
        "▶ 다온통신 바로가기",
    ]
    changed: list[str] = []
    for number, line in enumerate(LINES):
        if number in gone:
            continue
        kind = data.draw(st.sampled_from(["plain", "doubled", "merged", "split", "furniture"]))
        if kind == "doubled" and line.startswith("["):
            changed.append(line + line)
        elif kind == "merged" and changed:
            changed[-1] += " " + line
        elif kind == "split":
            changed += line.replace(". ", ".\n").split("\n")
        else:
            changed += [data.draw(st.sampled_from(furniture))] * (kind == "furniture") + [line]
    result = hydrate(withheld(), copy_of(changed))
    assert_sound(result)
    missing = {article().blocks[number].id for number in gone}
    expected = {name for name, span in ORIGINAL.items() if name.startswith("e-") and span.block not in missing}
    assert expected <= spans(result.article).keys()
