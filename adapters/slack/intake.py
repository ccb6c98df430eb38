"""What Slack tells the bot: translated, stored, then acknowledged, all in one middleware of bolt's.

Bolt acknowledges an event before it runs a listener, and a request no listener matches not at all. So there are no
listeners: everything ends here, and nothing is left unacknowledged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from slack_bolt.response import BoltResponse

from adapters.slack.calls import Calls
from adapters.slack.identity import Identity, Json
from adapters.slack.inbound import heard
from adapters.slack.interactions import Opened, act, invocation, press, submission, words_of
from adapters.slack.menus import Menus
from adapters.slack.outbound import Part
from adapters.slack.sending import shown
from bot.adapter import Host
from bot.errors import PlatformError, StorageError
from bot.events import Act, AnyEvent, Invocation, Press, Submission
from bot.replies import Post

log = logging.getLogger(__name__)

P = ParamSpec("P")
E = TypeVar("E")

ANSWER_SECONDS = 0.7
"""Slack waits three seconds for an acknowledgement and gets it within one, from a busy bot too: an answer that takes
longer follows through the response URL."""
_NOT_STORED = 503
"""Not acknowledged, so Slack sends the event again."""


class Intake:
    """Answers every request from Slack."""

    def __init__(
        self, host: Host, me: Identity, calls: Calls, command: str, render: Callable[[Post], list[Part]]
    ) -> None:
        self._host, self._me, self._calls, self._render = host, me, calls, render
        self._menus = Menus(host.menu, command, (host.menu.languages or ("en",))[0])
        self._errands: set[asyncio.Task[None]] = set()

    async def take(self, body: Json) -> BoltResponse:
        """The answer to one request. An error that is not the payload's own leaves it unacknowledged."""
        match body.get("type"):
            case "event_callback":
                return await self._event(body)
            case "block_actions":
                return await self._interaction(_understood(press, body, self._me, _now()), body)
            case "message_action":
                return await self._interaction(_understood(act, body, self._me, _now()), body)
            case "view_submission":
                return await self._submission(_understood(submission, body, self._me, _now()))
            case "block_suggestion":
                return BoltResponse(status=200, body={"options": []})
            case "app_rate_limited":
                _alarm("app_rate_limited")
            case None if "command" in body:
                return await self._command(body)
        return _taken()

    async def close(self) -> None:
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)

    # -- events ------------------------------------------------------------------------------------------------------

    async def _event(self, body: Json) -> BoltResponse:
        event = _understood(heard, body, self._me, _now())
        if event is None:
            self._other(body.get("event") or {})
        elif self._host.wants(event):
            try:
                await self._host.accept(event)
            except StorageError as error:
                log.error("An event from Slack cannot be stored, so it is not acknowledged: %s", error)
                return BoltResponse(status=_NOT_STORED)
        return _taken()

    def _other(self, event: Json) -> None:
        match event:
            case {"type": "app_home_opened", "user": str(user)} if event.get("tab", "home") == "home":
                self._run(self._publish_home(user))
            case {"type": str(kind)}:
                _alarm(kind)

    async def _publish_home(self, user: str) -> None:
        view = self._menus.home(self._me.name)
        await self._calls("views.publish", self._calls.web.views_publish(user_id=user, view=view))

    # -- commands ----------------------------------------------------------------------------------------------------

    async def _command(self, body: Json) -> BoltResponse:
        word, _ = words_of(body)
        command = self._menus.find(word)
        if command is None:
            return BoltResponse(status=200, body=self._menus.help(word))
        event = _understood(invocation, body, self._me, _now())
        if event is None:
            return _taken()
        if trouble := await self._accepted(event):
            return BoltResponse(status=200, body=trouble)
        return await self._answered(event)

    async def _answered(self, event: Invocation) -> BoltResponse:
        """The acknowledgement with the private answer in it, if that comes in time.

        Public answers come by ``Adapter.send`` and chat.postMessage, so that they can be found and marked later.
        """
        post = await self._host.answer_to(event, within=ANSWER_SECONDS)
        if post is None:
            return _taken()
        kind = "ephemeral" if post.target.private_to else "in_channel"
        first, *more = self._render(post)
        if more and event.handle:
            self._run(self._follow(event.handle, more, kind))
        return BoltResponse(status=200, body={"response_type": kind, **shown(first)})

    async def _follow(self, handle: str, more: list[Part], kind: str) -> None:
        for part in more:
            await self._calls.respond(handle, {"response_type": kind, "replace_original": False, **shown(part)})

    # -- buttons, choices, shortcuts, forms --------------------------------------------------------------------------

    async def _interaction(self, event: Press | Act | None, body: Json) -> BoltResponse:
        if event is None:
            return _taken()
        if isinstance(event, Press) and event.action in self._host.menu.forms:
            self._run(self._open(event, str(body.get("trigger_id"))))
        elif trouble := await self._accepted(event):
            self._run(self._excuse(event.handle, trouble))
        return _taken()

    async def _open(self, event: Press, trigger: str) -> None:
        """The form, at once: Slack opens it within three seconds of the press or never."""
        view = self._menus.modal(self._host.menu.forms[event.action], Opened.by(event).dump())
        try:
            await self._calls("views.open", self._calls.web.views_open(trigger_id=trigger, view=view))
        except PlatformError:
            await self._excuse(event.handle, self._sorry())
            raise

    async def _submission(self, event: Submission | None) -> BoltResponse:
        if event and (trouble := await self._accepted(event)):
            field = next(iter(event.fields))
            return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: trouble["text"]}})
        return _taken()

    # -- common ------------------------------------------------------------------------------------------------------

    async def _accepted(self, event: AnyEvent) -> Json | None:
        """Store it, if anybody wants it; returns what to tell the person where it cannot be stored."""
        if not self._host.wants(event):
            return None
        try:
            await self._host.accept(event)
        except StorageError as error:
            log.error("What somebody did on Slack cannot be stored: %s", error)
            return self._sorry()
        return None

    def _sorry(self) -> Json:
        text = self._menus.tr("That did not work just now. Please try again in a minute.")
        return {"response_type": "ephemeral", "replace_original": False, "text": text}

    async def _excuse(self, handle: str | None, text: Json) -> None:
        if handle:
            await self._calls.respond(handle, text)

    def _run(self, errand: Coroutine[Any, Any, None]) -> None:
        """Do what the acknowledgement need not wait for; it is lost in a crash, and the person tries again."""
        task = asyncio.create_task(_quietly(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


async def _quietly(errand: Awaitable[None]) -> None:
    try:
        await errand
    except PlatformError as error:
        log.warning("%s", error)


def _understood(read: Callable[P, E], *payload: P.args, **more: P.kwargs) -> E | None:
    """What ``read`` makes of a payload; None where it has another shape than Slack says.

    That is logged and acknowledged, as sending it again would not help.
    """
    try:
        return read(*payload, **more)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        # A missing key says what is wrong; other errors may quote what somebody wrote.
        why = repr(error) if isinstance(error, KeyError) else type(error).__name__
        log.warning("A payload from Slack was not understood (%s): %s", read.__name__, why)
        return None


def _alarm(kind: str) -> None:
    match kind:
        case "app_rate_limited":
            log.error("Slack holds back events: over 30,000 an hour in this workspace; messages are missed meanwhile")
        case "app_uninstalled":
            log.error("The app was removed from the Slack workspace: install it again, or disable [slack]")
        case "tokens_revoked":
            log.error("Slack revoked tokens of the app: install it again and put in the new SLACK_BOT_TOKEN")


def _taken() -> BoltResponse:
    return BoltResponse(status=200, body="")


def _now() -> int:
    return time.time_ns() // 1_000_000
