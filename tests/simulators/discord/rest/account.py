"""The bot's own account and the way to the gateway (resources/user, resources/application, events/gateway)."""

from __future__ import annotations

from typing import Any

from .. import payloads
from ..calls import Call, route
from ..errors import unknown
from ..intents import application_flags


@route("GET", "/users/@me")
async def own_user(call: Call) -> Any:
    return payloads.own_user(call.world.bot)


@route("GET", "/users/{user_id}")
async def user(call: Call) -> Any:
    found = call.world.users.get(call.id("user_id"))
    if found is None:
        raise unknown("User", 10013)
    return payloads.user(found)


@route("GET", "/oauth2/applications/@me")
@route("GET", "/applications/@me")
async def application(call: Call) -> Any:
    world = call.world
    return payloads.application(world.bot, world.owner, application_flags(call.sim.gateway.allowed))


@route("GET", "/gateway", open=True)
async def gateway(call: Call) -> Any:
    return {"url": call.sim.gateway.url}


@route("GET", "/gateway/bot")
async def gateway_of_bot(call: Call) -> Any:
    limits = call.sim.gateway
    budget = {"total": limits.identify_limit, "remaining": limits.identifies_left(), "reset_after": 86_400_000}
    return {"url": limits.url, "shards": 1, "session_start_limit": budget | {"max_concurrency": 1}}


@route("POST", "/users/@me/channels")
async def open_direct(call: Call) -> Any:
    """A direct message channel. It is made without asking; the refusal comes when something is sent."""
    person = call.world.users.get(int(call.body.get("recipient_id") or 0))
    if person is None:
        raise unknown("User", 10013)
    return payloads.channel(call.world.direct(person))


@route("GET", "/users/@me/guilds")
async def own_guilds(call: Call) -> Any:
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(guild.roles[call.world.bot.roles[guild.id][0]].permissions),
            "features": [],
        }
        for guild in call.world.guilds.values()
    ]
