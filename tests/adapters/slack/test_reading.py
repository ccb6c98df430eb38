"""Past messages, reactions and links."""

from __future__ import annotations

import pytest

from adapters.slack import reading
from adapters.slack.adapter import SlackAdapter
from bot.errors import Refused
from bot.events import Member, Message, MessageRef, Place
from bot.replies import Post, Reply, Target
from tests.adapters.host import RecordingHost
from tests.adapters.slack.conftest import running, settings_for
from tests.simulators.slack import Limits, SlackSimulator


async def test_history_tells_what_was_missed_oldest_first(
    slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter
) -> None:
    ada = slack.person("ada")
    old = await ada.says("old")
    first = await ada.says("@bot first")
    await adapter.send(Post("k", Target(_place(slack)), Reply("mine")), again=False)
    reply = await ada.replies("in the thread", to=first)
    last = await ada.says("last")
    heard = await host.hears(Message, 4)
    since = {message.id: message.at for message in host.of(Message)}[first]
    missed = [event async for event in adapter.history(heard.place.channel_place, since)]
    known = {message.id: message for message in host.of(Message)}
    told = [event for event in missed if event.id != old]
    assert told == [known[first], known[reply], known[last]]
    thread = [event async for event in adapter.history(known[reply].place, since)]
    assert thread[-1] == known[reply]


def _place(slack: SlackSimulator) -> Place:
    return Place("slack", slack.team, slack.channel().id)


async def test_history_works_at_the_pace_slack_allows(host: RecordingHost, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Patient()
    monkeypatch.setattr(reading, "asyncio", clock)
    async with SlackSimulator(limits=Limits(history_limit=15)) as slack:
        for number in range(50):
            await slack.person("ada").says(f"{number}")
        adapter = SlackAdapter(settings_for(slack))
        async with running(adapter, host):
            await slack.connected(2)
            slack.faults.rate_limit("conversations.history", retry_after=60)
            told = [event async for event in adapter.history(_place(slack), 0)]
        assert [event.text for event in told] == [str(number) for number in range(50)]
        assert slack.web.calls["conversations.history"] == 5
    assert clock.waits == [60]


class Patient:
    """``asyncio`` for a reader whose waits a test only counts."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


async def test_all_reactions_of_a_message(slack: SlackSimulator, host: RecordingHost, adapter: SlackAdapter) -> None:
    ada, ben = slack.person("ada"), slack.person("ben")
    asked = await ada.says("so?")
    await ada.reacts(asked, "tada")
    await ben.reacts(asked, "+1::skin-tone-3")
    told = await adapter.reactions(MessageRef(_place(slack), asked))
    assert told is not None
    assert set(told.left) == {(f"slack:{slack.team}/{ada.id}", "tada"), (f"slack:{slack.team}/{ben.id}", "thumbsup")}


async def test_a_group_that_does_not_exist_makes_nobody_staff(slack: SlackSimulator) -> None:
    host = RecordingHost(roles=frozenset({"S0GONE", slack.staff_group}))
    adapter = SlackAdapter(settings_for(slack))
    ben = slack.person("ben", staff=True)
    async with running(adapter, host):
        await slack.connected(2)
        assert await adapter.roles(Member(f"slack:{slack.team}/{ben.id}", "ben")) == {slack.staff_group}


async def test_a_channel_the_bot_is_not_in_cannot_be_read(slack: SlackSimulator, adapter: SlackAdapter) -> None:
    hidden = Place("slack", slack.team, slack.channel("hidden", bot=False).id)
    with pytest.raises(Refused, match="invite"):
        _ = [event async for event in adapter.history(hidden, 0)]
