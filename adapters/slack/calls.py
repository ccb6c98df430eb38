"""Calls of the Web API, with its errors in the bot's own words."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.faults import fault, status_of
from adapters.slack.identity import Json
from bot.errors import Gone, Refused, Unreachable

_LONGEST_WAIT = 3
"""Seconds for which a call itself waits when asked to; the outbox waits longer without holding anything up."""
_TIMEOUT = 20
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_HOOKS = ("slack.com", "slack-gov.com")

# Below WARNING slack-sdk logs whole payloads, with response URLs in them.
SDK_LOG = logging.getLogger("adapters.slack.sdk")
SDK_LOG.setLevel(logging.WARNING)
# Bolt finds SLACK_BOT_TOKEN in the environment by itself, and warns at every start that it has another use for it.
SDK_LOG.addFilter(lambda record: "token` will be unused" not in record.getMessage())


class ShortWaits(AsyncRateLimitErrorRetryHandler):
    """Waits where Slack asks for a moment only.

    It replaces slack-sdk's own handlers, which would repeat a post whose answer got lost.
    """

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        waits = [value for key, values in response.headers.items() if key.lower() == "retry-after" for value in values]
        return bool(waits) and waits[0].isdigit() and int(waits[0]) <= _LONGEST_WAIT


def web_client(api_url: str, token: str) -> AsyncWebClient:
    handlers: list[AsyncRetryHandler] = [ShortWaits(max_retry_count=1)]
    client = AsyncWebClient(token, api_url, timeout=_TIMEOUT, retry_handlers=handlers, logger=SDK_LOG)
    if urlsplit(api_url).hostname in _LOOPBACK:
        # slack-sdk takes HTTPS_PROXY for every address and knows no NO_PROXY.
        client.proxy = None
    return client


class Calls:
    """One token's way to Slack. Every method raises ``SetupError``, ``Unreachable``, ``Refused`` or ``Gone``."""

    def __init__(self, api_url: str, token: str) -> None:
        self.web = web_client(api_url, token)
        self.name = "the bot"
        """The bot's name, for advice to admins."""
        self._home = urlsplit(api_url)
        self._reads_by_post = False

    @asynccontextmanager
    async def session(self) -> AsyncIterator[None]:
        """Keep connections open between calls meanwhile; without it each call opens its own."""
        limits = aiohttp.ClientTimeout(total=_TIMEOUT)
        async with aiohttp.ClientSession(timeout=limits) as self.web.session:
            try:
                yield
            finally:
                self.web.session = None

    async def __call__(self, method: str, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
        """The answer of ``call``; ``method`` is Slack's name for it."""
        try:
            return await call
        except SlackApiError as error:
            raise fault(error, method, self.name) from None
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise lost(error, method) from None

    async def read(self, method: str, **arguments: Any) -> Json:
        """What a method that changes nothing answers.

        Slack takes its arguments in the address or in the body; a server that is not Slack's may know only one way.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        return data(await self(method, self._either_way(method, given)))

    async def _either_way(self, method: str, given: Json) -> AsyncSlackResponse:
        if not self._reads_by_post:
            try:
                return await self.web.api_call(method, http_verb="GET", params=given)
            except SlackApiError as error:
                if status_of(error) not in {404, 405}:
                    raise
        answer = await self.web.api_call(method, data=given)
        self._reads_by_post = True
        return answer

    async def respond(self, url: str, body: Json) -> None:
        """Post to a response URL (30 minutes, five times; docs: "Handling user interaction")."""
        if not self._may_post_to(url):
            raise Refused("A response URL leads away from Slack")
        session = self.web.session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT))
        try:
            # The address is a secret, so no error may name it; and Slack never redirects it.
            async with session.post(url, json=body, proxy=self.web.proxy, allow_redirects=False) as answer:
                _check_response(answer.status, await answer.text())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise lost(error, "a response URL") from None
        finally:
            if session is not self.web.session:
                await session.close()

    def _may_post_to(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "https" and any(host == known or host.endswith(f".{known}") for known in _HOOKS):
            return True
        return (parts.scheme, parts.netloc) == (self._home.scheme, self._home.netloc)


def lost(error: Exception, method: str) -> Unreachable:
    """No answer came. Where no connection was made, nothing can have been done."""
    never_sent = isinstance(error, aiohttp.ClientConnectorError)
    return Unreachable(f"No answer from Slack to {method}: {type(error).__name__}", perhaps_done=not never_sent)


def _check_response(status: int, text: str) -> None:
    if status == 429:
        raise Unreachable("Slack asks to wait with a response URL", retry_after=1, perhaps_done=False)
    if status >= 500:
        raise Unreachable(f"Slack failed at a response URL: {status}")
    if status in {404, 410} or "expired_url" in text or "used_url" in text:
        raise Gone("The interaction can no longer be answered: its response URL is used up")
    if status != 200:
        raise Refused(f"Slack refused an answer through a response URL: {status}")


def data(response: AsyncSlackResponse) -> dict[str, Any]:
    return cast("dict[str, Any]", response.data)
