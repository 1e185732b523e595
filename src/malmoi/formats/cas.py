"""UIMA CAS for INCEpTION and other UIMA tools, as XMI and as JSON: a file an article, and `TypeSystem.xml` beside them.

In the types that INCEpTION has built in: a `Sentence` over each block (`id` is the block's), for its editor shows and
checks annotations sentence by sentence, and makes sentences of its own, then tokens in them, only where there are none;
a `NamedEntity` for each entity (`value` is the label, `identifier` our id); and in a `MetaDataStringField` each, which
no editor shows, what nobody edits there: the article without its layers, and its clusters.

In layers of our own, which INCEpTION sets up from `TypeSystem.xml` (Settings, Layers, Import) and which must be there
before a document is imported, or it leaves them out: `Mention` says of a named entity which cluster it belongs to, by
id or by name, and its ISO 8601 value, for a built-in layer takes no further features; `QuotePart` is a part of a quote;
`QuoteLink` leads from the first content of a quote to each other part, for relations tie spans of one layer only;
`CaptionPart` is a caption or a part of one.

Offsets: both files count UTF-16 code units, cassis counts code points and converts.
"""

from __future__ import annotations

import re
import warnings
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from xml.dom.minidom import parseString

import msgspec
import orjson

from malmoi.extras import needs_extra
from malmoi.formats import folders
from malmoi.formats.graph import CAPTION, QUOTE, FlatSpan, Graph, Relation, graph_of, parts_of
from malmoi.formats.interface import File, FormatError, RefusedError, Unit
from malmoi.formats.pages import LAYERS, Mark, MarkedEntity, Page
from malmoi.model import Cluster
from malmoi.offsets import BLOCK_SEPARATOR, document_starts, utf16_offsets

with needs_extra("cas"):
    import cassis
    from cassis.typesystem import TypeNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Cassis: TypeAlias = Any
"""What cassis makes: a CAS, a type system or an annotation. It publishes no types."""
_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
_DOCUMENT = f"{_DKPRO}.metadata.type.DocumentMetaData"
_FIELD = f"{_DKPRO}.metadata.type.MetaDataStringField"
_SENTENCE = f"{_DKPRO}.segmentation.type.Sentence"
_ENTITY = f"{_DKPRO}.ner.type.NamedEntity"
_MENTION, _QUOTE_PART, _QUOTE_LINK, _CAPTION_PART = (
    f"org.malmoi.{name}" for name in ("Mention", "QuotePart", "QuoteLink", "CaptionPart")
)
_WHOLE = "caption"
"""What `CaptionPart.field` says of a whole caption."""
_ARTICLE_KEY, _CLUSTERS_KEY = "malmoi.article", "malmoi.clusters"
_QUOTE_FEATURES = {
    "id": "id",
    "type": "quoteType",
    "mode": "mode",
    "source_status": "sourceStatus",
    "speaker": "speaker",
}
"""Names of features by those of attributes; `type` is no name that cassis leaves alone."""
_TYPE_SYSTEM = "TypeSystem.xml"
_ANNOTATION, _STRING, _BOOLEAN = "uima.tcas.Annotation", "uima.cas.String", "uima.cas.Boolean"


class _Type(NamedTuple):
    name: str
    description: str
    strings: tuple[str, ...]
    others: Mapping[str, str] = {}
    parent: str = _ANNOTATION


