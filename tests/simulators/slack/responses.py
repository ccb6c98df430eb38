"""Response URLs: a way to answer an interaction for half an hour, five times (docs: "Handling user interaction")."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .blocks import completed, problems_of
from .state import Channel, Json, Message, User
from .world import World

LIFETIME = 30 * 60.0
MOST_USES = 5
_KNOWN = {
    "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts", "metadata",
    "unfurl_links", "unfurl_media", "mrkdwn", "link_names", "parse",
}  # fmt: skip


@dataclass(slots=True)
class ResponseUrl:
    """One address, and what it answers."""

    address: str
    user: User
    channel: Channel
    message: Message | None
    until: float
    uses: int = 0


class Responses:
    """The response URLs handed out so far."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._urls: dict[str, ResponseUrl] = {}
        self.base = ""

    def open(self, kind: str, user: User, channel: Channel, message: Message | None = None) -> ResponseUrl:
        """A new address of this kind: ``commands`` or ``actions``."""
        space = self._world.space
        path = f"{kind}/{space.team}/{space.new_id('')[1:]}/{secrets.token_hex(12)}"
        url = ResponseUrl(f"{self.base}/{path}", user, channel, message, space.clock.now() + LIFETIME)
        self._urls[path] = url
        return url

    async def serve(self, request: web.Request) -> web.Response:
        """A POST to a response URL."""
        url = self._urls.get(request.path.strip("/"))
        if url is None:
            return _refuse(404, "invalid_url")
        if self._world.space.clock.now() > url.until:
            return _refuse(404, "expired_url")
        if url.uses >= MOST_USES:
            return _refuse(404, "used_url")
        try:
            body = json.loads(await request.text())
        except ValueError:
            return _refuse(400, "invalid_payload")
        url.uses += 1
        error = self.show(url, body, "response_url")
        return _refuse(400, error) if error else web.Response(text="ok")

    def show(self, url: ResponseUrl, body: Json, where: str) -> str | None:
        """Do what the body says; returns the error Slack answers with, which is noted as well."""
        body = {key: value for key, value in body.items() if value is not None}
        self._world.violations += [f"{where}: unknown argument {key}" for key in sorted(body.keys() - _KNOWN)]
        if error := self._error(body):
            self._world.violation(f"{where}: {error}")
            return error.partition(":")[0]
        self._world.check_mentions(body, where)
        if _true(body.get("delete_original")):
            self._delete(url)
        elif _true(body.get("replace_original")) and url.message and url.message.ts in self._world.space.messages:
            self._replace(url.message, body)
        else:
            self._new(url, body)
        return None

    def _error(self, body: Json) -> str | None:
        if _true(body.get("delete_original")):
            return None
        if not any(body.get(part) for part in ("text", "blocks", "attachments")):
            return "no_text"
        if len(str(body.get("text", ""))) > 40_000:
            return "msg_too_long"
        problems = problems_of(body.get("blocks", []))
        return f"invalid_blocks: {'; '.join(problems)}" if problems else None

    def _parts(self, body: Json) -> dict[str, Any]:
        blocks = completed(body.get("blocks", []), lambda: self._world.space.new_id("b"))
        return {"text": body.get("text", ""), "blocks": blocks, "attachments": body.get("attachments", [])}

    def _delete(self, url: ResponseUrl) -> None:
        if url.message and url.message.ts in self._world.space.messages:
            self._world.delete(url.message)

    def _replace(self, message: Message, body: Json) -> None:
        parts = self._parts(body)
        self._world.change(message, by=self._world.space.bot.id, show_edited=not parts["blocks"], **parts)

    def _new(self, url: ResponseUrl, body: Json) -> None:
        thread = body.get("thread_ts")
        if body.get("response_type") != "in_channel":
            self._world.whisper(url.user.id, url.channel.id, thread=thread, **self._parts(body))
            return
        bot = self._world.space.bot
        ts = self._world.space.new_ts()
        told = {"bot_id": bot.bot_id, "thread_ts": thread, **self._parts(body)}
        self._world.post(Message(ts, url.channel.id, bot.id, **told))


def _true(value: object) -> bool:
    return str(value).lower() == "true"


def _refuse(status: int, error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)
