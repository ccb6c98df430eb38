"""What is known of an interaction that may still be answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto

from adapters.discord.directory import Payload
from adapters.discord.handles import Asked, Handle

LOADING = 1 << 7
"""Message flag of "is thinking…"."""


class State(Enum):
    """What Discord shows for an interaction."""

    UNKNOWN = auto()
    """Another process began it, or an answer's fate is not known."""
    UNANSWERED = auto()
    THINKING = auto()
    """Its "@original" is a placeholder."""
    QUIET = auto()
    """Acknowledged; its "@original" is the pressed message."""
    ANSWERED = auto()


@dataclass(slots=True)
class Asking:
    """One interaction that may still be answered."""

    handle: Handle
    state: State = State.UNKNOWN
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    elsewhere: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when what it asked for was posted outside of it."""
    unsure: set[str] = field(default_factory=set)
    """Keys of posts of which nobody knows whether they follow the first answer already."""
    restored: bool = False
    """Begun by another process, before a restart."""


def state_of(handle: Handle, original: Payload) -> State:
    """What Discord shows, judged by the interaction's "@original"."""
    if (original.get("flags") or 0) & LOADING:
        return State.THINKING
    pressed = handle.asked is not Asked.COMMAND and original.get("id") == handle.message
    return State.QUIET if pressed else State.ANSWERED
