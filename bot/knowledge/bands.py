"""From the scores of a finding to what the bot may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Band(Enum):
    """What the bot may do."""

    ANSWER = "answer"
    """Post the best entry."""
    SUGGEST = "suggest"
    """Ask "did you mean" with the candidates."""
    ABSTAIN = "abstain"
    """Stay silent."""


MARGIN = 0.08
"""An answer must be this far ahead of the next entry; two entries closer than this can only be offered together."""
FEWEST = 2
"""Words with a meaning of their own that a question needs to be answered, unless it is a phrasing of the FAQ itself."""
OFFER = 0.5
"""Candidates are offered from this share of the score that an answer needs."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The scores from which there is an answer."""

    answer: float = 0.8
    """Where nothing was fitted for the language."""
    of_language: Mapping[str, float] = field(default_factory=dict)

    def needed(self, language: str) -> float:
        """The score from which a question in this language is answered."""
        return self.of_language.get(language, self.answer)

    def shown(self) -> dict[str, float]:
        """Every threshold by its language, that of any other as ``other``."""
        return {**self.of_language, "other": self.answer}

    def band(self, scores: Sequence[float], language: str, tokens: int) -> Band:
        """The band of a finding with these scores, best first; a score of 1 is a phrasing of the FAQ itself."""
        best, second = [*scores, 0.0, 0.0][:2]
        needed = self.needed(language)
        if best < OFFER * needed:
            return Band.ABSTAIN
        sure = best >= needed and best - second >= MARGIN and (tokens >= FEWEST or best >= 1)
        return Band.ANSWER if sure else Band.SUGGEST


ALWAYS = Thresholds()
"""Until the FAQ's own are fitted."""
