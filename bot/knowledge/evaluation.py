"""How good a search is on labelled questions.

``expected`` is an entry id, a list of acceptable ids, or null where no entry answers. Answerable and unanswerable
questions count half of all messages each, however many of either were labelled.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

Rate: TypeAlias = tuple[float, float, float]
"""A value, and the ends of its 95 % interval."""

RESAMPLED = 200
"""Samples drawn for the interval of a figure that is no simple share (bootstrap; Efron, 1979)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One labelled question, and what was found."""

    expected: frozenset[str]
    """Entries that answer it; empty where none does."""
    found: tuple[str, ...]
    """Best first."""
    score: float
    answered: bool
    """Whether the best was posted, and not merely offered."""
    language: str
    kind: str = ""
    """What the file says of it: ``near`` (the subject of the FAQ, but no entry answers), ``far``, or anything else."""

    @property
    def is_near_miss(self) -> bool:
        """Whether no entry answers it although it may look so; also where the file does not say how far off it is."""
        return not self.expected and self.kind != "far"

    @property
    def is_right(self) -> bool:
        """Whether the first entry answers it."""
        return bool(self.found) and self.found[0] in self.expected


def p_at_1(outcomes: Sequence[Outcome]) -> float:
    """Share of answerable questions with a right entry first."""
    return _share([each.is_right for each in outcomes if each.expected])


def mrr_at_10(outcomes: Sequence[Outcome]) -> float:
    """Mean of 1 / rank of the first right entry among ten; 0 where there is none."""
    ranks = [
        next((1 / rank for rank, entry in enumerate(each.found[:10], 1) if entry in each.expected), 0.0)
        for each in outcomes
        if each.expected
    ]
    return sum(ranks) / len(ranks) if ranks else 0.0


def recall_at_5(outcomes: Sequence[Outcome]) -> float:
    """Share of answerable questions with a right entry among five."""
    return _share([not each.expected.isdisjoint(each.found[:5]) for each in outcomes if each.expected])


def answered_right(outcomes: Sequence[Outcome]) -> float:
    """Share of answerable questions that got the right answer."""
    return _share([each.answered and each.is_right for each in outcomes if each.expected])


def answered(outcomes: Sequence[Outcome]) -> float:
    """Share of all questions that got an answer, right or wrong."""
    return _share([each.answered for each in outcomes])


def wrong_share(outcomes: Sequence[Outcome]) -> float:
    """Share of given answers that were wrong."""
    return _share([not each.is_right for each in outcomes if each.answered])


def answered_out_of_scope(outcomes: Sequence[Outcome]) -> float:
    """Share of unanswerable questions that got an answer."""
    return _share([each.answered for each in outcomes if not each.expected])


def near_misses_answered(outcomes: Sequence[Outcome]) -> float:
    """Share of near misses that got an answer."""
    return _share([each.answered for each in outcomes if each.is_near_miss])


def ac_at(limit: float) -> Callable[[Sequence[Outcome]], float]:
    """Share of answerable questions answered rightly while wrong answers stay within ``limit`` of all messages.

    The best threshold on the score is taken; questions of the same score are answered together.
    """

    def measure(outcomes: Sequence[Outcome]) -> float:
        answerable = sum(bool(each.expected) for each in outcomes)
        others = len(outcomes) - answerable
        halves = 2 if answerable and others else 1
        best, right, wrong = 0, 0, 0.0
        ordered = sorted((each for each in outcomes if each.found), key=lambda each: -each.score)
        for number, each in enumerate(ordered):
            right += each.is_right
            if not each.is_right:
                wrong += 1 / (halves * (answerable if each.expected else others))
            ends = number + 1 == len(ordered) or ordered[number + 1].score < each.score
            if ends and wrong <= limit:
                best = max(best, right)
        return best / answerable if answerable else 0.0

    return measure


MEASURES: dict[str, Callable[[Sequence[Outcome]], float]] = {
    "p_at_1": p_at_1,
    "mrr_at_10": mrr_at_10,
    "recall_at_5": recall_at_5,
    "ac_at_5": ac_at(0.05),
    "ac_at_2": ac_at(0.02),
    "answered": answered,
    "answered_right": answered_right,
    "wrong_share": wrong_share,
    "answered_out_of_scope": answered_out_of_scope,
    "near_misses_answered": near_misses_answered,
}
_OF: dict[str, Callable[[Outcome], bool]] = {
    "answered": lambda each: True,
    "near_misses_answered": lambda each: each.is_near_miss,
    "p_at_1": lambda each: bool(each.expected),
    "recall_at_5": lambda each: bool(each.expected),
    "answered_right": lambda each: bool(each.expected),
    "wrong_share": lambda each: each.answered,
    "answered_out_of_scope": lambda each: not each.expected,
}
"""Of the simple shares: which questions they are shares of."""


METHODS = {name: "wilson" if name in _OF else "bootstrap" for name in MEASURES}
"""How the interval of each measure is found."""


def measured(outcomes: Sequence[Outcome]) -> dict[str, Rate]:
    """Every measure with its interval."""
    return {name: rate(name, outcomes) for name in MEASURES}


def rate(name: str, outcomes: Sequence[Outcome]) -> Rate:
    """One of ``MEASURES`` with its interval."""
    measure = MEASURES[name]
    value = measure(outcomes)
    if name in _OF:
        return (value, *wilson(value, sum(map(_OF[name], outcomes))))
    draw = random.Random(1)  # noqa: S311 # guards nothing, and is the same each time
    values = sorted(measure(draw.choices(outcomes, k=len(outcomes))) for _ in range(RESAMPLED if outcomes else 0))
    return (value, values[round(0.025 * len(values))], values[round(0.975 * len(values)) - 1]) if values else (0, 0, 0)


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share of ``count`` (Wilson, 1927); 0 to 1 where nothing was counted."""
    if not count:
        return 0.0, 1.0
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _share(of: Sequence[bool]) -> float:
    return sum(of) / len(of) if of else 0.0
