"""Write the figures of DATASHEET.md and the READMEs from the corpus itself; `--check` only tells if they are stale.

Each table stands between `<!-- figures: NAME -->` and `<!-- /figures -->`. Withheld articles count by their offsets;
agreement comes from the kept double annotations in corpus/double/. Tables about language, kinds of quotes and places
need the Wikinews text: they are left as they are, and named, where MALMOI_WIKINEWS names no copy.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi import splits as split_file
from malmoi import store
from malmoi.agreement import by_tier, compare, confusions
from malmoi.asides import SPLITS_FILE
from malmoi.build.texts import is_named, wikinews
from malmoi.findings import MalmoiError
from malmoi.model import CAPTION_FIELDS, TIERS, Article
from malmoi.splits import SPLITS
from malmoi.standoff import withhold
from malmoi.stats import Contents, Language, compare_language, contents
from malmoi.stats.contents import QUOTE_KINDS
from malmoi.stats.tables import LANGUAGE_ROWS, TOPICS

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
PAGES = ("DATASHEET.md", "README.md", "README.ko.md")
SLOT = re.compile(r"(<!-- figures: (?P<name>[a-z-]+) -->\n).*?(<!-- /figures -->)", re.DOTALL)

Row = tuple[object, ...]


def table(head: Row, rows: list[Row]) -> str:
    """A Markdown table, numbers to the right."""
    align = ["---" if index == 0 else "---:" for index in range(len(head))]
    return "".join("| " + " | ".join(map(str, row)) + " |\n" for row in (head, align, *rows))


Pairs = list[tuple[Article, Article]]


def counts(tiers: Mapping[str, Contents]) -> str:
    """Articles, characters and annotations by tier, and articles by split."""
    rows: list[Row] = [
        (
            f"**{tier}**" if tier == "all" else tier,
            found.articles,
            *(found.splits.get(split, 0) for split in SPLITS),
            found.annotated.get("2", 0),
            found.characters.total if found.characters else 0,
            sum(found.labels.values()),
            sum(found.clusters.values()),
            found.quotes,
            found.captions,
        )
        for tier, found in tiers.items()
    ]
    head = ("tier", "articles", *SPLITS, "annotated twice", "characters", "entities", "clusters", "quotes", "captions")
    return table(head, rows)


def lengths(tiers: Mapping[str, Contents]) -> str:
    """Code points of an article, by tier."""
    found = {tier: one.characters for tier, one in tiers.items() if one.characters}
    rows: list[Row] = [(tier, one.shortest, round(one.median), one.longest) for tier, one in found.items()]
    return table(("tier", "shortest", "median", "longest"), rows)


def entities(tiers: Mapping[str, Contents]) -> str:
    """Entities by class and tier, and how many labels are in use."""
    everything = tiers["all"]
    rows: list[Row] = [
        (
            name,
            *(found.classes.get(name, 0) for found in tiers.values()),
            sum(label.startswith(name) for label in everything.labels),
        )
        for name in everything.classes
    ]
    return table(("class", *tiers, "labels used"), rows)


def quotes(everything: Contents) -> str:
    """Quotes by type against the status of their source."""
    statuses = ("explicit", "other_sentence", "omitted", "anonymous", "none")
    found = everything.quote_types
    rows: list[Row] = []
    for kind in ("direct", "indirect", "mixed"):
        numbers = [found.get(f"{kind}/{status}", 0) for status in statuses]
        rows.append((kind, *numbers, sum(numbers)))
    rows.append(("**all**", *(sum(column) for column in zip(*(row[1:] for row in rows), strict=True))))
    return table(("type", *statuses, "all"), rows)


def kinds(tiers: Mapping[str, Contents]) -> str:
    """Quotes by kind, and marked words that nobody said."""
    rows: list[Row] = [(kind, *(found.quote_kinds.get(kind, 0) for found in tiers.values())) for kind in QUOTE_KINDS]
    rows.append(("(mode: writing)", *(found.quote_modes.get("writing", 0) for found in tiers.values())))
    rows.append(("(words in marks that nobody is quoted with)", *(found.marked_no_quote for found in tiers.values())))
    return table(("kind", *tiers), rows)


def captions(found: Contents) -> str:
    """Captions by the fields that they have, and in how many orders."""
    rows: list[Row] = [(name, found.caption_fields.get(name, 0)) for name in CAPTION_FIELDS]
    rows += [("**patterns**", len(found.caption_patterns))]
    return table(("field", "captions"), rows)


def distribution(name: str, found: Mapping[str, int]) -> str:
    """A short distribution in one row each."""
    return table((name, "articles"), list(found.items()))


def language(found: Mapping[str, Language]) -> str:
    """How varied the language of each tier is."""
    rows: list[Row] = [(name, *map(cell, found.values())) for name, cell in LANGUAGE_ROWS.items()]
    return table(("measure", *found), rows)


def agreement(pairs: Pairs) -> str:
    """Agreement of the two annotations, before adjudication, over all and by tier."""
    tiers = {tier: compare(inside) for tier, inside in by_tier(pairs).items()}
    rows: list[Row] = [
        (name, m.both, m.first, m.second, m, *(found[name] for found in tiers.values()))
        for name, m in compare(pairs).items()
    ]
    alike = [
        pair[0].tier or "-" for pair in pairs if all(m.both == m.first == m.second for m in compare([pair]).values())
    ]
    shares = (f"{sum(one == tier for one in alike) / len(inside):.3f}" for tier, inside in by_tier(pairs).items())
    share = f"{len(alike) / len(pairs):.3f}"
    rows.append(("articles alike in all of it, of all", len(alike), len(pairs), len(pairs), share, *shares))
    return table(("measure", "both", "first", "second", "F1", *tiers), rows)


def adjudicated(first: Pairs, second: Pairs) -> str:
    """How far each annotation agrees with the gold one that came of both."""
    one, two = compare(first), compare(second)
    rows: list[Row] = [(name, one[name], two[name]) for name in one]
    return table(("measure", "first", "second"), rows)


def cross_check(pairs: Pairs) -> str:
    """The same spans measured by nervaluate."""
    from nervaluate import Evaluator

    # Its spans have an inclusive end; blocks are its documents.
    sides = [
        [
            [
                {"label": entity.label, "start": entity.start, "end": entity.end - 1}
                for entity in pair[side].entities
                if entity.block == block.id
            ]
            for pair in pairs
            for block in pair[0].blocks
        ]
        for side in (0, 1)
    ]
    tags = sorted({entity.label for pair in pairs for article in pair for entity in article.entities})
    found = Evaluator(*sides, tags=tags, loader="dict").evaluate()["overall"]
    rows: list[Row] = [(scheme, f"{found[scheme].f1:.3f}") for scheme in ("strict", "exact", "partial", "ent_type")]
    return table(("scheme", "F1"), rows)


def confused(pairs: Pairs) -> str:
    """The labels that the two annotations confused most, over spans that both have."""
    rows: list[Row] = [(one, other, count) for (one, other), count in confusions(pairs).most_common(20)]
    return table(("label", "other label", "spans"), rows)


def _read(corpus: Path) -> tuple[list[Article], bool]:
    """The articles, and whether the text of all Wikinews articles is at hand."""
    articles = [store.load(path) for path in store.corpus_files(corpus)]
    if not is_named(None):
        return articles, False
    with wikinews(corpus, None) as copy:
        restore = copy.restore
        if restore is None:
            return articles, False
        return [restore(a) if a.tier == "wikinews" else a for a in articles], True


def _double(corpus: Path, articles: list[Article]) -> tuple[Pairs, Pairs, Pairs]:
    """First with second, first with gold, second with gold; all withheld, as the kept annotations are."""
    gold = {article.id: article for article in articles}
    names = [path.name for path in sorted((corpus / "double" / "first").glob("*.json"))]
    first, second = ([store.load(corpus / "double" / side / name) for name in names] for side in ("first", "second"))
    settled = [_withheld(gold[article.id]) for article in first]
    return (
        list(zip(first, second, strict=True)),
        list(zip(first, settled, strict=True)),
        list(zip(second, settled, strict=True)),
    )


def _withheld(article: Article) -> Article:
    return article if article.text_status == "withheld" else withhold(article)


def _made(corpus: Path) -> dict[str, str]:
    """Every table that can be made, by its slot's name."""
    articles, with_text = _read(corpus)
    placed = split_file.read(corpus / SPLITS_FILE)
    by = {tier: [article for article in articles if article.tier == tier] for tier in TIERS}
    tiers: dict[str, Contents] = {tier: contents(inside, placed) for tier, inside in by.items()}
    tiers["all"] = contents(articles, placed)
    pairs, with_first, with_second = _double(corpus, articles)
    written = tiers["open"]
    made = {
        "counts": counts(tiers),
        "lengths": lengths(tiers),
        "entities": entities(tiers),
        "quotes": quotes(tiers["all"]),
        "captions": captions(written),
        "topics": distribution("topic", {TOPICS.get(key, key): n for key, n in written.topics.items()}),
        "outlets": distribution("outlet", written.publishers),
        "years": distribution("year", dict(sorted(written.years.items()))),
        "provinces": distribution("province", written.provinces),
        "agreement": agreement(pairs),
        "adjudicated": adjudicated(with_first, with_second),
        "cross-check": cross_check(pairs),
        "confusions": confused(pairs),
    }
    if with_text:
        published = {tier: by[tier] for tier in ("open", "wikinews")}
        made["kinds"] = kinds({tier: tiers[tier] for tier in published})
        made["language"] = language(compare_language(published))
    return made


def main() -> int:
    """Fill every slot; with `--check`, change nothing and exit 1 if a page is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is stale")
    check: bool = parser.parse_args().check
    try:
        made = _made(ROOT / "corpus")
    except MalmoiError as error:
        print(f"figures: {error}", file=sys.stderr)
        return 2
    stale = []
    for page in PAGES:
        path = ROOT / page
        before = path.read_text(encoding="utf-8")
        for slot in SLOT.finditer(before):
            if slot["name"] not in made:
                print(f"{page}: {slot['name']} needs the Wikinews text (MALMOI_WIKINEWS): left as it is")
        after = SLOT.sub(
            lambda slot: slot[1] + made[slot["name"]] + slot[3] if slot["name"] in made else slot[0], before
        )
        if after != before:
            stale.append(page)
            if not check:
                store.write_atomic(path, after.encode())
    print(
        ("stale: " if check else "written: ") + ", ".join(stale)
        if stale
        else "all figures that could be made are in step"
    )
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
