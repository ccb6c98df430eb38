"""Discord's JSON for each thing: REST answers and gateway events share these shapes."""

from .messages import interaction, message, owners, shows_content, with_place, without_content
from .places import (
    application,
    channel,
    guild,
    guild_create,
    member,
    own_user,
    role,
    stamp,
    thread_member,
    user,
)

__all__ = [
    "application",
    "channel",
    "guild",
    "guild_create",
    "interaction",
    "member",
    "message",
    "own_user",
    "owners",
    "role",
    "shows_content",
    "stamp",
    "thread_member",
    "user",
    "with_place",
    "without_content",
]
