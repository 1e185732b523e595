"""Level 6: the configs of the card against the Parquet files."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from malmoi.published.table import features_of
from malmoi.rules.published.card import on_card, shown
from malmoi.rules.registry import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from malmoi.published.card import Place
    from malmoi.published.folder import Config, Info, Published

_SHOWN = 3


@rule("MM610", "config-without-file")
def config_without_file(published: Published) -> Iterator[Hit]:
    """A config lists a file that is not there, or none at all.

    What it does: looks up every `data_files` of `configs`; a path may be a pattern.

    Why is this bad? `load_dataset` fails for the config, or for all of them.

    Example: `path: ner/dev.parquet` where the file is `ner/validation.parquet`

    Use instead: the path of a file in the folder
    """
    declared = published.card.data.get("configs")
    for index, entry in enumerate(declared if isinstance(declared, list) else ()):
        if not isinstance(entry, dict):
            message = f"expected config_name and data_files, found {shown(entry)}"
            yield on_card(published, ("configs", index), message, "build it again")
    if not published.configs:
        yield on_card(published, ("configs",), "the card declares no configs", "build it again")
    for config in published.configs:
        if not config.files:
            yield on_card(published, config.place, f"the config {config.name} lists no files", "add its data_files")
        for file in config.files:
            if not file.names:
                yield on_card(published, file.place, f"{config.name}: there is no file {file.pattern}")


@rule("MM611", "file-without-config")
def file_without_config(published: Published) -> Iterator[Hit]:
    """No config lists a Parquet file.

    What it does: looks for every .parquet file of the folder among the `data_files` of the card.

    Why is this bad? It is published, and nobody loads it.

    Example: `ner/test.parquet`, and no `path: ner/test.parquet` in the card

    Use instead: the file in a config, or not in the folder
    """
    listed = {name for config in published.configs for file in config.files for name in file.names}
    for name in published.tables:
        if published.configs and name not in listed:
            yield Hit((), "no config of the card lists it", "list it or delete it", None, published.file(name))


@rule("MM612", "unreadable-table")
def unreadable_table(published: Published) -> Iterator[Hit]:
    """A Parquet file cannot be read.

    What it does: reads all of it.

    Why is this bad? It was cut off or damaged on its way.

    Example: a file of 0 bytes

    Use instead: the file as it was built; `SHA256SUMS` knows its hash
    """
    for table in published.tables.values():
        if table.problem:
            hint = "build it again, or download it again"
            yield Hit((), f"cannot be read: {table.problem}", hint, None, published.file(table.name))


@rule("MM613", "config-without-features")
def config_without_features(published: Published) -> Iterator[Hit]:
    """The card does not describe a config in `dataset_info`, or describes one that it does not declare.

    What it does: compares the names in `configs` and in `dataset_info`.

    Why is this bad? Whoever loads the config learns its features and sizes from there, before anything is downloaded.

    Example: `configs` with `ner`, and a `dataset_info` without it

    Use instead: both from one build
    """
    declared = {config.name for config in published.configs}
    for config in published.configs:
        if config.name not in published.infos and (published.ours or published.infos):
            yield on_card(published, config.place, f"dataset_info does not describe the config {config.name}")
    for name, info in published.infos.items():
        if name not in declared:
            yield on_card(published, info.place, f"dataset_info describes {name}, which configs does not declare")


@rule("MM614", "features-against-table")
def features_against_table(published: Published) -> Iterator[Hit]:
    """The features of the card are not those of a Parquet file.

    What it does: reads both as `datasets` does, and compares column by column, types, order of names of classes and
    all.

    Why is this bad? The card wins without a word: a number then stands for another label than the one it was written
    for.

    Example: `'0': PS_NAME` in the card, where the file's metadata has `AF_BUILDING` for 0

    Use instead: both from one build
    """
    for config, info in _described(published):
        declared = features_of(info.data.get("features"))
        place = (*info.place, "features")
        if isinstance(declared, str):
            yield on_card(published, place, f"{config.name}: {declared}")
            continue
        for name in _files(config):
            table = published.tables.get(name)
            if table is None or table.problem or table.features == declared:
                continue
            differ = [key for key in {**declared, **table.features} if declared.get(key) != table.features.get(key)]
            named = ", ".join(differ[:_SHOWN]) or "the order of the columns"
            more = f" and {len(differ) - _SHOWN} more" if len(differ) > _SHOWN else ""
            yield on_card(published, place, f"{config.name}: {name} has other features: {named}{more}")


@rule("MM615", "split-size-against-table")
def split_size_against_table(published: Published) -> Iterator[Hit]:
    """The card's size of a split is not that of its files.

    What it does: compares `num_examples` of every split in `dataset_info` with the rows of its files, expects
    `num_bytes`, and expects the splits that `configs` has.

    Why is this bad? `load_dataset` refuses a wrong `num_examples`, and ignores all sizes where `num_bytes` is missing.

    Example: `num_examples: 255` for a file of 256 rows

    Use instead: `num_examples: 256`
    """
    for config, info in _described(published):
        place = (*info.place, "splits")
        if any(published.tables[name].problem for name in _files(config) if name in published.tables):
            continue  # how many rows there are, nobody can tell
        rows: defaultdict[str, int] = defaultdict(int)
        for file in config.files:
            rows[file.split] += sum(published.tables[name].rows for name in file.names if name in published.tables)
        splits = info.data.get("splits")
        sizes = [split for split in splits if isinstance(split, dict)] if isinstance(splits, list) else []
        for name in sorted(rows.keys() - {str(split.get("name")) for split in sizes}):
            yield on_card(published, place, f"{config.name}: the size of the split {name} is not given")
        for index, split in enumerate(sizes):
            yield from _split_size(published, config, (*place, index), split, rows)


@rule("MM616", "empty-split")
def empty_split(published: Published) -> Iterator[Hit]:
    """A split has no rows.

    What it does: counts the rows of the files of every split.

    Why is this bad? `load_dataset` fails for the whole config.

    Example: `ner/validation.parquet` with its columns and nothing in them

    Use instead: no file and no entry in the card for a split without articles, as `malmoi build` does
    """
    for config in published.configs:
        for file in config.files:
            tables = [published.tables[name] for name in file.names if name in published.tables]
            if tables and not any(table.rows or table.problem for table in tables):
                yield on_card(published, file.place, f"{config.name}: the split {file.split} has no rows")


def _split_size(
    published: Published, config: Config, place: Place, split: dict[str, Any], rows: Mapping[str, int]
) -> Iterator[Hit]:
    """What is wrong with an entry of `splits`, given the rows of each split."""
    name, said = str(split.get("name")), split.get("num_examples")
    if name not in rows:
        yield on_card(published, place, f"{config.name}: no file is of the split {name}")
    elif said != rows[name]:
        message = f"{config.name}: the split {name} has {rows[name]:,} rows; num_examples is {shown(said)}"
        yield on_card(published, (*place, "num_examples"), message)
    if not isinstance(split.get("num_bytes"), int):
        yield on_card(published, place, f"{config.name}: the split {name} has no num_bytes")


def _described(published: Published) -> Iterator[tuple[Config, Info]]:
    """The configs that `dataset_info` describes, with what it says."""
    for config in published.configs:
        if config.name in published.infos:
            yield config, published.infos[config.name]


def _files(config: Config) -> list[str]:
    return [name for file in config.files for name in file.names]
