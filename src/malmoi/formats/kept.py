"""What tools carry along and nobody edits there: the article's header, its clusters, and what is said of its spans.

A tool that renumbers spans and knows no attributes of them keeps other keys of a record. What is said of a span is then
found again by the span's label and offsets; one that a person moved has lost it, and its import says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from malmoi.model import Cluster  # noqa: TC001  msgspec looks the name up when it converts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malmoi.formats.graph import FlatSpan
    from malmoi.formats.pages import Mark, Page


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands beside the spans of a page; each of `attributes` is label, start, end, and what is said."""

    article: dict[str, Any] | None = None
    clusters: tuple[Cluster, ...] = ()
    attributes: tuple[tuple[str, int, int, dict[str, str]], ...] = ()


def kept(page: Page, spans: Iterable[FlatSpan] = ()) -> dict[str, Any]:
    """What to keep of a page, as plain data, with the attributes of these spans."""
    attributes = tuple(
        (span.label, span.mark.start, span.mark.end, dict(span.attributes)) for span in spans if span.attributes
    )
    built: dict[str, Any] = msgspec.to_builtins(
        Kept(article=page.header, clusters=page.clusters, attributes=attributes)
    )
    return built


class Attributes:
    """What was said of spans, by label and offsets."""

    def __init__(self, told: Kept | None) -> None:
        """Take what was kept; None where a record is not ours."""
        self._by_place: dict[tuple[str, int, int], list[dict[str, str]]] = {}
        for label, start, end, said in told.attributes if told else ():
            self._by_place.setdefault((label, start, end), []).append(said)

    def take(self, label: str, mark: Mark) -> dict[str, str]:
        """What is said of this span; two at one place come in the order in which they were written."""
        said = self._by_place.get((label, mark.start, mark.end))
        return said.pop(0) if said else {}

    def gone(self) -> tuple[str, ...]:
        """A message for each span that was not asked for."""
        return tuple(
            f"{label} at {start}:{end}: it has gone"
            for (label, start, end), said in self._by_place.items()
            for _ in said
        )
