"""NiceGUI, which has one application in each process, started and ended with the adapter's run."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from nicegui import Client, core, ui
from starlette.responses import PlainTextResponse, Response

from adapters.web.plain import starting
from adapters.web.site import Site

NOTICE_S = 6.0
"""A dead socket is noticed after about this time."""
RECONNECT_S = 75.0
"""A tab whose socket was cut for a minute goes on where it was; one that comes back later loads itself again."""
PATHS = ("/", "/c/{channel}", "/c/{channel}/{message}", "/p/{page}")

_current: list[Site] = []
"""The site that is open; none while the bot starts or stops."""


@cache
def _application() -> FastAPI:
    outer = FastAPI(openapi_url=None)
    ui.run_with(
        outer,
        title="Regulars",
        reconnect_timeout=NOTICE_S,
        binding_refresh_interval=None,
        gzip_middleware_factory=None,
        show_welcome_message=False,
    )
    core.sio.on("call", _called)
    core.app.add_exception_handler(404, _lost)
    for path in PATHS:
        ui.page(path, reconnect_timeout=RECONNECT_S)(_page)
    return outer


async def _page(request: Request) -> Response:
    if not _current:
        return starting()
    return await _current[-1].build(request, ui.context.client)


async def _lost(request: Request, error: Exception) -> Response:
    if not _current or request.url.path.startswith("/_"):
        return PlainTextResponse("not found", 404)
    return _current[-1].lost(request)


async def _called(socket: str, asked: object) -> None:
    """A browser's socket is in a room that has the name of its client."""
    clients = [Client.instances[room] for room in core.sio.rooms(socket) if room in Client.instances]
    if _current and clients:
        await _current[-1].called(clients[0], asked)


@contextlib.asynccontextmanager
async def served(site: Site) -> AsyncIterator[Any]:
    """The ASGI application that shows the site, until this context ends."""
    outer = _application()
    try:
        # Not the outer one's, which looks for the server among all objects there are.
        async with core.app.router.lifespan_context(core.app):
            _current.append(site)
            try:
                yield outer
            finally:
                _current.remove(site)
                await core.sio.shutdown()
    finally:
        _forget()


def _forget() -> None:
    """NiceGUI and its socket keep what belongs to an event loop in module variables; the next run has another loop."""
    for client in list(Client.instances.values()):
        client.delete()
    core.sio.eio.start_service_task, core.sio.eio.service_task_event = True, None
    core.app._shutdown_handlers.clear()
