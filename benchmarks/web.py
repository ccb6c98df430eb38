"""The web community in real Chromium, and under fifty tabs at once.

The first page, the time until a posted question's answer is drawn, scrolling through 10,000 messages; then tabs
without a browser, which speak what the page speaks. Beside each stands the same with the least page NiceGUI can serve.
Everything runs on this machine, the browser included, so other load counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import socketio
from playwright.async_api import Browser, Page
from sqlalchemy import make_url

from benchmarks.figures import Figure, Target, median, percentile
from benchmarks.options import Options, say
from benchmarks.processes import ROOT, About, Bot, workplace
from benchmarks.start import megabytes, processor_seconds
from benchmarks.tabs import Tab, connected
from bot.community.archive import StoredArchive
from bot.events import Member, MessageRef, Place
from bot.hosting import Standing
from bot.knowledge import Knowledge
from bot.replies import Voice
from bot.storage import opened
from tests.simulators.web import chromium, free_port

FIRST_S, ANSWER_MS, STALL_MS, MEMORY_MB = 1.0, 300.0, 100.0, 260.0
LONG, FULL = 10_000, 2_000
"""Messages in the channel that is scrolled, and in the one everybody is in."""
TABS, OPENED = 50, 300
FORGOTTEN_S = 90.0
"""After this time the bot no longer waits for a tab that went away."""
BARE_READY = "[id^=c] input"
ANSWERED = """([id]) => new Promise((done) => {
  const answer = `article.bot[data-reply-to="${id}"]`;
  const look = () => (document.querySelector(answer) ? done(performance.now()) : requestAnimationFrame(look));
  look(); })"""
SAID = """([count]) => new Promise((done) => {
  const there = () => document.querySelectorAll(".said").length === count;
  const look = () => (there() ? done(performance.now()) : requestAnimationFrame(look));
  look(); })"""
STALLS = """() => { window.stalls = [];
  const note = (list) => window.stalls.push(...list.getEntries().map((each) => each.duration));
  new PerformanceObserver(note).observe({ type: "longtask" }); }"""
PLAIN = """() => {
  const all = Array.from({ length: 2000 }, (_, n) => `<article class=message><p>message number ${n}</p></article>`);
  document.body.innerHTML = '<div style="height: 700px; overflow: auto">' + all.join("") + "</div>";
  document.body.firstChild.scrollTop = 1e6; }"""


async def fill(url: str) -> None:
    """Channels with a past: ``lounge`` and ``general``."""
    async with opened(make_url(url)) as database:
        archive = StoredArchive("web", database)
        ben = Member("web:ben", "ben")
        for channel, count in (("lounge", LONG), ("general", FULL)):
            place = Place("web", "", channel)
            for n in range(0, count, 500):
                await asyncio.gather(*(archive.add(message(place, ben, n + each)) for each in range(500)))


def message(place: Place, member: Member, n: int) -> Standing:
    ref, text = MessageRef(place, f"m-{place.channel}{n:08d}"), f"message number {n}. " + "some more words " * (n % 12)
    return Standing(ref=ref, member=member, at=1_700_000_000_000 + n * 60_000, text=text, voice=Voice.PEER)


def configuration(folder: Path, port: int) -> Path:
    """The sample's, on a port of its own."""
    written = (ROOT / "config.toml").read_text("utf-8").replace('sources = ["faq"]', f'sources = ["{ROOT / "faq"}"]')
    path = folder / "config.toml"
    path.write_text(written.replace("port = 8080", f"port = {port}"), "utf-8")
    return path


@contextlib.asynccontextmanager
async def bare() -> AsyncIterator[str]:
    """The least page NiceGUI can serve; gives its address."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.bare_web", str(port)), cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with aiohttp.ClientSession() as session:
            for _ in range(600):
                with contextlib.suppress(aiohttp.ClientError):
                    await session.get(f"http://127.0.0.1:{port}/favicon.ico")
                    break
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


# -- one browser -------------------------------------------------------------------------------------------------------


async def visit(browser: Browser, address: str, useful: str) -> tuple[Page, float]:
    """A browser that knows nothing yet opens the page; seconds until it is useful."""
    context = await browser.new_context(locale="en-GB", viewport={"width": 1180, "height": 800})
    page = await context.new_page()
    start = time.perf_counter()
    await page.goto(address, wait_until="commit")
    await page.wait_for_selector(useful, timeout=60_000)
    await page.wait_for_function("window.socket?.connected", timeout=60_000)
    return page, time.perf_counter() - start


async def first_pages(browser: Browser, address: str, useful: str, count: int) -> list[float]:
    """Seconds of visits, each by a new browser. The very first warms the server's disk cache and does not count."""
    took = []
    for _ in range(count + 1):
        page, seconds = await visit(browser, address, useful)
        took.append(seconds)
        await page.context.close()
    return took[1:]


