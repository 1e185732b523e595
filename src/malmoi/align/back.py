"""From labels of tokens back to spans of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.align.labels import IGNORED, OUTSIDE, AlignError, Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def spans_of(
    labels: Iterable[int | str | None],
    offsets: Iterable[tuple[int, int]],
    text: str,
    names: Sequence[str] | None = None,
) -> list[Labelled]:
    """The spans that labels of tokens say, in the order of the text, none overlapping another.

    Any sequence is read, as conlleval and seqeval (not in its strict mode) read it: an `I-` or `L-` that continues
    nothing of its label begins a span, and what no `L-` ends goes on to the next `O`, `B-`, `U-` or other label. A
    token without a label (`IGNORED`, None) goes with the one before it if it has text. White space at the edges, which
    many tokens carry at their front, is left out.

    Args:
        labels: of the tokens, by name; or by id, with `names`.
        offsets: start and end of each token.
        text: what was encoded.
        names: the labels by id.

    Raises:
        AlignError: a label is neither `O` nor `B-`, `I-`, `L-` or `U-` with a name, or an id has no name.
    """
    found: list[Labelled] = []
    after = 0
    for start, end, label in _runs(labels, offsets, names):
        # Tokens overlap where they part a syllable: the run before has it.
        run = text[max(start, after) : end]
        kept = run.strip()
        if kept:
            begin = max(start, after) + run.index(kept)
            after = begin + len(kept)
            found.append(Labelled(begin, after, label))
    return found


def _runs(
    labels: Iterable[int | str | None], offsets: Iterable[tuple[int, int]], names: Sequence[str] | None
) -> Iterator[tuple[int, int, str]]:
    """Start, end and label of each run of tokens that is one span."""
    begin = stop = 0
    current = ""
    for given, (start, end) in zip(labels, offsets, strict=True):
        prefix, label = _read(given, names)
        if not prefix:  # no label
            if start < end:
                stop = max(stop, end)
            continue
        if current and (prefix in "OBU" or label != current):
            yield begin, stop, current
            current = ""
        if prefix != "O":
            if not current:
                begin, stop, current = start, end, label
            stop = max(stop, end)
            if prefix in "LU":
                yield begin, stop, current
                current = ""
    if current:
        yield begin, stop, current


def _read(label: int | str | None, names: Sequence[str] | None) -> tuple[str, str]:
    """Prefix and label of a token's label; both empty where it has none."""
    if label is None or label == IGNORED:
        return "", ""
    name = label
    if isinstance(name, int):
        if names is None or not 0 <= name < len(names):
            raise AlignError(f"the id {label} has no name; give the names it was made with")
        name = names[name]
    prefix, _, of = name.partition("-")
    if name != OUTSIDE and (prefix not in {"B", "I", "L", "U"} or not of):
        raise AlignError(f"{name!r} is no label; expected O, or B-, I-, L- or U- and a name")
    return prefix, of
