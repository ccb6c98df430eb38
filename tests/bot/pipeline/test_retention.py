"""What is no longer needed is deleted; what somebody still waits for is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bot.pipeline.retention import DAY_MS, KEYS_DAYS, POSTS_DAYS, WORDING_DAYS, sweep
from bot.storage import Database, opened
from bot.storage.tables import inbox, outbox, proposals, questions, watermarks
from tests.conftest import sqlite_url

NOW = 1_000 * DAY_MS


async def left(database: Database, column: Any) -> list[Any]:
    return [row[0] for row in await database.rows(select(column).order_by(column))]


async def test_a_day_before_and_a_day_after(tmp_path: Path) -> None:
    async with opened(sqlite_url(tmp_path / "regulars.db")) as database:
        for days, age in ((KEYS_DAYS, "old"), (KEYS_DAYS - 2, "new")):
            at = NOW - (days + 1) * DAY_MS
            for state in ("done", "new", "dead"):
                row = {"platform": "m", "key": f"{age} {state}", "lane": "l", "state": state, "tries": 0}
                await database.writer.write(insert(inbox).values(row | {"received": at}))
            await database.writer.write(insert(watermarks).values(platform="m", place=age, seen=at))
        for days, age in ((POSTS_DAYS, "old"), (POSTS_DAYS - 2, "new")):
            for state in ("queued", "sent", "dead", "expired"):
                row = {"key": f"{age} {state}", "platform": "m", "lane": "l", "state": state, "tries": 0}
                at = NOW - (days + 1) * DAY_MS
                await database.writer.write(insert(outbox).values(row | {"useful_until": 1, "created": at}))
        for days, age in ((WORDING_DAYS, "old"), (WORDING_DAYS - 2, "new")):
            at = NOW - (days + 1) * DAY_MS
            row = {"key": age, "asked": at, "address": "a", "place": "p", "member": "m", "language": "en"}
            await database.writer.write(
                insert(questions).values(row | {"text": age, "band": "answer", "private": False})
            )
            wording = {"question": age, "member": "m", "asked": at, "entry": "e", "language": "en"}
            await database.writer.write(insert(proposals).values(wording | {"text": age, "words": age, "lead": age}))

        await sweep(database, NOW)
        await sweep(database, NOW)

        assert await left(database, inbox.c.key) == ["new dead", "new done", "new new", "old dead", "old new"]
        assert await left(database, outbox.c.key) == ["new dead", "new expired", "new queued", "new sent", "old queued"]
        assert await left(database, watermarks.c.place) == ["new"]
        assert await left(database, questions.c.key) == ["new", "old"]
        assert sorted(await left(database, questions.c.text), key=str) == [None, "new"]
        assert await left(database, proposals.c.text) == ["new"]
