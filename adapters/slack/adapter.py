"""The Slack adapter: connection, and the port's methods (see ``bot.adapter``)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.calls import SDK_LOG, Calls, data
from adapters.slack.front import PATH, Front
from adapters.slack.identity import Identity
from adapters.slack.intake import Intake
from adapters.slack.manifest import missing
from adapters.slack.reading import Reading
from adapters.slack.sending import Sending
from adapters.slack.settings import Settings
from adapters.slack.sockets import Sockets, pauses
from bot.adapter import Capabilities, Host, Route
from bot.errors import SetupError, Unreachable
from bot.events import Event, Member, MessageRef, Place, Reactions
from bot.replies import Post, Sent

log = logging.getLogger(__name__)


class SlackAdapter:
    """One app in one workspace (or one organisation)."""

    name = "slack"
    capabilities = Capabilities(replies=False, autocomplete=False, home=True, private_repeatable=False)

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._calls = Calls(settings.api_url, _needed(settings.bot_token, "SLACK_BOT_TOKEN"))
        socket = settings.mode == "socket"
        self._app_token = _needed(settings.app_token, "SLACK_APP_TOKEN") if socket else ""
        self._signing_secret = "" if socket else _needed(settings.signing_secret, "SLACK_SIGNING_SECRET")
        self._me: Identity | None = None
        self._host: Host | None = None
        self._app: AsyncApp | None = None
        self._sending = Sending(self._calls, self._identity, self._translate, _now)
        self._reading = Reading(self._calls, self._identity, _now)

    # -- connection --------------------------------------------------------------------------------------------------

    async def run(self, host: Host) -> None:
        self._host = host
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._calls.session())
            me = await self._introduced(host)
            intake = Intake(host, me, self._calls, self._settings.command, self._sending.render)
            stack.push_async_callback(intake.close)
            stack.callback(self._forget_app)
            self._app = self._bolt(intake)
            await self._listen(host, self._app)

    async def _listen(self, host: Host, app: AsyncApp) -> None:
        if self._settings.mode == "socket":
            await Sockets(app, self._app_token, host, self._settings.connections).run()
        else:
            log.info("Connected to Slack, which calls %s", PATH)
            host.connected()
            await asyncio.Event().wait()

    def _bolt(self, intake: Intake) -> AsyncApp:
        """Bolt with a single middleware, which ends every request.

        It stands before bolt's authorization, so no auth.test and no scan of listeners delays an acknowledgement.
        """
        return AsyncApp(
            logger=SDK_LOG,
            name="regulars",
            client=self._calls.web,
            signing_secret=self._signing_secret,
            before_authorize=Taking(intake),
            process_before_response=True,
        )

    def _forget_app(self) -> None:
        self._app = None

    async def _introduced(self, host: Host) -> Identity:
        """Ask Slack who the bot is, for as long as it takes. Raises ``SetupError`` for a wrong token."""
        for pause in pauses():
            try:
                return await self._introduce()
            except Unreachable as error:
                log.warning("Slack cannot be reached: %s", error)
                host.disconnected(str(error))
                await asyncio.sleep(max(pause, error.retry_after or 0))
        raise AssertionError("pauses never end")

    async def _introduce(self) -> Identity:
        answer = await self._calls("auth.test", self._calls.web.auth_test())
        self._me = Identity.of(data(answer))
        self._calls.name = self._me.name
        self._check_scopes(answer.headers.get("x-oauth-scopes") or "")
        return self._me

    def _check_scopes(self, granted: str) -> None:
        """Say what will not work; without the header, as behind some proxies, nothing is known."""
        if not granted:
            return
        lacking = missing(self._settings, [scope.strip() for scope in granted.split(",")])
        for scope, trouble in lacking.items():
            log.warning("The Slack app lacks the scope %s: %s. Add it and install the app again", scope, trouble)
        if "chat:write" in lacking:
            raise SetupError("The Slack app lacks the scope chat:write: add it and install the app again")

    def routes(self, host: Host) -> Sequence[Route]:
        """``/slack/events`` in HTTP mode; requests before ``run`` has met Slack are turned away for a moment."""
        del host
        if self._settings.mode == "socket":
            return ()
        return (Route(PATH, Front(self._signing_secret, lambda: self._app)),)

    # -- the port ----------------------------------------------------------------------------------------------------

    async def send(self, post: Post, *, again: bool) -> Sent:
        return await self._sending.send(post, again=again)

    def history(self, place: Place, since: int) -> AsyncIterator[Event]:
        return self._reading.history(place, since)

    async def reactions(self, message: MessageRef) -> Reactions | None:
        return await self._reading.reactions(message)

    async def roles(self, member: Member) -> frozenset[str]:
        return await self._reading.roles(member, self._host.roles if self._host else ())

    def link(self, message: MessageRef) -> str | None:
        return self._me.link(message) if self._me else None

    def _identity(self) -> Identity:
        if self._me is None:
            raise Unreachable("Slack has not been reached yet", perhaps_done=False)
        return self._me

    def _translate(self, language: str, text: str) -> str:
        return self._host.menu.translate(language, text) if self._host else text


class Taking(AsyncMiddleware):
    """Hands every request to ``intake``.

    A function in its place would be given what its parameters are named after, and bolt looks for all of that in every
    payload, with an error where one lacks a key.
    """

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        if req.body.get("type") == "url_verification":
            return await next()  # bolt answers the handshake itself
        return await self._intake.take(req.body)


def _needed(given: SecretStr | None, variable: str) -> str:
    """The secret itself. Raises ``SetupError``."""
    value = given.get_secret_value().strip() if given else ""
    if not value:
        raise SetupError(f"{variable} is missing: set it, or {variable}_FILE")
    return value


def _now() -> int:
    return time.time_ns() // 1_000_000


ADAPTER = SlackAdapter
"""What the loader makes of the section ``[slack]``."""
