"""The simulated Slack: one workspace with one app installed, on a free port of loopback."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.simulators.people import Clock, RealClock, eventually

from .envelopes import Envelope
from .faults import Faults
from .interactions import Interactions
from .limits import Limits
from .methods import ALL_SCOPES, APP, BOT
from .people import DIRECT, ScriptedPerson
from .posts import Posts
from .responses import Responses
from .shapes import Shapes, samples_folder
from .sockets import Sockets, envelope_text
from .state import Channel, Json, Message, Workspace
from .views import Views
from .webapi import WebApi
from .world import World


class SlackSimulator:
    """Slack on loopback; ``async with SlackSimulator() as slack`` starts it.

    The bot under test gets ``api_url``, ``bot_token``, ``app_token`` and ``signing_secret``. It is reached through
    Socket Mode, or over HTTP when ``events_url`` (or later ``deliver_to``) names its address.
    """

    name = "slack"

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        validate: bool = True,
        command: str = "/regulars",
        shortcuts: Mapping[str, str] | None = None,
        scopes: Iterable[str] = ALL_SCOPES,
        limits: Limits | None = None,
        socket_mode: bool = True,
        events_url: str | None = None,
        bot_name: str = "regulars",
    ) -> None:
        self.clock: Clock = clock or RealClock()
        self.bot_token = f"{BOT}-1000000000001-1000000000002-{secrets.token_hex(12)}"
        self.app_token = f"{APP}-1-A0SIM00001-1000000000003-{secrets.token_hex(32)}"
        self.signing_secret = secrets.token_hex(16)
        self.space = Workspace(self.clock, bot_name)
        shapes = Shapes(samples_folder() if validate else None)
        self.world = World(self.space, shapes, verification="simulated", scopes=frozenset(scopes))
        self.sockets = Sockets(self.clock, self.space.app, self.world.violation)
        self.posts = Posts(self.clock, self.signing_secret, self.world.violation)
        self.faults = Faults(self.clock, self.sockets)
        self._responses, self._views = Responses(self.world), Views(self.world)
        self.interactions = Interactions(self.world, self._responses, self._views)
        self.web = WebApi(
            world=self.world,
            views=self._views,
            faults=self.faults,
            limits=limits or Limits(),
            tokens={BOT: self.bot_token, APP: self.app_token},
            ticket=self.sockets.ticket,
        )
        self.socket_mode = socket_mode and events_url is None
        self.posts.url = events_url
        self.install(shortcuts=shortcuts, command=command)
        self.world.deliver = self._deliver
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._port = 0
        self._people: dict[str, ScriptedPerson] = {}

    # -- life ---------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=2**20)
        application.router.add_route("*", "/api/{method}", self.web.serve)
        application.router.add_get("/link/", self.sockets.serve)
        application.router.add_post("/{kind:commands|actions}/{rest:.*}", self._responses.serve)
        # Calls that are never answered end with their connection.
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await self.up()
        self.sockets.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.posts.stop()
        await self.sockets.stop()
        if self._runner:
            await self._runner.cleanup()

    async def up(self) -> None:
        """Accept connections (again), always on the same port."""
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = self._site.port
        self._responses.base = self.web.base = f"http://127.0.0.1:{self._port}"

    async def down(self) -> None:
        """The whole platform is gone: open connections are cut, new ones refused."""
        assert self._runner is not None
        if self._site:
            await self._site.stop()
        for protocol in self._runner.server.connections if self._runner.server else ():
            if protocol.transport is not None:
                protocol.transport.abort()

    # -- what the bot's operator knows --------------------------------------------------------------------------------

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/"

    @property
    def team(self) -> str:
        return self.space.team

    @property
    def bot_user_id(self) -> str:
        return self.space.bot.id

    @property
    def bot_id(self) -> str:
        return str(self.space.bot.bot_id)

    @property
    def staff_group(self) -> str:
        """The id of the user group with the handle ``staff``."""
        return self.space.staff.id

    def install(self, *, shortcuts: Mapping[str, str] | None = None, command: str | None = None) -> None:
        """What the app's manifest says: message shortcuts (label -> callback id) and the slash command."""
        if shortcuts is not None:
            self.interactions.shortcuts = dict(shortcuts)
        if command is not None:
            self.interactions.command = command

    def deliver_to(self, url: str) -> None:
        """From now on events, commands and interactions are posted to this address."""
        self.posts.url, self.socket_mode = url, False

    # -- the community ------------------------------------------------------------------------------------------------

    @property
    def violations(self) -> list[str]:
        return self.world.violations

    def person(self, name: str, *, staff: bool = False, is_bot: bool = False) -> ScriptedPerson:
        if name not in self._people:
            user = self.space.new_user(name, is_bot=is_bot)
            self._people[name] = ScriptedPerson(self.world, self.interactions, user)
            for channel in self.space.channels.values():
                if channel.kind == "channel":
                    channel.members.add(user.id)
        if staff:
            self.space.staff.users.add(self._people[name].id)
        return self._people[name]

    def channel(self, name: str = "general", *, private: bool = False, bot: bool = True) -> Channel:
        """The channel of that name, made on first use with everybody in it; without the bot if told so."""
        known = self.space.channel_named(name)
        if known:
            return known
        made = self.space.new_channel(name, private=private, bot=bot)
        if not private:
            made.members |= {person.id for person in self._people.values()}
        return made

    def address(self, channel: str = "general") -> str:
        """``slack:TEAM/CHANNEL``; ``@NAME`` is the direct conversation of that person with the bot."""
        if channel.startswith("@") and channel != DIRECT:
            return f"slack:{self.team}/{self.space.direct(self.person(channel[1:]).id).id}"
        return f"slack:{self.team}/{self.channel(channel).id}"

    async def webhook_says(self, text: str, *, channel: str = "general", username: str = "Webhook") -> str:
        """A classic integration posts: ``bot_message``, with a bot id of its own and no user."""
        ts = self.space.new_ts()
        message = Message(ts, self.channel(channel).id, None, text, subtype="bot_message", username=username)
        message.bot_id = self.space.new_id("B")
        return self.world.post(message).ts

    # -- what the app is told beyond messages -------------------------------------------------------------------------

    def uninstall(self) -> None:
        """The app is removed: its tokens end, and it is told."""
        self.world.emit("TokensRevoked", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user_id]}})
        self.world.emit("AppUninstalled", {"type": "app_uninstalled"})
        self.web.revoked = True

    def rate_limited_events(self, *, bare: bool = False) -> None:
        """Slack says it holds back events: more than 30,000 an hour.

        The published sample wraps it like any event, Slack's page shows it ``bare``; a bot should understand both.
        """
        event: Json = {"type": "app_rate_limited", "token": "simulated", "minute_rate_limited": int(self.clock.now())}
        event |= {"team_id": self.team, "api_app_id": self.space.app}
        if bare:
            self._deliver(Envelope("events_api", event))
        else:
            self.world.emit("AppRateLimited", event)

    # -- delivery -----------------------------------------------------------------------------------------------------

    def _deliver(self, envelope: Envelope) -> None:
        self.faults.route(envelope, self.sockets if self.socket_mode else self.posts)

    @property
    def unacked(self) -> list[Envelope]:
        """Every delivery the bot has not acknowledged, those given up included."""
        return [*self.sockets.unacked, *self.posts.unacked]

    async def connected(self, count: int = 1, *, within: float = 5.0) -> None:
        """Wait until this many Socket Mode connections are open."""
        await eventually(lambda: len(self.sockets.connections) >= count, within=within)

    async def all_acked(self, *, within: float = 30.0) -> None:
        """Wait until no delivery is waiting for its acknowledgement."""
        await eventually(lambda: not (self.sockets.waiting or self.posts.waiting), within=within)

    def flood(self, channel: str, texts: Iterable[str], *, by: str = "crowd", redeliver: bool = False) -> int:
        """Post many messages at once over Socket Mode; envelopes are written before the first is sent.

        Returns how many. ``redeliver=False`` keeps a backlog of over three seconds from being sent twice.
        """
        where, user = self.channel(channel), self.person(by)
        batch: list[tuple[Envelope, str]] = []
        for text in texts:
            message = self.space.add(Message(self.space.new_ts(), where.id, user.id, text))
            payload = self.world.callback(*self.world.new_message_event(message))
            envelope = Envelope("events_api", payload, redeliver=redeliver)
            batch.append((envelope, envelope_text(envelope)))
        self.sockets.flood(batch)
        return len(batch)

    # -- raw requests -------------------------------------------------------------------------------------------------

    async def verifies_url(self) -> bool:
        """The handshake when an address is entered in the app's settings."""
        challenge = secrets.token_hex(8)
        body = json.dumps({"type": "url_verification", "token": "simulated", "challenge": challenge})
        status, text, _ = await self.posts.post(body, self.posts.signed(body) | {"Content-Type": "application/json"})
        return status == 200 and challenge in text

    async def sends_raw(
        self,
        body: str,
        *,
        timestamp: str | None = None,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> int:
        """A request as somebody else might forge it; returns the status the bot answers with.

        ``timestamp`` and ``secret`` replace the true ones before signing, ``headers`` whatever is sent in the end.
        """
        signed = self.posts.signed(body, timestamp=timestamp, secret=secret)
        status, _, _ = await self.posts.post(body, {"Content-Type": content_type, **signed, **(headers or {})})
        return status
