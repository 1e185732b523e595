"""A built dataset at a glance, as things that rich prints: tables of counts, and one article with its spans.

Where the console has colours, entities stand on the colour of their class and quoted content is underlined. Where it
has none, the same is said in brackets: [은채령 PS_NAME], ‹"quoted content"›.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from malmoi.build.features import CONFIGS, names
from malmoi.model import CAPTION_FIELDS
from malmoi.splits import SPLITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

Row = dict[str, Any]

_ROW_IS = {
    "default": "an article, all layers",
    "ner": "a block and its entities",
    "quotes": "a quote in its context",
    "captions": "a photo caption, parted",
}
# Pastels under black text: legible on a dark terminal and on a light one. Rare classes share one.
_COLOURS = {
    "PS": "#ffb3ba",
    "OG": "#a9c9ff",
    "LC": "#b5e8b0",
    "DT": "#ffe08a",
    "TI": "#ffd1a3",
    "QT": "#d9c2f0",
    "CV": "#a6e6df",
    "EV": "#f5b0d8",
    "AF": "#d8e59a",
}
_OTHER_COLOUR = "#d5d5d5"
_GLOSSES = {
    "PS": "person",
    "OG": "organisation",
    "LC": "place",
    "DT": "date",
    "TI": "time",
    "QT": "quantity",
    "CV": "position, culture",
    "EV": "event",
    "AF": "artefact",
    "AM": "animal",
    "PT": "plant",
    "MT": "material",
    "TM": "term",
    "FD": "field of study",
    "TR": "theory",
}
_SAID = "❝"
_PICTURE = "▣"


def overview(tables: Mapping[str, Mapping[str, Sequence[Row]]], *, plain: bool) -> Group:
    """All there is to see of a dataset, from its rows by config and split."""
    parts: list[RenderableType] = [counts(tables)]
    articles = [row for rows in tables.get("default", {}).values() for row in rows]
    if articles:
        parts += [Text(), contents(articles), Text(), article(sample(articles), plain=plain)]
    return Group(*parts)


def counts(tables: Mapping[str, Mapping[str, Sequence[Row]]]) -> Table:
    """Rows of each config and split."""
    table = _table("config", "one row is", *SPLITS, "rows", right_from=2)
    for config in CONFIGS:
        if config in tables:
            found = [len(tables[config].get(split, ())) for split in SPLITS]
            cells = (f"{number:,}" if number else "-" for number in (*found, sum(found)))
            table.add_row(Text(config, style="bold"), _ROW_IS[config], *cells)
    return table


def contents(articles: Sequence[Row]) -> Table:
    """What each tier holds, and all of them together."""
    table = _table("tier", "articles", "characters", "entities", "quotes", "captions", right_from=1)
    tiers = sorted({row["tier"] for row in articles})
    for tier in tiers:
        table.add_row(Text(tier, style="bold"), *_sizes([row for row in articles if row["tier"] == tier]))
    if len(tiers) > 1:
        table.add_section()
        table.add_row(Text("all", style="bold"), *_sizes(articles))
    return table


def sample(articles: Sequence[Row]) -> Row:
    """The article to show: as many layers as any, and the shortest of those."""

    def layers(row: Row) -> int:
        return sum(bool(row[layer]) for layer in ("entities", "clusters", "quotes", "captions"))

    return min(articles, key=lambda row: (-layers(row), row["tier"] != "open", len(row["text"]), row["id"]))


def article(row: Row, *, plain: bool) -> Group:
    """An article, block by block; below a block what was quoted in it, or the parts of the caption."""
    grid = Table.grid(padding=(0, 2), expand=False)
    grid.add_column(justify="right", style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    captions = {caption["block"]: caption for caption in row["captions"]}
    speakers = {cluster["id"]: cluster["name"] for cluster in row["clusters"]}
    for block in row["blocks"]:
        lines: list[RenderableType] = [_block(block, row, plain=plain)]
        lines += [
            _quote(quote, speakers.get(quote["speaker"]))
            for quote in row["quotes"]
            if quote["content"][0]["block"] == block["id"]
        ]
        if block["id"] in captions:
            lines.append(_caption(captions[block["id"]]))
        grid.add_row(block["type"], Padding(Group(*lines), (0, 0, 1, 0)))
    by = ", ".join(" ".join(filter(None, (one["name"], one["role"]))) for one in row["byline"])
    facts = (row["publisher"], by, row["published_at"], row["license"])
    head = Text(" · ".join(fact for fact in facts if fact), style="dim")
    rule = Rule(Text(row["id"], style="bold"), align="left", style="dim")
    return Group(rule, head, Text(), grid, _key(row, plain=plain))


def _key(row: Row, *, plain: bool) -> Text:
    """What the marks of the article mean."""
    quotes_and_captions = f"{_SAID} who said it, how   {_PICTURE} parts of a caption"
    if plain:
        return Text(f"[name LABEL] an entity   ‹…› quoted content   {quotes_and_captions}")
    key = Text(style="dim")
    for number in sorted({entity["class"] for entity in row["entities"]}):
        name = names("class")[number]
        key.append(f" {name} ", style=f"not dim {_style(name)}")
        key.append(f" {_GLOSSES[name]}   ")
    key.append("\n")
    key.append("quoted", style="underline")
    return key.append(f" content   {quotes_and_captions}")


def _table(*columns: str, right_from: int) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for number, column in enumerate(columns):
        right = number >= right_from
        table.add_column(column, justify="right" if right else "left", no_wrap=right or number == 0)
    return table


def _sizes(rows: Sequence[Row]) -> list[str]:
    layers = ("entities", "quotes", "captions")
    characters = sum(len(block["text"]) for row in rows for block in row["blocks"])
    numbers = (len(rows), characters, *(sum(len(row[of]) for row in rows) for of in layers))
    return [f"{number:,}" for number in numbers]


def _style(class_name: str) -> str:
    return f"black on {_COLOURS.get(class_name, _OTHER_COLOUR)}"


def _block(block: Row, row: Row, *, plain: bool) -> Text:
    entities = [entity for entity in row["entities"] if entity["block"] == block["id"]]
    contents = [span for quote in row["quotes"] for span in quote["content"] if span["block"] == block["id"]]
    if plain:
        return Text(_bracketed(block["text"], entities, contents))
    text = Text(block["text"], style="bold" if block["type"] == "headline" else "")
    for span in contents:
        text.stylize("underline", span["start"], span["end"])
    for entity in entities:
        text.stylize(_style(names("class")[entity["class"]]), entity["start"], entity["end"])
    return text


def _bracketed(text: str, entities: Sequence[Row], contents: Sequence[Row]) -> str:
    """The text with its spans in brackets, quoted content outermost."""
    marks = [(span["start"], 2, "‹") for span in contents] + [(span["end"], 1, "›") for span in contents]
    for entity in entities:
        marks.append((entity["start"], 3, "["))
        marks.append((entity["end"], 0, f" {names('label')[entity['label']]}]"))
    parts: list[str] = []
    at = 0
    for offset, _, mark in sorted(marks):
        parts += (text[at:offset], mark)
        at = offset
    return "".join((*parts, text[at:]))


def _quote(quote: Row, speaker: str | None) -> Text:
    said = Text(f"{_SAID} ", style="dim")
    status = names("source_status")[quote["source_status"]]
    said.append(speaker or _spelled(status), style="not dim bold" if speaker else "")
    kinds = [names("quote_type")[quote["type"]], names("mode")[quote["mode"]]]
    cue = [quote["cue"]["text"]] if quote["cue"] else []
    return said.append(" · ".join(["", *kinds, *cue]))


def _spelled(status: str) -> str:
    return {"none": "nobody is named"}.get(status, f"source: {status.replace('_', ' ')}")


def _caption(caption: Row) -> Text:
    parts = Text(f"{_PICTURE} ", style="dim")
    shown = []
    for name in CAPTION_FIELDS:
        part = caption[name]
        if not part or name == "description":
            continue
        said = ", ".join(one["text"] for one in part) if isinstance(part, list) else part["text"]
        shown.append((name.replace("_", " "), part["value"] if name == "date_created" and part["value"] else said))
    if caption["copies"] > 1:
        shown.append(("copies", str(caption["copies"])))
    for number, (name, said) in enumerate(shown):
        parts.append(f"{' · ' if number else ''}{name} ")
        parts.append(said, style="not dim")
    return parts
