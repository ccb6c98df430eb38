"""Messages and interactions (resources/message, interactions/receiving-and-responding)."""

from __future__ import annotations

from .. import permissions
from ..state import Asks, Attachment, Channel, Interaction, Kind, Message, User
from .places import Json, channel, member, stamp, user


def attachment(one: Attachment, base: str) -> Json:
    url = f"{base}/attachments/{one.id}/{one.filename}"
    return {
        "id": str(one.id),
        "filename": one.filename,
        "size": len(one.content),
        "url": url,
        "proxy_url": url,
        "content_type": "application/octet-stream",
    }


def message(one: Message, viewer: User, base: str = "http://localhost", *, nested: bool = False) -> Json:
    """A message as the bot ``viewer`` gets it, content included; :func:`without_content` takes that out again."""
    shape: Json = {
        "id": str(one.id),
        "type": int(one.type),
        "channel_id": str(one.channel.id),
        "author": user(one.author),
        "content": one.content,
        "timestamp": stamp(one.created_at),
        "edited_timestamp": None if one.edited_at is None else stamp(one.edited_at),
        "tts": False,
        "mention_everyone": one.mention_everyone,
        "mentions": [user(who) for who in one.mentions],
        "mention_roles": [str(role) for role in one.mention_roles],
        "attachments": [attachment(each, base) for each in one.attachments],
        "embeds": one.embeds,
        "components": one.components,
        "pinned": False,
        "flags": one.flags,
    }
    if one.nonce is not None:
        shape["nonce"] = one.nonce
    if one.reactions:
        shape["reactions"] = [_reaction(emoji, users, viewer) for emoji, users in one.reactions.items()]
    if one.interaction:
        shape |= _origin(one.interaction, viewer)
    if one.thread and not nested:
        shape["thread"] = channel(one.thread)
    if one.reference:
        shape |= _reference(one, viewer, base, nested=nested)
    return shape


def _reaction(emoji: str, users: list[User], viewer: User) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": viewer in users,
    }


def _reference(one: Message, viewer: User, base: str, *, nested: bool) -> Json:
    answered = one.reference
    assert answered
    reference: Json = {"type": 0, "channel_id": str(answered.channel.id), "message_id": str(answered.id)}
    if answered.channel.guild:
        reference["guild_id"] = str(answered.channel.guild.id)
    if nested:
        return {"message_reference": reference}
    shown = None if answered.deleted else message(answered, viewer, base, nested=True)
    return {"message_reference": reference, "referenced_message": shown}


def _origin(interaction: Interaction, bot: User) -> Json:
    """Where an interaction's answer comes from: both the current field and the older one discord.py still reads."""
    shape: Json = {
        "application_id": str(bot.id),
        "webhook_id": str(bot.id),
        "interaction_metadata": _metadata(interaction),
    }
    if interaction.type is Asks.COMMAND:
        shape["interaction"] = {
            "id": str(interaction.id),
            "type": int(interaction.type),
            "name": interaction.data["name"],
            "user": user(interaction.person),
        }
    return shape


def _metadata(interaction: Interaction) -> Json:
    shape: Json = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "user": user(interaction.person),
        "authorizing_integration_owners": owners(interaction.channel),
    }
    if interaction.type is Asks.COMPONENT and interaction.message:
        shape["interacted_message_id"] = str(interaction.message.id)
    if interaction.type is Asks.MODAL and interaction.parent:
        shape["triggering_interaction_metadata"] = _metadata(interaction.parent)
    if "target_id" in interaction.data:
        shape["target_message_id"] = interaction.data["target_id"]
    return shape


def owners(where: Channel) -> Json:
    """Who installed the app: the guild (key 0 = guild install)."""
    return {"0": str(where.guild.id) if where.guild else "0"}


def without_content(shape: Json) -> Json:
    """What is left of a message without the message content intent (events/gateway, Message Content Intent)."""
    bare = shape | {"content": "", "embeds": [], "components": [], "attachments": []}
    bare.pop("poll", None)
    return bare


def shows_content(one: Message, bot: User) -> bool:
    """Messages whose content a bot gets without the intent: direct, its own, and those that mention it."""
    return one.channel.kind is Kind.DM or one.author is bot or bot in one.mentions


def with_place(one: Message, shape: Json) -> Json:
    """What the gateway adds to a message: the guild, the author as a member, the mentioned as members."""
    place = one.channel.guild
    if place is None:
        return shape
    added: Json = {"guild_id": str(place.id)}
    if not one.interaction:
        added["member"] = member(one.author, place, with_user=False)
    if one.mentions:
        added["mentions"] = [user(who) | {"member": member(who, place, with_user=False)} for who in one.mentions]
    return shape | added


def interaction(one: Interaction, bot: User, base: str) -> Json:
    """INTERACTION_CREATE (interactions/receiving-and-responding, Interaction Structure)."""
    shape: Json = {
        "id": str(one.id),
        "application_id": str(bot.id),
        "type": int(one.type),
        "token": one.token,
        "version": 1,
        "data": one.data,
        "channel_id": str(one.channel.id),
        "channel": channel(one.channel) | {"permissions": str(permissions.held(one.person, one.channel))},
        "app_permissions": str(permissions.held(bot, one.channel)),
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": owners(one.channel),
        "context": 0 if one.channel.guild else 1,
        "attachment_size_limit": 10_485_760,
    }
    if one.message:
        shape["message"] = message(one.message, bot, base)
    return shape | _asker(one)


def _asker(one: Interaction) -> Json:
    place = one.channel.guild
    if place is None:
        return {"user": user(one.person)}
    asking = member(one.person, place) | {"permissions": str(permissions.held(one.person, one.channel))}
    return {
        "guild_id": str(place.id),
        "guild": {"id": str(place.id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": asking,
    }
