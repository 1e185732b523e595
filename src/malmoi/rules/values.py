"""Level 3: the ISO 8601 values of dates and times, against their labels and their texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi import isovalue
from malmoi.rules.registry import Hit, rule
from malmoi.schemas import label_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.isovalue import Value
    from malmoi.rules.doc import Doc
    from malmoi.rules.registry import Path

_SHAPES: dict[str, tuple[frozenset[str], str]] = {
    "DT_DAY": (frozenset({"day"}), "a day (2024-03-05)"),
    "DT_WEEK": (frozenset({"week", "day"}), "a week (2024-W10) or an interval of days"),
    "DT_MONTH": (frozenset({"month", "day"}), "a month (2024-03)"),
    "DT_YEAR": (frozenset({"year", "decade", "month", "day"}), "a year (2024), a decade (199) or an interval"),
    "DT_SEASON": (frozenset({"season", "year", "month", "day"}), "a season (2024-21), a year or an interval"),
    "DT_DURATION": (frozenset({"duration", "day", "week", "month", "year"}), "a duration (P3M) or an interval"),
    "TI_DURATION": (frozenset({"duration", "time", "datetime"}), "a duration (PT2H) or an interval of times"),
}
_DATES = (frozenset({"day", "week", "month", "season", "year", "decade", "duration"}), "a date, without a time of day")
_TIMES = (frozenset({"time", "datetime"}), "a time of day (T10:30)")
# Kinds finer than the label that only the ends of an interval may have.
_ENDS_ONLY = {"DT_WEEK": {"day"}, "DT_MONTH": {"day"}, "DT_YEAR": {"month", "day"}, "DT_SEASON": {"day", "month"}}
_ENDS_ONLY |= {"DT_DURATION": {"day", "week", "month", "year"}, "TI_DURATION": {"time", "datetime"}}

# A number counted from now, or a length, is no part of the date: 5일 전, 3년 만에, 10일간.
_NOT_COUNTED = r"(?!\s*(?:전|후|뒤|째|만|간|동안|이내|내|여|차|연속|정도|반|개월|대))"
_BEFORE = r"(?<![\d,.])"
_STATED = {
    "year": re.compile(rf"{_BEFORE}(\d{{4}})\s*(?:년|학년도){_NOT_COUNTED}"),
    "month": re.compile(rf"{_BEFORE}(\d{{1,2}})월{_NOT_COUNTED}"),
    "day": re.compile(rf"{_BEFORE}(\d{{1,2}})일{_NOT_COUNTED}"),
    "minute": re.compile(rf"시\s*(\d{{1,2}})분{_NOT_COUNTED}"),
}
_DOTTED = re.compile(r"(?<!\d)(\d{4}|\d{2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
_HOUR = re.compile(
    rf"(오전|오후|새벽|아침|낮|저녁|밤)?\s*{_BEFORE}(\d{{1,2}})시(?!간|\s*\d+분\s*전)"
    rf"{_NOT_COUNTED.replace('|반', '')}(\s*반)?"
)
_ONES = {
    "한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4,
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
}  # fmt: skip
_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50}
_DAYS = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "일주일": 7, "이레": 7, "여드레": 8, "아흐레": 9,
    "열흘": 10, "보름": 15,
}  # fmt: skip
_DIGITS = r"(?<![\d,.])(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
_WORDS = rf"(?<![가-힣])(?=[가-힣])(?P<tens>{'|'.join(_TENS)})?\s?(?P<ones>{'|'.join(_ONES)})?"
_LENGTH = re.compile(rf"(?:{_DIGITS}|{_WORDS})\s*(?P<unit>년|해|개월|월|달|주(?!년|기|차)|일|시간|분|초)(?!\s*반)")
_DAY_WORD = re.compile(rf"(?<![가-힣])(?:{'|'.join(_DAYS)})(?!\s*반)")
_HUNDREDTHS = re.compile(r"(\d+)초\s?(\d{1,2})(?!\d)")
_UNITS = {
    "년": "Y",
    "해": "Y",
    "개월": "M",
    "월": "M",
    "달": "M",
    "주": "W",
    "일": "D",
    "시간": "h",
    "분": "m",
    "초": "s",
}
_VAGUE = re.compile(
    r"[~∼〜∙·-]|에서|내지|여(?!섯|덟|드레)|수|몇|반|만|천|백|십|음력|단기|한두|두세|두어|서너|너댓|네댓|대여섯|예닐곱|일고여덟|"
    r"사나흘|남짓|이상|이하|이내|미만|초과|넘|분의"
)
_MONTHS, _SECONDS = {"Y": 12, "M": 1}, {"W": 604800, "D": 86400, "h": 3600, "m": 60, "s": 1}
_NOON = 12


@rule("MM320", "value-on-other-label")
def value_on_other_label(doc: Doc) -> Iterator[Hit]:
    """An entity that is no date and no time has an ISO 8601 value.

    What it does: looks for `value` on labels outside the classes DT and TI.

    Why is this bad? `value` is for dates and times; the label or the value is wrong.

    Example: `{"label": "QT_COUNT", "text": "3개", "value": "P3M"}`

    Use instead: no `value`, or the label DT_DURATION if it is one.
    """
    for index, entity in enumerate(doc.entities):
        if "value" in entity and label_class(entity["label"]) not in ("DT", "TI"):
            message = f"{entity['label']} has the value {entity['value']}; only DT and TI labels have one"
            yield Hit(("entities", index, "value"), message)


@rule("MM321", "bad-iso-value")
def bad_iso_value(doc: Doc) -> Iterator[Hit]:
    """A value is no ISO 8601 date, time, duration or interval.

    What it does: parses it, and asks the calendar whether the day exists and an interval runs forward.

    Why is this bad? Nobody can compute with it.

    Example: `"value": "2023-02-30"`, `"value": "20230601"`, `"value": "2024-03-05/2024-03-01"`

    Use instead: `"value": "2023-02-28"`, `"value": "2023-06-01"`, `"value": "2024-03-01/2024-03-05"`
    """
    for path, _, value, _ in _valued(doc):
        if isovalue.parse(value) is None:
            yield Hit(path, f"{value!r} is no ISO 8601 value: {_why(value)}")


def _why(value: str) -> str:
    ends = value.split("/")
    if len(ends) == 2 and all(isovalue.parse(end) for end in ends):  # noqa: PLR2004  an interval has two ends
        return "an interval runs from its earlier end to its later one"
    if re.fullmatch(r"(?:\d{4}|-)-\d{2}(?:-\d{2})?(?:T.*)?", value):
        return "there is no such day or time"
    return "write 2024-03-05, 2024-03, 2024, 2024-W10, T10:30, P3M, PT2H, or two of them with / between"


@rule("MM322", "value-against-label")
def value_against_label(doc: Doc) -> Iterator[Hit]:
    """A value is of another kind than its label.

    What it does: compares the kind of the value (day, month, duration, time …) with what the label stands for.

    Why is this bad? One of the two is wrong.

    Example: `{"label": "DT_DAY", "text": "5일", "value": "2024-03-05T10:00"}`, `{"label": "DT_YEAR", "value": "P3Y"}`

    Use instead: `{"label": "DT_DAY", "text": "5일", "value": "2024-03-05"}`, `{"label": "DT_DURATION", "value": "P3Y"}`
    """
    for path, label, written, _ in _valued(doc):
        value = isovalue.parse(written)
        if value and label and label_class(label) in ("DT", "TI") and not fits_label(value, label):
            yield Hit(path, f"{written} is no value for {label}, which takes {_shape(label)[1]}")


def fits_label(value: Value, label: str) -> bool:
    """Whether a value is of the kind that a DT or TI label stands for."""
    allowed = _shape(label)[0]
    if not value.kinds <= allowed:
        return False
    return value.interval or not value.kinds & _ENDS_ONLY.get(label, set())


def _shape(label: str) -> tuple[frozenset[str], str]:
    return _SHAPES.get(label) or (_DATES if label.startswith("DT") else _TIMES)


@rule("MM323", "value-against-text")
def value_against_text(doc: Doc) -> Iterator[Hit]:
    """A value disagrees with the numbers in its text.

    What it does: reads the numbers that the text states (2023년, 6월, 1일, 2023.06.01., 오전 10시, 3개월, 두 달,
    사흘) and compares them with the value. Relative expressions (5일 전, 내년), Sino-Korean words (삼 년), and lengths
    that are not exact (두어 달, 1년여, 이틀 반, 5일 이상) are not computed.

    Why is this bad? The value is what is computed with; a wrong one misplaces the event in time.

    Example: `{"text": "2023.06.01.", "value": "2023-06-02"}`, `{"text": "3개월", "value": "P2M"}`

    Use instead: `{"text": "2023.06.01.", "value": "2023-06-01"}`, `{"text": "3개월", "value": "P3M"}`
    """
    for path, label, written, text in _valued(doc):
        value = isovalue.parse(written)
        if value and text is not None and (label is None or fits_label(value, label)):
            stated = contradiction(text, value)
            if stated:
                yield Hit(path, f"the text “{text}” says {stated}, the value {written} does not")


def _valued(doc: Doc) -> Iterator[tuple[Path, str | None, str, str | None]]:
    """Every value: its path, its label (None in a caption), the value, and the text if it is known to be right."""
    for index, entity in enumerate(doc.entities):
        if "value" in entity:
            spot = doc.readable_at(("entities", index))
            yield ("entities", index, "value"), entity["label"], entity["value"], spot.span["text"] if spot else None
    for index, caption in enumerate(doc.captions):
        part = caption.get("date_created")
        if part and "value" in part:
            spot = doc.readable_at(("captions", index, "date_created"))
            path = ("captions", index, "date_created", "value")
            yield path, None, part["value"], spot.span["text"] if spot else None


def contradiction(text: str, value: Value) -> str | None:
    """What the text states and the value does not have; None where they agree or cannot be compared."""
    if value.kinds == {"duration"}:
        return None if value.interval else _length_contradiction(text, value.points[0].parts if value.points[0] else {})
    for name, number in _stated(text):
        known = [point.parts[name] for point in value.points if point and name in point.parts]
        if known and not any(_agrees(name, number, part) for part in known):
            return _spoken(name, number)
    return None


def _agrees(name: str, number: int | set[int], part: float) -> bool:
    if isinstance(number, set):
        return part in number
    # 23.06.01. states the last two digits of the year.
    return part == number or (name == "year" and number < 100 and part % 100 == number)  # noqa: PLR2004  a century


def _stated(text: str) -> Iterator[tuple[str, int | set[int]]]:
    """The components that a text states in numbers."""
    if "음력" in text or "단기" in text:
        return
    for name, pattern in _STATED.items():
        yield from ((name, int(match[1])) for match in pattern.finditer(text))
    for match in _DOTTED.finditer(text):
        yield from zip(("year", "month", "day"), map(int, match.groups()), strict=True)
    for match in _CLOCK.finditer(text):
        yield "minute", int(match[2])
        yield "hour", hours(text[: match.start()].strip()[-2:], int(match[1]))
    for match in _HOUR.finditer(text):
        yield "hour", hours(match[1] or "", int(match[2]))
        if match[3]:
            yield "minute", 30


def hours(part_of_day: str, number: int) -> set[int]:
    """Hours on the 24-hour clock that a number can mean in a part of the day."""
    if number > _NOON or part_of_day in ("새벽", "아침"):
        return {number}
    if part_of_day == "오전":
        return {number % _NOON, number}
    if part_of_day == "오후":
        return {number % _NOON + _NOON}
    return {number, number + _NOON, number % _NOON}


def _length_contradiction(text: str, parts: dict[str, float]) -> str | None:
    if _VAGUE.search(text):
        return None
    found = _lengths(text)
    for scale in (_MONTHS, _SECONDS):
        stated = {unit: number for unit, number in found.items() if unit in scale}
        total = sum(number * scale[unit] for unit, number in stated.items())
        if stated and set(parts) & set(scale) and total != sum(parts.get(unit, 0) * scale[unit] for unit in scale):
            return _length_spoken(stated)
    if found and not any(set(found) & set(scale) and set(parts) & set(scale) for scale in (_MONTHS, _SECONDS)):
        return _length_spoken(found)
    return None


def _lengths(text: str) -> dict[str, float]:
    """The length that a text states, by unit: in digits (1분 18초52, 3개월) or native words (열두 시간, 사흘)."""
    found: dict[str, float] = {}
    for match in _LENGTH.finditer(_HUNDREDTHS.sub(r"\1.\2초", text)):
        digits, tens, ones = match["digits"], match["tens"], match["ones"]
        if digits or tens or ones:
            number = float(digits.replace(",", "")) if digits else _TENS.get(tens, 0) + _ONES.get(ones, 0)
            found[_UNITS[match["unit"]]] = number
    words = _DAY_WORD.findall(text)
    if len(words) > 1 or (words and found):
        return {}  # 하루 이틀 is vague, and 하루 두 시간 is two hours of each day
    return {"D": _DAYS[words[0]]} if words else found


def _length_spoken(stated: dict[str, float]) -> str:
    names = {symbol: unit for unit, symbol in _UNITS.items() if unit not in {"달", "월", "해"}}
    return " ".join(f"{number:g}{names[symbol]}" for symbol, number in stated.items())


def _spoken(name: str, number: int | set[int]) -> str:
    said = "/".join(map(str, sorted(number))) if isinstance(number, set) else str(number)
    return f"{name} {said}"
