"""The same over HTTP: Slack calls ``/slack/events``, and strangers are turned away."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.slack.adapter import SlackAdapter
from bot.events import Invocation, Message, Press, Submission
from bot.http import address_of, bound, server
from bot.replies import Button, Post, Reply, Target
from tests.adapters.host import RecordingHost
from tests.adapters.slack.conftest import running, settings_for
from tests.simulators.people import eventually
from tests.simulators.slack import SlackSimulator


@asynccontextmanager
async def served(adapter: SlackAdapter, host: RecordingHost) -> AsyncIterator[str]:
    """The adapter's routes on a free port, as the bot's own HTTP port serves them."""
    with contextlib.closing(bound("127.0.0.1", 0)) as socket:
        running = server([], adapter.routes(host))
        task = asyncio.create_task(running.serve(sockets=[socket]))
        await eventually(lambda: running.started)
        try:
            yield f"{address_of(socket)}/slack/events"
        finally:
            running.should_exit = True
            await task


@pytest.fixture
async def adapter(slack: SlackSimulator, host: RecordingHost) -> AsyncIterator[SlackAdapter]:
    adapter = SlackAdapter(settings_for(slack, mode="http", app_token=None))
    async with served(adapter, host) as url, running(adapter, host):
        slack.deliver_to(url)
        await eventually(lambda: host.connections)
        yield adapter
        await slack.all_acked()


async def test_a_question_is_heard_and_answered(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    asked = await ada.says("@bot grüß dich")
    message = await host.hears(Message)
    await adapter.send(Post("k", Target(message.place, message.id), Reply("hello")), again=False)
    assert message.text == "grüß dich"
    assert ada.sees()[-1].thread == asked


async def test_the_address_is_verified(slack: SlackSimulator, adapter: SlackAdapter) -> None:
    assert await slack.verifies_url()


async def test_commands_presses_and_forms(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    ada = slack.person("ada")
    reply = Reply("so", buttons=(Button("Yes", "Feedback.yes", "1"), Button("Why", "Feedback.why", "1")))
    host.answers["ask"] = lambda event: Post("k", Target(event.place, private_to=event.member.id), reply)
    await ada.commands("ask", question="how & when?")
    [shown] = await eventually(ada.sees)
    assert (await host.hears(Invocation)).line == "how & when?"
    assert shown.private
    await ada.presses("Yes", shown.id)
    assert (await host.hears(Press)).private
    await ada.presses("Why", shown.id)
    await eventually(ada.form)
    await ada.submits(in_your_words="x")
    await host.hears(Submission)


async def test_an_event_that_cannot_be_stored_comes_again(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    host.storage_fails = 1
    await slack.person("ada").says("hello")
    await host.hears(Message)
    assert len(host.offered) == 2


BODY = json.dumps({"type": "event_callback", "event": {"type": "message"}})


@pytest.mark.parametrize("stamp", ["soon", "", "１２３", "1_0", "-5", "9" * 400, "1700000000"])
async def test_an_odd_or_old_timestamp_is_refused(slack: SlackSimulator, adapter: SlackAdapter, stamp: str) -> None:
    given = {} if stamp.isascii() else {"X-Slack-Request-Timestamp": stamp}
    assert await slack.sends_raw(BODY, timestamp=stamp, headers=given) == 401


async def test_what_slack_did_not_sign_is_refused(slack: SlackSimulator, adapter: SlackAdapter) -> None:
    assert await slack.sends_raw(BODY, secret="another") == 401
    assert await slack.sends_raw("{not json", secret="another") == 401
    assert await slack.sends_raw(BODY, headers={"X-Slack-Signature": "v0=é"}) == 401
    assert await slack.sends_raw("x" * 1_000_001) == 413


async def test_what_is_signed_but_not_understood_is_acknowledged(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    odd = {"type": "message", "channel": "C1", "ts": "never", "user": "U1", "text": "x"}
    bodies = [BODY, json.dumps({"type": "event_callback", "event_id": "E", "event": odd}), json.dumps({"type": "new"})]
    assert [await slack.sends_raw(body) for body in bodies] == [200, 200, 200]
    assert host.events == []


async def test_before_the_bot_knows_itself_slack_is_asked_to_try_again(
    slack: SlackSimulator, host: RecordingHost
) -> None:
    adapter = SlackAdapter(settings_for(slack, mode="http", app_token=None))
    async with served(adapter, host) as url:
        slack.deliver_to(url)
        assert await slack.sends_raw(BODY) == 503


def test_socket_mode_needs_no_route() -> None:
    slack = SlackSimulator()
    assert SlackAdapter(settings_for(slack, api_url="http://127.0.0.1:1/api/")).routes(RecordingHost()) == ()
