"""The step that reads who wrote the article, for whom, and when; and takes out the lines that say only that."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from malmoi.model import Byline
from malmoi.normalize.captions import Evidence, read_parts
from malmoi.normalize.dateline import read_dateline
from malmoi.normalize.draft import Draft, Line, drop
from malmoi.normalize.furniture_lines import COPYRIGHT, is_buttons
from malmoi.normalize.lexicon import DESK, HANGUL_NAME, NO_NAMES, OUTLET, PEOPLE, ROLES, SECTIONS
from malmoi.normalize.people import read_people
from malmoi.normalize.prose import is_prose
from malmoi.normalize.times import MOMENT, Moment, read_moment

STEP = "header"

_LABEL = (
    r"(?P<label>(?:기사|최초|최종|뉴스)?\s?(?:입력|등록|승인|수정|발행|게재|송고|작성|업데이트|게시|전송|보도|출고|갱신|편집)"
    r"(?:\s?(?:일시|일자|시간|시각|일))?|게시됨|작성됨|수정됨|Updated?|Published?|updated?)"
)
_LABELLED = re.compile(
    rf"(?:{_LABEL}\s?[:：]?\s?)?{MOMENT.pattern}\s?(?:(?P<after>송고|입력|작성|게재|수정|승인|등록)(?!\s?[:：]?\s?\d))?(?![가-힣])"
)
# No label is without one of these; each begins with a letter of its own: that is what makes the search fast.
_LABEL_WORD = re.compile(
    r"입력|등록|승인|수정|발행|게재|송고|작성|업데이트|게시|전송|보도|출고|갱신|편집|Update|update|Publish"
)
_MAY_DATE = re.compile(r"\d\d\s?(?:[.\-/]|년)\s?\d")
_LABEL_FIRST = re.compile(rf"{_LABEL}\s?[:：|]?\s?{MOMENT.pattern}")
_LABEL_LAST = re.compile(rf"{MOMENT.pattern}\s?(?P<label>송고|입력|작성|게재|등록)(?!\s?[:：]?\s?\d)")
_LABEL_ALONE = re.compile(rf"{_LABEL}\s?[:：]?")
_MODIFIED = re.compile(r"수정|업데이트|갱신|[Uu]pdate|최종")
_PEOPLE = re.compile(rf"(?:(?P<before>[가-힣()]{{1,10}})\s?=\s?)?(?P<people>{PEOPLE})")
# Every alternative begins with a letter of its own: that is what makes the search fast.
_QUICK = re.compile(
    r"19\d\d|20\d\d|기자|특파원|통신원|위원|칼럼니스트|앵커|리포터|에디터|PD|작가|입력|등록|승인|수정|송고"
)
_SHORT_YEAR = re.compile(r"\d\d[.\-/]\d\d[.\-/]\d\d\s\d")
_SEPARATOR = re.compile(r"[\s|/·ㅣ│,ㆍ:：\[\]()<>〈〉【】\-–—=&+l;]+")
_OUTLET = re.compile(OUTLET)
_OUTLET_IN = re.compile(rf"(?<![가-힣A-Za-z]){OUTLET}(?![가-힣A-Za-z])")
_SECTIONS = re.compile(rf"(?:(?:{'|'.join(map(re.escape, SECTIONS))})[·/\s]?){{1,4}}(?<=\S)")
_DESK = re.compile(rf"(?:{DESK})+|[가-힣A-Za-z0-9]{{1,10}}(?:부|팀|국|센터|본부|취재단)")
_FILLER = re.compile(
    r"글|사진|글·사진|취재|정리|영상|기자명|작성자|글쓴이|기자|by|By|BY|구독|구독하기|등록|입력|수정|승인|외|\d{1,2}명|기획|대표|지면(?:[A-Z]?\d{1,2}면?)?|[A-Z]?\d{1,2}면?|인터넷뉴스팀|온라인뉴스팀"
)
_WORD = re.compile(r"[가-힣A-Za-z0-9○]{2,12}")
_SUFFIX = re.compile(
    rf"\s?(?:[-|ㅣ│:<]+|::)\s?(?P<outlet>(?:{OUTLET})(?:\s?[-|ㅣ:]+\s?(?:{OUTLET}|네이버\s?뉴스|다음\s?뉴스))?|네이버\s?뉴스|다음\s?뉴스|Daum\s?뉴스)$"
)
_NAMED = re.compile(rf"(?:기자명|글쓴이|작성자)\s?[:：]?\s?(?P<name>{HANGUL_NAME})")
_OFFICER = re.compile(
    rf"(?<![가-힣])(?P<name>{HANGUL_NAME})\s(?:{DESK})?(?P<role>차장|부장|국장|팀장|부국장|본부장|대표|위원)(?![가-힣])"
)
"""Editors sign with their rank; beside a time only, for in running text anybody may have one."""
_SHOOTING = {"사진", "영상", "그래픽", "일러스트", "삽화"}
_LONGEST_LABEL = 20
"""A label, what stands behind it, and the century of the date that follows."""
_LONGEST = 150
_LONGEST_HEADLINE = 150
_LONGEST_MENU, _FEWEST_MENU = 9, 3


class Header(NamedTuple):
    """What a header line says.

    Attributes:
        people: the authors.
        published: the first moment without a label, or with one of publication.
        modified: the last moment that a label calls a change.
        publisher: the outlet.
        pending: a label whose moment must stand on the next line.
        dated: the line holds a moment.
        labelled: the published moment stands behind a label of its own.
    """

    people: list[Byline]
    published: Moment | None
    modified: Moment | None
    publisher: str | None
    pending: str | None
    dated: bool
    labelled: bool


@lru_cache(maxsize=256)
def read_header(text: str, pending: str | None = None) -> Header | None:
    """What a line says, if it names authors and times and nothing else.

    Args:
        text: the line.
        pending: a label that stood alone on the line before.
    """
    if len(text) > _LONGEST or not may_be_header(text):
        return None
    published: Moment | None = None
    modified: Moment | None = None
    dated = timed = labelled = False
    rest = text
    for found in _LABELLED.finditer(text) if _MAY_DATE.search(text) else ():
        moment = read_moment(found)
        if moment is None:
            return None
        label = found["label"] or found["after"] or (None if dated else pending) or ""
        if _MODIFIED.search(label):
            modified = moment
        else:
            published = published or moment
            labelled = labelled or bool(label)
        dated = True
        timed = timed or moment.precise
        rest = rest.replace(found[0], " | ", 1)
    people: list[Byline] = []
    while any(role in rest for role in ROLES) and (match := _PEOPLE.search(rest)):
        named = read_people(match["people"])
        people += [] if match["before"] in _SHOOTING else named
        rest = f"{rest[: match.start()]} | {rest[match.end() :]}"
    if not people and (alone := _NAMED.fullmatch(rest.strip(" |,"))):
        people.append(Byline(name=alone["name"], role="기자"))
        rest = ""
    if dated and not people and (officer := _OFFICER.search(rest)):
        people.append(Byline(name=officer["name"], role=officer["role"]))
        rest = f"{rest[: officer.start()]} | {rest[officer.end() :]}"
    alone = _LABEL_ALONE.search(rest) if _LABEL_WORD.search(rest) else None
    label_left = alone["label"] if alone and not dated else None
    rest = _LABEL_ALONE.sub(" ", rest) if alone else rest
    if not (people or dated or label_left):
        return None
    publisher, clean = _leftovers(rest, signed=bool(people) or timed)
    return Header(people, published, modified, publisher, label_left, dated, labelled) if clean else None


def _leftovers(rest: str, *, signed: bool) -> tuple[str | None, bool]:
    """The outlet among the words that are left, and whether no other word is."""
    publisher: str | None = None
    while outlet := _OUTLET_IN.search(rest):
        publisher = publisher or outlet[0]
        rest = f"{rest[: outlet.start()]} {rest[outlet.end() :]}"
    chunks = [chunk.strip(" |") for chunk in rest.split("|")]
    unknown = [
        word
        for chunk in chunks
        if chunk and not is_buttons(chunk)
        for word in _SEPARATOR.split(chunk)
        if word and not (_FILLER.fullmatch(word) or _DESK.fullmatch(word) or word in SECTIONS or word in NO_NAMES)
    ]
    if not unknown:
        return publisher, True
    # One word before a reporter's name or a time of day can only be the outlet.
    first = chunks[0].strip(" [<(") == unknown[0]
    if signed and publisher is None and len(unknown) == 1 and first and _WORD.fullmatch(unknown[0]):
        return unknown[0], True
    return publisher, False


def may_be_header(text: str) -> bool:
    """Whether a line is worth reading as a header: it holds a year, a label or a role."""
    return bool(_QUICK.search(text) or ("." in text and _SHORT_YEAR.search(text)))


def read_labelled(text: str) -> tuple[Moment | None, Moment | None]:
    """The first moments of a line that a label calls publication and change, whatever else the line says."""
    date = _MAY_DATE.search(text)
    if date is None or not _LABEL_WORD.search(text):
        return None, None
    published: Moment | None = None
    modified: Moment | None = None
    for pattern, reach in ((_LABEL_FIRST, _LONGEST_LABEL), (_LABEL_LAST, 2)):
        # No moment begins more than the century before the first date.
        for found in pattern.finditer(text, max(0, date.start() - reach)):
            if moment := read_moment(found):
                if _MODIFIED.search(found["label"]):
                    modified = modified or moment
                else:
                    published = published or moment
    return published, modified


def read_headers(draft: Draft) -> Draft:
    """Publisher, reporters and times of the lines above the body; lines with a time also elsewhere."""
    begin = _body_start(draft.lines)
    first_header: int | None = None
    kept: list[Line] = []
    for index, line in enumerate(draft.lines):
        above = index < begin
        header = None if line.type else read_header(line.text, draft.pending)
        if header and (above or header.dated or header.pending) and not _only_day(header, above=above):
            if above and first_header is None and (header.people or header.dated):
                first_header = len(kept)
            draft = _take(draft, line, header)
        elif above and not line.type and _is_label(line.text):
            draft = _take_label(draft, line)
        else:
            kept.append(line)
    draft = draft.but(pending=None, lines=tuple(kept))
    return draft if first_header is None else _name_headline(draft, first_header)


def _only_day(header: Header, *, above: bool) -> bool:
    """A day without label or hour inside the body is a heading of a chronicle, not the page's date."""
    moment = header.published or header.modified
    return bool(not above and moment and not moment.precise and not header.people)


