"""After downtime: what was missed is read, what is still useful is answered, and nothing is answered twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

import pytest

from adapters.memory import MemoryAdapter
from bot import Context, Message, Reaction, Reactions, Reply, on
from bot.cogs import Cog
from bot.community.channels import Channel
from bot.errors import Refused, StorageError, Unreachable
from bot.events import Event, MessageRef, Place
from bot.pipeline import catchup
from tests.bot.pipeline.conftest import GENERAL, RANDOM, Plain, World
from tests.simulators.people import eventually


class Echo(Cog[Plain]):
    """Says what it hears, and in threads where it is asked to."""

    @on
    async def hear(self, ctx: Context, message: Message) -> Reply:
        return Reply(message.text, where="thread" if message.text == "thread" else "reply")


class Counts(Cog[Plain]):
    """Notes what people think of answers."""

    heard: ClassVar[list[object]] = []

    @on
    async def hear(self, ctx: Context, message: Message) -> str:
        return message.text

    @on
    async def one(self, ctx: Context, reaction: Reaction) -> None:
        self.heard.append((reaction.emoji, reaction.added))

    @on
    async def all(self, ctx: Context, reactions: Reactions) -> None:
        self.heard.append(reactions.left)


class Moody(MemoryAdapter):
    """Its history can be read only sometimes."""

    def __init__(self) -> None:
        super().__init__()
        self.moods: list[Exception] = []
        """What the next tries to read anything raise."""
        self.closed_places: dict[Place, Exception] = {}
        self.read: list[tuple[Place, int]] = []

    async def history(self, place: Place, since: int) -> AsyncIterator[Event]:
        self.read.append((place, since))
        if place in self.closed_places:
            raise self.closed_places[place]
        if self.moods:
            raise self.moods.pop(0)
        async for event in super().history(place, since):
            yield event

    async def reconnects(self, *meanwhile: Message) -> None:
        """The connection breaks, things are said, it is there again."""
        assert self.host
        self.host.disconnected("cable")
        self.misses(*meanwhile)
        self.host.connected()


@pytest.fixture
def adapter(world: World) -> Moody:
    world.has(Echo)
    world.channels = (Channel("memory:general"),)
    world.adapter = adapter = Moody()
    return adapter


def marks(world: World) -> list[int]:
    return world.rows("SELECT seen FROM watermarks ORDER BY place")


async def test_a_configured_channel_starts_when_the_bot_first_sees_it(world: World, adapter: Moody) -> None:
    adapter.misses(world.talk.says("long before", ago=5))
    async with world.running() as app:
        await eventually(lambda: adapter.read)
        await world.adapter.hears(world.talk.says("hello"))
        await world.hears_back("hello")
        await world.settled(app)
    assert adapter.read == [(GENERAL, adapter.read[0][1])]


async def test_what_was_asked_while_the_bot_was_away(world: World, adapter: Moody) -> None:
    async with world.running():
        await adapter.hears(world.talk.says("heard live"))
        await world.hears_back("heard live")
    await world.clock.moves(40 * 60)
    adapter.misses(world.talk.says("too old", ago=35), world.talk.says("chatter", to=False, ago=3))
    adapter.misses(world.talk.says("still useful", ago=2))
    async with world.running() as app:
        await world.hears_back("heard live", "still useful")
        await world.settled(app)
        await eventually(lambda: marks(world) == [app.watermarks.seen(GENERAL)])
    assert world.rows("SELECT count(*) FROM inbox") == [2]
    async with world.running() as app:
        await asyncio.sleep(0.05)
    assert world.said == ["heard live", "still useful"]


async def test_what_was_said_during_a_short_break(world: World, adapter: Moody) -> None:
    async with world.running() as app:
        await adapter.hears(world.talk.says("one"))
        await adapter.reconnects(world.talk.says("two"))
        await world.hears_back("one", "two")
        await adapter.reconnects()
        await world.settled(app)
    assert world.said == ["one", "two"]


async def test_live_and_history_at_the_same_time(world: World, adapter: Moody) -> None:
    questions = [world.talk.says(f"q{number}") for number in range(20)]
    async with world.running() as app:
        await eventually(lambda: adapter.read)
        assert adapter.host
        adapter.host.disconnected("cable")
        adapter.misses(*questions)
        adapter.host.connected()
        for question in questions:
            assert adapter.host.wants(question)
            await adapter.host.accept(question)
        await eventually(lambda: len(world.said) == 20)
        await eventually(lambda: len(adapter.read) == 2)
        await world.settled(app)
    assert sorted(world.said) == sorted(question.text for question in questions)


async def test_a_thread_the_bot_is_part_of_is_read_again(world: World, adapter: Moody) -> None:
    async with world.running() as app:
        question = world.talk.says("thread")
        await adapter.hears(question)
        await world.hears_back("thread")
        thread = Place("memory", "", "general", question.id)
        other = Place("memory", "", "general", "m77")
        await adapter.hears(world.talk.says("go on", place=thread), world.talk.says("chat", to=False, place=other))
        await world.hears_back("thread", "go on")
        await world.settled(app)
    assert len(marks(world)) == 2, "a thread the bot has no part in leaves no mark"
    adapter.misses(world.talk.says("and then?", place=thread), world.talk.says("unheard", place=other))
    async with world.running():
        await world.hears_back("thread", "go on", "and then?")


async def test_chatter_moves_the_mark_that_is_written_down(world: World, adapter: Moody) -> None:
    last = world.talk.says("blah", to=False, place=RANDOM)
    async with world.running():
        await adapter.hears(last)
    assert last.at in marks(world)


# -- a gap stays until it was read -------------------------------------------------------------------------------------


async def test_a_question_that_could_not_be_stored_is_found_again(world: World, adapter: Moody) -> None:
    async with world.running() as app:
        await adapter.hears(world.talk.says("one"))
        await world.hears_back("one")
        async with world.locked():
            unheard = asyncio.create_task(adapter.hears(world.talk.says("two")))
            await asyncio.sleep(0)
            await adapter.hears(world.talk.says("chatter meanwhile", to=False))
            with pytest.raises(StorageError, match="locked"):
                await unheard
        await world.hears_back("one", "two")
        await world.settled(app)
        await eventually(lambda: app.watermarks.gap(GENERAL) is None)
        await eventually(lambda: app.watermarks.seen(GENERAL) in marks(world))


async def test_the_first_words_ever_in_a_channel_are_found_again_too(world: World, adapter: Moody) -> None:
    async with world.running() as app:
        async with world.locked():
            with pytest.raises(StorageError):
                await adapter.hears(world.talk.says("hello", place=RANDOM))
        await world.hears_back("hello")
        await world.settled(app)
        await eventually(lambda: app.watermarks.gap(RANDOM) is None)
    assert len(marks(world)) == 2


async def test_a_mark_waits_for_the_question_before_it(world: World, adapter: Moody) -> None:
    """A platform may take its time between ``wants`` and ``accept``, and chatter goes on meanwhile."""
    async with world.running() as app:
        await eventually(lambda: adapter.read and app.watermarks.gap(GENERAL) is None)
        question = world.talk.says("under way")
        adapter.misses(question)
        assert adapter.host
        assert adapter.host.wants(question)
        await adapter.hears(world.talk.says("chatter", to=False))
        await asyncio.sleep(0.1)  # several times the marks were written down
        await world.crash()
    async with world.running():
        await world.hears_back("under way")


async def test_stopped_while_a_question_is_on_its_way(world: World, adapter: Moody) -> None:
    async with world.running() as app:
        await eventually(lambda: adapter.read and app.watermarks.gap(GENERAL) is None)
        question = world.talk.says("under way")
        adapter.misses(question)
        intake = app.intakes["memory"]
        assert intake.wants(question)
        await adapter.hears(world.talk.says("chatter", to=False))
        intake.close()
        with pytest.raises(StorageError, match="stopping"):
            await intake.accept(question)
    async with world.running():
        await world.hears_back("under way")


async def test_a_history_that_cannot_be_read_now_is_read_later(world: World, adapter: Moody) -> None:
    async with world.running():
        await adapter.hears(world.talk.says("one"))
    adapter.moods = [Unreachable("busy", retry_after=0.02), Unreachable("down")]
    adapter.misses(world.talk.says("two"))
    async with world.running():
        await world.hears_back("one", "two")


async def test_the_gap_outlives_a_platform_that_is_away_for_long(world: World, adapter: Moody) -> None:
    async with world.running():
        await adapter.hears(world.talk.says("one"))
        await world.hears_back("one")
    adapter.moods = [Unreachable("down", retry_after=0.001) for _ in range(catchup.TRIES)]
    missed = world.talk.says("two")
    adapter.misses(missed)
    before = marks(world)
    async with world.running() as app:
        await eventually(lambda: not adapter.moods)
        await adapter.hears(world.talk.says("three"))
        await world.hears_back("one", "three")
        assert app.watermarks.gap(GENERAL)
        await asyncio.sleep(0.05)
        assert marks(world) == before, "a crash now would have to read from there again"
        await adapter.reconnects()
        await world.hears_back("one", "three", "two")
        await eventually(lambda: marks(world) != before)


@pytest.mark.parametrize("failure", [Refused("no access"), KeyError("oops")])
async def test_a_place_that_cannot_be_read_holds_up_no_other(world: World, adapter: Moody, failure: Exception) -> None:
    world.channels = (Channel("memory:general"), Channel("memory:random"))
    async with world.running() as app:
        await eventually(lambda: app.watermarks.gap(RANDOM) is None)
    adapter.closed_places[GENERAL] = failure
    adapter.misses(world.talk.says("hello", place=RANDOM))
    async with world.running() as app:
        await world.hears_back("hello")
        await world.settled(app)


async def test_a_locked_database_while_catching_up(world: World, adapter: Moody) -> None:
    async with world.running():
        await adapter.hears(world.talk.says("one"))
        await world.hears_back("one")
        async with world.locked():
            await adapter.reconnects(world.talk.says("two"))
            await asyncio.sleep(0.3)
        await world.hears_back("one", "two")


async def test_what_history_finds_while_the_place_fails_again_is_not_given_up(world: World, adapter: Moody) -> None:
    async with world.running() as app:
        await eventually(lambda: adapter.read and app.watermarks.gap(GENERAL) is None)
        gap_before = app.watermarks.gap(GENERAL)
        adapter.moods = [Unreachable("busy", retry_after=0.1)]
        await adapter.reconnects(world.talk.says("one"))
        await eventually(lambda: not adapter.moods)
        await adapter.reconnects(world.talk.says("two"))
        await world.hears_back("one", "two")
        await eventually(lambda: app.watermarks.gap(GENERAL) is gap_before)


# -- reactions ---------------------------------------------------------------------------------------------------------


async def test_reactions_left_while_the_bot_was_away(world: World, adapter: Moody) -> None:
    world.has(Counts)
    Counts.heard.clear()
    async with world.running() as app:
        await adapter.hears(world.talk.says("hello"))
        await world.hears_back("hello")
        await world.settled(app)
        await adapter.hears(world.talk.reacts("b1", who="ben"))
        await eventually(lambda: Counts.heard == [("thumbsup", True)])
        await world.settled(app)
    adapter.misses(world.talk.reacts("b1", who="cem"), world.talk.reacts("b1", who="ben", added=False))
    Counts.heard.clear()
    async with world.running() as app:
        await eventually(lambda: Counts.heard == [(("memory:cem", "thumbsup"),)])
        await world.settled(app)


async def test_reactions_that_cannot_be_read_end_nothing(
    world: World, adapter: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.has(Counts)
    Counts.heard.clear()

    async def reactions(message: MessageRef) -> Reactions | None:
        raise KeyError("oops")

    async with world.running() as app:
        await adapter.hears(world.talk.says("hello"))
        await world.hears_back("hello")
        await world.settled(app)
        monkeypatch.setattr(adapter, "reactions", reactions)
        await adapter.reconnects(world.talk.says("again"))
        await world.hears_back("hello", "again")
        await world.settled(app)
        assert app.health.problems
    assert Counts.heard == []
