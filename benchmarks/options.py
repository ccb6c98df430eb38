"""What a run of the benchmarks was asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The same for every benchmark; each takes what concerns it."""

    scale: float = 1.0
    """Share of the usual number of repetitions."""
    kills: int = 200
    control_kills: int = 25
    seed: int = 0
    imports: bool = False
    """Also show which imports the start spends its time on."""
    keep: bool = False
    """Leave databases and logs behind, to be looked at."""

    def times(self, usual: int, fewest: int = 1) -> int:
        """``usual`` repetitions, scaled."""
        return max(fewest, round(usual * self.scale))


def say(text: str) -> None:
    """Progress, for whoever waits; stdout is for the figures."""
    print(text, file=sys.stderr, flush=True)
