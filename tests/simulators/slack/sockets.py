"""Socket Mode: connections, envelopes and their acknowledgement (docs: "Using Socket Mode").

Each envelope goes to one of the open connections. Not acknowledged within three seconds it is sent again, over any of
them, at most three times; what a person waits for is never sent again.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress

from aiohttp import WSMsgType, web

from tests.simulators.people import Clock

from .envelopes import Envelope
from .state import Json

ACK_SECONDS = 3.0
MOST_RETRIES = 3
MOST_CONNECTIONS = 10


class Connection:
    """One open websocket; a writer task keeps senders from waiting."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.transport = request.transport
        self.mute = False
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, text: str) -> None:
        self._outgoing.put_nowait(text)

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                text = await self._outgoing.get()
                # A silent socket swallows what it is given, as a half-dead network does.
                if not self.mute:
                    await self.socket.send_str(text)

    async def close(self) -> None:
        self._writer.cancel()
        with suppress(asyncio.CancelledError):
            await self._writer

    def abort(self) -> None:
        """Cut it without a word."""
        if self.transport is not None:
            self.transport.abort()


class Sockets:
    """All Socket Mode connections of the app."""

    def __init__(self, clock: Clock, app_id: str, note: Callable[[str], None]) -> None:
        self._clock, self._app_id, self._note = clock, app_id, note
        self.connections: list[Connection] = []
        self.opened = 0
        """How many connections were ever made."""
        self.given_up: list[Envelope] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, Envelope] = {}
        self._closed: set[str] = set()
        self._due: deque[tuple[float, Envelope]] = deque()
        self._turn = itertools.count()
        self._something_due = asyncio.Event()
        self._sweeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        if self._sweeper:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        for connection in list(self.connections):
            connection.abort()

    def ticket(self) -> str:
        """A secret for one connection, part of the address apps.connections.open returns."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    # -- sending ------------------------------------------------------------------------------------------------------

    @property
    def unacked(self) -> list[Envelope]:
        """Envelopes not acknowledged: given up, or still waiting."""
        return [*self.given_up, *self._waiting.values()]

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def send(self, envelope: Envelope) -> None:
        self._waiting[envelope.id] = envelope
        self._post(envelope, envelope_text(envelope))

    def flood(self, batch: Iterable[tuple[Envelope, str]]) -> None:
        """Send what was written before, so that writing JSON costs the measured time nothing."""
        for envelope, text in batch:
            self._waiting[envelope.id] = envelope
            self._post(envelope, text)

    def _post(self, envelope: Envelope, text: str) -> None:
        if self.connections:
            self.connections[next(self._turn) % len(self.connections)].send(text)
        if envelope.redeliver:
            self._due.append((self._clock.now() + ACK_SECONDS, envelope))
            self._something_due.set()

    async def _sweep(self) -> None:
        """Deal with envelopes whose three seconds are over; they fall due in the order they were sent."""
        while True:
            if not self._due:
                self._something_due.clear()
                await self._something_due.wait()
            due, envelope = self._due[0]
            if envelope.acked or due <= self._clock.now():
                self._due.popleft()
                self._overdue(envelope)
            else:
                await self._clock.sleep(due - self._clock.now())

    def _overdue(self, envelope: Envelope) -> None:
        if envelope.acked:
            return
        if envelope.retried and envelope.attempt < MOST_RETRIES:
            envelope.attempt += 1
            self._post(envelope, envelope_text(envelope))
            return
        self._waiting.pop(envelope.id, None)
        self.given_up.append(envelope)
        if envelope.failed:
            envelope.failed()

    # -- receiving ----------------------------------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One websocket from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.discard(ticket)
        # Pings are answered by hand, so that a fault can leave them unanswered.
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_str(json.dumps({"type": "disconnect", "reason": "too_many_websockets"}))
            await socket.close()
            return socket
        await self._talk(Connection(socket, request))
        return socket

    async def _talk(self, connection: Connection) -> None:
        self.opened += 1
        self.connections.append(connection)
        connection.send(json.dumps(self._hello()))
        try:
            async for message in connection.socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
                elif message.type is WSMsgType.PING and not connection.mute:
                    await connection.socket.pong(message.data)
        finally:
            self.connections.remove(connection)
            await connection.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "applink-sim-1", "build_number": 1, "approximate_connection_time": 18060},
        }

    def _acknowledge(self, text: str) -> None:
        ack = json.loads(text)
        envelope = self._waiting.pop(ack.get("envelope_id", ""), None)
        if envelope is None:
            self._note_stray(ack.get("envelope_id"))
            return
        envelope.acked = True
        self._closed.add(envelope.id)
        payload = ack.get("payload") or None
        if payload and not envelope.accepts_answer:
            self._note(f"Socket Mode: the acknowledgement of {envelope.name} carries a payload nobody reads")
        if envelope.answered:
            envelope.answered(payload)

    def _note_stray(self, envelope_id: object) -> None:
        # A late or second acknowledgement is harmless; one for something never sent is not.
        if envelope_id not in self._closed and all(envelope.id != envelope_id for envelope in self.given_up):
            self._note(f"Socket Mode: acknowledgement of an unknown envelope {envelope_id}")

    # -- what Slack may do to connections -----------------------------------------------------------------------------

    def disconnect(self, reason: str) -> None:
        """Announce the end of every connection; the app opens new ones."""
        told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sim-1"}}
        for connection in list(self.connections):
            connection.send(json.dumps(told))


def envelope_text(envelope: Envelope) -> str:
    """The frame as sent."""
    told: Json = {
        "envelope_id": envelope.id,
        "type": envelope.kind,
        "payload": envelope.payload,
        "accepts_response_payload": envelope.accepts_answer,
    }
    if envelope.kind == "events_api":
        told |= {"retry_attempt": envelope.attempt, "retry_reason": "timeout" if envelope.attempt else ""}
    return json.dumps(told, ensure_ascii=False)
