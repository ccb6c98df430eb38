"""Questions put to the bot, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, update

from bot.events import MessageRef, Place
from bot.knowledge.talking import MOST
from bot.storage import Change, upsert
from bot.storage.codec import message_ref, place_of, place_text
from bot.storage.tables import lines, outbox, questions, shown


def key_in_post(post: str, number: int) -> str:
    """The key of the question that a post answers at that place; that of the first is the post's own."""
    return f"{post}-{number}" if number else post


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as the ledger keeps it. ``key`` is that of the post that answers it: see ``key_in_post``."""

    key: str
    asked: int
    place: Place
    message: str | None
    """Id of the message that asked; None for a command."""
    member: str
    language: str
    text: str
    band: str
    """``answer``, ``suggest`` or ``abstain``."""
    entry: str | None = None
    """The FAQ entry shown."""
    version: str | None = None
    """That entry's version then."""
    private: bool = False
    talk: str | None = None
    """The key of the first question of its conversation, which is its own for a first one."""

    @property
    def kept(self) -> Change:
        """The change that keeps it."""
        values = {name: getattr(self, name) for name in self.__slots__} | {"talk": self.talk or self.key}
        return upsert(questions, **(values | {"place": place_text(self.place), "address": self.place.address}))


def again(row: Row[Any], key: str, member: str, at: int, **found: str | None) -> Change:
    """The question of ``row`` as another of the member's own: what is shown in private leaves the first as it is."""
    mine = {"key": key, "member": member, "asked": at, "private": True, "talk": talk_of(row)}
    return upsert(questions, **(row._asdict() | mine | found))


def talk_of(row: Row[Any]) -> str:
    """The conversation that a question belongs to."""
    return str(row.talk or row.key)


def show(talk: str, entries: Iterable[str], member: str, at: int) -> list[Change]:
    """These entries were shown or offered in the conversation: to ``member`` alone, or (empty) to everybody."""
    return [upsert(shown, talk=talk, entry=entry, member=member, at=at) for entry in dict.fromkeys(entries)]


def seen(talk: str, member: str) -> Select[Any]:
    """The entries that the member has seen in the conversation."""
    return select(shown.c.entry).where(shown.c.talk == talk, shown.c.member.in_(("", member)))


def of_messages(address: str, ids: Sequence[str]) -> Select[Any]:
    """The public question that one of these messages asked, the latest."""
    mine = and_(questions.c.address == address, questions.c.message.in_(ids), questions.c.private.is_(False))
    return select(questions).where(mine).order_by(questions.c.asked.desc()).limit(1)


def answered_with(message: MessageRef) -> Select[Any]:
    """The question that the bot's ``message`` answers, or that was asked by it."""
    place = message.place
    posted = and_(outbox.c.message == message.id, outbox.c.platform == place.platform)
    mine = and_(questions.c.address == place.address, or_(posted, questions.c.message == message.id))
    joined = select(questions).join(outbox, outbox.c.key == questions.c.key, isouter=True)
    return joined.where(mine).order_by(questions.c.asked.desc()).limit(1)


def in_thread(thread: Place) -> Select[Any]:
    """The public questions of a thread, the latest first; the one it was made for is among them."""
    here = or_(questions.c.place == place_text(thread), questions.c.message == thread.thread)
    mine = and_(questions.c.address == thread.address, here, questions.c.private.is_(False))
    return select(questions).where(mine).order_by(questions.c.asked.desc()).limit(20)


def asked_since(since: int) -> Select[Any]:
    """The questions asked in messages since then, with their wording, the earliest first."""
    with_words = and_(questions.c.asked >= since, questions.c.text.is_not(None), questions.c.message.is_not(None))
    return select(questions).where(with_words).order_by(questions.c.asked)


