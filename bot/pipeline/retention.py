"""What is no longer needed is deleted."""

from __future__ import annotations

from sqlalchemy import delete

from bot.community import handovers, proposals, questions
from bot.storage import Database
from bot.storage.tables import inbox, lines, messages, outbox, shown, watermarks

DAY_MS = 86_400_000
KEYS_DAYS = 30
"""An event delivered again after this long would be taken for new; the platforms stop after hours."""
POSTS_DAYS = 180
"""Reactions to older answers are not counted any more."""
WORDING_DAYS = 180
"""A question's wording, what was proposed and added of it, and private answers kept by us are dropped after that."""


async def sweep(database: Database, now: int) -> None:
    """Delete what is older than the times above. An event set aside is deleted as late as a post."""
    await database.writer.write(
        delete(inbox).where(inbox.c.state == "done", inbox.c.received < now - KEYS_DAYS * DAY_MS),
        delete(inbox).where(inbox.c.state == "dead", inbox.c.received < now - POSTS_DAYS * DAY_MS),
        delete(outbox).where(outbox.c.state != "queued", outbox.c.created < now - POSTS_DAYS * DAY_MS),
        delete(watermarks).where(watermarks.c.seen < now - KEYS_DAYS * DAY_MS),
        delete(messages).where(messages.c.private_to.is_not(None), messages.c.at < now - WORDING_DAYS * DAY_MS),
        delete(shown).where(shown.c.at < now - WORDING_DAYS * DAY_MS),
        delete(lines).where(lines.c.at < now - WORDING_DAYS * DAY_MS),
        questions.forget_older(now - WORDING_DAYS * DAY_MS),
        proposals.forget_older(now - WORDING_DAYS * DAY_MS),
        handovers.forget_details(now - WORDING_DAYS * DAY_MS),
    )
