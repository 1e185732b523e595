"""Dates and times as news pages print them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

KST = timezone(timedelta(hours=9))

_DATE = (
    r"(?P<year>(?:19|20)\d\d|\d\d(?=(?P<mark>[.\-/])\d\d(?P=mark)\d\d\s\d\d:\d\d))\s?(?:[.\-/]|년)"
    r"\s?(?P<month>\d{1,2})\s?(?:[.\-/]|월)\s?(?P<day>\d{1,2})\s?(?:일|\.)?"
)
_WEEKDAY = r"(?:\s?[(\[]?[월화수목금토일](?:요일)?[)\]]|\s?[월화수목금토일]요일)?"
_NOON = r"(?:오전|오후|AM|PM|am|pm|낮|밤|새벽|저녁)"
_CLOCK = (
    rf"(?P<noon>{_NOON})?\s?(?P<hour>\d{{1,2}})\s?(?::|시)\s?(?P<minute>\d{{1,2}})\s?분?"
    rf"(?:(?::|\s)(?P<second>\d{{2}})(?:초|\.\d+)?)?(?:\s?(?P<noon_after>AM|PM|am|pm))?(?:\s?(?:KST|\+09:?00))?"
)
MOMENT = re.compile(rf"(?<!\d){_DATE}{_WEEKDAY}(?:[\sT,\-]{{0,3}}[(\[]?{_CLOCK}[)\]]?)?(?!\d)")
"""A date, with its time of day if one is printed."""

PRINTED_DATE = re.compile(
    r"(?<![\d.\-/])(?P<year>(?:19|20)\d\d)(?:"
    r"(?P<sep>\s?[.\-/]\s?)(?P<month>\d{1,2})(?:(?P=sep)|\s?[.\-/]\s?)(?P<day>\d{1,2})\.?(?!\d)"
    r"|\s?[.\-]\s?(?P<month_only>\d{1,2})\.(?!\s?\d)|년\s?(?P<month_ko>\d{1,2})월(?:\s?(?P<day_ko>\d{1,2})일)?|\.(?!\s?\d))"
)
"""A caption's date; the final full stop is part of it."""


_CENTURY = "20"
"""What is left out of a year of two digits."""


class Moment(NamedTuple):
    """A moment in RFC 3339, Korean time; `precise` is False where only the day was printed."""

    value: str
    precise: bool


def read_moment(match: re.Match[str]) -> Moment | None:
    """The moment of a `MOMENT` match; None if there is no such day or hour."""
    try:
        day = date(int(_CENTURY[: 4 - len(match["year"])] + match["year"]), int(match["month"]), int(match["day"]))
        clock = _clock(match)
    except ValueError:
        return None
    return Moment(datetime.combine(day, clock or time(), tzinfo=KST).isoformat(), precise=clock is not None)


def _clock(match: re.Match[str]) -> time | None:
    if match["hour"] is None:
        return None
    hour = int(match["hour"])
    noon = (match["noon"] or match["noon_after"] or "").lower()
    half = 12
    if noon in {"오후", "pm", "저녁", "밤", "낮"} and hour < half and not (noon == "낮" and hour > half - 2):
        hour += half
    elif noon in {"오전", "am", "새벽"} and hour == half:
        hour = 0
    return time(hour, int(match["minute"]), int(match["second"] or 0))


def iso_date(match: re.Match[str]) -> str | None:
    """The ISO value of a `PRINTED_DATE` match, as precise as it is; None if there is no such day."""
    year = match["year"]
    month, day = match["month"] or match["month_ko"] or match["month_only"], match["day"] or match["day_ko"]
    try:
        value = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    return value if day else value[:7] if month else year
