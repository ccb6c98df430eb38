"""Vectors of the FAQ's texts, each computed once: remembered by a hash of model, kind and text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

import numpy as np

from bot.knowledge.embedding import ANSWER_CHARACTERS, Embedder, Vectors
from bot.knowledge.entries import Faq
from bot.knowledge.normalise import canonical

BATCH = 8
"""Texts encoded between two looks at whether to go on."""
QUESTION_CHARACTERS = 256
"""Of a question that are encoded: it stands at the beginning, and time grows with length."""


class VectorCache(Protocol):
    """Where vectors outlive the process. Keys are 16 bytes, vectors opaque."""

    async def load(self) -> Mapping[bytes, bytes]:
        """Every vector kept."""

    async def save(self, vectors: Mapping[bytes, bytes]) -> None:
        """Keep these, too."""

    async def drop(self, keys: Iterable[bytes]) -> None:
        """Keep these no longer."""


class Encoder:
    """An embedder that remembers the FAQ's texts. Everything but ``remember`` takes its time; call it in a thread."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._known: dict[bytes, bytes] = {}
        self._unsaved: dict[bytes, bytes] = {}

    def remember(self, vectors: Mapping[bytes, bytes]) -> None:
        """Take over what a cache held; what is not a vector of this model is passed over."""
        size = 2 * self.embedder.dimensions
        self._known.update((key, each) for key, each in vectors.items() if len(each) == size)

    def unsaved(self) -> dict[bytes, bytes]:
        """What was computed since the last call."""
        found, self._unsaved = self._unsaved, {}
        return found

    def forget_others(self, faq: Faq) -> list[bytes]:
        """Forget what the FAQ has no use for; gives its keys."""
        needed = {self._key(kind, text) for kind, text in _texts(faq)}
        gone = [key for key in self._known if key not in needed]
        for key in gone:
            del self._known[key]
        return gone

    def missing(self, faq: Faq) -> list[tuple[str, str]]:
        """The FAQ's texts that have no vector yet, each with its kind, each once."""
        return [(kind, text) for kind, text in dict.fromkeys(_texts(faq)) if self._key(kind, text) not in self._known]

    def encode(self, texts: Sequence[tuple[str, str]]) -> None:
        """Compute what is missing of these, a batch at a time."""
        for kind, text in texts:
            rows = self.embedder.answers([text]) if kind == "answer" else self.embedder.questions([text])
            key, held = self._key(kind, text), rows[0].astype(np.float16).tobytes()
            self._known[key] = self._unsaved[key] = held

    def phrasings(self, texts: Sequence[str]) -> Vectors:
        """A row for each phrasing, zeros for one without words."""
        return self._rows([("phrasing", canonical(text)) for text in texts])

    def answers(self, texts: Sequence[str]) -> Vectors:
        """A row for each answer, zeros for an empty one."""
        return self._rows([("answer", _beginning(text)) for text in texts])

    def question(self, text: str) -> Vectors:
        """The vector of a canonical question; nothing is remembered of what people ask."""
        vector: Vectors = self.embedder.questions([text[:QUESTION_CHARACTERS]])[0]
        return vector

    def _rows(self, texts: list[tuple[str, str]]) -> Vectors:
        self.encode([(kind, text) for kind, text in texts if text and self._key(kind, text) not in self._known])
        rows = np.zeros((len(texts), self.embedder.dimensions), np.float32)
        for number, (kind, text) in enumerate(texts):
            if text:
                rows[number] = np.frombuffer(self._known[self._key(kind, text)], np.float16)
        return rows

    def _key(self, kind: str, text: str) -> bytes:
        whole = "\0".join((self.embedder.name, kind, text)).encode("utf-8", "surrogatepass")
        return blake2b(whole, digest_size=16).digest()


def _texts(faq: Faq) -> Iterator[tuple[str, str]]:
    """Every text of the FAQ that has words, with its kind."""
    for text in (text for entry in faq for text in entry.texts.values()):
        found = [("phrasing", canonical(phrasing)) for phrasing in text.phrasings]
        yield from (pair for pair in (*found, ("answer", _beginning(text.answer))) if pair[1])


def _beginning(answer: str) -> str:
    """What is encoded of an answer."""
    return " ".join(answer[: 2 * ANSWER_CHARACTERS].split())[:ANSWER_CHARACTERS]
