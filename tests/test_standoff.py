"""Withholding text: what stays, what goes, and what the fingerprint says."""

from __future__ import annotations

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from standoff_examples import article, copy_of, lines, spans, withheld

from malmoi import schemas, store
from malmoi.model import Dropped, Normalizer, Origin
from malmoi.standoff import hydrate, withhold
from malmoi.standoff.tokens import char_class, fingerprint, fold, read_fingerprint, token_code, tokenize


def test_tokens_are_runs_of_one_class_and_single_marks() -> None:
    text = "한빛전자가 3월 CEO·CFO를 “교체”했다…"
    assert [token for _, token in tokenize(text)] == [
        *("한빛전자가", "3", "월", "CEO", "·", "CFO", "를", "“", "교체", "”", "했다", "…"),
    ]
    assert [text[start] for start, _ in tokenize(text)] == [token[0] for _, token in tokenize(text)]


def test_variants_of_a_mark_are_one_token() -> None:
    assert fold("“가”‘나’–ㆍ～") == "\"가\"'나'-·~"
    assert fingerprint("open-1", "“가”") == fingerprint("open-1", '"가"')
    assert fingerprint("open-1", "(가)") != fingerprint("open-1", "[가]")


def test_the_hash_is_salted_with_the_article() -> None:
    words = ["설은호", "의원", "조례안", "서울"]
    assert [token_code("open-1", word) for word in words] != [token_code("open-2", word) for word in words]


def test_a_fingerprint_says_where_tokens_begin_and_eight_bits_of_each() -> None:
    assert (
        fingerprint("open-1", "가나 다") == f"0:{token_code('open-1', '가나'):02x} 3:{token_code('open-1', '다'):02x}"
    )


@given(st.text(alphabet="가나다 AB12,“”.\u200b一", min_size=1).filter(lambda text: text == text.strip(" \u200b") != ""))
def test_every_token_has_a_width_that_its_fingerprint_allows(text: str) -> None:
    written = list(tokenize(fold(text)))
    read = read_fingerprint(fingerprint("open-1", text), len(text))
    assert [token.start for token in read] == [start for start, _ in written]
    for token, (_, word) in zip(read, written, strict=True):
        assert len(word) <= token.reach
        assert len(word) in token.widths or token.reach - len(word) > 2


@pytest.mark.parametrize("tokens", ["3:00 1:00", "0:00 0:01", "0:00 9:00"])
def test_starts_that_do_not_ascend_within_the_block_are_damage(tokens: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        read_fingerprint(tokens, 5)


def test_withheld_article_holds_no_text_and_obeys_the_schema() -> None:
    errors = [
        e.message for e in jsonschema_rs.validator_for(schemas.article_schema()).iter_errors(store.to_dict(withheld()))
    ]
    assert not errors
    assert all(block.text is None for block in withheld().blocks)
    assert [block.length for block in withheld().blocks] == [len(text) for text in lines(article())]
    assert all(span.text is None for span in spans(withheld()).values())
    assert {name: (s.block, s.start, s.end) for name, s in spans(withheld()).items()} == {
        name: (s.block, s.start, s.end) for name, s in spans(article()).items()
    }
    file = store.dumps(withheld()).decode()
    phrases = [text[at : at + 8] for text in lines(article()) for at in range(0, len(text) - 8, 4)]
    names = {cluster.name for cluster in article().clusters}
    assert not [phrase for phrase in phrases if phrase in file and not any(phrase in name for name in names)]


def test_names_of_clusters_byline_and_values_stay() -> None:
    assert withheld().clusters == article().clusters
    assert withheld().byline == article().byline
    assert [entity.value for entity in withheld().entities] == [entity.value for entity in article().entities]
    date = withheld().captions[0].date_created
    assert date is not None
    assert date.value == "2024-09-12"


def test_what_the_normalizer_dropped_is_withheld_too_and_the_origin_is_kept() -> None:
    dropped = Dropped(step="furniture", reason="furniture", length=4, text="글자크기")
    normalizer = Normalizer(version="0.1.0", reader="text", encoding="utf-8", dropped=(dropped,))
    with_note = replace(
        article(),
        origin=Origin(raw_sha256="a" * 64),
        provenance=replace(article().provenance, normalizer=normalizer),
    )
    found = withhold(with_note)
    assert found.provenance.normalizer is not None
    assert found.provenance.normalizer.dropped == (replace(dropped, text=None),)
    assert found.origin == Origin(raw_sha256="a" * 64, text_sha256=store.text_sha256(article().blocks))


def test_withholding_twice_changes_nothing() -> None:
    assert withhold(withheld()) is withheld()


def test_withholding_undoes_exact_hydration() -> None:
    assert withhold(hydrate(withheld(), copy_of(lines(article()))).article) == withheld()


def test_invisible_characters_are_white_space() -> None:
    assert char_class("\u200b") == char_class(" ") == char_class("\u00a0")
