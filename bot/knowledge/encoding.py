"""Vectors of the FAQ's texts, each computed once: remembered by a hash of model, kind and text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.embedding import ANSWER_CHARACTERS, Embedder, Vectors
from bot.knowledge.entries import Faq
from bot.knowledge.held import LARGEST, Held, Shorts, packed
from bot.knowledge.normalise import canonical
from bot.knowledge.ragged import Numbers

BATCH = 8
"""Texts a thread encodes before they are saved."""
QUESTION_CHARACTERS = 256
"""Of a question that are encoded: it stands at the beginning, and time grows with length."""
PHRASING, ANSWER = "phrasing", "answer"
ENGLISH = "english "
"""Before these kinds: for the second model."""
WORDLESS = 0
"""The number of every text without words; its row is zeros."""
OFF = 0.01
"""By how much the length of a vector that was kept may differ from 1."""
ENGLISH_MOST = 20_000
"""English phrasings up to which the second model takes part: it takes as much time and memory again."""
SPARE = 1.1
"""Rows made at a time, as a share of those there are."""


class VectorCache(Protocol):
    """Where vectors outlive the process. Keys are 16 bytes, vectors opaque."""

    def load(self) -> AsyncIterator[Mapping[bytes, bytes]]:
        """Every vector kept, some thousand at a time."""

    async def save(self, vectors: Mapping[bytes, bytes]) -> None:
        """Keep these, too; a key that is kept already keeps its vector."""

    async def drop(self, keys: Iterable[bytes]) -> None:
        """Keep these no longer."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Where the vectors of one language's texts stand."""

    phrasings: Numbers
    answers: Numbers
    english: Coded | None = None
    """The same by the second model; None in other languages, and without that model."""

    @property
    def by_model(self) -> tuple[tuple[str, Coded], ...]:
        """By the first model and the second, each with what stands before its kinds."""
        return (("", self), (ENGLISH, self.english)) if self.english else (("", self),)


