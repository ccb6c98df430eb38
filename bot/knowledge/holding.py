"""Which entries hold for whoever asks: by day, audience, the channel's product and the question's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.bands import Band
from bot.knowledge.conditions import EVERYBODY, Version, number
from bot.knowledge.entries import Entry, Faq
from bot.knowledge.normalise import tokeniser, words
from bot.knowledge.ragged import Numbers
from bot.knowledge.search import Candidate, Finding

_SAME = {
    "ios": ("ios", "iphone", "ipad", "ipados"),
    "ipados": ("ipados", "ipad"),
    "android": ("android",),
    "windows": ("windows", "win10", "win11"),
    "macos": ("macos", "mac", "macbook", "osx", "os x", "mac os"),
    "mac": ("mac", "macos", "macbook", "osx", "os x", "mac os"),
    "linux": ("linux", "ubuntu", "debian", "fedora"),
    "web": ("web", "browser", "web app", "webapp"),
}
"""What people call a platform."""
_VERSION = re.compile(r"\b(?:version|release|firmware|ver\.?|v)\s*(\d+(?:\.\d+)*)", re.IGNORECASE)

_BEFORE = r"\b(?:on|for|with|in|auf|für|fuer|mit|bei)\s+(?:(?:my|the|an?|dem|der|das|den|mein\w*|eine[mr])\s+)?"
"""Words that belong to the name of a platform behind them."""


Mask: TypeAlias = NDArray[np.bool_]
"""True for each entry that is meant."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of whoever asks."""

    day: date
    staff: bool = False
    """Entries for staff may be shown."""
    product: str | None = None
    """The channel's."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of a question name, casefolded."""

    products: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    versions: tuple[Version, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.products or self.platforms or self.versions)


class Holding:
    """The conditions of one version of the FAQ."""

    def __init__(self, faq: Faq) -> None:
        self._entries = list(faq)
        self._bound = {n: each for n, each in enumerate(faq) if each.product or each.conditions != EVERYBODY}
        self._products = _product_names({each.product for each in self._bound.values() if each.product})
        self._conditioned = {n: each for n, each in self._bound.items() if each.conditions != EVERYBODY}
        self._product = np.array([(each.product or "").casefold() for each in faq])
        self._speaking = {name: self._speaking_of(name) for name in set(self._products.values())}
        platforms = {name for each in self._bound.values() for name in each.conditions.platforms}
        self._platforms = _names(platforms) | {
            _spoken(other): name.casefold() for name in platforms for other in _SAME.get(name.casefold(), ())
        }
        self._siblings = _siblings(self._entries, self._bound) if self._bound else ()

    def said(self, question: str) -> Said:
        """The products, platforms and versions that the question names, as far as the FAQ knows them."""
        if not self._bound:
            return Said()
        spoken = f" {' '.join(words(question))} "
        return Said(
            frozenset(self._named(spoken, self._products)),
            frozenset(self._named(spoken, self._platforms)),
            tuple(number(found) for found in _VERSION.findall(question[:500])),
        )

    @staticmethod
    def _named(spoken: str, names: dict[str, str]) -> Iterator[str]:
        return (name for words, name in names.items() if f" {words} " in spoken)

    def _speaking_of(self, product: str) -> Mask:
        """Which entries speak of the product, or belong to it, or to none."""
        names = [each for each, of in self._products.items() if of == product]
        found: Mask = (self._product == "") | (self._product == product)
        for n, entry in ((n, each) for n, each in self._bound.items() if not found[n]):
            lines = (line.casefold() for text in entry.texts.values() for line in (*text.phrasings, text.answer))
            found[n] = any(name in line for line in lines for name in names)
        return found

    def may_see(self, entry: Entry, situation: Situation) -> bool:
        """Whether the entry may be shown at all."""
        conditions = entry.conditions
        return conditions.is_valid(situation.day) and (situation.staff or conditions.audience == "members")

    @property
    def has_staff_entries(self) -> bool:
        """Whether any entry is for staff alone."""
        return any(each.conditions.audience == "staff" for each in self._bound.values())

    def without_named(self, earlier: str, text: str) -> str:
        """An earlier question without the platforms and versions it named, where ``text`` names others."""
        said = self.said(text)
        names = [re.escape(name) for name in self._platforms] if said.platforms else []
        if names:
            earlier = re.sub(rf"(?:{_BEFORE})?\b(?:{'|'.join(names)})\b", "", earlier, flags=re.IGNORECASE)
        return _VERSION.sub("", earlier) if said.versions else earlier

    def find(self, question: str, situation: Situation, search: Callable[[Numbers], Finding], limit: int) -> Finding:
        """What ``search`` finds among the entries that hold; those that differ in conditions alone stand together.

        Of such entries the one that fits the question's words best takes part. Where none fits better than another,
        they can only be offered. So can entries of another product than the question names.
        """
        said = self.said(question)
        holds = self._holding(said, situation)
        fitting = holds.copy()
        if said.products:
            fitting &= np.any([self._speaking[product] for product in said.products], axis=0)
        finding = self._found(fitting, said, situation, search, limit)
        if finding.band is not Band.ABSTAIN or fitting.sum() == holds.sum():
            return finding
        at_last = self._found(holds, said, situation, search, limit)
        return replace(at_last, band=Band.SUGGEST) if at_last.band is Band.ANSWER else at_last

    def _found(
        self, holds: Mask, said: Said, situation: Situation, search: Callable[[Numbers], Finding], limit: int
    ) -> Finding:
        allowed = holds.copy()
        alike: dict[str, list[str]] = {}
        for group in self._siblings:
            if not (best := self._best([n for n in group if allowed[n]], said, situation)):
                continue
            allowed[group] = False
            allowed[best[0]] = True
            if len(best) > 1:
                alike[self._entries[best[0]].id] = [self._entries[n].id for n in best]
        finding = search(np.flatnonzero(allowed))
        return _together(finding, alike, limit) if alike else finding

    def _holding(self, said: Said, situation: Situation) -> Mask:
        """Which entries nothing speaks against, but perhaps a product that the question names."""
        found: Mask = np.ones(len(self._entries), np.bool_)
        if situation.product:
            found = np.isin(self._product, ["", situation.product.casefold(), *said.products])
        for n, entry in self._conditioned.items():
            found[n] &= self._holds(entry, said, situation)
        return found

    def _holds(self, entry: Entry, said: Said, situation: Situation) -> bool:
        if not self.may_see(entry, situation):
            return False
        platforms = {name.casefold() for name in entry.conditions.platforms}
        if platforms and said.platforms and not platforms & said.platforms:
            return False
        versions = entry.conditions.versions
        return not (versions and said.versions) or any(each.hold(v) for each in versions for v in said.versions)

    def _best(self, group: list[int], said: Said, situation: Situation) -> list[int]:
        """Those of the group that fit most of what is known."""
        fits = {n: self._fits(self._entries[n], said, situation) for n in group}
        most = max(fits.values(), default=0)
        return [n for n in group if fits[n] == most]

    @staticmethod
    def _fits(entry: Entry, said: Said, situation: Situation) -> int:
        """How many of the entry's conditions are known to hold; they all may."""
        product = (entry.product or "").casefold()
        known = said.products or ({situation.product.casefold()} if situation.product else set())
        return (
            bool(product and product in known)
            + bool(entry.conditions.platforms and said.platforms)
            + bool(entry.conditions.version and said.versions)
        )


