"""What an admin opens to invite the bot: an address with the permissions it needs, and no others."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import urlencode

from adapters.discord.settings import Settings
from bot.adapter import Menu
from bot.errors import ConfigError

PERMISSIONS = {
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Read Message History": 1 << 16,
    "Create Public Threads": 1 << 35,
    "Send Messages in Threads": 1 << 38,
}
"""Discord's docs, Permissions."""


def text(settings: Settings, menu: Menu, name: str) -> str:
    """The invitation's address. Raises ``ConfigError`` where there is no token, or it is none."""
    query = {
        "client_id": _application(settings),
        "scope": "bot applications.commands",
        "permissions": sum(PERMISSIONS.values()),
    }
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"


def _application(settings: Settings) -> str:
    """The application's id: a bot token begins with it, in base64."""
    if settings.token is None:
        raise ConfigError("DISCORD_TOKEN is not set: put the bot's token into it, or its file in DISCORD_TOKEN_FILE.")
    first = settings.token.get_secret_value().partition(".")[0]
    try:
        found = base64.b64decode(first + "=" * (-len(first) % 4)).decode()
    except (binascii.Error, ValueError):
        found = ""
    if not found.isdigit():
        raise ConfigError("DISCORD_TOKEN is no bot token: take it from discord.com/developers, your application, Bot.")
    return found
