"""Level 5: what the guidelines ask for, and what is worth a second look. Warnings, for one article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from malmoi.findings import Severity
from malmoi.marks import OPENING_MARKS
from malmoi.rules.registry import Hit, rule
from malmoi.schemas import label_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.rules.doc import Doc, Spot

# Particles that no Korean name or noun ends in; the others need evidence.
_CERTAIN = ("에게서", "에서", "에게", "께서", "으로", "부터", "까지", "는", "를")
_AFTER_FINAL, _AFTER_VOWEL, _AFTER_ANY = ("은", "이", "을", "과"), ("가", "와"), ("의", "도", "만", "에", "로")
# Longer ones, and particles joined: without their last syllable no name is left.
_JOINED_AFTER_FINAL = ("이라고", "이라는", "으로의", "과의", "과도")
_JOINED_AFTER_VOWEL = ("라고", "라는", "와의", "와도")
_JOINED_AFTER_ANY = ("에서도", "에게도", "에서의", "처럼", "보다", "마저", "조차", "에도", "에만", "로도", "로의")
_JOINED = (*_JOINED_AFTER_FINAL, *_JOINED_AFTER_VOWEL, *_JOINED_AFTER_ANY)
_TITLES = ("AFA_", "AFW_", "EV_", "TMI_", "CV_PRIZE", "PS_CHARACTER")
_HANGUL = re.compile(r"[가-힣]")
_STEM = 2
_MORE_PARTICLES = re.compile(r"(?:는|은|도|만|의)(?![가-힣])")

_ACCORDING = re.compile(r"따르|따른|의하|의한|인용")
_SENTENCE_END = re.compile(r"[.?!:…](?=\s|$|[\"”'’)\]])")
_FINITE = re.compile(r"(?:다|까|요|죠|라)$")
_ADNOMINAL_FINAL = 4
_SYLLABLE, _FINALS = 0xAC00, 28


@rule("MM501", "particle-at-span-edge", severity=Severity.WARNING)
def particle_at_span_edge(doc: Doc) -> Iterator[Hit]:
    """An entity or a source ends in a particle.

    What it does: looks for a particle at the end of the span and of a word. 에서, 에게, 으로, 까지, 는, 를 and the like
    end no name. 은, 이, 가, 과, 도 and the like, and longer ones such as 처럼, 보다, 에서도, 와의, 이라고, may end one
    (김은가, 전라도): they count only where the article shows the same entity without them, with the same label or in
    the same cluster, or where an entity inside the source ends right before them.

    Why is this bad? Particles are outside spans; with them inside, one name becomes several.

    Example: `"text": "김가람은"`

    Use instead: `"text": "김가람"`
    """
    names = {entity["id"]: _other_forms(doc, entity) for entity in doc.entities}
    for spot in doc.readable:
        if spot.path[0] == "entities":
            particle = _entity_particle(spot, names[spot.span["id"]])
        elif spot.path[2:] == ("source",):
            particle = _source_particle(doc, spot)
        else:
            continue
        if particle:
            text = spot.span["text"]
            message = f"“{text}” ends in the particle {particle}"
            yield Hit(spot.path, message, f"end the span {len(particle)} earlier: “{text.removesuffix(particle)}”")


def _other_forms(doc: Doc, entity: dict[str, Any]) -> set[str]:
    """What the entity's referent, or another entity of its label, is called in the article."""
    cluster = entity.get("cluster")
    forms = {
        other["text"]
        for other in doc.entities
        if "text" in other and (other["label"] == entity["label"] or (cluster and other.get("cluster") == cluster))
    }
    if cluster in doc.cluster_by_id:
        forms.add(doc.cluster_by_id[cluster]["name"])
    return forms


def _entity_particle(spot: Spot, forms: set[str]) -> str | None:
    text, label = spot.span["text"], spot.span["label"]
    if not _ends_word(spot) or _in_marks(spot):
        return None
    certain = _certain_particle(text)
    if certain and not label.startswith(_TITLES):
        return certain
    for particle in (*_JOINED, *_AFTER_FINAL, *_AFTER_VOWEL, *_AFTER_ANY):
        if particle == "이" and _goes_on(spot):
            continue
        stem = text.removesuffix(particle)
        place_name = particle == "도" and label_class(label) == "LC"
        if stem != text and len(stem) >= _STEM and not place_name and stem in forms and _agrees(stem, particle):
            return particle
    return None


