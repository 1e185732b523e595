"""Levels 4 and 5 across the corpus: ids, splits, leaks between splits, labels that disagree."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi import asides
from malmoi.findings import Severity
from malmoi.neardup import near_duplicate_pairs
from malmoi.rules.registry import Hit, rule
from malmoi.schemas import label_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from malmoi.asides import Row
    from malmoi.rules.doc import Doc


class Member(NamedTuple):
    """A file of the corpus.

    Attributes:
        file: its path, as reports name it.
        id: the article's id; the file's name where the article cannot be read.
        doc: the article; None where an earlier level failed.
    """

    file: str
    id: str
    doc: Doc | None


class Aside(NamedTuple):
    """A file beside the articles: its path, as reports name it, and its text; None where it is not there."""

    file: str
    text: str | None


class Corpus:
    """A corpus folder.

    Attributes:
        members: its articles, in the order of their files.
        splits: the splits there are.
        table: splits.tsv.
        version: VERSION.
        withdrawn: withdrawn.tsv.
    """

    def __init__(
        self, members: Sequence[Member], splits: Sequence[str], table: Aside, version: Aside, withdrawn: Aside
    ) -> None:
        """Take what was read."""
        self.members = members
        self.splits = splits
        self.table = table
        self.version = version
        self.withdrawn = withdrawn

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of splits.tsv that have an id and a split, right or wrong."""
        return [row for row in asides.split_rows(self.table.text or "") if row.whole]

    @cached_property
    def withdrawn_lines(self) -> dict[str, int]:
        """The line of each article that was taken back."""
        return asides.withdrawn_lines(self.withdrawn.text or "")

    @cached_property
    def split_of(self) -> dict[str, str]:
        """Split by id; the first row counts."""
        table: dict[str, str] = {}
        for row in self.rows:
            table.setdefault(row.id, row.split)
        return table

    @cached_property
    def first_by_id(self) -> dict[str, Member]:
        """The first file of each id."""
        members: dict[str, Member] = {}
        for member in self.members:
            members.setdefault(member.id, member)
        return members


@rule("MM401", "id-in-two-files", corpus=True)
def id_in_two_files(corpus: Corpus) -> Iterator[Hit]:
    """Two files of the corpus hold articles with the same id.

    What it does: compares the ids of all articles, whatever their tier.

    Why is this bad? An id is what the splits, the built rows and citations name an article by.

    Example: `corpus/open/2024/a.json` and `corpus/private/a.json`, both `"id": "a"`.

    Use instead: an id of its own for each.
    """
    for member in corpus.members:
        first = corpus.first_by_id[member.id]
        if first is not member:
            yield Hit(("id",), f"the id {member.id!r} is already that of {first.file}", None, None, member.file)


@rule("MM402", "article-without-split", corpus=True)
def article_without_split(corpus: Corpus) -> Iterator[Hit]:
    """An article has no row in splits.tsv.

    What it does: looks each id up in the table.

    Why is this bad? It is in no split, so it is not built.

    Example: a new file in `corpus/open/2024/`, and no row for it.

    Use instead: `malmoi split`, which adds the row where no leak arises.
    """
    if corpus.table.text is None:
        return
    for identifier, member in corpus.first_by_id.items():
        if identifier not in corpus.split_of:
            yield Hit(("id",), f"{identifier!r} has no row in splits.tsv", "`malmoi split` adds it", None, member.file)


@rule("MM403", "id-twice-in-splits", corpus=True)
def id_twice_in_splits(corpus: Corpus) -> Iterator[Hit]:
    """An id stands twice in splits.tsv.

    What it does: compares the ids of the rows.

    Why is this bad? An article in two splits is trained on and tested on.

    Example: `open-0001<TAB>train` and, further down, `open-0001<TAB>test`.

    Use instead: the first row alone; splits are never changed once given.
    """
    first: dict[str, Row] = {}
    for row in corpus.rows:
        if row.id in first:
            message = f"{row.id!r} already has the split {first[row.id].split} on line {first[row.id].line}"
            yield Hit((), message, "delete this row", row.line, corpus.table.file)
        first.setdefault(row.id, row)


@rule("MM404", "split-without-article", corpus=True)
def split_without_article(corpus: Corpus) -> Iterator[Hit]:
    """A row of splits.tsv names an article that is not there.

    What it does: looks each id of the table up in the corpus and in withdrawn.tsv, for the row of an article that was
    taken back stays.

    Why is this bad? The article was renamed or lost, or the id is misspelt, and the article has no split.

    Example: `open-001<TAB>train` where the article is `open-0001`.

    Use instead: the id of an article; or a line in withdrawn.tsv, if the article was taken back.
    """
    for row in corpus.rows:
        if row.id not in corpus.first_by_id and row.id not in corpus.withdrawn_lines:
            hint = "correct the id, put the article back, or list it in withdrawn.tsv"
            yield Hit((), f"there is no article {row.id!r}", hint, row.line, corpus.table.file)


