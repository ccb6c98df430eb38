"""A model for tests: texts are alike when they share words. It takes no time and counts what it encoded."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from hashlib import blake2b

import numpy as np

from bot.knowledge.embedding import Embedder, Vectors
from bot.knowledge.minilm import MiniLM
from bot.knowledge.models import E5


class WordModel:
    """``Embedder``: the sum of a fixed random vector for each word."""

    name = E5.name
    dimensions = E5.dimensions
    english: Embedder | None = None

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def questions(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._row(text) for text in texts])

    answers = questions

    def is_word(self, word: str) -> bool:
        """It knows none but this one."""
        return word == "plane"

    def _row(self, text: str) -> Vectors:
        self.encoded.append(text)
        words = text.lower().strip("?").split() or [""]
        row = np.sum([_vector(word) for word in words], axis=0)
        return (row / np.linalg.norm(row)).astype(np.float32)


class SecondModel(WordModel):
    name = MiniLM.name


class TwoModels(WordModel):
    """With a second one for English."""

    def __init__(self) -> None:
        super().__init__()
        self.english: SecondModel = SecondModel()


class MemoryVectors:
    """``VectorCache`` in memory."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}

    async def load(self) -> AsyncIterator[dict[bytes, bytes]]:
        for key in list(self.kept):
            yield {key: self.kept[key]}

    async def save(self, vectors: Mapping[bytes, bytes]) -> None:
        self.kept.update(vectors)

    async def drop(self, keys: Iterable[bytes]) -> None:
        for key in keys:
            self.kept.pop(key, None)


def _vector(word: str) -> Vectors:
    seed = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=4).digest())
    return np.random.default_rng(seed).normal(size=E5.dimensions).astype(np.float32)
