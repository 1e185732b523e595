"""Whose text it is, on what terms, and what was done to it: the sentence and the table that a licence asks for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malmoi.model import Article

ANNOTATIONS_LICENSE = "CC-BY-4.0"


class Terms(NamedTuple):
    """A licence as people and as the Hub name it."""

    name: str
    url: str
    hub: str


TERMS = {
    "CC0-1.0": Terms("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
    "CC-BY-2.0": Terms("CC BY 2.0", "https://creativecommons.org/licenses/by/2.0/", "cc-by-2.0"),
    "CC-BY-2.5": Terms("CC BY 2.5", "https://creativecommons.org/licenses/by/2.5/", "cc-by-2.5"),
    "CC-BY-3.0": Terms("CC BY 3.0", "https://creativecommons.org/licenses/by/3.0/", "cc-by-3.0"),
    "CC-BY-4.0": Terms("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", "cc-by-4.0"),
    "CC-BY-SA-3.0": Terms("CC BY-SA 3.0", "https://creativecommons.org/licenses/by-sa/3.0/", "cc-by-sa-3.0"),
    "CC-BY-SA-4.0": Terms("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/", "cc-by-sa-4.0"),
    "LicenseRef-KOGL-1": Terms("KOGL Type 1", "https://www.kogl.or.kr/info/license.do#01-tab", "other"),
}
"""The licences that let a text be passed on; an article under any other is never built."""


def is_ours(article: Article) -> bool:
    """Whether the text was written for this corpus; a text of others must be credited to them."""
    return article.tier == "open" and article.provenance.text == "written"


def writers(articles: Iterable[Article]) -> list[tuple[str, int]]:
    """Who wrote the texts that were written for this corpus, and how many."""
    found = Counter(
        article.provenance.written_by or "a writer who is not recorded" for article in articles if is_ours(article)
    )
    return sorted(found.items())


def author(article: Article) -> str:
    """Whom to name as the author of the text."""
    if article.tier == "wikinews":
        return "contributors of Korean Wikinews (ko.wikinews.org)"
    return "the Malmoi maintainers" if is_ours(article) else article.publisher or "unknown"


def changes(article: Article) -> str:
    """What was done to the text since its author left it."""
    return "annotated" if is_ours(article) else "normalized (see the column `provenance`) and annotated"


def attribution(article: Article) -> str:
    """One sentence that names title, author, source, licence and changes."""
    terms = TERMS[article.license]
    source = f", {article.url}" if article.url else ""
    title = article.headline() or article.id
    return f"“{title}”, {author(article)}{source}, {terms.name} ({terms.url}); {changes(article)} for the Malmoi corpus"


def attribution_table(articles: Iterable[tuple[str, Article]]) -> bytes:
    """The attribution of every article as tab-separated values, from (split, article) pairs."""
    lines = ["id\tsplit\ttitle\tauthor\tsource\tlicense\tlicense_url\tchanges"]
    for split, article in articles:
        terms = TERMS[article.license]
        cells = (
            article.id,
            split,
            article.headline() or "",
            author(article),
            article.url or "",
            article.license,
            terms.url,
            changes(article),
        )
        # A headline is one line of text, but a tab in it would shift the columns.
        lines.append("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in cells))
    return ("\n".join(lines) + "\n").encode()
