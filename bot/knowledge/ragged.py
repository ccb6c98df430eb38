"""Lists of different lengths, one after the other in one array: what 100,000 texts consist of, in few objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Terms: TypeAlias = NDArray[np.int32]
Numbers: TypeAlias = NDArray[np.intp]
Row = TypeVar("Row")

TOGETHER = 4_096
"""Rows numbered at a time."""


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of small numbers."""

    values: Terms
    starts: Numbers
    """Where each row begins, and where the last one ends."""

    @classmethod
    def empty(cls) -> Ragged:
        """No rows."""
        return cls(np.zeros(0, np.int32), np.zeros(1, np.intp))

    @classmethod
    def numbered(cls, rows: Iterable[Sequence[Row]], number: Callable[[Row], int]) -> Ragged:
        """The number of everything in the rows."""
        values, lengths, left = [np.zeros(0, np.int32)], [np.zeros(0, np.intp)], iter(rows)
        while some := list(islice(left, TOGETHER)):
            values.append(np.fromiter(map(number, chain.from_iterable(some)), np.int32))
            lengths.append(np.fromiter(map(len, some), np.intp, len(some)))
        return cls(np.concatenate(values), _starts(np.concatenate(lengths)))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Numbers:
        return np.diff(self.starts)

    @property
    def owners(self) -> Numbers:
        """The row of each value."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def row(self, number: int) -> Terms:
        return self.values[self.starts[number] : self.starts[number + 1]]

    def followed(self, by: Ragged) -> Ragged:
        """These rows, and then those."""
        starts = np.concatenate((self.starts, by.starts[1:] + len(self.values)))
        return Ragged(np.concatenate((self.values, by.values)), starts)

    def replaced(self, by: Ragged) -> Ragged:
        """Every value replaced by the row of ``by`` that it is the number of."""
        lengths = by.lengths[self.values]
        starts = _starts(lengths)
        from_start = np.repeat(by.starts[self.values] - starts[:-1], lengths)
        values = by.values[np.arange(starts[-1]) + from_start]
        return Ragged(values, starts[self.starts])

    def mapped(self, to: Terms) -> Ragged:
        """Every value replaced by the one that stands in ``to`` at its place."""
        return Ragged(to[self.values], self.starts)

    def taken(self, numbers: Numbers) -> Ragged:
        """These of the rows, in this order."""
        return Ragged(numbers.astype(np.int32), np.arange(len(numbers) + 1)).replaced(self)

    def cut(self, most: int) -> Ragged:
        """The first ``most`` values of each row."""
        if self.lengths.max(initial=0) <= most:
            return self
        return self.kept(np.arange(len(self.values)) - np.repeat(self.starts[:-1], self.lengths) < most)

    def kept(self, chosen: NDArray[np.bool_]) -> Ragged:
        """Only the values that are ``chosen``."""
        before = np.concatenate(([0], np.cumsum(chosen)))
        return Ragged(self.values[chosen], before[self.starts])


def _starts(lengths: Numbers) -> Numbers:
    return np.concatenate((np.zeros(1, np.intp), np.cumsum(lengths)))
