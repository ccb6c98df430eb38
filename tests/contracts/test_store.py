"""What every database promises: the same tests over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Executable, MetaData, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import StorageError
from bot.events import AnyEvent, Invocation, Member, Message, MessageRef, Place, Press, Reactions
from bot.storage import Change, Database, opened
from bot.storage.codec import events, storable
from bot.storage.migrate import HEAD, configuration
from bot.storage.tables import inbox, metadata, watermarks

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def database(database_url: URL) -> AsyncIterator[Database]:
    async with opened(database_url) as found:
        yield found


def event(key: str, **changed: Any) -> dict[str, Any]:
    """A row of the inbox."""
    row = {"platform": "memory", "key": key, "lane": "memory:general", "event": "{}", "state": "new", "tries": 0}
    return row | {"received": 1} | changed


def mark(place: str, seen: int = 1) -> Change:
    return insert(watermarks).values(platform="memory", place=place, seen=seen)


BROKEN = insert(watermarks).values(platform="memory", place="broken", seen=None)
"""A change no database takes: the column may not be empty."""


async def keys(database: Database) -> list[str]:
    return [row.key for row in await database.rows(select(inbox.c.key).order_by(inbox.c.id))]


async def places(database: Database) -> list[str]:
    return [row.place for row in await database.rows(select(watermarks.c.place).order_by(watermarks.c.place))]


# -- inserted once -----------------------------------------------------------------------------------------------------


async def test_a_row_is_added_once(database: Database) -> None:
    first = await database.writer.add_new(inbox, event("a"))
    assert isinstance(first, int)
    assert await database.writer.add_new(inbox, event("a", event="other")) is None
    assert await database.writer.add_new(inbox, event("a", platform="elsewhere")) is not None
    [row] = await database.rows(select(inbox).where(inbox.c.id == first))
    assert row.event == "{}"


async def test_those_that_wait_together_are_told_apart(database: Database) -> None:
    await database.writer.add_new(inbox, event("known"))
    given = ["a", "known", "b", "a", "c", "b"]
    results = await asyncio.gather(*(database.writer.add_new(inbox, event(key)) for key in given))
    new = [result is not None for result in results]
    assert new == [True, False, True, False, True, False]
    rows = await database.rows(select(inbox.c.id, inbox.c.key))
    assert {row.key: row.id for row in rows if row.key != "known"} == {
        "a": results[0],
        "b": results[2],
        "c": results[4],
    }


async def test_more_than_one_group_and_twice_as_much_as_there_is(database: Database) -> None:
    given = [str(number % 700) for number in range(1400)]
    results = await asyncio.gather(*(database.writer.add_new(inbox, event(key)) for key in given))
    assert [result is not None for result in results] == [True] * 700 + [False] * 700
    assert len(set(results[:700])) == 700


async def test_then_is_called_although_nobody_waits_any_more(database: Database) -> None:
    added: list[int | None] = []
    waiting = asyncio.create_task(database.writer.add_new(inbox, event("a"), then=added.append))
    await asyncio.sleep(0)
    waiting.cancel()
    await database.ping()
    assert len(added) == 1
    assert await keys(database) == ["a"]


async def test_every_event_can_be_stored_and_read_back(database: Database) -> None:
    place, member = Place("memory", "", "general"), Member("memory:ada", "ada \x00", roles=("r",))
    about = {"at": 1, "place": place, "member": member, "locale": "de"}
    given: list[AnyEvent] = [
        Message(key="1", id="m1", text="quotes ' \" and \ud800 🦆", addressed=True, **about),
        Invocation(key="2", command="c", options={"a": 1, "b": True, "c": 1.5, "d": "1\x00", "e": 2.0}, **about),
        Press(key="3", action="A.b", value="\\", target=MessageRef(place, "m1"), handle="h", **about),
        Reactions(key="4", target=MessageRef(place, "m1"), left=(("memory:ada", "thumbsup"),), **about),
    ]
    cleaned = [storable(each) for each in given]
    for each in cleaned:
        await database.writer.add_new(inbox, event(each.key, event=events.dump_json(each).decode()))
    rows = await database.rows(select(inbox.c.event).order_by(inbox.c.id))
    assert [events.validate_json(row.event) for row in rows] == cleaned
    assert cleaned[0] == replace(given[0], text="quotes ' \" and \ufffd 🦆", member=replace(member, name="ada \ufffd"))


# -- units -------------------------------------------------------------------------------------------------------------


async def test_results_come_in_the_order_of_the_units(database: Database) -> None:
    def numbered(number: int) -> Any:
        async def work(connection: AsyncConnection) -> tuple[int, int]:
            await connection.execute(mark(f"{number:03}"))
            rows = (await connection.execute(select(func.count()).select_from(watermarks))).scalar_one()
            return number, rows

        return work

    results = await asyncio.gather(*(database.writer.transact(numbered(number)) for number in range(300)))
    assert results == [(number, number + 1) for number in range(300)]


async def test_a_unit_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(StorageError, match="refused a statement"):
        await database.writer.write(mark("first"), BROKEN)
    assert await places(database) == []


async def test_a_unit_may_fail_by_itself(database: Database) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(mark("half"))
        raise ValueError("changed its mind")

    with pytest.raises(ValueError, match="changed its mind"):
        await database.writer.transact(work)
    assert await places(database) == []


async def test_one_failing_unit_harms_no_other_in_its_group(database: Database) -> None:
    outcomes = await asyncio.gather(
        database.writer.write(mark("a")),
        database.writer.add_new(inbox, event("e1")),
        database.writer.write(mark("b"), BROKEN),
        database.writer.write(mark("c")),
        database.writer.write(BROKEN),
        database.writer.add_new(inbox, event("e2")),
        database.writer.add_new(inbox, event("e1")),
        return_exceptions=True,
    )
    failed = [isinstance(outcome, StorageError) for outcome in outcomes]
    assert failed == [False, False, True, False, True, False, False]
    assert outcomes[6] is None
    assert (await places(database), await keys(database)) == (["a", "c"], ["e1", "e2"])


async def test_what_is_not_for_the_database_at_all_fails_alone(database: Database) -> None:
    too_large = insert(watermarks).values(platform="memory", place="large", seen=2**80)
    good, bad = await asyncio.gather(
        database.writer.write(mark("a")), database.writer.write(too_large), return_exceptions=True
    )
    assert good is None
    assert isinstance(bad, Exception)
    assert await places(database) == ["a"]


async def test_a_caller_that_leaves_takes_nothing_back(database: Database, database_url: URL) -> None:
    for round_ in range(30):
        tasks = [asyncio.create_task(database.writer.write(mark(f"{round_:02}-{number}"))) for number in range(5)]
        for _ in range(1 + round_ % 6):  # at another moment each time
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await database.writer.write(mark("last"))
    stored = await places(database)
    assert stored[-1] == "last"
    assert len(stored) == 30 * 5 + 1
    await changed_from_outside(database_url)


async def changed_from_outside(url: URL) -> None:
    """Another program can write: nothing is left locked."""
    engine = create_async_engine(url)
    try:
        async with asyncio.timeout(2), engine.begin() as connection:
            await connection.execute(mark("outside"))
    finally:
        await engine.dispose()


async def test_readers_that_leave_do_not_wear_out_the_connections(database: Database) -> None:
    await database.writer.write(mark("a"))
    for steps in range(40):
        reader = asyncio.create_task(places(database))
        for _ in range(steps % 9):
            await asyncio.sleep(0)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
    async with asyncio.timeout(5):
        assert await asyncio.gather(*(places(database) for _ in range(40))) == [["a"]] * 40


async def test_a_refused_query_says_so(database: Database) -> None:
    with pytest.raises(StorageError, match=r"refused|cannot be used"):
        await database.rows(select(text("nothing")).select_from(text("nowhere")))
    assert await places(database) == []


async def test_closed_is_closed(database_url: URL) -> None:
    async with opened(database_url) as database:
        late = asyncio.create_task(database.writer.write(mark("in time")))
        await asyncio.sleep(0)
    await late
    with pytest.raises(StorageError, match="closed"):
        await database.writer.write(mark("too late"))
    async with opened(database_url) as again:
        assert await places(again) == ["in time"]


async def test_depth_counts_what_waits(database: Database) -> None:
    waiting = [asyncio.create_task(database.writer.write(mark(str(number)))) for number in range(3)]
    await asyncio.sleep(0)
    assert database.writer.depth > 0
    await asyncio.gather(*waiting)
    assert database.writer.depth == 0


# -- durability --------------------------------------------------------------------------------------------------------

WRITES = """
import asyncio, sys
from sqlalchemy import make_url
from bot.storage import opened
from bot.storage.tables import inbox

