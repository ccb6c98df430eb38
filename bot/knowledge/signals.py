"""Signals: in how many ways each entry of one language resembles a question. All are between 0 and 1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import count, islice

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.entries import Text
from bot.knowledge.normalise import (
    LONGEST,
    grammar_of,
    most_words,
    parts,
    stemmer,
    tokeniser,
    words,
)
from bot.knowledge.postings import Floats, Postings, idf
from bot.knowledge.ragged import Numbers, Ragged, Terms

NAMES = ("share", "cover", "asked", "grams", "answer", "entry")
"""The columns: BM25 share, idf covered both ways, idf of the question covered, BM25 share over the letters, the same of
the words over the answer text; these are the best of the entry's phrasings. Last, the idf of the question covered by
all of the entry's phrasings and its answer together: a word that stands nowhere in it speaks against the entry."""

GRAM = 4
"""Letters in a gram; grams find compounds, endings and misspellings that stems miss."""
ANSWER_CHARACTERS = 2_000
ASKED, LITTLE, MUCH = 100, 0.2, 0.5
"""Phrasings that are asked whether the words of the answers tell texts apart; the shares of them that find their own
answer at which answers begin to count, and count fully."""


class Signals:
    """Everything that is compared, for the texts of one language.

    What stands between two blanks is cut into words once, and each different word stemmed and cut into letters once.
    With an ``earlier`` version of the texts only what is new is looked at: a change of one text costs little.
    """

    def __init__(self, language: str, texts: Sequence[Text], earlier: Signals | None = None) -> None:
        self._tokens = tokeniser(language)
        self._said: Sequence[Text] = texts
        counts = np.array([len(text.phrasings) for text in texts], np.intp)
        self._starts: Numbers = np.cumsum(counts) - counts
        self._owner: Terms = np.repeat(np.arange(len(texts), dtype=np.int32), counts)
        self._words: dict[str, int] = dict(earlier._words) if earlier else {}
        self._phrased: Ragged = self._numbered(
            _phrasings(texts), LONGEST, (_phrasings(earlier._said), earlier._phrased) if earlier else None
        )
        self._answered: Ragged = self._numbered(
            _answers(texts), ANSWER_CHARACTERS, (_answers(earlier._said), earlier._answered) if earlier else None
        )
        self._stems: _Parts = _Parts(self._words, _stems(language), earlier._stems if earlier else None)
        self._letters: _Parts = _Parts(self._words, _letters, earlier._letters if earlier else None)
        grammar = np.fromiter(map(grammar_of(language).__contains__, self._words), np.bool_, len(self._words))
        stems, letters = self._stems, self._letters
        stem_of = stems.rows.values  # each word has one
        self._phrasings = Postings(_without(grammar, self._phrased).mapped(stem_of), stems.numbers)
        self._grams = Postings(self._phrased.replaced(letters.rows), letters.numbers)
        self._answers = Postings(_without(grammar, self._answered).mapped(stem_of), stems.numbers, b=0.75)

    def following(self, language: str, texts: Sequence[Text]) -> Signals:
        """Those of another version of the texts; the same where it has the same ones."""
        return self if texts == self._said else Signals(language, texts, self)

    def _numbered(self, texts: Sequence[str], longest: int, earlier: tuple[Sequence[str], Ragged] | None) -> Ragged:
        """The texts as numbers of their words; those that were numbered ``earlier`` are taken from there."""
        said, rows = earlier or ((), Ragged.empty())
        places = dict(zip(said, range(len(said)), strict=True))
        new = dict.fromkeys(text for text in texts if text not in places) if places else texts
        part: defaultdict[str, int] = defaultdict(count().__next__)
        in_parts = Ragged.numbered((parts(text, longest) for text in new), part.__getitem__)
        known = self._words
        cut = (words(each, longest) for each in part)
        in_words = Ragged.numbered(cut, lambda word: known.setdefault(word, len(known)))
        fresh = in_parts.replaced(in_words).cut(most_words(longest))
        if not places:
            return fresh
        places.update(zip(new, range(len(said), len(said) + len(new)), strict=True))
        return rows.followed(fresh).taken(np.fromiter(map(places.__getitem__, texts), np.intp, len(texts)))

    def phrasings(self) -> Iterator[tuple[int, str]]:
        """Every phrasing with the number of its text."""
        return ((number, phrasing) for number, text in enumerate(self._said) for phrasing in text.phrasings)

    def unchanged(self, earlier: Signals) -> Iterator[tuple[int, int]]:
        """The number of each text whose phrasings were the same ``earlier``, and its number there."""
        places = {text.phrasings: number for number, text in enumerate(earlier._said)}
        found = ((number, places.get(text.phrasings)) for number, text in enumerate(self._said))
        return ((number, place) for number, place in found if place is not None)

    def tokens(self, asked: list[str]) -> list[str]:
        """What is compared of the words."""
        return self._tokens(asked)

    @cached_property
    def told(self) -> float:
        """How far the answers tell the texts apart by their words, 0 to 1; as ``Meaning.told``."""
        said = list(self.phrasings())
        some = [said[at] for at in np.unique(np.linspace(0, len(said) - 1, ASKED).astype(np.intp)).tolist()]
        shares = [(number, self._answers.share(self.tokens(words(phrasing)))) for number, phrasing in some]
        share = np.mean([of[number] > 0 and np.count_nonzero(of >= of[number]) == 1 for number, of in shares])
        return float(np.clip((share - LITTLE) / (MUCH - LITTLE), 0, 1))

    def of(self, asked: list[str], tokens: list[str]) -> Iterable[Floats]:
        """For each name in ``NAMES`` the values of all texts."""
        found = self._phrasings.matches(tokens)
        letters = self._grams.share(_grams(asked))
        columns = (found.share, np.sqrt(found.asked * found.told), found.asked, letters)
        return (*map(self._best, columns), self._answers.share(tokens), self._covered(tokens))

    def _covered(self, tokens: list[str]) -> Floats:
        """Share of the question's idf that each text covers with its phrasings and its answer together."""
        size = len(self._said)
        covered, asked = np.zeros(size), 0.0
        for token in dict.fromkeys(tokens):
            holds = np.zeros(size, np.bool_)
            holds[self._owner[self._phrasings.holding(token)]] = holds[self._answers.holding(token)] = True
            worth = idf(size, int(np.count_nonzero(holds)))
            np.add(covered, worth, out=covered, where=holds)
            asked += worth
        return covered / (asked or 1.0)

    def _best(self, of_phrasings: Floats) -> Floats:
        """The best of each text's phrasings."""
        if len(of_phrasings) == len(self._starts):
            return of_phrasings
        best: Floats = np.maximum.reduceat(of_phrasings, self._starts)
        return best

    def exact(self, asked: list[str]) -> list[int]:
        """The texts that have exactly these words as one of their phrasings."""
        numbers = [self._words.get(word, -1) for word in asked]
        if not numbers or -1 in numbers:
            return []
        alike = np.flatnonzero(self._phrased.lengths == len(numbers))
        for place, number in reversed([*enumerate(numbers)]):  # most questions begin alike
            alike = alike[self._phrased.values[self._phrased.starts[alike] + place] == number]
        owners: list[int] = self._owner[alike].tolist()
        return owners


class _Parts:
    """For each word the numbers of its parts, and the parts with their numbers."""

    def __init__(
        self, of: dict[str, int], cut: Callable[[list[str]], Iterable[list[str]]], earlier: _Parts | None
    ) -> None:
        known = len(earlier.rows) if earlier else 0
        numbers = (
            defaultdict(count(len(earlier.numbers)).__next__, earlier.numbers)
            if earlier
            else defaultdict(count().__next__)
        )
        rows = Ragged.numbered(cut([*islice(of, known, None)]), numbers.__getitem__)
        self.numbers: dict[str, int] = dict(numbers)
        self.rows: Ragged = earlier.rows.followed(rows) if earlier else rows


def _stems(language: str) -> Callable[[list[str]], Iterable[list[str]]]:
    stem = stemmer(language)
    return lambda words: ([found] for found in stem(words))


def _letters(words: list[str]) -> Iterable[list[str]]:
    return (_grams([word]) for word in words)


def _phrasings(texts: Sequence[Text]) -> list[str]:
    return [phrasing for text in texts for phrasing in text.phrasings]


def _answers(texts: Sequence[Text]) -> list[str]:
    return [text.answer for text in texts]


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
