"""The steps that part captions from the body and from each other, and fold their copies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from malmoi.normalize.captions import LONGEST, RIGHTS, Evidence, Parts, read_parts, sentences
from malmoi.normalize.dateline import WIRE_NAME, read_dateline
from malmoi.normalize.draft import Draft, Line, drop, is_running
from malmoi.normalize.furniture_lines import reason_for
from malmoi.normalize.header import read_header
from malmoi.normalize.lexicon import HANGUL_NAME, OUTLET
from malmoi.normalize.prose import ends_open, is_prose
from malmoi.normalize.times import PRINTED_DATE

if TYPE_CHECKING:
    from malmoi.model import Dropped

STEP = "captions"

_EDGE = " .,·/|*"
_HEAD = 10
_SHORTEST = 8
_SHORTEST_ALT = 10
_MOST_COPIES = 6
_MOST_CAPTIONS = 50
_SHORTEST_REPEAT = 30
_SHORT_CAPTION = 200
_FEW_SENTENCES = 4
_LONGEST_DATELINED = 900
_RIGHTS = rf"[*※]?\s?{RIGHTS}\.?"
_DATE = re.sub(r"\?P<\w+>", "", PRINTED_DATE.pattern.replace("(?P=sep)", r"\s?[.\-/]\s?"))
_IN_BRACKET = r"[^\[\]<>〈〉【】]{0,60}"
_CREDIT_WORDS = r"사진|제공|촬영|자료|캡처|캡쳐|갈무리|출처|기자단|취재단|공동취재|저작권자|금지"
_WIRED = rf"{WIRE_NAME}\s?[=/]\s?(?:{OUTLET}|[가-힣A-Za-z0-9]{{2,10}})"
_CREDIT = rf"[\[(<〈【](?:{_IN_BRACKET}?(?:{_CREDIT_WORDS}){_IN_BRACKET}|\s?{_WIRED}\s?)[\])>〉】]"
_SHOOTER = rf"{HANGUL_NAME}\s[가-힣]{{0,4}}기자(?!단|들|회견|[는가의와를])"
_SIGNED = rf"[ⓒ©]\s?(?:{_WIRED}|{OUTLET})(?:\s{_SHOOTER})?"
_SUPPLIER = r"[^\s=.,/()]{2,15}(?:\([^()]{1,12}\))?(?=\s|$)"
_CREDITED = rf"{_SHOOTER}|[^=\n./]{{2,30}}?(?:제공|캡처|캡쳐|갈무리)|{_WIRED}|{OUTLET}|{_SUPPLIER}"
_LABELLED = rf"/?\s?(?:사진|그래픽|디자인|삽화|일러스트)\s?(?:제공|출처)?\s?=\s?(?:{_CREDITED})"
_SLASHED = rf"/\s?(?:{_WIRED}|{OUTLET}|[가-힣]{{2,12}}(?:기자단|취재단))"
_RUN = re.compile(rf"(?:\s?(?:{_DATE}|{_RIGHTS}|{_CREDIT}|{_SIGNED}|{_LABELLED}|{_SLASHED})){{1,8}}")
_BEHIND_SIGN = r"\s?\S{1,30}(?:\s\S{1,12})?$"
_INSIDE = r"[^\])>〉】]{0,60}(?:DB|제공|자료|촬영|캡처|캡쳐|갈무리|출처|금지|[=/])"
# Every alternative begins with a character of its own: that is what makes the search fast.
_MAYBE_RUN = re.compile(
    r"ⓒ|©|\||ㅣ|사진|그래픽|디자인|재판매|reserved|기자단|취재단|19\d\d\s?[.\-/]|20\d\d\s?[.\-/]|/\s?[가-힣A-Z]"
    rf"|:{_BEHIND_SIGN}|={_BEHIND_SIGN}|：{_BEHIND_SIGN}|\[{_INSIDE}|\({_INSIDE}|<{_INSIDE}|〈{_INSIDE}|【{_INSIDE}"
)
_SHOWS = re.compile(
    r"(?:있다|있는|모습|장면|전경|조감도|광경|한때|포즈|현장|표정|내부|외관|투시도|위치도|화면|사진|캡처)['\"’”)]*\.?$"
)
_ASKS = re.compile(r"[-–Q▷◇·]|.*\?['\"”’]?$")
_NEXT = re.compile(r"[\[【(〔]")
_ITEMS = re.compile(r"[▲△][^▲△]*[▲△]")


def part_captions(draft: Draft) -> Draft:
    """Captions into lines of their own, copies folded into one."""
    dropped: list[Dropped] = []
    lines: list[Line] = []
    for line in draft.lines:
        if line.type is None:
            lines += part(line, dropped)
        else:
            lines.append(line)
    lines = _drop_repeats(lines, dropped)
    lines = _fold_neighbours(lines, dropped)
    lines = _settle(lines)
    lines = _join_credits(lines)
    return draft.but(lines=tuple(lines), dropped=(*draft.dropped, *dropped))


def fold_captions(draft: Draft) -> Draft:
    """Captions that have come to stand side by side, what stood between them being gone, folded as copies."""
    dropped: list[Dropped] = []
    lines = _fold_neighbours(list(draft.lines), dropped)
    return draft.but(lines=tuple(lines), dropped=(*draft.dropped, *dropped)) if dropped else draft


def part(line: Line, dropped: list[Dropped]) -> list[Line]:
    """A line as captions and the rest; what was a copy goes to `dropped`."""
    found: list[Line] = []
    text = line.text
    while text and len(found) < _MOST_CAPTIONS:
        caption, text = _take_first(text, dropped)
        if caption is None:
            break
        found.append(caption)
    if text or not found:
        found.append(Line(text, None, 1, line.hint and not found))
    return found


def _take_first(text: str, dropped: list[Dropped]) -> tuple[Line | None, str]:
    """The caption that a text begins with, copies folded, and the text behind it."""
    repeated = _repeated(text)
    if repeated and (_proves(repeated[0]) or not (reason_for(repeated[0]) or read_header(repeated[0]))):
        first, copies = repeated
        _note_copies(text[len(first) :], copies - 1, dropped)
        return Line(first.strip(), "caption", copies), ""
    if again := _again(text):
        return again_line(text, again, dropped)
    if not _MAYBE_RUN.search(text):
        return None, text
    end = _caption_end(text)
    if _proves(text) and not (end and read_dateline(text[end:].strip())):
        return Line(text, "caption"), ""
    if end:
        return Line(text[:end].strip(), "caption"), text[end:].strip()
    return None, text


def _repeated(text: str) -> tuple[str, int] | None:
    """The first of equal copies, white space aside, that make up the whole text; and how many they are."""
    bare = _bare(text)
    size = len(bare)
    for copies in range(_MOST_COPIES, 1, -1):
        step, left = divmod(size, copies)
        if left or (step < _SHORTEST and "=" not in bare[1:step]) or bare != bare[:step] * copies:
            continue
        first = text[: _original(text, step)]
        if reduced := _repeated(first):
            return reduced[0], reduced[1] * copies
        return first, copies
    return None


def _bare(text: str) -> str:
    return text.replace(" ", "")


def _original(text: str, count: int) -> int:
    """Index behind the `count`-th character that is not a space."""
    for index, char in enumerate(text):
        if char != " ":
            count -= 1
            if count == 0:
                return index + 1
    return len(text)


def _again(text: str) -> int | None:
    """Where a second copy of a caption begins that is not equal to the first, or has something behind it."""
    bare = _bare(text)
    head = bare[:_HEAD]
    if len(head) < _HEAD:
        return None
    at = bare.find(head, _HEAD)
    if at < 0:
        return None
    cut = _original(text, at)
    first = text[:cut]
    whole = at >= _SHORTEST_ALT and bare.startswith(bare[:at], at)
    return cut if _proves(first.strip()) or (whole and sentences(first) <= _FEW_SENTENCES) else None


def again_line(text: str, cut: int, dropped: list[Dropped]) -> tuple[Line, str]:
    """The caption before `cut`, folded with a copy behind it, and what follows both."""
    first, rest = text[:cut].strip(), text[cut:].strip()
    copies = 1
    while rest and copies < _MOST_CAPTIONS:
        size = _copy_length(first, rest)
        if size is None:
            break
        behind = rest[size:]
        tail = _RUN.match(behind)
        if tail and not _proves(first):
            # The second copy goes on where the first, an alternative text without credit, ends.
            longer, rest = rest[: size + tail.end()], behind[tail.end() :].strip()
            dropped.append(drop(STEP, "copy of the caption", first))
            first, copies = longer.strip(), copies + 1
            continue
        dropped.append(drop(STEP, "copy of the caption", rest[:size].strip()))
        copies += 1
        rest = behind.strip()
    return Line(first, "caption", copies), rest


def _copy_length(first: str, rest: str) -> int | None:
    """How much of `rest` is a copy of `first`: all of it, or all but the credits at its end."""
    bare_first, bare_rest = _bare(first), _bare(rest)
    if bare_rest.startswith(bare_first):
        return _original(rest, len(bare_first))
    trimmed = bare_first.rstrip(_EDGE)
    if bare_rest.startswith(trimmed):
        return _original(rest, len(trimmed))
    if len(bare_rest) >= _SHORTEST_ALT and bare_first.startswith(bare_rest.rstrip(_EDGE)):
        return len(rest)
    described = read_parts(first).description
    body = _bare(first[: described[1]]) if described else ""
    return _original(rest, len(body)) if len(body) >= _SHORTEST_ALT and bare_rest.startswith(body) else None


def _note_copies(text: str, copies: int, dropped: list[Dropped]) -> None:
    reason = "copy of the caption" if copies == 1 else f"{copies} copies of the caption"
    dropped.append(drop(STEP, reason, text.strip()))


def _proves(text: str) -> bool:
    """Whether a text is a caption by itself, and no longer than one."""
    if not _MAYBE_RUN.search(text):
        return False
    parts = read_parts(text)
    return parts.evidence() is Evidence.STRONG and _is_sized(parts)


def _is_sized(parts: Parts) -> bool:
    if parts.description is None:
        return True
    size = parts.description[1] - parts.description[0]
    return size <= (_LONGEST_DATELINED if parts.dateline else LONGEST)


def _caption_end(text: str) -> int | None:
    """Where the caption ends that a longer text begins with, which may hold a run of credits."""
    datelined = read_dateline(text) is not None
    reach = _LONGEST_DATELINED if datelined else LONGEST
    end: int | None = None
    for run in _RUN.finditer(text, 0, reach + _LONGEST):
        head = text[: run.end()].strip()
        if run.end() >= len(text) or not _may_end(text, run, datelined=datelined):
            continue
        if _proves(head) and (datelined or sentences(head) <= 2):  # noqa: PLR2004  a caption without dateline
            end = run.end()
            break
    # The next caption's dateline shows where this one ends, whoever supplied it.
    brackets = (bracket.start() for bracket in _NEXT.finditer(text, _SHORTEST, end or reach + _LONGEST))
    return next((at for at in brackets if read_dateline(text, at) and _proves(text[:at].strip())), end)


_LONGEST = 100


def _may_end(text: str, run: re.Match[str], *, datelined: bool) -> bool:
    """A run of credits ends a caption where a sentence ended before it, or it is a bracketed credit."""
    before = text[: run.start()].rstrip()
    if not before or before[-1] in ".)]!?\"”’'":
        return True
    return not datelined and run[0].lstrip()[0] in "[(</ⓒ"


def _drop_repeats(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Whole paragraphs that stand a second time out: pages made for two screens hold the article twice."""
    seen: set[str] = set()
    kept: list[Line] = []
    for line in lines:
        text = line.text
        if line.type is None and len(text) >= _SHORTEST_REPEAT and is_prose(text):
            if text in seen and read_parts(text).evidence() is Evidence.NONE:
                dropped.append(drop("repeats", "paragraph repeated", text))
                continue
            seen.add(text)
        kept.append(line)
    return kept


