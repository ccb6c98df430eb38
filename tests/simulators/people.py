"""What a scripted person can do on a simulated platform, and what that person then sees.

One scenario written against these names runs over every platform. A simulator keeps its platform's rules, so what the
bot does wrong fails here: a refused request is answered as the platform would answer it *and* noted in ``violations``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message as one person sees it."""

    id: str
    channel: str
    """Name of the channel (without ``#``) it stands in, or that its thread belongs to."""
    author: str
    text: str
    """Everything readable, line by line: content, titles, descriptions, fields, footers, link addresses."""
    by_bot: bool = False
    """Shown with the platform's own bot badge."""
    private: bool = False
    """Only this person sees it."""
    reply_to: str | None = None
    """Id of the message it visibly answers (Discord reply), if any."""
    thread: str | None = None
    """Id of the message whose thread it stands in, if any."""
    buttons: tuple[str, ...] = ()
    """Labels of the buttons that can be pressed now, in reading order."""
    options: tuple[str, ...] = ()
    """Labels of all options of its select menus, in reading order."""
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Emoji name (``thumbsup``) -> names of the people who left it."""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class SeenForm:
    """A modal that is open in front of one person."""

    title: str
    fields: tuple[str, ...]
    """Labels, in order."""


class Person(Protocol):
    """Somebody in the community. Every method does one thing a person can do in the real client."""

    name: str
    id: str

    async def says(self, text: str, *, channel: str = "general", thread: str | None = None) -> str:
        """Post ``text``; with ``thread`` into the thread of that message. Returns the message's id.

        ``@bot`` in ``text`` becomes the platform's mention of the bot, ``@NAME`` that of a person.
        """
        ...

    async def replies(self, text: str, *, to: str) -> str:
        """Answer message ``to``: a reply on Discord, a message in its thread on Slack."""
        ...

    async def edits(self, message: str, text: str) -> None: ...

    async def deletes(self, message: str) -> None: ...

    async def reacts(self, message: str, emoji: str) -> None:
        """Leave the emoji named ``emoji`` (``thumbsup``, ``thumbsdown``, ``tada`` ...)."""
        ...

    async def unreacts(self, message: str, emoji: str) -> None: ...

    async def commands(self, command: str, *, channel: str = "general", **options: object) -> None:
        """Use a slash command as this platform offers it: ``ask`` with ``question=...``."""
        ...

    async def completes(self, command: str, option: str, text: str, *, channel: str = "general") -> tuple[str, ...]:
        """What is offered while typing ``text`` into an option; empty where the platform has no autocomplete."""
        ...

    async def acts(self, action: str, message: str) -> None:
        """Pick the entry labelled ``action`` from a message's context menu (Slack: message shortcut)."""
        ...

    async def presses(self, label: str, message: str) -> None:
        """Press the button labelled ``label`` under ``message`` (which may be a private one)."""
        ...

    async def picks(self, option: str, message: str) -> None:
        """Choose the option labelled ``option`` in a select menu under ``message``."""
        ...

    def form(self) -> SeenForm | None:
        """The modal open in front of this person, if any."""
        ...

    async def submits(self, **values: str) -> None:
        """Fill the open modal, by field label or custom id, and send it."""
        ...

    def sees(self, channel: str = "general") -> Sequence[Seen]:
        """Every message this person can read in the channel and its threads, oldest first, private ones included."""
        ...


class Platform(Protocol):
    """A simulated platform with one community in it."""

    name: str
    """``discord`` or ``slack`` (or ``memory``)."""
    violations: list[str]
    """What the bot did that the real platform would refuse or punish; a test ends by asserting it is empty."""

    def person(self, name: str, *, staff: bool = False, is_bot: bool = False) -> Person:
        """The member of that name, made on first use; ``staff`` gives the role (user group) called staff."""
        ...

    def address(self, channel: str = "general") -> str:
        """The channel as config.toml writes it: ``discord:GUILD/CHANNEL``, ``slack:TEAM/CHANNEL``."""
        ...


class Clock(Protocol):
    """Where a simulator reads the time; a test can hold or move it."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class RealClock:
    """The machine's own time."""

    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class HeldClock:
    """A clock that only moves when a test moves it; sleepers wake in the order of their times."""

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            woken = asyncio.Event()
            self._sleepers.append((self._now + seconds, woken))
            await woken.wait()

    async def moves(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        end = self._now + seconds
        while due := sorted((entry for entry in self._sleepers if entry[0] <= end), key=lambda entry: entry[0]):
            self._now, woken = due[0]
            self._sleepers.remove(due[0])
            woken.set()
            await asyncio.sleep(0)
        self._now = end


async def eventually(look: Callable[[], object | Awaitable[object]], *, within: float = 5.0) -> object:
    """Look again and again until there is something to see; fails with what was seen last after ``within`` seconds."""
    end = time.monotonic() + within
    while True:
        seen = look()
        if isinstance(seen, Awaitable):
            seen = await seen
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"nothing to see within {within} s (last look: {seen!r})")
        await asyncio.sleep(0.005)