def _take(draft: Draft, line: Line, header: Header) -> Draft:
    draft = draft.credit(header.people)
    # A page that prints the time of a change twice labels it once.
    again = (
        header.published
        and not header.labelled
        and header.published.value in {header.modified and header.modified.value, draft.modified_at}
    )
    if header.published and draft.published_at is None and not again:
        draft = draft.but(
            published_at=header.published.value, published_precision=None if header.published.precise else "day"
        )
    elif header.published and header.published.precise and _tells_hour_of(header.published, draft):
        draft = draft.but(published_at=header.published.value, published_precision=None)
    if header.modified and header.modified.precise and draft.modified_at is None:
        draft = draft.but(modified_at=header.modified.value)
    return draft.but(
        publisher=draft.publisher or header.publisher,
        pending=header.pending,
        dropped=(*draft.dropped, drop(STEP, "publisher, reporters or times", line.text)),
    )


def _tells_hour_of(moment: Moment, draft: Draft) -> bool:
    """Whether a moment is on the day that was all that is known so far."""
    return draft.published_precision == "day" and moment.value[:10] == (draft.published_at or "")[:10]


def _is_label(text: str) -> bool:
    return bool(_SECTIONS.fullmatch(text) or _OUTLET.fullmatch(text))


def _take_label(draft: Draft, line: Line) -> Draft:
    record = (*draft.dropped, drop(STEP, "section" if _SECTIONS.fullmatch(line.text) else "publisher", line.text))
    if _SECTIONS.fullmatch(line.text):
        return draft.but(section=draft.section or line.text, dropped=record)
    return draft.but(nameplates=(*draft.nameplates, line.text), dropped=record)


