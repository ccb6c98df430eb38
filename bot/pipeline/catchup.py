"""After downtime: read what was missed, place by place, and take it in as if it came now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import select

from bot.adapter import Adapter
from bot.errors import PlatformError, StorageError, Unreachable
from bot.events import AnyEvent, MessageRef, Place
from bot.pipeline.watermarks import Watermarks
from bot.storage import Database
from bot.storage.codec import message_ref
from bot.storage.tables import outbox

log = logging.getLogger(__name__)

DAY_MS = 86_400_000
"""Older messages are not read again, and the reactions to older answers are not looked up."""
ANSWERS = 50
"""The reactions of this many of the latest answers are read again."""
TRIES, WAIT = 5, 60.0
"""How often a place that cannot be read is tried, and the seconds between where the platform names none."""


class CatchUp:
    """Reads one platform's watched places from their watermarks."""

    def __init__(
        self,
        adapter: Adapter,
        database: Database,
        watermarks: Watermarks,
        configured: Sequence[Place],
        take: Callable[[AnyEvent], Awaitable[object]],
        now: Callable[[], int],
    ) -> None:
        self._adapter = adapter
        self._database = database
        self._watermarks = watermarks
        self._configured = configured
        self._take = take
        self._now = now

        self._wanted = asyncio.Event()

    def hold(self, now: int) -> None:
        """Events stop here, or have not begun: what comes before they flow again must be read later.

        A configured place never seen before starts now: what was written before the bot came is not its business.
        """
        for place in self._configured:
            if self._watermarks.seen(place) is None:
                self._watermarks.move(place, now)
        if self._adapter.capabilities.history:
            for place in self._watermarks.of_platform(self._adapter.name, now):
                self._watermarks.hold(place)

    def request(self) -> None:
        """Events flow: read what is missing."""
        self._wanted.set()

    async def run(self) -> None:
        """Read whenever it is asked for, until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            now = self._now()
            found = 0
            for place in self._watermarks.of_platform(self._adapter.name, now):
                while gap := self._watermarks.gap(place):
                    number = await self._read(place, max(gap.since, now - DAY_MS))
                    if number is None:
                        break  # still missing: read when events flow again, at the latest after the next start
                    found += number
                    if self._watermarks.release(place, gap):
                        break
            found += await self._read_reactions(now)
            log.info("%s: read what was missed: %d events", self._adapter.name, found)

    async def _read(self, place: Place, since: int) -> int | None:
        """The number of events found; None where the place cannot be read for now."""
        for _ in range(TRIES):
            found, wait = 0, WAIT
            try:
                async for event in self._adapter.history(place, since):
                    await self._take(event)  # type: ignore[arg-type] # every event is one of AnyEvent
                    found += 1
            except Unreachable as error:
                log.warning("%s cannot be read now: %s", place.address, error)
                wait = error.retry_after or WAIT
            except StorageError as error:
                log.error("What was missed in %s cannot be stored now: %s", place.address, error)
            except PlatformError as error:
                log.warning("%s is not read: %s", place.address, error)
                return found
            except Exception:  # the adapter's mistake; it must not take the bot down
                log.exception("%s cannot be read", place.address)
                return None
            else:
                return found
            await asyncio.sleep(wait)
        return None

    async def _read_reactions(self, now: int) -> int:
        if not self._adapter.capabilities.reactions:
            return 0
        found = 0
        try:
            messages = await self._recent_answers(now)
        except StorageError as error:
            log.error("%s: reactions are not read: %s", self._adapter.name, error)
            return 0
        for message in messages:
            try:
                if event := await self._adapter.reactions(message):
                    await self._take(event)
                    found += len(event.left)
            except (PlatformError, StorageError) as error:
                log.warning("The reactions to a message in %s are not read: %s", message.place.address, error)
            except Exception:
                log.exception("The reactions to a message in %s are not read", message.place.address)
        return found

    async def _recent_answers(self, now: int) -> list[MessageRef]:
        query = (
            select(outbox.c.place, outbox.c.message)
            .where(outbox.c.platform == self._adapter.name, outbox.c.sent > now - DAY_MS, outbox.c.message.is_not(None))
            .order_by(outbox.c.sent.desc())
            .limit(ANSWERS)
        )
        return [message_ref(row.place, row.message) for row in await self._database.rows(query)]
