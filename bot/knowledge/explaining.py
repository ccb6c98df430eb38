"""Why a question was answered, or was not: every number that took part."""

from __future__ import annotations

from typing import Any

from bot.i18n import N_
from bot.knowledge.bands import OFFER
from bot.knowledge.features import SECOND
from bot.knowledge.questions import looks_like_question
from bot.knowledge.ragged import Numbers
from bot.knowledge.search import Finding, Scored, Search

SHOWN = 5
"""Candidates explained."""

WORDS_FOR = {
    "share": N_("Rare words in common"),
    "cover": N_("Words in common, both ways"),
    "asked": N_("Share of the question's words"),
    "grams": N_("Runs of letters in common"),
    "answer": N_("Words in the answer"),
    "entry": N_("Share of the question's words in all its texts"),
    "cosine": N_("Meaning"),
    "centred": N_("Meaning, less what all questions share"),
    "centroid": N_("Meaning against the mean of the phrasings, less what all questions share"),
    "whitened": N_("Meaning, less what this FAQ shares"),
    "middle": N_("Meaning against the mean of the phrasings, less what this FAQ shares"),
    "head": N_("Learned from your phrasings"),
    "votes": N_("Share of what was learned from your phrasings"),
    "meaning": N_("Meaning of the answer"),
    "foreign": N_("The entry is in another language"),
    "foreign whitened": N_("Meaning across languages"),
    "entries": N_("How many entries there are"),
    "phrasings": N_("How many phrasings the entry has"),
    "tokens": N_("How long the question is"),
    "bias": N_("Where every entry starts"),
}
"""Signals and features in words for people who do not know how the search works."""
_FIRST = {
    "": "{signal}",
    "lead": N_("{signal}: ahead of the next entry"),
    "standing": N_("{signal}: above the average entry"),
}
_ENGLISH = {
    "": N_("{signal} (English model)"),
    "lead": N_("{signal} (English model): ahead of the next entry"),
    "standing": N_("{signal} (English model): above the average entry"),
}


def in_words(name: str) -> tuple[str, str]:
    """A feature's name for people: a text, and what goes into its ``{signal}``; both are still to be translated."""
    compared = _ENGLISH if name.endswith(SECOND) else _FIRST
    name = name.removesuffix(SECOND)
    kind, _, signal = name.partition(" ")
    if kind not in compared:
        kind, signal = "", name
    return compared[kind], WORDS_FOR.get(signal, signal)


def explanation(
    search: Search, question: str, finding: Finding, among: Numbers, product: str | None = None
) -> dict[str, Any]:
    """The text that was compared, the gate and the conditions, what an answer needs, and each candidate's signals.

    ``finding`` is what was found ``among`` the entries whose conditions hold, in a channel of that ``product``.

    A signal's part is its value times its learned weight: what it adds to an entry's log-odds against "none of them".
    The ``sum`` of the parts becomes the ``score`` by a softmax over all entries looked at and "none of them". The
    largest parts come first.
    """
    asked = search.prepared(question, finding.language)
    candidates: list[dict[str, Any]] = []
    foreign = search.is_foreign(finding.candidates, asked.language)
    rule: str = N_("nothing was asked")
    if asked.words and len(among):
        scored = search.scored(asked, among)
        scores = [each.score for each in finding.candidates]
        band, rule = search.thresholds.decided(scores, asked.language, scored.tokens, foreign=foreign)
        standing_in = {search.ids[number] for number in among.tolist()}
        if band is not finding.band or any(each.entry not in standing_in for each in finding.candidates[:2]):
            rule = N_("which entry holds depends on a condition that nobody named, so they are only offered")
        candidates = [_candidate(search, scored, each.entry, each.score) for each in finding.candidates]
    elif asked.words:
        rule = N_("no entry holds here today: their conditions say otherwise")
    needed = search.thresholds.needed(asked.language, foreign=foreign)
    return {
        "asked": question,
        "compared": asked.text,
        "language": asked.language,
        "by": "meanings and words" if search.is_semantic else "words",
        "gate": looks_like_question(question),
        "product": product,
        "left_out": len(search.ids) - len(among),
        "needed": round(needed, 4),
        "offered_from": round(OFFER * needed, 4),
        "band": finding.band.value,
        "rule": rule,
        "candidates": candidates,
    }


def _candidate(search: Search, scored: Scored, entry: str, score: float) -> dict[str, Any]:
    places = [place for place, number in enumerate(scored.entries.tolist()) if search.ids[number] == entry]
    parts = _parts(scored, places[0]) if places else {}
    return {
        "entry": entry,
        "score": score,
        "exact": score >= 1,
        "sum": round(sum(each["part"] for each in parts.values()), 3),
        "parts": parts,
    }


def _parts(scored: Scored, place: int) -> dict[str, dict[str, float]]:
    """Of each signal its value, its weight, and the product of both."""
    named = zip(scored.names, scored.rows[place].tolist(), scored.weights[place].tolist(), strict=True)
    parts = [(name, value, weight, value * weight) for name, value, weight in named if value * weight]
    parts.sort(key=lambda each: -abs(each[3]))
    return {
        name: {"value": round(value, 3), "weight": round(weight, 3), "part": round(part, 3)}
        for name, value, weight, part in parts
    }
