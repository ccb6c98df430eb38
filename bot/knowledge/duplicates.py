"""Entries that a question cannot tell apart, for ``regulars check``: of the same words, or of the same meaning.

Two entries of different products never meet, so they may say the same. Equal phrasings are found when the FAQ is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.knowledge.embedding import Embedder
from bot.knowledge.entries import Entry, Faq, Problem, Text, may_meet
from bot.knowledge.meaning import Space, unit
from bot.knowledge.normalise import canonical, tokeniser, words

SAME = 0.9
"""Centred cosine of two questions from which on they ask the same; different ones of the sample FAQ stay below 0.83."""
FEWEST = 2
"""Different stems of a phrasing that is compared by its words."""
MOST = 500
"""Questions of a language up to which meanings are compared; encoding them takes 20 ms each."""
ADVICE = "join the two, change one of them, or give each a `Product:`"


@dataclass(frozen=True, slots=True)
class _Said:
    """A phrasing and where it stands."""

    entry: Entry
    text: Text
    phrasing: str

    def __str__(self) -> str:
        return f"`{self.phrasing}` (`{self.entry.id}`, {self.text.file}:{self.text.line})"


def duplicates(faq: Faq, model: Embedder | None = None, space: Space | None = None) -> list[Problem]:
    """A warning for each two entries that are nearly the same in a language; by meaning only with a model."""
    found: dict[tuple[str, str, str], Problem] = {}
    for language in faq.languages:
        said = [_Said(e, e.texts[language], p) for e in faq if language in e.texts for p in e.texts[language].phrasings]
        pairs = [(one, other, "consist of the same words") for one, other in _of_the_same_words(said, language)]
        if model and space:
            pairs += [(one, other, "ask nearly the same") for one, other in _of_one_meaning(said, model, space)]
        for one, other, why in pairs:
            if one.entry.id != other.entry.id and may_meet(one.entry, other.entry):
                message = f"`{other.phrasing}` (`{other.entry.id}`) and {one} {why}, so the bot can only offer both: "
                problem = Problem(other.text.file, other.text.line, message + ADVICE, fatal=False)
                first, second = sorted((one.entry.id, other.entry.id))
                found.setdefault((language, first, second), problem)
    return list(found.values())


def _of_the_same_words(said: list[_Said], language: str) -> Iterator[tuple[_Said, _Said]]:
    """Phrasings with the same stems in any order; not those with the very same words."""
    tokens = tokeniser(language)
    first: dict[frozenset[str], list[_Said]] = {}
    for each in said:
        stems = frozenset(tokens(words(each.phrasing)))
        if len(stems) >= FEWEST:
            alike = first.setdefault(stems, [])
            yield from ((other, each) for other in alike if words(other.phrasing) != words(each.phrasing))
            alike[:] = [*alike, each][:3]


def _of_one_meaning(said: list[_Said], model: Embedder, space: Space) -> Iterator[tuple[_Said, _Said]]:
    """Entries whose questions mean the same."""
    asked = [each for each in said if each.phrasing == each.text.question and canonical(each.phrasing)]
    if not 1 < len(asked) <= MOST:
        return
    vectors = model.questions([canonical(each.phrasing) for each in asked])
    rows = unit(vectors - space.mean(asked[0].text.language))
    for one, other in np.argwhere(np.triu(rows @ rows.T, 1) >= SAME).tolist():
        yield asked[one], asked[other]
