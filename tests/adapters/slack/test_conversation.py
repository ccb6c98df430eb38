"""What people do on Slack, as the core hears it, and what the core says, as people see it: over Socket Mode."""

from __future__ import annotations

import pytest

from adapters.slack.adapter import SlackAdapter
from bot.events import Act, Deleted, Edited, Invocation, Message, MessageRef, Press, Reaction, Submission
from bot.replies import Button, Option, Post, Reply, Select, Source, Target
from tests.adapters.host import RecordingHost
from tests.simulators.people import eventually
from tests.simulators.slack import SlackSimulator

ANSWER = Reply(
    "Open *Settings* and choose **Export**.\n\n<!channel> & <@U123>",
    title="How do I export?",
    label="FAQ bot",
    source=Source("The manual", "https://docs.example.com/export?a=1&b=2", "1 October 2026"),
    notes=("Was it right?",),
    buttons=(Button("Yes", "Feedback.yes", "e1", primary=True), Button("No", "Feedback.no", "e1")),
)


def answer(event: Message, reply: Reply = ANSWER, key: str = "k1") -> Post:
    return Post(key, Target(event.place, event.id), reply)


async def test_a_question_is_heard_and_answered_in_its_thread(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    asked = await ada.says("@bot how do I *export* <data> & more?")
    message = await host.hears(Message)
    assert message.text == "how do I *export* <data> & more?"
    assert (message.addressed, message.id, message.member.id) == (True, asked, f"slack:{slack.team}/{ada.id}")
    assert message.place.address == slack.address()

    sent = await adapter.send(answer(message), again=False)
    [_, shown] = ada.sees()
    assert sent.ref == MessageRef(type(message.place)("slack", slack.team, message.place.channel, asked), shown.id)
    assert (shown.thread, shown.buttons, shown.by_bot) == (asked, ("Yes", "No"), True)
    for words in ("How do I export?", "Open Settings", "<!channel> & <@U123>", "FAQ bot", "The manual", "1 October"):
        assert words in shown.text.replace("*", "").replace("_", "")
    assert adapter.link(sent.ref).endswith(f"?thread_ts={asked}&cid={message.place.channel}")


async def test_a_mention_told_twice_is_one_event(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    await slack.person("ada").says("@bot hello")
    await eventually(lambda: len(host.offered) == 2)
    first, second = host.offered
    assert first == second
    await eventually(lambda: host.duplicates == [second])


async def test_edits_deletes_and_reactions(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    ada, ben = slack.person("ada"), slack.person("ben")
    asked = await ada.says("how do I exprot?")
    await ada.edits(asked, "how do I export?")
    edited = await host.hears(Edited)
    assert (edited.id, edited.text, edited.member.id) == (asked, "how do I export?", f"slack:{slack.team}/{ada.id}")
    await ben.reacts(asked, "+1")
    await ben.unreacts(asked, "+1")
    added, removed = await host.hears(Reaction), await host.hears(Reaction, 2)
    assert (added.emoji, added.added, added.target.id, removed.added) == ("thumbsup", True, asked, False)
    await ada.deletes(asked)
    assert (await host.hears(Deleted)).id == asked


async def test_a_private_command_is_answered_in_its_acknowledgement(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada, ben = slack.person("ada"), slack.person("ben")
    host.answers["ask"] = lambda event: Post("k", Target(event.place, None, False, event.member.id), ANSWER)
    await ada.commands("ask", question="how do I export?")
    [shown] = await eventually(ada.sees)
    assert shown.private
    assert "Open Settings" in shown.text.replace("*", "").replace("_", "")
    assert ben.sees() == []
    assert (host.of(Invocation)[0].command, host.of(Invocation)[0].line) == ("ask", "how do I export?")


async def test_a_slow_private_answer_uses_the_response_url(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    await ada.commands("ask", question="how?")
    event = await host.hears(Invocation)
    await slack.all_acked()
    target = Target(event.place, private_to=event.member.id, handle=event.handle)
    assert (await adapter.send(Post("k", target, ANSWER), again=False)).ref is None
    [shown] = ada.sees()
    assert shown.private


async def test_a_public_command_is_answered_by_a_post_that_can_be_found_again(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    await slack.person("ada").commands("share", question="how?")
    event = await host.hears(Invocation)
    sent = await adapter.send(Post("k", Target(event.place, handle=event.handle), ANSWER), again=False)
    [shown] = slack.person("ben").sees()
    assert sent.ref == MessageRef(event.place, shown.id)


async def test_where_the_bot_is_no_member_a_command_is_answered_by_its_response_url(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    slack.channel("elsewhere", bot=False)
    ada = slack.person("ada")
    await ada.commands("share", channel="elsewhere", question="how?")
    event = await host.hears(Invocation)
    sent = await adapter.send(Post("k", Target(event.place, handle=event.handle), ANSWER), again=False)
    assert sent.ref is None
    [shown] = ada.sees("elsewhere")
    assert not shown.private


@pytest.mark.parametrize(("typed", "words"), [("", "Ask the FAQ"), ("help", "[DAYS]"), ("akc x", "Did you mean")])
async def test_no_command_lists_what_there_is(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter, typed: str, words: str
) -> None:
    ada = slack.person("ada")
    await ada.commands(typed)
    [shown] = await eventually(ada.sees)
    assert shown.private
    assert words in shown.text
    assert host.events == []


async def test_a_command_that_cannot_be_stored_says_so(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    host.storage_fails = 1
    ada = slack.person("ada")
    await ada.commands("ask", question="how?")
    [shown] = await eventually(ada.sees)
    assert shown.private
    assert "try again" in shown.text


async def test_a_button_is_pressed_and_its_message_replaced(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    asked = await ada.says("@bot how?")
    await adapter.send(answer(await host.hears(Message)), again=False)
    shown = ada.sees()[-1]
    await ada.presses("No", shown.id)
    press = await host.hears(Press)
    assert (press.action, press.value, press.private, press.target.id) == ("Feedback.no", "e1", False, shown.id)
    assert (press.place.thread, press.member.id) == (asked, f"slack:{slack.team}/{ada.id}")
    target = Target(press.place, handle=press.handle, edits=press.target.id)
    await adapter.send(Post("k2", target, Reply("Thank you")), again=False)
    await adapter.send(Post("k2", target, Reply("Thank you")), again=True)
    assert [seen.text for seen in ada.sees()][1:] == ["Thank you"]


async def test_a_press_that_cannot_be_stored_says_so(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    await ada.says("@bot how?")
    await adapter.send(answer(await host.hears(Message)), again=False)
    await eventually(lambda: len(host.offered) == 2)
    host.storage_fails = 1
    await ada.presses("No", ada.sees()[-1].id)
    apology = await eventually(lambda: [seen for seen in ada.sees() if seen.private])
    assert "try again" in apology[0].text  # type: ignore[index] # a list


async def test_a_private_message_is_replaced(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    ada = slack.person("ada")
    host.answers["ask"] = lambda event: Post("k", Target(event.place, private_to=event.member.id), ANSWER)
    await ada.commands("ask", question="how?")
    [shown] = await eventually(ada.sees)
    await ada.presses("Yes", shown.id)
    press = await host.hears(Press)
    assert press.private
    target = Target(press.place, None, False, press.member.id, press.handle, press.target.id, edits_private=True)
    await adapter.send(Post("k2", target, Reply("Thank you")), again=False)
    assert [(seen.text, seen.private) for seen in ada.sees()] == [("Thank you", True)]


async def test_an_option_is_chosen(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    ada = slack.person("ada")
    await ada.says("@bot how?")
    options = (Option("Export", "e1"), Option("None of these", ""), Option("Odd", "=x"), Option("More", "m", "a hint"))
    reply = Reply("Did you mean?", select=Select("Choose", "Answers.choose", options))
    await adapter.send(answer(await host.hears(Message), reply), again=False)
    shown = ada.sees()[-1]
    assert shown.options == ("Export", "None of these", "Odd", "More")
    for number, value in enumerate(("e1", "", "=x"), 1):
        await ada.picks(shown.options[number - 1], shown.id)
        press = await host.hears(Press, number)
        assert (press.action, press.value) == ("Answers.choose", value)


@pytest.mark.parametrize("private", [False, True])
async def test_a_button_opens_a_form(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter, private: bool
) -> None:
    ada = slack.person("ada")
    reply = Reply("Right?", buttons=(Button("No, because …", "Feedback.why", "e1"),))
    if private:
        host.answers["ask"] = lambda event: Post("k", Target(event.place, private_to=event.member.id), reply)
        await ada.commands("ask", question="how?")
        await eventually(ada.sees)
    else:
        await ada.says("@bot how?")
        await adapter.send(answer(await host.hears(Message), reply), again=False)
    shown = ada.sees()[-1]
    await ada.presses("No, because …", shown.id)
    form = await eventually(ada.form)
    assert (form.title, form.fields) == ("What was missing?", ("In your words",))
    await ada.submits(in_your_words="the <menu> & more")
    sent = await host.hears(Submission)
    assert (sent.form, sent.value, sent.fields) == ("Feedback.why", "e1", {"text": "the <menu> & more"})
    assert sent.target == (None if private else MessageRef(sent.place, shown.id))
    assert host.of(Press) == []
    await eventually(lambda: ada.form() is None)
    thanks = Target(sent.place, private_to=sent.member.id, handle=sent.handle)
    await adapter.send(Post("k3", thanks, Reply("Thank you")), again=False)
    assert ada.sees()[-1].text == "Thank you"


async def test_a_form_that_cannot_be_stored_stays_open(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    await ada.says("@bot how?")
    reply = Reply("Right?", buttons=(Button("Why", "Feedback.why"),))
    await adapter.send(answer(await host.hears(Message), reply), again=False)
    await ada.presses("Why", ada.sees()[-1].id)
    await eventually(ada.form)
    await eventually(lambda: len(host.duplicates) == 1)
    host.storage_fails = 1
    await ada.submits(in_your_words="x")
    await eventually(ada.form_errors)
    await ada.submits(in_your_words="x")
    assert (await host.hears(Submission)).value == ""


async def test_a_message_action(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    ada, ben = slack.person("ada"), slack.person("ben", staff=True)
    asked = await ada.says("how?")
    replied = await ada.replies("like <this>", to=asked)
    await ben.acts("Mark as official", replied)
    act = await host.hears(Act)
    assert (act.action, act.text, act.target.id, act.place.thread) == ("Official.mark", "like <this>", replied, asked)
    assert (act.author.id, act.member.id) == (f"slack:{slack.team}/{ada.id}", f"slack:{slack.team}/{ben.id}")
    assert await adapter.roles(act.member) == {slack.staff_group}
    assert await adapter.roles(act.author) == frozenset()
    assert slack.web.calls["usergroups.users.list"] == 1


async def test_app_home_shows_what_there_is(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    ada = slack.person("ada")
    await ada.opens_home()
    await eventually(ada.home_text)
    for words in ("/regulars ask QUESTION", "Show the figures", "Mark as official"):
        assert words in ada.home_text()


async def test_a_direct_message_is_answered_beside_it(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    await ada.says("how?", channel="@bot")
    message = await host.hears(Message)
    assert (message.addressed, message.place.direct) == (True, True)
    target = Target(message.place, message.id, private_to=message.member.id)
    sent = await adapter.send(Post("k", target, Reply("so")), again=False)
    assert sent.ref is not None
    assert [(seen.text, seen.thread) for seen in ada.sees("@bot")] == [("how?", None), ("so", None)]


async def test_a_private_answer_to_a_message(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    ada, ben = slack.person("ada"), slack.person("ben")
    await ada.says("@bot how?")
    message = await host.hears(Message)
    target = Target(message.place, message.id, private_to=message.member.id)
    await adapter.send(Post("k", target, Reply("only you")), again=False)
    assert [seen.private for seen in ada.sees()] == [False, True]
    assert len(ben.sees()) == 1


async def test_a_long_answer_is_several_messages_with_the_buttons_on_the_last(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    await ada.says("@bot tell me everything")
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 100 for number in range(60))
    reply = Reply(text, title="All", label="FAQ bot", buttons=ANSWER.buttons)
    await adapter.send(answer(await host.hears(Message), reply), again=False)
    _, *shown = ada.sees()
    assert len(shown) == 3
    assert [seen.buttons for seen in shown] == [(), (), ("Yes", "No")]
    assert all("FAQ bot" in seen.text for seen in shown)
    joined = "\n".join(seen.text for seen in shown)
    assert all(f"Paragraph {number}." in joined for number in range(60))


async def test_replies_to_the_bot_are_addressed_and_others_are_not(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    place = type((await _said(slack, host)).place)("slack", slack.team, slack.channel().id)
    sent = await adapter.send(Post("k", Target(place), Reply("What do you think?")), again=False)
    assert sent.ref is not None
    await ada.replies("fine", to=sent.ref.id)
    message = await host.hears(Message, 2)
    assert (message.text, message.addressed, message.place.thread) == ("fine", True, sent.ref.id)
    assert not host.of(Message)[0].addressed


async def _said(slack: SlackSimulator, host: RecordingHost) -> Message:
    await slack.person("ada").says("hello all")
    return await host.hears(Message)


async def test_bots_webhooks_files_and_joins(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    await slack.webhook_says("deployed")
    await slack.person("otherbot", is_bot=True).says("beep")
    await slack.person("ada").shares("log.txt", text="see this")
    await slack.person("ben").joins("general")
    await host.hears(Message, 3)
    await slack.all_acked()
    heard = {(message.text, message.member.is_bot) for message in host.of(Message)}
    assert heard == {("deployed", True), ("beep", True), ("see this", False)}
    assert "Webhook" in {message.member.name for message in host.of(Message)}
    assert len(host.events) == 3


async def test_between_two_people_a_private_answer_stays_private(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    await ada.commands("share", channel="@bot", question="x")
    event = await host.hears(Invocation)
    target = Target(event.place, private_to=event.member.id, handle=event.handle)
    await adapter.send(Post("k", target, Reply("only you")), again=False)
    assert [seen.private for seen in ada.sees("@bot")] == [True]
