"""Requests to Discord's REST interface, and their failures in the core's words.

discord.py makes those that carry the bot's token: it keeps to every rate limit Discord announces. Those that carry an
interaction's token are made here: they have limits of their own, must come within seconds, and are not repeated blindly
(discord.py repeats them, and nothing keeps a repeated follow-up from being shown twice).
"""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp
import discord
import discord.http
from discord.http import Route

from adapters.discord.directory import Payload
from adapters.discord.failures import Failure, meaning
from adapters.discord.handles import Handle
from adapters.discord.snowflakes import with_text_ids
from bot.errors import PlatformError, Unreachable

_SECONDS = re.compile(r"\d{1,6}(\.\d+)?")
PATIENCE = aiohttp.ClientTimeout(total=20)
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What discord.py raises over a rate limit that is announced only in part."""
_TELLING = {"GET", "PATCH", "POST"}
"""Methods that answer with what they found or made."""
_NOT_DONE = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Failures from before a request was sent."""


async def _json_or_text(response: aiohttp.ClientResponse) -> dict[str, Any] | str:
    text = await response.text(encoding="utf-8")
    if response.content_type != "application/json":
        return text
    try:
        return json.loads(text)  # type: ignore[no-any-return] # an object or a list, as the route says
    except ValueError:
        return text


# discord.py takes an answer for JSON only if the header is exactly "application/json". Proxies and other servers add a
# charset, which RFC 8259 lets a reader ignore. It looks the function up by its module's name, also for its websocket.
discord.http.json_or_text = _json_or_text


class Rest:
    """Requests with the bot's token, once somebody is logged in."""

    def __init__(self) -> None:
        self.client: discord.Client | None = None

    async def __call__(self, method: str, path: str, doing: str, *, body: Any = None, **parts: Any) -> Any:
        """``parts`` fill the path, or are the query where it does not name them. Raises like ``Adapter.send``."""
        if self.client is None or self.client.is_closed():
            raise Unreachable(f"Cannot {doing}: not connected to Discord", perhaps_done=False)
        named = {name: value for name, value in parts.items() if f"{{{name}}}" in path}
        query = {name: value for name, value in parts.items() if name not in named}
        more = {"json": body} if body is not None else {}
        try:
            answered = await self.client.http.request(
                Route(method, path, **named), params=query or None, timeout=PATIENCE, **more
            )
        except discord.RateLimited as error:
            raise Unreachable(
                f"Discord asks to wait before going on to {doing}", retry_after=error.retry_after, perhaps_done=False
            ) from error
        except discord.HTTPException as error:
            failure = Failure(error.status, error.code, error.text, _retry_after(error.response))
            raise meaning(failure, doing) from failure
        except (OSError, TimeoutError, aiohttp.ClientError, *_UNREADABLE) as error:
            raise _broken(error, doing) from error
        if isinstance(answered, str) and (answered or method in _TELLING):
            raise Unreachable(f"Something other than Discord answered when asked to {doing}")
        return with_text_ids(answered)


def _retry_after(response: Any) -> float | None:
    given = response.headers.get("Retry-After") or ""
    return float(given) if _SECONDS.fullmatch(given) else None


def _broken(error: Exception, doing: str) -> PlatformError:
    return Unreachable(
        f"Discord did not answer when asked to {doing} ({error or type(error).__name__})",
        perhaps_done=not isinstance(error, _NOT_DONE),
    )


class Interactive:
    """Requests with an interaction's token (Discord's docs, Receiving and Responding)."""

    def __init__(self) -> None:
        self.session: aiohttp.ClientSession | None = None

    async def respond(self, handle: Handle, type: int, data: Payload | None = None) -> Payload | None:
        """The first answer, a callback of ``type``; gives the message it made, if any."""
        body = {"type": type} | ({"data": data} if data is not None else {})
        path = f"/interactions/{handle.id}/{handle.token}/callback?with_response=true"
        answered = await self._request("POST", path, body) or {}
        message: Payload | None = (answered.get("resource") or {}).get("message")
        return message

    async def original(self, handle: Handle) -> Payload:
        """The first answer as it stands; for an update, the message that was updated."""
        return await self._request("GET", f"/webhooks/{handle.application}/{handle.token}/messages/@original") or {}

    async def edit_original(self, handle: Handle, data: Payload) -> Payload:
        path = f"/webhooks/{handle.application}/{handle.token}/messages/@original"
        return await self._request("PATCH", path, data) or {}

    async def delete_original(self, handle: Handle) -> None:
        await self._request("DELETE", f"/webhooks/{handle.application}/{handle.token}/messages/@original")

    async def follow_up(self, handle: Handle, data: Payload) -> Payload:
        """One more message."""
        path = f"/webhooks/{handle.application}/{handle.token}?wait=true"
        return await self._request("POST", path, data) or {}

    async def _request(self, method: str, path: str, body: Payload | None = None) -> Payload | None:
        doing = "answer an interaction"
        if self.session is None or self.session.closed:
            raise Unreachable(f"Cannot {doing}: not connected to Discord", perhaps_done=False)
        try:
            async with self.session.request(method, Route.BASE + path, json=body, timeout=PATIENCE) as response:
                answered = await _json_or_text(response)
                if response.status < 300:
                    return with_text_ids(answered) if isinstance(answered, dict) else None
                failure = _failure(response, answered)
        except (OSError, TimeoutError, aiohttp.ClientError) as error:
            raise _broken(error, doing) from error
        raise meaning(failure, doing) from failure


def _failure(response: aiohttp.ClientResponse, answered: Payload | str) -> Failure:
    if isinstance(answered, str):
        return Failure(response.status, 0, answered[:200], _retry_after(response))
    text = str(answered.get("message", ""))
    return Failure(response.status, int(answered.get("code") or 0), text, answered.get("retry_after"))
