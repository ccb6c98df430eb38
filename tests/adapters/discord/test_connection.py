"""Connecting, losing the connection, coming back; and sending when answers are lost."""

from __future__ import annotations

import asyncio
import logging

import pytest
from pydantic import SecretStr

from adapters.discord import connection, outbound
from adapters.discord.adapter import DiscordAdapter
from bot.errors import SetupError, Unreachable
from bot.events import Message, Place
from bot.replies import Button, Post, Reply, Target
from tests.adapters.host import RecordingHost
from tests.simulators.discord import POST, DiscordSimulator
from tests.simulators.people import eventually

from .conftest import MENU, configured, running

PUBLISH = "PUT /applications/{application_id}/commands"


async def test_a_wrong_token_says_what_to_do(sim):
    adapter = DiscordAdapter(configured(sim, token=SecretStr("wrong-token")))
    with pytest.raises(SetupError, match="DISCORD_TOKEN") as told:
        await adapter.run(RecordingHost(MENU))
    assert "wrong-token" not in str(told.value)
    sim.violations.clear()


async def test_a_token_that_is_missing(sim):
    with pytest.raises(SetupError, match="DISCORD_TOKEN is not set"):
        await DiscordAdapter(configured(sim, token=None)).run(RecordingHost(MENU))


async def test_a_token_that_is_revoked_while_running(sim):
    host = RecordingHost(MENU)
    task = asyncio.create_task(DiscordAdapter(configured(sim)).run(host))
    await eventually(lambda: host.connections)
    sim.gateway.token = "another"
    sim.faults.drops_gateway()
    with pytest.raises(SetupError, match="DISCORD_TOKEN"):
        await asyncio.wait_for(task, 5)
    sim.violations.clear()


async def test_discord_is_down_at_the_start(sim, ada, caplog):
    await sim.faults.goes_down()
    host = RecordingHost(MENU)
    adapter = DiscordAdapter(configured(sim))
    task = asyncio.create_task(adapter.run(host))
    await eventually(lambda: len(host.disconnections) > 2)
    with pytest.raises(Unreachable, match="not connected"):
        await adapter.send(Post("key", Target(Place("discord", "1", "2")), Reply("text")), again=False)
    await sim.faults.comes_up()
    await eventually(lambda: host.connections)
    await ada.says("hello")
    await host.hears(Message)
    warned = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len([record for record in warned if "cannot be reached" in record.message]) == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_server_error_at_the_start(sim):
    sim.faults.server_errors("GET /users/@me", times=2, status=503)
    async with running(sim) as bot:
        assert len(bot.host.disconnections) == 2


async def test_a_dropped_connection_is_resumed_without_a_word(sim, bot, ada):
    for number in range(4):
        sim.faults.drops_gateway(4000 if number % 2 else None)
        await ada.says(f"number {number}")
    await eventually(lambda: sim.gateway.resumes >= 1)
    await bot.host.hears(Message, 4)
    assert [event.text for event in bot.host.of(Message)] == [f"number {number}" for number in range(4)]
    assert (len(sim.gateway.identifies), bot.host.duplicates) == (1, [])
    assert (bot.host.connections, bot.host.disconnections) == (1, [])


async def test_discord_asks_to_reconnect(sim, bot, ada):
    sim.faults.asks_to_reconnect()
    await eventually(lambda: sim.gateway.resumes)
    await ada.says("hello")
    await bot.host.hears(Message)
    assert bot.host.disconnections == []


async def test_a_session_that_is_lost_begins_anew(sim, bot, ada):
    sim.faults.invalidates_session()
    await eventually(lambda: bot.host.connections == 2)
    assert len(bot.host.disconnections) == 1
    await ada.says("hello")
    await bot.host.hears(Message)


async def test_an_outage_is_told_and_its_end_too(sim, bot, ada):
    await sim.faults.goes_down()
    await eventually(lambda: bot.host.disconnections)
    await sim.faults.comes_up()
    await eventually(lambda: bot.host.connections == 2)
    await ada.says("hello")
    await bot.host.hears(Message)


async def test_every_new_connection_is_closed_at_once(sim, bot, monkeypatch):
    before = len(sim.gateway.identifies)
    monkeypatch.setattr(sim.gateway, "_receive", lambda connection, text: sim.gateway._detach(connection))
    sim.faults.drops_gateway()
    await eventually(lambda: len(bot.host.disconnections) > 2)
    assert len(sim.gateway.identifies) == before


async def test_without_the_message_content_intent(caplog):
    async with DiscordSimulator(message_content_intent_allowed=False) as sim:
        ada = sim.person("Ada")
        async with running(sim) as bot:
            assert "without the message content intent" in caplog.text
            await ada.says("unheard")
            await ada.says("@bot heard")
            await eventually(lambda: len(bot.host.offered) == 2)
            assert [(event.text, event.addressed) for event in bot.host.offered] == [("", False), ("heard", True)]
            answer = await bot.says(bot.host.offered[1], "An answer.")
            await ada.replies("thanks", to=answer.ref.id)
            assert (await bot.host.hears(Message, 3)).addressed
            edited = await ada.says("unheard too")
            await ada.edits(edited, "still unheard")
            await ada.commands("privacy")
            await eventually(lambda: bot.host.events[-1].kind == "invocation")
            assert not [event for event in bot.host.events if event.kind == "edited"]
            await bot.says(bot.host.events[-1], Reply("Nothing.", private=True))
        assert sim.violations == ["gateway: IDENTIFY with intents the application does not have (closed with 4014)"]


