"""Commands as a person's client offers them, and what it sends when they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import payloads, permissions
from .command_rules import (
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    MESSAGE,
    NUMBER,
    PERSON,
    ROLE,
    SLASH,
    STRING,
    SUBCOMMAND,
)
from .state import Channel, Guild, Message, User
from .world import World

Json = dict[str, Any]
KINDS: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}


def offered(world: World, person: User, channel: Channel, kind: int) -> list[Json]:
    """Published commands that ``person`` may use here."""
    guild = channel.guild
    found = [*world.commands.get(None, ()), *(world.commands.get(guild.id, ()) if guild else ())]
    if guild is None:
        found = [command for command in found if command.get("dm_permission", True)]
    elif not permissions.may(person, channel, "USE_APPLICATION_COMMANDS"):
        return []
    held = permissions.held(person, channel)
    return [command for command in found if command["type"] == kind and _allowed(command, held, guild)]


def _allowed(command: Json, held: int, guild: Guild | None) -> bool:
    wanted = command["default_member_permissions"]
    if wanted is None or guild is None:
        return True
    # "0" hides a command from everybody but administrators (Permissions of application commands).
    return bool(int(wanted)) and held & int(wanted) == int(wanted)


def paths(command: Json) -> dict[str, list[Json]]:
    """Full name (``faq entry add``) -> the commands and sub-commands on the way to it."""
    inner = [option for option in command["options"] if option["type"] in (SUBCOMMAND, GROUP)]
    if not inner:
        return {command["name"]: [command]}
    below: dict[str, list[Json]] = {}
    for option in inner:
        for name, way in paths({"options": []} | option).items():
            below[f"{command['name']} {name}"] = [command, *way]
    return below


def find(world: World, person: User, channel: Channel, name: str) -> list[Json]:
    """The way to a slash command by its full name."""
    all_paths: dict[str, list[Json]] = {}
    for command in offered(world, person, channel, SLASH):
        all_paths |= paths(command)
    assert name in all_paths, f"/{name} is not offered to {person.name} here; offered: {sorted(all_paths)}"
    return all_paths[name]


def find_action(world: World, person: User, channel: Channel, name: str) -> Json:
    """The entry of a message's context menu."""
    menu = {command["name"]: command for command in offered(world, person, channel, MESSAGE)}
    assert name in menu, f"{name!r} is not in the menu {person.name} gets; offered: {sorted(menu)}"
    return menu[name]


def command_data(world: World, guild: Guild | None, way: list[Json], values: Mapping[str, object]) -> Json:
    """The ``data`` of a used slash command (Application Command Data Structure)."""
    wanted = {option["name"]: option for option in way[-1].get("options", ())}
    strange = [name for name in values if name not in wanted]
    assert not strange, f"/{way[0]['name']} has no options {strange}; it has {sorted(wanted)}"
    missing = [name for name, option in wanted.items() if option.get("required") and name not in values]
    assert not missing, f"/{way[0]['name']} needs the options {missing}"
    resolved: Json = {}
    given = [_given(world, guild, wanted[name], value, resolved) for name, value in values.items()]
    return wrapped(way, given) | ({"resolved": resolved} if resolved else {})


def wrapped(way: list[Json], options: list[Json]) -> Json:
    """Options inside their sub-command inside the command."""
    for part in reversed(way[1:]):
        options = [{"name": part["name"], "type": part["type"], "options": options}]
    top = way[0]
    data: Json = {"id": top["id"], "name": top["name"], "type": top["type"], "options": options}
    return data | ({"guild_id": top["guild_id"]} if "guild_id" in top else {})


def _given(world: World, guild: Guild | None, option: Json, value: object, resolved: Json) -> Json:
    kind = option["type"]
    named = kind in (PERSON, CHANNEL, ROLE)
    sent = _resolved(world, guild, kind, value, resolved) if named else _typed(option, value)
    return {"name": option["name"], "type": kind, "value": sent}


def _typed(option: Json, value: object) -> object:
    """The value, held against the option's type, choices and bounds as a client does while typing."""
    name, kinds = option["name"], KINDS[option["type"]]
    fits = isinstance(value, kinds) and (isinstance(value, bool) == (bool in kinds))
    assert fits, f"option {name} takes {kinds[0].__name__}, not {value!r}"
    if choices := option.get("choices"):
        by_name = {choice["name"]: choice["value"] for choice in choices}
        assert value in by_name or value in by_name.values(), f"option {name} offers {sorted(by_name)}, not {value!r}"
        return by_name.get(str(value), value)
    size = len(value) if isinstance(value, str) else value
    low, high = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    assert size >= option.get(low, size), f"option {name} is below its least {option.get(low)}"
    assert size <= option.get(high, size), f"option {name} is above its most {option.get(high)}"
    return value


def _resolved(world: World, guild: Guild | None, kind: int, value: object, resolved: Json) -> str:
    """The id of a person, channel or role given by name (or as a person), with its details for ``resolved``."""
    name = str(getattr(value, "name", value)).lstrip("@#")
    if kind == PERSON:
        user = world.named(name)
        assert user, f"there is nobody called {name}"
        resolved.setdefault("users", {})[str(user.id)] = payloads.user(user)
        if guild:
            resolved.setdefault("members", {})[str(user.id)] = payloads.member(user, guild, with_user=False)
        return str(user.id)
    assert guild, "channels and roles are found in guilds only"
    if kind == ROLE:
        role = guild.role(name)
        assert role, f"there is no role called {name}"
        resolved.setdefault("roles", {})[str(role.id)] = payloads.role(role)
        return str(role.id)
    channel = next((each for each in guild.channels.values() if each.name == name), None)
    assert channel, f"there is no channel called {name}"
    resolved.setdefault("channels", {})[str(channel.id)] = payloads.channel(channel) | {"permissions": "0"}
    return str(channel.id)


def action_data(world: World, command: Json, message: Message) -> Json:
    """The ``data`` of a context menu entry: the message comes along, content and all."""
    shape = payloads.message(message, world.bot, world.base)
    id = str(message.id)
    data: Json = {"id": command["id"], "name": command["name"], "type": MESSAGE, "target_id": id}
    return (
        data
        | {"resolved": {"messages": {id: shape}}}
        | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})
    )