def _same(one: str, other: str) -> bool:
    first, second = (_bare(text).strip(_EDGE) for text in (one, other))
    return first == second


def _fold_neighbours(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Copies of a caption on lines one after another."""
    out: list[Line] = []
    for line in lines:
        last = out[-1] if out else None
        if last is None or line.type not in {None, "caption"} or last.type not in {None, "caption"}:
            out.append(line)
            continue
        both = line.type == last.type == "caption"
        alt = line.type == "caption" and last.type is None and _is_alt(last.text, line.text)
        shown = last.type == "caption" and line.type is None and _is_alt(line.text, last.text)
        twice = (
            line.type is last.type is None
            and _SHORTEST_ALT <= len(line.text) <= _SHORT_CAPTION
            and len(out) > 1
            and line.text[0] not in "▶▷◆◇■□●○◈▣※【[(-"
            and (_SHOWS.search(line.text) or not is_prose(line.text))
            and _same(line.text, last.text)
            and read_header(line.text) is None
        )
        if (both and _same(line.text, last.text)) or alt or shown or twice:
            keep, gone = (last, line) if shown or (len(last.text) >= len(line.text) and not alt) else (line, last)
            out[-1] = Line(keep.text, "caption", last.copies + line.copies)
            dropped.append(drop(STEP, "copy of the caption", gone.text))
        else:
            out.append(line)
    return out


def _is_alt(alternative: str, caption: str) -> bool:
    """Whether a line is the caption without its credits."""
    if len(alternative) < _SHORTEST_ALT or _bare(alternative)[:_SHORTEST_ALT] not in _bare(caption):
        return False
    described = read_parts(caption).description
    return described is not None and (
        _same(alternative, caption[slice(*described)]) or _same(alternative, caption[: described[1]])
    )


def _settle(lines: list[Line]) -> list[Line]:
    """Lines that are captions only in their place: with a bare credit, after a photo control, or with ▲."""
    last_prose = max((index for index, line in enumerate(lines) if is_running(line)), default=-1)
    # The headline is no caption, whatever it looks like.
    started = next((index for index, line in enumerate(lines) if line.type in {None, "headline"}), len(lines))
    out = list(lines)
    for index, line in enumerate(lines):
        if line.type is None and index > started and _settles(lines, index, at_end=index >= last_prose):
            out[index] = Line(line.text, "caption", line.copies)
    return out


def _settles(lines: list[Line], index: int, *, at_end: bool) -> bool:  # noqa: PLR0911  one return a case
    line = lines[index]
    if len(line.text) > _SHORT_CAPTION:
        return False
    parts = read_parts(line.text)
    if parts.description is None:
        alone = line.text[0] not in "/ⓒ©[(<" and not (index and _SHOWS.search(lines[index - 1].text))
        return not parts.dateline and bool(parts.kinds - {"date"}) and not parts.creator and not alone
    weak = parts.evidence() is Evidence.WEAK
    if not (weak or parts.triangle or line.hint):
        return False
    described = line.text[slice(*parts.description)]
    few = sentences(described) <= 2  # noqa: PLR2004  captions have one sentence, seldom two
    shows = bool(_SHOWS.search(described))
    if not few or parts.dateline:
        return False
    if parts.triangle:
        listed = at_end or _ITEMS.match(line.text) or (index and _ASKS.fullmatch(lines[index - 1].text))
        beside = (*lines[index - 1 : index], *lines[index + 1 : index + 2])
        # One of several is an item of a list, unless its credit says otherwise.
        item = line.text[0] in "▶▷" or any(other.text[0] == line.text[0] for other in beside)
        return not listed and bool(parts.kinds or (not item and (shows or ends_open(described))))
    hinted = line.hint and not (index and lines[index - 1].type == "caption")
    if weak and (hinted or not (at_end or parts.creator)):
        return True
    return (shows and weak) or (hinted and (shows or ends_open(described)))


def _join_credits(lines: list[Line]) -> list[Line]:
    """A credit on a line of its own goes to the description on the line before."""
    out: list[Line] = []
    for line in lines:
        last = out[-1] if out else None
        joins = (
            last is not None
            and last.type is None
            and len(out) > 1
            and line.type == "caption"
            and line.copies == 1
            and len(last.text) <= _SHORT_CAPTION
            and sentences(last.text) <= 1
            and _SHOWS.search(last.text)
            and read_parts(line.text).description is None
        )
        if joins and last is not None:
            out[-1] = Line(f"{last.text} {line.text}", "caption")
        else:
            out.append(line)
    return out
