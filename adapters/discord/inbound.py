"""From Discord's payloads to events: pure functions, one for each kind (Discord's docs, Gateway Events).

They read the raw JSON, and only the keys they need: a payload that lacks another one is no reason to stop listening.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from adapters.discord.directory import PLATFORM, Directory, Payload
from adapters.discord.emoji import name as emoji_name
from adapters.discord.snowflakes import made_at
from bot.events import Deleted, Edited, Event, Member, Message, MessageRef, Place, Reaction, Reactions

E = TypeVar("E", bound=Event)
LONGEST_WAY = 600_000
"""Milliseconds: an event that is older was not made when its id says."""
WRITTEN = {0, 19}
"""The message types people write: plain ones and replies. The others are notices (joins, pins, boosts, threads)."""
NOBODY = Member("", "")


def member_id(user: str) -> str:
    return f"{PLATFORM}:{user}"


def user_id(member: str) -> str:
    """The id Discord knows a member by."""
    return member.removeprefix(f"{PLATFORM}:")


def member(user: Payload, details: Payload | None = None) -> Member:
    """``details`` is what one server knows of the user, where the payload has it."""
    details = details or {}
    shown = details.get("nick") or user.get("global_name") or user.get("username") or ""
    return Member(member_id(user["id"]), shown, bool(user.get("bot")), tuple(details.get("roles") or ()))


def message(data: Payload, place: Place, own: Directory) -> Message | None:
    """MESSAGE_CREATE, or one message of a channel's history; None for the bot's own and for notices."""
    author = data.get("author")
    if not author or author["id"] == own.user or (data.get("type") or 0) not in WRITTEN:
        return None
    text, mentioned = _without_mention(data.get("content") or "", own)
    return Message(
        key=f"message:{data['id']}",
        at=written_at(data),
        place=place,
        member=_author(data),
        id=data["id"],
        text=_with_title(text, data["id"], own),
        addressed=place.direct or mentioned or _means(data, own),
        to_others=any(user.get("id") != own.user for user in data.get("mentions") or ()),
        reply_to=_answered(data),
    )


def _with_title(text: str, id: str, own: Directory) -> str:
    """A forum post's first message has the post's id; its title is mostly the question, unless the text asks one."""
    title = own.titles.get(id)
    if title is None or "?" in text:
        return text
    return title if "?" in title else f"{title}\n{text}".strip()


def written_at(data: Payload) -> int:
    """When a message was written: by its id, or by what it says of itself; else just now."""
    told = data.get("timestamp")
    return made_at(data["id"], _milliseconds(told) if told else int(time.time() * 1000))


def live(event: E | None, now: int) -> E | None:
    """An event as it came over the gateway, which is new: Discord replays some minutes at most.

    Where its id says otherwise it is no id of Discord's, or one of the clocks is wrong; else no answer would be useful.
    """
    return replace(event, at=now) if event and abs(now - event.at) > LONGEST_WAY else event


def _author(data: Payload) -> Member:
    author = member(data["author"], data.get("member"))
    return Member(author.id, author.name, author.is_bot or bool(data.get("webhook_id")), author.roles)


def _without_mention(content: str, own: Directory) -> tuple[str, bool]:
    """The text without the mention of the bot, and whether there was one."""
    if "<@" not in content:
        return content, False
    names = [f"!?{own.user}", *(f"&{role}" for role in sorted(own.roles))]
    text, found = re.subn(rf"[ \t]*<@(?:{'|'.join(names)})>[ \t]*", " ", content)
    return (text.strip(), True) if found else (content, False)


def _means(data: Payload, own: Directory) -> bool:
    """Is it meant for the bot by what surrounds the text: a reply to it, or a mention Discord resolved?"""
    answered = data.get("referenced_message") or {}
    if (answered.get("author") or {}).get("id") == own.user:
        return True
    if any(user.get("id") == own.user for user in data.get("mentions") or ()):
        return True
    return not own.roles.isdisjoint(data.get("mention_roles") or ())


def _answered(data: Payload) -> str | None:
    """Id of the message this one replies to; a forwarded message (type 1) answers none."""
    reference = data.get("message_reference") or {}
    return reference.get("message_id") if (reference.get("type") or 0) == 0 else None


def edited(data: Payload, place: Place, own: Directory) -> Edited | None:
    """MESSAGE_UPDATE; None for what is no edit of a text: an unfurled link, a pin, the bot's own message."""
    author, stamp, content = data.get("author"), data.get("edited_timestamp"), data.get("content")
    if not author or not stamp or content is None or (data.get("type") or 0) not in WRITTEN:
        return None
    if author["id"] == own.user or not (content or own.sees_text or place.direct):
        return None
    at = _milliseconds(stamp)
    text, _ = _without_mention(content, own)
    # A link unfurled after an edit repeats the edit's time, and so the key.
    return Edited(key=f"edited:{data['id']}:{at}", at=at, place=place, member=_author(data), id=data["id"], text=text)


def _milliseconds(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp).timestamp() * 1000)


def deleted(id: str, place: Place, now: int) -> Deleted:
    """MESSAGE_DELETE, and each message of MESSAGE_DELETE_BULK. Discord does not say whose it was."""
    return Deleted(key=f"deleted:{id}", at=now, place=place, member=NOBODY, id=id)


def reaction(data: Payload, place: Place, *, added: bool, delivery: str, now: int) -> Reaction:
    """MESSAGE_REACTION_ADD and MESSAGE_REACTION_REMOVE.

    Discord gives reactions neither an id nor a time, and the same one may be put on again. So ``delivery`` (session and
    number of the gateway's event, the same when it is replayed) tells two of them apart.
    """
    details = data.get("member") or {}
    user = details.get("user") or {"id": data["user_id"]}
    emoji = emoji_name(data["emoji"])
    return Reaction(
        key=f"reaction:{data['message_id']}:{data['user_id']}:{emoji}:{'+' if added else '-'}:{delivery}",
        at=now,
        place=place,
        member=member(user, details),
        target=MessageRef(place, data["message_id"]),
        emoji=emoji,
        added=added,
    )


def reactions(target: MessageRef, left: dict[str, list[Payload]], own: Directory, now: int) -> Reactions:
    """All reactions of one message: emoji name -> the users who left it; the bot's own do not count."""
    pairs = {(member_id(user["id"]), emoji) for emoji, users in left.items() for user in users}
    return Reactions(
        key=f"reactions:{target.id}:{now}",
        at=now,
        place=target.place,
        member=Member(member_id(own.user), "", is_bot=True),
        target=target,
        left=tuple(sorted(pair for pair in pairs if pair[0] != member_id(own.user))),
    )


def text_of(data: Payload) -> str:
    """What a message says, embeds included: a context menu may stand on any message."""
    embeds: list[dict[str, Any]] = data.get("embeds") or []
    parts = (data.get("content"), *(embed.get(key) for embed in embeds for key in ("title", "description")))
    return "\n".join(part for part in parts if part)
