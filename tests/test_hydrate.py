"""Putting text back: the exact copy, copies that differ, and what is no copy at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from standoff_examples import article, copy_of, lines, other, spans, withheld

from malmoi import store
from malmoi.model import Article, Entity, Origin
from malmoi.standoff import HydrateError, HydrationResult, hydrate, likeness, read_copy, withhold
from malmoi.standoff.tokens import token_code

LINES = lines(article())
TOTAL = len(spans(article()))
SEED = Path(__file__).resolve().parents[2] / "shared/data/seed/000_e3ca3d5a96bdd340.txt"


def put_back(*readings: list[str]) -> HydrationResult:
    return hydrate(withheld(), copy_of(*readings))


def left_out(result: HydrationResult) -> dict[str, str]:
    return {item.id: item.reason for item in result.report.left_out}


def block_text(result: HydrationResult, block: str) -> str | None:
    return result.article.block(block).text


def test_exact_copy_gives_everything_back() -> None:
    result = put_back(LINES)
    assert result.report.exact
    assert result.report.restored == result.report.spans == TOTAL
    back = result.article
    assert back.provenance.hydrated is not None
    assert back.provenance.hydrated.exact
    assert len(back.provenance.hydrated.copy_sha256) == 64
    assert replace(back, origin=None, provenance=article().provenance) == article()
    assert back.origin == Origin(text_sha256=store.text_sha256(article().blocks))


def test_exactness_needs_no_reading_with_the_same_blocks() -> None:
    page = ["글자크기", *LINES[:2], LINES[2] * 2, "공유하기", " ".join(LINES[3:5]), *LINES[5:], "TOP"]
    result = put_back(page)
    assert result.report.exact
    assert lines(result.article) == LINES


def test_corrected_word_loses_its_span_and_nothing_else() -> None:
    result = put_back([line.replace("11명", "12명") for line in LINES])
    (lost,) = [name for name, span in spans(article()).items() if span.text == "11명"]
    assert left_out(result) == {lost: "the copy has other words there"}
    assert not result.report.exact
    assert "12명 가운데" in (block_text(result, "p01") or "")
    hydrated = result.article.provenance.hydrated
    assert hydrated is not None
    assert hydrated.left_out == (lost,)
    assert result.article.origin == Origin(text_sha256=store.text_sha256(result.article.blocks))


def test_quote_that_loses_a_part_is_left_out_whole() -> None:
    result = put_back([line.replace("등산길이나", "산길이나") for line in LINES])
    quote = article().quotes[0]
    assert left_out(result) == {quote.id: "the copy has other words there"}
    assert [found.id for found in result.article.quotes] == [found.id for found in article().quotes[1:]]


def test_word_put_into_a_quote_leaves_the_quote_out() -> None:
    result = put_back([line.replace("이견 없이", "아무런 이견 없이") for line in LINES])
    assert left_out(result) == {article().quotes[3].id: "the copy has more words inside it"}


def test_caption_loses_only_the_field() -> None:
    result = put_back([*LINES[:2], LINES[2].replace("2024.09.12.", "2024.09.13."), *LINES[3:]])
    assert left_out(result) == {"c01.date_created": "the copy has other words there"}
    assert result.article.captions[0] == replace(article().captions[0], date_created=None)


def test_cluster_goes_with_its_last_mention() -> None:
    result = put_back([line.replace("현도경", "현도연") for line in LINES])
    gone = [cluster.id for cluster in article().clusters if cluster.name == "현도경"]
    assert gone[0] in left_out(result)
    assert gone[0] not in {cluster.id for cluster in result.article.clusters}
    assert len(result.article.clusters) == len(article().clusters) - 1


def test_cluster_stays_while_a_mention_is_left() -> None:
    result = put_back([line.replace("설은호", "설은효") for line in LINES])
    assert {cluster.name for cluster in result.article.clusters} == {cluster.name for cluster in article().clusters}


def test_missing_block_goes_with_its_annotations() -> None:
    result = put_back([line for number, line in enumerate(LINES) if number != 7])
    assert left_out(result)["p04"] == "it is not in the copy"
    inside = {entity.id for entity in article().entities if entity.block == "p04"}
    assert left_out(result).keys() == inside | {"p04"}


def test_other_spacing_is_the_readers() -> None:
    result = put_back(
        [line.replace("서울걷기시민모임", "서울 걷기 시민모임").replace("관리 책임", "관리책임") for line in LINES]
    )
    assert result.report.restored == TOTAL
    assert "서울 걷기 시민모임" in {entity.text for entity in result.article.entities}


def test_straightened_marks_are_the_readers() -> None:
    result = put_back([line.replace("“", '"').replace("”", '"') for line in LINES])
    assert result.report.restored == TOTAL
    assert result.article.quotes[0].content[1].text == '"의자 하나가 외출을 포기하지 않게 하는 복지시설"'
    assert not result.report.exact


def test_block_keeps_its_corrected_first_and_last_words() -> None:
    changed = LINES[7].replace("조례안은 오는", "이 조례는 오는").replace("3월 1일이다.", "3월 1일입니다.")
    result = put_back([*LINES[:7], changed, *LINES[8:]])
    assert block_text(result, "p04") == changed


def test_furniture_inside_a_split_paragraph_is_cut_out() -> None:
    first, second = LINES[4].split(" 설 의원은")
    result = put_back(
        [*LINES[:4], first, "관련기사 다른 지역에서도 조례 제정이 이어진다", "설 의원은" + second, *LINES[5:]]
    )
    assert block_text(result, "p02") == LINES[4]


def test_footnote_marks_left_in_do_no_harm() -> None:
    page = "\n".join(line.replace("다.", "다.[1][2]") for line in LINES)
    raw = page.splitlines()
    result = put_back(raw, [line.replace("[1][2]", "") for line in raw])
    assert result.report.exact


def test_caption_shown_three_times_goes_to_its_own_places() -> None:
    changed = LINES.copy()
    changed[8] = changed[8].replace("접이식", "나무로 짠")
    result = put_back(changed)
    assert [block_text(result, block) for block in ("c01", "c02", "c03")] == [LINES[2], LINES[5], changed[8]]


def test_missing_caption_does_not_take_the_second_copy_of_its_twin() -> None:
    page = [line * 2 if line.startswith("[서울") and len(line) > 30 else line for line in LINES]
    result = put_back(page[:8] + page[9:])
    assert {"c03", *(entity.id for entity in article().entities if entity.block == "c03")} == left_out(result).keys()


def test_a_name_is_not_found_inside_a_longer_one() -> None:
    result = put_back([line.replace("설 의원은", "설은 의원은") for line in LINES])
    (lost,) = [name for name, span in spans(article()).items() if span.text == "설"]
    assert lost in left_out(result)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(lines(other()), id="another article on the event"),
        pytest.param([*LINES[:3], LINES[5], LINES[8], LINES[10]], id="headline, captions and byline only"),
        pytest.param([], id="nothing"),
        pytest.param([LINES[9]] * 30, id="one paragraph, thirty times"),
    ],
)
def test_what_is_no_copy_is_refused(page: list[str]) -> None:
    with pytest.raises(HydrateError, match=r"copy\.txt is no copy of this article: \d+ of 5 paragraphs"):
        put_back(page)


def test_sixty_percent_of_the_blocks_are_a_copy() -> None:
    kept = {0, 2, 3, 6, 7, 9, 10}
    result = put_back([line for number, line in enumerate(LINES) if number in kept])
    assert lines(result.article) == [line for number, line in enumerate(LINES) if number in kept]


def series(number: int) -> Article:
    """A report of a daily series: the words stay, the numbers change."""
    text = (
        f"보건 당국은 {number}월 {number + 7}일 0시 기준 신규 환자가 {number * 137}명이라고 발표했다. 지역별로는 서울 "
        f"{number * 41}명, 부산 {number * 29}명, 대구 {number * 23}명으로 전국 모든 시도에서 환자가 나왔다."
    )
    found = [
        Entity(
            id=f"e-{match.start():04d}",
            block="p01",
            start=match.start(),
            end=match.end(),
            label="QT_MAN_COUNT",
            text=match[0],
        )
        for match in re.finditer(r"\d+명", text)
    ]
    block = replace(article().block("p01"), text=text)
    return replace(
        article(), id=f"open-day{number}", blocks=(block,), entities=tuple(found), clusters=(), quotes=(), captions=()
    )


def test_another_day_of_a_series_is_refused() -> None:
    today, tomorrow = series(3), series(4)
    assert hydrate(withhold(today), copy_of(lines(today))).report.exact
    with pytest.raises(HydrateError, match="most dates and numbers do not"):
        hydrate(withhold(today), copy_of(lines(tomorrow)))


def test_damaged_tokens_are_named() -> None:
    first, *rest = withheld().blocks
    broken = replace(withheld(), blocks=(replace(first, length=3), *rest))
    with pytest.raises(HydrateError, match="the tokens of block h01 are damaged"):
        hydrate(broken, copy_of([]))


def test_an_article_without_blocks_is_damaged() -> None:
    with pytest.raises(HydrateError, match="no blocks"):
        hydrate(replace(withheld(), blocks=()), copy_of(LINES))


@pytest.mark.parametrize(("start", "end"), [(-4, 2), (5, 5), (6, 2), (0, 4000), (4000, 4001)])
@pytest.mark.parametrize("page", [LINES, [line.replace("11명", "12명") for line in LINES]], ids=["exact", "altered"])
def test_a_span_outside_its_block_is_left_out(start: int, end: int, page: list[str]) -> None:
    first, *rest = withheld().entities
    broken = replace(withheld(), entities=(replace(first, start=start, end=end), *rest))
    assert first.id in left_out(hydrate(broken, copy_of(page)))


def test_article_with_its_text_comes_back_unchanged() -> None:
    assert hydrate(article(), copy_of([])).article is article()


def test_likeness_ranks_the_copy_over_another_article() -> None:
    assert likeness(withheld(), copy_of(LINES)) > 0.95
    assert likeness(withheld(), copy_of(lines(other()))) < 0.6


def test_an_article_with_no_hash_of_its_text_is_never_called_exact() -> None:
    unknown = replace(withheld(), origin=None)
    result = hydrate(unknown, copy_of(LINES))
    assert not result.report.exact
    assert result.report.restored == TOTAL


def with_every_word(source: Article) -> Article:
    """The article with an entity on every word, so that nothing goes unnoticed."""
    found = [
        Entity(
            id=f"e-{block.id}{match.start():04d}",
            block=block.id,
            start=match.start(),
            end=match.end(),
            label="TM_SHAPE",
            text=match[0],
        )
        for block in source.blocks
        for match in re.finditer(r"[가-힣]{2,}|[0-9]+|[A-Za-z]+", block.text or "")
    ]
    return replace(source, id="mt-seed", entities=tuple(found))


@pytest.mark.skipif(not SEED.is_file(), reason="the seed article is not at hand")
def test_the_seed_comes_back_from_its_page_and_from_altered_pages() -> None:
    from malmoi.normalize import normalize_page  # noqa: PLC0415  only here

    raw = SEED.read_bytes()
    seed = with_every_word(normalize_page(raw, name="seed"))
    page = raw.decode()

    def restored(text: str) -> HydrationResult:
        return hydrate(withhold(seed), read_copy(text.encode(), "page.txt"))

    total = len(seed.entities) + sum(len(caption.parts()) for caption in seed.captions)
    assert restored(page).report.exact
    assert restored(page.replace("\n", " ")).report.exact
    assert restored(page.replace("\n\n", "\n공유하기\n댓글 3\n")).report.exact
    paragraphs = page.split("\n")
    assert restored("\n".join(paragraphs[:8] + paragraphs[:7:-1])).report.restored == total
    assert restored(page.replace("클러스터", "클러 스터")).report.restored == total
    corrected = restored(page.replace("1일 오전", "2일 오전"))
    assert [item.reason for item in corrected.report.left_out] == ["the copy has other words there"]


def test_a_changed_number_behind_an_equal_hash_is_left_out() -> None:
    # One id in some hundred gives two of these numbers one hash: the value tells them apart.
    name, day = next(
        (f"open-{number:08x}", str(day))
        for number in range(10_000)
        for day in range(10, 27)
        if token_code(f"open-{number:08x}", str(day)) == token_code(f"open-{number:08x}", "27")
    )
    source = replace(article(), id=name)
    due = next(entity for entity in source.entities if entity.text == "27일")
    page = [line.replace("27일", f"{day}일") for line in lines(source)]
    result = hydrate(withhold(source), copy_of(page))
    assert left_out(result)[due.id] == "the copy has another date, time or length there"
