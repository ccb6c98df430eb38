"""From commands, presses, choices, shortcuts and forms to neutral events; pure functions over payloads.

Docs: "Implementing slash commands", "Interaction payloads". Slack never sends these twice.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from uuid import uuid4

from adapters.slack.identity import Identity, Json
from adapters.slack.inbound import milliseconds
from adapters.slack.plain import plain
from bot.events import Act, Invocation, Member, MessageRef, Press, Submission


@dataclass(frozen=True, slots=True)
class Opened:
    """What an open modal remembers in ``private_metadata``: where its button stood, and how to answer there."""

    value: str
    channel: str
    thread: str | None
    message: str | None
    """None for a private message, which can only be reached through ``handle``."""
    handle: str | None

    @classmethod
    def by(cls, press: Press) -> Opened:
        place = press.place
        return cls(press.value, place.channel, place.thread, None if press.private else press.target.id, press.handle)

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> Opened:
        return cls(**json.loads(metadata))


def words_of(body: Json) -> tuple[str, str]:
    """A slash command's first word and the rest of its line."""
    first, *rest = str(body.get("text") or "").split(maxsplit=1) or [""]
    return first.casefold(), "".join(rest).strip()


def invocation(body: Json, me: Identity, now: int) -> Invocation:
    """A slash command: its first word names the command, the rest is the command's line."""
    command, line = words_of(body)
    community = me.community(body.get("team_id"), body.get("enterprise_id"))
    return Invocation(
        key=f"command:{_id(body)}",
        at=now,
        place=me.place(community, body["channel_id"]),
        member=me.member(community, body["user_id"], body.get("user_name") or ""),
        handle=body.get("response_url"),
        command=command,
        # Manifests ask for escaped text, so that mentions arrive with ids.
        line=plain(line, me.user),
    )


def press(body: Json, me: Identity, now: int) -> Press | None:
    """A button or a choice under a message; None where it is not one of the bot's own making."""
    container, action = body.get("container") or _container(body), body["actions"][0]
    if container.get("type") != "message":
        return None
    name, chosen = action["action_id"].partition("|")[0], action.get("selected_option")
    ts, community = container["message_ts"], _community(body, me)
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    place = me.place(community, container.get("channel_id") or body["channel"]["id"], ts, thread)
    return Press(
        key=f"press:{_id(body)}",
        at=milliseconds(action["action_ts"]) if action.get("action_ts") else now,
        place=place,
        member=_member(body, me, community),
        handle=body.get("response_url"),
        action=name,
        value=option_value(chosen["value"]) if chosen else action.get("value") or "",
        target=MessageRef(place, ts),
        private=bool(container.get("is_ephemeral")),
    )


def _container(body: Json) -> Json:
    """Where the pressed button stands, for a payload that tells it only by its message."""
    if "message" not in body:
        return {}
    return {"type": "message", "message_ts": body["message"]["ts"], "channel_id": body["channel"]["id"]}


def option_text(value: str) -> str:
    """An option's value as Slack takes it: it may not be empty."""
    return f"={value}" if not value or value.startswith("=") else value


def option_value(text: str) -> str:
    return text.removeprefix("=")


def act(body: Json, me: Identity, now: int) -> Act:
    """A message shortcut."""
    message, community = body["message"], _community(body, me)
    ts = body.get("message_ts") or message["ts"]
    place = me.place(community, body["channel"]["id"], ts, message.get("thread_ts"))
    return Act(
        key=f"act:{_id(body)}",
        at=milliseconds(body["action_ts"]) if body.get("action_ts") else now,
        place=place,
        member=_member(body, me, community),
        handle=body.get("response_url"),
        action=body["callback_id"],
        target=MessageRef(place, ts),
        text=plain(message.get("text") or "", me.user),
        author=_author(message, me, community),
    )


def submission(body: Json, me: Identity, now: int) -> Submission:
    """A modal that was sent off; it stands for the message whose button opened it."""
    view, community = body["view"], _community(body, me)
    opened = Opened.load(view["private_metadata"])
    place = me.place(community, opened.channel, opened.message or "", opened.thread)
    return Submission(
        key=f"submission:{view['id']}",
        at=now,
        place=place,
        member=_member(body, me, community),
        handle=opened.handle,
        form=view["callback_id"],
        value=opened.value,
        fields=_fields(view),
        target=MessageRef(place, opened.message) if opened.message else None,
    )


def _fields(view: Json) -> dict[str, str]:
    """Block id -> what was written; Slack sends null for an empty optional field."""
    return {
        name: next(iter(inputs.values())).get("value") or ""
        for name, inputs in view["state"]["values"].items()
        if inputs
    }


def _id(body: Json) -> str:
    """What tells this request from others; Slack always gives it, and no request comes twice."""
    return body.get("trigger_id") or uuid4().hex


def _community(body: Json, me: Identity) -> str:
    return me.community((body.get("team") or {}).get("id"), (body.get("enterprise") or {}).get("id"))


def _member(body: Json, me: Identity, community: str) -> Member:
    user = body["user"]
    return me.member(community, user["id"], user.get("name") or user.get("username") or "")


def _author(message: Json, me: Identity, community: str) -> Member:
    user = message.get("user") or message.get("bot_id") or ""
    return me.member(community, user, message.get("username") or "", is_bot=bool(message.get("bot_id")))
