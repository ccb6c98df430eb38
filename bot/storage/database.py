"""One database, open: the writer, the readers, and the lock that keeps a second bot out."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import URL, Row, Select, event, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StorageError
from bot.storage.migrate import upgrade
from bot.storage.writer import Writer

LOCK_ID = 0x7265_6775
"""PostgreSQL advisory lock of a running bot ("regu")."""
BUSY_MS = 5000
"""How long a change waits for another program that holds the SQLite file."""
KEEP_ALIVE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
"""PostgreSQL frees the lock of a bot whose machine is gone after a minute, not after hours."""


_READING: Any = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True} | {
    "max_overflow": 0,
    "pool_timeout": None,
}
"""A reader asks one query at a time and needs no transaction; to wait for a connection is cheaper than to open one."""


class Database:
    """Readers take a connection of their own; every change goes through ``writer``."""

    def __init__(self, engine: AsyncEngine, writer: Writer, version_found: str | None) -> None:
        self._engine = engine
        self.writer = writer
        self.version_found = version_found
        """The migration it stood at before it was opened; None for a new one."""

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    async def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """All rows of the query. Raises ``StorageError``."""
        try:
            async with self._engine.connect() as connection:
                found: Sequence[Row[Any]] = (await connection.execute(query)).all()
                return found
        except (SQLAlchemyError, OSError) as error:
            raise explained(error, self._engine.url) from error

    async def ping(self) -> None:
        """Write a row as it is: raises ``StorageError`` where a change could not be stored now."""
        await self.writer.write(text("UPDATE alembic_version SET version_num = version_num"))


@contextlib.asynccontextmanager
async def opened(url: URL, *, exclusive: bool = True) -> AsyncIterator[Database]:
    """Open the database, brought up to date; with ``exclusive`` as the only bot on it. Raises ``StorageError``."""
    async with contextlib.AsyncExitStack() as stack:
        if url.get_backend_name() == "sqlite":
            _check_folder(url)
            if exclusive:
                stack.enter_context(_only_bot(Path(str(url.database))))
            await asyncio.to_thread(_check_file, url)
        engine = _engine(url, writes=False)
        stack.push_async_callback(engine.dispose)
        writing = _engine(url, writes=True)
        stack.push_async_callback(writing.dispose)
        if exclusive and url.get_backend_name() == "postgresql":
            _only_bot_on_server(writing, url)
        try:
            connection = await stack.enter_async_context(writing.connect())
            version = await upgrade(connection)
        except (SQLAlchemyError, OSError, sqlite3.Error) as error:
            raise explained(error, url) from error
        writer = Writer(connection, lambda error: explained(error, url))
        writing_task = asyncio.create_task(writer.run(), name="writer")
        try:
            yield Database(engine, writer, version)
        finally:
            writer.close()
            await writing_task


def _engine(url: URL, *, writes: bool) -> AsyncEngine:
    sqlite = url.get_backend_name() == "sqlite"
    arguments = {} if sqlite else {"server_settings": KEEP_ALIVE}
    engine = create_async_engine(url, connect_args=arguments, **({} if writes else _READING))
    if sqlite:
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        if writes:
            event.listen(engine.sync_engine, "begin", lambda each: each.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us alone
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _check_folder(url: URL) -> None:
    folder = Path(str(url.database)).parent
    if not folder.is_dir():
        raise StorageError(f"The database's folder {folder} does not exist. Make it, or change [community] database.")
    if not os.access(folder, os.W_OK):
        raise StorageError(f"The database's folder {folder} cannot be written to. Mend its permissions.")


def _check_file(url: URL) -> None:
    """Whether the file can be used at all; found out here, because aiosqlite leaves a thread behind where it cannot."""
    try:
        with contextlib.closing(sqlite3.connect(str(url.database))) as connection:
            _prepare_sqlite(connection, None)
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
    except sqlite3.Error as error:
        raise explained(error, url) from error


@contextlib.contextmanager
def _only_bot(database: Path) -> Any:
    """Hold the lock file beside the database; the kernel frees it however the process ends."""
    path = database.with_name(database.name + ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(f"The lock file {path} cannot be opened: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            other = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            raise StorageError(
                f"Another bot (process {other}) is running on {database}. Stop it first, or give this one its own "
                "[community] database."
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def _only_bot_on_server(engine: AsyncEngine, url: URL) -> None:
    """The writer's connection holds the lock, and takes it again when it has to be made anew."""

    def take(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SELECT pg_try_advisory_lock({LOCK_ID})")
        (taken,) = cursor.fetchone()
        cursor.close()
        connection.commit()
        if not taken:
            raise StorageError(
                f"Another bot is running on the database {url.database} at {url.host}. Stop it first, or give this "
                "one its own [community] database."
            )

    event.listen(engine.sync_engine, "connect", take)


def explained(error: Exception, url: URL) -> StorageError:
    """The database's own error in words an admin can act on; the address is shown without its password."""
    place = str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    cause = getattr(error, "orig", error)
    words = str(cause).lower()
    for sign, advice in _ADVICE.items():
        if sign in words:
            return StorageError(f"The database {place} {advice}")
    said = str(cause) or type(cause).__name__
    if isinstance(error, OperationalError | sqlite3.OperationalError | OSError):
        return StorageError(f"The database {place} cannot be used: {said}")
    return StorageError(f"The database {place} refused a statement: {said}")


_ADVICE = {
    "disk is full": "cannot grow: the disk is full. Free some space; nothing that was accepted is lost.",
    "no space left": "cannot grow: the disk is full. Free some space; nothing that was accepted is lost.",
    "disk i/o error": "cannot be read or written (disk I/O error). Is the disk full, or failing?",
    "is locked": "is locked by another program for more than 5 s. Close that program.",
    "readonly": "is read-only. Mend its permissions.",
    "unable to open": "cannot be opened. Check its path and permissions.",
    "not a database": "is not a database of this bot: the file holds something else. Choose another path.",
    "malformed": "is damaged. Restore the last backup made with `regulars db backup`.",
    "connection is closed": "closed the connection. It is opened anew.",
    "connection was closed": "closed the connection. It is opened anew.",
    "connect call failed": "cannot be reached. Is PostgreSQL running, and is the address right?",
    "name resolution": "cannot be reached: its host is not known. Is the address right?",
    "not known": "cannot be reached: its host is not known. Is the address right?",
    "password authentication failed": "refuses the user or password in [community] database.",
    'role "': "knows no such user. Create it: createuser NAME.",
    'database "': "does not exist on that server. Create it: createdb NAME.",
}


async def backup(url: URL, target: Path) -> None:
    """Write a consistent copy of a SQLite database to ``target`` while the bot may be running.

    Raises ``StorageError``; an existing file is never overwritten, and a copy that failed is not left behind.
    """
    if url.get_backend_name() != "sqlite":
        raise StorageError("Back up PostgreSQL with its own tool: pg_dump --format=custom.")
    source = Path(str(url.database))
    if not await asyncio.to_thread(source.is_file):
        raise StorageError(f"There is no database at {source} yet.")
    if not await asyncio.to_thread(target.parent.is_dir):
        raise StorageError(f"The folder {target.parent} does not exist. Make it, or choose another.")
    if await asyncio.to_thread(target.exists):
        raise StorageError(f"{target} is there already; choose another name.")
    async with contextlib.AsyncExitStack() as undo:
        undo.callback(target.unlink, missing_ok=True)
        try:
            async with aiosqlite.connect(source, isolation_level=None) as connection:
                await connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as error:
            at_source = "malformed" in str(error) or "not a database" in str(error)
            raise explained(error, url if at_source else url.set(database=str(target))) from error
        undo.pop_all()
