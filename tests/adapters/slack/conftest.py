"""A Slack adapter connected to a simulated Slack, and a core that writes down what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.slack.adapter import SlackAdapter
from adapters.slack.settings import Settings
from bot.adapter import Menu
from bot.commands import Command, CommandOption, Field, Form, MessageAction
from tests.adapters.host import RecordingHost
from tests.simulators.slack import SlackSimulator

MENU = Menu(
    commands=(
        Command("ask", "Ask the FAQ.", (CommandOption("question", str, "what you want to know"),), private=True),
        Command("share", "Ask the FAQ, for all to see.", (CommandOption("question", str, "what"),)),
        Command("report", "Show the figures.", (CommandOption("days", int, "how many", 7),), staff=True),
    ),
    actions=(MessageAction("Official.mark", "Mark as official", "Mark a reply as the vendor's", staff=True),),
    forms={
        "Feedback.why": Form(
            "Feedback.why", "What was missing?", (Field("text", "In your words", multiline=True, max_length=500),)
        )
    },
)


def settings_for(slack: SlackSimulator, **changes: Any) -> Settings:
    given = {
        "api_url": slack.api_url,
        "bot_token": SecretStr(slack.bot_token),
        "app_token": SecretStr(slack.app_token),
        "signing_secret": SecretStr(slack.signing_secret),
    }
    return Settings(**(given | changes))


@asynccontextmanager
async def running(adapter: SlackAdapter, host: RecordingHost) -> AsyncIterator[asyncio.Task[None]]:
    """The adapter at work; closed within seconds, with nothing left behind."""
    before = asyncio.all_tasks()
    task = asyncio.create_task(adapter.run(host))
    try:
        yield task
    finally:
        task.cancel()
        async with asyncio.timeout(5):
            with suppress(asyncio.CancelledError):
                await task
    await asyncio.sleep(0)
    left = {each for each in asyncio.all_tasks() - before if "adapters/slack" in str(each) or "slack_sdk" in str(each)}
    assert not left


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """At the end nothing was done that Slack would refuse, and nothing was left unacknowledged."""
    async with SlackSimulator(shortcuts={"Mark as official": "Official.mark"}) as simulator:
        simulator.channel("general")
        yield simulator
        await simulator.all_acked(within=5)
        assert simulator.violations == []
        assert simulator.unacked == []


@pytest.fixture
def host(slack: SlackSimulator) -> RecordingHost:
    return RecordingHost(MENU, frozenset({slack.staff_group}))


@pytest.fixture
async def adapter(slack: SlackSimulator, host: RecordingHost) -> AsyncIterator[SlackAdapter]:
    """Connected by Socket Mode, with two connections."""
    adapter = SlackAdapter(settings_for(slack))
    async with running(adapter, host):
        await slack.connected(2)
        yield adapter
