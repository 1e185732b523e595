"""Write schema/RULES.md from the docstrings of the rules."""

from __future__ import annotations

from pathlib import Path

import malmoi.rules  # noqa: F401  importing registers the rules
from malmoi.rules.page import render

RULES_MD = Path(__file__).resolve().parents[1] / "schema" / "RULES.md"

if __name__ == "__main__":
    RULES_MD.write_text(render(), encoding="utf-8")
