"""What labelling tokens costs beside making them: `align_batch` as a multiple of `encode_batch`, in one run.

Processor time, not the clock: `encode_batch` runs on every core, aligning on one. Tokenizers of the three kinds are
trained on the corpus; texts are its blocks, as in the `ner` config. Reading `Encoding.offsets`, which makes a Python
tuple of each token and which whoever needs offsets pays, is shown by itself.
"""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from malmoi import store
from malmoi.align import IGNORED, Labelled, Level, align_batch, block_spans, label_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tokenizers import Encoding, Tokenizer

CORPUS = Path(__file__).parents[1] / "corpus"
ROUNDS, VOCABULARY = 9, 8000
LEVELS: dict[str, Level] = {"entities": "label", "quotes": "quote"}


class Marked(NamedTuple):
    """Blocks and the spans of one layer."""

    texts: list[str]
    spans: list[list[Labelled]]


def marked(level: Level) -> Marked:
    """The blocks of the articles whose text is in the corpus."""
    texts, spans = [], []
    for path in sorted((CORPUS / "open").rglob("*.json")):
        article = store.to_dict(store.load(path))
        by_block = block_spans(article, level)
        texts += [block["text"] for block in article["blocks"]]
        spans += [by_block[block["id"]] for block in article["blocks"]]
    return Marked(texts, spans)


def align() -> Iterator[str]:
    """Lines of the report."""
    layers = {layer: marked(level) for layer, level in LEVELS.items()}
    texts = layers["entities"].texts
    size = sum(map(len, texts))
    yield f"align: {len(texts)} blocks of corpus/open, {size:,} characters, times encode_batch, in processor time"
    for layer, data in layers.items():
        count = sum(map(len, data.spans))
        yield f"  {layer}: {count:,} spans, one in {size / count:.0f} characters"
    yield f"  {'':18} {'layer':10} {'sweep':>7} {'with offsets read':>18} {'per-character map':>18} {'exact':>7}"
    for kind, tokenizer in tokenizers(texts).items():
        for layer, data in layers.items():
            yield _row(kind, layer, tokenizer, data)


def _row(kind: str, layer: str, tokenizer: Tokenizer, data: Marked) -> str:
    names = label_names(LEVELS[layer])
    encodings = tokenizer.encode_batch(data.texts)
    _, report = align_batch(encodings, data.texts, data.spans, names)
    encoding, reading, aligning, naive = _costs(
        lambda: tokenizer.encode_batch(data.texts),
        lambda: [None for one in encodings if one.offsets and one.special_tokens_mask and one.n_sequences],
        lambda: align_batch(encodings, data.texts, data.spans, names),
        lambda: per_character(encodings, data, names),
    )
    return (
        f"  {kind:18} {layer:10} {(aligning - reading) / encoding:7.2f} {aligning / encoding:18.2f} "
        f"{naive / encoding:18.2f} {report.exact / report.spans:7.0%}"
    )


def _costs(*works: Callable[[], object]) -> list[float]:
    """Processor seconds of each work, which take turns; the least of some rounds."""
    least = [float("inf")] * len(works)
    gc.disable()  # as timeit does
    for _ in range(ROUNDS):
        for at, work in enumerate(works):
            started = time.process_time()
            work()
            least[at] = min(least[at], time.process_time() - started)
    gc.enable()
    return least


def per_character(encodings: Sequence[Encoding], data: Marked, names: Sequence[str]) -> list[list[int]]:
    """The peer: a label for each character, and for each token the first that its characters have. It reports nothing.

    Of the bytes of one syllable each begins a span here, and so does each token of a span's first character.
    """
    ids = {name: at for at, name in enumerate(names)}
    made = []
    for encoding, text, spans in zip(encodings, data.texts, data.spans, strict=True):
        chars = [0] * len(text)
        for start, end, label in spans:
            for at in range(start, end):
                chars[at] = ids[f"{'B' if at == start else 'I'}-{label}"]
        labels = []
        for (start, end), special in zip(encoding.offsets, encoding.special_tokens_mask, strict=True):
            there = (chars[at] for at in range(start, end) if chars[at])
            labels.append(IGNORED if special else next(there, 0))
        made.append(labels)
    return made


def tokenizers(texts: Sequence[str]) -> dict[str, Tokenizer]:
    """A tokenizer of each kind, trained on the texts."""
    from tokenizers import Tokenizer, models, normalizers, processors, trainers
    from tokenizers import pre_tokenizers as pre

    special = ["[UNK]", "[CLS]", "[SEP]"]
    ends = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    wordpiece, bytelevel, sentencepiece = (
        Tokenizer(model) for model in (models.WordPiece(unk_token=special[0]), models.BPE(), models.Unigram())
    )
    wordpiece.normalizer = normalizers.BertNormalizer(strip_accents=False, lowercase=False)
    wordpiece.pre_tokenizer = pre.BertPreTokenizer()
    wordpiece.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=special, show_progress=False)
    )
    wordpiece.post_processor = ends
    bytelevel.pre_tokenizer = pre.ByteLevel(add_prefix_space=False)
    bytelevel.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCABULARY,
            initial_alphabet=pre.ByteLevel.alphabet(),
            special_tokens=special,
            show_progress=False,
        ),
    )
    bytelevel.post_processor = processors.RobertaProcessing(("[SEP]", 2), ("[CLS]", 1))
    sentencepiece.normalizer = normalizers.NFKC()
    sentencepiece.pre_tokenizer = pre.Metaspace()
    sentencepiece.train_from_iterator(
        texts,
        trainers.UnigramTrainer(
            vocab_size=VOCABULARY, special_tokens=special, unk_token=special[0], show_progress=False
        ),
    )
    sentencepiece.post_processor = ends
    return {"WordPiece": wordpiece, "byte-level BPE": bytelevel, "SentencePiece": sentencepiece}
