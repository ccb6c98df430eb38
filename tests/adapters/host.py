"""A core for adapters under test: it keeps what it is given, and says what a test wants said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from bot.adapter import Completion, ListedChannel, Menu
from bot.errors import StorageError, UserError
from bot.events import AnyEvent, Interaction, Visit
from bot.pages import Page
from bot.replies import Post
from tests.simulators.people import eventually

E = TypeVar("E")


class RecordingHost:
    """Accepts every event once, as the inbox does."""

    def __init__(self, menu: Menu | None = None, roles: frozenset[str] = frozenset()) -> None:
        self.menu = menu or Menu((), ())
        self.roles = roles
        self.events: list[AnyEvent] = []
        """What was accepted, in order, without duplicates."""
        self.duplicates: list[AnyEvent] = []
        self.offered: list[AnyEvent] = []
        """What ``wants`` was asked about."""
        self.completions: list[Completion] = []
        self.connections = 0
        self.disconnections: list[str] = []
        self.unwanted: Callable[[AnyEvent], bool] = lambda event: False
        self.answers: dict[str, Callable[[Interaction], Post | None]] = {}
        """Name of a command, action, button or form -> what ``answer_to`` gives."""
        self.answer_delay = 0.0
        self.offers: Sequence[str] = ()
        """What ``complete`` gives."""
        self.storage_fails = 0
        """How many of the next events cannot be stored."""
        self.accept_delay = 0.0
        self.channels: Sequence[ListedChannel] = ()
        self.visits: list[Visit] = []
        self.pages: dict[str, Page] = {}
        """Name -> what ``page`` gives."""

    # -- the port ----------------------------------------------------------------------------------------------------

    def wants(self, event: AnyEvent) -> bool:
        self.offered.append(event)
        return not self.unwanted(event)

    async def accept(self, event: AnyEvent) -> bool:
        await asyncio.sleep(self.accept_delay)
        if self.storage_fails:
            self.storage_fails -= 1
            raise StorageError("the disk is full")
        if any(event.key == known.key for known in self.events):
            self.duplicates.append(event)
            return False
        self.events.append(event)
        return True

    async def answer_to(self, event: Interaction, within: float) -> Post | None:
        answer = self.answers.get(_name(event))
        if answer is None or self.answer_delay > within:
            await asyncio.sleep(min(self.answer_delay, within))
            return None
        await asyncio.sleep(self.answer_delay)
        return answer(event)

    async def complete(self, completion: Completion) -> Sequence[str]:
        self.completions.append(completion)
        return self.offers

    async def page(self, visit: Visit) -> Page:
        self.visits.append(visit)
        if visit.page not in self.pages:
            raise UserError("There is no such page.")
        return self.pages[visit.page]

    def connected(self) -> None:
        self.connections += 1

    def disconnected(self, reason: str) -> None:
        self.disconnections.append(reason)

    # -- what tests ask ----------------------------------------------------------------------------------------------

    def of(self, kind: type[E]) -> list[E]:
        """The accepted events of one type."""
        return [event for event in self.events if isinstance(event, kind)]

    async def hears(self, kind: type[E], count: int = 1, within: float = 5.0) -> E:
        """Wait for the ``count``-th event of a type."""
        with suppress(AssertionError):
            await eventually(lambda: len(self.of(kind)) >= count, within=within)
        heard = [type(event).__name__ for event in self.events]
        assert len(self.of(kind)) >= count, f"{count} {kind.__name__} within {within} s, but heard {heard}"
        return self.of(kind)[count - 1]


def _name(event: Interaction) -> str:
    return str(getattr(event, "command", "") or getattr(event, "action", "") or getattr(event, "form", ""))
