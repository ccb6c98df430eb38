"""Questions put to the bot, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, select, update

from bot.events import MessageRef, Place
from bot.storage import Change, upsert
from bot.storage.codec import message_ref, place_text
from bot.storage.tables import outbox, questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as the ledger keeps it. ``key`` is that of the post that answers it."""

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

    @property
    def kept(self) -> Change:
        """The change that keeps it."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return upsert(questions, **(values | {"place": place_text(self.place), "address": self.place.address}))


def again(row: Row[Any], key: str, member: str, at: int, **found: str | None) -> Change:
    """The question of ``row`` as another of the member's own: what is shown in private leaves the first as it is."""
    mine = {"key": key, "member": member, "asked": at, "private": True}
    return upsert(questions, **(row._asdict() | mine | found))


def asked_lately(address: str, entry: str, language: str, bands: Sequence[str], since: int) -> Select[Any]:
    """The latest public post of these bands with that entry and language in the channel, and where it stands."""
    return (
        select(questions.c.key, outbox.c.place, outbox.c.message)
        .join(outbox, outbox.c.key == questions.c.key)
        .where(
            questions.c.address == address,
            questions.c.entry == entry,
            questions.c.language == language,
            questions.c.band.in_(bands),
            questions.c.asked >= since,
            questions.c.private.is_(False),
            outbox.c.state.in_(("queued", "sending", "sent")),
        )
        .order_by(questions.c.asked.desc())
        .limit(1)
    )


def stands_at(row: Row[Any]) -> MessageRef | None:
    """The message a row with ``place`` and ``message`` points at, if it points at one."""
    return message_ref(row.place, row.message) if row.message else None


def question(key: str) -> Select[Any]:
    """The question with that key."""
    return select(questions).where(questions.c.key == key)


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


def forget_text(address: str, message: str) -> Change:
    """Drop the wording of a question whose message was changed or deleted."""
    mine = and_(questions.c.address == address, questions.c.message == message)
    return update(questions).where(mine).values(text=None)


def forget_older(than: int) -> Change:
    """Drop the wording of questions older than ``than``."""
    return update(questions).where(questions.c.asked < than, questions.c.text.is_not(None)).values(text=None)
