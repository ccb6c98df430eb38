"""Discord's ids carry the time they were made at."""

from __future__ import annotations

EPOCH = 1_420_070_400_000
"""Milliseconds UTC of the first id: the start of 2015 (Discord's reference, Snowflakes)."""


def made_at(id: str) -> int:
    """When the thing of that id was made, in milliseconds UTC."""
    return (int(id) >> 22) + EPOCH


def first_at(moment: int) -> int:
    """The smallest id of that millisecond."""
    return max(moment - EPOCH, 0) << 22
