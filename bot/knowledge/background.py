"""Threads for work that takes its time, one less than there are cores: one is left to the event loop.

They have no lower priority: one of them may hold Python's lock, and then everybody would wait for it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Found = TypeVar("Found")


def spare_cores() -> int:
    """The cores this process may use, less one for the event loop; at least 1."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(usable - 1, 1)


class Background:
    """As many threads as there are spare cores. They start when they are needed and end with ``close``."""

    def __init__(self, name: str = "background") -> None:
        self.threads = spare_cores()
        self._pool = ThreadPoolExecutor(self.threads, name)

    async def run(self, work: Callable[[], Found]) -> Found:
        """What ``work`` gives, called in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Begin nothing more; what runs comes to its end by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
