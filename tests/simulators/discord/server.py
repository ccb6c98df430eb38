"""The simulated Discord as a test sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any, Self

from aiohttp import web

from ..people import Clock, RealClock
from . import payloads, permissions, rest, validation
from .calls import Call, Pipeline
from .connection import reset
from .faults import Faults
from .gateway import Gateway
from .intents import Intent
from .people import DiscordPerson
from .ratelimits import RateLimits
from .rest.interactions import FIRST_ANSWER_SECONDS
from .state import Attachment, Channel, Event, Guild, Interaction, Kind, Message, User
from .world import World

PREFIX = "/api/v10"
TOKEN = "c2ltdWxhdG9y.Ym90.dG9rZW4"
assert rest


class DiscordSimulator:
    """Gateway and REST API on a loopback port, with one community behind them.

    ``async with DiscordSimulator() as discord:`` runs it in the present event loop.
    """

    name = "discord"

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        token: str = TOKEN,
        bot_name: str = "Regulars",
        bot_permissions: int = permissions.MEMBER,
        message_content_intent_allowed: bool = True,
        members_intent_allowed: bool = True,
        presence_intent_allowed: bool = False,
        validate: bool = True,
        rate_limits: Mapping[str, tuple[int, float]] | None = None,
        port: int = 0,
    ) -> None:
        self.clock = clock or RealClock()
        self.token = token
        self.port = port
        self.validate = validate and validation.specification() is not None
        self.violations: list[str] = []
        self.refusals: list[str] = []
        """Every refused request, those that are no mistake of the bot included (gone messages, denied permissions)."""
        self.requests: list[Call] = []
        self.typing: list[str] = []
        """Channels in which the bot showed that it types."""
        self.attachments: dict[int, Attachment] = {}
        self.world = World(self.clock, bot_name)
        self.bot_permissions = bot_permissions
        self.rate_limits = RateLimits(self.clock, rate_limits)
        allowed = Intent.MESSAGE_CONTENT * message_content_intent_allowed
        allowed |= Intent.GUILD_MEMBERS * members_intent_allowed
        allowed |= Intent.GUILD_PRESENCES * presence_intent_allowed
        self.gateway = Gateway(self.world, token=token, allowed=allowed, note=self.violations.append)
        self.faults = Faults(self)
        self._staff: list[User] = []
        self.home = self.guild("Community")
        self.world.publish = self._publish
        self._watchers: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._pipeline = Pipeline(self)

    # running

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=25 * 2**20)
        self._pipeline.add_to(application, PREFIX)
        application.router.add_get("/gw", self.gateway.accept)
        application.router.add_get("/gw/", self.gateway.accept)
        application.router.add_get("/attachments/{id}/{filename}", self._attachment)
        application.router.add_route("*", "/{rest:.*}", self._lost)
        self._runner = web.AppRunner(application, handle_signals=False, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.listen()
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._pipeline.closing.set()
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        await self.stop_listening()
        if self._runner:
            await self._runner.cleanup()

    async def listen(self) -> None:
        """Accept connections, always on the port of the first time."""
        assert self._runner
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url
        self.world.base = self.base_url

    async def stop_listening(self) -> None:
        """Refuse connections, and reset those there are."""
        if self._site:
            await self._site.stop()
            self._site = None
        assert self._runner
        for connection in list(self.gateway.connections):
            connection.reset()
        if self._runner.server:
            for protocol in list(self._runner.server.connections):
                reset(protocol.transport)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return self.base_url + PREFIX

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gw"

    # the community

    def person(self, name: str, *, staff: bool = False, is_bot: bool = False) -> DiscordPerson:
        user = self.world.named(name) or self.world.join(name, bot=is_bot)
        if staff and user not in self._staff:
            self._staff.append(user)
            self._make_staff(user)
        return DiscordPerson(self, user)

    def _make_staff(self, user: User) -> None:
        for guild in self.world.guilds.values():
            role = guild.role("staff")
            if role and role.id not in user.roles.setdefault(guild.id, []):
                user.roles[guild.id].append(role.id)
                data = payloads.member(user, guild) | {"guild_id": str(guild.id)}
                self._publish(Event("GUILD_MEMBER_UPDATE", data, Intent.GUILD_MEMBERS, guild=guild))

    @property
    def staff_role(self) -> str:
        """Id of the role called staff in the first guild."""
        role = self.home.role("staff")
        assert role
        return str(role.id)

    @property
    def bot_id(self) -> str:
        """Id of the bot's user, which is its application's as well."""
        return str(self.world.bot.id)

    @property
    def guild_id(self) -> str:
        return str(self.home.id)

    def guild(self, name: str) -> Guild:
        """The guild of that name, made on first use; the bot is told that it was added."""
        for guild in self.world.guilds.values():
            if guild.name == name:
                return guild
        guild = self.world.found(name, self.bot_permissions)
        for user in self._staff:
            self._make_staff(user)
        shape = payloads.guild_create(guild, self.world.bot, self.world.people())
        self._publish(Event("GUILD_CREATE", shape, Intent.GUILDS, guild=guild))
        return guild

    def leave_guild(self, name: str) -> None:
        """An admin removes the bot from the guild."""
        guild = self.guild(name)
        self._publish(Event("GUILD_DELETE", {"id": str(guild.id)}, Intent.GUILDS, guild=guild))
        del self.world.guilds[guild.id]
        for id in guild.channels:
            del self.world.channels[id]

    def find_channel(self, name: str, kind: Kind = Kind.TEXT) -> Channel:
        """The channel called ``NAME`` or ``GUILD/NAME``, made on first use."""
        guild_name, _, channel_name = name.rpartition("/")
        guild = self.guild(guild_name) if guild_name else self.home
        for channel in guild.channels.values():
            if channel.name == channel_name and channel.kind is not Kind.THREAD:
                return channel
        return self.world.open_channel(guild, channel_name, kind)

    def channel(self, name: str = "general") -> str:
        """Id of the channel, made on first use."""
        return str(self.find_channel(name).id)

    def forum(self, name: str) -> str:
        """Id of the forum channel, made on first use."""
        return str(self.find_channel(name, Kind.FORUM).id)

    async def post_in_forum(self, person: DiscordPerson, title: str, text: str, *, forum: str = "help") -> str:
        """A new forum post; its id is that of its first message and of its thread."""
        channel = self.find_channel(forum, Kind.FORUM)
        thread = self.world.open_thread(channel, person.user, title)
        return str(self.world.post(thread, person.user, text, id=thread.id).id)

    def address(self, channel: str = "general") -> str:
        found = self.find_channel(channel)
        assert found.guild
        return f"discord:{found.guild.id}/{found.id}"

    def deny(self, channel: str, *names: str, who: DiscordPerson | None = None) -> None:
        """Take permissions (``SEND_MESSAGES`` ...) away in a channel, from the bot unless ``who`` is given."""
        self._overwrite(channel, who, lambda before: before | permissions.bits(*names))

    def allow(self, channel: str, *names: str, who: DiscordPerson | None = None) -> None:
        """Give denied permissions back."""
        self._overwrite(channel, who, lambda before: before & ~permissions.bits(*names))

    def _overwrite(self, name: str, who: DiscordPerson | None, change: Any) -> None:
        channel = self.find_channel(name)
        user = who.user if who else self.world.bot
        channel.denied[user.id] = change(channel.denied.get(user.id, 0))
        self.world.announce("CHANNEL_UPDATE", payloads.channel(channel), channel, Intent.GUILDS)

    def messages(self, channel: str = "general") -> list[Message]:
        """Everything in a channel (not its threads) but ephemeral messages, oldest first."""
        return list(self.find_channel(channel).messages.values())

    def asked(self, route: str) -> list[Call]:
        """The requests on one route, such as ``"POST /channels/{channel_id}/messages"``."""
        return [call for call in self.requests if call.route.name == route]

    async def flood(self, channel: str, texts: Iterable[str], *, author: str = "Flood") -> int:
        """Post many messages of one person as fast as the gateway takes them; returns how many."""
        place, user = self.find_channel(channel), self.person(author).user
        events = []
        for text in texts:
            message = self.world.write(place, user, text)
            shape = payloads.with_place(message, payloads.message(message, self.world.bot, self.base_url))
            events.append(Event("MESSAGE_CREATE", shape, Intent.GUILD_MESSAGES, place, message=message))
        frames = [(event, json.dumps(event.data, separators=(",", ":"))) for event in events]
        for start in range(0, len(frames), 500):
            self.gateway.rush(frames[start : start + 500])
            await asyncio.gather(*(connection.drained() for connection in self.gateway.connections))
        return len(frames)

    # inside

    def deliver(self, interaction: Interaction) -> None:
        """Send an interaction to the bot and watch that it answers in time."""
        shape = payloads.interaction(interaction, self.world.bot, self.base_url)
        if "message" in shape:
            self._check_message("INTERACTION_CREATE", shape["message"])
        connected = any(not connection.silent for connection in self.gateway.connections if connection.known)
        self.world.publish(Event("INTERACTION_CREATE", shape, 0, guild=interaction.channel.guild))
        watcher = asyncio.create_task(self._watch(interaction, connected=connected))
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)

    async def _watch(self, interaction: Interaction, *, connected: bool) -> None:
        await self.clock.sleep(FIRST_ANSWER_SECONDS)
        if interaction.responded is None:
            if interaction.choices and not interaction.choices.done():
                interaction.choices.set_result(())
            if connected:
                what = interaction.data.get("name") or interaction.data.get("custom_id")
                self.violations.append(f"{interaction.type.name} {what!r} got no answer within 3 s")

    def _publish(self, event: Event) -> None:
        if event.message:
            self._check_message(event.name, event.data)
        self.gateway.publish(event)

    def _check_message(self, event: str, shape: dict[str, Any]) -> None:
        """Messages told by the gateway have the shape of those in answers, and more keys."""
        check = validation.schema_check("MessageResponse") if self.validate else None
        if check and (wrong := check(shape)):
            self.violations.append(f"simulator: {event} with {wrong}")

    async def _attachment(self, request: web.Request) -> web.Response:
        found = self.attachments.get(int(request.match_info["id"]))
        return web.Response(body=found.content) if found else web.Response(status=404)

    async def _lost(self, request: web.Request) -> web.Response:
        """A route the simulator does not know."""
        self.violations.append(f"unknown route: {request.method} {request.path}")
        body = json.dumps({"message": "404: Not Found", "code": 0}).encode()
        return web.Response(status=404, body=body, headers={"Content-Type": "application/json"})
