"""Single channels (resources/channel)."""

from __future__ import annotations

from typing import Any

from .. import payloads
from ..calls import Call, route
from ..errors import missing_permissions
from ..intents import Intent
from ..state import Kind


@route("GET", "/channels/{channel_id}")
async def channel(call: Call) -> Any:
    return payloads.channel(call.channel())


@route("PATCH", "/channels/{channel_id}")
async def change_channel(call: Call) -> Any:
    """Only threads can be changed: their own, or any with the permission to look after threads."""
    thread = call.channel()
    if thread.kind is not Kind.THREAD:
        raise missing_permissions()
    if thread.owner_id != call.world.bot.id:
        call.need(thread, "MANAGE_THREADS")
    thread.name = call.body.get("name") or thread.name
    thread.archived = bool(call.body.get("archived", thread.archived))
    thread.locked = bool(call.body.get("locked", thread.locked))
    thread.auto_archive = call.body.get("auto_archive_duration") or thread.auto_archive
    call.world.change_thread(thread)
    return payloads.channel(thread)


@route("DELETE", "/channels/{channel_id}")
async def delete_channel(call: Call) -> Any:
    thread = call.channel("MANAGE_THREADS")
    if thread.kind is not Kind.THREAD or thread.guild is None:
        raise missing_permissions()
    del thread.guild.channels[thread.id], call.world.channels[thread.id]
    shape = payloads.channel(thread)
    call.world.announce("THREAD_DELETE", shape, thread, Intent.GUILDS)
    return shape


@route("POST", "/channels/{channel_id}/typing")
async def typing(call: Call) -> Any:
    channel = call.channel("SEND_MESSAGES")
    call.sim.typing.append(channel.name)
