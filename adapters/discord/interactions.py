"""Interactions: each one gets its first answer within three seconds, and whatever is said later finds its place.

A post may come at once, late, or never; in a second process after a restart; or twice, when nobody knows whether the
first try arrived. So what Discord shows at present is remembered, and asked for where it is not known.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence

from adapters.discord import outbound
from adapters.discord.asking import EPHEMERAL
from adapters.discord.directory import Payload
from adapters.discord.failures import ACKNOWLEDGED, code_of
from adapters.discord.handles import FIRST_ANSWER, LIFETIME, Asked, Handle
from adapters.discord.pending import Asking, State, state_of
from adapters.discord.rest import Interactive
from adapters.discord.tasks import Tasks
from bot.errors import Gone, PlatformError, Refused, Unreachable
from bot.replies import Post

DEFER_AFTER = 1.5
"""Seconds without an answer after which Discord is told that one is coming."""
PLACEHOLDER = 20.0
"""Seconds "is thinking…" is shown at most; an answer after that is a message of its own."""
SOON = 1.0
"""Seconds a private word may still follow what was posted elsewhere."""
MESSAGE, THINKING, QUIET, UPDATE = 4, 5, 6, 7
"""Callback types: a message, "is thinking…", nothing to see yet, another content for the pressed message."""
LookBack = Callable[[str], Awaitable[list[Payload]]]
"""The bot's own messages in the interaction's channel, after the one of that id."""


def is_private(post: Post) -> bool:
    """Whether one member alone may see it."""
    return post.reply.private or post.target.edits_private or post.target.private_to is not None


class Interactions:
    """Answers to what somebody asked by a command, a component or a form."""

    def __init__(self, calls: Interactive, tasks: Tasks) -> None:
        self._calls = calls
        self._tasks = tasks
        self._asked: dict[str, Asking] = {}

    def begin(self, handle: Handle) -> bool:
        """Watch over a new interaction; False where it is watched already (Discord may deliver twice)."""
        self._forget_old()
        if handle.id in self._asked:
            return False
        asking = self._asked[handle.id] = Asking(handle, State.UNANSWERED)
        self._tasks.start(self._mind(asking))
        return True

    def _forget_old(self) -> None:
        now = _now()
        for id in [id for id, asking in self._asked.items() if asking.handle.age(now) > LIFETIME]:
            del self._asked[id]

    def elsewhere(self, handle: Handle) -> None:
        """What was asked for stands in the channel; nothing more need come."""
        if asking := self._asked.get(handle.id):
            asking.elsewhere.set()

    async def tell(self, handle: Handle, text: str) -> None:
        """Say something of the adapter's own to the person who asked, in private."""
        asking = self._asked.get(handle.id) or Asking(handle)
        body = {"content": text, "allowed_mentions": outbound.NO_MENTIONS}
        async with asking.lock:
            await self._show(asking, body, private=True)

    async def updates(self, handle: Handle) -> bool:
        """Whether the pressed message can still be replaced by answering its interaction."""
        asking = self._asked.setdefault(handle.id, Asking(handle, restored=True))
        async with asking.lock:
            try:
                await self._settle(asking)
            except Gone:
                return False
            return asking.state in (State.UNANSWERED, State.QUIET)

    async def answer(self, post: Post, parts: Sequence[Payload], look_back: LookBack, *, again: bool) -> str | None:
        """Show the parts of a post; gives the last message's id. Raises ``Gone`` where the time for that is over."""
        handle = Handle.read(str(post.target.handle))
        asking = self._asked.setdefault(handle.id, Asking(handle, restored=True))
        private = is_private(post)
        async with asking.lock:
            shown = await self._shown(asking, private, look_back) if again else []
            last: str | None = None
            for number, part in enumerate(parts):
                found = _taken(shown, part)
                replaces = number == 0 and post.reply.where == "replace"
                if again and private and not found:
                    self._refuse_doubt(asking, post.key, replaces)
                made = found or await self._show(asking, part, private=private, replaces=replaces, key=post.key)
                last = made.get("id") if made else None
            return None if private else last

    async def _shown(self, asking: Asking, private: bool, look_back: LookBack) -> list[Payload]:
        """What an earlier try may have shown."""
        await self._settle(asking)
        if asking.state in (State.UNANSWERED, State.THINKING):
            return []
        if not private:
            return await look_back(asking.handle.id)
        return [await self._calls.original(asking.handle)] if asking.state is State.ANSWERED else []

    def _refuse_doubt(self, asking: Asking, key: str, replaces: bool) -> None:
        """A further private message cannot be seen by the bot: rather none than two."""
        follows = asking.state in (State.QUIET, State.ANSWERED) and not replaces
        if follows and (asking.restored or key in asking.unsure):
            raise Gone("This private answer may have been shown already, and Discord does not let the bot look")

    async def _show(
        self, asking: Asking, part: Payload, *, private: bool, replaces: bool = False, key: str = ""
    ) -> Payload | None:
        await self._settle(asking)
        if asking.state is State.UNANSWERED:
            try:
                body = part if replaces else _flagged(part, private)
                return await self._first(asking, UPDATE if replaces else MESSAGE, body, State.ANSWERED)
            except Refused as error:
                if code_of(error) != ACKNOWLEDGED:
                    raise
            await self._settle(asking)
        if asking.state is State.QUIET and replaces:
            return await self._calls.edit_original(asking.handle, part)
        if asking.state is State.THINKING:
            if private == asking.handle.private and (made := await self._fill(asking, part)):
                return made
            # A placeholder decides who sees what takes its place, so it must go first.
            await self._clear(asking)
        return await self._follow_up(asking, _flagged(part, private), key)

    async def _fill(self, asking: Asking, part: Payload) -> Payload | None:
        """Put the answer in the place of "is thinking…"; None where somebody dismissed that."""
        try:
            made = await self._calls.edit_original(asking.handle, part)
        except Gone:
            return None
        asking.state = State.ANSWERED
        return made

    async def _first(self, asking: Asking, type: int, data: Payload | None, then: State) -> Payload | None:
        """The first answer. Where none came back, or there was one already, Discord has to be asked what it shows."""
        asking.state = State.UNKNOWN
        try:
            made = await self._calls.respond(asking.handle, type, data)
        except PlatformError as error:
            if not _perhaps_done(error):
                asking.state = State.UNANSWERED
            raise
        asking.state = then
        return made

    async def _follow_up(self, asking: Asking, body: Payload, key: str) -> Payload:
        try:
            return await self._calls.follow_up(asking.handle, body)
        except PlatformError as error:
            if _perhaps_done(error):
                asking.unsure.add(key)
            raise

    async def _settle(self, asking: Asking) -> None:
        """Find out what Discord shows for an interaction that another process, or a lost answer, left behind."""
        if asking.handle.age(_now()) > LIFETIME:
            raise Gone("Discord takes answers to an interaction for 15 minutes; this one came later")
        if asking.state is not State.UNKNOWN:
            return
        try:
            original = await self._calls.original(asking.handle)
        except Gone:
            if asking.handle.age(_now()) > FIRST_ANSWER:
                raise Gone("Nobody answered this interaction within 3 seconds, so Discord closed it") from None
            asking.state = State.UNANSWERED
            return
        asking.state = state_of(asking.handle, original)

    async def _mind(self, asking: Asking) -> None:
        """Tell Discord in time that an answer is coming, and take that back where none comes."""
        await asyncio.sleep(DEFER_AFTER)
        async with asking.lock:
            await self._defer(asking)
        try:
            await asyncio.wait_for(asking.elsewhere.wait(), PLACEHOLDER)
            await asyncio.sleep(SOON)
        except TimeoutError:
            pass
        async with asking.lock:
            if asking.state is State.THINKING:
                with contextlib.suppress(Unreachable):  # Discord ends it after 15 minutes
                    await self._clear(asking)

    async def _defer(self, asking: Asking) -> None:
        if asking.state not in (State.UNANSWERED, State.UNKNOWN):
            return
        handle = asking.handle
        quiet = handle.asked is Asked.COMPONENT or (handle.asked is Asked.FORM and handle.message)
        try:
            if quiet:
                await self._first(asking, QUIET, None, State.QUIET)
            else:
                flags = {"flags": EPHEMERAL} if handle.private else {}
                await self._first(asking, THINKING, flags, State.THINKING)
        except PlatformError:
            return  # answered in the meantime, or void: whoever answers finds out

    async def _clear(self, asking: Asking) -> None:
        with contextlib.suppress(Refused):  # perhaps somebody dismissed it
            await self._calls.delete_original(asking.handle)
        asking.state = State.ANSWERED


def _flagged(part: Payload, private: bool) -> Payload:
    return part | {"flags": EPHEMERAL} if private else part


def _taken(shown: list[Payload], part: Payload) -> Payload | None:
    for message in shown:
        if outbound.looks(message) == outbound.looks(part):
            shown.remove(message)
            return message
    return None


def _perhaps_done(error: PlatformError) -> bool:
    if isinstance(error, Unreachable):
        return error.perhaps_done
    return isinstance(error, Gone) or code_of(error) == ACKNOWLEDGED


def _now() -> int:
    return int(time.time() * 1000)
