"""Limits of published commands (discord-api-docs, interactions/application-commands)."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from .errors import ApiError, Form

SLASH, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, PERSON, CHANNEL, ROLE, NUMBER = 1, 2, 3, 4, 5, 6, 7, 8, 10
MOST = {SLASH: 100, USER: 15, MESSAGE: 15}
CHARACTERS = 8000
# Letters and digits of any script, "-", "_" and "'" (Application Command Naming).
NAME = re.compile(r"^[-_'\w]{1,32}$")
Body = dict[str, Any]


def commands(body: Any) -> None:
    """The whole list of commands of one scope, as a bot publishes it."""
    form = Form()
    if not isinstance(body, list):
        raise ApiError(400, 50035, "Invalid Form Body")
    for position, command in enumerate(body):
        _command(form, str(position), command)
    form.settle()
    kinds = Counter(command.get("type") or SLASH for command in body)
    for kind, most in MOST.items():
        if kinds[kind] > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most})")
    twice = [key for key, number in Counter(_key(command) for command in body).items() if number > 1]
    if twice:
        form.refuse("name", f"{twice[0][1]!r} is published twice", "APPLICATION_COMMANDS_DUPLICATE_NAME")
        form.settle()


def _key(command: Body) -> tuple[int, str]:
    return command.get("type") or SLASH, command["name"]


def _name(form: Form, path: str, name: object) -> None:
    text = name if isinstance(name, str) else ""
    if not NAME.match(text) or text != text.lower():
        form.refuse(path, "Command name is invalid", "APPLICATION_COMMAND_INVALID_NAME")


def _command(form: Form, path: str, command: Body) -> None:
    if (command.get("type") or SLASH) != SLASH:
        form.longest(f"{path}.name", command.get("name") or "", 32, 1)
        if command.get("description"):
            form.refuse(f"{path}.description", "Context menu commands cannot have description")
        return
    _name(form, f"{path}.name", command.get("name"))
    form.longest(f"{path}.description", command.get("description") or "", 100, 1)
    _options(form, path, command)
    if _size(command) > CHARACTERS:
        form.refuse(path, f"Command exceeds maximum size ({CHARACTERS})", "APPLICATION_COMMAND_TOO_LARGE")


def _size(part: Body) -> int:
    """Characters that count: names, descriptions and values, all the way down."""
    own = sum(len(str(part.get(key) or "")) for key in ("name", "description", "value"))
    inner = [*(part.get("options") or ()), *(part.get("choices") or ())]
    return own + sum(_size(each) for each in inner)


def _options(form: Form, path: str, part: Body) -> None:
    options = form.count(f"{path}.options", part.get("options"), 25)
    optional = False
    for position, option in enumerate(options):
        where = f"{path}.options.{position}"
        _name(form, f"{where}.name", option.get("name"))
        form.longest(f"{where}.description", option.get("description") or "", 100, 1)
        _choices(form, where, option)
        if option.get("type") in (SUBCOMMAND, GROUP):
            _options(form, where, option)
            continue
        if option.get("required") and optional:
            form.refuse(
                where,
                "Required options must be placed before non-required options",
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            )
        optional = optional or not option.get("required")
    names = [option.get("name") for option in options]
    if len(names) != len(set(names)):
        form.refuse(f"{path}.options", "Option names must be unique", "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED")


def _choices(form: Form, path: str, option: Body) -> None:
    choices = form.count(f"{path}.choices", option.get("choices"), 25)
    for position, choice in enumerate(choices):
        form.longest(f"{path}.choices.{position}.name", choice.get("name") or "", 100, 1)
        if isinstance(choice.get("value"), str):
            form.longest(f"{path}.choices.{position}.value", choice["value"], 100)
    if choices and option.get("autocomplete"):
        form.refuse(f"{path}.autocomplete", "Autocomplete cannot be set to true if choices are present")
