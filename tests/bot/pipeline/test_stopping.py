"""How the bot starts, goes on while a platform does not, and ends."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.memory import MemoryAdapter
from bot import Context, Message, app, command, on
from bot.adapter import Host
from bot.cogs import Cog
from bot.errors import DeclarationError, SetupError, StorageError, Unreachable
from tests.bot.pipeline.conftest import Plain, World
from tests.simulators.people import eventually

ROOT = Path(__file__).parents[3]


class Slow(Cog[Plain]):
    """Answers when it is let go."""

    heard: asyncio.Event
    go: asyncio.Event

    @on
    async def hear(self, ctx: Context, message: Message) -> str:
        self.heard.set()
        await self.go.wait()
        return message.text

    @command
    async def ask(self, ctx: Context) -> str:
        """Ask."""
        return "asked"


@pytest.fixture(autouse=True)
async def held() -> None:
    Slow.heard, Slow.go = asyncio.Event(), asyncio.Event()


@pytest.fixture(autouse=True)
async def no_task_is_left() -> object:
    yield
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert left == []


async def test_what_was_accepted_is_finished_first(world: World) -> None:
    world.has(Slow)
    async with world.running() as running:
        await world.adapter.hears(world.talk.says("hello"))
        await Slow.heard.wait()
        running.stop()
        await asyncio.sleep(0.02)
        Slow.go.set()
    assert world.said == ["hello"]
    assert world.rows("SELECT state FROM inbox") == ["done"]


async def test_nothing_new_is_taken_while_it_ends(world: World) -> None:
    world.has(Slow)
    async with world.running() as running:
        await world.adapter.hears(world.talk.says("hello"))
        await Slow.heard.wait()
        running.stop()
        await asyncio.sleep(0.02)
        late = world.talk.says("too late")
        world.adapter.misses(late)
        host = world.adapter.host
        assert host
        assert not host.wants(late)
        with pytest.raises(StorageError, match="stopping"):
            await host.accept(late)
        Slow.go.set()
    async with world.running():
        await world.hears_back("hello", "too late")


async def test_it_does_not_wait_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "DRAIN_S", 0.1)
    world.has(Slow)
    async with world.running():
        await world.adapter.hears(world.talk.says("hello"))
        await Slow.heard.wait()
    assert world.said == []
    Slow.go.set()
    async with world.running():
        await world.hears_back("hello")


async def test_nor_for_a_platform_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "DRAIN_S", 0.1)
    world.has(Slow)
    Slow.go.set()
    world.adapter.failures = [Unreachable("down", retry_after=60)]
    async with world.running():
        await world.adapter.hears(world.talk.says("hello"))
        await eventually(lambda: not world.adapter.failures)
    assert world.said == []
    async with world.running():
        await world.hears_back("hello")


async def test_an_event_that_waits_for_its_next_try_is_left_for_the_next_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.pipeline import inbox

    class Stumbles(Cog[Plain]):
        tries = 0

        @on
        async def hear(self, ctx: Context, message: Message) -> str:
            Stumbles.tries += 1
            if self.tries == 1:
                raise RuntimeError("oops")
            return message.text

    monkeypatch.setattr(inbox, "WAITS", (60.0,))
    world.has(Stumbles)
    async with world.running():
        await world.adapter.hears(world.talk.says("hello"))
        await eventually(lambda: world.rows("SELECT tries FROM inbox") == [1])
    async with world.running():
        await world.hears_back("hello")


async def test_a_database_that_fails_at_the_very_end(world: World) -> None:
    world.has(Slow)
    async with world.running() as running:
        await world.adapter.hears(world.talk.says("blah", to=False))
        async with world.locked():
            running.stop()
            await asyncio.sleep(0.3)
    async with world.running():
        pass


# -- beginning ---------------------------------------------------------------------------------------------------------


async def test_two_features_at_odds_are_told_as_such(world: World) -> None:
    class Other(Slow):
        """Answers the same command."""

    world.has(Slow, Other)
    with pytest.raises(DeclarationError, match="both answer the command"):
        async with world.running():
            pass
    world.has(Slow)
    async with world.running():
        pass


async def test_a_second_bot_is_told_as_such(world: World) -> None:
    world.has(Slow)
    async with world.running():
        with pytest.raises(StorageError, match="Another bot"):
            await app.run(world.config, {}, http=False, signals=False)


# -- platforms that fail -----------------------------------------------------------------------------------------------


class Failing(MemoryAdapter):
    """Ends as it is told to, time after time; then it runs."""

    def __init__(self, *failures: Exception) -> None:
        super().__init__()
        self.to_come = list(failures)

    async def run(self, host: Host) -> None:
        if self.to_come:
            host.connected()
            raise self.to_come.pop(0)
        await super().run(host)


async def test_a_platform_that_fails_is_started_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "RESTART_S", (0.01, 0.02))
    world.has(Slow)
    Slow.go.set()
    world.adapter = Failing(RuntimeError("one"), KeyError("two"), OSError("three"))
    async with world.running() as running:
        assert running.intakes["memory"].is_connected
        await world.adapter.hears(world.talk.says("hello"))
        await world.hears_back("hello")


async def test_what_only_an_admin_can_mend_ends_the_bot(world: World) -> None:
    world.has(Slow)
    with pytest.raises(SetupError, match="intent"):
        async with asyncio.timeout(5):
            await app.run(
                world.config, {"memory": Failing(SetupError("Switch on the intent."))}, http=False, signals=False
            )


async def test_when_every_platform_is_done_so_is_the_bot(world: World) -> None:
    class Short(MemoryAdapter):
        async def run(self, host: Host) -> None:
            host.connected()

    world.has(Slow)
    async with asyncio.timeout(5):
        await app.run(world.config, {"memory": Short()}, http=False, signals=False)


async def test_with_everything_it_has_a_port_too(world: World) -> None:
    world.has(Slow)
    running: asyncio.Future[app.App] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        app.run(world.config, {"memory": world.adapter}, signals=False, ready=running.set_result)
    )
    address = (await running).address
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /readyz HTTP/1.0\r\n\r\n")
    assert b"200 OK" in await reader.readline()
    writer.close()
    running.result().stop()
    await task


TERMINATED = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import URL
from adapters.memory import MemoryAdapter
from bot import app
from bot.config import Config
from bot.config.sections import Community, Faq, Staff

folder = Path(sys.argv[1])
community = Community(database=URL.create("sqlite+aiosqlite", database="r.db"))
path = folder / "config.toml"
config = Config(path=path, community=community, faq=Faq(), staff=Staff(), channels=())
asyncio.run(app.run(config, {"memory": MemoryAdapter()}, http=False, ready=lambda _: print("ready", flush=True)))
print("done")
"""


def test_a_signal_ends_it_politely(world: World) -> None:
    folder = world.file.parent
    command = [sys.executable, "-c", TERMINATED, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        process.send_signal(signal.SIGTERM)
        said, errors = process.communicate(timeout=10)
    assert (said, process.returncode) == ("done\n", 0), errors
    assert "Traceback" not in errors
