"""A copy made while the bot writes is whole; nothing is ever overwritten."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.errors import StorageError
from bot.storage import backup, opened
from bot.storage.migrate import HEAD
from bot.storage.tables import watermarks
from tests.bot.storage.processes import said_by
from tests.conftest import sqlite_url
from tests.simulators.people import eventually


def places(file: Path) -> set[str]:
    connection = sqlite3.connect(file)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0] for row in connection.execute("SELECT place FROM watermarks")}
    finally:
        connection.close()


async def test_a_copy_made_while_the_bot_writes(tmp_path: Path) -> None:
    url, copies = sqlite_url(tmp_path / "regulars.db"), [tmp_path / f"copy{number}.db" for number in range(3)]
    async with opened(url) as database:
        stored: list[str] = []

        async def keeps_writing() -> None:
            for number in range(100_000):
                place = f"{number:06} {'x' * 300}"
                await database.writer.write(insert(watermarks).values(platform="memory", place=place, seen=1))
                stored.append(place)

        writing = asyncio.create_task(keeps_writing())
        for copy in copies:
            enough = len(stored) + 20
            await eventually(lambda enough=enough: len(stored) >= enough)
            known = set(stored)
            await backup(url, copy)
            assert known <= places(copy)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    async with opened(sqlite_url(copies[-1])) as restored:
        assert restored.version_found == HEAD
        await restored.ping()


async def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    url, copy = sqlite_url(tmp_path / "regulars.db"), tmp_path / "copy.db"
    async with opened(url):
        pass
    copy.write_text("precious")
    with pytest.raises(StorageError, match=f"^{copy} is there already; choose another name.$"):
        await backup(url, copy)
    assert copy.read_text() == "precious"


async def test_nowhere_to_put_it(tmp_path: Path) -> None:
    url, copy = sqlite_url(tmp_path / "regulars.db"), tmp_path / "nowhere" / "copy.db"
    async with opened(url):
        pass
    with pytest.raises(StorageError, match=f"^The folder {copy.parent} does not exist. Make it, or choose another.$"):
        await backup(url, copy)


NO_ROOM = """
async def work():
    async with opened(url) as database:
        for number in range(200):
            change = insert(watermarks).values(platform="memory", place=f"{number}" + "x" * 2000, seen=1)
            await database.writer.write(change)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
    copy = file.with_name("copy.db")
    try:
        await backup(url, copy)
    finally:
        print(copy.exists())
"""


def test_half_a_copy_is_not_left_behind(tmp_path: Path) -> None:
    exists, said = said_by(NO_ROOM, tmp_path / "regulars.db").splitlines()
    assert exists == "False"
    assert said.startswith(f"The database {tmp_path / 'copy.db'} cannot")
