"""From the scores of a finding to what the bot may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from bot.i18n import N_


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
    across: float | None = None
    """Where the entry has no text in the language of the question; None where that was not fitted."""

    def needed(self, language: str, *, foreign: bool = False) -> float:
        """The score from which a question in this language is answered by an entry in it, or by a ``foreign`` one."""
        found = self.across if foreign else self.of_language.get(language)
        return self.answer if found is None else found

    def shown(self) -> dict[str, float]:
        """Every threshold by its language, then ``across`` languages, and that of everything else as ``other``."""
        across = {} if self.across is None else {"across": self.across}
        return {**self.of_language, **across, "other": self.answer}

    def band(self, scores: Sequence[float], language: str, tokens: int, *, foreign: bool = False) -> Band:
        """The band of a finding with these scores, best first; a score of 1 is a phrasing of the FAQ itself.

        ``foreign`` says that the best entry has no text in this language.
        """
        return self.decided(scores, language, tokens, foreign=foreign)[0]

    def decided(
        self, scores: Sequence[float], language: str, tokens: int, *, foreign: bool = False
    ) -> tuple[Band, str]:
        """The same, with the rule that decided."""
        best, second = [*scores, 0.0, 0.0][:2]
        needed = self.needed(language, foreign=foreign)
        if best < OFFER * needed:
            return Band.ABSTAIN, N_("the best score is below half of what an answer needs")
        if best - second < MARGIN:
            return Band.SUGGEST, N_("two entries fit alike")
        if best >= 1:
            return Band.ANSWER, N_("it is a phrasing of the entry itself")
        if best < needed:
            return Band.SUGGEST, N_("the best score is below what an answer needs")
        if tokens < FEWEST:
            return Band.SUGGEST, N_("one word with a meaning of its own is too little for an answer")
        return Band.ANSWER, N_("the best score is what an answer needs, or more")


ALWAYS = Thresholds()
"""Until the FAQ's own are fitted."""
