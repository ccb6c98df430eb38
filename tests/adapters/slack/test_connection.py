"""Connections that break, tokens that are wrong, and a platform that goes away."""

from __future__ import annotations

import asyncio
import logging

import pytest
from pydantic import SecretStr

from adapters.slack import sockets
from adapters.slack.adapter import ADAPTER, SlackAdapter
from bot.errors import Gone, Refused, SetupError, Unreachable
from bot.events import Invocation, Member, Message, MessageRef, Place
from bot.replies import Post, Reply, Target
from tests.adapters.host import RecordingHost
from tests.adapters.slack.conftest import MENU, running, settings_for
from tests.simulators.people import eventually
from tests.simulators.slack import SlackSimulator


def place(slack: SlackSimulator) -> Place:
    return Place("slack", slack.team, slack.channel().id)


async def test_a_post_whose_answer_is_lost_appears_once(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    await ada.says("@bot how?")
    message = await host.hears(Message)
    for number, target in enumerate((Target(message.place, message.id), Target(message.place))):
        post = Post(f"key{number}", target, Reply("so"))
        slack.faults.drop_after("chat.postMessage")
        with pytest.raises(Unreachable) as lost:
            await adapter.send(post, again=False)
        assert lost.value.perhaps_done
        sent = await adapter.send(post, again=True)
        assert sent.ref is not None
        assert [seen.id for seen in ada.sees()][1 + number :] == [sent.ref.id]


async def test_only_missing_parts_are_posted_again(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    await ada.says("@bot how?")
    message = await host.hears(Message)
    post = Post("key", Target(message.place, message.id), Reply("word " * 6000))
    slack.faults.drop_before("chat.postMessage")
    slack.faults.drop_after("chat.postMessage")
    for again in (False, True):
        with pytest.raises(Unreachable):
            await adapter.send(post, again=again)
    slack.faults.rate_limit("chat.postMessage", retry_after=9)
    with pytest.raises(Unreachable) as limited:
        await adapter.send(post, again=True)
    assert limited.value.perhaps_done, "a part stands, so the next try must look"
    await adapter.send(post, again=True)
    _, *parts = ada.sees()
    assert len(parts) == 4
    assert sum(part.text.count("word") for part in parts) == 6000


async def test_nothing_is_lost_when_a_socket_breaks(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    for number in range(40):
        if number % 10 == 5:
            slack.faults.drop_socket()
        await ada.says(f"message {number}")
        await asyncio.sleep(0.01)
    await eventually(lambda: len(host.events) == 40, within=8)
    assert host.connections == 1


async def test_connections_are_renewed_when_slack_asks(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    slack.faults.refresh()
    await eventually(lambda: slack.sockets.opened == 4 and len(slack.sockets.connections) == 2)
    await slack.person("ada").says("still there?")
    await host.hears(Message)
    assert (host.connections, host.disconnections) == (1, [])


async def test_connections_that_fall_silent_are_replaced(
    slack: SlackSimulator, host: RecordingHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PING_SECONDS", 0.3)
    async with running(SlackAdapter(settings_for(slack)), host):
        await slack.connected(2)
        slack.faults.mute()
        await eventually(lambda: host.connections == 2)
        await slack.person("ada").says("heard?")
        await host.hears(Message)


async def test_an_event_that_cannot_be_stored_comes_again(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    host.storage_fails = 1
    await slack.person("ada").says("hello")
    await host.hears(Message, within=6)
    assert len(host.offered) == 2
    assert "cannot be stored" in caplog.text


async def test_the_same_event_twice_has_the_same_key(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    slack.faults.duplicate()
    await slack.person("ada").says("hello")
    await eventually(lambda: host.duplicates)
    assert len(host.events) == 1


async def test_a_platform_that_is_down_at_the_start_and_later(slack: SlackSimulator, host: RecordingHost) -> None:
    adapter = SlackAdapter(settings_for(slack))
    await slack.down()
    async with running(adapter, host):
        await eventually(lambda: host.disconnections)
        with pytest.raises(Unreachable) as away:
            await adapter.send(Post("k", Target(place(slack)), Reply("x")), again=False)
        assert not away.value.perhaps_done
        assert host.connections == 0
        await slack.up()
        await eventually(lambda: host.connections == 1)
        await slack.connected(2)
        known = len(host.disconnections)
        await slack.down()
        await eventually(lambda: len(host.disconnections) > known)
        await slack.up()
        await eventually(lambda: host.connections == 2, within=10)
        await slack.person("ada").says("back?")
        await host.hears(Message)


@pytest.mark.parametrize("variable", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_a_wrong_token_stops_the_adapter(slack: SlackSimulator, host: RecordingHost, variable: str) -> None:
    field, wrong = variable.removeprefix("SLACK_").lower(), slack.bot_token[:5] + "wrong"
    adapter = SlackAdapter(settings_for(slack, **{field: SecretStr(wrong)}))
    with pytest.raises(SetupError, match=variable):
        await asyncio.wait_for(adapter.run(host), 5)
    slack.violations.clear()


@pytest.mark.parametrize(
    ("mode", "field", "variable"),
    [
        ("socket", "bot_token", "SLACK_BOT_TOKEN"),
        ("socket", "app_token", "SLACK_APP_TOKEN"),
        ("http", "signing_secret", "SLACK_SIGNING_SECRET"),
    ],
)
async def test_a_missing_token_is_named(slack: SlackSimulator, mode: str, field: str, variable: str) -> None:
    with pytest.raises(SetupError, match=variable):
        ADAPTER(settings_for(slack, mode=mode, **{field: None}))


async def test_missing_scopes_are_named_with_what_will_not_work(caplog: pytest.LogCaptureFixture) -> None:
    scopes = {"app_mentions:read", "channels:history", "chat:write", "commands", "reactions:read"}
    async with SlackSimulator(scopes=scopes) as slack:
        host = RecordingHost(MENU, frozenset({slack.staff_group}))
        adapter = SlackAdapter(settings_for(slack))
        async with running(adapter, host):
            await slack.connected(2)
            with pytest.raises(Refused, match="usergroups:read"):
                await adapter.roles(Member(f"slack:{slack.team}/U1", "ada"))
        slack.violations.clear()
    assert "lacks the scope usergroups:read: staff cannot be told" in caplog.text
    assert "lacks the scope metadata.message:read" in caplog.text
    async with SlackSimulator(scopes=scopes - {"chat:write"}) as slack:
        with pytest.raises(SetupError, match="chat:write"):
            await SlackAdapter(settings_for(slack)).run(host)


async def test_refusals_say_what_an_admin_can_do(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    hidden = Place("slack", slack.team, slack.channel("hidden", bot=False).id)
    with pytest.raises(Refused, match="/invite @regulars"):
        await adapter.send(Post("k", Target(hidden), Reply("x")), again=False)
    with pytest.raises(Gone):
        await adapter.send(Post("k", Target(place(slack), edits="1.000000"), Reply("x")), again=False)
    assert await adapter.reactions(MessageRef(place(slack), "1.000000")) is None
    slack.faults.rate_limit("chat.postMessage", retry_after=40)
    with pytest.raises(Unreachable) as wait:
        await adapter.send(Post("k", Target(place(slack)), Reply("x")), again=False)
    assert (wait.value.retry_after, wait.value.perhaps_done) == (40, False)
    slack.faults.fail("chat.postMessage", status=503)
    with pytest.raises(Unreachable) as failed:
        await adapter.send(Post("k", Target(place(slack)), Reply("x")), again=False)
    assert failed.value.perhaps_done


async def test_a_used_up_interaction_is_gone(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    await slack.person("ada").commands("ask", question="x")
    event = await host.hears(Invocation)
    post = Post("k", Target(event.place, private_to=event.member.id, handle=event.handle), Reply("so"))
    for _ in range(5):
        await adapter.send(post, again=False)
    with pytest.raises(Gone):
        await adapter.send(post, again=False)
    away = Target(event.place, private_to=event.member.id, handle="https://example.com/x")
    with pytest.raises(Refused, match="away from Slack"):
        await adapter.send(Post("k", away, Reply("so")), again=False)


async def test_slacks_own_alarms_are_loud(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    slack.rate_limited_events()
    slack.uninstall()
    await eventually(lambda: "removed from the Slack workspace" in caplog.text)
    assert "holds back events" in caplog.text
    assert "revoked tokens" in caplog.text


async def test_a_proxy_is_not_used_on_loopback(
    slack: SlackSimulator, host: RecordingHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with running(SlackAdapter(settings_for(slack)), host):
        await slack.connected(2)


@pytest.mark.parametrize("ending", ["/api", "/api/", ""])
async def test_the_address_may_end_in_any_way(slack: SlackSimulator, host: RecordingHost, ending: str) -> None:
    url = slack.api_url.removesuffix("/api/") + ending
    async with running(SlackAdapter(settings_for(slack, api_url=url, connections=1)), host):
        await slack.connected(1)


async def test_closing_finishes_what_was_taken(slack: SlackSimulator, host: RecordingHost) -> None:
    host.accept_delay = 0.5
    async with running(SlackAdapter(settings_for(slack)), host):
        await slack.connected(2)
        await slack.person("ada").says("last words")
        await eventually(lambda: host.offered)
    assert len(host.events) == 1


async def test_no_secret_reaches_a_log(
    slack: SlackSimulator, host: RecordingHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada = slack.person("ada")
    async with running(SlackAdapter(settings_for(slack)), host):
        await slack.connected(2)
        await ada.commands("share", question="x")
        await ada.commands("ask", question="x")
        await ada.says("hello")
        await host.hears(Message)
        slack.faults.refresh()
        await eventually(lambda: slack.sockets.opened == 4 and len(slack.sockets.connections) == 2)
        slack.faults.drop_socket(every=True)
        await eventually(lambda: host.connections == 2)
    handles = [event.handle for event in host.events if getattr(event, "handle", None)]
    secrets = [slack.bot_token, slack.app_token, slack.signing_secret, "ticket=", *handles]
    assert [secret for secret in secrets if str(secret) in caplog.text] == []


async def test_a_bug_in_the_core_loses_no_event(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept, failures = host.accept, iter([TypeError("a bug")])

    async def fails_once(event: Message) -> bool:
        for failure in failures:
            raise failure
        return await accept(event)

    monkeypatch.setattr(host, "accept", fails_once)
    await slack.person("ada").says("hello")
    await host.hears(Message, within=6)
