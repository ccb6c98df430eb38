"""Which documents hold which terms, in arrays: BM25, and how much of each other a query and a document cover.

BM25 after Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the idf that is
never negative, ln(1 + (N - n + 0.5) / (n + 0.5)): N documents, of which n hold the term.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.ragged import Numbers, Ragged, Terms

Floats: TypeAlias = NDArray[np.float64]

NOTHING, NOWHERE = np.zeros(0), np.zeros(0, np.int32)


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

    The postings of all terms stand one after the other in two arrays: the documents, and what each adds to BM25.
    ``_starts`` tells where a term's own are.
    """

    def __init__(self, documents: Ragged, terms: Mapping[str, int], *, k1: float = 1.2, b: float = 0.5) -> None:
        """``terms`` numbers every term of the documents."""
        self.size = len(documents)
        self._numbers, self._k1, self._b = terms, k1, b
        lengths = documents.lengths
        self._average = max(float(lengths.mean()), 1.0) if self.size else 1.0
        found, self._documents, often = _counted(documents)
        holding = np.bincount(found, minlength=len(terms))
        self._starts = np.concatenate(([0], np.cumsum(holding)))
        self._covers = np.log(1 + (self.size - holding + 0.5) / (holding + 0.5))
        damping = self._damping(lengths.astype(np.float64))[self._documents]
        self._weights = (self._covers[found] * often * (k1 + 1) / (often + damping)).astype(np.float32)
        self._mass = np.bincount(self._documents, self._covers[found], self.size) + 1e-9

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]], *, k1: float = 1.2, b: float = 0.5) -> Postings:
        """The same of terms that were not numbered yet."""
        terms = {term: number for number, term in enumerate(dict.fromkeys(chain.from_iterable(documents)))}
        return cls(Ragged.numbered(documents, terms.__getitem__), terms, k1=k1, b=b)

    def _damping(self, length: Floats) -> Floats:
        return self._k1 * (1 - self._b + self._b * length / self._average)

    def share(self, asked: Iterable[str]) -> Floats:
        """BM25 of every document, as a share of what the query ``asked`` would get from a document equal to itself."""
        return self._share(*self._known(asked))

    def matches(self, asked: Iterable[str]) -> Matches:
        """How the query made of the terms ``asked`` meets every document."""
        known, unknown = self._known(asked)
        covered = self._sums(known, np.repeat(self._covers[known], self._holding(known)))
        return Matches(self._share(known, unknown), covered / self._asked(known, unknown), covered / self._mass)

    def holding(self, term: str) -> Terms:
        """The documents that hold the term."""
        number = self._numbers.get(term)
        return (
            self._documents[:0] if number is None else self._documents[self._starts[number] : self._starts[number + 1]]
        )

    def _share(self, known: Numbers, unknown: int) -> Floats:
        length = self._damping(np.array(float(len(known) + unknown)))
        perfect = self._asked(known, unknown) * (self._k1 + 1) / (1 + length)
        weights = [self._weights[self._starts[term] : self._starts[term + 1]] for term in known]
        return np.minimum(self._sums(known, np.concatenate([*weights, NOTHING])) / perfect, 1.0)

    def _known(self, asked: Iterable[str]) -> tuple[Numbers, int]:
        """The query's terms that some document holds, and how many of its terms are in none."""
        terms = dict.fromkeys(asked)
        found = np.array([self._numbers[term] for term in terms if term in self._numbers], np.intp)
        known = found[self._holding(found) > 0]
        return known, len(terms) - len(known)

    def _holding(self, terms: Numbers) -> Numbers:
        """How many documents hold each of the terms."""
        return self._starts[terms + 1] - self._starts[terms]

    def _sums(self, known: Numbers, values: NDArray[np.floating[Any]]) -> Floats:
        """The values of the known terms' postings, added up for every document."""
        documents = [self._documents[self._starts[term] : self._starts[term + 1]] for term in known]
        return np.bincount(np.concatenate([*documents, NOWHERE]), values, self.size).astype(np.float64, copy=False)

    def _asked(self, known: Numbers, unknown: int) -> float:
        """The query's idf; a term in no document counts as the rarest."""
        return float(self._covers[known].sum()) + unknown * idf(self.size, 0) or 1.0


def _counted(documents: Ragged) -> tuple[Terms, Terms, Terms]:
    """Each pair of a term and a document that holds it, in the order of the terms, and how often it does."""
    bits = len(documents).bit_length()
    keys = documents.values.astype(np.int64)
    keys <<= bits
    keys |= documents.owners
    keys.sort()
    begins = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, np.intp)
    often = np.diff(np.concatenate((begins, [len(keys)]))).astype(np.int32)
    pairs = keys[begins]
    return (pairs >> bits).astype(np.int32), (pairs & ((1 << bits) - 1)).astype(np.int32), often
