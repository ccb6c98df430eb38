"""Commands, components and forms, over the real client."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.discord import interactions
from adapters.discord.handles import Handle
from bot.errors import Gone, Unreachable
from bot.events import Act, Invocation, Message, Press, Submission
from bot.replies import Button, Option, Reply, Select
from tests.simulators.discord import DiscordSimulator
from tests.simulators.people import eventually

from .conftest import running

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
FOLLOW_UP = "POST /webhooks/{webhook_id}/{webhook_token}"
VOTE = Reply("Press Export.", buttons=(Button("Helpful", "Feedback.up", "7"), Button("Why?", "Feedback.comment", "7")))


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactions, "DEFER_AFTER", 0.25)
    monkeypatch.setattr(interactions, "SOON", 0.05)


def thinking(sim: DiscordSimulator) -> list[Any]:
    """The placeholders people see while an answer is being prepared."""
    channel = sim.find_channel("general")
    return [message for message in (*channel.messages.values(), *channel.private.values()) if message.loading]


async def test_a_command_is_answered_in_private(bot, ada, sim, answers):
    await ada.commands("ask", question="How do I export?", limit=3, exact=True, threshold=0.25, voice="peer")
    event = await bot.host.hears(Invocation)
    assert event.command == "ask"
    assert event.options == {
        "question": "How do I export?", "limit": 3, "exact": True, "threshold": 0.25, "voice": "peer"
    }  # fmt: skip
    assert (event.locale, event.member.name, event.place.channel) == ("en-US", "Ada", sim.channel())
    sent = await bot.says(event, Reply("Like so.", private=True))
    (answer,) = answers()
    assert (answer.text, answer.private, sent.ref) == ("Like so.", True, None)
    assert sim.person("Ben").sees() == []


async def test_a_command_is_answered_in_public(bot, ada, sim, answers):
    await ada.commands("ask", question="How?")
    sent = await bot.says(await bot.host.hears(Invocation), "Like so.")
    (answer,) = answers()
    assert (answer.id, answer.private) == (sent.ref.id, False)
    await ada.replies("and then?", to=sent.ref.id)
    assert (await bot.host.hears(Message)).addressed


async def test_a_private_word_beside_a_public_post(bot, ada, answers):
    await ada.commands("ask", question="How?")
    event = await bot.host.hears(Invocation)
    await bot.says(event, Reply("For everybody.", where="channel"))
    await bot.says(event, Reply("For you.", private=True))
    await bot.says(event, Reply("One more for you.", private=True))
    await bot.says(event, Reply("One more for everybody."))
    assert [(each.text, each.private) for each in answers()] == [
        ("For everybody.", False),
        ("For you.", True),
        ("One more for you.", True),
        ("One more for everybody.", False),
    ]


async def test_options_are_completed(bot, ada, sim):
    bot.host.offers = ("How do I export?", "How do I import?")
    assert await ada.completes("ask", "question", "how") == ("How do I export?", "How do I import?")
    (asked,) = bot.host.completions
    assert (asked.command, asked.option, asked.text) == ("ask", "question", "how")
    assert asked.place.channel == sim.channel()
    assert bot.host.events == []


async def test_the_message_menu(bot, ada, sim, answers):
    message = await sim.person("Ben").says("Press Export.")
    await ada.acts("Mark official", message)
    event = await bot.host.hears(Act)
    assert (event.action, event.text, event.author.name, event.target.id) == (
        "Official.mark", "Press Export.", "Ben", message
    )  # fmt: skip
    await bot.says(event, Reply("Marked.", private=True))
    assert answers()[0].private


async def test_a_button_updates_its_message(bot, ada, answers):
    await ada.says("How?")
    shown = await bot.says(await bot.host.hears(Message), VOTE)
    assert answers()[0].buttons == ("Helpful", "Why?")
    await ada.presses("Helpful", shown.ref.id)
    press = await bot.host.hears(Press)
    assert (press.action, press.value, press.target, press.private) == ("Feedback.up", "7", shown.ref, False)
    await bot.says(press, Reply("Thank you.", where="replace"))
    (answer,) = answers()
    assert (answer.id, answer.text, answer.buttons) == (shown.ref.id, "Thank you.", ())


async def test_a_private_message_is_replaced(bot, ada, answers):
    await ada.commands("ask", question="How?")
    await bot.says(await bot.host.hears(Invocation), Reply("Sure?", private=True, buttons=(Button("Yes", "A.b"),)))
    await ada.presses("Yes", answers()[0].id)
    press = await bot.host.hears(Press)
    assert press.private
    await bot.says(press, Reply("Done.", where="replace"))
    assert [(each.text, each.private) for each in answers()] == [("Done.", True)]


async def test_a_late_replacement(bot, ada, answers):
    await ada.says("How?")
    shown = await bot.says(await bot.host.hears(Message), VOTE)
    await ada.presses("Helpful", shown.ref.id)
    press = await bot.host.hears(Press)
    await asyncio.sleep(0.4)
    await bot.says(press, Reply("Noted.", private=True))
    await bot.says(press, Reply("Thank you.", where="replace"))
    assert [each.text for each in answers()] == ["Thank you.", "Noted."]


async def test_a_replacement_after_the_answer(bot, ada, answers):
    await ada.says("How?")
    shown = await bot.says(await bot.host.hears(Message), VOTE)
    await ada.presses("Helpful", shown.ref.id)
    press = await bot.host.hears(Press)
    await bot.says(press, Reply("Noted.", private=True))
    await bot.says(press, Reply("Thank you.", where="replace"))
    assert [each.text for each in answers()] == ["Thank you.", "Noted."]


async def test_a_select_menu(bot, ada, answers):
    options = (Option("Export", "faq-1", "Data"), Option("Import", "faq-2"))
    await ada.says("How?")
    event = await bot.host.hears(Message)
    shown = await bot.says(event, Reply("Did you mean", select=Select("Choose", "Answers.pick", options)))
    assert answers()[0].options == ("Export", "Import")
    await ada.picks("Import", shown.ref.id)
    press = await bot.host.hears(Press)
    assert (press.action, press.value) == ("Answers.pick", "faq-2")
    await bot.says(press, Reply("Like so.", private=True))


async def test_a_form(bot, ada, answers):
    await ada.says("How?")
    shown = await bot.says(await bot.host.hears(Message), VOTE)
    await ada.presses("Why?", shown.ref.id)
    form = await eventually(ada.form)
    assert (form.title, form.fields) == ("Tell us", ("Why?",))
    await ada.submits(why="too short")
    sent = await bot.host.hears(Submission)
    assert (sent.form, sent.value, sent.fields) == ("Feedback.comment", "7", {"why": "too short"})
    assert sent.target == shown.ref
    assert bot.host.of(Press) == [], "a form opens without asking the core"
    await bot.says(sent, Reply("Thank you.", private=True))
    assert answers()[-1].private


@pytest.mark.parametrize("private", [True, False])
async def test_a_late_answer_takes_the_place_of_a_deferred_one(sim, bot, ada, answers, private):
    await ada.commands("privacy" if private else "ask", **({} if private else {"question": "How?"}))
    event = await bot.host.hears(Invocation)
    await asyncio.sleep(0.4)
    (placeholder,) = thinking(sim)
    assert bool(placeholder.only_for) == private
    await bot.says(event, Reply("Like so.", private=private))
    assert [(each.text, each.private) for each in answers()] == [("Like so.", private)]


async def test_a_late_answer_of_the_other_visibility(bot, ada, answers):
    await ada.commands("ask", question="How?")
    event = await bot.host.hears(Invocation)
    await asyncio.sleep(0.4)
    await bot.says(event, Reply("Only for you.", private=True))
    assert [(each.text, each.private) for each in answers()] == [("Only for you.", True)]


async def test_nothing_is_left_thinking(monkeypatch, sim, bot, ada):
    monkeypatch.setattr(interactions, "PLACEHOLDER", 0.2)
    await ada.commands("ask", question="How?")
    event = await bot.host.hears(Invocation)
    await eventually(lambda: thinking(sim))
    await eventually(lambda: not thinking(sim))
    await bot.says(event, "Very late.")
    assert [each.text for each in ada.sees()] == ["Very late."]


async def test_an_answer_elsewhere_ends_the_thinking(sim, bot, ada):
    await ada.commands("ask", question="How?")
    event = await bot.host.hears(Invocation)
    await bot.says(event, Reply("For everybody.", where="channel"))
    await eventually(lambda: thinking(sim))
    await eventually(lambda: not thinking(sim))
    assert [each.text for each in ada.sees()] == ["For everybody."]


async def test_a_full_disk_is_told_to_the_person(bot, ada, answers):
    bot.host.storage_fails = 1
    await ada.commands("ask", question="How?")
    await eventually(answers)
    (told,) = answers()
    assert told.private
    assert told.text == "That did not work just now. Please try again in a minute."


async def test_an_answer_after_a_restart(sim, ada, answers):
    async with running(sim) as before:
        await ada.commands("ask", question="How?")
        event = await before.host.hears(Invocation)
        await asyncio.sleep(0.4)
    async with running(sim) as after:
        post = after.post(event, "Like so.")
        await after.adapter.send(post, again=False)
        await after.adapter.send(post, again=True)
        await after.says(event, "And so.")
    assert [each.text for each in answers()] == ["Like so.", "And so."]


async def test_a_private_answer_is_shown_once_over_a_restart(sim, ada, answers):
    async with running(sim) as before:
        await ada.commands("privacy")
        event = await before.host.hears(Invocation)
        post = before.post(event, Reply("Like so.", private=True))
        await before.adapter.send(post, again=False)
    async with running(sim) as after:
        await after.adapter.send(post, again=True)
        with pytest.raises(Gone, match="may have been shown"):
            await after.adapter.send(after.post(event, Reply("A second one.", private=True)), again=True)
    assert [each.text for each in answers()] == ["Like so."]


@pytest.mark.parametrize(("age", "why"), [(4, "3 seconds"), (1000, "15 minutes")])
async def test_an_interaction_nobody_answered_is_gone_after_a_restart(sim, ada, age, why):
    async with running(sim) as before:
        await ada.commands("ask", question="How?")
        event = await before.host.hears(Invocation)
        handle = Handle.read(event.handle)
    async with running(sim) as after:
        with pytest.raises(Gone, match=why):
            await after.says(event, "Like so.", handle=str(replace(handle, at=handle.at - age * 1000)))


async def test_a_restart_may_be_fast_enough(sim, ada, answers):
    async with running(sim) as before:
        await ada.commands("ask", question="How?")
        event = await before.host.hears(Invocation)
    async with running(sim) as after:
        await after.says(event, "Just in time.")
    assert [each.text for each in answers()] == ["Just in time."]


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("fault", ["drops_after", "drops_before"])
async def test_a_first_answer_of_unknown_fate_is_shown_once(sim, bot, ada, answers, private, fault):
    await ada.commands("ask", question="How?")
    event = await bot.host.hears(Invocation)
    getattr(sim.faults, fault)(CALLBACK)
    post = bot.post(event, Reply("Like so.", private=private))
    with pytest.raises(Unreachable):
        await bot.adapter.send(post, again=False)
    await bot.adapter.send(post, again=True)
    assert [each.text for each in answers()] == ["Like so."]


@pytest.mark.parametrize("private", [True, False])
async def test_a_follow_up_of_unknown_fate_is_shown_once(sim, bot, ada, answers, private):
    await ada.commands("ask", question="How?")
    event = await bot.host.hears(Invocation)
    await bot.says(event, "The first.")
    sim.faults.drops_after(FOLLOW_UP)
    post = bot.post(event, Reply("The second.", private=private))
    with pytest.raises(Unreachable):
        await bot.adapter.send(post, again=False)
    if private:
        with pytest.raises(Gone):
            await bot.adapter.send(post, again=True)
    else:
        await bot.adapter.send(post, again=True)
    assert [each.text for each in answers()] == ["The first.", "The second."]


async def test_a_long_answer_to_a_command(bot, ada, answers):
    await ada.commands("privacy")
    event = await bot.host.hears(Invocation)
    await bot.says(event, Reply("word " * 700, private=True, buttons=(Button("Forget me", "Privacy.erase"),)))
    assert [(each.private, each.buttons) for each in answers()] == [(True, ()), (True, ("Forget me",))]


async def test_an_interaction_delivered_twice_is_taken_once(sim, bot, ada, answers):
    sim.faults.duplicates_events(name="INTERACTION_CREATE")
    await ada.commands("ask", question="How?")
    await bot.says(await bot.host.hears(Invocation), "Like so.")
    await asyncio.sleep(0.3)
    assert (len(answers()), bot.host.duplicates) == (1, [])
