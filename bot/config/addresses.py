"""How config.toml writes channels and members of each platform."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.words import nearest


@dataclass(frozen=True, slots=True)
class Shape:
    """What follows ``platform:``."""

    pattern: str
    example: str
    words: str


_LOCAL = r"[a-z0-9][a-z0-9_-]{0,79}"
CHANNELS = {
    "discord": Shape(r"\d{5,20}/\d{5,20}", "845123456789012345/845123456789054321", "SERVER/CHANNEL, both as ids"),
    "slack": Shape(r"[TE][A-Z0-9]+/[CG][A-Z0-9]+", "T024BE7LD/C0G9QF9GW", "WORKSPACE/CHANNEL, both as ids"),
    "web": Shape(_LOCAL, "general", "the channel's name in small letters"),
    "terminal": Shape(_LOCAL, "general", "the channel's name in small letters"),
    "memory": Shape(_LOCAL, "general", "the channel's name in small letters"),
}
MEMBERS = {
    "discord": Shape(r"\d{5,20}", "845123456789067890", "the user's id"),
    "slack": Shape(r"[TE][A-Z0-9]+/[UW][A-Z0-9]+", "T024BE7LD/U012AB3CD", "WORKSPACE/USER, both as ids"),
    "web": Shape(_LOCAL, "ada", "the member's name in small letters"),
    "terminal": Shape(_LOCAL, "sam", "the member's name in small letters"),
    "memory": Shape(_LOCAL, "sam", "the member's name in small letters"),
}


def channel_address(text: str) -> str:
    """The address of a channel, checked. Raises ``ValueError`` with an example."""
    return _checked(text, CHANNELS)


def member_id(text: str) -> str:
    """The id of a member, checked. Raises ``ValueError`` with an example."""
    return _checked(text, MEMBERS)


def _checked(text: str, shapes: dict[str, Shape]) -> str:
    platform, colon, rest = text.partition(":")
    shape = shapes.get(platform)
    if not shape or not colon:
        raise ValueError(_unknown_platform(platform, shapes))
    if not re.fullmatch(shape.pattern, rest):
        raise ValueError(f"after `{platform}:` comes {shape.words}, such as `{platform}:{shape.example}`")
    return text


def _unknown_platform(platform: str, shapes: dict[str, Shape]) -> str:
    named = nearest(platform, shapes) or "discord"
    return f"should name its platform first, such as `{named}:{shapes[named].example}`"