async def add(database, number):
    row = dict(platform="memory", key=str(number), lane="l", event="{}", state="new", tries=0, received=1)
    await database.writer.add_new(inbox, row)
    print(number, flush=True)

async def main():
    async with opened(make_url(sys.argv[1])) as database:
        number = 0
        while True:
            await asyncio.gather(*(add(database, number + each) for each in range(20)))
            number += 20

asyncio.run(main())
"""


def started(program: str, url: URL) -> subprocess.Popen[str]:
    """Another process on the database."""
    address = url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), address], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@contextlib.asynccontextmanager
async def opened_soon(url: URL) -> AsyncIterator[Database]:
    """Open it as soon as it is free: PostgreSQL notices a moment later that somebody was killed."""
    async with contextlib.AsyncExitStack() as stack:
        while True:
            try:
                database = await stack.enter_async_context(opened(url))
            except StorageError:
                await asyncio.sleep(0.02)
            else:
                yield database
                return


async def test_what_was_said_to_be_stored_is_there_after_kill_9(database_url: URL) -> None:
    with started(WRITES, database_url) as process:
        assert process.stdout
        said = [await asyncio.to_thread(process.stdout.readline) for _ in range(150)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
    complete = {line.strip() for line in said if line.endswith("\n")}
    async with asyncio.timeout(5), opened_soon(database_url) as database:
        assert complete <= set(await keys(database))
        await database.writer.write(mark("and it goes on"))


# -- one bot -----------------------------------------------------------------------------------------------------------

HOLDS = """
import asyncio, sys
from sqlalchemy import make_url
from bot.storage import opened

