"""A post appears once: whatever fails, and wherever the bot is stopped."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest
from sqlalchemy import insert

from adapters.memory import MemoryAdapter
from bot import Context, Message, Reply, button, on
from bot.adapter import Capabilities
from bot.cogs import Cog
from bot.errors import Gone, PlatformError, Refused, Unreachable
from bot.pipeline import outbox as outbox_module
from bot.replies import Post, Sent
from bot.storage.dead import listed
from bot.storage.tables import outbox
from tests.bot.pipeline.conftest import MINUTE, RANDOM, Plain, World
from tests.simulators.people import eventually


class Echo(Cog[Plain]):
    """Says what it hears, aloud or in private."""

    paused: asyncio.Event | None = None
    """Set while a method is held."""

    @on
    async def hear(self, ctx: Context, message: Message) -> str:
        if self.paused:
            self.paused.set()
            await asyncio.Event().wait()
        return message.text

    @button
    async def whisper(self, ctx: Context, value: str) -> Reply:
        """Say it to who pressed alone."""
        return Reply(value, private=True)


class Halting(MemoryAdapter):
    """Stops for ever just before or just after a post stands, until it is told to go on."""

    def __init__(self, where: str = "") -> None:
        super().__init__()
        self.where = where
        self.halted = asyncio.Event()
        self.asked: list[bool] = []
        """``again`` of every try."""

    async def send(self, post: Post, *, again: bool) -> Sent:
        self.asked.append(again)
        if self.where == "before":
            await self._halt()
        sent = await super().send(post, again=again)
        if self.where == "after":
            await self._halt()
        return sent

    async def _halt(self) -> None:
        self.halted.set()
        await asyncio.Event().wait()


class Once(Halting):
    """A platform where a private post sent twice is shown twice, and nobody can look."""

    capabilities = Capabilities(private_repeatable=False)

    async def send(self, post: Post, *, again: bool) -> Sent:
        return await super().send(post, again=again and not post.target.private_to)


@pytest.fixture(autouse=True)
def nothing_is_held() -> None:
    Echo.paused = None


def states(world: World) -> list[Any]:
    return world.rows("SELECT state FROM outbox ORDER BY id")


# -- stopped anywhere --------------------------------------------------------------------------------------------------


async def test_stopped_between_acceptance_and_answer(world: World) -> None:
    world.has(Echo)
    Echo.paused = asyncio.Event()
    async with world.running():
        await world.adapter.hears(world.talk.says("hello"))
        await Echo.paused.wait()
        await world.crash()
    Echo.paused = None
    async with world.running():
        await world.hears_back("hello")


@pytest.mark.parametrize("where", ["before", "after"])
async def test_stopped_before_it_was_sent_or_before_that_was_noted(world: World, where: str) -> None:
    world.has(Echo)
    world.adapter = adapter = Halting(where)
    async with world.running():
        await world.adapter.hears(world.talk.says("hello"))
        await adapter.halted.wait()
        assert states(world) == ["queued"]
        await world.crash()
    adapter.where = ""
    async with world.running() as app:
        await world.settled(app)
        await world.adapter.hears(world.talk.says("and another"))
        await world.hears_back("hello", "and another")
        await world.settled(app)
    assert states(world) == ["sent", "sent"]
    assert adapter.asked == [False, True, False]
    assert world.rows("SELECT message FROM outbox ORDER BY id") == ["b1", "b2"]


async def test_stopped_at_every_step(world: World) -> None:
    """The same again and again, stopped after another number of steps of the event loop each time."""
    world.has(Echo)
    asked = []
    for steps in itertools.chain(range(1, 40, 3), range(40, 320, 25)):
        text = f"question {steps}"
        async with world.running():
            asking = asyncio.create_task(world.adapter.hears(world.talk.says(text)))
            for _ in range(steps):
                await asyncio.sleep(0)
            await world.crash()
            accepted = asking.done() and not asking.cancelled() and asking.exception() is None
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            if accepted:
                asked.append(text)
    async with world.running() as app:
        await world.settled(app)
    assert set(asked) <= set(world.said)
    assert len(world.said) == len(set(world.said)), "something was said twice"
    assert set(states(world)) == {"sent"}


# -- what a platform may answer ----------------------------------------------------------------------------------------


async def test_an_unreachable_platform_is_tried_again_and_looked_at_first(world: World) -> None:
    world.has(Echo)
    world.adapter = adapter = Halting()
    adapter.failures = [
        Unreachable("no", perhaps_done=False),
        Unreachable("perhaps"),
        Unreachable("no", perhaps_done=False),
    ]
    async with world.running():
        await world.adapter.hears(world.talk.says("hello"))
        await world.hears_back("hello")
    assert adapter.asked == [False, False, True, True]


async def test_it_waits_as_long_as_the_platform_asks_and_keeps_the_order(world: World) -> None:
    world.has(Echo)
    world.adapter.failures = [Unreachable("slow down", retry_after=0.3, perhaps_done=False)]
    loop = asyncio.get_running_loop()
    async with world.running():
        began = loop.time()
        await world.adapter.hears(world.talk.says("first"), world.talk.says("second"))
        await eventually(lambda: world.adapter.failures == [])
        await world.adapter.hears(world.talk.says("elsewhere", place=RANDOM))
        await eventually(lambda: world.said == ["elsewhere"], within=0.25)
        await world.hears_back("elsewhere", "first", "second")
        assert loop.time() - began >= 0.3


@pytest.mark.parametrize("failure", [Refused("missing permission"), Gone("the message was deleted")])
async def test_what_is_refused_is_not_tried_again(world: World, failure: PlatformError) -> None:
    world.has(Echo)
    world.adapter.failures = [failure]
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("first"), world.talk.says("second"))
        await world.hears_back("second")
        await world.settled(app)
        assert await listed(app.database) == [
            {"kind": "post", "id": 1, "where": "memory:general", "error": str(failure)}
        ]
        assert world.rows("SELECT post FROM outbox") == [None, None]


async def test_a_mistake_of_the_adapter_is_tried_five_times(world: World) -> None:
    class Mistaken(Halting):
        async def send(self, post: Post, *, again: bool) -> Sent:
            if post.reply.text == "bad":
                self.asked.append(again)
                raise KeyError("oops")
            return await super().send(post, again=again)

    world.has(Echo)
    world.adapter = adapter = Mistaken()
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("bad"), world.talk.says("good"))
        await world.hears_back("good")
        await world.settled(app)
        assert [each["error"] for each in await listed(app.database)] == ["KeyError: 'oops'"]
    assert adapter.asked == [False, True, True, True, True, False]


async def test_an_answer_nobody_needs_any_more_is_not_posted(world: World) -> None:
    world.has(Echo)
    world.adapter.failures = [Unreachable("down", retry_after=0.1)]
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("hello"))
        await eventually(lambda: world.adapter.failures == [])
        await world.clock.moves(31 * 60)
        await world.settled(app)
    assert (world.said, states(world)) == ([], ["expired"])


async def test_nor_after_a_restart(world: World) -> None:
    world.has(Echo)
    world.adapter = adapter = Halting("before")
    async with world.running():
        await world.adapter.hears(world.talk.says("hello"))
        await adapter.halted.wait()
        await world.crash()
    adapter.where = ""
    await world.clock.moves(31 * MINUTE / 1000)
    async with world.running() as app:
        await world.settled(app)
    assert (world.said, states(world)) == ([], ["expired"])


async def test_a_post_of_an_earlier_version_keeps_no_bot_from_starting(world: World) -> None:
    world.has(Echo)
    async with world.running() as app:
        odd = {"key": "odd", "platform": "memory", "lane": "l", "post": '{"a": 1}', "state": "queued", "tries": 0}
        await app.database.writer.write(insert(outbox).values(odd | {"useful_until": 10**15, "created": world.now}))
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("hello"))
        await world.hears_back("hello")
        await world.settled(app)
        assert [each["error"] for each in await listed(app.database)] == ["it was stored in a form unknown here"]


async def test_a_post_that_stands_is_not_sent_again_because_that_cannot_be_noted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.has(Echo)
    world.adapter = adapter = Once()
    async with world.running() as app:
        shown = asyncio.Event()
        original = adapter._show

        def show(post: Post) -> Sent:
            shown.set()
            return original(post)

        monkeypatch.setattr(adapter, "_show", show)
        adapter.where = "after"
        adapter._halt = lambda: eventually(lambda: noted.is_set())
        noted = asyncio.Event()
        await world.adapter.hears(world.talk.says("aloud"))
        await shown.wait()
        async with world.locked():
            noted.set()
            await asyncio.sleep(0.4)
        await world.settled(app)
    assert (world.said, states(world), adapter.asked) == (["aloud"], ["sent"], [False])


# -- private posts that cannot be repeated -----------------------------------------------------------------------------


async def test_a_private_post_is_claimed_before_it_is_sent(world: World) -> None:
    world.has(Echo)
    world.adapter = adapter = Once("before")
    async with world.running():
        await world.adapter.hears(world.talk.presses("Echo.whisper", "psst", "m1"))
        await adapter.halted.wait()
        assert states(world) == ["sending"]
        await world.crash()
    adapter.where = ""
    async with world.running() as app:
        assert [each["error"] for each in await listed(app.database)] == [
            "perhaps sent before a restart; sending it again could double it"
        ]
    assert world.said == []


@pytest.mark.parametrize("failure", [Unreachable("timed out"), OSError("reset")])
async def test_a_private_post_that_was_perhaps_sent_is_given_up(world: World, failure: Exception) -> None:
    world.has(Echo)
    world.adapter = adapter = Once()
    adapter.failures = [failure]
    async with world.running() as app:
        await world.adapter.hears(world.talk.presses("Echo.whisper", "psst", "m1"))
        await eventually(lambda: states(world) == ["dead"])
        await world.settled(app)
    assert adapter.asked == [False]


async def test_a_private_post_that_was_surely_not_sent_is_tried_again(world: World) -> None:
    world.has(Echo)
    world.adapter = adapter = Once()
    adapter.failures = [Unreachable("slow down", retry_after=0.2, perhaps_done=False)]
    async with world.running() as app:
        await world.adapter.hears(world.talk.presses("Echo.whisper", "psst", "m1"))
        await eventually(lambda: adapter.asked == [False])
        await eventually(lambda: states(world) == ["queued"])  # a crash now would not lose it
        await world.hears_back("psst")
        await world.settled(app)
    assert states(world) == ["sent"]


async def test_a_private_post_that_was_given_up_stays_given_up_while_that_cannot_be_noted(world: World) -> None:
    class Doubtful(Once):
        go = asyncio.Event()

        async def send(self, post: Post, *, again: bool) -> Sent:
            self.asked.append(again)
            await self.go.wait()
            raise Unreachable("timed out")

    world.has(Echo)
    world.adapter = adapter = Doubtful()
    async with world.running() as app:
        await world.adapter.hears(world.talk.presses("Echo.whisper", "psst", "m1"))
        await eventually(lambda: adapter.asked)
        async with world.locked():
            adapter.go.set()
            await asyncio.sleep(0.4)
        await eventually(lambda: states(world) == ["dead"])
        await world.settled(app)
    assert adapter.asked == [False]


async def test_private_answers_do_not_wait_for_the_channel(world: World) -> None:
    world.has(Echo)
    world.adapter.failures = [Unreachable("slow down", retry_after=0.3, perhaps_done=False)]
    async with world.running():
        await world.adapter.hears(world.talk.says("aloud"))
        await eventually(lambda: world.adapter.failures == [])
        await world.adapter.hears(world.talk.presses("Echo.whisper", "psst", "m1"))
        await eventually(lambda: world.said == ["psst"], within=0.25)
        await world.hears_back("psst", "aloud")


def test_the_waits_grow_up_to_a_limit() -> None:
    waiting = outbox_module.Waiting(post=None, useful_until=0)
    waits = [outbox_module.Outbox._wait(waiting, None, perhaps_done=False) for _ in range(10)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (outbox_module.FIRST_WAIT, outbox_module.LONGEST_WAIT)
