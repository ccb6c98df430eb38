"""Users, members, roles, guilds, channels (resources/user, guild, channel and application)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..state import Channel, Guild, Kind, Role, User

Json = dict[str, Any]


def stamp(seconds: float) -> str:
    """ISO 8601 in UTC, as Discord writes times."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def user(who: User) -> Json:
    shape: Json = {
        "id": str(who.id),
        "username": who.name.lower(),
        "global_name": who.name,
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    return shape | {"bot": True} if who.bot else shape


def own_user(bot: User) -> Json:
    """The bot's own account, as it sees itself."""
    return user(bot) | {"mfa_enabled": False, "locale": "en-US", "verified": True}


def member(who: User, guild: Guild, *, with_user: bool = True) -> Json:
    shape: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": stamp(who.joined_at),
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in who.roles.get(guild.id, ())],
        "mute": False,
        "deaf": False,
    }
    return shape | {"user": user(who)} if with_user else shape


def role(one: Role) -> Json:
    shape: Json = {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(one.permissions),
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.managed_by is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return shape | {"tags": {"bot_id": str(one.managed_by)}} if one.managed_by else shape


def guild(one: Guild) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": ["COMMUNITY"],
        "banner": None,
        "owner_id": str(one.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "roles": [role(each) for each in one.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create(one: Guild, bot: User, people: list[User]) -> Json:
    """GUILD_CREATE: without the members intent only the bot itself is among the members."""
    return guild(one) | {
        "joined_at": stamp(bot.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(people) + 1,
        "voice_states": [],
        "members": [member(bot, one)],
        "channels": [channel(each) for each in one.channels.values() if each.kind is not Kind.THREAD],
        "threads": [channel(each) for each in one.threads() if not each.archived],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def channel(one: Channel) -> Json:
    if one.kind is Kind.DM:
        return _direct(one)
    return _thread(one) if one.kind is Kind.THREAD else _guild_channel(one)


def _last_message(one: Channel) -> str | None:
    return str(one.ids[-1]) if one.ids else None


def _direct(one: Channel) -> Json:
    assert one.recipient
    return {
        "id": str(one.id),
        "type": int(one.kind),
        "flags": 0,
        "last_message_id": _last_message(one),
        "recipients": [user(one.recipient)],
    }


def _guild_channel(one: Channel) -> Json:
    assert one.guild
    shape: Json = {
        "id": str(one.id),
        "type": int(one.kind),
        "guild_id": str(one.guild.id),
        "name": one.name,
        "position": one.position,
        "flags": 0,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": _last_message(one),
        "permission_overwrites": [
            {"id": str(who), "type": 1, "allow": "0", "deny": str(denied)}
            for who, denied in one.denied.items()
            if denied
        ],
    }
    if one.kind is Kind.FORUM:
        shape |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
        shape |= {"default_forum_layout": 0}
    return shape


def _thread(one: Channel) -> Json:
    assert one.guild
    assert one.parent
    return {
        "id": str(one.id),
        "type": int(one.kind),
        "guild_id": str(one.guild.id),
        "parent_id": str(one.parent.id),
        "owner_id": str(one.owner_id),
        "name": one.name,
        "flags": 0,
        "rate_limit_per_user": 0,
        "last_message_id": _last_message(one),
        "thread_metadata": {
            "archived": one.archived,
            "archive_timestamp": stamp(one.created_at),
            "auto_archive_duration": one.auto_archive,
            "locked": one.locked,
            "create_timestamp": stamp(one.created_at),
        },
        "message_count": one.sent,
        "total_message_sent": one.sent,
        "member_count": len(one.members),
        "applied_tags": [],
    }


def thread_member(thread: Channel, who: int) -> Json:
    return {"id": str(thread.id), "user_id": str(who), "join_timestamp": stamp(thread.created_at), "flags": 0}


def application(bot: User, owner: User, flags: int) -> Json:
    """The bot's own application (resources/application)."""
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(bot),
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(owner),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
    }
