"""Steps that clean characters and touch nothing else. They run on every input."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import msgspec

from malmoi.model import Changed, Dropped
from malmoi.normalize.draft import Draft, Line, NormalizeError
from malmoi.offsets import nfc_edits

_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    # A joiner inside an emoji is part of it.
    "|(?<![\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
_ODD_SPACE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u3164\uffa0]")
_SPACES = re.compile("  +")
_JAMO = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")
_MARK = r"\[(?:\d{1,3}|주\s?\d{1,3}|각주\s?\d{0,3}|note\s?\d{1,3}|\[분류:[^\]]*\])\]"
_MARKS = re.compile(rf" ?{_MARK}(?: ?{_MARK})*(?=(?P<next>\w)?)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def check_characters(text: str, name: str) -> None:
    """Refuse text that no encoding can write.

    Raises:
        NormalizeError: it holds half of a surrogate pair.
    """
    if found := _SURROGATE.search(text):
        raise NormalizeError(
            f"{name}: character {found.start()} is half of a surrogate pair (U+{ord(found[0]):04X}): "
            "the text was cut inside a character; export it again"
        )


def clean(text: str) -> tuple[str, list[Changed]]:
    """Line breaks to LF, invisible characters out, NFC, odd spaces to plain ones; with the record of each."""
    changed: list[Changed] = []
    for step, pattern, after in (("line-breaks", _BREAK, "\n"), ("invisible", _INVISIBLE, "")):
        counts = Counter(pattern.findall(text))
        if counts:
            changed += [_changed(step, before, after, count) for before, count in sorted(counts.items())]
            text = pattern.sub(after, text)
    text, composed = _compose(text)
    changed += composed
    counts = Counter(_ODD_SPACE.findall(text))
    if counts:
        changed += [_changed("spaces", before, " ", count) for before, count in sorted(counts.items())]
        text = _ODD_SPACE.sub(" ", text)
    return text, changed


def compose_syllables(page: str) -> tuple[str, list[Changed]]:
    """A whole page in NFD to NFC, in one go; the record counts syllables. A page without jamo is left as it is.

    Its lines are cleaned later, one by one: that would be too late for syllables, which everything reads.
    """
    if not _JAMO.search(page):
        return page, []
    composed = unicodedata.normalize("NFC", page)
    return composed, [_syllables(len(page) - len(composed))]


def clean_lines(lines: list[Line]) -> tuple[list[Line], list[Changed]]:
    """`clean` on lines that hold no line break; the record is one for all of them."""
    whole = "\n".join([line.text for line in lines])
    # What is taken out or replaced counts as unprintable in Unicode, two fillers aside: most pages hold none of it.
    plain = all(line.text.isprintable() for line in lines) and "\u3164" not in whole and "\uffa0" not in whole
    if plain and unicodedata.is_normalized("NFC", whole):
        return lines, []
    text, changed = clean(whole)
    if not changed:
        return lines, []
    return [msgspec.structs.replace(line, text=new) for line, new in zip(lines, text.split("\n"), strict=True)], changed


def _syllables(count: int) -> Changed:
    # One record for all: a page in NFD holds some hundred different syllables.
    return Changed(step="nfc", before="U+1100..U+11FF", after="U+AC00..U+D7A3", count=count)


def _compose(text: str) -> tuple[str, list[Changed]]:
    edits = nfc_edits(text)
    if not edits:
        return text, []
    counts: Counter[tuple[str, str]] = Counter()
    syllables = 0
    for edit in edits:
        before = text[edit.start : edit.end]
        if _JAMO.search(before):
            syllables += 1
        else:
            counts[before, edit.replacement] += 1
    changed = [_changed("nfc", before, after, count) for (before, after), count in sorted(counts.items())]
    if syllables:
        changed.append(_syllables(syllables))
    return unicodedata.normalize("NFC", text), changed


def _changed(step: str, before: str, after: str, count: int) -> Changed:
    return Changed(step=step, before=_points(before), after=_points(after) or "-", count=count)


def _points(text: str) -> str:
    return " ".join(f"U+{ord(char):04X}" for char in text)


def fold_spaces(draft: Draft) -> Draft:
    """One space between words, none at the edges, no empty lines; long runs are counted."""
    folded = 0
    lines: list[Line] = []
    for line in draft.lines:
        text = line.text.strip()
        if "  " in text:
            text, runs = _SPACES.subn(" ", text)
            folded += runs
        if text:
            lines.append(line if text == line.text else Line(text, line.type, line.copies, line.hint))
    changed = (_changed("spaces", "  ", " ", folded),) if folded else ()
    return draft.but(lines=tuple(lines), changed=draft.changed + changed)


def drop_footnotes(draft: Draft) -> Draft:
    """Wiki marks out, one record for all: footnotes (`[1][2]`) and category links (`[[분류:…]]`)."""
    marks = [mark[0].strip() for line in draft.lines for mark in _MARKS.finditer(line.text)]
    if not marks:
        return draft
    lines = tuple(Line(_MARKS.sub(_gap, line.text).strip(), line.type, line.copies) for line in draft.lines)
    whole = "".join(marks)
    record = Dropped(step="footnotes", reason="footnote marks and category links", length=len(whole), text=whole)
    return draft.but(lines=tuple(line for line in lines if line.text), dropped=(*draft.dropped, record))


def _gap(marks: re.Match[str]) -> str:
    """What stays where the marks stood: the space before them, if a word follows."""
    return " " if marks[0].startswith(" ") and marks["next"] else ""
