"""The outbox: posts wait here from commit until they stand on their platform, once."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update

from bot.adapter import Adapter
from bot.errors import Refused, StorageError, Unreachable
from bot.events import Place
from bot.pipeline.lanes import Lanes
from bot.replies import Post, Target
from bot.storage import Change, Database, insert_new
from bot.storage.codec import message_ref, place_text, places, posts
from bot.storage.tables import outbox

log = logging.getLogger(__name__)

TRIES = 5
"""How often a post that fails for no known reason is tried."""
THREADS, WEEK_MS = 2000, 7 * 86_400_000
"""So many threads the bot remembers to have answered in, and for how long after its last answer."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds between tries: doubled each time, from the first to the longest."""


@dataclass(slots=True)
class Waiting:
    """A post that is not sent yet."""

    post: Post
    useful_until: int
    again: bool = False
    """An earlier try may have succeeded."""
    tries: int = 0
    end: dict[str, Any] | None = None
    """What became of it, once that is known."""


def lane_of(post: Post) -> str:
    """Posts to a channel keep their order; a private answer does not wait for them."""
    address = post.target.place.address
    return f"{address} {post.target.handle or post.target.private_to}" if post.target.private_to else address


def row_of(post: Post, useful_until: int, now: int, state: str = "queued") -> Change:
    """The statement that puts a post into the outbox. A post whose key is there already is not added again."""
    return insert_new(outbox).values(
        key=post.key,
        platform=post.target.place.platform,
        lane=lane_of(post),
        post=posts.dump_json(post).decode() if state == "queued" else None,
        state=state,
        tries=0,
        useful_until=useful_until,
        created=now,
        sent=now if state == "sent" else None,
    )


class Outbox:
    """Sends what is committed."""

    def __init__(
        self, database: Database, adapters: Mapping[str, Adapter], group: asyncio.TaskGroup, now: Callable[[], int]
    ) -> None:
        self._database = database
        self._adapters = adapters
        self._now = now
        self._lanes: Lanes[Waiting] = Lanes(self._deliver, group)
        self._threads: OrderedDict[Place, None] = OrderedDict()

    @property
    def depth(self) -> int:
        """Posts waiting or being sent."""
        return self._lanes.depth

    async def drained(self) -> None:
        await self._lanes.drained()

    def is_talking(self, thread: Place) -> bool:
        """Whether the bot has lately posted in that thread."""
        return thread in self._threads

    def _talks_in(self, thread: Place) -> None:
        self._threads[thread] = None
        self._threads.move_to_end(thread)
        if len(self._threads) > THREADS:
            self._threads.popitem(last=False)

    async def _recover_threads(self) -> None:
        latest = select(outbox.c.place).where(outbox.c.message.is_not(None), outbox.c.sent > self._now() - WEEK_MS)
        for row in reversed(await self._database.rows(latest.order_by(outbox.c.sent.desc()).limit(THREADS))):
            if (place := places.validate_json(row.place)).thread:
                self._talks_in(place)

    async def recover(self) -> int:
        """Take up what an earlier run left; gives how many. Each may stand already, so each is looked for first."""
        await self._database.writer.write(
            update(outbox)
            .where(outbox.c.state == "sending")
            .values(state="dead", post=None, error="perhaps sent before a restart; sending it again could double it")
        )
        await self._recover_threads()
        rows = await self._database.rows(select(outbox).where(outbox.c.state == "queued").order_by(outbox.c.id))
        for row in rows:
            try:
                post = posts.validate_json(row.post)
            except ValueError as error:
                log.error("Post %s of an earlier run cannot be read and is set aside: %s", row.key, error)
                await self._write(row.key, state="dead", post=None, error="it was stored in a form unknown here")
                continue
            self._lanes.put(row.lane, Waiting(post, row.useful_until, again=True, tries=row.tries))
        return len(rows)

    def put(self, committed: Sequence[tuple[Post, int]]) -> None:
        """Send these (post, useful until), whose rows are committed."""
        for post, useful_until in committed:
            self._lanes.put(lane_of(post), Waiting(post, useful_until))

    async def _deliver(self, waiting: Waiting) -> None:
        """Try until it stands, is refused, or is no longer useful."""
        while True:
            try:
                wait = None if waiting.end else await self._try(waiting)
                if waiting.end:
                    await self._write(waiting.post.key, **waiting.end)
            except StorageError as error:
                log.error("Post %s: %s", waiting.post.key, error)
                wait = LONGEST_WAIT
            if wait is None:
                return
            await asyncio.sleep(wait)

    async def _try(self, waiting: Waiting) -> float | None:
        """Seconds until the next try; None once ``waiting.end`` tells what became of the post."""
        adapter = self._adapters.get(waiting.post.target.place.platform)
        if self._now() > waiting.useful_until:
            waiting.end = _end("expired", "not sent in time")
        elif adapter is None:
            waiting.end = _end("dead", "its platform is not enabled any more")
        else:
            return await self._send(waiting, adapter)
        return None

    async def _send(self, waiting: Waiting, adapter: Adapter) -> float | None:
        post = await self._in_its_place(waiting.post) if waiting.post.target.replaces else waiting.post
        if once := bool(post.target.private_to) and not adapter.capabilities.private_repeatable:
            await self._write(post.key, state="sending")
        try:
            sent = await adapter.send(post, again=waiting.again)
        except Unreachable as error:
            if not (once and error.perhaps_done):
                if once:
                    await self._write(post.key, state="queued")
                return self._wait(waiting, error.retry_after, perhaps_done=error.perhaps_done)
            waiting.end = _end("dead", f"perhaps sent; trying again could double it: {error}")
        except Refused as error:
            log.warning("Post %s was refused: %s", post.key, error)
            waiting.end = _end("dead", str(error))
        except Exception as error:
            log.exception("Post %s could not be sent", post.key)
            if waiting.tries + 1 < TRIES and not once:
                return self._wait(waiting, None, perhaps_done=True)
            waiting.end = _end("dead", f"{type(error).__name__}: {error}")
        else:
            place, message = (place_text(sent.ref.place), sent.ref.id) if sent.ref else (None, None)
            waiting.end = {"state": "sent", "post": None, "sent": self._now(), "place": place, "message": message}
            if sent.ref and sent.ref.place.thread:
                self._talks_in(sent.ref.place)
        return None

    async def _in_its_place(self, post: Post) -> Post:
        """The post as an edit of the one it takes the place of; as it is, where that one does not stand."""
        query = select(outbox.c.place, outbox.c.message).where(outbox.c.key == post.target.replaces)
        rows = [row for row in await self._database.rows(query) if row.message]
        if not rows:
            return post
        stands = message_ref(rows[0].place, rows[0].message)
        return replace(post, target=Target(stands.place, edits=stands.id))

    @staticmethod
    def _wait(waiting: Waiting, retry_after: float | None, *, perhaps_done: bool) -> float:
        waiting.again |= perhaps_done
        waiting.tries += 1
        return retry_after if retry_after is not None else min(FIRST_WAIT * 2 ** (waiting.tries - 1), LONGEST_WAIT)

    async def _write(self, key: str, **values: Any) -> None:
        await self._database.writer.write(update(outbox).where(outbox.c.key == key).values(**values))


def _end(state: str, error: str) -> dict[str, Any]:
    return {"state": state, "post": None, "error": error}
