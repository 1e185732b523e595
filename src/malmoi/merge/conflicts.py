"""What two versions disagree on, as a record that a person decides; and how decisions are applied."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from malmoi.diff import Kind
    from malmoi.merge.decisions import Decision
    from malmoi.model import Cluster

Choice = Literal["a", "b", "base"]
CHOICES: tuple[Choice, ...] = ("a", "b", "base")
Why = Literal[
    "only A has it",
    "only B has it",
    "A removed it, B changed it",
    "B removed it, A changed it",
    "changed differently",
    "added differently",
]
STALE = "stale"
"""The key that marks a line whose decision could not be applied."""
_HASH_LENGTH = 16


class Place(NamedTuple):
    """Where a conflict is.

    Attributes:
        kind: what kind of item.
        at: `p04[28:34]` (code points), `c01.creator` or all of `c01`, the id of a cluster, the name of a metadata
            field; with the kind it is unique in an article.
        context: the text around, the place itself in brackets; None where there is none or it is withheld.
    """

    kind: Kind
    at: str
    context: str | None = None


class Versions(NamedTuple):
    """What each choice puts at a place: the entities or quotes that stand there, a cluster, a caption, or a value.

    Where a field is not in dispute, both sides have the merged value already.
    """

    base: Any
    a: Any
    b: Any

    def why(self) -> Why:
        """What stands against what; None and what is empty is not there."""
        if self.base:
            if not self.a:
                return "A removed it, B changed it"
            return "changed differently" if self.b else "B removed it, A changed it"
        if not self.b:
            return "only A has it"
        return "added differently" if self.a else "only B has it"


class Conflict(NamedTuple):
    """One disagreement.

    Attributes:
        article: the article's id.
        place: where it is.
        versions: what stands against each other; while nothing is chosen, that of the base is taken.
        fields: of an item that each side has, the fields that differ.
        clusters: the clusters that the versions refer to.
        choice: what was decided; None while it is open.
        notes: what a person wrote into the line besides, under keys of their own: each value as JSON.
    """

    article: str
    place: Place
    versions: Versions
    fields: tuple[str, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    choice: Choice | None = None
    notes: Mapping[str, bytes] | None = None

    @property
    def digest(self) -> str:
        """Hash of the place and the three versions: a decision holds for these and no others."""
        plain = msgspec.to_builtins((self.article, self.place.kind, self.place.at, self.versions))
        return hashlib.sha256(orjson.dumps(plain)).hexdigest()[:_HASH_LENGTH]

    def line(self) -> bytes:
        """The conflict as a line of JSON Lines, with its line feed; `choice` is for a person to fill in."""
        record = {
            "article": self.article,
            **self.place._asdict(),
            "why": self.versions.why(),
            "fields": self.fields,
            **self.versions._asdict(),
            "clusters": self.clusters,
            "versions": self.digest,
            "choice": self.choice,
        }
        notes = {key: orjson.Fragment(value) for key, value in (self.notes or {}).items()}
        return orjson.dumps(msgspec.to_builtins(record) | notes) + b"\n"


LINE_KEYS = frozenset(
    {"article", *Place._fields, "why", "fields", *Versions._fields, "clusters", "versions", "choice", STALE}
)
"""The keys of a line that are not a person's own."""


class Ledger:
    """The conflicts of one article as they are found, each settled by its decision if there is one."""

    def __init__(self, article: str, decisions: Iterable[Decision] = ()) -> None:
        """Take the id of the article and the decisions on it."""
        self.found: list[Conflict] = []
        self._article = article
        # By the versions as well: beside a stale decision may stand the one on what the conflict is now.
        self._waiting = {(decision.kind, decision.at, decision.versions): decision for decision in decisions}

    def settle(
        self, place: Place, versions: Versions, *, fields: Iterable[str] = (), clusters: Iterable[Cluster] = ()
    ) -> Any:  # noqa: ANN401  a version is whatever the item is
        """Note a conflict, and give the version that was chosen; while none is, that of the base."""
        conflict = Conflict(self._article, place, versions, tuple(fields), tuple(clusters))
        decision = self._waiting.pop((place.kind, place.at, conflict.digest), None)
        if decision:
            conflict = conflict._replace(choice=decision.choice, notes=decision.notes)
        self.found.append(conflict)
        return getattr(versions, conflict.choice or "base")

    def stale(self) -> list[Decision]:
        """The decisions that were not applied: what they decided is another conflict now, or none."""
        return list(self._waiting.values())
