"""ISO 8601 values: what parses, what goes with a label, what contradicts its text."""

from __future__ import annotations

import pytest

from malmoi.isovalue import parse
from malmoi.rules.values import contradiction, fits_label


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("2024-03-05", {"day"}),
        ("2024-W10-3", {"day"}),
        ("--03-05", {"day"}),
        ("2024-W10", {"week"}),
        ("2024-03", {"month"}),
        ("2024", {"year"}),
        ("-0500", {"year"}),
        ("199", {"decade"}),
        ("2024-21", {"season"}),
        ("T10", {"time"}),
        ("T24:00", {"time"}),
        ("2024-03-05T10:30:00+09:00", {"datetime"}),
        ("P1Y6M", {"duration"}),
        ("PT2H30M", {"duration"}),
        ("P0.5Y", {"duration"}),
        ("2024-03-01/2024-03-05", {"day"}),
        ("2024-03/2024-03", {"month"}),
        ("2024-03-05/..", {"day"}),
        ("T22:00/T02:00", {"time"}),
    ],
)
def test_parses(written: str, kinds: set[str]) -> None:
    value = parse(written)
    assert value is not None
    assert value.kinds == kinds


@pytest.mark.parametrize(
    "written",
    [
        "2023-02-30",
        "2024-13",
        "20240305",
        "2023.06.01",
        "2024-W54",
        "T25",
        "T24:01",
        "10:30",
        "P",
        "PT",
        "P3",
        "P1.2.3Y",
        "2024-03-05/2024-03-01",
        "P3M/P4M",
        "../..",
        "2024-03-05/x",
        "2024/2023/2022",
        "-",
        "--",
        "--02-30",
        "2024-03T10",
        "",
    ],
)
def test_does_not_parse(written: str) -> None:
    assert parse(written) is None


@pytest.mark.parametrize(
    ("label", "written", "fits"),
    [
        ("DT_DAY", "2024-03-05", True),
        ("DT_DAY", "2024-03-03/2024-03-05", True),
        ("DT_DAY", "2024-03", False),
        ("DT_DAY", "2024-03-05T10:00", False),
        ("DT_MONTH", "2024-03", True),
        ("DT_MONTH", "2024-03-05", False),
        ("DT_MONTH", "2024-03-01/2024-03-31", True),
        ("DT_YEAR", "2024", True),
        ("DT_YEAR", "P3Y", False),
        ("DT_YEAR", "2024-03/2025-02", True),
        ("DT_DURATION", "P3M", True),
        ("DT_DURATION", "2024-03-05", False),
        ("DT_DURATION", "2024-03-01/2024-03-05", True),
        ("DT_OTHERS", "2024-01/2024-06", True),
        ("DT_OTHERS", "T10", False),
        ("TI_HOUR", "T10", True),
        ("TI_HOUR", "2024-03-05T10", True),
        ("TI_HOUR", "2024-03-05", False),
        ("TI_DURATION", "PT2H", True),
        ("TI_DURATION", "T10", False),
    ],
)
def test_fits_label(label: str, written: str, *, fits: bool) -> None:
    value = parse(written)
    assert value is not None
    assert fits_label(value, label) is fits


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2023.06.01.", "2023-06-01"),
        ("2016.9.17", "2016-09-17"),
        ("23.06.01", "2023-06-01"),
        ("5일", "2024-03-05"),
        ("오는 20일", "2024-03-20"),
        ("5일 전", "2024-02-29"),
        ("3년 전", "2021"),
        ("3~5일", "2024-03-03/2024-03-05"),
        ("올해 3월", "2024-03"),
        ("내년", "2025"),
        ("1990년대", "199"),
        ("2024학년도", "2024"),
        ("음력 8월 15일", "2024-09-17"),
        ("오전 10시", "T10"),
        ("오전 12시", "T00"),
        ("오후 3시 30분", "T15:30"),
        ("10시 반", "T10:30"),
        ("3시", "T15"),
        ("낮 12시", "T12"),
        ("밤 12시", "T24:00"),
        ("15:30", "T15:30"),
        ("오후 3:30", "T15:30"),
        ("3개월", "P3M"),
        ("2주", "P14D"),
        ("24개월", "P2Y"),
        ("두 달", "P2M"),
        ("2년6월", "P2Y6M"),
        ("1주년", "P1Y"),
        ("10주기", "P10Y"),
        ("석달", "P3M"),
        ("여섯 달", "P6M"),
        ("세 해", "P3Y"),
        ("한 시간 20분", "PT1H20M"),
        ("한두 달", "P2M"),
        ("네댓 시간", "PT4H"),
        ("한시간 이십분", "PT1H20M"),
        ("열두 시간", "PT12H"),
        ("하루 세 시간", "PT3H"),
        ("하루 이틀", "P2D"),
        ("이틀 열두 시간", "P2DT12H"),
        ("열 두 시간", "PT12H"),
        ("스물네 시간", "PT24H"),
        ("2,3일", "P2D"),
        ("3분의 1초", "PT0.33S"),
        ("두 시간 남짓", "PT2H10M"),
        ("5일 이상", "P6D"),
        ("삼 년", "P4Y"),
        ("보름", "P15D"),
        ("일주일", "P1W"),
        ("48초9", "PT48.9S"),
        ("1분00초51", "PT1M00.51S"),
        ("6시10분 전", "T05:50"),
        ("1년 6개월", "P1Y6M"),
        ("1년 반", "P1Y6M"),
        ("48시간", "P2D"),
        ("이틀", "P2D"),
        ("3~4일", "P4D"),
        ("1만 시간", "PT10000H"),
        ("1,000일", "P1000D"),
    ],
)
def test_agrees(text: str, written: str) -> None:
    value = parse(written)
    assert value is not None
    assert contradiction(text, value) is None


@pytest.mark.parametrize(
    ("text", "written", "said"),
    [
        ("2023.06.01.", "2023-06-02", "day 1"),
        ("2023.06.01.", "2024-06-01", "year 2023"),
        ("23.06.01.", "2024-06-01", "year 23"),
        ("5일", "2024-03-06", "day 5"),
        ("3월 5일", "2024-04-05", "month 3"),
        ("2023년", "2024", "year 2023"),
        ("오전 10시", "T11", "hour 10"),
        ("오후 3시", "T03", "hour 15"),
        ("10시 반", "T10:00", "minute 30"),
        ("15:30", "T15:31", "minute 30"),
        ("3개월", "P2M", "3개월"),
        ("두 달", "P3M", "2개월"),
        ("사흘", "P2D", "3일"),
        ("보름", "P14D", "15일"),
        ("일주일", "P2W", "7일"),
        ("열두 시간", "PT2H", "12시간"),
        ("스물네 시간", "PT4H", "24시간"),
        ("1,000일", "P100D", "1000일"),
        ("여덟 시간", "PT7H", "8시간"),
        ("48초9", "PT48S", "48.9초"),
        ("1년 6개월", "P1Y5M", "1년 6개월"),
        ("10년", "P10D", "10년"),
        ("2시간", "PT2M", "2시간"),
    ],
)
def test_contradicts(text: str, written: str, said: str) -> None:
    value = parse(written)
    assert value is not None
    assert contradiction(text, value) == said
