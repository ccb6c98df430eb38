"""Browser tabs without a browser: sockets that speak what the page speaks. Hundreds of them fit into a process."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from typing import Any

import aiohttp
import socketio

START = re.compile(r'<script[^>]* id="start">(.*?)</script>', re.DOTALL)


class Tab:
    """One open page. It remembers when it was told what."""

    def __init__(self, address: str, socket: socketio.AsyncClient) -> None:
        self._address = address
        self._socket = socket
        self._calls = itertools.count(1)
        self._next = 0
        self.told_at: dict[str, float] = {}
        """When a message was seen first, by its id; and an answer of the bot, by ``answer to`` and the id."""
        self.twice = 0
        """Numbers that came a second time."""

    async def open(self, session: aiohttp.ClientSession, path: str) -> None:
        """Load the page, then connect, as a browser does; waits where the gate asks to come again."""
        found = None
        for _ in range(60):
            async with session.get(self._address + path) as page:
                found = START.search(await page.text())
            if found:
                break
            await asyncio.sleep(0.5)
        assert found, page.status
        given = json.loads(found[1])["socket"]
        self._client, self._next = given["client_id"], given["next_message_id"]
        query = "&".join(f"{name}={value}" for name, value in given.items())
        query += f"&tab_id={self._client}&document_id={self._client}&implicit_handshake=true"
        self._socket.on("told", self._told)
        await connected(self._socket, f"{self._address}/?{query}")

    async def _told(self, given: dict[str, Any]) -> None:
        if given["_id"] < self._next:
            self.twice += 1
            return
        self._next = given["_id"] + 1
        told = given["told"]
        if told["is"] == "message":
            message = told["message"]
            self.told_at.setdefault(message["id"], time.perf_counter())
            if message["voice"] == "bot" and message["replyTo"]:
                self.told_at.setdefault(f"answer to {message['replyTo']}", time.perf_counter())

    async def says(self, id: str, channel: str, text: str) -> None:
        """Like somebody who writes."""
        said = {"do": "say", "id": id, "channel": channel, "text": text, "call": next(self._calls)}
        await self._socket.emit("call", said)

    async def acknowledges(self) -> None:
        """What was told need not be kept for this tab."""
        await self._socket.emit("ack", {"client_id": self._client, "next_message_id": self._next})

    async def close(self) -> None:
        await self._socket.disconnect()


async def connected(socket: socketio.AsyncClient, address: str) -> None:
    """Connect; again where the gate asks to come later."""
    for _ in range(60):
        try:
            await socket.connect(address, transports=["websocket"], socketio_path="/_nicegui_ws/socket.io")
        except socketio.exceptions.ConnectionError:
            await asyncio.sleep(0.5)
        else:
            return
    raise RuntimeError("no connection")
