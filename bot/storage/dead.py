"""What was set aside: events after five tries, posts that were refused."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, select, update
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

    async def work(connection: AsyncConnection) -> int:
        mine = (inbox.c.id == event) & (inbox.c.state == "dead")
        result: CursorResult[Any] = await connection.execute(update(inbox).where(mine).values(state="new", tries=0))
        return result.rowcount

    return await database.writer.transact(work) > 0
