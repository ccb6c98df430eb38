"""Everything that can happen in the workspace, whoever does it: each change is stored and told as Slack tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import wire
from .envelopes import Envelope, event_callback
from .reading import choices
from .shapes import Shapes
from .state import SLACKBOT, Channel, Json, Message, User, View, Workspace
from .text import broadcasts, texts

# A changed or deleted message is told in fewer words than a new one.
_NOT_IN_CHANGES = ("files", "username")


class World:
    """The workspace, the bot's app in it, and the book of what the bot did wrong."""

    def __init__(self, space: Workspace, shapes: Shapes, *, verification: str, scopes: frozenset[str]) -> None:
        self.space = space
        self.scopes = scopes
        self.shapes = shapes
        self.violations: list[str] = []
        self.verification = verification
        self.deliver: Callable[[Envelope], None] = lambda envelope: None

    def violation(self, what: str) -> None:
        self.violations.append(what)

    # -- events -------------------------------------------------------------------------------------------------------

    def callback(self, sample: str, event: Json) -> Json:
        """The event with its outer part, compared with Slack's sample of that name."""
        payload = event_callback(self.space, event, token=self.verification)
        self.violations += self.shapes.event(sample, payload)
        return payload

    def emit(self, sample: str, event: Json, channel: Channel | None = None) -> None:
        """Tell the bot, unless it is not in the channel or has no scope for such events."""
        scope = event_scope(event["type"], channel)
        if (channel is None or self.space.bot.id in channel.members) and (not scope or scope in self.scopes):
            self.deliver(Envelope("events_api", self.callback(sample, event)))

    def message_event(self, message: Message, told: Json) -> Json:
        channel = self.space.channels[message.channel]
        return told | {"channel": channel.id, "event_ts": self.space.new_ts(), "channel_type": channel.kind}

    def new_message_event(self, message: Message) -> tuple[str, Json]:
        """The ``message`` event of a new message, and the name of its sample."""
        told = wire.without(wire.core(self.space, message), "edited")
        event = self.message_event(message, told) | {"event_ts": message.ts}
        match message.subtype:
            case "bot_message":
                return "MessageBot", wire.without(event, "user", "parent_user_id")
            case "file_share":
                return "MessageFileShare", wire.without(event, "client_msg_id", "team")
            case "channel_join":
                return "MessageChannelJoin", wire.without(event, "client_msg_id")
        if message.broadcast:
            root = wire.core(self.space, self.space.messages[message.thread_ts or ""])
            named = wire.without(event, "team", "parent_user_id", "bot_id", "bot_profile")
            return "MessageThreadBroadcast", named | {
                "subtype": "thread_broadcast",
                "root": wire.only(root, "text", "user", "type", "ts", "thread_ts"),
            }
        return "Message", event

    # -- messages -----------------------------------------------------------------------------------------------------

    def post(self, message: Message) -> Message:
        """A new message; its thread's parent becomes a thread with the first reply."""
        parent = self.space.messages.get(message.thread_ts or "")
        if parent and parent.thread_ts is None:
            parent.thread_ts = parent.ts
        self.space.add(message)
        channel = self.space.channels[message.channel]
        if message.user:
            channel.members.add(message.user)
        self.emit(*self.new_message_event(message), channel)
        # Slack tells a mention twice: as a message and, under another event id, as app_mention.
        own = message.bot_id == self.space.bot.bot_id
        if f"<@{self.space.bot.id}" in message.text and not own and not channel.im_user:
            self.emit("AppMention", self._mention(message), channel)
        return message

    def _mention(self, message: Message) -> Json:
        told = wire.without(wire.core(self.space, message), "parent_user_id", "files", "attachments", "subtype")
        return told | {"type": "app_mention", "channel": message.channel, "event_ts": message.ts}

    def change(self, message: Message, *, by: str, show_edited: bool = True, **new: Any) -> None:
        """Replace the named parts; ``show_edited`` marks it as edited."""
        before = wire.without(wire.core(self.space, message), *_NOT_IN_CHANGES)
        for part, value in new.items():
            setattr(message, part, value)
        if show_edited:
            message.edited = {"user": by, "ts": self.space.new_ts()}
        self.tell_change("MessageChanged", "message_changed", message, before)

    def tell_change(self, sample: str, subtype: str, message: Message, before: Json) -> None:
        """message_changed and message_deleted; an ephemeral message has no events."""
        if message.only_for is not None:
            return
        event = self.message_event(message, {"type": "message", "subtype": subtype, "hidden": True})
        event |= {"ts": event["event_ts"], "previous_message": before}
        if subtype == "message_changed":
            now = wire.without(wire.core(self.space, message), *_NOT_IN_CHANGES)
            event["message"] = now | ({"hidden": True} if message.gone else {})
        else:
            event["deleted_ts"] = message.ts
        self.emit(sample, event, self.space.channels[message.channel])

    def delete(self, message: Message) -> None:
        """A parent with replies keeps its place as a tombstone, and is told as a change."""
        before = wire.without(wire.core(self.space, message), *_NOT_IN_CHANGES)
        if message.only_for is None and not message.is_reply and self.space.replies(message):
            message.gone, message.reactions, message.blocks = True, {}, []
            self.tell_change("MessageChanged", "message_changed", message, before)
            return
        self.space.drop(message)
        self.tell_change("MessageDeleted", "message_deleted", message, before)

    def whisper(self, to: str, channel: str, text: str, *, thread: str | None = None, **parts: Any) -> Message:
        """An ephemeral message; nobody but ``to`` learns of it."""
        told = {"user": self.space.bot.id, "bot_id": self.space.bot.bot_id} | parts
        return self.space.add(Message(self.space.new_ts(), channel, text=text, thread_ts=thread, only_for=to, **told))

    def slackbot_says(self, user: str, channel: str, text: str) -> None:
        """What Slack itself tells somebody, visible to that person only."""
        self.whisper(user, channel, text, user=SLACKBOT, bot_id=None)

    # -- reactions, people, views -------------------------------------------------------------------------------------

    def react(self, message: Message, user: str, name: str, *, remove: bool = False) -> None:
        users = message.reactions.setdefault(name, [])
        (users.remove if remove else users.append)(user)
        if not users:
            del message.reactions[name]
        event = {
            "type": "reaction_removed" if remove else "reaction_added",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user,
            "event_ts": self.space.new_ts(),
        }
        self.emit("ReactionRemoved" if remove else "ReactionAdded", event, self.space.channels[message.channel])

    def join(self, user: User, channel: Channel) -> None:
        """Told twice as well: as a message in the channel and as member_joined_channel."""
        channel.members.add(user.id)
        text = f"<@{user.id}> has joined the channel"
        joined = Message(self.space.new_ts(), channel.id, user.id, text, subtype="channel_join")
        self.post(joined)
        event = {
            "type": "member_joined_channel",
            "user": user.id,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self.space.team,
            "event_ts": self.space.new_ts(),
        }
        self.emit("MemberJoinedChannel", event, channel)

    def new_view(self, body: Json, user: str, *, root: str | None = None, previous: str | None = None) -> View:
        view_id = self.space.new_id("V")
        view = View(view_id, body, user, self.space.new_ts(), root or view_id, previous)
        self.space.views[view_id] = view
        view.values = initial_values(view.blocks)
        return view

    def change_view(self, view: View, body: Json) -> None:
        """A new description; what was filled in stays where block and action ids are the same."""
        view.body, view.hash, view.errors = body, self.space.new_ts(), {}
        kept = view.values
        view.values = initial_values(view.blocks)
        for block_id, actions in view.values.items():
            actions.update({key: value for key, value in kept.get(block_id, {}).items() if key in actions})

    # -- what no message may contain ----------------------------------------------------------------------------------

    def check_mentions(self, parts: Mapping[str, Any], where: str) -> None:
        """A mass mention that would really ring is noted."""
        active = [str(parts.get("text") or ""), str(parts.get("markdown_text") or "")]
        active += [
            node["text"]
            for node in texts([parts.get("blocks"), parts.get("attachments")])
            if node["type"] != "plain_text"
        ]
        link_names = str(parts.get("link_names", "")).lower() in {"1", "true"} or parts.get("parse") == "full"
        for found in (mention for text in active for mention in broadcasts(text, link_names=link_names)):
            self.violation(f"{where}: active mass mention {found}")


