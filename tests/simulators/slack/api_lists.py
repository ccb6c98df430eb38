"""conversations.*, users.*, usergroups.*, team.info, bots.info, auth.test (docs: the method pages)."""

from __future__ import annotations

from . import wire
from .calls import Call, SlackError, invalid
from .state import Channel, Json, Message
from .world import HISTORY_SCOPES

_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def _within(call: Call, messages: list[Message]) -> list[Message]:
    """The messages between ``oldest`` and ``latest``; the ends belong to it only with ``inclusive``."""
    oldest, latest = (_bound(call, name) for name in ("oldest", "latest"))
    ends = call.flag("inclusive")

    def inside(message: Message) -> bool:
        ts = float(message.ts)
        after = oldest is None or ts > oldest or (ends and ts == oldest)
        return after and (latest is None or ts < latest or (ends and ts == latest))

    return [message for message in messages if inside(message)]


def _bound(call: Call, name: str) -> float | None:
    given = call.text(name)
    try:
        # Slack's own default, 0 for the oldest, means no bound.
        return float(given) if given not in {"", "0"} else None
    except ValueError:
        raise invalid(f"invalid_ts_{name}", [f"[ERROR] {name} is {given}"]) from None


def history(call: Call) -> Json:
    """Newest first; replies only where they were also sent to the channel."""
    channel = _readable(call)
    roots = [message for message in channel.messages.values() if not message.is_reply or message.broadcast]
    most = call.limits.history_limit or 999
    page, following = call.page(_within(call, roots)[::-1], default=min(100, most), most=most)
    more = bool(following["response_metadata"]["next_cursor"])
    with_metadata = call.flag("include_all_metadata")
    told = [wire.stored(call.space, message, metadata=with_metadata) for message in page]
    answer: Json = {"messages": told, "has_more": more, "pin_count": 0}
    return answer | (following if more else {})


def replies(call: Call) -> Json:
    """The parent, then its replies, oldest first."""
    channel = _readable(call)
    parent = channel.messages.get(call.text("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        parent = channel.messages.get(parent.thread_ts or "", parent)
    most = call.limits.history_limit or 999
    page, following = call.page(_within(call, call.space.replies(parent)), default=most, most=most)
    with_metadata = call.flag("include_all_metadata")
    told = [wire.stored(call.space, message, metadata=with_metadata) for message in [parent, *page]]
    more = bool(following["response_metadata"]["next_cursor"])
    return {"messages": told, "has_more": more} | (following if more else {})


def _readable(call: Call) -> Channel:
    """The channel, if the app may read it; metadata has a scope of its own."""
    channel = call.channel(member=True)
    call.needs(HISTORY_SCOPES[channel.kind])
    if call.flag("include_all_metadata"):
        call.needs("metadata.message:read")
    return channel


def info(call: Call) -> Json:
    channel = call.channel()
    told = wire.channel(call.space, channel)
    if call.flag("include_num_members"):
        told["num_members"] = len(channel.members)
    return {"channel": told}


def _kinds(call: Call) -> set[str]:
    given = call.text("types", "public_channel").split(",")
    if unknown := [kind for kind in given if kind.strip() not in _KINDS]:
        raise invalid("invalid_types", [f"[ERROR] unknown types: {unknown}"])
    return {_KINDS[kind.strip()] for kind in given}


def _visible(call: Call) -> list[Channel]:
    bot, kinds = call.space.bot.id, _kinds(call)
    known = call.space.channels.values()
    return [item for item in known if item.kind in kinds and (item.kind == "channel" or bot in item.members)]


def channels(call: Call) -> Json:
    page, following = call.page(_visible(call))
    return {"channels": [wire.channel(call.space, item) for item in page]} | following


def own_channels(call: Call) -> Json:
    user = call.text("user", call.space.bot.id)
    page, following = call.page([item for item in _visible(call) if user in item.members])
    return {"channels": [wire.without(wire.channel(call.space, item), "is_member") for item in page]} | following


def members(call: Call) -> Json:
    page, following = call.page(sorted(call.channel().members))
    return {"members": page} | following


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.is_private or channel.im_user:
        raise SlackError("method_not_supported_for_channel_type", fault=True)
    if call.space.bot.id not in channel.members:
        call.world.join(call.space.bot, channel)
    return {"channel": wire.channel(call.space, channel)}


def open_direct(call: Call) -> Json:
    users = [user for user in call.text("users").split(",") if user]
    if len(users) != 1:
        raise SlackError("not_enough_users" if not users else "too_many_users", fault=True)
    if users[0] not in call.space.users:
        raise SlackError("user_not_found")
    return {"channel": wire.only(wire.channel(call.space, call.space.direct(users[0])), "id", "created", "user")}


def user(call: Call) -> Json:
    known = call.space.users.get(call.text("user"))
    if known is None:
        raise SlackError("user_not_found")
    return {"user": wire.user(call.space, known)}


def users(call: Call) -> Json:
    page, following = call.page(list(call.space.users.values()))
    told = [wire.user(call.space, item) for item in page]
    return {"members": told, "cache_ts": int(call.space.clock.now())} | following


def groups(call: Call) -> Json:
    group = wire.group(call.space, call.space.staff, users=call.flag("include_users"))
    return {"usergroups": [group]}


def group_users(call: Call) -> Json:
    if call.text("usergroup") != call.space.staff.id:
        raise SlackError("no_such_subteam")
    return {"users": sorted(call.space.staff.users)}


def team(call: Call) -> Json:
    domain = call.space.domain
    return {"team": {"id": call.space.team, "name": domain.title(), "domain": domain, "email_domain": ""}}


def bot(call: Call) -> Json:
    known = call.space.bot_with(call.text("bot", call.space.bot.bot_id or ""))
    if known is None:
        raise SlackError("bot_not_found")
    told = wire.without(wire.bot_profile(call.space, known), "team_id")
    return {"bot": told | {"user_id": known.id}}


def auth(call: Call) -> Json:
    space = call.space
    return {
        "url": f"https://{space.domain}.slack.com/",
        "team": space.domain.title(),
        "user": space.bot.name,
        "team_id": space.team,
        "user_id": space.bot.id,
        "bot_id": space.bot.bot_id,
        "is_enterprise_install": False,
    }
