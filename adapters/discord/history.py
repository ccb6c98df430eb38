"""What was written and reacted while the bot was away, read over the REST interface."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

from adapters.discord import emoji, inbound
from adapters.discord.directory import Directory, Payload, standing_in, thread_place
from adapters.discord.rest import Rest
from adapters.discord.snowflakes import first_at
from bot.errors import Gone, Refused
from bot.events import Event, MessageRef, Place, Reactions

PAGE = 100


class History:
    """Reads channels, threads and reactions."""

    def __init__(self, rest: Rest, own: Directory) -> None:
        self._rest = rest
        self._own = own

    async def messages(self, place: Place, since: int) -> AsyncIterator[Event]:
        """At or after ``since``, oldest first: a channel's own messages, then those of its active threads.

        A forum has only the latter: each of its posts is a thread.
        """
        whole_channel = not place.thread and not place.direct
        forum = whole_channel and await self._is_forum(place)
        if not forum:
            async for event in self._written(place, since):
                yield event
        if whole_channel:
            for event in await self._in_threads(place, since, needed=forum):
                yield event

    async def _is_forum(self, place: Place) -> bool:
        known = self._own.is_forum(place.channel)
        if known is None:
            path, doing = "/channels/{channel_id}", f"look at channel {place.channel}"
            try:
                found = await self._rest("GET", path, doing, channel_id=place.channel)
            except Gone:
                return False  # or a server that describes no channels; reading it tells
            self._own.channel(found | {"id": place.channel, "guild_id": place.community})
        return bool(self._own.is_forum(place.channel))

    async def _written(self, place: Place, since: int) -> AsyncIterator[Event]:
        channel = standing_in(place)
        after = first_at(since) - 1
        while True:
            page: list[Payload] = await self._rest(
                "GET",
                "/channels/{channel_id}/messages",
                f"read channel {channel} (the bot needs View Channel and Read Message History there)",
                channel_id=channel,
                after=max(after, 0),
                limit=PAGE,
            )
            for data in reversed(page):
                if event := inbound.message(data, place, self._own):
                    yield event
            if len(page) < PAGE:
                return
            after = int(page[0]["id"])

    async def _in_threads(self, channel: Place, since: int, *, needed: bool) -> list[Event]:
        """``needed``: without its threads the channel was not read at all."""
        found: list[Event] = []
        try:
            threads = await self._active_threads(channel)
        except Refused:
            if needed:
                raise
            threads = []
        for thread in threads:
            if int(thread.get("last_message_id") or thread["id"]) >= first_at(since):
                place = thread_place(thread["id"], channel.community, channel.channel)
                self._own.channel(thread | {"guild_id": channel.community})
                found += [event async for event in self._written(place, since)]
        return sorted(found, key=lambda event: event.at)

    async def _active_threads(self, channel: Place) -> list[Payload]:
        listed = await self._rest(
            "GET",
            "/guilds/{guild_id}/threads/active",
            f"list the threads of channel {channel.channel}",
            guild_id=channel.community,
        )
        threads: list[Payload] = listed.get("threads") or [] if isinstance(listed, dict) else []
        return [thread for thread in threads if thread.get("parent_id") == channel.channel]

    async def reactions(self, target: MessageRef) -> Reactions | None:
        """Every reaction with everybody who left it; None where the message is gone."""
        channel = standing_in(target.place)
        try:
            message = await self._rest(
                "GET",
                "/channels/{channel_id}/messages/{message_id}",
                f"read message {target.id} in channel {channel}",
                channel_id=channel,
                message_id=target.id,
            )
            left: dict[str, list[Payload]] = {}
            for reaction in message.get("reactions") or ():
                users = await self._users(channel, target.id, reaction["emoji"])
                left.setdefault(emoji.name(reaction["emoji"]), []).extend(users)
        except Gone:
            return None
        return inbound.reactions(target, left, self._own, int(time.time() * 1000))

    async def _users(self, channel: str, message: str, of: Payload) -> list[Payload]:
        users: list[Payload] = []
        query: dict[str, Any] = {"limit": PAGE}
        while True:
            page = await self._rest(
                "GET",
                "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}",
                f"read the reactions of message {message} in channel {channel}",
                channel_id=channel,
                message_id=message,
                emoji=emoji.reference(of),
                **query,
            )
            users += page
            if len(page) < PAGE:
                return users
            query["after"] = page[-1]["id"]
