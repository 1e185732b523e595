"""Agreement of the kept double annotations as gamma (Mathet, Widlöcher and Métivier, 2015), article by article.

Gamma weighs position and label of all spans together and corrects for chance. It takes minutes, and its library,
pygamma-agreement, brings cvxopt, which is GPL: so it is no dependency. In an environment of its own:

  pip install pygamma-agreement && pip install --no-deps . && pip install msgspec orjson
  python scripts/gamma.py
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from malmoi import store
from malmoi.offsets import BLOCK_SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.model import Article

DOUBLE = Path(__file__).parents[1] / "corpus" / "double"
SEED = 20261122


def gamma(first: Article, second: Article, samples: int) -> float | None:
    """Gamma of two annotations of one article's entities; None where either has none."""
    from pyannote.core import Segment
    from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum

    if not (first.entities and second.entities):
        return None
    starts, at = {}, 0
    for block in first.blocks:
        starts[block.id] = at
        at += (block.length or len(block.text or "")) + len(BLOCK_SEPARATOR)
    continuum = Continuum()
    for who, article in (("first", first), ("second", second)):
        for entity in article.entities:
            start = starts[entity.block]
            continuum.add(who, Segment(start + entity.start, start + entity.end), entity.label)
    dissimilarity = CombinedCategoricalDissimilarity(alpha=1, beta=1, delta_empty=1)
    return float(continuum.compute_gamma(dissimilarity, n_samples=samples).gamma)


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing on stdout: the solver writes there from C, past Python."""
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def main() -> int:
    """Print gamma by tier."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=30, help="random continua an article (default: 30)")
    args = parser.parse_args()
    try:
        import numpy as np
        import pygamma_agreement  # noqa: F401  what it needs is imported with it
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed; see --help", file=sys.stderr)
        return 2
    logging.disable(logging.WARNING)  # of solvers that are not there, once an article
    np.random.seed(SEED)  # noqa: NPY002  the library draws from the global generator
    found: defaultdict[str, list[float]] = defaultdict(list)
    files = sorted((DOUBLE / "first").glob("*.json"))
    for number, path in enumerate(files, 1):
        first, second = store.load(path), store.load(DOUBLE / "second" / path.name)
        with quiet():
            value = gamma(first, second, args.samples)
        if value is not None:
            found[first.tier or "-"].append(value)
        if sys.stderr.isatty():
            print(f"\r{number} of {len(files)}", end="", file=sys.stderr)
    for tier, values in sorted(found.items()):
        low, middle, mean = min(values), median(values), fmean(values)
        print(f"{tier}: {len(values)} articles, gamma mean {mean:.3f}, median {middle:.3f}, lowest {low:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
