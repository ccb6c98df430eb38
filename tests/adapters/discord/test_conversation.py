"""Messages in and out, over the real client."""

from __future__ import annotations

import pytest

from bot.errors import Gone, Refused
from bot.events import Deleted, Edited, Member, Message, Place, Reaction
from bot.replies import Reply, Source
from tests.simulators.people import eventually

EXPORT = Reply(
    "Press **Export**.",
    title="How do I export?",
    label="FAQ",
    source=Source("Docs", "https://example.com/export", "3 May"),
    notes=("Version 2 and later",),
)


async def test_a_question_is_heard_and_answered(sim, bot, ada, general, answers):
    asked = await ada.says("How do I export?")
    event = await bot.host.hears(Message)
    assert (event.id, event.text, event.place, event.addressed) == (asked, "How do I export?", general, False)
    assert event.member == Member(f"discord:{ada.id}", "Ada")
    sent = await bot.says(event, EXPORT)
    (answer,) = answers()
    assert (answer.id, answer.reply_to) == (sent.ref.id, asked)
    assert set(answer.text.splitlines()) == {
        "How do I export?",
        "https://example.com/export",
        "Press **Export**.",
        "FAQ · Docs · checked 3 May",
        "Version 2 and later",
    }
    assert bot.adapter.link(sent.ref) == f"https://discord.com/channels/{sim.guild_id}/{general.channel}/{sent.ref.id}"


async def test_the_bot_does_not_hear_itself(bot, ada):
    await ada.says("one")
    event = await bot.host.hears(Message)
    await bot.says(event, "an answer")
    await ada.says("two")
    await bot.host.hears(Message, 2)
    assert [event.text for event in bot.host.offered] == ["one", "two"]


async def test_mention_role_mention_and_reply_address_the_bot(sim, bot, ada):
    await ada.says("@bot how do I export?")
    event = await bot.host.hears(Message)
    assert (event.text, event.addressed) == ("how do I export?", True)
    answer = await bot.says(event, "Like so.")
    await ada.replies("and then?", to=answer.ref.id)
    event = await bot.host.hears(Message, 2)
    assert (event.text, event.addressed, event.reply_to) == ("and then?", True, answer.ref.id)
    await ada.says("@Regulars again")
    assert (await bot.host.hears(Message, 3)).addressed
    await ada.says("@Ada is me")
    event = await bot.host.hears(Message, 4)
    assert (event.text, event.addressed) == (f"<@{ada.id}> is me", False)


async def test_a_direct_message_is_for_the_bot(bot, ada):
    await ada.says("hello", channel="@bot")
    event = await bot.host.hears(Message)
    assert event.addressed
    assert (event.place.community, event.place.direct) == ("", True)
    await bot.says(event, Reply("Just for you.", private=True))
    assert [each.text for each in ada.sees("@bot")] == ["hello", "Just for you."]


async def test_a_mention_in_a_thread(bot, ada, general, answers):
    start = await ada.says("Exports are slow")
    await ada.says("@bot why?", thread=start)
    event = await bot.host.hears(Message, 2)
    assert event.place == Place("discord", general.community, general.channel, start)
    assert event.place.channel_place == general
    sent = await bot.says(event, "Big files.")
    (answer,) = answers()
    assert (answer.thread, answer.reply_to, sent.ref.place) == (start, event.id, event.place)


async def test_a_thread_the_gateway_never_announced(sim, bot, ada):
    start = await ada.says("Exports are slow")
    sim.faults.loses_events(name="THREAD_CREATE")
    await ada.says("why?", thread=start)
    event = await bot.host.hears(Message, 2)
    assert (event.place.channel, event.place.thread) == (sim.channel(), start)


async def test_a_forum_post_is_a_thread_of_the_forum(sim, bot, ada):
    forum = sim.forum("help")
    post = await sim.post_in_forum(ada, "Export", "How do I export?")
    event = await bot.host.hears(Message)
    assert (event.place.channel, event.place.thread, event.id) == (forum, post, post)
    assert (await bot.says(event, "Like so.")).ref.place == event.place


async def test_edits_deletions_and_reactions(bot, ada):
    message = await ada.says("How do I exprot?")
    await bot.host.hears(Message)
    await ada.edits(message, "How do I export?")
    edited = await bot.host.hears(Edited)
    assert (edited.id, edited.text, edited.member.name) == (message, "How do I export?", "Ada")
    for _ in range(2):
        await ada.reacts(message, "thumbsup")
        await ada.unreacts(message, "thumbsup")
    await bot.host.hears(Reaction, 4)
    put = bot.host.of(Reaction)
    assert [(each.emoji, each.added, each.target.id) for each in put] == [
        ("thumbsup", True, message),
        ("thumbsup", False, message),
    ] * 2
    assert put[0].member == Member(f"discord:{ada.id}", "Ada")
    await ada.deletes(message)
    assert (await bot.host.hears(Deleted)).id == message


async def test_the_same_reaction_delivered_twice_is_one(sim, bot, ada):
    message = await ada.says("hello")
    sim.faults.duplicates_events(name="MESSAGE_CREATE")
    await ada.says("twice")
    await bot.host.hears(Message, 2)
    await eventually(lambda: bot.host.duplicates)
    await ada.reacts(message, "tada")
    await ada.reacts(message, "heart")
    assert (await bot.host.hears(Reaction, 2)).emoji == "heart"


