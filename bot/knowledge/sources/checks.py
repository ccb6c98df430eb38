"""From a draft to a checked text: every value has its type, its form, and an answer that may be posted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from bot.knowledge.conditions import AUDIENCES, EVERYBODY, Audience, Conditions, ranges
from bot.knowledge.entries import Text
from bot.knowledge.ids import derived
from bot.knowledge.sources.drafts import CONDITIONS, Draft, Notes, unknown

SCHEMES = ("https", "http", "mailto")
"""What an address in a source or an answer may begin with."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_CODE = re.compile(r"^ *(`{3,}|~{3,}).*?(?:^ *\1|\Z)|(`+)(?!`).+?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(
    r"\]\(\s*<?(?P<inline>[^\s()<>]+)"  # [words](address)
    r"|^ {0,3}\[[^\]\n]+\]:\s*<?(?P<reference>[^\s<>]+)"  # [words]: address
    r"|<(?P<bare>[A-Za-z][A-Za-z0-9+.-]+:[^\s<>]*)>",  # <address>
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """A checked draft: one entry in one language, not yet joined with its other languages."""

    id: str
    is_derived: bool
    product: str | None
    text: Text
    conditions: Conditions
    says: frozenset[str]
    """Which conditions stand here; the others are as in the entry's other languages."""


def checked(draft: Draft, default_language: str, notes: Notes) -> Item:
    """The draft's values as they are to be used; what is wrong goes to ``notes`` and is left out."""
    question = " ".join(_words(draft, "question", notes).split())
    answer = _words(draft, "answer", notes).strip("\r\n").rstrip()
    if not question:
        notes.wrong(draft.line, "this entry has no question")
    if not answer:
        notes.wrong(draft.line, f"`{question or 'this entry'}` has no answer")
    _check_links(answer, draft, notes)
    text = Text(
        language=_language(draft, default_language, notes),
        question=question,
        alternates=_alternates(draft, question, notes),
        answer=answer,
        source=_source(draft, notes),
        checked=_date(draft, "checked", notes),
        origin=" ".join(_words(draft, "origin", notes).split()) or None,
        file=notes.file,
        line=draft.line,
    )
    entry_id = " ".join(_words(draft, "id", notes).split())
    product = " ".join(_words(draft, "product", notes).split()) or None
    says = frozenset(key for key, value in draft.values.items() if key in CONDITIONS and value not in (None, ""))
    conditions = _conditions(draft, notes) if says else EVERYBODY
    return Item(entry_id or derived(question), not entry_id, product, text, conditions, says)


def _conditions(draft: Draft, notes: Notes) -> Conditions:
    first, last = _date(draft, "valid_from", notes), _date(draft, "valid_until", notes)
    if first and last and last < first:
        notes.wrong(
            draft.line_of("valid_until"), f"valid until: `{last}` is before the day it is valid from, `{first}`"
        )
    return Conditions(_versions(draft, notes), _platforms(draft, notes), _audience(draft, notes), first, last)


def _versions(draft: Draft, notes: Notes) -> str:
    value = draft.values.get("version")
    text = str(value) if isinstance(value, float) else _words(draft, "version", notes)
    try:
        ranges(text)
    except ValueError:
        hint = "write `3`, `2.1`, `>= 3`, `< 4` or `2 - 4`, several with commas"
        notes.wrong(draft.line_of("version"), f"version: `{text}` names no versions; {hint}")
        return ""
    return " ".join(text.split())


def _platforms(draft: Draft, notes: Notes) -> tuple[str, ...]:
    value = draft.values.get("platform")
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        names = [str(each) for each in value]
    else:
        names = _words(draft, "platform", notes).split(",")
    return tuple(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))


def _audience(draft: Draft, notes: Notes) -> Audience:
    wanted = _words(draft, "audience", notes).casefold()
    found = next((each for each in AUDIENCES if each == (wanted or "members")), None)
    if found is None:
        notes.wrong(draft.line_of("audience"), unknown("audience", wanted, AUDIENCES))
    return found or "staff"


def _words(draft: Draft, key: str, notes: Notes) -> str:
    value = draft.values.get(key)
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip() if key != "answer" else value
    if isinstance(value, int) and not isinstance(value, bool) and key in {"id", "product", "version"}:
        return str(value)
    notes.wrong(draft.line_of(key), f"{key}: `{value}` should be text between quotes")
    return ""


def _alternates(draft: Draft, question: str, notes: Notes) -> tuple[str, ...]:
    """The alternates without repetitions and without the question itself."""
    values = draft.values.get("alternates")
    if not values:
        return ()
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        notes.wrong(draft.line_of("alternates"), f'alternates: `{values}` should be a list of texts, ["...", "..."]')
        return ()
    phrasings = dict.fromkeys(" ".join(value.split()) for value in values)
    return tuple(phrasing for phrasing in phrasings if phrasing and phrasing != question)


def _language(draft: Draft, default_language: str, notes: Notes) -> str:
    language = _words(draft, "language", notes).lower().replace("_", "-") or default_language
    if _LANGUAGE.fullmatch(language):
        return language
    line = draft.line_of("language")
    notes.wrong(line, f"language: `{language}` is not a language code; write its short form, such as `en` or `de`")
    return default_language


def _date(draft: Draft, key: str, notes: Notes) -> date | None:
    value = draft.values.get(key)
    if value is None:
        return None
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        day = str(value).strip()
        return date.fromisoformat(day if _DAY.fullmatch(day) else "neither") if day else None
    except ValueError:
        name = key.replace("_", " ")
        notes.wrong(draft.line_of(key), f"{name}: `{value}` is not a date; write year-month-day, such as 2026-05-31")
        return None


def _source(draft: Draft, notes: Notes) -> str | None:
    source = _words(draft, "source", notes)
    if not source or is_address(source):
        return source or None
    line = draft.line_of("source")
    notes.wrong(line, f"source: `{source}` is not a full address; begin it with https://, http:// or mailto:")
    return None


def is_address(text: str) -> bool:
    """Whether ``text`` is one http, https or mailto address with nothing around it."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    place = parts.path if parts.scheme == "mailto" else parts.hostname
    return parts.scheme in SCHEMES and bool(place) and text.isprintable() and not set(text) & set(' <>"')


def _check_links(answer: str, draft: Draft, notes: Notes) -> None:
    for offset, address in _links(answer):
        if not is_address(address):
            line = draft.line_of("answer") + (offset if "answer" in draft.lines else 0)
            notes.wrong(line, f"the link `{address}` should begin with https://, http:// or mailto:")


def _links(answer: str) -> Iterator[tuple[int, str]]:
    """Every link outside code: how many lines below the answer's first, and its address."""
    if "](" not in answer and "]:" not in answer and "<" not in answer:
        return
    prose = _CODE.sub(lambda code: "\n" * code[0].count("\n"), answer)
    for link in _LINK.finditer(prose):
        yield prose.count("\n", 0, link.start()), link[link.lastgroup or 0]
