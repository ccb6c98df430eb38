"""Which documents hold which terms, in arrays: BM25, and how much of each other a query and a document cover.

BM25 after Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the idf that is
never negative, ln(1 + (N - n + 0.5) / (n + 0.5)): N documents, of which n hold the term.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Matches:
    """How a query meets every document; each value is between 0 and 1."""

    share: Floats
    """BM25, as a share of what the query would get from a document equal to itself."""
    asked: Floats
    """Share of the query's idf that the document covers; a term in no document counts as the rarest."""
    told: Floats
    """Share of the document's idf that the query covers."""


def idf(documents: int, holding: int) -> float:
    """What a term counts that ``holding`` of the documents hold; one in no document counts as the rarest."""
    return log(1 + (documents - holding + 0.5) / (holding + 0.5))


class Postings:
    """An index over documents that are lists of terms. It never changes once it is built.

    The postings of all terms stand one after the other in three arrays: the documents, what each adds to BM25, and the
    term's idf. ``_places`` tells where a term's own are.
    """

    def __init__(self, documents: Sequence[Sequence[str]], *, k1: float = 1.2, b: float = 0.5) -> None:
        self.size = len(documents)
        self._k1, self._b = k1, b
        lengths = np.fromiter(map(len, documents), np.intp, self.size)
        self._average = max(float(lengths.mean()), 1.0) if self.size else 1.0
        numbers = {term: number for number, term in enumerate(dict.fromkeys(chain.from_iterable(documents)))}
        terms, self._documents, often = _counted(documents, numbers, lengths)
        holding = np.bincount(terms, minlength=len(numbers))
        starts = np.concatenate(([0], np.cumsum(holding))).tolist()
        self._places = {term: slice(starts[number], starts[number + 1]) for term, number in numbers.items()}
        self._covers = np.log(1 + (self.size - holding + 0.5) / (holding + 0.5))[terms]
        self._weights = (
            self._covers * often * (k1 + 1) / (often + self._damping(lengths.astype(np.float64))[self._documents])
        )
        self._mass = np.bincount(self._documents, self._covers, self.size) + 1e-9

    def _damping(self, length: Floats) -> Floats:
        return self._k1 * (1 - self._b + self._b * length / self._average)

    def share(self, asked: Iterable[str]) -> Floats:
        """BM25 of every document, as a share of what the query ``asked`` would get from a document equal to itself."""
        return self._share(*self._known(asked))

    def matches(self, asked: Iterable[str]) -> Matches:
        """How the query made of the terms ``asked`` meets every document."""
        known, unknown = self._known(asked)
        covered = self._sums(known, self._covers)
        return Matches(self._share(known, unknown), covered / self._asked(known, unknown), covered / self._mass)

    def holding(self, term: str) -> Numbers:
        """The documents that hold the term."""
        return self._documents[self._places[term]] if term in self._places else self._documents[:0]

    def _share(self, known: list[slice], unknown: int) -> Floats:
        length = self._damping(np.array(float(len(known) + unknown)))
        perfect = self._asked(known, unknown) * (self._k1 + 1) / (1 + length)
        return np.minimum(self._sums(known, self._weights) / perfect, 1.0)

    def _known(self, asked: Iterable[str]) -> tuple[list[slice], int]:
        """Where the postings of the query's terms stand, and how many of its terms are in no document."""
        terms = dict.fromkeys(asked)
        known = [self._places[term] for term in terms if term in self._places]
        return known, len(terms) - len(known)

    def _sums(self, known: list[slice], values: Floats) -> Floats:
        """The values of the known terms, added up for every document."""
        if not known:
            return np.zeros(self.size)
        documents = np.concatenate([self._documents[places] for places in known])
        added = np.concatenate([values[places] for places in known])
        sums = np.zeros(self.size)
        np.add.at(sums, documents, added)
        return sums

    def _asked(self, known: list[slice], unknown: int) -> float:
        """The query's idf; a term in no document counts as the rarest."""
        return sum(self._covers[places.start] for places in known) + unknown * idf(self.size, 0) or 1.0


def _counted(
    documents: Sequence[Sequence[str]], terms: dict[str, int], lengths: Numbers
) -> tuple[Numbers, Numbers, Floats]:
    """Each pair of a term and a document that holds it, in the order of the terms, and how often it does."""
    every = np.fromiter(map(terms.__getitem__, chain.from_iterable(documents)), np.intp, int(lengths.sum()))
    holders = np.repeat(np.arange(len(documents)), lengths)
    keys, often = np.unique(every * max(len(documents), 1) + holders, return_counts=True)
    found, at = np.divmod(keys, max(len(documents), 1))
    return found, at, often.astype(np.float64)