async def drawing(browser: Browser, address: str, useful: str, count: int) -> list[float]:
    """Seconds the page's own thread computed until it was useful: the same on a machine that has other work too."""
    took = []
    for _ in range(count):
        context = await browser.new_context(locale="en-GB", viewport={"width": 1180, "height": 800})
        page = await context.new_page()
        inspector = await context.new_cdp_session(page)
        await inspector.send("Performance.enable", {"timeDomain": "threadTicks"})
        await page.goto(address, wait_until="commit")
        await page.wait_for_selector(useful, timeout=60_000)
        await page.wait_for_function("window.socket?.connected", timeout=60_000)
        metrics = (await inspector.send("Performance.getMetrics"))["metrics"]
        took.append(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))
        await context.close()
    return took


async def answers(browser: Browser, address: str, questions: Sequence[str]) -> list[float]:
    """Milliseconds from the Enter key until the answer is drawn."""
    page, _ = await visit(browser, f"{address}/c/general", "#write")
    took = []
    for question in questions:
        before = await page.get_attribute(".regulars", "data-said")
        await page.fill("#write", question)
        start = await page.evaluate("performance.now()")
        await page.press("#write", "Enter")
        said = page.locator(f'.regulars[data-said^="m-"]:not([data-said="{before}"])')
        id = await said.get_attribute("data-said")
        took.append(float(await page.evaluate(ANSWERED, [id])) - float(start))
        await asyncio.sleep(0.2)
    await page.context.close()
    return took


async def echoes(browser: Browser, address: str, count: int) -> list[float]:
    """The same with the bare page: until what was sent is drawn."""
    page, _ = await visit(browser, address, BARE_READY)
    took = []
    for number in range(count):
        await page.fill(BARE_READY, f"line {number}")
        start = await page.evaluate("performance.now()")
        await page.press(BARE_READY, "Enter")
        took.append(float(await page.evaluate(SAID, [number + 1])) - float(start))
        await asyncio.sleep(0.2)
    await page.context.close()
    return took


async def scroll(page: Page, wheels: int) -> tuple[list[float], int]:
    """Tasks above 50 ms while the wheel is turned, in milliseconds, and the most messages drawn at once."""
    await page.evaluate(STALLS)
    await page.mouse.move(700, 400)
    most = 0
    for wheel in range(wheels):
        await page.mouse.wheel(0, -1_500)
        await page.wait_for_timeout(16)
        if wheel % 10 == 0:  # looking takes the page's time too
            most = max(most, await page.locator("article.message").count())
    return await page.evaluate("window.stalls"), most


async def scrolling(browser: Browser, address: str, wheels: int) -> tuple[list[float], int, list[float]]:
    """Stalls and messages drawn in the long channel, and stalls with a plain list of messages."""
    page, _ = await visit(browser, f"{address}/c/lounge", "article.message")
    stalls, most = await scroll(page, wheels)
    await page.evaluate(PLAIN)
    plain, _ = await scroll(page, wheels)
    await page.context.close()
    return stalls, most, plain


# -- many tabs ---------------------------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """What many tabs saw of what some of them said."""

    delivered: list[float] = field(default_factory=list)
    """Milliseconds from saying to seeing, of each message in each tab."""
    answered: list[float] = field(default_factory=list)
    """Likewise to the bot's answer."""
    lost: int = 0
    doubled: int = 0
    processor: float = 0.0
    """Seconds the bot computed."""
    memory: float = 0.0
    """Megabytes of the bot then."""


async def crowd(address: str, pid: int, count: int, questions: Sequence[str]) -> Crowd:
    """So many tabs of four people; the customers among them ask in turn, five a second."""
    people, seen, asked = ("ada", "ben", "sam", "kim"), Crowd(), {}
    customers = [number for number in range(count) if number % len(people) < 2]
    async with aiohttp.ClientSession() as session:
        tabs = [Tab(address, socketio.AsyncClient(reconnection=False)) for _ in range(count)]
        for number, tab in enumerate(tabs):
            await tab.open(session, f"/c/general?as={people[number % len(people)]}")
        before = processor_seconds(pid)
        for number, question in enumerate(questions):
            id = f"m-crowd{count:03d}x{number:06d}"
            asked[id] = time.perf_counter()
            await tabs[customers[number % len(customers)]].says(id, "general", question)
            await asyncio.sleep(0.2)
        await asyncio.sleep(2)
        seen.processor, seen.memory = processor_seconds(pid) - before, megabytes(pid)
        for tab, (id, at) in itertools.product(tabs, asked.items()):
            for name, times in ((id, seen.delivered), (f"answer to {id}", seen.answered)):
                if name in tab.told_at:
                    times.append((tab.told_at[name] - at) * 1000)
                else:
                    seen.lost += 1
        seen.doubled = sum(tab.twice for tab in tabs)
        for tab in tabs:
            await tab.close()
    return seen


