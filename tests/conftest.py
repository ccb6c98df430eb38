"""What tests in every folder share: the databases the bot can run on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import URL

from tests import postgres as postgresql

# The same examples in every CI run: what a search finds by chance belongs to a developer, not to somebody's change.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def sqlite_url(file: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(file))


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgresql.Server]:
    """A PostgreSQL server; in CI a missing one is an error, elsewhere its tests are skipped."""
    if postgresql.programs() is None:
        if os.environ.get("CI"):
            pytest.fail(postgresql.HOW_TO_GET_IT)
        pytest.skip(postgresql.HOW_TO_GET_IT)
    with postgresql.server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database, once on each engine."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "regulars.db")
    server: postgresql.Server = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(autouse=True)
def words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot in a test compares words: to encode a FAQ takes longer than any test may."""
    monkeypatch.setattr("bot.app.embedder", lambda: None)
