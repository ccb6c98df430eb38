"""A platform in memory: what unit tests talk to. It can do everything, and refuses only when told to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from bot.adapter import Capabilities, Host
from bot.errors import Gone, PlatformError
from bot.events import (
    AnyEvent,
    Deleted,
    Edited,
    Event,
    Interaction,
    Member,
    Message,
    MessageRef,
    Place,
    Reaction,
    Reactions,
)
from bot.replies import Post, Sent

BOT = Member("memory:bot", "bot", is_bot=True)
STAFF_ROLE = "staff"


@dataclass(slots=True)
class Standing:
    """One message as it stands on the platform now: a member's, or a post of the bot's."""

    ref: MessageRef
    member: Member
    text: str
    post: Post | None = None
    reply_to: str | None = None
    private_to: str | None = None
    edited: bool = False
    reactions: set[tuple[str, str]] = field(default_factory=set)
    """(member id, emoji) pairs."""


class MemoryAdapter:
    """Implements ``bot.adapter.Adapter``. Ids count up from ``b1`` for what the bot says."""

    name = "memory"
    capabilities = Capabilities()

    def __init__(self, staff: frozenset[str] = frozenset()) -> None:
        self.staff = set(staff)
        """Ids of the members who have the role ``staff``."""
        self.host: Host | None = None
        self.started = asyncio.Event()
        """Set while the core is connected."""
        self.messages: dict[str, Standing] = {}
        """Everything that stands on the platform, by id, in the order it was written."""
        self.said: list[Post] = []
        """Every post in the order it was sent, replaced ones included."""
        self.failures: list[PlatformError] = []
        """What the next tries to send raise, one each."""
        self._heard: list[Event] = []
        self._sent: dict[str, Sent] = {}
        self._ids = itertools.count(1)
        self._reads = itertools.count(1)

    async def run(self, host: Host) -> None:
        """See ``Adapter.run``."""
        self.host = host
        self.started.set()
        host.connected()
        try:
            await asyncio.Event().wait()
        finally:
            self.started.clear()
            host.disconnected("the test is over")

    async def hears(self, *events: AnyEvent) -> None:
        """Deliver events as a platform does; the first answer to an interaction is shown at once."""
        for event in events:
            self.misses(event)
            assert self.host, "run() first"
            if self.host.wants(event):
                await self.host.accept(event)
                if isinstance(event, Interaction) and (post := await self.host.answer_to(event, 1.0)):
                    self._show(post)

    def misses(self, *events: AnyEvent) -> None:
        """Events that happen while nobody tells the core: its history shows them later."""
        for event in events:
            self._happen(event)

    def _happen(self, event: AnyEvent) -> None:
        match event:
            case Message():
                self._heard.append(event)
                reply_to = event.reply_to
                self.messages[event.id] = Standing(event.ref, event.member, event.text, reply_to=reply_to)
            case Edited() if event.id in self.messages:
                standing = self.messages[event.id]
                standing.text, standing.edited = event.text, True
                self._heard = [_with_text(heard, event) for heard in self._heard]
            case Deleted():
                self.messages.pop(event.id, None)
                self._heard = [heard for heard in self._heard if getattr(heard, "id", None) != event.id]
            case Reaction() if event.target.id in self.messages:
                left = self.messages[event.target.id].reactions
                (left.add if event.added else left.discard)((event.member.id, event.emoji))
            case _:
                pass

    async def send(self, post: Post, *, again: bool) -> Sent:
        """See ``Adapter.send``."""
        if self.failures:
            raise self.failures.pop(0)
        if again and post.key in self._sent:
            return self._sent[post.key]
        return self._show(post)

    def _show(self, post: Post) -> Sent:
        if post.key in self._sent:
            raise AssertionError(f"{post.key} is sent twice")
        self.said.append(post)
        standing = self._replaced(post) if post.target.edits else self._new(post)
        private = standing.private_to is not None
        self._sent[post.key] = Sent(post.key, None if private else standing.ref)
        return self._sent[post.key]

    def _replaced(self, post: Post) -> Standing:
        standing = self.messages.get(post.target.edits or "")
        if standing is None:
            raise Gone(f"{post.target.edits} is no longer there")
        standing.text, standing.post, standing.edited = post.reply.text, post, True
        return standing

    def _new(self, post: Post) -> Standing:
        target = post.target
        place = replace(target.place, thread=target.reply_to) if target.start_thread else target.place
        ref = MessageRef(place, f"b{next(self._ids)}")
        reply_to = None if target.start_thread else target.reply_to
        self.messages[ref.id] = Standing(ref, BOT, post.reply.text, post, reply_to, target.private_to)
        return self.messages[ref.id]

    async def history(self, place: Place, since: int) -> AsyncIterator[Event]:
        """See ``Adapter.history``; with the edits and deletions made since."""
        for event in [heard for heard in self._heard if heard.place == place and heard.at >= since]:
            yield event

    async def reactions(self, message: MessageRef) -> Reactions | None:
        """See ``Adapter.reactions``."""
        standing = self.messages.get(message.id)
        if standing is None:
            return None
        left = tuple(sorted(standing.reactions))
        key = f"reactions:{message.id}:{next(self._reads)}"
        return Reactions(key=key, at=0, place=message.place, member=BOT, target=message, left=left)

    async def roles(self, member: Member) -> frozenset[str]:
        """See ``Adapter.roles``."""
        return frozenset({STAFF_ROLE} if member.id in self.staff else ())

    def link(self, message: MessageRef) -> str | None:
        """See ``Adapter.link``."""
        return f"https://memory.example/{message.place.channel}/{message.id}"


def _with_text(heard: Event, edited: Edited) -> Event:
    changed = isinstance(heard, Message) and heard.id == edited.id
    return replace(heard, text=edited.text) if changed and isinstance(heard, Message) else heard


ADAPTER = MemoryAdapter