def asked_lately(
    address: str, entry: str, version: str, language: str, bands: Sequence[str], since: int
) -> Select[Any]:
    """The latest public posts of these bands with that entry and language in the channel, and where they stand.

    ``asked_in`` and ``asked_by`` are the place and the message that asked.
    """
    asked = questions.c.place.label("asked_in"), questions.c.message.label("asked_by")
    return (
        select(questions.c.key, outbox.c.place, outbox.c.message, *asked)
        .join(outbox, outbox.c.key == questions.c.key)
        .where(
            questions.c.address == address,
            questions.c.entry == entry,
            questions.c.version == version,
            questions.c.language == language,
            questions.c.band.in_(bands),
            questions.c.asked >= since,
            questions.c.private.is_(False),
            outbox.c.state.in_(("queued", "sending", "sent")),
        )
        .order_by(questions.c.asked.desc())
        .limit(10)
    )


def can_be_read(row: Row[Any], place: Place) -> bool:
    """Whether all who read ``place`` can read what ``asked_lately`` found in its channel.

    A thread may be private, unless it began with a message of the channel.
    """
    thread = place_of(row.place or row.asked_in).thread
    return thread is None or thread in (row.asked_by, place.thread)


def taken_away(message: MessageRef) -> Change:
    """The bot's post that stood there was deleted: nobody is led to it any more."""
    here = select(questions.c.key).where(questions.c.address == message.place.address)
    posted = and_(outbox.c.message == message.id, outbox.c.platform == message.place.platform)
    return update(outbox).where(posted, outbox.c.key.in_(here)).values(state="expired")


def stands_at(row: Row[Any]) -> MessageRef | None:
    """The message a row with ``place`` and ``message`` points at, if it points at one."""
    return message_ref(row.place, row.message) if row.message else None


def question(key: str) -> Select[Any]:
    """The question with that key."""
    return select(questions).where(questions.c.key == key)


def of_post(key: str) -> Select[Any]:
    """The questions that a post answers, in its order."""
    keys = [key_in_post(key, number) for number in range(MOST)]
    return select(questions).where(questions.c.key.in_(keys)).order_by(questions.c.key)


def last_private(member: str) -> Select[Any]:
    """The last question a member was answered in private; what was only suggested is no answer."""
    mine = and_(questions.c.member == member, questions.c.private.is_(True), questions.c.band == "answer")
    return select(questions).where(mine).order_by(questions.c.asked.desc()).limit(1)


def answered_by(message: MessageRef) -> Select[Any]:
    """The key of the question that the bot's ``message`` answers, if it is an answer."""
    place = message.place
    return (
        select(questions.c.key)
        .join(outbox, outbox.c.key == questions.c.key)
        .where(
            outbox.c.message == message.id, outbox.c.platform == place.platform, questions.c.address == place.address
        )
    )


def chose(key: str, entry: str, version: str) -> Change:
    """The asker chose an entry from those suggested: it is the answer now."""
    return update(questions).where(questions.c.key == key).values(band="answer", entry=entry, version=version)


def revised(key: str, text: str, entry: str, version: str) -> Change:
    """Its writer went on, and now another entry answers it."""
    values = {"band": "answer", "text": text[:2000], "entry": entry, "version": version}
    return update(questions).where(questions.c.key == key).values(**values)


def lines_of(address: str, message: str) -> Select[Any]:
    """The further messages whose words stand in what ``message`` asked."""
    return select(lines.c.message).where(lines.c.address == address, lines.c.part_of == message)


def holds(address: str, message: str, further: Iterable[str], at: int) -> list[Change]:
    """The words of these messages, too, stand in what ``message`` asked."""
    return [upsert(lines, address=address, message=each, part_of=message, at=at) for each in dict.fromkeys(further)]


def has_words_of(address: str, message: str) -> ColumnElement[bool]:
    """Whether words of that message stand in a question's text."""
    parts = select(lines.c.part_of).where(lines.c.address == address, lines.c.message == message)
    return and_(questions.c.address == address, or_(questions.c.message == message, questions.c.message.in_(parts)))


def forget_text(address: str, message: str) -> Change:
    """Drop the wording of every question that has words of a message that was changed or deleted."""
    return update(questions).where(has_words_of(address, message)).values(text=None)


def forget_older(than: int) -> Change:
    """Drop the wording of questions older than ``than``."""
    return update(questions).where(questions.c.asked < than, questions.c.text.is_not(None)).values(text=None)
