"""Vectors as they are held in memory and in the database: 16 bits a number, scaled so that the largest just fits.

A number is off by less than 1/65,000 of its vector's largest: nearer than 16-bit floats are, and in half the memory of
32-bit ones, so that a question meets 100,000 vectors in half the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.embedding import Vectors
from bot.knowledge.ragged import Numbers

Shorts: TypeAlias = NDArray[np.int16]

LARGEST = 32767
BLOCK = 256
"""Rows made into 32-bit floats at a time; they fit the processor's own memory."""


def packed(vector: Vectors) -> tuple[Shorts, float]:
    """The vector in 16 bits, and what one step is worth; 0 for a vector of zeros."""
    step = float(np.abs(vector).max()) / LARGEST
    return np.round(vector / (step or 1)).astype(np.int16), step


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of a store, by their numbers; those without a vector are zeros."""

    rows: Shorts
    steps: Vectors
    numbers: Numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def is_there(self) -> NDArray[np.bool_]:
        """Which rows have a vector."""
        return self.steps[self.numbers] > 0

    def taken(self, places: Numbers) -> Held:
        """The rows at these places."""
        return Held(self.rows, self.steps, self.numbers[places])

    def floats(self, start: int, end: int) -> Vectors:
        """Some of the rows as 32-bit floats."""
        some = self.numbers[start:end]
        rows = self.rows[some[0] : some[0] + len(some)] if _in_a_row(some) else self.rows[some]
        found = rows.astype(np.float32)
        found *= self.steps[some, None]
        return found

    def products(self, columns: Vectors) -> Vectors:
        """Every row times each of the columns; a row for each column."""
        found = np.empty((len(self), columns.shape[1]), np.float32)
        for start, some in self._blocks():
            np.matmul(some, columns, out=found[start : start + len(some)])
        return np.ascontiguousarray(found.T) * self.steps[self.numbers]

    def _blocks(self) -> Iterator[tuple[int, Vectors]]:
        """The rows, unscaled; each block is overwritten by the next."""
        shorts = np.empty((BLOCK, self.rows.shape[1]), np.int16)
        floats = np.empty((BLOCK, self.rows.shape[1]), np.float32)
        in_a_row = _in_a_row(self.numbers)  # as after every start: then nothing is gathered
        for start in range(0, len(self), BLOCK):
            some = self.numbers[start : start + BLOCK]
            if in_a_row:
                floats[: len(some)] = self.rows[some[0] : some[0] + len(some)]
            else:
                np.take(self.rows, some, axis=0, out=shorts[: len(some)], mode="clip")
                floats[: len(some)] = shorts[: len(some)]
            yield start, floats[: len(some)]


def _in_a_row(numbers: Numbers) -> bool:
    return len(numbers) > 0 and bool((np.diff(numbers) == 1).all())
