"""spaCy: one DocBin (`.spacy`), a Doc an article.

Tokens: a particle stands on its word (`의원은`), so 61 in 100 entities of the corpus have an edge inside a token where
white space alone parts tokens, and 41 in 100 where punctuation does too. Here every Hangul syllable and every Han
character is a token, and so is a run of digits, a run of other letters, white space beyond one space, and any other
character; then no entity has. Train with the same tokens, or spaCy leaves out what does not fit: in the config,

    [nlp.tokenizer]
    @tokenizers = "malmoi.syllables.v1"

which spaCy finds where malmoi is installed.

What a Doc holds: in `doc.spans`, for spans that overlap, as `spancat` trains on them (`spans_key`)
  entities: `label_`, `id_`, and as `kb_id_` the cluster, by its id or name; `attrs["value"]`: ISO 8601 values by id
  quotes: `label_` is content, marker, cue or source; spans with one `id_` are one quote, and `kb_id_` is its speaker;
    `attrs`: type, mode and source_status, each by id
  captions: `label_` is caption for the whole, or an IPTC name; spans with one `id_` are one caption; `attrs`: copies
    (if not 1) and value (its date in ISO 8601), each by id
in `doc.ents`, the longest entities that do not overlap, for `ner`; they are not read back where `doc.spans` has
`entities`; in `doc.user_data["malmoi"]` the article without its layers, and its clusters.

A span with an edge inside a token (in none of the corpus) is not moved to fit: it stands in `attrs["unaligned"]` of its
group, in code points, and in no span that spaCy trains on.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from malmoi.extras import needs_extra
from malmoi.formats.interface import File, FormatError, Unit
from malmoi.formats.pages import LAYERS, CaptionPart, Mark, MarkedCaption, MarkedEntity, MarkedQuote, Page
from malmoi.model import Cluster  # noqa: TC001  msgspec reads it

with needs_extra("spacy"):
    from spacy.tokens import Doc, DocBin, Span, SpanGroup
    from spacy.util import DummyTokenizer, filter_spans, registry
    from spacy.vocab import Vocab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from spacy.language import Language

_HAN = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"\s+|\d+|[^\W\d_가-힣{_HAN}]+|.")
_KEY, _ENTITIES, _QUOTES, _CAPTIONS = "malmoi", "entities", "quotes", "captions"
_WHOLE, _DATE = "caption", "date_created"
_TOKEN_ATTRIBUTES = ("ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")


class _Run(NamedTuple):
    """A span of a group, in code points."""

    label: str
    start: int
    end: int
    id: str = ""
    kb_id: str = ""


class _Told(msgspec.Struct, omit_defaults=True):
    """What `attrs` of a group hold: all but `unaligned` by the ids of the group's spans."""

    value: dict[str, str] = {}
    copies: dict[str, int] = {}
    type: dict[str, str] = {}
    mode: dict[str, str] = {}
    source_status: dict[str, str] = {}
    unaligned: list[tuple[int, _Run]] = []
    """Each with its position in the group."""


class _Kept(msgspec.Struct):
    """What `user_data` hold."""

    article: dict[str, Any] | None = None
    clusters: tuple[Cluster, ...] = ()


class SyllableTokenizer(DummyTokenizer):
    """The tokenizer that the module tells of."""

    def __init__(self, vocab: Vocab) -> None:
        """Take the vocabulary of the pipeline."""
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The text as a Doc, whose `text` is equal to it."""
        words: list[str] = []
        spaces: list[bool] = []
        for token in _TOKEN.findall(text):
            # One space belongs to the token before it: a Doc says so, and not with a token.
            follows = token[0] == " " and bool(words)
            if follows:
                spaces[-1] = True
            if word := token[follows:]:
                words.append(word)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


@registry.tokenizers("malmoi.syllables.v1")  # type: ignore[untyped-decorator]  # spaCy gives it no type
def syllables() -> Callable[[Language], SyllableTokenizer]:
    """A maker of the tokenizer, as spaCy's configuration asks for one."""
    return lambda nlp: SyllableTokenizer(nlp.vocab)


class Spacy:
    """The format."""

    name = "spacy"
    unit: Unit = "code points"
    folder = False
    suffix = ".spacy"
    layers = LAYERS
    lacks: frozenset[str] = frozenset()

    def encode(self, pages: Iterable[Page]) -> Iterator[File]:
        """All pages in one piece: that is how spaCy packs them."""
        tokenizer = SyllableTokenizer(Vocab())
        packed = DocBin(attrs=_TOKEN_ATTRIBUTES, store_user_data=True)
        for page in pages:
            packed.add(_doc(page, tokenizer))
        yield File("", packed.to_bytes())

    def decode(self, source: Path) -> Iterator[Page | FormatError]:
        """The pages of a DocBin."""
        try:
            docs = list(DocBin().from_bytes(source.read_bytes()).get_docs(Vocab()))
        except (zlib.error, LookupError, TypeError, ValueError, AttributeError, AssertionError) as error:
            raise FormatError(f"{source}: not a DocBin as spaCy writes it, or a broken one: {error}") from None
        for number, doc in enumerate(docs, 1):
            where = f"{source}, document {number}"
            try:
                yield _page(doc, where)
            except msgspec.ValidationError as error:
                yield FormatError(f"{where}: attrs or user_data are not as they were written: {error}")


