"""The search: normalise -> signals -> scores -> band, over the texts of every language at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.bands import Band, band, rule, scores
from bot.knowledge.entries import Faq
from bot.knowledge.language import detect, prepare
from bot.knowledge.normalise import words
from bot.knowledge.postings import Floats
from bot.knowledge.signals import NAMES, Signals

FOREIGN = 0.9
"""What a score is worth when it comes from a text in another language than the question's."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question."""

    entry: str
    """Its id."""
    score: float
    """Estimated probability that it is the answer, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question."""

    band: Band
    candidates: tuple[Candidate, ...] = ()
    """The best entries, best first; also where the band says abstain, so that gaps can be studied."""
    language: str = "en"
    """The language of the question."""

    @property
    def best(self) -> Candidate | None:
        """The first candidate, whatever the band."""
        return self.candidates[0] if self.candidates else None

    @property
    def score(self) -> float:
        """The best candidate's score; 0 without one."""
        return self.candidates[0].score if self.candidates else 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something was found."""

    finding: Finding
    compared: tuple[str, ...]
    """What is left of the question's words: without grammar words, endings taken off."""
    signals: Mapping[str, Mapping[str, float]]
    """For each candidate's entry, how much of each signal (``signals.NAMES``) it has, 0 to 1."""
    rule: str
    """What decided the band; a text to be translated."""


@dataclass(frozen=True, slots=True)
class _Index:
    """The texts of one language, and which entry each belongs to."""

    language: str
    signals: Signals
    entries: NDArray[np.intp]

    def scores(self, asked: list[str], allowed: NDArray[np.bool_]) -> Floats:
        mask, tokens = allowed[self.entries], self.signals.tokens(asked)
        found = scores(self.signals.of(asked, tokens) * mask[:, None], len(set(tokens))) * mask
        found[[number for number in self.signals.exact(asked) if mask[number]]] = 1
        return found


class Search:
    """The search over one version of the FAQ. It never changes once it is built and can be used by several threads."""

    def __init__(self, faq: Faq) -> None:
        self.languages = faq.languages
        prepare(faq.languages)
        self._ids = tuple(faq.entries)
        self._products = np.array([(entry.product or "").casefold() for entry in faq])
        self._indexes = [_index(faq, language) for language in faq.languages]

    def find(
        self, question: str, *, language: str | None = None, product: str | None = None, limit: int = 5
    ) -> Finding:
        """The entries that may answer ``question``, best first, and what the bot may do with them.

        ``language`` is detected among the FAQ's own if it is not given. With ``product``, entries of other products are
        left out, those of no product stay. Any text is allowed; only its beginning is read.
        """
        language = language or detect(question, self.languages)
        asked = words(question)
        if not asked or not self._ids:
            return Finding(Band.ABSTAIN, language=language)
        candidates = self._best(self._scores(asked, language, product), max(limit, 2))
        finding = Finding(_band(candidates), candidates, language)
        return replace(finding, candidates=candidates[:limit])

    def explain(self, question: str) -> Explanation:
        """What ``find`` finds, with everything that took part."""
        finding, asked = self.find(question), words(question)
        best: dict[str, tuple[float, dict[str, float]]] = {}
        compared: dict[str, None] = {}
        for index in self._indexes if asked else ():
            tokens = index.signals.tokens(asked)
            if index.language == finding.language:
                compared |= dict.fromkeys(tokens)
            found = index.scores(asked, self._allowed(None)) * (1.0 if index.language == finding.language else FOREIGN)
            rows = zip(index.entries.tolist(), found.tolist(), index.signals.of(asked, tokens).tolist(), strict=True)
            for number, score, row in rows:
                if score > best.get(self._ids[number], (-1.0, {}))[0]:
                    best[self._ids[number]] = score, dict(zip(NAMES, row, strict=True))
        scored = [each.score for each in finding.candidates]
        signals = {each.entry: best[each.entry][1] for each in finding.candidates}
        return Explanation(finding, tuple(compared), signals, rule(scored, len(compared)))

    def _scores(self, asked: list[str], language: str, product: str | None) -> Floats:
        """Every entry's score: the best over its languages."""
        allowed = self._allowed(product)
        found = np.zeros(len(self._ids))
        for index in self._indexes:
            worth = 1.0 if index.language == language else FOREIGN
            found[index.entries] = np.maximum(found[index.entries], worth * index.scores(asked, allowed))
        return found

    def _allowed(self, product: str | None) -> NDArray[np.bool_]:
        if not product:
            return np.ones(len(self._ids), np.bool_)
        allowed: NDArray[np.bool_] = (self._products == "") | (self._products == product.casefold())
        return allowed

    def _best(self, found: Floats, limit: int) -> tuple[Candidate, ...]:
        first = np.argpartition(-found, limit)[:limit] if limit < len(found) else np.arange(len(found))
        order = sorted(
            (-round(score, 4), number) for number, score in zip(first.tolist(), found[first].tolist(), strict=True)
        )
        return tuple(Candidate(self._ids[number], -score) for score, number in order if score < 0)


def _index(faq: Faq, language: str) -> _Index:
    numbered = [(number, entry.texts[language]) for number, entry in enumerate(faq) if language in entry.texts]
    numbers = np.array([number for number, _ in numbered], np.intp)
    return _Index(language, Signals(language, [text for _, text in numbered]), numbers)


def _band(candidates: Sequence[Candidate]) -> Band:
    best, second = [*(candidate.score for candidate in candidates), 0.0, 0.0][:2]
    return band(best, second)
