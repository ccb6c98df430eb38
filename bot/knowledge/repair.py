"""Repair of words that are misspelt or typed without umlauts, before anything is compared.

Only words that the FAQ does not know are touched, and never codes, digits or words under four letters: umlauts written
ae, oe, ue or without dots first, then one edit (a letter too many, too few, wrong, or two swapped). In German also the
capital of a noun. A word is repaired to one of the FAQ's, else to one of the dictionary; ``ue`` becomes ``ü`` where
German has no ``ue``. What a dictionary or the model knows as a word is not edited: "plane" is not made "place".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from itertools import chain
from types import MappingProxyType

from bot.knowledge.dictionary import Dictionary
from bot.knowledge.words import GRAMMAR

SHORTEST = 4
"""Letters of a word that may be repaired."""
SHORTEST_EDITED = 5
"""Letters of a word that may be repaired by an edit: of shorter ones too many are neighbours of each other."""

_WORD = re.compile(r"(?<![\w./@#-])[^\W\d_]{4,30}(?![\w@#]|-\w*\d)")
_LETTERS = re.compile(r"[^\W\d_]{2,30}")
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "s"})
_DIGRAPH = re.compile(r"(?<![aeoqu])(?:ue(?!ll)|oe|ae)", re.IGNORECASE)
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
_NO_UMLAUT = re.compile(r"^(?:zue|soeb|koex|poe|israel|mich?ael|raphael|aero|aktue|museum|statue|queue|maest|rafael)")


class Repair:
    """The words of the FAQ in one language, and how to find the one that was meant."""

    def __init__(self, language: str, texts: Collection[str]) -> None:
        self._language = language
        self._german = language.partition("-")[0] == "de"
        self._grammar = GRAMMAR.get(language.partition("-")[0], frozenset())
        self._known = _spellings(texts) if self._german else _lowered(_parts(texts))
        self._folded: dict[str, str] = {}
        self._deletes: dict[str, str] = {}
        for low in self._known:
            for folded in {low.translate(_SPELT), low.translate(_BARE)}:
                self._folded.setdefault(folded, low)
            if len(low) >= SHORTEST_EDITED:
                for key in {low, *_shortened(low)}:
                    self._deletes[key] = f"{self._deletes[key]} {low}" if key in self._deletes else low

    def knowing(self, texts: Iterable[str]) -> Repair:
        """The same, which leaves the words of these texts alone, too, but repairs none to them."""
        other = copy(self)
        other._known = _lowered(texts) | self._known
        return other

    def repaired(
        self,
        text: str,
        is_word: Callable[[str], bool] | None = None,
        dictionaries: Mapping[str, Dictionary] = MappingProxyType({}),
    ) -> str:
        """The text with every word repaired that can be.

        Words that ``is_word`` knows, or a dictionary of any language, are only given their umlauts and capitals. What
        is none of the FAQ's is repaired to a word of this language's dictionary.
        """

        def known(low: str) -> bool:
            return any(low in each for each in dictionaries.values()) or bool(
                is_word and any(map(is_word, self._written(low)))
            )

        own = dictionaries.get(self._language)
        return _WORD.sub(lambda found: self._word(found[0], known, own), text)

    def _word(self, word: str, known: Callable[[str], bool], own: Dictionary | None) -> str:
        low = word.lower()
        if low in self._known:
            return self._with_capital(word, low)
        if low in self._grammar and low == low.translate(_SPELT) and low not in self._folded:
            return self._with_umlauts(word)
        meant = self._folded.get(low.translate(_SPELT)) or self._edited(low, known)
        if meant:
            return self._with_capital(word, meant)
        written = self._with_umlauts(word)
        if own and written[1:].islower() and not (known(low) or known(written.lower())):
            return self._misspelt(written, own)
        return word if own and low in own else written

    @staticmethod
    def _misspelt(word: str, own: Dictionary) -> str:
        """A word that nobody knows, as the dictionary has it; of short words only the common ones are meant."""
        if word.lower().replace("ss", "ß") in own:
            return word
        meant = own.nearest(word.lower(), common=len(word) < SHORTEST_EDITED)
        return word if meant is None else meant.capitalize() if word[0].isupper() else meant

    def _with_capital(self, word: str, meant: str) -> str:
        """``meant`` as the FAQ writes it; in German a noun gets its capital, elsewhere what was typed decides."""
        if self._german and word.islower():
            return self._known[meant]
        if word.lower() == meant:
            return word
        return meant.capitalize() if word[0].isupper() else meant

    def _edited(self, low: str, known: Callable[[str], bool]) -> str | None:
        """The FAQ's word that is one edit away; None if there is none, the first letter differs or all is well."""
        if len(low) < SHORTEST_EDITED or low in self._grammar:
            return None
        near = {
            word
            for key in (low, *_shortened(low))
            for word in self._deletes.get(key, "").split()
            if word[0] == low[0] and not _inflected(low, word) and _one_edit(low, word)
        }
        if not near or known(low):
            return None
        return min(near, key=lambda word: (abs(len(word) - len(low)), word))

    def _written(self, low: str) -> tuple[str, ...]:
        """How a word may be written: in German a noun has a capital, which many do not type."""
        return (low, low.capitalize()) if self._german else (low,)

    def _with_umlauts(self, word: str) -> str:
        """German umlauts written out, as far as spelling alone tells."""
        if not self._german or _NO_UMLAUT.match(word.lower()):
            return word
        return _DIGRAPH.sub(lambda found: _like(found[0], _UMLAUTS[found[0].lower()]), word)


def _spellings(texts: Collection[str]) -> dict[str, str]:
    """Every word of the texts in small letters, and how it is written most often.

    Not at the beginning of a text, where each word has a capital.
    """
    spellings: dict[str, dict[str, int]] = {}
    for part, count in Counter(chain.from_iterable(_after_first(text).split() for text in texts)).items():
        for word in _LETTERS.findall(part):
            forms = spellings.setdefault(word.lower(), {})
            forms[word] = forms.get(word, 0) + count
    often = {low: max(forms, key=forms.__getitem__) for low, forms in spellings.items()}
    return _lowered(_parts(texts)) | often


def _parts(texts: Iterable[str]) -> Iterable[str]:
    """What stands between two blanks, each once."""
    return dict.fromkeys(chain.from_iterable(map(str.split, texts)))


def _lowered(texts: Iterable[str]) -> dict[str, str]:
    """Every word of the texts in small letters, twice."""
    return {(low := word.lower()): low for text in texts for word in _LETTERS.findall(text)}


def _after_first(text: str) -> str:
    """The text behind its first word."""
    first = _LETTERS.search(text)
    return text[first.end() :] if first else ""


def _like(model: str, letter: str) -> str:
    return letter.upper() if model[0].isupper() else letter


def _shortened(word: str) -> Iterator[str]:
    """The word without each of its letters."""
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _inflected(one: str, other: str) -> bool:
    """Whether the two differ by an ending alone: both are then words, and the stemmer makes them equal."""
    short, long = sorted((one, other), key=len)
    return len(short) < len(long) and long.startswith(short) and long[-1] in "sentrd"


def _one_edit(one: str, other: str) -> bool:
    """Whether one letter added, dropped or changed, or two neighbours swapped, makes one of the other."""
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return abs(len(one) - len(other)) == 1
    rest = one[start:], other[start:]
    swapped = rest[0][:2] == rest[1][:2][::-1] and rest[0][2:] == rest[1][2:]
    return swapped or rest[0][1:] == rest[1][1:] or rest[0][1:] == rest[1] or rest[0] == rest[1][1:]