def _source_particle(doc: Doc, spot: Spot) -> str | None:
    text, end = spot.span["text"], spot.span["end"]
    if not _ends_word(spot):
        return None
    certain = _certain_particle(text)
    if certain:
        return certain
    for particle in (*_JOINED, *_AFTER_FINAL, *_AFTER_VOWEL, "도", "만", "의"):
        if particle == "이" and _goes_on(spot):
            continue
        before = end - len(particle)
        inside = any(e["block"] == spot.span["block"] and e["end"] == before for e in doc.entities)
        if text.endswith(particle) and inside and _agrees(text.removesuffix(particle), particle):
            return particle
    return None


def _certain_particle(text: str) -> str | None:
    found = next((particle for particle in _CERTAIN if text.endswith(particle)), None)
    return found if found and _HANGUL.match(text[-len(found) - 1 : -len(found)] or " ") else None


def _goes_on(spot: Spot) -> bool:
    """Whether a particle follows: then 이 is the suffix of a name (나람이는), for it stands before no particle."""
    return bool(spot.block and _MORE_PARTICLES.match(spot.block["text"], spot.span["end"]))


def _ends_word(spot: Spot) -> bool:
    text: str = spot.block["text"] if spot.block else ""
    end = spot.span["end"]
    return not _HANGUL.match(text, end) or bool(_MORE_PARTICLES.match(text, end))


def _in_marks(spot: Spot) -> bool:
    text: str = spot.block["text"] if spot.block else ""
    before = text[: spot.span["start"]][-1:]
    return bool(before) and before in OPENING_MARKS + "<〈《["


def _agrees(stem: str, particle: str) -> bool:
    """Whether the particle's form fits the last syllable: 은 after a final consonant, 가 after a vowel."""
    final = _final(stem[-1:])
    if final is None or particle in (*_AFTER_ANY, *_JOINED_AFTER_ANY):
        return final is not None
    return bool(final) == (particle in (*_AFTER_FINAL, *_JOINED_AFTER_FINAL))


def _final(syllable: str) -> int | None:
    """Number of the final consonant, 0 for none; None for what is no Hangul syllable."""
    return (ord(syllable) - _SYLLABLE) % _FINALS if _HANGUL.match(syllable) else None


@rule("MM502", "cue-before-content", severity=Severity.WARNING)
def cue_before_content(doc: Doc) -> Iterator[Hit]:
    """The cue stands before everything that was said.

    What it does: compares the place of the cue with that of the first content. Left alone are `에 따르면` and its kin,
    cues that modify a following noun (말한, 밝힌), a noun as the topic (`그의 말은 …는 것이다`), and a finished
    sentence whose saying follows (`… 말했다. "…"`), unless a quote before it has the same verb for its own.

    Why is this bad? In Korean the verb follows what was said; a cue before it is often that of the quote before.

    Example: `"비가 온다"고 말했다. "눈도 온다"고 했다.` with 말했다 as the cue of both quotes.

    Use instead: 했다 as the cue of the second.
    """
    for index, quote in enumerate(doc.quotes):
        cue = doc.readable_at(("quotes", index, "cue"))
        contents = [doc.readable_at(("quotes", index, "content", number)) for number in range(len(quote["content"]))]
        placed = [_place(doc, spot) for spot in contents if spot]
        if cue and placed and _place(doc, cue) < min(placed) and not _may_precede(doc, index, cue, min(placed)):
            message = f"the cue “{cue.span['text']}” stands before the content"
            yield Hit(cue.path, message, "is it the cue of the quote before? The cue mostly follows what was said")


