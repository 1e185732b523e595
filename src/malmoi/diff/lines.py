"""Changes as lines for a person."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import orjson

from malmoi.diff.records import fields_of
from malmoi.findings import counted
from malmoi.model import Block, Cluster, DatedSpan, Entity, Quote, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malmoi.diff.changes import Change
    from malmoi.diff.records import Item
    from malmoi.model import Article, SpanLike

_SIGNS = {"added": ("+", "32"), "removed": ("-", "31"), "changed": ("~", "33")}
_LONGEST, _LONGEST_RECORD = 40, 120
_PLURALS = {"entity": "entities", "metadata": "metadata fields"}


class Printer:
    """Items as a person reads them: spans with their text, clusters by name.

    Texts come from the blocks of the first article that has them; of a withheld one there are none.
    """

    def __init__(self, *articles: Article, clusters: Iterable[Cluster] = ()) -> None:
        """Take the articles to look texts and names up in, and clusters that are in none of them."""
        self._texts: dict[str, str] = {}
        self._names: dict[str, str] = {cluster.id: cluster.name for cluster in clusters}
        for article in articles:
            for block in article.blocks:
                if block.text is not None:
                    self._texts.setdefault(block.id, block.text)
            for cluster in article.clusters:
                self._names.setdefault(cluster.id, cluster.name)

    def span(self, span: SpanLike) -> str:
        """`p04[28:31] “육승완”`."""
        place = f"{span.block}[{span.start}:{span.end}]"
        text = self._texts.get(span.block, "")[span.start : span.end]
        value = f" ={span.value}" if isinstance(span, DatedSpan) and span.value else ""
        return (f"{place} “{_cut(text)}”" if text else place) + value

    def cluster(self, cluster: object) -> str:
        """A cluster's name and id: `육승완 (c-0ada)`."""
        return f"{self._names[cluster]} ({cluster})" if cluster in self._names else str(cluster)

    def value(self, name: str, value: object) -> str:
        """The value of a field of an item."""
        if value is None or value == ():
            return "none"
        if isinstance(value, (Span, DatedSpan)):
            return self.span(value)
        if isinstance(value, tuple) and value and isinstance(value[0], Span):
            return " … ".join(map(self.span, value))
        if name in {"cluster", "speaker"}:
            return self.cluster(value)
        if isinstance(value, str):
            return f"“{_cut(value)}”" if name == "text" else value
        return _cut(orjson.dumps(msgspec.to_builtins(value)).decode(), _LONGEST_RECORD)

    def head(self, item: Item) -> str:
        """Where an item stands, or what it is called."""
        if isinstance(item, Entity):
            return self.span(item)
        if isinstance(item, Quote):
            return " … ".join(map(self.span, item.content))
        return item.name if isinstance(item, Cluster) else ""

    def item(self, item: Item) -> str:
        """The whole item in one line."""
        shown = [self.head(item)]
        for name, value in fields_of(item).items():
            if value is None or value == () or name in {"span", "content", "name"}:
                continue
            bare = name in {"label", "cluster", "type"} or (isinstance(item, Block) and name == "text")
            shown.append(self.value(name, value) if bare else f"{name} {self.value(name, value)}")
        return ", ".join(filter(None, shown))


def render(changes: Iterable[Change], before: Article, after: Article, *, colour: bool = False) -> Iterator[str]:
    """A line for each change, and one with the number of renewed ids.

    Args:
        changes: what `changes(before, after)` found.
        before: the one version.
        after: the other; texts of spans are looked up in both.
        colour: green for what was added, red for what was removed, yellow for what was changed (ANSI escapes).
    """
    changes = list(changes)
    added = [change.after for change in changes if isinstance(change.after, Cluster)]
    # A span of the version after is read in its own text; one that is gone, in the text before.
    now, then = (Printer(*pair, clusters=(*before.clusters, *added)) for pair in ((after, before), (before, after)))
    for change in changes:
        if change.what != "renewed":
            sign, code = _SIGNS[change.what]
            line = " ".join(filter(None, (sign, change.kind, change.id, _told(change, then, now))))
            yield f"\x1b[{code}m{line}\x1b[0m" if colour else line
    if renewed := sum(change.what == "renewed" for change in changes):
        yield f"= {counted(renewed, 'id')} renewed"


def summary(changes: Iterable[Change]) -> str:
    """How many items of which kind changed how: `3 entities added, 1 quote changed`."""
    counts = Counter((change.kind if change.what != "renewed" else "id", change.what) for change in changes)
    return ", ".join(_counted(number, kind, what) for (kind, what), number in counts.items()) or "no change"


def _counted(number: int, kind: str, what: str) -> str:
    singular = "metadata field" if kind == "metadata" else kind
    noun = _PLURALS.get(kind, f"{kind}s") if number != 1 else singular
    return f"{number:,} {noun} {what}"


def _told(change: Change, then: Printer, now: Printer) -> str:
    item = change.before or change.after
    if change.what == "changed" or item is None:
        fields = "; ".join(
            f"{field.name if change.kind != 'metadata' else ''} {then.value(field.name, field.before)} -> "
            f"{now.value(field.name, field.after)}".strip()
            for field in change.fields
        )
        head = then.head(item) if item is not None else ""
        return f"{head}: {fields}" if head else fields
    return (then if change.what == "removed" else now).item(item)


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
