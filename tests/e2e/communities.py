"""The whole bot on each platform: the real app, the real clients, the platform on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from blockbuster import blockbuster_ctx

from bot import app, config
from bot.adapter import Adapter
from bot.community.channels import Channel, Mode
from tests.simulators.discord import DiscordSimulator
from tests.simulators.memory import MemorySimulator
from tests.simulators.people import Person, Platform, Seen, eventually
from tests.simulators.slack import SlackSimulator
from tests.simulators.web import WebPerson, WebPlatform, free_port, shared_chromium

FAQ = Path(__file__).parents[2] / "faq"
CHANNELS = {"general": Mode.SPONSORED, "lounge": Mode.ORGANIC, "news": Mode.QUIET}
PLATFORMS = ("memory", "discord", "slack", "slack over http", "web")


@dataclass
class Community:
    """A community with the bot in it; a scenario is written against this."""

    platform: Platform
    folder: Path
    environment: dict[str, str]
    section: str
    """The platform's section of config.toml."""
    staff: str = ""
    faq: Path = FAQ
    address: str = "sie"
    """How the bot's German texts speak to people."""
    patience: float = 0.0
    """Seconds the bot waits for a member to finish; none, where that is not the subject."""
    http: bool = False
    """Slack calls the bot's own port instead of being connected to."""
    app: app.App | None = None
    adapter: Adapter | None = None
    _running: asyncio.Task[None] | None = field(default=None, repr=False)
    _nothing_blocks: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, repr=False)
    """From ready to stop: waiting for a disk, a socket or a lock on the event loop raises ``BlockingError``."""

    def person(self, name: str, **what: bool) -> Person:
        return self.platform.person(name, **what)

    def configuration(self) -> config.Config:
        """config.toml as an admin writes it, read as the bot reads it."""
        path = self.folder / "config.toml"
        channels = "".join(
            f'[[channel]]\nat = "{self.platform.address(name)}"\nmode = "{mode.value}"\n'
            for name, mode in CHANNELS.items()
            if self.platform.name != "memory"
        )
        path.write_text(
            f'[community]\npatience = {self.patience}\naddress = "{self.address}"\n'
            f'[faq]\nsources = ["{self.faq}"]\nmodel = "none"\n[staff]\n{self.staff}\n{channels}{self.section}'
        )
        loaded = config.load(path, self.environment)
        if self.platform.name == "memory":
            known = tuple(Channel(self.platform.address(name), mode) for name, mode in CHANNELS.items())
            loaded = replace(loaded, channels=known)
        return loaded

    async def start(self) -> app.App:
        """Start the bot and wait until events flow."""
        loaded = self.configuration()
        adapters: Mapping[str, Adapter] = app.load_adapters(loaded) or {"memory": self._memory()}
        [self.adapter] = adapters.values()
        started = asyncio.get_running_loop().create_future()
        self._running = asyncio.create_task(
            app.run(loaded, adapters, http=self.http, signals=False, ready=started.set_result)
        )
        await asyncio.wait([started, self._running], return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            self._running.result()
        self.app = await started
        running = self.app
        if self.http and isinstance(self.platform, SlackSimulator):
            self.platform.deliver_to(f"{running.address}/slack/events")
        await eventually(lambda: all(each.is_connected for each in running.intakes.values()), within=15)
        self._nothing_blocks.enter_context(blockbuster_ctx(scanned_modules=["bot", "adapters", "cogs"]))
        return running

    def _memory(self) -> Adapter:
        assert isinstance(self.platform, MemorySimulator)
        return self.platform.adapter

    async def stop(self) -> None:
        """End the bot politely."""
        self._nothing_blocks.close()
        if self.app and self._running:
            self.app.stop()
            await asyncio.wait_for(self._running, 20)
            self.app, self._running = None, None

    async def dies(self) -> None:
        """End the bot as a power failure does: nothing is finished, nothing written."""
        self._nothing_blocks.close()
        assert self._running
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running
        self.app, self._running = None, None

    async def opens(self, person: Person, channel: str) -> None:
        """In a browser a person sees the channels they have opened."""
        if isinstance(person, WebPerson):
            await person.opens(channel)

    async def sees(
        self, person: Person, wanted: Callable[[Seen], object], channel: str = "general", within: float = 5
    ) -> Seen:
        """The newest message this person can see that is as wanted."""
        await self.opens(person, channel)

        def look() -> Seen | None:
            return next((each for each in reversed(person.sees(channel)) if wanted(each)), None)

        found = await eventually(look, within=within)
        assert isinstance(found, Seen)
        return found

    async def quiet(self) -> None:
        """Everything accepted is answered and sent."""
        assert self.app
        await asyncio.sleep(0.15)
        await self.app.inbox.drained()
        await self.app.outbox.drained()
        await asyncio.sleep(0.05)
        if isinstance(self.platform, WebPlatform):
            await self.platform.settled()


@contextlib.asynccontextmanager
async def community(name: str, folder: Path, **options: Any) -> AsyncIterator[Community]:
    """A community on the platform of that name, the bot not started yet; afterwards no rule may have been broken."""
    async with contextlib.AsyncExitStack() as stack:
        made = await MAKERS[name](stack, folder, **options)
        try:
            yield made
        finally:
            await made.stop()
    broken = made.platform.violations
    assert not broken, broken


async def _memory(stack: contextlib.AsyncExitStack, folder: Path) -> Community:
    return Community(MemorySimulator(), folder, {}, "")


async def _discord(stack: contextlib.AsyncExitStack, folder: Path, **options: Any) -> Community:
    simulator = await stack.enter_async_context(DiscordSimulator(**options))
    section = f'[discord]\nenabled = true\napi_url = "{simulator.api_url}"\ngateway_url = "{simulator.gateway_url}"\n'
    staff = f'discord_roles = ["{simulator.staff_role}"]'
    return Community(simulator, folder, {"DISCORD_TOKEN": simulator.token}, section, staff)


async def _slack(stack: contextlib.AsyncExitStack, folder: Path, **options: Any) -> Community:
    shortcuts = {"Answer from the FAQ": "Answers.answer_message"}
    simulator = await stack.enter_async_context(SlackSimulator(shortcuts=shortcuts, **options))
    section = f'[slack]\nenabled = true\napi_url = "{simulator.api_url}"\n'
    environment = {
        "SLACK_BOT_TOKEN": simulator.bot_token,
        "SLACK_APP_TOKEN": simulator.app_token,
        "SLACK_SIGNING_SECRET": simulator.signing_secret,
    }
    return Community(simulator, folder, environment, section, f'slack_user_groups = ["{simulator.staff_group}"]')


async def _slack_over_http(stack: contextlib.AsyncExitStack, folder: Path, **options: Any) -> Community:
    made = await _slack(stack, folder, socket_mode=False, **options)
    made.section += 'mode = "http"\n[web]\nport = 0\n'
    made.http = True
    return made


async def _web(stack: contextlib.AsyncExitStack, folder: Path, **options: Any) -> Community:
    browser, port = await stack.enter_async_context(shared_chromium()), free_port()
    platform = WebPlatform(browser, port)
    stack.push_async_callback(platform.close)
    return Community(platform, folder, {}, f"[web]\nenabled = true\nport = {port}\n", http=True)


MAKERS: Mapping[str, Callable[..., Awaitable[Community]]] = {
    "memory": _memory,
    "discord": _discord,
    "slack": _slack,
    "slack over http": _slack_over_http,
    "web": _web,
}
