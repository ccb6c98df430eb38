"""Takes the pictures of the web community: ``make screenshots``. Everything in them was said by the bot just now.

The README's are written to docs/; with a folder as argument, every page is, in every language, scheme and width.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, Page

from bot import app, config
from tests.simulators.web import chromium, free_port

ROOT = Path(__file__).parents[1]
WIDTHS = {"wide": (1180, 860), "narrow": (400, 860)}
SCHEMES = ("light", "dark")
WORDS = {
    "en": {
        "hello": "Good morning! The new station is on the roof and the first readings are in.",
        "question": "How do I pair a new sensor?",
        "unknown": "@bot Where can I buy cheese in Rome?",
        "ask": "Ask a person",
        "answer": "Near Campo de' Fiori, and I know a good shop. I will write to you, Ada.",
        "thread": "Reply in a thread",
    },
    "de": {
        "hello": "Guten Morgen! Die neue Station ist auf dem Dach, und die ersten Messwerte sind da.",
        "question": "Wie kopple ich einen weiteren Sensor mit meinem Hub?",
        "unknown": "@bot Wo kann ich in Rom Käse kaufen?",
        "ask": "Einen Menschen fragen",
        "answer": "Am Campo de' Fiori, dort kenne ich einen guten Laden. Ich schreibe Ihnen, Ada.",
        "thread": "In einem Thread antworten",
    },
}


@contextlib.asynccontextmanager
async def running(folder: Path, language: str) -> AsyncIterator[str]:
    """The bot with the sample FAQ; gives the community's address."""
    port = free_port()
    channels = {"general": "sponsored", "lounge": "organic", "announcements": "quiet"}
    listed = "".join(f'[[channel]]\nat = "web:{name}"\nmode = "{mode}"\n' for name, mode in channels.items())
    path = folder / "config.toml"
    path.write_text(
        f'[community]\nname = "Wetterkauz"\nlocale = "{language}"\n[faq]\nsources = ["{ROOT / "faq"}"]\n{listed}'
        f"[web]\nenabled = true\nport = {port}\n"
    )
    loaded = config.load(path, {})
    ready: asyncio.Future[app.App] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(app.run(loaded, app.load_adapters(loaded), signals=False, ready=ready.set_result))
    done, _ = await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
    if task in done:
        task.result()
    bot = await ready
    try:
        yield bot.address
    finally:
        bot.stop()
        await task


async def opened(browser: Browser, address: str, language: str, scheme: str, width: str, path: str) -> Page:
    """A page as a visitor with that browser sees it, ready to be used."""
    across, down = WIDTHS[width]
    context = await browser.new_context(
        locale={"en": "en-GB", "de": "de-DE"}[language],
        viewport={"width": across, "height": down},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if width == "narrow" else 1,
        timezone_id="Europe/Berlin",
    )
    page = await context.new_page()
    await page.goto(address + path)
    await page.wait_for_selector("[data-ready=true]")
    return page


async def write(page: Page, text: str) -> None:
    await page.fill("#write", text)
    await page.press("#write", "Enter")


async def talk(browser: Browser, address: str, language: str) -> None:
    """A morning in the community."""
    words = WORDS[language]
    ben = await opened(browser, address, language, "light", "wide", "/?as=ben")
    await write(ben, words["hello"])
    await ben.wait_for_selector("article.peer")
    ada = await opened(browser, address, language, "light", "wide", "/?as=ada")
    await write(ada, words["unknown"])
    await ada.get_by_role("button", name=words["ask"]).click()
    await ada.wait_for_selector("article.private")
    sam = await opened(browser, address, language, "light", "wide", "/?as=sam")
    asked = sam.locator("article.peer").last
    await asked.hover()
    await asked.locator("> .tools > button").click()
    await sam.get_by_role("menuitem", name=words["thread"]).click()
    await write(sam, words["answer"])
    await sam.wait_for_selector("article.official")
    await write(ada, words["question"])
    await ada.wait_for_selector("article.bot .card h3")
    told = ben.locator("article.official").last
    await told.hover()
    await told.locator("> .tools > button").click()
    await ben.locator("[role=menu] [data-emoji=heart]").click()
    await ben.wait_for_timeout(300)
    for page in (ada, ben, sam):
        await page.context.close()


PAGES = {
    "web": "/?as=ada",
    "lounge": "/c/lounge?as=ben",
    "desk": "/p/desk?as=kim",
    "faq": "/p/faq?as=kim&question=how+do+i+pair+a+new+sensor",
    "bot": "/p/bot?as=kim",
}


async def take(folder: Path, names: tuple[str, ...]) -> None:
    """Write a picture of each page for every language, scheme and width."""
    async with chromium() as browser:
        for language in WORDS:
            with tempfile.TemporaryDirectory() as home:
                async with running(Path(home), language) as address:
                    await talk(browser, address, language)
                    for name in names:
                        for scheme in SCHEMES:
                            for width in WIDTHS:
                                page = await opened(browser, address, language, scheme, width, PAGES[name])
                                await page.wait_for_timeout(500)
                                await page.screenshot(path=folder / f"{name}-{language}-{scheme}-{width}.png")
                                await page.context.close()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder or ROOT / "docs", tuple(PAGES) if folder else ("web",)))


if __name__ == "__main__":
    main()