def _may_precede(doc: Doc, index: int, cue: Spot, content: tuple[int, int]) -> bool:
    text, block = cue.span["text"], cue.block["text"] if cue.block else ""
    if _ACCORDING.search(text) or _final(text[-1]) == _ADNOMINAL_FINAL:
        return True
    if block[cue.span["end"] :][:1] in {"은", "는"}:  # a noun as the topic: `그가 한 말은 …는 것이다`
        return True
    taken = any(
        other != index and "cue" in quote and _place_of(doc, quote["cue"]) == _place_of(doc, cue.span)
        for other, quote in enumerate(doc.quotes)
    )
    same = cue.span["block"] == list(doc.blocks)[content[0]]
    end = _SENTENCE_END.search(block, cue.span["end"], content[1] + 1 if same else len(block))
    # Of a noun (`이런 대목이 있다. "…"`) it is the verb after it that ends the sentence.
    finite = bool(_FINITE.search(text) or _FINITE.search(block, 0, end.start() if end else len(block)))
    announced = end is not None and end[0] == ":"  # `그의 한마디: "…"`
    return (end is not None or not same) and (finite or announced) and not taken


def _place(doc: Doc, spot: Spot) -> tuple[int, int]:
    return _place_of(doc, spot.span)


def _place_of(doc: Doc, span: dict[str, Any]) -> tuple[int, int]:
    return doc.block_order[span["block"]], span["start"]


@rule("MM503", "mention-without-cluster", severity=Severity.WARNING)
def mention_without_cluster(doc: Doc) -> Iterator[Hit]:
    """A person or an organisation is named, and belongs to no cluster.

    What it does: looks for entities with a PS or OGG label and no `cluster`.

    Why is this bad? Who is meant is not said; the speakers of quotes are found through clusters.

    Example: `{"label": "PS_NAME", "text": "김가람"}`

    Use instead: `{"label": "PS_NAME", "text": "김가람", "cluster": "c-19b2"}`
    """
    for index, entity in enumerate(doc.entities):
        if "cluster" not in entity and entity["label"].startswith(("PS_", "OGG_")):
            said = f" “{entity['text']}”" if "text" in entity else ""
            named = next((cluster for cluster in doc.clusters if entity.get("text", "") == cluster["name"]), None)
            hint = f"is {named['id']} ({named['name']}) meant?" if named else None
            yield Hit(("entities", index), f"{entity['label']}{said} belongs to no cluster", hint)


@rule("MM506", "records-out-of-order", severity=Severity.WARNING)
def records_out_of_order(doc: Doc) -> Iterator[Hit]:
    """The entities, the quotes or the captions do not follow the text.

    What it does: compares the places of neighbours: of entities by their start, of quotes by their first content, of
    captions by their block. The first that stands before the one listed before it is reported, once a layer.

    Why is this bad? Two files that say the same differ, and a diff shows changes that are none.

    Example: an entity of `p02`, and after it one of `p01`.

    Use instead: the records in the order of the text.
    """
    places = {
        "entities": [_place_of(doc, entity) for entity in doc.entities],
        "quotes": [_place_of(doc, quote["content"][0]) for quote in doc.quotes],
        "captions": [(doc.block_order[caption["block"]], 0) for caption in doc.captions],
    }
    for kind, found in places.items():
        at = next((number for number in range(1, len(found)) if found[number] < found[number - 1]), None)
        if at is not None:
            message = f"this one stands in the text before $.{kind}[{at - 1}], which is listed before it"
            yield Hit((kind, at), message, f"list the {kind} in the order of the text")


@rule("MM504", "cluster-name-not-mentioned", severity=Severity.WARNING)
def cluster_name_not_mentioned(doc: Doc) -> Iterator[Hit]:
    """A cluster's name is none of the forms in which the article mentions it.

    What it does: compares `name` with the texts of the cluster's entities, and of entities without a cluster: a body
    named as a place has none. A cluster that only a speaker refers to, and one whose text is withheld, is left alone.

    Why is this bad? The name is the fullest form in the article; one that does not occur was misspelt or made up.

    Example: `"name": "김가람 대표"` where the mentions are 김가람 and 김 대표.

    Use instead: `"name": "김가람"`
    """
    for index, cluster in enumerate(doc.clusters):
        forms = {entity.get("text") for entity in doc.entities if entity.get("cluster") == cluster["id"]}
        # Where a school is a building it has no cluster, and that may be where its name is printed in full.
        elsewhere = {entity.get("text") for entity in doc.entities if "cluster" not in entity}
        if forms and None not in forms and cluster["name"] not in forms | elsewhere:
            listed = ", ".join(sorted(form for form in forms if form))
            yield Hit(("clusters", index, "name"), f"“{cluster['name']}” is none of its mentions: {listed}")
