"""The registry of rules. A rule is a generator of hits with a code, a slug and a docstring that explains it.

The slug names the pattern that was found, never the fix. The code's first digit is the level: 1 bytes and
canonical form, 2 JSON Schema, 3 within an article, 4 across the corpus, 5 guideline warnings, 6 a published dataset.
"""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from malmoi.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PUBLISHED_LEVEL = 6

Path = tuple[str | int, ...]
"""Keys and indexes from the top of an article to a value: `("entities", 3, "start")`."""


class Hit(NamedTuple):
    """What a rule found, before it is tied to a file.

    Attributes:
        path: where in the article; empty for the whole.
        message: what was found and what was expected, in one line.
        hint: what to do about it, if that can be said.
        line: 1-based line, where the rule knows it better than `path` tells.
        file: the file, where that is another one than the rule was called for (rules across the corpus).
    """

    path: Path
    message: str
    hint: str | None = None
    line: int | None = None
    file: str | None = None


class Rule(NamedTuple):
    """One registered rule.

    Attributes:
        code: `MM301`.
        slug: `span-out-of-bounds`.
        severity: error or warning.
        corpus: the rule looks at a whole corpus, not at one article.
        fixable: `--fix` repairs what it finds.
        stops: a hit makes the rest of level 1 meaningless (the file cannot be read any further).
        check: the generator; what it takes depends on the level.
    """

    code: str
    slug: str
    severity: Severity
    corpus: bool
    fixable: bool
    stops: bool
    check: Callable[[Any], Iterator[Hit]]

    @property
    def level(self) -> int:
        """1 to 6, the first digit of the code."""
        return int(self.code[2])

    @property
    def per_article(self) -> bool:
        """Whether the rule looks at one article, not at a whole corpus or a published dataset."""
        return not self.corpus and self.level != PUBLISHED_LEVEL

    @property
    def doc(self) -> str:
        """The explanation: a title line, then `What it does` and the other parts."""
        return cleandoc(self.check.__doc__ or "")

    @property
    def title(self) -> str:
        """The first line of the explanation."""
        return self.doc.partition("\n")[0]


RULES: dict[str, Rule] = {}
"""Every rule by code; filled when the modules of `malmoi.rules` are imported."""

Check = TypeVar("Check", bound="Callable[[Any], Iterator[Hit]]")


def rule(  # noqa: PLR0913  a rule has that many properties
    code: str,
    slug: str,
    *,
    severity: Severity = Severity.ERROR,
    corpus: bool = False,
    fixable: bool = False,
    stops: bool = False,
) -> Callable[[Check], Check]:
    """Register a generator of hits as a rule."""

    def register(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"{code} is already {RULES[code].slug}")
        RULES[code] = Rule(code, slug, severity, corpus, fixable, stops, check)
        return check

    return register


def json_path(path: Iterable[str | int]) -> str:
    """The path as text: `$.entities[3].start`; a key that is no plain word stands in `["…"]`."""
    parts = ["$"]
    for key in path:
        if isinstance(key, int):
            parts.append(f"[{key}]")
        elif key.isidentifier():
            parts.append(f".{key}")
        else:
            quoted = key.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'["{quoted}"]')
    return "".join(parts)
