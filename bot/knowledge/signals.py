"""Signals: in how many ways each entry of one language resembles a question. All are between 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bot.knowledge.entries import Text
from bot.knowledge.normalise import tokeniser, words
from bot.knowledge.postings import Floats, Postings, idf

NAMES = ("share", "cover", "asked", "grams", "answer", "entry")
"""The columns: BM25 share, idf covered both ways, idf of the question covered, BM25 share over the letters, the same of
the words over the answer text; these are the best of the entry's phrasings. Last, the idf of the question covered by
all of the entry's phrasings and its answer together: a word that stands nowhere in it speaks against the entry."""

GRAM = 4
"""Letters in a gram; grams find compounds, endings and misspellings that stems miss."""
ANSWER_CHARACTERS = 2_000


class Signals:
    """Everything that is compared, for the texts of one language."""

    def __init__(self, language: str, texts: Sequence[Text]) -> None:
        self._tokens = tokeniser(language)
        self._texts = len(texts)
        phrasings = [[words(phrasing) for phrasing in text.phrasings] for text in texts]
        flat = [phrasing for of_text in phrasings for phrasing in of_text]
        self._owners = np.repeat(np.arange(len(texts)), [len(of_text) for of_text in phrasings])
        self._phrasings = Postings([self._tokens(phrasing) for phrasing in flat])
        self._grams = Postings([_grams(phrasing) for phrasing in flat])
        self._answers = Postings([self._tokens(words(text.answer, ANSWER_CHARACTERS)) for text in texts], b=0.75)
        self._said = [phrasing for text in texts for phrasing in text.phrasings]
        self._exact: dict[str, list[int]] = {}
        for owner, phrasing in zip(self._owners.tolist(), flat, strict=True):
            self._exact.setdefault(" ".join(phrasing), []).append(owner)

    def phrasings(self) -> Iterator[tuple[int, str]]:
        """Every phrasing with the number of its text."""
        return zip(self._owners.tolist(), self._said, strict=True)

    def tokens(self, asked: list[str]) -> list[str]:
        """What is compared of the words."""
        return self._tokens(asked)

    def of(self, asked: list[str], tokens: list[str]) -> Floats:
        """A row for each text, a column for each name in ``NAMES``."""
        found = self._phrasings.matches(tokens)
        letters = self._grams.share(_grams(asked))
        columns = (found.share, np.sqrt(found.asked * found.told), found.asked, letters)
        return np.stack([*map(self._best, columns), self._answers.share(tokens), self._covered(tokens)], axis=1)

    def _covered(self, tokens: list[str]) -> Floats:
        """Share of the question's idf that each text covers with its phrasings and its answer together."""
        covered, asked = np.zeros(self._texts), 0.0
        for token in dict.fromkeys(tokens):
            phrasings = self._owners[self._phrasings.holding(token)]
            texts = np.union1d(phrasings, self._answers.holding(token))
            worth = idf(self._texts, len(texts))
            covered[texts] += worth
            asked += worth
        return covered / (asked or 1.0)

    def _best(self, of_phrasings: Floats) -> Floats:
        """The best of each text's phrasings."""
        best = np.zeros(self._texts)
        np.maximum.at(best, self._owners, of_phrasings)
        return best

    def exact(self, asked: list[str]) -> list[int]:
        """The texts that have exactly these words as one of their phrasings."""
        return self._exact.get(" ".join(asked), []) if asked else []


def _grams(asked: list[str]) -> list[str]:
    """Every run of letters of the words, their beginnings and ends marked by a blank."""
    marked = [f" {word} " for word in asked]
    return [word[at : at + GRAM] for word in marked for at in range(max(len(word) - GRAM + 1, 1))]
