"""What the parts of Malmoi cost, as multiples of their limit and beside their peers, measured in one run.

  make bench        or        python scripts/bench.py [validation html align …]

A section is a function that yields the lines of its report; `SECTIONS` lists them.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import bench_align
import bench_html
import orjson

from malmoi import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CORPUS = Path(__file__).parents[1] / "corpus"
ROUNDS = 60
SLOW_ARTICLES = 3


class Sample(NamedTuple):
    """Articles in canonical form, as bytes and as parsed."""

    raw: list[bytes]
    data: list[dict[str, Any]]


def sample() -> Sample:
    """The articles whose text is in the corpus."""
    raw = [path.read_bytes() for path in store.corpus_files(CORPUS) if "open" in path.relative_to(CORPUS).parts]
    return Sample(raw, [orjson.loads(one) for one in raw])


def times_parsing(work: Callable[[Any], object], items: list[Any], raw: list[bytes]) -> float:
    """Cost of some work as a multiple of `orjson.loads` of the same articles.

    Each article is parsed and worked on in turns, and the fastest of some rounds counts: whatever else happens on the
    machine, or in the allocator, then happens to both.
    """
    parsing, working = [float("inf")] * len(items), [float("inf")] * len(items)
    # As timeit does: a collection in the middle of a round would be charged to whatever ran then.
    gc.disable()
    for _ in range(ROUNDS):
        for index, item in enumerate(items):
            started = time.perf_counter()
            orjson.loads(raw[index])
            parsed = time.perf_counter()
            work(item)
            working[index] = min(working[index], time.perf_counter() - parsed)
            parsing[index] = min(parsing[index], parsed - started)
    gc.enable()
    return sum(working) / sum(parsing)


def validation(articles: Sample) -> Iterator[tuple[str, float]]:
    """The whole validation of a valid article, its parts, and other validators."""
    from malmoi.rules.quick import is_plainly_sound, is_sorted
    from malmoi.rules.violations import breaks_schema
    from malmoi.validate import check_bytes, passes_quickly

    def cost(work: Callable[[Any], object], items: list[Any]) -> float:
        return times_parsing(work, items, articles.raw)

    def schema_and_semantics(raw: bytes) -> bool:
        data = orjson.loads(raw)
        return not breaks_schema(data) and is_plainly_sound(data, None)

    for raw in articles.raw:
        if check_bytes(raw).findings or not passes_quickly(raw):
            raise SystemExit("the articles of the benchmark are not sound")
    yield "parsing, schema and semantics", cost(schema_and_semantics, articles.raw)
    yield "  of it JSON Schema (jsonschema-rs)", cost(breaks_schema, articles.data)
    yield "  of it semantics (one pass)", cost(lambda data: is_plainly_sound(data, None), articles.data)
    yield "the same and canonical form: levels 1 to 3", cost(passes_quickly, articles.raw)
    yield "  of it layout", cost(store.layout, articles.data)
    yield "  of it key order", cost(is_sorted, articles.data)
    yield "  of it NFC", cost(lambda raw: unicodedata.is_normalized("NFC", raw.decode()), articles.raw)
    yield "malmoi validate, with the warnings of level 5", cost(check_bytes, articles.raw)
    yield from _peers(articles)


def _peers(articles: Sample) -> Iterator[tuple[str, float]]:
    """Other validators: parsing, and the schema or the same record types. None checks semantics."""
    import fastjsonschema
    import jsonschema
    import msgspec

    from malmoi.model import Article
    from malmoi.schemas import article_schema

    def cost(work: Callable[[bytes], object]) -> float:
        return times_parsing(work, articles.raw, articles.raw)

    decoder = msgspec.json.Decoder(Article)
    yield "msgspec, typed decoding (no schema)", cost(decoder.decode)
    adapter = _pydantic_adapter()
    yield "pydantic, typed (no schema)", cost(adapter.validate_json)
    compiled = fastjsonschema.compile(article_schema(), use_default=False)
    yield "orjson + fastjsonschema", cost(lambda raw: compiled(orjson.loads(raw)))
    slow = jsonschema.Draft202012Validator(article_schema())
    some = articles.raw[:SLOW_ARTICLES]
    yield "orjson + jsonschema", times_parsing(lambda raw: slow.is_valid(orjson.loads(raw)), some, some)


def _pydantic_adapter() -> Any:  # noqa: ANN401  pydantic is only here for comparison
    """Pydantic models with the fields of ours, made from them."""
    from typing import get_type_hints

    import msgspec
    from pydantic import ConfigDict, TypeAdapter, create_model

    from malmoi import model

    made: dict[Any, Any] = {}
    tuple_of: Any = tuple

    def twin(hint: Any) -> Any:  # noqa: ANN401  type hints of any kind
        arguments: Any = getattr(hint, "__args__", ())
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            if hint not in made:
                required = {field.name: field.required for field in msgspec.structs.fields(hint)}
                fields: dict[str, Any] = {
                    name: (twin(inner), ... if required[name] else None) for name, inner in get_type_hints(hint).items()
                }
                made[hint] = create_model(hint.__name__, __config__=ConfigDict(extra="forbid"), **fields)
            return made[hint]
        if getattr(hint, "__origin__", None) is tuple:
            return tuple_of[twin(arguments[0]), ...]
        if arguments and type(None) in arguments:
            return twin(arguments[0]) | None
        return hint

    return TypeAdapter(twin(model.Article))


def validation_report() -> Iterator[str]:
    """What validating an article costs, with its peers."""
    articles = sample()
    size = statistics.mean(map(len, articles.raw))
    yield f"validation: the {len(articles.raw)} articles of corpus/open, {size / 1000:.1f} KB each, times orjson.loads"
    for what, ratio in validation(articles):
        yield f"  {ratio:7.2f}  {what}"


SECTIONS = {"validation": validation_report, "html": bench_html.html, "align": bench_align.align}


def main(chosen: list[str]) -> None:
    """Measure the chosen sections, or all."""
    if unknown := set(chosen) - set(SECTIONS):
        sys.exit(f"bench.py: no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    for name in chosen or SECTIONS:
        for line in SECTIONS[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
