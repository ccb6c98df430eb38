"""What an import would change: which record is which entry, what is new, changed, in conflict or gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from bot.knowledge.entries import Faq
from bot.knowledge.exchange.merging import merged
from bot.knowledge.exchange.records import Batch, Issue, Origin, Record, Values, as_values, marks
from bot.knowledge.sources.drafts import KEYS

Kind: TypeAlias = Literal["new", "changed", "linked", "unchanged", "kept", "conflict", "gone"]
KINDS: tuple[Kind, ...] = ("new", "changed", "linked", "unchanged", "kept", "conflict", "gone")
OF_TEXT = frozenset({"id", "question", "alternates", "answer", "language", "source", "checked", "origin"})
"""What an entry says in each language; the rest holds for all of them."""
ALIKE = 0.8
"""difflib's ratio from which a question that the source calls by no name is taken for one that is gone."""
MOST_COMPARED = 500
"""Texts that one record is compared with word by word; comparing takes up to a millisecond."""
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one entry in one language.

    ``linked``: only a note of where it comes from is added. ``kept``: it was changed here and not at the source.
    """

    kind: Kind
    id: str
    language: str
    place: str
    before: Values | None = None
    after: Values | None = None
    keys: tuple[str, ...] = ()
    """What changed, was kept, or is in conflict."""
    theirs: Values | None = None
    """The source's values, of a conflict."""
    file: str = ""
    line: int = 0
    """Where the entry stands now."""
    why: str = ""

    @property
    def written(self) -> Values:
        """The values to be written."""
        before, after = self.before or {}, self.after or {}
        return {key: after.get(key) for key in KEYS if before.get(key) != after.get(key)}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an import would do."""

    changes: tuple[Change, ...] = ()
    skipped: tuple[Issue, ...] = ()
    wrong: tuple[Issue, ...] = ()
    notes: tuple[Issue, ...] = ()

    def of(self, *kinds: Kind) -> tuple[Change, ...]:
        """The changes of these kinds."""
        return tuple(change for change in self.changes if change.kind in kinds)


@dataclass(slots=True)
class _Known:
    """One text of the FAQ."""

    values: dict[str, object]
    origin: Origin
    file: str
    line: int
    claimed: str = ""
    """The place of the record that it is."""
    said: Values | None = None
    """What that record says."""

    @property
    def place(self) -> tuple[str, str]:
        return str(self.values["id"]), str(self.values["language"])


class _Matching:
    """Finds the texts of the FAQ that records are."""

    def __init__(self, known: Sequence[_Known]) -> None:
        self.known = known
        self.wrong: list[Issue] = []
        self.doubled: list[Issue] = []
        """Records that say once more what another one says."""
        self.new: dict[tuple[str, str], Record] = {}
        """Id and language of new texts -> the record they come from."""
        self._ids: dict[str, str] = {}
        self._by_source: dict[tuple[str, str], _Known] = {}
        self._by_id: dict[tuple[str, str], _Known] = {}
        self._by_question: dict[tuple[str, str], list[_Known]] = {}
        for each in known:
            entry, language = each.place
            self._by_id[each.place] = each
            self._by_question.setdefault((_plain(each.values["question"]), language), []).append(each)
            if each.origin.source:
                self._ids.setdefault(each.origin.source, entry)
                self._by_source.setdefault((each.origin.source, language), each)

    def entry_of(self, record: Record, scope: str) -> str:
        """The id that the record has in the FAQ, or gets."""
        return self._ids.get(_source(record, scope), record.id)

    def keep(self, record: Record, scope: str, entry: str) -> None:
        """Let the record's other languages be of the same entry."""
        self._ids.setdefault(_source(record, scope), entry)

    def text_of(self, record: Record, scope: str) -> _Known | None:
        """The text of the FAQ that the record is, by its origin, its id or its question."""
        language = str(record.values["language"])
        by_source = self._by_source.get((_source(record, scope), language))
        by_id = self._by_id.get((self.entry_of(record, scope), language))
        asked = self._by_question.get((_plain(record.values["question"]), language), [])
        return by_source or by_id or next((each for each in asked if _may_be(each, record)), None)

    def like(self, record: Record, open_ones: Sequence[_Known]) -> _Known | None:
        """The text among ``open_ones`` whose question or answer reads alike."""
        mine = [e for e in open_ones if not e.claimed and e.values["language"] == record.values["language"]]
        same = [each for each in mine if each.values["answer"] == record.values["answer"]]
        if len(same) == 1:
            return same[0]
        scored = [(_likeness(each.values, record.values), -index) for index, each in enumerate(mine[:MOST_COMPARED])]
        best = max(scored, default=(0.0, 0))
        return mine[-best[1]] if best[0] >= ALIKE else None


