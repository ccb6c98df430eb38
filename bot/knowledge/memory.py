"""What a large FAQ leaves behind while it is read: no search for garbage meanwhile, and free memory given back."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_trim: Callable[[int], int] | None = None
with suppress(OSError, AttributeError):
    _trim = ctypes.CDLL(None).malloc_trim  # of glibc; others give back by themselves

LARGE = 5_000
"""Entries from which on it matters; what is put away is never looked at again, garbage or not."""


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Look for no garbage meanwhile: among the many new objects of a large FAQ that takes 0.2 s again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def put_away(entries: int) -> None:
    """Look for no garbage among a large FAQ later either, and give what is free back to the system.

    Takes some milliseconds; of 100,000 entries it is 170 MB.
    """
    if entries < LARGE:
        return
    gc.collect(0)
    gc.freeze()
    give_back()


def give_back() -> None:
    """Give free memory back to the system, of which reading and encoding a FAQ leaves 10 MB and more; some ms."""
    if _trim:
        _trim(0)
