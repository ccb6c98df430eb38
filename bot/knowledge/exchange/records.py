"""What an import reads: records, each one entry in one language as its source has it, and what could not be read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from bot.errors import BotError
from bot.knowledge.conditions import AUDIENCES
from bot.knowledge.entries import Entry, Faq, Problem, as_record
from bot.knowledge.ids import derived
from bot.knowledge.sources.checks import Item, checked, is_address
from bot.knowledge.sources.drafts import KEYS, Draft, Notes
from bot.knowledge.sources.joining import joined

Values: TypeAlias = Mapping[str, object]
"""Key -> value as ``as_record`` has it; None where the entry says nothing."""

LONGEST_ANSWER = 100_000
"""Characters. What is longer is a manual, and no platform could show it."""
_AUDIENCES = {
    **dict.fromkeys(("everybody", "everyone", "all", "public", "alle", "jeder", "mitglieder", "öffentlich"), "members"),
    **dict.fromkeys(("team", "internal", "intern", "mitarbeiter", "nur intern"), "staff"),
}
"""What other programs call the two audiences."""
_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
_ISO_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_SLASHED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class Unreadable(BotError):
    """A file that cannot be imported at all; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that was not imported, or not as it stands."""

    place: str
    """File and row, article or line, in words of the program it came from."""
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who imports says about the files."""

    default_language: str = "en"
    """The community's; taken where nothing tells another."""
    language: str | None = None
    name: str | None = None
    """What the source is called in the FAQ; the file's name without its ending if it is not given."""
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    """Key -> header of its column."""
    encoding: str | None = None
    site: str | None = None
    """The address that links without a server are completed with."""
    heading: int | None = None
    """The level of heading that questions have, 1 to 6."""


@dataclass(frozen=True, slots=True)
class Record:
    """One entry in one language."""

    place: str
    key: str
    """What the source calls the entry."""
    has_own_key: bool
    """False if ``key`` was made from the question, and so changes with it."""
    id: str
    """The id it gets if it is new."""
    values: Values
    """Only what the source says something about; ``None`` where it says that there is nothing."""
    exported: Mapping[str, str] | None = None
    """Marks of the values as this FAQ once exported them."""
    has_language: bool = True
    """False if nothing said which language it is in."""


@dataclass(slots=True)
class Batch:
    """Everything that one file holds."""

    scope: str
    """The source: ``zendesk:acme.zendesk.com``, ``table:faq``. Keys are unique in it."""
    records: list[Record] = field(default_factory=list[Record])
    skipped: list[Issue] = field(default_factory=list[Issue])
    """Left out on purpose: drafts, empty rows with a heading."""
    wrong: list[Issue] = field(default_factory=list[Issue])
    """Could not be imported."""
    notes: list[Issue] = field(default_factory=list[Issue])
    """Imported, but not quite as it stands."""
    is_whole: bool = True
    """Whether what is not in it is no longer at the source."""
    pages: tuple[set[int], int] | None = None
    """Which pages of how many, where the source gives its articles page by page."""

    def add(
        self,
        place: str,
        values: Mapping[str, object],
        options: Options,
        *,
        key: str = "",
        new_id: str = "",
        exported: Mapping[str, str] | None = None,
    ) -> None:
        """Check the values and take them as a record, or note why they cannot be."""
        values = {name: value for name, value in values.items() if name in KEYS}
        values = self._mended(place, values)
        problems: list[Problem] = []
        item = checked(Draft(0, values), options.language or options.default_language, Notes(place, problems))
        if len(item.text.answer) > LONGEST_ANSWER:
            problems.append(Problem(place, 0, f"the answer has more than {LONGEST_ANSWER:,} characters"))
        if problems:
            self.wrong += [Issue(place, problem.message) for problem in problems]
            return
        said = as_values(item_entry(item))
        found = {name: said[name] for name in KEYS if name in values or name == "language"}
        own = new_id or str(found.get("id") or "")
        has_own_key = bool(key or own)
        key = key or own or derived(item.text.question)
        found["id"] = own or derived(item.text.question)
        has_language = bool(values.get("language") or options.language)
        self.records.append(Record(place, key, has_own_key, str(found["id"]), found, exported, has_language))

    def _mended(self, place: str, values: dict[str, object]) -> dict[str, object]:
        """Dates in the usual ways of writing. A source or `checked` that cannot be used is left out, with a note."""
        values = {name: _whole(value) if isinstance(value, str) else value for name, value in values.items()}
        for name in ("checked", "valid_from", "valid_until"):
            if isinstance(text := values.get(name), str):
                values[name] = self._day(place, name, text)
        audience = " ".join(str(values.get("audience") or "").casefold().split())
        if audience and _AUDIENCES.get(audience, audience) not in AUDIENCES:
            said = f"the audience `{values['audience']}` is not known here, so it is taken for staff; "
            self.notes.append(Issue(place, f"{said}write `members` where everybody may read it"))
            audience = "staff"
        if audience:
            values["audience"] = _AUDIENCES.get(audience, audience)
        source = values.get("source")
        if isinstance(source, str) and source.strip() and not is_address(source.strip()):
            self.notes.append(Issue(place, f"`{source}` is not a full address and is left out as the source"))
            values["source"] = None
        if isinstance(language := values.get("language"), str):
            values["language"] = language_code(language) or language
        return values

    def _day(self, place: str, name: str, text: str) -> date | str | None:
        try:
            return day(text) if text.strip() else None
        except ValueError:
            if name != "checked":  # an entry that is not valid any more must not become one that always is
                return text
            self.notes.append(
                Issue(place, f"{name}: `{text}` is not a date that can be read, and is left out; write 2026-05-31")
            )
            return None


