"""Waiting for a member to finish: a question that may go on is worked on a little later, with what followed it.

It is stored like every event before it waits, so nothing is lost; it waits outside its channel's lane, so it holds up
nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.events import AnyEvent, Line, Message, Place
from bot.pipeline.lanes import start
from bot.pipeline.turns import edited


@dataclass(slots=True)
class Accepted:
    """An event that is stored and not yet done."""

    row: int
    event: AnyEvent
    tries: int = 0
    rows: tuple[int, ...] = ()
    """Further rows that are done with it: earlier lines of the same question."""


@dataclass(slots=True)
class Held:
    """A question that waits."""

    accepted: Accepted
    event: Message
    again: asyncio.Event = field(default_factory=asyncio.Event)
    """It was joined to a later line, or dropped: nobody waits for it here."""

    @property
    def rows(self) -> tuple[int, ...]:
        return (*self.accepted.rows, self.accepted.row)


class Patience:
    """Holds unfinished questions; ``release`` gets each once it is to be worked on."""

    def __init__(
        self,
        unfinished: Callable[[Message], bool],
        patience_ms: int,
        release: Callable[[Accepted], None],
        group: asyncio.TaskGroup,
        now: Callable[[], int],
    ) -> None:
        self._unfinished, self._patience_ms, self._release = unfinished, patience_ms, release
        self._group, self._now = group, now
        self._held: dict[tuple[Place, str], Held] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def depth(self) -> int:
        """Questions that wait."""
        return len(self._held)

    async def drained(self) -> None:
        await self._empty.wait()

    def take(self, accepted: Accepted, event: Message) -> None:
        """Hold the event, or release it; with it what was held of the same turn."""
        key = event.place, event.member.id
        earlier = self._held.get(key)
        joined = earlier if earlier and any(line.id == earlier.event.id for line in event.before) else None
        open_ids: set[str] = set()
        if joined:
            self._let_go(joined)
            accepted.rows = joined.rows
            open_ids = {joined.event.id, *(line.id for line in joined.event.before if not line.done)}
        lines = tuple(replace(line, done=line.wanted and line.id not in open_ids) for line in event.before)
        held = Held(accepted, replace(event, before=lines))
        accepted.event = held.event
        if not self._patience_ms or (earlier and not joined) or not self._unfinished(held.event):
            self._release(accepted)
            return
        self._held[key] = held
        self._empty.clear()
        if not start(self._group, self._wait(held), name=f"patience {event.key}"):
            self._let_go(held)

    async def _wait(self, held: Held) -> None:
        wait = min(max(held.event.at + self._patience_ms - self._now(), 0), self._patience_ms) / 1000
        try:
            async with asyncio.timeout(wait):
                await held.again.wait()
        except TimeoutError:
            self._let_go(held)
            self._release(held.accepted)

    def _let_go(self, held: Held) -> None:
        held.again.set()
        self._held = {key: each for key, each in self._held.items() if each is not held}
        if not self._held:
            self._empty.set()

    def edited(self, place: Place, message: str, text: str | None) -> tuple[Held, bool] | None:
        """A line of a held question has another text now, or (None) is gone: what is held now, and whether it still is.

        None where no held question has that line.
        """
        for held in self._held.values():
            if held.event.place.address == place.address and message in {held.event.id, *_ids(held.event.before)}:
                changed = _changed(held.event, message, text)
                if changed is None:
                    self._let_go(held)
                    return held, False
                held.event = held.accepted.event = changed
                return held, True
        return None

    def look_again(self, held: Held) -> None:
        """Release what a change has finished."""
        if held in self._held.values() and not self._unfinished(held.event):
            self._let_go(held)
            self._release(held.accepted)


def _ids(lines: tuple[Line, ...]) -> set[str]:
    return {line.id for line in lines}


def _changed(event: Message, message: str, text: str | None) -> Message | None:
    """The event after a change of one of its lines; None where nothing is left that was asked."""
    own = Line(event.id, event.text, True, event.addressed)
    lines = edited([*event.before, own], message, text)
    while lines and not lines[-1].wanted:
        lines.pop()
    if not lines:
        return None
    *before, last = lines
    return replace(event, id=last.id, text=last.text, addressed=last.addressed, before=tuple(before))
