"""The dataset in Croissant 1.1 with its RAI extension, for machines that search and load datasets.

Fields are derived from the same `Features` as the tables and the card, files from the same list. What mlcroissant would
read back wrong is left out and named in a description: a list inside a list comes back as an empty list, without an
error. A struct inside a list is laid out flat (`cue_text`), because only so do its values stay with their record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from datasets import ClassLabel, List

from malmoi.build.croissant_prose import prose
from malmoi.build.features import KINDS, names
from malmoi.build.rights import ANNOTATIONS_LICENSE, TERMS
from malmoi.splits import SPLITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from datasets import Features, Value

    from malmoi.build.card import Release, SplitFile
    from malmoi.build.gather import Piece

Node = dict[str, Any]

CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")
_PARQUET = "application/x-parquet"  # as mlcroissant knows it
_SPLIT = "split"
# The names that Croissant 1.1 gives to its terms: readers compare this with their own.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"string": "sc:Text", "int32": "sc:Integer"}


class _Leaf(NamedTuple):
    """A value inside a struct: the keys that lead to it, and its feature."""

    path: tuple[str, ...]
    feature: Value | ClassLabel


def croissant(
    features: Mapping[str, Features],
    tables: Mapping[str, Sequence[SplitFile]],
    pieces: Sequence[Piece],
    missing: Sequence[str],
    release: Release,
) -> bytes:
    """The croissant.json of a built dataset; from the same things, the same bytes."""
    about, written = release.about, prose(pieces, missing, release)
    built = {config: columns for config, columns in features.items() if tables[config]}
    document: Node = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": "Malmoi",
        "alternateName": "말모이",
        "description": written["description"],
        "license": _licenses(pieces),
        "url": about.url,
        "version": release.corpus,
        "datePublished": about.published,
        "creator": [{"@type": "sc:Organization", "name": author} for author in about.authors],
        "citeAs": _cite_as(release),
        "keywords": list(about.keywords),
        "inLanguage": ["ko"],
        "isLiveDataset": False,
        **{key: text for key, text in written.items() if key.startswith("rai:")},
        "distribution": [node for config in built for node in _distribution(config, tables[config])],
        "recordSet": [
            _splits(),
            *(_enumeration(kind) for kind in KINDS),
            *(_record_set(config, columns, written[config]) for config, columns in built.items()),
        ],
    }
    known = {key: value for key, value in document.items() if value not in (None, [])}
    return orjson.dumps(known, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _licenses(pieces: Sequence[Piece]) -> list[str]:
    used = {TERMS[piece.article.license] for piece in pieces} | {TERMS[ANNOTATIONS_LICENSE]}
    return sorted(terms.url for terms in used)


def _cite_as(release: Release) -> str | None:
    """A BibTeX entry, of what is known."""
    about = release.about
    if not (about.title and about.authors):
        return None
    fields = {
        "title": f"{{{about.title}}}",
        "author": " and ".join(f"{{{author}}}" for author in about.authors),
        "year": about.published and about.published[:4],
        "version": release.corpus,
        "url": about.url,
    }
    return f"@misc{{malmoi, {', '.join(f'{key} = {{{value}}}' for key, value in fields.items() if value)}}}"


def _distribution(config: str, found: Sequence[SplitFile]) -> Iterator[Node]:
    """Every Parquet file of a config, and the set of them."""
    for file in found:
        yield {
            "@type": "cr:FileObject",
            "@id": file.path,
            "name": file.path.replace("/", "-"),
            "contentUrl": file.path,
            "contentSize": f"{file.disk} B",
            "sha256": file.sha256,
            "encodingFormat": _PARQUET,
        }
    yield {
        "@type": "cr:FileSet",
        "@id": _file_set(config),
        "name": _file_set(config),
        "description": f"The Parquet files of the config {config}, a file a split.",
        "encodingFormat": _PARQUET,
        "includes": [file.path for file in found],
    }


def _file_set(config: str) -> str:
    return f"{config}-files"


def _splits() -> Node:
    return {
        "@type": "cr:RecordSet",
        "@id": _SPLIT,
        "name": _SPLIT,
        "description": "The splits there are.",
        "dataType": "cr:Split",
        "key": {"@id": f"{_SPLIT}/name"},
        "field": [{"@type": "cr:Field", "@id": f"{_SPLIT}/name", "name": "name", "dataType": "sc:Text"}],
        "data": [{f"{_SPLIT}/name": split} for split in SPLITS],
    }


def _enumeration(kind: str) -> Node:
    """The names that the integers of a kind of `ClassLabel` stand for."""
    code, name = f"{kind}/code", f"{kind}/name"
    return {
        "@type": "cr:RecordSet",
        "@id": kind,
        "name": kind,
        "description": f"What the integers of a {kind.replace('_', ' ')} stand for.",
        "dataType": "sc:Enumeration",
        "key": {"@id": code},
        "field": [
            {"@type": "cr:Field", "@id": code, "name": "code", "dataType": "sc:Integer"},
            {"@type": "cr:Field", "@id": name, "name": "name", "dataType": "sc:Text"},
        ],
        "data": [{code: number, name: written} for number, written in enumerate(names(kind))],
    }


def _record_set(config: str, columns: Features, description: str | list[str]) -> Node:
    fields = [_field(config, name, feature) for name, feature in columns.items()]
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": description,
        "key": {"@id": f"{config}/id"},
        "field": [_split_field(config), *fields],
    }


def _split_field(config: str) -> Node:
    """The split of a record, which is the name of its file."""
    names = "|".join(SPLITS)
    return {
        "@type": "cr:Field",
        "@id": f"{config}/{_SPLIT}",
        "name": _SPLIT,
        "description": "The split that the record is in; no column of the Parquet file.",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": _file_set(config)},
            "extract": {"fileProperty": "fullpath"},
            # mlcroissant applies it twice, the second time to the bare split.
            "transform": {"regex": rf"(?:{config}/)?({names})(?:\.parquet)?$"},
        },
        "references": {"field": {"@id": f"{_SPLIT}/name"}},
    }


def _field(config: str, name: str, feature: object) -> Node:
    """A column: a value, a struct of values, or a list of either."""
    field: Node = {"@type": "cr:Field", "@id": f"{config}/{name}", "name": name}
    inner = feature
    if isinstance(feature, List):
        field |= {"isArray": True, "arrayShape": "-1"}
        inner = feature.feature
    if not isinstance(inner, dict):
        return field | _value(inner, _source(config, name, ()))
    left_out = sorted(".".join(path) for path in _lists(inner))
    if left_out:
        field["description"] = (
            f"Without {', '.join(left_out)}: lists inside a list do not read back; the Parquet column has them, and "
            f"so has the config {name}."
        )
    elif not isinstance(feature, List):
        field["description"] = "Where it is absent, each of its values is null."
    field["subField"] = [
        {
            "@type": "cr:Field",
            "@id": f"{config}/{name}/{'_'.join(leaf.path)}",
            "name": "_".join(leaf.path),
            **_value(leaf.feature, _source(config, name, leaf.path)),
        }
        for leaf in _leaves(inner)
    ]
    return field


def _leaves(struct: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[_Leaf]:
    """The values of a struct and of the structs in it."""
    for name, feature in struct.items():
        if isinstance(feature, dict):
            yield from _leaves(feature, (*path, name))
        elif not isinstance(feature, List):
            yield _Leaf((*path, name), feature)


def _lists(struct: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where a struct, or a struct in it, has a list."""
    for name, feature in struct.items():
        if isinstance(feature, dict):
            yield from _lists(feature, (*path, name))
        elif isinstance(feature, List):
            yield (*path, name)


def _source(config: str, column: str, path: tuple[str, ...]) -> Node:
    source: Node = {"fileSet": {"@id": _file_set(config)}, "extract": {"column": column}}
    return source | {"transform": {"jsonPath": ".".join(path)}} if path else source


def _value(feature: Value | ClassLabel, source: Node) -> Node:
    if isinstance(feature, ClassLabel):
        kind = next(kind for kind in KINDS if list(names(kind)) == feature.names)
        return {"dataType": "sc:Integer", "source": source, "references": {"field": {"@id": f"{kind}/code"}}}
    return {"dataType": _TYPES[feature.dtype], "source": source}
