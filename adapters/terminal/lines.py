"""Lines somebody types, or that come through a pipe: read without stopping the event loop or hanging its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Protocol, TextIO, TypeVar

try:
    import readline
    import termios
except ImportError:  # Windows has neither; lines can still be typed
    readline = termios = None  # type: ignore[assignment] # told apart below

T = TypeVar("T")


class Lines(Protocol):
    """Where lines come from."""

    typed: bool
    """Somebody is typing: the line is on the screen already, and more may come at any time."""

    async def next(self, prompt: str) -> str | None:
        """The next line without its end; None where there is no more."""
        ...

    def unfinished(self) -> str:
        """What has been typed of the next line so far."""
        ...

    def close(self) -> None: ...


def lines() -> Lines:
    """Lines from a keyboard where there is one, else from standard input."""
    return TypedLines() if sys.stdin.isatty() and sys.stdout.isatty() else PipedLines(sys.stdin)


class PipedLines:
    """Lines from a pipe or a file. Its descriptor is read, for a buffered reader's lock would hang the exit."""

    typed = False

    def __init__(self, stream: TextIO) -> None:
        self._descriptor = stream.fileno()
        self._rest = b""
        self._ended = False

    async def next(self, prompt: str) -> str | None:
        while b"\n" not in self._rest and not self._ended:
            chunk = await _aside(lambda: os.read(self._descriptor, 65_536))
            self._ended = not chunk
            self._rest += chunk
        if not self._rest:
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")

    def unfinished(self) -> str:
        return ""

    def close(self) -> None:
        """Nothing to put back."""


class TypedLines:
    """Lines from a keyboard, with editing and history."""

    typed = True

    def __init__(self) -> None:
        self._mode = termios.tcgetattr(sys.stdin) if termios else None

    async def next(self, prompt: str) -> str | None:
        try:
            return await _aside(lambda: input(prompt))
        except EOFError:
            return None

    def unfinished(self) -> str:
        return readline.get_line_buffer() if readline else ""

    def close(self) -> None:
        """Give the keyboard back as it was, also while a line is being typed."""
        if self._mode is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._mode)


async def _aside(call: Callable[[], T]) -> T:
    """The result of a blocking call, made in a thread that nobody waits for when the process ends."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type] # there is one where there is no error

    def work() -> None:
        result, error = None, None
        try:
            result = call()
        except BaseException as caught:
            error = caught
        with contextlib.suppress(RuntimeError):  # the loop has ended, nobody wants the line
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, daemon=True, name="terminal").start()
    return await done
