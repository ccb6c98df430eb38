"""From the gateway to the core: each event is translated where it arrives, and only a wanted one costs a task."""

from __future__ import annotations

import logging
from collections import deque

from adapters.discord.tasks import Tasks
from bot.adapter import Host
from bot.errors import StorageError
from bot.events import AnyEvent

log = logging.getLogger(__name__)


class Intake:
    """Hands events to the core, those of one channel in their order."""

    def __init__(self, host: Host, tasks: Tasks) -> None:
        self._host = host
        self._tasks = tasks
        self._lanes: dict[str, deque[AnyEvent]] = {}

    def offer(self, event: AnyEvent | None) -> None:
        """Plain chatter ends here."""
        if event is None or not self._host.wants(event):
            return
        lane = event.place.channel
        if lane in self._lanes:
            self._lanes[lane].append(event)
        else:
            self._lanes[lane] = deque([event])
            self._tasks.start(self._drain(lane))

    async def _drain(self, lane: str) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                await self._accept(waiting.popleft())
        finally:
            del self._lanes[lane]

    async def _accept(self, event: AnyEvent) -> None:
        try:
            await self._host.accept(event)
        except StorageError as error:
            # The core reads the channel's history once it can store again, and finds the message there.
            log.warning("%s could not be stored: %s", event.key, error)
        except Exception:
            log.exception("%s was not taken", event.key)
