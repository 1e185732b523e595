"""Pages in many sites' styles against goldens: tests/normalize/<case>/input.txt and expected.json.

After a wanted change, `python tests/test_normalize_cases.py` writes the goldens anew: read the diff.
"""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import msgspec
import pytest

from malmoi import __version__, schemas, store
from malmoi.normalize import normalize_page, normalize_record
from malmoi.rules import texts
from malmoi.rules.doc import Doc

CASES = sorted(path.parent for path in (Path(__file__).parent / "normalize").glob("*/input.txt"))
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def _golden(case: Path) -> bytes:
    return store.dumps(normalize_page((case / "input.txt").read_bytes(), name=case.name))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_gives_golden(case: Path) -> None:
    expected = (
        (case / "expected.json").read_bytes().replace(b'"version": "0.1.0"', b'"version": "%b"' % __version__.encode())
    )
    assert _golden(case).decode() == expected.decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_is_a_valid_article_without_contacts(case: Path) -> None:
    data = store.to_dict(store.load(case / "expected.json"))
    errors = list(jsonschema_rs.validator_for(schemas.article_schema()).iter_errors(data))
    assert errors == []
    doc = Doc(data)
    assert list(texts.email_address_in_text(doc)) == []
    assert list(texts.phone_number_in_text(doc)) == []


def test_goldens_cover_fifteen_styles() -> None:
    assert len(CASES) >= 15


def test_seed_page() -> None:
    seed = next(iter(sorted((DATA / "seed").glob("*.txt"))), None)
    if seed is None:
        pytest.skip("the seed page is not beside this checkout (../shared/data/seed)")
    article = normalize_page(seed.read_bytes(), name="seed")
    assert "".join(block.type[0] for block in article.blocks) == "hcpppppcppcpp"
    assert article.publisher == "머니투데이"
    assert article.published_at == "2023-06-01T12:25:00+09:00"
    assert [msgspec.to_builtins(author) for author in article.byline] == [{"name": "박종진", "role": "기자"}]
    for caption in article.captions:
        parts = {name: span.text for name, span in caption.parts()}
        assert caption.copies == 2
        assert parts["location"] == "서울"
        assert parts["source"] == "뉴시스"
        assert parts["creator"] == "전신"
        assert parts["credit_line"] == "대통령실통신사진기자단"
        assert parts["date_created"] == "2023.06.01."
        assert caption.date_created is not None
        assert caption.date_created.value == "2023-06-01"
    assert not {"글자크기", "[the300]", "TOP"} & {block.text for block in article.blocks}


def test_wikinews_texts_keep_everything_but_marks() -> None:
    source = DATA / "wikinews" / "articles.jsonl"
    if not source.exists():
        pytest.skip("the Wikinews extract is not beside this checkout (../shared/data/wikinews)")
    validator = jsonschema_rs.validator_for(schemas.article_schema())
    lines = source.read_bytes().splitlines()
    for line in lines:
        row = msgspec.json.decode(line)
        article = normalize_record(title=row["title"], body=row["body"], reader="wikinews", url=row["url"])
        assert validator.is_valid(store.to_dict(article)), row["source_id"]
        kept = "".join(block.text or "" for block in article.blocks)
        assert article.provenance.normalizer is not None
        gone = "".join(piece.text or "" for piece in article.provenance.normalizer.dropped)
        # Nothing but footnote marks, category links, spaces and zero-width characters is missing.
        assert sorted(_letters(row["title"] + row["body"])) == sorted(_letters(kept + gone)), row["source_id"]
        assert {block.type for block in article.blocks} == {"headline", "paragraph"}
    assert len(lines) == 563


def _letters(text: str) -> str:
    return "".join(char for char in text if not char.isspace() and char not in "\u200b\ufeff")


if __name__ == "__main__":
    for path in CASES:
        (path / "expected.json").write_bytes(_golden(path))
