"""What can go wrong with Slack, on demand."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from tests.simulators.people import Clock

from .envelopes import Envelope, Road
from .sockets import Sockets

Deliver = Callable[[Envelope], None]


@dataclass(slots=True)
class Fault:
    """Something that happens to the next ``times`` calls of a method (``*`` for any)."""

    kind: str
    method: str
    times: int
    value: float = 0


class Faults:
    """Orders for mishaps; each is used up as it happens."""

    def __init__(self, clock: Clock, sockets: Sockets) -> None:
        self._clock, self._sockets = clock, sockets
        self._planned: list[Fault] = []
        self._duplicates = 0
        self._held: list[Envelope] = []
        self._hold = 0

    # -- Web API ------------------------------------------------------------------------------------------------------

    def rate_limit(self, method: str, *, times: int = 1, retry_after: int = 1) -> None:
        """The next calls are answered 429 with ``Retry-After``."""
        self._planned.append(Fault("ratelimited", method, times, retry_after))

    def fail(self, method: str, *, times: int = 1, status: int = 500) -> None:
        """The next calls are answered with this HTTP status and nothing happens."""
        self._planned.append(Fault("status", method, times, status))

    def drop_before(self, method: str, *, times: int = 1) -> None:
        """The connection is reset before the call is carried out."""
        self._planned.append(Fault("before", method, times))

    def drop_after(self, method: str, *, times: int = 1) -> None:
        """The call is carried out, then the connection is reset without an answer."""
        self._planned.append(Fault("after", method, times))

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        """The call is carried out and the answer comes this much later."""
        self._planned.append(Fault("delay", method, times, seconds))

    def silence(self, method: str, *, times: int = 1, accepted: bool = False) -> None:
        """The call is never answered; with ``accepted`` it is carried out all the same."""
        self._planned.append(Fault("silence" if accepted else "ignored", method, times))

    def take(self, method: str) -> Fault | None:
        """The fault meant for this call, if any; used up by asking."""
        fault = next((fault for fault in self._planned if fault.method in {method, "*"}), None)
        if fault:
            fault.times -= 1
            if fault.times == 0:
                self._planned.remove(fault)
        return fault

    async def before(self, fault: Fault | None, request: web.Request) -> web.Response | None:
        """What happens before a call is carried out; an answer ends it."""
        match fault:
            case Fault("status"):
                return web.Response(status=int(fault.value), text="")
            case Fault("before"):
                reset(request)
                return web.Response(status=500)
            case Fault("ignored"):
                await asyncio.Event().wait()
        return None

    async def after(self, fault: Fault | None, request: web.Request) -> None:
        """What happens when a call was carried out, before its answer."""
        match fault:
            case Fault("after"):
                reset(request)
            case Fault("delay"):
                await self._clock.sleep(fault.value)
            case Fault("silence"):
                # Cancelled with the connection, so nothing waits for ever.
                await asyncio.Event().wait()

    # -- Socket Mode --------------------------------------------------------------------------------------------------

    def drop_socket(self, *, every: bool = False) -> None:
        """Cut the oldest connection, or every one, without a close frame."""
        for connection in self._sockets.connections[: None if every else 1]:
            connection.abort()

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask all connections to be renewed: ``warning``, ``refresh_requested`` or ``too_many_websockets``."""
        self._sockets.disconnect(reason)

    def mute(self, silent: bool = True) -> None:
        """Open connections swallow everything, pings included, until ``mute(False)``."""
        for connection in self._sockets.connections:
            connection.mute = silent

    # -- events -------------------------------------------------------------------------------------------------------

    def duplicate(self, times: int = 1) -> None:
        """The next events are delivered twice, under the same ``event_id``."""
        self._duplicates += times

    def reorder(self, count: int = 2) -> None:
        """The next ``count`` events are held back and then delivered last first."""
        self._hold = count

    def route(self, envelope: Envelope, road: Road) -> None:
        """Send an envelope along the road, through the mishaps ordered for events."""
        if envelope.kind != "events_api":
            return road.send(envelope)
        if self._hold:
            self._held.append(envelope)
            if len(self._held) < self._hold:
                return None
            ready, self._held, self._hold = self._held[::-1], [], 0
        else:
            ready = [envelope]
        for item in ready:
            road.send(item)
            if self._duplicates:
                self._duplicates -= 1
                road.send(item.again())
        return None


def reset(request: web.Request) -> None:
    """Break the TCP connection under a request, with RST instead of a polite end."""
    transport = request.transport
    if transport is None:
        return
    if raw := transport.get_extra_info("socket"):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