_TYPES = (
    _Type(
        _DOCUMENT,
        "The document.",
        ("documentTitle", "documentId", "documentUri", "collectionId", "documentBaseUri"),
        {"isLastSegment": _BOOLEAN},
        "uima.tcas.DocumentAnnotation",
    ),
    _Type(_FIELD, f"{_ARTICLE_KEY}: the article without its layers; {_CLUSTERS_KEY}: its clusters.", ("key", "value")),
    _Type(_SENTENCE, "A block of the article; id: its id.", ("id",)),
    _Type(_ENTITY, "An entity; value: its label, identifier: its id.", ("value", "identifier")),
    _Type(
        _MENTION,
        "What is said of the named entity that stands here; entity: its id, if it has one, cluster: id or name of what "
        "it refers to, value: date or time in ISO 8601.",
        ("entity", "cluster", "value"),
    ),
    _Type(
        _QUOTE_PART,
        "A part of a quote; part: content, marker, cue or source. Of its first content: id, quoteType (direct, "
        "indirect, mixed), mode (speech, writing), sourceStatus (explicit, other_sentence, omitted, anonymous, none), "
        "speaker (id or name of a cluster).",
        ("part", *_QUOTE_FEATURES.values()),
    ),
    _Type(
        _QUOTE_LINK,
        "Ties a part of a quote to its first content.",
        ("role",),
        {"Governor": _QUOTE_PART, "Dependent": _QUOTE_PART},
    ),
    _Type(
        _CAPTION_PART,
        f"A caption or a part of it; field: {_WHOLE}, or the part's IPTC name, value: date in ISO 8601, copies: how "
        "often the page showed the caption, if not once.",
        ("field", "value", "copies"),
    ),
)
_MARKS = (_ENTITY, _MENTION, _QUOTE_PART, _CAPTION_PART)

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHOWN = 20
_UNCONVERTED = "Not mapping external offset"
# cassis checks little of what it reads, and fails where something is not as it expects.
_BROKEN = (SyntaxError, LookupError, TypeError, ValueError, AttributeError, RuntimeError, TypeNotFoundError)


