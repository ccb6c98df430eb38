"""The one writer: it commits many small units of work together, so that durability costs one disk flush for all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Row, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import Executable

from bot.errors import StorageError
from bot.storage.statements import insert_new

T = TypeVar("T")
Change = Executable
"""A statement that changes rows, complete with its values."""
Work = Callable[[AsyncConnection], Awaitable[Any]]

GROUP = 256
"""Units of work committed together at most."""


@dataclass(slots=True, eq=False)
class _Unit:
    done: asyncio.Future[Any]
    work: Work | None = None
    table: Table | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    then: Callable[[int | None], None] | None = None


class Writer:
    """Owns one connection. Units are carried out in the order they came; each is all or nothing.

    A caller that is cancelled does not take its unit back: a transaction is never cancelled midway.
    """

    def __init__(self, connection: AsyncConnection, explain: Callable[[Exception], StorageError]) -> None:
        self._connection = connection
        self._explain = explain
        self._queue: asyncio.Queue[_Unit | None] = asyncio.Queue()
        self._closed = False

    @property
    def depth(self) -> int:
        """Units waiting."""
        return self._queue.qsize()

    async def write(self, *changes: Change) -> None:
        """Carry out the changes as one unit; durable on return. Raises ``StorageError``."""

        async def work(connection: AsyncConnection) -> None:
            for change in changes:
                await connection.execute(change)

        await self.transact(work)

    async def transact(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Carry out ``work`` as one unit and give its result; durable on return. Raises ``StorageError``.

        ``work`` may run twice: a unit that fails undoes its whole group, and the others are then tried alone.
        """
        result: T = await self._submit(_Unit(asyncio.get_running_loop().create_future(), work=work))
        return result

    async def add_new(
        self, table: Table, row: Mapping[str, Any], then: Callable[[int | None], None] | None = None
    ) -> int | None:
        """Insert the row and give its id, or None where its unique key is there already. Raises ``StorageError``.

        ``then`` is called with the same once it is durable, even if the caller was cancelled meanwhile.
        Cheaper than ``transact``: those that wait together are one statement. The table has ``id``, ``platform`` and
        ``key``.
        """
        unit = _Unit(asyncio.get_running_loop().create_future(), table=table, row=row, then=then)
        added: int | None = await self._submit(unit)
        return added

    async def _submit(self, unit: _Unit) -> Any:
        if self._closed:
            raise StorageError("The database is closed.")
        self._queue.put_nowait(unit)
        return await unit.done

    async def run(self) -> None:
        """Commit what comes until ``close``."""
        while (first := await self._queue.get()) is not None:
            group: list[_Unit] = [first]
            closing = False
            while len(group) < GROUP and not self._queue.empty():
                unit = self._queue.get_nowait()
                if unit is None:
                    closing = True
                    break
                group.append(unit)
            await self._commit(group)
            if closing:
                return

    def close(self) -> None:
        """Let ``run`` return once everything submitted so far is committed."""
        if not self._closed:
            self._closed = True
            self._queue.put_nowait(None)

    async def _commit(self, group: Sequence[_Unit]) -> bool:
        """Carry out the group, or what of it can be. False where no transaction could even begin."""
        begun = False
        try:
            async with self._connection.begin():
                begun = True
                results = await self._carry_out(group)
        except Exception as error:
            if begun and len(group) > 1:
                await self._commit_each(group, error)
            else:
                self._fail(group, error)
            return begun
        for unit, result in zip(group, results, strict=True):
            if unit.then:
                asyncio.get_running_loop().call_soon(unit.then, result)  # before whoever waits; its errors are not ours
            if not unit.done.done():
                unit.done.set_result(result)
        return True

    async def _commit_each(self, group: Sequence[_Unit], error: Exception) -> None:
        """One unit undid the others, so each is tried alone; not when the database went away."""
        for number, unit in enumerate(group, 1):
            if not await self._commit([unit]):
                self._fail(group[number:], error)
                return

    def _fail(self, group: Sequence[_Unit], error: Exception) -> None:
        for unit in group:
            if not unit.done.done():
                ours = isinstance(error, SQLAlchemyError | OSError)
                unit.done.set_exception(self._explain(error) if ours else error)

    async def _carry_out(self, group: Sequence[_Unit]) -> list[Any]:
        results: list[Any] = []
        for table, units in groupby(group, key=lambda unit: unit.table):
            if table is None:
                results += [await unit.work(self._connection) for unit in units if unit.work]
            else:
                results += await self._add_all(table, [unit.row for unit in units])
        return results

    async def _add_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int | None]:
        statement = insert_new(table).returning(table.c.id, table.c.platform, table.c.key)
        added: Sequence[Row[Any]] = (await self._connection.execute(statement, [dict(row) for row in rows])).all()
        ids = {(row.platform, row.key): row.id for row in added}
        # The first of two equal rows in one group is the one that was added.
        return [ids.pop((row["platform"], row["key"]), None) for row in rows]
