"""Socket Mode: several connections at a time, each mended on its own (docs: "Using Socket Mode")."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.calls import SDK_LOG, lost
from adapters.slack.faults import TOKEN, fault
from bot.adapter import Host
from bot.errors import PlatformError, SetupError

log = logging.getLogger(__name__)

PING_SECONDS = 8.0
"""A cut connection is noticed at once, one that fell silent within this time and a half."""
_OPENING_SECONDS = 20.0
_CLOSING_SECONDS = 3.0
_LONGEST_PAUSE = 30.0


def pauses(first: float = 0.5) -> Iterator[float]:
    """Seconds to wait before each further try: doubled up to half a minute, and scattered."""
    pause = first
    while True:
        yield pause * random.uniform(0.7, 1.0)  # noqa: S311 # guards nothing
        pause = min(pause * 2, _LONGEST_PAUSE)


class Socket(SocketModeClient):
    """slack-sdk's client with other ways to connect and to notice that a connection is gone.

    slack-sdk looks for a cut connection once in each ping interval; and it repeats a failed try with the same address,
    which Slack takes only once, at a fixed pace, and for ever even when the token is wrong.
    """

    def __init__(self, sockets: Sockets) -> None:
        super().__init__(sockets.app_token, logger=SDK_LOG, web_client=sockets.app.client, ping_interval=PING_SECONDS)
        # Otherwise slack-sdk takes a proxy variable even for loopback.
        self.proxy = sockets.app.client.proxy
        self._sockets = sockets
        self._tasks: set[asyncio.Task[None]] = set()
        self.socket_mode_request_listeners.append(sockets.hear)

    def start(self) -> None:
        """Begin to connect."""
        self._own(asyncio.create_task(self.connect_to_new_endpoint()))

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        self._own(asyncio.current_task())
        async with self.connect_operation_lock:
            if not self.closed and (force or not await self.is_connected()):
                await self.connect()

    def _own(self, task: asyncio.Task[None] | None) -> None:
        """Remember a task that slack-sdk leaves to itself, until it is done."""
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def connect(self) -> None:
        """Connect. An old connection is closed when the new one is open, so a renewal leaves no gap."""
        for pause in pauses():
            try:
                session = await self._open()
            except SetupError as error:
                self._sockets.give_up(error)
                break
            except PlatformError as error:
                self._sockets.failed(error)
                await asyncio.sleep(max(pause, getattr(error, "retry_after", None) or 0))
            else:
                await self._take(session)
                break

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        try:
            async with asyncio.timeout(_OPENING_SECONDS):
                answer = await self.web_client.apps_connections_open(app_token=self.app_token)
                # The address holds a ticket, so it stays out of logs and errors.
                return await self.aiohttp_client_session.ws_connect(
                    str(answer["url"]), heartbeat=PING_SECONDS, proxy=self.proxy
                )
        except SlackApiError as error:
            raise _refused(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise lost(error, "Socket Mode") from None

    async def _take(self, session: aiohttp.ClientWebSocketResponse) -> None:
        old, self.current_session, self.stale = self.current_session, session, False
        self._own(asyncio.create_task(self.receive_messages()))
        self._sockets.found(self)
        if old is not None:
            await old.close()

    async def receive_messages(self) -> None:
        """Take what comes until the connection ends, and connect again; aiohttp answers and sends the pings."""
        session = self.current_session
        assert session is not None
        async for message in session:
            if message.type is aiohttp.WSMsgType.TEXT:
                await self.enqueue_message(message.data)
        if session is self.current_session and not self.closed:
            self._sockets.lost(self)
            await self.connect_to_new_endpoint()

    def deafen(self) -> None:
        """Take nothing more, while what was taken can still be acknowledged."""
        for task in (*self._tasks, self.message_processor):
            task.cancel()

    async def hang_up(self) -> None:
        """Close, and wait for the tasks."""
        tasks = (*self._tasks, self.message_processor)
        await self.close()  # type: ignore[no-untyped-call] # slack-sdk leaves it untyped
        await asyncio.gather(*tasks, return_exceptions=True)


def _refused(error: SlackApiError) -> PlatformError:
    word = str(error.response.get("error") or "")
    if word in TOKEN:
        return SetupError(f"Slack does not take SLACK_APP_TOKEN ({word}): put in an app-level token (xapp-…)")
    if word == "missing_scope":
        return SetupError("SLACK_APP_TOKEN lacks a scope: give the app-level token connections:write")
    return fault(error, "apps.connections.open", "the bot")


class Sockets:
    """The open connections, as one: the platform is away when all of them are."""

    def __init__(self, app: AsyncApp, app_token: str, host: Host, count: int) -> None:
        self.app, self.app_token = app, app_token
        self._host, self._count = host, count
        self._open: set[Socket] = set()
        self._running: set[asyncio.Task[object]] = set()
        self._told_down = False
        self._trouble: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Keep the connections until cancelled. Raises ``SetupError`` where only an admin can help."""
        clients = [Socket(self) for _ in range(self._count)]
        for client in clients:
            client.start()
        try:
            await self._trouble
        finally:
            await self._close(clients)

    async def _close(self, clients: list[Socket]) -> None:
        """Finish what was taken, then close; a few seconds at most."""
        for client in clients:
            client.deafen()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_CLOSING_SECONDS)
            for task in late:
                task.cancel()
        await asyncio.gather(*(client.hang_up() for client in clients), return_exceptions=True)

    async def hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """One envelope: through bolt, then acknowledged."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            response = await run_async_bolt_app(self.app, request)
            await send_async_response(client, request, response, 0)
        except (ConnectionError, aiohttp.ClientError) as error:
            log.warning("An acknowledgement did not reach Slack, which will send again: %s", type(error).__name__)
        finally:
            self._running.discard(task)

    # -- what the connections tell ----------------------------------------------------------------------------------

    def found(self, socket: Socket) -> None:
        first = not self._open
        self._open.add(socket)
        if first:
            self._told_down = False
            log.info("Connected to Slack by Socket Mode")
            self._host.connected()

    def lost(self, socket: Socket) -> None:
        was_open = socket in self._open
        self._open.discard(socket)
        if was_open and not self._open:
            self._tell_down("All Socket Mode connections were lost")

    def failed(self, error: PlatformError) -> None:
        if not self._open:
            self._tell_down(str(error))

    def _tell_down(self, reason: str) -> None:
        if not self._told_down:
            self._told_down = True
            log.warning("Slack is away: %s", reason)
            self._host.disconnected(reason)

    def give_up(self, error: SetupError) -> None:
        if not self._trouble.done():
            self._trouble.set_exception(error)
