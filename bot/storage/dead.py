"""What was set aside: events after five tries, posts that were refused."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Update, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.tables import inbox, outbox


async def listed(database: Database) -> list[dict[str, Any]]:
    """Every event and post set aside, without texts: ``kind``, ``id``, ``where``, ``error``."""
    events = select(inbox.c.id, inbox.c.lane, inbox.c.error).where(inbox.c.state == "dead").order_by(inbox.c.id)
    posts = select(outbox.c.id, outbox.c.lane, outbox.c.error).where(outbox.c.state == "dead").order_by(outbox.c.id)
    return [
        {"kind": kind, "id": row.id, "where": row.lane.split(" ")[0], "error": row.error}
        for kind, query in (("event", events), ("post", posts))
        for row in await database.rows(query)
    ]


async def retried(database: Database, event: int) -> bool:
    """Let the event be worked on again at the next start. False where no such event was set aside."""
    return await _change(database, update(inbox).where(_mine(event)).values(state="new", tries=0))


async def dropped(database: Database, event: int) -> bool:
    """Forget what the event held; its key stays known. False where no such event was set aside."""
    return await _change(database, update(inbox).where(_mine(event)).values(state="done", event=None, error=None))


def _mine(event: int) -> ColumnElement[bool]:
    return (inbox.c.id == event) & (inbox.c.state == "dead")


async def _change(database: Database, change: Update) -> bool:
    async def work(connection: AsyncConnection) -> bool:
        result: CursorResult[Any] = await connection.execute(change)
        return result.rowcount > 0

    return await database.writer.transact(work)
