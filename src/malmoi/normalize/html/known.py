"""What the head of a page tells of its lines: the outlet's name and the reporters', known before the lines are read.

The chain knows outlets by the look of their names; a page names its own, whatever it looks like.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.normalize.dateline import read_dateline
from malmoi.normalize.draft import Line
from malmoi.normalize.html.pictures import bare
from malmoi.normalize.lexicon import OUTLET, PLACES, ROLE, SECTIONS

if TYPE_CHECKING:
    from malmoi.normalize.html.metadata import Metadata
    from malmoi.normalize.html.settle import Headline

_PARTS = re.compile(r"\s*(?:[|ㅣ│<>»•｜]|::|:)\s*|\s[-–—~]\s|^\[|\]\s")
_SITE_WORDS = re.compile(r"\s?[|ㅣ:-]\s?(?:네이버|Naver|다음|네이트).*$")
_OUTLET = re.compile(OUTLET)
_BRACKET = re.compile(r"[\[【(〔](?P<inside>[^\[\]【】()〔〕]{2,40})[\])】〕]\s*[=:]?\s*")
_WORDS = re.compile(r"[\s=,·/ㆍ|&]+")
_ROLE = re.compile(rf"(?:{ROLE}|기자명|글|사진|취재|정리|영상)")
_SIGNS_OFF = re.compile(r"(?:이었|였)?(?:입니다|습니다)\.?$")
_SHORTEST_OUTLET, _LONGEST_OUTLET, _LONGEST_BYLINE = 2, 16, 60


def outlet_names(metadata: Metadata, headline: Headline | None) -> set[str]:
    """The names of the outlet, without spaces and marks."""
    names = {bare(claim.value) for claim in metadata.sites} | {bare(metadata.portal or "")}
    names |= {bare(part) for part in _window_parts(metadata, headline)}
    return names - {""}


def find_outlet(metadata: Metadata, headline: Headline | None) -> str | None:
    """The outlet: a portal's claim, the site's name, else what the window's title ends with."""
    if metadata.portal:
        return metadata.portal
    for claim in metadata.sites:
        name = _SITE_WORDS.sub("", claim.value).strip(" -|:")
        if name and not re.search(r"https?:|\.[a-z]{2,}", name) and len(name) <= 2 * _LONGEST_OUTLET:
            return name
    parts = _window_parts(metadata, headline)
    sure = [part for part in parts if _OUTLET.fullmatch(part)]
    return next(iter(sure or parts[-1:]), None)


def _window_parts(metadata: Metadata, headline: Headline | None) -> list[str]:
    """The parts of the window's title that are no part of the headline and can be an outlet's name."""
    if not metadata.window or headline is None:
        return []
    whole = bare(headline.text)
    parts = [part.strip() for part in _PARTS.split(metadata.window)]
    if len(parts) < 2:  # noqa: PLR2004  a title alone
        return []
    return [
        part
        for part in parts
        if _SHORTEST_OUTLET <= len(part) <= _LONGEST_OUTLET
        and bare(part) and bare(part) not in whole and part not in SECTIONS
        and not part.isdigit() and part not in {"뉴스", "기사", "홈", "네이버뉴스", "기사본문", "전체"}
    ]  # fmt: skip


def name_known(lines: list[Line], people: set[str], outlets: set[str]) -> list[Line]:
    """Type what the page's own names make certain: the outlet's bracket before a lead, and lines of names.

    Args:
        lines: the lines of the body.
        people: names of the reporters that the page gives.
        outlets: names of the outlet, bare.
    """
    named: list[Line] = []
    for line in lines:
        if line.type is not None:
            named.append(line)
        elif (
            read_dateline(line.text) is None
            and (bracket := _BRACKET.match(line.text))
            and _is_signature(bracket["inside"], people, outlets, alone=True)
        ):
            named.append(Line(bracket[0].strip(), "dateline"))
            if rest := line.text[bracket.end() :].strip():
                named.append(Line(rest))
        elif named and len(line.text) <= _LONGEST_BYLINE and _is_signature(line.text, people, outlets, alone=False):
            named.append(Line(line.text.strip("[]()<>=|/ "), "byline"))
        else:
            named.append(line)
    return named


def _is_signature(text: str, people: set[str], outlets: set[str], *, alone: bool) -> bool:
    """Whether a text is made of the outlet's name, reporters, roles and places only.

    Args:
        text: the text.
        people: names of the reporters.
        outlets: names of the outlet.
        alone: the outlet's name alone will do.
    """
    bared = bare(text)
    if not alone and not any(name in text or name in bared for name in people):
        return False
    text = _SIGNS_OFF.sub("", text)
    words = [word for word in _WORDS.split(text.strip("[]()<>=|/ ")) if word]
    if not words or (len(words) == 1 and bare(words[0]) in people):
        return len(words) == 1
    told = signed = False
    for word in words:
        if bare(word) in outlets:
            told = True
        elif word in people or any(word == name + "기자" for name in people):
            signed = True
        elif not (_ROLE.fullmatch(word) or word in PLACES):
            return False
    return signed if not alone else (told or signed)
