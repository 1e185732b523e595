"""Which fields of a record hold what: the usual names, and the names that a user gives."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

USUAL: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "제목", "기사제목", "subject", "articletitle", "newstitle", "doctitle"),
    "body": (
        "body", "content", "contents", "text", "articlebody", "articletext", "article", "본문", "기사본문", "내용",
        "fulltext", "maintext", "newscontent",
    ),
    "published_at": (
        "publishedat", "published", "publishdate", "publisheddate", "pubdate", "datepublished", "firstcreated",
        "date", "datetime", "일자", "날짜", "발행일", "작성일", "기사입력", "regdate", "regdt", "wdate", "inputdate",
        "createdat",
    ),
    "modified_at": ("modifiedat", "modified", "datemodified", "modifieddate", "updatedat", "updated", "수정일"),
    "byline": (
        "byline", "author", "authors", "writer", "reporter", "reporters", "journalist", "기자", "기자명", "기고자",
        "작성자",
    ),
    "publisher": (
        "publisher", "press", "media", "medianame", "언론사", "매체", "매체명", "신문사", "source", "provider",
        "sitename", "office",
    ),
    "section": ("section", "category", "통합분류1", "섹션", "분야", "분류"),
    "url": ("url", "link", "originallink", "articleurl", "newsurl", "providerlinkpage", "href", "주소"),
    "id": ("id", "newsid", "뉴스식별자", "sourceid", "articleid", "docid", "aid", "guid"),
}  # fmt: skip
"""Fields of an article to the names under which dumps have them, as `plain` makes them; the likeliest first."""

RECORDS = "records"
"""What names the list of records inside a JSON object."""

_WRAPPERS = ("source", "article", "news", "doc", "data", "metadata", "meta", "fields", "attributes")
"""Objects that hold a record's fields: `_source` of Elasticsearch and the like. One with a name is a thing itself."""
_EMPTY: tuple[object, ...] = (None, "", [], {})
_NO_LETTER = re.compile(r"[\W_]+")


class FieldsError(MalmoiError):
    """`--fields` that cannot be understood."""


class Fields(Struct, frozen=True):
    """Names of fields: what the user gave, else the usual names.

    Attributes:
        given: dotted paths by the field of an article (`title`), or `records`.
    """

    given: Mapping[str, str] = {}

    def read(self, record: dict[str, Any]) -> dict[str, Any]:
        """The values of an article's fields in a record; None for one that is empty, no key for one it has not."""
        index = _index(record)
        wrappers = [value for name in _WRAPPERS if isinstance(value := index.get(name), dict) and "name" not in value]
        holders = [index, *map(_index, wrappers)]
        values: dict[str, Any] = {}
        for field, names in USUAL.items():
            if path := self.given.get(field):
                found = [at_path(record, path)] if _reaches(record, path) else []
            else:
                found = [holder[name] for holder in holders for name in names if name in holder]
                found = [value for value in found if not any(value is wrapper for wrapper in wrappers)]
            if found:
                values[field] = next((value for value in found if value not in _EMPTY), None)
        return values


def parse_fields(text: str) -> Fields:
    """The fields of `title=headline,body=content.text`.

    Raises:
        FieldsError: it is not of that form, or names an unknown field.
    """
    given: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in text.split(","))):
        field, sign, path = (part.strip() for part in pair.partition("="))
        if field not in {*USUAL, RECORDS} or not sign or not path:
            raise FieldsError(f"--fields {pair}: expected FIELD=NAME with a FIELD of {', '.join((*USUAL, RECORDS))}")
        given[field] = path
    return Fields(given)


def at_path(record: object, path: str) -> Any:  # noqa: ANN401  JSON
    """The value at a dotted path (`content.text`, `authors.0.name`); None if there is none."""
    if isinstance(record, dict) and path in record:
        return record[path]
    value = record
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _reaches(record: dict[str, Any], path: str) -> bool:
    return path in record or path.partition(".")[0] in record


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A field's name without case, spaces, underscores and marks: `뉴스 식별자`, `publish_date`, `_id`."""
    return _NO_LETTER.sub("", name).casefold()


def list_names(record: Iterable[str], most: int = 12) -> str:
    """The names of a record's fields, for a message."""
    names = [name[:40] for name in record]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "") or "none"


def _index(record: dict[str, Any]) -> dict[str, Any]:
    index: dict[str, Any] = {}
    for name, value in record.items():
        index.setdefault(plain(name), value)
    return index
