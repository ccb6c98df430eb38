"""Lanes: work for one channel is done in order, work for different channels at the same time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lanes(Generic[T]):
    """Calls ``work`` for every item, one at a time in each lane. ``work`` answers for its own errors."""

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
        self._idle.clear()
        self._group.create_task(self._run(lane), name=f"lane {lane}")

    async def _run(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self._work(waiting[0])
            waiting.popleft()
        del self._lanes[lane]
        if not self._lanes:
            self._idle.set()

    async def drained(self) -> None:
        """Wait until nothing waits."""
        await self._idle.wait()
