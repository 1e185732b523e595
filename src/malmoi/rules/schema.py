"""Level 2: the JSON Schema, each way of breaking it as a rule that says what to do."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import orjson

from malmoi.rules.keys import resolve
from malmoi.rules.registry import Hit, rule
from malmoi.rules.violations import quick_validator
from malmoi.schemas import article_schema, labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from malmoi.rules.registry import Path
    from malmoi.rules.violations import SchemaErrors, Violation

_KINDS = {
    "string": "a string",
    "integer": "a whole number",
    "array": "an array",
    "object": "an object",
    "boolean": "true or false",
}
_FORMS = {
    "block_id": "the letter of the block's type and two digits, such as p03",
    "entity_id": "`e-` and four to twelve lower-case letters or digits, such as e-7f3a",
    "cluster_id": "`c-` and four to twelve lower-case letters or digits, such as c-19b2",
    "quote_id": "`q-` and four to twelve lower-case letters or digits, such as q-04dd",
    "article_id": "lower-case letters and digits, with single hyphens or underscores between them, such as open-0001",
    "sha256": "64 hexadecimal digits in lower case",
    "iso_value": "an ISO 8601 value such as 2024-03-05, 2024-03, T10:30, P3M or 2024-03-01/2024-03-05",
    "url": "an address that begins with http:// or https://",
    "event": "lower-case words joined by hyphens, such as han-river-flood",
    "tokens": "`start:hash` of each token, such as `0:3f 4:a1`",
    "wikidata": "Q and a number, such as Q42",
}
_NEAR = 0.6


@rule("MM201", "missing-field")
def missing_field(schema: SchemaErrors) -> Iterator[Hit]:
    """A field that must be there is missing.

    What it does: looks for the fields that the schema requires.

    Why is this bad? Whoever reads the corpus relies on them.

    Example: `{"id": "e-7f3a", "block": "p01", "start": 0, "end": 3, "text": "김가람"}` (no label)

    Use instead: `{"id": "e-7f3a", "block": "p01", "start": 0, "end": 3, "label": "PS_NAME", "text": "김가람"}`
    """
    seen = set()
    for path, error in schema.of("required"):
        for field in error.expected:
            if field not in error.instance and (path, field) not in seen:
                seen.add((path, field))
                near = _near(field, [key for key in error.instance if key not in _fields(path)])
                hint = f"is {near!r} meant to be {field!r}?" if near else None
                yield Hit(path, f"the field {field!r} is missing{_because(error)}", hint)


@rule("MM202", "unknown-field")
def unknown_field(schema: SchemaErrors) -> Iterator[Hit]:
    """An object has a field that the schema does not know.

    What it does: compares the keys with the fields the schema lists, and names the nearest of them.

    Why is this bad? Most often it is a slip of the pen, and the value is lost to every reader.

    Example: `{"id": "c-19b2", "label": "PS_NAME", "nane": "김가람"}`

    Use instead: `{"id": "c-19b2", "label": "PS_NAME", "name": "김가람"}`
    """
    for path, error in schema.of("additionalProperties"):
        known = list(error.schema["properties"])
        for key in error.instance:
            if key not in known:
                near = _near(key, [field for field in known if field not in error.instance])
                hint = f"did you mean {near!r}?" if near else f"the fields here are: {', '.join(known)}"
                yield Hit((*path, key), f"the field {_cut(key)!r} is unknown", hint)


@rule("MM203", "wrong-type")
def wrong_type(schema: SchemaErrors) -> Iterator[Hit]:
    """A value is of the wrong JSON type.

    What it does: compares the type with the schema's. `null` is a type of its own: a field that has no value is left
    out.

    Why is this bad? A number in quotation marks, or null for nothing, breaks the typed tables that are built from it.

    Example: `"start": "0"`, `"cluster": null`, `"content": {…}` for `"content": [{…}]`

    Use instead: `"start": 0`; no `cluster` at all; `"content": [{…}]`.
    """
    for path, error in schema.of("type"):
        hint = None
        if error.instance is None:
            hint = _null_hint(path)
        elif error.expected == "integer" and isinstance(error.instance, str) and error.instance.isdecimal():
            hint = "write the number without quotation marks"
        elif error.expected == "array" and _fits_items(error):
            hint = "put it into [ ]"
        yield Hit(path, f"expected {_KINDS[error.expected]}, found {_found(error.instance)}", hint)


def _null_hint(path: Path) -> str:
    if isinstance(path[-1], int):
        return "take it out of the array"
    if path[-1] in _object_schema(path[:-1]).get("required", ()) or path[-1] == "text":
        return "the field must be there: write its value"
    return "leave the field out where there is no value"


def _fits_items(error: Violation) -> bool:
    """Whether the value is of the type of the array's items, so that only the brackets are missing."""
    kind = resolve(error.schema.get("items", {})).get("type")
    return (kind == "object" and isinstance(error.instance, dict)) or (
        kind == "string" and isinstance(error.instance, str)
    )


