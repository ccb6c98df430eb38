"""The bot as its own process, as a vendor runs it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulators.people import eventually

ROOT = Path(__file__).parents[2]
QUICK = {"REGULARS__FAQ__MODEL": "none"}
"""Encoding a FAQ takes longer than any of these tests."""


@dataclass
class Process:
    """One running ``regulars`` command."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    """What it wrote to stderr."""
    printed: list[str] = field(default_factory=list)
    """What it wrote to stdout."""

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    async def says(self, words: str, within: float = 20) -> None:
        """Wait until ``words`` stand in its log."""
        await eventually(lambda: words in self.said or self.process.returncode is not None, within=within)
        assert words in self.said, self.said

    def kill(self) -> None:
        """End it as a power failure does."""
        self.process.kill()

    async def ended(self, within: float = 20) -> int:
        """Its exit code."""
        async with asyncio.timeout(within):
            return await self.process.wait()

    async def stopped(self) -> int:
        """End it politely; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()


async def _collect(stream: asyncio.StreamReader | None, lines: list[str]) -> None:
    assert stream
    while line := await stream.readline():
        lines.append(line.decode().rstrip("\n"))


@contextlib.asynccontextmanager
async def regulars(
    *arguments: str, environment: dict[str, str] | None = None, typed: str | None = None
) -> AsyncIterator[Process]:
    """Run ``regulars ARGUMENTS``; whatever happens, the process is gone afterwards."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("REGULARS", "DISCORD", "SLACK"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=ROOT,
        env=clean | QUICK | (environment or {}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    running = Process(process)
    assert process.stdin
    if typed is not None:
        process.stdin.write(typed.encode())
    process.stdin.close()
    async with asyncio.TaskGroup() as group:
        group.create_task(_collect(process.stderr, running.lines))
        group.create_task(_collect(process.stdout, running.printed))
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def command(
    *arguments: str, environment: dict[str, str] | None = None, typed: str | None = None
) -> tuple[int, str, str]:
    """Run a command to its end: exit code, stdout, stderr."""
    async with regulars(*arguments, environment=environment, typed=typed) as running:
        code = await running.ended()
    return code, "\n".join(running.printed), running.said
