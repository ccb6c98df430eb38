"""Permission bits (discord-api-docs, topics/permissions) and who has which where."""

from __future__ import annotations

from .state import Channel, Kind, User

BITS: dict[str, int] = {
    "ADD_REACTIONS": 1 << 6,
    "ADMINISTRATOR": 1 << 3,
    "ATTACH_FILES": 1 << 15,
    "CREATE_PUBLIC_THREADS": 1 << 35,
    "EMBED_LINKS": 1 << 14,
    "MANAGE_GUILD": 1 << 5,
    "MANAGE_MESSAGES": 1 << 13,
    "MANAGE_THREADS": 1 << 34,
    "MENTION_EVERYONE": 1 << 17,
    "MODERATE_MEMBERS": 1 << 40,
    "READ_MESSAGE_HISTORY": 1 << 16,
    "SEND_MESSAGES": 1 << 11,
    "SEND_MESSAGES_IN_THREADS": 1 << 38,
    "USE_APPLICATION_COMMANDS": 1 << 31,
    "USE_EXTERNAL_EMOJIS": 1 << 18,
    "VIEW_CHANNEL": 1 << 10,
}


def bits(*names: str) -> int:
    """The named permissions as one number."""
    return sum(BITS[name] for name in names)


MEMBER = bits(
    "ADD_REACTIONS",
    "ATTACH_FILES",
    "CREATE_PUBLIC_THREADS",
    "EMBED_LINKS",
    "READ_MESSAGE_HISTORY",
    "SEND_MESSAGES",
    "SEND_MESSAGES_IN_THREADS",
    "USE_APPLICATION_COMMANDS",
    "USE_EXTERNAL_EMOJIS",
    "VIEW_CHANNEL",
)
STAFF = MEMBER | bits("MANAGE_GUILD", "MANAGE_MESSAGES", "MANAGE_THREADS", "MENTION_EVERYONE", "MODERATE_MEMBERS")
EVERYTHING = STAFF | BITS["ADMINISTRATOR"]


def held(user: User, channel: Channel) -> int:
    """What ``user`` may do in ``channel``; a thread goes by its parent."""
    place = channel.parent or channel
    if place.guild is None:
        return MEMBER if channel.kind is Kind.DM else 0
    granted = place.guild.roles[place.guild.id].permissions
    for role in user.roles.get(place.guild.id, ()):
        granted |= place.guild.roles[role].permissions
    return granted & ~place.denied.get(user.id, 0)


def may(user: User, channel: Channel, name: str) -> bool:
    """Whether ``user`` holds the named permission in ``channel``; nothing works where it cannot be seen."""
    needed = BITS[name] | BITS["VIEW_CHANNEL"]
    return held(user, channel) & needed == needed
