"""Reactions (resources/message, Create Reaction and following)."""

from __future__ import annotations

from typing import Any

from .. import emoji, payloads
from ..calls import Call, route
from ..errors import ApiError
from ..state import Message

ONE = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}"


def _place(call: Call, *needed: str) -> tuple[Message, str]:
    channel = call.channel("READ_MESSAGE_HISTORY")
    message = call.world.message(channel, call.id("message_id"))
    character = emoji.canonical(call.params["emoji_name"])
    if character is None:
        raise ApiError(400, 10014, "Unknown Emoji")
    if character not in message.reactions:
        # Joining a reaction that is already there needs no permission.
        call.need(channel, *needed)
    return message, character


@route("PUT", ONE + "/@me")
async def add(call: Call) -> Any:
    message, character = _place(call, "ADD_REACTIONS")
    call.world.react(message, call.world.bot, character)


@route("DELETE", ONE + "/@me")
async def remove_own(call: Call) -> Any:
    message, character = _place(call)
    call.world.unreact(message, call.world.bot, character)


@route("DELETE", ONE + "/{user_id}")
async def remove(call: Call) -> Any:
    message, character = _place(call)
    call.need(message.channel, "MANAGE_MESSAGES")
    if user := call.world.users.get(call.id("user_id")):
        call.world.unreact(message, user, character)


@route("GET", ONE)
async def users(call: Call) -> Any:
    message, character = _place(call)
    after, limit = int(call.query.get("after", 0)), call.limit(25, 100)
    found = sorted((user for user in message.reactions.get(character, ()) if user.id > after), key=lambda user: user.id)
    return [payloads.user(user) for user in found[:limit]]
