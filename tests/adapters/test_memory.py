"""The platform in memory, and the people on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from adapters.memory import MemoryAdapter
from bot.adapter import Adapter, Completion, Menu
from bot.commands import Command, CommandOption, Field, Form, MessageAction
from bot.errors import Gone, Unreachable
from bot.events import (
    Act,
    AnyEvent,
    Edited,
    Interaction,
    Invocation,
    Message,
    MessageRef,
    Place,
    Press,
    Reaction,
    Submission,
)
from bot.replies import Button, Option, Post, Reply, Select, Source, Target
from tests.simulators.memory import MemorySimulator, connected
from tests.simulators.people import Person, Platform

GENERAL = Place("memory", "", "general")


class Core:
    """A core that wants everything but chatter, and remembers it."""

    roles = frozenset({"staff"})
    menu = Menu(
        (Command("ask", "Ask", (CommandOption("question", str, "What"),)),),
        (MessageAction("Answers.look_up", "Look up", "Look it up."),),
        {"Answers.details": Form("Answers.details", "Details", (Field("why", "Reason"),))},
    )

    def __init__(self) -> None:
        self.heard: list[AnyEvent] = []
        self.answer: Post | None = None
        self.states: list[str] = []

    def wants(self, event: AnyEvent) -> bool:
        return not isinstance(event, Message) or event.addressed

    async def accept(self, event: AnyEvent) -> bool:
        self.heard.append(event)
        return True

    async def answer_to(self, event: Interaction, within: float) -> Post | None:
        return self.answer

    async def complete(self, completion: Completion) -> Sequence[str]:
        return [f"{completion.text}…"]

    def connected(self) -> None:
        self.states.append("connected")

    def disconnected(self, reason: str) -> None:
        self.states.append("disconnected")


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
async def platform(core: Core) -> AsyncIterator[MemorySimulator]:
    simulator = MemorySimulator()
    running = asyncio.create_task(simulator.adapter.run(core))
    await connected(simulator)
    yield simulator
    running.cancel()
    await asyncio.wait([running])
    assert core.states == ["connected", "disconnected"]


def post(reply: Reply | str, target: Target | None = None, key: str = "k1") -> Post:
    return Post(key, target or Target(GENERAL), reply if isinstance(reply, Reply) else Reply(reply))


def test_it_fulfils_the_port_and_the_script() -> None:
    simulator = MemorySimulator()
    adapter: Adapter = simulator.adapter
    platform: Platform = simulator
    person: Person = simulator.person("ada")
    assert (adapter.name, platform.name, person.name) == ("memory", "memory", "ada")


async def test_what_people_say_is_heard_where_it_is_wanted(platform: MemorySimulator, core: Core) -> None:
    ada = platform.person("ada")
    await ada.says("morning")
    question = await ada.says("@bot how do I export?")
    [heard] = core.heard
    assert isinstance(heard, Message)
    assert (heard.id, heard.text, heard.addressed) == (question, "how do I export?", True)
    assert [seen.text for seen in ada.sees()] == ["morning", "how do I export?"]


async def test_answers_to_the_bot_and_direct_words_address_it(platform: MemorySimulator, core: Core) -> None:
    ada = platform.person("ada")
    sent = await platform.adapter.send(post("Hello"), again=False)
    assert sent.ref
    await ada.replies("thanks", to=sent.ref.id)
    await ada.says("hi", channel="@bot")
    assert [(e.reply_to, e.place.direct) for e in core.heard if isinstance(e, Message)] == [("b1", False), (None, True)]


async def test_a_post_is_seen_whole(platform: MemorySimulator) -> None:
    reply = Reply(
        "Use **this**.",
        title="Export?",
        label="Bot",
        source=Source("Source", "https://x.example", "today"),
        notes=("small",),
        buttons=(Button("Helped", "A.helped"),),
        select=Select("Which?", "A.pick", (Option("One", "1"),)),
    )
    await platform.adapter.send(post(reply), again=False)
    [seen] = platform.person("ada").sees()
    assert seen.text.splitlines() == [
        "Bot",
        "Export?",
        "Use this.",
        "Source · https://x.example · checked today",
        "small",
    ]
    assert (seen.by_bot, seen.buttons, seen.options) == (True, ("Helped",), ("One",))


async def test_only_its_reader_sees_a_private_post(platform: MemorySimulator, core: Core) -> None:
    private = post(
        Reply("psst", private=True, buttons=(Button("More", "A.more", "7"),)), Target(GENERAL, private_to="memory:ada")
    )
    assert (await platform.adapter.send(private, again=False)).ref is None
    ada, ben = platform.person("ada"), platform.person("ben")
    assert [seen.private for seen in ada.sees()] == [True]
    assert ben.sees() == []
    await ada.presses("More", "b1")
    [press] = core.heard
    assert isinstance(press, Press)
    assert (press.action, press.value, press.private) == ("A.more", "7", True)
    with pytest.raises(AssertionError, match="ben cannot see b1"):
        await ben.presses("More", "b1")


async def test_a_thread_is_opened_and_written_in(platform: MemorySimulator) -> None:
    ada = platform.person("ada")
    question = await ada.says("how?")
    await platform.adapter.send(post("so", Target(GENERAL, question, start_thread=True)), again=False)
    await ada.says("ah", thread=question)
    assert [(seen.thread, seen.reply_to) for seen in ada.sees()] == [(None, None), (question, None), (question, None)]


async def test_interactions_are_answered_at_once(platform: MemorySimulator, core: Core) -> None:
    core.answer = post("42")
    ada = platform.person("ada")
    await ada.commands("ask", question="how?")
    [event] = core.heard
    assert isinstance(event, Invocation)
    assert (event.command, event.options, event.handle) == ("ask", {"question": "how?"}, "h1")
    assert [seen.text for seen in ada.sees()] == ["42"]
    assert await ada.completes("ask", "question", "ex") == ("ex…",)
    with pytest.raises(AssertionError, match="no command sing"):
        await ada.commands("sing")


async def test_actions_menus_and_forms(platform: MemorySimulator, core: Core) -> None:
    ada = platform.person("ada")
    buttons = (Button("Details", "Answers.details", "7"),)
    select = Select("Which?", "A.pick", (Option("One", "1"), Option("Two", "2")))
    await platform.adapter.send(post(Reply("x", buttons=buttons, select=select)), again=False)
    await ada.acts("Look up", "b1")
    await ada.picks("Two", "b1")
    await ada.presses("Details", "b1")
    form = ada.form()
    assert form is not None
    assert (form.title, form.fields) == ("Details", ("Reason",))
    await ada.submits(Reason="because")
    act, pick, submission = core.heard
    assert isinstance(act, Act)
    assert isinstance(pick, Press)
    assert isinstance(submission, Submission)
    assert (act.action, act.author.is_bot, pick.value) == ("Answers.look_up", True, "2")
    assert (submission.form, submission.value, submission.fields) == ("Answers.details", "7", {"why": "because"})
    assert ada.form() is None


async def test_history_shows_what_was_missed_as_it_is_now(platform: MemorySimulator) -> None:
    adapter, ada = platform.adapter, platform.person("ada")
    for number, text in enumerate(("one", "two", "three")):
        adapter.misses(
            Message(key=f"k{number}", at=number, place=GENERAL, member=ada.member, id=f"x{number}", text=text)
        )
    adapter.misses(Edited(key="k9", at=9, place=GENERAL, member=ada.member, id="x1", text="zwei"))
    await ada.deletes("x2")
    assert [e.text async for e in adapter.history(GENERAL, 1) if isinstance(e, Message)] == ["zwei"]
    assert [e async for e in adapter.history(Place("memory", "", "other"), 0)] == []


async def test_reactions_are_kept_and_taken_back(platform: MemorySimulator, core: Core) -> None:
    sent = await platform.adapter.send(post("Hello"), again=False)
    assert sent.ref
    ada, ben = platform.person("ada"), platform.person("ben")
    await ada.reacts("b1", "thumbsup")
    await ben.reacts("b1", "thumbsup")
    await ben.unreacts("b1", "thumbsup")
    assert [(e.emoji, e.added) for e in core.heard if isinstance(e, Reaction)] == [("thumbsup", True)] * 2 + [
        ("thumbsup", False)
    ]
    assert ada.sees()[0].reactions == {"thumbsup": ("ada",)}
    left = await platform.adapter.reactions(sent.ref)
    assert left is not None
    assert left.left == (("memory:ada", "thumbsup"),)
    assert await platform.adapter.reactions(MessageRef(GENERAL, "gone")) is None


async def test_a_post_sent_again_appears_once() -> None:
    adapter = MemoryAdapter()
    first = await adapter.send(post("x"), again=False)
    assert await adapter.send(post("x"), again=True) == first
    assert len(adapter.said) == len(adapter.messages) == 1
    with pytest.raises(AssertionError, match="sent twice"):
        await adapter.send(post("x"), again=False)


async def test_a_post_replaces_another() -> None:
    adapter = MemoryAdapter()
    await adapter.send(post("x"), again=False)
    await adapter.send(post("y", Target(GENERAL, edits="b1"), "k2"), again=False)
    assert [(each.text, each.edited) for each in adapter.messages.values()] == [("y", True)]
    with pytest.raises(Gone):
        await adapter.send(post("z", Target(GENERAL, edits="b9"), "k3"), again=False)


async def test_it_fails_when_told_to() -> None:
    adapter = MemoryAdapter()
    adapter.failures.append(Unreachable("down"))
    with pytest.raises(Unreachable):
        await adapter.send(post("x"), again=False)
    await adapter.send(post("x"), again=True)
    assert len(adapter.said) == 1


async def test_staff_have_the_role(platform: MemorySimulator) -> None:
    sam, ada = platform.person("sam", staff=True), platform.person("ada")
    assert await platform.adapter.roles(sam.member) == {"staff"}
    assert await platform.adapter.roles(ada.member) == frozenset()


async def test_promises_a_post_breaks_are_told(platform: MemorySimulator) -> None:
    await platform.adapter.send(
        post(Reply(" ", private=True, buttons=(Button("x" * 76, "A.b", "y" * 61),))), again=False
    )
    assert [broken.split(": ")[1] for broken in platform.violations] == [
        "the label of a button has 76 characters",
        f"the value of {'x' * 76!r} has 61 characters",
        "nothing to read",
        "private, but to nobody",
    ]
