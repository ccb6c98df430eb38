"""The database: one set of statements over SQLite and PostgreSQL, one writer, many readers."""

from bot.storage.database import Database, backup, opened
from bot.storage.statements import insert_new, upsert
from bot.storage.writer import Change, Writer

__all__ = ["Change", "Database", "Writer", "backup", "insert_new", "opened", "upsert"]
