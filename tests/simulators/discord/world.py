"""The community itself: who is there and what happens to its messages. Every change is announced as an event."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

from ..people import Clock
from . import payloads, permissions
from .errors import unknown
from .intents import Intent, about_messages, about_reactions
from .state import (
    Asks,
    Channel,
    Event,
    Flag,
    Guild,
    Interaction,
    Kind,
    Message,
    OpenForm,
    Role,
    Says,
    Snowflakes,
    User,
)

MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")


class World:
    """All state of one simulated Discord, and the deeds that people and the bot have in common."""

    def __init__(self, clock: Clock, bot_name: str) -> None:
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.publish: Callable[[Event], None] = lambda event: None
        self.base = ""
        """Address of the server, for attachments."""
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        """By token."""
        self.nonces: dict[str, Message] = {}
        """The bot's last message with each enforced nonce."""
        self.forms: dict[int, OpenForm] = {}
        self.commands: dict[int | None, list[dict[str, Any]]] = {}
        """Published commands by guild; ``None`` for those of every guild."""
        self.bot = self.join(bot_name, bot=True)
        self.owner = self.join("Owner")

    # people and places

    def join(self, name: str, *, bot: bool = False) -> User:
        """A new user, who becomes a member of every guild."""
        user = User(self.ids.next(), name, bot, joined_at=self.clock.now())
        self.users[user.id] = user
        return user

    def named(self, name: str) -> User | None:
        return next((user for user in self.users.values() if user.name.casefold() == name.casefold()), None)

    def found(self, name: str, bot_permissions: int) -> Guild:
        """A new guild with its @everyone role (whose id is the guild's), the staff role and the bot's own."""
        guild = Guild(self.ids.next(), name, self.owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", 0)
        self.guilds[guild.id] = guild
        staff = Role(self.ids.next(), "staff", permissions.STAFF, 1)
        own = Role(self.ids.next(), self.bot.name, bot_permissions, 2, managed_by=self.bot.id)
        guild.roles |= {staff.id: staff, own.id: own}
        guild.roles[guild.id].permissions = permissions.MEMBER
        self.bot.roles[guild.id] = [own.id]
        return guild

    def people(self) -> list[User]:
        return [user for user in self.users.values() if user is not self.bot]

    def open_channel(self, guild: Guild, name: str, kind: Kind = Kind.TEXT) -> Channel:
        channel = Channel(self.ids.next(), kind, name, self.clock.now(), guild, position=len(guild.channels))
        guild.channels[channel.id] = self.channels[channel.id] = channel
        self.announce("CHANNEL_CREATE", payloads.channel(channel), channel, Intent.GUILDS)
        return channel

    def direct(self, person: User) -> Channel:
        """The direct message channel between the bot and ``person``."""
        for channel in self.channels.values():
            if channel.recipient is person:
                return channel
        channel = Channel(self.ids.next(), Kind.DM, f"@{person.name}", self.clock.now(), recipient=person)
        self.channels[channel.id] = channel
        return channel

    def channel(self, id: int) -> Channel:
        if id not in self.channels:
            raise unknown("Channel", 10003)
        return self.channels[id]

    def message(self, channel: Channel, id: int) -> Message:
        """A message everybody can see, in its channel."""
        if id not in channel.messages:
            raise unknown("Message", 10008)
        return channel.messages[id]

    # deeds

    def post(self, channel: Channel, author: User, content: str, **more: Any) -> Message:
        """A new message, told to everybody who can read the channel."""
        message = self.write(channel, author, content, **more)
        self.tell("MESSAGE_CREATE", message)
        return message

    def write(self, channel: Channel, author: User, content: str, **more: Any) -> Message:
        """A new message in its channel, told to nobody yet."""
        more.setdefault("id", self.ids.next())
        message = Message(channel=channel, author=author, content=content, created_at=self.clock.now(), **more)
        channel.add(message)
        self.messages[message.id] = message
        if channel.archived:
            # Writing in an archived thread opens it again (topics/threads).
            channel.archived = False
            self.change_thread(channel)
        # The counters of a thread leave out its first message (resources/channel, Thread fields).
        channel.sent += channel.kind is Kind.THREAD and message.id != channel.id
        return message

    def person_posts(self, channel: Channel, author: User, content: str, reference: Message | None = None) -> Message:
        """A message typed in the client: it may mention people, and a reply pings whom it answers."""
        message = self.write(channel, author, content, reference=reference)
        message.type = Says.REPLY if reference else Says.TEXT
        message.mentions, message.mention_roles = self.mentioned(content)
        if reference and reference.author not in message.mentions:
            message.mentions.append(reference.author)
        self.tell("MESSAGE_CREATE", message)
        return message

    def mentioned(self, content: str) -> tuple[list[User], list[int]]:
        """The users and roles a text names."""
        users = [self.users[int(id)] for id in dict.fromkeys(MENTION.findall(content)) if int(id) in self.users]
        return users, [int(id) for id in dict.fromkeys(ROLE_MENTION.findall(content))]

    def edited(self, message: Message, **changes: Any) -> None:
        """Change fields of a message; a deferred answer that gets its text counts as new, not as edited."""
        was_loading = message.loading
        for field, value in changes.items():
            setattr(message, field, value)
        message.flags &= ~Flag.LOADING
        message.edited_at = None if was_loading else self.clock.now()
        self.tell("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        message.channel.remove(message)
        del self.messages[message.id]
        message.deleted = True
        if not message.only_for:
            gone = {"id": str(message.id), "channel_id": str(message.channel.id)}
            self.announce("MESSAGE_DELETE", gone, message.channel, about_messages(message.channel))

    def react(self, message: Message, user: User, emoji: str) -> None:
        users = message.reactions.setdefault(emoji, [])
        if user not in users:
            users.append(user)
            self._reaction("MESSAGE_REACTION_ADD", message, user, emoji)

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        users = message.reactions.get(emoji, [])
        if user in users:
            users.remove(user)
            if not users:
                del message.reactions[emoji]
            self._reaction("MESSAGE_REACTION_REMOVE", message, user, emoji)

    def _reaction(self, name: str, message: Message, user: User, emoji: str) -> None:
        data = {
            "user_id": str(user.id),
            "channel_id": str(message.channel.id),
            "message_id": str(message.id),
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
        guild = message.channel.guild
        if name == "MESSAGE_REACTION_ADD":
            data["message_author_id"] = str(message.author.id)
            data |= {"member": payloads.member(user, guild)} if guild else {}
        self.announce(name, data, message.channel, about_reactions(message.channel))

    def open_thread(
        self, parent: Channel, owner: User, name: str, start: Message | None = None, archive: int = 1440
    ) -> Channel:
        """A thread on message ``start`` (and with its id), or one that stands alone."""
        id = start.id if start else self.ids.next()
        thread = Channel(id, Kind.THREAD, name, self.clock.now(), parent.guild, parent, owner_id=owner.id)
        thread.auto_archive = archive
        thread.members.append(owner.id)
        assert parent.guild
        parent.guild.channels[id] = self.channels[id] = thread
        data = payloads.channel(thread) | {"newly_created": True}
        if owner is self.bot:
            data["member"] = payloads.thread_member(thread, owner.id)
        self.announce("THREAD_CREATE", data, thread, Intent.GUILDS)
        if start:
            self._start(thread, start, owner)
        return thread

    def _start(self, thread: Channel, start: Message, owner: User) -> None:
        """What a thread made from a message adds: the message's mark, and a system message inside."""
        start.thread = thread
        start.flags |= Flag.HAS_THREAD
        self.tell("MESSAGE_UPDATE", start)
        self.post(thread, owner, "", type=Says.THREAD_STARTER, reference=start)

    def change_thread(self, thread: Channel) -> None:
        self.announce("THREAD_UPDATE", payloads.channel(thread), thread, Intent.GUILDS)

    # telling

    def tell(self, name: str, message: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE. What only one person sees is never sent over the gateway."""
        if message.only_for:
            return
        shape = payloads.with_place(message, payloads.message(message, self.bot, self.base))
        self.publish(Event(name, shape, about_messages(message.channel), message.channel, message=message))

    def announce(self, name: str, data: dict[str, Any], channel: Channel, intent: int) -> None:
        if channel.guild:
            data = data | {"guild_id": str(channel.guild.id)}
        self.publish(Event(name, data, intent, channel))

    def ask(self, type: Asks, person: User, channel: Channel, data: dict[str, Any], **more: Any) -> Interaction:
        """A new interaction, not yet delivered."""
        token = secrets.token_urlsafe(48)
        one = Interaction(self.ids.next(), token, type, person, channel, self.clock.now(), data, **more)
        self.interactions[token] = one
        return one
