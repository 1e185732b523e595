"""What the parts of Malmoi cost, as multiples of `orjson.loads` of the same bytes, measured in one run.

  uv run --group bench scripts/bench.py [validation …]

A section is a function that yields (what, seconds for one pass over the articles); `SECTIONS` lists them.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from malmoi import markup, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ARTICLES = 200
ROUNDS = 15
SLOW_ARTICLES = 5

FAMILY, GIVEN = (
    "가감견국궁낭난단독돈동두",
    ("하늘", "가람", "나루", "다솜", "라온", "마루", "바름", "사랑", "아람", "한결"),
)
FIRMS = ("한빛전자", "다온물류", "늘봄식품", "새길건설", "온누리해운", "푸른솔제지")
TOWNS = ("가온시", "나린군", "다솔시", "라임군", "마실시")
SENTENCES = """
산자락에 있는 옛 공장은 {{DT_DAY={date} {day}일}} 아침부터 기계를 다시 돌리기 시작했다.

회사 쪽은 지난해보다 {{QT_PERCENTAGE {n}%}} 늘어난 물량을 감당하려면 사람을 더 뽑아야 한다고 본다.

{{q{q}.source {{PS_NAME@kim {name}}} {{CV_POSITION 대표}}}}는
{{q{q}.content "함께 버틴 직원들에게 고맙다"}}{{q{q}.marker 고}} {{q{q}.cue 말했다}}.

{{OGG_ECONOMY@firm {firm}}}의 새 창고는 {{DT_MONTH={month} {mon}월}}에 문을 열며,
하루 {{QT_COUNT {n}만 상자}}를 {{LC_OTHERS 나루터}}에서 나눠 실을 수 있다.

