"""The scripted people in real browsers: each sits before Chromium, sees what is drawn, and uses mouse and keyboard."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Error, Locator, Page, async_playwright

from .people import Seen, SeenForm, eventually

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--no-first-run",
)
UNSEEN = (
    "--headless=new",
    "--hide-scrollbars",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--remote-debugging-port=0",
    "--process-per-site",  # pages of one community share what was compiled
)
"""What Playwright adds where it starts a browser itself."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
AWAY = ("WebSocket connection", "ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET", "status of 503")
"""What the console says of a request while the bot starts or stops."""
ARRIVES_S = 0.1
"""What the server has told is drawn after this time."""

LOOK = (Path(__file__).parent / "web_look.js").read_text("utf-8")
"""Gives every message and the open form, as they are drawn."""
WATCH = f"""() => new Promise((done) => {{
  const look = {LOOK.strip().removesuffix(";")};
  const differs = () => {{
    const drawn = look(), text = JSON.stringify(drawn);
    if (text === window.lastLook) return false;
    window.lastLook = text;
    observer.disconnect();
    done(drawn);
    return true;
  }};
  const observer = new MutationObserver(differs);
  const all = {{ subtree: true, childList: true, attributes: true, characterData: true }};
  if (!differs()) observer.observe(document, all);
}})"""
"""The same, once it is different from the last time."""


def executable() -> str:
    """Chromium. Without it the test is skipped with how to get it; where CI is set, that is a failure."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    how = "needs Chromium: `sudo apt install chromium`, or name one: CHROMIUM=/path/to/chromium make test"
    if os.environ.get("CI"):
        pytest.fail(how)
    pytest.skip(how)


def free_port() -> int:
    """A port that stays the same over a restart of the bot."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of our own, without a window."""
    path = executable()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@cache
def _running() -> str:
    """Where the one browser of all tests listens. It is started by the first and ends with the process."""
    folder = Path(tempfile.mkdtemp(prefix="regulars-chromium-"))
    command = [executable(), *FLAGS, *UNSEEN, f"--user-data-dir={folder}", "about:blank"]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)

    def end() -> None:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    told = folder / "DevToolsActivePort"
    while process.poll() is None:
        if told.exists() and len(lines := told.read_text("utf-8").splitlines()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.02)
    raise RuntimeError("Chromium does not start")


@contextlib.asynccontextmanager
async def shared_chromium() -> AsyncIterator[Browser]:
    """A browser as fresh as our own, in a process that other tests use too; its pages are closed at the end."""
    executable()
    address = await asyncio.to_thread(_running)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(address)
        try:
            yield browser
        finally:
            await browser.close()


class WebPlatform:
    """Implements ``people.Platform``."""

    name = "web"

    def __init__(self, browser: Browser, port: int) -> None:
        self.browser = browser
        self.address_ = f"http://127.0.0.1:{port}"
        self.violations: list[str] = []
        """What a page complained of: errors in its scripts, what its policy forbade."""
        self._people: dict[str, WebPerson] = {}

    def person(self, name: str, *, staff: bool = False, is_bot: bool = False) -> WebPerson:
        assert not is_bot, "nobody but the bot is a bot here"
        if name not in self._people:
            self._people[name] = WebPerson(self, name)
        return self._people[name]

    def address(self, channel: str = "general") -> str:
        return f"web:{channel}"

    async def settled(self) -> None:
        """Every page shows what the server knows."""
        for person in self._people.values():
            await person.looked()

    async def close(self) -> None:
        for person in self._people.values():
            await person.leave()