class _Cas(ABC):
    """What the two formats share."""

    name: str
    suffix: str
    unit: Unit = "UTF-16 code units"
    folder = True
    layers = LAYERS
    lacks: frozenset[str] = frozenset()

    def encode(self, pages: Iterable[Page]) -> Iterator[File | RefusedError]:
        """The type system, and a file a page."""
        types = _type_system()
        yield File(_TYPE_SYSTEM, _indented(types.to_xml()))
        yield from folders.each(
            pages, lambda name, page: [File(f"{name}{self.suffix}", self._dump(_cas_of(page, types), page))]
        )

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of a folder, or of one file of it."""
        known: dict[object, Any] = {}
        for path in folders.files(source, self.suffix):
            try:
                yield _page_of(self._read(path, source, known), str(path))
            except FormatError as error:
                yield error

    def _read(self, path: Path, source: Path, known: dict[object, Any]) -> Cassis:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                cas = self._load(path, source, known)
            except _BROKEN as error:
                raise FormatError(
                    f"{path}: not a UIMA CAS as {self.name} has it, or a broken one: {_why(error)}"
                ) from None
        # cassis leaves such an offset as it is, and it would be taken for one of code points.
        for one in warned:
            if str(one.message).startswith(_UNCONVERTED):
                raise FormatError(
                    f"{path}: an offset that the text, in UTF-16 code units, does not have: {one.message}"
                )
        return cas

    @abstractmethod
    def _dump(self, cas: Cassis, page: Page) -> bytes:
        """The file of a CAS."""

    @abstractmethod
    def _load(self, path: Path, source: Path, known: dict[object, Any]) -> Cassis:
        """The CAS of a file; `known` keeps the type systems that were read."""


class CasXmi(_Cas):
    """The format of a folder of XMI files."""

    name = "cas"
    suffix = ".xmi"

    def _dump(self, cas: Cassis, page: Page) -> bytes:
        try:
            written: str = cas.to_xmi(pretty_print=True)
        except ValueError:
            raise RefusedError(page.id, f"{_refused(cas)}; `cas-json` can, or take it out of the text") from None
        return written.encode()

    def _load(self, path: Path, source: Path, known: dict[object, Any]) -> Cassis:
        types = next(
            (place for place in (path.with_name(_TYPE_SYSTEM), source / _TYPE_SYSTEM) if place.is_file()), None
        )
        if types is None:
            raise FormatError(f"{path}: no {_TYPE_SYSTEM} beside it; the tool that made the file exports one with it")
        if types not in known:
            known[types] = cassis.load_typesystem(types)
        return cassis.load_cas_from_xmi(path, typesystem=known[types])


class CasJson(_Cas):
    """The format of a folder of JSON files, each with its types in it."""

    name = "cas-json"
    suffix = ".json"

    def _dump(self, cas: Cassis, page: Page) -> bytes:  # noqa: ARG002  the other needs it
        written: str = cas.to_json(pretty_print=True)
        return written.encode() + b"\n"

    def _load(self, path: Path, source: Path, known: dict[object, Any]) -> Cassis:  # noqa: ARG002  the other needs it
        text = path.read_text(encoding="utf-8")
        # Building the types takes cassis far longer than reading the rest, and files of one folder share them.
        types = orjson.dumps(orjson.loads(text)["%TYPES"])
        if types in known:
            return cassis.load_cas_from_json(text, typesystem=known[types], merge_typesystem=False)
        cas = cassis.load_cas_from_json(text)
        known[types] = cas.typesystem
        return cas


def _type_system() -> Cassis:
    types = cassis.TypeSystem()
    for kind in _TYPES:
        types.create_type(kind.name, kind.parent, description=kind.description)
    for kind in _TYPES:
        ranges = dict.fromkeys(kind.strings, _STRING) | dict(kind.others)
        for feature, held in ranges.items():
            types.create_feature(kind.name, feature, held)
    return types


def _indented(xml: str) -> bytes:
    return parseString(xml).toprettyxml(indent="  ", encoding="UTF-8")  # noqa: S318  our own


def _cas_of(page: Page, types: Cassis) -> Cassis:
    """The page as a CAS, in code points, as cassis counts."""
    text = page.text
    cas = cassis.Cas(typesystem=types, sofa_string=text)

    def add(kind: str, mark: Mark, **features: object) -> Cassis:
        made = types.get_type(kind)(begin=mark.start, end=mark.end, **features)
        cas.add(made)
        return made

    whole = Mark(0, len(text))
    add(_DOCUMENT, whole, language="ko", documentId=page.id, documentTitle=page.id, isLastSegment=False)
    add(_FIELD, Mark(0, 0), key=_ARTICLE_KEY, value=orjson.dumps(page.header).decode())
    add(_FIELD, Mark(0, 0), key=_CLUSTERS_KEY, value=msgspec.json.encode(page.clusters).decode())
    blocks = text.split(BLOCK_SEPARATOR)
    for start, block, told in zip(document_starts(blocks), blocks, (page.header or {})["blocks"], strict=True):
        add(_SENTENCE, Mark(start, start + len(block)), id=told["id"])
    graph = graph_of(page)
    points = {unit: point for point, unit in enumerate(utf16_offsets(text) or range(len(text) + 1))}
    made = {}
    for span in graph.spans:
        mark = Mark(points[span.mark.start], points[span.mark.end])
        kind, features = _features(span)
        made[span.key] = add(kind, mark, **features)
        told = {name: span.attributes[name] for name in ("cluster", "value") if name in span.attributes}
        if kind == _ENTITY and told:
            add(_MENTION, mark, entity=span.attributes.get("id"), **told)
    for label, head, tail in graph.relations:
        part = made[tail]
        add(_QUOTE_LINK, Mark(part.begin, part.end), role=label, Governor=made[head], Dependent=part)
    return cas


def _features(span: FlatSpan) -> tuple[str, dict[str, str]]:
    """Type and features of a span."""
    told = span.attributes
    if span.label.startswith(QUOTE):
        kept = {_QUOTE_FEATURES[name]: value for name, value in told.items()}
        return _QUOTE_PART, {"part": span.label.removeprefix(QUOTE)} | kept
    if span.label.startswith(CAPTION):
        field = span.label.removeprefix(f"{CAPTION}_") if span.label != CAPTION else _WHOLE
        return _CAPTION_PART, {"field": field, **told}
    return _ENTITY, {"value": span.label} | ({"identifier": told["id"]} if "id" in told else {})


def _refused(cas: Cassis) -> str:
    """What XML cannot hold."""
    features = (str(value) for kind in _TYPES for one in cas.select(kind.name) for value in _strings(one, kind))
    found = next(match for text in (cas.sofa_string, *features) if (match := _NOT_XML.search(text)))
    before = found.string[max(found.start() - _SHOWN, 0) : found.start()]
    return f"XML cannot hold the character U+{ord(found[0]):04X}, after “{before}”"


def _strings(one: Cassis, kind: _Type) -> Iterator[str]:
    return filter(None, (getattr(one, name) for name in kind.strings))


def _page_of(cas: Cassis, where: str) -> Page:
    """The page of a CAS."""
    if not cas.sofa_string:
        raise FormatError(f"{where}: no text in it: its first view has no sofa string")
    if not any(map(cas.typesystem.contains_type, _MARKS)):
        raise FormatError(f"{where}: its type system has neither {_ENTITY} nor a type of org.malmoi")
    kept = {key: _get(field, "value") for field in _all(cas, _FIELD) if (key := _get(field, "key"))}
    try:
        header = msgspec.json.decode(kept.get(_ARTICLE_KEY) or "null", type=dict[str, Any] | None)
        clusters = msgspec.json.decode(kept.get(_CLUSTERS_KEY) or "[]", type=tuple[Cluster, ...])
    except msgspec.MsgspecError as error:
        raise FormatError(
            f"{where}: the field {_ARTICLE_KEY} or {_CLUSTERS_KEY} is not as it was written: {error}"
        ) from None
    problems: list[str] = []
    entities = _entities(cas, where, problems)
    spans = [
        *(_span(f"{QUOTE}{_get(one, 'part')}", one, where, _QUOTE_FEATURES) for one in _all(cas, _QUOTE_PART)),
        *(
            _span(_caption_label(one), one, where, {"value": "value", "copies": "copies"})
            for one in _all(cas, _CAPTION_PART)
        ),
    ]
    links = (
        Relation(_get(one, "role") or "", _key(one.Governor), _key(one.Dependent)) for one in _all(cas, _QUOTE_LINK)
    )
    parts = parts_of(Graph(tuple(spans), tuple(links)))
    return Page(
        text=cas.sofa_string,
        unit="code points",
        header=header,
        entities=(*entities, *parts.entities),
        clusters=clusters,
        quotes=parts.quotes,
        captions=parts.captions,
        where=where,
        problems=(*problems, *parts.problems),
    )


def _entities(cas: Cassis, where: str, problems: list[str]) -> list[MarkedEntity]:
    """Named entities, each with its mention: that which names its id, or that which stands where it stands."""
    named = _all(cas, _ENTITY)
    by_id = {_get(one, "identifier"): one for one in named}
    by_place = {(one.begin, one.end): one for one in named}
    mentions: dict[str, Any] = {}
    for mention in _all(cas, _MENTION):
        entity = by_id.get(_get(mention, "entity") or "") or by_place.get((mention.begin, mention.end))
        if entity is None or _key(entity) in mentions:
            reason = "no named entity stands there" if entity is None else "its named entity has another"
            problems.append(f"Mention at {mention.begin}:{mention.end}: {reason}; left out")
        else:
            mentions[_key(entity)] = mention
    return [
        MarkedEntity(
            _mark(one, where),
            _get(one, "value") or "NamedEntity",
            _get(one, "identifier"),
            _get(mentions.get(_key(one)), "cluster"),
            _get(mentions.get(_key(one)), "value"),
        )
        for one in named
    ]


def _caption_label(one: Cassis) -> str:
    field = _get(one, "field")
    return CAPTION if field == _WHOLE else f"{CAPTION}_{field}"


def _span(label: str, one: Cassis, where: str, features: Mapping[str, str]) -> FlatSpan:
    told = {name: value for name, feature in features.items() if (value := _get(one, feature))}
    return FlatSpan(_key(one), label, _mark(one, where), told)


def _all(cas: Cassis, kind: str) -> list[Any]:
    """The annotations of a type in the order in which they were made; none where the type is unknown."""
    if not cas.typesystem.contains_type(kind):
        return []
    return sorted(cas.select(kind), key=lambda one: one.xmiID)


def _key(one: Cassis) -> str:
    return str(one and one.xmiID)


def _mark(one: Cassis, where: str) -> Mark:
    if one.begin is None or one.end is None:
        raise FormatError(f"{where}: a {one.type.name} has no begin or no end")
    return Mark(one.begin, one.end)


def _get(one: Cassis, feature: str) -> str | None:
    """A feature that is there and says something; another type system may not have it, or not as a string."""
    value = getattr(one, feature, None)
    return value if isinstance(value, str) and value else None


def _why(error: BaseException) -> str:
    if isinstance(error, LookupError):
        return f"it names {error}, which is not there"
    return str(getattr(error, "message", error))
