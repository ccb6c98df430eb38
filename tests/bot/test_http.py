"""The one HTTP port: each adapter answers its own path, whichever comes first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route as Page

from bot.adapter import Route
from bot.errors import ConfigError
from bot.http import address_of, bound, server
from tests.simulators.people import eventually


@pytest.fixture
async def port() -> AsyncIterator[httpx.AsyncClient]:
    """A server of a health page, of Slack's path and of the community, whose path holds all others."""
    pages = [Page("/livez", lambda _: PlainTextResponse("alive"))]
    routes = [Route("/", PlainTextResponse("community")), Route("/slack/events", PlainTextResponse("slack"))]
    with contextlib.closing(bound("127.0.0.1", 0)) as socket:
        running = server(pages, routes)
        task = asyncio.create_task(running.serve(sockets=[socket]))
        await eventually(lambda: running.started)
        async with httpx.AsyncClient(base_url=address_of(socket)) as client:
            yield client
        running.should_exit = True
        await task


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/livez", "alive"),
        ("/slack/events", "slack"),
        ("/slack/events/", "slack"),
        ("/slack", "community"),
        ("/", "community"),
        ("/c/general", "community"),
    ],
)
async def test_each_path_has_one_who_answers(port: httpx.AsyncClient, path: str, who: str) -> None:
    assert (await port.get(path)).text == who
    if who != "alive":
        assert (await port.post(path, json={})).text == who


def test_a_taken_port_is_named_with_its_setting() -> None:
    with contextlib.closing(bound("127.0.0.1", 0)) as first:
        first.listen()
        taken = first.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"\[web\] port {taken} on 127.0.0.1 cannot be used"):
            bound("127.0.0.1", taken)
