"""Posts in channels and threads: made once, found again, edited."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence

from adapters.discord import outbound
from adapters.discord.directory import Directory, Payload, standing_in, thread_place
from adapters.discord.failures import (
    MISSING_PERMISSIONS,
    NO_HISTORY_FOR_REPLY,
    THREAD_EXISTS,
    UNKNOWN_MESSAGE,
    code_of,
)
from adapters.discord.inbound import written_at
from adapters.discord.rest import Rest
from adapters.discord.snowflakes import EPOCH
from bot.errors import Refused
from bot.events import MessageRef, Place
from bot.replies import Post, Sent

LOOK_BACK = 12 * 60 * 60 * 1000
"""Milliseconds a post that answers nothing is looked for: less than a day, as a daily prompt may repeat its words."""
PAGE = 100
EMBEDS_ASKED_AGAIN = 600.0
"""Seconds until a channel that refused embeds is offered one again."""
A_DAY = 1440

Put = Callable[[Sequence[Payload]], Awaitable[str | None]]
"""Shows the parts of a reply; gives the id of the last one."""


class Posting:
    """Shows posts with the bot's own token."""

    def __init__(self, rest: Rest, own: Directory) -> None:
        self._rest = rest
        self._own = own
        self._plain_until: dict[str, float] = {}

    async def post(self, post: Post, tr: outbound.Translate, *, again: bool) -> Sent:
        """A new message, or several; the reference is that of the last one, which has the buttons."""
        if post.target.edits:
            return await self._edit(post, tr)
        place, reply_to = await self._where(post)
        channel = standing_in(place)
        shown = await self._said(channel, post) if again else []

        async def put(parts: Sequence[Payload]) -> str | None:
            return await self._put(channel, post.key, parts, reply_to, shown)

        return _sent(post, place, await self.show(post, tr, put))

    async def _edit(self, post: Post, tr: outbound.Translate) -> Sent:
        place, message = post.target.place, str(post.target.edits)
        channel = standing_in(place)

        async def put(parts: Sequence[Payload]) -> str | None:
            await self._change(channel, message, parts[0])
            # A message cannot become two: what does not fit follows it.
            return await self._put(channel, post.key, parts[1:], None, [], first=1) or message

        return _sent(post, place, await self.show(post, tr, put))

    async def _change(self, channel: str, message: str, part: Payload) -> None:
        path = "/channels/{channel_id}/messages/{message_id}"
        doing = f"edit message {message} in channel {channel}"
        await self._rest("PATCH", path, doing, body=part, channel_id=channel, message_id=message)

    async def show(self, post: Post, tr: outbound.Translate, put: Put) -> str | None:
        """Put the reply's parts; the same as plain content where the bot may not embed."""
        channel = standing_in(post.target.place)
        plain = outbound.parts(post.reply, tr, embeds=False)
        if self._plain_until.get(channel, 0) > time.monotonic():
            return await put(plain)
        rich = outbound.parts(post.reply, tr)
        try:
            return await put(rich)
        except Refused as error:
            if code_of(error) != MISSING_PERMISSIONS or not rich[0]["embeds"]:
                raise
        sent = await put(plain)
        self._plain_until[channel] = time.monotonic() + EMBEDS_ASKED_AGAIN
        return sent

    async def _where(self, post: Post) -> tuple[Place, str | None]:
        """The place to post in and the message to answer there; opens the thread that is wanted, if it can be."""
        target = post.target
        place = target.place
        if not target.start_thread or not target.reply_to or place.thread or place.direct:
            return place, target.reply_to
        try:
            thread = await self._open_thread(place.channel, target.reply_to, target.asked)
        except Refused as error:
            if code_of(error) == UNKNOWN_MESSAGE:
                raise
            if code_of(error) != THREAD_EXISTS:
                return place, target.reply_to
            # A thread has the id of the message it was opened under.
            thread = target.reply_to
        self._own.channel({"id": thread, "type": 11, "parent_id": place.channel, "guild_id": place.community})
        return thread_place(thread, place.community, place.channel), None

    async def _open_thread(self, channel: str, message: str, asked: str) -> str:
        opened = await self._rest(
            "POST",
            "/channels/{channel_id}/messages/{message_id}/threads",
            f"open a thread under message {message} in channel {channel}",
            body={"name": outbound.thread_name(asked), "auto_archive_duration": A_DAY},
            channel_id=channel,
            message_id=message,
        )
        return str(opened["id"])

    async def _put(
        self,
        channel: str,
        key: str,
        parts: Sequence[Payload],
        reply_to: str | None,
        shown: list[Payload],
        *,
        first: int = 0,
    ) -> str | None:
        """Post the parts that are not shown yet; the id of the last one."""
        last: str | None = None
        for number, part in enumerate(parts, start=first):
            body = part | {"nonce": outbound.nonce(key, number), "enforce_nonce": True}
            answers = reply_to if number == 0 else None
            found = take(shown, body, answers)
            last = found["id"] if found else await self._say(channel, body, answers)
        return last

    async def _say(self, channel: str, body: Payload, reply_to: str | None) -> str:
        reference = {"message_reference": {"message_id": reply_to, "fail_if_not_exists": False}} if reply_to else {}
        try:
            made = await self._create(channel, body | reference)
        except Refused as error:
            if code_of(error) != NO_HISTORY_FOR_REPLY or not reference:
                raise
            made = await self._create(channel, body)
        return str(made["id"])

    async def _create(self, channel: str, body: Payload) -> Payload:
        doing = f"post in channel {channel}"
        path = "/channels/{channel_id}/messages"
        made: Payload = await self._rest("POST", path, doing, body=body, channel_id=channel)
        return made

    async def _said(self, channel: str, post: Post) -> list[Payload]:
        """The bot's own messages among which an earlier try would be."""
        try:
            return await self.own_since(channel, post.target.reply_to)
        except Refused:
            return []  # without the permission to read history there is still the nonce, for some minutes

    async def own_since(self, channel: str, event: str | None) -> list[Payload]:
        """The bot's messages after the one of id ``event``, else of the last hours; at most 100 are looked at."""
        query = {"limit": PAGE} | ({"after": event} if event else {})
        path = "/channels/{channel_id}/messages"
        read = await self._rest("GET", path, f"read channel {channel}", channel_id=channel, **query)
        oldest = EPOCH if event else time.time() * 1000 - LOOK_BACK
        own = [each for each in read if (each.get("author") or {}).get("id") == self._own.user]
        return [each for each in own if written_at(each) >= oldest]


def _sent(post: Post, place: Place, message: str | None) -> Sent:
    return Sent(post.key, MessageRef(place, message) if message else None)


def take(shown: list[Payload], body: Payload, reply_to: str | None) -> Payload | None:
    """The message that already shows this part, taken out of ``shown``."""
    for message in shown:
        answered = (message.get("message_reference") or {}).get("message_id")
        # A reply loses its reference when the message it answers is deleted.
        same = outbound.looks(message) == outbound.looks(body) and answered in (reply_to, None)
        if same or (body.get("nonce") and message.get("nonce") == body["nonce"]):
            shown.remove(message)
            return message
    return None