def _body_start(lines: tuple[Line, ...]) -> int:
    """Index of the first line of running text; a first line with a header right behind it is the headline."""
    for index, line in enumerate(lines):
        if line.type in {"paragraph", "caption", "dateline"}:
            return index
        if line.type is None and (is_prose(line.text) or read_dateline(line.text)):
            heads = index == 0 and len(line.text) <= _LONGEST_HEADLINE and any(map(_is_header, lines[1:3]))
            if not (heads and _may_head(line.text)):
                return index
    return len(lines)


def _is_header(line: Line) -> bool:
    return line.type is None and read_header(line.text) is not None


def _name_headline(draft: Draft, first_header: int) -> Draft:
    """The headline stands above the first header: after the menus, and even if it reads like a sentence."""
    if any(line.type == "headline" for line in draft.lines):
        return draft
    above = [
        index for index in range(first_header) if draft.lines[index].type is None and _may_head(draft.lines[index].text)
    ]
    short = [index for index in above if len(draft.lines[index].text) <= _LONGEST_MENU]
    menu = [index for index in above if index <= short[-1]] if len(short) >= _FEWEST_MENU else []
    rest = above[len(menu) :]
    if not rest:
        menu, rest = [], above
    texts = [line.text for line in draft.lines]
    again = next((index for index in rest if texts.count(texts[index]) > 1 and not is_prose(texts[index])), None)
    if again is not None:
        # A page shows its headline twice, in a bar at the top as well.
        menu, rest = [index for index in above if index < again], [index for index in rest if index >= again]
    lines = list(draft.lines)
    if rest and (menu or len(rest) == 1 or again is not None) and len(lines[rest[0]].text) <= _LONGEST_HEADLINE:
        lines[rest[0]] = Line(lines[rest[0]].text, "headline")
    gone = tuple(drop(STEP, "above the headline", lines[index].text) for index in menu)
    kept = tuple(line for index, line in enumerate(lines) if index not in menu)
    return draft.but(lines=kept, dropped=draft.dropped + gone)


