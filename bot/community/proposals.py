"""Wordings that may become phrasings of an entry: what members asked, and said was answered.

Nothing here is used in the search. Staff see a proposal, and accept or reject it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Row, Select, and_, delete, select

from bot.community.questions import has_words_of
from bot.knowledge import Faq
from bot.knowledge.normalise import plain_words
from bot.storage import Change, insert_new
from bot.storage.tables import proposals, questions, rejections

RAISED = 5
"""Members who asked alike, from which on a proposal stands first and is marked."""
COMPARED = 25
"""Proposals of an entry that a new wording is compared with, the latest."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Wordings that are alike; the one that was asked most is proposed."""

    id: int
    entry: str
    language: str
    text: str
    others: tuple[str, ...]
    """The other wordings, those asked most first."""
    members: int
    """How many asked so, each counted once."""
    since: int
    """When the first of them asked."""

    @property
    def is_raised(self) -> bool:
        """Whether enough members asked so that staff should look first."""
        return self.members >= RAISED


def proposed(row: Row[Any], text: str, lead: str) -> Change:
    """Keep the wording of a question that was answered; of one question it is kept once."""
    return insert_new(proposals).values(
        question=row.key,
        member=row.member,
        asked=row.asked,
        entry=row.entry,
        language=row.language,
        text=text,
        words=plain_words(text),
        lead=lead,
    )


def of_entry(entry: str, language: str) -> Select[Any]:
    """What was proposed for an entry, the latest first."""
    return (
        select(proposals.c.words, proposals.c.lead, proposals.c.text)
        .where(proposals.c.entry == entry, proposals.c.language == language)
        .order_by(proposals.c.id.desc())
        .limit(20 * COMPARED)
    )


def rejected(entry: str, language: str, text: str) -> Select[Any]:
    """A row, if staff rejected that wording before."""
    mine = and_(rejections.c.entry == entry, rejections.c.language == language)
    return select(rejections.c.at).where(mine, rejections.c.wording == _hash(plain_words(text)))


def said_by_another(row: Row[Any]) -> Select[Any]:
    """A row, if the wording of this question may be another member's: it stands in public as theirs."""
    same = and_(questions.c.address == row.address, questions.c.text == row.text, questions.c.private.is_(False))
    here = questions.c.message == row.message if row.message else questions.c.message.is_(None)
    return select(questions.c.key).where(same, here, questions.c.member != row.member).limit(1)


def said_in_public(row: Row[Any]) -> Select[Any]:
    """A row, if the member asked this in public."""
    mine = and_(questions.c.message == row.message, questions.c.member == row.member)
    return select(questions.c.key).where(mine, questions.c.address == row.address, questions.c.private.is_(False))


def everything() -> Select[Any]:
    """Every wording proposed, the oldest first; ``listed`` makes proposals of them."""
    return select(proposals).order_by(proposals.c.id)


def one(number: int) -> Select[Any]:
    """The wording with that number."""
    return select(proposals).where(proposals.c.id == number)


def listed(rows: Sequence[Row[Any]], faq: Faq) -> list[Proposal]:
    """The proposals, raised ones first, then those asked by most; without what the FAQ has as a phrasing by now."""
    groups: dict[tuple[str, str, str], list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault((row.entry, row.language, row.lead), []).append(row)
    found = [proposal for group in groups.values() if (proposal := _proposal(group, faq))]
    return sorted(found, key=lambda each: (not each.is_raised, -each.members, each.since))


def _proposal(group: list[Row[Any]], faq: Faq) -> Proposal | None:
    entry = faq.entries.get(group[0].entry)
    text = entry.texts.get(group[0].language) if entry else None
    there = set(map(plain_words, text.phrasings)) if text else set()
    wordings: dict[str, list[Row[Any]]] = {}
    for row in group:
        if row.words not in there:
            wordings.setdefault(row.words, []).append(row)
    if not wordings:
        return None
    most = sorted(wordings.values(), key=lambda each: (-len({row.member for row in each}), each[0].id))
    first, left = most[0][0], [row for each in most for row in each]
    return Proposal(
        id=first.id,
        entry=first.entry,
        language=first.language,
        text=first.text,
        others=tuple(each[0].text for each in most[1:]),
        members=len({row.member for row in left}),
        since=min(row.asked for row in left),
    )


def accepted(row: Row[Any]) -> Change:
    """The wording is a phrasing now, and stands for those like it."""
    return delete(proposals).where(_alike(row))


def refused(row: Row[Any], wordings: Iterable[str], at: int) -> list[Change]:
    """Staff do not want these wordings: they go, and are not proposed again."""
    hashes = dict.fromkeys(_hash(plain_words(wording)) for wording in wordings)
    about = {"entry": row.entry, "language": row.language, "at": at}
    return [*(insert_new(rejections).values(wording=each, **about) for each in hashes), accepted(row)]


def _alike(row: Row[Any]) -> Any:
    return and_(proposals.c.entry == row.entry, proposals.c.language == row.language, proposals.c.lead == row.lead)


def withdraw(asked: Sequence[str], member: str) -> Change:
    """The answers to these questions did not help after all."""
    return delete(proposals).where(proposals.c.question.in_(asked), proposals.c.member == member)


def forget_text(address: str, message: str) -> Change:
    """Drop what came from a message that was changed or deleted."""
    mine = select(questions.c.key).where(has_words_of(address, message))
    return delete(proposals).where(proposals.c.question.in_(mine))


def forget_older(than: int) -> Change:
    """Drop wordings of questions older than ``than``."""
    return delete(proposals).where(proposals.c.asked < than)


def _hash(words: str) -> bytes:
    return blake2b(words.encode(), digest_size=16).digest()
