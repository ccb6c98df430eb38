"""What can be wrong with a file, and the sentence an admin reads then."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

import bot.storage.database
from bot.errors import StorageError
from bot.storage import Change, Database, opened
from bot.storage.tables import watermarks
from tests.bot.storage.processes import said_by
from tests.conftest import sqlite_url

OPENS = """
async def work():
    async with opened(url) as database:
        await database.ping()
        print("fine")
"""


async def refusal(file: Path) -> str:
    with pytest.raises(StorageError) as caught:
        async with opened(sqlite_url(file)):
            pass
    return str(caught.value)


def mark(place: str, seen: int = 1) -> Change:
    return insert(watermarks).values(platform="memory", place=place, seen=seen)


def holds(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def content(file: Path) -> bytes:
    return file.read_bytes()


async def count(database: Database) -> int:
    return int((await database.rows(select(func.count()).select_from(watermarks)))[0][0])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "regulars.db"


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    wanted = f"The database's folder {folder} does not exist. Make it, or change [community] database."
    assert await refusal(folder / "regulars.db") == wanted


def test_a_folder_that_cannot_be_written_to(file: Path) -> None:
    file.parent.chmod(0o555)
    try:
        said = said_by(OPENS, file, without_rights=True)
    finally:
        file.parent.chmod(0o755)
    assert said == f"The database's folder {file.parent} cannot be written to. Mend its permissions."


def test_a_file_that_cannot_be_written_to(file: Path) -> None:
    assert said_by(OPENS, file) == "fine"
    file.chmod(0o444)
    said = said_by(OPENS, file, without_rights=True)
    assert said == f"The database {file} is read-only. Mend its permissions."


def test_a_disk_that_gives_no_more_room_at_the_start(file: Path) -> None:
    said = str(bot.storage.database.explained(sqlite3.OperationalError("disk I/O error"), sqlite_url(file)))
    assert said == f"The database {file} cannot be read or written (disk I/O error). Is the disk full, or failing?"


def test_a_file_that_cannot_be_read(file: Path) -> None:
    assert said_by(OPENS, file) == "fine"
    file.chmod(0o000)
    said = said_by(OPENS, file, without_rights=True)
    assert said == f"The database {file} cannot be opened. Check its path and permissions."


async def test_a_file_that_is_something_else(file: Path) -> None:
    diary = b"Dear diary, today I made a database. " * 100
    holds(file, diary)
    assert await refusal(file) == (
        f"The database {file} is not a database of this bot: the file holds something else. Choose another path."
    )
    assert content(file) == diary


async def test_a_folder_in_the_place_of_the_file(file: Path) -> None:
    file.mkdir()  # noqa: ASYNC240 # a moment
    assert await refusal(file) == f"The database {file} cannot be opened. Check its path and permissions."


async def test_a_damaged_file(file: Path) -> None:
    async with opened(sqlite_url(file)) as database:
        await database.writer.write(*(mark(f"{number:04} {'x' * 200}") for number in range(500)))
    good = content(file)
    holds(file, good[: 4096 * 3] + b"\x5a" * (len(good) - 4096 * 3))
    wanted = f"The database {file} is damaged. Restore the last backup made with `regulars db backup`."
    with pytest.raises(StorageError) as caught:
        async with opened(sqlite_url(file)) as database:
            await count(database)
    assert str(caught.value) == wanted


async def test_an_empty_file_is_a_new_database(file: Path) -> None:
    holds(file, b"")
    async with opened(sqlite_url(file)) as database:
        assert database.version_found is None
        await database.ping()


# -- locked by another program -----------------------------------------------------------------------------------------


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another program is in the middle of changing the file."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


async def test_a_locked_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.storage.database, "BUSY_MS", 100)
    locked = f"The database {file} is locked by another program for more than 5 s. Close that program."
    async with opened(sqlite_url(file)) as database:
        with held(file):
            assert await count(database) == 0  # reading goes on
            began = asyncio.get_running_loop().time()
            outcomes = await asyncio.gather(
                *(database.writer.write(mark(str(number))) for number in range(50)), return_exceptions=True
            )
            took = asyncio.get_running_loop().time() - began
        assert {str(outcome) for outcome in outcomes} == {locked}
        assert took < 1.5, "those that waited together must not wait one after the other"
        await database.writer.write(mark("after"))
        assert await count(database) == 1
        with held(file), pytest.raises(StorageError, match="is locked"):
            await database.ping()


async def test_a_short_lock_is_waited_for(file: Path) -> None:
    async with opened(sqlite_url(file)) as database:
        with held(file):
            waiting = asyncio.create_task(database.writer.write(mark("a")))
            await asyncio.sleep(0.05)
            assert not waiting.done()
        await waiting


async def test_a_caller_that_leaves_a_locked_file(file: Path) -> None:
    async with opened(sqlite_url(file)) as database:
        with held(file):
            waiting = asyncio.create_task(database.writer.write(mark("a")))
            await asyncio.sleep(0.05)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        await database.writer.write(mark("b"))
        assert await count(database) == 2
        with held(file):
            pass  # nothing of ours holds it


# -- a full disk -------------------------------------------------------------------------------------------------------


async def pages(database: Database) -> int:
    return int((await database.writer.transact(lambda c: c.execute(text("PRAGMA page_count")))).scalar())


async def limit(database: Database, pages: int) -> None:
    """From here on the disk has room for so many pages."""

    async def work(connection: object) -> None:
        await connection.execute(text(f"PRAGMA max_page_count={pages}"))

    await database.writer.transact(work)


async def test_a_full_disk_and_space_again(file: Path) -> None:
    async with opened(sqlite_url(file)) as database:
        await limit(database, await pages(database) + 2)
        outcomes = await asyncio.gather(
            *(database.writer.write(mark(f"{number} {'x' * 2000}")) for number in range(20)), return_exceptions=True
        )
        failed = [str(outcome) for outcome in outcomes if outcome]
        full = f"The database {file} cannot grow: the disk is full. Free some space; nothing that was accepted is lost."
        assert set(failed) == {full}
        assert await count(database) == 20 - len(failed)
        await limit(database, 10_000)
        await database.writer.write(mark("again"))
        assert await count(database) == 21 - len(failed)


RUNS_FULL = """
async def work():
    async with opened(url) as database:
        await database.ping()
        room = Path(f"{file}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (room + 1000, resource.RLIM_INFINITY))
        for attempt in (database.ping, lambda: database.writer.write(
            insert(watermarks).values(platform="memory", place="x" * 5000, seen=1))):
            try:
                await attempt()
                print("stored")
            except StorageError as error:
                print("not stored:", error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await database.writer.write(insert(watermarks).values(platform="memory", place="again", seen=1))
        print("fine again")
"""


def test_a_file_that_may_not_grow_is_noticed_by_ping_too(file: Path) -> None:
    ping, write, after = said_by(RUNS_FULL, file).splitlines()
    assert ping.startswith(f"not stored: The database {file} cannot")
    assert write.startswith(f"not stored: The database {file} cannot")
    assert after == "fine again"
