"""The inbox: an event is stored once, worked on, and its outcome committed in one piece."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.context import Context, Surroundings
from bot.errors import StorageError
from bot.events import AnyEvent, Event, Interaction, Message, Place
from bot.pipeline.dispatch import Dispatcher, Outcome, somebody_waits
from bot.pipeline.lanes import Lanes, start
from bot.pipeline.outbox import Outbox, row_of
from bot.pipeline.patience import Accepted, Patience
from bot.pipeline.turns import Turns
from bot.replies import Post, Reply
from bot.storage import Change
from bot.storage.codec import events
from bot.storage.tables import inbox

log = logging.getLogger(__name__)

TRIES = 5
"""How often an event that fails is worked on before it is set aside."""
AT_ONCE = 8
"""Events worked on at the same time. More would not be done sooner, and would delay what must be accepted meanwhile."""
WAITS = (0.1, 0.5, 2.0, 5.0)
"""Seconds before each further try."""
APOLOGY = -1
"""The number of the post that says sorry: no method's."""
BUSY = 32
"""With so many events waiting nobody is kept waiting for an answer: the acknowledgement goes first."""
INTERACTION_MS = 15 * 60_000
"""How long the platforms take an answer to an interaction (Discord: 15 minutes, Slack: 30)."""

_DONE = update(inbox).where(inbox.c.id == bindparam("row")).values(state="done", event=None, error=None)


