"""From spans to labels of tokens."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from malmoi.align.labels import IGNORED, OUTSIDE, AlignError
from malmoi.align.report import Fate, Problem, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Edges = Literal["snap", "drop"]

_END = (sys.maxsize, sys.maxsize)
"""Stands behind the last token of a text, so that the loop need not ask where it ends."""

_START = itemgetter(0)
_SHORT = 16
"""Up to this many code points the end of a span is soonest found step by step; that of a quotation is not."""


class Aligned(NamedTuple):
    """Ids of the labels of a text's tokens, and the spans that are not labelled exactly."""

    labels: list[int]
    problems: list[Problem]


class Encoded(Protocol):
    """What is asked of an encoding: `tokenizers.Encoding` has it, and so has an item of a batch of `transformers`."""

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Start and end of each token."""

    @property
    def special_tokens_mask(self) -> list[int]:
        """1 for each token that the text does not hold: `[CLS]`, padding."""

    @property
    def n_sequences(self) -> int:
        """How many texts were encoded together."""


def align_batch(
    encodings: Sequence[Encoded],
    texts: Sequence[str],
    spans: Sequence[Sequence[tuple[int, int, str]]],
    names: Sequence[str],
    *,
    edges: Edges = "snap",
) -> tuple[list[list[int]], Report]:
    """Ids of the labels of every encoding's tokens, and what became of the spans.

    Args:
        encodings: one a text, as of `encode_batch`; or one for each window of a text that was cut into several, with
            that text and its spans repeated. A window that begins inside a span goes on with it (`I-`).
        texts: what was encoded.
        spans: start, end and label of each span of a text, in any order.
        names: the labels by id, as of `label_names`; they tell the scheme.
        edges: what becomes of a span with an edge inside a token: labelled out to the token's edge, or left out.

    Raises:
        AlignError: as `align`; or an encoding of a pair of texts.
        ValueError: the lists differ in length.
    """
    sweep = _Sweep(names, edges)
    report = Report(spans=sum(map(len, spans)))
    fates, inside = report.fates, report.edges
    labels = []
    for encoding, text, marked in zip(encodings, texts, spans, strict=True):
        if encoding.n_sequences > 1:
            raise AlignError("an encoding holds two texts: encode the one with the spans by itself")
        special = encoding.special_tokens_mask
        if not marked:  # reading offsets costs more than the sweep does
            labels.append(sweep.bare(special))
            continue
        ids, odd = sweep.align(encoding.offsets, special, text, marked)
        labels.append(ids)
        for _, fate, _, edge in odd:
            fates[fate] += 1
            if edge:
                inside[edge] += 1
    return labels, report


def align(  # noqa: PLR0913  as align_batch, for one text
    offsets: Sequence[tuple[int, int]],
    text: str,
    spans: Sequence[tuple[int, int, str]],
    names: Sequence[str],
    *,
    special: Sequence[int] | None = None,
    edges: Edges = "snap",
) -> Aligned:
    """Ids of the labels of the tokens of a text, or of one window of it.

    Args:
        offsets: start and end of each token; starts and ends never fall, but for special tokens around the text.
        text: what was encoded.
        spans: start, end and label of each span, in any order.
        names: the labels by id, as of `label_names`; they tell the scheme.
        special: 1 for each special token, as `special_tokens_mask`; without it those at (0, 0) are taken for special.
        edges: as in `align_batch`.

    Raises:
        AlignError: a span is no run of the text, or its label none of the names.
    """
    offsets = [(start, end) for start, end in offsets]
    if special is None:
        special = [offset == (0, 0) for offset in offsets]
    labels, odd = _Sweep(names, edges).align(offsets, special, text, spans)
    return Aligned(labels, [Problem(*one) for one in odd])


def first_of_words(labels: Sequence[int], words: Sequence[int | None]) -> list[int]:
    """The labels with `IGNORED` for all but the first token of each word (`Encoding.word_ids`).

    In Korean a name often ends inside a word (`의원은`): such a model cannot tell where.
    """
    return [
        IGNORED if at and word is not None and word == words[at - 1] else label
        for at, (label, word) in enumerate(zip(labels, words, strict=True))
    ]


class _Names(dict[str, dict[int, list[int]]]):
    """The ids of a label's tokens, by the label and by how many tokens there are."""

    def __init__(self, names: Sequence[str]) -> None:
        self._ids = {name: at for at, name in enumerate(names)}
        self._bilou = any(name.startswith("U-") for name in names)
        self.outside = self._id(OUTSIDE)

    def __missing__(self, label: str) -> dict[int, list[int]]:
        self[label] = _Whole(self, label)
        return self[label]

    def tokens(self, label: str, count: int, *, before: bool = False, after: bool = False) -> list[int]:
        """Ids of the tokens of a span that may go on before the first token of the text, and after the last."""
        ids = [self._id(f"I-{label}")] * count
        if self._bilou and not after:
            ids[-1] = self._id(f"L-{label}")
        if not before:
            ids[0] = self._id(f"{'U' if self._bilou and count == 1 and not after else 'B'}-{label}")
        return ids

    def _id(self, name: str) -> int:
        if name not in self._ids:
            raise AlignError(
                f"{name} is none of the {len(self._ids)} label names; `label_names` makes those of classes, of labels "
                "and of the parts of quotes: are the spans of the same level?"
            )
        return self._ids[name]


