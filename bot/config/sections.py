"""The sections of config.toml that belong to the core."""

from __future__ import annotations

import importlib.util
import re
import zoneinfo
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, SecretStr, StringConstraints, WithJsonSchema
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.community.channels import Channel, Mode
from bot.config.addresses import channel_address, member_id
from bot.settings import Settings, secret
from bot.words import nearest

_POSTGRES_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
_SQLITE_SCHEMES = ("sqlite", "sqlite+aiosqlite")


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _timezone(name: str) -> str:
    if name in _zones():
        return name
    near = nearest(name, _zones())
    raise ValueError(f"unknown time zone; did you mean `{near}`?" if near else "unknown time zone; try Europe/Berlin")


def _database(given: object) -> URL:
    """The database's address. Never repeats any of it: it may hold a password."""
    try:
        url = make_url(str(given))
    except (ArgumentError, ValueError):
        raise ValueError("should read sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    if url.drivername in _SQLITE_SCHEMES:
        if not url.database or url.database == ":memory:":
            raise ValueError("should name a file, such as sqlite:///regulars.db")
        return url.set(drivername="sqlite+aiosqlite")
    if url.drivername not in _POSTGRES_SCHEMES:
        raise ValueError("only sqlite:/// and postgresql:// are known")
    if "password" in url.query:
        raise ValueError("the password goes before the @, or into DATABASE_PASSWORD")
    if not importlib.util.find_spec("asyncpg"):
        raise ValueError("PostgreSQL's driver is not installed: pip install 'regulars[postgres]'")
    return url.set(drivername="postgresql+asyncpg")


CAUTION = {"safe": 0.05, "balanced": 0.10, "bold": 0.20}
"""Name -> the share of given answers that may be wrong."""


def _caution(given: object) -> float:
    """The share of given answers that may be wrong, by its name or as a number."""
    if isinstance(given, str) and given in CAUTION:
        return CAUTION[given]
    try:
        limit = float(str(given))
    except ValueError:
        limit = 0.0
    if not isinstance(given, bool) and 0.005 <= limit <= 0.5:
        return limit
    raise ValueError('should be "safe", "balanced", "bold", or the share of answers that may be wrong: 0.005 to 0.5')


def _matching(pattern: str, words: str) -> AfterValidator:
    """The whole text must match; ``words`` say what was wanted."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(words)
        return text

    return AfterValidator(check)


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Language = Annotated[str, _matching(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", "should be a language code, such as en or de")]
TimeZone = Annotated[str, AfterValidator(_timezone)]
Database = Annotated[
    URL, PlainValidator(_database), WithJsonSchema({"type": "string", "examples": ["sqlite:///regulars.db"]})
]
Caution = Annotated[
    float,
    PlainValidator(_caution),
    WithJsonSchema({"anyOf": [{"enum": [*CAUTION]}, {"type": "number", "minimum": 0.005, "maximum": 0.5}]}),
]
Address = Annotated[str, AfterValidator(channel_address)]
MemberId = Annotated[str, AfterValidator(member_id)]
RoleId = Annotated[
    str, Field(coerce_numbers_to_str=True), _matching(r"\d{5,20}", "should be a role's id, such as 845123456789011111")
]
UserGroupId = Annotated[str, _matching(r"S[A-Z0-9]{4,}", "should be a user group's id, such as S0614TZR7")]


class Section(Settings):
    """A section of the core's own; its docstrings become the hints editors show."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Community(Section):
    """Who the bot serves."""

    name: Name = "Community"
    """Shown in greetings and reports."""
    locale: Literal["en", "de"] = "en"
    """The bot's language where a channel or member has none."""
    address: Literal["sie", "du"] = "sie"
    """How the bot's own German texts speak to people."""
    timezone: TimeZone = "UTC"
    """IANA name, such as Europe/Berlin; times are shown and schedules kept in it."""
    database: Database = Field(default="sqlite:///regulars.db", validate_default=True)
    """sqlite:///FILE (relative to this file) or postgresql://USER@HOST/NAME."""
    database_password: SecretStr | None = secret("DATABASE_PASSWORD")
    """PostgreSQL's password, where the address does not hold it."""
    patience: float = Field(default=3.0, ge=0, le=30)
    """Seconds the bot waits for a member to finish a question that may go on in another message; 0: not at all."""
    useful_minutes: int = Field(default=30, ge=1, le=1440)
    """A question older than this many minutes is not answered any more."""


class Faq(Section):
    """Where approved answers come from."""

    sources: tuple[Name, ...] = ("faq",)
    """Files or folders, relative to this file."""
    caution: Caution = Field(default="safe", validate_default=True)
    """How rarely an answer may be wrong: safe, balanced, bold, or the share of given answers that may be (0.05)."""
    model: Literal["e5", "none"] = "e5"
    """What compares meanings: e5 (the extra `semantic`, 100 MB of memory), or none, which compares words alone."""


class Staff(Section):
    """Who speaks for the vendor; always ids, because anybody can take a name."""

    discord_roles: tuple[RoleId, ...] = ()
    """Ids of Discord roles."""
    slack_user_groups: tuple[UserGroupId, ...] = ()
    """Ids of Slack user groups."""
    members: tuple[MemberId, ...] = ()
    """Single members: discord:USER, slack:WORKSPACE/USER, web:NAME."""


class ChannelSection(Section):
    """One channel; a channel that is not listed is organic."""

    at: Address
    """discord:SERVER/CHANNEL, slack:WORKSPACE/CHANNEL, web:CHANNEL or terminal:CHANNEL."""
    mode: Mode = Mode.ORGANIC
    """organic: silent unless called. sponsored: questions are offered answers. quiet: nothing unasked."""
    language: Language | None = None
    """The language spoken here, such as de; found out from each message where it is not given."""
    product: Name | None = None
    """The product talked about here; FAQ entries of other products are left out."""

    @property
    def channel(self) -> Channel:
        return Channel(self.at, self.mode, self.language, self.product)


CORE: dict[str, type[Section]] = {"community": Community, "faq": Faq, "staff": Staff}
"""Section -> its type."""
