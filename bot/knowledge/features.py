"""From the signals of all entries to the features of the few that are looked at closely.

Of each signal: its value, by how much it leads the best other entry's (or trails the best), and for the strongest also
how many standard deviations it stands above the mean of all entries. Then what makes a value worth more or less: how
many entries and phrasings there are, how long the question is, whether the entry is in the asker's language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.knowledge import meaning, signals
from bot.knowledge.postings import Floats, Numbers

TOP = 8
"""Entries of each signal that are looked at."""

LEXICAL = signals.NAMES
ALL = (*signals.NAMES, *meaning.NAMES)
_STANDING = ("cover", "grams", "answer", "cosine", "centred", "middle", "whitened", "meaning")
"""Signals of which the standing among all entries counts, too."""
_LEADING = (
    "cover",
    "grams",
    "answer",
    "entry",
    "cosine",
    "centred",
    "centroid",
    "whitened",
    "middle",
    "head",
    "votes",
    "meaning",
)
_RELATIVE = ("meaning", "votes")
"""Signals of which only the comparison with other entries counts; a FAQ may have long answers, short ones, or none."""
_SIZES = ("entries", "phrasings", "tokens", "bias")


def names(of_signals: tuple[str, ...]) -> tuple[str, ...]:
    """The features that come of these signals, in order."""
    values = tuple(name for name in of_signals if name not in _RELATIVE)
    leads = tuple(f"lead {name}" for name in of_signals if name in _LEADING)
    standings = tuple(f"standing {name}" for name in of_signals if name in _STANDING)
    crossed = ("foreign", "foreign whitened") if "whitened" in of_signals else ()
    share = ("votes",) if "votes" in of_signals else ()
    return (*values, *share, *leads, *standings, *crossed, *_SIZES)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is the same for every entry, and which of them are written in the asker's language."""

    tokens: int
    foreign: Floats
    """1 for each entry that does not exist in the asker's language, else 0."""
    phrasings: Floats
    """How many each entry has."""


def candidates(table: Floats, allowed: Numbers) -> Numbers:
    """The allowed entries that are among the first of any signal, in order."""
    among = table[allowed]
    first = np.argpartition(-among, TOP, axis=0)[:TOP] if len(allowed) > TOP else np.arange(len(allowed))
    chosen = np.unique(first)
    found: Numbers = allowed[chosen[among[chosen].max(axis=1) > 0]]
    return found


def features(
    of_signals: tuple[str, ...], table: Floats, allowed: Numbers, chosen: Numbers, around: Circumstances
) -> Floats:
    """A row for each of the ``chosen`` entries, a column for each of ``names(of_signals)``."""
    among, mine = table[allowed], table[chosen].copy()
    at = {name: column for column, name in enumerate(of_signals)}
    columns: list[Floats] = []
    if "votes" in at:
        total = among[:, at["votes"]].sum() + 1e-9
        among = among.copy()
        among[:, at["votes"]] /= total
        mine[:, at["votes"]] /= total
    columns += [mine[:, at[name]] for name in of_signals if name not in _RELATIVE]
    columns += [mine[:, at["votes"]]] if "votes" in at else []
    first, second = _two_best(among)
    columns += [
        mine[:, at[name]] - np.where(mine[:, at[name]] >= first[at[name]], second[at[name]], first[at[name]])
        for name in of_signals
        if name in _LEADING
    ]
    mean, spread = among.mean(axis=0), among.std(axis=0) + 0.02
    columns += [(mine[:, at[name]] - mean[at[name]]) / spread[at[name]] / 4 for name in of_signals if name in _STANDING]
    foreign = around.foreign[chosen]
    if "whitened" in at:
        columns += [foreign, foreign * mine[:, at["whitened"]]]
    ones = np.ones(len(chosen))
    columns += [
        ones * np.log(len(allowed)) / 5,
        np.log(around.phrasings[chosen]),
        ones * np.log1p(around.tokens),
        ones,
    ]
    return np.stack(columns, axis=1)


def _two_best(among: Floats) -> tuple[Floats, Floats]:
    """The best two values of each column."""
    if len(among) < 2:
        return among[0], np.zeros(among.shape[1])
    two = np.partition(among, len(among) - 2, axis=0)[-2:]
    return two[1], two[0]
