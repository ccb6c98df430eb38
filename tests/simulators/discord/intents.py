"""Gateway intents (discord-api-docs, events/gateway, List of Intents)."""

from __future__ import annotations

from enum import IntFlag

from .state import Channel


class Intent(IntFlag):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15


APPLICATION_FLAGS = {
    Intent.GUILD_PRESENCES: 1 << 12,
    Intent.GUILD_MEMBERS: 1 << 14,
    Intent.MESSAGE_CONTENT: 1 << 18,
}
"""Privileged intents, and the application flag that shows each is switched on (resources/application)."""


def application_flags(allowed: int) -> int:
    return sum(flag for intent, flag in APPLICATION_FLAGS.items() if intent & allowed)


def disallowed(wanted: int, allowed: int) -> bool:
    """Whether privileged intents are asked for that the application does not have."""
    return any(wanted & intent and not allowed & intent for intent in APPLICATION_FLAGS)


def about_messages(channel: Channel) -> int:
    return Intent.GUILD_MESSAGES if channel.guild else Intent.DIRECT_MESSAGES


def about_reactions(channel: Channel) -> int:
    return Intent.GUILD_MESSAGE_REACTIONS if channel.guild else Intent.DIRECT_MESSAGE_REACTIONS
