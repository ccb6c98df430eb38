"""What others do, to compare with: BM25 over stems, and fuzzy matching of whole phrasings. Neither can abstain."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher

import numpy as np

from bot.knowledge.bands import Band
from bot.knowledge.entries import Faq
from bot.knowledge.language import detect
from bot.knowledge.normalise import tokeniser, words
from bot.knowledge.postings import Floats, Postings
from bot.knowledge.search import Candidate, Finding

Find = Callable[[str], Finding]


def bm25(faq: Faq) -> Find:
    """BM25 (k1 1.2, b 0.5) over stemmed phrasings without grammar words."""
    phrasings, owners = _phrasings(faq)
    tokenisers = {language: tokeniser(language) for language in faq.languages}
    index = Postings.of([tokenisers[language](words(text)) for text, language in phrasings])

    def find(question: str) -> Finding:
        language = detect(question, faq.languages)
        return _finding(faq, owners, index.share(tokenisers[language](words(question))), language)

    return find


def fuzzy(faq: Faq) -> Find:
    """Token-set similarity: the words two texts share against the words of each (difflib's ratio, 0 to 1)."""
    phrasings, owners = _phrasings(faq)
    sets = [frozenset(words(text)) for text, _ in phrasings]

    def find(question: str) -> Finding:
        mine = frozenset(words(question))
        return _finding(faq, owners, np.array([_alike(mine, each) for each in sets]), detect(question, faq.languages))

    return find


BASELINES: dict[str, Callable[[Faq], Find]] = {"bm25": bm25, "fuzzy": fuzzy}


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    shared = " ".join(sorted(one & other))
    whole = f"{shared} {' '.join(sorted(one - other))}".strip(), f"{shared} {' '.join(sorted(other - one))}".strip()
    pairs = ((shared, whole[0]), (shared, whole[1]), whole) if shared else (whole,)
    return max(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in pairs)


def _phrasings(faq: Faq) -> tuple[list[tuple[str, str]], list[str]]:
    every = [(p, text.language, entry.id) for entry in faq for text in entry.texts.values() for p in text.phrasings]
    return [(phrasing, language) for phrasing, language, _ in every], [entry_id for _, _, entry_id in every]


def _finding(faq: Faq, owners: list[str], scores: Floats, language: str) -> Finding:
    best: dict[str, float] = {}
    for owner, score in zip(owners, scores.tolist(), strict=True):
        best[owner] = max(best.get(owner, 0.0), score)
    order = sorted((entry for entry in best if best[entry] > 0), key=lambda entry: -best[entry])[:10]
    candidates = tuple(Candidate(entry, best[entry]) for entry in order)
    return Finding(Band.ANSWER if candidates else Band.ABSTAIN, candidates, language)
