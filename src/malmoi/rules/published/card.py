"""Level 6: the front matter of the card, and the words it uses."""

from __future__ import annotations

import reprlib
from difflib import get_close_matches
from typing import TYPE_CHECKING

from malmoi.published.folder import ARTICLES, CARD
from malmoi.rules.published.hub import holds, licenses, tasks, words
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.published.card import Place
    from malmoi.published.folder import Published

_NEEDED = ("pretty_name", "size_categories", "multilinguality", "annotations_creators", "task_categories")
_LISTED = (
    "multilinguality",
    "size_categories",
    "annotations_creators",
    "language_creators",
    "task_categories",
    "task_ids",
)
_LONG = 60
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _LONG


def on_card(published: Published, place: Place, message: str, hint: str | None = None) -> Hit:
    """A hit on a value of the card."""
    return Hit(place, message, hint, published.card.line(place), published.file(CARD))


def shown(value: object) -> str:
    """A value as messages print it: of a long one, the beginning and the end."""
    return _SHORT.repr(value)


@rule("MM601", "unreadable-card")
def unreadable_card(published: Published) -> Iterator[Hit]:
    """The card has no front matter that can be read.

    What it does: reads README.md between its first two lines of three hyphens as YAML, and expects keys there.

    Why is this bad? The Hub and `datasets` learn from it which files there are and what is in them; without it they
    guess.

    Example: a README.md that begins with `# Malmoi`.

    Use instead: the card that `malmoi build` writes.
    """
    if published.card.problem:
        yield Hit((), published.card.problem, "build it again", published.card.problem_line, published.file(CARD))


@rule("MM602", "unknown-license")
def unknown_license(published: Published) -> Iterator[Hit]:
    """The card names no licence, or one that the Hub does not know.

    What it does: compares `license`, one or a list, with the Hub's identifiers.

    Why is this bad? Nobody may use the data safely, and no search by licence finds it.

    Example: `license: CC-BY-4.0`

    Use instead: `license: cc-by-4.0`
    """
    if not list(published.card.words("license")):
        yield on_card(published, (), "the card names no license", "add `license:` with an identifier of the Hub")
    for place, word in _unknown(published, "license", licenses()):
        yield on_card(published, place, f"the Hub has no license {shown(word)}", _hint(word, licenses()))


@rule("MM603", "other-license-without-name")
def other_license_without_name(published: Published) -> Iterator[Hit]:
    """The licence is `other`, and the card does not say which.

    What it does: where `license` is or holds `other`, expects `license_name` and `license_link`.

    Why is this bad? `other` alone tells nobody what is allowed.

    Example: `license: other`

    Use instead: besides, `license_name: kogl-1` and `license_link: https://www.kogl.or.kr/info/license.do`
    """
    for place, word in published.card.words("license"):
        if word == "other":
            for key in ("license_name", "license_link"):
                if not published.card.data.get(key):
                    yield on_card(published, place, f"the license is `other`, and there is no {key}")


@rule("MM604", "unknown-language")
def unknown_language(published: Published) -> Iterator[Hit]:
    """The card names no language, or a code that is none.

    What it does: compares `language`, one or a list, with the codes that `datasets` ships.

    Why is this bad? No search by language finds the data.

    Example: `language: [korean]`

    Use instead: `language: [ko]`
    """
    if not list(published.card.words("language")):
        yield on_card(published, (), "the card names no language", "add `language: [ko]`")
    for place, word in _unknown(published, "language", words("language")):
        # YAML reads the code of Norwegian, no, as false.
        yield on_card(published, place, f"there is no language code {shown(word)}", "the code of Korean is ko")


@rule("MM605", "word-unknown-to-the-hub")
def word_unknown_to_the_hub(published: Published) -> Iterator[Hit]:
    """A key of the card holds a word that is not in the Hub's list for it.

    What it does: looks up the words of `multilinguality`, `size_categories`, `annotations_creators`,
    `language_creators`, `task_categories` and `task_ids`.

    Why is this bad? The Hub shows a warning or nothing, and no search by that word finds the data. `datasets` itself
    lets every word pass.

    Example: `task_ids: [quotation-attribution]`

    Use instead: `tags: [quotation-attribution]`, for what the Hub has no word for
    """
    for key in _LISTED:
        for place, word in _unknown(published, key, words(key)):
            yield on_card(published, place, f"the Hub has no {shown(word)} for {key}", _hint(word, words(key)))


