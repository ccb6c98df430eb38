"""What a workspace holds: its people, channels, messages and views, as plain records."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

from tests.simulators.people import Clock

Json = dict[str, Any]

SLACKBOT = "USLACKBOT"


@dataclass(slots=True)
class User:
    """A member; an app's user has a ``bot_id`` as well."""

    id: str
    name: str
    bot_id: str | None = None
    home: View | None = None
    modals: list[View] = field(default_factory=list)
    """Open modals, the visible one last (Slack allows three)."""
    trouble: str | None = None
    """What the client says under the open modal when its submission failed."""


@dataclass(slots=True)
class Message:
    """One message; ``only_for`` makes it ephemeral, ``gone`` keeps the place of a deleted thread parent."""

    ts: str
    channel: str
    user: str | None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    bot_id: str | None = None
    username: str | None = None
    subtype: str | None = None
    files: list[Json] = field(default_factory=list)
    only_for: str | None = None
    gone: bool = False
    picked: dict[str, Json] = field(default_factory=dict)
    """Person id -> what that person has chosen so far: block id -> action id -> value."""

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def copy(self) -> Message:
        return replace(self)


@dataclass(slots=True)
class Channel:
    """A conversation: public or private channel, or the direct one between ``im_user`` and the bot."""

    id: str
    name: str
    created: int
    members: set[str] = field(default_factory=set)
    messages: dict[str, Message] = field(default_factory=dict)
    """By ts, oldest first: ts only ever grows."""
    is_private: bool = False
    im_user: str | None = None

    @property
    def kind(self) -> str:
        """The ``channel_type`` of events."""
        if self.im_user:
            return "im"
        return "group" if self.is_private else "channel"


@dataclass(slots=True)
class View:
    """A modal or an App Home as the bot last described it, with what was filled in."""

    id: str
    body: Json
    user: str
    hash: str
    root: str
    previous: str | None = None
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks", ()))


@dataclass(slots=True)
class Group:
    """A user group."""

    id: str
    handle: str
    users: set[str] = field(default_factory=set)


class Workspace:
    """All records of one team, and the ways to find them."""

    def __init__(self, clock: Clock, bot_name: str) -> None:
        self.clock = clock
        self.team, self.domain, self.app = "T0SIM00001", "simulated", "A0SIM00001"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.views: dict[str, View] = {}
        self._serial = itertools.count(1)
        self._last_micros = 0
        self.bot = self.new_user(bot_name, is_bot=True)
        self.staff = Group(self.new_id("S"), "staff")

    def new_id(self, letter: str) -> str:
        return f"{letter}0{next(self._serial):09d}"

    def new_ts(self) -> str:
        """A time stamp no other message of the workspace has; strictly growing."""
        self._last_micros = max(int(self.clock.now() * 1_000_000), self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def new_user(self, name: str, *, is_bot: bool = False) -> User:
        user = User(self.new_id("U"), name, self.new_id("B") if is_bot else None)
        self.users[user.id] = user
        return user

    def user_named(self, name: str) -> User | None:
        return next((user for user in self.users.values() if user.name == name), None)

    def bot_with(self, bot_id: str | None) -> User | None:
        return next((user for user in self.users.values() if bot_id and user.bot_id == bot_id), None)

    def name_of(self, user_id: str | None) -> str:
        if user_id == SLACKBOT:
            return "Slackbot"
        return self.users[user_id].name if user_id in self.users else user_id or "unknown"

    def channel_named(self, name: str) -> Channel | None:
        return next((channel for channel in self.channels.values() if channel.name == name), None)

    def new_channel(self, name: str, *, private: bool = False, bot: bool = True) -> Channel:
        channel = Channel(self.new_id("C"), name, int(self.clock.now()), is_private=private)
        if bot:
            channel.members.add(self.bot.id)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user_id: str) -> Channel:
        """The direct conversation of this person and the bot, made on first use."""
        known = next((channel for channel in self.channels.values() if channel.im_user == user_id), None)
        if known:
            return known
        channel = Channel(self.new_id("D"), "", int(self.clock.now()), {user_id, self.bot.id}, im_user=user_id)
        self.channels[channel.id] = channel
        return channel

    def add(self, message: Message) -> Message:
        """Store it; an ephemeral one is kept apart from the channel's history."""
        self.messages[message.ts] = message
        if message.only_for is None:
            self.channels[message.channel].messages[message.ts] = message
        return message

    def drop(self, message: Message) -> None:
        self.messages.pop(message.ts, None)
        self.channels[message.channel].messages.pop(message.ts, None)

    def replies(self, message: Message) -> list[Message]:
        channel = self.channels[message.channel]
        return [reply for reply in channel.messages.values() if reply.is_reply and reply.thread_ts == message.ts]
