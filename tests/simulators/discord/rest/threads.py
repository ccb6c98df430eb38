"""Threads and forum posts (topics/threads, resources/channel)."""

from __future__ import annotations

from typing import Any

from .. import payloads, rules
from ..calls import Call, route
from ..composing import composed
from ..errors import ApiError
from ..state import Kind, Says
from .messages import shown


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads", rule=rules.thread)
async def start_from_message(call: Call) -> Any:
    channel = call.channel("CREATE_PUBLIC_THREADS", "READ_MESSAGE_HISTORY")
    message = call.world.message(channel, call.id("message_id"))
    if message.thread or message.id in call.world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message", circumstance=True)
    if channel.kind is not Kind.TEXT:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    archive = call.body.get("auto_archive_duration") or 1440
    thread = call.world.open_thread(channel, call.world.bot, call.body["name"], message, archive)
    return 201, _made(call, thread)


@route("POST", "/channels/{channel_id}/threads", rule=rules.thread)
async def start(call: Call) -> Any:
    """A thread that stands alone, or in a forum a post with its first message."""
    channel = call.channel()
    archive = call.body.get("auto_archive_duration") or 1440
    if channel.kind is Kind.FORUM:
        if "message" not in call.body:
            raise ApiError(400, 50035, "Invalid Form Body", {"message": {"_errors": [_REQUIRED]}})
        call.need(channel, "SEND_MESSAGES")
        fields = composed(call, call.body["message"])
        thread = call.world.open_thread(channel, call.world.bot, call.body["name"], archive=archive)
        first = call.world.post(thread, call.world.bot, id=thread.id, **fields)
        return 201, _made(call, thread) | {"message": shown(call, first)}
    if channel.kind is not Kind.TEXT or call.body.get("type") not in (None, Kind.THREAD):
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    call.need(channel, "CREATE_PUBLIC_THREADS")
    thread = call.world.open_thread(channel, call.world.bot, call.body["name"], archive=archive)
    call.world.post(channel, call.world.bot, thread.name, type=Says.THREAD_CREATED, thread=thread)
    return 201, _made(call, thread)


_REQUIRED = {"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}


def _made(call: Call, thread: Any) -> dict[str, Any]:
    return payloads.channel(thread) | {"member": payloads.thread_member(thread, call.world.bot.id)}


@route("PUT", "/channels/{channel_id}/thread-members/@me")
async def join(call: Call) -> Any:
    thread = call.channel()
    if call.world.bot.id not in thread.members:
        thread.members.append(call.world.bot.id)


@route("DELETE", "/channels/{channel_id}/thread-members/@me")
async def leave(call: Call) -> Any:
    thread = call.channel()
    if call.world.bot.id in thread.members:
        thread.members.remove(call.world.bot.id)


@route("GET", "/channels/{channel_id}/threads/archived/public")
async def archived(call: Call) -> Any:
    channel = call.channel("READ_MESSAGE_HISTORY")
    assert channel.guild
    found = [each for each in channel.guild.threads() if each.parent is channel and each.archived]
    newest = sorted(found, key=lambda thread: thread.id, reverse=True)[: call.limit(50, 100)]
    return {
        "threads": [payloads.channel(thread) for thread in newest],
        "members": [],
        "has_more": len(newest) < len(found),
    }
