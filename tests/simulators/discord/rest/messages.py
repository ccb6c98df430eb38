"""Messages in channels (resources/message)."""

from __future__ import annotations

from typing import Any

from .. import payloads, rules
from ..calls import Call, route
from ..composing import changed, composed
from ..errors import ApiError, invalid, missing_access, unknown
from ..intents import Intent
from ..permissions import may
from ..state import Channel, Kind, Message, Says

NONCE_SECONDS = 300.0
"""The documentation says "the past few minutes" (Create Message, enforce_nonce)."""


def shown(call: Call, message: Message) -> dict[str, Any]:
    """A message over REST: its content too hangs on the message content intent of the application."""
    shape = payloads.message(message, call.world.bot, call.world.base)
    if call.sim.gateway.allowed & Intent.MESSAGE_CONTENT or payloads.shows_content(message, call.world.bot):
        return shape
    return payloads.without_content(shape)


def sending_place(call: Call) -> Channel:
    """The channel of the path, where the bot may write."""
    channel = call.world.channel(call.id("channel_id"))
    call.need(channel, "SEND_MESSAGES_IN_THREADS" if channel.kind is Kind.THREAD else "SEND_MESSAGES")
    if channel.kind is Kind.FORUM:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    if channel.recipient and not channel.recipient.accepts_dms:
        raise ApiError(403, 50007, "Cannot send messages to this user", circumstance=True)
    if channel.locked and not may(call.world.bot, channel, "MANAGE_THREADS"):
        raise ApiError(400, 160005, "Thread is locked", circumstance=True)
    return channel


@route("POST", "/channels/{channel_id}/messages", rule=rules.new_message)
async def create(call: Call) -> Any:
    channel = sending_place(call)
    if call.body.get("embeds"):
        call.need(channel, "EMBED_LINKS")
    if earlier := _same_nonce(call):
        return shown(call, earlier)
    if (call.body.get("flags") or 0) & ~rules.SHOWN_FLAGS:
        raise invalid("flags", "These flags cannot be set on a message")
    reference = _referenced(call, channel)
    fields = composed(call, call.body, reference=reference)
    if reference:
        fields["type"] = Says.REPLY
    nonce = call.body.get("nonce")
    message = call.world.post(channel, call.world.bot, nonce=nonce, **fields)
    if nonce is not None and call.body.get("enforce_nonce"):
        call.world.nonces[str(nonce)] = message
    return shown(call, message)


def _same_nonce(call: Call) -> Message | None:
    """The message the bot recently made with the same nonce, if it asks for that check.

    One that has been deleted since is not made again: "Unknown Message" (pull request 6647 of discord-api-docs).
    """
    if call.body.get("nonce") is None or not call.body.get("enforce_nonce"):
        return None
    earlier = call.world.nonces.get(str(call.body["nonce"]))
    if earlier is None or call.world.clock.now() - earlier.created_at >= NONCE_SECONDS:
        return None
    if earlier.deleted:
        raise unknown("Message", 10008)
    return earlier


def _referenced(call: Call, channel: Channel) -> Message | None:
    """The message to reply to. One that is gone is an error unless ``fail_if_not_exists`` is false."""
    reference = call.body.get("message_reference")
    if not reference:
        return None
    if channel.guild and not may(call.world.bot, channel, "READ_MESSAGE_HISTORY"):
        raise ApiError(403, 160002, "Cannot reply without permission to read message history", circumstance=True)
    found = channel.messages.get(int(reference["message_id"]))
    if found is None and reference.get("fail_if_not_exists", True):
        raise invalid("message_reference", "Unknown message", "REPLIES_UNKNOWN_MESSAGE", circumstance=True)
    return found


@route("GET", "/channels/{channel_id}/messages")
async def history(call: Call) -> Any:
    """Newest first. Without the permission to read history the answer is an empty list, not an error."""
    channel = call.channel()
    limit = call.limit(50, 100)
    if channel.guild and not may(call.world.bot, channel, "READ_MESSAGE_HISTORY"):
        return []
    return [shown(call, message) for message in _page(call, channel, limit)]


def _page(call: Call, channel: Channel, limit: int) -> list[Message]:
    if "around" in call.query:
        id, half = call.id("around"), limit // 2
        return channel.after(id, half) + channel.before(id + 1, limit - half)
    if "after" in call.query:
        return channel.after(call.id("after"), limit)
    return channel.before(call.id("before") if "before" in call.query else 1 << 63, limit)


@route("GET", "/channels/{channel_id}/messages/{message_id}")
async def single(call: Call) -> Any:
    channel = call.channel()
    if channel.guild and not may(call.world.bot, channel, "READ_MESSAGE_HISTORY"):
        raise missing_access()
    return shown(call, call.world.message(channel, call.id("message_id")))


@route("PATCH", "/channels/{channel_id}/messages/{message_id}", rule=rules.message)
async def edit(call: Call) -> Any:
    message = call.world.message(call.channel(), call.id("message_id"))
    if message.author is not call.world.bot:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    changes = changed(call, call.body, message)
    call.world.edited(message, **changes)
    return shown(call, message)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
async def delete(call: Call) -> Any:
    channel = call.channel()
    message = call.world.message(channel, call.id("message_id"))
    if message.author is not call.world.bot:
        call.need(channel, "MANAGE_MESSAGES")
    call.world.delete(message)
