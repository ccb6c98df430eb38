"""Guilds, their roles, members and channels (resources/guild)."""

from __future__ import annotations

from typing import Any

from .. import payloads, permissions
from ..calls import Call, route
from ..errors import missing_access, unknown
from ..intents import Intent
from ..state import Guild, Kind


def guild_of(call: Call) -> Guild:
    found = call.world.guilds.get(call.id("guild_id"))
    if found is None:
        raise unknown("Guild", 10004)
    return found


@route("GET", "/guilds/{guild_id}")
async def guild(call: Call) -> Any:
    shape = payloads.guild(guild_of(call))
    if call.query.get("with_counts", "").lower() in ("1", "true"):
        shape |= {"approximate_member_count": len(call.world.users), "approximate_presence_count": 1}
    return shape


@route("GET", "/guilds/{guild_id}/channels")
async def channels(call: Call) -> Any:
    found = guild_of(call).channels.values()
    return [payloads.channel(channel) for channel in found if channel.kind is not Kind.THREAD]


@route("GET", "/guilds/{guild_id}/roles")
async def roles(call: Call) -> Any:
    return [payloads.role(role) for role in guild_of(call).roles.values()]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
async def member(call: Call) -> Any:
    guild, who = guild_of(call), call.world.users.get(call.id("user_id"))
    if who is None:
        raise unknown("Member", 10007)
    return payloads.member(who, guild)


@route("GET", "/guilds/{guild_id}/members")
async def members(call: Call) -> Any:
    """All members, which needs the members intent (List Guild Members)."""
    guild, after = guild_of(call), int(call.query.get("after", 0))
    if not call.sim.gateway.allowed & Intent.GUILD_MEMBERS:
        raise missing_access()
    limit = call.limit(1, 1000)
    found = sorted((who for who in call.world.users.values() if who.id > after), key=lambda who: who.id)
    return [payloads.member(who, guild) for who in found[:limit]]


@route("GET", "/guilds/{guild_id}/threads/active")
async def active_threads(call: Call) -> Any:
    bot = call.world.bot
    open_ones = [thread for thread in guild_of(call).threads() if not thread.archived]
    seen = [thread for thread in open_ones if permissions.may(bot, thread, "VIEW_CHANNEL")]
    joined = [payloads.thread_member(thread, bot.id) for thread in seen if bot.id in thread.members]
    return {"threads": [payloads.channel(thread) for thread in seen], "members": joined, "has_more": False}
