"""The Web API: who may call what, how often, and the answer (docs: "Using the Slack Web API").

Refusals a careful bot never meets (bad blocks, no text, a missing scope, an unknown method) are noted as violations.
Those that ordinary life brings (a message deleted meanwhile, an expired trigger, a rate limit) are answered only;
``refusals`` lists both.
"""

from __future__ import annotations

import inspect
import json
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from . import api_chat, api_lists, api_views
from .calls import Call, Handler, SlackError, invalid
from .faults import Faults
from .limits import Counter, Limits
from .methods import APP, BOT, METHODS, NONE, Method
from .state import Json
from .views import Views
from .world import World

HANDLERS: dict[str, Handler] = {
    "api.test": api_views.test,
    "apps.connections.open": api_views.open_connection,
    "auth.test": api_lists.auth,
    "bots.info": api_lists.bot,
    "chat.delete": api_chat.delete,
    "chat.getPermalink": api_chat.permalink,
    "chat.postEphemeral": api_chat.post_ephemeral,
    "chat.postMessage": api_chat.post_message,
    "chat.update": api_chat.update,
    "conversations.history": api_lists.history,
    "conversations.info": api_lists.info,
    "conversations.join": api_lists.join,
    "conversations.list": api_lists.channels,
    "conversations.members": api_lists.members,
    "conversations.open": api_lists.open_direct,
    "conversations.replies": api_lists.replies,
    "reactions.add": api_chat.add_reaction,
    "reactions.get": api_chat.get_reactions,
    "reactions.remove": api_chat.remove_reaction,
    "team.info": api_lists.team,
    "usergroups.list": api_lists.groups,
    "usergroups.users.list": api_lists.group_users,
    "users.conversations": api_lists.own_channels,
    "users.info": api_lists.user,
    "users.list": api_lists.users,
    "views.open": api_views.open_view,
    "views.publish": api_views.publish,
    "views.push": api_views.push,
    "views.update": api_views.update,
}


@dataclass(slots=True)
class Refusal:
    """A call that was refused, for tests that look."""

    method: str
    error: str


@dataclass(slots=True, kw_only=True)
class WebApi:
    """Answers calls under ``/api/``."""

    world: World
    views: Views
    faults: Faults
    limits: Limits
    tokens: dict[str, str]
    """Kind of token (``xoxb``, ``xapp``) -> the one that is valid."""
    ticket: Callable[[], str]
    base: str = ""
    revoked: bool = False
    calls: Tally[str] = field(default_factory=Tally)
    """How often each method was called, refused calls included."""
    refusals: list[Refusal] = field(default_factory=list)
    counter: Counter = field(init=False)

    def __post_init__(self) -> None:
        self.counter = Counter(self.world.space.clock, self.limits)

    async def serve(self, request: web.Request) -> web.Response:
        """One call, with whatever mishap was ordered for it."""
        method = request.match_info["method"]
        self.calls[method] += 1
        fault = self.faults.take(method)
        if ended := await self.faults.before(fault, request):
            return ended
        if fault and fault.kind == "ratelimited":
            return self._limited(method, int(fault.value))
        answer = await self._answer(method, request)
        await self.faults.after(fault, request)
        return answer

    async def _arguments(self, request: web.Request) -> Json:
        """JSON, form and query string are all taken."""
        args: Json = dict(request.query)
        raw = await request.text()
        if any(token in request.path_qs or token in raw for token in self.tokens.values()):
            self.world.violation(f"{request.match_info['method']}: a token in the body or address")
        if request.content_type == "application/json":
            args |= _decoded(raw)
        elif raw:
            args |= await request.post()
        return {key: value for key, value in args.items() if value is not None}

    async def _answer(self, method: str, request: web.Request) -> web.Response:
        headers = {"x-oauth-scopes": ",".join(sorted(self.world.scopes))}
        known = METHODS.get(method)
        try:
            if known is None:
                raise SlackError("unknown_method", fault=True, req_method=method)
            args = await self._arguments(request)
            headers["x-accepted-oauth-scopes"] = known.scope.replace("|", ",")
            self._check(method, known, args, request)
            if wait := self.counter.take(method, known.tier, str(args.get("channel", ""))):
                return self._limited(method, wait)
            answer: Json = {"ok": True} | await self._carry_out(method, args)
        except SlackError as error:
            answer = {"ok": False, "error": error.error} | self._refuse(method, error)
        self.world.violations += self.world.shapes.answer(method, answer)
        return web.json_response(answer, headers=headers)

    async def _carry_out(self, method: str, args: Json) -> Json:
        call = Call(method, args, self.world, self.views, self.limits, self.base, self.ticket)
        result = HANDLERS[method](call)
        return await result if inspect.isawaitable(result) else result

    # -- who may call -------------------------------------------------------------------------------------------------

    def _check(self, method: str, known: Method, args: Json, request: web.Request) -> None:
        self._check_token(known, args, request)
        wanted = set(filter(None, known.scope.split("|")))
        if known.token == BOT and wanted and not wanted & self.world.scopes:
            raise SlackError("missing_scope", fault=True, needed=known.scope.replace("|", ","))
        for name in sorted(args.keys() - known.arguments):
            self.world.violation(f"{method}: unknown argument {name}")
        if missing := sorted(name for name in known.required if args.get(name) in (None, "")):
            raise invalid("invalid_arguments", [f"[ERROR] missing required field: {name}" for name in missing])

    def _check_token(self, known: Method, args: Json, request: web.Request) -> None:
        if known.token == NONE:
            return
        given = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(args.get("token", ""))
        if not given:
            raise SlackError("not_authed", fault=True)
        if given not in self.tokens.values():
            raise SlackError("invalid_auth")
        if given != self.tokens[known.token]:
            raise SlackError("not_allowed_token_type", fault=True)
        if self.revoked and known.token != APP:
            raise SlackError("account_inactive")

    # -- refusing -----------------------------------------------------------------------------------------------------

    def _refuse(self, method: str, error: SlackError) -> Json:
        """What the answer says beside the error; a mistake of the bot is noted."""
        self.refusals.append(Refusal(method, error.error))
        more: dict[str, Any] = error.more
        if error.error == "missing_scope":
            more["provided"] = ",".join(sorted(self.world.scopes))
        if error.fault:
            details = more.get("response_metadata", {}).get("messages", [])
            shown = [*details, *(f"{name} {more[name]}" for name in ("needed",) if name in more)]
            self.world.violation(f"{method}: {error.error}" + (f" ({'; '.join(shown)})" if shown else ""))
        return with_details(method, more)

    def _limited(self, method: str, seconds: int) -> web.Response:
        self.refusals.append(Refusal(method, "ratelimited"))
        headers = {"Retry-After": str(seconds)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _decoded(raw: str) -> Json:
    try:
        decoded = json.loads(raw or "{}")
    except ValueError:
        raise SlackError("invalid_json", fault=True) from None
    if not isinstance(decoded, dict):
        raise SlackError("json_not_object", fault=True)
    return decoded


def with_details(method: str, more: Json) -> Json:
    """chat.postMessage repeats the details under ``errors``."""
    details = more.get("response_metadata", {}).get("messages")
    return more | ({"errors": details} if details and method == "chat.postMessage" else {})
