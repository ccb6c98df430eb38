"""Signals: in how many ways each entry of one language resembles a question. All are between 0 and 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.entries import Text
from bot.knowledge.normalise import grammar_of, tokeniser, words
from bot.knowledge.postings import Floats, Postings, idf
from bot.knowledge.ragged import Numbers, Ragged

NAMES = ("share", "cover", "asked", "grams", "answer", "entry")
"""The columns: BM25 share, idf covered both ways, idf of the question covered, BM25 share over the letters, the same of
the words over the answer text; these are the best of the entry's phrasings. Last, the idf of the question covered by
all of the entry's phrasings and its answer together: a word that stands nowhere in it speaks against the entry."""

GRAM = 4
"""Letters in a gram; grams find compounds, endings and misspellings that stems miss."""
ANSWER_CHARACTERS = 2_000


class Signals:
    """Everything that is compared, for the texts of one language.

    Each different word is stemmed and cut into letters once; what the texts consist of follows from their words. With
    an ``earlier`` version of them only what is new is looked at: a change of one text costs little.
    """

    def __init__(self, language: str, texts: Sequence[Text], earlier: Signals | None = None) -> None:
        self._tokens = tokeniser(language)
        self._said: Sequence[Text] = texts
        phrasings = [len(text.phrasings) for text in texts]
        self._starts = np.cumsum([0, *phrasings[:-1]])
        self._words: dict[str, int] = dict(earlier._words) if earlier else {}
        self._phrased: Ragged = self._numbered(_phrasings(texts), words, earlier._told_phrasings() if earlier else None)
        self._answered: Ragged = self._numbered(
            [text.answer for text in texts], _answer_words, earlier._told() if earlier else None
        )
        known = (earlier._stems, earlier._letters) if earlier else (None, None)
        self._stems: _Parts = _Parts(self._words, lambda word: self._tokens([word]), known[0])
        self._letters: _Parts = _Parts(self._words, lambda word: _grams([word]), known[1])
        grammar = np.fromiter(map(grammar_of(language).__contains__, self._words), np.bool_, len(self._words))
        stems, letters = self._stems, self._letters
        self._phrasings = Postings(_without(grammar, self._phrased).replaced(stems.rows), stems.numbers)
        self._grams = Postings(self._phrased.replaced(letters.rows), letters.numbers)
        self._answers = Postings(_without(grammar, self._answered).replaced(stems.rows), stems.numbers, b=0.75)

    def _told_phrasings(self) -> tuple[dict[str, int], Ragged]:
        return {phrasing: number for number, phrasing in enumerate(_phrasings(self._said))}, self._phrased

    def _told(self) -> tuple[dict[str, int], Ragged]:
        return {text.answer: number for number, text in enumerate(self._said)}, self._answered

    def _numbered(
        self, texts: Sequence[str], cut: Callable[[str], list[str]], earlier: tuple[dict[str, int], Ragged] | None
    ) -> Ragged:
        """The texts as numbers of their words; those that were numbered ``earlier`` are taken from there."""
        places, rows = earlier or ({}, None)
        number = self._words

        def row(text: str) -> Sequence[int]:
            if rows is not None and (place := places.get(text)) is not None:
                return rows.row(place).tolist()  # type: ignore[no-any-return] # numpy does not say what it gives
            return [number.setdefault(word, len(number)) for word in cut(text)]

        return Ragged.of(map(row, texts), len(texts))

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
        return np.stack([*map(self._best, columns), self._answers.share(tokens), self._covered(tokens)]).T

    def _covered(self, tokens: list[str]) -> Floats:
        """Share of the question's idf that each text covers with its phrasings and its answer together."""
        count = len(self._said)
        covered, asked = np.zeros(count), 0.0
        for token in dict.fromkeys(tokens):
            texts = np.union1d(self._owners(self._phrasings.holding(token)), self._answers.holding(token))
            worth = idf(count, len(texts))
            covered[texts] += worth
            asked += worth
        return covered / (asked or 1.0)

    def _owners(self, phrasings: NDArray[np.integer[Any]]) -> Numbers:
        """The texts that these phrasings are of."""
        owners: Numbers = np.searchsorted(self._starts, phrasings, "right") - 1
        return owners

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
        owners: list[int] = self._owners(alike).tolist()
        return owners


class _Parts:
    """For each word the numbers of its parts, and the parts with their numbers."""

    def __init__(self, of: dict[str, int], cut: Callable[[str], list[str]], earlier: _Parts | None) -> None:
        self.numbers: dict[str, int] = dict(earlier.numbers) if earlier else {}
        numbers = self.numbers
        known = len(earlier.rows) if earlier else 0
        new = ([numbers.setdefault(part, len(numbers)) for part in cut(word)] for word in islice(of, known, None))
        rows = Ragged.of(new, len(of) - known)
        self.rows: Ragged = earlier.rows.followed(rows) if earlier else rows


def _phrasings(texts: Sequence[Text]) -> list[str]:
    return [phrasing for text in texts for phrasing in text.phrasings]


def _answer_words(answer: str) -> list[str]:
    return words(answer, ANSWER_CHARACTERS)


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
