"""Signals from vectors: how near a question is to the phrasings and the answers of each entry, in one language.

Vectors of one language, and of one subject, point into much the same direction, which says nothing about the entry. So
their mean is taken away ("centred"), and the directions in which the whole FAQ differs most are made shorter
("whitened"). A head, a softmax regression over the entries, learns from the phrasings what sets entries apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.embedding import Vectors
from bot.knowledge.held import Held
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
ASKED, LITTLE, MUCH = 100, 0.3, 0.6
"""Phrasings that are asked whether the answers tell entries apart; the shares of them that find their own answer at
which answers begin to count, and count fully. It is 0.5 to 0.8 where answers keep to their question, and 0.4 where they
are long and alike."""
WORK = 3e10
"""Multiplications that all steps of the head may take (about a second); a larger FAQ gets fewer steps."""
AT_ONCE = 3e9
"""The same for a FAQ of which an earlier version's head is known (a tenth of a second)."""
SAMPLE = 20_000
"""Phrasings that the whitening looks at."""
PIECE = 2_048
"""Phrasings looked at together while a FAQ is measured."""


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
    """Everything that is compared of the vectors of one language's texts.

    Of the vectors only the store has a copy: a centred or whitened cosine is a product with a vector made of the
    question, less that of the mean, over a length that is known beforehand.
    """

    def __init__(
        self,
        space: Space,
        language: str,
        phrasings: Held,
        owners: Numbers,
        answers: Held,
        known: Mapping[int, Vectors] | None = None,
    ) -> None:
        """``owners`` is the text of each phrasing; a text without answer has a row of zeros in ``answers``.

        ``known`` are rows of an earlier version's head, by the number of the text here: they stand in for one that
        takes long to learn.
        """
        self._space, self._phrasings, self._answers = space, phrasings, answers
        self._starts = np.searchsorted(owners, np.arange(len(answers) + 1))
        self._counts = np.diff(self._starts).astype(np.float32)
        base, own = space.mean(language), _mean(phrasings)
        self.shift = (own - base) * (len(phrasings) / (len(phrasings) + OWN))
        """How the mean of this FAQ differs from that of its language."""
        self._mean: Vectors = (base + self.shift).astype(np.float32)
        self._whitening = _whitening(phrasings, self._mean)
        self._lengths, self._centroids = self._measured(None)
        self._whitened, self._middles = self._measured(self._whitening)
        self._answer_mean: Vectors = np.zeros_like(self._mean) + space.answer_mean(language)
        self._answered = _lengths(answers, self._answer_mean)
        self.head = self._learned(owners, known)
        """A row for each text; None for a FAQ so large that it would not get beyond the centroids it begins with."""
        self.told = self._how_much_is_told(language, owners)
        """How far the answers tell the entries apart, 0 to 1: how much what resembles an answer should count."""

    def _measured(self, turned: Vectors | None) -> tuple[Vectors, Vectors]:
        """The lengths of the centred phrasings, and of the means of each text's phrasings once they have length 1."""
        lengths, means = np.ones(len(self._phrasings), np.float32), np.ones(len(self._counts), np.float32)
        for texts, rows in _pieces(self._starts):
            centred = self._phrasings.floats(rows.start, rows.stop) - self._mean
            centred = centred if turned is None else centred @ turned
            lengths[rows] = np.maximum(np.linalg.norm(centred, axis=1), 1e-9)
            centred /= lengths[rows, None]
            sums = self._sums(centred, self._starts[texts] - rows.start)
            means[texts] = np.maximum(np.linalg.norm(sums / self._counts[texts, None], axis=1), 1e-9)
        return lengths, means

    @staticmethod
    def _sums(rows: NDArray[np.floating[Any]], starts: Numbers) -> NDArray[np.floating[Any]]:
        """The sum of each text's rows."""
        if len(rows) == len(starts):
            return rows
        sums: NDArray[np.floating[Any]] = np.add.reduceat(rows, starts, axis=0)
        return sums

    def _learned(self, owners: Numbers, known: Mapping[int, Vectors] | None) -> Vectors | None:
        work = 4.0 * len(owners) * len(self._mean) * len(self._counts) + 1
        steps = min(STEPS, int(WORK / work))
        if not steps:
            return None
        centred = unit(self._phrasings.floats(0, len(owners)) - self._mean)
        centroids = unit(np.add.reduceat(centred, self._starts[:-1], axis=0))
        if known is None or steps * work <= AT_ONCE:
            return _head(centred, owners, centroids, steps)
        head = np.float32(SHARP) * centroids
        for number, row in known.items():
            head[number] = row
        return head

    def _how_much_is_told(self, language: str, owners: Numbers) -> float:
        """By the share of phrasings that resemble the answer of their own entry more than any other."""
        asked = np.unique(np.linspace(0, len(owners) - 1, ASKED).astype(np.intp))
        told = unit(self._phrasings.taken(asked).floats(0, len(asked)) - self._space.mean(language))
        near = self._near_answers(told)
        mine = near[np.arange(len(asked)), owners[asked]]
        alone = (near >= mine[:, None]).sum(axis=1) == 1
        share = np.mean(alone & self._answers.is_there[owners[asked]])
        return float(np.clip((share - LITTLE) / (MUCH - LITTLE), 0, 1))

    def _near_answers(self, told: Vectors) -> Vectors:
        """The centred cosine of each row to the answer of each text; 0 for a text without."""
        near = self._answers.products(told.T) - (told @ self._answer_mean)[:, None]
        found: Vectors = np.where(self._answers.is_there, near / self._answered, np.float32(0))
        return found

    def of(self, asked: Vectors, language: str) -> tuple[Vectors, ...]:
        """For each name in ``NAMES`` the values of all texts, of one question in ``language``."""
        mean = self._space.mean(language)
        centred = unit(asked - (mean + self.shift))
        turned = self._whitening @ unit((asked - (mean + self.shift)) @ self._whitening)
        plain, near, white = self._phrasings.products(np.stack((asked, centred, turned), axis=1))
        near = (near - self._mean @ centred) / self._lengths
        white = (white - self._mean @ turned) / self._whitened
        centroid = self._average(near) / self._centroids
        said = SHARP * centroid if self.head is None else self.head @ centred
        return (
            self._best(plain),
            self._best(near),
            centroid,
            self._best(white),
            self._average(white) / self._middles,
            said / SHARP,
            np.exp(said),
            self._near_answers(unit(asked - mean)[None])[0],
        )

    def _best(self, of_phrasings: Vectors) -> Vectors:
        if len(of_phrasings) == len(self._counts):
            return of_phrasings
        best: Vectors = np.maximum.reduceat(of_phrasings, self._starts[:-1])
        return best

    def _average(self, of_phrasings: Vectors) -> Vectors:
        if len(of_phrasings) == len(self._counts):
            return of_phrasings
        return (np.add.reduceat(of_phrasings, self._starts[:-1]) / self._counts).astype(np.float32, copy=False)


