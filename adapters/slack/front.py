"""Slack over HTTP: what is checked before bolt sees a request (docs: "Verifying requests from Slack")."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.internals import parse_body
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

PATH = "/slack/events"
MOST_BYTES = 1_000_000


class Front:
    """An ASGI application for ``/slack/events``; ``app`` is bolt's once the bot knows who it is, else None."""

    def __init__(self, signing_secret: str, app: Callable[[], AsyncApp | None]) -> None:
        self._verifier, self._app = SignatureVerifier(signing_secret), app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return PlainTextResponse("Slack posts here", 405)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too long", 413)
        if not self._signed(request, body):
            return PlainTextResponse("not signed by Slack", 401)
        if not _readable(request, body):
            return PlainTextResponse("not an object", 400)
        app = self._app()
        if app is None:
            # Slack tries events again; nothing is lost while the bot is starting.
            return PlainTextResponse("starting", 503)
        return await AsyncSlackRequestHandler(app).handle(_with_body(request, body))

    def _signed(self, request: Request, body: bytes) -> bool:
        """Checked before bolt, which answers odd headers and bodies of strangers with a traceback."""
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 15 and signature.isascii()):
            return False
        try:
            return self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return False


def _readable(request: Request, body: bytes) -> bool:
    """Bolt takes it for granted that a request says something, and that this is an object."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    try:
        return isinstance(parse_body(body.decode(), kind), dict)
    except ValueError:
        return False


async def _body(request: Request) -> bytes | None:
    """The whole body; None where it is too long, read no further than that."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _with_body(request: Request, body: bytes) -> Request:
    """The request, to be read again."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)
