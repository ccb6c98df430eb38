"""What can be wrong with a server, and the sentence an admin reads then; the password is in none of them."""

from __future__ import annotations

import asyncio
import socket

import pytest
from sqlalchemy import URL, select, text

from bot.errors import StorageError
from bot.storage import backup, opened
from bot.storage.tables import watermarks
from tests.conftest import sqlite_url
from tests.postgres import Server

SECRET = "hunter2-canary"


async def refusal(url: URL) -> str:
    with pytest.raises(StorageError) as caught:
        async with opened(url):
            pass
    said = str(caught.value)
    error: BaseException | None = caught.value
    while error:
        assert str(url.password) not in str(error)
        error = error.__cause__
    return said


async def test_a_wrong_password(postgres: Server) -> None:
    url = postgres.url().set(password=SECRET)
    place = f"postgresql+asyncpg://regulars:***@127.0.0.1:{postgres.port}/postgres"
    assert await refusal(url) == f"The database {place} refuses the user or password in [community] database."


async def test_a_database_that_is_not_there(postgres: Server) -> None:
    assert (await refusal(postgres.url("nowhere"))).endswith(
        "/nowhere does not exist on that server. Create it: createdb NAME."
    )


async def test_a_server_that_is_not_there(postgres: Server) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = postgres.url().set(port=unused.getsockname()[1], password=SECRET)
        assert (await refusal(url)).endswith("cannot be reached. Is PostgreSQL running, and is the address right?")


async def test_a_table_that_is_not_there_is_no_missing_database(postgres: Server) -> None:
    async with opened(postgres.new_database()) as database:
        await database.writer.write(text("DROP TABLE watermarks"))
        with pytest.raises(StorageError, match=r'refused a statement: .*relation "watermarks" does not exist'):
            await database.rows(select(watermarks))


async def test_after_a_restart_of_the_server_it_goes_on(postgres: Server) -> None:
    url = postgres.new_database()
    async with opened(url) as database:
        await database.rows(select(watermarks))
        postgres.hang_up(url)
        with pytest.raises(StorageError):
            await database.ping()
        await database.ping()
        with pytest.raises(StorageError):
            await database.rows(select(watermarks))
        assert await database.rows(select(watermarks)) == []


async def test_after_a_restart_of_the_server_it_is_still_the_only_bot(postgres: Server) -> None:
    url = postgres.new_database()
    async with opened(url) as database:
        postgres.hang_up(url)
        with pytest.raises(StorageError):
            await database.ping()
        await database.ping()
        assert (await refusal(url)).startswith("Another bot is running on the database")


async def test_while_the_server_is_away_every_change_is_told_so(postgres: Server) -> None:
    url = postgres.new_database()
    async with opened(url) as database:
        postgres.stop()
        try:
            for _ in range(2):
                outcomes = await asyncio.gather(*(database.ping() for _ in range(20)), return_exceptions=True)
                assert {type(outcome) for outcome in outcomes} == {StorageError}
            with pytest.raises(StorageError):
                await database.rows(select(watermarks))
            with pytest.raises(StorageError, match="cannot be reached"):
                await database.rows(select(watermarks))
        finally:
            postgres.start()
        await database.ping()
        assert await database.rows(select(watermarks)) == []


async def test_its_backup_is_its_own_affair(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("copies") / "copy.db"
    with pytest.raises(StorageError, match="pg_dump"):
        await backup(postgres.url(), target)
    with pytest.raises(StorageError, match="no database at"):
        await backup(sqlite_url(target), target)
