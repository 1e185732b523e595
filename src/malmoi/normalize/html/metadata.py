"""What a page's head says of the article: JSON-LD, Open Graph, dable and the like, as claims with their source.

Nothing is decided here; `settle` weighs the claims against each other and against what the page shows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from malmoi.normalize.html import jsonld
from malmoi.normalize.lexicon import OUTLET

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_HEADLINES = ("og:title", "dable:title", "taboola:title", "twitter:title", "dc.title", "title", "headline")
_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "dd:published_time",
    "dable:published_time",
    "datepublished", "datecreated", "og:published_time", "pubdate", "publishdate", "publish_date", "publication_date",
    "sailthru.date", "parsely-pub-date", "date", "article.published", "dc.date.issued", "regdate",
    "rnews:datepublished",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "article:modified", "og:updated_time", "dd:modified_time", "datemodified", "lastmod",
    "og:modified_time", "updated_time", "last-modified",
)  # fmt: skip
_AUTHORS = (
    "dable:author", "dd:author", "article:author", "author", "og:article:author", "byl", "parsely-author", "reporter",
    "dc.creator", "twitter:creator", "sailthru.author",
)  # fmt: skip
_SECTIONS = ("article:section", "article:section2", "articlesection", "dable:section", "parsely-section", "section")
_SITES = ("og:site_name", "dd:publisher", "application-name")

_WANTED = frozenset(
    (
        *_HEADLINES,
        *_PUBLISHED,
        *_MODIFIED,
        *_AUTHORS,
        *_SECTIONS,
        *_SITES,
        "publisher",
        "og:url",
        "og:description",
        "description",
    )
)
_TAG = re.compile(r"<[^<>]*>")
_OUTLET = re.compile(OUTLET)
_PORTAL = re.compile(r"\|\s?(?:네이버|다음|네이트|줌|Daum|NAVER)")


class Claim(NamedTuple):
    """A value and what says it (`json-ld datePublished`, `meta og:title`)."""

    value: str
    source: str


class Metadata(NamedTuple):
    """The claims, the most trusted first."""

    headlines: tuple[Claim, ...] = ()
    published: tuple[Claim, ...] = ()
    modified: tuple[Claim, ...] = ()
    authors: tuple[Claim, ...] = ()
    sections: tuple[Claim, ...] = ()
    sites: tuple[Claim, ...] = ()
    descriptions: tuple[Claim, ...] = ()
    bodies: tuple[Claim, ...] = ()
    paid: bool = False
    portal: str | None = None
    url: str | None = None
    window: str | None = None


def read_metadata(tree: LexborHTMLParser) -> Metadata:
    """What the metas, the JSON-LD and the title of a page say."""
    metas: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        for key in ("property", "name", "itemprop"):
            value = attributes.get(key)
            for name in value.lower().split() if value else ():
                if name in _WANTED and (content := jsonld.plain(attributes["content"])):
                    metas.setdefault(name, []).append(content)
    found = _json_ld(tree)
    head = tree.head or tree.root
    title = head and head.css_first("title")
    canonical = head and head.css_first("link[rel=canonical]")
    address = (canonical.attributes.get("href") if canonical else None) or next(iter(metas.get("og:url", ())), None)

    def claims(names: tuple[str, ...]) -> tuple[Claim, ...]:
        return tuple(Claim(value, f"meta {name}") for name in names for value in metas.get(name, ()))

    # Portals name the outlet where others name a reporter: `○○일보 | 네이버`.
    outlets = [
        value.split("|")[0].strip()
        for name in ("og:article:author", "article:author")
        for value in metas.get(name, ())
        if _PORTAL.search(value)
    ]
    return Metadata(
        headlines=(*found["headline"], *claims(_HEADLINES)),
        published=(*found["datePublished"], *claims(_PUBLISHED), *found["dateCreated"]),
        modified=(*found["dateModified"], *claims(_MODIFIED)),
        authors=(*found["author"], *claims(_AUTHORS), *found["creator"]),
        sections=(*found["articleSection"], *claims(_SECTIONS)),
        sites=(
            *claims(_SITES),
            *found["publisher"],
            *(claim for claim in claims(("publisher",)) if _OUTLET.fullmatch(claim.value)),
        ),
        descriptions=(*found["description"], *claims(("og:description", "description"))),
        bodies=found["articleBody"],
        paid=any(claim.value.lower() == "false" for claim in found["isAccessibleForFree"]),
        portal=next(iter(outlets), None),
        url=address,
        window=jsonld.plain(title.text()) if title else None,
    )


_NAMES = frozenset({"author", "creator", "publisher"})
_KEYS = (
    "headline", "datePublished", "dateCreated", "dateModified", "author", "creator", "articleSection", "publisher",
    "description", "articleBody", "isAccessibleForFree",
)  # fmt: skip


def _json_ld(tree: LexborHTMLParser) -> dict[str, tuple[Claim, ...]]:
    found: dict[str, list[Claim]] = {key: [] for key in _KEYS}
    for node in tree.css("script[type='application/ld+json']"):
        for article in jsonld.articles(jsonld.loads(node.text())):
            for key in _KEYS:
                value = article.get(key)
                if key == "articleBody" and isinstance(value, str):
                    # A text of several lines: its paragraphs.
                    lines = [
                        line
                        for part in re.split(r"\n|<br\s*/?>|</p>", value)
                        if (line := jsonld.plain(_TAG.sub("", part)))
                    ]
                    found[key] += [Claim("\n".join(lines), "json-ld articleBody")] if lines else []
                    continue
                values = jsonld.names(value) if key in _NAMES else _texts(value)
                found[key] += [Claim(text, f"json-ld {key}") for text in values]
    return {key: tuple(dict.fromkeys(claims)) for key, claims in found.items()}


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for item in values if (text := jsonld.plain(str(item) if isinstance(item, bool) else item))]
