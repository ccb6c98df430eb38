"""The FAQ as the bot holds it: entries, each in one or more languages, and what is wrong with a source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.knowledge.conditions import EVERYBODY, Conditions


@dataclass(frozen=True, slots=True)
class Text:
    """One entry in one language."""

    language: str
    """Lower-case language code, ``en`` or ``pt-br``."""
    question: str
    alternates: tuple[str, ...]
    """Other phrasings of the question; they are searched, never shown."""
    answer: str
    """Markdown, as the vendor approved it; nothing of it may be altered."""
    source: str | None = None
    """Address (http, https, mailto) where a member can read on."""
    checked: date | None = None
    """The day the vendor last checked the answer."""
    origin: str | None = None
    """What an import notes: the source, its own id of the entry, and marks of the values as they came from there."""
    file: str = ""
    line: int = 0
    """Where the entry begins, counted from 1."""

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question and its alternates."""
        return (self.question, *self.alternates)


@dataclass(frozen=True, slots=True)
class Entry:
    """One FAQ item. The default language stands first in ``texts``, if the entry has it."""

    id: str
    product: str | None
    texts: Mapping[str, Text]
    conditions: Conditions = EVERYBODY

    @property
    def version(self) -> str:
        """Twelve hex digits that change whenever something a member can see of the entry changes."""
        shown = [[t.language, t.question, t.answer, t.source, str(t.checked or "")] for t in self.texts.values()]
        content = json.dumps([self.product, sorted(shown, key=lambda text: str(text[0]))])
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def text(self, language: str | None = None) -> Text:
        """The entry in ``language``, or else in its first one."""
        return self.texts.get(language or "") or next(iter(self.texts.values()))


@dataclass(frozen=True)
class Faq:
    """Every entry, in the order of the sources. Iterating gives entries."""

    entries: Mapping[str, Entry]
    default_language: str = "en"

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that entries are written in: the default one, then the most used first."""
        counts: dict[str, int] = {}
        for entry in self:
            for language in entry.texts:
                counts[language] = counts.get(language, 0) + 1
        return tuple(sorted(counts, key=lambda language: (language != self.default_language, -counts[language])))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a source that the vendor should mend, in words to act on."""

    file: str
    line: int
    """Counted from 1; 0 when the whole file or folder is meant."""
    message: str
    fatal: bool = True
    """False for a warning: the FAQ can be used as it is."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


def may_meet(one: Entry, other: Entry) -> bool:
    """Whether both entries can be asked for in one place, and nothing tells them apart."""
    if one.conditions != other.conditions:
        return False  # they are told apart by what the member says, or offered on purpose
    return not one.product or not other.product or one.product.casefold() == other.product.casefold()


def as_record(entry: Entry, text: Text) -> dict[str, object]:
    """One of the entry's texts as plain values, with the keys that every source format shares; conditions if given."""
    origin = {"origin": text.origin} if text.origin else {}
    return (
        {
            "id": entry.id,
            "question": text.question,
            "alternates": list(text.alternates),
            "answer": text.answer,
            "product": entry.product,
            "language": text.language,
            "source": text.source,
            "checked": text.checked.isoformat() if text.checked else None,
        }
        | _conditions(entry.conditions)
        | origin
    )


def _conditions(conditions: Conditions) -> dict[str, object]:
    """Those that are given."""
    said = {
        "version": conditions.version,
        "platform": ", ".join(conditions.platforms),
        "audience": "staff" if conditions.audience == "staff" else "",
        "valid_from": conditions.valid_from and conditions.valid_from.isoformat(),
        "valid_until": conditions.valid_until and conditions.valid_until.isoformat(),
    }
    return {key: value for key, value in said.items() if value}
