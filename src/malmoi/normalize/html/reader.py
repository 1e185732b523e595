"""The reader of HTML: bytes to a draft, and down the chain."""

from __future__ import annotations

import hashlib
import html
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from malmoi.model import Decision
from malmoi.normalize.chain import PAGE_STEPS, run
from malmoi.normalize.contacts import drop_contacts
from malmoi.normalize.decode import decode_html
from malmoi.normalize.draft import Draft, Line, NormalizeError
from malmoi.normalize.header import may_be_header, read_headers, read_labelled
from malmoi.normalize.html.guard import check_nesting
from malmoi.normalize.html.known import find_outlet, name_known, outlet_names
from malmoi.normalize.html.lines import Found, around_body, body_lines
from malmoi.normalize.html.metadata import Claim, read_metadata
from malmoi.normalize.html.moments import settle_times
from malmoi.normalize.html.select import Body, find_body
from malmoi.normalize.html.settle import (
    Headline,
    claimed_people,
    find_headline,
    read_names,
    settle_byline,
    settle_section,
)
from malmoi.normalize.html.state import read_state
from malmoi.normalize.html.walk import walk
from malmoi.normalize.hygiene import clean_lines, compose_syllables

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from malmoi.model import Article, Byline
    from malmoi.normalize.html.metadata import Metadata
    from malmoi.normalize.html.page import Page
    from malmoi.normalize.times import Moment

_FEWEST_PROSE = 60
_SHORT_BODY = 120
_ZONE_BEFORE, _ZONE_BEHIND = 60, 40
_FEW = 3
"""Right behind the headline stands what is no header and yet is read: a section, an outlet."""
_LONGEST_ZONE_LINE = 200
_TAIL = 12
"""Where a sign of a text cut short stands: searching all of a paragraph for its end is slow."""
_UNSEEN = ["script", "style", "noscript", "select"]
_FIRST = re.compile(r"입력|등록|승인|송고|게재|작성")
_ELSEWHERE = frozenset({"list of other articles", "page frame", "advertising", "comments", "summary"})
_CUT = re.compile(r"(?:\.{3}|…)\s?(?:더\s?보기)?$|[가-힣],?$(?<![다요죠음함됨임])")


class Reading(NamedTuple):
    """All that reading a page has found: for the article, and for a person who asks where it came from."""

    article: Article
    page: Page
    found: Found


class _Signers(NamedTuple):
    """The reporters that the head names, those that elements called a byline name, and the outlet's names."""

    claimed: list[Byline]
    named: list[Byline]
    outlets: set[str]


def normalize_html(raw: bytes, *, name: str, url: str | None = None, charset: str | None = None) -> Article:
    """A page in HTML to an article.

    Args:
        raw: the bytes of the page.
        name: what messages call it.
        url: where it was fetched from; else the page's own claim.
        charset: the encoding that the HTTP header declares; asked last.

    Raises:
        NormalizeError: the bytes are no text, or no article is in it.
    """
    return read_html(raw, name=name, url=url, charset=charset).article


