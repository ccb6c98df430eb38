"""From Slack's events to the neutral ones; pure functions over payloads (docs: "Events API")."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from hashlib import blake2s

from adapters.slack.identity import Identity, Json
from adapters.slack.plain import mentions, mentions_others, plain
from bot.events import AnyEvent, Deleted, Edited, Member, Message, MessageRef, Reaction

_SPOKEN = frozenset({"", "bot_message", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that somebody wrote; the others tell of joins, topics, pins."""
_LONGEST_WAY = 2 * 86_400_000
"""Milliseconds."""
_SAME_EMOJI = {"+1": "thumbsup", "-1": "thumbsdown"}


def milliseconds(ts: str) -> int:
    """A Slack time stamp (``1712345678.000200``, also a message's id) as milliseconds."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1000 + int(f"{fraction}000"[:3])


def time_stamp(at: int) -> str:
    """Milliseconds as Slack writes them, for ``oldest``."""
    return f"{at // 1000}.{at % 1000:03d}000"


def emoji_name(name: str) -> str:
    """One name for each emoji, without the skin tone."""
    bare = name.partition("::")[0]
    return _SAME_EMOJI.get(bare, bare)


def heard(body: Json, me: Identity, now: int | None = None) -> AnyEvent | None:
    """The neutral event of an Events API payload; None where it is not about what somebody said or felt.

    What came just ``now`` is new: Slack tries again for a day at most. Where it says otherwise it is no time stamp of
    Slack's, or one of the clocks is wrong; else no answer would be useful.
    """
    event = _heard(body, me)
    return replace(event, at=now) if event and now and abs(now - event.at) > _LONGEST_WAY else event


def _heard(body: Json, me: Identity) -> AnyEvent | None:
    scene = Scene(me, me.community(body.get("team_id"), body.get("enterprise_id")))
    event = body["event"]
    match event.get("type"):
        case "message":
            return scene.message_event(_dated(body), _key(body))
        case "app_mention":
            return scene.said(event, event["channel"])
        case "reaction_added" | "reaction_removed" if event["item"]["type"] == "message":
            return scene.reaction(_dated(body), _key(body))
    return None


def _dated(body: Json) -> Json:
    """The event with its time. Slack gives each one its own; other servers perhaps only the envelope's, or none."""
    event: Json = body["event"]
    return {"event_ts": str(event.get("ts") or body.get("event_time") or int(time.time()))} | event


def _key(body: Json) -> str:
    """Slack sends an event again under the same id; without an id, what it says and when tells it from others."""
    if id := body.get("event_id"):
        return f"event:{id}"
    told = json.dumps(_dated(body), sort_keys=True)
    return f"event:{blake2s(told.encode(), digest_size=12).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Scene:
    """The workspace something happens in, seen by the bot."""

    me: Identity
    community: str

    def message_event(self, event: Json, key: str) -> AnyEvent | None:
        match event.get("subtype"):
            case "message_changed":
                return self._changed(event, key)
            case "message_deleted":
                return self._deleted(event, event["deleted_ts"], key)
        return self.said(event, event["channel"])

    def said(self, message: Json, channel: str) -> Message | None:
        """A message, from an event or from the channel's history; None if it is the bot's or nobody's.

        Slack tells a mention of the bot twice, under two event ids, or only as app_mention: the key is the message's.
        """
        if (message.get("subtype") or "") not in _SPOKEN or self._own(message):
            return None
        ts, text = message["ts"], message.get("text") or ""
        place = self.me.place(self.community, channel, ts, message.get("thread_ts"))
        answered = place.thread is not None and message.get("parent_user_id") == self.me.user
        return Message(
            key=f"message:{channel}:{ts}",
            at=milliseconds(ts),
            place=place,
            member=self._author(message),
            locale=message.get("locale"),
            id=ts,
            text=plain(text, self.me.user),
            addressed=place.direct or answered or mentions(text, self.me.user),
            to_others=mentions_others(text, self.me.user),
        )

    def _changed(self, event: Json, key: str) -> AnyEvent | None:
        now, before = event["message"], event.get("previous_message") or {}
        if now.get("subtype") == "tombstone":
            # A deleted message with replies keeps its place in the channel, so it comes as a change.
            return self._deleted(event, now["ts"], key)
        if (now.get("subtype") or "") not in _SPOKEN or self._own(now) or now.get("text") == before.get("text"):
            return None
        return Edited(
            key=key,
            at=milliseconds(event["event_ts"]),
            place=self.me.place(self.community, event["channel"], now["ts"], now.get("thread_ts")),
            member=self._author(now),
            id=now["ts"],
            text=plain(now.get("text") or "", self.me.user),
        )

    def _deleted(self, event: Json, ts: str, key: str) -> Deleted:
        before = event.get("previous_message") or {}
        return Deleted(
            key=key,
            at=milliseconds(event["event_ts"]),
            place=self.me.place(self.community, event["channel"], ts, before.get("thread_ts")),
            member=self._author(before) if before else Member("", ""),
            id=ts,
        )

    def reaction(self, event: Json, key: str) -> Reaction | None:
        if event.get("user") == self.me.user:
            return None
        # Slack does not say whether the message stands in a thread; its id is unique in the channel.
        place = self.me.place(self.community, event["item"]["channel"])
        return Reaction(
            key=key,
            at=milliseconds(event["event_ts"]),
            place=place,
            member=self.me.member(self.community, event["user"]),
            target=MessageRef(place, event["item"]["ts"]),
            emoji=emoji_name(event["reaction"]),
            added=event["type"] == "reaction_added",
        )

    def _own(self, message: Json) -> bool:
        return message.get("user") == self.me.user or message.get("bot_id", "") == self.me.bot != ""

    def _author(self, message: Json) -> Member:
        """Who wrote it; an integration without a user goes by its bot id."""
        profile = message.get("user_profile") or message.get("bot_profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or profile.get("name") or message.get("username")
        user = message.get("user") or message.get("bot_id") or ""
        is_bot = bool(message.get("bot_id")) or message.get("subtype") == "bot_message" or user == "USLACKBOT"
        return self.me.member(self.community, user, name or "", is_bot=is_bot)
