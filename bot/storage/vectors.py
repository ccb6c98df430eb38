"""Vectors of the FAQ's texts, kept so that the next start need not compute them again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, delete, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.statements import insert_new
from bot.storage.tables import vectors

TOGETHER = 500
"""Rows changed by one statement."""
READ_TOGETHER = 2_000
"""Rows read by one: a megabyte and a half, some milliseconds."""


class StoredVectors:
    """Keys and vectors are opaque bytes; every call may raise ``StorageError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> AsyncIterator[dict[bytes, bytes]]:
        """Every vector kept, some thousand at a time."""
        # SQLite reads them as they lie in the file, in a third of the time; keys are hashes, each on another page
        place: ColumnElement[Any] = literal_column("rowid") if self._database.is_sqlite else vectors.c.key
        query = part = select(place, vectors.c.key, vectors.c.vector).order_by(place).limit(READ_TOGETHER)
        while rows := await self._database.rows(part):
            yield {key: vector for _, key, vector in map(tuple, rows)}
            part = query.where(place > rows[-1][0])

    async def save(self, new: Mapping[bytes, bytes]) -> None:
        """Keep these, too; a key that is kept already keeps its vector."""
        rows = [{"key": key, "vector": vector} for key, vector in new.items()]

        async def work(connection: AsyncConnection) -> None:
            if rows:
                await connection.execute(insert_new(vectors), rows)

        await self._database.writer.transact(work)

    async def drop(self, keys: Iterable[bytes]) -> None:
        """Keep these no longer."""
        for some in _parts(keys):
            await self._database.writer.write(delete(vectors).where(vectors.c.key.in_(some)))


def _parts(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    left = iter(keys)
    while some := list(islice(left, TOGETHER)):
        yield some