@rule("MM405", "malformed-splits-row", corpus=True)
def malformed_splits_row(corpus: Corpus) -> Iterator[Hit]:
    """A line of splits.tsv is no row of an id and a split.

    What it does: expects the header `id<TAB>split`, then an id, one tab and a split on every line, LF at each end.

    Why is this bad? The row is not read, and its article has no split.

    Example: `open-0001 train` (a space)

    Use instead: `open-0001<TAB>train`
    """
    if corpus.table.text is None:
        return
    if not asides.has_header(corpus.table.text):
        yield Hit((), "the first line is not the header id<TAB>split", None, 1, corpus.table.file)
    if not corpus.table.text.endswith("\n"):
        last = corpus.table.text.count("\n") + 1
        yield Hit((), "the last line has no line feed", "a row added later would join it", last, corpus.table.file)
    for row in asides.split_rows(corpus.table.text):
        if not row.whole:
            message = f"{row.text[:60]!r} is no row; expected an id, a tab and a split"
            yield Hit((), message, "delete empty lines, write one tab", row.line, corpus.table.file)
        elif not row.exact:
            yield Hit((), "the row has stray white space or a carriage return", None, row.line, corpus.table.file)


@rule("MM406", "unknown-split", corpus=True)
def unknown_split(corpus: Corpus) -> Iterator[Hit]:
    """A row of splits.tsv names a split that does not exist.

    What it does: compares the second field with train, validation and test.

    Why is this bad? The article is built into no split.

    Example: `open-0001<TAB>dev`

    Use instead: `open-0001<TAB>validation`
    """
    for row in corpus.rows:
        if row.split not in corpus.splits:
            message = f"there is no split {row.split!r}; allowed: {', '.join(corpus.splits)}"
            yield Hit((), message, None, row.line, corpus.table.file)


@rule("MM407", "missing-splits-file", corpus=True)
def missing_splits_file(corpus: Corpus) -> Iterator[Hit]:
    """The corpus has no splits.tsv.

    What it does: looks for the file at the top of the corpus.

    Why is this bad? No article has a split, and nothing keeps the splits free of leaks.

    Example: a folder with `open/` and no `splits.tsv`.

    Use instead: `malmoi split`, which writes it.
    """
    if corpus.table.text is None:
        yield Hit((), "the corpus has no splits.tsv", "`malmoi split` writes it", None, corpus.table.file)


@rule("MM408", "malformed-version", corpus=True)
def malformed_version(corpus: Corpus) -> Iterator[Hit]:
    """The corpus's VERSION is not one line with a version number.

    What it does: expects one line of three numbers joined by dots, with nothing around them.

    Why is this bad? The built dataset is named by it.

    Example: an empty file, or `v1`

    Use instead: `0.1.0`
    """
    if corpus.version.text is not None and asides.data_version(corpus.version.text) is None:
        message = f"found {corpus.version.text[:40]!r}; expected one line such as 0.1.0"
        yield Hit((), message, None, 1, corpus.version.file)


@rule("MM409", "withdrawn-article-kept", corpus=True)
def withdrawn_article_kept(corpus: Corpus) -> Iterator[Hit]:
    """An article that was taken back still has its file.

    What it does: looks each id up in withdrawn.tsv, if there is one.

    Why is this bad? Whoever asked for it to be taken back finds it published in the repository.

    Example: `open-0001<TAB>2026-01-01<TAB>request` in withdrawn.tsv, and the file `open/2024/open-0001.json`.

    Use instead: the line alone, without the file.
    """
    for member in corpus.members:
        line = corpus.withdrawn_lines.get(member.id)
        if line is not None:
            message = f"{member.id!r} was taken back: it is listed in withdrawn.tsv, line {line}"
            yield Hit(("id",), message, "delete the file; its row in splits.tsv stays", None, member.file)


