"""Near-duplicates: exact, against comparing every pair."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malmoi.neardup import near_duplicate_groups, near_duplicate_pairs

WORDS = st.sampled_from(
    ("비가 ", "오는 ", "날 ", "골목 ", "빵집은 ", "새벽에 ", "문을 ", "연다. ", "손님이 ", "왔다. ")
)
TEXTS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.lists(WORDS, max_size=12).map("".join), max_size=8
)


def shingles(text: str) -> set[str]:
    squeezed = " ".join(text.split())
    return {squeezed[at : at + 5] for at in range(max(len(squeezed) - 4, 1))}


@settings(max_examples=300, deadline=None)
@given(texts=TEXTS, threshold=st.sampled_from((0.2, 0.5, 0.6, 0.8, 1.0)))
def test_the_same_pairs_as_comparing_all(texts: dict[str, str], threshold: float) -> None:
    expected = set()
    for one, other in combinations(sorted(texts), 2):
        first, second = shingles(texts[one]), shingles(texts[other])
        if len(first & second) / len(first | second) >= threshold:
            expected.add((one, other))
    assert {(pair.one, pair.other) for pair in near_duplicate_pairs(texts, threshold)} == expected


def test_groups_are_chains_of_pairs() -> None:
    base = "동이 트기 전 반죽을 시작하는 이 빵집은 이웃 마을까지 소문이 났다. 손님은 대부분 밭일을 나가는 어르신이다."
    texts = {
        "a": base,
        "b": base.replace("대부분", "거의"),
        "c": base.replace("대부분", "거의").replace("어르신", "이웃"),
        "d": "나린군은 올해 첫 감자를 캤다. 농가마다 상자를 쌓느라 바쁘다.",
    }
    assert near_duplicate_groups(texts, 0.7) == [{"a", "b", "c"}]
    assert near_duplicate_groups({"d": texts["d"]}) == []


@pytest.mark.parametrize("text", ["", "비", "비가 온다"])
def test_short_texts(text: str) -> None:
    [pair] = near_duplicate_pairs({"a": text, "b": text})
    assert pair.similarity == 1


def test_line_breaks_and_spaces_make_no_difference() -> None:
    assert near_duplicate_pairs({"a": "비가 오는 날", "b": "비가\n오는  날"})[0].similarity == 1
