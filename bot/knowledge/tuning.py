"""Thresholds without labels: each question of the FAQ is asked with its own entry hidden, so every answer is wrong.

The score that only a small share of these wrong answers reaches is the threshold of that language. Near-duplicate
entries push it up, as the other one *is* an answer; so it is kept within bounds, and they are named to the vendor.

Across languages, words say next to nothing and meanings are less alike, so scores are lower. That threshold is found in
the same way, each question being compared as if no entry were in its language: by its meaning alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from bot.knowledge.bands import Thresholds
from bot.knowledge.search import Search

LIMIT = 0.05
"""The share of given answers that may be wrong, where the vendor says nothing."""
MOST, FEW = 400, 100
"""Questions asked of each language; more change little and cost time. From ``MANY`` phrasings on there are fewer, the
more there are, as each takes longer: so a fit takes some seconds, however large the FAQ is."""
MANY = 20_000
"""Phrasings up to which ``MOST`` are asked."""
FEWEST = 12
"""Questions of a language below which nothing can be told of them."""
HIGHEST = 0.9
"""No threshold is higher; half-way to it is the one of a FAQ too small to tell."""
DUPLICATE = 0.9
"""A hidden entry's question that another entry answers with this score: the two are near-duplicates."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two entries that answer the same question, for all that the search can tell."""

    entry: str
    other: str
    phrasing: str
    """Of ``entry``; ``other`` answers it, too."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What hiding the entries showed."""

    thresholds: Thresholds
    asked: dict[str, int]
    """Language -> how many questions were asked."""
    duplicates: tuple[Duplicate, ...]


def bounds(limit: float) -> tuple[float, float]:
    """Between what a threshold is kept, for a limit on wrong answers."""
    low = np.interp(limit, (0.01, 0.05, 0.1, 0.2), (0.75, 0.6, 0.5, 0.4))
    return float(low), float(np.interp(limit, (0.01, 0.05), (HIGHEST, 0.8)))


def asked_of(phrasings: int) -> int:
    """How many questions of each language are asked of a FAQ with so many phrasings."""
    return max(MOST * MANY // max(phrasings, MANY), FEW)


def tuned(search: Search, limit: float, going_on: Callable[[], bool] = lambda: True) -> Tuning:
    """Fit the thresholds of every language to a limit on wrong answers (a share of those given, 0 to 1).

    Takes about 1 ms for each question asked at 1,000 entries, 50 ms at 100,000; ends early where ``going_on`` turns
    false.
    """
    low, high = bounds(limit)
    draw = random.Random(1)  # noqa: S311 # guards nothing, and is the same each time
    found: dict[str, list[float]] = {}
    duplicates: dict[frozenset[str], Duplicate] = {}
    by_language: dict[str, list[tuple[str, int]]] = {}
    own = search.own_questions()
    most = asked_of(len(own))
    for phrasing, language, entry in own:
        by_language.setdefault(language, []).append((phrasing, entry))
    for language, questions in by_language.items():
        for phrasing, entry in draw.sample(questions, min(most, len(questions))):
            if not going_on():
                break
            best, other = search.hidden(phrasing, language, entry)
            found.setdefault(language, []).extend([best] if best < 1 else [])  # of equal phrasings both are offered
            if best >= DUPLICATE:
                pair = Duplicate(search.ids[entry], search.ids[other], phrasing)
                duplicates.setdefault(frozenset((pair.entry, pair.other)), pair)
    abroad = draw.sample(own, min(most, len(own))) if search.is_semantic else []
    across = [search.hidden(*each, abroad=True)[0] for each in takewhile(lambda _: going_on(), abroad)]

    def threshold(scores: Sequence[float]) -> float:
        return float(np.clip(np.quantile(np.array(scores), 1 - limit), low, high))

    fitted = {language: threshold(scores) for language, scores in found.items() if len(scores) >= FEWEST}
    default = max(fitted.values(), default=(low + HIGHEST) / 2)
    thresholds = Thresholds(default, fitted, threshold(across) if len(across) >= FEWEST else None)
    return Tuning(thresholds, {language: len(each) for language, each in found.items()}, tuple(duplicates.values()))
