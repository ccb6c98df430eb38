"""An embedder that keeps what it computed in a file, so that learning again takes a minute and not ten."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.knowledge.embedding import ANSWER_CHARACTERS, Embedder, Vectors


class Kept:
    """``Embedder`` over another one."""

    def __init__(self, embedder: Embedder, file: Path) -> None:
        self._embedder = embedder
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self.english: Kept | None = Kept(embedder.english, file) if embedder.english else None
        self._database = sqlite3.connect(file, timeout=60, check_same_thread=False)
        self._database.execute("pragma synchronous = off")  # it can be computed again
        self._database.execute("create table if not exists v (k text primary key, b blob)")

    def questions(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._row("q:" + text, text, self._embedder.questions) for text in texts])

    def answers(self, texts: Sequence[str]) -> Vectors:
        short = [text[:ANSWER_CHARACTERS] for text in texts]
        return np.stack([self._row("p:" + text, text, self._embedder.answers) for text in short])

    def is_word(self, word: str) -> bool:
        return self._embedder.is_word(word)

    def _row(self, kind_and_text: str, text: str, encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
        key = f"{self.name}:{kind_and_text}"
        held = self._database.execute("select b from v where k = ?", (key,)).fetchone()
        if held:
            return np.frombuffer(held[0], np.float32)
        row: Vectors = encode([text])[0]
        with self._database:
            self._database.execute("insert or replace into v values (?, ?)", (key, row.tobytes()))
        return row
