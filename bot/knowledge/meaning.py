"""Signals from vectors: how near a question is to the phrasings and the answers of each entry, in one language.

Vectors of one language, and of one subject, point into much the same direction, which says nothing about the entry. So
their mean is taken away ("centred"), and the directions in which the whole FAQ differs most are made shorter
("whitened"). A head, a softmax regression over the entries, learns from the phrasings what sets entries apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.embedding import Vectors
from bot.knowledge.postings import Floats
from bot.knowledge.ragged import Numbers

NAMES = ("cosine", "centred", "centroid", "whitened", "middle", "head", "votes", "meaning")
"""The columns: the cosine, and the centred one, to the best phrasing; the centred one to the mean of the phrasings;
the whitened ones likewise; what the head says of it, and its share of what the head says of all; and the centred cosine
to the answer."""

OWN = 20.0
"""Phrasings after which a FAQ's own mean counts as much as that of its language."""
SOFT = 10.0
"""Of the whitening: how much of the mean variance is added to that of every direction."""
SHARP = 10.0
"""Of the head: its weights begin as the centroids of the entries, of this length."""
STEPS, RATE, PULL, MOMENTUM = 60, 8.0, 3e-4, 0.9
"""Of the head: steps of gradient descent, their length, the pull back to the centroids, Nesterov's momentum."""
WORK = 3e10
"""Multiplications that all steps of the head may take (about a second); a larger FAQ gets fewer steps."""
SAMPLE = 20_000
"""Phrasings that the whitening looks at."""


@dataclass(frozen=True, slots=True)
class Space:
    """What is known of the vectors of one model from other FAQs."""

    means: dict[str, Vectors] = field(default_factory=dict)
    """Language -> mean of its questions; "" for any other language."""
    answers: dict[str, Vectors] = field(default_factory=dict)
    """The same of answers."""

    def mean(self, language: str) -> Vectors | float:
        return self.means.get(language.partition("-")[0], self.means.get("", 0.0))

    def answer_mean(self, language: str) -> Vectors | float:
        return self.answers.get(language.partition("-")[0], self.answers.get("", 0.0))


class Meaning:
    """Everything that is compared of the vectors of one language's texts."""

    def __init__(self, space: Space, language: str, phrasings: Vectors, owners: Numbers, answers: Vectors) -> None:
        """``owners`` is the text of each phrasing; a text without answer has a row of zeros in ``answers``."""
        self._space, self._owners, self._texts = space, owners, len(answers)
        self._starts = np.searchsorted(owners, np.arange(self._texts))
        base, own = space.mean(language), phrasings.mean(axis=0)
        self.shift = (own - base) * (len(phrasings) / (len(phrasings) + OWN))
        """How the mean of this FAQ differs from that of its language."""
        centred = phrasings - (base + self.shift)
        self._phrasings, self._centred = phrasings, unit(centred)
        self._whitening = _whitening(centred[:SAMPLE])
        self._whitened = unit(centred @ self._whitening)
        self._centroids = unit(self._means(self._centred))
        self._middles = unit(self._means(self._whitened))
        self._head = _head(self._centred, owners, self._centroids)
        has_answer = answers.any(axis=1, keepdims=True)
        self._answers = np.where(has_answer, unit(answers - space.answer_mean(language)), 0)

    def _means(self, rows: Vectors) -> Vectors:
        counts = np.bincount(self._owners, minlength=self._texts)[:, None].astype(np.float32)
        means: Vectors = (np.add.reduceat(rows, self._starts, axis=0) / counts).astype(np.float32)
        return means

    def of(self, asked: Vectors, language: str) -> Floats:
        """A row for each text, a column for each name in ``NAMES``, of one question in ``language``."""
        mean = self._space.mean(language)
        centred = unit(asked - (mean + self.shift))
        whitened = unit((asked - (mean + self.shift)) @ self._whitening)
        said = self._head @ centred
        columns = (
            self._best(self._phrasings @ asked),
            self._best(self._centred @ centred),
            self._centroids @ centred,
            self._best(self._whitened @ whitened),
            self._middles @ whitened,
            said / SHARP,
            np.exp(said),
            self._answers @ unit(asked - mean),
        )
        return np.stack(columns).astype(np.float64).T

    def _best(self, of_phrasings: Vectors) -> Vectors:
        best: Vectors = np.maximum.reduceat(of_phrasings, self._starts)
        return best


def _whitening(centred: Vectors) -> Vectors:
    """What rows are multiplied with, so that all directions vary more alike."""
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    soft = SOFT * max(float(values.mean()), 1e-9)
    found: Vectors = (vectors / np.sqrt(np.maximum(values, 0) + soft)).astype(np.float32)
    return found


def _head(rows: Vectors, owners: Numbers, centroids: Vectors) -> Vectors:
    """A softmax regression's weights, a row for each entry: the likeliest that explain whose phrasing each row is."""
    start = (SHARP * centroids).astype(np.float32)
    weights, ahead = start, start
    every = np.arange(len(rows))
    for _ in range(min(STEPS, int(WORK / (4.0 * rows.size * len(centroids) + 1)))):
        said = rows @ ahead.T
        said = np.exp(said - said.max(axis=1, keepdims=True))
        said /= said.sum(axis=1, keepdims=True)
        said[every, owners] -= 1
        moved = ahead - np.float32(RATE) * (said.T @ rows / np.float32(len(rows)) + np.float32(PULL) * (ahead - start))
        weights, ahead = moved, moved + np.float32(MOMENTUM) * (moved - weights)
    return weights


def unit(rows: NDArray[np.floating[Any]]) -> Vectors:
    """Rows (or one vector) of length 1; zeros stay."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    found: Vectors = (rows / np.maximum(length, 1e-9)).astype(np.float32)
    return found
