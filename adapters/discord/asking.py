"""From Discord's interactions to events (Discord's docs, Receiving and Responding to Interactions)."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.discord.directory import Payload, place_of
from adapters.discord.handles import Asked, Handle, read_custom_id
from adapters.discord.inbound import member, text_of
from adapters.discord.snowflakes import made_at
from bot.adapter import Completion, Menu
from bot.commands import Value
from bot.events import Act, Interaction, Invocation, Member, MessageRef, Place, Press, Submission

COMMAND, COMPONENT, TYPING, FORM = 2, 3, 4, 5
"""Interaction types."""
ON_MESSAGE = 3
"""Command type of a message's context menu."""
EPHEMERAL = 1 << 6
"""Message flag: one member alone sees it."""
_NESTED = {1, 2}
"""Option types that only hold others: a sub-command and a group of them."""


def interaction(data: Payload, menu: Menu, now: int) -> Interaction | None:
    """INTERACTION_CREATE, except typing; None for a type this adapter never offers."""
    match data["type"]:
        case 2 if data["data"].get("type", 1) == ON_MESSAGE:
            return _act(data, menu, now)
        case 2:
            return _invocation(data, menu, now)
        case 3:
            return _press(data, now)
        case 5:
            return _submission(data, now)
        case _:
            return None


def _member(data: Payload) -> Member:
    details = data.get("member") or {}
    return member(details.get("user") or data["user"], details)


def place(data: Payload) -> Place:
    channel = data.get("channel") or {"id": data["channel_id"]}
    return place_of(channel, data.get("guild_id"))


def _handle(data: Payload, asked: Asked, now: int, *, private: bool = False) -> str:
    message = (data.get("message") or {}).get("id")
    return str(
        Handle(
            application=data["application_id"],
            id=data["id"],
            token=data["token"],
            asked=asked,
            at=now,
            message=message,
            private=private,
        )
    )


def _invocation(data: Payload, menu: Menu, now: int) -> Invocation:
    name, options = _called(data["data"]["name"], data["data"].get("options") or ())
    known = next((command for command in menu.commands if command.name == name), None)
    return Invocation(
        key=f"interaction:{data['id']}",
        at=made_at(data["id"], now),
        place=place(data),
        member=_member(data),
        locale=data.get("locale"),
        handle=_handle(data, Asked.COMMAND, now, private=bool(known and known.private)),
        command=name,
        options={option["name"]: option["value"] for option in options if "value" in option},
    )


def _called(name: str, options: Iterable[Payload]) -> tuple[str, list[Payload]]:
    """The command's whole name and its options, from inside of sub-commands."""
    options = list(options)
    while options and options[0].get("type") in _NESTED:
        name = f"{name} {options[0]['name']}"
        options = options[0].get("options") or []
    return name, options


def _act(data: Payload, menu: Menu, now: int) -> Act:
    chosen = data["data"]
    message = chosen["resolved"]["messages"][chosen["target_id"]]
    action = next((action.name for action in menu.actions if action.label == chosen["name"]), chosen["name"])
    here = place(data)
    return Act(
        key=f"interaction:{data['id']}",
        at=made_at(data["id"], now),
        place=here,
        member=_member(data),
        locale=data.get("locale"),
        # What is done to somebody's message is first of all the business of the one who does it.
        handle=_handle(data, Asked.COMMAND, now, private=True),
        action=action,
        target=MessageRef(here, message["id"]),
        text=text_of(message),
        author=member(message["author"], message.get("member")),
    )


def _press(data: Payload, now: int) -> Press:
    action, value = read_custom_id(data["data"]["custom_id"])
    chosen = data["data"].get("values")
    here, message = place(data), data["message"]
    return Press(
        key=f"interaction:{data['id']}",
        at=made_at(data["id"], now),
        place=here,
        member=_member(data),
        locale=data.get("locale"),
        handle=_handle(data, Asked.COMPONENT, now),
        action=action,
        value=chosen[0] if chosen else value,
        target=MessageRef(here, message["id"]),
        private=bool((message.get("flags") or 0) & EPHEMERAL),
    )


def _submission(data: Payload, now: int) -> Submission:
    form, value = read_custom_id(data["data"]["custom_id"])
    here, message = place(data), data.get("message")
    return Submission(
        key=f"interaction:{data['id']}",
        at=made_at(data["id"], now),
        place=here,
        member=_member(data),
        locale=data.get("locale"),
        handle=_handle(data, Asked.FORM, now, private=True),
        form=form,
        value=value,
        fields=_fields(data["data"].get("components") or ()),
        target=MessageRef(here, message["id"]) if message else None,
    )


def _fields(components: Iterable[Payload]) -> dict[str, str]:
    """Field name -> what was written; inputs stand in rows or in labels."""
    found: dict[str, str] = {}
    for component in components:
        if "value" in component:
            found[component["custom_id"]] = component["value"]
        inner = [*component.get("components", ()), *filter(None, [component.get("component")])]
        found |= _fields(inner)
    return found


def completion(data: Payload) -> Completion | None:
    """What somebody typed so far (interaction type 4)."""
    name, options = _called(data["data"]["name"], data["data"].get("options") or ())
    typing = next((option for option in options if option.get("focused")), None)
    if typing is None:
        return None
    return Completion(name, typing["name"], str(typing.get("value", "")), place(data), data.get("locale"))


def choices(offered: Iterable[str], wanted: type) -> list[dict[str, Value]]:
    """At most 25 of what fits, as values of the option's type; what is no such value is left out."""
    found: list[dict[str, Value]] = []
    for text in offered:
        try:
            value: Value = wanted(text) if wanted in (int, float) else text[:100]
        except ValueError:
            continue
        if text.strip():
            found.append({"name": text[:100], "value": value})
    return found[:25]
