"""Publishing application commands (interactions/application-commands)."""

from __future__ import annotations

from typing import Any

from .. import command_rules
from ..calls import Call, route
from ..errors import missing_access

OF_ALL = "/applications/{application_id}/commands"
OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _scope(call: Call) -> int | None:
    if call.id("application_id") != call.world.bot.id:
        raise missing_access()
    guild = call.id("guild_id") if "guild_id" in call.params else None
    if guild is not None and guild not in call.world.guilds:
        raise missing_access()
    return guild


@route("GET", OF_ALL)
@route("GET", OF_GUILD)
async def published(call: Call) -> Any:
    return call.world.commands.get(_scope(call), [])


@route("PUT", OF_ALL, rule=command_rules.commands)
@route("PUT", OF_GUILD, rule=command_rules.commands)
async def publish(call: Call) -> Any:
    """Replace all commands of a scope; one that keeps its name and type keeps its id."""
    guild = _scope(call)
    ids = {(old["type"], old["name"]): old["id"] for old in call.world.commands.get(guild, [])}
    commands = [_command(call, one, guild, ids) for one in call.body]
    call.world.commands[guild] = commands
    return commands


def _command(call: Call, one: dict[str, Any], guild: int | None, ids: dict[tuple[int, str], str]) -> dict[str, Any]:
    kind = one.get("type") or command_rules.SLASH
    permissions = one.get("default_member_permissions")
    shape = {
        "id": ids.get((kind, one["name"])) or str(call.world.ids.next()),
        "application_id": str(call.world.bot.id),
        "version": str(call.world.ids.next()),
        "type": kind,
        "name": one["name"],
        "description": one.get("description") or "",
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(one.get("nsfw")),
        "options": [_option(option) for option in one.get("options") or ()],
    }
    for localized in ("name_localizations", "description_localizations"):
        if one.get(localized):
            shape[localized] = one[localized]
    if guild is None:
        return shape | {"dm_permission": one.get("dm_permission") is not False, "contexts": one.get("contexts")}
    return shape | {"guild_id": str(guild)}


def _option(option: dict[str, Any]) -> dict[str, Any]:
    """An option as it comes back: without what was left empty."""
    shape = {key: value for key, value in option.items() if value is not None}
    if "options" in shape:
        shape["options"] = [_option(inner) for inner in shape["options"]]
    return shape
