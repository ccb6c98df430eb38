"""From the signals of all entries to the features of the few that are looked at closely.

Of each signal: its value, by how much it leads the best other entry's (or trails the best), and for the strongest also
how many standard deviations it stands above the mean of all entries. Then what makes a value worth more or less: how
many entries and phrasings there are, how long the question is, whether the entry is in the asker's language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.knowledge import meaning, signals
from bot.knowledge.postings import Floats
from bot.knowledge.ragged import Numbers

TOP = 8
"""Entries of each signal that are looked at."""
BLOCK = 64
"""Values of a signal of which the highest is looked at first."""

LEXICAL = signals.NAMES
ALL = (*signals.NAMES, *meaning.NAMES)
ENGLISH = (*ALL, *(f"{name} en" for name in meaning.NAMES))
"""With those by the second model, of an English question and an entry that has an English text."""
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
_SHARED = "votes"
"""The signal of which each entry's share of the sum counts."""
SECOND = " en"
"""How the names of the second model's signals end."""
_SIZES = ("entries", "phrasings", "tokens", "bias")


def names(of_signals: tuple[str, ...]) -> tuple[str, ...]:
    """The features that come of these signals, in order; those of the second model stand behind all others."""
    first = tuple(name for name in of_signals if not name.endswith(SECOND))
    crossed = ("foreign", "foreign whitened") if "whitened" in first else ()
    return (*_of(first), *crossed, *_SIZES, *_of(of_signals[len(first) :]))


def _of(of_signals: tuple[str, ...]) -> tuple[str, ...]:
    """Values, shares, leads and standings."""
    values = tuple(name for name in of_signals if _plain(name) not in _RELATIVE)
    shares = tuple(name for name in of_signals if _plain(name) == _SHARED)
    leads = tuple(f"lead {name}" for name in of_signals if _plain(name) in _LEADING)
    standings = tuple(f"standing {name}" for name in of_signals if _plain(name) in _STANDING)
    return (*values, *shares, *leads, *standings)


def _plain(signal: str) -> str:
    return signal.removesuffix(SECOND)


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
    among = _rows(table, allowed)
    chosen = np.unique([place for column in among.T for place in _first(column)]).astype(np.intp)
    found: Numbers = allowed[chosen[among[chosen].max(axis=1, initial=0) > 0]]
    return found


def _first(column: Floats) -> Numbers:
    """Where the ``TOP`` highest values stand: in the blocks of the highest maxima, as there are no more of them."""
    blocks = len(column) // BLOCK
    if blocks <= TOP:
        return np.argpartition(-column, TOP)[:TOP] if len(column) > TOP else np.arange(len(column))
    highest = column[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
    near = (np.argpartition(-highest, TOP)[:TOP, None] * BLOCK + np.arange(BLOCK)).ravel()
    near = np.concatenate((near, np.arange(blocks * BLOCK, len(column))))
    found: Numbers = near[np.argpartition(-column[near], TOP)[:TOP]]
    return found


def _rows(table: Floats, numbers: Numbers) -> Floats:
    """The rows of these numbers, in order; of a large table every column lies in one piece."""
    return table if len(numbers) == len(table) else np.asfortranarray(table[numbers])


def features(
    of_signals: tuple[str, ...], table: Floats, allowed: Numbers, chosen: Numbers, around: Circumstances
) -> Floats:
    """A row for each of the ``chosen`` entries, a column for each of ``names(of_signals)``."""
    among, mine = _rows(table, allowed), table[chosen]
    best = _two_best(among)
    first = [name for name in of_signals if not name.endswith(SECOND)]
    at = {name: column for column, name in enumerate(of_signals)}
    columns = _columns(dict(list(at.items())[: len(first)]), among, mine, best)
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
    columns += _columns(dict(list(at.items())[len(first) :]), among, mine, best)
    return np.stack(columns, axis=1)


def _columns(at: dict[str, int], among: Floats, mine: Floats, best: tuple[Floats, Floats]) -> list[Floats]:
    """What ``_of`` names, of the signals that stand at these columns; shares are made where votes stood."""
    first, second = best
    shares = [column for name, column in at.items() if _plain(name) == _SHARED]
    for column in shares:
        total = among[:, column].sum() + 1e-9
        for each in (mine[:, column], first[column, None], second[column, None]):
            each /= total
    leads = [column for name, column in at.items() if _plain(name) in _LEADING]
    return [
        *(mine[:, column] for name, column in at.items() if _plain(name) not in _RELATIVE),
        *(mine[:, column] for column in shares),
        *(mine[:, at] - np.where(mine[:, at] >= first[at], second[at], first[at]) for at in leads),
        *(_standing(mine[:, column], among[:, column]) for name, column in at.items() if _plain(name) in _STANDING),
    ]


def _standing(mine: Floats, among: Floats) -> Floats:
    """How many standard deviations values stand above the mean of all."""
    mean = among.mean()
    spread = np.sqrt(max(among @ among / len(among) - mean * mean, 0.0)) + 0.02
    found: Floats = (mine - mean) / spread / 4
    return found


def _two_best(among: Floats) -> tuple[Floats, Floats]:
    """The best two values of each column; 0 for a second where there is none."""
    at = among.argmax(axis=0)
    first = among[at, np.arange(among.shape[1])]
    if len(among) < 2:
        return first, np.zeros(among.shape[1])
    second = [
        max(column[:place].max(initial=-np.inf), column[place + 1 :].max(initial=-np.inf))
        for column, place in zip(among.T, at.tolist(), strict=True)
    ]
    return first, np.array(second)
