"""The section ``[web]`` of config.toml: the community in the browser, and the bot's HTTP port."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from bot.settings import HttpPort, secret

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
SHORTEST_TOKEN = 16
_KEEP = 'keep host = "127.0.0.1"'


class Settings(HttpPort):
    """Where the community is, and who can act in it."""

    customers: tuple[Name, ...] = Field(("ada", "ben"), min_length=1, max_length=20)
    """Who can act there as a customer."""
    staff: tuple[Name, ...] = Field(("sam",), min_length=1, max_length=20)
    """Who can act for the vendor."""
    admins: tuple[Name, ...] = Field(("kim",), min_length=1, max_length=20)
    """Who can act as an admin: for the vendor, and on every page."""
    public_url: str | None = Field(default=None, pattern=r"^https?://[^\s/]+$")
    """Where people reach the community, if a proxy stands before it: https://community.example.com; needs WEB_TOKEN."""
    token: SecretStr | None = secret("WEB_TOKEN")
    """Whoever comes must know it; needed where ``host`` or ``public_url`` is not loopback."""

    @model_validator(mode="after")
    def _one_role_each(self) -> Settings:
        everybody = [*self.customers, *self.staff, *self.admins]
        if both := {name for name in everybody if everybody.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(both))} can have one role only")
        return self

    @model_validator(mode="after")
    def _guarded(self) -> Settings:
        token = self.token.get_secret_value() if self.token else ""
        if token and len(token) < SHORTEST_TOKEN:
            raise ValueError(f"WEB_TOKEN should have at least {SHORTEST_TOKEN} characters, so that nobody guesses it")
        public = urlsplit(self.public_url).hostname if self.public_url else None
        if self.enabled and not token and (not is_loopback(self.host) or not is_loopback(public or "localhost")):
            which, instead = ("public_url", "leave public_url out") if is_loopback(self.host) else ("host", _KEEP)
            raise ValueError(
                f"{which} can be reached from other machines, and whoever finds the community could act as staff: "
                f"set WEB_TOKEN to a long secret (or name its file in WEB_TOKEN_FILE), or {instead}"
            )
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