class _Whole(dict[int, list[int]]):
    """The ids of a whole span of one label, by how many tokens it has."""

    def __init__(self, names: _Names, label: str) -> None:
        self._of = names, label

    def __missing__(self, count: int) -> list[int]:
        names, label = self._of
        self[count] = names.tokens(label, count)
        return self[count]


_Span = tuple[int, int, str]
_Odd = tuple[_Span, Fate, tuple[int, int] | None, str]
"""What a `Problem` is made of, where somebody wants one."""


class _Sweep:
    """Names and edges, which are the same for all texts."""

    def __init__(self, names: Sequence[str], edges: Edges) -> None:
        self._names = _Names(names)
        self._edges = edges

    def bare(self, special: Sequence[int]) -> list[int]:
        """Labels of the tokens of a text that has no spans."""
        outside = self._names.outside
        return [IGNORED if one else outside for one in special]

    def align(
        self, offsets: list[tuple[int, int]], special: Sequence[int], text: str, spans: Iterable[_Span]
    ) -> tuple[list[int], list[_Odd]]:
        """Label the tokens of a text; the list of offsets is used up.

        This loop is what aligning costs. It goes over spans and tokens in the order of the text, and does no more than
        it must for a span whose edges are on token edges, or have white space between.
        """
        names = self._names
        low, high = _content(special)
        labels = [IGNORED] * low + [names.outside] * (high - low) + [IGNORED] * (len(offsets) - high)
        if low < high and offsets[high - 1][1] > len(text):
            raise AlignError(f"the tokens go on to {offsets[high - 1][1]}, the text to {len(text)}: it is another text")
        offsets[high:] = [_END]
        odd: list[_Odd] = []
        at, tail = low, 0
        ordered = sorted(spans, key=_START)
        if ordered and ordered[0][0] < 0:
            raise _no_run(ordered[0], text)
        for span in ordered:
            start, end, label = span
            if tail > start:  # the token before has a part of this span too
                labels[low:high] = [names.outside] * (high - low)
                return labels, self._crowded(text, offsets, low, ordered, labels)
            while offsets[at][1] <= start:
                at += 1
            first = at
            head = offsets[first][0]
            if end - start > _SHORT:
                at = bisect_left(offsets, (end,), at)
            else:
                while offsets[at][0] < end:
                    at += 1
            tail = offsets[at - 1][1]
            if (
                first < at
                and (head == start or text[head:start].isspace())
                and (tail == end or text[end:tail].isspace())
            ):
                labels[first:at] = names[label][at - first]
                continue
            ids, why = self._fit(text, offsets, span, (low, first, at))
            odd += why
            if ids:
                labels[first:at] = ids
            else:
                at, tail = first, 0
        return labels, odd

    def _fit(
        self, text: str, offsets: list[tuple[int, int]], span: _Span, tokens: tuple[int, int, int]
    ) -> tuple[list[int], list[_Odd]]:
        """Ids of the tokens that a span has, none if it is left out; and what is not exact about it, if anything is.

        `tokens` are the first of the text, the first of the span and the first behind it.

        Raises:
            AlignError: the span is no run of the text.
        """
        start, end, label = span
        low, first, last = tokens
        if not 0 <= start < end <= len(text):
            raise _no_run(span, text)
        high = len(offsets) - 1
        if first == last:
            return [], [(span, "outside" if low < high and first in {low, high} else "untouched", None, "")]
        head, tail = offsets[first][0], offsets[last - 1][1]
        in_front = text[head:start].lstrip() if head < start else ""
        behind = text[end:tail].rstrip() if end < tail else ""
        placed = _stripped(text, max(head, start - len(in_front)), min(tail, end + len(behind)))
        before = first == low and start < head and not text[start:head].isspace()
        after = last == high and tail < end and not text[tail:end].isspace()
        if before or after:
            ids = self._names.tokens(label, last - first, before=before, after=after)
        else:
            ids = self._names[label][last - first]
        if in_front or behind:
            edge = _edge(text, span, (offsets[first], offsets[last - 1]), in_front, behind)
            if self._edges == "drop":
                return [], [(span, "left out", None, edge)]
            return ids, [(span, "cut" if before or after else "snapped", placed, edge)]
        if placed[0] == placed[1]:  # only white space, which goes with the name that stands around it
            return (ids, [(span, "cut", None, "")]) if before and after else ([], [(span, "untouched", None, "")])
        if placed == _stripped(text, start, end):
            return ids, []
        return ids, [(span, "cut" if before or after else "snapped", placed, "")]

    def _crowded(
        self, text: str, offsets: list[tuple[int, int]], low: int, spans: Iterable[_Span], labels: list[int]
    ) -> list[_Odd]:
        """Label the longest spans that share no token; what became of the others, and of those that are not exact."""
        odd: list[_Odd] = []
        holders: dict[int, _Span] = {}
        for span in sorted(spans, key=lambda span: (span[0] - span[1], span)):
            first, last = _touched(offsets, span, low)
            ids, why = self._fit(text, offsets, span, (low, first, last))
            rivals = [holders[at] for at in range(first, last) if at in holders] if ids else []
            if rivals:
                overlaps = any(start < span[1] and span[0] < end for start, end, _ in rivals)
                odd.append((span, "overlapping" if overlaps else "sharing a token", None, ""))
                continue
            odd += why
            if ids:
                labels[first:last] = ids
                holders.update(dict.fromkeys(range(first, last), span))
        return odd


