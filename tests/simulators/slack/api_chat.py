"""chat.* and reactions.* (docs: the method pages)."""

from __future__ import annotations

import re
from typing import Any

from . import wire
from .blocks import completed, problems_of
from .calls import Call, SlackError, invalid
from .state import Channel, Json, Message

MOST_TEXT = 40_000
_EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def content(call: Call) -> dict[str, Any]:
    """Text, blocks and attachments of a post, within Slack's limits."""
    blocks, attachments = call.decoded("blocks", []), call.decoded("attachments", [])
    text = call.text("text")
    if markdown := call.text("markdown_text"):
        if text or blocks:
            raise SlackError("markdown_text_conflict", fault=True)
        blocks = [{"type": "markdown", "text": markdown}]
    if not (text.strip() or blocks or attachments):
        raise SlackError("no_text", fault=True)
    if len(text) > MOST_TEXT:
        raise SlackError("msg_too_long", fault=True)
    if problems := problems_of(blocks):
        raise invalid("invalid_blocks", problems)
    call.world.check_mentions(call.args, call.method)
    done = completed(blocks, lambda: call.space.new_id("b"))
    return {"text": text, "blocks": done, "attachments": attachments}


def metadata(call: Call) -> Json | None:
    """Message metadata (docs: "Message metadata"): an event type and a payload, nothing else."""
    given = call.decoded("metadata")
    if not given:
        return None
    if not isinstance(given, dict) or given.keys() != {"event_type", "event_payload"}:
        raise invalid("invalid_metadata_format", ["[ERROR] metadata needs event_type and event_payload"])
    if not isinstance(given["event_payload"], dict) or not isinstance(given["event_type"], str):
        raise invalid("invalid_metadata_format", ["[ERROR] event_payload must be an object"])
    return given


def thread_of(call: Call, channel: Channel) -> str | None:
    """The thread to post in; the ts of a reply leads to the thread it stands in."""
    given = call.text("thread_ts")
    if not given:
        return None
    if not re.fullmatch(r"\d+\.\d{6}", given):
        raise SlackError("invalid_thread_ts", fault=True)
    parent = channel.messages.get(given)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts if parent.is_reply else given


def post_message(call: Call) -> Json:
    channel = call.channel(member=True, named=True)
    named = [name for name in ("username", "icon_emoji", "icon_url") if call.text(name)]
    if named:
        call.needs("chat:write.customize")
    bot = call.space.bot
    told = {**content(call), "metadata": metadata(call), "thread_ts": thread_of(call, channel)}
    told["broadcast"] = bool(told["thread_ts"]) and call.flag("reply_broadcast")
    message = Message(call.space.new_ts(), channel.id, bot.id, bot_id=bot.bot_id, **told)
    call.world.post(message)
    shown = wire.stored(call.space, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(call: Call) -> Json:
    channel = call.channel(member=True, named=True)
    if call.text("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    whispered = call.world.whisper(
        call.text("user"), channel.id, thread=call.text("thread_ts") or None, **content(call)
    )
    return {"message_ts": whispered.ts}


def update(call: Call) -> Json:
    channel = call.channel()
    message = call.message("ts", channel)
    if message.bot_id != call.space.bot.bot_id:
        raise SlackError("cant_update_message", fault=True)
    parts = content(call)
    if "text" not in call.args:
        # Without a text the update leaves alone what it does not name; with one, old blocks go.
        parts = {name: value for name, value in parts.items() if name in call.args}
    if (told := metadata(call)) is not None:
        parts["metadata"] = told
    call.world.change(message, by=call.space.bot.id, show_edited=not parts.get("blocks"), **parts)
    shown = wire.without(wire.core(call.space, message), "ts", "thread_ts", "parent_user_id", "attachments")
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    channel = call.channel()
    message = call.message("ts", channel)
    if message.bot_id != call.space.bot.bot_id:
        raise SlackError("cant_delete_message", fault=True)
    call.world.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.message("message_ts", channel)
    link = f"https://{call.space.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def add_reaction(call: Call) -> Json:
    message, name = _reacted(call)
    if call.space.bot.id in message.reactions.get(name, ()):
        raise SlackError("already_reacted")
    call.world.react(message, call.space.bot.id, name)
    return {}


def remove_reaction(call: Call) -> Json:
    message, name = _reacted(call)
    if call.space.bot.id not in message.reactions.get(name, ()):
        raise SlackError("no_reaction")
    call.world.react(message, call.space.bot.id, name, remove=True)
    return {}


def _reacted(call: Call) -> tuple[Message, str]:
    name = call.text("name")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name", fault=True)
    return call.message("timestamp", call.channel(member=True)), name


def get_reactions(call: Call) -> Json:
    channel = call.channel()
    told = wire.stored(call.space, call.message("timestamp", channel))
    keys = ("type", "text", "user", "bot_id", "ts", "team", "bot_profile", "reactions", "app_id", "blocks")
    return {"type": "message", "channel": channel.id, "message": wire.only(told, *keys)}
