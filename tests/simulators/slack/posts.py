"""The Events API over HTTP: signed requests, answers within three seconds, and retries (docs: "Events API").

Commands and interactions are form bodies and never sent again; events are JSON and are retried at once, after a minute
and after five.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import urlencode

import aiohttp

from tests.simulators.people import Clock

from .envelopes import Answer, Envelope
from .sockets import ACK_SECONDS
from .state import Json

RETRY_AFTER = (0.0, 60.0, 300.0)


class Posts:
    """POSTs envelopes to ``url``."""

    def __init__(self, clock: Clock, secret: str, note: Callable[[str], None]) -> None:
        self._clock, self._secret, self._note = clock, secret, note
        self.url: str | None = None
        self.given_up: list[Envelope] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: dict[str, Envelope] = {}
        self._session: aiohttp.ClientSession | None = None

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    @property
    def unacked(self) -> list[Envelope]:
        return [*self.given_up, *self._waiting.values()]

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def send(self, envelope: Envelope) -> None:
        self._waiting[envelope.id] = envelope
        task = asyncio.create_task(self._deliver(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, envelope: Envelope) -> None:
        reason = await self._attempt(envelope, {})
        for number, pause in enumerate(RETRY_AFTER, start=1):
            if reason is None or not envelope.retried:
                break
            await self._clock.sleep(pause)
            envelope.attempt = number
            retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
            reason = await self._attempt(envelope, retry)
        self._waiting.pop(envelope.id, None)
        envelope.acked = reason is None
        if reason is not None:
            self.given_up.append(envelope)
            if envelope.failed:
                envelope.failed()

    async def _attempt(self, envelope: Envelope, headers: Mapping[str, str]) -> str | None:
        """One POST; returns why it failed, as Slack names it."""
        body, kind = envelope_body(envelope)
        post = asyncio.create_task(self.post(body, self.signed(body) | {"Content-Type": kind, **headers}))
        limit = asyncio.create_task(self._clock.sleep(ACK_SECONDS))
        try:
            await asyncio.wait({post, limit}, return_when=asyncio.FIRST_COMPLETED)
            if not post.done():
                return "http_timeout"
            status, text, told = post.result()
        except aiohttp.ClientError:
            return "connection_failed"
        finally:
            await _end(post, limit)
        if 200 <= status < 300:
            self._answered(envelope, text, told)
            return None
        # Slack stops trying when the app says so.
        return None if told.get("X-Slack-No-Retry") == "1" and envelope.retried else "http_error"

    def _answered(self, envelope: Envelope, text: str, headers: Mapping[str, str]) -> None:
        answer = answer_of(text, headers)
        if answer and not envelope.accepts_answer and envelope.kind != "events_api":
            self._note(f"HTTP: the answer to {envelope.name} has a body nobody reads")
        if envelope.answered:
            envelope.answered(answer)

    def signed(self, body: str, *, timestamp: str | None = None, secret: str | None = None) -> dict[str, str]:
        """The two signature headers (docs: "Verifying requests from Slack").

        The time is the machine's, not the simulator's clock: the receiver compares it with the machine's as well.
        """
        stamp = str(int(time.time())) if timestamp is None else timestamp
        base = f"v0:{stamp}:{body}".encode()
        digest = hmac.new((secret or self._secret).encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def post(self, body: str, headers: Mapping[str, str]) -> tuple[int, str, Mapping[str, str]]:
        """A raw request to the app's address: status, text and headers of the answer."""
        if self.url is None:
            raise AssertionError("there is no address to deliver to: deliver_to(url) first")
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(self.url, data=body.encode(), headers=dict(headers)) as response:
            return response.status, await response.text(), response.headers


def envelope_body(envelope: Envelope) -> tuple[str, str]:
    """Body and content type of an envelope over HTTP."""
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload, ensure_ascii=False), "application/json"
    form = envelope.payload if envelope.kind == "slash_commands" else {"payload": json.dumps(envelope.payload)}
    written = {key: str(value).lower() if isinstance(value, bool) else value for key, value in form.items()}
    return urlencode(written), "application/x-www-form-urlencoded"


def answer_of(text: str, headers: Mapping[str, str]) -> Answer:
    """The body of an answer: JSON if it says so, else plain text."""
    if not text:
        return None
    if headers.get("Content-Type", "").startswith("application/json"):
        decoded: Json = json.loads(text)
        return decoded
    return text


async def _end(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError, aiohttp.ClientError):
            await task
