"""The web community's figures, in real Chromium: ``python -m benchmarks.web [BROWSERS]`` (else 50).

Start and memory of the bot, the first page, the time until a posted question's answer is drawn, scrolling through
10,000 messages, and many browsers at once. Everything runs on this machine, the browsers included: other load counts.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from playwright.async_api import Browser, Page
from sqlalchemy import make_url

from bot.community.archive import StoredArchive
from bot.events import Member, MessageRef, Place
from bot.hosting import Standing
from bot.knowledge import Knowledge
from bot.replies import Voice
from bot.storage import opened
from tests.simulators.web import chromium, free_port

ROOT = Path(__file__).parents[1]
MESSAGES = 10_000
ANSWERED = """([id]) => new Promise((done) => {
  const answer = `article.bot[data-reply-to="${id}"]`;
  const look = () => (document.querySelector(answer) ? done(performance.now()) : requestAnimationFrame(look));
  look(); })"""
STALLS = """() => { window.stalls = [];
  const note = (list) => window.stalls.push(...list.getEntries().map((each) => each.duration));
  new PerformanceObserver(note).observe({ type: "longtask" }); }"""


def p95(values: Sequence[float]) -> float:
    return sorted(values)[max(math.ceil(len(values) * 0.95) - 1, 0)]


def show(name: str, value: str, target: str) -> None:
    sys.stdout.write(f"{name:<52} {value:>12}   wanted: {target}\n")
    sys.stdout.flush()


async def fill(url: str) -> None:
    """A channel with a past."""
    async with opened(make_url(url)) as database:
        archive = StoredArchive("web", database)
        place, ben = Place("web", "", "lounge"), Member("web:ben", "ben")
        for n in range(0, MESSAGES, 500):
            await asyncio.gather(*(archive.add(message(place, ben, n + each)) for each in range(500)))


def message(place: Place, member: Member, n: int) -> Standing:
    ref, text = MessageRef(place, f"m-{n:012d}"), f"message number {n}. " + "some more words " * (n % 12)
    return Standing(ref=ref, member=member, at=1_700_000_000_000 + n * 60_000, text=text, voice=Voice.PEER)


async def ready(process: asyncio.subprocess.Process) -> None:
    assert process.stderr
    while line := await process.stderr.readline():
        if b"web: connected" in line:
            return
    raise SystemExit("the bot did not start")


async def visit(browser: Browser, address: str, path: str) -> tuple[Page, float]:
    context = await browser.new_context(locale="en-GB", viewport={"width": 1180, "height": 800})
    page = await context.new_page()
    start = time.perf_counter()
    await page.goto(address + path, wait_until="commit")
    await page.wait_for_selector("[data-ready=true] #write", timeout=60_000)
    return page, time.perf_counter() - start


async def answers(page: Page, questions: Sequence[str]) -> list[float]:
    """Milliseconds from the Enter key until the answer is drawn."""
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
    return took


async def scroll(page: Page) -> tuple[float, int]:
    """The longest stall in milliseconds, and the most messages drawn at once."""
    await page.evaluate(STALLS)
    await page.mouse.move(700, 400)
    most = 0
    for _ in range(120):
        await page.mouse.wheel(0, -1_500)
        await page.wait_for_timeout(16)
        most = max(most, await page.locator("article.message").count())
    return max(await page.evaluate("window.stalls"), default=0.0), most


async def crowd(browser: Browser, address: str, count: int) -> list[float]:
    """Milliseconds until each of many browsers shows what one of them says."""
    pages = [(await visit(browser, address, "/c/announcements?as=ben"))[0] for _ in range(count)]
    await asyncio.sleep(1)
    start = time.perf_counter()

    async def sees(page: Page) -> float:
        await page.wait_for_selector("article.message", timeout=60_000)
        return (time.perf_counter() - start) * 1000

    watching = [asyncio.create_task(sees(page)) for page in pages]
    await pages[0].fill("#write", "hello everybody")
    await pages[0].press("#write", "Enter")
    return list(await asyncio.gather(*watching))


async def main(browsers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        config = (ROOT / "config.toml").read_text().replace('sources = ["faq"]', f'sources = ["{ROOT / "faq"}"]')
        path = Path(folder) / "config.toml"
        path.write_text(config.replace("port = 8080", f"port = {port}"))
        await fill(f"sqlite+aiosqlite:///{folder}/regulars.db")
        start = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--config", str(path), "run"), cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        await ready(process)
        show("Start of the bot with the community", f"{time.perf_counter() - start:.2f} s", "< 4 s")
        drain = asyncio.create_task(process.stderr.read() if process.stderr else asyncio.sleep(0))
        try:
            await measure(f"http://127.0.0.1:{port}", process.pid, browsers)
        finally:
            process.terminate()
            await process.wait()
            await drain


async def measure(address: str, pid: int, browsers: int) -> None:
    faq = Knowledge.load([ROOT / "faq"]).faq
    questions = [entry.text("en").question for entry in faq][:40]
    bot = psutil.Process(pid)
    async with chromium() as browser:
        page, first = await visit(browser, address, "/")
        show("First page useful, a new browser", f"{first:.2f} s", "< 1 s")
        _, second = await visit(browser, address, "/")
        show("The same again", f"{second:.2f} s", "< 1 s")
        took = await answers(page, questions)
        show(f"A question's answer visible, p95 of {len(took)}", f"{p95(took):.0f} ms", "< 300 ms")
        show("Memory of the bot", f"{bot.memory_info().rss / 2**20:.0f} MB", "< 260 MB")
        long, _ = await visit(browser, address, "/c/lounge")
        stall, most = await scroll(long)
        show(f"Longest stall while scrolling {MESSAGES} messages", f"{stall:.0f} ms", "no stall")
        show("Messages drawn at once", str(most), "what is near")
        if browsers:
            seen = await crowd(browser, address, browsers)
            show(f"One message seen by {browsers} browsers, the last after", f"{max(seen):.0f} ms", "works")
            show(f"Memory of the bot with {browsers} browsers", f"{bot.memory_info().rss / 2**20:.0f} MB", "< 260 MB")
    show("Load of the machine (1 min)", f"{os.getloadavg()[0]:.1f}", "0")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
