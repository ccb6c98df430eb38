"""Chat lines a second through discord.py's real gateway client into our pipeline, beside bare discord.py.

The simulated Discord runs in its own process and floods one sponsored channel with plain chatter. The baseline is
discord.py's client as its documentation sets it up, with an ``on_message`` that does nothing. Ours is the whole bot
with SQLite, up to and including ``Intake.wants`` with its question gate. They take turns.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from benchmarks.core import LINES
from benchmarks.figures import Figure, Target, median
from benchmarks.listeners import Meter, Taken, our_app, quiet_start, watched
from benchmarks.options import Options, say
from benchmarks.processes import About, Platforms, Stage, about, open_channels, stage, workplace

SHARE = 0.7
CHANNEL = "flood"


async def flood(platforms: Platforms, count: int) -> None:
    """A scene: so many lines of chatter."""
    await platforms.discord.flood(CHANNEL, (LINES[number % len(LINES)] for number in range(count)))


async def bare(platforms: Stage, known: About, count: int) -> Taken:
    """discord.py alone."""
    meter = Meter(count)

    class Client(discord.Client):
        async def on_message(self, message: discord.Message) -> None:
            meter.hit()

    Route.BASE = known.api["discord"]
    before, DiscordWebSocket.DEFAULT_GATEWAY = DiscordWebSocket.DEFAULT_GATEWAY, yarl.URL(known.gateway)
    intents = discord.Intents.default()
    intents.message_content = True
    try:
        async with Client(intents=intents) as client:
            running = asyncio.create_task(client.start(known.environment["DISCORD_TOKEN"]))
            await client.wait_until_ready()
            quiet_start()
            await platforms(flood, count)
            taken = await meter.done()
            await client.close()
            await running
    finally:
        DiscordWebSocket.DEFAULT_GATEWAY = before
    return taken


async def ours(platforms: Stage, known: About, count: int, folder: Path, sponsored: list[str]) -> Taken:
    """The bot."""
    meter = Meter(count)
    async with our_app("discord", known, folder, sponsored) as app:
        wanted = watched(app, "discord", meter)
        quiet_start()
        await platforms(flood, count)
        taken = await meter.done()
    if wanted:
        say(f"discord: {len(wanted)} lines of chatter were taken for questions")
    return taken


async def measure(options: Options) -> list[Figure]:
    count, rounds = options.times(6000, fewest=300), options.times(5)
    mine: list[Taken] = []
    base: list[Taken] = []
    async with stage() as platforms:
        known = await platforms(about)
        sponsored = (await platforms(open_channels, [CHANNEL]))["discord"]
        with workplace(options, "discord") as folder:
            for number in range(rounds):
                base.append(await bare(platforms, known, count))
                mine.append(await ours(platforms, known, count, folder / str(number), sponsored))
    return [
        Figure(
            "discord",
            "chat lines a second",
            median([each.rate for each in mine]),
            "/s",
            median([each.rate for each in base]),
            "/s bare discord.py",
            Target(SHARE, at_least=True, ratio=True),
        ),
        Figure(
            "discord",
            "chat lines a second of processor time",
            median([each.per_processor_second for each in mine]),
            "/s",
            median([each.per_processor_second for each in base]),
            "/s bare discord.py",
            Target(SHARE, at_least=True, ratio=True),
        ),
    ]
