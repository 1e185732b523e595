"""A built dataset at a glance: what is in it, one article with its spans, and the line that loads it.

The dataset is loaded back as its users load it, with `datasets.load_dataset`, and nothing is fetched. In colour on
a terminal; where there are no colours, spans stand in brackets.

Example:
  malmoi show
  malmoi show dist | less
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malmoi.commands.console import output, without_padding
from malmoi.extras import needs_extra
from malmoi.findings import MalmoiError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("dist", type=Path, nargs="?", default=Path("dist"), metavar="DIST", help="default: dist")


def run(args: argparse.Namespace) -> int:
    """Load the dataset and print what is in it."""
    from rich.console import Console
    from rich.text import Text

    with needs_extra("build"), _loaded(args.dist) as tables:
        from malmoi.build import glance

        console = Console(highlight=False)
        plain = console.color_system is None or console.no_color
        line = f"from datasets import load_dataset; malmoi = load_dataset({str(args.dist)!r}, 'ner')"
        with output(None) as out:
            with console.capture() as captured:
                console.print(Text.assemble(("말모이 Malmoi", "bold"), (f"  {args.dist}", "dim")), soft_wrap=True)
                console.print()
                console.print(glance.overview(tables, plain=plain))
                console.print()
                console.print(Text(line, style="bold"), soft_wrap=True)
            out.write(without_padding(captured.get()))
    return 0


@contextmanager
def _loaded(dist: Path) -> Iterator[dict[str, Any]]:
    """Every config of the dataset, from a cache of its own that is gone afterwards."""
    if not (dist / "README.md").is_file():
        raise MalmoiError(f"{dist}: there is no dataset; `malmoi build corpus -o {dist}` makes one")
    os.environ["HF_HUB_OFFLINE"] = "1"
    import datasets  # reads the environment when it is imported

    datasets.disable_progress_bars()
    datasets.logging.set_verbosity(datasets.logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="malmoi-") as cache:
        source = str(dist.resolve())
        try:
            tables = {
                config: datasets.load_dataset(source, config, cache_dir=cache)
                for config in datasets.get_dataset_config_names(source)
            }
        except (datasets.exceptions.DatasetsError, OSError, ValueError) as error:
            raise MalmoiError(f"{dist}: cannot be loaded: {error}; build it again") from None
        yield tables
