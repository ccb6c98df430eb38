"""An event is worked on once, in order, and never lost; one that cannot be worked on is set aside."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

import pytest
from sqlalchemy import insert

from bot import Context, Edited, Message, Reaction, Reply, UserError, button, command, on
from bot.cogs import Cog
from bot.errors import StorageError
from bot.i18n import translate
from bot.storage import Change
from bot.storage.dead import listed, retried
from bot.storage.tables import inbox, votes, watermarks
from tests.bot.pipeline.conftest import RANDOM, Plain, World
from tests.simulators.people import eventually

SORRY = "Something went wrong on my side. The team can see it in the log."


class Echo(Cog[Plain]):
    """Says what it hears."""

    @on
    async def hear(self, ctx: Context, message: Message) -> str:
        return message.text

    @command
    async def echo(self, ctx: Context, text: str) -> Reply:
        """Say it back."""
        return Reply(text, private=True)


class Slow(Cog[Plain]):
    """Takes its time in one channel until it is let go."""

    go = asyncio.Event()

    @on
    async def hear(self, ctx: Context, message: Message) -> str:
        if message.text == "slow":
            await self.go.wait()
        return message.text


class Poison(Cog[Plain]):
    """Fails at certain words, and counts how often."""

    tries = 0

    @on
    async def hear(self, ctx: Context, message: Message) -> str:
        if "poison" in message.text:
            Poison.tries += 1
            raise RuntimeError("that word!")
        return message.text

    @command
    async def boom(self, ctx: Context) -> str:
        """Fail."""
        raise RuntimeError("boom")

    @on
    async def vote(self, ctx: Context, reaction: Reaction) -> None:
        raise RuntimeError("no votes")


async def test_heard_twice_answered_once(world: World) -> None:
    world.has(Echo)
    question = world.talk.says("hello")
    async with world.running() as app:
        assert await app.intakes["memory"].accept(question) is True
        assert await app.intakes["memory"].accept(question) is False
        await world.adapter.hears(question)
    async with world.running():
        await world.adapter.hears(question)
    await world.hears_back("hello")


async def test_a_channel_keeps_its_order_and_holds_up_no_other(world: World) -> None:
    world.has(Slow)
    Slow.go = asyncio.Event()
    async with world.running():
        await world.adapter.hears(world.talk.says("slow"), world.talk.says("second"), world.talk.says("third"))
        await world.adapter.hears(world.talk.says("elsewhere", place=RANDOM))
        await world.hears_back("elsewhere")
        Slow.go.set()
        await world.hears_back("elsewhere", "slow", "second", "third")


async def test_poison_is_tried_five_times_and_then_set_aside(world: World) -> None:
    world.has(Poison)
    Poison.tries = 0
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("poison", who="eve"), world.talk.says("fine"))
        await world.hears_back("fine", SORRY)
        await world.settled(app)
        assert Poison.tries == 5
        assert await listed(app.database) == [
            {"kind": "event", "id": 1, "where": "memory:general", "error": "RuntimeError: that word!"}
        ]
        assert world.adapter.said[-1].target.reply_to == "m1"
    async with world.running():
        assert Poison.tries == 5


async def test_only_who_waits_gets_an_apology(world: World) -> None:
    world.has(Poison)
    async with world.running() as app:
        await world.adapter.hears(world.talk.reacts("m1"), world.talk.asks("boom", locale="de"))
        await eventually(lambda: len(world.said) == 1)
        await world.settled(app)
    [post] = world.adapter.said
    assert (post.reply.text, post.target.private_to) == (translate("de", SORRY), "memory:ada")
    assert len(world.rows("SELECT id FROM inbox WHERE state = 'dead'")) == 2


async def test_an_event_set_aside_can_be_tried_again(world: World) -> None:
    world.has(Poison)
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("poison"))
        await world.hears_back(SORRY)
        await world.settled(app)
        assert not await retried(app.database, 77)
        assert await retried(app.database, 1)
    world.has(Echo)  # mended
    async with world.running() as app:
        await world.hears_back(SORRY, "poison")
        assert await listed(app.database) == []


class Two(Cog[Plain]):
    """Two methods hear the same; one of them is in trouble."""

    trouble: Exception | None = RuntimeError("trouble")

    @on
    async def first(self, ctx: Context, message: Message) -> str | None:
        ctx.record(insert(votes).values(question="first", member=message.key, via="button", value=1, at=1))
        return None if self.trouble else "the first at last"

    @on
    async def second(self, ctx: Context, message: Message) -> str:
        ctx.record(insert(votes).values(question="second", member=message.key, via="button", value=1, at=1))
        if self.trouble:
            raise self.trouble
        return "the second at last"

    @on
    async def third(self, ctx: Context, message: Message) -> str:
        return "the third"


async def test_a_failing_method_does_not_take_the_others_down(world: World) -> None:
    world.has(Two)
    Two.trouble = RuntimeError("trouble")
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("hi"))
        await world.hears_back("the third", SORRY)
        await world.settled(app)
    assert world.rows("SELECT question FROM votes") == ["first"]


async def test_tried_again_what_was_said_is_not_said_again(world: World) -> None:
    class Third(Two):
        """Without a change that can be made only once."""

        async def first(self, ctx: Context, message: Message) -> None: ...

        @on
        async def second(self, ctx: Context, message: Message) -> str:
            if self.trouble:
                raise self.trouble
            return "the second at last"

    world.has(Third)
    Two.trouble = RuntimeError("trouble")
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("hi"))
        await world.hears_back("the third", SORRY)
        await world.settled(app)
        assert await retried(app.database, 1)
    Two.trouble = None
    async with world.running() as app:
        await world.settled(app)
    assert world.said == ["the third", SORRY, "the second at last"]


async def test_a_wish_that_cannot_be_met_is_answered_in_the_members_language(world: World) -> None:
    class Shop(Cog[Plain]):
        @command
        async def buy(self, ctx: Context, what: str) -> str:
            """Buy something."""
            ctx.record(insert(votes).values(question="q", member=what, via="button", value=1, at=1))
            ctx.post("Bought!")
            raise UserError("I do not know `{command}`. Did you mean `{near}`?", command=what, near="bread")

        @on
        async def unasked(self, ctx: Context, reaction: Reaction) -> None:
            raise UserError("Nobody wants to read this.")

    world.has(Shop)
    async with world.running() as app:
        await world.adapter.hears(world.talk.asks("buy", "brad", locale="de-AT"), world.talk.reacts("m1"))
        await eventually(lambda: world.said)
        await world.settled(app)
        assert await listed(app.database) == []
    [post] = world.adapter.said
    assert post.target.private_to == "memory:ada"
    assert post.reply.text == translate(
        "de", "I do not know `{command}`. Did you mean `{near}`?", command="brad", near="bread"
    )
    assert world.rows("SELECT * FROM votes") == []


async def test_changes_the_database_refuses_are_the_events_own_fault(world: World) -> None:
    class Wrong(Cog[Plain]):
        bad = insert(watermarks).values(platform="x", place="x", seen=None)

        @on
        async def hear(self, ctx: Context, message: Message) -> str:
            if message.text == "wrong":
                ctx.record(self.bad)
            if message.text == "large":
                ctx.record(insert(watermarks).values(platform="x", place="x", seen=2**70))
            return message.text

    world.has(Wrong)
    async with world.running() as app:
        await world.adapter.hears(*(world.talk.says(text) for text in ("wrong", "large", "right")))
        await eventually(lambda: len(world.said) == 3)
        await world.settled(app)
        assert [each["id"] for each in await listed(app.database)] == [1, 2]
    assert sorted(world.said) == sorted(["right", SORRY, SORRY])


async def test_while_the_database_is_locked_nothing_is_given_up(world: World) -> None:
    reached = asyncio.Event()

    class Waits(Cog[Plain]):
        go = asyncio.Event()

        @on
        async def hear(self, ctx: Context, message: Message) -> str:
            reached.set()
            await self.go.wait()
            return message.text

    world.has(Waits)
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("patience"))
        await reached.wait()
        async with world.locked():
            Waits.go.set()
            await asyncio.sleep(1.0)  # several tries of 0.1 s
            assert world.said == []
            with pytest.raises(StorageError, match="locked"):
                await app.intakes["memory"].accept(world.talk.says("not now"))
        await eventually(lambda: world.said == ["patience"])
        await world.settled(app)
        assert await listed(app.database) == []


async def test_an_adapter_that_gives_up_waiting_loses_nothing(world: World) -> None:
    world.has(Echo)
    async with world.running() as app:
        impatient = asyncio.create_task(app.intakes["memory"].accept(world.talk.says("hello")))
        await asyncio.sleep(0)
        impatient.cancel()
        await world.hears_back("hello")


async def test_what_only_waited_is_not_blamed_for_crashes(world: World) -> None:
    class Stuck(Cog[Plain]):
        stuck = True

        @on
        async def hear(self, ctx: Context, message: Message) -> str:
            if self.stuck:
                await asyncio.Event().wait()
            return message.text

    world.has(Stuck)
    async with world.running():
        await world.adapter.hears(world.talk.says("the one that kills"), world.talk.says("innocent"))
        await world.crash()
    for _ in range(4):
        async with world.running():
            await world.crash()
    assert world.rows("SELECT tries FROM inbox ORDER BY id") == [4, 0]
    Stuck.stuck = False
    async with world.running() as app:
        await world.settled(app)
        assert [each["error"] for each in await listed(app.database)] == [
            "the bot ended while working on it, again and again"
        ]
    assert world.said == [SORRY, "innocent"]


async def test_a_row_nobody_can_read_keeps_no_bot_from_starting(world: World) -> None:
    world.has(Slow)
    Slow.go = asyncio.Event()
    async with world.running() as app:
        await world.adapter.hears(world.talk.says("slow"), world.talk.says("second"))
        await app.database.writer.write(
            insert_event("odd", '{"kind": "telepathy"}'), insert_event("odder", "not even JSON")
        )
        await world.crash()
    Slow.go.set()
    async with world.running() as app:
        await world.hears_back("slow", "second")
        assert [each["error"] for each in await listed(app.database)] == ["it was stored in a form unknown here"] * 2


def insert_event(key: str, event: str) -> Change:
    row = {"platform": "memory", "key": key, "lane": key, "event": event, "state": "new", "tries": 0, "received": 1}
    return insert(inbox).values(row)


CANARY = "canary-5f1d"


async def test_chatter_leaves_no_trace_and_a_done_event_no_text(world: World) -> None:
    world.has(Echo)
    async with world.running() as app:
        for number in range(20):
            await world.adapter.hears(world.talk.says(f"{CANARY} {number}", to=False))
        await world.adapter.hears(world.talk.says("hello"))
        await world.hears_back("hello")
        await world.settled(app)
        await eventually(lambda: world.rows("SELECT seen FROM watermarks"))
        files = [path for path in world.file.parent.iterdir() if path.name.startswith("regulars.db")]
        assert len(files) >= 3  # the write-ahead log, too
        assert not any(CANARY.encode() in path.read_bytes() for path in files)
        assert world.rows("SELECT event, error, state FROM inbox") == [(None, None, "done")]
        assert world.rows("SELECT post, state FROM outbox") == [(None, "sent")]
    assert not any(CANARY.encode() in path.read_bytes() for path in files if path.exists())


async def test_an_edit_is_known_but_not_its_words(world: World) -> None:
    class Editor(Cog[Plain]):
        heard: ClassVar[list[str]] = []

        @on
        async def edited(self, ctx: Context, edited: Edited) -> None:
            self.heard.append(f"{edited.id} {edited.text}")

    world.has(Editor)
    Editor.heard.clear()
    async with world.running() as app:
        await world.adapter.hears(world.talk.edits("m9", CANARY))
        await eventually(lambda: Editor.heard)
        await world.settled(app)
    assert Editor.heard == ["m9 "]
    assert CANARY.encode() not in world.file.read_bytes()


async def test_a_key_given_twice_is_posted_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    class Sharing(Cog[Plain]):
        @button
        async def share(self, ctx: Context, value: str) -> Reply:
            ctx.post(Reply("shared", where="channel", key="only-once"))
            return Reply("Shared with the channel.", private=True)

    world.has(Sharing)
    async with world.running() as app:
        await world.adapter.hears(*(world.talk.presses("Sharing.share", "", "m1") for _ in range(3)))
        await eventually(lambda: len(world.said) >= 4)
        await world.settled(app)
    assert sorted(world.said) == ["Shared with the channel."] * 3 + ["shared"]
    assert "sent twice" not in caplog.text, "not even tried"


async def test_characters_that_cannot_be_stored(world: World) -> None:
    world.has(Echo)
    async with world.running():
        await world.adapter.hears(world.talk.says("hi \ud83d there\x00 🦆"), world.talk.asks("echo", "\udc00"))
        await eventually(lambda: sorted(world.said) == ["hi \ufffd there\ufffd 🦆", "\ufffd"])


async def test_the_same_key_on_another_platform_is_another_event(world: World) -> None:
    world.has(Echo)
    question = world.talk.says("hello")
    async with world.running() as app:
        elsewhere = replace(question, place=replace(question.place, platform="elsewhere"))
        assert await app.intakes["memory"].accept(question)
        assert await app.intakes["memory"].accept(elsewhere)
        await world.settled(app)
        assert [each["error"] for each in await listed(app.database)] == ["its platform is not enabled any more"]