def planned(faq: Faq, batches: Sequence[Batch], *, take_source: bool = False) -> Plan:
    """What importing the batches would do; with ``take_source`` conflicts end as the source has it."""
    known = [
        _Known(as_values(entry, language), Origin.read(text.origin), text.file, text.line)
        for entry in faq
        for language, text in entry.texts.items()
    ]
    matching = _Matching(known)
    changes: list[Change] = []
    batches = [_with_usual_languages(batch, faq.languages) for batch in batches]
    for batch in batches:
        changes += _of_batch(batch, matching, take_source=take_source)
    changes += _gone(batches, known)
    return Plan(
        tuple(_with_other_languages(changes, known)),
        (*(issue for batch in batches for issue in batch.skipped), *matching.doubled),
        (*(issue for batch in batches for issue in batch.wrong), *matching.wrong),
        tuple(issue for batch in batches for issue in batch.notes),
    )


def _of_batch(batch: Batch, matching: _Matching, *, take_source: bool) -> list[Change]:
    found: list[tuple[Record, _Known | None]] = []
    for record in batch.records:
        text = matching.text_of(record, batch.scope)
        if text and text.claimed:
            if text.said == record.values:
                matching.doubled.append(_doubled(record, text.claimed))
            else:
                words = f"this is the same entry as {text.claimed}; the first one counts"
                matching.wrong.append(Issue(record.place, words))
            continue
        if text:
            text.claimed, text.said = record.place, record.values
        found.append((record, text))
    changes: list[Change] = []
    open_ones = [e for e in matching.known if not e.claimed and e.origin.source.startswith(f"{batch.scope}/")]
    for record, text in found:
        if text is None and not record.has_own_key and (text := matching.like(record, open_ones)):
            text.claimed = record.place
        if text is not None:
            changes.append(_compared(record, text, batch.scope, take_source=take_source))
        elif new := _new(record, batch.scope, matching):
            changes.append(new)
    return changes


def _new(record: Record, scope: str, matching: _Matching) -> Change | None:
    entry, language = matching.entry_of(record, scope), str(record.values["language"])
    first = matching.new.setdefault((entry, language), record)
    if first is not record and first.values == record.values:
        matching.doubled.append(_doubled(record, first.place))
        return None
    if first is not record:
        words = f"`{record.values['question']}` has the same id, `{entry}`, as {first.place}; the first one counts"
        matching.wrong.append(Issue(record.place, words))
        return None
    matching.keep(record, scope, entry)
    after = {key: record.values.get(key) for key in KEYS} | {"id": entry}
    after["origin"] = _origin(record, scope, after.get("origin"))
    return Change("new", entry, language, record.place, after=after)


def _doubled(record: Record, first: str) -> Issue:
    return Issue(record.place, f"`{record.values['question']}` is the same as {first}")


def _compared(record: Record, text: _Known, scope: str, *, take_source: bool) -> Change:
    is_same = text.origin.source.startswith(f"{scope}/") or _is_of_ours(record, text.values.get("origin"))
    last = record.exported or (text.origin.marks if is_same else {})
    both = merged(text.values, record.values, last)
    entry, language = text.place
    change = Change(
        "unchanged", entry, language, record.place, text.values, text.values, file=text.file, line=text.line
    )
    if both.conflicts and not take_source:
        return replace(change, kind="conflict", keys=both.conflicts, theirs=record.values)
    after = both.values | {key: record.values[key] for key in both.conflicts}
    after["origin"] = _origin(record, scope, text.values.get("origin"))
    taken = (*both.taken, *both.conflicts)
    if taken:
        return replace(change, kind="changed", keys=taken, after=after)
    if both.kept:
        return replace(change, kind="kept", keys=both.kept)
    return replace(change, kind="linked" if after != text.values else "unchanged", after=after)


