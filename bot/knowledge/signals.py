"""Signals: in how many ways each entry of one language resembles a question. All are between 0 and 1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.entries import Text
from bot.knowledge.normalise import grammar_of, tokeniser, words
from bot.knowledge.postings import Floats, Postings
from bot.knowledge.ragged import Ragged

NAMES = ("share", "cover", "asked", "grams", "answer")
"""The columns: BM25 share, idf covered both ways, idf of the question covered, BM25 share over the letters, the same of
the words over the answer text. Each is the best of the entry's phrasings."""

GRAM = 4
"""Letters in a gram; grams find compounds, endings and misspellings that stems miss."""
ANSWER_CHARACTERS = 2_000


class Signals:
    """Everything that is compared, for the texts of one language.

    Each different word is stemmed and cut into letters once; what the texts consist of follows from their words.
    """

    def __init__(self, language: str, texts: Sequence[Text]) -> None:
        self._tokens = tokeniser(language)
        self._said = texts
        phrasings = [len(text.phrasings) for text in texts]
        self._starts = np.cumsum([0, *phrasings[:-1]])
        self._words: dict[str, int] = {}
        said = (words(phrasing) for text in texts for phrasing in text.phrasings)
        self._phrased = _numbered(said, sum(phrasings), self._words)
        answers = _numbered((words(text.answer, ANSWER_CHARACTERS) for text in texts), len(texts), self._words)
        tokens, stems = _parts(self._words, lambda word: self._tokens([word]))
        grams, letters = _parts(self._words, lambda word: _grams([word]))
        grammar = np.fromiter(map(grammar_of(language).__contains__, self._words), np.bool_, len(self._words))
        self._phrasings = Postings(_without(grammar, self._phrased).replaced(tokens), stems)
        self._grams = Postings(self._phrased.replaced(grams), letters)
        self._answers = Postings(_without(grammar, answers).replaced(tokens), stems, b=0.75)

    def phrasings(self) -> Iterator[tuple[int, str]]:
        """Every phrasing with the number of its text."""
        return ((number, phrasing) for number, text in enumerate(self._said) for phrasing in text.phrasings)

    def tokens(self, asked: list[str]) -> list[str]:
        """What is compared of the words."""
        return self._tokens(asked)

    def of(self, asked: list[str], tokens: list[str]) -> Floats:
        """A row for each text, a column for each name in ``NAMES``."""
        found = self._phrasings.matches(tokens)
        letters = self._grams.share(_grams(asked))
        columns = (found.share, np.sqrt(found.asked * found.told), found.asked, letters)
        return np.stack([*map(self._best, columns), self._answers.share(tokens)]).T

    def _best(self, of_phrasings: Floats) -> Floats:
        """The best of each text's phrasings."""
        best: Floats = np.maximum.reduceat(of_phrasings, self._starts)
        return best

    def exact(self, asked: list[str]) -> list[int]:
        """The texts that have exactly these words as one of their phrasings."""
        numbers = [self._words.get(word, -1) for word in asked]
        if not numbers or -1 in numbers:
            return []
        alike = np.flatnonzero(self._phrased.lengths == len(numbers))
        for place, number in enumerate(numbers):
            alike = alike[self._phrased.values[self._phrased.starts[alike] + place] == number]
        owners: list[int] = (np.searchsorted(self._starts, alike, "right") - 1).tolist()
        return owners


def _numbered(texts: Iterable[list[str]], count: int, known: dict[str, int]) -> Ragged:
    """The texts with a number for each word; new ones are added to those ``known``."""
    return Ragged.of(([known.setdefault(word, len(known)) for word in text] for text in texts), count)


def _parts(of: Iterable[str], cut: Callable[[str], list[str]]) -> tuple[Ragged, dict[str, int]]:
    """For each word the numbers of its parts, and the parts with their numbers."""
    known: dict[str, int] = {}
    of = tuple(of)
    return _numbered(map(cut, of), len(of), known), known


def _without(grammar: NDArray[np.bool_], texts: Ragged) -> Ragged:
    """Without grammar words, unless a text has no others."""
    content = ~grammar[texts.values]
    owners = texts.owners
    some = np.bincount(owners[content], minlength=len(texts)) > 0
    return texts.kept(content | ~some[owners])


def _grams(asked: list[str]) -> list[str]:
    """Every run of letters of the words, their beginnings and ends marked by a blank."""
    marked = [f" {word} " for word in asked]
    return [word[at : at + GRAM] for word in marked for at in range(max(len(word) - GRAM + 1, 1))]