@rule("MM204", "value-not-allowed")
def value_not_allowed(schema: SchemaErrors) -> Iterator[Hit]:
    """A value is none of those that are allowed.

    What it does: compares it with the schema's list, and shows the list.

    Why is this bad? Such fields become typed classes in the built dataset; a value outside them has no place there.

    Example: `"source_status": "explicite"`

    Use instead: `"source_status": "explicit"`
    """
    for path, error in schema.of("enum", "const"):
        if path[-1:] != ("label",) and not _of_wrong_type(schema, path):
            allowed = error.expected if error.keyword == "enum" else [error.expected]
            near = _near(str(error.instance), allowed)
            hint = f"did you mean {near!r}?" if near else None
            yield Hit(path, f"{_found(error.instance)} is not allowed; allowed: {', '.join(allowed)}", hint)


@rule("MM205", "unknown-label")
def unknown_label(schema: SchemaErrors) -> Iterator[Hit]:
    """A label is not in the inventory.

    What it does: compares the label of an entity or cluster with `schema/labels.json`.

    Why is this bad? It has no class, no gloss, and no counterpart in other corpora.

    Example: `"label": "PERSON"`, `"label": "PS"`, `"label": "OG_POLITICS"`

    Use instead: `"label": "PS_NAME"`, `"label": "OGG_POLITICS"`
    """
    for path, error in schema.of("enum"):
        if path[-1:] == ("label",) and not _of_wrong_type(schema, path):
            message = f"{_found(error.instance)} is no label of the inventory"
            allowed = f"schema/labels.json explains all labels; allowed: {', '.join(labels())}"
            yield Hit(path, message, _meant_labels(error.instance) + allowed)


@rule("MM206", "malformed-value")
def malformed_value(schema: SchemaErrors) -> Iterator[Hit]:
    """A string does not have the form that its field asks for.

    What it does: matches ids, hashes, addresses and ISO 8601 values against the schema's patterns.

    Why is this bad? Ids are how spans, clusters and splits find each other; an address or hash that is none finds
    nothing.

    Example: `"id": "E-1"`, `"wikidata": "42"`, `"value": "2024년"`

    Use instead: `"id": "e-7f3a"`, `"wikidata": "Q42"`, `"value": "2024"`
    """
    for path, error in schema.of("pattern"):
        # An empty string is reported as empty.
        if error.instance:
            form = _form(error)
            expected = f"expected {form}" if form else f"expected the form {error.expected}"
            yield Hit(path, f"{_found(error.instance)} is malformed; {expected}")


@rule("MM207", "empty-value")
def empty_value(schema: SchemaErrors) -> Iterator[Hit]:
    """A string, an array or an object is empty.

    What it does: looks for values of length nothing.

    Why is this bad? Canonical files leave out what has no value, so that absence is written in one way.

    Example: `"entities": []`, `"publisher": ""`

    Use instead: leave the field out.
    """
    kinds = {"minLength": "string", "minItems": "array", "minProperties": "object"}
    seen = {path for path, _ in schema.of(*kinds)}
    for path, error in schema.of(*kinds):
        required = path == ("blocks",) or isinstance(path[-1], int)
        hint = None if required else "leave the field out where there is nothing to say"
        yield Hit(path, f"the {kinds[str(error.keyword)]} is empty", hint)
    for path, error in schema.of("pattern"):
        # A field may ask for a form, and not to be empty besides.
        if not error.instance and path not in seen:
            yield Hit(path, "the string is empty", f"expected {_form(error)}")


@rule("MM208", "value-too-long")
def value_too_long(schema: SchemaErrors) -> Iterator[Hit]:
    """A string is longer than its field allows.

    What it does: counts code points.

    Why is this bad? Ids become file names.

    Example: an id of eighty characters.

    Use instead: a short id, such as `open-0001`.
    """
    for path, error in schema.of("maxLength"):
        yield Hit(path, f"{_found(error.instance)} has {len(error.instance)} characters; at most {error.expected}")


@rule("MM209", "number-too-small")
def number_too_small(schema: SchemaErrors) -> Iterator[Hit]:
    """A number is smaller than its field allows.

    What it does: compares it with the schema's minimum.

    Why is this bad? An offset counts from 0 and a span has at least one character; a caption stands at least once.

    Example: `"start": -1`, `"copies": 0`

    Use instead: `"start": 0`, `"copies": 1`
    """
    for path, error in schema.of("minimum"):
        yield Hit(path, f"{_found(error.instance)} is too small; the least that is allowed is {error.expected}")


