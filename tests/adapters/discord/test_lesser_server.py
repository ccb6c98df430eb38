"""A server that is not Discord's own: it names the charset of its answers, and sends the fewest keys it can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.settings import Settings
from bot.events import Invocation, Message, Reaction
from bot.replies import Post, Reply, Target
from tests.adapters.host import RecordingHost
from tests.simulators.people import eventually

from .conftest import MENU

BOT = {"id": "1", "username": "Regulars", "discriminator": "0", "avatar": None}


class LesserServer:
    """Just enough of a Discord to talk over."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.socket: web.WebSocketResponse | None = None
        self.address = ""
        self._sent = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        match request.method, request.path.removeprefix("/api/v10"):
            case "GET", "/users/@me":
                return web.json_response(BOT)
            case "GET", "/oauth2/applications/@me":
                return web.json_response({"id": "2"})
            case "GET", "/gateway":
                return web.json_response({"url": f"ws://{self.address}/ws"})
            case "GET", "/applications/2/commands":
                return web.json_response([])
            case "POST", path:
                self.posted.append({"path": path} | await request.json())
                return web.json_response({"id": "900"})
            case _:
                return web.json_response([])

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}})
        async for message in socket:
            if message.json()["op"] == 2:
                ready = {"user": {"id": "1"}, "session_id": "s", "resume_gateway_url": f"ws://{self.address}/ws"}
                await self.dispatch("READY", ready)
        return socket

    async def dispatch(self, name: str, data: dict[str, Any]) -> None:
        assert self.socket
        self._sent += 1
        await self.socket.send_json({"op": 0, "t": name, "s": self._sent, "d": data})


@pytest.fixture
async def server() -> AsyncIterator[LesserServer]:
    lesser, application = LesserServer(), web.Application()
    application.router.add_get("/ws", lesser.gateway)
    application.router.add_route("*", "/{rest:.*}", lesser.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    lesser.address = f"127.0.0.1:{runner.addresses[0][1]}"
    yield lesser
    await runner.cleanup()


async def test_talking_over_the_fewest_keys(server):
    host = RecordingHost(MENU)
    adapter = DiscordAdapter(Settings(api_url=f"http://{server.address}", token=SecretStr("t")))
    task = asyncio.create_task(adapter.run(host))
    await eventually(lambda: host.connections)
    await server.dispatch("GUILD_CREATE", {"id": "10", "channels": [{"id": "20"}]})
    author = {"id": "7", "username": "ada"}
    await server.dispatch(
        "MESSAGE_CREATE", {"id": "100", "channel_id": "20", "guild_id": "10", "author": author, "content": "<@1> how?"}
    )
    event = await host.hears(Message)
    assert (event.text, event.addressed, event.place.address) == ("how?", True, "discord:10/20")
    sent = await adapter.send(Post("key", Target(event.place, "100"), Reply("Like so.", title="Export")), again=False)
    assert (sent.ref.id, server.posted[-1]["embeds"][0]["description"]) == ("900", "Like so.")
    await server.dispatch(
        "MESSAGE_REACTION_ADD",
        {"user_id": "7", "message_id": "900", "channel_id": "20", "guild_id": "10", "emoji": {"name": "👍"}},
    )
    assert (await host.hears(Reaction)).emoji == "thumbsup"
    asked = {"id": "101", "application_id": "2", "type": 2, "token": "t", "channel_id": "20", "guild_id": "10"}
    await server.dispatch("INTERACTION_CREATE", asked | {"data": {"name": "ask"}, "member": {"user": author}})
    invocation = await host.hears(Invocation)
    await adapter.send(Post("k2", Target(event.place, handle=invocation.handle), Reply("Here.")), again=False)
    assert server.posted[-1]["data"]["content"] == "Here."
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
