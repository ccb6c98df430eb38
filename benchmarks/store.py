"""How long a durable accept takes while 32 writers want one at the same time: ``Inbox.accept`` on SQLite.

Each writer stores one event after another and waits until it is committed (``synchronous=FULL``). The baselines do the
same inserts without the one writer: one connection shared by all with a commit each, and a pool of connections.

No accept can be quicker than the disk, and one that comes during a commit waits for two; so the disk's own time for a
flush (``fsync``) stands beside, and the same figure with the database on a disk in memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.figures import Figure, Target, median, percentile
from benchmarks.options import Options
from bot.context import Surroundings, now_ms
from bot.events import Member, Message, Place
from bot.pipeline.inbox import Inbox
from bot.storage import database as storage
from bot.storage.codec import events
from bot.storage.statements import insert_new
from bot.storage.tables import inbox, metadata

WRITERS = 32
P99_MS = 10.0
MEMORY_DISK = Path("/dev/shm")  # noqa: S108 # a disk in memory, where there is one

Accept = Callable[[Message], Awaitable[object]]


def message(writer: int, number: int) -> Message:
    place = Place("memory", "", f"channel{writer}")
    return Message(
        key=f"message:{writer}:{number}",
        at=now_ms(),
        place=place,
        member=Member("memory:ada", "Ada"),
        id=f"{writer}-{number}",
        text="how do I export my data?",
        addressed=True,
    )


def row_of(event: Message) -> dict[str, Any]:
    return {
        "platform": event.place.platform,
        "key": event.key,
        "lane": event.place.address,
        "event": events.dump_json(event).decode(),
        "state": "new",
        "tries": 0,
        "received": now_ms(),
    }


class _Idle:
    """Stands for the lanes: what is accepted is not worked on, as only the accept is measured."""

    depth = 0

    def put(self, lane: str, item: object) -> None:
        return None


@contextlib.asynccontextmanager
async def ours(url: URL) -> AsyncIterator[Accept]:
    """The inbox over the one writer."""
    async with storage.opened(url) as database, asyncio.TaskGroup() as group:
        nothing: Any = None
        found = Inbox(Surroundings(database=database, adapters={}), nothing, nothing, group)
        found._lanes = _Idle()
        yield found.accept


@contextlib.asynccontextmanager
async def one_connection(url: URL) -> AsyncIterator[Accept]:
    """One connection, a lock around it, and a commit for each event."""
    async with _fresh(url) as engine, engine.connect() as connection:
        lock = asyncio.Lock()

        async def accept(event: Message) -> None:
            async with lock, connection.begin():
                await connection.execute(insert_new(inbox), row_of(event))

        yield accept


@contextlib.asynccontextmanager
async def pool(url: URL) -> AsyncIterator[Accept]:
    """A connection of the pool for each event; SQLite makes them wait for each other."""
    async with _fresh(url) as engine:

        async def accept(event: Message) -> None:
            while True:
                with contextlib.suppress(OperationalError):  # locked for longer than busy_timeout
                    async with engine.begin() as connection:
                        await connection.execute(insert_new(inbox), row_of(event))
                    return

        yield accept


@contextlib.asynccontextmanager
async def _fresh(url: URL) -> AsyncIterator[AsyncEngine]:
    engine = storage._engine(url, writes=True)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        yield engine
    finally:
        await engine.dispose()


ONE, POOL, MEMORY = "one connection, a commit each", "a pool of connections", "in memory"
STORES = {"ours": ours, ONE: one_connection, POOL: pool}


async def waits(accept: Accept, seconds: float, writers: int, first: int = 0) -> list[float]:
    """Milliseconds of every accept of so many writers within so many seconds."""
    found: list[float] = []
    end = time.perf_counter() + seconds

    async def write(writer: int) -> None:
        number = first
        while (start := time.perf_counter()) < end:
            await accept(message(writer, number))
            found.append((time.perf_counter() - start) * 1000)
            number += 1

    await asyncio.gather(*(write(writer) for writer in range(writers)))
    return found


def flushes(folder: Path, count: int = 200) -> list[float]:
    """Milliseconds of every flush of 16 KiB to the disk of this folder."""
    found: list[float] = []
    with (folder / "flushed").open("wb", buffering=0) as file:
        for _ in range(count):
            file.write(b"\0" * 16_384)
            start = time.perf_counter()
            os.fsync(file.fileno())
            found.append((time.perf_counter() - start) * 1000)
    return found


async def taken_by(name: str, disk: Path | None, seconds: float) -> list[float]:
    """The waits with one of the stores, on a new database."""
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        url = URL.create("sqlite+aiosqlite", database=str(Path(folder) / "bench.db"))
        async with STORES[name](url) as accept:
            await waits(accept, seconds / 5, WRITERS)  # imports, compiled statements
            return await waits(accept, seconds, WRITERS, first=1_000_000)


async def measure(options: Options) -> list[Figure]:
    rounds, seconds = options.times(5), max(0.2, 1.5 * options.scale)
    taken: dict[str, list[list[float]]] = {name: [] for name in (*STORES, MEMORY)}
    flushed: list[float] = []
    in_memory = await asyncio.to_thread(MEMORY_DISK.is_dir)
    for _ in range(rounds):
        for name in STORES:
            taken[name].append(await taken_by(name, None, seconds))
        if in_memory:
            taken[MEMORY].append(await taken_by("ours", MEMORY_DISK, seconds))
        with tempfile.TemporaryDirectory() as folder:
            flushed += flushes(Path(folder), options.times(200, fewest=20))
    p99 = {name: median([percentile(each, 0.99) for each in found]) for name, found in taken.items()}
    rate = {name: median([len(each) / sum(each) * 1000 * WRITERS for each in found]) for name, found in taken.items()}
    disk = f"a flush of this disk takes {median(flushed):.1f} ms, p99 {percentile(flushed, 0.99):.1f} ms"
    middle = median([median(each) for each in taken["ours"]])
    figures = [
        Figure(
            "store",
            f"a durable accept, {WRITERS} writers, p99",
            p99["ours"],
            "ms",
            p99[name],
            f"ms {name}",
            Target(P99_MS),
            notes=(f"median {middle:.1f} ms; {disk}",) if name == ONE else (),
        )
        for name in (ONE, POOL)
    ]
    figures += [
        Figure("store", "durable accepts a second", rate["ours"], "/s", rate[name], f"/s {name}")
        for name in (ONE, POOL)
    ]
    if in_memory:
        figures.append(
            Figure("store", "the p99 with the database on a disk in memory", p99[MEMORY], "ms", target=Target(P99_MS))
        )
    return figures