def read_html(raw: bytes, *, name: str, url: str | None = None, charset: str | None = None) -> Reading:
    """As `normalize_html`, with the page and the origin of each line."""
    text, encoding, flags = decode_html(raw, name, charset)
    check_nesting(text, name)
    # A syllable is composed of jamo that begin with these bytes; most pages hold not even the first, found faster.
    jamo = b"\xe1" in raw and (b"\xe1\x84" in raw or b"\xe1\x85" in raw)
    text, changed = compose_syllables(text) if jamo else (text, [])
    if "\ufffd" in text and not flags:
        flags = ("replacement characters in the text",)
    # The parser reads UTF-8: what is that already need not be written again.
    tree = LexborHTMLParser(raw if encoding == "utf-8" and not changed else text)
    if tree.body is None:
        raise NormalizeError(f"{name}: no HTML in it")
    metadata = read_metadata(tree)
    # Out before the walk, in one pass of the parser's own: half of the nodes of a page are scripts and spaces.
    tree.strip_tags(_UNSEEN)
    page = walk(tree.body)
    headline = find_headline(page, metadata)
    chosen = _Chosen(page, metadata, headline, find_body(page, headline.piece if headline else None), "html")
    if page.elements[0].kept < _FEWEST_PROSE:
        chosen = _look_elsewhere(chosen, tree.body, text)
    page, metadata, headline, body, reader, deks = chosen
    if body is None:
        raise NormalizeError(f"{name}: no running text in it: is it an article's page, and saved whole?")
    _forget_other_times(page, body)
    titles = [headline.text, *deks] if headline else list(deks)
    found = body_lines(page, body.element, headline.piece if headline else None, titles, body.end)
    outlets = outlet_names(metadata, headline)
    shown_around, named = _around(page, body, headline, outlets)
    times = settle_times(page, metadata, shown_around)
    claimed = claimed_people(metadata, outlets)
    people = {person.name for person in (*named, *claimed)}
    head = [Line(headline.text, "headline")] if headline else []
    head += [Line(dek, "dek") for dek in deks]
    lines, cleaned = clean_lines([*head, *name_known(found.lines, people, outlets)])
    decisions = [Decision("blocks", body.source)]
    decisions += [Decision("headline", headline.source)] if headline else []
    draft = Draft(
        reader=reader,
        encoding=encoding,
        lines=tuple(lines),
        url=url or _absolute(metadata.url),
        published_at=times.published,
        published_precision=times.precision,
        modified_at=times.modified,
        publisher=find_outlet(metadata, headline),
        dropped=(*shown_around.dropped, *found.dropped, *around_body(page, body.element, body.end)),
        decisions=(*decisions, *times.sources),
        changed=(*changed, *cleaned),
        flags=(*flags, *times.flags),
    )
    signers = _Signers(claimed, named, outlets)
    finish = partial(_sign, signers=signers, metadata=metadata, section=shown_around.section)
    article = run(draft, (*PAGE_STEPS, finish), name=name, raw_sha256=hashlib.sha256(raw).hexdigest())
    return Reading(article, page, found)


class _Chosen(NamedTuple):
    """Where the article is read from."""

    page: Page
    metadata: Metadata
    headline: Headline | None
    body: Body | None
    reader: str
    deks: tuple[str, ...] = ()


def _look_elsewhere(shown: _Chosen, top: LexborNode, text: str) -> _Chosen:
    """The article of a page that shows none: in a script, among what is hidden, or as one text in its JSON-LD."""
    metadata, headline = shown.metadata, shown.headline
    unseen = headline and headline._replace(piece=None)
    if (state := read_state(LexborHTMLParser(text))) is not None:
        sections = (Claim(state.section, state.source), *metadata.sections) if state.section else metadata.sections
        metadata = metadata._replace(
            published=(*state.published, *metadata.published),
            modified=(*state.modified, *metadata.modified),
            authors=(*state.authors, *metadata.authors),
            sections=sections,
        )
        title = Headline(state.title, None, state.source) if state.title else unseen
        body = Body(0, state.source)
        return _Chosen(walk(_body_of(state.body)), metadata, title, body, f"html ({state.source})", state.deks)
    page = walk(top, hidden=True)
    if page.elements[0].kept > max(shown.page.elements[0].kept, _FEWEST_PROSE):
        headline = find_headline(page, metadata)
        return _Chosen(page, metadata, headline, find_body(page, headline.piece if headline else None), "html")
    if metadata.bodies:
        source = metadata.bodies[0].source
        markup = "".join(f"<p>{html.escape(line)}</p>" for line in metadata.bodies[0].value.splitlines())
        return _Chosen(walk(_body_of(markup)), metadata, unseen, Body(0, source), f"html ({source})")
    return shown


