"""Level 5, on texts typed in the mark-up: what warns and, above all, what does not."""

from __future__ import annotations

import pytest

from malmoi import markup, store
from malmoi.validate import check_bytes


def codes(body: str, footer: str = "") -> list[str]:
    source = f'+++\nid = "x"\nlicense = "CC-BY-4.0"\n+++\n{body}\n+++\n{footer}\n+++\n'
    return [finding.code for finding in check_bytes(store.dumps(markup.parse(source))).findings]


@pytest.mark.parametrize(
    "body",
    [
        "{LCP_CITY 가온시에서} 열렸다.",
        "{LCP_CITY 가온시까지} 왔다.",
        "{CV_OCCUPATION 소설가는} 웃었다.",
        "{QT_COUNT 세 권을} 샀고 {QT_COUNT 세 권} 더 샀다.",
        "{LCP_CITY 가온이} 달라졌다. {LCP_CITY 가온} 사람들이 웃었다.",
        "{LCP_CITY 나린과} 가까운 {LCP_CITY 나린} 옆 마을.",
        "{LCP_CITY 가온시에서}는 드물다.",
    ],
)
def test_particle_at_the_edge_of_an_entity(body: str) -> None:
    assert codes(body) == ["MM501"]


@pytest.mark.parametrize(
    "body",
    [
        "{LCP_PROVINCE 전라도}와 {LCP_PROVINCE 전라} 사람들",
        "{LCP_PROVINCE 경기도}는 {LCP_PROVINCE 경기} 남부를",
        "{LCP_CITY 이천}에 {LCP_CITY 이천}은",
        "{PT_FRUIT 사과}를 {CV_OCCUPATION 화가}가 그렸다.",
        "{CV_OCCUPATION 음악가} 곁의 {CV_ART 음악}",
        "{DT_SEASON 가을}과 {DT_OTHERS 주말}",
        "'{AFA_VIDEO 우리가 사랑하는}'을 보았다.",
        "{AFA_DOCUMENT 밤은 길고 나는 걷는}을 읽었다.",
        "{OGG_ECONOMY 길은} 문을 열었다.",
    ],
)
def test_names_that_end_like_particles(body: str) -> None:
    assert "MM501" not in codes(body)


def test_the_suffix_of_a_name_is_no_particle() -> None:
    assert codes("{PS_NAME@a 나람}은 갔다. {PS_NAME@a 나람이}는 왔다.", '[clusters]\na = "나람이"') == []


def test_names_of_people_that_end_like_particles() -> None:
    people = '[clusters]\na = "김은가"\nb = "이도은"\nc = "박소이"'
    body = "{PS_NAME@a 김은가} 씨와 {PS_NAME@b 이도은}, {PS_NAME@c 박소이}가 왔다. {PS_NAME@a 김은가}는 웃었다."
    assert codes(body, people) == []


def test_particle_at_the_edge_of_a_source() -> None:
    footer = '[clusters]\na = "나무름"\n[quotes]\nq1 = { speaker = "a" }'
    said = '{q1.content "온다"}{q1.marker 고} {q1.cue 했다}.'
    assert codes("{q1.source {PS_NAME@a 나무름}이} " + said, footer) == ["MM501"]
    assert codes("{q1.source {PS_NAME@a 나무름} {CV_POSITION 관장}은} " + said, footer) == ["MM501"]
    assert codes("{q1.source {PS_NAME@a 나무름} {CV_POSITION 관장}}은 " + said, footer) == []
    assert codes("{q1.source {PS_NAME@a 나무름}이}는 " + said, footer) == []


@pytest.mark.parametrize(
    "body",
    [
        "{q1.source 자료}에 {q1.cue 따르면} {q1.content 비가 온}{q1.marker 다}.",
        '{q1.source 그}가 {q1.cue 말한} {q1.content "비"}는 이것이다.',
        '{q1.source 그}는 이렇게 {q1.cue 말했다}. {q1.content "비가 온다."}',
        '{q1.source 그}는 {q1.content "비가 온다"}{q1.marker 고} {q1.cue 말했다}.',
        '{q1.source 편지}에는 이런 {q1.cue 대목}이 있다. {q1.content "비가 온다."}',
        '{q1.source 그}의 {q1.cue 한마디}: {q1.content "비가 온다."}',
        "그가 꺼낸 {q1.cue 말}은 {q1.content 비가 온다}{q1.marker 는} 것이었다.",
    ],
)
def test_cue_that_may_precede(body: str) -> None:
    status = "" if ".source" in body else 'source_status = "omitted"'
    assert codes(body, f"[quotes]\nq1 = {{ {status} }}") == []


def test_cue_that_may_not_precede() -> None:
    assert codes('{q1.source 그}는 {q1.cue 말했다} {q1.content "비가 온다"}.', "[quotes]\nq1 = {}") == ["MM502"]