async def test_the_intent_is_not_asked_for_where_it_is_not_wanted(caplog):
    async with DiscordSimulator(message_content_intent_allowed=False) as sim:
        async with running(sim, message_content=False):
            assert "message_content is false" in caplog.text
        assert sim.violations == []


async def test_commands_are_published_once_over_two_starts(sim, caplog):
    caplog.set_level(logging.INFO)
    for _ in range(2):
        async with running(sim):
            pass
    assert len(sim.asked(PUBLISH)) == 1
    assert caplog.text.count("published 3 commands") == 1


async def test_a_menu_that_cannot_be_published_stops_nothing(sim, ada, caplog):
    sim.faults.server_errors(PUBLISH, status=503)
    async with running(sim) as bot:
        assert "applications.commands" in caplog.text
        await ada.says("hello")
        await bot.host.hears(Message)


async def test_the_gateway_is_asked_for_where_only_the_api_is_given(sim):
    async with running(sim, gateway_url=None, api_url=sim.base_url + "/"):
        assert sim.asked("GET /gateway")


@pytest.mark.parametrize("fault", ["drops_after", "drops_before"])
@pytest.mark.parametrize(
    "reply",
    [Reply("Like so."), Reply("Like so.", title="Export", buttons=(Button("Yes", "A.b"),))],
    ids=["content", "embed"],
)
async def test_a_post_whose_fate_is_unknown_is_shown_once(sim, bot, ada, answers, fault, reply):
    await ada.says("How?")
    event = await bot.host.hears(Message)
    getattr(sim.faults, fault)()
    post = bot.post(event, reply)
    with pytest.raises(Unreachable):
        await bot.adapter.send(post, again=False)
    sent = await bot.adapter.send(post, again=True)
    (answer,) = answers()
    assert answer.id == sent.ref.id


async def test_only_the_missing_parts_are_posted_again(sim, bot, ada, general, answers):
    await ada.says("How?")
    event = await bot.host.hears(Message)
    post = bot.post(event, Reply("word " * 1000, buttons=(Button("Yes", "A.b"),)))
    first = Reply(outbound.parts(post.reply)[0]["content"])
    await bot.adapter.send(Post("another key", post.target, first), again=False)
    sent = await bot.adapter.send(post, again=True)
    assert [answer.reply_to for answer in answers()] == [event.id, None, None]
    assert answers()[-1].id == sent.ref.id


async def test_a_post_is_found_again_before_events_flow(sim, ada):
    """After a restart the outbox begins as soon as requests can be made."""
    async with running(sim) as before:
        await ada.says("How?")
        post = before.post(await before.host.hears(Message), "Like so.")
        sent = await before.adapter.send(post, again=False)
    adapter = DiscordAdapter(configured(sim, gateway_url="ws://127.0.0.1:1"))
    host = RecordingHost(MENU)
    task = asyncio.create_task(adapter.run(host))
    await eventually(lambda: host.disconnections)
    assert await adapter.send(post, again=True) == sent
    assert len(sim.asked(POST)) == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_server_that_always_asks_to_reconnect_is_given_pauses(sim, bot, monkeypatch):
    monkeypatch.setattr(connection, "RETURNS", 3)
    for number in range(4):
        assert bot.host.disconnections == []
        sim.faults.asks_to_reconnect()
        await eventually(lambda: sim.gateway.resumes == number + 1)  # noqa: B023 # awaited before the next number
    await eventually(lambda: bot.host.disconnections and bot.host.connections == 2)


async def test_storage_that_fails_costs_one_line(sim, bot, ada, caplog):
    bot.host.storage_fails = 1
    await ada.says("lost for now")
    await ada.says("kept")
    assert (await bot.host.hears(Message)).text == "kept"
    assert "could not be stored" in caplog.text


async def test_chatter_costs_no_task(sim, bot):
    bot.host.unwanted = lambda event: True
    before = len(asyncio.all_tasks())
    await sim.flood("general", [f"number {number}" for number in range(1000)])
    await eventually(lambda: len(bot.host.offered) == 1000)
    assert len(asyncio.all_tasks()) <= before
    assert bot.host.events == []


async def test_order_is_kept_in_a_channel(sim, bot):
    bot.host.accept_delay = 0.001
    await sim.flood("general", [f"number {number}" for number in range(50)])
    await bot.host.hears(Message, 50)
    assert [event.text for event in bot.host.of(Message)] == [f"number {number}" for number in range(50)]


async def test_a_payload_that_cannot_be_read_is_left_out(sim, bot, ada, caplog):
    for session in sim.gateway.sessions.values():
        session.dispatch("MESSAGE_CREATE", '{"id": "1"}')
    await ada.says("hello")
    await bot.host.hears(Message)
    assert "a MESSAGE_CREATE of Discord's could not be read" in caplog.text


async def test_a_limit_that_is_too_long_to_wait_for(sim, bot, ada):
    await ada.says("How?")
    event = await bot.host.hears(Message)
    sim.faults.rate_limits(retry_after=50)
    with pytest.raises(Unreachable) as told:
        await bot.says(event, "Like so.")
    assert (told.value.retry_after, told.value.perhaps_done) == (50, False)