async def bare_crowd(address: str, count: int, lines: int) -> list[float]:
    """The bare loop: a line of about a message's size, told to every socket; milliseconds of each in each."""
    took: list[float] = []
    sockets = [socketio.AsyncClient(reconnection=False) for _ in range(count)]

    async def told(line: dict[str, float]) -> None:
        took.append((time.perf_counter() - line["at"]) * 1000)

    for socket in sockets:
        socket.on("told", told)
        await connected(socket, address)
    for number in range(lines):
        await sockets[number % count].emit("say", {"at": time.perf_counter(), "text": "x" * 1_000})
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    for socket in sockets:
        await socket.disconnect()
    return took


async def come_and_go(address: str, count: int) -> None:
    """Tabs are opened and closed, ten at a time."""
    async with aiohttp.ClientSession() as session:
        for start in range(0, count, 10):
            tabs = [Tab(address, socketio.AsyncClient(reconnection=False)) for _ in range(min(10, count - start))]
            await asyncio.gather(*(tab.open(session, "/c/general") for tab in tabs))
            await asyncio.gather(*(tab.close() for tab in tabs))


# -- all of it ---------------------------------------------------------------------------------------------------------


async def measure(options: Options) -> list[Figure]:
    entries = Knowledge.load([ROOT / "faq"]).faq
    questions = [entry.text("en").question for entry in entries][: options.times(40, fewest=3)]
    visits, wheels = options.times(7, fewest=2), options.times(120, fewest=10)
    with workplace(options, "web") as folder:
        config = configuration(folder, free_port())
        await fill(f"sqlite+aiosqlite:///{folder}/regulars.db")
        bot = Bot(config, About({}, "", {}, {}))
        await bot.start()
        try:
            await bot.until_connected()
            parts = urlsplit(bot.address)
            address, fresh = f"{parts.scheme}://{parts.netloc}", megabytes(bot.pid)
            async with chromium() as browser, bare() as least:
                first = await first_pages(browser, address, "article.message", visits)
                bare_first = await first_pages(browser, least, BARE_READY, visits)
                drawn = await drawing(browser, address, "article.message", visits)
                bare_drawn = await drawing(browser, least, BARE_READY, visits)
                answered = await answers(browser, address, questions)
                echoed = await echoes(browser, least, len(questions))
                stalls, most, plain = await scrolling(browser, address, wheels)
            async with bare() as least:
                alone = await bare_crowd(least, TABS, 2 * len(questions))
            one = await crowd(address, bot.pid, 1, questions)
            many = await crowd(address, bot.pid, TABS, questions)
            say(f"web: {OPENED} tabs come and go, and are forgotten ...")
            tides = []
            for _ in range(2):
                await come_and_go(address, options.times(OPENED // 2, fewest=10))
                await asyncio.sleep(FORGOTTEN_S)
                tides.append(megabytes(bot.pid))
        finally:
            await bot.stop()
    load = f"load of the machine then: {os.getloadavg()[1]:.1f} (5 minutes)"
    said = 2 * len(questions) * TABS
    per_told = (many.processor - one.processor) / max(said, 1) * 1e6
    return [
        Figure("web", f"first page useful and connected, new browser, median of {visits}", median(first), "s",
               median(bare_first), "s bare NiceGUI page", Target(FIRST_S), (load,)),
        Figure("web", "processor time of the page until then", median(drawn), "s", median(bare_drawn),
               "s bare NiceGUI page", Target(FIRST_S)),
        Figure("web", f"a question's answer drawn, p95 of {len(answered)}", percentile(answered, 0.95), "ms",
               percentile(echoed, 0.95), "ms bare page, a line comes back", Target(ANSWER_MS)),
        Figure("web", f"longest task while scrolling {LONG:,} messages", max(stalls, default=0.0), "ms",
               max(plain, default=0.0), "ms plain list", Target(STALL_MS), ("tasks above 50 ms count",)),
        Figure("web", "messages drawn at once", most, "", LONG, "there are"),
        Figure("web", f"a message delivered to {TABS} tabs, p95", percentile(many.delivered, 0.95), "ms",
               percentile(alone, 0.95), "ms bare loop: told to all sockets"),
        Figure("web", f"an answer delivered to {TABS} tabs, p95", percentile(many.answered, 0.95), "ms",
               percentile(one.answered, 0.95), "ms to one tab", Target(ANSWER_MS)),
        Figure("web", f"lost or doubled, of {said:,}", many.lost + many.doubled, "", target=Target(0)),
        Figure("web", "processor time for each further tab a message is told to", per_told, "µs"),
        Figure("web", f"resident memory, {TABS} tabs, {FULL:,} messages in the channel", many.memory, "MB", fresh,
               "MB before the first visit", Target(MEMORY_MB)),
        Figure("web", f"resident memory after {OPENED} tabs came and went", tides[1], "MB", tides[0],
               "MB after half of them", Target(1.05, ratio=True)),
    ]  # fmt: skip
