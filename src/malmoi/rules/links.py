"""Level 3: ids, and what refers to them: clusters, speakers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malmoi.rules.doc import WITH_IDS
from malmoi.rules.registry import Hit, rule
from malmoi.schemas import label_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malmoi.rules.doc import Data, Doc

_NAMED = 8


@rule("MM311", "duplicate-id")
def duplicate_id(doc: Doc) -> Iterator[Hit]:
    """Two records of an article have the same id.

    What it does: compares the ids of blocks, entities, clusters and quotes.

    Why is this bad? Spans find their block, and mentions their cluster, by id; reviews and diffs name spans by it.

    Example: two blocks `p03`, two entities `e-7f3a`.

    Use instead: an id of its own for each.
    """
    for kind in WITH_IDS:
        first: dict[str, int] = {}
        for index, record in enumerate(doc.data.get(kind, ())):
            if record["id"] in first:
                message = f"the id {record['id']!r} is already that of $.{kind}[{first[record['id']]}]"
                yield Hit((kind, index, "id"), message, "give this one an id of its own")
            first.setdefault(record["id"], index)


@rule("MM420", "id-twice-in-file", corpus=True)
def id_twice_in_file(ids: Iterable[tuple[int, str]]) -> Iterator[Hit]:
    """Two lines of a JSON Lines file hold articles with the same id.

    What it does: compares the ids of all articles of the file.

    Why is this bad? An id is what the splits, the built rows and citations name an article by.

    Example: two lines that begin `{"schema_version": "1.0", "id": "open-0001", …`

    Use instead: an id of its own for each, or one of the two lines alone.
    """
    first: dict[str, int] = {}
    for line, article in ids:
        if article in first:
            message = f"the id {article!r} is already that of the article on line {first[article]}"
            yield Hit(("id",), message, "give this one an id of its own, or keep one of the two", line)
        first.setdefault(article, line)


@rule("MM312", "dangling-cluster")
def dangling_cluster(doc: Doc) -> Iterator[Hit]:
    """An entity belongs to a cluster that is not there.

    What it does: looks the id up among the article's clusters.

    Why is this bad? The referent has no record, and mentions of one person fall apart.

    Example: `"cluster": "c-19b2"` where no cluster has that id.

    Use instead: the id of a cluster, or a new cluster record.
    """
    for index, entity in _without_doubt(doc, doc.entities):
        if "cluster" in entity and entity["cluster"] not in doc.cluster_by_id:
            message = f"there is no cluster {entity['cluster']!r}"
            yield Hit(("entities", index, "cluster"), message, _cluster_hint(doc, entity.get("text")))


@rule("MM313", "dangling-speaker")
def dangling_speaker(doc: Doc) -> Iterator[Hit]:
    """A quote's speaker is a cluster that is not there.

    What it does: looks the id up among the article's clusters.

    Why is this bad? The quote is attributed to nobody.

    Example: `"speaker": "c-19b2"` where no cluster has that id.

    Use instead: the id of the cluster of the one who said it, or a new cluster record.
    """
    for index, quote in _without_doubt(doc, doc.quotes):
        if "speaker" in quote and quote["speaker"] not in doc.cluster_by_id:
            source = quote.get("source", {}).get("text")
            message = f"there is no cluster {quote['speaker']!r}"
            yield Hit(("quotes", index, "speaker"), message, _cluster_hint(doc, source))


def _without_doubt(doc: Doc, records: list[Data]) -> Iterator[tuple[int, Data]]:
    """The records; none where two clusters have one id: one of them may be the cluster that is missed."""
    return iter(()) if doc.repeated["clusters"] else enumerate(records)


def _cluster_hint(doc: Doc, text: str | None) -> str:
    for cluster in doc.clusters:
        if text and (cluster["name"] in text or text in cluster["name"]):
            return f"is {cluster['id']} ({cluster['name']}) meant?"
    if not doc.clusters:
        return "the article has no clusters"
    named = ", ".join(f"{cluster['id']} ({cluster['name']})" for cluster in doc.clusters[:_NAMED])
    return f"the clusters are {named}{' …' if len(doc.clusters) > _NAMED else ''}"


@rule("MM314", "cluster-of-other-class")
def cluster_of_other_class(doc: Doc) -> Iterator[Hit]:
    """An entity and its cluster are of different classes.

    What it does: compares the class of the entity's label with that of the cluster's.

    Why is this bad? A person and an organisation are not one referent: the label or the cluster is wrong.

    Example: an entity `OGG_ECONOMY` in a cluster labelled `PS_NAME`.

    Use instead: the cluster of the organisation.
    """
    for index, entity in _without_doubt(doc, doc.entities):
        cluster = doc.cluster_by_id.get(entity.get("cluster", ""))
        if cluster and label_class(entity["label"]) != label_class(cluster["label"]):
            message = (
                f"{entity['label']} is in cluster {cluster['id']} ({cluster['name']}), which is {cluster['label']}"
            )
            yield Hit(("entities", index, "cluster"), message)


@rule("MM315", "cluster-without-mention")
def cluster_without_mention(doc: Doc) -> Iterator[Hit]:
    """A cluster that nothing refers to.

    What it does: looks for an entity or a speaker with the cluster's id.

    Why is this bad? It is left over from an earlier state, or its mentions lost their `cluster`.

    Example: `{"id": "c-19b2", "label": "PS_NAME", "name": "김가람"}` and no entity with `"cluster": "c-19b2"`.

    Use instead: the cluster on its mentions, or no such cluster.
    """
    used = {entity.get("cluster") for entity in doc.entities} | {quote.get("speaker") for quote in doc.quotes}
    for index, cluster in _without_doubt(doc, doc.clusters):
        if cluster["id"] not in used:
            yield Hit(("clusters", index), f"no entity and no speaker refers to {cluster['id']} ({cluster['name']})")
