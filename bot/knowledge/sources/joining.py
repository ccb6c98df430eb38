"""From items to entries: the same id in two languages is one entry, twice in one language a mistake."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.knowledge.conditions import EVERYBODY, Conditions
from bot.knowledge.entries import Entry, Faq, Problem, Text, may_meet
from bot.knowledge.sources.checks import Item

_WORDS = re.compile(r"[^\W_]+")


def joined(items: Sequence[Item], default_language: str, problems: list[Problem]) -> Faq:
    """The FAQ of all items; of two that contradict each other, the first is kept."""
    kept: dict[str, dict[str, Item]] = {}
    for item in (item for item in items if item.text.question or not item.is_derived):
        languages = kept.setdefault(item.id, {})
        first = languages.setdefault(item.text.language, item)
        if first is not item:
            problems.append(_problem(item, _twice(item, first)))
    entries: dict[str, Entry] = {}
    for entry_id, languages in kept.items():
        in_order = list(languages.values())
        if len(in_order) > 1:
            in_order.sort(key=lambda item: item.text.language != default_language)
        entries[entry_id] = _entry(entry_id, in_order, problems)
    faq = Faq(MappingProxyType(entries), default_language)
    problems.extend(_same_phrasings(faq))
    return faq


def _entry(entry_id: str, items: list[Item], problems: list[Problem]) -> Entry:
    first = next((item for item in items if item.product), items[0])
    for item in items:
        if item.product and item.product != first.product:
            other = f"`{first.product}` at {_at(first.text)}"
            problems.append(
                _problem(item, f"`{entry_id}` belongs to the product `{item.product}` here, but to {other}")
            )
    texts = MappingProxyType({item.text.language: item.text for item in items})
    return Entry(entry_id, first.product, texts, _conditions(entry_id, items, problems))


def _conditions(entry_id: str, items: list[Item], problems: list[Problem]) -> Conditions:
    """What the entry's languages say together; where two contradict each other, the first counts."""
    together = EVERYBODY
    said: dict[str, Item] = {}
    for item in items:
        for key in sorted(item.says) if item.says else ():
            name = "platforms" if key == "platform" else key
            value = getattr(item.conditions, name)
            first = said.setdefault(key, item)
            if first is item:
                together = replace(together, **{name: value})
            elif value != getattr(together, name):
                words = f"`{entry_id}` has another {key.replace('_', ' ')} here than at {_at(first.text)}"
                problems.append(_problem(item, words))
    return together


def _problem(item: Item, message: str) -> Problem:
    return Problem(item.text.file, item.text.line, message)


def _at(text: Text) -> str:
    return f"{text.file}:{text.line}"


def _twice(item: Item, first: Item) -> str:
    where = _at(first.text)
    if item.text.question == first.text.question:
        return f"`{item.text.question}` stands here a second time (first at {where}): keep one, or give each its own id"
    if item.is_derived and first.is_derived:
        return f"this question and the one at {where} both get the id `{item.id}`: give one an id of its own (`Id:`)"
    return f"the id `{item.id}` stands here a second time in `{item.text.language}` (first at {where}): change one"


def _same_phrasings(faq: Faq) -> list[Problem]:
    """Warnings for questions and alternates that two entries share: a member who asks so cannot be answered."""
    warnings: list[Problem] = []
    asked: dict[tuple[str, str], tuple[Entry, Text]] = {}
    for entry, text, phrasing in ((e, t, p) for e in faq for t in e.texts.values() for p in t.phrasings):
        other, place = asked.setdefault((text.language, _plain(phrasing)), (entry, text))
        if other.id != entry.id and phrasing and may_meet(other, entry):
            message = (
                f"`{phrasing}` (`{entry.id}`) also leads to the entry `{other.id}` ({_at(place)}): the bot can only "
                "offer both; take it out of one, or join the two"
            )
            warnings.append(Problem(text.file, text.line, message, fatal=False))
    return warnings


def _plain(phrasing: str) -> str:
    return " ".join(_WORDS.findall(phrasing.casefold()))
