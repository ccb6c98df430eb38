"""The configuration as the app uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, SecretStr
from sqlalchemy.engine import URL

from bot import loading
from bot.community.channels import Channel
from bot.config.sections import Community, Faq, Staff
from bot.settings import AdapterSettings, HttpPort, Settings

_LOCAL_STAFF = frozenset({"staff"})
"""The one role of the platforms that exist on this machine alone."""


@dataclass(frozen=True)
class Config:
    """Every section, checked. Its repr shows no secret."""

    path: Path
    """The file; relative paths in it are relative to its folder."""
    community: Community
    faq: Faq
    staff: Staff
    channels: tuple[Channel, ...]
    platforms: Mapping[str, AdapterSettings] = field(default_factory=dict)
    """Platform -> its settings, of every platform that has a section."""
    cogs: Mapping[str, Settings] = field(default_factory=dict)
    """Feature -> its settings."""

    @property
    def adapters(self) -> Mapping[str, AdapterSettings]:
        """Platform -> its settings, of those that are enabled."""
        return {name: settings for name, settings in self.platforms.items() if settings.enabled}

    def platform(self, name: str, **changes: object) -> AdapterSettings:
        """A platform's settings, enabled or not, listed or not, with some of them changed."""
        settings = self.platforms.get(name) or loading.adapter_settings(name)()
        return settings.model_copy(update=changes)

    @property
    def http(self) -> HttpPort:
        """Where the bot's HTTP port is, whatever else is enabled."""
        found = self.platforms.get("web")
        return found if isinstance(found, HttpPort) else HttpPort()

    def channel_names(self, platform: str) -> tuple[str, ...]:
        """What follows ``platform:`` in the address of each listed channel."""
        split = (channel.at.partition(":") for channel in self.channels)
        return tuple(rest for name, _, rest in split if name == platform)

    @property
    def folder(self) -> Path:
        return self.path.absolute().parent

    @property
    def faq_sources(self) -> tuple[Path, ...]:
        """Files and folders, absolute."""
        return tuple(self.folder / source for source in self.faq.sources)

    @property
    def database_url(self) -> URL:
        """For SQLAlchemy's async engines; its repr hides the password."""
        url, password = self.community.database, self.community.database_password
        if url.drivername.startswith("sqlite"):
            return url.set(database=str(self.folder / str(url.database)))
        return url.set(password=password.get_secret_value()) if password else url

    @property
    def staff_members(self) -> frozenset[str]:
        return frozenset(self.staff.members)

    def staff_roles(self, platform: str) -> frozenset[str]:
        """Ids of the roles (user groups) on that platform whose members are staff."""
        named = {"discord": self.staff.discord_roles, "slack": self.staff.slack_user_groups}
        return _LOCAL_STAFF if platform in ("terminal", "memory", "web") else frozenset(named.get(platform, ()))

    def channel(self, address: str) -> Channel:
        """The settings of a channel; a channel that is not listed is organic."""
        return self._by_address.get(address) or Channel(address)

    @cached_property
    def _by_address(self) -> dict[str, Channel]:
        return {channel.at: channel for channel in self.channels}

    @property
    def secrets(self) -> frozenset[str]:
        """Every secret value, for ``bot.logs.hide``."""
        sections: list[BaseModel] = [self.community, *self.platforms.values(), *self.cogs.values()]
        found = {value for section in sections for value in _secrets(section)}
        password = self.database_url.password
        return frozenset(found | ({password} if password else set()))


def _secrets(section: BaseModel) -> Iterator[str]:
    for value in vars(section).values():
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, BaseModel):
            yield from _secrets(value)
