"""Near-duplicate texts: exact, without a library, fast enough for thousands of articles.

Two texts are near-duplicates when the Jaccard similarity of their character 5-grams reaches a threshold. A text
whose rarest shingles it shares with no other can have no such partner (prefix filtering), so hardly any pair is
compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SHINGLE = 5
THRESHOLD = 0.6


class Pair(NamedTuple):
    """Two texts and how alike they are (Jaccard, 0 to 1); `one` sorts before `other`."""

    one: str
    other: str
    similarity: float


def near_duplicate_pairs(texts: Mapping[str, str], threshold: float = THRESHOLD) -> list[Pair]:
    """Every pair of texts at least as alike as the threshold, sorted.

    Args:
        texts: text by id.
        threshold: Jaccard similarity of the character 5-grams, above 0 and at most 1.
    """
    shingles = {key: _shingles(text) for key, text in texts.items()}
    frequency = Counter(shingle for found in shingles.values() for shingle in found)
    index: defaultdict[str, list[str]] = defaultdict(list)
    pairs = []
    for key in sorted(shingles):
        candidates: set[str] = set()
        for shingle in _prefix(shingles[key], frequency, threshold):
            candidates.update(index[shingle])
            index[shingle].append(key)
        for other in candidates:
            shared = len(shingles[key] & shingles[other])
            similarity = shared / (len(shingles[key]) + len(shingles[other]) - shared)
            if similarity >= threshold:
                pairs.append(Pair(other, key, similarity))
    return sorted(pairs)


def near_duplicate_groups(texts: Mapping[str, str], threshold: float = THRESHOLD) -> list[set[str]]:
    """Texts joined by chains of near-duplicate pairs; a text without a partner is in no group.

    Args:
        texts: text by id.
        threshold: as `near_duplicate_pairs`.
    """
    group_of: dict[str, set[str]] = {}
    for pair in near_duplicate_pairs(texts, threshold):
        joined = group_of.get(pair.one, {pair.one}) | group_of.get(pair.other, {pair.other})
        group_of.update(dict.fromkeys(joined, joined))
    return sorted({id(group): group for group in group_of.values()}.values(), key=min)


def _shingles(text: str) -> frozenset[str]:
    squeezed = " ".join(text.split())
    return frozenset(squeezed[at : at + SHINGLE] for at in range(max(len(squeezed) - SHINGLE + 1, 1)))


def _prefix(shingles: frozenset[str], frequency: Counter[str], threshold: float) -> list[str]:
    """The rarest shingles, as many as must hold one that any near-duplicate shares."""
    needed = len(shingles) - int(threshold * len(shingles) - 1e-9)
    shared = [shingle for shingle in shingles if frequency[shingle] > 1]
    # Those that stand in no other text come first in the order of rarity, and cannot match.
    remaining = needed - (len(shingles) - len(shared))
    return sorted(shared, key=lambda shingle: (frequency[shingle], shingle))[: max(remaining, 0)]