class Encoder:
    """An embedder that remembers the FAQ's texts. Whatever it does takes its time; call it in a thread.

    Rows are added and never changed once they hold a vector, so a search goes on with those it has. But
    ``forget_others`` numbers them anew: not while a search is being built.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._numbers: dict[bytes, int] = {}
        self._rows = np.zeros((1, embedder.dimensions), np.int16)
        self._steps = np.zeros(1, np.float32)
        self._unsaved: dict[bytes, bytes] = {}
        self._last: tuple[Faq, dict[str, Coded]] | None = None
        self._changing = Lock()

    def coded(self, faq: Faq) -> dict[str, Coded]:
        """Where the vectors of the FAQ's texts stand, or are going to stand, by language and in order."""
        last = self._last
        if last is None or last[0] is not faq:
            last = faq, {language: self._coded(faq, language) for language in faq.languages}
            self._last = last
        return last[1]

    def _coded(self, faq: Faq, language: str) -> Coded:
        texts = [entry.texts[language] for entry in faq if language in entry.texts]
        phrasings = [canonical(phrasing) for text in texts for phrasing in text.phrasings]
        answers = [_beginning(text.answer) for text in texts]

        def coded(model: str, english: Coded | None = None) -> Coded:
            return Coded(self._rows_of(model + PHRASING, phrasings), self._rows_of(model + ANSWER, answers), english)

        is_both = self.embedder.english and language == "en" and len(phrasings) <= ENGLISH_MOST
        return coded("", coded(ENGLISH) if is_both else None)

    def _rows_of(self, kind: str, texts: Sequence[str]) -> Numbers:
        """The numbers of the texts' rows, which may have no vector yet."""
        keys = [self._key(kind, text) if text else None for text in texts]
        numbers = self._numbers
        with self._changing:
            found = [WORDLESS if key is None else numbers.setdefault(key, len(numbers) + 1) for key in keys]
        return np.array(found, np.intp)

    def remember(self, vectors: Mapping[bytes, bytes]) -> list[bytes]:
        """Take over what a cache held of the texts that were coded; gives the keys of all the rest.

        The rest are vectors of other texts or models, and damaged ones.
        """
        size = 4 + 2 * self.embedder.dimensions
        fits = [key for key, vector in vectors.items() if key in self._numbers and len(vector) == size]
        raw = np.frombuffer(b"".join([vectors[key] for key in fits]), np.uint8).reshape(len(fits), size)
        steps, rows = raw[:, :4].copy().view(np.float32)[:, 0], raw[:, 4:].copy().view(np.int16)
        whole = _are_vectors(rows, steps)
        numbers = np.array([self._numbers[key] for key in fits], np.intp)[whole]
        with self._changing:
            self._make_room()
            self._rows[numbers], self._steps[numbers] = rows[whole], steps[whole]
        taken = {key for key, good in zip(fits, whole.tolist(), strict=True) if good}
        return [key for key in vectors if key not in taken]

    def unsaved(self) -> dict[bytes, bytes]:
        """What was computed since the last call."""
        with self._changing:
            found, self._unsaved = self._unsaved, {}
        return found

    def forget_others(self, faq: Faq) -> list[bytes]:
        """Forget what the FAQ has no use for; gives its keys."""
        coded = self.coded(faq).values()
        needed = np.zeros(len(self._numbers) + 1, np.bool_)
        for _, each in (pair for of in coded for pair in of.by_model):
            needed[each.phrasings] = needed[each.answers] = True
        gone = [key for key, number in self._numbers.items() if not needed[number]]
        if gone:
            with self._changing:
                self._keep(needed)
        return gone

    def _keep(self, needed: NDArray[np.bool_]) -> None:
        kept = {key: number for key, number in self._numbers.items() if needed[number]}
        self._numbers = {key: place for place, key in enumerate(kept, WORDLESS + 1)}
        numbers = np.array([WORDLESS, *kept.values()], np.intp)
        self._make_room(len(needed))
        self._rows, self._steps, self._last = self._rows[numbers], self._steps[numbers], None

    def missing(self, faq: Faq, *kinds: str) -> list[tuple[str, str]]:
        """The FAQ's texts (of these kinds) that have no vector yet, each with its kind, each once; phrasings first."""
        lacking = self._lacking(faq)
        if not lacking:
            return []
        found: dict[str, dict[str, None]] = {}
        for language, of in self.coded(faq).items():
            texts = [entry.texts[language] for entry in faq if language in entry.texts]
            said = [phrasing for text in texts for phrasing in text.phrasings]
            for model, coded in of.by_model:
                phrasings, answers = found.setdefault(model + PHRASING, {}), found.setdefault(model + ANSWER, {})
                phrasings.update((canonical(said[at]), None) for at in _places(coded.phrasings, lacking))
                answers.update((_beginning(texts[at].answer), None) for at in _places(coded.answers, lacking))
        wanted = [f"{model}{kind}" for kind in kinds or (PHRASING, ANSWER) for model in ("", ENGLISH)]
        return [(kind, text) for kind in wanted for text in found.get(kind, ())]

    def _lacking(self, faq: Faq) -> set[int]:
        """The numbers of texts that have no vector yet."""
        coded = [each for of in self.coded(faq).values() for _, each in of.by_model]
        with self._changing:
            self._make_room()
        numbers = np.concatenate([[WORDLESS], *(n for each in coded for n in (each.phrasings, each.answers))])
        return set(numbers[self._steps[numbers] == 0].tolist()) - {WORDLESS}

    def encode(self, texts: Sequence[tuple[str, str]], going_on: Callable[[], bool] = lambda: True) -> None:
        """Compute the vectors of these texts, each with its kind; ends early where ``going_on`` turns false."""
        for kind, text in texts:
            if not going_on():
                break
            model = self._model(kind)
            vector = (model.answers([text]) if kind.endswith(ANSWER) else model.questions([text]))[0]
            row, step = packed(vector)
            key = self._key(kind, text)
            with self._changing:
                number = self._numbers.setdefault(key, len(self._numbers) + 1)
                self._make_room()
                self._rows[number], self._steps[number] = row, step
                self._unsaved[key] = self._steps[number].tobytes() + row.tobytes()

    def complete(self, faq: Faq) -> None:
        """Compute every vector that is missing."""
        self.encode(self.missing(faq))

    def held(self, numbers: Numbers) -> Held:
        """The vectors of coded texts."""
        with self._changing:
            self._make_room()
        return Held(self._rows, self._steps, numbers)

    def phrasings(self, texts: Sequence[str], model: str = "") -> Vectors:
        """A row for each phrasing, zeros for one without words; ``model`` is ``ENGLISH`` for the second."""
        return self._vectors(model + PHRASING, [canonical(text) for text in texts])

    def answers(self, texts: Sequence[str], model: str = "") -> Vectors:
        """A row for each answer, zeros for an empty one."""
        return self._vectors(model + ANSWER, [_beginning(text) for text in texts])

    def question(self, text: str, model: str = "") -> Vectors:
        """The vector of a canonical question; nothing is remembered of what people ask."""
        vector: Vectors = self._model(model).questions([text[:QUESTION_CHARACTERS]])[0]
        return vector

    def is_word(self, word: str, language: str) -> bool:
        """Whether the model knows it as a word; of English the second, which knows more of them."""
        return ((self.embedder.english if language == "en" else None) or self.embedder).is_word(word)

    def _model(self, kind: str) -> Embedder:
        return self.embedder.english or self.embedder if kind.startswith(ENGLISH) else self.embedder

    def _vectors(self, kind: str, texts: Sequence[str]) -> Vectors:
        numbers = self._rows_of(kind, texts)
        steps = self.held(numbers).steps
        self.encode([(kind, text) for text, at in zip(texts, numbers, strict=True) if text and not steps[at]])
        return self.held(numbers).floats(0, len(numbers))

    def _make_room(self, least: int = 0) -> None:
        """Rows for every number; earlier searches keep the arrays they have."""
        least = max(len(self._numbers) + 1, least)
        if len(self._rows) < least:
            count = round(max(least, SPARE * len(self._rows)))
            rows, steps = np.zeros((count, self._rows.shape[1]), np.int16), np.zeros(count, np.float32)
            rows[: len(self._rows)], steps[: len(self._steps)] = self._rows, self._steps
            self._rows, self._steps = rows, steps

    def _key(self, kind: str, text: str) -> bytes:
        whole = "\0".join((self._model(kind).name, kind, text)).encode("utf-8", "surrogatepass")
        return blake2b(whole, digest_size=16).digest()


def _are_vectors(rows: Shorts, steps: Vectors) -> NDArray[np.bool_]:
    """Which rows have the length 1 and use their 16 bits, as whatever was packed does."""
    floats = rows.astype(np.float32)
    highest, lowest = rows.max(axis=1, initial=0), rows.min(axis=1, initial=0)
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", floats, floats)) * steps
        uses_all = (np.maximum(highest, -lowest) == LARGEST) & (lowest >= -LARGEST)
        whole: NDArray[np.bool_] = (np.abs(lengths - 1) < OFF) & uses_all
    return whole


def _places(numbers: Numbers, of: set[int]) -> list[int]:
    """Where these numbers stand."""
    places: list[int] = np.flatnonzero(np.isin(numbers, list(of))).tolist()
    return places


def _beginning(answer: str) -> str:
    """What is encoded of an answer."""
    return " ".join(answer[: 2 * ANSWER_CHARACTERS].split())[:ANSWER_CHARACTERS]
