"""A server that is not Discord's own: it names the charset of its answers, and sends the fewest keys it can."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.settings import Settings
from adapters.discord.snowflakes import first_at
from bot.errors import Unreachable
from bot.events import Invocation, Message, MessageRef, Place, Reaction
from bot.replies import Post, Reply, Target
from tests.adapters.host import RecordingHost
from tests.simulators.people import eventually

from .conftest import MENU

BOT = {"id": "1", "username": "Regulars"}


class LesserServer:
    """Just enough of a Discord to talk over."""

    def __init__(self) -> None:
        self.next: list[web.Response] = []
        """What the next posts are answered with."""
        self.posted: list[dict[str, Any]] = []
        self.written: list[dict[str, Any]] = []
        self.resumed = False
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
            case "GET", "/channels/20":
                return web.json_response({"message": "Not Found"}, status=404)
            case "GET", "/channels/20/messages":
                return web.json_response(self.written)
            case "POST", path:
                self.posted.append({"path": path} | await request.json())
                return self.next.pop() if self.next else web.json_response({"id": 900})
            case _:
                return web.json_response([])

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}})
        async for message in socket:
            if message.json()["op"] == 6:
                self.resumed = True
                await self.dispatch("RESUMED", {})
            if message.json()["op"] == 2:
                await self.dispatch("READY", {"user": {"id": "1"}, "session_id": "s"})
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


@pytest.fixture
def host() -> RecordingHost:
    return RecordingHost(MENU)


@pytest.fixture
async def adapter(server: LesserServer, host: RecordingHost) -> AsyncIterator[DiscordAdapter]:
    adapter = DiscordAdapter(Settings(api_url=f"http://{server.address}", token=SecretStr("t")))
    task = asyncio.create_task(adapter.run(host))
    await eventually(lambda: host.connections)
    yield adapter
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


ADA = {"id": "7", "username": "ada"}
PLACE = Place("discord", "10", "20")


async def test_talking_over_the_fewest_keys(server, host, adapter):
    await server.dispatch("GUILD_CREATE", {"id": "10", "channels": [{"id": "20"}]})
    author = ADA
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


async def test_no_address_to_resume_at_means_the_same_one(server, host, adapter):
    await server.socket.close(code=4000)
    await eventually(lambda: server.resumed)
    assert host.connections == 1


async def test_ids_may_be_numbers(server, host, adapter):
    await server.dispatch("GUILD_CREATE", {"id": 10, "channels": [{"id": 20}], "roles": [{"id": 5}]})
    author, member = {"id": 7, "username": "ada"}, {"roles": [5], "nick": None}
    said = {"id": 100, "channel_id": 20, "guild_id": 10, "author": author, "member": member, "content": "how?"}
    await server.dispatch("MESSAGE_CREATE", said)
    event = await host.hears(Message)
    assert (event.id, event.place, event.member.roles) == ("100", PLACE, ("5",))
    await server.dispatch("MESSAGE_CREATE", said | {"id": 101, "author": {"id": 1}, "content": "the bot's own"})
    await server.dispatch("MESSAGE_CREATE", said | {"id": 102})
    await eventually(lambda: len(host.of(Message)) == 2)
    assert host.of(Message)[-1].id == "102"


async def test_what_comes_now_is_new_whatever_its_id_says(server, host, adapter):
    before = time.time() * 1000
    for id in ("3", "one", "175928847299117063"):
        said = {"id": id, "channel_id": "20", "author": ADA, "content": "how?", "timestamp": "2016-04-30T11:18:25Z"}
        await server.dispatch("MESSAGE_CREATE", said)
    await eventually(lambda: len(host.of(Message)) == 3)
    assert all(before - 1 <= event.at <= time.time() * 1000 for event in host.of(Message))


@pytest.mark.parametrize("empty", ["author", "member", "mentions", "mention_roles", "embeds", "type", "flags", "nonce"])
async def test_null_is_nothing(server, host, adapter, empty):
    said = {"id": "100", "channel_id": "20", "author": ADA, "content": "how?"}
    await server.dispatch("MESSAGE_CREATE", said | {empty: None})
    await server.dispatch("MESSAGE_CREATE", said | {"id": "101"})
    heard = await host.hears(Message, 1 if empty == "author" else 2)
    assert heard.id == "101"


async def test_a_payload_that_is_not_as_documented_is_one_line_in_the_log(server, host, adapter, caplog):
    await server.dispatch("MESSAGE_CREATE", {"id": "1"})
    await server.dispatch("MESSAGE_CREATE", {"id": "100", "channel_id": "20", "author": ADA, "content": "how?"})
    await host.hears(Message)
    assert "could not be read (KeyError: 'channel_id')" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (web.Response(status=429, headers={"Retry-After": "1.5"}), 1.5),
        (web.Response(status=429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), 5.0),
        (web.json_response([], status=429, headers={"Via": "1.1 proxy"}), None),
        (web.Response(), None),
    ],
)
async def test_an_odd_answer_to_a_post_is_worth_another_try(server, adapter, answer, wait):
    server.next.append(answer)
    post = Post("key", Target(PLACE), Reply("Like so."))
    with pytest.raises(Unreachable) as refused:
        await adapter.send(post, again=False)
    assert refused.value.retry_after == wait
    assert (await adapter.send(post, again=True)).ref == MessageRef(PLACE, "900")


async def test_a_server_without_threads_or_descriptions_is_read(server, adapter):
    now = int(time.time() * 1000)
    written = {"id": str(first_at(now)), "author": ADA, "content": "how?"}
    server.written.append(written)
    assert [event.text async for event in adapter.history(PLACE, now - 1000)] == ["how?"]
