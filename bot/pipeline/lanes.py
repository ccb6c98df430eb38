"""Lanes: work for one channel is done in order, work for different channels at the same time."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


def start(group: asyncio.TaskGroup, work: Coroutine[Any, Any, None], name: str) -> bool:
    """Start a task in the group. False where the group is ending: what waits is stored, and the next start finds it."""
    try:
        group.create_task(work, name=name)
    except RuntimeError:
        work.close()
        return False
    return True


class Lanes(Generic[T]):
    """Calls ``work`` for every item, one at a time in each lane.

    ``work`` answers for its own errors. One it did not foresee costs that item (the next start finds it again), not the
    lane and not the bot.
    """

    def __init__(self, work: Callable[[T], Awaitable[None]], group: asyncio.TaskGroup) -> None:
        self._work = work
        self._group = group
        self._lanes: dict[str, deque[T]] = {}
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def depth(self) -> int:
        """Items waiting or being worked on."""
        return sum(map(len, self._lanes.values()))

    def put(self, lane: str, item: T) -> None:
        """Add the item at the lane's end."""
        if waiting := self._lanes.get(lane):
            waiting.append(item)
            return
        self._lanes[lane] = deque([item])
        if start(self._group, self._run(lane), name=f"lane {lane}"):
            self._idle.clear()
        else:
            del self._lanes[lane]

    async def _run(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting:
            try:
                await self._work(waiting[0])
            except Exception:
                log.exception("%s: left for the next start", lane)
            waiting.popleft()
        del self._lanes[lane]
        if not self._lanes:
            self._idle.set()

    async def drained(self) -> None:
        """Wait until nothing waits."""
        await self._idle.wait()