async def test_cleared_reactions_are_read_again(sim, bot, ada):
    message = await ada.says("hello")
    event = await bot.host.hears(Message)
    await ada.reacts(message, "tada")
    found = await bot.adapter.reactions(event.ref)
    assert found.left == ((f"discord:{ada.id}", "tada"),)
    await ada.deletes(message)
    assert await bot.adapter.reactions(event.ref) is None


async def test_roles_come_with_the_event_or_are_asked_for(sim, bot, ada):
    staff = sim.person("Sue", staff=True)
    await staff.says("hello")
    event = await bot.host.hears(Message)
    assert event.member.roles == (sim.staff_role,)
    assert await bot.adapter.roles(event.member) == {sim.staff_role}
    assert await bot.adapter.roles(Member(event.member.id, "Sue")) == {sim.staff_role}
    assert await bot.adapter.roles(Member(f"discord:{ada.id}", "Ada")) == frozenset()
    assert await bot.adapter.roles(Member("discord:1", "nobody")) == frozenset()


async def test_an_answer_in_a_thread_of_its_own(bot, ada, answers):
    asked = await ada.says("How do I " + "really " * 20 + "export?")
    event = await bot.host.hears(Message)
    sent = await bot.says(event, Reply("Like so.", where="thread"))
    assert sent.ref.place.thread == asked
    await bot.says(event, Reply("And so.", where="thread"))
    assert [(each.text, each.thread) for each in answers()] == [("Like so.", asked), ("And so.", asked)]


async def test_without_permission_for_threads_it_is_a_reply(sim, bot, ada, answers):
    sim.deny("general", "CREATE_PUBLIC_THREADS")
    asked = await ada.says("How?")
    sent = await bot.says(await bot.host.hears(Message), Reply("Like so.", where="thread"))
    assert sent.ref.place.thread is None
    assert answers()[0].reply_to == asked


async def test_without_permission_to_embed_it_is_plain(sim, bot, ada, answers):
    sim.deny("general", "EMBED_LINKS")
    await ada.says("How?")
    event = await bot.host.hears(Message)
    await bot.says(event, EXPORT)
    await bot.says(event, EXPORT)
    for answer in answers():
        assert answer.text.splitlines() == [
            "**How do I export?**",
            "<https://example.com/export>",
            "Press **Export**.",
            "-# FAQ · Docs · checked 3 May",
            "-# Version 2 and later",
        ]
    assert len(sim.refusals) == 1, "the second time the bot knew"


async def test_a_channel_that_is_closed_to_the_bot(sim, bot, ada):
    await ada.says("How?")
    event = await bot.host.hears(Message)
    sim.deny("general", "SEND_MESSAGES")
    with pytest.raises(Refused, match=f"post in channel {event.place.channel}.*50013"):
        await bot.says(event, "Like so.")


async def test_what_was_to_be_answered_is_gone(sim, bot, ada, answers):
    asked = await ada.says("How?")
    event = await bot.host.hears(Message)
    sent = await bot.says(event, "Like so.")
    await ada.deletes(asked)
    await bot.says(event, "Once more.")
    assert answers()[-1].reply_to is None
    await sim.person("Sue", staff=True).deletes(sent.ref.id)
    with pytest.raises(Gone):
        await bot.says(event, "Edited.", edits=sent.ref.id)


async def test_a_post_is_edited(bot, ada, answers):
    await ada.says("How?")
    event = await bot.host.hears(Message)
    sent = await bot.says(event, EXPORT)
    assert await bot.says(event, "Not any more.", edits=sent.ref.id)
    (answer,) = answers()
    assert (answer.id, answer.text, answer.edited) == (sent.ref.id, "Not any more.", True)


async def test_a_private_answer_needs_something_it_answers_in_private(bot, ada):
    await ada.says("How?")
    with pytest.raises(Refused, match="private"):
        await bot.says(await bot.host.hears(Message), Reply("psst", private=True))


async def test_history_is_read_in_pages(sim, bot, ada, general):
    first = await ada.says("the first")
    event = await bot.host.hears(Message)
    await bot.says(event, "an answer")
    await sim.flood("general", [f"number {number}" for number in range(230)])
    read = [message async for message in bot.adapter.history(general, event.at)]
    assert [message.text for message in read] == ["the first", *(f"number {number}" for number in range(230))]
    assert read[0].key == event.key == f"message:{first}"
    assert [each.text async for each in bot.adapter.history(general, read[-1].at + 60_000)] == []


async def test_history_of_threads_and_forums(sim, bot, ada, general):
    start = await ada.says("Exports are slow")
    await ada.says("why?", thread=start)
    thread = (await bot.host.hears(Message, 2)).place
    assert [message.text async for message in bot.adapter.history(thread, 0)] == ["why?"]
    forum = Place("discord", sim.guild_id, sim.forum("help"))
    await sim.post_in_forum(ada, "Export", "How do I export?")
    await sim.post_in_forum(ada, "Import", "How do I import?")
    read = [(message.text, message.place.channel) async for message in bot.adapter.history(forum, 0)]
    assert read == [("How do I export?", forum.channel), ("How do I import?", forum.channel)]


async def test_history_that_may_not_be_read(sim, bot, general):
    sim.deny("general", "VIEW_CHANNEL")
    with pytest.raises(Refused, match="View Channel"):
        _ = [message async for message in bot.adapter.history(general, 0)]
