"""The first private answer shown by the platform itself, where it comes in time; shown once in any case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert

from adapters.memory import MemoryAdapter
from bot import Context, Reply, command
from bot.adapter import Capabilities
from bot.app import App
from bot.cogs import Cog
from bot.events import Invocation
from bot.replies import Post
from bot.storage.tables import watermarks
from tests.bot.pipeline.conftest import Plain, World
from tests.simulators.people import eventually


class Once(MemoryAdapter):
    capabilities = Capabilities(private_repeatable=False)


class Office(Cog[Plain]):
    """Answers in its own time."""

    go: asyncio.Event
    failures = 0

    @command
    async def whisper(self, ctx: Context, text: str = "psst") -> Reply:
        """To the asker alone, when it is time."""
        await self.go.wait()
        ctx.post(Reply("and more", private=True))
        return Reply(text, private=True)

    @command
    async def shout(self, ctx: Context) -> str:
        """To everybody."""
        return "HEAR"

    @command
    async def stumble(self, ctx: Context) -> Reply:
        """Fails at first."""
        Office.failures += 1
        if Office.failures < 3:
            raise RuntimeError("oops")
        return Reply("at last", private=True)

    @command
    async def refused(self, ctx: Context) -> Reply:
        """Its changes are refused."""
        ctx.record(insert(watermarks).values(platform="x", place="x", seen=None))
        return Reply("never seen", private=True)


@pytest.fixture
async def app(world: World) -> AsyncIterator[App]:
    Office.go, Office.failures = asyncio.Event(), 0
    world.adapter = Once()
    world.has(Office)
    async with world.running() as running:
        yield running


async def asked(world: World, command: str, within: float = 5.0, pause: float = 0.0) -> tuple[Invocation, Post | None]:
    event, host = world.talk.asks(command), world.adapter.host
    assert host
    assert host.wants(event)
    await host.accept(event)
    await asyncio.sleep(pause)
    return event, await host.answer_to(event, within)


async def test_in_time(world: World, app: App) -> None:
    Office.go.set()
    _, post = await asked(world, "whisper")
    assert post
    assert (post.reply.text, post.target.private_to) == ("and more", "memory:ada")
    await world.settled(app)
    assert world.said == ["psst"], "the first is the platform's, the others are sent"
    assert world.rows("SELECT state, post FROM outbox") == [("sent", None), ("sent", None)]


async def test_even_where_the_platform_asks_late(world: World, app: App) -> None:
    Office.go.set()
    _, post = await asked(world, "whisper", pause=0.2)
    assert post
    await world.settled(app)
    assert world.said == ["psst"]


async def test_too_late(world: World, app: App) -> None:
    event, post = await asked(world, "whisper", within=0.05)
    assert post is None
    Office.go.set()
    await world.hears_back("and more", "psst")
    assert world.adapter.host
    assert await world.adapter.host.answer_to(event, 0.1) is None


async def test_a_public_answer_is_not_the_platforms_to_show(world: World, app: App) -> None:
    began = asyncio.get_running_loop().time()
    _, post = await asked(world, "shout")
    assert post is None
    assert asyncio.get_running_loop().time() - began < 1, "it is known at once that nothing will come"
    await world.hears_back("HEAR")


async def test_a_method_that_fails_at_first(world: World, app: App) -> None:
    _, post = await asked(world, "stumble")
    assert post is None
    await world.hears_back("at last")


async def test_changes_that_are_refused(world: World, app: App) -> None:
    _, post = await asked(world, "refused")
    assert post is None
    await eventually(lambda: len(world.said) == 1)
    assert "never seen" not in world.said


async def test_a_commit_that_fails_for_now(world: World, app: App) -> None:
    event, host = world.talk.asks("whisper"), world.adapter.host
    assert host
    await host.accept(event)
    asking = asyncio.create_task(host.answer_to(event, 5.0))
    await asyncio.sleep(0.01)
    async with world.locked():
        Office.go.set()
        assert await asking is None
    await world.hears_back("and more", "psst")


async def test_a_platform_that_left_is_not_waited_for(world: World, app: App) -> None:
    event, host = world.talk.asks("whisper"), world.adapter.host
    assert host
    Office.go.set()
    leaving = asyncio.create_task(host.accept(event))
    await asyncio.sleep(0)
    leaving.cancel()
    await world.hears_back("and more", "psst")


async def test_an_event_known_before_has_no_second_answer(world: World, app: App) -> None:
    Office.go.set()
    event, post = await asked(world, "whisper")
    assert post
    host = world.adapter.host
    assert host
    assert await host.accept(event) is False
    assert await host.answer_to(event, 0.1) is None