@rule("MM410", "near-duplicates-in-two-splits", corpus=True)
def near_duplicates_in_two_splits(corpus: Corpus) -> Iterator[Hit]:
    """Two articles that are nearly the same stand in different splits.

    What it does: compares the texts by their character 5-grams (Jaccard similarity of at least 0.6). Articles whose
    text is withheld are left alone.

    Why is this bad? A model is tested on what it was trained on.

    Example: an agency's report in train, and the same report in another paper in test.

    Use instead: both in one split; `malmoi split` sees to it for new articles.
    """
    texts = {
        member.id: "\n".join(block["text"] for block in member.doc.data["blocks"])
        for member in corpus.first_by_id.values()
        if member.doc and not member.doc.withheld
    }
    for pair in near_duplicate_pairs(texts):
        one, other = corpus.split_of.get(pair.one), corpus.split_of.get(pair.other)
        if one and other and one != other:
            member = corpus.first_by_id[pair.other]
            message = f"{pair.other} ({other}) is {pair.similarity:.0%} the same as {pair.one} ({one})"
            yield Hit((), message, "both belong in one split", None, member.file)


@rule("MM411", "event-in-two-splits", corpus=True)
def event_in_two_splits(corpus: Corpus) -> Iterator[Hit]:
    """Articles that tell of one event stand in different splits.

    What it does: compares the splits of the articles that share an `event`.

    Why is this bad? The same names, figures and quotes are trained on and tested on.

    Example: `"event": "han-river-flood"` in an article in train and in one in test.

    Use instead: all of them in one split; `malmoi split` sees to it for new articles.
    """
    first: dict[str, Member] = {}
    for identifier, member in corpus.first_by_id.items():
        split = corpus.split_of.get(identifier)
        event = member.doc.data.get("event") if member.doc else None
        if not event or not split:
            continue
        other = first.setdefault(event, member)
        if corpus.split_of[other.id] != split:
            message = f"{event} is in {split} here, and in {corpus.split_of[other.id]} by {other.id}"
            yield Hit(("event",), message, "articles on one event belong in one split", None, member.file)


# Labels that one surface may rightly bear in turn: a role and an occupation, a book and its film, a city and the
# province of the same name, a tree and its fruit.
_INTERCHANGEABLE = (
    {"CV_POSITION", "CV_OCCUPATION", "CV_SPORTS_POSITION", "CV_RELATION"},
    {"AFA_DOCUMENT", "AFA_PERFORMANCE", "AFA_VIDEO", "AFA_ART_CRAFT", "AFA_MUSIC"},
    {"LCP_CITY", "LCP_PROVINCE", "LCP_COUNTY", "LCP_CAPITALCITY", "LCP_COUNTRY", "LCG_ISLAND"},
    {"PS_NAME", "PS_CHARACTER"},
)
_NAMES = frozenset({"PS", "OG", "LC", "AF", "EV", "CV", "FD", "TR"})


@rule("MM505", "label-varies", severity=Severity.NOTE, corpus=True)
def label_varies(corpus: Corpus) -> Iterator[Hit]:
    """One name bears two labels of the same class.

    What it does: collects the labels of each surface over the corpus, for the classes of names (PS, OG, LC, AF, EV,
    CV, FD, TR), and reports the rarer label once for each surface. Left alone are labels that one surface may rightly
    bear in turn (대표 as a position and an occupation, 제주 as a city and a province, a book and its film), referents
    with different names, and labels of different classes (부산 the city and the team).

    Why is this bad? One of them is most often a slip, and a model learns noise from it. It is a note, because a name
    may be the name of two things (화성 the planet and the city).

    Example: 한빛전자 as OGG_ECONOMY in four articles and as OGG_OTHERS in a fifth.

    Use instead: OGG_ECONOMY in all five.
    """
    uses: defaultdict[tuple[str, str, str], list[tuple[Member, int, dict[str, Any]]]] = defaultdict(list)
    for member in corpus.members:
        for index, entity in enumerate(member.doc.entities if member.doc else ()):
            class_ = label_class(entity["label"])
            if member.doc and "text" in entity and class_ in _NAMES:
                cluster = member.doc.cluster_by_id.get(entity.get("cluster", ""))
                referent = cluster["name"] if cluster else entity["text"]
                uses[entity["text"], class_, referent].append((member, index, entity))
    for (text, _, _), found in sorted(uses.items(), key=lambda item: item[0]):
        counts = Counter(entity["label"] for _, _, entity in found)
        if len(counts) > 1 and not any(set(counts) <= group for group in _INTERCHANGEABLE):
            rare = min(counts, key=lambda label: (counts[label], label))
            member, index, _ = next(use for use in found if use[2]["label"] == rare)
            common = ", ".join(f"{label} {_times(count)}" for label, count in counts.most_common() if label != rare)
            message = f"“{text}” is {rare} here ({_times(counts[rare])} in the corpus), elsewhere {common}"
            yield Hit(
                ("entities", index, "label"),
                message,
                "decide on one label, unless it names two things",
                None,
                member.file,
            )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
