"""Who is who: the clusters of an article, and which of them are the same on both sides.

`B³`: of each mention, how much of its cluster is there and how much of what is there belongs (Bagga & Baldwin 1998),
with mentions that only one side has counted as wrong, as the reference scorer of CoNLL does (Pradhan et al. 2014).
`link`: pairs of mentions in one cluster, as `malmoi agreement` counts them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from malmoi.evaluate.counting import Counts, paired
from malmoi.evaluate.matching import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.evaluate.counting import Key
    from malmoi.evaluate.matching import Place
    from malmoi.model import Article

SECTION = "clusters"
MENTION = 1_000_000
"""B³ counts parts of mentions, in millionths: counts are whole numbers everywhere."""


def count_clusters(gold: Article, predicted: Article) -> Iterator[tuple[Key, Counts]]:
    """The counts of an article's clusters."""
    ours, theirs = _mentions(gold), _mentions(predicted)
    at = {mention: cluster for cluster, mentions in theirs.items() for mention in mentions}
    found = right = links = 0
    for mentions in ours.values():
        for cluster, common in Counter(at[mention] for mention in mentions if mention in at).items():
            found += MENTION * common * common // len(mentions)
            right += MENTION * common * common // len(theirs[cluster])
            links += _links(common)
    sizes, their_sizes = [len(found) for found in ours.values()], [len(found) for found in theirs.values()]
    yield (SECTION, "B³", ""), Counts(MENTION * sum(sizes), MENTION * sum(their_sizes), found, right)
    yield (SECTION, "link", ""), paired(sum(map(_links, sizes)), sum(map(_links, their_sizes)), links)


class Speakers:
    """Whether a predicted cluster is the one that gold names as the speaker."""

    def __init__(self, gold: Article, predicted: Article) -> None:
        """Take the two annotations of one article."""
        self._ours, self._theirs = _mentions(gold), _mentions(predicted)
        self._our_names, self._their_names = _names(gold), _names(predicted)

    def same(self, ours: str | None, theirs: str | None) -> bool:
        """Whether two clusters have a mention in common, or else the same name and label.

        Args:
            ours: id of a cluster of gold; None where there is no speaker.
            theirs: id of a predicted cluster, or None.
        """
        if ours is None or theirs is None:
            return ours is theirs
        if not self._ours.get(ours, set()).isdisjoint(self._theirs.get(theirs, set())):
            return True
        name = self._our_names.get(ours)
        return name is not None and name == self._their_names.get(theirs)


def _mentions(article: Article) -> dict[str, set[Place]]:
    clusters: defaultdict[str, set[Place]] = defaultdict(set)
    for entity in article.entities:
        if entity.cluster:
            clusters[entity.cluster].add(place(entity))
    return dict(clusters)


def _names(article: Article) -> dict[str, tuple[str, str]]:
    return {cluster.id: (cluster.label, cluster.name) for cluster in article.clusters}


def _links(mentions: int) -> int:
    return mentions * (mentions - 1) // 2
