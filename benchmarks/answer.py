"""From a question posted on a simulated platform until its answer stands there; and acknowledgements under load.

The bot (``regulars run`` with 1,000 entries) and the platforms have a process each. Questions are asked one after the
other on both platforms at the same time, each for another entry and in the next of many sponsored channels, so that
neither the rate of a channel nor the link to an earlier answer shows. They end with a question mark, so the bot does
not wait for more of them (``[community] patience``). The time is taken in the platforms' process, from
the post to the moment the bot's message is stored there.

Then Slack sends a mixture of slash commands, pressed buttons and mentions, 500 a second for some seconds, and the time
to each acknowledgement is taken.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from benchmarks import questions
from benchmarks.figures import Figure, Target, median, percentile
from benchmarks.options import Options
from benchmarks.processes import (
    Bot,
    Platforms,
    about,
    open_channels,
    running,
    stage,
    violations,
    workplace,
    write_configuration,
)
from benchmarks.slack import BUTTONS, message_with_buttons, timed
from tests.simulators.discord import state as discord_state
from tests.simulators.slack import state as slack_state

ENTRIES = 1000
ANSWER_MS, ACK_MS = 50.0, 1000.0
RATE = 500
CHANNELS = tuple(f"room-{number:02d}" for number in range(60))

Told = Callable[[str], None]


def listen(platforms: Platforms, told: Told) -> None:
    """Call ``told(text)`` with everything readable of each message of the bot's, as it is stored."""
    discord, slack = platforms.discord.world, platforms.slack.space
    write, add = discord.write, slack.add

    def writing(channel: object, author: discord_state.User, content: str, **more: object) -> discord_state.Message:
        message = write(channel, author, content, **more)  # type: ignore[arg-type] # passed on
        if author is discord.bot:
            told(f"{content} {message.embeds}")
        return message

    def adding(message: slack_state.Message) -> slack_state.Message:
        if message.user == slack.bot.id:
            told(f"{message.text} {message.blocks}")
        return add(message)

    discord.write, slack.add = writing, adding


async def answer_times(platforms: Platforms, count: int) -> dict[str, list[float]]:
    """A scene: milliseconds from question to answer, for each platform; what is not answered in 10 s is missing."""
    entries = questions.generated(ENTRIES)
    waiting: dict[str, tuple[str, asyncio.Future[float]]] = {}

    def told(text: str) -> None:
        now = time.perf_counter()
        for mark, answer in waiting.values():
            if mark in text and not answer.done():
                answer.set_result(now)

    listen(platforms, told)

    async def ask(name: str, first: int) -> list[float]:
        person, found = getattr(platforms, name).person("Ada"), list[float]()
        for number in range(count):
            # Half the FAQ for each, so that an answer belongs to one question alone.
            entry = entries[first + number % (ENTRIES // 2)]
            future = asyncio.get_running_loop().create_future()
            waiting[name] = entry.mark, future
            start = time.perf_counter()
            await person.says(entry.asked(), channel=CHANNELS[number % len(CHANNELS)])
            try:
                found.append((await asyncio.wait_for(future, 10) - start) * 1000)
            except TimeoutError:
                continue
            await asyncio.sleep(0.01)
        return found

    discord, slack = await asyncio.gather(ask("discord", 0), ask("slack", ENTRIES // 2))
    return {"discord": discord, "slack": slack}


async def loaded_acks(platforms: Platforms, seconds: float) -> tuple[list[float], int, float]:
    """A scene: (milliseconds to each acknowledgement, how many deliveries, how many of them a second).

    What the bot posts is told to it as well; those deliveries are counted too.
    """
    slack, entries = platforms.slack, questions.generated(ENTRIES)
    people = [slack.person(f"Person {number}") for number in range(20)]
    pressed = await message_with_buttons(platforms)
    found: list[float] = []
    asked = 0

    async def one(number: int) -> int:
        person, entry = people[number % len(people)], entries[number % ENTRIES]
        channel = CHANNELS[number % len(CHANNELS)]
        match number % 3:
            case 0:
                await person.commands("ask", channel=channel, question=entry.typed())
            case 1:
                await person.presses("Helped", pressed)
            case _:
                await person.says(f"@bot {entry.asked()}", channel=channel)
                return 2  # Slack tells a mention as a message and as a mention
        return 1

    with timed(platforms, lambda _, milliseconds: found.append(milliseconds)) as sent:
        start, number = time.perf_counter(), 0
        while (now := time.perf_counter() - start) < seconds:
            while asked < now * RATE:
                asked += await one(number)
                number += 1
            await asyncio.sleep(0.002)
        took = time.perf_counter() - start
        await slack.all_acked(within=60)
    return found, len(sent), len(sent) / took


async def measure(options: Options) -> list[Figure]:
    async with stage() as platforms:
        known = await platforms(about)
        addresses = await platforms(open_channels, [*CHANNELS, BUTTONS])
        with workplace(options, "answer") as folder:
            sponsored = [address for each in addresses.values() for address in each]
            config = write_configuration(folder, known, questions.write(folder, ENTRIES), sponsored)
            async with running(Bot(config, known)):
                count = options.times(300, fewest=20)
                times = await platforms(answer_times, count)
                acks, sent, rate = await platforms(loaded_acks, max(1.0, 5 * options.scale))
                wrong = await platforms(violations)
    figures = []
    for name, found in times.items():
        lost = f"{count - len(found)} of {count} were not answered" if len(found) < count else ""
        middle = f"median {median(found):.1f} ms, p99 {percentile(found, 0.99):.1f} ms"
        notes = tuple(filter(None, (middle, lost)))
        what = f"question to answer on {name}, p95"
        figures.append(Figure("answer", what, percentile(found, 0.95), "ms", target=Target(ANSWER_MS), notes=notes))
    notes = (
        f"{sent} deliveries at {rate:.0f}/s, {sent - len(acks)} not acknowledged; median {median(acks):.1f} ms",
        *(f"violation: {each}" for each in wrong[:5]),
    )
    figures.append(
        Figure("answer", f"acknowledgement under {RATE} events/s, p99", percentile(acks, 0.99), "ms",
               target=Target(ACK_MS), notes=notes)
    )  # fmt: skip
    return figures
