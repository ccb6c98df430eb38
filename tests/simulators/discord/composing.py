"""From the body of a request to the fields of a message: what Discord adds, drops and pings."""

from __future__ import annotations

from typing import Any

from .calls import Call
from .errors import ApiError
from .rules import BUTTON, SELECT, TEXT
from .state import Attachment, Flag, Message, User

Body = dict[str, Any]
DEFAULTS: dict[int, Body] = {14: {"divider": True, "spacing": 1}, 17: {"accent_color": None, "spoiler": False}}
"""What separators and containers come back with."""
EVERYTHING = ("everyone", "roles", "users")


def composed(
    call: Call, body: Body, *, reference: Message | None = None, default: tuple[str, ...] = EVERYTHING
) -> Body:
    """Fields of a new message. ``default`` is what pings when ``allowed_mentions`` is missing."""
    content = (body.get("content") or "").strip()
    users, roles, everyone = pinged(call, content, body.get("allowed_mentions"), default)
    allowed = body.get("allowed_mentions") or {}
    if reference and allowed.get("replied_user", not body.get("allowed_mentions")) and reference.author not in users:
        users.append(reference.author)
    return {
        "content": content,
        "embeds": embeds_in(body),
        "components": components_in(body),
        "attachments": attached(call),
        "flags": int(body.get("flags") or 0),
        "mentions": users,
        "mention_roles": roles,
        "mention_everyone": everyone,
        "reference": reference,
    }


def changed(call: Call, body: Body, message: Message) -> Body:
    """Fields an edit changes: what is not named stays. The result must not be empty."""
    changes: Body = {}
    if "content" in body:
        content = (body["content"] or "").strip()
        users, roles, everyone = pinged(
            call, content, body.get("allowed_mentions"), ("users",), edit=not message.loading
        )
        changes |= {"content": content, "mentions": users, "mention_roles": roles, "mention_everyone": everyone}
    if "embeds" in body:
        changes["embeds"] = embeds_in(body)
    if "components" in body:
        changes["components"] = components_in(body)
    if "attachments" in body or call.files:
        kept = {int(each["id"]) for each in body.get("attachments") or ()}
        changes["attachments"] = [each for each in message.attachments if each.id in kept] + attached(call)
    if body.get("flags") is not None:
        lasting = Flag.EPHEMERAL | Flag.HAS_THREAD | Flag.LOADING
        changes["flags"] = (message.flags & lasting) | int(body["flags"])
    parts = ("content", "embeds", "components", "attachments")
    if not any(changes.get(part, getattr(message, part)) for part in parts):
        raise ApiError(400, 50006, "Cannot send an empty message")
    return changes


def pinged(
    call: Call, content: str, allowed: Body | None, default: tuple[str, ...], *, edit: bool = False
) -> tuple[list[User], list[int], bool]:
    """Whom a text of the bot names and may ping (resources/message, Allowed Mentions Object)."""
    users, roles = call.world.mentioned(content)
    parse = tuple((allowed or {}).get("parse") or ()) if allowed is not None else default
    everyone = "everyone" in parse and ("@everyone" in content or "@here" in content)
    if "roles" not in parse:
        roles = [role for role in roles if str(role) in _ids(allowed, "roles")]
    if "users" not in parse:
        users = [user for user in users if str(user.id) in _ids(allowed, "users")]
    if not edit:
        _note_pings(call, everyone, roles, users if "users" in parse else [])
    return users, roles, everyone


def _ids(allowed: Body | None, key: str) -> set[str]:
    return {str(id) for id in (allowed or {}).get(key) or ()}


def _note_pings(call: Call, everyone: bool, roles: list[int], users: list[User]) -> None:
    """A bot of ours never pings crowds, and pings a person only by naming the id in ``allowed_mentions``."""
    if everyone:
        call.sim.violations.append(f"{call.route.name}: pings everyone")
    if roles:
        call.sim.violations.append(f"{call.route.name}: pings roles {roles}")
    if users:
        names = [user.name for user in users]
        call.sim.violations.append(f"{call.route.name}: pings {names} without naming them in allowed_mentions")


def embeds_in(body: Body) -> list[Body]:
    """Embeds as Discord gives them back: rich, without empty parts, fields with ``inline``."""
    return [_embed(embed) for embed in body.get("embeds") or ()]


def _embed(embed: Body) -> Body:
    shape = {key: _bare(value) for key, value in embed.items() if value is not None and key != "flags"}
    fields = [{"inline": False} | _bare(field) for field in embed.get("fields") or ()]
    return shape | {"type": "rich"} | ({"fields": fields} if fields else {})


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: inner for key, inner in value.items() if inner is not None}
    return value.strip() if isinstance(value, str) else value


def components_in(body: Body) -> list[Body]:
    """Components as Discord gives them back: numbered, with the defaults of selects."""
    counter = iter(range(1, 1000))
    return [_component(component, counter) for component in body.get("components") or ()]


def _component(component: Body, counter: Any) -> Body:
    shape = {key: _bare(value) for key, value in component.items() if value is not None}
    shape = DEFAULTS.get(component["type"], {}) | shape | {"id": next(counter)}
    if component["type"] not in (BUTTON, TEXT) and "custom_id" in component:
        shape = {"min_values": 1, "max_values": 1} | shape
    if component["type"] == SELECT:
        shape["options"] = [_bare(option) for option in component["options"]]
    for inner in ("components", "component", "accessory"):
        if isinstance(value := component.get(inner), list):
            shape[inner] = [_component(each, counter) for each in value]
        elif value:
            shape[inner] = _component(value, counter)
    return shape


def attached(call: Call) -> list[Attachment]:
    """Uploaded files."""
    files = [Attachment(call.world.ids.next(), name, content) for name, content in call.files]
    call.sim.attachments |= {file.id: file for file in files}
    return files
