"""Level 1: the bytes of a file, its JSON, its canonical form."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from malmoi import schemas, store
from malmoi.model import SCHEMA_VERSION
from malmoi.rules.keys import misplaced_keys
from malmoi.rules.locate import Positions
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.rules.registry import Path

BOM = b"\xef\xbb\xbf"
MAX_DEPTH = 64

_MEANINGS = {
    "Input is a zero-length, empty document": "the file is empty",
    "input data is empty": "the file holds nothing but white space",
    "unexpected end of data": "the file ends inside a value; it was cut off",
    "unexpected content after document": "more text follows after the end of the article",
    "unexpected control character in string": "a line break, tab or other control character stands inside a string",
    "number is infinity when parsed as double": "a number too large to be read",
    "no digit after sign": "a minus sign without a number",
    "depth limit exceeded": "brackets nested more than a thousand deep",
}
# A noncharacter: no text has it.
_STAND_IN = "\ufdd0"
_SURROGATE = re.compile(
    r"(?:\\\\)*(\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\)\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)


class Source:
    """The raw bytes of one article, read as far as they can be.

    Attributes:
        raw: the bytes.
        one_line: the article is a line of a JSON Lines file, which has no canonical layout.
    """

    def __init__(self, raw: bytes, *, one_line: bool = False) -> None:
        """Take the bytes."""
        self.raw = raw
        self.one_line = one_line

    @cached_property
    def body(self) -> bytes:
        """The bytes without a byte order mark."""
        return self.raw.removeprefix(BOM)

    @cached_property
    def text(self) -> str:
        """The text; only after the bytes proved to be UTF-8."""
        return self.body.decode()

    @cached_property
    def error(self) -> orjson.JSONDecodeError | None:
        """Why the text is no JSON."""
        try:
            orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            return error
        return None

    @cached_property
    def data(self) -> Any:  # noqa: ANN401  JSON of any shape
        """What the JSON says; only after it proved to be JSON."""
        return orjson.loads(self.body)

    @cached_property
    def positions(self) -> Positions:
        """Line numbers of the values."""
        return Positions(self.text)


@rule("MM101", "unreadable-file", stops=True)
def unreadable_file(reason: str) -> Iterator[Hit]:
    """A file cannot be read, or is not there.

    What it does: passes on what the operating system says. A run that meets one exits with 2.

    Why is this bad? Nothing is known about the article.

    Example: a folder named `open-0001.json`; a file without read permission; a path that does not exist.

    Use instead: a file that can be read.
    """
    yield Hit((), reason)


@rule("MM102", "not-utf8", stops=True)
def not_utf8(source: Source) -> Iterator[Hit]:
    r"""The file is not UTF-8.

    What it does: decodes the bytes strictly and names the first byte that is wrong.

    Why is this bad? JSON is UTF-8. A file in CP949 or UTF-16, or one with a torn character, reads as other text
    or not at all, and every offset in it is meaningless.

    Example: the headline saved as CP949, `b"\xb4\xd9\xbf\xc2"`.

    Use instead: the same text as UTF-8. `malmoi normalize` reads CP949; an article file is always UTF-8.
    """
    try:
        source.body.decode()
    except UnicodeDecodeError as error:
        line = source.body.count(b"\n", 0, error.start) + 1
        column = error.start - (source.body.rfind(b"\n", 0, error.start) + 1) + 1
        found = source.body[error.start : error.start + 1].hex().upper()
        yield Hit((), f"byte 0x{found} at byte {column} of the line is no UTF-8", _encoding_hint(source.body), line)


def _encoding_hint(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file looks like UTF-16; save it as UTF-8"
    if _decodes(raw, "utf-8", "surrogatepass"):
        return "the bytes encode a lone surrogate, half of a character outside the first plane; restore the character"
    if _decodes(raw, "cp949"):
        return "the file looks like CP949; save it as UTF-8"
    return "restore the file from a good copy and save it as UTF-8"


def _decodes(raw: bytes, encoding: str, errors: str = "strict") -> bool:
    try:
        raw.decode(encoding, errors)
    except UnicodeDecodeError:
        return False
    return True


@rule("MM103", "byte-order-mark", fixable=True)
def byte_order_mark(source: Source) -> Iterator[Hit]:
    """The file begins with a byte order mark.

    What it does: looks for the bytes EF BB BF at the start.

    Why is this bad? JSON forbids it, and most readers refuse the file or take the mark for text.

    Example: a file saved by an editor as "UTF-8 with BOM".

    Use instead: plain UTF-8; `malmoi validate --fix` takes the mark away.
    """
    if source.raw.startswith(BOM):
        yield Hit((), "the file begins with a byte order mark (EF BB BF)", "save it as UTF-8 without BOM", 1)


@rule("MM104", "lone-surrogate", stops=True)
def lone_surrogate(source: Source) -> Iterator[Hit]:
    r"""A string holds half of a surrogate pair.

    What it does: looks for an escape `\ud800`-`\udfff` that has no partner.

    Why is this bad? It is no character. Some parsers keep it, others refuse it, and it cannot be written as UTF-8.

    Example: `"text": "감사 \ud83d"`

    Use instead: the whole character, `"text": "감사 🙏"`.
    """
    if source.error is None or "surrogate" not in source.error.msg:
        return
    match = next((found for found in _SURROGATE.finditer(source.text) if found.end() >= source.error.pos - 1), None)
    at = match.start(1) if match else source.error.pos
    found = match[1] if match else "an escape"
    line = source.text.count("\n", 0, at) + 1
    path = _path_of_escape(source.text, match) if match else ()
    yield Hit(path, f"{found} is half of a surrogate pair, no character", "write the whole character", line)


def _path_of_escape(text: str, match: re.Match[str]) -> Path:
    """Path of the string that holds a lone surrogate; empty where the text is no JSON for other reasons too."""
    if _STAND_IN in text:
        return ()
    readable = _SURROGATE.sub(lambda other: other[0].removesuffix(other[1]) + "?", text[: match.start(1)])
    after = _SURROGATE.sub(lambda other: other[0].removesuffix(other[1]) + "?", text[match.end(1) :])
    try:
        data = orjson.loads(f"{readable}{_STAND_IN}{after}")
    except orjson.JSONDecodeError:
        return ()
    return next((path for path, string in _strings(data) if _STAND_IN in string), ())


@rule("MM105", "not-json", stops=True)
def not_json(source: Source) -> Iterator[Hit]:
    """The file is not JSON.

    What it does: parses the file strictly (RFC 8259) and names the line and column where it stops.

    Why is this bad? Nothing can be read from it.

    Example: `{"id": "open-0001",}`: a comma after the last key; or `NaN`, a cut-off file, an empty file.

    Use instead: `{"id": "open-0001"}`.
    """
    error = source.error
    if error is None or "surrogate" in error.msg:
        return
    meaning = _MEANINGS.get(error.msg, error.msg)
    literal = re.compile(r"-?(?:NaN|Infinity)").match(
        source.text, max(error.pos - (error.msg == "no digit after sign"), 0)
    )
    if literal:
        meaning = f"{literal[0]} is no JSON value"
    elif source.text[error.pos : error.pos + 1] == "'":
        meaning = "strings stand between double quotation marks, not single ones"
    # An error past the last character is shown on the last line that holds something.
    ended = error.pos >= len(source.text.rstrip())
    line = source.text.rstrip().count("\n") + 1 if ended else error.lineno
    place = "at the end" if ended else f"column {error.colno}"
    yield Hit((), f"not JSON, {place}: {meaning}", None, line)


@rule("MM106", "nested-too-deep", stops=True)
def nested_too_deep(source: Source) -> Iterator[Hit]:
    """The JSON is nested far deeper than an article ever is.

    What it does: counts open brackets; an article needs seven, the limit is 64.

    Why is this bad? It is no article, and some readers fail on it.

    Example: `{"blocks": [[[[[[…]]]]]]}` with a hundred brackets.

    Use instead: the structure that the schema describes.
    """
    if source.positions.depth > MAX_DEPTH:
        yield Hit(
            (), f"brackets are nested {source.positions.depth} deep; an article never needs more than {MAX_DEPTH}"
        )


@rule("MM107", "duplicate-key", stops=True)
def duplicate_key(source: Source) -> Iterator[Hit]:
    """An object has the same key twice.

    What it does: reads the keys as they are written, before a parser drops one of them.

    Why is this bad? Parsers silently keep the last, so two readers may see two different articles.

    Example: `{"id": "e-7f3a", "label": "PS_NAME", "label": "CV_POSITION", …}`

    Use instead: one key, with the value that is right.
    """
    repeated = {duplicate.path for duplicate in source.positions.duplicates}
    for path, line, first in source.positions.duplicates:
        # What stands inside a repeated value is repeated with it.
        if not any(path[:size] in repeated for size in range(1, len(path))):
            yield Hit(
                path, f"the key {path[-1]!r} stands twice; the first is on line {first}", "keep one of them", line
            )


@rule("MM108", "not-an-object", stops=True)
def not_an_object(source: Source) -> Iterator[Hit]:
    """The file holds JSON, but no object.

    What it does: looks at the outermost value.

    Why is this bad? An article is an object; an array of articles is not a format that Malmoi reads.

    Example: `[{"id": "open-0001", …}]`

    Use instead: one article a file, or JSON Lines (`.jsonl`) with one article a line.
    """
    if not isinstance(source.data, dict):
        kind = {list: "an array", str: "a string", type(None): "null", bool: "a boolean"}.get(
            type(source.data), "a number"
        )
        hint = "write one article a file, or one a line in a .jsonl file" if isinstance(source.data, list) else None
        yield Hit((), f"expected one article, a JSON object; found {kind}", hint)


@rule("MM109", "missing-schema-version", stops=True)
def missing_schema_version(source: Source) -> Iterator[Hit]:
    """The article does not say which schema it follows.

    What it does: looks for `schema_version`, a string such as `1.0`.

    Why is this bad? Without it nobody can tell how to read the rest, now or after the schema has changed.

    Example: `{"id": "open-0001", …}`, or `"schema_version": 1.0` (a number).

    Use instead: `{"schema_version": "1.0", "id": "open-0001", …}`.
    """
    version = source.data.get("schema_version")
    if "schema_version" not in source.data:
        yield Hit((), "the field 'schema_version' is missing", f'add "schema_version": "{SCHEMA_VERSION}"')
    elif not isinstance(version, str) or not schemas.VERSION_FORM.fullmatch(version):
        written = _shown(version)
        yield Hit(("schema_version",), f'schema_version is {written}; expected a string such as "{SCHEMA_VERSION}"')


@rule("MM110", "unreadable-schema-version", stops=True)
def unreadable_schema_version(source: Source) -> Iterator[Hit]:
    """The article follows a schema version that this package does not know.

    What it does: compares `schema_version` with the released versions.

    Why is this bad? A newer version may mean other things by the same fields; checking it by the old rules would
    find faults that are none and miss those that are.

    Example: `"schema_version": "9.0"`

    Use instead: a newer malmoi for a newer version, or the version the article really follows.
    """
    try:
        schemas.check_version(source.data)
    except schemas.SchemaVersionError as error:
        message, _, hint = str(error).partition(": ")
        yield Hit(("schema_version",), message, hint or None)


@rule("MM120", "not-nfc", fixable=True)
def not_nfc(source: Source) -> Iterator[Hit]:
    """A string is not in Unicode normalization form C.

    What it does: compares each string, keys included, with its NFC form.

    Why is this bad? Hangul in decomposed form (as macOS writes file names) looks the same and is two or three code
    points a syllable: offsets move, searches miss, equal names differ.

    Example: `"text": "가람"` written as the jamo ᄀ ᅡ ᄅ ᅡ ᆷ.

    Use instead: NFC; `malmoi validate --fix` converts the strings and moves the offsets with them.
    """
    if unicodedata.is_normalized("NFC", source.text) and "\\u" not in source.text:
        return
    for path, text in _strings(source.data):
        if not unicodedata.is_normalized("NFC", text):
            shown = unicodedata.normalize("NFC", text)
            shown = f"{shown[:20]}…" if len(shown) > 20 else shown  # noqa: PLR2004  enough to know it by
            yield Hit(path, f"the string “{shown}” is not in NFC", "`malmoi validate --fix` converts it")


def _strings(data: Any) -> Iterator[tuple[Path, str]]:  # noqa: ANN401  JSON of any shape
    waiting: list[tuple[Path, Any]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            waiting += [((*path, key), item) for key, item in reversed(value.items())]
            yield from (((*path, key), key) for key in value if not key.isascii())
        elif isinstance(value, list):
            waiting += [((*path, index), value[index]) for index in reversed(range(len(value)))]


@rule("MM121", "carriage-return", fixable=True)
def carriage_return(source: Source) -> Iterator[Hit]:
    r"""Lines end in CR LF or CR.

    What it does: looks for carriage returns in the file.

    Why is this bad? The canonical file ends its lines in LF alone. A mixed repository shows whole files as changed,
    and checksums differ from machine to machine.

    Example: a file saved on Windows.

    Use instead: LF; `malmoi validate --fix` writes it.
    """
    if not source.one_line and (count := source.body.count(b"\r")):
        line = source.body.count(b"\n", 0, source.body.index(b"\r")) + 1
        times = "a carriage return" if count == 1 else f"{count} carriage returns"
        yield Hit((), f"{times} in the file; lines end in LF alone", "`malmoi validate --fix` writes it so", line)


@rule("MM122", "keys-out-of-order", fixable=True)
def keys_out_of_order(source: Source) -> Iterator[Hit]:
    """Keys do not stand in the canonical order.

    What it does: compares the order of each object's keys with the model's.

    Why is this bad? Two files that say the same differ, and a diff shows changes that are none.

    Example: `{"label": "PS_NAME", "id": "e-7f3a", …}`

    Use instead: `{"id": "e-7f3a", …, "label": "PS_NAME", …}`; `malmoi validate --fix` sorts the keys.
    """
    if not source.one_line:
        for path, key, before in misplaced_keys(source.data):
            message = f"the key {key!r} stands after {before!r}; in canonical order it comes before"
            yield Hit((*path, key), message, "`malmoi validate --fix` sorts the keys")


@rule("MM123", "not-canonical-layout", fixable=True)
def not_canonical_layout(source: Source) -> Iterator[Hit]:
    """The file is not laid out in canonical form.

    What it does: writes the data again (two spaces, one block a line, one span a line, no other space) and compares.

    Why is this bad? One span a line is what makes a change of one span a change of one line in a diff and in review.

    Example: the whole article on one line, or indented by a JSON formatter.

    Use instead: `malmoi validate --fix`, which writes the canonical form.
    """
    # A fraction or a number too large to keep would not be written as it was read; it has rules of its own.
    if source.one_line or holds_float(source.data):
        return
    found, expected = source.body.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), store.layout(source.data)
    if found != expected:
        pairs = zip(found.split(b"\n"), expected.split(b"\n"), strict=False)
        line = next((number for number, (one, other) in enumerate(pairs, 1) if one != other), found.count(b"\n") + 1)
        yield Hit(
            (), "from this line on the file is not in canonical layout", "`malmoi validate --fix` writes it so", line
        )


def holds_float(data: Any) -> bool:  # noqa: ANN401  JSON of any shape
    """Whether a number in the data is written as a fraction, or is too large for a whole number."""
    if isinstance(data, dict):
        return any(map(holds_float, data.values()))
    if isinstance(data, list):
        return any(map(holds_float, data))
    return isinstance(data, float)


def _shown(value: object) -> str:
    written = orjson.dumps(value).decode()
    return f"{written[:40]}…" if len(written) > 40 else written  # noqa: PLR2004  enough to know it by
