"""Write the figures of DATASHEET.md and the READMEs from the corpus itself; `--check` only tells if they are stale.

Each table stands between `<!-- figures: NAME -->` and `<!-- /figures -->`. Nothing is read but corpus/: withheld
articles count by their offsets, and agreement comes from the kept double annotations in corpus/double/.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi import splits as split_file
from malmoi import store
from malmoi.agreement import compare, confusions, overlaps
from malmoi.asides import SPLITS_FILE
from malmoi.model import TIERS, Article
from malmoi.schemas import label_class
from malmoi.splits import SPLITS

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


def counts(articles: list[Article], splits: Mapping[str, str]) -> str:
    """Articles, characters and annotations by tier, and articles by split."""
    rows: list[Row] = []
    for tier in (*TIERS, None):
        chosen = [article for article in articles if tier in (None, article.tier)]
        by_split = Counter(splits.get(article.id, "-") for article in chosen)
        rows.append(
            (
                tier or "**all**",
                len(chosen),
                *(by_split[split] for split in SPLITS),
                sum(len(block.text) if block.text else block.length or 0 for a in chosen for block in a.blocks),
                sum(len(article.entities) for article in chosen),
                sum(len(article.clusters) for article in chosen),
                sum(len(article.quotes) for article in chosen),
                sum(len(article.captions) for article in chosen),
            )
        )
    head = ("tier", "articles", *SPLITS, "characters", "entities", "clusters", "quotes", "captions")
    return table(head, rows)


def entities(articles: list[Article]) -> str:
    """Entities by class and tier, and how many labels are in use."""
    found = [(article.tier, entity.label) for article in articles for entity in article.entities]
    classes = Counter(label_class(label) for _, label in found)
    rows: list[Row] = [
        (
            name,
            *(sum(1 for at, label in found if at == tier and label_class(label) == name) for tier in TIERS),
            count,
            len({label for _, label in found if label_class(label) == name}),
        )
        for name, count in classes.most_common()
    ]
    return table(("class", *TIERS, "all", "labels used"), rows)


def quotes(articles: list[Article]) -> str:
    """Quotes by type against the status of their source."""
    found = [quote for article in articles for quote in article.quotes]
    statuses = ("explicit", "other_sentence", "omitted", "anonymous", "none")
    pairs: Counter[tuple[str, str]] = Counter((quote.type, quote.source_status) for quote in found)
    rows: list[Row] = [
        (kind, *(pairs[kind, status] for status in statuses), sum(pairs[kind, status] for status in statuses))
        for kind in ("direct", "indirect", "mixed")
    ]
    rows.append(
        ("**all**", *(sum(1 for quote in found if quote.source_status == status) for status in statuses), len(found))
    )
    return table(("type", *statuses, "all"), rows)


def agreement(pairs: list[tuple[Article, Article]]) -> str:
    """Agreement of the two annotations, before adjudication."""
    measures = {"entity: any overlap": overlaps(pairs), **compare(pairs)}
    rows: list[Row] = [
        (name, m.both, m.first, m.second, "-" if m.f1 is None else f"{m.f1:.3f}") for name, m in measures.items()
    ]
    return table(("measure", "both", "first", "second", "F1"), rows)


def confused(pairs: list[tuple[Article, Article]]) -> str:
    """The labels that the two annotations confused most, over spans that both have."""
    rows: list[Row] = [(one, other, count) for (one, other), count in confusions(pairs).most_common(12)]
    return table(("label", "other label", "spans"), rows)


def main() -> int:
    """Fill every slot; with `--check`, change nothing and exit 1 if a page is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is stale")
    check: bool = parser.parse_args().check
    corpus = ROOT / "corpus"
    articles = [store.load(path) for path in store.corpus_files(corpus)]
    double = sorted((corpus / "double" / "first").glob("*.json"))
    pairs = [(store.load(path), store.load(corpus / "double" / "second" / path.name)) for path in double]
    made = {
        "counts": counts(articles, split_file.read(corpus / SPLITS_FILE)),
        "entities": entities(articles),
        "quotes": quotes(articles),
        "agreement": agreement(pairs),
        "confusions": confused(pairs),
    }
    stale = []
    for page in PAGES:
        path = ROOT / page
        before = path.read_text(encoding="utf-8")
        after = SLOT.sub(lambda slot: slot[1] + made[slot["name"]] + slot[3], before)
        if after != before:
            stale.append(page)
            if not check:
                store.write_atomic(path, after.encode())
    print(("stale: " if check else "written: ") + ", ".join(stale) if stale else "all figures are in step")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
