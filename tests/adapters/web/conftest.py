"""The web adapter with an archive in memory's place: a database of its own, and a host that records."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from adapters.web.deeds import Deeds
from adapters.web.people import People
from adapters.web.room import Room
from adapters.web.session import Session
from adapters.web.settings import Settings
from bot.adapter import ListedChannel, Menu
from bot.commands import Field, Form
from bot.community.archive import StoredArchive
from bot.events import Place
from bot.storage import opened
from tests.adapters.host import RecordingHost

FORM = Form(
    "Answers.details", "Details", (Field("details", "What?", max_length=20), Field("more", "And?", required=False))
)


class House:
    """A community without browsers."""

    def __init__(self, archive: StoredArchive) -> None:
        self.host = RecordingHost(Menu((), (), forms={FORM.name: FORM}))
        self.host.channels = [ListedChannel(Place("web", "", "general"), "sponsored")]
        self.people = People(Settings())
        self.room = Room(archive)
        self.deeds = Deeds(self.people, self.room, self.host, ("general",))
        self.told: dict[str, list[dict[str, Any]]] = {}

    def session(self, name: str, language: str = "en") -> Session:
        """A tab of that person's, which looks on."""
        told = self.told.setdefault(name, [])
        session = Session(self.people.named(name), language, self.host, self.deeds, told.append)
        self.room.listeners.add(session)
        return session


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(make_url(f"sqlite+aiosqlite:///{tmp_path}/web.db")) as database:
        yield House(StoredArchive("web", database))
