"""Lists of different lengths, one after the other in one array: what 100,000 texts consist of, in few objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Terms: TypeAlias = NDArray[np.int32]
Numbers: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of small numbers."""

    values: Terms
    starts: Numbers
    """Where each row begins, and where the last one ends."""

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]], count: int) -> Ragged:
        """``count`` rows, copied."""
        lengths = np.zeros(count, np.intp)

        def counted() -> Iterable[Sequence[int]]:
            for number, row in enumerate(rows):
                lengths[number] = len(row)
                yield row

        values = np.fromiter(chain.from_iterable(counted()), np.int32)
        return cls(values, _starts(lengths))

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

    def kept(self, chosen: NDArray[np.bool_]) -> Ragged:
        """Only the values that are ``chosen``."""
        before = np.concatenate(([0], np.cumsum(chosen)))
        return Ragged(self.values[chosen], before[self.starts])


def _starts(lengths: Numbers) -> Numbers:
    return np.concatenate((np.zeros(1, np.intp), np.cumsum(lengths)))
