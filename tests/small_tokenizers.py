"""Tokenizers of every kind, trained in a moment on invented text, for the tests of alignment."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer, models, normalizers, processors, trainers
from tokenizers import pre_tokenizers as pre

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = (
    "한빛전자 김가람 대표는 5일 “물량으로 밀고 들어온다”며 “막을 수 없다”고 말했다.",
    "의원은 서울 강서구에서 말했다. 김가람 의원은 ㈜다온의 공장을 찾았다.",
    "그는 서울 사람이고 서울 말을 한다. 서울 길은 서울 사람이 안다.",
    "Café 다온은 지난 5일 문을 열었다. 😀 반응이 좋다.",
) * 10
_UNKNOWN = "[UNK]"
_SPECIAL = [_UNKNOWN, "[CLS]", "[SEP]", "[PAD]"]


def _trained(model: Any, trainer: Any, **parts: Any) -> Tokenizer:  # noqa: ANN401  tokenizers types none of these
    tokenizer = Tokenizer(model)
    for name, part in parts.items():
        setattr(tokenizer, name, part)
    tokenizer.train_from_iterator(TEXTS, trainer)
    return tokenizer


def _byte_level(*, prefix: bool, trim: bool) -> Tokenizer:
    alphabet = pre.ByteLevel.alphabet()
    return _trained(
        models.BPE(),
        trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False),
        pre_tokenizer=pre.ByteLevel(add_prefix_space=prefix),
        post_processor=processors.ByteLevel(trim_offsets=trim),
    )


def _roberta() -> Tokenizer:
    alphabet = pre.ByteLevel.alphabet()
    tokenizer = _trained(
        models.BPE(),
        trainers.BpeTrainer(
            vocab_size=310, initial_alphabet=alphabet, special_tokens=["<s>", "</s>"], show_progress=False
        ),
        pre_tokenizer=pre.ByteLevel(add_prefix_space=True),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    return tokenizer


def _wordpiece(*, strip_accents: bool) -> Tokenizer:
    tokenizer = _trained(
        models.WordPiece(unk_token=_UNKNOWN),
        trainers.WordPieceTrainer(vocab_size=150, special_tokens=_SPECIAL, show_progress=False),
        pre_tokenizer=pre.BertPreTokenizer(),
        normalizer=normalizers.BertNormalizer(strip_accents=strip_accents, lowercase=strip_accents),
    )
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return tokenizer


def _unigram(scheme: str, *, split: bool = True) -> Tokenizer:
    tokenizer = _trained(
        models.Unigram(),
        trainers.UnigramTrainer(
            vocab_size=120, unk_token=_UNKNOWN, special_tokens=[_UNKNOWN, "<s>", "</s>"], show_progress=False
        ),
        pre_tokenizer=pre.Metaspace(prepend_scheme=scheme, split=split),
        normalizer=normalizers.NFKC(),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    return tokenizer


def _unigram_of_names() -> Tokenizer:
    """One whose pieces are known, not trained: names with the space before them."""
    chars = sorted({char for text in TEXTS for char in text} - {" "})
    pieces = ["▁서울", "▁김가람", "▁의원", "한빛전자", "에서", "▁"]
    tokenizer = Tokenizer(
        models.Unigram([(_UNKNOWN, -20.0), *((p, -3.0) for p in pieces), *((c, -9.0) for c in chars)], unk_id=0)
    )
    tokenizer.pre_tokenizer = pre.Metaspace()
    return tokenizer


def _byte_fallback() -> Tokenizer:
    pieces = [_UNKNOWN, *(f"<0x{byte:02X}>" for byte in range(256))]
    return _trained(
        models.BPE(byte_fallback=True, unk_token=_UNKNOWN),
        trainers.BpeTrainer(vocab_size=400, special_tokens=pieces, show_progress=False),
        normalizer=normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]),
    )


def _words(normalizer: Any) -> Tokenizer:  # noqa: ANN401  tokenizers types none of these
    return _trained(
        models.BPE(unk_token=_UNKNOWN),
        trainers.BpeTrainer(vocab_size=150, special_tokens=_SPECIAL, show_progress=False),
        pre_tokenizer=pre.Whitespace(),
        normalizer=normalizer,
    )


KINDS: dict[str, Callable[[], Tokenizer]] = {
    "byte-level BPE": lambda: _byte_level(prefix=False, trim=False),
    "byte-level BPE, trimmed": lambda: _byte_level(prefix=False, trim=True),
    "byte-level BPE, prefix": lambda: _byte_level(prefix=True, trim=False),
    "byte-level BPE, prefix, trimmed": lambda: _byte_level(prefix=True, trim=True),
    "byte-level BPE, as RoBERTa": _roberta,
    "WordPiece": lambda: _wordpiece(strip_accents=False),
    "WordPiece, decomposing": lambda: _wordpiece(strip_accents=True),
    "SentencePiece": lambda: _unigram("always"),
    "SentencePiece, first": lambda: _unigram("first"),
    "SentencePiece, no prefix": lambda: _unigram("never"),
    "SentencePiece, over words": lambda: _unigram("always", split=False),
    "SentencePiece of names": _unigram_of_names,
    "BPE with bytes to fall back on": _byte_fallback,
    "BPE over NFC": lambda: _words(normalizers.NFC()),
    "BPE over NFD": lambda: _words(normalizers.NFD()),
    "BPE over NFKD in lower case": lambda: _words(normalizers.Sequence([normalizers.NFKD(), normalizers.Lowercase()])),
}


@cache
def tokenizer(kind: str) -> Tokenizer:
    """The tokenizer of a kind, without truncation."""
    return KINDS[kind]()
