"""Bots that are broken on purpose: what ``kill`` must find fault with, so that its silence about the real one counts.

Each function changes the running process only, and is called by nothing but the benchmark.
"""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from adapters.discord.adapter import DiscordAdapter
from adapters.slack.adapter import SlackAdapter
from bot.pipeline.dispatch import Dispatcher, Outcome
from bot.replies import Post, Sent
from bot.storage.writer import Writer

SENDING_S, WORKING_S = 0.3, 3.0
"""How much longer what is broken takes, so that a kill meets it more often."""


def forgets_what_it_sent() -> None:
    """A sender without a nonce, without metadata and without a look at what stands already: it doubles."""
    for adapter in (DiscordAdapter, SlackAdapter):
        adapter.send = _careless(adapter.send)


def _careless(send: Callable[..., Any]) -> Callable[..., Any]:
    async def sends(self: object, post: Post, *, again: bool) -> Sent:
        sent: Sent = await send(self, replace(post, key=uuid.uuid4().hex[:20]), again=False)
        await asyncio.sleep(SENDING_S)
        return Sent(post.key, sent.ref)

    return sends


def keeps_events_in_memory() -> None:
    """An inbox that stores nothing: what was accepted is lost with the process."""
    numbers, seen = itertools.count(1_000_000), set[tuple[str, str]]()

    async def add_new(
        self: Writer, table: object, row: Mapping[str, Any], then: Callable[[int | None], None] | None = None
    ) -> int | None:
        key = row["platform"], row["key"]
        number = None if key in seen else next(numbers)
        seen.add(key)
        if then:
            then(number)
        return number

    dispatch = Dispatcher.dispatch

    async def later(self: Dispatcher, event: Any) -> Outcome:
        await asyncio.sleep(WORKING_S)
        return await dispatch(self, event)

    Writer.add_new = add_new
    Dispatcher.dispatch = later


BROKEN: dict[str, Callable[[], None]] = {
    "forgets what it sent": forgets_what_it_sent,
    "keeps events in memory": keeps_events_in_memory,
}
