"""A whole bot over the platform in memory and a real SQLite file, started and ended as a test wishes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import bot.storage.database
from adapters.memory import MemoryAdapter
from bot import Settings, app, loading
from bot.cogs import Cog
from bot.community.channels import Channel
from bot.config import Config
from bot.config.sections import Community, Faq, Staff
from bot.events import Deleted, Edited, Invocation, Member, Message, MessageRef, Place, Press, Reaction
from bot.pipeline import catchup, inbox, intake, outbox
from bot.settings import HttpPort
from tests.conftest import sqlite_url
from tests.simulators.people import HeldClock, eventually

FAQ = "## How do I export?\n\nUse the export button.\n"
GENERAL = Place("memory", "", "general")
RANDOM = Place("memory", "", "random")
MINUTE = 60_000


class Plain(Settings):
    """A feature with nothing to set."""


class Talk:
    """What members do, as events in order of time."""

    def __init__(self, clock: HeldClock) -> None:
        self._clock = clock
        self._ids = itertools.count(1)

    def _about(self, who: str, place: Place, ago: int) -> dict[str, Any]:
        number = next(self._ids)
        member = Member(f"memory:{who}", who)
        at = int(self._clock.now() * 1000) - ago * MINUTE + number
        return {"key": f"e{number}", "at": at, "place": place, "member": member, "locale": None}

    def says(self, text: str, *, who: str = "ada", to: bool = True, place: Place = GENERAL, ago: int = 0) -> Message:
        """A message, addressed to the bot unless ``to`` is False; ``ago`` minutes."""
        about = self._about(who, place, ago)
        return Message(**about, id=f"m{about['key'][1:]}", text=text, addressed=to)

    def asks(self, command: str, line: str = "", *, who: str = "ada", locale: str | None = None) -> Invocation:
        about = self._about(who, GENERAL, 0) | {"locale": locale}
        return Invocation(**about, handle=f"h{about['key']}", command=command, line=line)

    def presses(self, action: str, value: str, message: str) -> Press:
        about = self._about("ada", GENERAL, 0)
        target = MessageRef(GENERAL, message)
        return Press(**about, handle=f"h{about['key']}", action=action, value=value, target=target)

    def reacts(self, message: str, emoji: str = "thumbsup", *, who: str = "ada", added: bool = True) -> Reaction:
        return Reaction(**self._about(who, GENERAL, 0), target=MessageRef(GENERAL, message), emoji=emoji, added=added)

    def edits(self, message: str, text: str) -> Edited:
        return Edited(**self._about("ada", GENERAL, 0), id=message, text=text)

    def deletes(self, message: str) -> Deleted:
        return Deleted(**self._about("ada", GENERAL, 0), id=message)


class World:
    """One community, one database, and a bot that comes and goes."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "regulars.db"
        self.clock = HeldClock()
        self.talk = Talk(self.clock)
        self.adapter = MemoryAdapter()
        self.channels: tuple[Channel, ...] = ()
        self.timezone = "UTC"
        self.staff = Staff()
        self._folder = folder
        self._patch = monkeypatch
        self._cogs: dict[str, type[Cog[Any]]] = {}
        self._task: asyncio.Task[None] | None = None
        (folder / "faq").mkdir()
        (folder / "faq" / "faq.md").write_text(FAQ)

    @property
    def now(self) -> int:
        return int(self.clock.now() * 1000)

    def has(self, *cogs: type[Cog[Any]]) -> None:
        """The bot's features."""
        self._cogs = {cog.__name__: cog for cog in cogs}
        self._patch.setattr(loading, "cog", self._cogs.__getitem__)

    @property
    def config(self) -> Config:
        return Config(
            path=self._folder / "config.toml",
            community=Community(timezone=self.timezone, database=sqlite_url(self.file)),
            faq=Faq(),
            staff=self.staff,
            platforms={"web": HttpPort(port=0)},
            channels=self.channels,
            cogs={name: Plain() for name in self._cogs},
        )

    @contextlib.asynccontextmanager
    async def running(
        self, *, adapters: Sequence[Any] = (), now: Callable[[], int] | None = None
    ) -> AsyncIterator[app.App]:
        """The bot, until the block ends; ``crash`` ends it earlier."""
        ready: asyncio.Future[app.App] = asyncio.get_running_loop().create_future()
        connected = {each.name: each for each in adapters or [self.adapter]}
        self._task = task = asyncio.create_task(
            app.run(
                self.config, connected, http=False, signals=False, now=now or (lambda: self.now), ready=ready.set_result
            )
        )
        await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            await task
        try:
            if not adapters:
                await self.adapter.started.wait()
            yield ready.result()
        finally:
            if not task.cancelled():
                ready.result().stop()
                await task

    async def crash(self) -> None:
        """End the bot in the middle of whatever it does."""
        assert self._task
        self._task.cancel()
        await asyncio.wait([self._task])

    # -- what a test looks at ----------------------------------------------------------------------------------------

    @property
    def said(self) -> list[str]:
        """Every post's text, in order."""
        return [post.reply.text for post in self.adapter.said]

    async def hears_back(self, *texts: str) -> None:
        """Wait until the bot has said exactly this."""
        with contextlib.suppress(AssertionError):
            await eventually(lambda: len(self.said) >= len(texts), within=10)
        assert self.said == list(texts)

    def rows(self, query: str) -> list[Any]:
        """What the file holds, read from outside."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return [row if len(row) > 1 else row[0] for row in connection.execute(query)]

    async def settled(self, running: app.App) -> None:
        """Wait until nothing is being worked on, and nothing waits to be sent."""
        await eventually(lambda: self.rows("SELECT count(*) FROM inbox WHERE state = 'new'") == [0], within=10)
        async with asyncio.timeout(5):
            await running.inbox.drained()
            await running.outbox.drained()

    @contextlib.asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Another program holds the file."""
        other = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # the bot may be in the middle of a change
        try:
            yield
        finally:
            other.rollback()
            other.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Everything waits a hundredth of what it usually waits."""
    monkeypatch.setattr(inbox, "WAITS", (0.01, 0.01, 0.01, 0.05))
    monkeypatch.setattr(outbox, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(outbox, "LONGEST_WAIT", 0.05)
    monkeypatch.setattr(catchup, "WAIT", 0.05)
    monkeypatch.setattr(intake, "AGAIN_AFTER", 0.05)
    monkeypatch.setattr(app, "FLUSH_S", 0.02)
    monkeypatch.setattr(bot.storage.database, "BUSY_MS", 100)
    return World(tmp_path, monkeypatch)
