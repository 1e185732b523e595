"""What `malmoi normalize --explain` prints: where each block of an article came from, what was dropped and why."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from malmoi.commands.console import without_padding
from malmoi.normalize.html.pictures import bare
from malmoi.normalize.html.reader import read_html
from malmoi.normalize.sources import Inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from malmoi.model import Article, Dropped
    from malmoi.normalize.html.reader import Reading

_PAGES = {".html", ".htm"}
_NARROW, _WIDE = 60, 120
_INNERMOST = 2
_HEAD = 24


def explain(inputs: list[str]) -> Iterator[bytes]:
    """The explanation of each article that the inputs hold, one page of text each.

    Args:
        inputs: files, as the command line names them.

    Raises:
        NormalizeError: an article cannot be made.
    """
    for name in inputs:
        path = Path(name)
        if path.suffix.lower() in _PAGES and path.is_file():
            reading = read_html(path.read_bytes(), name=name)
            yield _page(name, reading.article, reading)
            continue
        for item in Inputs([name]):
            yield _page(item.name, item.make(), None)


def _page(name: str, article: Article, reading: Reading | None) -> bytes:
    console = Console(highlight=False)
    width = max(_NARROW, min(_WIDE, console.width)) if console.is_terminal else _WIDE
    console.width = max(width, console.width)
    with console.capture() as captured:
        console.print(Text(name, style="bold"), soft_wrap=True)
        console.print(_facts(article))
        console.print(_blocks(article, reading, width))
        normalizer = article.provenance.normalizer
        if normalizer and normalizer.dropped:
            console.print(_dropped(normalizer.dropped, width))
    return without_padding(captured.get())


def _facts(article: Article) -> Table:
    """The fields, with what each was taken from; and what a person should look at."""
    table = Table.grid(padding=(0, 2))
    normalizer = article.provenance.normalizer
    sources = {decision.field: decision.source for decision in normalizer.decisions} if normalizer else {}
    section = article.section.raw if article.section else None
    fields = {
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "byline": ", ".join(f"{author.name} {author.role or ''}".strip() for author in article.byline) or None,
        "publisher": article.publisher,
        "section": section,
        "url": article.url,
    }
    if normalizer:
        table.add_row(
            Text("reader", style="dim"), f"{normalizer.reader}, {normalizer.encoding}", sources.get("blocks", "")
        )
    for field, value in fields.items():
        table.add_row(Text(field, style="dim"), value or "-", Text(sources.get(field, ""), style="dim"))
    for flag in normalizer.flags if normalizer else ():
        table.add_row(Text("look at", style="yellow"), Text(flag, style="yellow"), "")
    return table


def _blocks(article: Article, reading: Reading | None, width: int) -> Table:
    table = _table("kept", width)
    table.add_column("id", style="cyan", no_wrap=True)
    table.add_column("type", no_wrap=True)
    table.add_column("text", ratio=3, overflow="ellipsis", no_wrap=True)
    if reading is not None:
        table.add_column("from", ratio=2, style="dim", overflow="ellipsis", no_wrap=True)
    normalizer = article.provenance.normalizer
    headline = next((d.source for d in normalizer.decisions if d.field == "headline"), "") if normalizer else ""
    for block in article.blocks:
        text = block.text or ""
        row = [block.id, block.type, text]
        if reading is not None:
            row.append(_origin(text, reading) or (headline if block.type == "headline" else ""))
        table.add_row(*row)
    return table


def _table(title: str, width: int) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0), width=width)


def _origin(text: str, reading: Reading) -> str:
    """The element that a block's text stands in, and how its type was found."""
    wanted = bare(text)
    for origin in reading.found.origins:
        whole = bare(origin.text)
        if wanted and (wanted in whole or (whole and whole[:_HEAD] == wanted[:_HEAD])):
            lineage = reading.page.lineage(origin.element)[:_INNERMOST]
            path = " in ".join(_selector(element.tag, element.names) for element in lineage)
            return f"{origin.source}: {path}" if origin.source != "text" else path
    return ""


def _selector(tag: str, names: str) -> str:
    return ".".join([tag, *names.split()[:1]])


def _dropped(pieces: tuple[Dropped, ...], width: int) -> Table:
    """What was left out, its reasons first."""
    counts = Counter(piece.reason for piece in pieces)
    summary = ", ".join(f"{reason} {count}" for reason, count in counts.most_common())
    table = Table(
        title=f"dropped: {summary}",
        title_justify="left",
        title_style="bold",
        box=None,
        padding=(0, 2, 0, 0),
        width=width,
    )
    table.add_column("reason", style="yellow", no_wrap=True)
    table.add_column("step", style="dim", no_wrap=True)
    table.add_column("text", ratio=1, overflow="ellipsis", no_wrap=True)
    for piece in pieces:
        text = piece.text if piece.text is not None else f"({piece.length} characters of a person's contact, not kept)"
        table.add_row(piece.reason, piece.step, text)
    return table
