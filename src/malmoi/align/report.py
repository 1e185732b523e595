"""What becomes of spans that labels of tokens cannot say exactly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from malmoi.findings import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

Fate = Literal["snapped", "left out", "cut", "outside", "untouched", "overlapping", "sharing a token"]
FATES: dict[Fate, str] = {
    "snapped": "an edge is on no token's edge; labelled out to it",
    "left out": "an edge is inside a token",
    "cut": "goes on before the first token, or after the last; labelled in part",
    "outside": "before the first token, or after the last: truncated",
    "untouched": "the tokenizer has no token there",
    "overlapping": "overlaps a longer one, or an equal one before it",
    "sharing a token": "its token holds a part of a longer one, or of an equal one before it",
}
"""What may become of a span besides being labelled exactly."""


class Problem(NamedTuple):
    """A span that is not labelled exactly. `placed` is start and end of what the labels say for it, if anything."""

    span: tuple[int, int, str]
    fate: Fate
    placed: tuple[int, int] | None = None
    edge: str = ""
    """The tokens that an edge is inside of, with `|` where it is: `의원|은`. Empty where there are none."""


@dataclass
class Report:
    """What became of many spans: how many there were, those not labelled exactly, and where edges are in tokens."""

    spans: int = 0
    fates: Counter[Fate] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)

    @property
    def exact(self) -> int:
        """How many spans the labels give back as they were."""
        return self.spans - self.fates.total()

    def update(self, other: Report) -> None:
        """Count what another report has counted."""
        self.spans += other.spans
        self.fates.update(other.fates)
        self.edges.update(other.edges)

    def lines(self, examples: int = 10) -> Iterator[str]:
        """The report for a person, with the commonest edges inside a token."""
        yield f"{counted(self.spans, 'span')}, {self.exact:,} labelled exactly"
        for fate, what in FATES.items():
            if self.fates[fate]:
                yield f"  {self.fates[fate]:,} {fate}: {what}"
        if self.edges:
            shown = ", ".join(f"{edge} ({count:,})" for edge, count in self.edges.most_common(examples))
            yield f"  edges inside a token, commonest first: {shown}"