def _content(special: Sequence[int]) -> tuple[int, int]:
    """The first token that is not special, and the one behind the last; both the number of tokens if there is none."""
    low = high = len(special)
    if 0 in special:
        low = special.index(0)
        while special[high - 1]:
            high -= 1
    return low, high


def _no_run(span: _Span, text: str) -> AlignError:
    start, end, label = span
    return AlignError(f"the span {start}:{end} {label} is no run of a text of {len(text)} code points")


def _touched(offsets: list[tuple[int, int]], span: _Span, low: int) -> tuple[int, int]:
    """The tokens `[first, last)` that a span touches."""
    start, end, _ = span
    first = bisect_right(offsets, start, low, key=itemgetter(1))
    return first, max(first, bisect_left(offsets, end, low, key=_START))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The run without white space at its edges; an empty one where there is nothing else."""
    run = text[start:end]
    kept = run.strip()
    if len(kept) == len(run):
        return start, end
    start += len(run) - len(run.lstrip())
    return start, start + len(kept)


def _edge(text: str, span: _Span, tokens: tuple[tuple[int, int], tuple[int, int]], in_front: str, behind: str) -> str:
    """The first and last token of a span, as far as an edge is inside of it, with a bar there."""
    start, end, _ = span
    first, last = tokens
    if not in_front:
        return f"{text[last[0] : end].lstrip()}|{behind}"
    if not behind:
        return f"{in_front}|{text[start : first[1]].rstrip()}"
    if first == last:
        return f"{in_front}|{text[start:end]}|{behind}"
    return f"{in_front}|{text[start : first[1]].rstrip()} … {text[last[0] : end].lstrip()}|{behind}"
