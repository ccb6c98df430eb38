"""Bring a database up to date. Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError

HEAD = "0006"
"""The newest migration; a test keeps it equal to what ``migrations/versions`` holds."""


async def upgrade(connection: AsyncConnection) -> str | None:
    """Bring the database up to date; gives the version it had, None for a new one. Raises ``StorageError``."""
    async with connection.begin():
        version = await connection.run_sync(_version)
        if version != HEAD:
            await connection.run_sync(_migrate, version)
    return version


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def configuration() -> Any:
    """Alembic's configuration for the migrations in this package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _migrate(connection: Connection, version: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StorageError(
            f"The database was used by a newer Regulars (its version {version} is unknown here). Update Regulars."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
