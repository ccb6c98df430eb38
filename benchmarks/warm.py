"""``regulars run`` in a process that is forked from one with all its imports, so that it can be killed often.

The bot is the same program from its first line on; only the second and a half of importing is left out.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from benchmarks.processes import READY, About

PRELOAD = ["bot.cli", "bot.app", "cogs.answers", "adapters.discord.adapter", "adapters.slack.adapter"]


def _be_the_bot(connection: Connection, config: str, environment: dict[str, str], broken: str) -> None:
    from bot.cli import main

    os.environ.update(environment)
    os.dup2(connection.fileno(), sys.stderr.fileno())
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if broken:
        from benchmarks.broken import BROKEN

        BROKEN[broken]()
    main(["--config", config, "run"])


class WarmBot:
    """The bot, killed and started again on the same database."""

    def __init__(self, config: Path, known: About, broken: str = "") -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOAD)
        self._given = str(config), known.environment, broken
        self._log = config.with_name("bot.log")
        self._process: ForkServerProcess | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self.started_at = 0.0

    async def start(self) -> None:
        self._ready.clear()
        here, there = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_be_the_bot, args=(there, *self._given), daemon=True)
        await asyncio.to_thread(process.start)
        there.close()
        self.started_at = time.time()
        self._process = process
        self._reading = asyncio.create_task(self._read(here))

    async def _read(self, connection: Connection) -> None:
        """What it says on stderr goes to the log; until it ends."""
        pipe = os.fdopen(os.dup(connection.fileno()), "rb", buffering=0)
        connection.close()
        reader = asyncio.StreamReader(limit=2**20)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        with self._log.open("ab") as log:
            log.write(f"--- started at {time.time():.3f}\n".encode())
            async for line in reader:
                log.write(line)
                if READY.encode() in line:
                    self._ready.set()
        transport.close()

    async def ready(self, within: float = 60.0) -> None:
        """Wait for the ready line."""
        assert self._reading
        waiting = asyncio.create_task(self._ready.wait())
        await asyncio.wait([waiting, self._reading], timeout=within, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not self._ready.is_set():
            raise RuntimeError(f"the bot did not start:\n{self.log_end()}")

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def log_end(self, lines: int = 15) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    async def kill(self) -> None:
        """``kill -9``."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.pid is None:
            return
        if process.is_alive():
            os.kill(process.pid, how)
        await asyncio.to_thread(process.join, 20)
        if process.is_alive():
            process.kill()
            await asyncio.to_thread(process.join)
        if self._reading:
            await self._reading
