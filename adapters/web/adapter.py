"""The community in the browser as a platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from adapters.web.deeds import Deeds
from adapters.web.gate import Gate
from adapters.web.happenings import Happenings, now_ms
from adapters.web.markup import html
from adapters.web.people import BOT, People
from adapters.web.room import Room
from adapters.web.serving import served
from adapters.web.settings import Settings
from adapters.web.site import Site
from bot.adapter import Capabilities, Host, Route
from bot.errors import Gone
from bot.events import Event, Member, MessageRef, Place, Reactions
from bot.hosting import Archive, Standing
from bot.markup import PlainRenderer, parse
from bot.replies import Post, Sent

_PLAIN = PlainRenderer()
_LONGEST = 100_000


class WebAdapter:
    """Implements ``bot.adapter.Adapter``. The bot is the platform too: messages stand in its own database."""

    name = "web"
    capabilities = Capabilities(pages=True)

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._people = People(settings)
        self._gate = Gate(settings)
        self._address = settings.public_url or ""

    def keeps(self, archive: Archive) -> None:
        """See ``WithArchive``."""
        self._room = Room(archive)

    def listens(self, address: str) -> None:
        """See ``WithAddress``."""
        self._address = self._settings.public_url or address

    def routes(self, host: Host) -> Sequence[Route]:
        """See ``WithRoutes``."""
        return [Route("/", self._gate)]

    async def run(self, host: Host) -> None:
        """See ``Adapter.run``."""
        channels = tuple(each.place.channel for each in host.channels) or ("general",)
        deeds = Deeds(self._people, self._room, host, channels)
        site = Site(self._people, self._room, deeds, host)
        async with served(site) as app:
            self._gate.open(app, host.menu)
            host.connected()
            try:
                await asyncio.Event().wait()
            finally:
                self._gate.close()
                host.disconnected("the bot stops")

    async def send(self, post: Post, *, again: bool) -> Sent:
        """See ``Adapter.send``. A post's id is made of its key, so that it stands once however often it is sent."""
        if post.target.place.channel.startswith("@"):
            self._room.tell(post.target.private_to, {"is": "notice", "html": html(post.reply.text)})
            return Sent(post.key)
        ref = await self._changed(post) if post.target.edits else await self._added(post)
        return Sent(post.key, None if post.target.private_to else ref)

    async def _changed(self, post: Post) -> MessageRef:
        message = post.target.edits or ""
        if not await self._room.archive.change(message, _words(post), post):
            raise Gone(f"{message} is no longer there")
        await self._room.refresh(message)
        return MessageRef(post.target.place, message)

    async def _added(self, post: Post) -> MessageRef:
        target = post.target
        place = replace(target.place, thread=target.reply_to) if target.start_thread else target.place
        ref = MessageRef(place, f"b-{post.key}")
        await self._room.add(
            Standing(
                ref=ref,
                member=BOT,
                at=now_ms(),
                text=_words(post),
                voice=post.reply.voice,
                post=post,
                reply_to=None if target.start_thread else target.reply_to,
                private_to=target.private_to,
            )
        )
        return ref

    async def history(self, place: Place, since: int) -> AsyncIterator[Event]:
        """See ``Adapter.history``."""
        archive = self._room.archive
        for standing in await archive.written(place.channel, place.thread, since):
            answered = await archive.find(standing.reply_to) if standing.reply_to else None
            person = self._people.who_was(standing.member.name)
            yield Happenings(self._people, person, "").heard_later(standing, answered)

    async def reactions(self, message: MessageRef) -> Reactions | None:
        """See ``Adapter.reactions``."""
        found = await self._room.archive.find(message.id)
        if found is None:
            return None
        now = now_ms()
        key = f"reactions-{message.id}-{now}"
        return Reactions(key=key, at=now, place=message.place, member=BOT, target=message, left=found.reactions)

    async def roles(self, member: Member) -> frozenset[str]:
        """See ``Adapter.roles``."""
        return self._people.roles(member.id)

    def link(self, message: MessageRef) -> str | None:
        """See ``Adapter.link``."""
        return f"{self._address}/c/{message.place.channel}/{message.id}" if self._address else None


def _words(post: Post) -> str:
    """What the search finds a post by."""
    said = _PLAIN.render(parse(post.reply.text), _LONGEST)
    return "\n".join([post.reply.title, *said]).strip()


ADAPTER = WebAdapter