def _doc(page: Page, tokenizer: SyllableTokenizer) -> Doc:
    doc = tokenizer(page.text)
    doc.user_data[_KEY] = msgspec.to_builtins(_Kept(page.header, page.clusters))
    entities = [_Run(e.label, *e.mark[:2], e.id or "", e.cluster or "") for e in page.entities]
    doc.ents = filter_spans(_fill(doc, _ENTITIES, entities, _Told(value=_by_id(page.entities, "value"))))
    quotes = [
        _Run(part, *mark[:2], quote.id or "", quote.speaker or "")
        for quote in page.quotes
        for part, mark in quote.parts()
    ]
    told = _Told(
        type=_by_id(page.quotes, "type"),
        mode=_by_id(page.quotes, "mode"),
        source_status=_by_id(page.quotes, "source_status"),
    )
    _fill(doc, _QUOTES, quotes, told)
    captions = []
    told = _Told()
    for number, caption in enumerate(page.captions, 1):
        name = f"{_WHOLE}-{number}"
        if caption.mark:
            captions.append(_Run(_WHOLE, *caption.mark[:2], name))
        if caption.copies != 1:
            told.copies[name] = caption.copies
        for part in caption.parts:
            captions.append(_Run(part.field, *part.mark[:2], name))
            if part.value:
                told.value[name] = part.value
    _fill(doc, _CAPTIONS, captions, told)
    return doc


def _by_id(marked: Iterable[MarkedEntity | MarkedQuote], attribute: str) -> dict[str, str]:
    return {one.id: value for one in marked if one.id and (value := getattr(one, attribute))}


def _fill(doc: Doc, name: str, runs: Iterable[_Run], told: _Told) -> list[Span]:
    """Make a group of the runs; its spans."""
    spans, unaligned = [], []
    for at, run in enumerate(runs):
        span = doc.char_span(run.start, run.end, run.label, run.kb_id, span_id=run.id)
        if span is None:
            unaligned.append((at, run))
        else:
            spans.append(span)
    told.unaligned = unaligned
    doc.spans[name] = SpanGroup(doc, name=name, spans=spans, attrs=msgspec.to_builtins(told))
    return spans


def _page(doc: Doc, where: str) -> Page:
    kept = msgspec.convert(doc.user_data.get(_KEY, {}), _Kept)
    entities, told = _runs(doc, _ENTITIES)
    if _ENTITIES not in doc.spans:
        entities = [_run(span) for span in doc.ents]
    problems: list[str] = []
    return Page(
        text=doc.text,
        unit="code points",
        header=kept.article,
        entities=tuple(
            MarkedEntity(Mark(run.start, run.end), run.label, run.id or None, run.kb_id or None, told.value.get(run.id))
            for run in entities
        ),
        clusters=kept.clusters,
        quotes=tuple(_quotes(*_runs(doc, _QUOTES), problems)),
        captions=tuple(_captions(*_runs(doc, _CAPTIONS))),
        where=where,
        problems=tuple(problems),
    )


def _runs(doc: Doc, name: str) -> tuple[list[_Run], _Told]:
    """The runs of a group in the order in which they were written, and what is told of them."""
    if name not in doc.spans:
        return [], _Told()
    group = doc.spans[name]
    runs = [_run(span) for span in group]
    told = msgspec.convert(group.attrs, _Told)
    for at, run in told.unaligned:
        runs.insert(at, run)
    return runs, told


def _run(span: Span) -> _Run:
    return _Run(span.label_, span.start_char, span.end_char, span.id_, span.kb_id_)


def _by_owner(runs: Iterable[_Run]) -> Iterator[tuple[str, list[_Run]]]:
    """Runs with the same id together, in the order of the first of each; one without an id stands alone."""
    owned: dict[str | int, list[_Run]] = {}
    for number, run in enumerate(runs):
        owned.setdefault(run.id or number, []).append(run)
    return ((found[0].id, found) for found in owned.values())


def _quotes(runs: Iterable[_Run], told: _Told, problems: list[str]) -> Iterator[MarkedQuote]:
    for owner, found in _by_owner(runs):
        parts: dict[str, list[Mark]] = {"content": [], "marker": [], "cue": [], "source": []}
        quoted = any(run.label == "content" for run in found)
        for run in found:
            known = parts.get(run.label, [])
            if not quoted:
                problems.append(f"{_shown(run)}: no content has its id_")
            elif run.label not in parts:
                problems.append(f"{_shown(run)}: its label is none of {', '.join(parts)}")
            elif known and run.label in {"cue", "source"}:
                problems.append(f"{_shown(run)}: its quote has another")
            else:
                known.append(Mark(run.start, run.end))
        if quoted:
            yield MarkedQuote(
                content=tuple(parts["content"]),
                markers=tuple(parts["marker"]),
                cue=next(iter(parts["cue"]), None),
                source=next(iter(parts["source"]), None),
                id=owner or None,
                type=told.type.get(owner),
                mode=told.mode.get(owner),
                source_status=told.source_status.get(owner),
                speaker=next((run.kb_id for run in found if run.kb_id), None),
            )


def _captions(runs: Iterable[_Run], told: _Told) -> Iterator[MarkedCaption]:
    for owner, found in _by_owner(runs):
        whole = next((Mark(run.start, run.end) for run in found if run.label == _WHOLE), None)
        parts = (
            CaptionPart(run.label, Mark(run.start, run.end), told.value.get(owner) if run.label == _DATE else None)
            for run in found
            if run.label != _WHOLE
        )
        yield MarkedCaption(whole, tuple(parts), told.copies.get(owner, 1))


def _shown(run: _Run) -> str:
    return f"quotes: {run.label or 'a span'} at {run.start}:{run.end}"