@rule("MM606", "size-category-against-rows")
def size_category_against_rows(published: Published) -> Iterator[Hit]:
    """The size category is not that of the data.

    What it does: counts the articles, which are the rows of the config `default`, or the rows of the largest config
    where there is no such one.

    Why is this bad? Whoever filters by size gets what he did not ask for.

    Example: `size_categories: [1K<n<10K]` for 400 articles

    Use instead: `size_categories: [n<1K]`
    """
    rows = {config.name: published.rows(config.name) for config in published.configs}
    if not rows:
        return
    name = ARTICLES if ARTICLES in rows else max(rows, key=lambda name: rows[name])
    for place, word in published.card.words("size_categories"):
        if isinstance(word, str) and not holds(word, rows[name]):
            right = next(size for size in words("size_categories") - {"unknown"} if holds(size, rows[name]))
            yield on_card(published, place, f"{word} is said of {rows[name]:,} rows in {name}", f"write {right}")


@rule("MM607", "card-key-twice")
def card_key_twice(published: Published) -> Iterator[Hit]:
    """A key of the card stands twice.

    What it does: looks for two equal keys side by side, at every level.

    Why is this bad? The last one wins without a word; who reads the first is wrong.

    Example: `license: mit`, and below `license: cc-by-4.0`

    Use instead: one of them
    """
    for twice in published.card.twice:
        message = f"{twice.place[-1]} stands in line {twice.first_line} already; the last one wins"
        yield Hit(twice.place, message, "delete one of them", twice.line, published.file(CARD))


@rule("MM608", "card-key-missing")
def card_key_missing(published: Published) -> Iterator[Hit]:
    """The card lacks a key that every build writes.

    What it does: expects `pretty_name`, `size_categories`, `multilinguality`, `annotations_creators` and
    `task_categories` in the card of a build.

    Why is this bad? The Hub shows the dataset without them, and no search by them finds it.

    Example: a card without `pretty_name`

    Use instead: the card that `malmoi build` writes.
    """
    for key in _NEEDED if published.ours else ():
        if not published.card.data.get(key):
            yield on_card(published, (key,), f"the card has no {key}", "build it again")


@rule("MM609", "task-outside-category")
def task_outside_category(published: Published) -> Iterator[Hit]:
    """A task of the card belongs to none of its task categories.

    What it does: looks up the categories of each of `task_ids` in the Hub's list.

    Why is this bad? The Hub files a task under its category: nobody finds it under another.

    Example: `task_categories: [text-classification]` and `task_ids: [named-entity-recognition]`

    Use instead: `task_categories: [token-classification]`
    """
    said = {word for _, word in published.card.words("task_categories") if isinstance(word, str)}
    if not said or not said <= words("task_categories"):
        return
    for place, task in published.card.words("task_ids"):
        categories = tasks().get(task, frozenset()) if isinstance(task, str) else frozenset()
        if categories and not categories & said:
            message = f"{task} is a task of {', '.join(sorted(categories))}, which task_categories does not have"
            yield on_card(published, place, message)


def card_licenses(published: Published) -> set[str]:
    """The licences that the card names; none where it has a word among them that the Hub does not know."""
    found = [word for _, word in published.card.words("license")]
    return set() if any(True for _ in _unknown(published, "license", licenses())) else set(found)


def _unknown(published: Published, key: str, known: frozenset[str]) -> Iterator[tuple[Place, object]]:
    """The values of a key that are none of the known words."""
    for place, word in published.card.words(key):
        if not isinstance(word, str) or word not in known:
            yield place, word


def _hint(word: object, known: frozenset[str]) -> str | None:
    """The word that may have been meant."""
    near = get_close_matches(word.lower(), sorted(known), n=1) if isinstance(word, str) and len(word) < _LONG else []
    return f"is {near[0]} meant?" if near else None
