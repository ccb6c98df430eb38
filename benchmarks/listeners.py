"""Our app in this process, connected to a simulated platform, and a meter for what arrives."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import questions
from benchmarks.processes import About, write_configuration
from bot import app, config
from bot.events import AnyEvent


@dataclass(frozen=True, slots=True)
class Taken:
    """What so many events cost, from the first to the last."""

    count: int
    seconds: float
    processor: float
    """Seconds of processor time of this process."""

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    @property
    def per_processor_second(self) -> float:
        return self.count / self.processor


class Meter:
    """Counts arrivals."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._count = 0
        self._start = self._processor = 0.0
        self._done: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()

    def hit(self) -> None:
        """One event arrived."""
        if not self._count:
            self._start, self._processor = time.perf_counter(), time.process_time()
        self._count += 1
        if self._count == self._expected:
            seconds, processor = time.perf_counter() - self._start, time.process_time() - self._processor
            self._done.set_result(Taken(self._count - 1, seconds, processor))

    async def done(self, within: float = 120.0) -> Taken:
        """Wait for the last one."""
        try:
            return await asyncio.wait_for(self._done, within)
        except TimeoutError:
            raise RuntimeError(f"{self._count} of {self._expected} events arrived within {within} s") from None


def quiet_start() -> None:
    """No run pays for another one's garbage."""
    gc.collect()


@contextlib.asynccontextmanager
async def our_app(platform: str, known: About, folder: Path, sponsored: list[str]) -> AsyncIterator[app.App]:
    """The whole bot with SQLite and the generated FAQ, on one platform."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 # nothing else runs yet
    path = write_configuration(folder, known, questions.write(folder), sponsored, platforms=[platform])
    loaded = config.load(path, known.environment)
    started: asyncio.Future[app.App] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        app.run(loaded, app.load_adapters(loaded), http=False, signals=False, ready=started.set_result)
    )
    waiting: list[asyncio.Future[Any]] = [started, task]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    made = await started
    try:
        while not made.intakes[platform].is_connected:  # noqa: ASYNC110 # the app has no event for it
            await asyncio.sleep(0.01)
        yield made
    finally:
        made.stop()
        await task


def watched(made: app.App, platform: str, meter: Meter) -> list[AnyEvent]:
    """Tell the meter of every event the intake is asked about; gives the list of those it wants."""
    intake = made.intakes[platform]
    asks, wanted = intake.wants, list[AnyEvent]()

    def wants(event: AnyEvent) -> bool:
        found = asks(event)
        if found:
            wanted.append(event)
        meter.hit()
        return found

    intake.wants = wants
    return wanted