def _origin(record: Record, scope: str, now: object) -> object:
    """What the FAQ notes: nothing for what it gave out itself, else the source and the values as they are there."""
    if record.exported is not None or _is_of_ours(record, now):
        return now
    return str(Origin(_source(record, scope), marks(record.values)))


def _is_of_ours(record: Record, origin: object) -> bool:
    """Whether the record comes from another program by way of this FAQ: it notes the same origin."""
    return bool(origin) and record.values.get("origin") == origin


def _source(record: Record, scope: str) -> str:
    return f"{scope}/{record.key}"


def _gone(batches: Sequence[Batch], known: Iterable[_Known]) -> list[Change]:
    """Entries that came from one of the sources and are no longer there, in a language that it still has.

    A file may hold one language of a source, ``faq.de.csv`` or a help centre's ``/de/articles.json``: it says nothing
    of the others.
    """
    scopes = {batch.scope for batch in batches}
    whole = {scope for scope in scopes if _is_whole([batch for batch in batches if batch.scope == scope])}
    languages = {
        scope: {str(each.values["language"]) for batch in batches if batch.scope == scope for each in batch.records}
        for scope in whole
    }
    return [
        Change("gone", *each.place, "", each.values, None, file=each.file, line=each.line, why=each.origin.source)
        for each in known
        if not each.claimed
        and any(each.origin.source.startswith(f"{s}/") and each.values["language"] in languages[s] for s in whole)
    ]


def _is_whole(batches: Sequence[Batch]) -> bool:
    if not all(batch.is_whole and not batch.wrong for batch in batches):
        return False
    paged = [batch.pages for batch in batches if batch.pages]
    return not paged or set().union(*(pages for pages, _ in paged)) >= {*range(1, paged[0][1] + 1)}


def _with_other_languages(changes: list[Change], known: Sequence[_Known]) -> list[Change]:
    """A product or condition that changes in one language of an entry changes in the others, too."""
    wanted = {
        (change.id, key): (change.after or {}).get(key)
        for change in changes
        if change.kind == "changed"
        for key in change.keys
        if key not in OF_TEXT
    }
    done = {(change.id, change.language): index for index, change in enumerate(changes)}
    for text in known:
        new = {key: value for (entry, key), value in wanted.items() if entry == text.values["id"]}
        index = done.get(text.place)
        change = (
            changes[index]
            if index is not None
            else Change("unchanged", *text.place, "", text.values, text.values, file=text.file, line=text.line)
        )
        after = {**(change.after or {}), **new}
        if not new or after == change.after or change.kind not in {"unchanged", "changed", "linked", "kept"}:
            continue
        change = replace(change, kind="changed", keys=tuple(dict.fromkeys([*change.keys, *new])), after=after)
        if index is None:
            changes.append(change)
        else:
            changes[index] = change
    return changes


def _with_usual_languages(batch: Batch, languages: Sequence[str]) -> Batch:
    """``en-us`` as ``en``, unless the FAQ has ``en-us`` or the source has another English besides."""
    codes = {str(record.values["language"]) for record in batch.records}
    primary = {code: code.partition("-")[0] for code in codes}
    short = {code for code in codes if code not in languages and [*primary.values()].count(primary[code]) == 1}
    records = [
        replace(record, values={**record.values, "language": primary[code]})
        if (code := str(record.values["language"])) in short
        else record
        for record in batch.records
    ]
    return replace(batch, records=records)


def _plain(text: object) -> str:
    return " ".join(_WORDS.findall(str(text).casefold()))


def _may_be(text: _Known, record: Record) -> bool:
    """Whether two texts with one question may be one: not if both say they are of different products."""
    ours, theirs = text.values.get("product"), record.values.get("product")
    return not ours or not theirs or ours == theirs


def _likeness(ours: Values, theirs: Values) -> float:
    question = _ratio(ours["question"], theirs["question"])
    return question if question >= ALIKE else _ratio(ours["answer"], theirs["answer"])


def _ratio(one: object, other: object) -> float:
    matcher = SequenceMatcher(None, _plain(one)[:500], _plain(other)[:500], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0
