"""Which articles break the JSON Schema, and every way in which one does.

`jsonschema-rs` finds the articles; `jsonschema`, slow and thorough, tells what is wrong with those.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from malmoi.schemas import article_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jsonschema_rs
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from malmoi.rules.registry import Path


@cache
def quick_validator() -> jsonschema_rs.Draft202012Validator:
    """The compiled validator that finds the articles that break the schema."""
    import jsonschema_rs  # noqa: PLC0415  only a validator needs it

    return jsonschema_rs.Draft202012Validator(article_schema())


@cache
def explaining_validator() -> Validator:
    """The validator that tells every error, one by one."""
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415  slow to import, and rarely needed

    strict: type[Validator] = validators.extend(  # type: ignore[no-untyped-call]  # jsonschema leaves it untyped
        Draft202012Validator, {"pattern": _pattern}
    )
    return strict(article_schema())


def _pattern(_: Validator, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """The keyword `pattern`, with `$` as JSON Schema means it: in Python it matches before a last line feed too."""
    from jsonschema import ValidationError  # noqa: PLC0415  slow to import

    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def breaks_schema(data: object) -> bool:
    """Whether the data break the schema."""
    try:
        return not quick_validator().is_valid(data)
    except ValueError:
        # Nested too deep to be looked at; level 1 has a rule for that.
        return True


class Violation(NamedTuple):
    """One way in which an article breaks the schema.

    Attributes:
        path: where.
        keyword: the keyword that the value breaks; None for a schema that is `false`.
        expected: what the keyword asks for.
        instance: the value.
        schema: the schema that the keyword stands in.
        schema_path: the keys from the top of the schema to the keyword.
        message: what jsonschema says.
    """

    path: Path
    keyword: str | None
    expected: Any
    instance: Any
    schema: Any
    schema_path: tuple[str | int, ...]
    message: str

    @property
    def conditional(self) -> bool:
        """Whether the schema asks for it only because of `text_status`."""
        return not {"then", "else"}.isdisjoint(self.schema_path)


class SchemaErrors:
    """Every way in which an article breaks the schema."""

    def __init__(self, data: dict[str, Any]) -> None:
        """Take the article as plain data."""
        self.data = data

    @cached_property
    def violations(self) -> list[Violation]:
        """Every violation."""
        found = [
            Violation(
                tuple(error.absolute_path),
                error.validator if isinstance(error.validator, str) else None,
                error.validator_value,
                error.instance,
                error.schema,
                tuple(error.absolute_schema_path),
                error.message,
            )
            for error in explaining_validator().iter_errors(self.data)
        ]
        status_known = "text_status" in self.data and all(violation.path != ("text_status",) for violation in found)
        if not status_known or self.contradicts_status:
            # Which fields a block needs depends on text_status: where that is in doubt, what follows from it is noise.
            found = [violation for violation in found if not violation.conditional]
        return found

    @cached_property
    def contradicts_status(self) -> bool:
        """Whether every block looks as if `text_status` had its other value."""
        blocks, status = self.data.get("blocks"), self.data.get("text_status")
        if not isinstance(blocks, list) or not blocks or not all(isinstance(block, dict) for block in blocks):
            return False
        with_text = all("text" in block and "length" not in block for block in blocks)
        without_text = all("text" not in block and "length" in block for block in blocks)
        return (status == "withheld" and with_text) or (status == "included" and without_text)

    def of(self, *keywords: str | None) -> Iterator[tuple[Path, Violation]]:
        """The violations of some keywords, with their paths."""
        return ((violation.path, violation) for violation in self.violations if violation.keyword in keywords)
