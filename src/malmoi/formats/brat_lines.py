"""The lines of brat's .ann files, read by the documented form; brat names the kinds by their first letter.

`T` text-bound, `R` relation, `E` event (its arguments are taken as relations to the trigger), `A` and `M` attribute,
`N` reference, `*` equivalence (its entities are of one cluster), `#` note.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import orjson

from malmoi.formats import folders
from malmoi.formats.brat_conf import ENUMERATIONS
from malmoi.formats.interface import FormatError
from malmoi.formats.pages import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RUN = "[0-9]{1,9} [0-9]{1,9}"
_FORMS = {
    "T": (re.compile(rf"(T[0-9]+)\t(\S+) ({_RUN}(?:;{_RUN})*)\t(.*)"), "T1⇥LABEL 0 5⇥text"),
    "R": (re.compile(r"(R[0-9]+)\t(\S+) [^\s:]+:([TE][0-9]+) [^\s:]+:([TE][0-9]+)\s*"), "R1⇥cue Arg1:T1 Arg2:T2"),
    "E": (re.compile(r"(E[0-9]+)\t([^\s:]+):(T[0-9]+)((?: [^\s:]+:[TE][0-9]+)*)\s*"), "E1⇥LABEL:T1 Role:T2"),
    "A": (re.compile(r"([AM][0-9]+)\t(\S+) ([TER][0-9]+)(?: (\S+))?\s*"), "A1⇥name T1 value"),
    "N": (re.compile(r"(N[0-9]+)\t(\S+) ([TER][0-9]+) ([^\s:]+:\S+)(?:\t.*)?"), "N1⇥Reference T1 Base:id⇥name"),
    "*": (re.compile(r"(\*)\t(\S+)((?: [TE][0-9]+)+)\s*"), "*⇥Equiv T1 T2"),
    "#": (re.compile(r"(#[0-9]*)\t(\S+) (\S+)(?:\t(.*))?"), "#1⇥AnnotatorNotes T1⇥text"),
}
_SAME_FORM = {"M": "A"}
_NOTED = ("id", "cluster", "value", "speaker", "copies", "quote", "date")
_PAIR = re.compile(rf'\b({"|".join(_NOTED)})=("(?:[^"\\]|\\.)*"|[^\s"=]+)')
_PLAIN = re.compile(r'[^\s"=]+')
_EQUIVALENT = "Equiv"
_SHOWN = 60


class TextBound(NamedTuple):
    """A T line: the runs it covers, in order, each with its text where the line tells it."""

    id: str
    label: str
    marks: tuple[Mark, ...]
    attributes: dict[str, str]


class Standoff(NamedTuple):
    """What an .ann says: relations are label and two ids of T lines; `problems` tells of what says nothing."""

    text_bounds: list[TextBound]
    relations: list[tuple[str, str, str]]
    problems: list[str]


def note_of(told: Mapping[str, str]) -> str:
    """A note that says this, as `read_lines` reads it."""
    return " ".join(
        f"{name}={said if _PLAIN.fullmatch(said) else orjson.dumps(said).decode()}" for name, said in told.items()
    )


def read_lines(path: Path) -> Standoff:
    """What an .ann file says.

    Raises:
        FormatError: a line is not of its kind's form; the message names it.
        OSError: the file cannot be read.
    """
    reading = _Reading()
    for number, line in enumerate(folders.read_text(path).removeprefix("\ufeff").split("\n"), 1):
        if line.strip():
            try:
                reading.add(line.removesuffix("\r"))
            except FormatError as error:
                raise FormatError(f"{path}:{number}: {error}; correct the line or take it out") from None
    return reading.standoff()


class _Reading:
    """Collects lines, which may stand in any order, and puts them together at the end."""

    def __init__(self) -> None:
        self.lines: dict[str, list[re.Match[str]]] = {kind: [] for kind in _FORMS}
        self.bounds: dict[str, TextBound] = {}
        self.problems: list[str] = []

    def add(self, line: str) -> None:
        kind = _SAME_FORM.get(line[0], line[0])
        pattern, example = _FORMS.get(kind, (None, ""))
        if pattern is None:
            raise FormatError(f"a line begins with one of {', '.join(_FORMS)}, found {_short(line)}")
        match = pattern.fullmatch(line)
        if match is None:
            raise FormatError(f"expected the form `{example}` (⇥ is a tab), found {_short(line)}")
        if kind == "T":
            self._add_bound(match)
        self.lines[kind].append(match)

    def _add_bound(self, match: re.Match[str]) -> None:
        name, label, places, text = match.groups()
        if name in self.bounds:
            raise FormatError(f"{name} is the id of a line above already")
        runs = [(int(start), int(end)) for start, _, end in (place.partition(" ") for place in places.split(";"))]
        texts: list[str] = []
        at = 0
        for start, end in runs:
            texts.append(text[at : at + end - start])
            at += end - start + 1
        if len(runs) == 1:
            texts = [text]
        elif at - 1 != len(text) or any(start >= end for start, end in runs):
            raise FormatError(f"{name} says {_short(text)}, which is not as long as the runs {places}")
        marks = tuple(Mark(start, end, said) for (start, end), said in zip(runs, texts, strict=True))
        self.bounds[name] = TextBound(name, label, marks, {})

    def standoff(self) -> Standoff:
        """What the lines say together."""
        triggers = {match[1]: match[3] for match in self.lines["E"]}
        for match in self.lines["A"]:
            self._attribute(*match.groups())
        for match in self.lines["#"]:
            self._note(match[3], match[4] or "")
        for match in self.lines["N"]:
            self.problems.append(f"{match[1]}: a reference, {match[4]}, is not kept; links are of clusters")
        for match in self.lines["*"]:
            self._equivalence(match[2], match[3].split())
        relations = [(match[2], match[3], match[4]) for match in self.lines["R"]]
        for match in self.lines["E"]:
            ends = (argument.partition(":") for argument in match[4].split())
            relations += [(role.rstrip("0123456789"), match[3], end) for role, _, end in ends]
        told = [(label, triggers.get(head, head), triggers.get(tail, tail)) for label, head, tail in relations]
        return Standoff(list(self.bounds.values()), told, self.problems)

    def _attribute(self, name: str, kind: str, target: str, value: str | None) -> None:
        if target in self.bounds and kind in ENUMERATIONS and value:
            self.bounds[target].attributes[kind] = value
        else:
            self.problems.append(f"{name}: the attribute {kind} {value or ''} of {target} is none of ours")

    def _note(self, target: str, text: str) -> None:
        told = self.bounds[target].attributes if target in self.bounds else {}
        for pair in _PAIR.finditer(text):
            name, said = pair.groups()
            told[name] = _unquoted(said) if said.startswith('"') else said
        rest = _PAIR.sub("", text).strip() if target in self.bounds else text
        if rest:
            self.problems.append(f"a note of {target} says {_short(rest)}, which is not kept")

    def _equivalence(self, kind: str, names: list[str]) -> None:
        """Entities that a person tied are of one cluster: the one that any has, or one named by the longest."""
        tied = [self.bounds[name] for name in names if name in self.bounds]
        if kind != _EQUIVALENT or len(tied) != len(names):
            self.problems.append(f"{kind} {' '.join(names)}: it does not tie entities")
            return
        clusters = dict.fromkeys(bound.attributes["cluster"] for bound in tied if "cluster" in bound.attributes)
        if len(clusters) > 1:
            self.problems.append(f"{kind} {' '.join(names)}: they are of the clusters {', '.join(clusters)}; left so")
        said = [" ".join(mark.text or "" for mark in bound.marks) for bound in tied]
        cluster = next(iter(clusters), max(said, key=len))
        for bound in tied:
            bound.attributes.setdefault("cluster", cluster)


def _unquoted(said: str) -> str:
    try:
        return str(orjson.loads(said))
    except orjson.JSONDecodeError:
        return said.strip('"')


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
