"""Later answers to an interaction, by its token alone (receiving-and-responding, Followup Messages)."""

from __future__ import annotations

from typing import Any

from .. import payloads, rules
from ..calls import Call, route
from ..composing import changed, composed
from ..errors import ApiError, unknown
from ..state import Interaction, Message
from .interactions import MENTIONS, said

TOKEN_SECONDS = 900.0
HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL, FOLLOWUP = HOOK + "/messages/@original", HOOK + "/messages/{message_id}"


def _answered(call: Call) -> Interaction:
    """The interaction of the token: answered once already, and at most 15 minutes old."""
    interaction = call.world.interactions.get(call.params["webhook_token"])
    if interaction is None or call.id("webhook_id") != call.world.bot.id:
        raise ApiError(404, 10015, "Unknown Webhook")
    if call.world.clock.now() - interaction.created_at > TOKEN_SECONDS:
        raise ApiError(401, 50027, "Invalid Webhook Token")
    if not interaction.responded:
        # Asking is the only way to learn, after a restart, whether an interaction was answered before it.
        raise ApiError(404, 10015, "Unknown Webhook", circumstance=True)
    return interaction


def _found(call: Call) -> tuple[Interaction, Message]:
    interaction = _answered(call)
    if "message_id" in call.params:
        message = interaction.followups.get(call.id("message_id"))
        original = interaction.original
        if message is None and original and original.id == call.id("message_id"):
            message = original
    else:
        message = interaction.original
    if message is None or message.deleted:
        raise unknown("Message", 10008)
    return interaction, message


def _shape(call: Call, message: Message) -> Any:
    return payloads.message(message, call.world.bot, call.world.base)


@route("POST", HOOK, rule=rules.new_message, open=True)
async def follow_up(call: Call) -> Any:
    interaction = _answered(call)
    original = interaction.original
    if original and original.loading and not original.deleted:
        # The first follow-up fills a deferred answer and keeps whether that is private (Create Followup Message).
        body = {key: value for key, value in call.body.items() if key != "flags"}
        call.world.edited(original, **changed(call, body, original))
        return _shape(call, original)
    fields = composed(call, call.body, default=MENTIONS)
    message = said(call, interaction, fields, fields["flags"])
    interaction.followups[message.id] = message
    return _shape(call, message) if call.query.get("wait", "").lower() in ("1", "true") else None


@route("GET", ORIGINAL, open=True)
@route("GET", FOLLOWUP, open=True)
async def read(call: Call) -> Any:
    return _shape(call, _found(call)[1])


@route("PATCH", ORIGINAL, rule=rules.message, open=True)
@route("PATCH", FOLLOWUP, rule=rules.message, open=True)
async def edit(call: Call) -> Any:
    _, message = _found(call)
    call.world.edited(message, **changed(call, call.body, message))
    return _shape(call, message)


@route("DELETE", ORIGINAL, open=True)
@route("DELETE", FOLLOWUP, open=True)
async def delete(call: Call) -> Any:
    _, message = _found(call)
    call.world.delete(message)