class WebPerson:
    """One member, with one page open for each channel."""

    def __init__(self, platform: WebPlatform, name: str) -> None:
        self._platform = platform
        self.name = name
        self.id = f"web:{name}"
        self.locale = "en-GB"
        self.pages: dict[str, Page] = {}
        self._seen: dict[str, list[Seen]] = {}
        self._form: SeenForm | None = None
        self._opening = asyncio.Lock()
        self._opened = asyncio.create_task(self._open())
        self._looking: list[asyncio.Task[None]] = []

    async def _open(self) -> None:
        self._context = await self._platform.browser.new_context(
            locale=self.locale, viewport={"width": 1200, "height": 900}
        )
        self._context.set_default_timeout(10_000)
        await self._open_channel("general")

    async def _open_channel(self, channel: str) -> None:
        page = await self._context.new_page()
        page.on("pageerror", lambda error: self._platform.violations.append(f"script: {error}"))
        page.on("console", self._complains)
        await page.goto(f"{self._platform.address_}/c/{channel}?as={self.name}")
        await page.wait_for_selector("[data-ready=true]")
        self._take(channel, await page.evaluate(LOOK))
        self.pages[channel] = page
        self._looking.append(asyncio.create_task(self._look(channel, page)))

    async def opens(self, channel: str) -> None:
        """Have the channel open from now on; ``general`` is from the start."""
        await self._opened
        async with self._opening:
            if channel not in self.pages:
                await self._open_channel(channel)

    def _complains(self, said: Any) -> None:
        """The browser's own complaints count; that the server is away, or about to be, is none of them."""
        if said.type == "error" and not any(sign in said.text for sign in AWAY):
            self._platform.violations.append(f"console: {said.text}")

    async def _look(self, channel: str, page: Page) -> None:
        while not page.is_closed():
            try:
                self._take(channel, await page.evaluate(WATCH))
            except Error:  # it is being loaded again
                await asyncio.sleep(0.02)

    def _take(self, channel: str, drawn: dict[str, Any]) -> None:
        if not drawn["ready"]:
            return
        self._seen[channel] = [_seen(channel, each) for each in drawn["messages"]]
        if drawn["form"] or channel == "general":
            form = drawn["form"]
            self._form = SeenForm(form["title"], tuple(form["fields"])) if form else None

    async def looked(self) -> None:
        """Every page was looked at."""
        await self._opened
        await asyncio.sleep(ARRIVES_S)
        for channel, page in self.pages.items():
            self._take(channel, await eventually(lambda page=page: _drawn(page)))

    async def leave(self) -> None:
        for task in (*self._looking, self._opened):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Error):
                await task

    async def _page(self, channel: str, *, connected: bool = True) -> Page:
        """The channel's page; whoever only writes need not wait for the connection."""
        await self.opens(channel)
        page = self.pages[channel]
        await page.wait_for_selector("[data-ready=true]" + ("[data-online=true]" if connected else ""))
        return page

    async def _message(self, id: str) -> tuple[Page, Locator]:
        await self._opened

        def where() -> str | None:
            return next((name for name, seen in self._seen.items() for each in seen if each.id == id), None)

        await self.looked()
        if where() is None:  # in a channel that is not open yet
            for each in ("lounge", "news"):
                await self.opens(each)
        channel = str(await eventually(where))
        page = await self._page(channel)
        return page, page.locator(f'article[data-id="{id}"]')

    async def _menu(self, id: str) -> tuple[Page, Locator]:
        page, message = await self._message(id)
        await message.hover()
        await message.locator("> .tools > button").click()
        return page, message.locator("> .tools [role=menu]")

    async def _write(self, page: Page, text: str) -> None:
        await page.fill("#write", text)
        await page.press("#write", "Enter")

    async def says(self, text: str, *, channel: str = "general", thread: str | None = None) -> str:
        page = await self._page(channel, connected=False)
        if thread:
            page, menu = await self._menu(thread)
            await menu.get_by_role("menuitem", name="Reply in a thread").click()
        return await self._say(page, text)

    async def replies(self, text: str, *, to: str) -> str:
        page, menu = await self._menu(to)
        await menu.get_by_role("menuitem", name="Reply", exact=True).click()
        return await self._say(page, text)

    async def _say(self, page: Page, text: str) -> str:
        before = await page.get_attribute(".regulars", "data-said")
        await self._write(page, text)
        said = page.locator(f'.regulars[data-said^="m-"]:not([data-said="{before}"])')
        return str(await said.get_attribute("data-said"))

    async def edits(self, message: str, text: str) -> None:
        page, menu = await self._menu(message)
        await menu.get_by_role("menuitem", name="Edit").click()
        await self._write(page, text)

    async def deletes(self, message: str) -> None:
        page, menu = await self._menu(message)
        await menu.get_by_role("menuitem", name="Delete").click()
        await page.locator("dialog[open] button.danger").click()

    async def reacts(self, message: str, emoji: str) -> None:
        _, menu = await self._menu(message)
        await menu.locator(f'[data-emoji="{emoji}"]').click()

    async def unreacts(self, message: str, emoji: str) -> None:
        _, found = await self._message(message)
        await found.locator(f'> .content > .reactions [data-emoji="{emoji}"][aria-pressed=true]').click()

    async def commands(self, command: str, *, channel: str = "general", **options: object) -> None:
        page = await self._page(channel)
        await self._write(page, " ".join([f"/{command}", *map(str, options.values())]))

    async def completes(self, command: str, option: str, text: str, *, channel: str = "general") -> tuple[str, ...]:
        page = await self._page(channel)
        await page.fill("#write", f"/{command} {text}")
        await page.wait_for_timeout(300)
        return tuple(await page.locator("#offers [role=option] strong").all_text_contents())

    async def acts(self, action: str, message: str) -> None:
        _, menu = await self._menu(message)
        await menu.get_by_role("menuitem", name=action, exact=True).click()

    async def presses(self, label: str, message: str) -> None:
        _, found = await self._message(message)
        await found.locator("> .content > .buttons").get_by_role("button", name=label, exact=True).click()

    async def picks(self, option: str, message: str) -> None:
        _, found = await self._message(message)
        select = found.locator("> .content > .select select")
        values = await select.locator("option").evaluate_all(
            "(options, label) => options.filter((o) => o.text.split(' – ')[0] === label).map((o) => o.value)", option
        )
        assert values, f"no option {option!r}"
        await select.select_option(values[0])
        await found.locator("> .content > .select button").click()

    def form(self) -> SeenForm | None:
        return self._form

    async def submits(self, **values: str) -> None:
        await self._opened
        pages = [page for page in self.pages.values() if await page.locator("dialog[open] form").count()]
        assert pages, f"no form is open in front of {self.name}"
        form = pages[0].locator("dialog[open] form")
        for name, text in values.items():
            await form.locator(f'[name="{name}"]').or_(form.get_by_label(name)).first.fill(text)
        await form.locator("button.primary").click()

    def sees(self, channel: str = "general") -> Sequence[Seen]:
        for looking in self._looking:
            if looking.done():
                looking.result()
        assert channel == "general" or channel in self.pages, f"{self.name} has not opened #{channel}: `opens` it first"
        return self._seen.get(channel, [])


async def _drawn(page: Page) -> dict[str, Any] | None:
    """What the page shows; None while it is being loaded again."""
    try:
        drawn: dict[str, Any] = await page.evaluate(LOOK)
    except Error:
        return None
    return drawn


def _seen(channel: str, drawn: dict[str, Any]) -> Seen:
    return Seen(
        **{name: drawn[name] for name in ("id", "author", "text", "private", "edited")},
        channel=channel,
        by_bot=drawn["voice"] == "bot",
        reply_to=drawn["replyTo"],
        thread=drawn["thread"],
        buttons=tuple(drawn["buttons"]),
        options=tuple(drawn["options"]),
        reactions={emoji: tuple(sorted(names)) for emoji, names in drawn["reactions"].items()},
    )