def _together(finding: Finding, alike: dict[str, list[str]], limit: int) -> Finding:
    """The finding with every candidate's like beside it; if the best one has any, it can only be offered."""
    candidates = [
        Candidate(entry, each.score) for each in finding.candidates for entry in alike.get(each.entry, [each.entry])
    ]
    is_open = finding.best is not None and finding.best.entry in alike
    band = Band.SUGGEST if is_open and finding.band is Band.ANSWER else finding.band
    return replace(finding, band=band, candidates=tuple(candidates[:limit]))


def _product_names(products: set[str]) -> dict[str, str]:
    """Also by the last word alone, where it tells the products apart: ``Hub`` for ``Acme Hub``."""
    last = [_spoken(name).rpartition(" ")[2] for name in products]
    short = {word: name.casefold() for word, name in zip(last, products, strict=True) if last.count(word) == 1}
    return short | _names(products)


def _spoken(name: str) -> str:
    return " ".join(words(name))


def _names(names: Iterable[str]) -> dict[str, str]:
    """As they stand in a question -> as the conditions have them."""
    return {spoken: name.casefold() for name in names if (spoken := _spoken(name))}


def _siblings(entries: list[Entry], bound: dict[int, Entry]) -> tuple[list[int], ...]:
    """Groups of entries whose questions are the same, but for the names of their conditions."""
    groups: dict[tuple[str, frozenset[str]], list[int]] = {}
    tokenisers = {language: tokeniser(language) for each in bound.values() for language in each.texts}
    for n, entry in enumerate(entries):
        for language, text in entry.texts.items():
            if language in tokenisers:
                key = language, frozenset(tokenisers[language](_without(entry, words(text.question))))
                groups.setdefault(key, []).append(n)
    found: list[list[int]] = []
    for group in (each for each in groups.values() if len(each) > 1 and not bound.keys().isdisjoint(each)):
        if group not in found:
            found.append(group)
    return tuple(found)


def _without(entry: Entry, spoken: list[str]) -> list[str]:
    """The words of a question without the names of the entry's own conditions."""
    platforms = {name.casefold() for name in entry.conditions.platforms}
    names = [*platforms, *(other for name in platforms for other in _SAME.get(name, ())), entry.product or ""]
    names += ["version", entry.conditions.version] if entry.conditions.version else []
    own = {word for name in names for word in words(name)}
    return [word for word in spoken if word not in own] or spoken
