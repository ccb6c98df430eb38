"""The other processes of a benchmark: the simulated platforms in one, the bot in another."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from benchmarks.options import Options, say
from tests.simulators.discord import DiscordSimulator
from tests.simulators.slack import Limits, SlackSimulator

P = ParamSpec("P")
T = TypeVar("T")

ROOT = Path(__file__).parents[1]
READY = "Health: "
"""What the bot's ready line holds before its address."""


# -- the platforms, in their own process -------------------------------------------------------------------------------


@dataclass
class Platforms:
    """Both simulators, as a scenario in their process sees them."""

    discord: DiscordSimulator
    slack: SlackSimulator
    kept: dict[str, Any] = field(default_factory=dict)
    """What one part of a scenario leaves for the next."""


@dataclass(frozen=True, slots=True)
class About:
    """What the bot's operator knows of the platforms."""

    api: dict[str, str]
    gateway: str
    environment: dict[str, str]
    staff: dict[str, str]


class Stage:
    """Runs scenarios in the platforms' process, so that neither side takes the other's processor time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        asyncio.get_running_loop().add_reader(connection.fileno(), self._answered)

    async def __call__(
        self, scene: Callable[Concatenate[Platforms, P], Awaitable[T]], /, *given: P.args, **named: P.kwargs
    ) -> T:
        """Run ``scene(platforms, ...)`` there, a function of a module's own level; gives what it returns."""
        self._number += 1
        answer = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        self._connection.send((self._number, scene, given, named))
        result: T = await answer
        return result

    def _answered(self) -> None:
        try:
            number, result, failure = self._connection.recv()
        except (EOFError, ConnectionError):
            asyncio.get_running_loop().remove_reader(self._connection.fileno())
            for waiting in self._waiting.values():
                waiting.set_exception(RuntimeError("the platforms' process ended"))
            return
        waiting = self._waiting.pop(number)
        if failure:
            waiting.set_exception(RuntimeError(failure))
        else:
            waiting.set_result(result)


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Both platforms on loopback, in a process of their own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), name="platforms", daemon=True)
    process.start()
    there.close()
    made = Stage(here)
    try:
        yield made
    finally:
        asyncio.get_running_loop().remove_reader(here.fileno())
        here.close()
        await asyncio.to_thread(process.join, 5)
        if process.is_alive():
            process.kill()


def _serve(connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_run(connection))


async def _run(connection: Connection) -> None:
    limits = Limits(generosity=1e6, posts_per_second=1e6)
    rates = {"*": (100_000, 1.0)}
    async with (
        DiscordSimulator(validate=False, rate_limits=rates) as discord,
        SlackSimulator(validate=False, limits=limits) as slack,
    ):
        platforms, over = Platforms(discord, slack), asyncio.Event()
        running: set[asyncio.Task[None]] = set()

        async def play(number: int, scene: Callable[..., Awaitable[Any]], given: Any, named: Any) -> None:
            try:
                connection.send((number, await scene(platforms, *given, **named), None))
            except BaseException:
                connection.send((number, None, traceback.format_exc()))

        def asked() -> None:
            try:
                request = connection.recv()
            except (EOFError, ConnectionError):
                asyncio.get_running_loop().remove_reader(connection.fileno())
                over.set()
                return
            task = asyncio.create_task(play(*request))
            running.add(task)
            task.add_done_callback(running.discard)

        asyncio.get_running_loop().add_reader(connection.fileno(), asked)
        await over.wait()


async def about(platforms: Platforms) -> About:
    """A scene: where the platforms are."""
    discord, slack = platforms.discord, platforms.slack
    return About(
        {"discord": discord.api_url, "slack": slack.api_url},
        discord.gateway_url,
        {
            "DISCORD_TOKEN": discord.token,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
        },
        {"discord_roles": discord.staff_role, "slack_user_groups": slack.staff_group},
    )


async def open_channels(platforms: Platforms, names: Sequence[str]) -> dict[str, list[str]]:
    """A scene: channels of these names on both; their addresses."""
    for name in names:
        platforms.discord.channel(name)
        platforms.slack.channel(name)
    return {
        "discord": [platforms.discord.address(name) for name in names],
        "slack": [platforms.slack.address(name) for name in names],
    }


async def violations(platforms: Platforms) -> list[str]:
    """A scene: what the bot did that a platform would refuse."""
    return [*platforms.discord.violations, *platforms.slack.violations]


