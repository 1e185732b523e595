"""Which split an article belongs to: kept in `splits.tsv`, only ever added to, and free of leaks.

Articles that tell of one event or nearly repeat each other form a group, and a group lies in one split. New
groups go, largest first, where the split lacks most: over the corpus, its tier and its section. Nothing is
drawn at random: the same corpus and the same table give the same answer on every machine.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from malmoi import asides
from malmoi.findings import MalmoiError
from malmoi.store import write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from malmoi.model import Article

Split = Literal["train", "validation", "test"]

SPLITS: tuple[Split, ...] = get_args(Split)
RATIOS: dict[Split, float] = {"train": 0.64, "validation": 0.1, "test": 0.26}


class SplitsError(MalmoiError):
    """A `splits.tsv` that is not what it should be: says which line and why."""


class Item(NamedTuple):
    """What an article's split is decided by. Articles of one event are never parted."""

    id: str
    tier: str
    section: str
    event: str | None = None

    @classmethod
    def of(cls, article: Article, tier: str) -> Item:
        """The item of an article that stands in this tier of the corpus."""
        section = article.section.medtop if article.section else None
        return cls(article.id, tier, section or "", article.event)


class Torn(NamedTuple):
    """Articles that belong together but stand in different splits, so that a new one finds no place.

    Attributes:
        new: the ids without a split.
        placed: the ids of the group that have one, with it.
    """

    new: tuple[str, ...]
    placed: dict[str, Split]


class Assignment(NamedTuple):
    """The splits of the articles that had none, and the groups that have no place free of leaks."""

    new: dict[str, Split]
    torn: tuple[Torn, ...]


def read(path: Path) -> dict[str, Split]:
    """The table of splits; empty where the file does not exist.

    Raises:
        AsideError: the file cannot be read.
        SplitsError: no header, a line that is not `id<TAB>split`, an unknown split, or an id that stands twice.
    """
    text = asides.read(path)
    if text is None:
        return {}
    if not asides.has_header(text):
        found = text.partition("\n")[0]
        raise SplitsError(f"{path}:1: found {found[:60]!r}; expected the header {asides.SPLITS_HEADER!r}")
    table: dict[str, Split] = {}
    for row in asides.split_rows(text):
        split = next((split for split in SPLITS if split == row.split), None)
        if split is None or not row.exact:
            raise SplitsError(
                f"{path}:{row.line}: found {row.text[:60]!r}; expected an id, a tab, and one of {', '.join(SPLITS)}"
            )
        if row.id in table:
            raise SplitsError(f"{path}:{row.line}: {row.id} stands twice; keep the first line")
        table[row.id] = split
    return table


def append(path: Path, new: Mapping[str, Split]) -> None:
    """Add lines at the end of the table, sorted by id; lines that are there stay as they are.

    Raises:
        AsideError: the file cannot be read.
        SplitsError: the file cannot be written.
    """
    kept = asides.read(path) or asides.SPLITS_HEADER
    if not kept.endswith("\n"):
        kept += "\n"
    lines = (f"{article}\t{new[article]}\n" for article in sorted(new))
    try:
        write_atomic(path, "".join((kept, *lines)).encode())
    except OSError as error:
        raise SplitsError(f"{path}: cannot write: {error.strerror}") from None


def groups(items: Iterable[Item], related: Iterable[Iterable[str]] = ()) -> list[tuple[str, ...]]:
    """Articles that no split may part: of one event, or related in another way (near-duplicates).

    Args:
        items: the articles.
        related: sets of ids; ids of no item may be among them.

    Returns:
        Every id of an item or a relation once, sorted; groups sorted by their first id.
    """
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    events: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        root(item.id)
        if item.event:
            events[item.event].append(item.id)
    for members in (*events.values(), *related):
        first, *rest = members
        for other in rest:
            parent[root(other)] = root(first)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node in sorted(parent):
        found[root(node)].append(node)
    return sorted(map(tuple, found.values()))


def assign(items: Sequence[Item], placed: Mapping[str, Split], related: Iterable[Iterable[str]] = ()) -> Assignment:
    """Give a split to every article that has none.

    Args:
        items: all articles of the corpus.
        placed: the splits that are settled; none of them is changed.
        related: groups of near-duplicates, as ids.
    """
    by_id = {item.id: item for item in items}
    new: dict[str, Split] = {}
    torn: list[Torn] = []
    waiting: list[list[Item]] = []
    for group in groups(items, related):
        unplaced = [by_id[member] for member in group if member in by_id and member not in placed]
        settled = {member: placed[member] for member in group if member in placed}
        if not unplaced:
            continue
        if len(set(settled.values())) > 1:
            torn.append(Torn(tuple(item.id for item in unplaced), settled))
        elif settled:
            new |= dict.fromkeys((item.id for item in unplaced), next(iter(settled.values())))
        else:
            waiting.append(unplaced)
    tally = _Tally()
    for article, split in {**placed, **new}.items():
        if article in by_id:
            tally.add(by_id[article], split)
    for members in sorted(waiting, key=lambda members: (-len(members), _order(members[0].id))):
        split = tally.neediest(members)
        for item in members:
            new[item.id] = split
            tally.add(item, split)
    return Assignment(new, tuple(torn))


class _Tally:
    """How many articles each split holds, over the corpus and in every stratum of it."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[Split]] = defaultdict(Counter)

    def add(self, item: Item, split: Split) -> None:
        for stratum in _strata(item):
            self._counts[stratum][split] += 1

    def neediest(self, members: Sequence[Item]) -> Split:
        """The split that these articles bring nearest to its share, summed over their strata."""
        joining = Counter(stratum for item in members for stratum in _strata(item))

        def lack(split: Split) -> float:
            return sum(
                RATIOS[split] * (self._counts[stratum].total() + joined) - self._counts[stratum][split]
                for stratum, joined in joining.items()
            )

        # Equal lacks go to the larger split; rounding keeps sums of decimals from telling equals apart.
        return max(SPLITS, key=lambda split: (round(lack(split), 9), RATIOS[split]))


def _strata(item: Item) -> Iterator[str]:
    yield ""
    yield f"tier {item.tier}"
    yield f"section {item.section}"


def _order(article: str) -> str:
    """A fixed order that says nothing of age, outlet or topic, as ids often do."""
    return hashlib.sha256(article.encode()).hexdigest()
