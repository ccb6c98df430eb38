"""Who the bot is, and which channel a thread belongs to, learned from the gateway.

A message names only the channel or thread it stands in. discord.py's own cache would know more, but it keeps every role
and channel as an object and fails on a payload that lacks a key; these are a few ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.events import Place

Payload = dict[str, Any]
"""One of Discord's JSON objects."""

PLATFORM = "discord"
GROUP = 3
THREADS = {10, 11, 12}
FORUMS = {15, 16}
"""Channel types (Discord's Channel resource): a group talk; threads; forums, which hold only threads."""


@dataclass(slots=True)
class Directory:
    """Filled as events come; a restart begins it anew."""

    user: str = ""
    """The bot's own user id."""
    roles: set[str] = field(default_factory=set)
    """The roles that came with the bot: mentioning one of them means the bot."""
    sees_text: bool = True
    """Whether the bot has the message content intent."""
    communities: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    """Post of a forum -> its title."""
    _channels: dict[str, int] = field(default_factory=dict)
    """Channel -> its type."""
    _threads: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Thread -> (community, channel)."""

    def ready(self, data: Payload) -> None:
        """READY: a new session, in which every community is announced again."""
        self.user = data["user"]["id"]
        self._channels.clear()
        self._threads.clear()
        self.titles.clear()
        self.communities = {guild["id"] for guild in data.get("guilds") or ()}

    def community(self, data: Payload) -> None:
        """GUILD_CREATE."""
        id = data["id"]
        self.communities.add(id)
        for channel in (*(data.get("channels") or ()), *(data.get("threads") or ())):
            self.channel(channel | {"guild_id": id})
        for role in data.get("roles") or ():
            self.role({"role": role})

    def community_gone(self, data: Payload) -> None:
        """GUILD_DELETE; an outage of Discord's sends it too, with ``unavailable``."""
        if not data.get("unavailable"):
            self.communities.discard(data["id"])

    def channel(self, data: Payload) -> None:
        """CHANNEL_CREATE, THREAD_CREATE, THREAD_UPDATE, or what a request for one channel gives."""
        community = data.get("guild_id")
        if community is None:
            return
        if data.get("type") in THREADS and data.get("parent_id"):
            self._threads[data["id"]] = community, data["parent_id"]
            if self.is_forum(data["parent_id"]) and data.get("name"):
                self.titles[data["id"]] = data["name"]
        else:
            self._channels[data["id"]] = data.get("type") or 0

    def threads(self, data: Payload) -> None:
        """THREAD_LIST_SYNC: the threads of channels the bot has just been let into."""
        for thread in data.get("threads") or ():
            self.channel(thread | {"guild_id": data["guild_id"]})

    def channel_gone(self, data: Payload) -> None:
        """CHANNEL_DELETE and THREAD_DELETE."""
        self._channels.pop(data["id"], None)
        self._threads.pop(data["id"], None)
        self.titles.pop(data["id"], None)

    def role(self, data: Payload) -> None:
        """GUILD_ROLE_CREATE and GUILD_ROLE_UPDATE."""
        role = data["role"]
        if (role.get("tags") or {}).get("bot_id") == self.user:
            self.roles.add(role["id"])

    def is_forum(self, channel: str) -> bool | None:
        """None where it was never announced."""
        return self._channels[channel] in FORUMS if channel in self._channels else None

    def place(self, channel: str, community: str | None) -> Place | None:
        """Where a channel or thread id is; None where it was never announced."""
        if not community:
            return Place(PLATFORM, "", channel, direct=True)
        if channel in self._threads:
            return thread_place(channel, *self._threads[channel])
        return Place(PLATFORM, community, channel) if channel in self._channels else None


def thread_place(thread: str, community: str, channel: str) -> Place:
    return Place(PLATFORM, community, channel, thread)


def place_of(channel: Payload, community: str | None) -> Place:
    """The place a whole channel object describes, as interactions and requests carry it."""
    if not community:
        return Place(PLATFORM, "", channel["id"], direct=channel.get("type") != GROUP)
    if channel.get("type") in THREADS and channel.get("parent_id"):
        return thread_place(channel["id"], community, channel["parent_id"])
    return Place(PLATFORM, community, channel["id"])


def standing_in(place: Place) -> str:
    """The id a request names for a place: a thread is a channel of its own on Discord."""
    return place.thread or place.channel
