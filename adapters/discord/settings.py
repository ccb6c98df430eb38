"""The section ``[discord]`` of config.toml. It imports nothing of Discord's, so it can be checked without the extra."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr, field_validator

from bot.settings import AdapterSettings, secret

API_VERSION = "v10"


class Settings(AdapterSettings):
    """How the bot reaches Discord. The addresses serve proxies and tests; without them it is Discord itself."""

    api_url: str | None = None
    """REST interface; ``/api/v10`` is added where the address names no path."""
    gateway_url: str | None = None
    """Websocket; asked of ``api_url`` where only that is given."""
    message_content: bool = True
    """Whether to ask for the message content intent. Without it the bot hears only what is said to it."""
    token: SecretStr | None = secret("DISCORD_TOKEN")

    def lacking(self) -> tuple[str, ...]:
        """See ``AdapterSettings.lacking``."""
        return self._unset("token")

    """The bot's token, from its application's page under "Bot"."""

    @field_validator("api_url")
    @classmethod
    def _rest_address(cls, given: str | None) -> str | None:
        return given and _versioned(_address(given, ("http", "https")))

    @field_validator("gateway_url")
    @classmethod
    def _websocket_address(cls, given: str | None) -> str | None:
        return given and _address(given, ("ws", "wss"))


def _address(given: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(given)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"an address starting with {schemes[0]}:// or {schemes[1]}:// is wanted")
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), parts.query, ""))


def _versioned(address: str) -> str:
    parts = urlsplit(address)
    path = parts.path or "/api"
    if path.endswith("/api"):
        path = f"{path}/{API_VERSION}"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
