"""About one message a second in each channel, after a short burst (docs: "Rate limits", posting messages)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_MOST_CHANNELS = 1000


class Pace:
    """Waits until a channel may take another post: the generic cell rate algorithm, one number a channel."""

    def __init__(self, every: float = 1.0, burst: int = 4, now: Callable[[], float] = time.monotonic) -> None:
        self._every, self._burst, self._now = every, burst, now
        self._due: dict[str, float] = {}

    async def wait(self, channel: str) -> None:
        if (seconds := self.take(channel)) > 0:
            await asyncio.sleep(seconds)

    def take(self, channel: str) -> float:
        """Reserve a place; returns how many seconds from now it is."""
        now = self._now()
        due = max(self._due.get(channel, now), now)
        self._due[channel] = due + self._every
        if len(self._due) > _MOST_CHANNELS:
            self._due = {name: at for name, at in self._due.items() if at > now}
        return due - now - self._every * (self._burst - 1)
