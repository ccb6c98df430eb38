"""Which language a message is written in, among those of the FAQ.

English and German are told apart by their small words and by runs of letters: 99.8 % of 8,000 questions right, 30 us
each. py3langid knows 97 languages, with 99.9 % right here, but its model takes 1 s and 80 MB to load (130 MB more at
the peak); so it is loaded only for an FAQ in other languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.knowledge.normalise import words
from bot.knowledge.words import FOREIGN, SIGNS

_RUNS = {
    "de": re.compile(
        r"[äöü]|sch|cht|tz|iert?|ungs?(?:en)?\b|[kh]eit|lich|isch|\bge\w+t\b|\bver|zu|ei|pf|ck\b|ern?\b|en\b"
    ),
    "en": re.compile(r"th|wh|ings?\b|tion|sh|ou|oo|ee|ea|ow|ay|y\b|ck\w|wr|ed\b|ght|tten\b|[eou]rd|qu\w+e\b"),
}
"""Runs of letters that are frequent in one of the languages and rare in the other."""
_FOREIGN = re.compile("[àâãåæçèéêëìíîïñòóôõøùúûœąćęłńśźżğışő]")
_SIGN, _RUN = 3, 1
"""What a small word and a run of letters count."""


def detect(text: str, among: Sequence[str]) -> str:
    """The most likely language of ``text``; the first of ``among`` where it gives no sign of any, or of others."""
    if len(among) < 2:
        return among[0] if among else "en"
    found = words(text)
    if not any(map(str.isalpha, found)):
        return among[0]
    by_primary = {language.partition("-")[0]: language for language in reversed(among)}
    if SIGNS.keys() >= by_primary.keys():
        signs = {language: _signs(found, language) for language in reversed(by_primary)}
        return among[0] if _foreign(found) > max(signs.values()) else by_primary[max(signs, key=signs.__getitem__)]
    known, classify = _classifier(tuple(by_primary))
    return by_primary[classify(" ".join(found))] if known else among[0]


def spoken(languages: Sequence[str]) -> tuple[str, ...]:
    """The languages a question may be in: the FAQ's own, and those that can be told apart without a model."""
    primary = {language.partition("-")[0] for language in languages}
    return (*languages, *(other for other in SIGNS if other not in primary))


def prepare(among: Sequence[str]) -> None:
    """Load what ``detect`` needs for these languages, so that no message has to wait for it."""
    detect("a word", among)


def _signs(found: list[str], language: str) -> int:
    return _SIGN * sum(word in SIGNS[language] for word in found) + _RUN * len(_RUNS[language].findall(" ".join(found)))


def _foreign(found: list[str]) -> int:
    """Signs that it is neither English nor German."""
    return _SIGN * sum(word in FOREIGN for word in found) + _RUN * len(_FOREIGN.findall(" ".join(found)))


@lru_cache(maxsize=1)
def _classifier(languages: tuple[str, ...]) -> tuple[bool, Callable[[str], str]]:
    """py3langid among those of the languages that it knows, and whether it knows any."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped] # ships no types

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    known = sorted({*languages} & {*identifier.labels})
    identifier.set_languages(known or None)
    return bool(known), lambda text: str(identifier.classify(text)[0])
