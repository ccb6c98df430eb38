"""How long ``regulars run`` takes until it is ready with 1,000 entries on both platforms, and the memory it then has.

A process is started again and again, on a new database (which is migrated) and on an existing one. Ready is the ready
line, and then ``/readyz``: both platforms connected, the database takes a change. Beside it stands what Python and the
imports alone take.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

from benchmarks import questions
from benchmarks.figures import Figure, Target, median
from benchmarks.options import Options, say
from benchmarks.processes import (
    ROOT,
    About,
    Bot,
    Platforms,
    about,
    open_channels,
    stage,
    workplace,
    write_configuration,
)

READY_S, MEMORY_MB = 2.5, 160.0
COMMUNITY_S, COMMUNITY_MB = 4.0, 260.0
ENTRIES = 1000
ENCODED_S = 600
"""The sample's FAQ is encoded within this time on any machine."""
CHANNELS = tuple(f"room-{number:02d}" for number in range(40))
IMPORTS = "import bot.cli, bot.app, cogs.answers, adapters.discord.adapter, adapters.slack.adapter"
COMMUNITY_IMPORTS = f"{IMPORTS}, adapters.web.adapter"
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| (\s*)(\S+)")


async def ask_some(platforms: Platforms, count: int) -> None:
    """A scene: so many questions on each platform, one every 20 ms, all over the channels."""
    entries = questions.generated(ENTRIES)
    people = [simulator.person("Ada") for simulator in (platforms.discord, platforms.slack)]
    for number in range(count):
        for person in people:
            await person.says(entries[number % ENTRIES].asked(), channel=CHANNELS[number % len(CHANNELS)])
        await asyncio.sleep(0.02)


async def imports_alone(imports: str = IMPORTS) -> float:
    """Seconds of a process that imports what the bot needs, and ends."""
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", imports, cwd=ROOT)
    await process.wait()
    return time.perf_counter() - start


def processor_seconds(pid: int) -> float:
    spent = psutil.Process(pid).cpu_times()
    return float(spent.user + spent.system)


def megabytes(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6


async def show_imports(bot: Bot, log: Path) -> None:
    """Say what each distribution's modules cost when the bot starts (``-X importtime``, own time of every module)."""
    await asyncio.to_thread(log.write_text, "")
    await bot.start(PYTHONPROFILEIMPORTTIME="1")
    await bot.until_ready()
    await bot.stop()
    own: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for line in (await asyncio.to_thread(log.read_text, errors="replace")).splitlines():
        if found := _LINE.match(line):
            own[found[3].partition(".")[0]] += int(found[1])
            modules[found[3].partition(".")[0]] += 1
    say(f"imports: {sum(own.values()) / 1000:.0f} ms in all (slower while they are timed); the dearest packages:")
    for name, microseconds in own.most_common(25):
        say(f"  {microseconds / 1000:7.1f} ms  {modules[name]:4d} modules  {name}")


async def with_the_community(config: Path, known: About, count: int) -> list[Figure]:
    """The same bot with the community in the browser as its third platform."""
    bot, ready, alone, memory, spent = Bot(config, known), [], [], [], []
    for _ in range(count + 1):
        alone.append(await imports_alone(COMMUNITY_IMPORTS))
        await bot.start()
        ready.append(await bot.until_connected())
        memory.append(megabytes(bot.pid))
        spent.append(processor_seconds(bot.pid))
        await bot.stop()
    return [
        Figure("start", "with the web community too, all connected", median(ready[1:]), "s", median(alone[1:]),
               "s imports alone", Target(COMMUNITY_S)),
        Figure("start", "processor time with it", median(spent[1:]), "s", target=Target(COMMUNITY_S)),
        Figure("start", "resident memory with it", median(memory[1:]), "MB", target=Target(COMMUNITY_MB)),
    ]  # fmt: skip


async def with_the_models(config: Path, known: About) -> list[Figure]:
    """The bot as a newcomer runs it: the sample's FAQ, the community in the browser, everything encoded."""
    log = config.with_name("bot.log")
    await asyncio.to_thread(log.write_text, "")
    bot = Bot(config, known)
    await bot.start()
    ready = await bot.until_connected()
    at_start = megabytes(bot.pid)
    async with asyncio.timeout(ENCODED_S):
        while True:
            if "faq thresholds fitted" in await asyncio.to_thread(log.read_text, errors="replace"):
                break
            await asyncio.sleep(0.5)
    spent, most = processor_seconds(bot.pid), megabytes(bot.pid)
    await bot.stop()
    return [
        Figure("start", "sample FAQ with both models and the web community, connected", ready, "s",
               target=Target(COMMUNITY_S)),
        Figure("start", "resident memory then", at_start, "MB", target=Target(COMMUNITY_MB)),
        Figure("start", "resident memory once everything is encoded", most, "MB", target=Target(COMMUNITY_MB)),
        Figure("start", "processor time to encode it the first time", spent, "s"),
    ]  # fmt: skip


async def measure(options: Options) -> list[Figure]:
    times: dict[str, list[float]] = {"ready": [], "new": [], "again": [], "imports": [], "processor": []}
    memory: list[float] = []
    async with stage() as platforms:
        known = await platforms(about)
        addresses = await platforms(open_channels, CHANNELS)
        sponsored = [address for each in addresses.values() for address in each]
        with workplace(options, "start") as folder:
            config = write_configuration(folder, known, questions.write(folder, ENTRIES), sponsored)
            bot = Bot(config, known)
            for _ in range(options.times(5) + 1):
                for path in folder.glob("bot.db*"):
                    os.unlink(path)
                times["imports"].append(await imports_alone())
                for database in ("new", "again"):
                    await bot.start()
                    times["ready"].append(await bot.until_ready())
                    times[database].append(await bot.until_connected())
                    times["processor"].append(processor_seconds(bot.pid))
                    memory.append(megabytes(bot.pid))
                    await bot.stop()
            await bot.start()
            await bot.until_connected()
            asked = options.times(300, fewest=20)
            await platforms(ask_some, asked)
            await asyncio.sleep(1)
            after = megabytes(bot.pid)
            await bot.stop()
            if options.imports:
                await show_imports(bot, folder / "bot.log")
            faq = questions.write(folder, ENTRIES)
            opened = write_configuration(folder, known, faq, sponsored, community=True)
            community = await with_the_community(opened, known, options.times(5))
            if options.scale >= 1:
                await asyncio.to_thread((folder / "bot.db").unlink)
                sample = write_configuration(folder, known, ROOT / "faq", [], (), community=True, model="e5")
                community += await with_the_models(sample, known)
    # The first start found nothing in the disk's cache.
    for each in times.values():
        del each[0]
    imports = median(times["imports"])
    return [
        Figure("start", "to both platforms connected, existing database", median(times["again"]), "s", imports,
               "s imports alone", Target(READY_S)),
        Figure("start", "the same, new database", median(times["new"]), "s", imports, "s imports alone",
               Target(READY_S)),
        Figure("start", "to the ready line", median(times["ready"]), "s", imports, "s imports alone"),
        Figure("start", "processor time until then", median(times["processor"]), "s", target=Target(READY_S),
               notes=("what the start takes where nothing else runs",)),
        Figure("start", "resident memory when ready", median(memory), "MB", target=Target(MEMORY_MB)),
        Figure("start", f"resident memory after {2 * asked} questions", after, "MB", target=Target(MEMORY_MB)),
        *community,
    ]  # fmt: skip
