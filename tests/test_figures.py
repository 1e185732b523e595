"""The figures in the pages are the corpus's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_figures_are_in_step() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/figures.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{result.stdout}{result.stderr}run `make docs`"
