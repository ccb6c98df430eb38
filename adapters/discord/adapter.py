"""Discord as one of the bot's platforms."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

import aiohttp

from adapters.discord import menus, outbound
from adapters.discord.connection import Connection, IntentRefused, Parsers
from adapters.discord.directory import PLATFORM, Directory, Payload, standing_in
from adapters.discord.handles import Handle
from adapters.discord.history import History
from adapters.discord.inbound import user_id
from adapters.discord.interactions import Interactions, is_private
from adapters.discord.listening import Listening
from adapters.discord.posting import Posting
from adapters.discord.reception import Reception
from adapters.discord.rest import Interactive, Rest
from adapters.discord.settings import Settings
from adapters.discord.snowflakes import has_number_ids, with_text_ids
from adapters.discord.tasks import Tasks
from bot.adapter import Capabilities, Host
from bot.errors import Gone, Refused, SetupError
from bot.events import Event, Member, MessageRef, Place, Reactions
from bot.replies import Post, Sent

log = logging.getLogger(__name__)

NO_TEXT = (
    "Discord: without the message content intent the bot does not see what members write among themselves. It hears "
    "mentions, replies to it, direct messages, slash commands and the message menu. %s"
)


class DiscordAdapter:
    """One bot user, in every server it was invited to."""

    name = PLATFORM
    capabilities = Capabilities()

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._own = Directory()
        self._rest = Rest()
        self._calls = Interactive()
        self._posting = Posting(self._rest, self._own)
        self._history = History(self._rest, self._own)
        self._tasks = Tasks()
        self._interactions = Interactions(self._calls, self._tasks)
        self._host: Host | None = None
        self._published = False

    async def run(self, host: Host) -> None:
        """Connect, publish the menu, deliver events until cancelled. Raises ``SetupError``."""
        if not self._settings.token:
            raise SetupError(
                "DISCORD_TOKEN is not set: put the bot's token into it, or its file in DISCORD_TOKEN_FILE."
            )
        self._host = host
        async with aiohttp.ClientSession() as self._calls.session, self._tasks:
            sees_text = self._settings.message_content
            if not sees_text:
                log.warning(NO_TEXT, "([discord] message_content is false.)")
            connection = self._connection(host)
            while True:
                try:
                    await self._stay(host, connection, sees_text=sees_text)
                except IntentRefused:
                    sees_text = False
                    log.warning(NO_TEXT, "(Turn it on at discord.com/developers, Bot, and start the bot again.)")

    async def _stay(self, host: Host, connection: Connection, *, sees_text: bool) -> None:
        self._own.sees_text = sees_text
        async with connection.logged_in(sees_text=sees_text) as client:
            self._own.user = str(client.user.id) if client.user else ""
            self._rest.client = client
            await self._publish(host)
            await connection.listen()

    async def _publish(self, host: Host) -> None:
        client = self._rest.client
        if client and client.application_id and not self._published:
            await menus.publish(host.menu, self._rest, str(client.application_id))
            self._published = True

    def _connection(self, host: Host) -> Connection:
        parsers: Parsers = {}
        connection = Connection(self._settings, parsers, host.disconnected)

        def ready(data: Payload) -> None:
            self._own.ready(data)
            connection.alive()
            host.connected()

        def resumed(data: Payload) -> None:
            # Discord has just replayed what was missed. The core is told only if it was told that nothing comes.
            if connection.alive():
                host.connected()

        listening = Listening(host, self._own, self._rest, self._tasks, lambda: connection.delivery)
        reception = Reception(host, self._interactions, self._calls, self._tasks)
        all = listening.parsers() | {"READY": ready, "RESUMED": resumed, "INTERACTION_CREATE": reception.take}
        parsers.update({name: partial(_safely, name, read) for name, read in all.items()})
        return connection

    async def send(self, post: Post, *, again: bool) -> Sent:
        """Show the post, once. Raises ``Unreachable``, ``Refused``, ``Gone``."""
        tr = self._translate(post.language)
        if post.target.handle and await self._by_interaction(post, Handle.read(post.target.handle)):
            return await self._answer(post, tr, again=again)
        if is_private(post) and not post.target.place.direct:
            raise Refused("Discord shows a private answer only to a command, a button or a form, not to a message")
        sent = await self._posting.post(post, tr, again=again)
        if post.target.handle:
            self._interactions.elsewhere(Handle.read(post.target.handle))
        return sent

    async def _by_interaction(self, post: Post, handle: Handle) -> bool:
        """Whether the interaction's own answer shows it: in private, below what was asked, in place of the pressed."""
        if is_private(post):
            return True
        if post.reply.where == "replace":
            return await self._interactions.updates(handle)
        return post.reply.where != "channel"

    async def _answer(self, post: Post, tr: outbound.Translate, *, again: bool) -> Sent:
        channel = standing_in(post.target.place)

        async def put(parts: Sequence[Payload]) -> str | None:
            look_back = partial(self._posting.own_since, channel)
            return await self._interactions.answer(post, parts, look_back, again=again)

        message = await self._posting.show(post, tr, put)
        return Sent(post.key, MessageRef(post.target.place, message) if message else None)

    def _translate(self, language: str) -> outbound.Translate:
        return partial(self._host.menu.translate, language) if self._host else str

    def history(self, place: Place, since: int) -> AsyncIterator[Event]:
        """What was written in a place at or after ``since``, oldest first. Raises like ``send``."""
        return self._history.messages(place, since)

    async def reactions(self, message: MessageRef) -> Reactions | None:
        """All reactions a message has now. Raises like ``send``."""
        return await self._history.reactions(message)

    async def roles(self, member: Member) -> frozenset[str]:
        """Those that came with the event, else asked of every server: role ids are unique over all of them."""
        if member.roles:
            return frozenset(member.roles)
        found: set[str] = set()
        for community in self._own.communities:
            try:
                known = await self._rest(
                    "GET",
                    "/guilds/{guild_id}/members/{user_id}",
                    f"look up {member.id}",
                    guild_id=community,
                    user_id=user_id(member.id),
                )
            except Gone:
                continue
            found.update(known["roles"])
        return frozenset(found)

    def link(self, message: MessageRef) -> str | None:
        """The message's address in Discord's clients."""
        place = message.place
        return f"https://discord.com/channels/{place.community or '@me'}/{standing_in(place)}/{message.id}"


def _safely(name: str, read: Callable[[Payload], None], data: Payload) -> None:
    """Survive what cannot be read: an error here would end discord.py's loop."""
    try:
        read(with_text_ids(data) if has_number_ids(data) else data)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        log.warning("a %s of Discord's could not be read (%s)", name, what)
        log.debug("where that was seen", exc_info=True)
    except Exception:
        log.exception("a %s of Discord's could not be read", name)


ADAPTER = DiscordAdapter
"""What ``bot.loading`` looks for."""
