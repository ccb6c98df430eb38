"""What was written and reacted while the bot was away, read over the REST interface."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

from adapters.discord import emoji, inbound
from adapters.discord.directory import Directory, Payload, standing_in, thread_place
from adapters.discord.rest import Rest
from adapters.discord.snowflakes import first_at
from bot.errors import Gone
from bot.events import Event, MessageRef, Place, Reactions

PAGE = 100


class History:
    """Reads channels, threads and reactions."""

    def __init__(self, rest: Rest, own: Directory) -> None:
        self._rest = rest
        self._own = own

    async def messages(self, place: Place, since: int) -> AsyncIterator[Event]:
        """At or after ``since``, oldest first; for a forum, what was written in its posts."""
        if not place.thread and not place.direct and await self._is_forum(place):
            for event in await self._in_posts(place, since):
                yield event
        else:
            async for event in self._written(place, since):
                yield event

    async def _is_forum(self, place: Place) -> bool:
        known = self._own.is_forum(place.channel)
        if known is None:
            path, doing = "/channels/{channel_id}", f"look at channel {place.channel}"
            found = await self._rest("GET", path, doing, channel_id=place.channel)
            self._own.channel(found | {"guild_id": place.community})
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

    async def _in_posts(self, forum: Place, since: int) -> list[Event]:
        """A forum has no messages of its own: each post is a thread."""
        found: list[Event] = []
        for thread in await self._active_threads(forum):
            if int(thread.get("last_message_id") or thread["id"]) >= first_at(since):
                place = thread_place(thread["id"], forum.community, forum.channel)
                found += [event async for event in self._written(place, since)]
        return sorted(found, key=lambda event: event.at)

    async def _active_threads(self, forum: Place) -> list[Payload]:
        listed = await self._rest(
            "GET",
            "/guilds/{guild_id}/threads/active",
            f"list the posts of forum {forum.channel}",
            guild_id=forum.community,
        )
        return [thread for thread in listed["threads"] if thread.get("parent_id") == forum.channel]

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
