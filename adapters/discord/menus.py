"""The bot's menu as Discord's application commands, published only when they changed."""

from __future__ import annotations

import logging

from adapters.discord.directory import Payload
from adapters.discord.rest import Rest
from bot.adapter import Menu
from bot.commands import Command, CommandOption, MessageAction
from bot.errors import PlatformError

log = logging.getLogger(__name__)

SLASH, ON_MESSAGE = 1, 3
TYPES = {str: 3, int: 4, bool: 5, float: 10}
DESCRIPTION, NAME, CHOICES, ACTIONS = 100, 32, 25, 5
LOCALES = {
    "de": ("de",),
    "es": ("es-ES", "es-419"),
    "fr": ("fr",),
    "it": ("it",),
    "ja": ("ja",),
    "ko": ("ko",),
    "nl": ("nl",),
    "pl": ("pl",),
    "pt": ("pt-BR",),
    "sv": ("sv-SE",),
    "zh": ("zh-CN", "zh-TW"),
}
"""Our languages -> Discord's names for them (Discord's reference, Locales)."""


def commands(menu: Menu) -> list[Payload]:
    """What is published: every command, and every action as an entry of a message's context menu."""
    if len(menu.actions) > ACTIONS:
        left = ", ".join(action.label for action in menu.actions[ACTIONS:])
        log.warning("Discord shows %d entries in a message's menu; left out: %s", ACTIONS, left)
    words = _Words(menu)
    return [
        *(_command(command, words) for command in menu.commands),
        *(_action(action, words) for action in menu.actions[:ACTIONS]),
    ]


class _Words:
    """Names and descriptions in every language of the menu."""

    def __init__(self, menu: Menu) -> None:
        self._menu = menu

    def described(self, key: str, text: str, limit: int) -> Payload:
        """``text`` under ``key``, and its translations beside it."""
        others = {
            locale: self._menu.translate(language, text)[:limit]
            for language in self._menu.languages
            for locale in LOCALES.get(language, ())
        }
        others = {locale: words for locale, words in others.items() if words != text}
        return {key: text[:limit]} | ({f"{key}_localizations": others} if others else {})


def _command(command: Command, words: _Words) -> Payload:
    # Discord wants required options first; among themselves they keep their order.
    options = sorted(command.options, key=lambda option: not option.required)
    return {
        "type": SLASH,
        "name": command.name,
        **words.described("description", command.summary, DESCRIPTION),
        "options": [_option(option, words) for option in options],
    }


def _option(option: CommandOption, words: _Words) -> Payload:
    made: Payload = {
        "type": TYPES[option.type],
        "name": option.name,
        **words.described("description", option.summary, DESCRIPTION),
        "required": option.required,
    }
    if option.choices:
        made["choices"] = [
            {**words.described("name", choice, DESCRIPTION), "value": choice} for choice in option.choices[:CHOICES]
        ]
    elif option.completes:
        made["autocomplete"] = True
    return made


def _action(action: MessageAction, words: _Words) -> Payload:
    return {"type": ON_MESSAGE, **words.described("name", action.label, NAME)}


async def publish(menu: Menu, rest: Rest, application: str) -> bool:
    """Tell Discord the menu where it shows another one; True where it was told.

    Discord allows 200 new commands a day, and a changed menu takes a while to reach every client.
    """
    wanted = commands(menu)
    path, doing = "/applications/{application_id}/commands", "publish the bot's commands"
    try:
        known = await rest("GET", path, doing, application_id=application, with_localizations="true")
        if normal(known) == normal(wanted):
            return False
        await rest("PUT", path, doing, body=wanted, application_id=application)
    except PlatformError as error:
        log.error(
            "%s. The bot runs on with the menu Discord knows; mentions work. Invite the bot with the scope "
            "applications.commands (`regulars discord invite` prints the address) and start it again.",
            error,
        )
        return False
    log.info("published %d commands", len(wanted))
    return True


_OURS = {
    "type", "name", "description", "required", "value", "autocomplete", "options", "choices",
    "name_localizations", "description_localizations",
}  # fmt: skip


def normal(published: list[Payload]) -> list[Payload]:
    """Commands without what Discord adds to them and without what says nothing, in an order of their own."""
    return sorted(map(_normal, published), key=lambda command: (str(command.get("type")), command["name"]))


def _normal(part: Payload) -> Payload:
    kept = {key: value for key, value in part.items() if key in _OURS and value not in (None, False, "", [], {})}
    for inner in ("options", "choices"):
        if inner in kept:
            kept[inner] = [_normal(each) for each in kept[inner]]
    return kept
