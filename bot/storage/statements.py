"""Inserts that meet an existing row, written once for both engines.

SQLite took its ON CONFLICT clause from PostgreSQL, so SQLAlchemy's PostgreSQL construct compiles for both; the store's
contract tests run every statement on both engines.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects.postgresql import Insert, insert


def insert_new(table: Table) -> Insert:
    """Insert rows whose unique keys are not there yet; ignore the others."""
    return insert(table).on_conflict_do_nothing()


def upsert(table: Table, where: ColumnElement[bool] | None = None, /, **values: Any) -> Insert:
    """Insert the row, or give the one with the same primary key these values; with ``where``, only such a one."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in values.items() if name not in keys}
    return insert(table).values(**values).on_conflict_do_update(index_elements=keys, set_=changed, where=where)
