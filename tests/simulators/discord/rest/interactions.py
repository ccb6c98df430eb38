"""The first answer to an interaction (interactions/receiving-and-responding)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import payloads, rules
from ..calls import Call, route
from ..composing import changed, composed
from ..errors import ApiError, invalid
from ..state import Answers, Asks, Flag, Interaction, Message, OpenForm, Says

FIRST_ANSWER_SECONDS = 3.0
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
MENTIONS = ("users",)
"""Answers and follow-ups ping only users where ``allowed_mentions`` is missing (Allowed Mentions Object)."""


@route("POST", CALLBACK, rule=rules.callback, open=True)
async def respond(call: Call) -> Any:
    interaction = _waiting(call)
    answer = Answers(call.body["type"])
    if not _fits(interaction, answer):
        raise invalid("type", f"{answer.name} does not answer an interaction of type {interaction.type.name}.")
    ANSWERS[answer](call, interaction, call.body.get("data") or {})
    interaction.responded = answer
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return None
    return _told(call, interaction)


def _waiting(call: Call) -> Interaction:
    interaction = call.world.interactions.get(call.params["interaction_token"])
    if interaction is None or interaction.id != call.id("interaction_id"):
        raise ApiError(404, 10062, "Unknown interaction")
    if interaction.responded:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    if call.world.clock.now() - interaction.created_at > FIRST_ANSWER_SECONDS:
        raise ApiError(404, 10062, "Unknown interaction")
    return interaction


def _fits(interaction: Interaction, answer: Answers) -> bool:
    """Which callback types are open to an interaction (Interaction Callback Type)."""
    if interaction.type is Asks.AUTOCOMPLETE or answer is Answers.CHOICES:
        return interaction.type is Asks.AUTOCOMPLETE and answer is Answers.CHOICES
    if answer in (Answers.UPDATE, Answers.DEFERRED_UPDATE):
        return interaction.message is not None
    return answer is not Answers.MODAL or interaction.type is not Asks.MODAL


def said(call: Call, interaction: Interaction, fields: dict[str, Any], flags: int) -> Message:
    """A new message of the bot in answer to an interaction, ephemeral if the flags say so."""
    if flags & ~(rules.SHOWN_FLAGS | Flag.EPHEMERAL | Flag.LOADING):
        raise invalid("flags", "These flags cannot be set on a message")
    fields |= {"flags": flags, "interaction": interaction}
    if interaction.type is Asks.COMMAND and interaction.original is None:
        fields["type"] = Says.CONTEXT_MENU if "target_id" in interaction.data else Says.COMMAND
    only_for = interaction.person if flags & Flag.EPHEMERAL else None
    return call.world.post(interaction.channel, call.world.bot, only_for=only_for, **fields)


def _message(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    fields = composed(call, data, default=MENTIONS)
    interaction.original = said(call, interaction, fields, fields["flags"])


def _deferred(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    flags = int(data.get("flags") or 0) | Flag.LOADING
    interaction.original = said(call, interaction, {"content": ""}, flags)


def _deferred_update(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    interaction.original = interaction.message


def _update(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    assert interaction.message
    interaction.original = interaction.message
    call.world.edited(interaction.message, **changed(call, data, interaction.message))


def _choices(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    if interaction.choices and not interaction.choices.done():
        interaction.choices.set_result(tuple(choice["name"] for choice in data.get("choices") or ()))


def _modal(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    call.world.forms[interaction.person.id] = OpenForm(interaction, data)


ANSWERS: dict[Answers, Callable[[Call, Interaction, dict[str, Any]], None]] = {
    Answers.MESSAGE: _message,
    Answers.DEFERRED_MESSAGE: _deferred,
    Answers.DEFERRED_UPDATE: _deferred_update,
    Answers.UPDATE: _update,
    Answers.CHOICES: _choices,
    Answers.MODAL: _modal,
}


def _told(call: Call, interaction: Interaction) -> dict[str, Any]:
    """The Interaction Callback Response Object."""
    shape: dict[str, Any] = {"id": str(interaction.id), "type": int(interaction.type)}
    message = interaction.original
    if message is None:
        return {"interaction": shape}
    shape |= {
        "response_message_id": str(message.id),
        "response_message_loading": message.loading,
        "response_message_ephemeral": message.only_for is not None,
    }
    if interaction.responded is Answers.DEFERRED_UPDATE:
        return {"interaction": shape}
    told = payloads.message(message, call.world.bot, call.world.base)
    # The description knows only 4 and 7 here: a deferred message counts as a message.
    kind = Answers.UPDATE if interaction.responded is Answers.UPDATE else Answers.MESSAGE
    return {"interaction": shape, "resource": {"type": int(kind), "message": told}}
