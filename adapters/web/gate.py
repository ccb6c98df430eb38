"""Before anything reaches the community: who may come, from where, how often, and what a page may load."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from adapters.web.files import file
from adapters.web.login import login_page
from adapters.web.plain import starting
from adapters.web.session import Pace
from adapters.web.settings import Settings, is_loopback
from bot.adapter import Menu

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "regulars_web"
VISITS = (120.0, 20.0)
"""Pages and sockets one address may open at once, and again each second."""
LOGINS = (5.0, 0.1)
"""Likewise tokens one address may try."""
ADDRESSES = 1_000
"""Addresses whose pace is remembered."""
LONGEST_FORM = 10_000
FREE = "/static/"
"""Files that hold nothing of the community."""


class Paces:
    """One pace for each address; the longest silent is forgotten."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._limits = burst, per_second
        self._paces: OrderedDict[str, Pace] = OrderedDict()

    def allows(self, address: str) -> bool:
        pace = self._paces.setdefault(address, Pace(*self._limits))
        self._paces.move_to_end(address)
        if len(self._paces) > ADDRESSES:
            self._paces.popitem(last=False)
        return pace.allows()


class Gate:
    """The ASGI application that stands before NiceGUI's."""

    def __init__(self, settings: Settings) -> None:
        token = settings.token.get_secret_value() if settings.token else ""
        self._token = token.encode()
        self._pass = hmac.new(self._token, b"regulars web", hashlib.sha256).hexdigest() if token else ""
        self._public = urlsplit(settings.public_url).netloc if settings.public_url else ""
        self._host = settings.host
        self._visits, self._logins = Paces(*VISITS), Paces(*LOGINS)
        self._inner: App | None = None
        self._menu: Menu | None = None

    def open(self, inner: App, menu: Menu) -> None:
        """From now on whoever may come reaches ``inner``."""
        self._inner, self._menu = inner, menu

    def close(self) -> None:
        """The bot starts, or stops."""
        self._inner = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            app = await self._app_for(scope, receive)
            await app(scope, receive, send)

    async def _app_for(self, scope: Scope, receive: Receive) -> App:
        """What answers the request."""
        path, free = scope["path"], scope["path"].startswith(FREE)
        if refusal := self._refusal(scope, free=free):
            return _refusing(refusal)
        if scope["type"] == "http" and path == "/login" and self._token:
            return await self._login(scope, receive)
        if free:
            return _file
        if not self._known(scope):
            return _refusing(RedirectResponse("/login", 303))
        if self._inner is None:
            return _refusing(starting())
        return self._into_the_community

    async def _into_the_community(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._inner:
            await self._inner(scope, receive, _guarded(send))

    def _refusal(self, scope: Scope, *, free: bool) -> Response | None:
        """Why the request is not answered at all."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._token and not _is_ours(host, (self._host, self._public)):
            return PlainTextResponse("This community is only for this machine.", 403)
        ours = {host, self._public} - {""}
        if origin and urlsplit(origin).netloc not in ours:
            return PlainTextResponse("Another site cannot act here.", 403)
        if not free and not self._visits.allows(_address(scope)):
            return PlainTextResponse("Too many requests.", 429, {"Retry-After": "5"})
        return None

    def _known(self, scope: Scope) -> bool:
        given = Request({**scope, "type": "http"}).cookies.get(COOKIE, "")
        return not self._pass or hmac.compare_digest(given.encode(), self._pass.encode())

    async def _login(self, scope: Scope, receive: Receive) -> Response:
        request, menu = Request(scope, receive), self._menu
        if menu is None:
            return starting()
        if request.method != "POST":
            return _locked(login_page(request, menu, wrong=False))
        if not self._logins.allows(_address(scope)):
            return PlainTextResponse("Too many requests.", 429, {"Retry-After": "10"})
        if int(request.headers.get("content-length", LONGEST_FORM + 1)) > LONGEST_FORM:
            return PlainTextResponse("Too long.", 413)
        given = str((await request.form()).get("token", ""))
        if not hmac.compare_digest(given.strip().encode(), self._token):
            return _locked(login_page(request, menu, wrong=True))
        answer = RedirectResponse("/", 303)
        secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
        answer.set_cookie(COOKIE, self._pass, max_age=30 * 86_400, httponly=True, samesite="strict", secure=secure)
        return answer


async def _file(scope: Scope, receive: Receive, send: Send) -> None:
    await file(Request(scope))(scope, receive, _guarded(send))


def _refusing(answer: Response) -> App:
    """The answer; a socket is closed before it was opened, which browsers see as 403."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, send)

    return app


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _is_ours(host: str, known: Iterable[str]) -> bool:
    """A name that leads here on purpose: another site's own name, pointed at this machine, does not count."""
    name = urlsplit(f"//{host}").hostname or ""
    return is_loopback(name) or host in known or name in known


def _locked(answer: Response) -> Response:
    answer.headers.update(_headers(""))
    return answer


def _headers(nonce: str) -> dict[str, str]:
    scripts = f"'self' 'nonce-{nonce}' 'unsafe-eval'" if nonce else "'none'"  # Vue makes functions of its templates
    policy = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }


def _guarded(send: Send) -> Send:
    """Adds the policy to answers, and the page's own nonce to its scripts."""
    nonce = secrets.token_urlsafe(16)
    held: list[MutableMapping[str, Any]] = []

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
            page = headers.get("content-type", "").startswith("text/html")
            headers |= _headers(nonce if page else "")
            message = {**message, "headers": [(n.encode(), v.encode("latin-1")) for n, v in headers.items()]}
            if page:
                held.append(message)
                return
        if held and message["type"] == "http.response.body":
            held.append(message)
            if message.get("more_body"):
                return
            await _send_page(held, nonce, send)
            held.clear()
            return
        await send(message)

    return sending


async def _send_page(held: list[MutableMapping[str, Any]], nonce: str, send: Send) -> None:
    start, *parts = held
    body = b"".join(part.get("body", b"") for part in parts).replace(b"<script", f'<script nonce="{nonce}"'.encode())
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})
