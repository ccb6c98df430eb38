"""Who answers what: commands, buttons, forms, actions, and who may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.memory import BOT, MemoryAdapter
from bot import (
    Act,
    Context,
    Deleted,
    Field,
    Message,
    Reaction,
    Reactions,
    Reply,
    Submission,
    action,
    button,
    completes,
    form,
    on,
)
from bot import command as command_
from bot.adapter import Completion
from bot.cogs import Cog
from bot.community.channels import Channel
from bot.context import Staff, Surroundings
from bot.errors import DeclarationError, Refused, Unreachable
from bot.events import AnyEvent, Invocation, Member, MessageRef, Place, Press, Tick
from bot.pipeline.dispatch import Dispatcher
from bot.pipeline.tables import Tables
from bot.storage import Database, opened
from tests.bot.pipeline.conftest import GENERAL, Plain
from tests.conftest import sqlite_url

ADA = Member("memory:ada", "ada")
STAFF = Member("memory:sam", "sam")


class Desk(Cog[Plain]):
    """Everything a feature can declare."""

    @command_
    async def ask(self, ctx: Context, question: str) -> str:
        """Ask something."""
        return f"asked {question}"

    @completes("ask", "question")
    async def questions(self, completion: Completion) -> list[str]:
        return [f"{completion.text}{number}" for number in range(40)]

    @command_(staff=True)
    async def secrets(self, ctx: Context) -> str:
        """Tell them."""
        return "the secrets"

    @action("Look up")
    async def look_up(self, ctx: Context, act: Act) -> str:
        """Look it up."""
        return f"looked up {act.text}"

    @action("Mark", staff=True)
    async def mark(self, ctx: Context, act: Act) -> str:
        """Mark it."""
        return "marked"

    @button
    async def press(self, ctx: Context, value: str) -> str:
        return f"pressed {value}"

    @form("Form", Field("why", "Why?"))
    async def why(self, ctx: Context, submission: Submission) -> str:
        return f"because {submission.fields['why']}"

    @on(when=lambda message, channel: channel.mode == "sponsored")
    async def sponsored(self, ctx: Context, message: Message) -> str:
        return "sponsored"

    @on
    async def addressed(self, ctx: Context, message: Message) -> str:
        return "addressed"

    @on
    async def deleted(self, ctx: Context, deleted: Deleted) -> None: ...

    @on
    async def recount(self, ctx: Context, reactions: Reactions) -> None: ...


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(sqlite_url(tmp_path / "regulars.db")) as found:
        yield found


class Desks:
    """A dispatcher and what it says."""

    def __init__(self, database: Database) -> None:
        self.adapter = MemoryAdapter()
        self.staff = Staff(frozenset({"memory:boss"}), {"memory": frozenset({"staff"})})
        self._database = database
        self._number = 0

    def dispatcher(self, *cogs: type[Cog[Any]]) -> Dispatcher:
        knowledge: Any = None
        surroundings = Surroundings(database=self._database, adapters={"memory": self.adapter}, staff=self.staff)
        return Dispatcher(Tables([cog(Plain(), knowledge) for cog in cogs or [Desk]]), surroundings)

    async def says(self, kind: type[Any], member: Member = ADA, **details: Any) -> str | None:
        """What comes back, if anything."""
        self._number += 1
        event = kind(key=f"e{self._number}", at=1, place=GENERAL, member=member, **details)
        outcome = await self.dispatcher().dispatch(event)
        assert outcome.failure is None
        return outcome.posts[0].reply.text if outcome.posts else None


@pytest.fixture
def desk(database: Database) -> Desks:
    return Desks(database)


TARGET = MessageRef(GENERAL, "m1")
ACT = {"target": TARGET, "text": "hm?", "author": ADA}


async def test_each_has_its_method(desk: Desks) -> None:
    assert await desk.says(Invocation, command="ask", line="why so") == "asked why so"
    assert await desk.says(Act, action="Desk.look_up", **ACT) == "looked up hm?"
    assert await desk.says(Press, action="Desk.press", value="7", target=TARGET) == "pressed 7"
    assert await desk.says(Submission, form="Desk.why", value="", fields={"why": "so"}) == "because so"


async def test_a_command_nobody_knows_is_told_the_nearest(desk: Desks) -> None:
    assert await desk.says(Invocation, command="aks") == "I do not know `aks`. Did you mean `ask`?"
    assert await desk.says(Invocation, command="weather") == "I do not know `weather`. I know: ask."


async def test_commands_for_staff_are_named_to_staff_alone(desk: Desks) -> None:
    desk.adapter.staff.add(STAFF.id)
    assert await desk.says(Invocation, STAFF, command="weather") == "I do not know `weather`. I know: ask, secrets."
    assert "secrets" in str(await desk.says(Invocation, STAFF, command="secrts"))
    assert "secrets" not in str(await desk.says(Invocation, command="secrts"))


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        (Press, {"action": "Old.button", "value": "", "target": TARGET}),
        (Submission, {"form": "Old.form", "value": "", "fields": {}}),
        (Act, {"action": "Old.action", **ACT}),
    ],
)
async def test_what_an_older_version_left_behind(desk: Desks, kind: type[Any], details: dict[str, Any]) -> None:
    said = await desk.says(kind, **details)
    assert said
    assert "older version" in said


async def test_a_missing_argument_is_asked_for(desk: Desks) -> None:
    assert await desk.says(Invocation, command="ask", line="") == "`ask` needs `question`: question"


async def test_staff_only(desk: Desks) -> None:
    desk.adapter.staff.add(STAFF.id)
    refused = "Only staff can use `secrets`."
    assert await desk.says(Invocation, command="secrets") == refused
    assert await desk.says(Invocation, STAFF, command="secrets") == "the secrets"
    assert await desk.says(Invocation, Member("memory:boss", "boss"), command="secrets") == "the secrets"
    assert await desk.says(Invocation, Member("memory:x", "boss"), command="secrets") == refused, "a name is nothing"
    assert await desk.says(Invocation, Member(STAFF.id, "sam", is_bot=True), command="secrets") == refused
    assert await desk.says(Act, action="Desk.mark", **ACT) == "Only staff can use “Mark”."
    assert await desk.says(Act, STAFF, action="Desk.mark", **ACT) == "marked"


@pytest.mark.parametrize("failure", [Unreachable("down"), Refused("no access")])
async def test_where_roles_cannot_be_read_nobody_is_staff(
    desk: Desks, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    async def roles(member: Member) -> frozenset[str]:
        raise failure

    monkeypatch.setattr(desk.adapter, "roles", roles)
    assert await desk.says(Invocation, STAFF, command="secrets") == "Only staff can use `secrets`."


async def test_no_roles_configured_means_no_staff(desk: Desks) -> None:
    desk.adapter.staff.add(STAFF.id)
    desk.staff = Staff()
    assert await desk.says(Invocation, STAFF, command="secrets") == "Only staff can use `secrets`."


def event(kind: type[Any], member: Member = ADA, **details: Any) -> AnyEvent:
    made: AnyEvent = kind(key="e", at=1, place=GENERAL, member=member, **details)
    return made


def test_what_is_wanted(desk: Desks) -> None:
    wants = desk.dispatcher().wants
    organic, sponsored = Channel("memory:general"), Channel("memory:general", "sponsored")
    chatter, called = event(Message, id="m", text="hi"), event(Message, id="m", text="hi", addressed=True)
    assert (wants(chatter, organic), wants(chatter, sponsored), wants(called, organic)) == (False, True, True)
    assert wants(event(Deleted, id="m"), organic)
    assert not wants(event(Reaction, target=TARGET, emoji="tada", added=True), organic), "no cog listens to it"
    assert wants(event(Invocation, command="anything"), organic), "an answer is owed"


def test_bots_are_not_listened_to_but_our_own_recount_is(desk: Desks) -> None:
    wants, channel = desk.dispatcher().wants, Channel("memory:general")
    assert not wants(event(Message, BOT, id="m", text="hi", addressed=True), channel)
    assert not wants(event(Press, BOT, action="Desk.press", value="", target=TARGET), channel)
    assert wants(event(Reactions, BOT, target=TARGET, left=()), channel)
    assert wants(event(Tick, BOT, job="x", slot="y"), channel)


async def test_at_most_25_are_offered(desk: Desks) -> None:
    dispatcher = desk.dispatcher()
    offered = await dispatcher.complete(Completion("ask", "question", "a", GENERAL))
    assert (offered[0], len(offered)) == ("a0", 25)
    assert await dispatcher.complete(Completion("ask", "other", "a", GENERAL)) == ()


async def test_two_features_cannot_answer_one_command(desk: Desks) -> None:
    class Other(Cog[Plain]):
        @command_
        async def ask(self, ctx: Context, question: str) -> str:
            """Ask something else."""
            return question

    with pytest.raises(DeclarationError, match=r"Other.ask and Desk.ask both answer the command 'ask'; rename one"):
        desk.dispatcher(Desk, Other)


async def test_a_tick_of_a_job_that_is_gone(desk: Desks) -> None:
    assert await desk.says(Tick, job="Old.job", slot="2026-01-01T00:00") is None


async def test_keys_do_not_depend_on_what_other_methods_did(desk: Desks) -> None:
    class Pair(Cog[Plain]):
        talks = True

        @on
        async def first(self, ctx: Context, message: Message) -> str | None:
            return "one" if self.talks else None

        @on
        async def second(self, ctx: Context, message: Message) -> Reply:
            ctx.post("two")
            return Reply("three")

    heard = event(Message, id="m", text="hi", addressed=True)
    before = {post.reply.text: post.key for post in (await desk.dispatcher(Pair).dispatch(heard)).posts}
    Pair.talks = False
    after = {post.reply.text: post.key for post in (await desk.dispatcher(Pair).dispatch(heard)).posts}
    assert len(set(before.values())) == 3
    assert after == {text: before[text] for text in ("two", "three")}


def test_the_address_is_that_of_the_channel_also_in_a_thread() -> None:
    assert Place("memory", "", "general", "m1").address == GENERAL.address
