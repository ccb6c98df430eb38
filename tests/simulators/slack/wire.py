"""The records of the workspace as Slack writes them in answers and events."""

from __future__ import annotations

from collections.abc import Mapping

from .state import Channel, Group, Json, Message, User, View, Workspace

TOMBSTONE = "This message was deleted."


def app_of(space: Workspace, bot: User) -> str:
    """The app a bot user belongs to: the one under test, or somebody else's."""
    return space.app if bot is space.bot else f"A{bot.id[1:]}"


def bot_profile(space: Workspace, bot: User) -> Json:
    icon = "https://a.slack-edge.com/bot.png"
    return {
        "id": bot.bot_id,
        "deleted": False,
        "name": bot.name,
        "updated": 1,
        "app_id": app_of(space, bot),
        "icons": {"image_36": icon, "image_48": icon, "image_72": icon},
        "team_id": space.team,
    }


def core(space: Workspace, message: Message) -> Json:
    """What every telling of a message has in common."""
    told: Json = {"type": "message", "text": message.text, "ts": message.ts}
    if message.gone:
        return told | {"subtype": "tombstone", "text": TOMBSTONE, "user": "USLACKBOT"} | _thread(space, message)
    optional = {
        "subtype": message.subtype,
        "user": message.user,
        "bot_id": message.bot_id,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": message.files,
        "edited": message.edited,
    }
    told |= {key: value for key, value in optional.items() if value}
    return told | _author(space, message) | _thread(space, message)


def _author(space: Workspace, message: Message) -> Json:
    bot = space.bot_with(message.bot_id)
    if message.subtype == "bot_message":
        return {"username": message.username or (bot.name if bot else "")}
    if bot:
        return {"team": space.team, "bot_profile": bot_profile(space, bot)}
    return {"team": space.team, "client_msg_id": f"00000000-0000-4000-8000-{message.ts.replace('.', '')[-12:]}"}


def _thread(space: Workspace, message: Message) -> Json:
    if message.thread_ts is None:
        return {}
    told: Json = {"thread_ts": message.thread_ts}
    parent = space.messages.get(message.thread_ts)
    if message.is_reply and parent:
        told["parent_user_id"] = parent.user
    return told


def stored(space: Workspace, message: Message, *, metadata: bool = False) -> Json:
    """A message as history tells it."""
    told = core(space, message)
    if message.bot_id == space.bot.bot_id:
        told["app_id"] = space.app
    if message.reactions:
        told["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        told["metadata"] = message.metadata
    if not message.is_reply and (replies := space.replies(message)):
        told |= _thread_counts(replies)
    return told


def _thread_counts(replies: list[Message]) -> Json:
    users = list(dict.fromkeys(reply.user for reply in replies if reply.user))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
        "subscribed": False,
    }


def only(told: Mapping[str, object], *keys: str) -> Json:
    """The named keys: some answers tell less than others."""
    return {key: told[key] for key in keys if key in told}


def without(told: Mapping[str, object], *keys: str) -> Json:
    return {key: value for key, value in told.items() if key not in keys}


def channel(space: Workspace, item: Channel) -> Json:
    if item.im_user:
        return {"id": item.id, "created": item.created, "is_archived": False, "is_im": True, "user": item.im_user}
    topic: Json = {"value": "", "creator": "", "last_set": 0}
    return {
        "id": item.id,
        "name": item.name,
        "name_normalized": item.name,
        "is_channel": not item.is_private,
        "is_group": item.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": item.is_private,
        "is_archived": False,
        "is_general": item.name == "general",
        "is_shared": False,
        "is_member": space.bot.id in item.members,
        "created": item.created,
        "creator": "USLACKBOT",
        "topic": topic,
        "purpose": topic,
    }


def user(space: Workspace, item: User) -> Json:
    profile: Json = {"real_name": item.name, "display_name": item.name, "team": space.team}
    if item.bot_id:
        profile |= {"bot_id": item.bot_id, "api_app_id": app_of(space, item)}
    return {
        "id": item.id,
        "team_id": space.team,
        "name": item.name,
        "deleted": False,
        "real_name": item.name,
        "tz": "Europe/Berlin",
        "tz_offset": 3600,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": item.bot_id is not None,
        "is_app_user": False,
        "updated": 1,
    }


def group(space: Workspace, item: Group, *, users: bool = False) -> Json:
    told: Json = {
        "id": item.id,
        "team_id": space.team,
        "is_usergroup": True,
        "is_subteam": True,
        "name": item.handle.title(),
        "description": "",
        "handle": item.handle,
        "is_external": False,
        "date_create": 1,
        "date_update": 1,
        "date_delete": 0,
        "created_by": space.bot.id,
        "user_count": len(item.users),
    }
    return told | ({"users": sorted(item.users)} if users else {})


def view(space: Workspace, item: View) -> Json:
    """A view with what Slack adds to the bot's description of it."""
    body = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False} | item.body
    return {
        "notify_on_close": False,
        **body,
        "id": item.id,
        "team_id": space.team,
        "state": {"values": item.values},
        "hash": item.hash,
        "root_view_id": item.root,
        "previous_view_id": item.previous,
        "app_id": space.app,
        "app_installed_team_id": space.team,
        "bot_id": space.bot.bot_id,
    }
