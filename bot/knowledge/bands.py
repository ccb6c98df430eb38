"""From signals to a score, and from scores to what the bot may do with them.

The score is a logistic regression's estimate of the probability that an entry answers the question. Its weights were
fitted on labelled questions of other FAQs (about apps, banking and health, English and German), with as many questions
that no entry answers as questions that one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from math import log1p

import numpy as np

from bot.i18n import N_
from bot.knowledge.postings import Floats
from bot.knowledge.signals import NAMES


class Band(Enum):
    """What the bot may do."""

    ANSWER = "answer"
    """Post the best entry."""
    SUGGEST = "suggest"
    """Ask "did you mean" with the candidates."""
    ABSTAIN = "abstain"
    """Stay silent."""


ANSWER = 0.65
"""The score from which the best entry is posted. Higher is rarer and more often right."""
SUGGEST = 0.3
"""The score from which candidates are offered."""
MARGIN = 0.08
"""An answer must be this far ahead of the next entry; two entries closer than this can only be offered together."""

FEWEST = 2
"""Words with a meaning of their own that a question needs to be answered, unless it is a phrasing of the FAQ itself."""

_STRENGTH = {"share": 1.0, "cover": 1.0, "grams": 1.0, "answer": 1.0}
_WEIGHTS = {"cover": 2.5, "grams": 4.7, "answer": 1.9}
_BIAS, _LEAD, _LENGTH = -5.57, 1.8, 0.65

_STRENGTHS = np.array([_STRENGTH.get(name, 0.0) for name in NAMES])
_COLUMNS = np.array([_WEIGHTS.get(name, 0.0) for name in NAMES])


def scores(signals: Floats, tokens: int) -> Floats:
    """The score of every row of signals, for a question of so many tokens.

    ``lead`` is how much stronger an entry is than the strongest other one; below zero for all but the first.
    """
    strength = signals @ _STRENGTHS
    lead = strength - _strongest_other(strength)
    odds: Floats = _BIAS + signals @ _COLUMNS + _LEAD * lead + _LENGTH * log1p(tokens)
    found = np.minimum(1 / (1 + np.exp(-odds)), 1.0 if tokens >= FEWEST else ANSWER - 0.01)
    return np.where(strength > 0, found, 0.0)


def _strongest_other(strength: Floats) -> Floats:
    first = int(strength.argmax())
    others = np.full_like(strength, strength[first])
    others[first] = np.delete(strength, first).max(initial=0)
    return others


def rule(found: Sequence[float], tokens: int) -> str:
    """Why a finding with these scores, for a question of so many tokens, has its band: a text to be translated."""
    best, second = [*found, 0.0, 0.0][:2]
    if best < SUGGEST:
        return N_("No entry reaches what an offer needs.")
    if best < ANSWER:
        few = tokens < FEWEST
        return N_("One word is too little for an answer.") if few else N_("No entry reaches what an answer needs.")
    if best - second < MARGIN:
        return N_("The first two are too close to each other.")
    is_phrasing = best >= 1
    return N_("It is a phrasing of the entry.") if is_phrasing else N_("It reaches what an answer needs, well ahead.")


def band(best: float, second: float) -> Band:
    """The band of a finding, by the scores of its best two entries."""
    if best < SUGGEST:
        return Band.ABSTAIN
    return Band.ANSWER if best >= ANSWER and best - second >= MARGIN else Band.SUGGEST