HISTORY_SCOPES = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}


def event_scope(kind: str, channel: Channel | None) -> str:
    """The scope without which Slack does not tell of such events (docs: the page of each event)."""
    if channel is None:
        return ""
    others = {"app_mention": "app_mentions:read", "reaction_added": "reactions:read"}
    others |= {"reaction_removed": "reactions:read", "member_joined_channel": "channels:read"}
    return HISTORY_SCOPES[channel.kind] if kind == "message" else others.get(kind, "")


def initial_values(blocks: list[Json]) -> Json:
    """The state of a view before anybody touched it (docs: "View submission payload", state.values)."""
    state: Json = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            state[block["block_id"]] = {element["action_id"]: blank_value(element)}
    for menu, option in choices(blocks):
        if option == menu.element.get("initial_option"):
            value = {"type": menu.element["type"], "selected_option": option}
            state.setdefault(menu.block_id, {})[menu.element["action_id"]] = value
    return state


def blank_value(element: Json) -> Json:
    """How an input says what it holds before it is filled."""
    kind = element["type"]
    if kind in {"multi_static_select", "checkboxes"}:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    names = {"static_select": "option", "radio_buttons": "option", "users_select": "user", "datepicker": "date"}
    names |= {"channels_select": "channel", "conversations_select": "conversation", "timepicker": "time"}
    if kind in names:
        return {"type": kind, f"selected_{names[kind]}": element.get(f"initial_{names[kind]}")}
    return {"type": kind, "value": element.get("initial_value")}
