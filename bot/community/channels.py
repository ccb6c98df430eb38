"""How the bot behaves in a channel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How much the bot says unasked."""

    ORGANIC = "organic"
    """Customers among themselves: silent unless called."""
    SPONSORED = "sponsored"
    """The vendor hosts: questions are offered answers."""
    QUIET = "quiet"
    """Silent unless called, and never any prompt."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel's settings; a channel that config.toml does not list has these defaults."""

    at: str
    """``discord:GUILD/CHANNEL``, ``slack:TEAM/CHANNEL``, ``web:CHANNEL``, ``terminal:CHANNEL``."""
    mode: Mode = Mode.ORGANIC
    language: str | None = None
    product: str | None = None