async def main():
    async with opened(make_url(sys.argv[1])):
        print("open", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_second_bot_is_refused(database_url: URL) -> None:
    async with opened(database_url):
        with pytest.raises(StorageError, match=r"^Another bot .*is running on .*Stop it first") as caught:
            async with opened(database_url):
                pass
        assert str(database_url.password) not in str(caught.value)
        async with opened(database_url, exclusive=False) as beside:
            await beside.ping()
    async with opened(database_url):
        pass


async def test_a_bot_that_was_killed_leaves_the_database_free(database_url: URL) -> None:
    with started(HOLDS, database_url) as process:
        assert process.stdout
        assert await asyncio.to_thread(process.stdout.readline) == "open\n"
        with pytest.raises(StorageError, match="Another bot"):
            await opened(database_url).__aenter__()
        os.kill(process.pid, signal.SIGKILL)
    async with asyncio.timeout(5), opened_soon(database_url):
        pass


# -- migrations --------------------------------------------------------------------------------------------------------


async def outside(url: URL, *statements: Executable) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements:
                await connection.execute(statement)
    finally:
        await engine.dispose()


async def test_a_new_database_and_an_old_friend(database_url: URL) -> None:
    async with opened(database_url) as database:
        assert database.version_found is None
        await database.writer.write(mark("kept"))
    async with opened(database_url) as database:
        assert database.version_found == HEAD
        assert await places(database) == ["kept"]


async def test_the_migrations_make_the_tables_of_the_code(database_url: URL) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def difference(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    async with opened(database_url):
        engine = create_async_engine(database_url)
        try:
            async with engine.connect() as connection:
                assert await connection.run_sync(difference) == []
        finally:
            await engine.dispose()


def test_the_newest_migration_is_the_one_the_code_wants() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


async def test_a_database_of_a_newer_version_is_left_alone(database_url: URL) -> None:
    async with opened(database_url) as database:
        await database.writer.write(mark("kept"))
    await outside(database_url, text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match=r"newer Regulars \(its version 9999 is unknown here\). Update Regulars"):
        await opened(database_url).__aenter__()
    await outside(database_url, text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))  # noqa: S608 # our own constant
    async with opened(database_url) as database:
        assert await places(database) == ["kept"]


async def test_a_migration_that_fails_changes_nothing(database_url: URL) -> None:
    await outside(database_url, text("CREATE TABLE questions (of INTEGER)"), text("INSERT INTO questions VALUES (7)"))
    with pytest.raises(StorageError, match="already exists"):
        await opened(database_url).__aenter__()
    found = MetaData()
    engine = create_async_engine(database_url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(found.reflect)
            assert (await connection.execute(text("SELECT * FROM questions"))).all() == [(7,)]
    except SQLAlchemyError as error:
        raise AssertionError("somebody else's table was changed") from error
    finally:
        await engine.dispose()
    assert set(found.tables) == {"questions"}
