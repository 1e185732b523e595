"""Moments as data writes them: ISO 8601, mail dates, `20230105`, seconds since 1970, a spreadsheet's dates.

What a page prints is read by `times`; this module reads the values of fields.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

from malmoi.normalize.times import KST, MOMENT, Moment, read_moment

_DIGITS = re.compile(r"(\d{8,19})(?:\.0+)?")
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_DAY = len("20230105")
_EPOCH_DIGITS = ((10, 1), (13, 1_000), (16, 1_000_000), (19, 1_000_000_000))
"""Seconds, milliseconds, microseconds and nanoseconds since 1970, told apart by their length since 2001."""
_SECONDS_A_DAY = 86_400
_ZONE = re.compile(r"\s*(?:UTC|GMT)$")
_MAIL = re.compile(r"(?:[A-Z][a-z]{2},\s)?\d{1,2}\s[A-Z][a-z]{2}\s\d{4}\s.*")
_SCRIPT = re.compile(r"([A-Z][a-z]{2}) ([A-Z][a-z]{2}) (\d{2}) (\d{4}) (\d\d:\d\d:\d\d) GMT([+-]\d{4}).*")
_YEARS = range(1880, 2200)


def read_timestamp(value: object) -> Moment | None:
    """The moment that the value of a field stands for, in Korean time; None if it stands for none.

    A time without a zone is Korean time. Midnight without a zone is a day: spreadsheets and data frames write days so.
    """
    for key in ("$date", "$numberLong"):  # MongoDB's extended JSON
        if isinstance(value, dict):
            value = value.get(key, value)
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, (datetime, date)):
            return _moment(value)
        if isinstance(value, (int, float)):
            return _from_digits(f"{value:.0f}")
        return _from_text(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _from_text(text: str) -> Moment | None:
    if digits := _DIGITS.fullmatch(text):
        return _from_digits(digits[1])
    if script := _SCRIPT.fullmatch(text):
        weekday, month, day, year, clock, zone = script.groups()
        text = f"{weekday}, {day} {month} {year} {clock} {zone}"
    if _MAIL.fullmatch(text):
        return _moment(parsedate_to_datetime(text))
    try:
        stamp = datetime.fromisoformat(_ZONE.sub("+00:00", text))
    except ValueError:
        printed = MOMENT.search(text)
        moment = read_moment(printed) if printed else None
        return moment if moment and int(moment.value[:4]) in _YEARS else None
    return _moment(stamp)


def _from_digits(digits: str) -> Moment | None:
    form = _COMPACT.get(len(digits))
    if form:
        stamp = datetime.strptime(digits, form)  # noqa: DTZ007  `_moment` says what no zone means
        return _moment(stamp.date() if len(digits) == _DAY else stamp)
    for length, scale in _EPOCH_DIGITS:
        if len(digits) == length:
            seconds = int(digits) // scale
            stamp = datetime.fromtimestamp(seconds, UTC)
            # A data frame of days counts from their midnight in UTC.
            return _moment(stamp.date() if seconds % _SECONDS_A_DAY == 0 else stamp)
    return None


def _moment(stamp: date) -> Moment | None:
    if not isinstance(stamp, datetime):
        stamp = datetime.combine(stamp, time())
    precise = bool(stamp.tzinfo or stamp.time() != time())
    stamp = stamp.astimezone(KST) if stamp.tzinfo else stamp.replace(tzinfo=KST)
    if stamp.year not in _YEARS:
        return None
    return Moment(stamp.replace(microsecond=0).isoformat(), precise)