@rule("MM210", "field-against-text-status")
def field_against_text_status(schema: SchemaErrors) -> Iterator[Hit]:
    """A field stands where `text_status` rules it out.

    What it does: an article whose text is withheld has no `text` in its blocks and entities; an article that includes
    its text has no `length` and `tokens`.

    Why is this bad? A withheld article that still carries text publishes what may not be published.

    Example: `"text_status": "withheld"` and `{"id": "p01", "type": "paragraph", "length": 8, "tokens": "0:3f",
    "text": "비가 왔다."}`

    Use instead: the block without `text`; `malmoi withhold` takes the text out.
    """
    status = schema.data.get("text_status")
    hint = "`malmoi withhold` takes the text out of an article" if status == "withheld" else None
    forbidden = ("text",) if status == "withheld" else ("length", "tokens")
    # A schema that is `false` has no keyword, and its error names the object, not the field.
    for path in dict.fromkeys(path for path, _ in schema.of(None)):
        record: Any = schema.data
        for key in path:
            record = record[key]
        for field in (field for field in forbidden if field in record):
            yield Hit((*path, field), f"{field!r} may not stand here, because text_status is {status!r}", hint)


@rule("MM211", "text-status-against-blocks")
def text_status_against_blocks(schema: SchemaErrors) -> Iterator[Hit]:
    """All blocks of an article are as the other `text_status` asks for.

    What it does: looks whether every block has its text although `text_status` is `withheld`, or whether none has it
    although it is `included`. What else follows from `text_status` is then not reported.

    Why is this bad? Either the one field is wrong, or the article was published with text that may not be.

    Example: `"text_status": "included"` and blocks such as `{"id": "p01", "type": "paragraph", "length": 8, …}`.

    Use instead: `"text_status": "withheld"`
    """
    if schema.contradicts_status:
        if schema.data["text_status"] == "withheld":
            message = "text_status is withheld, but every block includes its text"
            hint = "`malmoi withhold` takes the text out; if it may stand here, text_status is included"
        else:
            message = "text_status is included, but no block has its text, and each has a length instead"
            hint = "if the text was withheld, text_status is withheld; `malmoi hydrate` puts the text back"
        yield Hit(("text_status",), message, hint)


_EXPLAINED = {
    "required",
    "additionalProperties",
    "type",
    "enum",
    "const",
    "pattern",
    "minLength",
    "minItems",
    "minProperties",
    "maxLength",
    "minimum",
    None,
}


@rule("MM299", "schema-violation")
def schema_violation(schema: SchemaErrors) -> Iterator[Hit]:
    """The article breaks the schema in a way that no other rule names.

    What it does: passes on what the schema validator says.

    Why is this bad? The schema is what readers of the corpus rely on.

    Example: none at present; this catches what a later schema may ask for.

    Use instead: what the message says.
    """
    for error in schema.violations:
        if error.keyword not in _EXPLAINED:
            yield Hit(error.path, _cut(error.message, 200))
    if not schema.violations and not schema.contradicts_status:
        # The two validators disagree: a fault of ours, but the article is not passed over in silence.
        for found in quick_validator().iter_errors(schema.data):
            yield Hit(tuple(found.instance_path), _cut(found.message, 200))


def _of_wrong_type(schema: SchemaErrors, path: Path) -> bool:
    """Whether the value is of the wrong type, which says all there is to say about it."""
    return any(other == path for other, _ in schema.of("type"))


def _because(error: Violation) -> str:
    if not error.conditional:
        return ""
    return f" (text_status is {'withheld' if 'then' in error.schema_path else 'included'})"


def _fields(path: Path) -> Sequence[str]:
    """The known fields of the object at the path."""
    return list(_object_schema(path)["properties"])


def _object_schema(path: Path) -> dict[str, Any]:
    schema = article_schema()
    for key in path:
        schema = resolve(schema["items"] if isinstance(key, int) else schema["properties"][key])
    return schema


def _form(error: Violation) -> str | None:
    for part in reversed(error.schema_path):
        if part in _FORMS:
            return _FORMS[str(part)]
    pattern = error.expected
    for name, definition in article_schema()["$defs"].items():
        if definition.get("pattern") == pattern:
            return _FORMS.get(name)
    return None


def _near(word: str, candidates: Sequence[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, candidates, 1, _NEAR)), None)


def _meant_labels(label: str) -> str:
    """What may be meant: a class was written alone, the first part of labels, another scheme's name, or a slip."""
    written = label.upper()
    of_class = [name for name, entry in labels().items() if written == entry.class_]
    if of_class:
        return f"{written} is a class; its labels are {', '.join(of_class)}; "
    found = [name for name in labels() if name.startswith(f"{written}_")]
    found += [name for name, entry in labels().items() if written in (entry.klue, entry.conll, entry.ontonotes)]
    near = list(dict.fromkeys(found))[:3]
    if not near:
        # A slip is looked for in the class that the label begins with, then everywhere.
        class_ = [name for name, entry in labels().items() if written.startswith(entry.class_)]
        near = difflib.get_close_matches(written, class_, 3, _NEAR) or difflib.get_close_matches(
            written, labels(), 3, _NEAR
        )
    return f"did you mean {' or '.join(near)}? " if near else ""


def _found(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, str):
        return f'"{_cut(value)}"'
    return orjson.dumps(value).decode()


def _cut(text: str, size: int = 40) -> str:
    return text if len(text) <= size else f"{text[:size]}…"
