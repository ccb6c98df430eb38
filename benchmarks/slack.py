"""Chat lines a second through slack-bolt in Socket Mode into our pipeline, and how soon a command is acknowledged.

The simulated Slack runs in its own process. The baselines are bolt as its documentation sets it up, with one listener
for messages, or for the command. Ours is the whole bot with SQLite: for a line of chatter up to and including
``Intake.wants``; for the command the event stored, the FAQ searched, the answer committed and sent with the
acknowledgement. Bolt looks for a listener's ``ack`` every 10 ms; ours must not wait for that. They take turns.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks import questions
from benchmarks.core import LINES
from benchmarks.figures import Figure, Target, median, percentile
from benchmarks.listeners import Meter, Taken, our_app, quiet_start, watched
from benchmarks.options import Options, say
from benchmarks.processes import About, Platforms, Stage, about, open_channels, stage, workplace
from tests.simulators.slack.envelopes import Answer, Envelope

SHARE = 0.8
POLL_MS = 10.0
CHANNEL, BUTTONS = "flood", "buttons"


async def flood(platforms: Platforms, count: int) -> None:
    """A scene: so many lines of chatter, each line once; over when all are acknowledged."""
    platforms.slack.flood(CHANNEL, (LINES[number % len(LINES)] for number in range(count)))
    await platforms.slack.all_acked(within=120)


async def ack_times(platforms: Platforms, kind: str, count: int) -> list[float]:
    """A scene: one command, or press, after the other; milliseconds until each was acknowledged."""
    person, entries = platforms.slack.person("Ada"), questions.generated()
    message = await message_with_buttons(platforms) if kind == "press" else ""
    found: list[float] = []
    for number in range(count):
        done = asyncio.get_running_loop().create_future()

        def acked(_: Envelope, milliseconds: float, done: asyncio.Future[float] = done) -> None:
            if not done.done():
                done.set_result(milliseconds)

        with timed(platforms, acked):
            if kind == "press":
                await person.presses("Helped", message)
            else:
                await person.commands("ask", channel=CHANNEL, question=entries[number % len(entries)].typed())
            found.append(await asyncio.wait_for(done, 5))
        await asyncio.sleep(random.uniform(0.01, 0.03))
    return found


async def message_with_buttons(platforms: Platforms) -> str:
    """Id of an answer of the bot's; asks for one where there is none yet."""
    person = platforms.slack.person("Ada")
    if not person.sees(BUTTONS):
        await person.says(questions.generated(1)[0].asked(), channel=BUTTONS)
    for _ in range(500):
        for seen in person.sees(BUTTONS):
            if "Helped" in seen.buttons:
                return seen.id
        await asyncio.sleep(0.02)
    raise RuntimeError("no answer with buttons came")


@contextlib.contextmanager
def timed(platforms: Platforms, acked: Callable[[Envelope, float], None]) -> Iterator[list[Envelope]]:
    """Call ``acked(envelope, milliseconds)`` for every delivery that is acknowledged; gives the list of deliveries."""
    sockets, sent = platforms.slack.sockets, list[Envelope]()
    send = sockets.send

    def sending(envelope: Envelope) -> None:
        start, inner = time.perf_counter(), envelope.answered
        sent.append(envelope)

        def answered(answer: Answer) -> None:
            acked(envelope, (time.perf_counter() - start) * 1000)
            if inner:
                inner(answer)

        envelope.answered = answered
        send(envelope)

    sockets.send = sending
    try:
        yield sent
    finally:
        sockets.send = send


@contextlib.asynccontextmanager
async def bolt(known: About) -> AsyncIterator[AsyncApp]:
    """bolt alone; listeners can be added before and after it is connected."""
    client = AsyncWebClient(token=known.environment["SLACK_BOT_TOKEN"], base_url=known.api["slack"])
    app = AsyncApp(client=client, signing_secret=known.environment["SLACK_SIGNING_SECRET"])
    handler = AsyncSocketModeHandler(app, known.environment["SLACK_APP_TOKEN"], web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call] # bolt leaves it untyped
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call] # likewise


async def bare_flood(platforms: Stage, known: About, count: int) -> Taken:
    meter = Meter(count)
    async with bolt(known) as app:

        @app.event("message")
        async def said(event: dict[str, Any]) -> None:
            meter.hit()

        quiet_start()
        await platforms(flood, count)
        return await meter.done()


async def our_flood(platforms: Stage, known: About, count: int, folder: Path, sponsored: list[str]) -> Taken:
    meter = Meter(count)
    async with our_app("slack", known, folder, sponsored) as app:
        wanted = watched(app, "slack", meter)
        quiet_start()
        await platforms(flood, count)
        taken = await meter.done()
    if wanted:
        say(f"slack: {len(wanted)} lines of chatter were taken for questions")
    return taken


async def bare_acks(platforms: Stage, known: About, kind: str, count: int) -> list[float]:
    async with bolt(known) as app:

        @app.command("/regulars")
        async def asked(ack: AsyncAck) -> None:
            await ack("Open Settings, Network, and pick the network from the list.")

        @app.action(re.compile("."))
        async def pressed(ack: AsyncAck) -> None:
            await ack()

        return await platforms(ack_times, kind, count)


@dataclass(slots=True)
class Acks:
    """Milliseconds to acknowledgements, run by run."""

    ours: list[list[float]] = field(default_factory=list)
    bare: list[list[float]] = field(default_factory=list)

    def figures(self, what: str, *notes: str, target: Target | None = None) -> list[Figure]:
        against = "ms bare bolt"
        middle = [median([median(each) for each in runs]) for runs in (self.ours, self.bare)]
        p95 = [median([percentile(each, 0.95) for each in runs]) for runs in (self.ours, self.bare)]
        return [
            Figure("slack", f"{what}, median", middle[0], "ms", middle[1], against, target, notes),
            Figure("slack", f"{what}, p95", p95[0], "ms", p95[1], against),
        ]


async def measure(options: Options) -> list[Figure]:
    count, rounds, asked = options.times(3000, fewest=200), options.times(5), options.times(100, fewest=20)
    mine: list[Taken] = []
    base: list[Taken] = []
    acks = {"command": Acks(), "press": Acks()}
    async with stage() as platforms:
        known = await platforms(about)
        sponsored = (await platforms(open_channels, [CHANNEL, BUTTONS]))["slack"]
        with workplace(options, "slack") as folder:
            for number in range(rounds):
                mine.append(await our_flood(platforms, known, count, folder / f"flood{number}", sponsored))
                base.append(await bare_flood(platforms, known, count))
                for kind, taken in acks.items():
                    async with our_app("slack", known, folder / f"{kind}{number}", sponsored):
                        taken.ours.append(await platforms(ack_times, kind, asked))
                    taken.bare.append(await bare_acks(platforms, known, kind, asked))
    share = Target(SHARE, at_least=True, ratio=True)
    rates = [median([each.rate for each in found]) for found in (mine, base)]
    own = [median([each.per_processor_second for each in found]) for found in (mine, base)]
    no_poll = "below the 10 ms after which bolt looks again"
    return [
        Figure("slack", "chat lines a second", rates[0], "/s", rates[1], "/s bare bolt", share),
        Figure("slack", "chat lines a second of processor time", own[0], "/s", own[1], "/s bare bolt", share),
        *acks["press"].figures("acknowledgement of a press, stored", no_poll, target=Target(POLL_MS)),
        *acks["command"].figures("acknowledgement of /regulars ask, with the answer in it", "two commits are in it"),
    ]
