"""What a cog's method is given about the event it answers, and what it may do about it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2s
from typing import Any

from sqlalchemy import Row, Select

from bot.adapter import Adapter
from bot.community.channels import Channel
from bot.errors import PlatformError
from bot.events import Event, Interaction, Member, Message, MessageRef, Place, Press, Submission
from bot.i18n import Markup, date_text, language_name, pick_language, spoken_form, translate, translate_plain
from bot.replies import Post, Reply, Target
from bot.storage import Change, Database

log = logging.getLogger(__name__)


ADMIN_ROLE = "admin"
"""What a platform that knows admins of the bot calls their role."""


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Staff:
    """Whom the configuration calls staff."""

    members: frozenset[str] = frozenset()
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Platform -> role (user group) ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every event meets: the community it happens in."""

    database: Database
    adapters: Mapping[str, Adapter]
    channel: Callable[[str], Channel] = Channel
    """Address -> its settings."""
    staff: Staff = Staff()
    locale: str = "en"
    address: str = "sie"
    """How the bot's own German texts speak to people: ``sie`` or ``du``."""
    patience_ms: int = 0
    """How long the bot waits for a member to finish a question that may go on; 0: not at all."""
    useful_ms: int = 30 * 60_000
    """How long a question can still use an answer."""
    now: Callable[[], int] = now_ms


def post_key(event: Event, number: int) -> str:
    """The key of an event's ``number``-th post: the same whenever the event is worked on again, on any machine."""
    return blake2s(f"{event.place.platform}|{event.key}|{number}".encode(), digest_size=10).hexdigest()


class Context:
    """One event, on its way through one method. Changes and posts are committed together after the method returns."""

    __slots__ = ("_surroundings", "changes", "channel", "event", "language", "now", "number", "posts")

    def __init__(self, event: Event, surroundings: Surroundings, first_post: int = 0) -> None:
        self._surroundings = surroundings
        self.number = first_post
        self.event = event
        self.channel = surroundings.channel(event.place.address)
        self.language = pick_language(event.locale, self.channel.language, surroundings.locale)
        """What the bot's own words are written in; a method that knows better may set it."""
        self.now = surroundings.now()
        self.changes: list[Change] = []
        self.posts: list[Post] = []

    @property
    def member(self) -> Member:
        return self.event.member

    @property
    def place(self) -> Place:
        return self.event.place

    @property
    def _form(self) -> str:
        return spoken_form(self.language, self._surroundings.address)

    def tr(self, text: str, /, **values: object) -> str:
        """``text`` (Markdown) in the reader's language; ``{names}`` become ``values``, shown literally."""
        return translate(self._form, text, **values)

    def plain(self, text: str, /, **values: object) -> str:
        """Like ``tr``, for what is shown without markup: titles, labels, notes, buttons."""
        return translate_plain(self._form, text, **values)

    def date(self, day: date) -> str:
        """The date as the reader's language writes it."""
        return date_text(day, self.language)

    def language_name(self, code: str) -> str:
        """What the reader calls a language."""
        return translate_plain(self._form, language_name(code))

    def speak(self, language: str) -> None:
        """Write the bot's own words in ``language`` from here on, where they exist in it."""
        self.language = pick_language(language, self.language)

    def record(self, *changes: Change) -> None:
        """Commit these changes with this event's posts: all of it, or nothing."""
        self.changes.extend(changes)

    async def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """All rows of the query, as committed before this event. Raises ``StorageError``."""
        return await self._surroundings.database.rows(query)

    async def is_staff(self) -> bool:
        """Whether the configuration calls the member staff. No, where the platform cannot be asked."""
        staff, member = self._surroundings.staff, self.event.member
        if member.id in staff.members:
            return True
        roles = staff.roles.get(self.place.platform)
        if not roles or member.is_bot:
            return False
        try:
            return not roles.isdisjoint(await self._surroundings.adapters[self.place.platform].roles(member))
        except PlatformError as error:
            log.warning("Roles of %s cannot be read, so the member is not treated as staff: %s", member.id, error)
            return False

    async def is_admin(self) -> bool:
        """Whether the member's platform calls them an admin of the bot. No, where it cannot be asked."""
        try:
            return ADMIN_ROLE in await self._surroundings.adapters[self.place.platform].roles(self.member)
        except PlatformError as error:
            log.warning("Roles of %s cannot be read, so the member is no admin: %s", self.member.id, error)
            return False

    def link(self, message: MessageRef) -> str | None:
        """What points people at the message, as a value for ``tr``; None where its platform has nothing of the kind."""
        adapter = self._surroundings.adapters.get(message.place.platform)
        address = adapter.link(message) if adapter else None
        return Markup(f"<{address}>") if address and "://" in address else address

    def new_key(self) -> str:
        """A key for a reply that the ledger should know its post by."""
        key = post_key(self.event, self.number)
        self.number += 1
        return key

    def post(self, reply: Reply | str, *, to: Place | None = None) -> Post:
        """Say ``reply`` about the event, or new in another place. Several are posted in this order."""
        reply = reply if isinstance(reply, Reply) else Reply(reply)
        target = Target(to) if to else _target(self.event, reply)
        post = Post(reply.key or self.new_key(), target, reply, self.language)
        self.posts.append(post)
        return post

    @property
    def useful_until(self) -> int:
        """When a post about this event is no longer worth making."""
        return self.event.at + self._surroundings.useful_ms


def _target(event: Event, reply: Reply) -> Target:
    """Where a reply to an event goes."""
    place = event.place
    private_to = event.member.id if reply.private else None
    replaces = reply.replaces or None
    if isinstance(event, Message):
        start = reply.where == "thread" and place.thread is None and not place.direct
        reply_to = None if reply.where == "channel" else event.id
        asked = event.whole[:100] if start else ""
        return Target(place, reply_to, start, private_to, replaces=replaces, asked=asked)
    if not isinstance(event, Interaction) or reply.where == "channel":
        return Target(place, private_to=private_to)
    pressed = event.target if isinstance(event, Press | Submission) else None
    if reply.where == "replace" and pressed:
        private = isinstance(event, Press) and event.private
        return Target(
            place,
            private_to=event.member.id if private else None,
            handle=event.handle,
            edits=pressed.id,
            edits_private=private,
        )
    return Target(place, private_to=private_to, handle=event.handle)