# -- the bot -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def workplace(options: Options, name: str) -> Iterator[Path]:
    """A folder for databases and logs, deleted afterwards unless it shall be kept."""
    if options.keep:
        folder = Path(tempfile.mkdtemp(prefix=f"regulars-{name}-"))
        say(f"{name}: everything stays in {folder}")
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix=f"regulars-{name}-", ignore_cleanup_errors=True) as made:
            yield Path(made)


def write_configuration(
    folder: Path,
    known: About,
    faq: Path,
    sponsored: Iterable[str],
    platforms: Sequence[str] = ("discord", "slack"),
    *,
    community: bool = False,
    model: str = "none",
) -> Path:
    """config.toml for these platforms; ``community`` opens the one in the browser too.

    Without a ``model`` words alone are compared: the benchmarks of everything else measure nothing of the models.
    """
    sections = {
        "discord": f'[discord]\nenabled = true\napi_url = "{known.api["discord"]}"\ngateway_url = "{known.gateway}"\n',
        "slack": f'[slack]\nenabled = true\napi_url = "{known.api["slack"]}"\n',
    }
    parts = [
        '[community]\nname = "Benchmarks"\ndatabase = "sqlite:///bot.db"\n',
        f'[faq]\nsources = ["{faq}"]\nmodel = "{model}"\n',
        "[staff]\n" + "".join(f'{name} = ["{id}"]\n' for name, id in known.staff.items()),
        f'[web]\nenabled = {str(community).lower()}\nhost = "127.0.0.1"\nport = 0\n',
        *(sections[name] for name in platforms),
        *(f'[[channel]]\nat = "{at}"\nmode = "sponsored"\n' for at in sponsored),
    ]
    path = folder / "config.toml"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


class Bot:
    """``regulars run`` as a process; ``program`` replaces the command that starts it."""

    def __init__(self, config: Path, known: About, program: Sequence[str] = ()) -> None:
        own = Path(sys.executable).with_name("regulars")
        start = [str(own)] if own.exists() else [sys.executable, "-m", "bot"]
        self._command = [*(program or start), "--config", str(config), "run"]
        self._environment = {**os.environ, **known.environment}
        self._log = config.with_name("bot.log")
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.started_at = 0.0
        self.ready_at = 0.0
        self.address = ""

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self, **environment: str) -> None:
        """Start it; ``ready`` is set once it says so."""
        self.ready.clear()
        self.started_at = time.perf_counter()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=ROOT,
            env={**self._environment, **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=2**20,
        )
        self._reading = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr
        with self._log.open("ab", buffering=0) as log:  # it is read meanwhile
            log.write(f"--- {process.pid} started at {time.time():.3f}\n".encode())
            async for line in process.stderr:
                log.write(line)
                text = line.decode(errors="replace")
                if READY in text and "{" not in text:
                    self.ready_at = time.perf_counter()
                    self.address = text.partition(READY)[2].strip()
                    self.ready.set()

    async def until_ready(self, within: float = 60.0) -> float:
        """Wait for the ready line; seconds since the start."""
        waiting = asyncio.create_task(self.ready.wait())
        assert self._process
        ended = asyncio.create_task(self._process.wait())
        await asyncio.wait([waiting, ended], timeout=within, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        ended.cancel()
        if not self.ready.is_set():
            raise RuntimeError(f"the bot did not start:\n{self.log_end()}")
        return self.ready_at - self.started_at

    async def until_connected(self, within: float = 60.0) -> float:
        """Wait until ``/readyz`` says that both platforms are connected; seconds since the start."""
        import aiohttp

        await self.until_ready(within)
        async with aiohttp.ClientSession() as session:
            while time.perf_counter() < self.started_at + within:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(self.address) as response:
                        if response.status == 200:
                            return time.perf_counter() - self.started_at
                await asyncio.sleep(0.01)
        raise RuntimeError(f"the bot did not connect within {within} s:\n{self.log_end()}")

    def log_end(self, lines: int = 15) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:]) if self._log.exists() else ""

    async def kill(self) -> None:
        """``kill -9``."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Politely, and not so after 15 seconds."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.send_signal(how)
        try:
            await asyncio.wait_for(self._process.wait(), 15)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._reading:
            await self._reading


def forget_environment() -> None:
    """Drop proxies, which SDKs would ask even for loopback, and settings of the bot's; children inherit the rest."""
    proxies = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    for name in list(os.environ):
        if name.lower() in proxies or name.startswith(("REGULARS", "DISCORD_", "SLACK_")):
            del os.environ[name]


@contextlib.asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[Bot]:
    """The bot, connected to both platforms; ended at the end."""
    await bot.start()
    try:
        await bot.until_connected()
        yield bot
    finally:
        await bot.stop()