def _pieces(starts: Numbers) -> Iterator[tuple[slice, slice]]:
    """Some texts and their phrasings at a time, whole texts, about ``PIECE`` phrasings."""
    first = 0
    while first < len(starts) - 1:
        last = max(int(np.searchsorted(starts, starts[first] + PIECE, "right")) - 1, first + 1)
        yield slice(first, last), slice(int(starts[first]), int(starts[last]))
        first = last


def _mean(rows: Held) -> Vectors:
    total = np.zeros(rows.rows.shape[1])
    for at in range(0, len(rows), PIECE):
        total += rows.floats(at, at + PIECE).sum(axis=0)
    return (total / len(rows)).astype(np.float32)


def _lengths(rows: Held, mean: Vectors) -> Vectors:
    """The length of each row less the mean."""
    found = [np.linalg.norm(rows.floats(at, at + PIECE) - mean, axis=1) for at in range(0, len(rows), PIECE)]
    lengths: Vectors = np.maximum(np.concatenate(found), 1e-9)
    return lengths


def _whitening(rows: Held, mean: Vectors) -> Vectors:
    """What rows are multiplied with, so that all directions vary more alike."""
    looked_at = min(len(rows), SAMPLE)
    products = np.zeros((len(mean), len(mean)), np.float32)
    for at in range(0, looked_at, PIECE):
        centred = rows.floats(at, min(at + PIECE, looked_at)) - mean
        products += centred.T @ centred
    values, vectors = np.linalg.eigh(products / looked_at)
    soft = SOFT * max(float(values.mean()), 1e-9)
    found: Vectors = (vectors / np.sqrt(np.maximum(values, 0) + soft)).astype(np.float32)
    return found


def _head(rows: Vectors, owners: Numbers, centroids: Vectors, steps: int) -> Vectors:
    """A softmax regression's weights, a row for each entry: the likeliest that explain whose phrasing each row is."""
    start = (SHARP * centroids).astype(np.float32)
    weights, ahead = start, start
    every = np.arange(len(rows))
    for _ in range(steps):
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
