"""What a person reads on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..people import Seen
from . import emoji, permissions
from .rules import BUTTON, LINK, SELECT, TEXT, leaves
from .state import Channel, Guild, Kind, Message, Says, User
from .world import World

MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")
SYSTEM = (Says.THREAD_CREATED, Says.THREAD_STARTER)


def visible(world: World, person: User, channel: Channel) -> list[Message]:
    """Messages of a channel and its threads that ``person`` can read, oldest first."""
    if channel.guild and not permissions.may(person, channel, "VIEW_CHANNEL"):
        return []
    threads = [each for each in channel.guild.threads() if each.parent is channel] if channel.guild else []
    places = (channel, *threads)
    found = [message for place in places for message in (*place.messages.values(), *place.private.values())]
    own = [each for each in found if each.only_for in (None, person) and each.type not in SYSTEM and not each.loading]
    return sorted(own, key=lambda message: message.id)


def seen(world: World, message: Message) -> Seen:
    channel = message.channel
    return Seen(
        id=str(message.id),
        channel="@bot" if channel.kind is Kind.DM else (channel.parent or channel).name,
        author=message.author.name,
        text="\n".join(lines(world, message)),
        by_bot=message.author.bot,
        private=message.only_for is not None,
        reply_to=str(message.reference.id) if message.type is Says.REPLY and message.reference else None,
        thread=str(channel.id) if channel.kind is Kind.THREAD else None,
        buttons=tuple(label(button) for button in buttons(message)),
        options=tuple(option["label"] for select in selects(message) for option in select["options"]),
        reactions={emoji.name(sign): tuple(user.name for user in users) for sign, users in message.reactions.items()},
        edited=message.edited_at is not None,
    )


def lines(world: World, message: Message) -> Iterator[str]:
    """Every readable line, from top to bottom."""
    channel = message.channel
    if channel.parent and channel.parent.kind is Kind.FORUM and message.id == channel.id:
        yield channel.name
    for text in _texts(message):
        if text:
            yield spoken(world, channel.guild, text)


def _texts(message: Message) -> Iterator[str | None]:
    yield message.content
    for embed in message.embeds:
        yield from _embed(embed)
    yield from (file.filename for file in message.attachments)
    for leaf in leaves(message.components):
        if leaf["type"] == TEXT:
            yield leaf.get("content")
        elif leaf["type"] == BUTTON and leaf.get("style") == LINK:
            yield leaf.get("url")


def _embed(embed: dict[str, Any]) -> Iterator[str | None]:
    author, footer = embed.get("author", {}), embed.get("footer", {})
    yield from (author.get("name"), author.get("url"))
    yield from (embed.get("title"), embed.get("url"), embed.get("description"))
    for field in embed.get("fields", ()):
        yield from (field["name"], field["value"])
    yield footer.get("text")


def spoken(world: World, guild: Guild | None, text: str) -> str:
    """Mentions by name, as the client shows them."""

    def name(match: re.Match[str]) -> str:
        sign, id = match[1], int(match[2])
        if sign == "#":
            return f"#{world.channels[id].name}" if id in world.channels else "#unknown"
        if sign == "@&":
            return f"@{guild.roles[id].name}" if guild and id in guild.roles else "@unknown-role"
        return f"@{world.users[id].name}" if id in world.users else "@unknown-user"

    return MENTION.sub(name, text)


def label(button: dict[str, Any]) -> str:
    """A button's label, or the name of its emoji where it has only that."""
    return button.get("label") or emoji.name(button.get("emoji", {}).get("name", ""))


def buttons(message: Message) -> list[dict[str, Any]]:
    """Buttons that can be pressed, links included."""
    return [leaf for leaf in leaves(message.components) if leaf["type"] == BUTTON and not leaf.get("disabled")]


def selects(message: Message) -> list[dict[str, Any]]:
    """Menus of the bot's own options that can be used."""
    return [leaf for leaf in leaves(message.components) if leaf["type"] == SELECT and not leaf.get("disabled")]
