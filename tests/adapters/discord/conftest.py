"""A bot under test: the adapter with discord.py's real client, connected to the simulated Discord."""

from __future__ import annotations

import asyncio
import contextlib
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import SecretStr

with warnings.catch_warnings():
    # discord.py imports audioop, which Python 3.11 announces as deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    from adapters.discord import connection

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.settings import Settings
from bot.adapter import Menu
from bot.commands import Command, CommandOption, Field, Form, MessageAction
from bot.events import Interaction, Message, Place, Press
from bot.replies import Post, Reply, Sent, Target
from tests.adapters.host import RecordingHost
from tests.simulators.discord import DiscordPerson, DiscordSimulator
from tests.simulators.people import eventually

GERMAN = {"Ask the FAQ": "Die FAQ fragen", "Mark official": "Als offiziell markieren", "Tell us": "Sag es uns"}

MENU = Menu(
    commands=(
        Command(
            "ask",
            "Ask the FAQ",
            (
                CommandOption("question", str, "What you want to know", completes=True),
                CommandOption("limit", int, "How many answers", 1),
                CommandOption("exact", bool, "Only exact matches", False),
                CommandOption("threshold", float, "How sure to be", 0.5),
                CommandOption("voice", str, "Whose answers", "bot", choices=("bot", "peer")),
            ),
        ),
        Command("privacy", "Show what is held on you", (), private=True),
    ),
    actions=(MessageAction("Official.mark", "Mark official", "Mark as official", staff=True),),
    forms={"Feedback.comment": Form("Feedback.comment", "Tell us", (Field("why", "Why?", multiline=True),))},
    languages=("en", "de"),
    translate=lambda language, text: GERMAN.get(text, text) if language == "de" else text,
)


class Bot:
    """What a test says to the adapter, as the core would."""

    def __init__(self, adapter: DiscordAdapter, host: RecordingHost, task: asyncio.Task[None]) -> None:
        self.adapter = adapter
        self.host = host
        self.task = task
        self._posts = 0

    def post(self, event: Any, reply: Reply | str, **target: Any) -> Post:
        """The post that answers an event, addressed as ``Context`` addresses it."""
        reply = Reply(reply) if isinstance(reply, str) else reply
        self._posts += 1
        given: dict[str, Any] = {"place": event.place}
        if isinstance(event, Message):
            given |= {"reply_to": event.id, "start_thread": reply.where == "thread", "asked": event.text}
        if isinstance(event, Interaction):
            given |= {"handle": event.handle}
        if isinstance(event, Press) and reply.where == "replace":
            given |= {"edits": event.target.id, "edits_private": event.private}
        if reply.private:
            given |= {"private_to": event.member.id}
        return Post(f"post-{self._posts}", Target(**given | target), reply)

    async def says(self, event: Any, reply: Reply | str, **target: Any) -> Sent:
        return await self.adapter.send(self.post(event, reply, **target), again=False)


@contextlib.asynccontextmanager
async def running(
    sim: DiscordSimulator, menu: Menu = MENU, host: RecordingHost | None = None, **settings: Any
) -> AsyncIterator[Bot]:
    """The adapter connected to the simulator, and disconnected at the end."""
    host = host or RecordingHost(menu)
    adapter = DiscordAdapter(configured(sim, **settings))
    before = host.connections
    task = asyncio.create_task(adapter.run(host))
    waiting = asyncio.create_task(eventually(lambda: host.connections > before))
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        waiting.cancel()
        task.result()
    await waiting
    try:
        yield Bot(adapter, host, task)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)


def configured(sim: DiscordSimulator, **settings: Any) -> Settings:
    given = {"api_url": sim.api_url, "gateway_url": sim.gateway_url, "token": SecretStr(sim.token)} | settings
    return Settings(enabled=True, **given)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(connection, "IDENTIFY_GAP", 0.0)


@pytest.fixture
async def sim() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator() as simulator:
        simulator.channel()
        yield simulator
        assert simulator.violations == []


@pytest.fixture
async def bot(sim: DiscordSimulator) -> AsyncIterator[Bot]:
    async with running(sim) as connected:
        yield connected


@pytest.fixture
def ada(sim: DiscordSimulator) -> DiscordPerson:
    return sim.person("Ada")


@pytest.fixture
def general(sim: DiscordSimulator) -> Place:
    return Place("discord", sim.guild_id, sim.channel())


@pytest.fixture
def answers(ada: DiscordPerson) -> Callable[..., list[Any]]:
    """What Ada sees of the bot in a channel and its threads."""
    return lambda channel="general": [each for each in ada.sees(channel) if each.by_bot]
