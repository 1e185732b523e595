"""The figures in the pages are the corpus's own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_figures_are_in_step() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/figures.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{result.stdout}{result.stderr}run `make docs`"


def test_the_span_shown_in_the_readmes_is_in_the_corpus() -> None:
    for page in ("README.md", "README.ko.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        shown = next(line.strip() for line in text.splitlines() if line.startswith('    {"id":'))
        file = next(word.strip("`") for word in re.findall(r"`corpus/open/[^`]*[.]json`", text))
        assert shown in (ROOT / file).read_text(encoding="utf-8")
