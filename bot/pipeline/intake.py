"""What the core offers one adapter: the platform's events come in here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.adapter import Adapter, Completion, ListedChannel, Menu
from bot.community.channels import Channel
from bot.context import Surroundings
from bot.errors import StorageError
from bot.events import AnyEvent, Deleted, Edited, Interaction, Invocation, Message, Place, Visit
from bot.pages import Page
from bot.pipeline.catchup import CatchUp
from bot.pipeline.dispatch import Dispatcher
from bot.pipeline.inbox import Inbox
from bot.pipeline.watermarks import Watermarks
from bot.replies import Post
from bot.storage.codec import storable

log = logging.getLogger(__name__)

AGAIN_AFTER = 5.0
"""Seconds until the history is read again after an event could not be stored."""


class Intake:
    """One platform's way into the inbox (the ``Host`` of its adapter)."""

    def __init__(
        self,
        adapter: Adapter,
        menu: Menu,
        inbox: Inbox,
        dispatcher: Dispatcher,
        watermarks: Watermarks,
        surroundings: Surroundings,
        configured: Sequence[Place],
        group: asyncio.TaskGroup,
        is_talking: Callable[[Place], bool] = lambda thread: False,
    ) -> None:
        self._is_talking = is_talking
        self.menu = menu
        self.roles: frozenset[str] = surroundings.staff.roles.get(adapter.name, frozenset())
        self.channels = tuple(ListedChannel(each, surroundings.channel(each.address).mode.value) for each in configured)
        self.is_connected = False
        self.last_event: int | None = None
        """When the platform last delivered anything."""
        self._closed = False
        self._adapter = adapter
        self._inbox = inbox
        self._wants = dispatcher.wants
        self._may_go_on = dispatcher.may_go_on
        self._complete = dispatcher.complete
        self._page = dispatcher.page
        self._watermarks = watermarks
        self._channel: Callable[[str], Channel] = surroundings.channel
        self._now = surroundings.now
        self._useful_ms = surroundings.useful_ms
        self._catch_up = CatchUp(adapter, surroundings.database, watermarks, configured, self._take, surroundings.now)
        self._catch_up.hold(self._now())
        group.create_task(self._catch_up.run(), name=f"read what {adapter.name} missed")

    def wants(self, event: AnyEvent) -> bool:
        """See ``Host.wants``. A message too old to be answered is chatter too."""
        self.last_event = max(self.last_event or 0, event.at)
        if self._closed:
            return False
        if isinstance(event, Message):
            told = self._told(event)
            wanted = self._wants(told, self._channel(event.place.address))
            wanted |= self._inbox.turns.heard(event, wanted and self._may_go_on(told))
        else:
            wanted = self._wants(event, self._channel(event.place.address))
        if wanted and not self._too_late(event):
            if isinstance(event, Message):
                self._watermarks.expect(event.place, event.key, event.at)
            return True
        if isinstance(event, Message):
            self._saw(event)
        return False

    def _told(self, event: Message) -> Message:
        """The message with what the core knows about its thread."""
        return replace(event, talking=True) if event.place.thread and self._is_talking(event.place) else event

    def _too_late(self, event: AnyEvent) -> bool:
        return isinstance(event, Message) and event.at + self._useful_ms < self._now()

    def _saw(self, event: Message) -> None:
        # A thread nobody needs the bot in is not worth a row of its own.
        if event.place.thread is None or self._watermarks.seen(event.place) is not None:
            self._watermarks.move(event.place, event.at)

    async def accept(self, event: AnyEvent) -> bool:
        """See ``Host.accept``."""
        if isinstance(event, Message):
            event = self._inbox.turns.latest(replace(self._told(event), before=self._inbox.turns.before(event)))
        elif isinstance(event, Edited | Deleted):
            await self._inbox.changed(event.place, event.id, event.text if isinstance(event, Edited) else None)
        if isinstance(event, Edited):
            event = replace(event, text="")  # no text is stored that was not put to the bot
        event = storable(event)
        try:
            new = await self._store(event)
        except BaseException as error:
            if isinstance(event, Message):
                self._watermarks.hold(event.place, event.at)
            log.error("An event of %s is not stored: %s", event.place.address, error)
            asyncio.get_running_loop().call_later(AGAIN_AFTER, self._catch_up.request)
            raise
        finally:
            self._watermarks.came(event.place, event.key)
        if isinstance(event, Message):
            self._watermarks.move(event.place, event.at)
        return new

    async def _store(self, event: AnyEvent) -> bool:
        if self._closed:
            raise StorageError("The bot is stopping; this is taken up at its next start.")
        claimed = isinstance(event, Invocation) and not self._adapter.capabilities.private_repeatable
        return await self._inbox.accept(event, claimed=claimed)

    async def answer_to(self, event: Interaction, within: float) -> Post | None:
        """See ``Host.answer_to``."""
        return await self._inbox.claim(event, within)

    async def complete(self, completion: Completion) -> Sequence[str]:
        """See ``Host.complete``."""
        return await self._complete(completion)

    async def page(self, visit: Visit) -> Page:
        """See ``Host.page``."""
        return await self._page(visit)

    def connected(self) -> None:
        """See ``Host.connected``."""
        log.info("%s: connected", self._adapter.name)
        self.is_connected = True
        self._catch_up.request()

    def disconnected(self, reason: str) -> None:
        """See ``Host.disconnected``."""
        if self.is_connected:
            log.warning("%s: disconnected: %s", self._adapter.name, reason)
            self._catch_up.hold(self._now())
        self.is_connected = False

    def close(self) -> None:
        """Take nothing more. Watermarks stay where they are, so the next start reads what comes from now on."""
        self._closed = True

    async def _take(self, event: AnyEvent) -> None:
        if self.wants(event):
            await self.accept(event)
