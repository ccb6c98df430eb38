"""A server that is not Slack's own: it leaves out what it can, and takes reads one way only."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from adapters.slack.adapter import SlackAdapter
from adapters.slack.inbound import heard
from adapters.slack.settings import Settings
from bot.errors import SetupError, Unreachable
from bot.events import Invocation, Member, Message, MessageRef, Place, Press, Reaction, Submission
from bot.replies import Button, Post, Reply, Target
from tests.adapters.host import RecordingHost
from tests.adapters.slack.conftest import MENU, running
from tests.adapters.slack.test_inbound import ME
from tests.simulators.people import eventually

HELP = Place("slack", "T1", "C1")
QUESTION = "1355517523.000005"


class LesserServer:
    """Just enough of a Slack to talk over."""

    def __init__(self) -> None:
        self.verb = "POST"
        """How it takes reads."""
        self.me: dict[str, Any] = {"user_id": "UBOT"}
        self.answers: dict[str, dict[str, Any]] = {}
        """Method -> what it answers besides ``ok``."""
        self.next: list[web.Response] = []
        """What the next posts are answered with, once they stand."""
        self.posted: list[dict[str, Any]] = []
        self.socket: web.WebSocketResponse | None = None
        self.acks: list[dict[str, Any]] = []
        self.address = ""

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        match method:
            case "auth.test":
                told = self.me
            case "apps.connections.open":
                told = {"url": f"ws://{self.address}/link/deep/?ticket=t&app=1"}
            case "chat.postMessage":
                return self._post(await request.json())
            case "conversations.history" | "conversations.replies" | "reactions.get" | "usergroups.users.list":
                if request.method != self.verb:
                    return web.Response(status=404, text="no such route")
                told = self.answers.get(method, {})
            case _:
                told = {}
        return web.Response(body=json.dumps({"ok": True} | told), content_type="application/json", charset="utf-8")

    def _post(self, given: dict[str, Any]) -> web.Response:
        self.posted.append(given)
        return self.next.pop() if self.next else web.json_response({"ok": True})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        async for message in socket:
            self.acks.append(message.json())
        return socket

    async def send(self, type: str, payload: dict[str, Any]) -> None:
        assert self.socket
        await self.socket.send_json({"envelope_id": str(time.time_ns()), "type": type, "payload": payload})

    async def event(self, **event: Any) -> None:
        await self.send("events_api", {"type": "event_callback", "team_id": "T1", "event": event})


@pytest.fixture
async def server() -> AsyncIterator[LesserServer]:
    lesser, application = LesserServer(), web.Application()
    application.router.add_get("/link/deep/", lesser.link)
    application.router.add_route("*", "/api/{method}", lesser.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    lesser.address = f"127.0.0.1:{runner.addresses[0][1]}"
    yield lesser
    await runner.cleanup()


@pytest.fixture
def host() -> RecordingHost:
    return RecordingHost(MENU, frozenset({"S1"}))


def made(server: LesserServer) -> SlackAdapter:
    tokens = {"bot_token": SecretStr("xoxb-1"), "app_token": SecretStr("xapp-1")}
    return SlackAdapter(Settings(api_url=f"http://{server.address}", connections=1, **tokens))


@pytest.fixture
async def adapter(server: LesserServer, host: RecordingHost) -> AsyncIterator[SlackAdapter]:
    adapter = made(server)
    async with running(adapter, host):
        await eventually(lambda: server.socket)
        yield adapter


async def test_events_over_the_fewest_keys(server: LesserServer, host: RecordingHost, adapter: SlackAdapter) -> None:
    await server.event(type="message", channel="C1", user="U1", text="<@UBOT> how?", ts=QUESTION)
    question = await host.hears(Message)
    assert (question.place, question.id, question.text, question.addressed) == (HELP, QUESTION, "how?", True)
    assert abs(time.time() * 1000 - question.at) < 5000, "what comes now is new, whatever its time stamp says"
    item = {"type": "message", "channel": "C1", "ts": "2.0"}
    for name in ("reaction_added", "reaction_removed"):
        await server.event(type=name, user="U1", reaction="+1", item=item)
    assert (await host.hears(Reaction, 2)).emoji == "thumbsup"
    await eventually(lambda: len(server.acks) == 3)


def test_without_an_id_an_event_is_known_by_what_it_says() -> None:
    item = {"type": "message", "channel": "C1", "ts": "2.0"}
    body = {"event": {"type": "reaction_added", "user": "U1", "reaction": "+1", "item": item}, "event_time": 1712345678}
    told = heard(body, ME)
    assert told == heard(body, ME) != heard({**body, "event_time": 1712345679}, ME)
    assert told
    assert told.at == 1712345678000


async def test_what_people_do_over_the_fewest_keys(
    server: LesserServer, host: RecordingHost, adapter: SlackAdapter
) -> None:
    where = {"channel_id": "C1", "user_id": "U1", "team_id": "T1"}
    for text in ("share one", "share two"):
        await server.send("slash_commands", {"command": "/regulars", "text": text, **where})
    assert (await host.hears(Invocation, 2)).line == "two"
    action = {"action_id": "Answers.helped|0", "value": "k"}
    pressed = {"user": {"id": "U1"}, "channel": {"id": "C1"}, "message": {"ts": "2.0"}, "team": {"id": "T1"}}
    await server.send("interactive", {"type": "block_actions", "actions": [action], **pressed})
    assert (await host.hears(Press)).target == MessageRef(HELP, "2.0")
    opened = {"value": "k", "channel": "C1", "thread": None, "message": "2.0", "handle": None}
    view = {"id": "V1", "callback_id": "Feedback.why", "private_metadata": json.dumps(opened)}
    view["state"] = {"values": {"text": {"text": {"value": "because"}}}}
    await server.send("interactive", {"type": "view_submission", "user": {"id": "U1"}, "view": view})
    assert (await host.hears(Submission)).fields == {"text": "because"}


async def test_a_post_whose_answer_names_no_message(server: LesserServer, adapter: SlackAdapter) -> None:
    sent = await adapter.send(Post("k", Target(HELP, QUESTION), Reply("hello")), again=False)
    assert sent.ref is None
    assert len(server.posted) == 1


@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_reads_go_the_way_the_server_takes(server: LesserServer, adapter: SlackAdapter, verb: str) -> None:
    server.verb = verb
    asked = {"type": "message", "user": "U1", "text": "how?", "ts": QUESTION}
    # A server that takes no notice of the cursor gives the same page for ever.
    server.answers["conversations.history"] = {"messages": [asked], "response_metadata": {"next_cursor": "more"}}
    assert [event.text async for event in adapter.history(HELP, 0)] == ["how?"]
    reaction = {"name": "+1", "users": ["U1"]}
    server.answers["reactions.get"] = {"message": {"reactions": [reaction, {"name": "eyes"}]}}
    told = await adapter.reactions(MessageRef(HELP, "2.0"))
    assert told
    assert told.left == (("slack:T1/U1", "thumbsup"),)
    server.answers["usergroups.users.list"] = {"users": ["U1"]}
    assert await adapter.roles(Member("slack:T1/U1", "ada")) == {"S1"}


async def test_reads_that_find_nothing_say_only_ok(server: LesserServer, adapter: SlackAdapter) -> None:
    assert [event async for event in adapter.history(HELP, 0)] == []
    told = await adapter.reactions(MessageRef(HELP, "2.0"))
    assert told
    assert told.left == ()
    assert await adapter.roles(Member("slack:T1/U1", "ada")) == frozenset()


@pytest.mark.parametrize("answer", [web.Response(status=502), web.Response(), web.json_response({"ok": False})])
async def test_without_metadata_an_earlier_try_is_known_by_its_words(
    server: LesserServer, adapter: SlackAdapter, answer: web.Response
) -> None:
    server.next.append(answer)
    post = Post("k", Target(HELP, QUESTION), Reply("hello", buttons=(Button("Fine", "Answers.helped", "k"),)))
    with pytest.raises(Unreachable):
        await adapter.send(post, again=False)
    stands = {"user": "UBOT", "text": server.posted[0]["text"], "ts": "3.0", "thread_ts": QUESTION}
    server.answers["conversations.replies"] = {"messages": [{"user": "U1", "text": "how?", "ts": QUESTION}, stands]}
    sent = await adapter.send(post, again=True)
    assert sent.ref
    assert sent.ref.id == "3.0"
    assert len(server.posted) == 1


@pytest.mark.parametrize(("given", "wait"), [("0.5", 0.5), ("7", 7.0), ("soon", 5.0), (None, 5.0)])
async def test_how_long_to_wait(server: LesserServer, adapter: SlackAdapter, given: str | None, wait: float) -> None:
    server.next.append(web.Response(status=429, headers={"Retry-After": given} if given else {}))
    with pytest.raises(Unreachable) as refused:
        await adapter.send(Post("k", Target(HELP, QUESTION), Reply("hello")), again=False)
    assert refused.value.retry_after == wait


async def test_an_address_that_is_not_slacks(server: LesserServer, host: RecordingHost) -> None:
    server.me = {}
    with pytest.raises(SetupError, match="api_url"):
        await made(server).run(host)
