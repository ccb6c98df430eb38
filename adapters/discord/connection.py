"""The connection to Discord: logged in, listening, and back again after every failure.

discord.py gives the wire: requests within the rate limits, the websocket with its compression and heartbeats, IDENTIFY
and RESUME. Its loop around them is replaced: it fails where the very first connection fails, waits for up to 17
minutes, and comes back without a pause where Discord closes every new connection at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import Route

from adapters.discord.directory import Payload
from adapters.discord.settings import Settings
from bot.errors import SetupError

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
IDENTIFY_GAP = 5.0
"""Seconds between two new sessions (Discord's docs, Gateway, Session Start Limit)."""
MANY_SESSIONS, LONG_GAP = 100, 120.0
"""After so many new sessions they come this far apart: beyond 1000 in a day Discord takes the token away."""
RETURNS, WITHIN = 20, 60.0
"""How often in so many seconds it comes back at once; a server that closes every connection is given pauses."""
CLOSING = 5.0
"""Seconds a polite end may take."""
HOLDS_BACK = 30.0
"""Seconds a request waits for a rate limit; the outbox keeps what would wait longer."""

DOWN = (OSError, TimeoutError, aiohttp.ClientError, discord.HTTPException, discord.RateLimited)
"""How a platform that is down shows itself."""
UNREADABLE = (KeyError, TypeError, ValueError)
"""What discord.py raises over an answer that is not Discord's: a proxy's error page, a frame without its keys."""
WRONG_TOKEN, INTENT_REFUSED = 4004, 4014
_REFUSALS = {
    4010: "the shard is invalid",
    4011: "it is in more servers than one connection may serve, which this version does not support",
    4012: "its API version is too old, so update the bot",
    4013: "its intents are invalid",
}
_PORTAL = "https://discord.com/developers/applications"

Parsers = dict[str, Callable[[Payload], None]]
"""Name of a gateway event -> what reads it."""

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # a bot that only writes needs no voice

_NOBODY: Payload = {"id": "0", "username": "", "discriminator": "0", "avatar": None}
_LACKING: Any = {"name": "", "description": "", "icon": None, "verify_key": ""} | {
    "bot_public": False,
    "bot_require_code_grant": False,
}


class IntentRefused(Exception):
    """The application may not see the text of messages."""


class Client(discord.Client):
    """discord.py's client with our own readers of events, and none of its caches."""

    def __init__(self, parsers: Parsers, *, sees_text: bool) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.messages = intents.reactions = True
        intents.message_content = sees_text
        super().__init__(
            intents=intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=HOLDS_BACK,
            enable_raw_presences=False,
        )
        # The websocket takes its readers from here. discord.py's own build objects of every payload and start a task
        # for each; and one missing key in one of them ends the whole loop.
        self._connection.parsers = parsers
        self.http.static_login = partial(_whole_user, self.http.static_login)  # type: ignore[method-assign] # wrapped

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Nothing listens to discord.py's events: the parsers have read them already."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """``Connection`` waits before it connects, not in between, so that a cancelled wait leaves no open socket."""

    async def application_info(self) -> discord.AppInfo:
        """What the application is; keys that other servers than Discord's leave out are filled in."""
        data: Any = await self.http.application_info()
        return discord.AppInfo(self._connection, _LACKING | data | {"owner": _NOBODY | (data.get("owner") or {})})


async def _whole_user(ask: Callable[[str], Awaitable[Any]], token: str) -> Any:
    """Who the bot is; keys that other servers than Discord's leave out are filled in."""
    return _NOBODY | await ask(token)


class Socket(DiscordWebSocket):
    """discord.py's websocket, for servers that leave out what only Discord needs: another address to resume at."""

    async def received_message(self, msg: Any, /) -> None:
        if isinstance(msg, bytes):
            msg = self._decompressor.decompress(msg)
        if msg is not None:
            await super().received_message(_whole_ready(msg, self.gateway) if '"READY"' in msg else msg)


def _whole_ready(frame: str, gateway: yarl.URL) -> str:
    read = json.loads(frame)
    if read.get("t") == "READY":
        read["d"] = {"session_id": "", "resume_gateway_url": str(gateway)} | _without_nulls(read["d"])
    return json.dumps(read)


def _without_nulls(data: Payload) -> Payload:
    return {key: value for key, value in data.items() if value is not None}


class Connection:
    """One session with Discord after another, until cancelled."""

    def __init__(self, settings: Settings, parsers: Parsers, lost: Callable[[str], None]) -> None:
        """``lost`` is told why no events come, each time it has to be waited."""
        self._settings = settings
        self._parsers = parsers
        self._lost = lost
        self._alive = False
        self._told = False
        self._failures = 0
        self._returns: list[float] = []
        self._sessions = 0
        self._identified = -LONG_GAP

    @property
    def delivery(self) -> str:
        """Names the event being read: a replay after RESUME has the same number in the same session."""
        return f"{(self._client.ws.session_id or '')[:8]}.{self._client.ws.sequence}"

    def alive(self) -> bool:
        """READY or RESUMED came: events flow. True where it had been told that they do not."""
        self._alive = True
        self._failures = 0
        told, self._told = self._told, False
        return told

    @contextlib.asynccontextmanager
    async def logged_in(self, *, sees_text: bool) -> AsyncIterator[Client]:
        """A client that can make requests. Raises ``SetupError`` where the token is not taken."""
        self._client = await self._log_in(sees_text)
        try:
            yield self._client
        finally:
            await _close(self._client)

    async def _log_in(self, sees_text: bool) -> Client:
        while True:
            client = Client(self._parsers, sees_text=sees_text)
            try:
                await self._enter(client)
                return client
            except (*DOWN, *UNREADABLE) as error:
                await _close(client)
                await self._wait(f"Discord cannot be reached ({_short(error)})")
            except BaseException:
                await _close(client)
                raise

    async def _enter(self, client: Client) -> None:
        if self._settings.api_url:
            Route.BASE = self._settings.api_url
        token = self._settings.token.get_secret_value() if self._settings.token else ""
        try:
            await client.login(token)
        except discord.LoginFailure:
            raise _wrong_token() from None
        self._gateway = await self._address(client)

    async def _address(self, client: Client) -> yarl.URL:
        if self._settings.gateway_url:
            return yarl.URL(self._settings.gateway_url)
        if self._settings.api_url:
            return yarl.URL((await client.http.request(Route("GET", "/gateway")))["url"])
        return DiscordWebSocket.DEFAULT_GATEWAY

    async def listen(self) -> None:
        """Read events for ever. Raises ``SetupError`` and ``IntentRefused``."""
        session: dict[str, Any] = {}
        while True:
            self._alive = False
            try:
                await self._read(session)
            except ReconnectWebSocket as error:
                session = self._session() if error.resume else {}
                why = "Discord closed the connection" if error.resume else "Discord ended the session"
            except discord.ConnectionClosed as error:
                why = _judged(error.code)
                session = {}
            except (*DOWN, *UNREADABLE) as error:
                session = self._session()
                why = f"Discord cannot be reached ({_short(error)})"
            if not (self._alive and session and self._calm()):
                await self._wait(why)

    def _calm(self) -> bool:
        """Whether there were few enough returns of late for the next one to be at once."""
        now = time.monotonic()
        self._returns = [*(each for each in self._returns if now - each < WITHIN), now]
        return len(self._returns) <= RETURNS

    async def _read(self, session: dict[str, Any]) -> None:
        if not session:
            await self._keep_apart()
        connecting = Socket.from_client(self._client, **{"gateway": self._gateway} | session)
        self._client.ws = await asyncio.wait_for(connecting, timeout=LONGEST_WAIT)
        while True:
            await self._client.ws.poll_event()

    async def _keep_apart(self) -> None:
        gap = IDENTIFY_GAP if self._sessions < MANY_SESSIONS else LONG_GAP
        await asyncio.sleep(max(0.0, self._identified + gap - time.monotonic()))
        self._sessions += 1
        self._identified = time.monotonic()

    def _session(self) -> dict[str, Any]:
        """What a RESUME needs; empty where there is nothing to resume."""
        ws: DiscordWebSocket | None = self._client.ws
        if ws is None or not ws.session_id:
            return {}
        # A proxy that was configured is used for the rest of the session too, whatever Discord proposes.
        gateway = self._gateway if self._settings.gateway_url else ws.gateway
        return {"gateway": gateway, "resume": True, "session": ws.session_id, "sequence": ws.sequence}

    async def _wait(self, why: str) -> None:
        """Longer each time, up to a minute; half of it by chance, so that not everybody comes back at once."""
        if not self._failures:
            log.warning("%s; trying again until it works", why)
        self._told = True
        self._lost(why)
        longest = min(FIRST_WAIT * 2**self._failures, LONGEST_WAIT)
        self._failures = min(self._failures + 1, 10)
        await asyncio.sleep(longest * random.uniform(0.5, 1))  # noqa: S311 # guards nothing


async def _close(client: Client) -> None:
    """A peer that is gone must not hold up the end: aiohttp waits 30 seconds for its goodbye."""
    with contextlib.suppress(*DOWN):
        await asyncio.wait_for(client.close(), CLOSING)
    await client.http.close()


def _judged(code: int) -> str:
    """Why the gateway closed, where it may be tried again."""
    if code == INTENT_REFUSED:
        raise IntentRefused
    if code == WRONG_TOKEN:
        raise _wrong_token()
    if code in _REFUSALS:
        raise SetupError(f"Discord's gateway refuses this bot for good: {_REFUSALS[code]} (close code {code}).")
    return f"Discord closed the connection ({code})"


def _wrong_token() -> SetupError:
    return SetupError(
        f"Discord does not accept DISCORD_TOKEN. Open your application at {_PORTAL}, reset the token under “Bot”, and "
        "put the new one into DISCORD_TOKEN or the file DISCORD_TOKEN_FILE names."
    )


def _short(error: Exception) -> str:
    text = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if isinstance(error, UNREADABLE) or not text else text
