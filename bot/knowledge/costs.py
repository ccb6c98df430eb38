"""What each caution costs, told by the FAQ itself: how many questions it would still answer, rightly and wrongly.

Of every text with several phrasings one is taken out and asked (its entry is the right answer); across languages, a
phrasing is asked of the entries in another language alone; and with its entry hidden, every answer is wrong. The first
flatters a FAQ whose phrasings resemble each other, so the numbers compare cautions; they promise nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from bot.knowledge.bands import Band, Thresholds
from bot.knowledge.encoding import Encoder
from bot.knowledge.entries import Entry, Faq
from bot.knowledge.normalise import canonical
from bot.knowledge.rescoring import Weights
from bot.knowledge.search import Search

MOST = 200
"""Questions asked of each language and pair of languages."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one language, or a pair of them."""

    asked: int
    right: float
    """Share of the questions that get the right answer."""
    wrong: float
    """Share that get a wrong one."""
    unanswerable: float | None
    """Share of the questions without an entry that get an answer; None across languages."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """One question: the scores found, best first, and whether the best is right."""

    scores: tuple[float, ...]
    tokens: int
    right: bool


class Trial:
    """Asks everything once; each caution is then judged on the same scores. Takes its time; make it in a thread."""

    def __init__(self, faq: Faq, search: Search, encoder: Encoder | None, weights: Weights) -> None:
        self._draw = random.Random(1)  # noqa: S311 # guards nothing, and is the same each time
        self._tried: dict[tuple[str, str], list[_Tried]] = {}
        self._hidden: dict[str, list[float]] = {}
        kept, out = _held_out(faq, self._draw)
        if out:
            self._ask(Search(kept, encoder, weights), out, "")
        for language, other in permutations(faq.languages[:2], 2):
            only = Faq(_in_language(faq, other), other)
            across = [(each.text(language).question, language, each.id) for each in faq if _has(each, language, other)]
            if across and len(only) > 1:
                self._ask(Search(only, encoder, weights), across, other)
        own = search.own_questions()
        for phrasing, language, entry in self._draw.sample(own, min(len(faq.languages) * MOST, len(own))):
            self._hidden.setdefault(language, []).append(search.hidden(phrasing, language, entry)[0])

    def _ask(self, search: Search, questions: Sequence[tuple[str, str, str]], other: str) -> None:
        for phrasing, language, entry in self._draw.sample(questions, len(questions)):
            tried = self._tried.setdefault((language, other), [])
            if len(tried) >= MOST or not canonical(phrasing):
                continue
            scored = search.scored(search.asked(phrasing, language), search.allowed(None))
            order = scored.scores.argsort()[::-1]
            best = search.ids[int(scored.entries[order[0]])] if len(order) else ""
            scores = tuple(float(score) for score in scored.scores[order[:2]])
            tried.append(_Tried(scores, scored.tokens, best == entry))

    def costs(self, thresholds: Thresholds) -> Mapping[str, Cost]:
        """By language (``en``) and from one to another (``de->en``)."""
        found = {}
        for (language, other), tried in self._tried.items():
            answered = [each for each in tried if _band(thresholds, each, language, other) is Band.ANSWER]
            right = sum(each.right for each in answered)
            hidden = [score for score in self._hidden.get(language, ()) if score < 1]
            beyond = sum(score >= thresholds.needed(language) for score in hidden) / max(len(hidden), 1)
            found[f"{language}->{other}" if other else language] = Cost(
                asked=len(tried),
                right=right / len(tried),
                wrong=(len(answered) - right) / len(tried),
                unanswerable=None if other else beyond,
            )
        return found


def _band(thresholds: Thresholds, tried: _Tried, language: str, other: str) -> Band:
    return thresholds.band(tried.scores, language, tried.tokens, foreign=bool(other))


def _held_out(faq: Faq, draw: random.Random) -> tuple[Faq, list[tuple[str, str, str]]]:
    """The FAQ without one phrasing of each text that has another, and those phrasings."""
    entries: dict[str, Entry] = {}
    out = []
    for entry in faq:
        texts = dict(entry.texts)
        for language, text in entry.texts.items():
            if text.alternates:
                one = draw.choice(text.alternates)
                texts[language] = replace(text, alternates=tuple(each for each in text.alternates if each != one))
                out.append((one, language, entry.id))
        entries[entry.id] = replace(entry, texts=texts)
    return Faq(entries, faq.default_language), out


def _in_language(faq: Faq, language: str) -> dict[str, Entry]:
    return {each.id: replace(each, texts={language: each.texts[language]}) for each in faq if language in each.texts}


def _has(entry: Entry, *languages: str) -> bool:
    return all(language in entry.texts for language in languages)