{{LCP_CITY {town}}} {{LC_OTHERS 느티나무길}}에 모인 {{QT_MAN_COUNT {n}명}}은 {{OGG_ECONOMY@firm {firm}}} 앞을
밤늦도록 바라보며 {{LCP_CITY {town}}}의 지난겨울 이야기를 했다.
"""
PASSES = ", ".join(
    f'{{ layers = ["entities", "clusters", "quotes", "captions"], by = "human", agent = "{agent}", role = "{role}", '
    f'guidelines = "1.0" }}'
    for agent, role in (("first-reader", "first"), ("second-reader", "second"), ("editor", "adjudication"))
)
PROVENANCE = f'provenance = {{ text = "written", written_by = "the benchmark", annotations = [{PASSES}] }}'
TEMPLATES = [" ".join(sentence.split("\n")) for sentence in SENTENCES.strip().split("\n\n")]


class Sample(NamedTuple):
    """Articles in canonical form, as bytes and as parsed."""

    raw: list[bytes]
    data: list[dict[str, Any]]


def sample() -> Sample:
    """Invented articles of about 9 KB and as dense as those of corpus/open: some forty entities, a few quotes."""
    raw = [store.dumps(markup.parse(_article(number))) for number in range(ARTICLES)]
    return Sample(raw, [orjson.loads(one) for one in raw])


def _article(number: int) -> str:
    draw = random.Random(number)  # noqa: S311  no secret
    name, firm, town = draw.choice(FAMILY) + draw.choice(GIVEN), draw.choice(FIRMS), draw.choice(TOWNS)
    lines, quotes = [], 0
    for _ in range(5):
        sentences = []
        for template in draw.sample(TEMPLATES, 3):
            quotes += "q{q}" in template
            day, mon = draw.randint(1, 28), draw.randint(1, 12)
            sentences.append(
                template.format(
                    name=name,
                    firm=firm,
                    town=town,
                    q=quotes,
                    n=draw.randint(2, 90),
                    day=day,
                    mon=mon,
                    date=f"2031-03-{day:02d}",
                    month=f"2031-{mon:02d}",
                )
            )
        lines.append(" ".join(sentences))
    footer = "\n".join(f'q{index} = {{ speaker = "kim" }}' for index in range(1, quotes + 1))
    caption = (
        f"[{{.location {town}}}={{.source 다온통신}}] {{.creator {name}}} {{.creator_role 기자}} = "
        "{.description 다시 문을 연 공장 앞에 화물차가 늘어서 있다.} {.date_created=2031-03-02 2031.03.02.}"
    )
    return (
        f'+++\nid = "bench-{number:04d}"\npublisher = "다온통신"\npublished_at = 2031-03-02T09:12:00+09:00\n'
        f'section = "경제"\nmedtop = "04000000"\nbyline = ["{name} 기자"]\n{PROVENANCE}\n'
        f'license = "CC-BY-4.0"\ntier = "open"\n+++\n# {{OGG_ECONOMY@firm {firm}}} 공장 다시 돈다…'
        f"{{PS_NAME@kim {name}}} 대표의 약속\n" + "\n".join(lines) + f"\n> {caption}\n~ {name} 기자\n"
        f'+++\n[clusters]\nkim = "{name}"\nfirm = "{firm}"\n[quotes]\n{footer}\n+++\n'
    )


def seconds(work: Callable[[Any], object], items: list[Any]) -> float:
    """Mean seconds an item, each in the fastest of some rounds: what others do on the machine only ever adds."""
    best = [float("inf")] * len(items)
    # As timeit does: a collection in the middle of a round would be charged to whatever ran then.
    gc.disable()
    for _ in range(ROUNDS):
        for index, item in enumerate(items):
            started = time.perf_counter()
            work(item)
            best[index] = min(best[index], time.perf_counter() - started)
    gc.enable()
    return statistics.mean(best)


def validation(articles: Sample) -> Iterator[tuple[str, float]]:
    """The whole validation of a valid article, its parts, and other validators."""
    from malmoi.rules.quick import is_plainly_sound, is_sorted  # noqa: PLC0415  a section imports its own
    from malmoi.rules.schema import breaks_schema  # noqa: PLC0415
    from malmoi.validate import check_bytes, passes_quickly  # noqa: PLC0415

    def schema_and_semantics(raw: bytes) -> bool:
        data = orjson.loads(raw)
        return not breaks_schema(data) and is_plainly_sound(data, None)

    for raw in articles.raw:
        if check_bytes(raw).findings or not passes_quickly(raw):
            raise SystemExit("the articles of the benchmark are not sound")
    yield "parsing, schema and semantics", seconds(schema_and_semantics, articles.raw)
    yield "  of it JSON Schema (jsonschema-rs)", seconds(breaks_schema, articles.data)
    yield "  of it semantics (one pass)", seconds(lambda data: is_plainly_sound(data, None), articles.data)
    yield "the same and canonical form: levels 1 to 3", seconds(passes_quickly, articles.raw)
    yield "  of it layout", seconds(store.layout, articles.data)
    yield "  of it key order", seconds(is_sorted, articles.data)
    yield "  of it NFC", seconds(lambda raw: unicodedata.is_normalized("NFC", raw.decode()), articles.raw)
    yield "malmoi validate, with the warnings of level 5", seconds(check_bytes, articles.raw)
    yield from _peers(articles)


def _peers(articles: Sample) -> Iterator[tuple[str, float]]:
    """Other validators: parsing, and the schema or the same record types. None checks semantics."""
    import fastjsonschema  # noqa: PLC0415
    import jsonschema  # noqa: PLC0415
    import msgspec  # noqa: PLC0415

    from malmoi.model import Article  # noqa: PLC0415
    from malmoi.schemas import article_schema  # noqa: PLC0415

    decoder = msgspec.json.Decoder(Article)
    yield "msgspec, typed decoding (no schema)", seconds(decoder.decode, articles.raw)
    adapter = _pydantic_adapter()
    yield "pydantic, typed (no schema)", seconds(adapter.validate_json, articles.raw)
    compiled = fastjsonschema.compile(article_schema(), use_default=False)
    yield "orjson + fastjsonschema", seconds(lambda raw: compiled(orjson.loads(raw)), articles.raw)
    slow = jsonschema.Draft202012Validator(article_schema())
    some = articles.raw[:SLOW_ARTICLES]
    yield "orjson + jsonschema", seconds(lambda raw: slow.is_valid(orjson.loads(raw)), some)


def _pydantic_adapter() -> Any:  # noqa: ANN401  pydantic is only here for comparison
    """Pydantic models with the fields of ours, made from them."""
    from typing import get_type_hints  # noqa: PLC0415

    import msgspec  # noqa: PLC0415
    from pydantic import ConfigDict, TypeAdapter, create_model  # noqa: PLC0415

    from malmoi import model  # noqa: PLC0415

    made: dict[Any, Any] = {}
    tuple_of: Any = tuple

    def twin(hint: Any) -> Any:  # noqa: ANN401
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


SECTIONS = {"validation": validation}


def main(chosen: list[str]) -> None:
    """Measure the chosen sections, or all."""
    articles = sample()
    size = statistics.mean(map(len, articles.raw))
    for name in chosen or SECTIONS:
        floor = seconds(orjson.loads, articles.raw)
        measured = list(SECTIONS[name](articles))
        # Measured again, lest a busy moment of the machine make everything else look cheap.
        floor = min(floor, seconds(orjson.loads, articles.raw))
        print(f"{name}: {ARTICLES} articles of {size / 1000:.1f} KB, times orjson.loads ({floor * 1e6:.1f} us)")
        for what, cost in measured:
            print(f"  {cost / floor:7.2f}  {what}")


if __name__ == "__main__":
    main(sys.argv[1:])
