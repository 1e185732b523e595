"""An article with its blocks laid out as one text, as the `default` config has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from malmoi.offsets import BLOCK_SEPARATOR, document_starts

if TYPE_CHECKING:
    from malmoi.model import Article


class Document(NamedTuple):
    """An article with its blocks laid out as one text."""

    article: Article
    texts: tuple[str, ...]
    starts: tuple[int, ...]
    positions: dict[str, int]

    @classmethod
    def of(cls, article: Article) -> Document:
        """Lay out an article; its text must be included."""
        texts = tuple(block.text or "" for block in article.blocks)
        positions = {block.id: index for index, block in enumerate(article.blocks)}
        return cls(article, texts, tuple(document_starts(texts)), positions)

    def text(self, first: int = 0, last: int | None = None) -> str:
        """Text of the blocks from position `first` to `last`, both in."""
        return BLOCK_SEPARATOR.join(self.texts[first : None if last is None else last + 1])

    def doc_start(self, block: str) -> int:
        """Where a block starts in the document text, in code points."""
        return self.starts[self.positions[block]]