@dataclass(slots=True)
class Claim:
    """A platform's wish to show the first private answer itself."""

    post: asyncio.Future[Post | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    taken: bool = False
    """The answer is being committed for whoever claims it; nobody else will send it."""


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
        patience = surroundings.patience_ms
        self.turns = Turns(patience)
        self._patience = Patience(dispatcher.is_unfinished, patience, self._release, group, surroundings.now)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._claims: dict[str, Claim] = {}

    @property
    def depth(self) -> int:
        """Events waiting or being worked on."""
        return self._lanes.depth + self._patience.depth

    async def drained(self) -> None:
        await self._patience.drained()
        await self._lanes.drained()

    def _put(self, accepted: Accepted) -> None:
        """Into its lane, at once or after its writer has finished."""
        if isinstance(accepted.event, Message):
            self._patience.take(accepted, self.turns.latest(accepted.event))
        else:
            self._release(accepted)

    def _release(self, accepted: Accepted) -> None:
        self._lanes.put(accepted.event.place.address, accepted)

    async def changed(self, place: Place, message: str, text: str | None) -> None:
        """A message has another text now, or (None) is gone: a question that waits goes on with what is left of it."""
        self.turns.edited(place, message, text)
        if found := self._patience.edited(place, message, text):
            held, still = found
            values = {"event": events.dump_json(held.event).decode()} if still else {"event": None, "state": "done"}
            rows = (held.accepted.row,) if still else held.rows
            mine = update(inbox).where(inbox.c.id.in_(rows), inbox.c.state == "new")
            await self._database.writer.write(mine.values(**values))
            self._patience.look_again(held)

    async def recover(self) -> int:
        """Take up what an earlier run left; gives how many.

        The first of each lane counts as tried, for it may have ended that run; those behind it only waited.
        """
        first = select(func.min(inbox.c.id)).where(inbox.c.state == "new").group_by(inbox.c.lane)
        await self._database.writer.write(update(inbox).where(inbox.c.id.in_(first)).values(tries=inbox.c.tries + 1))
        rows = await self._database.rows(select(inbox).where(inbox.c.state == "new").order_by(inbox.c.id))
        for row in rows:
            try:
                event = events.validate_json(row.event)
            except ValueError as error:
                log.error("%s of an earlier run cannot be read and is set aside: %s", row.key, error)
                unread = update(inbox).where(inbox.c.id == row.id)
                await self._database.writer.write(
                    unread.values(state="dead", error="it was stored in a form unknown here")
                )
                continue
            if isinstance(event, Message):
                self.turns.heard(event, self._dispatcher.may_go_on(event))
                self.turns.before(event)
            self._put(Accepted(row.id, event, row.tries))
        return len(rows)

    async def accept(self, event: AnyEvent, *, claimed: bool = False) -> bool:
        """Store the event; durable on return. False where it was stored before. Raises ``StorageError``.

        ``claimed``: the platform takes the first private answer through ``claim``.
        """

        def stored(row: int | None) -> None:
            if row is not None:
                if claimed:
                    self._claims[event.key] = Claim()
                self._put(Accepted(row, event))

        new = {
            "platform": event.place.platform,
            "key": event.key,
            "lane": event.place.address,
            "kind": event.kind,
            "event": events.dump_json(event).decode(),
            "state": "new",
            "tries": 0,
            "received": self._surroundings.now(),
        }
        try:
            return await self._database.writer.add_new(inbox, new, then=stored) is not None
        except asyncio.CancelledError:
            claimed = False  # nobody will ask for the answer: the outbox sends it
            self._claims.pop(event.key, None)
            raise

    async def claim(self, event: Interaction, within: float) -> Post | None:
        """The event's first private post, to be shown by whoever asks, if it is ready ``within`` seconds at most."""
        claim = self._claims.get(event.key)
        if claim is None:
            return None
        try:
            await asyncio.wait([claim.post], timeout=within if self.depth < BUSY else within / 10)
            # Too late: the outbox sends it. Unless it is being committed as claimed just now.
            return await claim.post if claim.taken or claim.post.done() else None
        finally:
            self._claims.pop(event.key, None)

    async def _work(self, accepted: Accepted) -> None:
        async with self._turns:
            await self._work_on(accepted)

    async def _work_on(self, accepted: Accepted) -> None:
        try:
            if accepted.tries >= TRIES or self._too_late(accepted.event):
                outcome = Outcome()
            else:
                outcome = await self._dispatcher.dispatch(accepted.event)
            if isinstance(outcome.failure, StorageError):
                raise outcome.failure
            await self._conclude(accepted, outcome)
        except Exception as error:
            self._settle(accepted.event)
            await self._not_stored(accepted, error)

    async def _conclude(self, accepted: Accepted, outcome: Outcome) -> None:
        if outcome.failure and accepted.tries + 1 < TRIES:
            await self._again(accepted, outcome.failure)
        else:
            await self._commit(accepted, outcome)

    async def _not_stored(self, accepted: Accepted, error: Exception) -> None:
        """Where the database takes other changes, the event is at fault; else it waits, for as long as needed."""
        try:
            await self._database.ping()
            await self._conclude(accepted, Outcome(failure=error))
        except StorageError as trouble:
            log.error("%s waits: %s", accepted.event.key, trouble)
            self._later(accepted, WAITS[-1])

    def _too_late(self, event: AnyEvent) -> bool:
        return isinstance(event, Message) and self._surroundings.now() > event.at + self._surroundings.useful_ms

    async def _again(self, accepted: Accepted, failure: Exception) -> None:
        """Try once more a little later; the channel's other events go on meanwhile."""
        log.warning("%s failed and is tried again", accepted.event.key, exc_info=failure)
        self._settle(accepted.event)
        change = update(inbox).where(inbox.c.id == accepted.row)
        await self._database.writer.write(change.values(tries=accepted.tries + 1, error=_named(failure)))
        wait = WAITS[min(accepted.tries, len(WAITS) - 1)]
        accepted.tries += 1
        self._later(accepted, wait)

    def _later(self, accepted: Accepted, wait: float) -> None:
        async def back_into_its_lane() -> None:
            await asyncio.sleep(wait)
            self._lanes.put(accepted.event.place.address, accepted)

        start(self._group, back_into_its_lane(), name=f"again {accepted.event.key}")

    async def _commit(self, accepted: Accepted, outcome: Outcome) -> None:
        """The changes, the posts and "done": one transaction."""
        event, now = accepted.event, self._surroundings.now()
        dead = accepted.tries >= TRIES or outcome.failure is not None
        if dead:
            log.error(
                "%s is set aside after %d tries",
                event.key,
                accepted.tries + (outcome.failure is not None),
                exc_info=outcome.failure,
            )
            outcome.posts += self._apology(event)
        claim = self._claims.get(event.key)
        claimed = _first_private(outcome.posts) if claim and not claim.post.done() else None
        if claim:
            claim.taken = claimed is not None
        useful_until = event.at + (INTERACTION_MS if isinstance(event, Interaction) else self._surroundings.useful_ms)
        rows = [row_of(post, useful_until, now, "sent" if post is claimed else "queued") for post in outcome.posts]
        end = _dead(accepted, outcome.failure) if dead else _DONE
        added: list[bool] = []
        try:
            added = await self._database.writer.transact(_unit(outcome.changes, rows, end, accepted))
        finally:
            if claim and not claim.post.done():
                claim.post.set_result(claimed if added else None)
        new = [post for post, is_new in zip(outcome.posts, added, strict=True) if is_new and post is not claimed]
        self._outbox.put([(post, useful_until) for post in new])

    def _apology(self, event: AnyEvent) -> list[Post]:
        """What the person reads whose event could not be worked on; nothing where nobody waits."""
        if not somebody_waits(event):
            return []
        context = Context(event, self._surroundings, first_post=APOLOGY)
        text = context.tr("Something went wrong on my side. The team can see it in the log.")
        return [context.post(Reply(text, private=isinstance(event, Interaction)))]

    def _settle(self, event: Event) -> None:
        """Nobody shall wait for an answer that does not come now."""
        if (claim := self._claims.get(event.key)) and not claim.post.done():
            claim.post.set_result(None)


def _first_private(posts: list[Post]) -> Post | None:
    return next((post for post in posts if post.target.private_to and not post.target.edits), None)


def _named(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}"[:500]


def _dead(accepted: Accepted, failure: Exception | None) -> Change:
    error = _named(failure) if failure else "the bot ended while working on it, again and again"
    return (
        update(inbox).where(inbox.c.id == bindparam("row")).values(state="dead", tries=accepted.tries + 1, error=error)
    )


def _unit(
    changes: list[Change], posts: list[Change], end: Change, accepted: Accepted
) -> Callable[[AsyncConnection], Awaitable[list[bool]]]:
    """Gives which of the posts are new: one whose key is there already was sent, or will be."""

    async def work(connection: AsyncConnection) -> list[bool]:
        for change in changes:
            await connection.execute(change)
        added = [(await connection.execute(post)).rowcount > 0 for post in posts]
        await connection.execute(end, {"row": accepted.row})
        for row in accepted.rows:
            await connection.execute(_DONE, {"row": row})
        return added

    return work
