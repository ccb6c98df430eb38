"""The terminal as a platform."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from adapters.terminal.desk import Desk
from adapters.terminal.lines import Lines, lines
from adapters.terminal.room import BOT, Room, Shown
from adapters.terminal.screen import Screen
from adapters.terminal.session import Session
from adapters.terminal.settings import Settings
from bot.adapter import Capabilities, Host
from bot.errors import Gone, StorageError
from bot.events import AnyEvent, Event, Interaction, Member, Message, MessageRef, Place, Press, Reactions
from bot.replies import Post, Sent

ANSWERED_WITHIN = 5.0
"""Seconds to wait for the answer to something the bot was asked, before a piped line or the end."""
REMARKED_WITHIN = 1.0
"""Likewise for what may well stay without an answer: talk among members, presses, reactions."""


class TerminalAdapter:
    """Implements ``bot.adapter.Adapter``. ``run`` returns when there are no more lines or somebody leaves."""

    name = "terminal"
    capabilities = Capabilities(
        threads=False, autocomplete=False, edits=False, deletes=False, history=False, links=False
    )

    def __init__(self, settings: Settings, source: Lines | None = None, screen: Screen | None = None) -> None:
        self._settings = settings
        self._source = source or lines()
        self._screen = screen or Screen(self._source)
        self._desk = Desk(settings)
        self._room = Room()
        self._sent: dict[str, Sent] = {}
        self._open: dict[str, tuple[Place, float]] = {}
        """Key of an event -> where its answer comes, and until when that is waited for (monotonic seconds)."""
        self._answered = asyncio.Event()

    async def run(self, host: Host) -> None:
        """See ``Adapter.run``."""
        session = Session(self._settings, host.menu, self._desk, self._room, self._screen, self._deliver)
        self._host = host
        host.connected()
        try:
            async with asyncio.TaskGroup() as self._tasks:
                await session.run()
                await self._settled()
        finally:
            self._source.close()

    async def _deliver(self, event: AnyEvent) -> None:
        if not self._host.wants(event):
            return
        try:
            await self._host.accept(event)
        except StorageError as error:
            self._screen.note(str(error), "red")
            return
        self._open[event.key] = event.place, time.monotonic() + _patience(event)
        if isinstance(event, Interaction):
            self._tasks.create_task(self._first_answer(event))
        if not self._source.typed:
            await self._settled()

    async def _first_answer(self, event: Interaction) -> None:
        if post := await self._host.answer_to(event, ANSWERED_WITHIN):
            self._show(post)

    async def _settled(self) -> None:
        """Wait until everything was answered, each no longer than it may take."""
        while self._open:
            wait = max(until for _, until in self._open.values()) - time.monotonic()
            self._answered.clear()
            try:
                await asyncio.wait_for(self._answered.wait(), max(wait, 0))
            except TimeoutError:
                self._open.clear()

    async def send(self, post: Post, *, again: bool) -> Sent:
        """See ``Adapter.send``."""
        return self._sent[post.key] if again and post.key in self._sent else self._show(post)

    def _show(self, post: Post) -> Sent:
        shown = self._changed(post) if post.target.edits else self._new(post)
        self._sent[post.key] = Sent(post.key, None if shown.private else shown.ref)
        self._answer_came(post)
        return self._sent[post.key]

    def _answer_came(self, post: Post) -> None:
        """The event that the post answers, or else the oldest open one in its place, is no longer waited for."""
        keys = [post.target.handle, post.target.reply_to]
        keys += [key for key, (place, _) in self._open.items() if place == post.target.place]
        answered = next((key for key in keys if key in self._open), None)
        if answered:
            del self._open[answered]
        self._answered.set()

    def _new(self, post: Post) -> Shown:
        shown = self._room.add(self._desk.new_ref(post.target.place), BOT, post.reply.text, post)
        answered = self._room.find(post.target.reply_to)
        self._screen.show(shown, answers=answered.number if answered else None)
        return shown

    def _changed(self, post: Post) -> Shown:
        shown = self._room.find(post.target.edits)
        if shown is None:
            raise Gone(f"{post.target.edits} was said in an earlier run")
        shown.text, shown.post = post.reply.text, post
        self._screen.show(shown, changed=True)
        return shown

    async def history(self, place: Place, since: int) -> AsyncIterator[Event]:
        """See ``Adapter.history``: nothing is said here while the bot is away."""
        nothing: tuple[Event, ...] = ()
        for event in nothing:
            yield event

    async def reactions(self, message: MessageRef) -> Reactions | None:
        """See ``Adapter.reactions``."""
        shown = self._room.find(message.id)
        if shown is None:
            return None
        left = tuple(sorted(shown.reactions))
        now = time.time_ns() // 1_000_000
        return Reactions(key=f"{message.id}:{now}", at=now, place=message.place, member=BOT, target=message, left=left)

    async def roles(self, member: Member) -> frozenset[str]:
        """See ``Adapter.roles``."""
        return self._desk.roles(member)

    def link(self, message: MessageRef) -> str | None:
        """See ``Adapter.link``: the number that stands before it on this screen."""
        shown = self._room.find(message.id)
        return f"[{shown.number}]" if shown else None


def _patience(event: AnyEvent) -> float:
    """How long the bot's answer to an event is worth waiting for, in seconds."""
    asked = isinstance(event, Interaction) and not isinstance(event, Press)
    spoken_to = isinstance(event, Message) and event.addressed
    return ANSWERED_WITHIN if asked or spoken_to else REMARKED_WITHIN


ADAPTER = TerminalAdapter
