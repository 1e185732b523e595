"""ISO 8601 values as the scheme writes them: dates of any precision, clock times, durations, intervals.

Also ISO 8601-2's decade (`199`) and open interval ends (`..`), and the yearless `--03-05` of earlier editions.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["day", "week", "month", "year", "decade", "season", "time", "datetime", "duration"]

_DATE = re.compile(
    r"(?:(?P<year>-?\d{4})|-)(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?"
    r"|(?P<weekyear>\d{4})-W(?P<week>\d{2})(?:-(?P<weekday>\d))?|(?P<decade>\d{3})"
)
_TIME = re.compile(r"(?P<hour>\d{2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?")
_DURATION = re.compile(
    r"P(?=[\dT])(?:(?P<Y>[\d.]+)Y)?(?:(?P<M>[\d.]+)M)?(?:(?P<W>[\d.]+)W)?(?:(?P<D>[\d.]+)D)?"
    r"(?:T(?=\d)(?:(?P<h>[\d.]+)H)?(?:(?P<m>[\d.]+)M)?(?:(?P<s>[\d.]+)S)?)?"
)
_LEAP_YEAR = 2000
_SEASONS = range(21, 25)
_LAST_HOUR = 24


class Point(NamedTuple):
    """One date, time or duration, with the components it states (durations: Y M W D h m s)."""

    kind: Kind
    parts: dict[str, float]


class Value(NamedTuple):
    """A parsed value: one point, or the two ends of an interval (None: open)."""

    points: tuple[Point | None, ...]

    @property
    def interval(self) -> bool:
        """Whether the value is an interval."""
        return len(self.points) > 1

    @property
    def kinds(self) -> set[Kind]:
        """The kinds of its points."""
        return {point.kind for point in self.points if point}


def parse(value: str) -> Value | None:
    """The value parsed; None where it is no ISO 8601 value or names a day or hour that does not exist."""
    ends = value.split("/")
    if len(ends) == 1:
        point = _point(value)
        return Value((point,)) if point else None
    if len(ends) != 2 or ends == ["..", ".."]:  # noqa: PLR2004  an interval has two ends
        return None
    points = tuple(None if end == ".." else _point(end) for end in ends)
    if any(point is None and end != ".." for point, end in zip(points, ends, strict=True)):
        return None
    first, last = points
    if first and last and (first.kind == last.kind == "duration" or _sortable(first) > _sortable(last, upper=True)):
        return None
    return Value(points)


def _point(text: str) -> Point | None:
    if text.startswith("P"):
        return _duration(text)
    day, mark, clock = text.partition("T")
    found = _date(day) if day else None
    if (day and found is None) or not mark:
        return found
    time = _TIME.fullmatch(clock)
    if time is None or (found and found.kind != "day"):
        return None
    parts = _numbers(time)
    if not _is_clock(parts):
        return None
    return Point("datetime", found.parts | parts) if found else Point("time", parts)


def _date(text: str) -> Point | None:  # noqa: PLR0911  one return a kind of date
    match = _DATE.fullmatch(text)
    if match is None or text == "-":
        return None
    parts = _numbers(match)
    if "decade" in parts:
        return Point("decade", parts)
    if "week" in parts:
        return _week(parts)
    if "month" not in parts:
        return Point("year", parts)
    if "day" not in parts and "year" in parts and parts["month"] in _SEASONS:
        return Point("season", {"year": parts["year"]})
    try:
        date(max(int(parts.get("year", _LEAP_YEAR)), 1), int(parts["month"]), int(parts.get("day", 1)))
    except ValueError:
        return None
    return Point("day" if "day" in parts else "month", parts)


def _week(parts: dict[str, float]) -> Point | None:
    year, week, day = int(parts["weekyear"]), int(parts["week"]), int(parts.get("weekday", 1))
    try:
        monday = date.fromisocalendar(year, week, day)
    except ValueError:
        return None
    if "weekday" in parts:
        return Point("day", {"year": monday.year, "month": monday.month, "day": monday.day})
    return Point("week", {"week": week})


def _duration(text: str) -> Point | None:
    match = _DURATION.fullmatch(text)
    try:
        parts = _numbers(match) if match else {}
    except ValueError:
        return None
    return Point("duration", parts) if parts else None


def _numbers(match: re.Match[str]) -> dict[str, float]:
    return {
        name: float(number) if "." in number else int(number) for name, number in match.groupdict().items() if number
    }


def _is_clock(parts: dict[str, float]) -> bool:
    hour, minute, second = parts["hour"], parts.get("minute", 0), parts.get("second", 0)
    if hour == _LAST_HOUR:
        return minute == second == 0
    return hour < _LAST_HOUR and minute < 60 and second <= 60  # noqa: PLR2004  a leap second is 60


def _sortable(point: Point, *, upper: bool = False) -> tuple[float, ...]:
    """What orders the ends of an interval; ends that cannot be compared never look reversed."""
    names = ("year", "month", "day", "hour", "minute", "second")
    if point.kind in ("duration", "week", "decade", "season") or (point.kind != "time" and "year" not in point.parts):
        return (float("inf"),) if upper else (float("-inf"),)
    filler = float("inf") if upper else float("-inf")
    # A time alone may run past midnight, and orders nothing.
    return (filler,) if point.kind == "time" else tuple(point.parts.get(name, filler) for name in names)