def fragment_lines(markup: str) -> list[Line]:
    """The lines of a piece of HTML that is nothing but a body, as dumps hold it: captions and sub-heads typed."""
    page = walk(_body_of(markup))
    return body_lines(page, 0, None, []).lines


def _body_of(markup: str) -> LexborNode:
    check_nesting(markup, "a body in HTML")
    tree = LexborHTMLParser(f"<body>{markup}</body>")
    if tree.body is None:
        raise NormalizeError("no HTML in it")
    return tree.body


def _around(page: Page, chosen: Body, headline: Headline | None, outlets: set[str]) -> tuple[Draft, list[Byline]]:
    """What the page says right before and behind the body: times and section as a draft, and the people named."""
    body = page.elements[chosen.element]
    end = body.last if chosen.end is None else min(body.last, chosen.end)
    at = headline.piece if headline and headline.piece is not None and headline.piece < body.first else body.first
    before = range(max(0, min(at, body.first) - 6, body.first - _ZONE_BEFORE), body.first)
    published: Moment | None = None
    modified: Moment | None = None
    behind = range(end, min(len(page.pieces), end + _ZONE_BEHIND)) if chosen.end is None else range(0)
    lines: list[str] = []
    named: list[Byline] = []
    for number in (*before, *behind):
        piece = page.pieces[number]
        if piece.source is not None or len(piece.text) > _LONGEST_ZONE_LINE or number == at:
            continue
        byline = page.elements[piece.element].role in {"byline", "reporter's page"}
        if not byline and not may_be_header(piece.text) and number > at + _FEW:
            continue
        role = next((outer.role for outer in page.lineage(piece.element) if outer.role), None)
        if role in {"byline", "reporter's page"} and not page.elements[piece.element].prose:
            named += read_names(piece.text, outlets)
        if number < at and not _FIRST.search(piece.text):
            continue
        first, last = read_labelled(piece.text)
        published, modified = published or first, modified or last
        if (at < number < body.first and role not in _ELSEWHERE) or (role == "date" and number > at):
            lines.append(piece.text)
    around = Draft(reader="html", encoding="", lines=(*map(Line, lines), Line("", "paragraph")))
    around = read_headers(drop_contacts(around))
    if published:
        around = around.but(published_at=published.value, published_precision=None if published.precise else "day")
    if modified and modified.precise:
        around = around.but(modified_at=modified.value)
    if not named:
        named = list(around.byline)
    return around, named


def _forget_other_times(page: Page, body: Body) -> None:
    """Dates in the attributes of furniture, and of what stands behind the body, are of comments and other articles."""
    end = page.elements[body.element].last if body.end is None else body.end
    page.stamps = [
        stamp for stamp in page.stamps if page.elements[stamp[0]].first < end and not page.elements[stamp[0]].furniture
    ]


def _sign(draft: Draft, *, signers: _Signers, metadata: Metadata, section: str | None) -> Draft:
    """The last step: who wrote it, its section, and what is missing."""
    people, source = settle_byline(signers.claimed, list(draft.byline), signers.named, signers.outlets)
    flags = [] if people else ["no byline found"]
    if draft.published_at is None:
        flags.append("no time of publication found")
    paragraphs = [line.text for line in draft.lines if line.type == "paragraph"]
    if sum(map(len, paragraphs)) < _SHORT_BODY:
        flags.append("very short body: is it an article?")
    if metadata.paid:
        flags.append("for subscribers only, by its JSON-LD: the body may be a part")
    if paragraphs and _CUT.search(paragraphs[-1][-_TAIL:]):
        flags.append("body seems to be cut short")
    decisions = [Decision("byline", source)] if source else []
    told = settle_section(metadata, draft.section or section)
    decisions += [Decision("section", told.source)] if told else []
    return draft.but(
        byline=tuple(people),
        section=told.value if told else draft.section,
        flags=(*draft.flags, *flags),
        decisions=(*draft.decisions, *decisions),
    )


def _absolute(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
