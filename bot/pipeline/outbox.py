"""The outbox: posts wait here from commit until they stand on their platform, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from bot.adapter import Adapter
from bot.errors import Refused, StorageError, Unreachable
from bot.pipeline.lanes import Lanes
from bot.replies import Post, Sent
from bot.storage import Change, Database, insert_new
from bot.storage.codec import place_text, posts
from bot.storage.tables import outbox

log = logging.getLogger(__name__)

TRIES = 5
"""How often a post that fails for no known reason is tried."""
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

    @property
    def depth(self) -> int:
        """Posts waiting or being sent."""
        return self._lanes.depth

    async def drained(self) -> None:
        await self._lanes.drained()

    async def recover(self) -> int:
        """Take up what an earlier run left; gives how many. Each may stand already, so each is looked for first."""
        await self._database.writer.write(
            update(outbox)
            .where(outbox.c.state == "sending")
            .values(state="dead", post=None, error="perhaps sent before a restart; sending it again could double it")
        )
        rows = await self._database.rows(select(outbox).where(outbox.c.state == "queued").order_by(outbox.c.id))
        for row in rows:
            post = posts.validate_json(row.post)
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
                wait = await self._try(waiting)
            except StorageError as error:
                # The post stands, or a claim failed before it: either way the next try looks before it posts.
                log.error("Post %s: %s", waiting.post.key, error)
                waiting.again, wait = True, LONGEST_WAIT
            if wait is None:
                return
            await asyncio.sleep(wait)

    async def _try(self, waiting: Waiting) -> float | None:
        """Seconds until the next try, None when there is nothing more to do."""
        post = waiting.post
        adapter = self._adapters.get(post.target.place.platform)
        if self._now() > waiting.useful_until:
            await self._end(post, state="expired", error="not sent in time")
            return None
        if adapter is None:
            await self._end(post, state="dead", error="its platform is not enabled any more")
            return None
        if once := bool(post.target.private_to) and not adapter.capabilities.private_repeatable:
            await self._claim(post)
        try:
            sent = await adapter.send(post, again=waiting.again)
        except Unreachable as error:
            if once and error.perhaps_done:
                await self._end(post, state="dead", error=f"perhaps sent; trying again could double it: {error}")
                return None
            return self._wait(waiting, error.retry_after, perhaps_done=error.perhaps_done)
        except Refused as error:
            log.warning("Post %s was refused: %s", post.key, error)
            await self._end(post, state="dead", error=str(error))
            return None
        except Exception as error:
            log.exception("Post %s could not be sent", post.key)
            if waiting.tries + 1 < TRIES:
                return self._wait(waiting, None, perhaps_done=True)
            await self._end(post, state="dead", error=f"{type(error).__name__}: {error}")
            return None
        await self._sent(sent)
        return None

    @staticmethod
    def _wait(waiting: Waiting, retry_after: float | None, *, perhaps_done: bool) -> float:
        waiting.again |= perhaps_done
        waiting.tries += 1
        return retry_after if retry_after is not None else min(FIRST_WAIT * 2 ** (waiting.tries - 1), LONGEST_WAIT)

    async def _claim(self, post: Post) -> None:
        await self._write(post.key, state="sending")

    async def _sent(self, sent: Sent) -> None:
        place = place_text(sent.ref.place) if sent.ref else None
        message = sent.ref.id if sent.ref else None
        await self._write(sent.key, state="sent", post=None, sent=self._now(), place=place, message=message)

    async def _end(self, post: Post, *, state: str, error: str) -> None:
        await self._write(post.key, state=state, post=None, error=error)

    async def _write(self, key: str, **values: Any) -> None:
        await self._database.writer.write(update(outbox).where(outbox.c.key == key).values(**values))
