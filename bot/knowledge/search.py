"""The search: normalise -> encode -> signals -> re-score -> band, over the texts of every language at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import features, rescoring
from bot.knowledge.bands import ALWAYS, Band, Thresholds
from bot.knowledge.dictionary import Dictionary
from bot.knowledge.embedding import Vectors
from bot.knowledge.encoding import ENGLISH, Coded, Encoder
from bot.knowledge.entries import Faq
from bot.knowledge.language import detect, prepare, spoken
from bot.knowledge.meaning import Meaning, Space
from bot.knowledge.normalise import canonical, words
from bot.knowledge.postings import Floats
from bot.knowledge.ragged import Numbers
from bot.knowledge.repair import Repair
from bot.knowledge.rescoring import Weights, probabilities
from bot.knowledge.signals import Signals

UNKNOWN = "\ue000"
"""Before words that no FAQ has: a character without a meaning (Unicode's private use)."""
FOREIGN = 0.1
"""What a score loses, as a share, where words alone are compared and the entry is in another language."""


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
class Asked:
    """A question, made ready to be compared."""

    text: str
    """Repaired, in its canonical form; empty where nothing was asked."""
    language: str
    words: list[str]
    vector: Vectors | None = None
    english: Vectors | None = None
    """By the second model, of an English question."""
    is_abroad: bool = False
    """Whether to take every entry for one in another language."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The entries looked at, by their numbers, and what was found about each."""

    entries: Numbers
    rows: Floats
    """Their features; a column for each of ``names``."""
    weights: Floats
    """What each feature is worth, a row for each entry."""
    names: tuple[str, ...]
    scores: Floats
    tokens: int
    """Different words with a meaning of their own in the question."""


@dataclass(frozen=True, slots=True)
class _Index:
    """The texts of one language, and which entry each belongs to."""

    language: str
    signals: Signals
    meaning: Meaning | None
    english: Meaning | None
    """By the second model."""
    entries: NDArray[np.intp]

    def columns(self, asked: Asked, tokens: list[str]) -> list[NDArray[np.floating[Any]]]:
        """Of each signal the value of every text."""
        found: list[NDArray[np.floating[Any]]] = [*self.signals.of(asked.words, tokens)]
        if self.meaning and asked.vector is not None:
            found += self.meaning.of(asked.vector, asked.language)
            if self.english and asked.english is not None:
                found += self.english.of(asked.english, asked.language)
        return found


class Search:
    """The search over one version of the FAQ. It never changes once it is built and can be used by several threads."""

    def __init__(
        self,
        faq: Faq,
        encoder: Encoder | None = None,
        weights: Weights | None = None,
        thresholds: Thresholds = ALWAYS,
        *,
        complete: bool = True,
        earlier: Search | None = None,
    ) -> None:
        """Without an encoder (or weights for its model) only words are compared.

        With the search of an ``earlier`` version of the FAQ only what changed is looked at; no word is repaired to one
        that is new then, and a head that takes long to learn stays as it is.
        Encodes what has no vector yet; what lacks one without ``complete`` is compared by its words.
        """
        self.faq: Faq = faq
        self.languages = faq.languages
        self.is_whole: bool = earlier is None or (earlier.is_whole and earlier.faq is faq)
        """Whether everything was looked at, and not only what changed."""
        self.thresholds = thresholds
        self._spoken = spoken(faq.languages)
        prepare(self._spoken)
        weights = weights or rescoring.weights()
        space = weights.space if encoder and weights.model == encoder.embedder.name else None
        self._encoder = encoder if space else None
        second = encoder.embedder.english if encoder and space else None
        both = weights.english_space if second and weights.english_model == second.name else None
        if self._encoder and complete:
            self._encoder.complete(faq)
        learned = weights.semantic if space else weights.lexical
        self._weights = weights.lexical if learned is None else learned
        self.ids = tuple(faq.entries)
        self._products = np.array([(entry.product or "").casefold() for entry in faq])
        before = {index.language: index for index in earlier._indexes} if earlier else {}
        self._indexes: list[_Index] = [
            _index(faq, each, space, both, self._encoder, before.get(each), self.is_whole) for each in faq.languages
        ]
        self._english_weights = weights.english if any(index.english for index in self._indexes) else None
        repairs = earlier._repairs if earlier else {}
        self.dictionaries: Mapping[str, Dictionary] = earlier.dictionaries if earlier else {}
        """What misspelt words may have meant that the FAQ does not say, by language."""
        self._repairs: dict[str, Repair] = {
            each: repairs[each].knowing(_lines(faq, each) - _lines(earlier.faq, each) if earlier.faq is not faq else ())
            if earlier and each in repairs
            else Repair(each, _lines(faq, each))
            for each in self._spoken
        }
        self._phrasings = np.array([sum(len(t.phrasings) for t in e.texts.values()) for e in faq], np.float64)
        self._foreign = {
            language: np.array([float(language not in entry.texts) for entry in faq]) for language in self._spoken
        }

    def with_thresholds(self, thresholds: Thresholds) -> Search:
        """The same search with other thresholds."""
        other = copy(self)
        other.thresholds = thresholds
        return other

    def with_dictionaries(self, dictionaries: Mapping[str, Dictionary]) -> Search:
        """The same search, which knows these words, too, by language."""
        other = copy(self)
        other.dictionaries = dictionaries
        return other

    @property
    def is_semantic(self) -> bool:
        """Whether meanings are compared, and not words alone."""
        return self._encoder is not None

    def find(
        self,
        question: str,
        *,
        language: str | None = None,
        product: str | None = None,
        limit: int = 5,
        among: Numbers | None = None,
    ) -> Finding:
        """The entries that may answer ``question``, best first, and what the bot may do with them.

        ``language`` is detected if it is not given. With ``product``, entries of other products are left out, those of
        no product stay; with ``among``, all but these are. Any text is allowed; only its beginning is read. Takes about
        20 ms with a model (most of it for the vector), 1 ms without.
        """
        asked = self.prepared(question, language)
        allowed = self.allowed(product) if among is None else among
        if not asked.words or not len(allowed):
            return Finding(Band.ABSTAIN, language=asked.language)
        scored = self.scored(asked, allowed)
        exact = self._exact(asked, allowed)
        found = dict(zip(scored.entries.tolist(), scored.scores.tolist(), strict=True)) | dict.fromkeys(exact, 1.0)
        candidates = self._best(found)
        scores, foreign = [each.score for each in candidates], self.is_foreign(candidates, asked.language)
        band = self.thresholds.band(scores, asked.language, scored.tokens, foreign=foreign)
        return Finding(band, candidates[:limit], asked.language)

    def is_foreign(self, candidates: Sequence[Candidate], language: str) -> bool:
        """Whether the best of them has no text in this language."""
        return bool(candidates) and language not in self.faq.entries[candidates[0].entry].texts

    def prepared(self, question: str, language: str | None = None) -> Asked:
        """The question as it is compared: repaired, canonical, encoded."""
        language = language or detect(question, self._spoken)
        text = canonical(question)
        if repair := self._repairs.get(language):
            is_word = partial(self._encoder.is_word, language=language) if self._encoder else None
            text = repair.repaired(text, is_word, self.dictionaries)
        return self._encoded(text, language)

    def _encoded(self, text: str, language: str) -> Asked:
        encoder = self._encoder if text else None
        vector = encoder.question(text) if encoder else None
        is_english = language == "en" and self._english_weights is not None
        english = encoder.question(text, ENGLISH) if encoder and is_english else None
        return Asked(text, language, words(text), vector, english)

    def asked(self, phrasing: str, language: str) -> Asked:
        """One of the FAQ's own phrasings as a question; its vectors are remembered."""
        text = canonical(phrasing)
        vector = self._encoder.phrasings([phrasing])[0] if self._encoder else None
        is_english = language == "en" and self._english_weights is not None
        english = self._encoder.phrasings([phrasing], ENGLISH)[0] if self._encoder and is_english else None
        return Asked(text, language, words(text), vector, english)

    def asked_abroad(self, phrasing: str, language: str) -> Asked:
        """The same as if the FAQ were in another language: of its words the FAQ knows none."""
        asked = self.asked(phrasing, language)
        words = [f"{UNKNOWN}{number}" for number in range(len(asked.words))]
        return replace(asked, words=words, english=None, is_abroad=True)

    def told(self, language: str) -> float:
        """How far the answers tell entries apart, 0 to 1; those in this language, or else in the first."""
        index = next((each for each in self._indexes if each.language == language), *self._indexes[:1])
        return index.meaning.told if index.meaning else index.signals.told

    def scored(self, asked: Asked, allowed: Numbers) -> Scored:
        """The allowed entries that are worth a closer look, with their features and scores."""
        table, tokens = self._table(asked)
        chosen = features.candidates(table, allowed)
        foreign = None if asked.is_abroad else self._foreign.get(asked.language)
        around = features.Circumstances(tokens, np.ones(len(self.ids)) if foreign is None else foreign, self._phrasings)
        signals = self._signals(asked)
        rows = features.features(signals, table, allowed, chosen, around)
        weights, told = np.zeros(rows.shape), np.array((1.0, self.told(asked.language)))
        weights[:, : self._weights.shape[1]] = told @ self._weights
        if signals is features.ENGLISH and self._english_weights is not None:
            weights[around.foreign[chosen] == 0] = told @ self._english_weights
        worth = 1.0 if self.is_semantic else 1 - FOREIGN * around.foreign[chosen]
        scores = worth * probabilities(np.einsum("ef,ef->e", rows, weights))
        return Scored(chosen, rows, weights, features.names(signals), scores, tokens)

    def _signals(self, asked: Asked) -> tuple[str, ...]:
        if asked.vector is None:
            return features.LEXICAL
        return features.ALL if asked.english is None else features.ENGLISH

    def _table(self, asked: Asked) -> tuple[Floats, int]:
        """Every entry's signals, of each the best over its languages; and the number of different tokens asked."""
        table = np.zeros((len(self.ids), len(self._signals(asked))), order="F")
        count = 0
        for index in self._indexes:
            tokens = index.signals.tokens(asked.words)
            for mine, found in zip(table.T, index.columns(asked, tokens), strict=False):
                if len(found) == len(mine):
                    np.maximum(mine, found, out=mine)
                else:
                    mine[index.entries] = np.maximum(mine[index.entries], found)
            count = len(set(tokens)) if index.language == asked.language or not count else count
        return table, count

    def _exact(self, asked: Asked, allowed: Numbers) -> list[int]:
        """Entries that have exactly these words as a phrasing."""
        found = {int(index.entries[number]) for index in self._indexes for number in index.signals.exact(asked.words)}
        return [number for number in found if number in allowed]

    def allowed(self, product: str | None) -> Numbers:
        """The numbers of the entries that belong to the product, or to none; of all without a product."""
        everything = np.arange(len(self.ids))
        if not product:
            return everything
        allowed: Numbers = everything[(self._products == "") | (self._products == product.casefold())]
        return allowed

    def _best(self, found: dict[int, float]) -> tuple[Candidate, ...]:
        order = sorted((-round(score, 4), number) for number, score in found.items())
        return tuple(Candidate(self.ids[number], -score) for score, number in order if score < 0)

    def hidden(self, phrasing: str, language: str, entry: int, *, abroad: bool = False) -> tuple[float, int]:
        """The best score, and its entry's number, for one of the FAQ's own phrasings while its entry is hidden.

        1 where the other entry has the very same phrasing. With ``abroad`` as if the others were in another language.
        """
        asked = self.asked_abroad(phrasing, language) if abroad else self.asked(phrasing, language)
        others = np.delete(np.arange(len(self.ids)), entry)
        if not asked.words or not len(others):
            return 0.0, entry
        if exact := self._exact(asked, others):
            return 1.0, exact[0]
        scored = self.scored(asked, others)
        if not len(scored.entries):
            return 0.0, entry
        best = int(scored.scores.argmax())
        return float(scored.scores[best]), int(scored.entries[best])

    def own_questions(self) -> list[tuple[str, str, int]]:
        """Every phrasing of the FAQ, its language, and the number of its entry."""
        return [
            (phrasing, index.language, int(index.entries[text]))
            for index in self._indexes
            for text, phrasing in index.signals.phrasings()
        ]


def _index(
    faq: Faq,
    language: str,
    space: Space | None,
    both: Space | None,
    encoder: Encoder | None,
    earlier: _Index | None,
    is_whole: bool,
) -> _Index:
    numbered = [(number, entry.texts[language]) for number, entry in enumerate(faq) if language in entry.texts]
    numbers = np.array([number for number, _ in numbered], np.intp)
    texts = [text for _, text in numbered]
    signals = earlier.signals.following(language, texts) if earlier else Signals(language, texts)
    if space is None or encoder is None:
        return _Index(language, signals, None, None, numbers)
    owners = np.repeat(np.arange(len(texts)), [len(text.phrasings) for text in texts])

    def meaning(space: Space, coded: Coded, before: Meaning | None) -> Meaning:
        known = None
        if not is_whole and earlier and before and before.head is not None:
            known = {here: before.head[there] for here, there in signals.unchanged(earlier.signals)}
        return Meaning(space, language, encoder.held(coded.phrasings), owners, encoder.held(coded.answers), known)

    coded = encoder.coded(faq)[language]
    first, second = (earlier.meaning, earlier.english) if earlier else (None, None)
    english = meaning(both, coded.english, second) if both and coded.english else None
    return _Index(language, signals, meaning(space, coded, first), english, numbers)


def _lines(faq: Faq, language: str) -> Set[str]:
    """Everything that the FAQ says in a language, in order."""
    texts = [entry.texts[language] for entry in faq if language in entry.texts]
    return dict.fromkeys(line for text in texts for line in (*text.phrasings, text.answer)).keys()
