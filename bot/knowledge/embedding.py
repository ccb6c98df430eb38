"""Texts as vectors: the port.

Vectors have length 1, so their product is the cosine. Questions and phrasings are encoded alike, answers as what is
found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""One row a text."""

ANSWER_CHARACTERS = 600
"""Of an answer; what it is about stands at its beginning, and time grows with length."""


class Embedder(Protocol):
    """What turns texts into vectors. Used from several threads at once."""

    name: str
    """Names the model and its version: vectors of one model mean nothing to another."""
    dimensions: int

    @property
    def english(self) -> Embedder | None:
        """A second model of as many dimensions, for texts and questions in English; most have none."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Questions and phrasings, a row of length 1 each."""

    def answers(self, texts: Sequence[str]) -> Vectors:
        """Answers, likewise."""

    def is_word(self, word: str) -> bool:
        """Whether the model knows it as one piece, written so: then it is a word, and not misspelt."""


def encodable(text: str) -> str:
    """The text with U+FFFD for half a surrogate pair, which is no UTF-8, and without NUL, where C ends a text."""
    return (
        text.encode("utf-8", "replace").decode().replace("\0", " ") if not text.isascii() else text.replace("\0", " ")
    )