def _may_head(text: str) -> bool:
    return read_dateline(text) is None and read_parts(text).evidence() is Evidence.NONE


def drop_headline_suffix(draft: Draft) -> Draft:
    """The outlet behind a headline copied from a window's title (`… - 머니투데이`) out."""
    lines = list(draft.lines)
    for index, line in enumerate(lines):
        if line.type != "headline":
            continue
        found = _SUFFIX.search(line.text)
        if found and found.start() > 0:
            lines[index] = Line(line.text[: found.start()].rstrip(), "headline")
            outlet = _OUTLET_IN.search(found["outlet"])
            return draft.but(
                lines=tuple(lines),
                publisher=draft.publisher or (outlet[0] if outlet else None),
                dropped=(*draft.dropped, drop(STEP, "outlet behind the headline", found[0].strip())),
            )
    return draft


def find_publisher(draft: Draft) -> Draft:
    """Where no header names the outlet: the one nameplate does, the copyright line, or the dateline."""
    if draft.publisher:
        return draft
    if len(set(draft.nameplates)) == 1:
        return draft.but(publisher=draft.nameplates[0])
    for record in draft.dropped:
        if record.reason == COPYRIGHT and record.text and (found := _OUTLET_IN.search(record.text)):
            return draft.but(publisher=found[0], flags=(*draft.flags, "publisher read from the copyright line"))
    if draft.nameplates:
        return draft.but(
            publisher=draft.nameplates[0], flags=(*draft.flags, "several outlets named above the headline")
        )
    for line in draft.lines:
        if line.type == "dateline" and (dateline := read_dateline(line.text)) and dateline.source:
            source = line.text[slice(*dateline.source)]
            return draft.but(publisher=source, flags=(*draft.flags, "publisher read from the dateline"))
    return draft
