"""Why a question was answered, or was not."""

from __future__ import annotations

from typing import Any

from bot.knowledge import features
from bot.knowledge.postings import Floats
from bot.knowledge.search import Search

SHOWN = 5
"""Candidates explained."""


def explanation(
    search: Search, question: str, language: str | None = None, product: str | None = None
) -> dict[str, Any]:
    """The text that was compared, what an answer needs, the rule that decided, and each signal's part of each score.

    Parts are what a feature adds to an entry's log-odds against "none of them"; the largest come first.
    """
    finding = search.find(question, language=language, product=product, limit=SHOWN)
    asked = search.prepared(question, language)
    scored = search.scored(asked, search.allowed(product))
    _, rule = search.thresholds.decided([each.score for each in finding.candidates], asked.language, scored.tokens)
    row_of = {search.ids[entry]: row for entry, row in zip(scored.entries.tolist(), scored.rows, strict=True)}
    candidates = [
        {"entry": each.entry, "score": each.score, "parts": _parts(search, row_of[each.entry])}
        for each in finding.candidates
        if each.entry in row_of
    ]
    return {
        "compared": asked.text,
        "language": asked.language,
        "by": "meanings and words" if search.is_semantic else "words",
        "needed": round(search.thresholds.needed(asked.language), 4),
        "band": finding.band.value,
        "rule": rule if asked.words else "nothing was asked",
        "candidates": candidates,
    }


def _parts(search: Search, row: Floats) -> dict[str, float]:
    parts = dict(zip(features.names(search.signals), (row * search.weights).tolist(), strict=True))
    return {name: round(part, 3) for name, part in sorted(parts.items(), key=lambda item: -abs(item[1])) if part}
