"""Files of every format with something wrong in them: an article or an error with its place, and never a traceback."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from exchanged_articles import GOLDEN, small_article
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from malmoi.formats import get
from malmoi.formats.assemble import assemble
from malmoi.formats.exchange import imported
from malmoi.formats.interface import FormatError
from malmoi.formats.pages import Mark, MarkedEntity, Page, page_of

_LINES = {
    "brat": "brat/open-0a1b2c3d.ann",
    "conll": "conll/article.conll",
    "klue": "klue/article.tsv",
    "markup": "markup/open-0a1b2c3d.mark",
}
_JSON = {
    "brat": "brat/open-0a1b2c3d.json",
    "doccano": "doccano/article.jsonl",
    "nikl": "nikl/article.json",
    "prodigy": "prodigy/article.jsonl",
    "web-annotation": "web-annotation/open-0a1b2c3d.jsonld",
}
_ODD: st.SearchStrategy[Any] = st.sampled_from(
    (None, True, -1, 7, 10**12, 1.5, "", "가", "PS_NAME", [], [[]], {}, {"a": 1})
)


def _import(name: str, file: str, raw: bytes) -> None:
    """Import the golden files with this one put in place of its own."""
    form = get(name)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for golden in (GOLDEN / name).iterdir():
            (folder / golden.name).write_bytes(golden.read_bytes())
        path = folder / Path(file).name
        path.write_bytes(raw)
        errors: list[FormatError] = []
        try:
            errors += [one for one in imported(form, folder if form.folder else path) if isinstance(one, FormatError)]
        except FormatError as error:
            errors.append(error)
        assert all(str(error).startswith(made) for error in errors)


@cache
def _golden(file: str) -> str:
    return (GOLDEN / file).read_bytes().decode()


@st.composite
def _mutated(draw: st.DrawFn, text: str) -> str:
    """The text with a few pieces cut, put twice, or put in."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.integers(0, 12)), len(text))
        put = draw(st.sampled_from(("", "\t", "\n", " ", "0", "가", ":", ";", '"', "\r", text[start:end] * 2)))
        text = text[:start] + put + text[end:]
    return text[: draw(st.integers(0, len(text)))] if draw(st.integers(0, 9)) == 0 else text


@pytest.mark.parametrize("name", _LINES)
@given(data=st.data())
@settings(max_examples=150)
def test_mutated_lines_make_an_article_or_an_error(name: str, data: st.DataObject) -> None:
    _import(name, _LINES[name], data.draw(_mutated(_golden(_LINES[name]))).encode())


@st.composite
def _with_odd_values(draw: st.DrawFn, value: object) -> object:
    """The value with another in place of one of its parts, or without that part."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 4)) == 0:
            return {other: item for other, item in value.items() if other != key}
        return value | {key: draw(_with_odd_values(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], draw(_with_odd_values(value[at])), *value[at + 1 :]]
    return draw(_ODD)


@pytest.mark.parametrize("name", _JSON)
@given(data=st.data())
@settings(max_examples=150)
def test_json_with_odd_values_makes_an_article_or_an_error(name: str, data: st.DataObject) -> None:
    raw = orjson.loads(_golden(_JSON[name]))
    _import(name, _JSON[name], orjson.dumps(data.draw(_with_odd_values(raw))))


@pytest.mark.parametrize("name", _JSON)
@given(data=st.data())
def test_json_that_is_cut_makes_an_article_or_an_error(name: str, data: st.DataObject) -> None:
    raw = _golden(_JSON[name]).encode()
    _import(name, _JSON[name], raw[: data.draw(st.integers(0, len(raw)))])


@pytest.mark.parametrize("text", ["한빛\n", "한빛\u2028", "\r한빛", "한\x0b빛"])
def test_a_block_that_is_not_one_line_makes_no_page(text: str) -> None:
    article = small_article()
    bad = replace(article, blocks=(replace(article.blocks[0], text=text),), entities=(), quotes=(), captions=())
    with pytest.raises(FormatError, match="block h01 is not one line of text"):
        page_of(bad)


@pytest.mark.parametrize(
    ("mark", "start"),
    [
        (Mark(5, 7, "한빛", "새 ", " 공장"), 10),
        (Mark(5, 7, "한빛", "", " 둘"), 3),
        (Mark(5, 7, "한빛", "없는 ", ""), 3),
        (Mark(5, 7, "한빛", "", ""), 3),
        (Mark(0, 2, "한빛", "새 ", " 공장"), 0),
        (Mark(5, 7, "각", "", " 끝"), 16),
    ],
)
def test_what_stands_around_a_mark_tells_where_it_is(mark: Mark, start: int) -> None:
    """Else the nearest place is taken; and nothing moves where the text stands at its place."""
    text = "한빛 한빛 둘 새 한빛 공장 각 끝"
    assert text.index("새") == 8
    page = Page(text, "code points", None, entities=(MarkedEntity(mark, "PS_NAME"),))
    (entity,) = assemble(page).article.entities
    assert entity.start == start


@pytest.mark.parametrize(
    ("name", "id_"), [("open-1", "open-1"), ("../etc", "draft"), ("받은 것", "draft"), (None, "draft")]
)
def test_an_article_that_only_a_tool_has_takes_the_tools_name(name: str | None, id_: str) -> None:
    assert assemble(Page("한빛", "code points", None, name=name)).article.id == id_
