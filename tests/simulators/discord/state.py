"""What exists on the simulated platform: users, guilds, channels, messages, interactions."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from ..people import Clock

EPOCH = 1_420_070_400_000
"""First millisecond of 2015, where Discord's ids start (discord-api-docs, reference, Snowflakes)."""


class Snowflakes:
    """Ids that carry their time and only ever grow, also while the clock is held."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        born = (int(self._clock.now() * 1000) - EPOCH) << 22
        self._last = max(born, self._last + 1)
        return self._last


class Kind(IntEnum):
    """Channel types."""

    TEXT = 0
    DM = 1
    THREAD = 11
    FORUM = 15


class Flag(IntEnum):
    """Message flags."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SILENT = 1 << 12
    COMPONENTS_V2 = 1 << 15


class Says(IntEnum):
    """Message types the simulator makes."""

    TEXT = 0
    THREAD_CREATED = 18
    REPLY = 19
    COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU = 23


@dataclass(slots=True, eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    joined_at: float = 0.0
    roles: dict[int, list[int]] = field(default_factory=dict)
    """Guild id -> role ids."""
    accepts_dms: bool = True


@dataclass(slots=True, eq=False)
class Role:
    id: int
    name: str
    permissions: int
    position: int = 0
    managed_by: int | None = None
    """The bot this role came with."""


@dataclass(slots=True, eq=False)
class Guild:
    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    def role(self, name: str) -> Role | None:
        return next((role for role in self.roles.values() if role.name == name), None)

    def threads(self) -> Iterator[Channel]:
        return (channel for channel in self.channels.values() if channel.kind is Kind.THREAD)


@dataclass(slots=True, eq=False)
class Channel:
    id: int
    kind: Kind
    name: str
    created_at: float
    guild: Guild | None = None
    parent: Channel | None = None
    position: int = 0
    owner_id: int = 0
    recipient: User | None = None
    denied: dict[int, int] = field(default_factory=dict)
    """User id -> permission bits taken away here."""
    archived: bool = False
    locked: bool = False
    auto_archive: int = 1440
    members: list[int] = field(default_factory=list)
    sent: int = 0
    """Messages ever sent in this thread, its first one not counted."""
    messages: dict[int, Message] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    """Ids of ``messages``, oldest first."""
    private: dict[int, Message] = field(default_factory=dict)
    """Ephemeral messages: on one person's screen, but in nobody's history."""

    def add(self, message: Message) -> None:
        if message.only_for:
            self.private[message.id] = message
        else:
            self.messages[message.id] = message
            self.ids.append(message.id)

    def remove(self, message: Message) -> None:
        if message.only_for:
            del self.private[message.id]
        else:
            del self.messages[message.id]
            self.ids.pop(bisect_left(self.ids, message.id))

    def before(self, id: int, limit: int) -> list[Message]:
        """Up to ``limit`` messages older than ``id``, newest first."""
        end = bisect_left(self.ids, id)
        return [self.messages[each] for each in reversed(self.ids[max(0, end - limit) : end])]

    def after(self, id: int, limit: int) -> list[Message]:
        """The ``limit`` oldest messages newer than ``id``, newest first."""
        start = bisect_right(self.ids, id)
        return [self.messages[each] for each in reversed(self.ids[start : start + limit])]


@dataclass(slots=True, eq=False)
class Message:
    id: int
    channel: Channel
    author: User
    content: str
    created_at: float
    type: Says = Says.TEXT
    flags: int = 0
    edited_at: float | None = None
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reference: Message | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    nonce: str | int | None = None
    reactions: dict[str, list[User]] = field(default_factory=dict)
    """Emoji character -> users in the order they came."""
    only_for: User | None = None
    """The one person who sees an ephemeral message."""
    interaction: Interaction | None = None
    """The interaction this message answers."""
    thread: Channel | None = None
    deleted: bool = False

    @property
    def loading(self) -> bool:
        """The placeholder of a deferred answer ("is thinking ...")."""
        return bool(self.flags & Flag.LOADING)


@dataclass(slots=True, eq=False)
class Attachment:
    id: int
    filename: str
    content: bytes


class Asks(IntEnum):
    """Interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answers(IntEnum):
    """Interaction callback types."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(slots=True, eq=False)
class Interaction:
    """One use of a command, button, select or modal, waiting for the bot's answer."""

    id: int
    token: str
    type: Asks
    person: User
    channel: Channel
    created_at: float
    data: dict[str, Any]
    message: Message | None = None
    """The message whose component was used."""
    parent: Interaction | None = None
    """What opened the modal this one submits."""
    responded: Answers | None = None
    original: Message | None = None
    followups: dict[int, Message] = field(default_factory=dict)
    choices: asyncio.Future[tuple[str, ...]] | None = None


@dataclass(slots=True, eq=False)
class OpenForm:
    """A modal in front of a person."""

    interaction: Interaction
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One dispatch of the gateway, before it is cut to what a session may see."""

    name: str
    data: dict[str, Any]
    intent: int = 0
    """Any one of these intent bits lets it through; 0 means always."""
    channel: Channel | None = None
    guild: Guild | None = None
    message: Message | None = None
