"""The way of one REST request: token, faults, rate limit, body, deed, answer."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import permissions, validation
from .connection import reset
from .errors import ApiError, invalid, missing_access, missing_permissions, unauthorized
from .state import Channel

if TYPE_CHECKING:
    from .server import DiscordSimulator
    from .world import World

MAJOR = ("channel_id", "guild_id", "webhook_id")


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of request. ``path`` is written as in Discord's API description."""

    method: str
    path: str
    act: Callable[[Call], Awaitable[Any]]
    rule: Callable[[Any], None] | None = None
    """Limits of the body that the description does not state."""
    open: bool = False
    """Needs no token: whoever knows the interaction's own token may call."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


ROUTES: list[Route] = []


def route(
    method: str, path: str, *, rule: Callable[[Any], None] | None = None, open: bool = False
) -> Callable[[Callable[[Call], Awaitable[Any]]], Callable[[Call], Awaitable[Any]]]:
    """Make a function the deed of a route. It returns the answer's JSON, with a status if that is not 200."""

    def add(act: Callable[[Call], Awaitable[Any]]) -> Callable[[Call], Awaitable[Any]]:
        ROUTES.append(Route(method, path, act, rule, open))
        return act

    return add


@dataclass(slots=True, eq=False)
class Call:
    """One request, and the record of it."""

    sim: DiscordSimulator
    route: Route
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[tuple[str, bytes]] = field(default_factory=list)
    status: int = 0
    """Status of the answer; 0 while there is none, or when the connection was dropped."""

    @property
    def world(self) -> World:
        return self.sim.world

    def id(self, name: str) -> int:
        """A path or query parameter that must be a snowflake."""
        text = self.params.get(name, self.query.get(name, ""))
        if not text.isdecimal() or int(text) >= 1 << 63:
            raise invalid(name, f'Value "{text}" is not snowflake.', "NUMBER_TYPE_COERCE")
        return int(text)

    def limit(self, default: int, most: int) -> int:
        text = self.query.get("limit", str(default))
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise invalid("limit", f"int value should be between 1 and {most}.", "NUMBER_TYPE_MAX")
        return int(text)

    def channel(self, *needed: str) -> Channel:
        """The channel of the path, where the bot needs these permissions."""
        channel = self.world.channel(self.id("channel_id"))
        self.need(channel, *needed)
        return channel

    def need(self, channel: Channel, *needed: str) -> None:
        if channel.guild is None:
            return
        if not permissions.may(self.world.bot, channel, "VIEW_CHANNEL"):
            raise missing_access()
        if not all(permissions.may(self.world.bot, channel, name) for name in needed):
            raise missing_permissions()