def _whole(text: str) -> str:
    """The text without halves of characters, which no file could hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def item_entry(item: Item) -> Entry:
    """A checked item as an entry of one language."""
    (entry,) = joined([item], item.text.language, [])
    return entry


def as_values(entry: Entry, language: str | None = None) -> dict[str, object]:
    """One text of an entry with every key there is."""
    record = as_record(entry, entry.text(language))
    return {key: record.get(key) or None for key in KEYS}


def texts(faq: Faq) -> Iterator[dict[str, object]]:
    """Every text of the FAQ with every key."""
    for entry in faq:
        for language in entry.texts:
            yield as_values(entry, language)


def day(text: str) -> date:
    """A date as people write it: 2026-05-31, 31.05.2026, 2026-05-31T10:00:00Z. Raises ``ValueError``.

    With slashes it is only taken if it can be read in one way: 5/31/2026, and not 5/6/2026.
    """
    text = text.strip()
    if found := _ISO_DAY.match(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _GERMAN_DAY.match(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHED_DAY.match(text):
        first, second = int(found[1]), int(found[2])
        if first > 12 or first == second:
            return date(int(found[3]), second, first)
        if second > 12:
            return date(int(found[3]), first, second)
    raise ValueError(text)


_NAMES = {"german": "de", "deutsch": "de", "english": "en", "englisch": "en", "french": "fr", "französisch": "fr"}


def language_code(text: str) -> str | None:
    """``en_US`` as ``en-us``, ``Deutsch`` as ``de``; None for what is no language."""
    text = text.strip()
    if known := _NAMES.get(text.casefold()):
        return known
    return text.lower().replace("_", "-") if _LOCALE.fullmatch(text) else None


def mark(value: object) -> str:
    """Eight hex digits that tell whether a value is still the same."""
    plain = json.dumps(value or None, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def marks(values: Values) -> dict[str, str]:
    """The marks of everything but the id, the language and where it came from."""
    return {key: mark(value) for key, value in values.items() if key not in {"id", "language", "origin"}}


_ORIGIN = re.compile(r"(?P<source>.+?)(?: \((?P<marks>[a-z_]+ [0-9a-f]{8}(?:, [a-z_]+ [0-9a-f]{8})*)\))?")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry came from, as the FAQ keeps it: ``zendesk:acme.zendesk.com/36 (question 1f…, answer 9c…)``."""

    source: str
    marks: Mapping[str, str]

    @classmethod
    def read(cls, text: object) -> Origin:
        found = _ORIGIN.fullmatch(str(text or "")) if text else None
        if not found:
            return cls("", MappingProxyType({}))
        pairs = (pair.split(" ") for pair in (found["marks"] or "").split(", ") if pair)
        return cls(found["source"], {pair[0]: pair[1] for pair in pairs})

    def __str__(self) -> str:
        return f"{self.source} ({written(self.marks)})" if self.marks else self.source


def written(pairs: Mapping[str, str]) -> str:
    """Marks on one line."""
    return ", ".join(f"{name} {digits}" for name, digits in pairs.items())


def unwritten(text: object) -> dict[str, str] | None:
    """Marks from one line; None if it holds none."""
    found = Origin.read(f"- ({text})").marks if text else None
    return dict(found) if found else None
