"""One websocket to the gateway: frames go out in order, compressed as one stream if the client asked for that."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
import struct
import zlib
from collections import deque
from typing import Any

from aiohttp import web

PACE = 120, 60.0
"""Frames a client may send in so many seconds (events/gateway, Rate Limiting)."""


def reset(transport: asyncio.BaseTransport | None) -> None:
    """Cut a TCP connection the hard way: the other side sees a reset, not an orderly end."""
    if transport is None or transport.is_closing():
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
    assert isinstance(transport, asyncio.WriteTransport)
    transport.abort()


class Connection:
    """Sends from a queue, so that announcing an event never waits for a slow client."""

    def __init__(self, *, compress: bool) -> None:
        self.socket = web.WebSocketResponse(autoping=True, compress=False, max_msg_size=0)
        self.known = False
        """Whether IDENTIFY or RESUME went well."""
        self.silent = False
        """A fault: events are not sent, heartbeats are still answered."""
        self.deaf = False
        """A fault: events are not even kept for a RESUME."""
        self.ended = False
        """Whether this side has ended it."""
        self._request: web.Request | None = None
        # One context for the whole connection (events/gateway, Transport Compression).
        self._compressor = zlib.compressobj(level=1) if compress else None
        self._queue: deque[str | int] = deque()
        self._waiting = asyncio.Event()
        self._idle = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._received: deque[float] = deque()

    async def open(self, request: web.Request) -> None:
        self._request = request
        await self.socket.prepare(request)
        self._writer = asyncio.create_task(self._write())

    def send(self, frame: str, *, always: bool = False) -> None:
        """Queue a frame; a silent connection swallows all but those sent ``always``."""
        if not self.silent or always:
            self._queue.append(frame)
            self._waiting.set()

    def send_op(self, op: int, data: Any, *, always: bool = False) -> None:
        self.send(json.dumps({"op": op, "d": data, "s": None, "t": None}), always=always)

    def close(self, code: int) -> None:
        """Close after what is already queued."""
        self.ended = True
        self._queue.append(code)
        self._waiting.set()

    def reset(self) -> None:
        """Drop the TCP connection at once; queued frames are lost on the way."""
        self.ended = True
        self._queue.clear()
        if self._request is not None:
            reset(self._request.transport)

    async def drained(self) -> None:
        """Wait until everything queued has been handed to the socket."""
        while self._queue and self._writer and not self._writer.done():
            self._idle.clear()
            await self._idle.wait()

    async def _write(self) -> None:
        try:
            while True:
                while self._queue:
                    await self._put(self._queue.popleft())
                self._idle.set()
                self._waiting.clear()
                await self._waiting.wait()
        except ConnectionError:
            self._queue.clear()
        finally:
            self._idle.set()

    async def _put(self, frame: str | int) -> None:
        if isinstance(frame, int):
            await self.socket.close(code=frame)
            raise ConnectionResetError
        if self._compressor is None:
            await self.socket.send_str(frame)
        else:
            packed = self._compressor.compress(frame.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)

    def within_pace(self, now: float) -> bool:
        """Note a received frame; ``False`` if the client sends too many."""
        frames, seconds = PACE
        self._received.append(now)
        while now - self._received[0] > seconds:
            self._received.popleft()
        return len(self._received) <= frames

    async def finish(self) -> None:
        """End the writer, after it has sent a close frame that is still queued."""
        if self._writer is None:
            return
        if not any(isinstance(frame, int) for frame in self._queue) or self.socket.closed:
            self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
