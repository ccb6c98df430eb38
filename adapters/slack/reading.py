"""What Slack knows: past messages, reactions, and who is in which user group."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from typing import Any

from adapters.slack.calls import Calls
from adapters.slack.identity import Identity, Json, user_id
from adapters.slack.inbound import Scene, emoji_name, milliseconds, time_stamp
from bot.errors import Gone, Refused, Unreachable
from bot.events import Event, Member, MessageRef, Place, Reactions

log = logging.getLogger(__name__)

_PAGE = 200
_DAY_MS = 86_400_000
_ROLES_SECONDS = 300
_MOST_WAITS = 200
"""How often one history waits for Slack's leave; at one call a minute that is a few hours."""


class Reading:
    """Reads on behalf of the core."""

    def __init__(self, calls: Calls, me: Callable[[], Identity], now: Callable[[], int]) -> None:
        self._calls, self._me, self._now = calls, me, now
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}

    # -- history -----------------------------------------------------------------------------------------------------

    async def history(self, place: Place, since: int) -> AsyncIterator[Event]:
        """Messages of a channel with its threads, or of one thread, oldest first.

        Slack pages from the newest, so a channel's messages are gathered before the first is told. Apps that Slack
        allows one call a minute with 15 messages take that long, and no message is skipped.
        """
        scene = Scene(self._me(), place.community)
        found = {message["ts"]: message async for message in self._messages(place, since)}
        if place.thread is None:
            for thread in await self._threads(place, since, list(found.values())):
                found |= {message["ts"]: message async for message in self._messages(thread, since)}
        for ts in sorted(found, key=milliseconds_and_order):
            if milliseconds(ts) >= since and (event := scene.said(found[ts], place.channel)):
                yield event

    async def _threads(self, place: Place, since: int, found: Iterable[Json]) -> list[Place]:
        """Threads answered in since then: those of these messages, and of up to a page of the day before."""
        if since <= _DAY_MS:
            return [replace(place, thread=each["ts"]) for each in found if "latest_reply" in each]
        day_before = {"oldest": time_stamp(since - _DAY_MS), "latest": time_stamp(since), "limit": _PAGE}
        older = (await self._page(place, {"channel": place.channel, **day_before})).get("messages") or ()
        answered = [each["ts"] for each in (*found, *older) if milliseconds(each.get("latest_reply", "0.0")) >= since]
        return [replace(place, thread=ts) for ts in answered]

    async def _messages(self, place: Place, since: int) -> AsyncIterator[Json]:
        asked: dict[str, Any] = {
            "channel": place.channel,
            "oldest": time_stamp(since),
            "inclusive": True,
            "limit": _PAGE,
        }
        while True:
            page = await self._page(place, asked)
            for message in page.get("messages") or ():
                yield message
            before, asked["cursor"] = asked.get("cursor"), (page.get("response_metadata") or {}).get("next_cursor")
            if asked["cursor"] in {"", None, before}:
                return

    async def _page(self, place: Place, asked: Json) -> Json:
        """One page, however long Slack makes us wait for it."""
        for _ in range(_MOST_WAITS):
            try:
                if place.thread:
                    return await self._calls.read("conversations.replies", ts=place.thread, **asked)
                return await self._calls.read("conversations.history", **asked)
            except Unreachable as error:
                if error.retry_after is None:
                    raise
                await asyncio.sleep(error.retry_after)
        raise Unreachable("Slack kept asking to wait with conversations.history", perhaps_done=False)

    # -- reactions ---------------------------------------------------------------------------------------------------

    async def reactions(self, message: MessageRef) -> Reactions | None:
        asked = {"channel": message.place.channel, "timestamp": message.id, "full": True}
        try:
            told = await self._calls.read("reactions.get", **asked)
        except Gone:
            return None
        me, community, now = self._me(), message.place.community, self._now()
        left = {
            (me.member(community, user).id, emoji_name(reaction["name"]))
            for reaction in (told.get("message") or {}).get("reactions") or ()
            for user in reaction.get("users") or ()
            if user != me.user
        }
        return Reactions(
            key=f"reactions:{message.place.channel}:{message.id}:{now}",
            at=now,
            place=message.place,
            member=me.member(community, me.user, me.name, is_bot=True),
            target=message,
            left=tuple(sorted(left)),
        )

    # -- roles -------------------------------------------------------------------------------------------------------

    async def roles(self, member: Member, groups: Iterable[str]) -> frozenset[str]:
        """Those of the user groups that the member is in, at most five minutes old; raises where Slack cannot say."""
        user = user_id(member.id)
        return frozenset([group for group in sorted(groups) if user in await self._members(group)])

    async def _members(self, group: str) -> frozenset[str]:
        known = self._groups.get(group)
        if known and time.monotonic() - known[0] < _ROLES_SECONDS:
            return known[1]
        try:
            users = frozenset((await self._calls.read("usergroups.users.list", usergroup=group)).get("users") or ())
        except Refused as error:
            if "no_such_subteam" not in str(error):
                raise
            # A group that is gone has no members; the others still count.
            log.warning("The user group %s under [staff] does not exist on Slack", group)
            users = frozenset()
        self._groups[group] = time.monotonic(), users
        return users


def milliseconds_and_order(ts: str) -> tuple[int, str]:
    """Sorts time stamps: their digits before the point may differ in number."""
    return int(ts.partition(".")[0]), ts
