"""The section ``[slack]`` of config.toml."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr

from bot.settings import AdapterSettings, Like, secret


def _whole_url(url: str) -> str:
    """With a slash at the end, and with Slack's own path where none is given."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address such as https://slack.com/api/")
    path = parts.path if parts.path.strip("/") else "/api/"
    return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/") + "/", "", ""))


class Settings(AdapterSettings):
    """How to reach the workspace. A distributed app lives in one workspace, or in one whole organisation."""

    api_url: Annotated[str, AfterValidator(_whole_url)] = "https://slack.com/api/"
    """Slack's Web API; GovSlack and proxies have other addresses."""
    mode: Literal["socket", "http"] = "socket"
    """``socket`` needs no public address; ``http`` has Slack call ``/slack/events`` on the bot's port."""
    command: Annotated[str, Like(r"^/[a-z0-9_-]{1,31}$", "should be a slash and small letters, such as `/ask-us`")] = (
        "/regulars"
    )
    """The slash command; Slack allows one app to have each name."""
    connections: int = Field(default=2, ge=1, le=10)
    """Sockets open at the same time: with two, nothing is missed while one is renewed. Slack allows ten."""
    public_url: Annotated[str, Like(r"^https?://", "should be an address such as https://bot.example.com")] | None = (
        None
    )
    """Where Slack reaches the bot over HTTP, for the manifest: ``https://bot.example.com``."""
    private_channels: bool = False
    """Also hear private channels the bot was invited to (scope ``groups:history``)."""
    direct_messages: bool = False
    """Also hear direct messages to the bot (scope ``im:history``)."""
    bot_token: SecretStr | None = secret("SLACK_BOT_TOKEN")
    app_token: SecretStr | None = secret("SLACK_APP_TOKEN")
    signing_secret: SecretStr | None = secret("SLACK_SIGNING_SECRET")

    def lacking(self) -> tuple[str, ...]:
        """See ``AdapterSettings.lacking``: it depends on how Slack reaches the bot."""
        return self._unset("bot_token", "app_token" if self.mode == "socket" else "signing_secret")
