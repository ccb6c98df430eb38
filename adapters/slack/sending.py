"""Posts on their way to Slack: public ones once, private ones through the interaction they answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from adapters.slack.calls import Calls
from adapters.slack.identity import Identity, Json, user_id
from adapters.slack.inbound import time_stamp
from adapters.slack.outbound import Part, parts
from adapters.slack.pace import Pace
from bot.errors import Gone, Refused, Unreachable
from bot.events import MessageRef, Place
from bot.replies import Post, Sent, Target

EVENT_TYPE = "regulars_post"
_QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
_LOOK_BACK_MS = 24 * 3600_000
"""How far to look for an earlier try where the post answers no message: longer than any post stays useful."""
_MOST_PAGES = 20

Translate = Callable[[str, str], str]
"""(language, English text) -> that language's text."""


class Sending:
    """Shows posts. ``tr`` translates the few words that stand around a reply."""

    def __init__(self, calls: Calls, me: Callable[[], Identity], tr: Translate, now: Callable[[], int]) -> None:
        self._calls, self._me, self._tr, self._now = calls, me, tr, now
        self._pace = Pace()

    def render(self, post: Post) -> list[Part]:
        return parts(post.reply, lambda text: self._tr(post.language, text))

    async def send(self, post: Post, *, again: bool) -> Sent:
        """Show the post; raises as ``Adapter.send`` does."""
        target, made = post.target, self.render(post)
        if target.edits and not target.edits_private:
            return await self._edit(post, target.edits, made, again=again)
        # A direct channel without an interaction is the bot's own with that member; others can be between two people.
        if target.edits_private or (target.private_to and (target.handle or not target.place.direct)):
            await self._whisper(target, made)
            return Sent(post.key)
        return await self._say_in_public(post, made, again=again)

    # -- public ------------------------------------------------------------------------------------------------------

    async def _say_in_public(self, post: Post, made: list[Part], *, again: bool) -> Sent:
        thread = _thread(post.target)
        there = await self._standing(post, made, thread) if again else {}
        try:
            await self._post_missing(post, made, there, thread)
        except Refused:
            if there or not post.target.handle:
                raise
            # Where the bot is no member a command can still be answered: through its own address.
            await self._respond(post.target.handle, made, {"response_type": "in_channel"})
            return Sent(post.key)
        return Sent(post.key, MessageRef(_place(post.target.place, thread), there[0]) if there[0] else None)

    async def _post_missing(
        self, post: Post, made: list[Part], there: dict[int, str], thread: str | None, first: int = 0
    ) -> None:
        """Post the parts that are not ``there`` yet, and add them to it."""
        for number, part in enumerate(made, first):
            with _begun(bool(there)):
                if number not in there:
                    there[number] = await self._post(post, part, number, thread)

    async def _post(self, post: Post, part: Part, number: int, thread: str | None) -> str:
        channel = post.target.place.channel
        await self._pace.wait(channel)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": post.key, "part": number}}
        call = self._calls.web.chat_postMessage(
            channel=channel, text=part.text, blocks=part.blocks, thread_ts=thread, metadata=metadata, **_QUIET
        )
        return str((await self._calls("chat.postMessage", call)).get("ts") or "")

    async def _edit(self, post: Post, ts: str, made: list[Part], *, again: bool) -> Sent:
        """Put the post in an older one's place; what does not fit there follows in its thread."""
        first, *more = made
        channel = post.target.place.channel
        await self._pace.wait(channel)
        call = self._calls.web.chat_update(
            channel=channel, ts=ts, text=first.text, blocks=first.blocks, parse="none", link_names=False
        )
        await self._calls("chat.update", call)
        if more:
            thread = post.target.place.thread or ts
            there = await self._standing(post, made, thread) if again else {}
            await self._post_missing(post, more, there, thread, first=1)
        return Sent(post.key, MessageRef(post.target.place, ts))

    async def _standing(self, post: Post, made: list[Part], thread: str | None) -> dict[int, str]:
        """The parts of the post that an earlier try has left in the channel: number -> message id."""
        found: dict[int, str] = {}
        async for message in self._own(post.target, thread):
            if message.get("metadata"):
                number = _part_by_key(message["metadata"], post.key)
            else:
                # Slack keeps metadata to itself without the scope metadata.message:read, and other servers keep none.
                # What answers a message is known by its words too; what answers none may repeat older words.
                number = _part_by_words(message, made) if post.target.reply_to else None
            if number is not None:
                found.setdefault(number, message["ts"])
        return found

    async def _own(self, target: Target, thread: str | None) -> AsyncIterator[Json]:
        """What the bot has posted since the event, the newest page of the channel first."""
        oldest = target.reply_to or time_stamp(self._now() - _LOOK_BACK_MS)
        asked: dict[str, Any] = {
            "channel": target.place.channel,
            "oldest": oldest,
            "include_all_metadata": True,
            "limit": 200,
        }
        for _ in range(_MOST_PAGES):
            if thread:
                page = await self._calls.read("conversations.replies", ts=thread, **asked)
            else:
                page = await self._calls.read("conversations.history", **asked)
            for message in page.get("messages") or ():
                if message.get("user") == self._me().user:
                    yield message
            before, asked["cursor"] = asked.get("cursor"), (page.get("response_metadata") or {}).get("next_cursor")
            if asked["cursor"] in {"", None, before}:
                return

    # -- private -----------------------------------------------------------------------------------------------------

    async def _whisper(self, target: Target, made: list[Part]) -> None:
        """Show it to one member; Slack keeps no such message, so it can be neither found nor repeated."""
        if target.handle:
            thread = {"thread_ts": target.place.thread} if target.place.thread else {}
            await self._respond(
                target.handle, made, {"response_type": "ephemeral", **thread}, replace=target.edits_private
            )
        elif target.edits_private or not target.private_to:
            raise Gone("A private message can only be changed through the interaction it answers")
        else:
            await self._post_private(target, user_id(target.private_to), made)

    async def _post_private(self, target: Target, user: str, made: list[Part]) -> None:
        for number, part in enumerate(made):
            await self._pace.wait(target.place.channel)
            call = self._calls.web.chat_postEphemeral(
                channel=target.place.channel,
                user=user,
                text=part.text,
                blocks=part.blocks,
                thread_ts=target.place.thread,
                parse="none",
                link_names=False,
            )
            with _begun(number > 0):
                await self._calls("chat.postEphemeral", call)

    async def _respond(self, handle: str, made: list[Part], kind: Json, *, replace: bool = False) -> None:
        for number, part in enumerate(made):
            body = {**kind, **shown(part), "replace_original": replace and number == 0}
            with _begun(number > 0):
                await self._calls.respond(handle, body)


@contextmanager
def _begun(begun: bool) -> Iterator[None]:
    """Once a part stands, a failure of the next must not start the post anew."""
    try:
        yield
    except Unreachable as error:
        raise Unreachable(str(error), retry_after=error.retry_after, perhaps_done=begun or error.perhaps_done) from None


def _part_by_key(metadata: Json, key: str) -> int | None:
    payload = metadata.get("event_payload") or {}
    ours = metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key
    return int(payload["part"]) if ours else None


def _part_by_words(message: Json, made: list[Part]) -> int | None:
    words = str(message.get("text") or "").split()
    return next((number for number, part in enumerate(made) if part.text.split() == words), None)


def shown(part: Part) -> Json:
    """A part as the body of a response URL or of an acknowledgement."""
    return {"text": part.text, "blocks": part.blocks, "unfurl_links": False, "unfurl_media": False, "parse": "none"}


def _thread(target: Target) -> str | None:
    """Slack's only visible answer is one in the message's thread; alone with one member the channel does as well."""
    if target.place.thread:
        return target.place.thread
    return target.reply_to if target.start_thread or not target.place.direct else None


def _place(place: Place, thread: str | None) -> Place:
    return Place(place.platform, place.community, place.channel, thread, place.direct)
