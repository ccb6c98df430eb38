"""The inbox: an event is stored once, worked on, and its outcome committed in one piece."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.context import Context, Surroundings
from bot.errors import StorageError
from bot.events import AnyEvent, Event, Interaction, Message
from bot.pipeline.dispatch import Dispatcher, Outcome
from bot.pipeline.lanes import Lanes
from bot.pipeline.outbox import Outbox, row_of
from bot.replies import Post, Reply
from bot.storage import Change
from bot.storage.codec import events
from bot.storage.tables import inbox

log = logging.getLogger(__name__)

TRIES = 5
"""How often an event that fails is worked on before it is set aside."""
WAITS = (0.1, 0.5, 2.0, 5.0)
"""Seconds before each further try."""
INTERACTION_MS = 15 * 60_000
"""How long the platforms take an answer to an interaction (Discord: 15 minutes, Slack: 30)."""

_DONE = update(inbox).where(inbox.c.id == bindparam("row")).values(state="done", event=None, error=None)


@dataclass(slots=True)
class Accepted:
    """An event that is stored and not yet done."""

    row: int
    event: AnyEvent
    tries: int = 0


class Inbox:
    """Stores events and works on them, one lane a channel."""

    def __init__(
        self, surroundings: Surroundings, dispatcher: Dispatcher, outbox: Outbox, group: asyncio.TaskGroup
    ) -> None:
        self._surroundings = surroundings
        self._database = surroundings.database
        self._dispatcher = dispatcher
        self._outbox = outbox
        self._group = group
        self._lanes: Lanes[Accepted] = Lanes(self._work, group)
        self._claims: dict[str, asyncio.Future[Post | None]] = {}

    @property
    def depth(self) -> int:
        """Events waiting or being worked on."""
        return self._lanes.depth

    async def drained(self) -> None:
        await self._lanes.drained()

    async def recover(self) -> int:
        """Take up what an earlier run left; gives how many. Each counts as tried: it may have ended that run."""
        await self._database.writer.write(update(inbox).where(inbox.c.state == "new").values(tries=inbox.c.tries + 1))
        rows = await self._database.rows(select(inbox).where(inbox.c.state == "new").order_by(inbox.c.id))
        for row in rows:
            self._lanes.put(row.lane, Accepted(row.id, events.validate_json(row.event), row.tries))
        return len(rows)

    async def accept(self, event: AnyEvent, *, claimed: bool = False) -> bool:
        """Store the event; durable on return. False where it was stored before. Raises ``StorageError``.

        ``claimed``: the platform takes the first private answer through ``claim``.
        """
        lane = event.place.address
        row = await self._database.writer.add_new(
            inbox,
            {
                "platform": event.place.platform,
                "key": event.key,
                "lane": lane,
                "event": events.dump_json(event).decode(),
                "state": "new",
                "tries": 0,
                "received": self._surroundings.now(),
            },
        )
        if row is None:
            return False
        if claimed:
            self._claims[event.key] = asyncio.get_running_loop().create_future()
        self._lanes.put(lane, Accepted(row, event))
        return True

    async def claim(self, event: Interaction, within: float) -> Post | None:
        """The event's first private post, to be shown by whoever asks, if it is ready ``within`` seconds."""
        claimed = self._claims.get(event.key)
        if claimed is None:
            return None
        done, _ = await asyncio.wait([claimed], timeout=within)
        if not done and event.key in self._claims:
            del self._claims[event.key]
            return None  # too late: the outbox sends it
        return await claimed

    async def _work(self, accepted: Accepted) -> None:
        event = accepted.event
        try:
            if accepted.tries >= TRIES or self._too_late(event):
                outcome = Outcome()
            else:
                outcome = await self._dispatcher.dispatch(event)
            if outcome.failure and accepted.tries + 1 < TRIES:
                await self._again(accepted, outcome.failure)
            else:
                await self._commit(accepted, outcome)
        except StorageError as error:
            log.error("%s waits: %s", event.key, error)
            self._settle(event)
            self._later(accepted, WAITS[-1])

    def _too_late(self, event: AnyEvent) -> bool:
        return isinstance(event, Message) and self._surroundings.now() > event.at + self._surroundings.useful_ms

    async def _again(self, accepted: Accepted, failure: Exception) -> None:
        """Try once more a little later; the channel's other events go on meanwhile."""
        log.warning("%s failed and is tried again", accepted.event.key, exc_info=failure)
        self._settle(accepted.event)
        wait = WAITS[min(accepted.tries, len(WAITS) - 1)]
        accepted.tries += 1
        change = update(inbox).where(inbox.c.id == accepted.row)
        await self._database.writer.write(change.values(tries=accepted.tries, error=_named(failure)))
        self._later(accepted, wait)

    def _later(self, accepted: Accepted, wait: float) -> None:
        asyncio.get_running_loop().call_later(wait, self._lanes.put, accepted.event.place.address, accepted)

    async def _commit(self, accepted: Accepted, outcome: Outcome) -> None:
        """The changes, the posts and "done": one transaction."""
        event, now = accepted.event, self._surroundings.now()
        dead = accepted.tries >= TRIES or outcome.failure is not None
        if dead:
            log.error("%s is set aside after %d tries", event.key, accepted.tries, exc_info=outcome.failure)
            outcome.posts += self._apology(event)
        claim = self._claims.pop(event.key, None)
        claimed = _first_private(outcome.posts) if claim else None
        useful_until = event.at + (INTERACTION_MS if isinstance(event, Interaction) else self._surroundings.useful_ms)
        rows = [row_of(post, useful_until, now, "sent" if post is claimed else "queued") for post in outcome.posts]
        end = _dead(accepted, outcome.failure) if dead else _DONE
        try:
            await self._database.writer.transact(_unit([*outcome.changes, *rows], end, accepted.row))
        except BaseException:
            claimed = None
            raise
        finally:
            if claim and not claim.done():
                claim.set_result(claimed)
        self._outbox.put([(post, useful_until) for post in outcome.posts if post is not claimed])

    def _apology(self, event: AnyEvent) -> list[Post]:
        """What the person reads whose event could not be worked on; nothing where nobody waits."""
        if not isinstance(event, Interaction) and not (isinstance(event, Message) and event.addressed):
            return []
        context = Context(event, self._surroundings, first_post=1000)
        text = context.tr("Something went wrong on my side. The team can see it in the log.")
        return [context.post(Reply(text, private=isinstance(event, Interaction)))]

    def _settle(self, event: Event) -> None:
        """Nobody shall wait for an answer that does not come now."""
        if (claim := self._claims.pop(event.key, None)) and not claim.done():
            claim.set_result(None)


def _first_private(posts: list[Post]) -> Post | None:
    return next((post for post in posts if post.target.private_to and not post.target.edits), None)


def _named(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}"[:500]


def _dead(accepted: Accepted, failure: Exception | None) -> Change:
    error = _named(failure) if failure else "the bot ended while working on it, again and again"
    return (
        update(inbox).where(inbox.c.id == bindparam("row")).values(state="dead", tries=accepted.tries + 1, error=error)
    )


def _unit(changes: list[Change], end: Change, row: int) -> Callable[[AsyncConnection], Any]:
    async def work(connection: AsyncConnection) -> None:
        for change in changes:
            await connection.execute(change)
        await connection.execute(end, {"row": row})

    return work