class Pipeline:
    """Answers requests; what the platform refuses is noted."""

    def __init__(self, simulator: DiscordSimulator) -> None:
        self._sim = simulator
        self.closing = asyncio.Event()

    def add_to(self, application: web.Application, prefix: str) -> None:
        # aiohttp takes the first route that fits: "@me" must come before {user_id}.
        for route in sorted(ROUTES, key=lambda route: route.path.replace("@", "!")):
            application.router.add_route(route.method, prefix + route.path, self._handler(route))

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            call = Call(self._sim, route, dict(request.match_info), dict(request.query))
            self._sim.requests.append(call)
            return await self._answer(call, request)

        return handle

    async def _answer(self, call: Call, request: web.Request) -> web.StreamResponse:
        name = call.route.name
        if self._sim.faults.take(name, "drop"):
            return self._dropped(request)
        if fault := self._sim.faults.take(name, "429"):
            return self._limited(call, fault.seconds, for_all=fault.for_all)
        if fault := self._sim.faults.take(name, "5xx"):
            return self._reply(call, fault.status, {"code": 0, "message": f"{fault.status}: upstream"}, {})
        verdict = self._sim.rate_limits.judge(name, self._major(call), exempt=call.route.open)
        if verdict.retry_after is not None:
            return self._limited(call, verdict.retry_after, for_all=verdict.for_all, headers=verdict.headers)
        status, body = await self._outcome(call, request)
        if fault := self._sim.faults.take(name, "drop after", "never", "delay", "5xx after"):
            if fault.kind == "drop after":
                return self._dropped(request)
            if fault.kind == "never":
                await self.closing.wait()
                return self._dropped(request)
            if fault.kind == "5xx after":
                return self._reply(call, fault.status, {"code": 0, "message": f"{fault.status}: upstream"}, {})
            await self._sim.clock.sleep(fault.seconds)
        return self._reply(call, status, body, verdict.headers)

    def _major(self, call: Call) -> str:
        return "+".join(call.params[key] for key in (*MAJOR, "webhook_token") if key in call.params)

    async def _outcome(self, call: Call, request: web.Request) -> tuple[int, Any]:
        """Carry the request out: status and JSON of the answer."""
        try:
            if not call.route.open and request.headers.get("Authorization") != f"Bot {self._sim.token}":
                raise unauthorized()
            await self._read(call, request)
            self._check_body(call)
            answer = await call.route.act(call)
        except ApiError as error:
            self._note(call, error)
            return error.status, error.body()
        except Exception:
            self._sim.violations.append(f"simulator: {call.route.name} failed\n{traceback.format_exc()}")
            return 500, {"code": 0, "message": "500: Internal Server Error"}
        status, body = answer if isinstance(answer, tuple) else (204 if answer is None else 200, answer)
        self._check_answer(call, status, body)
        return status, body

    def _note(self, call: Call, error: ApiError) -> None:
        text = f"{call.route.name}: {error}"
        self._sim.refusals.append(text)
        if not error.circumstance:
            self._sim.violations.append(text)

    async def _read(self, call: Call, request: web.Request) -> None:
        """The JSON body, or the JSON part of a form with files (reference, Uploading Files)."""
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            call.body = json.loads(str(form.get("payload_json", "{}")))
            call.files = [
                (part.filename, part.file.read()) for part in form.values() if isinstance(part, web.FileField)
            ]
            return
        text = await request.text()
        try:
            call.body = json.loads(text) if text else None
        except ValueError as wrong:
            raise ApiError(400, 50109, "The request body contains invalid JSON.") from wrong

    def _check_body(self, call: Call) -> None:
        if call.body is None and call.route.rule is None:
            return
        if not isinstance(call.body, dict | list):
            raise ApiError(400, 50035, "Invalid Form Body")
        try:
            if call.route.rule:
                call.route.rule(call.body)
        except (AttributeError, KeyError, TypeError, ValueError) as odd:
            raise invalid("body", f"Something of the wrong type: {odd}", "BASE_TYPE_CONVERT") from odd
        check = validation.request_check(call.route.method, call.route.path) if self._sim.validate else None
        if check and (wrong := check(call.body)):
            raise invalid("body", wrong)

    def _check_answer(self, call: Call, status: int, body: Any) -> None:
        """The simulator keeps to the platform's shapes too."""
        if not self._sim.validate:
            return
        check = validation.answer_check(call.route.method, call.route.path, status)
        if check and (wrong := check(body)):
            self._sim.violations.append(f"simulator: {call.route.name} answered {status} with {wrong}")

    def _limited(
        self, call: Call, retry_after: float, *, for_all: bool = False, headers: dict[str, str] | None = None
    ) -> web.Response:
        self._sim.refusals.append(f"{call.route.name}: 429")
        body = {"message": "You are being rate limited.", "retry_after": round(retry_after, 3), "global": for_all}
        # discord.py takes a 429 without "Via" for a ban by the outer defence and gives up.
        extra = {"Via": "1.1 simulator", "Retry-After": str(int(retry_after) + 1)}
        return self._reply(call, 429, body, (headers or {}) | extra)

    def _reply(self, call: Call, status: int, body: Any, headers: dict[str, str]) -> web.Response:
        call.status = status
        if status == 204:
            return web.Response(status=204, headers=headers)
        # The type must be exact: with a charset discord.py takes the answer for text.
        return web.Response(
            status=status, body=json.dumps(body).encode(), headers=headers | {"Content-Type": "application/json"}
        )

    def _dropped(self, request: web.Request) -> web.Response:
        reset(request.transport)
        return web.Response(status=500)
